//! Results as CSV (RFC 4180), for a spreadsheet.

use crate::analysis::decision_table::{DecisionTable, verdict_in_words};
use crate::analysis::impact::{Cause, Impact, RulebookImpact};
use crate::formats::csv::written;
use crate::render::json::cause_in_code;

/// Decision tables, one below the other with an empty row between: a column for each fact, then
/// what the row comes to, why, and how many jurisdictions fall into it or may.
pub fn decision_table_csv(tables: &[DecisionTable<'_>]) -> String {
    let one = |table: &DecisionTable<'_>| {
        let head = table.columns.iter().map(|column| column.name.clone());
        let head =
            head.chain(["outcome", "reason", "jurisdictions", "possible"].map(str::to_owned));
        let rows = table.rows.iter().map(|row| {
            let outcome = row.outcome(table.condition.is_none()).to_owned();
            let reason = row.reason.clone().unwrap_or_default();
            let counts = [row.inside.len().to_string(), row.open.len().to_string()];
            row.cells
                .iter()
                .cloned()
                .chain([outcome, reason])
                .chain(counts)
                .collect()
        });
        written(std::iter::once(head.collect()).chain(rows))
    };
    tables.iter().map(one).collect::<Vec<_>>().join("\n")
}

/// An impact, a row for each change: its kind (`determination`, `finding`, `case`, `fact`,
/// `setting`), the rulebook, the jurisdiction, what changed, before, after, and the causes.
pub fn impact_csv(impact: &Impact) -> String {
    let head = [
        "kind",
        "rulebook",
        "jurisdiction",
        "what",
        "before",
        "after",
        "because",
    ]
    .map(str::to_owned)
    .to_vec();
    let rows = impact.rulebooks.iter().flat_map(impact_rows);
    written(std::iter::once(head).chain(rows))
}

fn impact_rows(impact: &RulebookImpact) -> Vec<Vec<String>> {
    let rulebook = impact.delta.id.as_str();
    let row = |kind: &str,
               jurisdiction: &str,
               what: &str,
               before: &str,
               after: &str,
               because: String|
     -> Vec<String> {
        [kind, rulebook, jurisdiction, what, before, after]
            .map(str::to_owned)
            .into_iter()
            .chain([because])
            .collect()
    };
    let causes = |causes: &[Cause]| {
        let one = |cause: &Cause| match cause_in_code(impact, cause) {
            (kind, Some(name)) => format!("{kind} {name}"),
            (kind, None) => kind.to_owned(),
        };
        causes.iter().map(one).collect::<Vec<_>>().join("; ")
    };
    let mut rows = Vec::new();
    for one in &impact.jurisdictions {
        let (id, delta) = (one.delta.id.as_str(), &one.delta);
        let kind = |kind: Option<crate::assess::assessment::DeterminationKind>| {
            kind.map_or(String::new(), |kind| kind.to_string())
        };
        if delta.before != delta.after {
            rows.push(row(
                "determination",
                id,
                "",
                &kind(delta.before),
                &kind(delta.after),
                causes(&one.causes),
            ));
        }
        for (finding, why) in delta.findings.iter().zip(&one.findings) {
            let status = |status: Option<crate::assess::assessment::Status>| {
                status.map_or(String::new(), |status| status.to_string())
            };
            let (before, after) = (status(finding.before), status(finding.after));
            rows.push(row(
                "finding",
                id,
                finding.condition.as_str(),
                &before,
                &after,
                causes(why),
            ));
        }
    }
    for condition in &impact.conditions {
        for case in condition.cases.iter().flat_map(|cases| &cases.list) {
            let words = |verdict| verdict_in_words(verdict, false);
            let what = format!("{}: {}", condition.id, case.case);
            rows.push(row(
                "case",
                "",
                &what,
                words(case.before),
                words(case.after),
                causes(&condition.causes),
            ));
        }
    }
    for case in impact.decision.iter().flat_map(|cases| &cases.list) {
        let words = |verdict| verdict_in_words(verdict, true);
        let what = format!("decision: {}", case.case);
        rows.push(row(
            "case",
            "",
            &what,
            words(case.before),
            words(case.after),
            String::new(),
        ));
    }
    for change in &impact.facts {
        let (before, after) = (
            change.in_words(change.before.as_ref()),
            change.in_words(change.after.as_ref()),
        );
        rows.push(row(
            "fact",
            change.jurisdiction.as_str(),
            change.schema.path.as_str(),
            &before,
            &after,
            String::new(),
        ));
    }
    for setting in &impact.settings {
        rows.push(row(
            "setting",
            "",
            &setting.what,
            &setting.before,
            &setting.after,
            String::new(),
        ));
    }
    rows
}
