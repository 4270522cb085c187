//! From an assessment to text: one file a format. Formats know neither disks nor scripts.

mod clean;
mod coverage;
mod delta;
mod diagnostics;
mod explain;
mod impact;
mod json;
mod page;
mod questions;
mod remedies;
#[cfg(feature = "app")]
pub mod report;
#[cfg(feature = "app")]
mod sheet;
mod statistics;
#[cfg(feature = "app")]
mod table;
#[cfg(feature = "app")]
mod test;

#[cfg(feature = "app")]
pub(crate) use clean::clean_line;
pub use coverage::{coverage, coverage_lcov};
pub use delta::{delta, delta_summary};
pub use diagnostics::diagnostics;
pub use explain::explanation;
#[cfg(feature = "app")]
pub(crate) use impact::case_lines;
pub use impact::{impact, summary as impact_summary};
pub use json::{
    Event, Evidence, JSON_VERSION, SCHEMA_KINDS, SchemaFile, Side, StaleFile, check_json,
    coverage_json, decision_table_json, event, explanation_json, impact_json, json, ndjson,
    ndjson_line, problem_lines, questions_json, remedies_json, schemas, statistics_json,
};
#[cfg(feature = "app")]
pub use json::{gitlab, sarif};
pub use page::Style;
#[cfg(feature = "app")]
pub(crate) use questions::details as question_details;
pub use questions::questions;
pub use remedies::remedies;
#[cfg(feature = "app")]
pub use sheet::{decision_table_csv, impact_csv};
pub use statistics::statistics;
#[cfg(feature = "app")]
pub use table::{decision_table, table};
#[cfg(feature = "app")]
pub use test::{counts as test_counts, drift, test_run};

/// Whether a text may carry colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// With terminal colours.
    Always,
    /// Plain text.
    Never,
}
