//! Text for a terminal, and Markdown of the same.

mod amount_changes;

pub(super) mod coverage;
pub(super) mod delta;
pub(crate) mod derived_results;
pub(super) mod diagnostics;
pub(super) mod explanation;
#[cfg(feature = "app")]
pub(super) mod history;
pub(super) mod impact;
pub(super) mod published_results;
pub(super) mod questions;
pub(super) mod reached_limits;
pub(super) mod remedies;
pub(super) mod statistics;
#[cfg(feature = "app")]
pub(super) mod sweep;
#[cfg(feature = "app")]
pub(super) mod tables;
#[cfg(feature = "app")]
pub(super) mod test_cases;
#[cfg(feature = "app")]
pub(super) mod timeline;
#[cfg(feature = "app")]
mod timeline_and_history_changes;
