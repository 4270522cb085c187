//! The values of statistics as calculated here, in small tables that are joined by the facts that
//! form groups, or by the id of the record.

use std::fmt::Write;

use crate::analysis::export_logic::{Needed, Used, Worth};
use crate::assess::prepared_rulebook::Prepared;
use crate::model::fact::{FactType, Number, Value};
use crate::model::typed_indexes::RecordIndex;
use crate::render::sql::dialect::Dialect;
use crate::render::sql::fraction::parts;
use crate::render::sql::literal;
use crate::render::sql::named_select::{Select, SelectVersion, named};
use crate::render::sql::options::SqlOptions;
use crate::render::sql::quote::{Quoting, quoted};
use crate::render::sql::validated_columns::{Fraction, SqlColumns};
use crate::tree::{FactRef, number_of};

/// The results of a statistic, by the values of some columns.
struct Table {
    /// The columns of the facts that it is joined by; empty if all records have the same value.
    keys: Vec<String>,
    rows: Vec<(Vec<Value>, Number)>,
}

pub(super) fn literals(
    needed: &Needed<'_>,
    columns: &mut SqlColumns,
    (options, part): (&SqlOptions, SelectVersion),
    prepared: &Prepared,
) -> Result<Vec<Select>, (FactRef, String)> {
    let dialect = options.dialect;
    let mut selects = Vec::new();
    let (mut joins, mut chosen) = (String::new(), vec![format!("{}.*", part.facts())]);
    for (place, used) in needed.statistics.iter().flatten().enumerate() {
        let number = place + 1;
        let table = table(used, columns, dialect, prepared);
        let fraction = fraction(&table, dialect, number).map_err(|why| (used.fact.clone(), why))?;
        let whole = used.fact.schema.ty == FactType::Integer;
        let types = [
            if whole {
                dialect.integer()
            } else {
                dialect.whole()
            },
            dialect.whole(),
        ];
        let all = [
            &fraction.over,
            fraction.under.as_ref().unwrap_or(&fraction.over),
        ];
        let all = &all[..if fraction.under.is_some() { 2 } else { 1 }];
        let from = part.name(&format!("_statistic_{number}"));
        let joined = !table.keys.is_empty() && !table.rows.is_empty();
        for (side, (column, ty)) in all.iter().zip(types).enumerate() {
            let value = match table.rows.first() {
                _ if joined => format!("{from}.{column}"),
                Some((_, value)) => text_of(value, side, dialect),
                None => "NULL".to_owned(),
            };
            chosen.push(format!("CAST({value} AS {ty}) AS {column}"));
        }
        if joined {
            selects.push(inline(&table, &from, all, dialect));
            let on = table.keys.iter().enumerate();
            let on = on.map(|(place, key)| format!("{from}._key_{} = {key}", place + 1));
            let on = on.collect::<Vec<_>>().join(" AND ");
            let _ = write!(joins, "\n  LEFT JOIN {from} ON {on}");
        }
        columns.add(used.fact.clone(), fraction);
    }
    selects.push(Select {
        name: part.name("_measured"),
        text: format!(
            "SELECT\n    {}\n  FROM {}{joins}",
            chosen.join(",\n    "),
            part.facts()
        ),
    });
    Ok(selects)
}

fn table(used: &Used<'_>, columns: &SqlColumns, dialect: Dialect, prepared: &Prepared) -> Table {
    let own = used.fact.steps().len() == 1;
    let stated: Vec<&FactRef> = (used.inputs.by.iter())
        .filter_map(|by| {
            let worth = used.worth.iter().find(|(slot, _)| slot == by);
            match worth {
                Some((_, Worth::Stated(fact))) => Some(fact),
                _ => None,
            }
        })
        .collect();
    if own && !used.measured.statistic.kind.is_own() && stated.len() == used.inputs.by.len() {
        let groups = used.found.groups.keys.iter().zip(&used.found.found);
        let rows = groups.filter_map(|(key, found)| {
            let value = number_of(found.value.as_ref()?)?.into_owned();
            Some((key.clone(), value))
        });
        return Table {
            keys: stated
                .iter()
                .map(|fact| columns.of(fact).to_owned())
                .collect(),
            rows: rows.collect(),
        };
    }
    let key = match columns.links.on_the_way(&used.fact).last() {
        Some((.., Some(link))) => (*link).to_owned(),
        _ => quoted(dialect, Quoting::Name, "id"),
    };
    let records = prepared.records();
    let rows = RecordIndex::first(records.len()).filter_map(|record| {
        let value = used.found.column.get(record.get())?;
        let id = Value::Text(records.id(record).into());
        Some((vec![id], number_of(&value)?.into_owned()))
    });
    Table {
        keys: vec![key],
        rows: rows.collect(),
    }
}

