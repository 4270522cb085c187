//! The columns of a sheet of records, from its header. All errors of a header are reported here,
//! once, not for each row.

use std::collections::HashMap;

use crate::base::diagnostic::{Code, Diagnostic, did_you_mean, list_of};
use crate::base::source::Span;
use crate::formats::csv::{CsvCell, twice};
use crate::formats::yaml::quoted;
use crate::model::fact::{Lookup, Schema, plain_boolean, plain_number};
use crate::model::typed_indexes::FactIndex;

/// The meaning of a column of a sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ColumnOf {
    Id,
    Name,
    Assess,
    Source,
    Note,
    Fact(FactIndex),
    /// It has no name, and its cells must be empty.
    Nameless,
    /// Its cells are not read: the rulebook ignores it, or it has an error.
    Nothing,
}

impl ColumnOf {
    /// The key of the record itself that the column states.
    pub(super) fn key(self) -> Option<&'static str> {
        match self {
            Self::Id => Some("id"),
            Self::Name => Some("name"),
            Self::Assess => Some("assess"),
            Self::Source => Some("source"),
            Self::Note => Some("note"),
            Self::Fact(_) | Self::Nameless | Self::Nothing => None,
        }
    }
}

/// The columns of a head; `None` if it has no column of ids, so that no row can be read.
pub(super) fn columns(
    schema: &Schema,
    head: &[CsvCell],
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Vec<ColumnOf>> {
    let read = |cell: &CsvCell| column(schema, &cell.text);
    if !head.iter().any(|cell| cell.text == "id") {
        diagnostics.push(no_ids(schema, head)?);
        return None;
    }
    let mut columns: Vec<ColumnOf> = head.iter().map(read).collect();
    let mut known: HashMap<&str, usize> = HashMap::new();
    for (at, cell) in head.iter().enumerate() {
        let first = known.get(cell.text.as_str()).copied();
        known.entry(&cell.text).or_insert(at);
        match (columns[at], first.filter(|_| !cell.text.is_empty())) {
            (_, Some(first)) => {
                diagnostics.push(twice(cell, &head[first]));
                (columns[first], columns[at]) = (ColumnOf::Nothing, ColumnOf::Nothing);
            }
            (ColumnOf::Nothing, None) => diagnostics.extend(unread(schema, head, cell)),
            _ => {}
        }
    }
    columns.contains(&ColumnOf::Id).then_some(columns)
}

fn column(schema: &Schema, name: &str) -> ColumnOf {
    match (name, schema.look_up(name)) {
        ("", _) => ColumnOf::Nameless,
        ("id", _) => ColumnOf::Id,
        ("name", _) => ColumnOf::Name,
        ("assess", _) => ColumnOf::Assess,
        ("note", _) => ColumnOf::Note,
        // A fact called `source` was there before records had one.
        (_, Lookup::Fact(slot, _)) if !slot.is_built_in() => ColumnOf::Fact(slot),
        ("source", _) => ColumnOf::Source,
        _ => ColumnOf::Nothing,
    }
}

/// Why the cells of a column are not read, unless the rulebook says so.
fn unread(schema: &Schema, head: &[CsvCell], cell: &CsvCell) -> Option<Diagnostic> {
    let name = &cell.text;
    let at = |code, message| Diagnostic::at(code, cell.span.clone(), message);
    match schema.look_up(name) {
        Lookup::Nothing if schema.ignores(name) => None,
        Lookup::Group => {
            let prefix = format!("{name}.");
            let below = schema.paths().filter(|fact| fact.starts_with(&prefix));
            let help = format!("name a fact below it: {}", list_of(below));
            let message = format!("`{name}` is a group of facts, and a column states one");
            Some(at(Code::WrongShape, message).help(help))
        }
        _ => {
            let own = ["id", "name", "assess", "source", "note"];
            let plain = name.split(['(', '[']).next().unwrap_or_default().trim();
            let unit = || {
                let meant = plain.replace(' ', "_");
                let mut paths = schema.paths().filter(|_| plain.len() < name.len());
                let fact = paths.find(|path| path.eq_ignore_ascii_case(&meant))?;
                let help = "the unit stands in the rulebook file, as `unit:` of the fact";
                Some(format!("write `{fact}`: {help}"))
            };
            let near = unit()
                .or_else(|| schema.through_a_reference(name))
                .or_else(|| {
                    // A fact with a column of its own is not meant by this one.
                    let is_there = |path: &&str| head.iter().any(|cell| cell.text == *path);
                    let free = schema.paths().chain(own).filter(|path| !is_there(path));
                    did_you_mean(name, free)
                });
            let help = format!(
                "declare it under `facts:` in the rulebook file, or write `ignore: [{}]` there",
                quoted(name)
            );
            let message = format!("the schema has no fact `{name}`");
            Some(at(Code::UnknownFact, message).help(near.unwrap_or(help)))
        }
    }
}

/// The diagnostic of a head without a column of ids.
fn no_ids(schema: &Schema, head: &[CsvCell]) -> Option<Diagnostic> {
    let (first, last) = (head.first()?, head.last()?);
    let source = first.span.source();
    let whole = source.span(first.span.range().start..last.span.range().end);
    let at = |span: &Span, message: String, help: String| {
        Some(Diagnostic::at(Code::MissingKey, span.clone(), message).help(help))
    };
    if let Some(told) = divided_otherwise(head, "id") {
        return Some(told);
    }
    let called_so = |cell: &&CsvCell| letters(&cell.text).eq_ignore_ascii_case("id");
    if let Some(cell) = head.iter().find(called_so) {
        let message = format!("the column of ids is called `id`, found `{}`", cell.text);
        return at(&cell.span, message, "write `id`".to_owned());
    }
    // A head that names a fact is a head, whatever follows.
    let names_fact = |name: &str| matches!(schema.look_up(name), Lookup::Fact(..));
    let is_head = head.iter().any(|cell| names_fact(&cell.text));
    let later = (!is_head).then(|| later_head(source.text(), &names_fact));
    if let Some(line) = later.flatten() {
        let message = format!("the line that names the columns is line {line}");
        let help = "delete the lines above it: the first line names the columns".to_owned();
        return at(&whole, message, help);
    }
    let is_value =
        |cell: &CsvCell| plain_number(&cell.text).is_some() || plain_boolean(&cell.text).is_some();
    if head.iter().any(is_value) {
        let message = "the first line must name the columns, and this one looks like a record";
        let help =
            "put a line before it that names each column: `id`, and the facts, with commas between"
                .to_owned();
        return at(&whole, message.to_owned(), help);
    }
    if first.text.is_empty() {
        let message = "the first column has no name, and no other one is called `id`".to_owned();
        let help = "begin the line with `id`, if that column holds the ids".to_owned();
        return at(&whole, message, help);
    }
    let names = head.iter().map(|cell| cell.text.as_str());
    let help = format!(
        "write `id` in place of the name of the column that holds the ids, one of {}",
        list_of(names.filter(|name| !name.is_empty()))
    );
    at(&whole, "this sheet has no column `id`".to_owned(), help)
}

/// The number of one of the first lines that has a column of ids or names a fact, after titles and
/// the like.
fn later_head(text: &str, names_fact: &dyn Fn(&str) -> bool) -> Option<usize> {
    const MOST: usize = 20;
    let is_head = |line: &&str| {
        let mut cells = line.split(',').map(|cell| cell.trim().trim_matches('"'));
        line.contains(',') && cells.any(|cell| cell.eq_ignore_ascii_case("id") || names_fact(cell))
    };
    let mut lines = text.lines().take(MOST).skip(1);
    lines.position(|line| is_head(&line)).map(|at| at + 2)
}

/// The diagnostic of a head that lacks a column because commas do not divide it.
pub(crate) fn divided_otherwise(head: &[CsvCell], needed: &str) -> Option<Diagnostic> {
    let (first, last) = (head.first()?, head.last()?);
    let source = first.span.source();
    let whole = source.span(first.span.range().start..last.span.range().end);
    if head.iter().any(|cell| cell.text == needed) {
        return None;
    }
    let (sign, name) = other_sign(whole.text())?;
    let message =
        format!("no column `{needed}` is found: this line is divided by {name}, not by commas");
    let help = if whole.text().trim_start_matches('"').starts_with("sep=") {
        "save the sheet as CSV with commas; this line is then not needed".to_owned()
    } else {
        let head = rewritten(whole.text(), sign);
        format!("save the sheet as CSV with commas, so that this line is `{head}`")
    };
    Some(Diagnostic::at(Code::MissingKey, whole, message).help(help))
}

/// The sign that divides a head in place of commas.
fn other_sign(line: &str) -> Option<(char, &'static str)> {
    let signs = [(';', "semicolons `;`"), ('\t', "tabs"), ('|', "bars `|`")];
    let found = signs.into_iter().find(|(sign, _)| line.contains(*sign));
    found.filter(|(sign, _)| line.matches(*sign).count() >= line.matches(',').count())
}

/// The start of a head, divided by commas.
fn rewritten(line: &str, sign: char) -> String {
    let names: Vec<&str> = line.split(sign).map(str::trim).collect();
    match names.as_slice() {
        [first, second, third, _, ..] => format!("{first},{second},{third},..."),
        few => few.join(","),
    }
}

/// A name without the signs that cannot be seen.
fn letters(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).collect()
}
