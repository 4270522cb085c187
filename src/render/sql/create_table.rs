//! A CREATE TABLE statement for the facts of a rulebook: a column for each, with its type and
//! meaning.

use std::fmt::Write;

use crate::assess::prepared_rulebook::Prepared;
use crate::model::fact::{FactOrigin, FactSchema, FactType};
use crate::render::sql::options::SqlOptions;
use crate::render::sql::quote::{Quoting, quoted};
use crate::render::sql::table_and_column_names::path;
use crate::render::sql::validated_columns::SqlColumn;

/// The statement that makes it.
pub fn ddl(prepared: &Prepared, options: &SqlOptions) -> String {
    let dialect = options.dialect;
    let facts = prepared.rulebook().schema.facts().iter();
    let stated = facts
        .filter(|fact| fact.origin == FactOrigin::Stated && !matches!(fact.ty, FactType::List(_)));
    let lines: Vec<(String, String)> = stated
        .map(|fact| (column(fact, options), remark(fact)))
        .collect();
    let mut text = format!("CREATE TABLE {} (\n", path(dialect, &options.table));
    for (number, (column, remark)) in lines.iter().enumerate() {
        let comma = if number + 1 < lines.len() { "," } else { "" };
        let remark = if remark.is_empty() {
            String::new()
        } else {
            format!(" {}", quoted(dialect, Quoting::Comment, remark))
        };
        let _ = writeln!(text, "  {column}{comma}{remark}");
    }
    text + ");\n"
}

fn column(fact: &FactSchema, options: &SqlOptions) -> String {
    let dialect = options.dialect;
    let name = quoted(
        dialect,
        Quoting::Name,
        &options.mapping.column(fact.path.as_str()),
    );
    let ty = match fact.ty {
        FactType::Boolean => dialect.boolean(),
        FactType::Integer => dialect.integer(),
        FactType::Number => dialect.double(),
        FactType::Date => dialect.date(),
        _ => dialect.text(),
    };
    if fact.path.as_str() == "id" {
        let key = if dialect.has_checks() {
            " PRIMARY KEY"
        } else {
            ""
        };
        return format!("{name} {ty} NOT NULL{key}");
    }
    let fits = SqlColumn::new(dialect, fact, &name).fits;
    let check = if fits.is_empty() || !dialect.has_checks() {
        String::new()
    } else {
        format!(" CHECK ({})", fits.join(" AND "))
    };
    format!("{name} {ty}{check}")
}

fn remark(fact: &FactSchema) -> String {
    let unit = fact.unit.iter().cloned();
    let description = fact.description.iter().cloned();
    unit.chain(description).collect::<Vec<_>>().join(", ")
}
