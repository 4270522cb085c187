//! A source that a rulebook lists for its facts and criteria.

use crate::formats::date::Date;

/// Where a fact or a rule comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceEntry {
    /// What it is called.
    pub title: String,
    /// Its date.
    pub date: Option<Date>,
    /// Its address.
    pub url: Option<String>,
}
