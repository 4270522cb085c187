//! Scripts that would take hours or fill the memory: they come to something, or are told at their
//! place.

use std::fmt::Write;

use rulebook::assess::{Options, assess};
use rulebook::assessment::{Assessment, Status};
use rulebook::diagnostic::Code;
use rulebook::explanation::explain;
use rulebook::files::Files;
use rulebook::questions::questions;
use rulebook::remedies::remedies;
use rulebook::render::{Style, explanation};
use rulebook::snapshot::Snapshot;

fn files(facts: &str, script: &str, record: &str) -> Files {
    let mut files = Files::new();
    let schema = format!("title: T\nas_of: 2020-01-01\nfacts:\n{facts}");
    files.insert("policies/t/rulebook.yaml", &schema);
    files.insert("policies/t/jurisdictions/x.yaml", record);
    files.insert("scripts/t/c.rhai", &format!("//! T\n{script}\n"));
    files
}

fn assessed(files: &Files) -> Assessment {
    assess(&Snapshot::load(files), &Options::default())
}

fn status(assessment: &Assessment) -> Status {
    assessment.rulebooks[0].jurisdiction("x").unwrap().findings[0].status
}

/// The errors, as code, line and message.
fn errors(assessment: &Assessment) -> Vec<(Code, usize, String)> {
    let errors = assessment.diagnostics.iter().filter(|one| one.is_error());
    let line =
        |one: &rulebook::diagnostic::Diagnostic| one.span().map_or(0, |span| span.position().line);
    errors
        .map(|one| (one.code, line(one), one.message.clone()))
        .collect()
}

const NUMBER: &str = "  a: {type: integer, range: {min: 0, max: 100000}}\n";

#[test]
fn files_that_import_each_other_twice_are_loaded_once() {
    let mut files = files(
        NUMBER,
        "import \"lib/l00\" as l;\nl::f(j.a) >= 3",
        "facts: {a: 3}\n",
    );
    for number in 0..40 {
        let next = number + 1;
        // Only the first few call on: calls go 16 deep.
        let body = if number < 5 { "a::f(x)" } else { "x" };
        let text = format!(
            "import \"lib/l{next:02}\" as a;\nimport \"lib/l{next:02}\" as b;\nfn f(x) {{ {body} }}\n"
        );
        files.insert(format!("scripts/t/lib/l{number:02}.rhai"), &text);
    }
    files.insert("scripts/t/lib/l40.rhai", "fn f(x) { x }\n");
    let assessment = assessed(&files);
    assert_eq!(errors(&assessment), []);
    assert_eq!(status(&assessment), Status::Met);
}

#[test]
fn imports_that_lie_too_deep_are_told_once_at_their_place() {
    for descending in [false, true] {
        let name =
            |number: usize| format!("lib/l{:03}", if descending { 300 - number } else { number });
        let mut files = files(
            NUMBER,
            &format!("import \"{}\" as l;\nl::f(j.a) >= 3", name(0)),
            "facts: {a: 3}\n",
        );
        for number in 0..300 {
            let text = format!("import \"{}\" as a;\nfn f(x) {{ x }}\n", name(number + 1));
            files.insert(format!("scripts/t/{}.rhai", name(number)), &text);
        }
        files.insert(format!("scripts/t/{}.rhai", name(300)), "fn f(x) { x }\n");
        let found = errors(&assessed(&files));
        let deep = found
            .iter()
            .filter(|one| one.2.contains("more than 100 files deep"));
        assert_eq!(deep.count(), 1, "{found:?}");
        assert!(found.len() <= 2, "{found:?}");
    }
}

#[test]
fn a_loop_over_long_texts_is_told_at_its_place() {
    let script = format!(
        "let s = \"{}\";\nlet n = 0;\nfor i in 0..60000 {{ for t in s.split(\"\") {{ n += 1; break; }} }}\nn > 1",
        "x".repeat(9_000)
    );
    let found = errors(&assessed(&files(NUMBER, &script, "facts: {}\n")));
    assert!(
        matches!(&found[..], [(Code::LimitReached, 4, message)] if message.contains("more work")),
        "{found:?}"
    );
}

#[test]
fn many_labels_find_the_right_case() {
    let mut script = "switch j.a {\n".to_owned();
    for label in 0..5_000 {
        let _ = writeln!(script, "{label} => met(\"m{label}\"),");
    }
    script += "_ => not_met(\"none\")\n}";
    let reason = |record: &str| {
        let assessment = assessed(&files(NUMBER, &script, record));
        let finding = &assessment.rulebooks[0].jurisdiction("x").unwrap().findings[0];
        (finding.status, finding.reasons.join(" "))
    };
    assert_eq!(
        reason("facts: {a: 4321}\n"),
        (Status::Met, "m4321".to_owned())
    );
    assert_eq!(
        reason("facts: {a: 5000}\n"),
        (Status::NotMet, "none".to_owned())
    );
    assert_eq!(reason("facts: {}\n").0, Status::Unknown);
}

#[test]
fn a_reason_is_as_long_as_a_text_may_be_and_cut_with_a_sign() {
    let script = format!("met(`{}`)", "${j.t}".repeat(4_096));
    let record = format!("facts: {{t: {}}}\n", "y".repeat(1_000));
    let assessment = assessed(&files("  t: {type: text}\n", &script, &record));
    let reasons = &assessment.rulebooks[0].jurisdiction("x").unwrap().findings[0].reasons;
    assert_eq!(reasons[0].len(), 64 * 1024 + '…'.len_utf8());
    assert!(reasons[0].ends_with('…'));
}

#[test]
fn turns_of_a_loop_are_explained_once_each_and_not_without_end() {
    let facts: Vec<_> = (0..3)
        .map(|number| format!("  f{number}: {{type: integer, range: {{min: 0, max: 900}}}}\n"))
        .collect();
    let facts = facts.concat();
    let list: Vec<_> = (0..300).map(|number| number.to_string()).collect();
    let files = files(
        &format!("{facts}  l: {{type: list, items: integer}}\n"),
        "let n = 0;\nfor x in j.l { if x > j.f0 && x > j.f1 && x > j.f2 { n += 1; } }\nn > 3",
        &format!("facts: {{l: [{}]}}\n", list.join(", ")),
    );
    let assessment = assessed(&files);
    let laws = &assessment.rulebooks[0];
    let one = laws.jurisdiction("x").unwrap();
    assert_eq!(one.findings[0].status, Status::Unknown);
    let text = explanation(&explain(laws, one, None), Style::Plain(10_000));
    let lines: Vec<_> = text
        .lines()
        .filter(|line| line.contains("x > j.f"))
        .collect();
    let mut once = lines.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(lines.len(), once.len());
    assert!(lines.len() <= 60 && text.contains("more tests"), "{text}");
}

#[test]
fn a_remainder_taken_in_turns_is_exact() {
    let files = files(
        NUMBER,
        "let rest = j.a % 100;\nwhile rest > 10 { rest -= 7; }\n\
         if rest <= 6 { met(\"m\") } else { not_met(\"n\") }",
        "facts: {}\n",
    );
    let assessment = assessed(&files);
    let laws = &assessment.rulebooks[0];
    let one = laws.jurisdiction("x").unwrap();
    assert_eq!(one.findings[0].status, Status::Unknown);
    assert_eq!(one.findings[0].missing.len(), 1);
    assert_eq!(questions(laws, one).len(), 1);
    let wanted = rulebook::assessment::DeterminationKind::Eligible;
    let found = remedies(laws, one, wanted);
    assert!(found.cut_short || found.list.len() == 1, "{:?}", found.list);
}
