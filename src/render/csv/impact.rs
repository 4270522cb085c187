//! An impact as CSV, a row for each change.

use crate::analysis::decision_table::verdict_in_words;
use crate::analysis::impact::{AmountChange, FactChange, Impact, RulebookImpact, Setting};
use crate::formats::csv::written;
use crate::render::csv::change_rows::{
    FindingCells, because, cells, of_jurisdictions, text, whole,
};
use crate::render::csv::{CAN_BE, can_be};
use crate::render::json::movement;

/// An impact, a row for each change: its kind (`determination`, `finding`, `case`, `fact`,
/// `setting`, `result`, `group`), the rulebook, the jurisdiction, what changed, before, after, the
/// causes, and of a case whether some record of it is known.
pub fn impact_csv(impact: &Impact) -> String {
    let head = [
        "kind",
        "rulebook",
        "jurisdiction",
        "what",
        "before",
        "after",
        "because",
        CAN_BE,
    ]
    .map(str::to_owned)
    .to_vec();
    let rows = impact.rulebooks.iter().flat_map(impact_rows);
    written(std::iter::once(head).chain(rows))
}

fn impact_rows(impact: &RulebookImpact) -> Vec<Vec<String>> {
    let row = |cells: FindingCells, can_be: &str| {
        let mut row = whole(impact, cells);
        row.push(can_be.to_owned());
        row
    };
    let others = [
        of_facts(impact),
        of_settings(impact),
        of_amounts(impact),
        of_groups(impact),
    ];
    let cases = of_cases(impact).into_iter();
    let cases = cases.map(|(cells, is_known)| row(cells, can_be(is_known)));
    let plain = |cells| row(cells, "");
    let before = of_jurisdictions(impact).into_iter().map(plain);
    let after = others.into_iter().flatten().map(plain);
    before.chain(cases).chain(after).collect()
}

/// The cases, and of each whether some record is known.
fn of_cases(impact: &RulebookImpact) -> Vec<(FindingCells, bool)> {
    let conditions = impact.conditions.iter().flat_map(|condition| {
        let why = because(impact, &condition.causes);
        let cases = condition.cases.iter().flat_map(|cases| &cases.list);
        cases.map(move |case| {
            let what = format!("{}: {}", condition.id, case.case);
            let words = |verdict| verdict_in_words(verdict, false);
            let (before, after) = (words(case.before), words(case.after));
            let cells = cells("case", "", &what, before, after, &why);
            (cells, case.example.is_some())
        })
    });
    let decision = impact
        .decision
        .iter()
        .flat_map(|cases| &cases.list)
        .map(|case| {
            let words = |verdict| verdict_in_words(verdict, true);
            let what = format!("decision: {}", case.case);
            let (before, after) = (words(case.before), words(case.after));
            let cells = cells("case", "", &what, before, after, "");
            (cells, case.example.is_some())
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

/// For each group and each way something can go: how many were in the group, and how many went
/// there.
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
