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
            ("rounds", "//! Rounds\nround_even(j.a / j.b) >= 2\n"),
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
        problems.contains("the condition `rounds` cannot be written as SQL: `round_even("),
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

#[test]
fn a_missing_fact_of_a_calculation_is_taken_at_the_ends_of_its_range() {
    let ranged = "  a: {type: integer, range: {min: 0, max: 5}}\n  b: {type: number, range: {min: 0, max: 7}}\n";
    let caution = "unknown for caution, at times, where a fact of";
    let folder = root(ranged, &[("sum", "//! Sum\n2 * j.a - j.b >= 4\n")]);
    let (text, problems, _) = sql(folder.path(), &["--as", "select"]);
    for end in ["THEN CAST(5 AS", "THEN CAST(0 AS", "THEN CAST(7000000 AS"] {
        assert!(text.contains(end), "{end}: {text}{problems}");
    }
    assert!(!text.contains(caution), "{text}");
    // One that stands twice has no end at which the sum is greatest, and one without a range has none.
    let open = "  a: {type: integer, range: {min: 0, max: 5}}\n  b: {type: number}\n";
    for (facts, script) in [
        (ranged, "j.a * j.a - j.b - j.a >= 4"),
        (open, "2 * j.a - j.b >= 4"),
    ] {
        let folder = root(facts, &[("sum", &format!("//! Sum\n{script}\n"))]);
        let (text, problems, _) = sql(folder.path(), &["--as", "select"]);
        assert!(text.contains(caution), "{text}{problems}");
    }
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

#[test]
fn rounded_numbers_are_compared_without_rounding() {
    let folder = root(
        "  a: {type: integer}\n  b: {type: integer, range: {min: 1}}\n",
        &[("rounds", "//! Rounds\nj.a <= ceiling(j.a / j.b)\n")],
    );
    let (text, problems, _) = sql(folder.path(), &["--as", "select"]);
    let statement = text.lines().filter(|line| !line.starts_with("--"));
    let statement = statement.collect::<String>();
    assert!(statement.contains("+ -1)"), "{text}{problems}");
    assert!(!statement.contains("CEIL"), "{text}");
}

/// A statistic that ranks by a quotient: no engine can put fractions in order.
#[test]
fn what_no_engine_calculates_is_handed_over() {
    let rulebook = "title: T\nas_of: 2017-08-03\nfacts:\n  a: {type: integer}\n  b: {type: integer}\nstatistics:\n  place: {statistic: rank, of: quotient}\n";
    let folder = root("", &[("first", "//! First\nstats.place <= 1\n")]);
    let put = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    put("policies/t/rulebook.yaml", rulebook);
    put("policies/t/jurisdictions/x.yaml", "facts: {a: 1, b: 3}\n");
    put("policies/t/jurisdictions/y.yaml", "facts: {a: 2, b: 7}\n");
    fs::create_dir_all(folder.path().join("scripts/t/derive")).unwrap();
    let script = "//! Quotient\n//! @type number\n\nj.a / j.b\n";
    put("scripts/t/derive/quotient.rhai", script);
    let (out, problems, status) = sql(folder.path(), &[]);
    assert_eq!((out.as_str(), status), ("", 2));
    assert!(
        problems.contains(
            "the statistic `stats.place` cannot be written as SQL: `(a / b)` is a quotient"
        ),
        "{problems}"
    );
    assert!(problems.contains("--statistics literals"), "{problems}");
    let (out, problems, status) = sql(folder.path(), &["--statistics", "literals"]);
    assert_eq!(status, 0, "{problems}");
    assert!(out.contains("('x', '2'),\n    ('y', '1')"), "{out}");
    let (out, problems, _) = sql(folder.path(), &["--statistics", "literals", "--missing"]);
    assert_eq!(out, "");
    assert!(problems.contains("leave `--missing` out"), "{problems}");
}

#[test]
fn outcomes_that_no_tree_holds_are_refused_as_a_table() {
    let folder = root(
        "  l: {type: list, items: integer}\n",
        &[(
            "loops",
            "//! Loops\nlet n = 0;\nfor x in j.l { n += x; }\nn > 2\n",
        )],
    );
    let (out, problems, status) = sql(folder.path(), &["--reasons"]);
    assert_eq!((out.as_str(), status), ("", 2));
    assert!(
        problems.contains("the condition `loops` cannot be written as SQL: no tree holds it"),
        "{problems}"
    );
}

#[test]
fn another_version_is_compared_in_one_statement() {
    let before = root(
        "  n: {type: integer}\n",
        &[("least", "//! Least\nj.n >= params.least\n")],
    );
    let now = root(
        "  n: {type: integer}\n",
        &[("least", "//! Least\nj.n > params.least\n")],
    );
    let base = before.path().to_str().unwrap();
    let (text, problems, status) = sql(now.path(), &["--impact", base, "--as", "select"]);
    assert_eq!(status, 0, "{problems}");
    assert!(
        text.contains("\"n\" >= 5") && text.contains("\"n\" >= 6"),
        "{text}"
    );
    assert!(
        text.contains("_before_facts") && text.contains("_after_facts"),
        "{text}"
    );
    fs::write(
        before.path().join("scripts/t/least.rhai"),
        "//! Least\nfor\n",
    )
    .unwrap();
    let (text, problems, status) = sql(now.path(), &["--impact", base]);
    assert_eq!((text.as_str(), status), ("", 2));
    assert!(
        problems.contains("the condition `least` cannot be written as SQL: its script is broken"),
        "{problems}"
    );
}

#[test]
fn whether_a_statistic_is_known_is_not_asked_of_an_engine_that_may_be_cautious_about_it() {
    let folder = root(
        "  a: {type: integer, range: {min: 0, max: 9}}\nstatistics:\n  \
         mean: {statistic: mean, of: a}\n",
        &[
            ("asks", "//! Asks\nj.known(\"stats.mean\")\n"),
            ("reads", "//! Reads\nj.a > stats.mean\n"),
        ],
    );
    let (out, problems, status) = sql(folder.path(), &[]);
    assert_eq!((out.as_str(), status), ("", 2), "{problems}");
    assert!(
        problems.contains("the condition `asks` cannot be written as SQL"),
        "{problems}"
    );
    // What is calculated here is known or not, and written so.
    let (_, problems, status) = sql(folder.path(), &["--statistics", "literals"]);
    assert_eq!(status, 0, "{problems}");
}
