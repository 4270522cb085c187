//! Counts of a population as CSV: a row for each number.

use crate::analysis::summary::{NearMiss, Summary, Threshold};
use crate::assess::result_types::{DeterminationKind, Status};
use crate::formats::csv::written;
use crate::model::typed_indexes::ConditionIndex;
use crate::render::json::words;

/// The cells of a row, in the order of the columns; those that do not apply are empty.
#[derive(Default)]
struct Row {
    kind: &'static str,
    group: String,
    condition: String,
    what: String,
    count: String,
    jurisdiction: String,
    value: String,
    needs: String,
    distance: String,
    unit: String,
    rounded: bool,
}

/// Summaries, a row for each number. `kind` is `determination`, `finding`, `only` (those that fail
/// this condition alone), `unmet` and `unmet_so_far` (sets of conditions), `near`, or `result`;
/// `rounded` is true of a total of which members were rounded.
pub fn summary_csv(summaries: &[Summary<'_>]) -> String {
    let head = [
        "kind",
        "rulebook",
        "group",
        "condition",
        "what",
        "count",
        "jurisdiction",
        "value",
        "needs",
        "distance",
        "unit",
        "rounded",
    ];
    let rows = summaries.iter().flat_map(|summary| {
        let rulebook = summary.assessed.rulebook().id.to_string();
        let cells = move |row: Row| {
            vec![
                row.kind.to_owned(),
                rulebook.clone(),
                row.group,
                row.condition,
                row.what,
                row.count,
                row.jurisdiction,
                row.value,
                row.needs,
                row.distance,
                row.unit,
                if row.rounded { "true" } else { "" }.to_owned(),
            ]
        };
        rows_of(summary).into_iter().map(cells)
    });
    written(std::iter::once(head.map(str::to_owned).to_vec()).chain(rows))
}

fn rows_of(summary: &Summary<'_>) -> Vec<Row> {
    let mut rows = Vec::new();
    let findings = summary.conditions.iter().map(|one| one.findings).collect();
    counts(summary, "", &summary.determinations, findings, &mut rows);
    for group in summary.groups.iter().flat_map(|groups| &groups.list) {
        let name = group.named().join(" / ");
        counts(
            summary,
            &name,
            &group.determinations,
            group.findings.clone(),
            &mut rows,
        );
    }
    for (condition, count) in ConditionIndex::each(&summary.conditions) {
        rows.extend(count.only.iter().map(|place| Row {
            kind: "only",
            condition: id(summary, condition),
            jurisdiction: summary.assessed.id(*place).to_owned(),
            ..Row::default()
        }));
    }
    for amount in &summary.amounts {
        let all = DeterminationKind::ALL.iter().zip(&amount.totals);
        rows.extend(all.map(|(kind, total)| Row {
            kind: "result",
            condition: amount.name.clone(),
            what: words::kind(*kind).to_owned(),
            count: total.members.to_string(),
            value: total.sum.to_string(),
            unit: amount.unit.clone().unwrap_or_default(),
            rounded: total.rounded,
            ..Row::default()
        }));
    }
    for set in &summary.unmet {
        let ids: Vec<String> = set.conditions.iter().map(|one| id(summary, *one)).collect();
        for (kind, count) in [("unmet", set.settled), ("unmet_so_far", set.open)] {
            rows.push(Row {
                kind,
                what: ids.join("; "),
                count: count.to_string(),
                ..Row::default()
            });
        }
    }
    for threshold in &summary.near {
        rows.extend(
            threshold
                .nearest
                .iter()
                .map(|one| near(summary, threshold, one)),
        );
    }
    rows
}

fn id(summary: &Summary<'_>, condition: ConditionIndex) -> String {
    summary.assessed.conditions[condition]
        .condition
        .id
        .to_string()
}

/// The counts of all jurisdictions, or of a group.
fn counts(
    summary: &Summary<'_>,
    group: &str,
    determinations: &[usize; 4],
    findings: Vec<[usize; 5]>,
    rows: &mut Vec<Row>,
) {
    let row = |kind, condition: String, what: &str, count: usize| Row {
        kind,
        group: group.to_owned(),
        condition,
        what: what.to_owned(),
        count: count.to_string(),
        ..Row::default()
    };
    for (kind, count) in DeterminationKind::ALL.iter().zip(determinations) {
        rows.push(row(
            "determination",
            String::new(),
            words::kind(*kind),
            *count,
        ));
    }
    for (condition, counts) in ConditionIndex::each(findings) {
        for (status, count) in Status::ALL.iter().zip(counts) {
            rows.push(row(
                "finding",
                id(summary, condition),
                words::status(*status),
                count,
            ));
        }
    }
}

fn near(summary: &Summary<'_>, threshold: &Threshold, one: &NearMiss) -> Row {
    Row {
        kind: "near",
        condition: id(summary, threshold.condition),
        what: threshold.measured.clone(),
        jurisdiction: summary.assessed.id(one.place).to_owned(),
        value: one.found.to_string(),
        needs: format!("{} {}", one.needs.words(), one.needs.value()),
        distance: one.distance.to_string(),
        unit: threshold.unit.clone().unwrap_or_default(),
        ..Row::default()
    }
}
