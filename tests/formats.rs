//! What pipelines read, judged by tools of others: Microsoft's SARIF validator, a JUnit reader, a
//! TAP parser, an HTML validator, Python's CSV and JSON readers, an LCOV reader. Needs node, npm,
//! python3 with venv, and their registries.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// Where the tools are installed.
fn tools() -> &'static Path {
    static TOOLS: OnceLock<PathBuf> = OnceLock::new();
    TOOLS.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("formats");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("package.json"), "{\"private\": true}\n").unwrap();
        let packages = [
            "@microsoft/sarif-multitool@5",
            "tap-parser@18",
            "html-validate@9",
        ];
        run(Command::new("npm")
            .args(["install", "--no-audit", "--no-fund", "--silent"])
            .args(packages)
            .current_dir(&folder));
        run(Command::new("python3")
            .args(["-m", "venv", "venv"])
            .current_dir(&folder));
        let pip = folder.join("venv/bin/pip");
        run(Command::new(pip).args([
            "install",
            "--quiet",
            "junitparser==5.*",
            "lcov_cobertura==2.*",
        ]));
        folder
    })
}

#[track_caller]
fn run(command: &mut Command) -> String {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let text = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert!(
        output.status.success(),
        "{command:?}: {}\n{text}",
        output.status
    );
    text
}

/// Runs a Python script with a file as its argument.
#[track_caller]
fn python(script: &str, file: &Path) -> String {
    run(Command::new(tools().join("venv/bin/python"))
        .args(["-c", script])
        .arg(file))
}

fn tool(name: &str) -> Command {
    Command::new(tools().join("node_modules/.bin").join(name))
}

/// A root in which everything can go wrong: a broken script, a case that fails, a result that
/// moved, and names with every sign that a format has to take care of.
fn troubled() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    put(
        "policies/t/rulebook.yaml",
        "title: 'A <b> & \"c\" | d, e; f: 100% #1'\nas_of: 2017-08-03\n\
         facts:\n  h: {type: integer}\n",
    );
    put(
        "policies/t/jurisdictions/odd name #1.yaml",
        "id: x\nname: \"X <i> & \\\"y\\\" | z, w; 50% \\u0007 # é\"\nfacts: {h: 3}\n",
    );
    put(
        "policies/t/jurisdictions/y.yaml",
        "name: '=1+1'\nfacts: {h: unknown}\n",
    );
    put(
        "scripts/t/a.rhai",
        "//! Enough <h> & more\nif j.h >= 48 { met(\"a\\nb\") } else { not_met(`only ${j.h}, \
         <not> \"enough\" & so on`) }\n",
    );
    put("scripts/t/broken.rhai", "//! Broken\nif j.h > { true }\n");
    put(
        "tests/t/cases.yaml",
        "- name: 'A case & <more>'\n  given: {h: 50}\n  expect: {a: not met}\n",
    );
    put(
        "tests/t/expected.yaml",
        "as_of: 2017-08-03\njurisdictions:\n  x: {determination: eligible}\n  y: \
         {determination: undetermined, unknown: [a], fault: [broken]}\n",
    );
    folder
}

const FORMATS: [&str; 12] = [
    "table",
    "json",
    "ndjson",
    "csv",
    "markdown",
    "job-summary",
    "junit",
    "sarif",
    "github",
    "gitlab",
    "tap",
    "html",
];

/// Every format of a root, each in its file, from one run.
fn written(root: &Path) -> (tempfile::TempDir, i32) {
    let out = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_rulebook"));
    command.args(["check", "--findings", "--root"]).arg(root);
    for format in FORMATS {
        command
            .arg("--format")
            .arg(format!("{format}={}", out.path().join(format).display()));
    }
    let status = command.output().unwrap().status.code().unwrap();
    for format in FORMATS {
        assert!(
            fs::metadata(out.path().join(format)).unwrap().len() > 0,
            "{format} is empty"
        );
    }
    (out, status)
}

