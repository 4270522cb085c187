//! Chosen columns of results: a line for each jurisdiction with the columns asked for. Ids, names,
//! determinations and statuses are at hand; reasons and missing facts are computed if a column
//! needs them.

mod request_answers;

pub use request_answers::AnswerRows;

use std::io::{self, Write};
use std::ops::Range;
use std::sync::Arc;

use crate::assess::assessment::{Assessment, RulebookAssessment};
use crate::assess::bulk_explanation::Explaining;
use crate::assess::explored_scripts::ConditionUsed;
use crate::assess::result_types::{Determination, DeterminationKind, Status};
use crate::base::diagnostic::{did_you_mean, list_of};
use crate::formats::csv::{push_cell, written};
use crate::model::typed_indexes::ConditionIndex;
use crate::model::typed_indexes::PlaceIndex;
use crate::render::chunked_output::write_texts;
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
    /// Details of the determination.
    Missing,
    Reasons,
    /// The status of a condition, and its details.
    Status(String),
    MissingOf(String),
    ReasonsOf(String),
}

/// The columns asked for, with their names.
#[derive(Clone, Debug)]
pub struct Columns(Vec<(String, Column)>);

/// The content of a cell.
enum Cell<'t> {
    Text(&'t str),
    Kind(DeterminationKind),
    Status(Status),
    Texts(&'t [String]),
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
    /// `reasons`; the id of a condition for its status; `<condition>.missing` and
    /// `<condition>.reasons`.
    ///
    /// # Errors
    /// When a name is no column; the error is a sentence.
    pub fn new(names: &[String], assessment: &Assessment) -> Result<Self, String> {
        let rulebooks = assessment.rulebooks.iter();
        Self::of(names, rulebooks.flat_map(|assessed| &assessed.conditions))
    }

    fn of<'c>(
        names: &[String],
        conditions: impl Iterator<Item = &'c ConditionUsed>,
    ) -> Result<Self, String> {
        const MOST: usize = 1_000;
        if names.len() > MOST {
            return Err(format!(
                "{} columns are too many: at most {MOST}",
                names.len()
            ));
        }
        let conditions: Vec<&str> = conditions.map(|used| used.condition.id.as_str()).collect();
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

    /// The head of a CSV.
    fn head(&self) -> String {
        let head = self.0.iter().map(|(name, _)| name.clone()).collect();
        written(std::iter::once(head))
    }

    /// The names, as keys of JSON.
    fn keys(&self) -> Vec<String> {
        self.0.iter().map(|(name, _)| words::text(name)).collect()
    }

    /// Beside each column of a condition the number of that, where the rulebook has it.
    fn numbered(&self, conditions: &[ConditionUsed]) -> Vec<Numbered<'_>> {
        let number = |column: &Column| {
            let (Column::Status(id) | Column::MissingOf(id) | Column::ReasonsOf(id)) = column
            else {
                return None;
            };
            let mut all = conditions.iter();
            let place = all.position(|used| used.condition.id.as_str() == id);
            place.map(ConditionIndex::from)
        };
        let columns = self.0.iter();
        columns
            .map(|(_, column)| (column, number(column)))
            .collect()
    }

    /// All rows as CSV, with a header.
    ///
    /// # Errors
    /// When the text cannot be written.
    pub fn csv(&self, assessment: &Assessment, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(self.head().as_bytes())?;
        assessment.rulebooks.iter().try_for_each(|assessed| {
            let rows = Rows::new(self, assessed);
            write_texts(assessed.len(), out, |places| rows.text(places, Rows::csv))
        })
    }

    /// All rows as JSON, one object on each line.
    ///
    /// # Errors
    /// When the text cannot be written.
    pub fn ndjson(&self, assessment: &Assessment, out: &mut dyn Write) -> io::Result<()> {
        let keys = self.keys();
        assessment.rulebooks.iter().try_for_each(|assessed| {
            let rows = Rows::new(self, assessed);
            write_texts(assessed.len(), out, |places| {
                rows.text(places, |rows, place, text| rows.json(&keys, place, text))
            })
        })
    }
}

/// The rows of a rulebook.
struct Rows<'a> {
    assessed: &'a RulebookAssessment,
    /// Beside each column of a condition the number of that, where the rulebook has it.
    columns: Vec<Numbered<'a>>,
    /// With the names of the facts that are missing.
    explaining: Explaining<'a, Vec<String>>,
}

impl<'a> Rows<'a> {
    fn new(columns: &'a Columns, assessed: &'a RulebookAssessment) -> Self {
        Self {
            assessed,
            columns: columns.numbered(&assessed.conditions),
            explaining: Explaining::new(assessed.prepared()),
        }
    }

    fn text(&self, places: Range<usize>, row: impl Fn(&Self, PlaceIndex, &mut String)) -> String {
        let mut text = String::new();
        for place in places.map(PlaceIndex::from) {
            row(self, place, &mut text);
        }
        text
    }

    fn csv(&self, place: PlaceIndex, text: &mut String) {
        csv_row(&self.columns, text, &|column, take| {
            self.cell(place, column, take);
        });
    }

