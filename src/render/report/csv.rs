//! Findings as CSV: a row for each jurisdiction and condition.

use crate::analysis::comparison::{Said, published_of};
use crate::assess::assessment::RulebookAssessment;
use crate::assess::verdict::Finding;
use crate::formats::csv::written;
use crate::model::rulebook::ComparedWith;
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

/// What is published of a determination or of a condition, and whether that agrees.
fn published(assessed: &RulebookAssessment, place: usize, condition: Option<&str>) -> String {
    let with = |said: &Said<'_>| match &said.comparison.with {
        ComparedWith::Determination => condition.is_none(),
        ComparedWith::Condition(id, _) => condition == Some(id.as_str()),
    };
    let said = published_of(assessed, place).into_iter().filter(with);
    let said = said.map(|one| {
        let stands = if one.agrees { "agrees" } else { "differs" };
        format!("{}: {} ({stands})", one.comparison.name, one.published)
    });
    said.collect::<Vec<_>>().join("; ")
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
        "published",
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
                published(assessed, place, None),
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
                let id = used.condition.id.as_str();
                row.extend([
                    names(&finding.missing),
                    limit(finding.cut_short),
                    published(assessed, place, Some(id)),
                ]);
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
