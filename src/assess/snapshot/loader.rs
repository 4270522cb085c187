//! One rulebook of a snapshot, and what is kept of it for the next.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::assess::snapshot::Wide;
use crate::assess::snapshot::criteria::{Criteria, Derivation, Scripted, nothing};
use crate::assess::snapshot::records::{Reading, RecordsKept, follows};
use crate::assess::snapshot::scripts::ScriptsKept;
use crate::base::diagnostic::{Code, Diagnostic};
use crate::base::parallel::Progress;
use crate::base::source::Source;
use crate::model::condition::ConditionId;
use crate::model::files::Files;
use crate::model::jurisdiction::{Amount, Jurisdictions, Room};
use crate::model::published;
use crate::model::rulebook::{self, Rulebook, RulebookId};
use crate::model::waiver::{self, Waivers};
use crate::script::Library;

/// What was read of one rulebook, each piece beside the text it was read from.
#[derive(Debug, Default)]
pub(super) struct Part {
    rulebook: Option<RulebookKept>,
    library: Option<LibraryKept>,
    scripts: ScriptsKept,
    records: RecordsKept,
}

#[derive(Debug)]
struct RulebookKept {
    source: Arc<Source>,
    rulebook: Option<Arc<Rulebook>>,
    diagnostics: Vec<Diagnostic>,
}

#[derive(Debug)]
struct LibraryKept {
    sources: BTreeMap<String, Arc<Source>>,
    library: Arc<Library>,
    diagnostics: Vec<Diagnostic>,
}

/// The waivers of a rulebook; few, and read each time.
fn waivers(
    name: &str,
    files: &Files,
    records: &Jurisdictions,
    conditions: &[&ConditionId],
    diagnostics: &mut Vec<Diagnostic>,
) -> Waivers {
    let Some(source) = files.get(&format!("policies/{name}/waivers.yaml")) else {
        return Waivers::default();
    };
    waiver::parse(source, records, conditions, diagnostics)
}

/// A rulebook that was read, and its records not yet checked as a whole.
pub(super) struct Unchecked {
    rulebook: Arc<Rulebook>,
    wide: Arc<Wide>,
    derived: Vec<Derivation>,
    conditions: Vec<Scripted>,
    decision: Option<Scripted>,
    reading: Reading,
    #[cfg(feature = "app")]
    pub(super) record_count: usize,
}

impl Part {
    /// Reads the rulebook of a name; its records are not yet checked as a whole.
    pub(super) fn read(
        &mut self,
        name: &str,
        files: &Files,
        (progress, room): (&Progress, &mut Room),
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<Unchecked> {
        let library = self.library(name, files, diagnostics);
        let Some(rulebook) = self.rulebook(name, files, diagnostics) else {
            // Nothing can be assessed; mistakes in the other files are still told.
            self.scripts
                .check_syntax(name, files, &library, diagnostics);
            RecordsKept::check_syntax(name, files, diagnostics);
            return None;
        };
        self.scripts.forget_others(files);
        let (derived, wide) = self
            .scripts
            .derived(&rulebook, files, &library, diagnostics);
        let (conditions, decision) = self.scripts.load(&rulebook, files, &library, diagnostics);
        let reading = self.records.read(&rulebook, files, (progress, room));
        Some(Unchecked {
            rulebook,
            wide,
            derived,
            conditions,
            decision,
            reading,
            #[cfg(feature = "app")]
            record_count: self.records.count(),
        })
    }

    /// How much there is of its records.
    pub(super) fn amount(&self) -> Amount {
        self.records.amount()
    }

    /// What is wrong with its records, each for itself.
    pub(super) fn told_of_records(&self) -> impl Iterator<Item = &Diagnostic> {
        self.records.told()
    }

    /// Checks what was read.
    pub(super) fn checked(
        &mut self,
        read: Unchecked,
        files: &Files,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Arc<Criteria> {
        let Unchecked {
            rulebook,
            wide,
            derived,
            conditions,
            decision,
            reading,
            ..
        } = read;
        let records = self.records.checked(&rulebook, reading, files, diagnostics);
        diagnostics.extend(
            rulebook
                .record_files
                .check(|| self.records.names(&rulebook, files)),
        );
        let ids: Vec<&ConditionId> = conditions
            .iter()
            .map(|scripted| &scripted.condition.id)
            .collect();
        let mut found = Vec::new();
        let waivers = waivers(rulebook.id.as_str(), files, &records, &ids, &mut found).into();
        let published = published::read(&rulebook, files, &records, &ids, &mut found).into();
        let lost = self.records.lost();
        diagnostics.extend(found.into_iter().filter(|one| !lost || !follows(one)));
        let states_statistics = false;
        Criteria {
            rulebook,
            wide,
            records,
            derived,
            conditions,
            decision,
            waivers,
            published,
            states_statistics,
            among: None,
        }
        .into()
    }

    fn rulebook(
        &mut self,
        name: &str,
        files: &Files,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<Arc<Rulebook>> {
        let path = format!("policies/{name}/rulebook.yaml");
        if let Some(problem) = crate::model::fact::name_problem(name) {
            let problem = problem.replace("in a script", "of a rulebook");
            diagnostics.push(Diagnostic::in_file(
                Code::BadName,
                &format!("policies/{name}"),
                problem,
            ));
            return None;
        }
        let Some(source) = files.get(&path) else {
            if !files.unreadable().any(|(file, _)| file == path) {
                let message = "this folder has no `rulebook.yaml`";
                let help = format!("add `{path}` with `title:`, `as_of:` and `facts:`");
                diagnostics.push(nothing(&format!("policies/{name}"), message).help(help));
            }
            return None;
        };
        let kept = self
            .rulebook
            .take()
            .filter(|kept| Arc::ptr_eq(&kept.source, source));
        let kept = kept.unwrap_or_else(|| {
            let mut diagnostics = Vec::new();
            let rulebook =
                rulebook::parse(RulebookId(name.into()), source, &mut diagnostics).map(Arc::new);
            RulebookKept {
                source: Arc::clone(source),
                rulebook,
                diagnostics,
            }
        });
        let kept = self.rulebook.insert(kept);
        diagnostics.extend(kept.diagnostics.iter().cloned());
        kept.rulebook.clone()
    }

    /// Shared functions: the rulebook's own before those of all.
    fn library(
        &mut self,
        name: &str,
        files: &Files,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Arc<Library> {
        let mut sources: BTreeMap<String, Arc<Source>> = BTreeMap::new();
        for folder in ["scripts/lib/".to_owned(), format!("scripts/{name}/lib/")] {
            for source in files
                .below(&folder)
                .filter(|source| source.name().ends_with(".rhai"))
            {
                let path = source.name()[folder.len()..].trim_end_matches(".rhai");
                sources.insert(format!("lib/{path}"), Arc::clone(source));
            }
        }
        let same = |kept: &LibraryKept| {
            kept.sources.len() == sources.len()
                && kept
                    .sources
                    .iter()
                    .zip(&sources)
                    .all(|(a, b)| a.0 == b.0 && Arc::ptr_eq(a.1, b.1))
        };
        let kept = self.library.take().filter(same).unwrap_or_else(|| {
            let mut diagnostics = Vec::new();
            let library = Library::load(&sources, &mut diagnostics).into();
            LibraryKept {
                sources,
                library,
                diagnostics,
            }
        });
        let kept = self.library.insert(kept);
        diagnostics.extend(kept.diagnostics.iter().cloned());
        Arc::clone(&kept.library)
    }
}
