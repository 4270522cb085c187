//! Findings as CSV: a row for each jurisdiction and condition.

use crate::assess::verdict::Finding;
use crate::formats::csv::written;
use crate::render::report::{Report, places};
use crate::tree::{FactRef, Limit};

fn result(finding: &Finding) -> String {
    let waived = if finding.waived.is_some() {
        " (waived)"
    } else {
        ""
    };
    format!("{}{waived}", finding.status)
}

/// A row for each finding, and one for each determination with an empty condition.
pub fn csv(report: &Report<'_>) -> String {
    let head = [
        "rulebook",
        "as_of",
        "jurisdiction",
        "name",
        "condition",
        "result",
        "reasons",
        "missing",
        "cut_short",
        "file",
        "line",
        "script",
        "script_line",
    ];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    let names = |facts: &[FactRef]| {
        facts
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join("; ")
    };
    let limit = |limit: Option<Limit>| limit.map_or_else(String::new, |one| one.name().to_owned());
    for assessed in &report.assessment.rulebooks {
        for (place, one) in assessed.jurisdictions().enumerate() {
            let lead = || {
                let (rulebook, day) = (
                    assessed.rulebook().id.to_string(),
                    assessed.as_of.to_string(),
                );
                vec![
                    rulebook,
                    day,
                    one.jurisdiction.id.to_string(),
                    one.jurisdiction.name.to_string(),
                ]
            };
            let mut row = lead();
            let determination = &one.determination;
            row.extend([
                String::new(),
                determination.kind.to_string(),
                determination.reasons.join("; "),
            ]);
            let span = &one.jurisdiction.span;
            let (file, line) = (
                span.source().name().to_owned(),
                span.position().line.to_string(),
            );
            row.extend([
                names(&determination.missing),
                limit(determination.cut_short),
                file,
                line,
                String::new(),
                String::new(),
            ]);
            rows.push(row);
            for (condition, (used, finding)) in
                assessed.conditions.iter().zip(&one.findings).enumerate()
            {
                let (fact, script) = places(assessed, place, condition);
                let mut row = lead();
                row.extend([
                    used.condition.id.to_string(),
                    result(finding),
                    finding.reasons.join("; "),
                ]);
                row.extend([names(&finding.missing), limit(finding.cut_short)]);
                for span in [fact, script] {
                    row.extend([
                        span.source().name().to_owned(),
                        span.position().line.to_string(),
                    ]);
                }
                rows.push(row);
            }
        }
    }
    written(rows.into_iter())
}
