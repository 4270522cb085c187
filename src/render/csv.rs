//! Results as CSV (RFC 4180), for a spreadsheet.

mod change_rows;
mod decision_table;
mod impact;
mod summary;
mod sweep;
mod timeline_and_history;

pub use decision_table::decision_table_csv;
pub use impact::impact_csv;
pub use summary::summary_csv;
pub use sweep::sweep_csv;
pub use timeline_and_history::{history_csv, timeline_csv};

/// The column that says whether some record of a case is known.
const CAN_BE: &str = "can_be";

fn can_be(is_known: bool) -> &'static str {
    if is_known { "yes" } else { "not shown" }
}
