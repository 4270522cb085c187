//! Results as CSV (RFC 4180), for a spreadsheet.

use crate::analysis::decision_table::{DecisionTable, verdict_in_words};
use crate::analysis::impact::{Cause, FactChange, Impact, RulebookImpact, Setting};
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

/// All of a row but the rulebook.
type Cells = [String; 6];

fn impact_rows(impact: &RulebookImpact) -> Vec<Vec<String>> {
    let parts = [
        of_jurisdictions(impact),
        of_cases(impact),
        of_facts(impact),
        of_settings(impact),
    ];
    let row = |[kind, jurisdiction, what, before, after, because]: Cells| {
        let rulebook = impact.delta.id.to_string();
        vec![kind, rulebook, jurisdiction, what, before, after, because]
    };
    parts.into_iter().flatten().map(row).collect()
}

fn cells(
    kind: &str,
    jurisdiction: &str,
    what: &str,
    before: &str,
    after: &str,
    why: &str,
) -> Cells {
    [kind, jurisdiction, what, before, after, why].map(str::to_owned)
}

fn because(impact: &RulebookImpact, causes: &[Cause]) -> String {
    let one = |cause: &Cause| match cause_in_code(impact, cause) {
        (kind, Some(name)) => format!("{kind} {name}"),
        (kind, None) => kind.to_owned(),
    };
    causes.iter().map(one).collect::<Vec<_>>().join("; ")
}

/// In words; nothing for what is not there.
fn text(what: Option<impl ToString>) -> String {
    what.map_or_else(String::new, |what| what.to_string())
}

fn of_jurisdictions(impact: &RulebookImpact) -> Vec<Cells> {
    let mut rows = Vec::new();
    for one in &impact.jurisdictions {
        let (id, delta) = (one.delta.id.as_str(), &one.delta);
        if delta.before != delta.after {
            let (before, after) = (text(delta.before), text(delta.after));
            let why = because(impact, &one.causes);
            rows.push(cells("determination", id, "", &before, &after, &why));
        }
        for (finding, why) in delta.findings.iter().zip(&one.findings) {
            let (before, after) = (text(finding.before), text(finding.after));
            let (what, why) = (finding.condition.as_str(), because(impact, why));
            rows.push(cells("finding", id, what, &before, &after, &why));
        }
    }
    rows
}

fn of_cases(impact: &RulebookImpact) -> Vec<Cells> {
    let conditions = impact.conditions.iter().flat_map(|condition| {
        let why = because(impact, &condition.causes);
        let cases = condition.cases.iter().flat_map(|cases| &cases.list);
        cases.map(move |case| {
            let what = format!("{}: {}", condition.id, case.case);
            let words = |verdict| verdict_in_words(verdict, false);
            cells(
                "case",
                "",
                &what,
                words(case.before),
                words(case.after),
                &why,
            )
        })
    });
    let decision = impact
        .decision
        .iter()
        .flat_map(|cases| &cases.list)
        .map(|case| {
            let words = |verdict| verdict_in_words(verdict, true);
            let what = format!("decision: {}", case.case);
            cells("case", "", &what, words(case.before), words(case.after), "")
        });
    conditions.chain(decision).collect()
}

fn of_facts(impact: &RulebookImpact) -> Vec<Cells> {
    let one = |change: &FactChange| {
        let before = change.in_words(change.before.as_ref());
        let after = change.in_words(change.after.as_ref());
        let (id, path) = (change.jurisdiction.as_str(), change.schema.path.as_str());
        cells("fact", id, path, &before, &after, "")
    };
    impact.facts.iter().map(one).collect()
}

fn of_settings(impact: &RulebookImpact) -> Vec<Cells> {
    let one = |setting: &Setting| {
        cells(
            "setting",
            "",
            &setting.what,
            &setting.before,
            &setting.after,
            "",
        )
    };
    impact.settings.iter().map(one).collect()
}
