//! Results: derived facts that are marked `@result`, as `check`, `summary` and `impact` show them.

use std::fs;
use std::path::Path;

use crate::common::run;

const FILES: [(&str, &str); 5] = [
    (
        "policies/t/rulebook.yaml",
        "title: Grants\nas_of: 2020-01-01\nparameters: {least: 20, share: {value: 1/3}}\n\
         facts:\n  people: {type: integer}\n",
    ),
    (
        "policies/t/jurisdictions/all.csv",
        "id,people\na,10\nb,20\nc,31\nd,\ne,45\n",
    ),
    (
        "scripts/t/size.rhai",
        "//! Size\nj.people >= params.least\n",
    ),
    (
        "scripts/t/derive/grant.rhai",
        "//! The grant\n//! @type number\n//! @unit euros\n//! @decimals 2\n//! @result\nj.people * params.share\n",
    ),
    (
        "scripts/t/derive/size_class.rhai",
        "//! The class\n//! @choices small, large\n//! @result\nif j.people > 30 { \"large\" } else { \"small\" }\n",
    ),
];

fn folder() -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    for (path, text) in FILES {
        let path = root.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    root
}

fn shown(root: &Path, arguments: &[&str]) -> String {
    let (text, told, status) = run(root, arguments, b"");
    assert!(status == 0 && !told.contains("derived fact"), "{told}");
    text
}

/// The thirds that cells of a column add up to, in rows that say this.
fn thirds(text: &str, column: usize, says: &str) -> i64 {
    let rows = text.lines().filter(|line| line.contains(says));
    let cells = rows.map(|line| line.split(',').rev().nth(column).unwrap());
    let numbers = cells.filter(|cell| !cell.is_empty());
    let third = |cell: &str| {
        let near = cell.trim_end_matches('…').parse::<f64>().unwrap();
        format!("{:.0}", near * 3.0).parse::<i64>().unwrap()
    };
    numbers.map(third).sum()
}

#[test]
fn results_stand_in_the_last_columns_and_are_added_up() {
    let root = folder();
    let csv = shown(root.path(), &["check", "--format", "csv", "--no-tests"]);
    let mut lines = csv.lines();
    assert!(
        lines
            .next()
            .unwrap()
            .ends_with(",script,script_line,grant,size_class"),
        "{csv}"
    );
    assert!(
        lines.clone().all(|line| line.split(',').count() == 16),
        "{csv}"
    );
    let cells: Vec<&str> = lines
        .filter(|line| line.contains(",,,eligible") || line.contains(",b,,eligible"))
        .filter_map(|line| line.rsplit(',').next())
        .collect();
    assert_eq!(cells, ["small"], "{csv}");
    // What the rows of those that are eligible add up to is what the summary says.
    let eligible = thirds(&csv, 1, ",,eligible,");
    assert_eq!(eligible, 20 + 31 + 45, "{csv}");
    let summary = shown(root.path(), &["summary", "--format", "csv"]);
    let row = summary
        .lines()
        .find(|line| line.starts_with("result,t,,grant,eligible"));
    assert!(
        row.unwrap().starts_with("result,t,,grant,eligible,3,,32,"),
        "{summary}"
    );
    insta::assert_snapshot!(shown(root.path(), &["summary", "--near", "1"]));
}

#[test]
fn an_impact_says_who_has_more_and_what_all_add_up_to() {
    let root = folder();
    let set = [
        "impact",
        "--head-set",
        "share=1/2",
        "--head-set",
        "least=40",
    ];
    insta::assert_snapshot!(shown(root.path(), &set));
    let csv = shown(root.path(), &[&set[..], &["--format", "csv"]].concat());
    assert!(csv.contains("\nresult,t,b,grant,6.6666666666"), "{csv}");
    let json = shown(root.path(), &[&set[..], &["--format", "json"]].concat());
    assert!(
        json.contains("\"results\"") && json.contains("\"before\": 32"),
        "{json}"
    );
    // Nothing else changes, and nothing is said.
    let same = shown(
        root.path(),
        &["impact", "--head-set", "least=20", "--format", "json"],
    );
    assert!(!same.contains("\"results\""), "{same}");
}

#[test]
fn results_stand_in_every_report_of_a_check() {
    let root = folder();
    let report = |format: &str| shown(root.path(), &["check", "--no-tests", "--format", format]);
    let table = report("table");
    let (_, results) = table.split_once("\nResults\n").unwrap();
    assert!(
        results.starts_with("  a: grant = ≈3.33 euros, size_class = small\n"),
        "{table}"
    );
    assert!(
        results.contains("  d: grant = unknown, size_class = unknown\n  e:"),
        "{table}"
    );
    // 20, 31 and 45 thirds.
    let all = "  grant of the 3 eligible: 32.00 euros in all\n";
    assert!(results.contains(all), "{table}");
    let html = report("html");
    assert!(
        html.contains("<td>≈10.33 euros</td><td>large</td></tr>"),
        "{html}"
    );
    let markdown = report("markdown");
    assert!(
        markdown.contains("| grant | size_class |") && markdown.contains("| 15.00 euros | large |"),
        "{markdown}"
    );
    let junit = report("junit");
    assert!(
        junit.contains("<property name=\"c.grant\" value=\"≈10.33 euros\"/>"),
        "{junit}"
    );
}
