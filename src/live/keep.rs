//! Keeps the last good version of a file in force while the file is broken.
//!
//! Pure: from files and what was in force before, to what is in force now and what is stale. A file
//! is broken when loading or exploring finds an error in it. A file that went away is not kept.

use std::collections::{BTreeMap, BTreeSet};

use crate::assess::{Explored, Options};
use crate::assessment::Assessment;
use crate::diagnostic::{self, Diagnostic};
use crate::files::Files;
use crate::snapshot::Loader;

/// The files in force, and what was made of them.
#[derive(Debug)]
pub(super) struct Keeper {
    options: Options,
    loader: Loader,
    in_force: Files,
    /// Files in force that are broken themselves: there is no good version to go back to.
    never_good: BTreeSet<String>,
    /// Files of which an earlier version is in force.
    stale: BTreeSet<String>,
}

/// What would be in force, if it is kept.
#[derive(Debug)]
pub(super) struct Considered {
    pub(super) assessment: Assessment,
    /// Each file of which an earlier version is in force, and the first error in the newer one.
    pub(super) stale: BTreeMap<String, Diagnostic>,
    never_good: BTreeSet<String>,
    /// What was in force before, of each file tried.
    before: BTreeMap<String, Files>,
}

impl Keeper {
    pub(super) fn new(options: Options) -> Self {
        let (loader, in_force) = (Loader::default(), Files::new());
        Self { options, loader, in_force, never_good: BTreeSet::new(), stale: BTreeSet::new() }
    }

    /// Works out what files come to. `changed` are the paths that are not as they were.
    pub(super) fn consider(
        &mut self,
        files: &Files,
        changed: &BTreeSet<String>,
        earlier: Option<&Assessment>,
    ) -> Considered {
        let tried: BTreeSet<String> = changed.union(&self.stale).cloned().collect();
        let mut before = BTreeMap::new();
        for path in &tried {
            let mut one = Files::new();
            one.copy_from(&self.in_force, path);
            self.in_force.copy_from(files, path);
            before.insert(path.clone(), one);
        }
        let mut stale = BTreeMap::new();
        let mut of_stale = Vec::new();
        loop {
            let snapshot = self.loader.load(&self.in_force);
            let explored = Explored::new(&snapshot, &self.options, earlier);
            let errors = explored.diagnostics.iter().filter(|diagnostic| diagnostic.is_error());
            let broken: BTreeSet<String> = errors.filter_map(|error| error.file().map(str::to_owned)).collect();
            let back: Vec<&String> = broken
                .iter()
                .filter(|path| !stale.contains_key(*path) && self.has_good_version(path, before.get(*path)))
                .collect();
            if back.is_empty() {
                let mut assessment = explored.assess(earlier);
                assessment.diagnostics.append(&mut of_stale);
                diagnostic::sort(&mut assessment.diagnostics);
                return Considered { assessment, stale, never_good: broken, before };
            }
            for path in back {
                let of_file = explored.diagnostics.iter().filter(|one| one.file() == Some(path));
                of_stale.extend(of_file.cloned());
                let mut errors = explored.diagnostics.iter().filter(|one| one.is_error() && one.file() == Some(path));
                stale.extend(errors.next().map(|error| (path.clone(), error.clone())));
                self.in_force.copy_from(&before[path], path);
            }
        }
    }

    fn has_good_version(&self, path: &str, before: Option<&Files>) -> bool {
        before.is_some_and(|before| {
            before.get(path).is_some() && !self.never_good.contains(path) && !before.agrees_with(&self.in_force, path)
        })
    }

    /// What was considered is in force from now on.
    pub(super) fn keep(&mut self, considered: &Considered) {
        self.never_good.clone_from(&considered.never_good);
        self.stale = considered.stale.keys().cloned().collect();
    }

    /// All is as it was before.
    pub(super) fn drop(&mut self, considered: &Considered) {
        for (path, before) in &considered.before {
            self.in_force.copy_from(before, path);
        }
    }
}
