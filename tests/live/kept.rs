//! A mistake never blanks the screen: the last good version stays in force.

use std::fs;
use std::time::Duration;

use rulebook::assessment::DeterminationKind::{Eligible, Ineligible};
use rulebook::live::{Following, Revision};
use rulebook::request_evaluator::Ids;

use crate::desk::{BROKEN, Desk, NO, RECORD, RULEBOOK, SCRIPT, YES, folder};

fn stale(revision: &Revision) -> Vec<&str> {
    revision
        .stale
        .iter()
        .map(|stale| stale.file.as_str())
        .collect()
}

#[test]
fn a_broken_script_stays_in_force_until_it_is_mended() {
    let desk = Desk::new();
    desk.write(SCRIPT, BROKEN);
    let revision = desk.until("stale", |revision| !revision.stale.is_empty());
    assert_eq!(stale(&revision), [SCRIPT]);
    assert_eq!(
        (revision.stale[0].revision, desk.kind()),
        (2, Some(Eligible))
    );
    assert!(
        revision
            .assessment
            .diagnostics
            .contains(&revision.stale[0].because)
    );

    // Another mistake: it is stale since the first one.
    desk.write(SCRIPT, "//! S\nj.aa\n");
    let revision = desk.until("another error", |revision| revision.number == 3);
    assert_eq!(
        (stale(&revision), revision.stale[0].revision),
        (vec![SCRIPT], 2)
    );
    assert!(revision.stale[0].because.message.contains("`aa`"));

    desk.write(SCRIPT, NO);
    let revision = desk.until_kind(Ineligible);
    assert!(revision.stale.is_empty() && revision.assessment.diagnostics.is_empty());
    desk.is_what_is_on_disk();
}

#[test]
fn other_files_move_on_while_one_is_stale() {
    let desk = Desk::new();
    desk.write(SCRIPT, BROKEN);
    desk.until("stale", |revision| !revision.stale.is_empty());
    desk.write(RECORD, "facts: {a: false}\n");
    let revision = desk.until_kind(Ineligible);
    assert_eq!(stale(&revision), [SCRIPT]);
}

#[test]
fn a_broken_record_and_a_broken_rulebook_stay_in_force() {
    let desk = Desk::new();
    desk.write(RECORD, "facts: {a: [perhaps}\n");
    let revision = desk.until("stale record", |revision| stale(revision) == [RECORD]);
    assert_eq!(revision.assessment.rulebooks[0].count(Eligible), 1);
    desk.write(RECORD, "facts: {a: perhaps}\n");
    desk.until("a wrong value", |revision| {
        stale(revision) == [RECORD] && revision.number > 2
    });
    assert_eq!(desk.kind(), Some(Eligible));
    desk.write(RECORD, "facts: {a: true}\n");
    desk.until("mended", |revision| revision.stale.is_empty());

    desk.write("policies/w/rulebook.yaml", "title: [W\n");
    desk.until("stale rulebook", |revision| {
        stale(revision) == ["policies/w/rulebook.yaml"]
    });
    assert_eq!(desk.kind(), Some(Eligible));
    desk.write("policies/w/rulebook.yaml", RULEBOOK);
    desk.until("mended", |revision| revision.stale.is_empty());
    desk.is_what_is_on_disk();
}

#[test]
fn a_deleted_file_is_not_kept() {
    let desk = Desk::new();
    desk.write("scripts/w/second.rhai", NO);
    desk.until_kind(Ineligible);
    desk.write("scripts/w/second.rhai", BROKEN);
    desk.until("stale", |revision| !revision.stale.is_empty());
    fs::remove_file(desk.path("scripts/w/second.rhai")).unwrap();
    let revision = desk.until_kind(Eligible);
    assert!(revision.stale.is_empty() && revision.assessment.diagnostics.is_empty());
    desk.is_what_is_on_disk();
}

#[test]
fn a_file_that_was_never_good_is_told_and_not_kept() {
    let desk = Desk::new();
    desk.write("scripts/w/second.rhai", BROKEN);
    let revision = desk.until("an error", |revision| revision.assessment.has_errors());
    assert!(revision.stale.is_empty());
    desk.is_what_is_on_disk();
    desk.write("scripts/w/second.rhai", "//! T\nj.b\n");
    let revision = desk.until("another error", |revision| revision.number == 3);
    assert!(revision.stale.is_empty());
    desk.is_what_is_on_disk();
    desk.write("scripts/w/second.rhai", YES);
    desk.until("mended", |revision| !revision.assessment.has_errors());
}

