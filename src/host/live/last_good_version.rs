//! Keeps the last good version of a file in force while the file is broken.
//!
//! Pure: from the files and what was in force before, to what is in force now and what is stale. A
//! file is broken if loading or exploring finds an error in it. A deleted file is not kept.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::assess::assessment::Assessment;
use crate::assess::snapshot::Loader;
use crate::assess::{Explored, Options};
use crate::base::diagnostic::{self, Diagnostic};
use crate::base::work_budget::{Cancel, Cancelled};
use crate::host::live::cases_and_accepted_results::InForce;
use crate::model::input_files::Files;

/// The files in force, and what was read from them.
#[derive(Debug)]
pub(super) struct Keeper {
    options: Options,
    loader: Loader,
    in_force: Files,
    /// Files in force that are broken themselves: they have no good version to go back to.
    never_good: BTreeSet<String>,
    /// Files of which an earlier version is in force.
    stale: BTreeSet<String>,
}

/// What would be in force if it is kept.
#[derive(Debug)]
pub(super) struct Considered {
    pub(super) assessment: Assessment,
    pub(super) in_force: Arc<InForce>,
    /// Each file of which an earlier version is in force, and the first error in the newer one.
    pub(super) stale: BTreeMap<String, Diagnostic>,
    never_good: BTreeSet<String>,
    /// The version that was in force before, for each file tried.
    before: BTreeMap<String, Files>,
}

impl Keeper {
    pub(super) fn new(options: Options) -> Self {
        let (loader, in_force) = (Loader::default(), Files::new());
        Self {
            options,
            loader,
            in_force,
            never_good: BTreeSet::new(),
            stale: BTreeSet::new(),
        }
    }