    fn json(&self, keys: &[String], place: PlaceIndex, text: &mut String) {
        json_row((keys, &self.columns), text, &|column, take| {
            self.cell(place, column, take);
        });
    }

    /// Hands over what a cell holds.
    fn cell(
        &self,
        place: PlaceIndex,
        (column, condition): Numbered<'_>,
        take: &mut dyn FnMut(Cell<'_>),
    ) {
        let assessed = self.assessed;
        match (column, condition) {
            (Column::Rulebook, _) => take(Cell::Text(assessed.rulebook().id.as_str())),
            (Column::AsOf, _) => take(Cell::Text(&assessed.as_of.to_string())),
            (Column::Id, _) => take(Cell::Text(assessed.id(place))),
            (Column::Name, _) => take(Cell::Text(assessed.name(place))),
            (Column::Determination, _) => take(Cell::Kind(assessed.kind(place))),
            (Column::Missing, _) => match assessed.kind(place) {
                DeterminationKind::Undetermined => {
                    take(Cell::Texts(&names(&self.determination(place).missing)));
                }
                _ => take(Cell::Texts(&[])),
            },
            (Column::Reasons, _) => take(Cell::Texts(&self.determination(place).reasons)),
            (Column::Status(_), Some(condition)) => {
                take(Cell::Status(assessed.status(place, condition)));
            }
            (Column::MissingOf(_), Some(condition)) => self.missing(place, condition, take),
            (Column::ReasonsOf(_), Some(condition)) => {
                let record = assessed.record_of(place);
                let told = self.explaining.told(condition, record);
                take(Cell::Texts(&self.explaining.reasons(&told, record)));
            }
            (Column::Status(_) | Column::MissingOf(_) | Column::ReasonsOf(_), None) => {
                take(Cell::Nothing);
            }
        }
    }

    fn missing(
        &self,
        place: PlaceIndex,
        condition: ConditionIndex,
        take: &mut dyn FnMut(Cell<'_>),
    ) {
        if self.assessed.status(place, condition) != Status::Unknown {
            return take(Cell::Texts(&[]));
        }
        let record = self.assessed.record_of(place);
        let told = self.explaining.told(condition, record);
        let names = || names(&told.finding().missing);
        take(Cell::Texts(told.shown.get_or_init(names)));
    }

    fn determination(&self, place: PlaceIndex) -> Arc<Determination> {
        let record = self.assessed.record_of(place);
        let conditions = ConditionIndex::first(self.assessed.conditions.len());
        let told: Vec<_> = conditions
            .map(|condition| self.explaining.told(condition, record))
            .collect();
        let kind = self.assessed.kind(place);
        self.explaining.determination(record, kind, &told)
    }
}

/// A column, and the number of the condition that it is about.
type Numbered<'c> = (&'c Column, Option<ConditionIndex>);

/// Hands over what a cell holds.
type CellOf<'c> = dyn Fn(Numbered<'_>, &mut dyn FnMut(Cell<'_>)) + 'c;

fn csv_row(columns: &[Numbered<'_>], text: &mut String, cell: &CellOf<'_>) {
    let start = text.len();
    for (number, column) in columns.iter().enumerate() {
        if number > 0 {
            text.push(',');
        }
        cell(*column, &mut |cell| match cell {
            Cell::Text(cell) => push_cell(text, cell),
            Cell::Kind(kind) => push_cell(text, &kind.to_string()),
            Cell::Status(status) => push_cell(text, &status.to_string()),
            Cell::Texts(texts) => push_cell(text, &texts.join("; ")),
            Cell::Nothing => {}
        });
    }
    // A row of nothing would be no row.
    if text.len() == start {
        text.push_str("\"\"");
    }
    text.push('\n');
}

fn json_row((keys, columns): (&[String], &[Numbered<'_>]), text: &mut String, cell: &CellOf<'_>) {
    text.push('{');
    for (number, (key, column)) in keys.iter().zip(columns).enumerate() {
        if number > 0 {
            text.push(',');
        }
        text.push_str(key);
        text.push(':');
        cell(*column, &mut |cell| {
            text.push_str(&match cell {
                Cell::Text(word) => words::text(&word),
                Cell::Kind(kind) => words::text(&words::kind(kind)),
                Cell::Status(status) => words::text(&words::status(status)),
                Cell::Texts(texts) => words::text(&texts),
                Cell::Nothing => "null".to_owned(),
            });
        });
    }
    text.push_str("}\n");
}

fn names(facts: &[FactRef]) -> Vec<String> {
    facts.iter().map(ToString::to_string).collect()
}

fn unknown(name: &str, conditions: &[&str]) -> String {
    let own = NAMES.iter().map(|(name, _)| *name);
    let all: Vec<&str> = own.chain(conditions.iter().copied()).collect();
    let near = match name.split_once('.') {
        Some((condition, "reason")) if conditions.contains(&condition) => {
            Some(format!("write `{condition}.reasons`"))
        }
        None if matches!(name, "result" | "eligible" | "verdict") => {
            Some("write `determination`".to_owned())
        }
        _ => did_you_mean(name.split('.').next().unwrap_or(name), all.iter().copied()),
    };
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
