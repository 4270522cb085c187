//! Options of an assessment: what to assess, and how.

use crate::base::diagnostic::Diagnostic;
use crate::model::fact::{Date, Value};
use crate::model::rulebook::Parameter;
use crate::tree::Limits;

/// What to assess, and how.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(not(feature = "internals"), non_exhaustive)]
pub struct Options {
    /// The ids of the rulebooks to assess; all if empty.
    pub rulebooks: Vec<String>,
    /// The ids of the jurisdictions to assess; all if empty.
    pub jurisdictions: Vec<String>,
    /// The as-of date; `None` for the one that each rulebook states.
    pub as_of: Option<Date>,
    /// Pairs of a parameter's name and its value as text.
    pub parameters: Vec<(String, String)>,
    /// Facts to assess with as if records stated them.
    pub facts: Vec<SetFact>,
    /// How far searches go.
    pub limits: Limits,
}

impl Options {
    /// The values given for a parameter, in their order; the last one counts.
    pub(super) fn given<'a>(
        &'a self,
        parameter: &'a Parameter,
    ) -> impl Iterator<Item = Result<Value, Diagnostic>> + 'a {
        let named = self
            .parameters
            .iter()
            .filter(|(name, _)| **name == *parameter.name);
        named.map(|(_, text)| parameter.read_override(text))
    }
}

/// Which ids the records of requests, or of a file from elsewhere, may have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(not(feature = "internals"), non_exhaustive)]
pub enum Ids {
    /// Only ids that no record of the folder has.
    #[default]
    New,
    /// Any id. A record with the id of one in the folder takes its place, for its own references
    /// too. Statistics stay those of the folder.
    Any,
}

/// Which population the records of a file from elsewhere belong to, for statistics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Among {
    /// The records of the file are a population of their own.
    #[default]
    Themselves,
    /// Each record is assessed beside the records of the folder, like a request.
    Folder,
}

/// A fact to assess with as if a record stated it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetFact {
    /// The id of the jurisdiction.
    pub jurisdiction: String,
    /// The path of the fact.
    pub path: String,
    /// The value, as a record would state it; `unknown` makes the fact missing.
    pub value: String,
}