fn roots() -> Vec<(tempfile::TempDir, i32)> {
    let sample = written(Path::new(env!("CARGO_MANIFEST_DIR")));
    assert_eq!(sample.1, 0);
    let troubled = written(troubled().path());
    assert_eq!(troubled.1, 2, "broken input outranks a failed case");
    vec![sample, troubled]
}

#[test]
fn sarif_satisfies_the_validator_of_microsoft() {
    for (out, _) in roots() {
        let file = out.path().join("result.sarif");
        fs::copy(out.path().join("sarif"), &file).unwrap();
        let text = run(tool("sarif-multitool").arg("validate").arg(&file));
        assert!(
            !text.contains(": error ") && text.contains("Analysis completed successfully"),
            "{text}"
        );
    }
}

#[test]
fn junit_is_read_by_others_with_the_same_counts() {
    let script = "\
import sys, junitparser
xml = junitparser.JUnitXml.fromfile(sys.argv[1])
cases = [case for suite in xml for case in suite]
kinds = [type(result).__name__ for case in cases for result in case.result]
assert len(cases) == xml.tests, (len(cases), xml.tests)
assert kinds.count('Failure') == xml.failures and kinds.count('Error') == xml.errors and kinds.count('Skipped') == xml.skipped
keys = [(case.classname, case.name) for case in cases]
assert len(set(keys)) == len(keys), 'two cases of one name'
print(xml.tests, xml.failures, xml.errors, xml.skipped)
";
    let counts: Vec<_> = roots()
        .iter()
        .map(|(out, _)| python(script, &out.path().join("junit")))
        .collect();
    assert_eq!(counts[0].trim(), "193 0 0 77");
    // A case; two faults and a broken script; a finding not met and an unknown one. That results
    // moved follows from what is broken.
    assert_eq!(counts[1].trim(), "6 1 3 2");
}

#[test]
fn tap_is_parsed_by_others_without_a_complaint() {
    for (out, _) in roots() {
        let file = fs::File::open(out.path().join("tap")).unwrap();
        // It ends with 1 when a test failed, as it should.
        let output = tool("tap-parser").arg("-j").stdin(file).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let lines = fs::read_to_string(out.path().join("tap"))
            .unwrap()
            .lines()
            .count()
            - 2;
        let events: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
        let complete = events
            .iter()
            .find(|event| event[0] == "complete")
            .expect("it comes to an end");
        assert_eq!(complete[1]["count"], lines, "{complete}");
        assert_eq!(complete[1]["bailout"], false, "{complete}");
        assert!(
            events.iter().all(|event| event[0] != "extra"),
            "every line is understood"
        );
        let failures = complete[1]["failures"].as_array().unwrap();
        assert!(
            failures.iter().all(|failure| failure["tapError"].is_null()),
            "{complete}"
        );
    }
}

#[test]
fn html_satisfies_a_validator() {
    let settings = tools().join("html.json");
    fs::write(&settings, "{\"extends\": [\"html-validate:standard\"]}\n").unwrap();
    for (out, _) in roots() {
        let file = out.path().join("page.html");
        fs::copy(out.path().join("html"), &file).unwrap();
        run(tool("html-validate")
            .arg("--config")
            .arg(&settings)
            .arg(&file));
        let text = fs::read_to_string(&file).unwrap();
        assert!(
            !text.contains("http://") && !text.contains("https://"),
            "it needs nothing else"
        );
    }
}

