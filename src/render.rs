//! From an assessment to text: one file a format. Formats know neither disks nor scripts.

mod clean;
mod diagnostics;
mod json;
#[cfg(feature = "app")]
mod table;

pub use diagnostics::diagnostics;
pub use json::{JSON_VERSION, json};
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
