//! The program from outside: what is typed, what is written, how it ends.

use std::cell::Cell;
use std::fs;
use std::path::Path;

/// A copy of the sample in a folder of its own.
fn sample() -> tempfile::TempDir {
    fn copy(from: &Path, to: &Path) {
        fs::create_dir_all(to).unwrap();
        for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
            let target = to.join(entry.file_name());
            if entry.path().is_dir() {
                copy(&entry.path(), &target);
            } else {
                fs::copy(entry.path(), target).unwrap();
            }
        }
    }
    let folder = tempfile::tempdir().unwrap();
    for name in ["policies", "scripts"] {
        copy(
            &Path::new(env!("CARGO_MANIFEST_DIR")).join(name),
            &folder.path().join(name),
        );
    }
    folder
}

/// Both streams and the exit code.
fn run(root: &Path, arguments: &[&str], typed: &str) -> (String, i32) {
    let (out, problems, status) = crate::common::run(root, arguments, typed.as_bytes());
    (out + problems.as_str(), status)
}

#[test]
fn an_interview_asks_what_matters_and_writes_what_was_answered() {
    let folder = sample();
    let record = folder
        .path()
        .join("policies/psp/jurisdictions/stockton-ca.yaml");
    let before = fs::read_to_string(&record).unwrap();
    // Without `--write` and without a terminal nothing is written.
    let (text, status) = run(
        folder.path(),
        &["ask", "stockton-ca", "--set", "reading=letter"],
        "yes\nyes\nyes\nmaybe\nunknown\n\n",
    );
    assert_eq!(status, 0, "{text}");
    assert!(
        text.contains("expected a whole number, found `maybe`"),
        "{text}"
    );
    assert!(
        text.contains("Nothing was written; `--write` writes 3 answers into"),
        "{text}"
    );
    assert_eq!(fs::read_to_string(&record).unwrap(), before);
    let typed = "yes\nyes\nyes\n50\nyes\n47\n";
    let (text, status) = run(
        folder.path(),
        &[
            "ask",
            "stockton-ca",
            "--set",
            "reading=letter",
            "--write",
            "--source",
            "press",
        ],
        typed,
    );
    assert_eq!(status, 0, "{text}");
    assert!(
        text.contains("Stockton, California is ineligible."),
        "{text}"
    );
    let after = fs::read_to_string(&record).unwrap();
    let rest = &before[before.find("  violence").unwrap()..];
    assert!(after.contains(rest), "what was there stays:\n{after}");
    assert!(
        after.contains("    hold_hours: {value: 47, source: press}\n"),
        "{after}"
    );
    // Then there is nothing left to ask, and one change would do.
    let by_letter = |command: &[&str]| {
        let arguments = [command, &["--set", "reading=letter"]].concat();
        run(folder.path(), &arguments, "")
    };
    let (text, status) = by_letter(&["ask", "stockton-ca", "--list"]);
    assert!(
        status == 0 && text.contains("No answer can change that."),
        "{text}"
    );
    let (text, _) = by_letter(&["remedies", "stockton-ca"]);
    assert!(
        text.contains(
            "One change\n    detainers.hold_hours: 47 hours -> 48 hours (>= 48), for hold"
        ),
        "{text}"
    );
}

#[test]
fn what_does_not_exist_is_told_and_the_run_fails() {
    let folder = sample();
    for (arguments, message) in [
        (&["table", "holt"][..], "did you mean `hold`?"),
        (&["table"], "required arguments"),
        (&["table", "hold", "--decision"], "cannot be used with"),
        (
            &["remedies", "stockton"],
            "there is no jurisdiction `stockton`",
        ),
        (
            &["ask", "nowhere", "--list"],
            "there is no jurisdiction `nowhere`",
        ),
        (
            &["explain", "stockton, california"],
            "write `stockton-ca`: `stockton, california` is its name",
        ),
        (
            &["remedies", "Stockton, California"],
            "write `stockton-ca`: `Stockton, California` is its name",
        ),
        (
            &["ask", "Stockton, California", "--list"],
            "write `stockton-ca`: `Stockton, California` is its name",
        ),
        (
            &["ask", "stockton-ca", "--source", "pres"],
            "did you mean `press`?",
        ),
        (&["ask", "stockton-ca", "--format", "json"], "--list"),
        (
            &["impact", ".", ".", "--head-set", "readin=x"],
            "did you mean `reading`?",
        ),
        (&["explain", "stockton-ca", "holt"], "did you mean `hold`?"),
        (
            &["check", "--accept", "--jurisdiction", "stockton-ca"],
            "leave out --jurisdiction",
        ),
        (
            &["check", "--accept", "--set", "reading=control"],
            "leave out",
        ),
        (
            &["check", "--format", "jnit=x.xml"],
            "did you mean `junit`?",
        ),
        (
            &["check", "--set", "hold_hours=24,reading=letter"],
            "set each by itself: `hold_hours=24` and `reading=letter`",
        ),
        (&["check", "--format", "junit="], "a file is missing"),
        (&["lint", "--explain", "R999"], "there is no lint `R999`"),
    ] {
        let (text, status) = run(folder.path(), arguments, "");
        assert!(
            status == 2 && text.contains(message),
            "{arguments:?}: {status}\n{text}"
        );
    }
}

