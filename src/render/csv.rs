//! Results as CSV (RFC 4180), for a spreadsheet.

mod chronicle;
mod rows;
mod summary;
mod sweep;

pub use chronicle::{history_csv, timeline_csv};
pub use summary::summary_csv;
pub use sweep::sweep_csv;

use crate::analysis::decision_table::{DecisionTable, verdict_in_words};
use crate::analysis::impact::{AmountChange, FactChange, Impact, RulebookImpact, Setting};
use crate::formats::csv::written;
use crate::render::csv::rows::{FindingCells, because, cells, of_jurisdictions, text, whole};
use crate::render::json::movement;

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
/// `setting`, `result`, `group`), the rulebook, the jurisdiction, what changed, before, after, and the causes.
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
    let parts = [
        of_jurisdictions(impact),
        of_cases(impact),
        of_facts(impact),
        of_settings(impact),
        of_amounts(impact),
        of_groups(impact),
    ];
    let row = |cells: FindingCells| whole(impact, cells);
    parts.into_iter().flatten().map(row).collect()
}

fn of_cases(impact: &RulebookImpact) -> Vec<FindingCells> {
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

fn of_facts(impact: &RulebookImpact) -> Vec<FindingCells> {
    let one = |change: &FactChange| {
        let before = change.in_words(change.before.as_ref());
        let after = change.in_words(change.after.as_ref());
        let (id, path) = (change.jurisdiction.as_str(), change.schema.path.as_str());
        cells("fact", id, path, &before, &after, "")
    };
    impact.facts.iter().map(one).collect()
}

fn of_settings(impact: &RulebookImpact) -> Vec<FindingCells> {
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

fn of_amounts(impact: &RulebookImpact) -> Vec<FindingCells> {
    let rows = impact.amounts.iter().flat_map(|amount| {
        let one = |change: &AmountChange| {
            let (before, after) = (text(change.before.as_ref()), text(change.after.as_ref()));
            let id = change.jurisdiction.as_str();
            cells("result", id, &amount.name, &before, &after, "")
        };
        amount.changes.iter().map(one)
    });
    rows.collect()
}

/// For each group and each way something can go: how many were in the group, and how many went there.
fn of_groups(impact: &RulebookImpact) -> Vec<FindingCells> {
    let groups = impact.groups.iter().flat_map(|groups| {
        groups.list.iter().map(move |group| {
            let values = groups.by.iter().zip(group.named());
            let values: Vec<String> = values.map(|(by, value)| format!("{by}={value}")).collect();
            (group, values.join(" "))
        })
    });
    let rows = groups.flat_map(|(group, name)| {
        group.moved.iter().map(move |(there, count)| {
            let what = format!("{name}: {}", movement(*there));
            cells("group", "", &what, "", &count.to_string(), "")
        })
    });
    rows.collect()
}
