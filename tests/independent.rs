//! The second sample rulebook beside the same rules worked out by a script of another language, for
//! every municipality and every number. Needs python3.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test reads files and runs a program"
)]

use std::path::Path;
use std::process::Command;

use rulebook::assess::{Options, assess};
use rulebook::assessment::Status;
use rulebook::fact::Value;
use rulebook::snapshot::Snapshot;

fn word(status: Status) -> &'static str {
    match status {
        Status::Met => "met",
        Status::NotMet => "not_met",
        Status::NotApplicable => "not_applicable",
        Status::Unknown => "unknown",
        Status::Fault => "fault",
    }
}

/// Whether a value is what the script says, numbers to the last digit: as fractions.
fn same(found: Option<&Value>, expected: &serde_json::Value) -> bool {
    match (found, expected) {
        (None, serde_json::Value::Null) => true,
        (Some(Value::Boolean(found)), serde_json::Value::Bool(expected)) => found == expected,
        (Some(Value::Text(found)), serde_json::Value::String(expected)) => **found == **expected,
        (Some(Value::Integer(found)), serde_json::Value::Number(expected)) => {
            expected.as_i64() == Some(*found)
        }
        (Some(Value::Integer(found)), serde_json::Value::String(expected)) => {
            *expected == format!("{found}/1")
        }
        (Some(Value::Number(found)), serde_json::Value::String(expected)) => {
            found.fraction() == *expected
        }
        (Some(Value::Number(found)), serde_json::Value::Number(expected)) => {
            found.whole() == expected.as_i64()
        }
        _ => false,
    }
}

#[test]
fn the_second_sample_comes_to_what_its_rules_say() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/solidarity");
    let found = Command::new("python3")
        .arg(root.join("tests/solidarity/independent.py"))
        .arg(root.join("policies/solidarity/jurisdictions/municipalities.csv"))
        .output()
        .unwrap();
    assert!(
        found.status.success(),
        "{}",
        String::from_utf8_lossy(&found.stderr)
    );
    let expected: serde_json::Value = serde_json::from_slice(&found.stdout).unwrap();
    let expected = expected.as_object().unwrap();
    let assessment = assess(
        &Snapshot::load(&rulebook::disk::read(&root).unwrap()),
        &Options::default(),
    );
    let assessed = &assessment.rulebooks[0];
    assert_eq!(assessed.len(), expected.len());
    let mut compared = 0;
    for one in assessed.jurisdictions() {
        let id = one.jurisdiction.id.as_str();
        let expected = &expected[id];
        assert_eq!(
            one.determination.kind.to_string(),
            expected["determination"].as_str().unwrap(),
            "{id}"
        );
        for (used, finding) in assessed.conditions.iter().zip(&one.findings) {
            let condition = used.condition.id.as_str();
            assert_eq!(
                word(finding.status),
                expected["findings"][condition],
                "{id}, {condition}"
            );
        }
        let worked_out = assessed.all_worked_out(id);
        let numbers = expected["numbers"].as_object().unwrap();
        assert_eq!(worked_out.len(), numbers.len());
        for (path, value) in worked_out {
            let expected = &numbers[path.as_str()];
            assert!(
                same(value.as_ref(), expected),
                "{id}, {path}: {value:?} is not {expected}"
            );
            compared += 1;
        }
    }
    assert_eq!(compared, 60 * 12);
}
