//! Results written as they are made: the same in every format, over more jurisdictions than are
//! held at once.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;

/// A root with so many records, some of whose facts are missing.
fn root(count: usize) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write(
        "policies/t/rulebook.yaml",
        "title: T\nas_of: 2020-01-01\nfacts:\n  a: {type: integer}\n  b: {type: boolean}\n",
    );
    let mut rows = "id,name,a,b\n".to_owned();
    for index in 0..count {
        let a = if index % 3 == 0 {
            String::new()
        } else {
            (index % 10).to_string()
        };
        let b = ["true", "false", ""][index / 2 % 3];
        let _ = writeln!(rows, "r{index:05},\"Name, {index}\",{a},{b}");
    }
    write("policies/t/jurisdictions/all.csv", &rows);
    write(
        "scripts/t/high.rhai",
        "//! High\nif j.a > 4 { return met() }\nnot_met(`${j.a} is too low`)\n",
    );
    write("scripts/t/open.rhai", "//! Open\nj.b\n");
    folder
}

fn told(root: &tempfile::TempDir, arguments: &[&str]) -> String {
    let all: Vec<&str> = ["check"].iter().chain(arguments).copied().collect();
    let (out, _, status) = crate::common::run(root.path(), &all, b"");
    assert_eq!(status, 0, "{out}");
    out
}

#[test]
fn all_formats_say_the_same_of_each_jurisdiction() {
    const COUNT: usize = 5_000;
    let root = root(COUNT);
    let whole: serde_json::Value =
        serde_json::from_str(&told(&root, &["--format", "json"])).unwrap();
    let whole = whole["rulebooks"][0]["jurisdictions"]
        .as_array()
        .unwrap()
        .clone();
    assert_eq!(whole.len(), COUNT);
    let lines = told(&root, &["--format", "ndjson"]);
    let of_jurisdictions = || {
        lines
            .lines()
            .filter(|line| !line.starts_with("{\"diagnostic"))
    };
    let columns = "id,name,determination,high,high.missing,high.reasons,open,missing";
    let chosen = told(&root, &["--format", "ndjson", "--columns", columns]);
    let sheet = told(&root, &["--columns", "id,open,high.missing"]);
    let mut sheet = csv::Reader::from_reader(sheet.as_bytes());
    let mut rows = sheet.records().map(Result::unwrap);
    let mut chosen = chosen.lines();
    let parsed = |line: &str| serde_json::from_str::<serde_json::Value>(line).unwrap();
    let mut findings: BTreeMap<String, usize> = BTreeMap::new();
    for (one, line) in whole.iter().zip(of_jurisdictions()) {
        let line = parsed(line);
        for key in ["id", "name", "determination", "missing", "findings"] {
            assert_eq!(one[key], line[key]);
        }
        let row = parsed(chosen.next().unwrap());
        let paths = |missing: &serde_json::Value| -> serde_json::Value {
            let all = missing.as_array().unwrap().iter();
            all.map(|fact| fact["path"].clone()).collect()
        };
        let (high, open) = (&one["findings"][0], &one["findings"][1]);
        for key in ["id", "name", "determination"] {
            assert_eq!(row[key], one[key]);
        }
        assert_eq!(row["high"], high["status"]);
        assert_eq!(row["open"], open["status"]);
        assert_eq!(row["high.reasons"], high["reasons"]);
        assert_eq!(row["high.missing"], paths(&high["missing"]));
        assert_eq!(row["missing"], paths(&one["missing"]));
        let cells = rows.next().unwrap();
        assert_eq!(&cells[0], one["id"].as_str().unwrap());
        assert_eq!(cells[1].replace(' ', "_"), open["status"].as_str().unwrap());
        assert_eq!(
            cells[2].is_empty(),
            high["missing"].as_array().unwrap().is_empty()
        );
        *findings.entry(high["status"].to_string()).or_default() += 1;
    }
    assert_eq!(
        (of_jurisdictions().count(), rows.next(), chosen.next()),
        (COUNT, None, None)
    );
    assert_eq!(findings.len(), 3, "{findings:?}");
    let findings = told(&root, &["--format", "csv"]);
    assert_eq!(
        csv::Reader::from_reader(findings.as_bytes())
            .records()
            .count(),
        COUNT * 3
    );
}

#[test]
fn a_column_that_there_is_not_is_told() {
    let root = root(3);
    for (columns, expected) in [
        ("id,hihg", "there is no column `hihg`: did you mean `high`?"),
        ("high.misssing", "there is no column `high.misssing`"),
        (
            "nothing_like_it",
            "of a condition also `<condition>.missing`",
        ),
    ] {
        let (out, problems, status) =
            crate::common::run(root.path(), &["check", "--columns", columns], b"");
        assert_eq!((status, out.as_str()), (2, ""), "{problems}");
        assert!(problems.contains(expected), "{problems}");
    }
}

#[test]
fn columns_are_for_rows_and_are_never_passed_over() {
    let root = root(3);
    let came = |arguments: &[&str], typed: &str| {
        let all: Vec<&str> = ["check"].iter().chain(arguments).copied().collect();
        crate::common::run(root.path(), &all, typed.as_bytes())
    };
    for format in ["json", "table", "junit"] {
        let (out, problems, status) = came(&["--columns", "id", "--format", format], "");
        let told = format!(
            "`--columns` goes with `--format csv` and `--format ndjson`, not with `{format}`"
        );
        assert_eq!((status, out.as_str()), (2, ""));
        assert!(problems.contains(&told), "{problems}");
    }
    let lines =
        "{\"id\": \"x\", \"facts\": {\"a\": 5}}\n{\"id\": \"y\", \"facts\": {\"b\": true}}\n";
    let (out, problems, _) = came(&["--records", "-", "--columns", "id,high"], lines);
    assert_eq!(out, "id,high\nx,met\ny,unknown\n", "{problems}");
    // Without a rulebook there are no columns: the cause is told, and not that.
    fs::write(root.path().join("policies/t/rulebook.yaml"), "title: [\n").unwrap();
    let (out, problems, status) = came(&["--columns", "high"], "");
    assert_eq!((status, out.as_str()), (2, ""));
    assert!(
        problems.contains("not valid YAML") && !problems.contains("no column"),
        "{problems}"
    );
}
