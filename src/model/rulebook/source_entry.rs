//! A source that a rulebook lists for its facts and criteria.

use crate::formats::date::Date;

/// A source of facts or criteria.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceEntry {
    /// The title of the source.
    pub title: String,
    /// The date of the source; `None` if the rulebook gives none.
    pub date: Option<Date>,
    /// The address of the source; `None` if the rulebook gives none.
    pub url: Option<String>,
}
