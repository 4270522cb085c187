//! What is written stays in the root, and is written whole.

#![cfg(unix)]

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use crate::common::run;

/// A small rulebook in a root, and a folder beside it that nothing may be written into.
struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("outside")).unwrap();
        let place = Self { folder };
        place.fine(&["new", "grants"]);
        place
    }

    fn root(&self) -> PathBuf {
        self.folder.path().join("root")
    }

    fn outside(&self) -> PathBuf {
        self.folder.path().join("outside")
    }

    fn fine(&self, arguments: &[&str]) {
        let (out, errors, status) = run(&self.root(), arguments, b"");
        assert_eq!(status, 0, "{arguments:?}: {out}{errors}");
    }

    fn refused(&self, arguments: &[&str], why: &str) {
        let before = everything(&self.outside());
        let (out, errors, status) = run(&self.root(), arguments, b"");
        assert!(
            status == 2 && errors.contains(why),
            "{arguments:?}: {out}{errors}"
        );
        assert_eq!(everything(&self.outside()), before, "{arguments:?}");
    }
}

/// The paths below a folder and what files hold, without links.
fn everything(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let (path, kind) = (entry.path(), entry.file_type().unwrap());
        if kind.is_dir() {
            found.push((path.clone(), String::new()));
            found.extend(everything(&path));
        } else if kind.is_file() {
            found.push((path.clone(), fs::read_to_string(&path).unwrap()));
        }
    }
    found.sort();
    found
}

const LEADS_OUT: &str = "leads out of the root folder by a link";

#[test]
fn a_link_that_leads_out_of_the_root_is_not_written_through() {
    for folder in ["policies/grants", "policies/grants/schema"] {
        let place = Place::new();
        let there = place.root().join(folder);
        if there.is_dir() {
            fs::rename(&there, place.outside().join("there")).unwrap();
        } else {
            fs::create_dir(place.outside().join("there")).unwrap();
        }
        symlink(place.outside().join("there"), &there).unwrap();
        place.refused(
            &["schema", "--write"],
            if folder.ends_with('s') {
                "R10"
            } else {
                LEADS_OUT
            },
        );
    }
    // A new rulebook: through a folder, and through one below it.
    for folder in ["policies", "scripts", "tests"] {
        let place = Place::new();
        fs::remove_dir_all(place.root().join(folder)).unwrap();
        symlink(place.outside(), place.root().join(folder)).unwrap();
        place.refused(&["new", "loans"], LEADS_OUT);
    }
    // Accepted results whose folder is a link that nothing reads before.
    let place = Place::new();
    fs::remove_dir_all(place.root().join("tests")).unwrap();
    symlink(place.outside(), place.root().join("tests")).unwrap();
    place.refused(&["check", "--accept"], LEADS_OUT);
}

#[test]
fn a_link_within_the_root_stays_a_link_and_its_target_keeps_its_permissions() {
    let place = Place::new();
    place.fine(&["check", "--accept"]);
    let accepted = place.root().join("tests/grants/expected.yaml");
    let kept = place.root().join("kept.yaml");
    fs::write(&kept, "").unwrap();
    fs::set_permissions(&kept, fs::Permissions::from_mode(0o640)).unwrap();
    fs::remove_file(&accepted).unwrap();
    symlink("../../kept.yaml", &accepted).unwrap();
    place.fine(&["check", "--accept"]);
    assert!(accepted.symlink_metadata().unwrap().is_symlink());
    assert!(fs::read_to_string(&kept).unwrap().contains("ineligible"));
    assert_eq!(kept.metadata().unwrap().permissions().mode() & 0o777, 0o640);
    // One that leads to nothing may lead anywhere.
    fs::create_dir(place.root().join("policies/grants/schema")).unwrap();
    let schema = place.root().join("policies/grants/schema/record.json");
    symlink("nothing.json", schema).unwrap();
    place.refused(&["schema", "--write"], "leads to nothing");
}

#[test]
fn outputs_may_have_long_names_and_go_through_links() {
    let place = Place::new();
    let (long, real) = ("a".repeat(250), place.outside().join("real.json"));
    for name in [long.as_str(), "link.json"] {
        let file = place.folder.path().join(name);
        if name != long {
            fs::write(&real, "").unwrap();
            symlink(&real, &file).unwrap();
        }
        place.fine(&["check", "--format", &format!("json={}", file.display())]);
        assert!(fs::read_to_string(&file).unwrap().contains("\"rulebooks\""));
    }
    let link = place.folder.path().join("link.json");
    assert!(link.symlink_metadata().unwrap().is_symlink());
}

#[test]
fn what_a_killed_program_left_is_removed_by_the_next_and_what_another_writes_is_not() {
    let place = Place::new();
    place.fine(&["schema", "--write"]);
    place.fine(&["check", "--accept"]);
    let before = everything(&place.root());
    // The name that its temporary file has is seen while it cannot be renamed.
    let folder = place.root().join("tests/grants");
    let accepted = folder.join("expected.yaml");
    fs::remove_file(&accepted).unwrap();
    let left = ".fc4a7e4a1461d165.rulebook-new";
    let held = fs::File::create(folder.join(left)).unwrap();
    held.lock().unwrap();
    place.refused(&["check", "--accept"], "another program is writing it");
    drop(held);
    place.fine(&["check", "--accept"]);
    assert_eq!(everything(&place.root()), before);
}
