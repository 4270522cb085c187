//! The validated columns of facts. A value that `check` would report as an error, and treat as
//! unknown, is NULL from there on, and is counted.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::fact::{
    Date, FactSchema, FactType, MAX_INTEGER, Number, Schema, Value, plain_number,
};
use crate::render::sql::dialect::Dialect;
use crate::render::sql::fact_condition::first_day;
use crate::render::sql::literal;
use crate::render::sql::options::SqlOptions;
use crate::render::sql::quote::{Quoting, quoted};
use crate::render::sql::reference_joins::Links;
use crate::tree::FactRef;

/// A statistic as columns: `factor * over / under`; a missing part is one.
#[derive(Clone, Debug)]
pub(super) struct Fraction {
    pub(super) factor: Number,
    pub(super) over: String,
    /// Between which ends the column is.
    pub(super) over_bounds: (f64, f64),
    pub(super) under: Option<String>,
    pub(super) under_bounds: (f64, f64),
}

/// The facts as columns, quoted.
#[derive(Debug)]
pub(super) struct SqlColumns {
    names: BTreeMap<FactRef, String>,
    fractions: BTreeMap<FactRef, Fraction>,
    behind: BTreeMap<FactRef, Vec<FactRef>>,
    /// The column of the id in the table.
    pub(super) id: String,
    pub(super) links: Links,
    /// The SELECT list that brings them into shape.
    pub(super) shaped: Vec<String>,
    /// The terms of the number of values that could not be used.
    pub(super) problems: Vec<String>,
}

impl SqlColumns {
    /// The columns of stated facts; `links` are facts that are only read through references,
    /// including statistics.
    pub(super) fn new(
        options: &SqlOptions,
        facts: &BTreeSet<FactRef>,
        links: &BTreeSet<FactRef>,
        schema: &Schema,
    ) -> Self {
        let (dialect, mapping) = (options.dialect, &options.mapping);
        let all: BTreeSet<&FactRef> = facts.iter().chain(links).collect();
        let links = Links::new(dialect, all, schema, (&options.table, mapping));
        let id = quoted(dialect, Quoting::Name, &mapping.column("id"));
        let mut columns = Self {
            id: format!("_this.{id}"),
            names: BTreeMap::new(),
            fractions: BTreeMap::new(),
            behind: BTreeMap::new(),
            links,
            shaped: Vec::new(),
            problems: Vec::new(),
        };
        let mut taken = BTreeSet::from(["id".to_owned()]);
        for fact in facts {
            let path = fact.path.as_str();
            let source = quoted(dialect, Quoting::Name, &mapping.column(fact.last_path()));
            let source = format!("{}.{source}", columns.links.owner(fact));
            let mut name = path.replace('.', "_");
            if path != "id" {
                while !taken.insert(name.clone()) {
                    name.push('_');
                }
            }
            let name = quoted(dialect, Quoting::Name, &name);
            let mut shape = SqlColumn::new(dialect, &fact.schema, &source);
            if let Some(target) = columns.links.target(fact) {
                shape.fits.push(format!("{target}.{id} IS NOT NULL"));
            }
            if path != "id" {
                columns.shaped.push(format!("{} AS {name}", shape.value()));
            }
            columns.problems.extend(shape.problem());
            columns.names.insert(fact.clone(), name);
        }
        let links = columns.links.names();
        let links = links.map(|link| format!("{link}.{id} AS {link}"));
        let links: Vec<String> = links.collect();
        columns.shaped.extend(links);
        columns
    }

    /// Puts the columns of a statistic beside the others.
    pub(super) fn add(&mut self, fact: FactRef, fraction: Fraction) {
        self.names.insert(fact.clone(), fraction.over.clone());
        self.fractions.insert(fact, fraction);
    }

    /// Says what a record itself can lack where a statistic is unknown.
    pub(super) fn rests_on(&mut self, fact: FactRef, facts: Vec<FactRef>) {
        self.behind.insert(fact, facts);
    }

    /// The record's own facts that can be missing if a statistic is unknown.
    pub(super) fn behind(&self, fact: &FactRef) -> Option<&[FactRef]> {
        self.behind.get(fact).map(Vec::as_slice)
    }

    /// The columns of a statistic.
    pub(super) fn fraction(&self, fact: &FactRef) -> Option<&Fraction> {
        self.fractions.get(fact)
    }

    /// The column of a fact; for a statistic, the one that is NULL if it is unknown.
    pub(super) fn of(&self, fact: &FactRef) -> &str {
        &self.names[fact]
    }
}

