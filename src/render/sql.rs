//! The criteria of a rulebook as a statement of SQL, for engines that hold the records already.
//!
//! Each record comes out with its determination and its findings, unknown ones among them, as `check`
//! has them. A first SELECT brings the facts into shape; the ones after it say which places of the
//! trees a record can come to; the last one says what that means. The same input gives the same bytes.

mod calculation;
mod cell;
mod clause;
mod comments;
mod ddl;
mod dialect;
mod facts;
mod fraction;
mod links;
mod literal;
mod mapping;
mod missing;
mod options;
mod outcomes;
mod quote;
mod reasons;

pub use ddl::ddl;
pub use dialect::Dialect;
pub use mapping::{Mapping, Naming};
pub use options::{Make, SqlOptions};
pub use reasons::reasons;

use std::collections::BTreeSet;
use std::fmt::Write;

use crate::analysis::export::{Export, Step, Wanted, Ways, refusal};
use crate::assess::prepared::Prepared;
use crate::base::diagnostic::{Code, Diagnostic};
use crate::render::sql::calculation::Calculating;
use crate::render::sql::clause::Turns;
use crate::render::sql::facts::Columns;
use crate::render::sql::mapping::path;
use crate::render::sql::outcomes::{Results, results};
use crate::render::sql::quote::{As, quoted};

/// A statement is not longer than this, in bytes.
const MOST_BYTES: usize = 1_000_000;

/// The statement for a rulebook.
///
/// # Errors
/// What cannot be written, each with its condition and why.
pub fn sql(prepared: &Prepared, options: &SqlOptions) -> Result<String, Vec<Diagnostic>> {
    let wanted = if options.missing {
        Wanted::ResultsAndMissing
    } else {
        Wanted::Results
    };
    let export = Export::new(prepared, wanted)?;
    let schema = &prepared.basis.bindings.schema;
    let columns = Columns::new(options, &export.facts, schema);
    let refused = uncalculable(&export, &columns, options);
    if !refused.is_empty() {
        return Err(refused);
    }
    let results = results(&export, &columns, options);
    if let Some(twice) = repeated(&results) {
        return Err(vec![problem(
            prepared,
            format!("two columns of the result would have the name `{twice}`"),
            "rename the condition of that name",
        )]);
    }
    let statement = statement(prepared, &columns, &results, options);
    let text = comments::head(&export, options) + statement.as_str();
    if text.len() > MOST_BYTES {
        let name = results.longest.map_or_else(
            || "the decision".to_owned(),
            |place| {
                format!(
                    "the condition `{}`",
                    prepared.conditions[place].condition.id
                )
            },
        );
        return Err(vec![problem(
            prepared,
            format!(
                "the statement is longer than {MOST_BYTES} bytes: it has {}, most of them for {name}",
                text.len()
            ),
            "leave `--missing` and `--rows` out, or split the condition in two",
        )]);
    }
    Ok(text)
}

/// The conditions with calculations that cannot be written.
fn uncalculable(export: &Export<'_>, columns: &Columns, options: &SqlOptions) -> Vec<Diagnostic> {
    let of = |ways: &Ways| {
        let mut turns = Turns::default();
        let mut calculating = Calculating {
            dialect: options.dialect,
            columns,
            turns: &mut turns,
        };
        ways.steps().find_map(|step| match step {
            Step::Answered(test, _) => calculating.answer(test).err(),
            _ => None,
        })
    };
    let conditions = export.conditions.iter();
    let conditions = conditions.filter_map(|one| Some(refusal(one.used, &of(&one.decided.ways)?)));
    let conditions: Vec<Diagnostic> = conditions.collect();
    if !conditions.is_empty() {
        return conditions;
    }
    let decision = of(&export.decision.ways).map(|why| {
        let message = format!("the decision cannot be written as SQL: {why}");
        problem(export.prepared, message, "`check --records` answers for it")
    });
    decision.into_iter().collect()
}

fn problem(prepared: &Prepared, message: String, help: &str) -> Diagnostic {
    let span = prepared.rulebook().span.clone();
    Diagnostic::at(Code::NotExported, span, message).help(help.to_owned())
}

fn repeated(results: &Results) -> Option<&str> {
    let mut seen = BTreeSet::from(["id"]);
    let mut names = results.columns.iter().map(|(name, _)| name.as_str());
    names.find(|name| !seen.insert(name))
}

/// All of it, without remarks.
fn statement(
    prepared: &Prepared,
    columns: &Columns,
    results: &Results,
    options: &SqlOptions,
) -> String {
    let name = |text: &str| quoted(options.dialect, As::Name, text);
    let path = |text: &str| path(options.dialect, text);
    let made = options
        .name
        .clone()
        .unwrap_or_else(|| format!("{}_results", prepared.rulebook().id));
    let begin = match (options.make, options.dialect) {
        (Make::Select, _) => String::new(),
        (Make::Table, _) => format!("CREATE TABLE {} AS\n", path(&made)),
        (Make::View, Dialect::Sqlite) => format!("CREATE VIEW {} AS\n", path(&made)),
        (Make::View, _) => format!("CREATE OR REPLACE VIEW {} AS\n", path(&made)),
    };
    let id = format!("{} AS {}", columns.id, name("id"));
    let problems = if columns.problems.is_empty() {
        "0".to_owned()
    } else {
        columns.problems.join("\n      + ")
    };
    let shaped = std::iter::once(id)
        .chain(columns.shaped.iter().cloned())
        .chain(std::iter::once(format!("{problems} AS _problems")));
    let mut text = format!(
        "{begin}WITH _facts AS (\n  SELECT\n    {}\n  FROM {}\n)",
        shaped.collect::<Vec<_>>().join(",\n    "),
        columns.links.from(&path(&options.table))
    );
    let mut before = "_facts".to_owned();
    for (turn, named) in results
        .turns
        .iter()
        .enumerate()
        .filter(|(_, named)| !named.is_empty())
    {
        let next = format!("_turn_{}", turn + 1);
        let named = named
            .iter()
            .map(|(name, what)| format!("({what}) AS {name}"));
        let named = named.collect::<Vec<_>>().join(",\n    ");
        let _ = write!(
            text,
            ",\n{next} AS (\n  SELECT *,\n    {named}\n  FROM {before}\n)"
        );
        before = next;
    }
    let chosen = results
        .columns
        .iter()
        .map(|(column, what)| format!("{what} AS {}", name(column)));
    let chosen = std::iter::once(name("id")).chain(chosen);
    let chosen = chosen.collect::<Vec<_>>().join(",\n  ");
    let _ = write!(text, "\nSELECT\n  {chosen}\nFROM {before};\n");
    text
}
