//! The assessment as JSON, for other programs. The shape has a version and is described in
//! `docs/json.md` and `docs/check-1.schema.json`; the structs here are its only home.

mod answer;
mod check;
#[cfg(feature = "app")]
mod chronicle;
mod compared;
mod computed;
mod coverage;
mod decision_table;
mod event;
mod evidence;
mod explanation;
mod impact;
mod jurisdiction;
mod questions;
mod remedies;
#[cfg(feature = "app")]
mod sarif;
mod schema;
mod shapes;
mod summary;
mod sweep;

pub use answer::answer_line;
#[cfg(feature = "internals")]
pub use check::{check_json, ndjson_line};
pub use check::{json, ndjson, problem_lines, write_check_json};
#[cfg(feature = "app")]
pub use chronicle::{history_json, timeline_json};
pub use computed::statistics_json;
pub use coverage::coverage_json;
pub use decision_table::decision_table_json;
pub use event::{Event, StaleFile, event};
pub use evidence::Evidence;
pub use explanation::explanation_json;
pub use impact::{Side, impact_json};
#[cfg(feature = "app")]
pub(super) use impact::{cause_in_code, movement};
pub use questions::questions_json;
pub use remedies::remedies_json;
#[cfg(feature = "app")]
pub use sarif::{gitlab, sarif};
pub use schema::{SCHEMA_KINDS, SchemaFile, schemas};
pub use shapes::JSON_VERSION;
pub use summary::summary_json;
pub use sweep::sweep_json;

/// The words of JSON for determinations and statuses.
#[cfg(feature = "app")]
pub(crate) mod words {
    pub(crate) use super::shapes::{kind, status};

    /// A value on one line.
    pub(crate) fn text(value: &impl serde::Serialize) -> String {
        serde_json::to_string(value).expect("texts and lists of them are written")
    }
}
