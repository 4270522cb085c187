//! From an assessment to text: one file a format. Formats know neither disks nor scripts.

mod clean;
mod delta;
mod diagnostics;
mod explain;
mod json;
#[cfg(feature = "app")]
mod table;

#[cfg(feature = "app")]
pub(crate) use clean::clean_line;
pub use delta::{delta, delta_summary};
pub use diagnostics::diagnostics;
pub use explain::{Style, explanation};
pub use json::{Event, JSON_VERSION, StaleFile, event, explanation_json, json};
#[cfg(feature = "app")]
pub use table::table;

/// Whether a text may carry colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// With terminal colours.
    Always,
    /// Plain text.
    Never,
}
