//! Text for a terminal, and Markdown of the same.

mod amount_changes;

pub(super) mod compared;
pub(super) mod coverage;
pub(super) mod cut_short;
pub(super) mod delta;
pub(super) mod diagnostics;
pub(super) mod explain;
#[cfg(feature = "app")]
pub(super) mod history;
pub(super) mod impact;
pub(super) mod questions;
pub(super) mod remedies;
pub(crate) mod result_facts;
pub(super) mod statistics;
#[cfg(feature = "app")]
mod step_changes;
#[cfg(feature = "app")]
pub(super) mod sweep;
#[cfg(feature = "app")]
pub(super) mod table;
#[cfg(feature = "app")]
pub(super) mod test;
#[cfg(feature = "app")]
pub(super) mod timeline;
