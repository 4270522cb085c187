//! The assessment as JSON, for other programs. The shape has a version and is described in
//! `docs/json.md` and `docs/check-1.schema.json`; the structs here are its only home.

mod assessment;
mod coverage;
mod decision_table;
mod derived_and_statistics;
mod explanation;
mod impact;
mod jurisdiction_result;
mod published_results;
mod questions;
mod remedies;
mod request_answer;
mod run_evidence;
#[cfg(feature = "app")]
mod sarif_and_gitlab;
mod schemas_for_editors;
mod shared_shapes;
mod summary;
mod sweep;
#[cfg(feature = "app")]
mod timeline_and_history;
mod watch_event;

#[cfg(feature = "internals")]
pub use assessment::{check_json, ndjson_line};
pub use assessment::{json, ndjson, problem_lines, write_check_json};
pub use coverage::coverage_json;
pub use decision_table::decision_table_json;
pub use derived_and_statistics::statistics_json;
pub use explanation::explanation_json;
pub use impact::{Side, impact_json};
#[cfg(feature = "app")]
pub(super) use impact::{cause_in_code, movement};
pub use questions::questions_json;
pub use remedies::remedies_json;
pub use request_answer::answer_line;
pub use run_evidence::Evidence;
#[cfg(feature = "app")]
pub use sarif_and_gitlab::{gitlab, sarif};
pub use schemas_for_editors::{SCHEMA_KINDS, SchemaFile, schemas};
pub use shared_shapes::JSON_VERSION;
pub use summary::summary_json;
pub use sweep::sweep_json;
#[cfg(feature = "app")]
pub use timeline_and_history::{history_json, timeline_json};
pub use watch_event::{Event, StaleFile, event};

/// The words of JSON for determinations and statuses.
#[cfg(feature = "app")]
pub(crate) mod words {
    pub(crate) use super::shared_shapes::{kind, status};

    /// A value on one line.
    pub(crate) fn text(value: &impl serde::Serialize) -> String {
        serde_json::to_string(value).expect("texts and lists of them are written")
    }
}