/// A column as it is read.
pub(super) struct SqlColumn {
    value: String,
    /// Requirements for the value.
    pub(super) fits: Vec<String>,
    /// The expression that is true if it is unknown.
    unknown: Option<String>,
}

impl SqlColumn {
    pub(super) fn new(dialect: Dialect, schema: &FactSchema, source: &str) -> Self {
        let value = match (&schema.ty, dialect) {
            (FactType::Number, _) => format!("CAST({source} AS {})", dialect.double()),
            (FactType::Text | FactType::Choice(_) | FactType::Jurisdiction, Dialect::Postgres) => {
                format!("{source} COLLATE \"C\"")
            }
            _ => source.to_owned(),
        };
        Self {
            fits: fits(dialect, schema, source, &value),
            unknown: unknown(dialect, schema, source),
            value,
        }
    }

    fn value(&self) -> String {
        let unknown = self
            .unknown
            .iter()
            .map(|unknown| format!("NOT ({unknown})"));
        let all: Vec<String> = self.fits.iter().cloned().chain(unknown).collect();
        if all.is_empty() {
            return self.value.clone();
        }
        format!("CASE WHEN {} THEN {} END", all.join(" AND "), self.value)
    }

    /// 1 for a value that says something and does not fit.
    fn problem(&self) -> Option<String> {
        let unknown = self
            .unknown
            .iter()
            .map(|unknown| format!(" AND NOT ({unknown})"));
        let unknown: String = unknown.collect();
        let fits = self.fits.join(" AND ");
        (!fits.is_empty()).then(|| format!("CASE WHEN NOT ({fits}){unknown} THEN 1 ELSE 0 END"))
    }
}

/// Requirements for a value that is not NULL.
fn fits(dialect: Dialect, schema: &FactSchema, source: &str, value: &str) -> Vec<String> {
    let sqlite = dialect == Dialect::Sqlite;
    let typed = |types: &str| sqlite.then(|| format!("TYPEOF({source}) IN ({types}, 'null')"));
    let within =
        |low: String, high: String| [format!("{value} >= {low}"), format!("{value} <= {high}")];
    let (least, most) = (schema.range.min.as_ref(), schema.range.max.as_ref());
    match &schema.ty {
        FactType::Boolean => {
            let either = sqlite.then(|| format!("{value} IN (0, 1)"));
            either.into_iter().collect()
        }
        FactType::Integer => {
            let end = |end: Option<&Value>, far: i64| match end {
                Some(Value::Integer(end)) => end.to_string(),
                _ => far.to_string(),
            };
            let within = within(end(least, -MAX_INTEGER), end(most, MAX_INTEGER));
            typed("'integer'").into_iter().chain(within).collect()
        }
        FactType::Number => {
            let end = |end: Option<&Value>, far: f64| {
                let end = match end {
                    Some(Value::Integer(end)) => end.to_string().parse().ok(),
                    Some(Value::Number(end)) => Some(end.near()),
                    _ => None,
                };
                literal::number(dialect, end.unwrap_or(far))
            };
            let within = within(end(least, f64::MIN), end(most, f64::MAX));
            typed("'integer', 'real'")
                .into_iter()
                .chain(within)
                .collect()
        }
        FactType::Date => {
            let end = |end: Option<&Value>, far: Date| match end {
                Some(Value::Date(end)) => literal::date(dialect, *end),
                _ => literal::date(dialect, far),
            };
            let within = within(end(least, first_day()), end(most, Date::last()));
            let written = sqlite.then(|| format!("DATE({source}) = {source}"));
            written.into_iter().chain(within).collect()
        }
        FactType::Choice(choices) => {
            let choices = choices.iter().map(|choice| literal::text(dialect, choice));
            vec![format!(
                "{value} IN ({})",
                choices.collect::<Vec<_>>().join(", ")
            )]
        }
        FactType::Text | FactType::Jurisdiction | FactType::List(_) => Vec::new(),
    }
}

/// The words of the schema that mean unknown.
fn unknown(dialect: Dialect, schema: &FactSchema, source: &str) -> Option<String> {
    let words = schema.missing.words();
    let words: Vec<String> = match schema.ty {
        FactType::Text | FactType::Choice(_) | FactType::Jurisdiction => {
            words.map(|word| literal::text(dialect, word)).collect()
        }
        FactType::Integer | FactType::Number => {
            let numbers = words.filter_map(plain_number);
            numbers
                .map(|number| literal::number(dialect, number))
                .collect()
        }
        _ => Vec::new(),
    };
    (!words.is_empty()).then(|| format!("{source} IN ({})", words.join(", ")))
}
