//! What pipelines read: what makes a run fail is told apart from findings, and nothing is lost.

use std::fs;
use std::path::Path;

use crate::common::run;

fn put(root: &Path, name: &str, text: &str) {
    let path = root.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// A sound rulebook: one place is eligible, so many are not, one is undetermined.
fn root(ineligible: usize) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    put(
        root,
        "policies/t/rulebook.yaml",
        "title: T\nas_of: 2017-08-03\nfacts:\n  h: {type: integer}\n",
    );
    let no: Vec<String> = (0..ineligible)
        .map(|index| format!("n{index},No {index},{index}\n"))
        .collect();
    let no = no.concat();
    let list = format!("id,name,h\ny,Yes,60\nu,Open,unknown\n{no}");
    put(root, "policies/t/jurisdictions/all.csv", &list);
    let script = "//! Hold\nif j.h >= 48 { met(\"enough\") } else { not_met(`only ${j.h}`) }\n";
    put(root, "scripts/t/hold.rhai", script);
    folder
}

/// Standard output and how it ends.
fn check(root: &Path, arguments: &[&str]) -> (String, i32) {
    let (out, _, status) = run(root, &[&["check"], arguments].concat(), b"");
    (out, status)
}

/// The numbers of tests, failures, errors and of skipped ones.
fn counts(xml: &str) -> [usize; 4] {
    let document = roxmltree::Document::parse(xml).unwrap();
    let count = |name: &str| {
        let all = document.descendants();
        all.filter(|node| node.has_tag_name(name)).count()
    };
    ["testcase", "failure", "error", "skipped"].map(count)
}

#[test]
fn what_fails_is_said_where_nothing_else_is_shown() {
    let folder = root(2);
    let failing = |fail_on: &str| {
        let arguments = ["check", "--quiet", "--fail-on", fail_on];
        let (out, problems, status) = run(folder.path(), &arguments, b"");
        assert_eq!((out.as_str(), status), ("", 1));
        problems
    };
    let line = "failed: 1 of 4 determinations are undetermined (--fail-on undetermined)\n";
    assert!(
        failing("undetermined").ends_with(line),
        "{}",
        failing("undetermined")
    );
}

#[test]
fn that_a_programme_says_no_is_nothing_broken() {
    let folder = root(2);
    let root = folder.path();
    for format in ["github", "gitlab", "sarif"] {
        let told = |arguments: &[&str]| {
            let (out, status) = check(root, &[&["--format", format], arguments].concat());
            (
                ["only 0", "only 1", "it depends on h"].map(|text| out.contains(text)),
                status,
            )
        };
        assert_eq!(told(&[]), ([false; 3], 0), "{format}");
        assert_eq!(told(&["--findings"]), ([true; 3], 0), "{format}");
        assert_eq!(
            told(&["--fail-on", "undetermined"]),
            ([true; 3], 1),
            "{format}"
        );
        // What makes the run fail is an error, all else is not.
        let (out, status) = check(root, &["--format", format, "--fail-on", "ineligible"]);
        let (error, kind) = match format {
            "github" => ("::error ", "No 1 is ineligible"),
            "gitlab" => ("\"blocker\"", "No 1 is ineligible"),
            _ => ("\"level\": \"error\"", "No 1 is ineligible"),
        };
        assert_eq!(
            (out.matches(error).count(), status),
            (2, 1),
            "{format}: {out}"
        );
        assert!(out.contains(kind), "{format}: {out}");
    }
}

#[test]
fn findings_are_always_listed_with_their_reasons_and_failures_only_when_asked() {
    let folder = root(2);
    let root = folder.path();
    let junit = |arguments: &[&str]| {
        let (out, status) = check(root, &[&["--format", "junit"], arguments].concat());
        assert!(out.contains("not met: only 1"), "{out}");
        assert!(out.contains("unknown, it depends on h"), "{out}");
        (counts(&out), status)
    };
    // The input, and a finding for each of four.
    assert_eq!(junit(&[]), ([5, 0, 0, 3], 0));
    // And the two determinations that the run fails for.
    assert_eq!(junit(&["--fail-on", "ineligible"]), ([7, 4, 0, 1], 1));
    assert_eq!(junit(&["--fail-on", "undetermined"]), ([6, 2, 0, 2], 1));
    let tap = |arguments: &[&str]| {
        let (out, _) = check(root, &[&["--format", "tap"], arguments].concat());
        let failed = out
            .lines()
            .filter(|line| line.starts_with("not ok") && !line.contains(" # TODO "));
        let failed = failed.map(str::to_owned).collect::<Vec<_>>();
        assert!(out.contains("t n1 hold: not met: only 1 ("), "{out}");
        failed
    };
    assert_eq!(tap(&[]), Vec::<String>::new());
    let failed = tap(&["--fail-on", "ineligible"]);
    let place = "policies/t/jurisdictions/all.csv:5";
    assert_eq!(failed.len(), 4, "{failed:?}");
    assert!(
        failed[1].contains(place) && failed[3].contains(place),
        "{failed:?}"
    );
    assert_eq!(tap(&["--fail-on", "undetermined"]).len(), 2);
}

