//! Reads one rulebook of a snapshot, and keeps what the next snapshot can reuse.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::assess::snapshot::Wide;
use crate::assess::snapshot::loaded_rulebook::{Criteria, Derivation, Scripted, nothing};
use crate::assess::snapshot::record_file_cache::{RecordChanges, RecordsKept, follows};
use crate::assess::snapshot::scripts::ScriptsKept;
use crate::assess::snapshot::unknown_name_advice::advise;
use crate::base::diagnostic::{Code, Diagnostic};
use crate::base::parallel::Progress;
use crate::base::source::Source;
use crate::model::condition::ConditionId;
use crate::model::input_files::Files;
use crate::model::jurisdiction::{DataAmount, Jurisdictions, ReadingRoom};
use crate::model::published_results;
use crate::model::rulebook::{self, Rulebook, RulebookId};
use crate::model::waiver::{self, Waivers};
use crate::script::Library;

/// The parts of one rulebook, each with the text it was read from.
#[derive(Debug, Default)]
pub(super) struct RulebookPart {
    rulebook: Option<RulebookKept>,
    library: Option<LibraryKept>,
    scripts: ScriptsKept,
    records: RecordsKept,
}

#[derive(Debug)]
struct RulebookKept {
    source: Arc<Source>,
    base: Option<Arc<Rulebook>>,
    rulebook: Option<Arc<Rulebook>>,
    diagnostics: Vec<Diagnostic>,
}

#[derive(Debug)]
struct LibraryKept {
    sources: BTreeMap<String, Arc<Source>>,
    library: Arc<Library>,
    diagnostics: Vec<Diagnostic>,
}

/// The waivers of a rulebook, read each time, as there are few.
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
    /// `None` for a programme, whose base has the records.
    reading: Option<RecordChanges>,
    #[cfg(feature = "app")]
    pub(super) record_count: usize,
}

/// The parts of a base that programmes use.
#[derive(Clone)]
pub(super) struct BaseParts {
    rulebook: Arc<Rulebook>,
    wide: Arc<Wide>,
    derived: Vec<Derivation>,
}

/// Which part a rulebook has in what several share.
pub(super) enum ProgrammeRole {
    /// A rulebook without a base.
    Alone,
    /// Others name it as their base.
    Base,
    /// A programme over the records of a base.
    Programme(BaseParts),
}

/// A rulebook that was checked, and whether a record could not be read.
#[derive(Clone)]
pub(super) struct Checked {
    pub(super) criteria: Arc<Criteria>,
    lost: bool,
}

impl Unchecked {
    /// The parts that programmes share.
    pub(super) fn shared(&self) -> BaseParts {
        BaseParts {
            rulebook: Arc::clone(&self.rulebook),
            wide: Arc::clone(&self.wide),
            derived: self.derived.clone(),
        }
    }

    /// Its conditions and its decision.
    pub(super) fn scripted(&self) -> impl Iterator<Item = &Scripted> {
        self.conditions.iter().chain(&self.decision)
    }

    /// The base it names.
    pub(super) fn base(&self) -> Option<&RulebookId> {
        self.rulebook.base.as_ref()
    }
}

