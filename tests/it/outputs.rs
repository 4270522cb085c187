//! Results written as they are made: the same in every format, over more jurisdictions than are
//! held at once.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;

use proptest::prelude::{Just, prop_oneof};

use crate::generate::{Choices, record};
use crate::law::law;
use crate::laws::bytes;
use crate::requests::{Beyond, DECISIONS, drawn, folder, reference, scripts};
use rulebook::assess::{Options, assess};
use rulebook::render::{json, ndjson, ndjson_line};
use rulebook::snapshot::Snapshot;

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
    // A line that cannot be read is a row without an answer, and the others have theirs.
    let lines = "{\"id\": \"x\", \"facts\": {\"a\": 5}}\n{\"id\": \"y\", \"facts\": {\"aa\": 5}}\n\
                 nonsense\n{\"id\": \"x\", \"facts\": {\"a\": 1}}\n{\"id\": \"z\", \"facts\": {\"a\": 1}}\n";
    let arguments = [
        "--records",
        "-",
        "--columns",
        "id,high,high.reasons",
        "--format",
        "ndjson",
    ];
    let (out, problems, status) = came(&arguments, lines);
    assert_eq!(status, 2);
    let rows: Vec<&str> = out.lines().collect();
    assert_eq!(
        rows[0],
        "{\"id\":\"x\",\"high\":\"met\",\"high.reasons\":[]}"
    );
    assert_eq!(rows[2], "{\"id\":null,\"high\":null,\"high.reasons\":null}");
    assert_eq!(
        rows[4],
        "{\"id\":\"z\",\"high\":\"not_met\",\"high.reasons\":[\"1 is too low\"]}"
    );
    assert_eq!(rows.len(), 5);
    for told in [
        "the schema has no fact `aa`",
        "standard-input.ndjson:3:",
        "with the id `x`",
        "3 errors",
    ] {
        assert!(problems.contains(told), "{told}: {problems}");
    }
    // Without a rulebook there are no columns: the cause is told, and not that.
    fs::write(root.path().join("policies/t/rulebook.yaml"), "title: [\n").unwrap();
    let (out, problems, status) = came(&["--columns", "high"], "");
    assert_eq!((status, out.as_str()), (2, ""));
    assert!(
        problems.contains("not valid YAML") && !problems.contains("no column"),
        "{problems}"
    );
}

/// A line has its row before the next one is written.
#[test]
fn columns_of_a_line_come_as_it_comes() {
    let root = root(3);
    let mut program = std::process::Command::new(env!("CARGO_BIN_EXE_rulebook"))
        .args(["check", "--records", "-", "--columns", "id,high", "--root"])
        .arg(root.path())
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = program.stdin.take().unwrap();
    let output = std::io::BufReader::new(program.stdout.take().unwrap());
    let (sender, answers) = std::sync::mpsc::channel();
    let reader = std::thread::spawn(move || {
        let mut lines = std::io::BufRead::lines(output);
        lines.try_for_each(|line| sender.send(line.unwrap()))
    });
    let next = || {
        let patience = std::time::Duration::from_mins(1);
        answers.recv_timeout(patience).unwrap()
    };
    assert_eq!(next(), "id,high");
    for (id, a, expected) in [("x", 5, "x,met"), ("y", 1, "y,not met")] {
        let line = format!("{{\"id\": \"{id}\", \"facts\": {{\"a\": {a}}}}}\n");
        std::io::Write::write_all(&mut input, line.as_bytes()).unwrap();
        assert_eq!(next(), expected);
    }
    drop(input);
    assert!(program.wait().unwrap().success());
    reader.join().unwrap().unwrap();
}

/// Each rulebook has its own conditions: a column of one that it has not is empty there.
#[test]
fn columns_are_those_of_all_rulebooks() {
    let root = root(2);
    let write = |name: &str, text: &str| {
        let path = root.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    let schema = "title: U\nas_of: 2020-02-02\nfacts:\n  c: {type: boolean}\n";
    write("policies/u/rulebook.yaml", schema);
    write(
        "policies/u/jurisdictions/one.csv",
        "id,c\nr00001,\nx,true\n",
    );
    write("scripts/u/own.rhai", "//! Own\nj.c\n");
    write(
        "scripts/u/open.rhai",
        "//! Open\nif j.c { return met(); }\nnot_met(\"no\")\n",
    );
    let columns = "rulebook,as_of,id,open,open.missing,own,own.missing,high.reasons";
    assert_eq!(
        told(&root, &["--columns", columns]),
        "rulebook,as_of,id,open,open.missing,own,own.missing,high.reasons\n\
         t,2020-01-01,r00000,met,,,,\n\
         t,2020-01-01,r00001,met,,,,1 is too low\n\
         u,2020-02-02,r00001,unknown,c,unknown,c,\n\
         u,2020-02-02,x,met,,met,,\n"
    );
    let lines = told(&root, &["--columns", "id,own,high", "--format", "ndjson"]);
    assert_eq!(
        lines,
        "{\"id\":\"r00000\",\"own\":null,\"high\":\"unknown\"}\n\
         {\"id\":\"r00001\",\"own\":null,\"high\":\"not_met\"}\n\
         {\"id\":\"r00001\",\"own\":\"unknown\",\"high\":null}\n\
         {\"id\":\"x\",\"own\":\"met\",\"high\":null}\n"
    );
    let only = told(&root, &["--columns", "id,own", "--rulebook", "u"]);
    assert_eq!(only, "id,own\nr00001,unknown\nx,met\n");
}

/// What is worked out once for all that are alike is what each of them comes to by itself.
#[test]
fn what_is_written_of_many_is_what_is_said_of_each() {
    let strategy = (
        proptest::collection::vec(bytes(60), 1..3),
        bytes(900),
        0..DECISIONS.len(),
        prop_oneof![Just(Beyond::WorkedOut), Just(Beyond::Nothing)],
    );
    law(400)
        .run(&strategy, |(drawn_scripts, records, decision, beyond)| {
            let scripts = scripts(&drawn_scripts, beyond);
            let mut choices = Choices::new(&records);
            let mut texts = String::new();
            for index in 0..24 {
                let to = reference(&mut choices, index);
                let facts = drawn(&mut choices);
                let one = record(&format!("f{index}"), &facts, to.as_deref());
                let _ = write!(texts, "---\n{one}");
            }
            let mut files = folder(decision, &scripts, &texts);
            files.insert(
                "policies/laws/waivers.yaml",
                "- {jurisdiction: f3, condition: seat, reason: r, granted_by: g}\n\
                 - {jurisdiction: f4, condition: s0, reason: r, granted_by: g}\n",
            );
            let assessment = assess(&Snapshot::load(&files), &Options::default());
            let mut lines = Vec::new();
            ndjson(&mut lines, &assessment, &[]).unwrap();
            let lines = String::from_utf8(lines).unwrap();
            let assessed = &assessment.rulebooks[0];
            let each = assessed
                .places()
                .map(|place| ndjson_line(assessed, assessed.at(place)));
            assert_eq!(lines, each.collect::<String>(), "{scripts:#?}\n{texts}");
            let whole: serde_json::Value = serde_json::from_str(&json(&assessment)).unwrap();
            let whole = whole["rulebooks"][0]["jurisdictions"].as_array().unwrap();
            for (line, one) in lines.lines().zip(whole) {
                let mut line: serde_json::Value = serde_json::from_str(line).unwrap();
                let fields = line.as_object_mut().unwrap();
                fields.remove("rulebook");
                fields.remove("as_of");
                assert_eq!(line, *one);
            }
            Ok(())
        })
        .unwrap();
}
