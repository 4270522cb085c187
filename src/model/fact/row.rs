//! One record as a row of plain values by fact index, without taking memory for each fact.

use std::sync::Arc;

use crate::model::fact::{Date, FactSchema, FactType, NO_CODE, Number, Value};
use crate::model::typed_indexes::FactIndex;

/// A value of a row.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Cell {
    /// Nothing was stated.
    Absent,
    /// It is stated to be unknown.
    Unknown,
    /// `true` and `false` as 1 and 0, or the number of a choice.
    Code(u8),
    /// A whole number, or the number of a day.
    Whole(i64),
    /// A number by the binary one that is printed so.
    Float(f64),
    /// A part of the texts of the row.
    Text(usize, usize),
}

/// The values of a record.
#[derive(Clone, Debug, Default)]
pub(crate) struct Row {
    /// By index of the fact; absent for those that every record has.
    pub(crate) cells: Vec<Cell>,
    pub(crate) texts: String,
}

/// Whether a fact is held by the number of its choice.
pub(crate) fn has_codes(choices: &[Arc<str>]) -> bool {
    choices.len() < usize::from(NO_CODE)
}

impl Row {
    /// A row of `facts` facts, none of them stated.
    pub(crate) fn new(facts: usize) -> Self {
        Self {
            cells: vec![Cell::Absent; facts],
            texts: String::new(),
        }
    }

    /// Forgets all values.
    pub(crate) fn clear(&mut self) {
        self.cells.fill(Cell::Absent);
        self.texts.clear();
    }

    /// Takes a text in.
    pub(crate) fn keep(&mut self, text: &str) -> Cell {
        let start = self.texts.len();
        self.texts.push_str(text);
        Cell::Text(start, self.texts.len())
    }

    /// The text of a fact; `None` if its value is not a text.
    pub(crate) fn text(&self, fact: FactIndex) -> Option<&str> {
        match self.cells.get(fact.get())? {
            Cell::Text(start, end) => Some(&self.texts[*start..*end]),
            _ => None,
        }
    }

    /// The value of a fact.
    pub(crate) fn value(&self, fact: FactIndex, schema: &FactSchema) -> Option<Value> {
        Some(match (*self.cells.get(fact.get())?, &schema.ty) {
            (Cell::Absent | Cell::Unknown, _) => return None,
            (Cell::Code(code), FactType::Choice(choices)) => {
                Value::Text(Arc::clone(choices.get(usize::from(code))?))
            }
            (Cell::Code(code), _) => Value::Boolean(code == 1),
            (Cell::Whole(day), FactType::Date) => Value::Date(Date::from_days(day)?),
            (Cell::Whole(number), _) => Value::Integer(number),
            (Cell::Float(number), _) => Value::Number(Number::of_binary(number)?),
            (Cell::Text(start, end), _) => Value::Text(self.texts[start..end].into()),
        })
    }

    /// Stores a value; returns false if a row cannot hold it.
    pub(crate) fn put(&mut self, fact: FactIndex, schema: &FactSchema, value: &Value) -> bool {
        let cell = match (value, &schema.ty) {
            (Value::Boolean(is), _) => Some(Cell::Code(u8::from(*is))),
            (Value::Integer(number), _) => Some(Cell::Whole(*number)),
            (Value::Number(number), _) => number.binary().map(Cell::Float),
            (Value::Date(day), _) => Some(Cell::Whole(day.days())),
            (Value::Text(text), FactType::Choice(choices)) if has_codes(choices) => {
                let place = choices.iter().position(|choice| choice == text);
                place
                    .and_then(|place| u8::try_from(place).ok())
                    .map(Cell::Code)
            }
            (Value::Text(text), _) => Some(self.keep(text)),
            (Value::List(_), _) => None,
        };
        self.cells[fact] = cell.unwrap_or(Cell::Absent);
        cell.is_some()
    }
}