#[test]
fn csv_and_json_are_read_by_others() {
    let csv = "\
import csv, sys
rows = list(csv.DictReader(open(sys.argv[1], newline='', encoding='utf-8'), restkey='more', restval=None))
assert rows and all('more' not in row and None not in row.values() for row in rows)
assert not any(cell[:1] in '=+@' for row in rows for cell in row.values() if cell)
";
    let json = "\
import json, sys
text = open(sys.argv[1], encoding='utf-8').read()
[json.loads(line) for line in text.splitlines()] if sys.argv[1].endswith('ndjson') else json.loads(text)
";
    let gitlab = "\
import json, sys
found = json.load(open(sys.argv[1], encoding='utf-8'))
assert found
for one in found:
    assert one['severity'] in ('info', 'minor', 'major', 'critical', 'blocker')
    assert one['location']['path'] and one['location']['lines']['begin'] >= 1
    assert one['description'] and one['check_name'] and one['fingerprint']
assert len({one['fingerprint'] for one in found}) == len(found), 'a fingerprint stands for one thing'
";
    for (out, _) in roots() {
        python(csv, &out.path().join("csv"));
        python(json, &out.path().join("json"));
        python(json, &out.path().join("ndjson"));
        python(gitlab, &out.path().join("gitlab"));
        let github = fs::read_to_string(out.path().join("github")).unwrap();
        for line in github.lines() {
            let rest = ["::error ", "::warning ", "::notice "]
                .iter()
                .find_map(|lead| line.strip_prefix(lead));
            assert!(rest.is_some_and(|rest| rest.contains("::")), "{line}");
        }
    }
}

#[test]
fn lcov_is_read_by_others() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("coverage.info");
    let output = Command::new(env!("CARGO_BIN_EXE_rulebook"))
        .arg("test")
        .arg(format!("--coverage=lcov={}", file.display()))
        .args(["--root", env!("CARGO_MANIFEST_DIR"), "--min", "100"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0));
    let script = "\
import sys
from lcov_cobertura import LcovCobertura
xml = LcovCobertura(open(sys.argv[1]).read()).convert()
assert 'branch-rate=\"1.0\"' in xml and 'hold.rhai' in xml, xml[:800]
";
    python(script, &file);
}

#[test]
fn what_pipelines_are_configured_with_is_valid() {
    run(Command::new(tools().join("venv/bin/pip")).args([
        "install",
        "--quiet",
        "check-jsonschema==0.*",
        "pre-commit==4.*",
    ]));
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let bin = tools().join("venv/bin");
    run(Command::new(bin.join("pre-commit"))
        .arg("validate-manifest")
        .arg(root.join(".pre-commit-hooks.yaml")));
    let check = || Command::new(bin.join("check-jsonschema"));
    run(check()
        .args(["--builtin-schema", "vendor.github-actions"])
        .arg(root.join("action.yml")));
    let docs = fs::read_to_string(root.join("docs/ci.md")).unwrap();
    let shown = |first: &str| {
        let fence = docs.split(&format!("```yaml\n{first}")).nth(1);
        let rest = fence.and_then(|rest| rest.split("```").next());
        format!("{first}{}", rest.expect("the page shows it"))
    };
    // The workflow that the documentation shows, and the one that makes a release.
    let file = tools().join("workflow.yml");
    fs::write(&file, shown("name: rulebook")).unwrap();
    run(check()
        .args(["--builtin-schema", "vendor.github-workflows"])
        .arg(&file)
        .arg(root.join(".github/workflows/release.yml")));
    // The job that the documentation shows.
    let file = tools().join(".gitlab-ci.yml");
    fs::write(&file, shown("rulebook:")).unwrap();
    run(check()
        .args([
            "--builtin-schema",
            "vendor.gitlab-ci",
            "--data-transform",
            "gitlab-ci",
        ])
        .arg(&file));
}

#[test]
fn completions_and_manual_pages_are_well_formed() {
    let rulebook = || Command::new(env!("CARGO_BIN_EXE_rulebook"));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("completions");
    fs::write(&file, run(rulebook().args(["completions", "bash"]))).unwrap();
    run(Command::new("bash").arg("-n").arg(&file));
    for shell in ["zsh", "fish", "elvish", "powershell"] {
        assert!(
            run(rulebook().args(["completions", shell])).contains("impact"),
            "{shell}"
        );
    }
    run(rulebook().arg("man").arg(folder.path()));
    let pages = fs::read_dir(folder.path())
        .unwrap()
        .filter(|entry| entry.as_ref().unwrap().path().extension().is_some());
    assert!(pages.count() > 10);
    assert!(
        run(rulebook().arg("man")).starts_with(".ie"),
        "a page in roff"
    );
}
