//! Restrictions on where a reference may lead, if the schema states any.

use crate::model::fact::{FactPath, Value};

/// What a reference may lead to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Target {
    /// It may lead to the record itself: `itself: true`.
    pub itself: bool,
    /// Facts of the record it leads to, each with the values that it may have:
    /// `references: {kind: [city, county]}`.
    pub facts: Vec<(FactPath, Vec<Value>)>,
}
