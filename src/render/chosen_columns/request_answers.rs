//! The chosen columns of one answer after the other, for lines that are answered as they come.

use crate::assess::request_evaluator::{Answer, Evaluator};
use crate::assess::result_types::{DeterminationKind, JurisdictionAssessment, Status};
use crate::model::typed_indexes::ConditionIndex;
use crate::render::chosen_columns::{Cell, Column, Columns, Numbered, csv_row, json_row, names};

/// Rows of answers.
#[derive(Debug)]
pub struct AnswerRows {
    columns: Columns,
    /// The keys for JSON; `None` for CSV.
    keys: Option<Vec<String>>,
}

impl AnswerRows {
    /// Rows for some evaluators, as CSV, by the names of the columns; see [`Columns::new`].
    ///
    /// # Errors
    /// A name that is no column, as a sentence.
    pub fn csv(names: &[String], evaluators: &[Evaluator]) -> Result<Self, String> {
        let conditions = evaluators.iter().flat_map(Evaluator::conditions);
        Ok(Self {
            columns: Columns::of(names, conditions)?,
            keys: None,
        })
    }

    /// Rows for some evaluators, as JSON, one object per line.
    ///
    /// # Errors
    /// A name that is no column, as a sentence.
    pub fn ndjson(names: &[String], evaluators: &[Evaluator]) -> Result<Self, String> {
        let rows = Self::csv(names, evaluators)?;
        Ok(Self {
            keys: Some(rows.columns.keys()),
            ..rows
        })
    }

    /// The header before all rows.
    pub fn head(&self) -> String {
        match self.keys {
            Some(_) => String::new(),
            None => self.columns.head(),
        }
    }

    /// The row of an answer. Of one that could not be read there is its id at most.
    pub fn row(&self, evaluator: &Evaluator, answer: &Answer<'_>) -> String {
        let columns = self.columns.numbered(evaluator.conditions());
        let mut text = String::new();
        let cell = |column: Numbered<'_>, take: &mut dyn FnMut(Cell<'_>)| {
            cell((evaluator, answer), column, take);
        };
        match &self.keys {
            Some(keys) => json_row((keys, &columns), &mut text, &cell),
            None => csv_row(&columns, &mut text, &cell),
        }
        text
    }
}

fn cell(
    (evaluator, answer): (&Evaluator, &Answer<'_>),
    (column, condition): Numbered<'_>,
    take: &mut dyn FnMut(Cell<'_>),
) {
    let id = evaluator.rulebook().id.as_str();
    match column {
        Column::Rulebook => return take(Cell::Text(id)),
        Column::AsOf => return take(Cell::Text(&evaluator.as_of().to_string())),
        Column::Id => return take(answer.id().map_or(Cell::Nothing, Cell::Text)),
        _ => {}
    }
    let Some(kind) = answer.determination() else {
        return take(Cell::Nothing);
    };
    let status = |condition: ConditionIndex| {
        answer
            .findings()
            .nth(condition.get())
            .map(|(_, status)| status)
    };
    let details = || {
        let details = answer.details();
        details.expect("what was judged has details")
    };
    match (column, condition) {
        (Column::Determination, _) => take(Cell::Kind(kind)),
        (Column::Name, _) => take(answer.name().map_or(Cell::Nothing, Cell::Text)),
        (Column::Missing, _) => {
            let missing = |details: &JurisdictionAssessment| names(&details.determination.missing);
            let undetermined = kind == DeterminationKind::Undetermined;
            let found = undetermined.then(|| missing(details()));
            take(Cell::Texts(&found.unwrap_or_default()));
        }
        (Column::Reasons, _) => take(Cell::Texts(&details().determination.reasons)),
        (Column::Status(_), Some(condition)) => {
            take(status(condition).map_or(Cell::Nothing, Cell::Status));
        }
        (Column::MissingOf(_), Some(condition)) => {
            let unknown = status(condition) == Some(Status::Unknown);
            let found = unknown.then(|| names(&details().findings[condition].missing));
            take(Cell::Texts(&found.unwrap_or_default()));
        }
        (Column::ReasonsOf(_), Some(condition)) => {
            take(Cell::Texts(&details().findings[condition].reasons));
        }
        _ => take(Cell::Nothing),
    }
}
