//! A folder with a small rulebook, followed; and what was seen of it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use rulebook::assess::{Options, assess};
use rulebook::assessment::DeterminationKind::{self, Eligible, Ineligible};
use rulebook::live::{Following, Live, Revision, Settings};
use rulebook::render;
use rulebook::snapshot::Snapshot;

pub(crate) const SCRIPT: &str = "scripts/w/s.rhai";
pub(crate) const RECORD: &str = "policies/w/jurisdictions/x.yaml";
pub(crate) const RULEBOOK: &str =
    "title: W\nas_of: 2017-08-03\nfacts:\n  a: {type: boolean}\n  n: {type: integer}\n";
pub(crate) const YES: &str = "//! S\nj.a\n";
pub(crate) const NO: &str = "//! S\n!j.a\n";
pub(crate) const BROKEN: &str = "//! S\nif j.a {\n";

/// Far more than any machine takes.
pub(crate) const LONG: Duration = Duration::from_secs(30);

pub(crate) struct Desk {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) live: Live,
    revisions: Receiver<Arc<Revision>>,
}

/// A root folder with one script and one record.
pub(crate) fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write("policies/w/rulebook.yaml", RULEBOOK);
    write(RECORD, "facts: {a: true}\n");
    write(SCRIPT, YES);
    folder
}

impl Desk {
    pub(crate) fn new() -> Self {
        Self::over(folder(), Following::Events)
    }

    pub(crate) fn over(folder: tempfile::TempDir, finding: Following) -> Self {
        let root = folder.path().to_owned();
        Self::at(folder, &root, finding)
    }

    pub(crate) fn at(folder: tempfile::TempDir, root: &Path, finding: Following) -> Self {
        let (listener, revisions) = channel();
        let settings = Settings {
            options: Options::default(),
            finding,
            listener: Some(listener),
        };
        Self {
            live: Live::start_with(root, settings),
            folder,
            revisions,
        }
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// The determination of the first jurisdiction in force.
    pub(crate) fn kind(&self) -> Option<DeterminationKind> {
        Some(
            self.live
                .latest()
                .rulebooks
                .first()?
                .jurisdictions()
                .next()?
                .determination
                .kind,
        )
    }

    /// Waits until a revision is as wanted.
    pub(crate) fn until(&self, what: &str, wanted: impl Fn(&Revision) -> bool) -> Arc<Revision> {
        let deadline = Instant::now() + LONG;
        loop {
            let revision = self.live.revision();
            if wanted(&revision) {
                return revision;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(
                self.live.wait(revision.number, left).is_some(),
                "waited in vain for: {what}; last: {revision:#?}"
            );
        }
    }

    pub(crate) fn until_kind(&self, kind: DeterminationKind) -> Arc<Revision> {
        self.until(&format!("{kind}"), |revision| {
            let first = revision
                .assessment
                .rulebooks
                .first()
                .and_then(|one| one.jurisdictions().next());
            first.is_some_and(|one| one.determination.kind == kind)
        })
    }

    /// Saves in some way, first a script that says no and then one that says yes, and waits for
    /// each; no revision on the way has anything wrong.
    pub(crate) fn holds_for(&self, save: impl Fn(&Self, &str)) {
        for (text, kind) in [(NO, Ineligible), (YES, Eligible), (NO, Ineligible)] {
            save(self, text);
            self.until_kind(kind);
        }
        self.is_what_is_on_disk();
        self.never_flashed();
    }

    /// All revisions so far.
    pub(crate) fn history(&self) -> Vec<Arc<Revision>> {
        self.revisions.try_iter().collect()
    }

    pub(crate) fn never_flashed(&self) {
        for revision in self.history() {
            assert!(
                revision.assessment.diagnostics.is_empty(),
                "untrue for a moment: {:#?}",
                revision.assessment.diagnostics
            );
            assert!(revision.stale.is_empty());
        }
    }

    /// What is in force is what a fresh reading of the folder gives.
    pub(crate) fn is_what_is_on_disk(&self) {
        let files = rulebook::disk::read(self.folder.path()).unwrap();
        let cold = assess(&Snapshot::load(&files), &Options::default());
        assert_eq!(render::json(&self.live.latest()), render::json(&cold));
    }
}
