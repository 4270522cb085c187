//! Values of facts for a block of records, as their columns have them or with gaps filled in.

use std::collections::BTreeMap;

use crate::model::fact::{Column, Number, Texts};
use crate::model::typed_indexes::FactIndex;
use crate::model::typed_indexes::RecordIndex;

/// A text that represents all texts that occur nowhere.
pub(super) const OTHER: &str = "\u{2026} another text \u{2026}";

/// Values of a fact, laid out as in its column.
pub(super) enum Cells<'s> {
    Codes(&'s [u8]),
    Whole(&'s [i32]),
    Wide(&'s [i64]),
    Floats(&'s [f64]),
    Numbers(&'s [Option<Number>]),
    /// Binary numbers near the values, and how far off each may be.
    Near(&'s [f64], &'s [f64]),
    Texts(&'s [u32]),
    Other,
}

impl<'s> Cells<'s> {
    /// The values of a column from a record on.
    pub(super) fn of(column: &'s Column, start: usize) -> Self {
        match column {
            Column::Few(codes, _) => Self::Codes(&codes[start..]),
            Column::Whole(values) | Column::Days(values) => Self::Whole(&values[start..]),
            Column::Wide(values) => Self::Wide(&values[start..]),
            Column::Floats(values) => Self::Floats(&values[start..]),
            Column::Numbers(values) => Self::Numbers(&values[start..]),
            Column::Calculated(all) => Self::Near(&all.near[start..], &all.error[start..]),
            Column::Texts(numbers, _) => Self::Texts(&numbers[start..]),
            Column::Any(_) => Self::Other,
        }
    }
}

/// Which records a block is of.
#[derive(Clone, Copy)]
pub(crate) enum Rows<'s> {
    /// The records from this one on, unchanged.
    From(usize),
    /// Some, with their gaps filled in.
    Filled(&'s Completed),
}

/// Some records with their gaps filled in.
#[derive(Default)]
pub(crate) struct Completed {
    pub(super) records: Vec<RecordIndex>,
    /// By index of the fact.
    pub(super) cells: BTreeMap<FactIndex, FilledCells>,
}

pub(super) enum FilledCells {
    Codes(Vec<u8>),
    Whole(Vec<i32>),
    Wide(Vec<i64>),
    Floats(Vec<f64>),
    Near(Vec<f64>, Vec<f64>),
    Texts(Vec<u32>),
}

impl Completed {
    /// The values of a fact.
    pub(super) fn cells(&self, slot: FactIndex) -> Cells<'_> {
        match self.cells.get(&slot) {
            Some(FilledCells::Codes(codes)) => Cells::Codes(codes),
            Some(FilledCells::Whole(values)) => Cells::Whole(values),
            Some(FilledCells::Wide(values)) => Cells::Wide(values),
            Some(FilledCells::Floats(values)) => Cells::Floats(values),
            Some(FilledCells::Near(near, error)) => Cells::Near(near, error),
            Some(FilledCells::Texts(numbers)) => Cells::Texts(numbers),
            None => Cells::Other,
        }
    }
}

/// Whether two texts, by their indexes in two lists, are the same; an index past the end is
/// [`OTHER`].
pub(super) fn same_text([one, two]: [u32; 2], [first, second]: [&Texts; 2]) -> bool {
    match (first.text(one), second.text(two)) {
        (Some(one), Some(two)) => one == two,
        (None, None) => true,
        (Some(known), None) | (None, Some(known)) => known == OTHER,
    }
}
