//! How the table of the records and its columns are named.

use crate::render::sql::dialect::Dialect;
use crate::render::sql::quote::{Quoting, quoted};

/// How columns are named that no option names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Naming {
    /// `jail_access` for `jail.access`.
    #[default]
    Underscored,
    /// `jail.access`.
    Dotted,
}

/// The columns of the table that holds the records.
#[derive(Clone, Debug, Default)]
pub struct Mapping {
    /// The naming of columns that no option names.
    pub naming: Naming,
    /// The columns of single facts, by path.
    pub named: Vec<(String, String)>,
}

impl Mapping {
    /// The column of a fact.
    pub(super) fn column(&self, path: &str) -> String {
        let named = self.named.iter().rev().find(|(fact, _)| fact == path);
        match (named, self.naming) {
            (Some((_, column)), _) => column.clone(),
            (None, Naming::Underscored) => path.replace('.', "_"),
            (None, Naming::Dotted) => path.to_owned(),
        }
    }
}

/// The name of a table, with a dot between that of its schema and its own.
pub(super) fn path(dialect: Dialect, name: &str) -> String {
    let parts = name
        .split('.')
        .map(|part| quoted(dialect, Quoting::Name, part));
    parts.collect::<Vec<_>>().join(".")
}