/// The columns of a table, and between which ends they are.
fn fraction(table: &Table, dialect: Dialect, number: usize) -> Result<Fraction, String> {
    let [over, under] = named(number);
    let mut bounds = [(0.0_f64, 0.0_f64), (1.0, 1.0)];
    for (_, value) in &table.rows {
        let (above, below) = parts(value)?;
        for (bounds, part) in bounds.iter_mut().zip([&above, &below]) {
            let near = part.near();
            if near.abs() >= dialect.most_whole() {
                return Err(format!(
                    "it is `{}`, which has more digits than {dialect} calculates with",
                    value.fraction()
                ));
            }
            *bounds = (bounds.0.min(near), bounds.1.max(near));
        }
    }
    let whole = table.rows.iter().all(|(_, value)| value.is_whole());
    Ok(Fraction {
        factor: Number::from(1),
        over,
        over_bounds: bounds[0],
        under: (!whole).then_some(under),
        under_bounds: bounds[1],
    })
}

/// A part of a fraction as text: not all engines have literals for integers of this size.
fn text_of(value: &Number, part: usize, dialect: Dialect) -> String {
    let parts = parts(value).map_or_else(
        |_| [String::new(), String::new()],
        |(above, below)| [above.to_string(), below.to_string()],
    );
    literal::text(dialect, &parts[part])
}

/// A table in the statement itself.
fn inline(table: &Table, name: &str, columns: &[&String], dialect: Dialect) -> Select {
    let keys = (1..=table.keys.len()).map(|key| format!("_key_{key}"));
    let names: Vec<String> = keys
        .chain(columns.iter().map(|name| (*name).clone()))
        .collect();
    let rows = table.rows.iter().map(|(keys, value)| {
        let keys = keys.iter().map(|key| key_of(key, dialect));
        let parts = (0..columns.len()).map(|part| text_of(value, part, dialect));
        keys.chain(parts).collect::<Vec<_>>()
    });
    if dialect == Dialect::BigQuery {
        let rows = rows.map(|row| {
            let row = row.iter().zip(&names);
            let row = row.map(|(value, name)| format!("{value} AS {name}"));
            format!("SELECT {}", row.collect::<Vec<_>>().join(", "))
        });
        return Select {
            name: name.to_owned(),
            text: rows.collect::<Vec<_>>().join("\n  UNION ALL "),
        };
    }
    let rows = rows.map(|row| format!("({})", row.join(", ")));
    let rows = rows.collect::<Vec<_>>().join(",\n    ");
    // Snowflake has no list of values outside a SELECT.
    if dialect == Dialect::Snowflake {
        return Select {
            name: name.to_owned(),
            text: format!(
                "SELECT * FROM (VALUES\n    {rows}) AS _rows({})",
                names.join(", ")
            ),
        };
    }
    Select {
        name: format!("{name}({})", names.join(", ")),
        text: format!("VALUES\n    {rows}"),
    }
}

fn key_of(key: &Value, dialect: Dialect) -> String {
    match key {
        Value::Text(text) => literal::text(dialect, text),
        Value::Date(day) => literal::date(dialect, *day),
        Value::Boolean(true) => "TRUE".to_owned(),
        Value::Boolean(false) => "FALSE".to_owned(),
        key => key.to_string(),
    }
}
