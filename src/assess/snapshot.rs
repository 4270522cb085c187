//! A snapshot: everything read from one state of the files.
//!
//! Loading never fails. It gives what could be read and says what could not; a broken file hides
//! only itself. What depends on a date or on a parameter's value is left to `assess`. A [`Loader`]
//! loads one state after the other and reads only what has changed.

mod criteria;
mod loader;
mod outside;
mod records;
mod script_schema;
mod scripts;

pub(crate) use outside::{is_about_no_records, taken};

pub(crate) use criteria::{Criteria, Derivation, Scripted};
pub(crate) use script_schema::{Measured, Wide};

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::assess::snapshot::criteria::nothing;
use crate::assess::snapshot::loader::{Part, Unchecked};
use crate::base::diagnostic::{self, Code, Diagnostic};
use crate::base::parallel::Progress;
use crate::model::files::Files;
use crate::model::jurisdiction::{Amount, Room};
use crate::model::published;
use crate::model::rulebook::Rulebook;

/// One state of the files, read.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    pub(crate) rulebooks: Vec<Arc<Criteria>>,
    /// Everything wrong with the files, in order.
    pub diagnostics: Vec<Diagnostic>,
}

/// Loads one state of the files after the other. What it keeps from one to the next is only to save
/// work: the snapshot is the same as without.
#[derive(Debug, Default)]
pub struct Loader {
    parts: BTreeMap<String, Part>,
    /// The files that nothing reads, for as long as no path comes or goes.
    unused: Option<(Arc<()>, Vec<Diagnostic>)>,
    progress: Arc<Progress>,
}

impl Parsed {
    /// How many records there are.
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

    /// How many records there are.
    pub fn record_count(&self) -> usize {
        self.rulebooks
            .iter()
            .map(|criteria| criteria.records.len())
            .sum()
    }

    /// The rulebooks that could be read, in order of their names.
    pub fn rulebooks(&self) -> impl Iterator<Item = &Rulebook> {
        self.rulebooks.iter().map(|criteria| &*criteria.rulebook)
    }
}

impl Loader {
    /// A loader that tells how far it has come.
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

    /// Reads files; values are checked as they are read, records as a whole are not yet.
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
        let (mut rulebooks, mut room) = (Vec::new(), Room::new(*files.limits()));
        for name in &policies {
            let part = self.parts.entry(name.clone()).or_default();
            rulebooks.extend(
                part.read(name, files, (&self.progress, &mut room), &mut diagnostics)
                    .map(|read| (name.clone(), read)),
            );
        }
        // What was read before and is kept counts too.
        let mut all = Amount::default();
        self.parts.values().for_each(|part| all.add(part.amount()));
        if let Some(problem) = room.refused().or_else(|| all.refused(files.limits())) {
            let told = self.parts.values().flat_map(Part::told_of_records);
            diagnostics.extend(told.cloned());
            diagnostics.push(problem);
            return self.nothing(diagnostics);
        }
        Parsed {
            rulebooks,
            diagnostics,
        }
    }

    /// Nothing is assessed, and why.
    fn nothing(&mut self, diagnostics: Vec<Diagnostic>) -> Parsed {
        self.parts.clear();
        Parsed {
            rulebooks: Vec::new(),
            diagnostics,
        }
    }

    /// Checks the records of what was just read: ids, references, waivers.
    pub(crate) fn checked(&mut self, files: &Files, parsed: Parsed) -> Snapshot {
        let Parsed {
            rulebooks,
            mut diagnostics,
        } = parsed;
        let checked = rulebooks.into_iter().map(|(name, read)| {
            let part = self.parts.get_mut(&name).expect("it was read a moment ago");
            part.checked(read, files, &mut diagnostics)
        });
        let rulebooks: Vec<Arc<Criteria>> = checked.collect();
        let same = |kept: &(Arc<()>, _)| Arc::ptr_eq(&kept.0, files.same_paths());
        let kept = self.unused.take().filter(same);
        let (_, unused) = self.unused.insert(
            kept.unwrap_or_else(|| (Arc::clone(files.same_paths()), unused(files).collect())),
        );
        let compared: BTreeSet<String> = rulebooks
            .iter()
            .flat_map(|criteria| published::files_of(&criteria.rulebook))
            .collect();
        // What a rulebook file that is broken names is not known.
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
        Snapshot {
            rulebooks,
            diagnostics,
        }
    }
}

/// What was read of all files.
pub(crate) struct Parsed {
    /// By name.
    rulebooks: Vec<(String, Unchecked)>,
    diagnostics: Vec<Diagnostic>,
}

/// A warning for each file that nothing reads.
fn unused(files: &Files) -> impl Iterator<Item = Diagnostic> {
    let all = files.below("policies/").chain(files.below("scripts/"));
    all.filter(|source| !is_used(source.name())).map(|source| {
        let name = source.name();
        let help = if name.ends_with("/rulebook.yml") {
            "rename it to `rulebook.yaml`"
        } else if name.ends_with(".rhai") {
            "conditions lie in `scripts/<rulebook>/`, shared functions in a folder `lib` there"
        } else {
            "records lie in `policies/<rulebook>/jurisdictions/`; a list to compare with is named under \
             `compare:` in the rulebook file"
        };
        Diagnostic::in_file(Code::UnusedFile, name, "nothing reads this file").help(help.to_owned())
    })
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
