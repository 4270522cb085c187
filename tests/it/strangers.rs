//! What strangers wrote steers nobody who reads it: no terminal, no log, no page.
//!
//! One hostile text stands wherever a folder can hold one, and every command shows it.

use std::fs;
use std::path::Path;

use crate::common::run;

/// A text with what every destination fears, fit to stand between quotation marks in YAML.
const HOSTILE: &str = "x`<img src=y onerror=z>\\n::add-mask::a\\n##[error]b \\e[31m\\u202E\\u200B\\u2066 \
                       @you www.b.org ![c](http://b.org) </td><script> | =1+1 \\uFFFE";

fn put(root: &Path, name: &str, text: &str) {
    let path = root.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// A folder with the text in each place; broken in many ways, or sound as far as it can be.
fn hostile(broken: bool) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let text = |template: &str| template.replace('H', &format!("\"{HOSTILE}\""));
    put(
        root,
        "policies/t/rulebook.yaml",
        &text(
            "title: H\ndescription: H\nas_of: 2017-08-03\ntry: [check]\n\
             sources:\n  s: {title: H, url: 'http://b.org/?a=<b>'}\n\
             parameters:\n  p: {value: H, description: H}\n\
             facts:\n  h: {type: integer, unit: H, question: H, description: H}\n  \
             w: {type: text, description: H}\n  c: {choices: [a, H]}\n",
        ),
    );
    put(
        root,
        "policies/t/jurisdictions/x.yaml",
        &text("name: H\nnote: H\nfacts:\n  h: {value: 3, source: s, note: H}\n  w: H\n  c: H\n"),
    );
    put(
        root,
        "policies/t/jurisdictions/y.yaml",
        &text("name: H\nfacts: {h: unknown, w: H, c: a}\n"),
    );
    put(
        root,
        "policies/t/waivers.yaml",
        &text("- {jurisdiction: x, condition: waived, reason: H, granted_by: H, link: H}\n"),
    );
    for (name, test) in [("hold", "j.h >= 48"), ("waived", "j.h >= 49")] {
        let title = "//! Enough `<img src=y> ##[error] @you ![c](http://b.org) \u{202e}\u{200b}";
        let script = format!(
            "{title}\nif {test} {{ met(j.w) }} else if j.w == params.p {{ not_met(`${{j.name}} \
             ${{j.w}}`) }} else {{ not_met(j.c) }}\n"
        );
        put(root, &format!("scripts/t/{name}.rhai"), &script);
    }
    put(
        root,
        "tests/t/cases.yaml",
        &text("- name: H\n  given: {h: 50, w: H, c: H}\n  expect: {hold: not met}\n"),
    );
    put(
        root,
        "tests/t/expected.yaml",
        "as_of: 2017-08-03\njurisdictions:\n  x: {determination: eligible}\n",
    );
    if broken {
        put(
            root,
            "policies/t/jurisdictions/a\n::add-mask::b\n##[error]\u{1b}[31m\u{202e}`<b>@you.yaml",
            &text("facts: {h: H, c: H, H: 1}\nH: 2\n"),
        );
        put(
            root,
            "policies/t/jurisdictions/bad.yaml",
            &text("facts: {h: [H\n"),
        );
        put(
            root,
            "policies/t/jurisdictions/z.csv",
            "id,h\n\"a\n::add-mask::b\",1\nq,\"\n::add-mask::b\"\n",
        );
        put(
            root,
            "scripts/t/a\n::add-mask::b.rhai",
            "//! \u{202e}::add-mask::b\nif j.nope == \"\n::add-mask::b ##[error]\" {\n",
        );
        put(
            root,
            "tests/t/more.yaml",
            &text("- name: H\n  given: {H: 1}\n  expect: {H: met}\n"),
        );
    }
    folder
}

