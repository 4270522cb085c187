//! How editors and other programs save, step by step as they do it.

use std::fs;
use std::io::Write;
use std::thread::sleep;
use std::time::Duration;

use rulebook::assessment::DeterminationKind::{Eligible, Ineligible};
use rulebook::live::Following;
use rulebook::watch::Mode;

use crate::desk::{Desk, NO, RECORD, SCRIPT, YES, folder};

/// Between the steps of a program that takes its time.
pub(crate) fn pause(milliseconds: u64) {
    sleep(Duration::from_millis(milliseconds));
}

pub(crate) fn in_place(desk: &Desk, text: &str) {
    fs::write(desk.path(SCRIPT), text).unwrap();
}

/// Empties the file, writes seven bytes, later the rest, closes it at last.
pub(crate) fn in_pieces(desk: &Desk, text: &str) {
    let mut file = fs::File::create(desk.path(SCRIPT)).unwrap();
    pause(5);
    let (start, rest) = text.as_bytes().split_at(7);
    file.write_all(start).unwrap();
    file.flush().unwrap();
    pause(120);
    file.write_all(rest).unwrap();
}

/// Moves the file away, writes a new one of that name, removes the old.
pub(crate) fn with_a_backup(desk: &Desk, text: &str) {
    let (path, backup) = (desk.path(SCRIPT), desk.path("scripts/w/s.rhai~"));
    fs::write(desk.path("scripts/w/4913"), "").unwrap();
    fs::remove_file(desk.path("scripts/w/4913")).unwrap();
    fs::rename(&path, &backup).unwrap();
    pause(20);
    fs::write(&path, text).unwrap();
    fs::remove_file(&backup).unwrap();
}

pub(crate) fn renamed_over(desk: &Desk, text: &str) {
    let new = desk.path("scripts/w/.s.rhai.tmp");
    fs::write(&new, text).unwrap();
    fs::rename(&new, desk.path(SCRIPT)).unwrap();
}

/// Old away, new in, old removed.
pub(crate) fn swapped(desk: &Desk, text: &str) {
    let (new, old) = (
        desk.path("scripts/w/s.rhai___jb_tmp___"),
        desk.path("scripts/w/s.rhai___jb_old___"),
    );
    fs::write(&new, text).unwrap();
    fs::rename(desk.path(SCRIPT), &old).unwrap();
    pause(10);
    fs::rename(&new, desk.path(SCRIPT)).unwrap();
    fs::remove_file(&old).unwrap();
}

pub(crate) fn removed_and_made_again(desk: &Desk, text: &str) {
    fs::remove_file(desk.path(SCRIPT)).unwrap();
    pause(60);
    fs::write(desk.path(SCRIPT), text).unwrap();
}

/// Emptied and closed, then opened again and written.
pub(crate) fn emptied_first(desk: &Desk, text: &str) {
    fs::write(desk.path(SCRIPT), "").unwrap();
    pause(80);
    fs::write(desk.path(SCRIPT), text).unwrap();
}

#[test]
fn written_in_place() {
    Desk::new().holds_for(in_place);
}

#[test]
fn written_in_pieces() {
    Desk::new().holds_for(in_pieces);
}

#[test]
fn written_beside_a_backup() {
    Desk::new().holds_for(with_a_backup);
}

#[test]
fn renamed_into_place() {
    Desk::new().holds_for(renamed_over);
}

#[test]
fn swapped_by_two_renames() {
    Desk::new().holds_for(swapped);
}

#[test]
fn deleted_and_made_again() {
    Desk::new().holds_for(removed_and_made_again);
}

#[test]
fn emptied_before_it_is_written() {
    Desk::new().holds_for(emptied_first);
}

#[test]
fn looked_at_where_there_are_no_events() {
    let desk = Desk::over(folder(), Following::Polling);
    assert!(matches!(desk.live.revision().mode, Mode::Polling(_)));
    desk.holds_for(in_place);
}

