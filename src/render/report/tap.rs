//! The Test Anything Protocol, version 14: a line for each finding, case and problem.

use std::fmt::Write;

use crate::analysis::comparison::compare;
use crate::assess::verdict::Status;
use crate::render::compared_summary;
use crate::render::report::{COMPARED, Report, Severity, problems, why};
use crate::render::sanitize::clean_line;

/// The whole report as TAP.
pub fn tap(report: &Report<'_>) -> String {
    let mut lines: Vec<(bool, String, String)> = Vec::new();
    for assessed in &report.assessment.rulebooks {
        for (place, one) in assessed.jurisdictions().enumerate() {
            for (condition, used) in assessed.conditions.iter().enumerate() {
                let status = one.findings[condition].status;
                let name = format!(
                    "{} {} {}",
                    assessed.rulebook().id,
                    one.jurisdiction.id,
                    used.condition.id
                );
                let text = format!("{name}: {status}{}", why(assessed, place, condition));
                let waived = one.findings[condition].waived.is_some();
                let (fine, directive) = match status {
                    _ if waived => (true, " # SKIP waived"),
                    Status::Met => (true, ""),
                    Status::NotApplicable => (true, " # SKIP not applicable"),
                    Status::Unknown => (false, " # TODO not known"),
                    Status::NotMet | Status::Fault => (false, ""),
                };
                lines.push((fine, text, directive.to_owned()));
            }
        }
    }
    for result in &report.tests.results {
        lines.push((
            result.passed(),
            format!("case {}", result.case.name),
            String::new(),
        ));
    }
    for one in report.assessment.rulebooks.iter().flat_map(compare) {
        if one.differ.is_empty() {
            let skip = one.left_out.as_ref().map_or("", |_| " # SKIP not compared");
            lines.push((true, compared_summary(&one), skip.to_owned()));
        }
    }
    for item in problems(report) {
        let counts = item.severity == Severity::Error && item.rule != "case";
        if counts || item.rule == COMPARED {
            lines.push((false, item.message, String::new()));
        }
    }
    let mut out = format!("TAP version 14\n1..{}\n", lines.len());
    for (index, (fine, text, directive)) in lines.iter().enumerate() {
        let word = if *fine { "ok" } else { "not ok" };
        let _ = writeln!(out, "{word} {} - {}{directive}", index + 1, escaped(text));
    }
    out
}

fn escaped(text: &str) -> String {
    clean_line(text).replace('\\', "\\\\").replace('#', "\\#")
}