impl RulebookPart {
    /// Reads the rulebook with this name; its records are not yet checked as a whole.
    pub(super) fn read(
        &mut self,
        name: &str,
        files: &Files,
        role: &ProgrammeRole,
        (progress, room): (&Progress, &mut ReadingRoom),
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<Unchecked> {
        let base = match role {
            ProgrammeRole::Programme(shared) => Some(&shared.rulebook),
            _ => None,
        };
        let before = diagnostics.len();
        let is_record = |id: &str| {
            let folder = format!("policies/{name}/jurisdictions/");
            let is_called = |source: &Arc<Source>| {
                let rest = source.name().strip_prefix(&folder).unwrap_or_default();
                let rest = rest.rsplit('/').next().unwrap_or_default();
                rest.strip_prefix(id)
                    .is_some_and(|end| end.starts_with('.'))
            };
            files.below(&folder).any(is_called)
        };
        let library = self.library(name, base, files, diagnostics);
        let Some(rulebook) = self.rulebook(name, base, files, diagnostics) else {
            // Nothing can be assessed; mistakes in the other files are still reported.
            self.scripts
                .check_syntax(name, files, &library, diagnostics);
            advise(&mut diagnostics[before..], None, &is_record);
            RecordsKept::check_syntax(name, files, diagnostics);
            return None;
        };
        self.scripts.forget_others(files);
        let (derived, wide) = match role {
            ProgrammeRole::Programme(shared) => (shared.derived.clone(), Arc::clone(&shared.wide)),
            _ => self
                .scripts
                .derived(&rulebook, files, &library, diagnostics),
        };
        let is_base = matches!(role, ProgrammeRole::Base);
        let (conditions, decision) =
            self.scripts
                .load((&rulebook, is_base), files, &library, diagnostics);
        advise(
            &mut diagnostics[before..],
            Some((&rulebook, &wide.schema)),
            &is_record,
        );
        let reading = if base.is_some() {
            self.records = RecordsKept::default();
            None
        } else {
            Some(self.records.read(&rulebook, files, (progress, room)))
        };
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

    /// The amount of data in its records.
    pub(super) fn amount(&self) -> DataAmount {
        self.records.amount()
    }

    /// The diagnostics of single records.
    pub(super) fn told_of_records(&self) -> impl Iterator<Item = &Diagnostic> {
        self.records.told()
    }

    /// Checks what was read; a programme is checked over the records of its base.
    pub(super) fn checked(
        &mut self,
        read: Unchecked,
        (base, others): (Option<&Checked>, Arc<[Scripted]>),
        files: &Files,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Checked {
        let Unchecked {
            rulebook,
            wide,
            derived,
            conditions,
            decision,
            reading,
            ..
        } = read;
        let (records, lost) = match (reading, base) {
            (Some(reading), _) => {
                let records = self.records.checked(&rulebook, reading, files, diagnostics);
                let names = || self.records.names(&rulebook, files);
                diagnostics.extend(rulebook.record_files.check(names));
                (records, self.records.lost())
            }
            (None, Some(base)) => (Arc::clone(&base.criteria.records), base.lost),
            (None, None) => Default::default(),
        };
        let ids: Vec<&ConditionId> = conditions
            .iter()
            .map(|scripted| &scripted.condition.id)
            .collect();
        let mut found = Vec::new();
        let waivers = waivers(rulebook.id.as_str(), files, &records, &ids, &mut found).into();
        let published =
            published_results::read(&rulebook, files, &records, &ids, &mut found).into();
        diagnostics.extend(found.into_iter().filter(|one| !lost || !follows(one)));
        let states_statistics = false;
        let criteria = Criteria {
            rulebook,
            wide,
            records,
            derived,
            conditions,
            decision,
            others,
            waivers,
            published,
            states_statistics,
            among: None,
        };
        Checked {
            criteria: criteria.into(),
            lost,
        }
    }

    fn rulebook(
        &mut self,
        name: &str,
        base: Option<&Arc<Rulebook>>,
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
        let same = |kept: &RulebookKept| {
            let bases = (kept.base.as_ref(), base);
            let same_base = match bases {
                (Some(kept), Some(base)) => Arc::ptr_eq(kept, base),
                (kept, base) => kept.is_none() && base.is_none(),
            };
            same_base && Arc::ptr_eq(&kept.source, source)
        };
        let kept = self.rulebook.take().filter(same);
        let kept = kept.unwrap_or_else(|| {
            let mut diagnostics = Vec::new();
            let id = RulebookId(name.into());
            let rulebook = rulebook::parse(id, source, base.map(|base| &**base), &mut diagnostics)
                .map(Arc::new);
            RulebookKept {
                source: Arc::clone(source),
                base: base.cloned(),
                rulebook,
                diagnostics,
            }
        });
        let kept = self.rulebook.insert(kept);
        diagnostics.extend(kept.diagnostics.iter().cloned());
        kept.rulebook.clone()
    }

    /// Shared functions: the rulebook's own before those of its base, and these before those of
    /// all.
    fn library(
        &mut self,
        name: &str,
        base: Option<&Arc<Rulebook>>,
        files: &Files,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Arc<Library> {
        let mut sources: BTreeMap<String, Arc<Source>> = BTreeMap::new();
        let base = base.map(|base| format!("scripts/{}/lib/", base.id));
        let own = format!("scripts/{name}/lib/");
        let folders = ["scripts/lib/".to_owned()].into_iter().chain(base);
        for folder in folders.chain([own]) {
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
