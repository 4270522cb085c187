//! What to assess, and how.

use crate::base::diagnostic::Diagnostic;
use crate::model::fact::{Date, Value};
use crate::model::rulebook::Parameter;
use crate::tree::Limits;

/// What to assess, and how.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(not(feature = "internals"), non_exhaustive)]
pub struct Options {
    /// The rulebooks to assess; all when empty.
    pub rulebooks: Vec<String>,
    /// The jurisdictions to assess; all when empty.
    pub jurisdictions: Vec<String>,
    /// The day to assess for; the rulebook's own when left out.
    pub as_of: Option<Date>,
    /// Values for parameters, by name, as text.
    pub parameters: Vec<(String, String)>,
    /// Facts to take as if records stated them.
    pub facts: Vec<SetFact>,
    /// How far searches go.
    pub limits: Limits,
}

impl Options {
    /// The values given for a parameter, in their order; the last counts.
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

/// Which ids records from elsewhere may have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(not(feature = "internals"), non_exhaustive)]
pub enum Ids {
    /// One that no record of the folder has.
    #[default]
    New,
    /// Any: one with the id of a record of the folder stands in its place, for its own references
    /// too. Statistics stay those of the folder.
    Any,
}

/// Among whom the records of a file from elsewhere are, where something is worked out from a
/// population.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Among {
    /// They are a population of their own.
    #[default]
    Themselves,
    /// Each by itself stands beside the records of the folder, as a request does.
    Folder,
}

/// A fact to take as if a record stated it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetFact {
    /// The id of the jurisdiction.
    pub jurisdiction: String,
    /// The path of the fact.
    pub path: String,
    /// The value, as a record would state it; `unknown` takes it away.
    pub value: String,
}