#[test]
fn every_format_of_every_command_says_something() {
    let folder = sample();
    let root = folder.path().to_str().unwrap();
    let json = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
    for (arguments, format) in [
        (&["table", "hold"][..], "rulebook-table"),
        (&["table", "--decision"], "rulebook-table"),
        (
            &["remedies", "stockton-ca", "--want", "ineligible"],
            "rulebook-remedies",
        ),
        (&["ask", "stockton-ca", "--list"], "rulebook-questions"),
        (
            &["impact", root, root, "--head-set", "reading=operator"],
            "rulebook-impact",
        ),
        (&["explain", "stockton-ca"], "rulebook-explain"),
        (&["statistics"], "rulebook-statistics"),
    ] {
        let (text, status) = run(
            folder.path(),
            &[arguments, &["--format", "json"]].concat(),
            "",
        );
        assert_eq!(
            (status, json(&text)["format"].as_str()),
            (0, Some(format)),
            "{text}"
        );
        let (text, status) = run(
            folder.path(),
            &[arguments, &["--format", "markdown"]].concat(),
            "",
        );
        assert!(
            status == 0 && text.starts_with("# "),
            "{arguments:?}: {text}"
        );
    }
    for arguments in [
        &["table", "hold"][..],
        &["impact", root, root, "--head-set", "hold_hours=24"],
    ] {
        let (text, status) = run(
            folder.path(),
            &[arguments, &["--format", "csv"]].concat(),
            "",
        );
        assert_eq!(status, 0, "{text}");
        // Every row has the same number of cells, or reading fails.
        let rows = csv::Reader::from_reader(text.as_bytes())
            .records()
            .collect::<Result<Vec<_>, _>>()
            .unwrap();
        assert!(rows.len() > 1, "{text}");
    }
}

#[test]
fn a_script_without_a_table_says_why_and_where() {
    let folder = sample();
    let script = folder.path().join("scripts/psp/odd.rhai");
    fs::write(
        &script,
        "//! Odd\nif j.detainers.hold_hours.to_string() == \"4\" { true } else { false }\n",
    )
    .unwrap();
    let (text, status) = run(folder.path(), &["table", "odd"], "");
    assert_eq!(status, 2, "{text}");
    assert!(
        text.contains("there is no table of this script")
            && text.contains("scripts/psp/odd.rhai:2:"),
        "{text}"
    );
}

#[test]
fn a_new_rulebook_is_green_from_the_start_and_overwrites_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("root");
    fs::create_dir(&root).unwrap();
    let (text, status) = run(&root, &["new", "grants"], "");
    assert_eq!(status, 0, "{text}");
    for arguments in [
        &["check"][..],
        &["test", "--coverage", "--min", "100"],
        &["schema", "--write"],
        &["check", "--accept"],
        &["check"],
    ] {
        let (text, status) = run(&root, arguments, "");
        assert!(
            status == 0 && !text.contains("warning"),
            "{arguments:?}: {text}"
        );
    }
    for (wrong, told) in [
        (["test", "--min", "0.9"], "counted in percent: write `90`"),
        (["test", "--min", "many"], "a number of percent, as in `90`"),
        (["test", "--min", "101"], "0 to 100 percent"),
    ] {
        let (text, status) = run(&root, &wrong, "");
        assert!(status == 2 && text.contains(told), "{text}");
    }
    let twice = ["summary", "--by", "name", "--by", "name"];
    let (text, status) = run(&root, &twice, "");
    assert!(status == 2 && text.contains("each fact once"), "{text}");
    let (text, status) = run(&root, &["test", "--coverage"], "");
    assert!(
        status == 0 && text.contains("100.0 %") && !text.contains("not tried"),
        "{text}"
    );
    let (text, status) = run(&root, &["new", "grants"], "");
    assert!(status == 2 && text.contains("is there already"), "{text}");
    let (text, status) = run(&root, &["new", "../x"], "");
    assert!(status == 2 && !folder.path().join("x").exists(), "{text}");
    // An editor's schema that is stale is told.
    let schema = root.join("policies/grants/schema/record.json");
    fs::write(&schema, "{}\n").unwrap();
    let (text, status) = run(&root, &["check"], "");
    assert!(status == 0 && text.contains("warning[R204]"), "{text}");
}

