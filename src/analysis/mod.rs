//! What else follows from an assessment: why, what if, remedies, what changed, and whether cases,
//! accepted results and lints agree.

pub mod accepted_results;
pub mod decision_table;
mod explained_test;
pub mod explanation;
#[cfg(feature = "app")]
pub(crate) mod export_logic;
pub mod history;
pub mod impact;
pub mod lint;
pub mod published_results;
pub mod questions;
pub mod remedies;
pub mod summary;
pub mod sweep;
pub mod synthetic_records;
pub mod test_cases;
pub mod timeline;
mod trees_over_derived_facts;