    /// Assesses the files. `changed` are the paths that differ from before. If it is cancelled, the
    /// state is unchanged.
    pub(super) fn consider(
        &mut self,
        files: &Files,
        changed: &BTreeSet<String>,
        earlier: Option<&Assessment>,
        cancel: &Cancel,
    ) -> Result<Considered, Cancelled> {
        let tried: BTreeSet<String> = changed.union(&self.stale).cloned().collect();
        let mut before: BTreeMap<String, Files> = BTreeMap::new();
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
            let explored = cancel.during(|| Explored::new(&snapshot, &self.options, earlier));
            let explored = explored.inspect_err(|_| self.put_back(&before))?;
            let errors = explored
                .diagnostics
                .iter()
                .filter(|diagnostic| diagnostic.is_error());
            let broken: BTreeSet<String> = errors
                .filter_map(|error| error.file().map(str::to_owned))
                .collect();
            let back: Vec<&String> = broken
                .iter()
                .filter(|path| {
                    !stale.contains_key(*path) && self.has_good_version(path, before.get(*path))
                })
                .collect();
            if back.is_empty() {
                let assessed = cancel.during(|| explored.assess(earlier));
                let mut assessment = assessed.inspect_err(|_| self.put_back(&before))?;
                assessment.diagnostics.append(&mut of_stale);
                diagnostic::sort(&mut assessment.diagnostics);
                let in_force = InForce::new(snapshot, &self.in_force, self.options.clone());
                return Ok(Considered {
                    assessment,
                    in_force: in_force.into(),
                    stale,
                    never_good: broken,
                    before,
                });
            }
            for path in back {
                let of_file = explored
                    .diagnostics
                    .iter()
                    .filter(|one| one.file() == Some(path));
                of_stale.extend(of_file.cloned());
                let mut errors = explored
                    .diagnostics
                    .iter()
                    .filter(|one| one.is_error() && one.file() == Some(path));
                stale.extend(errors.next().map(|error| (path.clone(), error.clone())));
                self.in_force.copy_from(&before[path], path);
            }
        }
    }

    fn has_good_version(&self, path: &str, before: Option<&Files>) -> bool {
        before.is_some_and(|before| {
            before.get(path).is_some()
                && !self.never_good.contains(path)
                && !before.agrees_with(&self.in_force, path)
        })
    }

    /// Puts what was considered in force.
    pub(super) fn keep(&mut self, considered: &Considered) {
        self.never_good.clone_from(&considered.never_good);
        self.stale = considered.stale.keys().cloned().collect();
    }

    /// Restores the state from before.
    pub(super) fn drop(&mut self, considered: &Considered) {
        self.put_back(&considered.before);
    }

    fn put_back(&mut self, before: &BTreeMap<String, Files>) {
        for (path, before) in before {
            self.in_force.copy_from(before, path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assess::assess;
    use crate::assess::snapshot::Snapshot;
    use crate::render::json;

    const TEXTS: [(&str, &[&str]); 5] = [
        (
            "policies/p/rulebook.yaml",
            &[
                "title: P\nas_of: 2017-08-03\nfacts:\n  a: {type: boolean}\n  b: {type: boolean}\n",
                "title: P\nas_of: 2017-08-03\nfacts:\n  a: {type: boolean}\n",
                "title: [P\n",
            ],
        ),
        (
            "policies/p/jurisdictions/x.yaml",
            &[
                "facts: {a: true}\n",
                "facts: {a: false}\n",
                "facts: {a: maybe}\n",
            ],
        ),
        (
            "policies/p/jurisdictions/y.yaml",
            &["facts: {b: true}\n", "facts: {}\n", "facts: {a: [}\n"],
        ),
        (
            "scripts/p/s.rhai",
            &[
                "//! S\nj.a\n",
                "//! S\n!j.a\n",
                "//! S\nj.b\n",
                "//! S\nj.a {\n",
            ],
        ),
        ("scripts/p/lib/f.rhai", &["fn f(a) { a }\n", "fn f(a) {\n"]),
    ];

    /// Edits, kept or dropped at random; what comes out is checked after each.
    #[test]
    fn good_files_are_in_force_and_bad_ones_never_take_a_rulebook_away() {
        let mut state: u32 = 1;
        let mut random = |below: usize| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 16) as usize % below
        };
        let (mut clean, mut stale) = (0, 0);
        let (go_on, ended) = (Cancel::default(), Cancel::default());
        ended.ask();
        for _ in 0..300 {
            let mut keeper = Keeper::new(Options::default());
            let mut files = Files::new();
            for (path, texts) in TEXTS {
                files.insert(path, texts[0]);
            }
            let all = files.paths().map(str::to_owned).collect();
            let first = keeper.consider(&files, &all, None, &go_on);
            let first = first.unwrap();
            keeper.keep(&first);
            let mut latest = first.assessment;
            for _ in 0..12 {
                let (path, texts) = TEXTS[random(TEXTS.len())];
                let mut next = files.clone();
                if random(10) == 0 && path != TEXTS[0].0 {
                    next.remove(path);
                } else {
                    next.insert(path, texts[random(texts.len())]);
                }
                let changed = BTreeSet::from([path.to_owned()]);
                if random(3) == 0 {
                    // What is ended leaves nothing behind.
                    let ended = keeper.consider(&next, &changed, Some(&latest), &ended);
                    assert!(ended.is_err());
                }
                let considered = keeper.consider(&next, &changed, Some(&latest), &go_on);
                let considered = considered.unwrap();
                if random(3) == 0 {
                    keeper.drop(&considered);
                    continue;
                }
                keeper.keep(&considered);
                files = next;
                let cold = assess(&Snapshot::load(&files), &Options::default());
                assert_eq!(
                    considered.assessment.rulebooks.len(),
                    1,
                    "a mistake takes nothing away"
                );
                if cold.has_errors() {
                    stale += usize::from(!considered.stale.is_empty());
                } else {
                    clean += 1;
                    assert!(considered.stale.is_empty());
                    assert_eq!(json(&considered.assessment), json(&cold));
                }
                assert!(considered.stale.keys().all(|path| {
                    cold.diagnostics.iter().any(|one| {
                        one.is_error() && (one.file() == Some(path) || cold.rulebooks.is_empty())
                    })
                }));
                latest = considered.assessment;
            }
        }
        assert!(
            clean > 500 && stale > 500,
            "{clean} without an error, {stale} with a stale file"
        );
    }
}