#[test]
fn evidence_is_replayed_and_says_what_differs() {
    let folder = sample();
    let file = folder.path().join("evidence.json");
    let name = file.to_str().unwrap();
    let (text, status) = run(
        folder.path(),
        &[
            "check",
            "--set",
            "reading=operator",
            "--quiet",
            "--evidence",
            name,
        ],
        "",
    );
    assert_eq!(status, 0, "{text}");
    let (text, status) = run(folder.path(), &["replay", name], "");
    assert_eq!(
        (text.as_str(), status),
        ("The same: every input and every result.\n", 0)
    );
    let script = folder.path().join("scripts/psp/training.rhai");
    let before = fs::read_to_string(&script).unwrap();
    fs::write(
        &script,
        before.replace("j.training.ready", "true || j.training.ready"),
    )
    .unwrap();
    let (text, status) = run(folder.path(), &["replay", name], "");
    assert_eq!(status, 1, "{text}");
    assert!(
        text.contains("input scripts/psp/training.rhai: changed"),
        "{text}"
    );
    assert!(
        text.contains("psp, houston-tx, training: unknown -> met"),
        "{text}"
    );
    fs::remove_file(&script).unwrap();
    let (text, status) = run(folder.path(), &["replay", name], "");
    assert!(
        status == 1 && text.contains("training.rhai: gone"),
        "{text}"
    );
    for (wrong, message) in [
        ("{", "this is no evidence"),
        ("{}", "this is no evidence"),
        ("", "this is no evidence"),
    ] {
        fs::write(&file, wrong).unwrap();
        let (text, status) = run(folder.path(), &["replay", name], "");
        assert!(status == 2 && text.contains(message), "{wrong}: {text}");
    }
}

#[test]
fn annotations_name_files_from_the_working_directory() {
    let folder = sample();
    let here = tempfile::tempdir().unwrap();
    let below = here.path().join("a b");
    fs::rename(folder.path(), &below).unwrap();
    for (format, start) in [
        ("github", "file="),
        ("sarif", "\"uri\": \""),
        ("tap", "("),
        ("gitlab", "\"path\": \""),
        ("junit", "file=\""),
    ] {
        for (directory, root) in [
            (here.path(), "a b"),
            (here.path(), "./a b/"),
            (below.as_path(), "."),
        ] {
            let output = std::process::Command::new(env!("CARGO_BIN_EXE_rulebook"))
                .args(["check", "--findings", "--root", root, "--format", format])
                .current_dir(directory)
                .output()
                .unwrap();
            let text = String::from_utf8(output.stdout).unwrap();
            let names: Vec<String> = text
                .split(start)
                .skip(1)
                .map(|rest| rest.split(['"', ',', ':']).next().unwrap())
                // Addresses of folders, and other words in parentheses.
                .filter(|name| name.contains("policies/") || name.contains("scripts/"))
                .map(|name| name.replace("%20", " "))
                .collect();
            assert!(names.len() > 10, "{format} {root}: {text}");
            for name in names {
                assert!(
                    directory.join(&name).is_file(),
                    "{format} --root {root}: {name}"
                );
            }
        }
    }
}

