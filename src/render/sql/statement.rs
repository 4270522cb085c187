//! One statement from its parts.

use std::fmt::Write;

use crate::assess::prepared_rulebook::Prepared;
use crate::base::diagnostic::Diagnostic;
use crate::render::sql::dialect::Dialect;
use crate::render::sql::named_select::{Select, SelectVersion};
use crate::render::sql::options::{Make, SqlOptions};
use crate::render::sql::quote::{Quoting, quoted};
use crate::render::sql::statement_parts::{problem, written};
use crate::render::sql::table_and_column_names::path;

/// A statement is not longer than this, in bytes.
const MOST_BYTES: usize = 1_000_000;

/// The statement for a rulebook.
///
/// # Errors
/// What cannot be written, each with its condition and why.
pub fn sql(prepared: &Prepared, options: &SqlOptions) -> Result<String, Vec<Diagnostic>> {
    let written = written(prepared, options, SelectVersion::Whole)?;
    let name = |text: &str| quoted(options.dialect, Quoting::Name, text);
    let chosen = written
        .columns
        .iter()
        .map(|(column, what)| format!("{what} AS {}", name(column)));
    let chosen = std::iter::once(name("id")).chain(chosen);
    let chosen = chosen.collect::<Vec<_>>().join(",\n  ");
    let last = written.selects.last().map_or("", |select| &select.name);
    let made = format!("{}_results", prepared.rulebook().id);
    let text = written.remarks
        + begin(options, &made).as_str()
        + with(options, &written.selects).as_str()
        + format!("\nSELECT\n  {chosen}\nFROM {last};\n").as_str();
    within_bounds(text, prepared, &written.longest)
}

/// The beginning of the statement, for the name that options give or else this one.
pub(super) fn begin(options: &SqlOptions, name: &str) -> String {
    let made = options.name.as_deref().unwrap_or(name);
    let made = path(options.dialect, made);
    match (options.make, options.dialect) {
        (Make::Select, _) => String::new(),
        (Make::Table, _) => format!("CREATE TABLE {made} AS\n"),
        (Make::View, Dialect::Sqlite) => format!("CREATE VIEW {made} AS\n"),
        (Make::View, _) => format!("CREATE OR REPLACE VIEW {made} AS\n"),
    }
}

/// SELECTs with names, for one that reads from them.
pub(super) fn with<'s>(
    options: &SqlOptions,
    selects: impl IntoIterator<Item = &'s Select>,
) -> String {
    // Without this, a SELECT used in several places would be expanded in each, repeatedly.
    let once = match options.dialect {
        Dialect::Postgres => "MATERIALIZED ",
        _ => "",
    };
    let mut text = String::new();
    for Select { name, text: select } in selects {
        let before = if text.is_empty() { "WITH " } else { ",\n" };
        let _ = write!(text, "{before}{name} AS {once}(\n  {select}\n)");
    }
    text
}

/// A statement, unless it is too long.
pub(super) fn within_bounds(
    text: String,
    prepared: &Prepared,
    longest: &str,
) -> Result<String, Vec<Diagnostic>> {
    if text.len() <= MOST_BYTES {
        return Ok(text);
    }
    Err(vec![problem(
        prepared,
        format!(
            "the statement is longer than {MOST_BYTES} bytes: it has {}, most of them for {longest}",
            text.len()
        ),
        "leave `--missing` and `--rows` out, or split the condition in two",
    )])
}
