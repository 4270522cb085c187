//! Puts plain values directly into columns. Other values, and errors, are left to the reader that
//! explains them.

use std::ops::Range;
use std::sync::Arc;

use crate::model::fact::{
    BUILT_IN, Cell, Column, Date, FactSchema, FactType, MAX_INTEGER, Number, Row, Schema, Value,
    find_choice, has_codes, plain_boolean, plain_integer, plain_number, plain_whole,
};
use crate::model::jurisdiction::columnar_table::Filling;
use crate::model::rulebook::{Rulebook, is_source};
use crate::model::typed_indexes::FactIndex;

/// One record after the other, fact by fact, in any order.
pub(super) struct Filler<'s> {
    pub(super) stating: RecordBuilder<'s>,
    pub(super) filling: Filling,
}

/// One record, fact by fact, in any order.
pub(crate) struct RecordBuilder<'s> {
    schema: &'s Schema,
    pub(crate) row: Row,
    /// The facts for which a source is stated: a bit for each.
    sourced: Vec<u64>,
}

/// The value is not plain, or not right.
#[derive(Debug)]
pub(crate) struct NotPlain;

impl<'s> Filler<'s> {
    pub(super) fn new(schema: &'s Schema) -> Self {
        Self {
            stating: RecordBuilder::new(schema),
            filling: Filling::new(schema.facts()),
        }
    }

    /// Puts the record in.
    pub(super) fn end(&mut self, file: u32, id: &str, name: &str, place: &Range<usize>) {
        self.filling.push(id, name, file, place);
        self.filling.rests(&self.stating.sourced);
        let row = &self.stating.row;
        for slot in FactIndex::first(row.cells.len()).skip(BUILT_IN.len()) {
            let column = self.filling.column(slot);
            match (row.cells[slot], column) {
                (Cell::Code(code), Column::Few(codes, _)) => codes.push(code),
                (Cell::Whole(day), Column::Days(days)) => {
                    days.push(i32::try_from(day).expect("the calendar is short"));
                }
                (Cell::Whole(number), column) => column.push(Some(&Value::Integer(number))),
                (Cell::Float(number), Column::Floats(numbers)) => numbers.push(number),
                (Cell::Text(start, end), Column::Texts(numbers, texts)) => {
                    let text = &row.texts[start..end];
                    numbers.push(
                        Arc::get_mut(texts)
                            .expect("nobody else has it yet")
                            .number(text),
                    );
                }
                (_, column) => column.push(None),
            }
        }
    }
}

impl<'s> RecordBuilder<'s> {
    pub(crate) fn new(schema: &'s Schema) -> Self {
        Self {
            schema,
            row: Row::new(schema.facts().len()),
            sourced: vec![0; schema.facts().len().div_ceil(64)],
        }
    }

    /// Drops the facts of a record that is not added.
    pub(super) fn begin(&mut self) {
        self.row.clear();
        self.sourced.fill(0);
    }

    /// States the one source of all facts, a key that the rulebook has or an address.
    pub(super) fn rest_on(&mut self, source: &str, rulebook: &Rulebook) -> Result<(), NotPlain> {
        self.sourced.fill(u64::MAX);
        let known = is_source(source, &rulebook.sources);
        known.then_some(()).ok_or(NotPlain)
    }

    /// States a source for one fact.
    pub(super) fn has_source(&mut self, slot: FactIndex) {
        self.sourced[slot.get() / 64] |= 1 << (slot.get() % 64);
    }

    /// States a fact, once.
    pub(crate) fn state(
        &mut self,
        slot: FactIndex,
        text: &str,
        quoted: bool,
    ) -> Result<(), NotPlain> {
        let value = self.value(slot, text, quoted).ok_or(NotPlain)?;
        self.put(slot, value)
    }

