//! The table of a script with too many cases to list, as a point system has: a row for each total, with
//! how many combinations of values come to it.

use std::collections::BTreeMap;

use crate::analysis::decision_table::{Column, DecisionTable, Row, reason};
use crate::analysis::explanation::explain_parameters;
use crate::assess::assessment::RulebookAssessment;
use crate::assess::form::ConditionUsed;
use crate::script::explore;
use crate::tree::{Tree, tally, walk};

/// The rows are told apart by the one variable in which the ends of the script differ, if there is
/// such a one; else by what they come to.
pub(super) fn table<'a>(
    assessed: &'a RulebookAssessment,
    used: &'a ConditionUsed,
    tree: &Tree,
) -> DecisionTable<'a> {
    let bindings = &assessed.basis.bindings;
    let explored = used
        .program
        .as_ref()
        .map(|program| explore(program, bindings, None));
    let by_total = explored
        .filter(|found| found.incomplete.is_none())
        .and_then(|found| Tree::by_total(found.paths, bindings.limits));
    let (tree, name) = match &by_total {
        Some((tree, name)) => (tree, Some(name)),
        None => (tree, None),
    };
    let tally = tally(tree);
    let column = |name: &str| Column {
        name: name.to_owned(),
        unit: None,
        description: None,
    };
    let counted = tally.as_ref().map(|_| column("combinations"));
    let columns = name.map(|name| column(name)).into_iter().chain(counted);
    let mut outcomes: Vec<usize> = (0..tree.outcomes().count()).collect();
    outcomes.sort_by_key(|outcome| tree.outcome(*outcome).total);
    let rows = outcomes.iter().map(|number| {
        let outcome = tree.outcome(*number);
        let total = name.map(|_| {
            outcome
                .total
                .map_or_else(String::new, |one| one.to_string())
        });
        let count = tally.as_ref().map(|tally| {
            let count = tally.by_outcome.get(number).copied().unwrap_or(0);
            (count, tally.all)
        });
        let named = name
            .zip(outcome.total)
            .map(|(name, total)| format!("{name} is {total}"));
        let among = count.map(|(count, all)| format!("{count} of {all} combinations"));
        let case: Vec<String> = named.into_iter().chain(among).collect();
        let count = count.map(|(count, _)| count.to_string());
        Row {
            cells: total.into_iter().chain(count).collect(),
            case: case.join(": "),
            verdict: outcome.verdict,
            reason: reason(outcome),
            inside: Vec::new(),
            open: Vec::new(),
        }
    });
    let mut table = DecisionTable {
        assessed,
        condition: Some(used),
        columns: columns.collect(),
        rows: rows.collect(),
        parameters: explain_parameters(assessed, tree.tests().map(|asked| &asked.test)),
    };
    place(&mut table, tree, &outcomes);
    table
}

/// Puts each jurisdiction into the rows that it can come to.
fn place(table: &mut DecisionTable<'_>, tree: &Tree, outcomes: &[usize]) {
    let facts = &table.assessed.basis.facts;
    let rows: BTreeMap<usize, usize> = outcomes
        .iter()
        .enumerate()
        .map(|(row, outcome)| (*outcome, row))
        .collect();
    for place in 0..table.assessed.len() {
        let leaves = walk(tree, facts, table.assessed.record_of(place));
        let number = |leaf: &crate::tree::Possible| {
            let number = tree.outcomes().position(|one| *one == *leaf.outcome)?;
            rows.get(&number).copied()
        };
        let mut reached: Vec<usize> = leaves.list.iter().filter_map(number).collect();
        reached.sort_unstable();
        reached.dedup();
        match reached.as_slice() {
            [one] if leaves.cut_short.is_none() => table.rows[*one].inside.push(place),
            several => {
                for row in several {
                    table.rows[*row].open.push(place);
                }
            }
        }
    }
}