#[test]
fn where_the_base_has_no_rulebook_all_is_new() {
    let folder = sample();
    let empty = tempfile::tempdir().unwrap();
    fs::create_dir_all(empty.path().join("scripts/other")).unwrap();
    let script = empty.path().join("scripts/other/lib.rhai");
    fs::write(script, "fn f() { 1 }\n").unwrap();
    let base = empty.path().to_str().unwrap();
    let head = folder.path().to_str().unwrap();
    for (arguments, words) in [
        (
            &["impact", base, head][..],
            "of 0 before and 17 now jurisdictions: 17 new",
        ),
        (
            &["impact", base, head, "--format", "json"],
            "which has no rulebook",
        ),
        (&["impact", base, head, "--format", "csv"], "stockton-ca"),
    ] {
        let (text, status) = run(folder.path(), arguments, "");
        assert!(status == 0 && text.contains(words), "{status}: {text}");
        assert!(!text.contains("error["), "{text}");
    }
    let (text, status) = run(
        folder.path(),
        &["impact", base, head, "--fail-on", "any"],
        "",
    );
    assert_eq!(status, 1, "{text}");
    // Nothing now is nothing checked, whatever there was.
    for base in [base, head] {
        let arguments = ["impact", base, empty.path().to_str().unwrap()];
        let (text, status) = run(folder.path(), &arguments, "");
        assert_eq!(status, 2, "{text}");
    }
}

/// The first lines that `watch` writes, until one that says when to stop.
fn watched(root: &Path, arguments: &[&str], until: &dyn Fn(&str) -> bool) -> String {
    use std::io::{BufRead, BufReader};
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_rulebook"))
        .arg("watch")
        .args(arguments)
        .arg("--root")
        .arg(root)
        .stdin(std::process::Stdio::null())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut text = String::new();
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        text += &format!("{line}\n");
        if until(&line) {
            break;
        }
    }
    child.kill().unwrap();
    child.wait().unwrap();
    text
}

#[test]
fn watch_runs_the_cases_and_compares_accepted_results() {
    let folder = sample();
    let root = folder.path();
    let file = |name: &str| root.join("tests/psp").join(name);
    fs::create_dir_all(file("")).unwrap();
    let case = |hours: usize| {
        format!(
            "- name: Held {hours}\n  given: {{jail: {{run_by_jurisdiction: true}}, detainers: \
             {{honors: true, hold_hours: {hours}}}}}\n  expect: {{hold: met}}\n"
        )
    };
    fs::write(file("cases.yaml"), (46..=55).map(case).collect::<String>()).unwrap();
    let (_, status) = run(root, &["check", "--accept", "--no-tests"], "");
    assert_eq!(status, 2, "it is one or the other");
    assert_eq!(run(root, &["check", "--accept"], "").1, 0);
    let accepted = fs::read_to_string(file("expected.yaml")).unwrap();
    let moved = accepted.replacen("undetermined", "eligible", 1);
    fs::write(file("expected.yaml"), moved).unwrap();
    let plain = watched(root, &["--plain"], &|line| line.is_empty());
    for words in [
        "cases: 8 of 10 passed\n",
        "FAIL  Held 46",
        "FAIL  Held 47",
        "accepted results: 1 result moved",
        "determination: eligible was accepted, found undetermined",
    ] {
        assert!(plain.contains(words), "{words}: {plain}");
    }
    let line = watched(root, &["--format", "ndjson"], &|_| true);
    let event: serde_json::Value = serde_json::from_str(&line).unwrap();
    assert_eq!(
        (&event["cases"]["all"], &event["cases"]["passed"]),
        (&10.into(), &8.into())
    );
    let failed = &event["cases"]["failed"][0];
    assert_eq!(failed["name"], "Held 46");
    assert_eq!(
        (&failed["what"], &failed["expected"]),
        (&"hold".into(), &"met".into())
    );
    assert_eq!(event["accepted"].as_array().unwrap().len(), 1);
    assert_eq!(event["accepted"][0]["found"], "undetermined");
    // The first line has the findings of each jurisdiction.
    let changes = event["changes"].as_array().unwrap();
    assert_eq!(changes.len(), 17);
    for change in changes {
        let findings = change["findings"].as_array().unwrap();
        assert_eq!(findings.len(), 6, "{change}");
        assert!(
            findings
                .iter()
                .all(|one| one["before"].is_null() && one["after"].is_string())
        );
    }
    // Where there are no cases, there is nothing to say of them.
    fs::remove_dir_all(root.join("tests")).unwrap();
    let plain = watched(root, &["--plain"], &|line| line.is_empty());
    assert!(
        !plain.contains("cases:") && !plain.contains("accepted"),
        "{plain}"
    );
}