/// Whatever makes the exit code is a failure in a report, and without one there is none.
#[test]
fn a_report_fails_when_the_run_does() {
    let sound = root(1);
    let broken = root(1);
    put(
        broken.path(),
        "scripts/t/more.rhai",
        "//! More\nif j.h > {\n",
    );
    let cases = root(1);
    let text = "- name: A\n  given: {h: 1}\n  expect: {hold: met}\n";
    put(cases.path(), "tests/t/cases.yaml", text);
    let moved = root(1);
    assert_eq!(check(moved.path(), &["--accept"]).1, 0);
    put(moved.path(), "scripts/t/hold.rhai", "//! Hold\nj.h >= 0\n");
    for (folder, arguments, status) in [
        (&sound, &[][..], 0),
        (&sound, &["--fail-on", "ineligible"], 1),
        (&sound, &["--fail-on", "undetermined"], 1),
        (&broken, &[], 2),
        (&cases, &[], 1),
        (&moved, &[], 1),
    ] {
        for format in ["junit", "tap", "github", "gitlab", "sarif"] {
            let arguments = [&["--format", format], arguments].concat();
            let (out, found) = check(folder.path(), &arguments);
            let fails = match format {
                "junit" => counts(&out)[1] + counts(&out)[2] > 0,
                "tap" => out
                    .lines()
                    .any(|line| line.starts_with("not ok") && !line.contains(" # TODO ")),
                "github" => out.contains("::error "),
                "gitlab" => out.contains("\"blocker\""),
                _ => out.contains("\"level\": \"error\""),
            };
            assert_eq!(found, status, "{arguments:?}: {out}");
            assert_eq!(fails, status > 0, "{arguments:?}: {out}");
        }
    }
}

#[test]
fn no_two_cases_are_alike() {
    let folder = root(1);
    let root = folder.path();
    // Conditions and cases of one name, one mistake made twice, and numbers that are names.
    for name in ["same", "other", "third"] {
        let title = if name == "third" { "Hold (2)" } else { "Hold" };
        let script = format!("//! {title}\nj.h >= 1\n");
        put(root, &format!("scripts/t/{name}.rhai"), &script);
    }
    let case = "- name: A\n  given: {h: 1}\n  expect: {hold: met}\n";
    put(root, "tests/t/cases.yaml", &case.repeat(2));
    let record = "---\nid: a\nfacts: {h: one}\n---\nid: b\nfacts: {h: one}\n";
    put(root, "policies/t/jurisdictions/more.yaml", record);
    let (out, status) = check(root, &["--format", "junit"]);
    assert_eq!(status, 2, "{out}");
    let document = roxmltree::Document::parse(&out).unwrap();
    let cases = document
        .descendants()
        .filter(|node| node.has_tag_name("testcase"));
    let names: Vec<_> = cases
        .map(|case| (case.attribute("classname"), case.attribute("name")))
        .collect();
    let mut distinct = names.clone();
    distinct.sort_unstable();
    distinct.dedup();
    assert_eq!(distinct.len(), names.len(), "{names:?}");
    assert!(names.len() >= 20, "{names:?}");
    // Nor two things with one fingerprint.
    let (out, _) = check(root, &["--format", "gitlab"]);
    let found: serde_json::Value = serde_json::from_str(&out).unwrap();
    let found = found.as_array().unwrap();
    let mut prints: Vec<_> = found
        .iter()
        .map(|one| one["fingerprint"].to_string())
        .collect();
    prints.sort_unstable();
    prints.dedup();
    assert!(prints.len() == found.len() && prints.len() >= 3, "{out}");
}

#[test]
fn past_ten_annotations_a_line_says_how_many_more() {
    for (count, errors, last) in [
        (10, 10, None),
        (11, 10, Some("and 2 more errors")),
        (40, 10, Some("and 31 more errors")),
    ] {
        let folder = root(count);
        let (out, _) = check(
            folder.path(),
            &["--format", "github", "--fail-on", "ineligible"],
        );
        let lines: Vec<&str> = out
            .lines()
            .filter(|line| line.starts_with("::error "))
            .collect();
        assert_eq!(lines.len(), errors, "{out}");
        match last {
            None => assert!(!out.contains(" more "), "{out}"),
            Some(text) => assert!(lines[9].contains(text), "{out}"),
        }
        for command in ["::warning ", "::notice "] {
            assert!(
                out.lines().filter(|line| line.starts_with(command)).count() <= 10,
                "{out}"
            );
        }
    }
}

#[test]
fn sarif_says_what_it_is_from_and_what_its_paths_are_relative_to() {
    let folder = root(1);
    let (out, _) = check(folder.path(), &["--format", "sarif", "--findings"]);
    let log: serde_json::Value = serde_json::from_str(&out).unwrap();
    let run = &log["runs"][0];
    let driver = &run["tool"]["driver"];
    assert_eq!(driver["version"], env!("CARGO_PKG_VERSION"));
    assert!(
        driver["informationUri"]
            .as_str()
            .unwrap()
            .starts_with("https://")
    );
    let bases = &run["originalUriBaseIds"];
    let path = |base: &str| {
        let uri = bases[base]["uri"].as_str().unwrap();
        assert!(uri.starts_with("file:///") && uri.ends_with('/'), "{uri}");
        Path::new(uri.strip_prefix("file://").unwrap())
            .canonicalize()
            .unwrap()
    };
    assert_eq!(path("ROOT"), folder.path().canonicalize().unwrap());
    assert_eq!(
        path("%SRCROOT%"),
        std::env::current_dir().unwrap().canonicalize().unwrap()
    );
    // A root elsewhere has whole addresses, one below the working directory relative ones.
    let below = std::process::Command::new(env!("CARGO_BIN_EXE_rulebook"))
        .args(["check", "--format", "sarif", "--findings"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    let below: serde_json::Value = serde_json::from_slice(&below.stdout).unwrap();
    for (log, relative) in [(&log, false), (&below, true)] {
        let place = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
        let place = &place["artifactLocation"];
        let uri = place["uri"].as_str().unwrap();
        assert_eq!(uri.starts_with("file:///"), !relative, "{uri}");
        assert_eq!(place["uriBaseId"] == "%SRCROOT%", relative, "{place}");
    }
}
