//! The types that facts and parameters have.

use std::fmt;
use std::sync::Arc;

/// The type of a fact or parameter.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FactType {
    /// `true` or `false`.
    Boolean,
    /// A whole number.
    Integer,
    /// A number that may have a fraction.
    Number,
    /// Any text.
    Text,
    /// One of a few texts.
    Choice(Arc<[Arc<str>]>),
    /// A day.
    Date,
    /// A list of values of one type.
    List(Box<FactType>),
    /// The id of another record, which scripts read through.
    Jurisdiction,
}

impl FactType {
    /// The names of types in a schema; those of lists and choices without their contents.
    pub const NAMES: [&str; 8] = [
        "boolean",
        "integer",
        "number",
        "text",
        "choice",
        "date",
        "list",
        "jurisdiction",
    ];

    /// The name of this type in a schema.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Boolean => "boolean",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Text => "text",
            Self::Choice(_) => "choice",
            Self::Date => "date",
            Self::List(_) => "list",
            Self::Jurisdiction => "jurisdiction",
        }
    }
}

/// The type in words: "a whole number".
impl fmt::Display for FactType {
    fn fmt(&self, fmt: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Boolean => fmt.write_str("true or false"),
            Self::Integer => fmt.write_str("a whole number"),
            Self::Number => fmt.write_str("a number"),
            Self::Text => fmt.write_str("text"),
            Self::Choice(choices) => fmt.write_str(&crate::base::diagnostic::list_of(
                choices.iter().map(|choice| &**choice),
            )),
            Self::Date => fmt.write_str("a date"),
            Self::List(item) => write!(fmt, "a list, each {item}"),
            Self::Jurisdiction => fmt.write_str("the id of a jurisdiction"),
        }
    }
}
