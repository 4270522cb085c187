//! Findings as CSV: a row for each jurisdiction and condition.

use std::io::{self, Write};

use crate::analysis::comparison::{Said, published_of};
use crate::assess::assessment::RulebookAssessment;
use crate::assess::verdict::Finding;
use crate::base::source::Span;
use crate::formats::csv::written;
use crate::model::rulebook::ComparedWith;
use crate::render::blocks::write_parts;
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
///
/// # Errors
/// What keeps the text from being written.
pub fn csv(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
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
    let head = head.map(str::to_owned).to_vec();
    out.write_all(written(std::iter::once(head)).as_bytes())?;
    for assessed in &report.assessment.rulebooks {
        write_parts(assessed, out, |view, places| {
            written(places.flat_map(|place| rows(view, place)))
        })?;
    }
    Ok(())
}

/// The rows of a jurisdiction.
fn rows(assessed: &RulebookAssessment, place: usize) -> Vec<Vec<String>> {
    let names = |facts: &[FactRef]| {
        facts
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join("; ")
    };
    let limit = |limit: Option<Limit>| limit.map_or_else(String::new, |one| one.name().to_owned());
    let one = assessed.at(place);
    let lead = || {
        vec![
            assessed.rulebook().id.to_string(),
            assessed.as_of.to_string(),
            one.jurisdiction.id.to_string(),
            one.jurisdiction.name.to_string(),
        ]
    };
    let at = |span: &Span| {
        [
            span.source().name().to_owned(),
            span.position().line.to_string(),
        ]
    };
    let determination = &one.determination;
    let mut row = lead();
    row.extend([
        String::new(),
        determination.kind.to_string(),
        determination.reasons.join("; "),
        names(&determination.missing),
        limit(determination.cut_short),
        published(assessed, place, None),
    ]);
    row.extend(at(&one.jurisdiction.span));
    row.extend([String::new(), String::new()]);
    let mut rows = vec![row];
    for (condition, (used, finding)) in assessed.conditions.iter().zip(&one.findings).enumerate() {
        let (fact, script) = places(assessed, place, condition);
        let id = used.condition.id.as_str();
        let mut row = lead();
        row.extend([
            id.to_owned(),
            result(finding),
            finding.reasons.join("; "),
            names(&finding.missing),
            limit(finding.cut_short),
            published(assessed, place, Some(id)),
        ]);
        row.extend([fact, script].iter().flat_map(at));
        rows.push(row);
    }
    rows
}