    /// States a fact that is a whole number.
    pub(crate) fn state_whole(&mut self, slot: FactIndex, number: i64) -> Result<(), NotPlain> {
        let fact = &self.schema.facts()[slot];
        #[expect(clippy::cast_precision_loss, reason = "larger numbers are reported")]
        if missing(fact, number as f64) {
            return self.state_unknown(slot);
        }
        let value = match &fact.ty {
            FactType::Choice(_) => return self.state(slot, &number.to_string(), false),
            FactType::Integer if number.abs() <= MAX_INTEGER => {
                in_range(fact, number).map(Cell::Whole)
            }
            // Every integer up to this size is exact as a binary number.
            FactType::Number if number.abs() <= MAX_INTEGER => {
                #[expect(clippy::cast_precision_loss, reason = "it is small enough")]
                let number = number as f64;
                in_range_number(fact, number).map(Cell::Float)
            }
            _ => None,
        };
        self.put(slot, value.ok_or(NotPlain)?)
    }

    /// States a fact that is a number with a fraction.
    pub(crate) fn state_float(&mut self, slot: FactIndex, number: f64) -> Result<(), NotPlain> {
        let fact = &self.schema.facts()[slot];
        if missing(fact, number) {
            return self.state_unknown(slot);
        }
        let value = match &fact.ty {
            FactType::Choice(_) => return self.state(slot, &number.to_string(), false),
            FactType::Number => in_range_number(fact, number + 0.0).map(Cell::Float),
            FactType::Integer => plain_whole(number)
                .and_then(|number| in_range(fact, number))
                .map(Cell::Whole),
            _ => None,
        };
        self.put(slot, value.ok_or(NotPlain)?)
    }

    /// States a fact that is a number, as it is spelled.
    pub(crate) fn state_long(&mut self, slot: FactIndex, text: &str) -> Result<(), NotPlain> {
        match self.schema.facts()[slot].ty {
            FactType::Integer | FactType::Number => self.state(slot, text, false),
            _ => Err(NotPlain),
        }
    }

    fn put(&mut self, slot: FactIndex, value: Cell) -> Result<(), NotPlain> {
        match std::mem::replace(&mut self.row.cells[slot], value) {
            Cell::Absent => Ok(()),
            _ => Err(NotPlain),
        }
    }

    /// States that a fact is not known.
    pub(crate) fn state_unknown(&mut self, slot: FactIndex) -> Result<(), NotPlain> {
        self.put(slot, Cell::Unknown)
    }

    fn value(&mut self, slot: FactIndex, text: &str, quoted: bool) -> Option<Cell> {
        if !quoted && text == "unknown" {
            return Some(Cell::Unknown);
        }
        let fact = &self.schema.facts()[slot];
        if fact.missing.has(&fact.ty, text) {
            return Some(Cell::Unknown);
        }
        match &fact.ty {
            FactType::Boolean if !quoted => Some(Cell::Code(u8::from(plain_boolean(text)?))),
            FactType::Integer if !quoted => in_range(fact, plain_integer(text)?).map(Cell::Whole),
            FactType::Number if !quoted => {
                in_range_number(fact, plain_number(text)?).map(Cell::Float)
            }
            FactType::Date => in_range_day(fact, text).map(Cell::Whole),
            FactType::Choice(choices) => {
                let place = find_choice(choices, text)?;
                if has_codes(choices) {
                    u8::try_from(place).ok().map(Cell::Code)
                } else {
                    Some(self.row.keep(&choices[place]))
                }
            }
            FactType::Text | FactType::Jurisdiction => Some(self.row.keep(text)),
            _ => None,
        }
    }
}

/// Whether a number says that a fact is not known.
fn missing(fact: &FactSchema, number: f64) -> bool {
    let numeric = matches!(fact.ty, FactType::Integer | FactType::Number);
    numeric && fact.missing.has_number(number)
}

fn in_range(fact: &FactSchema, number: i64) -> Option<i64> {
    fact.range.holds(&Value::Integer(number)).then_some(number)
}

/// A number by the binary one that is printed so. Few facts have a range: the number itself is not
/// made for others.
fn in_range_number(fact: &FactSchema, number: f64) -> Option<f64> {
    let open = fact.range.min.is_none() && fact.range.max.is_none();
    let inside = || {
        fact.range
            .holds(&Value::Number(Number::of_binary(number)?))
            .then_some(())
    };
    (open || inside().is_some()).then_some(number)
}

fn in_range_day(fact: &FactSchema, text: &str) -> Option<i64> {
    let day = Date::parse(text).ok()?;
    fact.range.holds(&Value::Date(day)).then(|| day.days())
}