#[test]
fn a_touch_and_the_litter_of_editors_change_nothing() {
    let desk = Desk::new();
    for litter in [
        "scripts/w/.s.rhai.swp",
        "scripts/w/#s.rhai#",
        "scripts/w/s.rhai~",
        "scripts/w/4913",
        "policies/w/x.orig",
    ] {
        desk.write(litter, "litter\n");
    }
    in_place(&desk, YES);
    desk.write(RECORD, "facts: {a: true}\n");
    assert!(
        desk.live.wait(1, Duration::from_millis(700)).is_none(),
        "{:#?}",
        desk.live.revision()
    );
    in_place(&desk, NO);
    assert_eq!(desk.until_kind(Ineligible).number, 2);
}

#[test]
fn many_files_at_once_are_one_revision() {
    let desk = Desk::new();
    desk.write(".git/index.lock", "");
    for index in 0..200 {
        desk.write(
            &format!("policies/w/jurisdictions/j{index}.yaml"),
            "facts: {a: true}\n",
        );
    }
    in_place(&desk, NO);
    fs::remove_file(desk.path(".git/index.lock")).unwrap();
    let revision = desk.until("all", |revision| revision.files == 203);
    assert_eq!((revision.number, revision.changed.len()), (2, 201));
    desk.is_what_is_on_disk();
    desk.never_flashed();
}

#[test]
fn a_folder_made_with_files_in_it_is_seen() {
    let desk = Desk::new();
    for index in 0..20 {
        desk.write(
            &format!("policies/w/jurisdictions/deep/er/{index}/j{index}.yaml"),
            "facts: {a: true}\n",
        );
    }
    desk.until("all", |revision| revision.files == 23);
    desk.is_what_is_on_disk();
    desk.never_flashed();
}

#[test]
fn a_folder_renamed_and_removed_is_seen() {
    let desk = Desk::new();
    desk.write("policies/w/jurisdictions/sub/y.yaml", "facts: {a: true}\n");
    desk.until("one more", |revision| revision.files == 4);
    fs::rename(
        desk.path("policies/w/jurisdictions/sub"),
        desk.path("policies/w/jurisdictions/other"),
    )
    .unwrap();
    desk.until("another name", |revision| {
        revision.changed.iter().any(|path| path.contains("/other/"))
    });
    desk.is_what_is_on_disk();
    desk.write(
        "policies/w/jurisdictions/other/y.yaml",
        "facts: {a: false}\n",
    );
    desk.until("an edit there", |revision| {
        revision.assessment.rulebooks[0].count(Ineligible) == 1
    });
    fs::remove_dir_all(desk.path("policies/w/jurisdictions/other")).unwrap();
    desk.until("one less", |revision| revision.files == 3);
    desk.is_what_is_on_disk();
}

#[cfg(unix)]
#[test]
fn a_folder_behind_a_link_is_swapped() {
    use std::os::unix::fs::symlink;
    let root = folder();
    let place = |version: &str, text: &str| {
        let folder = root.path().join("versions").join(version);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("s.rhai"), text).unwrap();
    };
    place("1", YES);
    place("2", NO);
    fs::remove_dir_all(root.path().join("scripts/w")).unwrap();
    symlink("../versions/1", root.path().join("scripts/w")).unwrap();
    let desk = Desk::over(root, Following::Events);
    assert_eq!(desk.kind(), Some(Eligible));
    symlink("../versions/2", desk.path("scripts/new")).unwrap();
    fs::rename(desk.path("scripts/new"), desk.path("scripts/w")).unwrap();
    desk.until_kind(Ineligible);
    fs::write(desk.path("versions/2/s.rhai"), YES).unwrap();
    desk.until_kind(Eligible);
    desk.never_flashed();
}

