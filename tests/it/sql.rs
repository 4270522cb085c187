//! Criteria as SQL: what stands in a statement, and what is refused. Engines run it in `tests/engines`.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use crate::common::run;

fn root(facts: &str, scripts: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    let rulebook =
        format!("title: T\nas_of: 2017-08-03\nparameters: {{least: 5}}\nfacts:\n{facts}");
    put("policies/t/rulebook.yaml", &rulebook);
    put("policies/t/jurisdictions/x.yaml", "facts: {}\n");
    for (name, script) in scripts {
        put(&format!("scripts/t/{name}.rhai"), script);
    }
    folder
}

fn sql(root: &Path, options: &[&str]) -> (String, String, i32) {
    run(root, &[&["sql"], options].concat(), b"")
}

#[test]
fn what_cannot_be_written_is_named_with_its_reason() {
    let folder = root(
        "  l: {type: list, items: integer}\n  a: {type: number}\n  b: {type: number}\n",
        &[
            ("lists", "//! Lists\nj.l.len() > 2\n"),
            ("plain", "//! Plain\nj.a > 2\n"),
            ("rounds", "//! Rounds\nfloor(j.a / j.b) >= 2\n"),
        ],
    );
    let (out, problems, status) = sql(folder.path(), &[]);
    assert_eq!((out.as_str(), status), ("", 2));
    assert!(
        problems.contains("the condition `lists` cannot be written as SQL"),
        "{problems}"
    );
    fs::remove_file(folder.path().join("scripts/t/lists.rhai")).unwrap();
    let (out, problems, status) = sql(folder.path(), &[]);
    assert_eq!((out.as_str(), status), ("", 2));
    assert!(
        problems.contains("the condition `rounds` cannot be written as SQL: `floor("),
        "{problems}"
    );
    assert!(!problems.contains("`plain`"), "{problems}");
}

#[test]
fn options_of_check_apply_and_the_same_input_gives_the_same_bytes() {
    let folder = root(
        "  n: {type: integer}\n",
        &[("least", "//! Least\nj.n >= params.least\n")],
    );
    let (one, _, status) = sql(folder.path(), &["--as", "select"]);
    let (again, ..) = sql(folder.path(), &["--as", "select"]);
    assert_eq!((&one, status), (&again, 0));
    assert!(one.contains("\"n\" >= 5"), "{one}");
    let (other, ..) = sql(folder.path(), &["--as", "select", "--set", "least=7"]);
    assert!(
        other.contains("\"n\" >= 7") && other.contains("params.least = 7 (by an option)"),
        "{other}"
    );
}

#[test]
fn quotients_are_compared_without_division() {
    let folder = root(
        "  debt: {type: integer, range: {min: 0}}\n  gdp: {type: integer, range: {min: 0}}\n",
        &[("debt", "//! Debt\nj.debt / j.gdp <= 0.6\n")],
    );
    let (text, problems, _) = sql(folder.path(), &["--as", "select"]);
    assert!(text.contains(" * 5"), "{text}{problems}");
    let statement = text.lines().filter(|line| !line.starts_with("--"));
    assert!(!statement.collect::<String>().contains(" / "), "{text}");
}

/// A ladder of 100 tests, and 30 questions with points, which have 2^30 ways.
#[test]
fn long_scripts_are_written_shortly() {
    let facts = (0..100).map(|n| format!("  question_{n}: {{type: integer}}\n"));
    let facts = facts.collect::<Vec<_>>().concat();
    let mut ladder = String::from("//! Ladder\n");
    for n in 0..100 {
        let verdict = if n % 2 == 0 { "met" } else { "not_met" };
        let _ = writeln!(
            ladder,
            "if j.question_{n} >= {n} {{ return {verdict}(\"case {n}\"); }}"
        );
    }
    ladder.push_str("met()\n");
    let mut points = String::from("//! Points\nlet n = 0;\n");
    for n in 0..30 {
        let _ = writeln!(points, "if j.question_{n} >= {n} {{ n += {}; }}", n % 4 + 1);
    }
    points.push_str("n >= 40\n");
    for (name, script, most) in [("ladder", &ladder, 250_000), ("points", &points, 100_000)] {
        let folder = root(&facts, &[(name, script.as_str())]);
        let (text, problems, status) = sql(folder.path(), &[]);
        assert_eq!(status, 0, "{problems}");
        assert!(text.len() < most, "{name}: {} bytes", text.len());
    }
}
