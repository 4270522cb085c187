//! References as joins: the records that a record leads to, by the paths of the references there.

use std::collections::BTreeMap;

use crate::model::fact::{FactSchema, FactType, Schema};
use crate::render::sql::dialect::Dialect;
use crate::render::sql::quote::{Quoting, quoted};
use crate::render::sql::table_and_column_names::{Mapping, path};
use crate::tree::FactRef;

/// The name of the record itself among those that are joined.
const THIS: &str = "_this";

/// The records that are led to.
#[derive(Debug, Default)]
pub(super) struct Links {
    /// By the path of the references there: the name of the record, and its join.
    joins: BTreeMap<String, Link>,
}

#[derive(Debug)]
struct Link {
    name: String,
    join: String,
}

impl Links {
    /// The links that some facts need. A reference that is asked about itself leads somewhere too,
    /// or is not known.
    pub(super) fn new<'a>(
        dialect: Dialect,
        facts: impl IntoIterator<Item = &'a FactRef>,
        schema: &Schema,
        (table, mapping): (&str, &Mapping),
    ) -> Self {
        let mut links = Self::default();
        for fact in facts {
            let mut ends: Vec<usize> = fact.steps()[1..]
                .iter()
                .map(|step| step.start - 1)
                .collect();
            if fact.schema.ty == FactType::Jurisdiction {
                ends.push(fact.path.as_str().len());
            }
            for (step, end) in fact.steps().iter().zip(ends) {
                let reference = &schema.facts()[step.fact];
                links.add(
                    dialect,
                    (&fact.path.as_str()[..end], step.start),
                    reference,
                    (table, mapping),
                );
            }
        }
        links
    }

    fn add(
        &mut self,
        dialect: Dialect,
        (whole, start): (&str, usize),
        reference: &FactSchema,
        (table, mapping): (&str, &Mapping),
    ) {
        if self.joins.contains_key(whole) {
            return;
        }
        let name = format!("_link_{}", self.joins.len() + 1);
        let from = match start.checked_sub(1) {
            Some(end) => self.joins[&whole[..end]].name.clone(),
            None => THIS.to_owned(),
        };
        let column = |path: &str| quoted(dialect, Quoting::Name, &mapping.column(path));
        let key = reference.key.as_ref().map_or("id", |key| key.as_str());
        let join = format!(
            "LEFT JOIN {} AS {name} ON {name}.{} = {from}.{}",
            path(dialect, table),
            column(key),
            column(reference.path.as_str()),
        );
        self.joins.insert(whole.to_owned(), Link { name, join });
    }

    /// The record that has a fact, as it is named.
    pub(super) fn owner(&self, fact: &FactRef) -> &str {
        match fact
            .steps()
            .last()
            .and_then(|step| step.start.checked_sub(1))
        {
            Some(end) => &self.joins[&fact.path.as_str()[..end]].name,
            None => THIS,
        }
    }

    /// The record that a fact leads to; `None` if it is no reference.
    pub(super) fn target(&self, fact: &FactRef) -> Option<&str> {
        let link = self.joins.get(fact.path.as_str())?;
        Some(&link.name)
    }

    /// The references on the way to a fact, the first one first: their paths from the record
    /// itself, and from the record that has them, and the records they lead to.
    pub(super) fn on_the_way<'a>(
        &'a self,
        fact: &'a FactRef,
    ) -> Vec<(&'a str, &'a str, Option<&'a str>)> {
        let starts = fact.steps().iter().map(|step| step.start);
        let ends = fact.steps()[1..].iter().map(|step| step.start - 1);
        let path = fact.path.as_str();
        let ways = starts.zip(ends).map(|(start, end)| {
            let link = self.joins[&path[..end]].name.as_str();
            (&path[..end], &path[start..end], Some(link))
        });
        ways.collect()
    }

    /// The names of all records that are led to.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.joins.values().map(|link| link.name.as_str())
    }

    /// The FROM clause.
    pub(super) fn from(&self, table: &str) -> String {
        let mut joins: Vec<&Link> = self.joins.values().collect();
        joins.sort_by_key(|link| (link.name.len(), &link.name));
        let joins = joins.into_iter().map(|link| format!("\n  {}", link.join));
        format!("{table} AS {THIS}{}", joins.collect::<String>())
    }
}
