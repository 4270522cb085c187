//! The results of cases as text.

use std::fmt::Write;

use crate::analysis::accepted_results::Drift;
use crate::analysis::test_cases::{CaseResult, TestRun};
use crate::render::escape::clean_line;

/// Each failed case, with what was expected and found, and the counts. With `all`, passed ones too.
pub fn test_run(run: &TestRun, all: bool) -> String {
    let mut out = cases(run, all);
    if !out.is_empty() {
        out.push('\n');
    }
    format!("{out}{}\n", counts(run))
}

/// Each failed case, with what was expected and found.
pub fn failed_cases(run: &TestRun) -> String {
    cases(run, false)
}

/// How many cases passed, in one line; `None` if there are no cases.
pub fn cases_passed(run: &TestRun) -> Option<String> {
    let (failed, all) = (run.failed(), run.results.len());
    (all > 0).then(|| format!("cases: {} of {all} passed", all - failed))
}

/// How many results differ from the accepted ones, in one line; `None` if none does.
pub fn moved(drift: &Drift) -> Option<String> {
    let moved = drift.moved.len();
    let s = if moved == 1 { "" } else { "s" };
    (moved > 0).then(|| format!("accepted results: {moved} result{s} moved"))
}

fn cases(run: &TestRun, all: bool) -> String {
    let mut out = String::new();
    for result in &run.results {
        if result.passed() && !all {
            continue;
        }
        let word = if result.passed() { "pass" } else { "FAIL" };
        let place = result.case.span.position();
        let file = result.case.span.source().name();
        out += &clean_line(&format!(
            "{word}  {}  [{file}:{}]",
            result.case.name, place.line
        ));
        out.push('\n');
        out += &differences(result);
    }
    out
}

/// The most differing results that are listed.
const MOST: usize = 40;

/// The results that differ from the accepted ones, and the rulebooks that were not compared.
pub fn drift(drift: &Drift, quiet: bool) -> String {
    let mut out = String::new();
    if !drift.moved.is_empty() {
        out.push_str("\nNot as accepted\n");
    }
    for moved in drift.moved.iter().take(MOST) {
        let (file, line) = (moved.span.source().name(), moved.span.position().line);
        let text = format!(
            "  {}, {}: {} was accepted, found {}  [{file}:{line}]",
            moved.jurisdiction, moved.what, moved.accepted, moved.found
        );
        out += &clean_line(&text);
        out.push('\n');
    }
    if drift.moved.len() > MOST {
        let _ = writeln!(out, "  and {} more", drift.moved.len() - MOST);
    }
    if !drift.moved.is_empty() {
        out.push_str("Accept them with `rulebook check --accept` if that is meant.\n");
    }
    for rulebook in drift.not_compared.iter().filter(|_| !quiet) {
        let _ = writeln!(
            out,
            "The accepted results of {rulebook} are for other options: not compared."
        );
    }
    out
}

fn differences(result: &CaseResult) -> String {
    let mut out = String::new();
    for mismatch in &result.mismatches {
        let line = mismatch.span.position().line;
        let because = mismatch
            .because
            .as_ref()
            .map(|why| format!(" ({why})"))
            .unwrap_or_default();
        let lines = [
            format!("      line {line}, {}", mismatch.what),
            format!("        expected  {}", mismatch.expected),
            format!("        found     {}{because}", mismatch.found),
        ];
        for line in lines {
            out += &clean_line(&line);
            out.push('\n');
        }
    }
    out
}

/// How many cases passed and failed, in one line.
pub fn counts(run: &TestRun) -> String {
    let (failed, all) = (run.failed(), run.results.len());
    let s = if all == 1 { "" } else { "s" };
    let left_out = if run.left_out == 0 {
        String::new()
    } else {
        format!(", {} left out by the filter", run.left_out)
    };
    format!(
        "{all} case{s}: {} passed, {failed} failed{left_out}",
        all - failed
    )
}
