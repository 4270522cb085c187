//! Decision tables as CSV.

use crate::analysis::decision_table::DecisionTable;
use crate::formats::csv::written;
use crate::render::csv::{CAN_BE, can_be};

/// Decision tables, one below the other with an empty row between: a column for each fact, then the
/// outcome, its reason, the number of jurisdictions that fall into the row or may, and whether some
/// record is known to.
pub fn decision_table_csv(tables: &[DecisionTable<'_>]) -> String {
    let one = |table: &DecisionTable<'_>| {
        let head = table.columns.iter().map(|column| column.name.clone());
        let head = head
            .chain(["outcome", "reason", "jurisdictions", "possible", CAN_BE].map(str::to_owned));
        let rows = table.rows.iter().map(|row| {
            let outcome = row.outcome(table.condition.is_none()).to_owned();
            let reason = row.reason.clone().unwrap_or_default();
            let counts = [row.inside.len().to_string(), row.open.len().to_string()];
            let can_be = can_be(row.is_possible).to_owned();
            row.cells
                .iter()
                .cloned()
                .chain([outcome, reason])
                .chain(counts)
                .chain([can_be])
                .collect()
        });
        written(std::iter::once(head.collect()).chain(rows))
    };
    tables.iter().map(one).collect::<Vec<_>>().join("\n")
}