fn is_hidden(sign: char) -> bool {
    sign.is_control()
        || matches!(sign, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Judges a text for people: what a log of GitHub, and a terminal, make of it.
#[track_caller]
fn harmless(what: &str, text: &str) {
    for line in text.lines() {
        assert!(!line.trim_start().starts_with("::"), "{what}: {line:?}");
        assert!(!line.contains("##["), "{what}: {line:?}");
    }
    let found = text.chars().find(|sign| is_hidden(*sign) && *sign != '\n');
    assert_eq!(found, None, "{what}: {text}");
}

/// Judges Markdown as GitHub reads it.
#[track_caller]
fn nothing_live(what: &str, page: &str) {
    use comrak::nodes::NodeValue;
    let mut options = comrak::Options::default();
    options.extension.autolink = true;
    options.extension.table = true;
    let arena = comrak::Arena::new();
    for node in comrak::parse_document(&arena, page, &options).descendants() {
        match &node.data.borrow().value {
            NodeValue::HtmlBlock(_)
            | NodeValue::HtmlInline(_)
            | NodeValue::Link(_)
            | NodeValue::Image(_) => panic!("{what}: {:?}\n{page}", node.data.borrow().value),
            NodeValue::Text(text) => assert!(!text.contains('@'), "{what}: {text}"),
            _ => {}
        }
    }
}

#[cfg(unix)]
#[test]
fn no_command_shows_what_steers_a_reader() {
    let others: [&[&str]; 21] = [
        &["sql"],
        &["sql", "--dialect", "spark"],
        &["generate", "--count", "9", "--format", "yaml"],
        &["summary"],
        &["sweep", "p=1..3"],
        &["timeline", "--from", "2017-01-01", "--to", "2019-01-01"],
        &["explain", "x"],
        &["explain", "x", "hold"],
        &["table", "hold"],
        &["table", "--decision", "t"],
        &["statistics"],
        &["remedies", "x"],
        &["ask", "y", "--list"],
        &["impact", ".", ".", "--head-set", "p=\n::add-mask::q"],
        &["test", "--all"],
        &["test", "--coverage"],
        &["lint"],
        &["check", "--jurisdiction", "\n::add-mask::q"],
        &["check", "--set-fact", "x.\n::add-mask::q=1"],
        &["check", "--set", "\n##[error]=1"],
        &["explain", "\n::add-mask::q"],
    ];
    for broken in [false, true] {
        let folder = hostile(broken);
        for arguments in others {
            let (out, problems, _) = run(folder.path(), arguments, b"");
            harmless(&format!("{arguments:?}"), &format!("{out}{problems}"));
        }
        for command in [
            "explain x",
            "table hold",
            "remedies x",
            "ask y --list",
            "impact . . --head-set p=q",
            "statistics",
        ] {
            let words: Vec<&str> = command.split(' ').chain(["--format", "markdown"]).collect();
            let (out, problems, _) = run(folder.path(), &words, b"");
            harmless(command, &format!("{out}{problems}"));
            nothing_live(command, &out);
        }
    }
}

#[cfg(unix)]
#[test]
fn no_report_is_steered_by_what_it_tells() {
    for broken in [false, true] {
        let folder = hostile(broken);
        for format in [
            "table",
            "csv",
            "markdown",
            "job-summary",
            "junit",
            "tap",
            "html",
            "github",
            "json",
            "ndjson",
            "sarif",
            "gitlab",
        ] {
            for more in [&[][..], &["--findings", "--fail-on", "ineligible"]] {
                let arguments = [&["check", "--format", format], more].concat();
                let (out, problems, status) = run(folder.path(), &arguments, b"");
                assert_eq!(status, if broken { 2 } else { 1 }, "{format}: {problems}");
                harmless(&format!("{format}, standard error"), &problems);
                assert!(!out.contains("##["), "{format}: {out}");
                match format {
                    "github" => {
                        let said = |line: &str| {
                            ["::error ", "::warning ", "::notice "]
                                .iter()
                                .any(|lead| line.starts_with(lead))
                        };
                        assert!(out.lines().all(said), "{out}");
                        assert!(
                            !out.chars().any(|sign| is_hidden(sign) && sign != '\n'),
                            "{out}"
                        );
                    }
                    // As data: signs stand in them as they are, in quotation marks.
                    "json" | "sarif" | "gitlab" => {
                        serde_json::from_str::<serde_json::Value>(&out).unwrap();
                    }
                    "ndjson" => {
                        for line in out.lines() {
                            serde_json::from_str::<serde_json::Value>(line).unwrap();
                        }
                    }
                    _ => harmless(format, &out),
                }
                match format {
                    "markdown" | "job-summary" => nothing_live(format, &out),
                    "junit" => {
                        roxmltree::Document::parse(&out).unwrap();
                    }
                    "html" => {
                        assert!(
                            !out.contains("<img") && !out.contains("</td><script"),
                            "{out}"
                        );
                    }
                    _ => {}
                }
            }
        }
    }
}

#[test]
fn what_is_written_is_read_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let odd = "[\"1\\u00a0000\", \"\\u200bx\\u202e\", \"a, \\\"b\\\"\\n::add-mask::q\", \"::add-mask::q\", \"=1+1\", \"no\", \"\\e[2J\"]";
    put(
        root,
        "policies/t/rulebook.yaml",
        &format!(
            "title: T\nas_of: 2020-01-01\nparameters:\n  p: {{type: text, value: \"1\\u00a0000 \\u200b\\\"\"}}\n\
             facts:\n  kind: {{type: choice, choices: {odd}}}\n"
        ),
    );
    put(
        root,
        "policies/t/jurisdictions/x.yaml",
        "facts: {kind: \"no\"}\n",
    );
    put(
        root,
        "scripts/t/hold.rhai",
        "//! Hold\nj.kind == \"no\" && params.p != \"\"\n",
    );
    let (_, problems, status) = run(root, &["check", "--accept"], b"");
    assert_eq!(status, 0, "{problems}");
    let (_, problems, status) = run(root, &["check"], b"");
    assert_eq!(status, 0, "{problems}");
    for (format, name) in [("yaml", "y.yaml"), ("ndjson", "y.ndjson"), ("csv", "y.csv")] {
        let command = [
            "generate",
            "--count",
            "60",
            "--unknown",
            "0",
            "--format",
            format,
        ];
        let (out, problems, status) = run(root, &command, b"");
        assert_eq!(status, 0, "{problems}");
        if format == "csv" {
            harmless(format, &out);
            continue;
        }
        let path = format!("policies/t/jurisdictions/{name}");
        put(root, &path, &out);
        let (_, problems, status) = run(root, &["statistics"], b"");
        assert_eq!(
            (status, problems.contains("error")),
            (0, false),
            "{format}: {problems}"
        );
        let (out, _, _) = run(
            root,
            &["check", "--format", "csv", "--columns", "id,hold"],
            b"",
        );
        assert!(
            out.lines().count() > 60 && !out.contains("unknown"),
            "{format}: {out}"
        );
        std::fs::remove_file(root.join(path)).unwrap();
    }
}
