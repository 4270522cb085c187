//! From an assessment to text: one file a format. Formats know neither disks nor scripts.

mod blocks;
#[cfg(feature = "app")]
pub mod chosen_columns;
#[cfg(feature = "app")]
mod csv;
mod document;
mod json;
#[cfg(feature = "app")]
mod picture;
#[cfg(feature = "app")]
pub mod report;
mod sanitize;
#[cfg(feature = "app")]
pub mod sql;
mod text;

#[cfg(feature = "app")]
pub use csv::{decision_table_csv, history_csv, impact_csv, summary_csv, sweep_csv, timeline_csv};
pub use document::Emphasis;
pub use json::{
    Event, Evidence, JSON_VERSION, SCHEMA_KINDS, SchemaFile, Side, StaleFile, answer_line,
    coverage_json, decision_table_json, event, explanation_json, impact_json, json, ndjson,
    problem_lines, questions_json, remedies_json, schemas, statistics_json, summary_json,
    sweep_json, write_check_json,
};
#[cfg(feature = "internals")]
pub use json::{check_json, ndjson_line};
#[cfg(feature = "app")]
pub use json::{gitlab, history_json, sarif, timeline_json};
#[cfg(feature = "app")]
pub use picture::{summary_html, summary_svg, sweep_html, sweep_svg};
#[cfg(feature = "app")]
pub(crate) use sanitize::{clean_line, for_log};
pub use text::compared::{compared_summary, differences, said};
pub use text::coverage::{coverage, coverage_lcov};
pub use text::cut_short::cut_short;
pub use text::delta::{delta, delta_summary};
pub use text::diagnostics::diagnostics;
pub use text::explain::explanation;
#[cfg(feature = "app")]
pub use text::history::history;
#[cfg(feature = "app")]
pub(crate) use text::impact::{case_lines, why_lines};
pub use text::impact::{impact, summary as impact_summary};
#[cfg(feature = "app")]
pub(crate) use text::questions::details as question_details;
pub use text::questions::questions;
pub use text::remedies::remedies;
#[cfg(feature = "app")]
pub(crate) use text::result_facts::result_in_words;
pub use text::statistics::statistics;
#[cfg(feature = "app")]
pub use text::sweep::sweep;
#[cfg(feature = "app")]
pub use text::table::{decision_table, summary, table};
#[cfg(feature = "app")]
pub use text::test::{cases_passed, counts as test_counts, drift, failed_cases, moved, test_run};
#[cfg(feature = "app")]
pub use text::timeline::timeline;

/// Whether a text may carry colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// With terminal colours.
    Always,
    /// Plain text.
    Never,
}
