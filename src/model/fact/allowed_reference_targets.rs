//! Restrictions on where a reference may lead, if the schema states any.

use crate::model::fact::{FactPath, Value};

/// Where a reference may lead.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Target {
    /// It may lead to the record itself: `itself: true`.
    pub itself: bool,
    /// Facts of the target record, each with the allowed values:
    /// `references: {kind: [city, county]}`.
    pub facts: Vec<(FactPath, Vec<Value>)>,
}
