//! The rows of a script with too many cases to list, such as a point system: one for each total, or
//! for each outcome. Where combinations of values can be counted, each row says how many reach it.

use std::collections::BTreeMap;

use crate::assess::assessment::RulebookAssessment;
use crate::assess::explored_scripts::ConditionUsed;
use crate::model::typed_indexes::PlaceIndex;
use crate::script::explore;
use crate::tree::{Outcome, Possible, Tree, tally, walk};

/// Such rows, and what distinguishes them.
pub(super) struct Totals {
    pub(super) columns: Vec<String>,
    pub(super) rows: Vec<RowTotal>,
}

/// A row for a total or an outcome.
pub(super) struct RowTotal {
    pub(super) cells: Vec<String>,
    /// The whole case as one sentence.
    pub(super) case: String,
    pub(super) outcome: Outcome,
    /// The places of the jurisdictions that reach the row, and of those that may.
    pub(super) inside: Vec<PlaceIndex>,
    pub(super) open: Vec<PlaceIndex>,
}

/// The rows, distinguished by the one variable in which the ends of the script differ if there is
/// one; otherwise by their outcomes.
pub(super) fn totals(assessed: &RulebookAssessment, used: &ConditionUsed, tree: &Tree) -> Totals {
    let bindings = &assessed.basis.bindings;
    let program = used.program.as_ref();
    let by_total = program
        .map(|program| explore(program, bindings, None))
        .filter(|found| found.incomplete.is_none())
        .and_then(|found| Tree::by_total(found.paths, bindings.limits));
    let (tree, name) = match &by_total {
        Some((tree, name)) => (tree, Some(name)),
        None => (tree, None),
    };
    let tally = tally(tree);
    let counted = tally.as_ref().map(|_| "combinations".to_owned());
    let columns = name.map(ToString::to_string).into_iter().chain(counted);
    let mut numbers: Vec<usize> = (0..tree.outcomes().count()).collect();
    numbers.sort_by(|a, b| tree.outcome(*a).total.cmp(&tree.outcome(*b).total));
    let rows = numbers.iter().map(|number| {
        let outcome = tree.outcome(*number);
        let total = outcome.total.as_ref().map(ToString::to_string);
        let named = name
            .zip(total.as_ref())
            .map(|(name, total)| format!("{name} is {total}"));
        let count = tally.as_ref().map(|tally| {
            let count = tally.by_outcome.get(number).copied().unwrap_or(0);
            (
                count.to_string(),
                format!("{count} of {} combinations", tally.all),
            )
        });
        let (count, among) = count.unzip();
        let case: Vec<String> = named.into_iter().chain(among).collect();
        RowTotal {
            cells: name
                .map(|_| total.unwrap_or_default())
                .into_iter()
                .chain(count)
                .collect(),
            case: case.join(": "),
            outcome: outcome.clone(),
            inside: Vec::new(),
            open: Vec::new(),
        }
    });
    let mut totals = Totals {
        columns: columns.collect(),
        rows: rows.collect(),
    };
    totals.place(assessed, tree, &numbers);
    totals
}

impl Totals {
    /// Puts each jurisdiction into the rows that it can reach.
    fn place(&mut self, assessed: &RulebookAssessment, tree: &Tree, numbers: &[usize]) {
        let rows = numbers.iter().enumerate();
        let rows: BTreeMap<usize, usize> = rows.map(|(row, number)| (*number, row)).collect();
        for place in assessed.places() {
            let leaves = walk(tree, &assessed.basis.facts, assessed.record_of(place));
            let row = |leaf: &Possible| {
                let number = tree.outcomes().position(|one| *one == *leaf.outcome)?;
                rows.get(&number).copied()
            };
            let mut reached: Vec<usize> = leaves.list.iter().filter_map(row).collect();
            reached.sort_unstable();
            reached.dedup();
            match reached.as_slice() {
                [one] if leaves.cut_short.is_none() => self.rows[*one].inside.push(place),
                several => several
                    .iter()
                    .for_each(|row| self.rows[*row].open.push(place)),
            }
        }
    }
}
