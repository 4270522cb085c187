//! The Test Anything Protocol, version 14: a line for each finding, case and problem.
//!
//! A finding that the run does not fail for is skipped, with its status and reason.

use std::fmt::Write;

use crate::analysis::published_results::compare;
use crate::assess::assessment::RulebookAssessment;
use crate::assess::bulk_explanation::each_explained;
use crate::assess::result_types::{JurisdictionAssessment, Status};
use crate::model::typed_indexes::ConditionIndex;
use crate::render::compared_summary;
use crate::render::escape::for_tap;
use crate::render::report::{CASE, COMPARED, ItemSeverity, Report, places, problems, why};

/// One test: whether it passed, its description, how it counts.
struct Line {
    passed: bool,
    text: String,
    directive: &'static str,
}

/// The whole report as TAP.
pub fn tap(report: &Report<'_>) -> String {
    let mut lines: Vec<Line> = Vec::new();
    for assessed in &report.assessment.rulebooks {
        for (_, one) in each_explained(assessed) {
            let conditions = ConditionIndex::first(assessed.conditions.len());
            lines.extend(conditions.map(|condition| finding(report, assessed, &one, condition)));
        }
    }
    lines.extend(report.tests.results.iter().map(|result| {
        let place = report.place(&result.case.span);
        Line {
            passed: result.passed(),
            text: format!("case {} ({place})", result.case.name),
            directive: "",
        }
    }));
    for one in report.assessment.rulebooks.iter().flat_map(compare) {
        if one.differ.is_empty() {
            lines.push(Line {
                passed: true,
                text: compared_summary(&one),
                directive: one.left_out.as_ref().map_or("", |_| " # SKIP not compared"),
            });
        }
    }
    lines.extend(said(report));
    let mut out = format!("TAP version 14\n1..{}\n", lines.len());
    for (index, line) in lines.iter().enumerate() {
        let word = if line.passed { "ok" } else { "not ok" };
        let (number, text) = (index + 1, for_tap(&line.text));
        let _ = writeln!(out, "{word} {number} - {text}{}", line.directive);
    }
    out
}

fn finding(
    report: &Report<'_>,
    assessed: &RulebookAssessment,
    one: &JurisdictionAssessment,
    condition: ConditionIndex,
) -> Line {
    let used = &assessed.conditions[condition];
    let finding = &one.findings[condition];
    let status = finding.status;
    let fails = report.fails(one, used, finding);
    let (passed, directive) = match status {
        _ if finding.waived.is_some() => (true, " # SKIP waived"),
        _ if fails => (false, ""),
        Status::Met => (true, ""),
        Status::NotApplicable => (true, " # SKIP not applicable"),
        Status::NotMet => (true, " # SKIP not met"),
        Status::Unknown => (false, " # TODO not known"),
        Status::Fault => (false, ""),
    };
    let why = why(finding);
    let at = match status {
        Status::Met | Status::NotApplicable => String::new(),
        Status::NotMet | Status::Unknown | Status::Fault => {
            let (fact, _) = places(assessed, one, condition);
            format!(" ({})", report.place(&fact))
        }
    };
    let (rulebook, id) = (&assessed.rulebook().id, &one.jurisdiction.id);
    Line {
        passed,
        text: format!("{rulebook} {id} {}: {status}{why}{at}", used.condition.id),
        directive,
    }
}

/// The other reasons why the run fails, and differences from published results.
fn said<'a>(report: &'a Report<'_>) -> impl Iterator<Item = Line> + 'a {
    let counts = |severity| severity == ItemSeverity::Error;
    let items = problems(report).into_iter();
    let items = items
        .filter(move |item| item.rule == COMPARED || counts(item.severity) && item.rule != CASE);
    items.map(move |item| {
        let place = match (&item.span, &item.file) {
            (Some(span), _) => format!(" ({})", report.place(span)),
            (None, Some(file)) => format!(" ({})", report.path(file)),
            (None, None) => String::new(),
        };
        let fails = counts(item.severity);
        Line {
            passed: !fails,
            text: format!("{}{place}", item.message),
            directive: if fails { "" } else { " # SKIP differs" },
        }
    })
}