/// As a Kubernetes volume does it: every file is a link through the link `..data`.
#[cfg(unix)]
#[test]
fn files_behind_a_swapped_link_are_seen() {
    use std::os::unix::fs::symlink;
    let root = folder();
    let scripts = root.path().join("scripts/w");
    for (version, text) in [("..1", YES), ("..2", NO)] {
        fs::create_dir_all(scripts.join(version)).unwrap();
        fs::write(scripts.join(version).join("s.rhai"), text).unwrap();
    }
    fs::remove_file(scripts.join("s.rhai")).unwrap();
    symlink("..1", scripts.join("..data")).unwrap();
    symlink("..data/s.rhai", scripts.join("s.rhai")).unwrap();
    let desk = Desk::over(root, Following::Events);
    assert_eq!(desk.kind(), Some(Eligible));
    symlink("..2", desk.path("scripts/w/..data_tmp")).unwrap();
    fs::rename(
        desk.path("scripts/w/..data_tmp"),
        desk.path("scripts/w/..data"),
    )
    .unwrap();
    desk.until_kind(Ineligible);
    desk.never_flashed();
}

#[test]
fn a_root_that_is_missing_is_waited_for() {
    let folder = folder();
    let (root, away) = (folder.path().join("root"), folder.path().join("away"));
    fs::create_dir(&away).unwrap();
    for name in ["policies", "scripts"] {
        fs::rename(folder.path().join(name), away.join(name)).unwrap();
    }
    let desk = Desk::at(folder, &root, Following::Events);
    assert!(
        desk.live
            .revision()
            .trouble
            .as_ref()
            .is_some_and(|why| why.contains("there is no folder"))
    );
    fs::rename(&away, &root).unwrap();
    desk.until_kind(Eligible);
    assert_eq!(desk.live.revision().trouble, None);

    fs::rename(&root, &away).unwrap();
    let gone = desk.until("the root is gone", |revision| revision.trouble.is_some());
    assert_eq!(
        gone.assessment.rulebooks.len(),
        1,
        "what was in force stays"
    );
    fs::write(away.join(SCRIPT), NO).unwrap();
    fs::rename(&away, &root).unwrap();
    desk.until_kind(Ineligible);
    fs::write(root.join(SCRIPT), YES).unwrap();
    desk.until_kind(Eligible);
}

#[test]
fn a_root_swapped_for_another_is_seen() {
    let folder = folder();
    let root = folder.path().join("root");
    for (name, text) in [("root", YES), ("next", NO)] {
        let place = folder.path().join(name);
        fs::create_dir_all(place.join("scripts/w")).unwrap();
        fs::create_dir_all(place.join("policies/w/jurisdictions")).unwrap();
        for path in ["policies/w/rulebook.yaml", RECORD] {
            fs::copy(folder.path().join(path), place.join(path)).unwrap();
        }
        fs::write(place.join(SCRIPT), text).unwrap();
    }
    let desk = Desk::at(folder, &root, Following::Events);
    assert_eq!(desk.kind(), Some(Eligible));
    fs::rename(&root, desk.path("old")).unwrap();
    fs::rename(desk.path("next"), &root).unwrap();
    desk.until_kind(Ineligible);
    fs::write(desk.path("old").join(SCRIPT), NO).unwrap();
    fs::write(root.join(SCRIPT), YES).unwrap();
    desk.until_kind(Eligible);
}

/// A write through another name of the same file gives no event in this folder.
#[cfg(unix)]
#[test]
fn a_change_that_no_event_tells_of_is_found() {
    let root = folder();
    fs::create_dir(root.path().join("other")).unwrap();
    fs::hard_link(root.path().join(SCRIPT), root.path().join("other/name")).unwrap();
    let desk = Desk::over(root, Following::Events);
    fs::write(desk.path("other/name"), NO).unwrap();
    let revision = desk.until_kind(Ineligible);
    assert!(
        matches!(&revision.mode, Mode::Polling(why) if why.contains("no changes")),
        "{revision:#?}"
    );
}
