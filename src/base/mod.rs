//! What all other folders build on: texts and places in them, diagnostics, threads, budgets,
//! limits.

pub(crate) mod data_limits;
pub mod diagnostic;
pub(crate) mod digest;
pub(crate) mod hidden_characters;
pub(crate) mod parallel;
pub mod source;
pub mod work_budget;
pub(crate) mod write_pace;
