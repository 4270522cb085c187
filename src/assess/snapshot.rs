//! A snapshot: everything read from one state of the files.
//!
//! Loading never fails. It gives what could be read, and diagnostics about the rest; a broken file
//! hides only itself. What depends on the as-of date or on the values of parameters is left to
//! `assess`. A [`Loader`] loads one state after another and reads only what has changed.

mod base_rulebook_checks;
mod compile_order;
mod condition_dependencies;
mod loaded_rulebook;
mod rulebook_loader;
mod unknown_name_advice;

mod record_file_cache;
mod replacement_records;
mod script_schema;
mod scripts;

pub(crate) use replacement_records::{is_about_no_records, taken};

pub(crate) use loaded_rulebook::{Criteria, Derivation, Scripted};
pub(crate) use script_schema::{Measured, Wide};

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::assess::snapshot::loaded_rulebook::nothing;
use crate::assess::snapshot::rulebook_loader::{Checked, ProgrammeRole, RulebookPart, Unchecked};
use crate::base::data_limits::grouped;
use crate::base::diagnostic::{self, Code, Diagnostic};
use crate::base::parallel::Progress;
use crate::model::input_files::Files;
use crate::model::jurisdiction::{DataAmount, ReadingRoom};
use crate::model::published_results;
use crate::model::rulebook::{Rulebook, RulebookId};

/// Everything read from one state of the files.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    pub(crate) rulebooks: Vec<Arc<Criteria>>,
    /// The number of scripts of all rulebooks together.
    pub(crate) scripts: usize,
    /// All diagnostics about the files, in order.
    pub diagnostics: Vec<Diagnostic>,
}

/// Loads one state of the files after another. What it keeps only saves work: the snapshots do not
/// depend on it.
#[derive(Debug, Default)]
pub struct Loader {
    parts: BTreeMap<String, RulebookPart>,
    /// Warnings about files that nothing reads, valid while no path is added or removed.
    unused: Option<(Arc<()>, Vec<Diagnostic>)>,
    progress: Arc<Progress>,
}

impl Parsed {
    /// The number of records of all rulebooks together.
    #[cfg(feature = "app")]
    pub(crate) fn record_count(&self) -> usize {
        self.rulebooks
            .iter()
            .map(|(_, read)| read.record_count)
            .sum()
    }
}

impl Snapshot {
    /// Reads files into a snapshot.
    pub fn load(files: &Files) -> Self {
        Loader::default().load(files)
    }

    /// The number of records of all rulebooks together.
    pub fn record_count(&self) -> usize {
        self.rulebooks
            .iter()
            .map(|criteria| criteria.records.len())
            .sum()
    }

    /// The rulebooks that could be read, in order of their ids.
    pub fn rulebooks(&self) -> impl Iterator<Item = &Rulebook> {
        self.rulebooks.iter().map(|criteria| &*criteria.rulebook)
    }
}

impl Loader {
    /// A loader that reports its progress.
    #[cfg(feature = "app")]
    pub(crate) fn watched(progress: &Arc<Progress>) -> Self {
        Self {
            progress: Arc::clone(progress),
            ..Self::default()
        }
    }

    /// Reads files into a snapshot.
    pub fn load(&mut self, files: &Files) -> Snapshot {
        let parsed = self.parse(files);
        self.checked(files, parsed)
    }

    /// Reads files. Single values are checked; records as a whole are not yet.
    pub(crate) fn parse(&mut self, files: &Files) -> Parsed {
        if let Some(problem) = files.refused() {
            return self.nothing(vec![problem]);
        }
        let mut diagnostics: Vec<_> = files
            .unreadable()
            .map(|(_, diagnostic)| diagnostic.clone())
            .collect();
        let policies = files.folders("policies/");
        let scripts = files.folders("scripts/");
        if policies.is_empty() {
            diagnostics.push(
                nothing(
                    "policies",
                    "there is nothing to check: no rulebook in the \
                                                  folder `policies`",
                )
                .help(
                    "a rulebook lies in `policies/<name>/rulebook.yaml`; give the folder that \
                       holds `policies` with `--root`"
                        .to_owned(),
                ),
            );
        }
        for name in scripts
            .iter()
            .filter(|name| !policies.contains(*name) && name.as_str() != "lib")
        {
            let message =
                format!("there are scripts for `{name}` and no `policies/{name}/rulebook.yaml`");
            diagnostics.push(nothing(&format!("scripts/{name}"), message).help(
                diagnostic::did_you_mean(name, policies.iter().map(String::as_str)),
            ));
        }
        self.progress.begin(files.bytes());
        self.parts.retain(|name, _| policies.contains(name));
        let mut room = ReadingRoom::new(*files.limits());
        let rulebooks = self.read(&policies, files, &mut room, &mut diagnostics);
        // Data read before and kept counts too.
        let mut all = DataAmount::default();
        self.parts.values().for_each(|part| all.add(part.amount()));
        if let Some(problem) = room.refused().or_else(|| all.refused(files.limits())) {
            let told = self.parts.values().flat_map(RulebookPart::told_of_records);
            diagnostics.extend(told.cloned());
            diagnostics.push(problem);
            return self.nothing(diagnostics);
        }
        Parsed {
            rulebooks,
            diagnostics,
        }
    }

