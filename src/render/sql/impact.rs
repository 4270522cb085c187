//! A statement that finds the records with different results by two versions of the criteria.

use crate::assess::prepared_rulebook::Prepared;
use crate::base::diagnostic::Diagnostic;
use crate::render::sql::named_select::{Select, SelectVersion};
use crate::render::sql::options::SqlOptions;
use crate::render::sql::quote::{Quoting, quoted};
use crate::render::sql::statement::{begin, with, within_bounds};
use crate::render::sql::statement_parts::{WrittenSelects, written};

/// The statement: the ids of those whose determination differs, with both.
///
/// # Errors
/// What cannot be written of either version, each with its condition and why.
pub fn impact(
    (name, before): (&str, &Prepared),
    after: &Prepared,
    options: &SqlOptions,
) -> Result<String, Vec<Diagnostic>> {
    let both = (
        written(before, options, SelectVersion::Before),
        written(after, options, SelectVersion::After),
    );
    let (before, now) = match both {
        (Ok(before), Ok(now)) => (before, now),
        (before, now) => {
            let refused = before.err().into_iter().chain(now.err());
            return Err(refused.flatten().collect());
        }
    };
    let dialect = options.dialect;
    let title = |text: &str| quoted(dialect, Quoting::Comment, text) + "\n";
    let quoted = |text: &str| quoted(dialect, Quoting::Name, text);
    let last = |selects: &[Select]| {
        selects
            .last()
            .map_or_else(String::new, |select| select.name.clone())
    };
    let id = quoted("id");
    // The determinations of each by themselves: both have columns of the same names.
    let side = |written: &WrittenSelects, part: SelectVersion| {
        let determination = written
            .columns
            .iter()
            .find(|(name, _)| name == "determination");
        let what = determination.map_or("NULL", |(_, what)| what);
        Select {
            name: part.name("_decided"),
            text: format!(
                "SELECT {id}, {what} AS {}\n  FROM {}",
                quoted("determination"),
                last(&written.selects)
            ),
        }
    };
    let sides = [
        side(&before, SelectVersion::Before),
        side(&now, SelectVersion::After),
    ];
    let selects = before.selects.iter().chain(&sides[..1]);
    let selects = selects.chain(&now.selects).chain(&sides[1..]);
    let (old, new) = (&sides[0].name, &sides[1].name);
    let determination = quoted("determination");
    let made = format!("{}_impact", after.rulebook().id);
    let text = title(&format!("before: {name}"))
        + before.remarks.as_str()
        + title("").as_str()
        + title("after: the files as they are").as_str()
        + now.remarks.as_str()
        + begin(options, &made).as_str()
        + with(options, selects).as_str()
        + format!(
            "\nSELECT\n  {new}.{id} AS {id},\n  {old}.{determination} AS {},\n  {new}.{determination} AS {}\n\
             FROM {old}\nJOIN {new} ON {new}.{id} = {old}.{id}\n\
             WHERE {old}.{determination} <> {new}.{determination};\n",
            quoted("before"),
            quoted("after"),
        )
        .as_str();
    within_bounds(text, after, &now.longest)
}
