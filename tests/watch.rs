//! Hot reload for embedding hosts, on real files.

#![expect(clippy::disallowed_methods, reason = "tests write files")]

use std::time::Duration;

use rulebook::assess::{Options, assess};
use rulebook::assessment::DeterminationKind;
use rulebook::files::Files;
use rulebook::snapshot::Snapshot;
use rulebook::watch::Watch;

const LONG: Duration = Duration::from_secs(20);

fn determination(files: &Files) -> DeterminationKind {
    assess(&Snapshot::load(files), &Options::default()).rulebooks[0].jurisdictions[0].determination.kind
}

#[test]
fn a_saved_script_is_seen_and_a_touch_is_not() {
    let root = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = root.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write("policies/w/rulebook.yaml", "title: W\nas_of: 2017-08-03\nfacts:\n  a: {type: boolean}\n");
    write("policies/w/jurisdictions/x.yaml", "facts: {a: true}\n");
    write("scripts/w/s.rhai", "//! S\nj.a\n");
    let mut watch = Watch::start(root.path()).unwrap();
    assert_eq!(determination(watch.files()), DeterminationKind::Eligible);

    write("scripts/w/s.rhai", "//! S\n!j.a\n");
    let files = watch.wait(LONG).unwrap().expect("the change is seen");
    assert_eq!(determination(files), DeterminationKind::Ineligible);

    write("scripts/w/s.rhai", "//! S\n!j.a\n");
    assert!(watch.wait(Duration::from_millis(500)).unwrap().is_none(), "the same content is no change");

    let saved = root.path().join("scripts/w/s.tmp");
    std::fs::write(&saved, "//! S\nj.a\n").unwrap();
    std::fs::rename(&saved, root.path().join("scripts/w/s.rhai")).unwrap();
    let files = watch.wait(LONG).unwrap().expect("a file renamed over is seen");
    assert_eq!(determination(files), DeterminationKind::Eligible);
}
