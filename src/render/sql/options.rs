//! How a statement is written.

use crate::analysis::export_logic::Statistics;
use crate::render::sql::dialect::Dialect;
use crate::render::sql::table_and_column_names::Mapping;

/// What a statement makes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Make {
    /// A view.
    #[default]
    View,
    /// Nothing: it answers.
    Select,
    /// A table, filled once.
    Table,
}

/// How a statement is written.
#[derive(Clone, Debug)]
pub struct SqlOptions {
    /// The dialect.
    pub dialect: Dialect,
    /// What it makes.
    pub make: Make,
    /// The table with the records; a dot separates the name of a schema from its own.
    pub table: String,
    /// The name of the view or the table that is made; one after the rulebook when left out.
    pub name: Option<String>,
    /// The columns of the facts.
    pub mapping: Mapping,
    /// Whether the missing facts that decide are named.
    pub missing: bool,
    /// Whether the number of the outcome is given.
    pub rows: bool,
    /// Where statistics come from.
    pub statistics: Statistics,
}