#[test]
fn a_broken_library_leaves_its_last_good_version_to_those_who_import_it() {
    let desk = Desk::new();
    desk.write("scripts/w/lib/f.rhai", "fn fine(a) { a }\n");
    desk.until("a library", |revision| revision.files == 4);
    desk.write(SCRIPT, "//! S\nimport \"lib/f\" as f;\n!f::fine(j.a)\n");
    desk.until_kind(Ineligible);
    desk.write("scripts/w/lib/f.rhai", "fn fine(a) { \n");
    let revision = desk.until("stale", |revision| !revision.stale.is_empty());
    assert_eq!(stale(&revision), ["scripts/w/lib/f.rhai"]);
    assert_eq!(
        revision.assessment.diagnostics.len(),
        1,
        "{:#?}",
        revision.assessment.diagnostics
    );
    assert_eq!(desk.kind(), Some(Ineligible));
}

#[test]
fn the_delta_says_who_changed() {
    use rulebook::assessment::Movement;
    let desk = Desk::new();
    desk.write(SCRIPT, NO);
    let revision = desk.until_kind(Ineligible);
    let delta = &revision.delta.rulebooks[0];
    assert_eq!(
        (
            delta.count(Movement::Lost),
            delta.flips(),
            revision.changed.as_slice()
        ),
        (1, 1, [SCRIPT.to_owned()].as_slice())
    );
    desk.write(RECORD, "facts: {a: unknown}\n");
    let revision = desk.until("unknown", |revision| revision.number == 3);
    assert_eq!(
        revision.delta.rulebooks[0].count(Movement::BecameUnknown),
        1
    );
}

/// A script that is at work for many seconds, and ends.
fn much_work() -> String {
    let facts: Vec<_> = (0..6).map(|number| format!("x > j.f{number}")).collect();
    let script = format!(
        "let n = 0;\nfor x in 0..7000 {{ if {} {{ n += 1; }} }}\nn > 3\n",
        facts.join(" && ")
    );
    format!("//! S\n{script}")
}

#[test]
fn a_newer_save_ends_what_the_one_before_is_worked_at_for() {
    // Where no event tells of a save, it is looked for meanwhile.
    for finding in [Following::Events, Following::Polling] {
        let desk = Desk::over(folder(), finding);
        let facts: Vec<_> = (0..6)
            .map(|number| format!("  f{number}: {{type: integer, range: {{min: 0, max: 9}}}}\n"))
            .collect();
        desk.write(
            "policies/w/rulebook.yaml",
            &format!("{RULEBOOK}{}", facts.concat()),
        );
        let seen = desk
            .until("more facts", |revision| revision.number == 2)
            .number;
        for number in 0..30 {
            desk.write(&format!("scripts/w/long{number}.rhai"), &much_work());
        }
        // They are being worked at by now, and would be for a minute.
        std::thread::sleep(Duration::from_secs(2));
        assert_eq!(desk.live.revision().number, seen);
        for number in 0..30 {
            fs::remove_file(desk.path(&format!("scripts/w/long{number}.rhai"))).unwrap();
        }
        desk.write(SCRIPT, NO);
        let revision = desk.until_kind(Ineligible);
        assert_eq!(revision.assessment.rulebooks[0].conditions.len(), 1);
    }
}

#[test]
fn following_ends_while_something_is_worked_at() {
    let desk = Desk::new();
    desk.write(SCRIPT, &much_work());
    std::thread::sleep(Duration::from_millis(500));
    drop(desk);
}

/// A server that follows a folder asks the evaluator in force.
#[test]
fn the_evaluator_in_force_is_handed_out() {
    let desk = Desk::new();
    let ask = || {
        let evaluator = desk.live.evaluator("w", Ids::New).unwrap();
        let answer = evaluator.assess(br#"{"id": "y", "facts": {"a": true}}"#);
        answer.verdict().unwrap()
    };
    assert_eq!(ask(), Eligible);
    assert!(desk.live.evaluator("v", Ids::New).is_none());
    desk.write(SCRIPT, BROKEN);
    desk.until("stale", |revision| !revision.stale.is_empty());
    assert_eq!(ask(), Eligible);
    desk.write(SCRIPT, NO);
    desk.until_kind(Ineligible);
    assert_eq!(ask(), Ineligible);
}