#[test]
fn watch_shows_cases_by_derived_facts_and_expanded_on_request() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let write = |path: &str, text: &str| {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write(
        "policies/h/rulebook.yaml",
        "title: H\nas_of: 2026-01-01\nfacts:\n  debt: {type: integer, range: {min: 0, max: 100}}\n",
    );
    write("policies/h/jurisdictions/a.yaml", "facts: {debt: 5}\n");
    write(
        "scripts/h/derive/twice.rhai",
        "//! Twice\n//! @type integer\nj.debt * 2\n",
    );
    let of_edit = |arguments: &[&str], most: [u32; 2]| {
        let script = |most: u32| {
            write(
                "scripts/h/owes.rhai",
                &format!("//! It owes little\nj.twice <= {most}\n"),
            );
        };
        script(most[0]);
        let (edited, told) = (Cell::new(false), Cell::new(false));
        let text = watched(root, arguments, &|line| {
            if line.is_empty() && !edited.replace(true) {
                script(most[1]);
            }
            let last = told.get();
            told.set(line == "cases in which owes differs");
            last
        });
        text.lines().last().unwrap().trim().to_owned()
    };
    let short = of_edit(&["--plain"], [20, 10]);
    assert_eq!(short, "10 < twice <= 20: met -> not met");
    let expanded = of_edit(&["--plain", "--expand"], [20, 10]);
    assert_eq!(expanded, "6 <= debt <= 10: met -> not met");
}

/// What an option asks for and cannot be is told alone: nobody gains or loses by it.
#[test]
fn an_impact_of_an_option_that_cannot_be_is_no_impact() {
    let folder = sample();
    let (root, set) = (folder.path(), "hold_hours=-1");
    for format in ["text", "markdown", "csv", "json"] {
        let arguments = ["impact", ".", ".", "--head-set", set, "--format", format];
        let (out, problems, status) = crate::common::run(root, &arguments, b"");
        assert_eq!((out.as_str(), status), ("", 2), "{problems}");
        assert!(
            problems.contains("`-1` is out of range: expected "),
            "{problems}"
        );
    }
}

/// Who asks "what if" need not say where the value is from.
#[test]
fn a_fact_that_is_set_needs_no_source() {
    let folder = sample();
    let arguments = ["lint", "--set-fact", "chicago-il.detainers.honors=true"];
    let (text, status) = run(folder.path(), &arguments, "");
    assert_eq!(status, 0, "{text}");
    assert!(!text.contains("--set-fact"), "{text}");
}

#[test]
fn slips_on_the_command_line_are_told_what_to_write() {
    let folder = sample();
    let root = folder.path();
    for (words, advice) in [
        (
            &["check", "--set", "hold_hours", "48"][..],
            "write `--set hold_hours=48`",
        ),
        (
            &["check", "--set-fact", "chicago-il.hold", "3"],
            "write `--set-fact chicago-il.hold=3`",
        ),
        (
            &["check", "chicago-il"],
            "write `rulebook explain chicago-il`",
        ),
        (&["check", "examples/euro"], "`--root examples/euro`"),
        (
            &["timeline", "x", "2025-01-01", "2026-12-31"],
            "write `timeline x --from 2025-01-01 --to 2026-12-31`",
        ),
        (
            &["sweep", "hold_hours", "1", "9"],
            "write `sweep hold_hours=1..9`",
        ),
        (&["check", "--date", "2026-01-01"], "`--as-of`"),
        (&["new", "Example", "Grant"], "write `new example_grant`"),
        (&["why", "chicago-il"], "write `explain`"),
        (&["validate"], "write `check`"),
        (
            &["check", "--set", "hold_hours", "=", "48"],
            "write `--set hold_hours=48`",
        ),
        (
            &["check", "\u{2014}set", "hold_hours=48"],
            "write `--set`: two hyphens stand before an option",
        ),
        (
            &["explain", "chicago-il", "\u{2013}set", "hold_hours=48"],
            "write `--set`: two hyphens stand before an option",
        ),
        (&["\u{2014}help"], "write `--help`"),
        (&["check", "-set", "hold_hours=48"], "write `--set`"),
        (
            &["check", "--set", "hold_hours=", "48"],
            "write `--set hold_hours=48`",
        ),
    ] {
        let (_, problems, status) = crate::common::run(root, words, b"");
        assert!(problems.contains(advice), "{words:?}: {problems}");
        assert_eq!(status, 2, "{words:?}");
    }
    let columns = ["check", "--columns", "id,result"];
    let (_, problems, _) = crate::common::run(root, &columns, b"");
    assert!(problems.contains("write `determination`"), "{problems}");
}