    /// Reads all rulebooks, bases before those that share them.
    fn read(
        &mut self,
        names: &BTreeSet<String>,
        files: &Files,
        room: &mut ReadingRoom,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Vec<(String, Unchecked)> {
        let named = base_rulebook_checks::named(names, files, diagnostics);
        let mut read: BTreeMap<&str, Unchecked> = BTreeMap::new();
        let mut order = Vec::new();
        let alone = names.iter().filter(|name| !named.contains_key(*name));
        for name in alone.chain(named.keys()) {
            let role = match named.get(name) {
                Some(base) => match read.get(base.as_str()) {
                    Some(base) => ProgrammeRole::Programme(base.shared()),
                    // Why it is missing is reported at its own place.
                    None => continue,
                },
                None if named.values().any(|base| base == name) => ProgrammeRole::Base,
                None => ProgrammeRole::Alone,
            };
            let part = self.parts.entry(name.clone()).or_default();
            let work = (&*self.progress, &mut *room);
            if let Some(found) = part.read(name, files, &role, work, diagnostics) {
                read.insert(name, found);
                order.push(name);
            }
        }
        let found = order.into_iter().map(|name| {
            let found = read.remove(name.as_str()).expect("it is there once");
            (name.clone(), found)
        });
        found.collect()
    }

    /// A result without rulebooks, with the diagnostics that say why.
    fn nothing(&mut self, diagnostics: Vec<Diagnostic>) -> Parsed {
        self.parts.clear();
        Parsed {
            rulebooks: Vec::new(),
            diagnostics,
        }
    }

    /// Checks the records that were just read: ids, references, waivers.
    pub(crate) fn checked(&mut self, files: &Files, parsed: Parsed) -> Snapshot {
        let Parsed {
            rulebooks,
            mut diagnostics,
        } = parsed;
        let mut checked: BTreeMap<String, Checked> = BTreeMap::new();
        let mut over: BTreeMap<String, Vec<Scripted>> = BTreeMap::new();
        for (name, read) in &rulebooks {
            let base = read.base().map_or(name.as_str(), RulebookId::as_str);
            let all = over.entry(base.to_owned()).or_default();
            all.extend(read.scripted().cloned());
        }
        let over: BTreeMap<String, Arc<[Scripted]>> = over
            .into_iter()
            .map(|(base, scripts)| (base, scripts.into()))
            .collect();
        let mut bases: BTreeSet<String> = BTreeSet::new();
        for (name, read) in rulebooks {
            let part = self.parts.get_mut(&name).expect("it was read a moment ago");
            let base = read.base().map(RulebookId::to_string);
            let others = Arc::clone(&over[base.as_ref().unwrap_or(&name)]);
            let below = base.as_ref().and_then(|base| checked.get(base));
            let found = part.checked(read, (below, others), files, &mut diagnostics);
            bases.extend(base);
            checked.insert(name, found);
        }
        // A base without conditions is only there to be shared.
        let shown = checked
            .into_iter()
            .filter(|(name, one)| !(bases.contains(name) && one.criteria.conditions.is_empty()));
        let mut rulebooks: Vec<Arc<Criteria>> = shown.map(|(_, one)| one.criteria).collect();
        rulebooks.retain(|one| {
            let problem = too_many_calculated(one, files.limits().values);
            let is_taken = problem.is_none();
            diagnostics.extend(problem);
            is_taken
        });
        let same = |kept: &(Arc<()>, _)| Arc::ptr_eq(&kept.0, files.same_paths());
        let kept = self.unused.take().filter(same);
        let (_, unused) = self.unused.insert(
            kept.unwrap_or_else(|| (Arc::clone(files.same_paths()), unused(files).collect())),
        );
        let compared: BTreeSet<String> = rulebooks
            .iter()
            .flat_map(|criteria| published_results::files_of(&criteria.rulebook))
            .collect();
        // The names in a broken rulebook file are not known.
        let known = |path: &str| {
            let name = path.split('/').nth(1).unwrap_or_default();
            let mut read = rulebooks.iter().map(|criteria| &criteria.rulebook);
            let lost = |one: &Rulebook| one.lost_comparisons && path.ends_with(".csv");
            !path.starts_with("policies/")
                || files
                    .get(&format!("policies/{name}/rulebook.yaml"))
                    .is_none()
                || read.any(|one| one.id.as_str() == name && !lost(one))
        };
        let told = unused.iter().filter(|one| {
            one.file()
                .is_none_or(|path| known(path) && !compared.contains(path))
        });
        diagnostics.extend(told.cloned());
        diagnostic::sort(&mut diagnostics);
        let scripts = rulebooks.iter().map(|one| one.script_count()).sum();
        Snapshot {
            rulebooks,
            scripts,
            diagnostics,
        }
    }
}

/// All files as they were read, before records are checked.
pub(crate) struct Parsed {
    /// The rulebooks by name.
    rulebooks: Vec<(String, Unchecked)>,
    diagnostics: Vec<Diagnostic>,
}

/// The error that a rulebook has too many derived facts and statistics for its records: they take
/// as much memory as stated values. `None` if they are within the limit.
fn too_many_calculated(criteria: &Criteria, most: usize) -> Option<Diagnostic> {
    let schema = &criteria.wide.schema;
    let calculated = schema.facts().len() - schema.stated_len();
    let values = calculated.saturating_mul(criteria.records.len());
    (values > most).then(|| {
        let rulebook = &criteria.rulebook;
        let most = grouped(u64::try_from(most).unwrap_or(u64::MAX));
        let message = format!(
            "`{}` has {calculated} derived facts and statistics, with more than {most} values for its \
             records: none is assessed",
            rulebook.id
        );
        let help = "divide the records among several roots, or leave out what no condition needs";
        let start = rulebook.span.source().span(0..0);
        Diagnostic::at(Code::RootTooLarge, start, message).help(help.to_owned())
    })
}

/// A warning for each file that nothing reads.
fn unused(files: &Files) -> impl Iterator<Item = Diagnostic> {
    let all = files.below("policies/").chain(files.below("scripts/"));
    let above = files.below("tests/").filter(|source| {
        let name = source.name();
        name.matches('/').count() == 1
            && [".yaml", ".yml", ".csv"]
                .iter()
                .any(|end| name.ends_with(end))
    });
    let all = all.chain(above);
    all.filter(|source| !is_used(source.name())).map(|source| {
        let name = source.name();
        let help = if name.ends_with("/rulebook.yml") {
            "rename it to `rulebook.yaml`"
        } else if name.ends_with("/waiver.yaml") || name.ends_with("/waivers.yml") {
            "rename it to `waivers.yaml`"
        } else if name.ends_with(".rhai") && name.contains("/derived/") {
            "rename the folder to `derive`: the scripts of derived facts lie there"
        } else if name.ends_with(".rhai") {
            "conditions lie in `scripts/<rulebook>/`, shared functions in a folder `lib` there"
        } else if name.starts_with("tests/") || is_of_cases(name) {
            "cases lie in `tests/<rulebook>/`"
        } else {
            "records lie in `policies/<rulebook>/jurisdictions/`; a list to compare with is named under \
             `compare:` in the rulebook file"
        };
        Diagnostic::in_file(Code::UnusedFile, name, "nothing reads this file").help(help.to_owned())
    })
}

/// Whether a file is named as if it had cases.
fn is_of_cases(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    ["cases", "case.", "tests", "test."]
        .iter()
        .any(|start| name.starts_with(start))
}

fn is_used(path: &str) -> bool {
    let script = path.ends_with(".rhai");
    let mut parts = path.split('/');
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some("policies"), Some(_), Some("rulebook.yaml" | "waivers.yaml"), None) => true,
        (Some("policies"), Some(_), Some("schema"), Some(_)) => path.ends_with(".json"),
        (Some("policies"), Some(_), Some("jurisdictions"), Some(_)) => !script,
        (Some("scripts"), Some("lib"), Some(_), _) => script,
        (Some("scripts"), Some(_), Some("lib" | "derive"), Some(_)) => script,
        (Some("scripts"), Some(_), Some(_), None) => script,
        _ => false,
    }
}
