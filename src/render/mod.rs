//! From an assessment to text: mostly one folder for each format. Formats know neither disks nor
//! how scripts run.

#[cfg(feature = "app")]
mod charts;
#[cfg(feature = "app")]
pub mod chosen_columns;
mod chunked_output;
#[cfg(feature = "app")]
mod csv;
mod escape;
mod json;
#[cfg(feature = "app")]
pub mod report;
#[cfg(feature = "app")]
pub mod sql;
mod text;
mod text_or_markdown_page;

#[cfg(feature = "app")]
pub use charts::{summary_html, summary_svg, sweep_html, sweep_svg};
#[cfg(feature = "app")]
pub use csv::{decision_table_csv, history_csv, impact_csv, summary_csv, sweep_csv, timeline_csv};
#[cfg(feature = "app")]
pub(crate) use escape::{clean_line, for_log};
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
pub use text::coverage::{coverage, coverage_lcov};
pub use text::delta::{delta, delta_summary};
#[cfg(feature = "app")]
pub(crate) use text::derived_results::result_in_words;
pub use text::diagnostics::diagnostics;
pub use text::explanation::explanation;
#[cfg(feature = "app")]
pub use text::history::history;
#[cfg(feature = "app")]
pub(crate) use text::impact::{case_lines, why_lines};
pub use text::impact::{impact, summary as impact_summary};
pub use text::published_results::{compared_summary, differences, said};
#[cfg(feature = "app")]
pub(crate) use text::questions::details as question_details;
pub use text::questions::questions;
pub use text::reached_limits::cut_short;
pub use text::remedies::remedies;
pub use text::statistics::statistics;
#[cfg(feature = "app")]
pub use text::sweep::sweep;
#[cfg(feature = "app")]
pub use text::tables::{decision_table, summary, table};
#[cfg(feature = "app")]
pub use text::test_cases::{
    cases_passed, counts as test_counts, drift, failed_cases, moved, test_run,
};
#[cfg(feature = "app")]
pub use text::timeline::timeline;
pub use text_or_markdown_page::Emphasis;

/// Whether a text may contain terminal colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// With terminal colours.
    Always,
    /// Plain text.
    Never,
}
