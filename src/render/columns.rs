//! Chosen columns of results: a line for each jurisdiction with just what was asked for. Ids, names,
//! determinations and statuses are there already; reasons and missing facts are found out where a
//! column asks for them.

use std::io::{self, Write};

use crate::assess::assessment::{Assessment, RulebookAssessment};
use crate::assess::verdict::{DeterminationKind, Status};
use crate::base::diagnostic::{did_you_mean, list_of};
use crate::formats::csv::written;
use crate::render::blocks::write_parts;
use crate::render::json::words;
use crate::tree::FactRef;

/// A column of results.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Column {
    Rulebook,
    AsOf,
    Id,
    Name,
    Determination,
    /// Of the determination.
    Missing,
    Reasons,
    /// What a condition came to, and of that.
    Status(String),
    MissingOf(String),
    ReasonsOf(String),
}

/// The columns asked for, with their names.
#[derive(Clone, Debug)]
pub struct Columns(Vec<(String, Column)>);

/// What one cell holds.
enum Cell {
    Text(String),
    Kind(DeterminationKind),
    Status(Status),
    Texts(Vec<String>),
    /// The rulebook has no such condition.
    Nothing,
}

const NAMES: [(&str, Column); 7] = [
    ("rulebook", Column::Rulebook),
    ("as_of", Column::AsOf),
    ("id", Column::Id),
    ("name", Column::Name),
    ("determination", Column::Determination),
    ("missing", Column::Missing),
    ("reasons", Column::Reasons),
];

impl Columns {
    /// Columns by their names: `id`, `name`, `rulebook`, `as_of`, `determination`, `missing`,
    /// `reasons`; the id of a condition for what it came to; `<condition>.missing` and
    /// `<condition>.reasons`.
    ///
    /// # Errors
    /// A name that is none of these, as a sentence.
    pub fn new(names: &[String], assessment: &Assessment) -> Result<Self, String> {
        let conditions: Vec<&str> = assessment
            .rulebooks
            .iter()
            .flat_map(|assessed| &assessed.conditions)
            .map(|used| used.condition.id.as_str())
            .collect();
        let one = |name: &String| {
            let own = NAMES.iter().find(|(known, _)| known == name);
            let (condition, part) = name
                .split_once('.')
                .map_or((name.as_str(), None), |(condition, part)| {
                    (condition, Some(part))
                });
            let known = conditions.contains(&condition);
            let column = match (own, part) {
                (Some((_, column)), _) => column.clone(),
                (None, None) if known => Column::Status(condition.to_owned()),
                (None, Some("missing")) if known => Column::MissingOf(condition.to_owned()),
                (None, Some("reasons")) if known => Column::ReasonsOf(condition.to_owned()),
                _ => return Err(unknown(name, &conditions)),
            };
            Ok((name.clone(), column))
        };
        names.iter().map(one).collect::<Result<_, _>>().map(Self)
    }

    /// All rows as CSV, with a head.
    ///
    /// # Errors
    /// What keeps the text from being written.
    pub fn csv(&self, assessment: &Assessment, out: &mut dyn Write) -> io::Result<()> {
        let head = self.0.iter().map(|(name, _)| name.clone()).collect();
        out.write_all(written(std::iter::once(head)).as_bytes())?;
        let row = |view: &RulebookAssessment, place| {
            let text = |(_, column): &(String, Column)| match cell(view, place, column) {
                Cell::Text(text) => text,
                Cell::Kind(kind) => kind.to_string(),
                Cell::Status(status) => status.to_string(),
                Cell::Texts(texts) => texts.join("; "),
                Cell::Nothing => String::new(),
            };
            self.0.iter().map(text).collect()
        };
        assessment.rulebooks.iter().try_for_each(|assessed| {
            write_parts(assessed, out, |view, places| {
                written(places.map(|place| row(view, place)))
            })
        })
    }

    /// All rows as JSON, an object on a line each.
    ///
    /// # Errors
    /// What keeps the text from being written.
    pub fn ndjson(&self, assessment: &Assessment, out: &mut dyn Write) -> io::Result<()> {
        let keys = self.0.iter().map(|(name, _)| words::text(name));
        let keys: Vec<String> = keys.collect();
        let line = |view: &RulebookAssessment, place| {
            let field = |(key, (_, column)): (&String, &(String, Column))| {
                let value = match cell(view, place, column) {
                    Cell::Text(word) => words::text(&word),
                    Cell::Kind(kind) => words::text(&words::kind(kind)),
                    Cell::Status(status) => words::text(&words::status(status)),
                    Cell::Texts(texts) => words::text(&texts),
                    Cell::Nothing => "null".to_owned(),
                };
                format!("{key}:{value}")
            };
            let fields: Vec<String> = keys.iter().zip(&self.0).map(field).collect();
            format!("{{{}}}\n", fields.join(","))
        };
        assessment.rulebooks.iter().try_for_each(|assessed| {
            write_parts(assessed, out, |view, places| {
                places.map(|place| line(view, place)).collect()
            })
        })
    }
}

fn unknown(name: &str, conditions: &[&str]) -> String {
    let own = NAMES.iter().map(|(name, _)| *name);
    let all: Vec<&str> = own.chain(conditions.iter().copied()).collect();
    let near = did_you_mean(name.split('.').next().unwrap_or(name), all.iter().copied());
    let known = || {
        format!(
            "the columns are {}; of a condition also `<condition>.missing` and `<condition>.reasons`",
            list_of(all.iter().copied())
        )
    };
    format!(
        "there is no column `{name}`: {}",
        near.unwrap_or_else(known)
    )
}

fn cell(view: &RulebookAssessment, place: usize, column: &Column) -> Cell {
    let names = |facts: &[FactRef]| Cell::Texts(facts.iter().map(ToString::to_string).collect());
    let of = |id: &str, cell: &dyn Fn(usize) -> Cell| {
        let mut all = view.conditions.iter();
        all.position(|used| used.condition.id.as_str() == id)
            .map_or(Cell::Nothing, cell)
    };
    match column {
        Column::Rulebook => Cell::Text(view.rulebook().id.to_string()),
        Column::AsOf => Cell::Text(view.as_of.to_string()),
        Column::Id => Cell::Text(view.id(place).to_owned()),
        Column::Name => Cell::Text(view.name(place).to_owned()),
        Column::Determination => Cell::Kind(view.kind(place)),
        Column::Missing => match view.kind(place) {
            DeterminationKind::Undetermined => names(&view.at(place).determination.missing),
            _ => Cell::Texts(Vec::new()),
        },
        Column::Reasons => Cell::Texts(view.at(place).determination.reasons.clone()),
        Column::Status(id) => of(id, &|condition| Cell::Status(view.status(place, condition))),
        Column::MissingOf(id) => of(id, &|condition| match view.status(place, condition) {
            Status::Unknown => names(&view.finding(place, condition).missing),
            _ => Cell::Texts(Vec::new()),
        }),
        Column::ReasonsOf(id) => of(id, &|condition| {
            Cell::Texts(view.finding(place, condition).reasons)
        }),
    }
}
