//! The numbers of a column, as statistics read them: days as counts, booleans as 0 and 1.

use std::collections::BTreeMap;

use crate::assess::statistics::exact_sum::ExactSum;
use crate::model::fact::{Column, NO_CODE, NO_WHOLE, NO_WIDE, Number, error_of_near};
use crate::model::typed_indexes::RecordIndex;

/// Numbers by record; for an unknown one, the assumed value, if any.
pub(super) struct Series<'a> {
    column: Option<&'a Column>,
    assumed: BTreeMap<RecordIndex, Number>,
}

impl<'a> Series<'a> {
    pub(super) fn new(column: Option<&'a Column>) -> Self {
        Self {
            column,
            assumed: BTreeMap::new(),
        }
    }

    /// Sets the number that is assumed for an unknown one.
    pub(super) fn assume(&mut self, record: RecordIndex, number: &Number) {
        self.assumed.insert(record, number.clone());
    }

    /// Marks the records without a known number, if there is a column.
    pub(super) fn mark_open(&self, open: &mut [bool]) {
        if let Some(column) = self.column {
            column.mark_missing(open);
        }
    }

    /// Excludes records whose number is zero from those that count.
    pub(super) fn leave_out_zeros(&self, counts: &mut [bool]) {
        match self.column {
            None => {}
            Some(Column::Few(codes, _)) => {
                for (counts, code) in counts.iter_mut().zip(codes) {
                    *counts &= *code != 0;
                }
            }
            Some(_) => {
                for (record, counts) in RecordIndex::each(counts) {
                    *counts = *counts && self.number(record) != Some(Number::ZERO);
                }
            }
        }
    }

    /// The number of a record.
    pub(super) fn number(&self, record: RecordIndex) -> Option<Number> {
        let whole = |known: bool, whole: i64| known.then(|| whole.into());
        let known = match self.column? {
            Column::Floats(values) => Number::of_binary(values[record]),
            Column::Numbers(values) => values[record].clone(),
            Column::Calculated(values) => values.number(record.get()),
            Column::Whole(values) | Column::Days(values) => {
                whole(values[record] != NO_WHOLE, values[record].into())
            }
            Column::Wide(values) => whole(values[record] != NO_WIDE, values[record]),
            Column::Few(codes, _) => whole(codes[record] != NO_CODE, codes[record].into()),
            Column::Texts(..) | Column::Any(_) => None,
        };
        known.or_else(|| self.assumed.get(&record).cloned())
    }

    /// The nearest binary number of a record.
    pub(super) fn near(&self, record: RecordIndex) -> f64 {
        match self.column {
            Some(Column::Floats(values)) if !values[record].is_nan() => values[record],
            Some(Column::Whole(values)) if values[record] != NO_WHOLE => values[record].into(),
            Some(Column::Calculated(values)) if values.is_known(record.get()) => {
                values.near[record]
            }
            _ => self.number(record).map_or(f64::NAN, |number| number.near()),
        }
    }

    /// Adds the number of a record to a sum.
    pub(super) fn add_to(&self, sum: &mut ExactSum, record: RecordIndex) {
        match self.column {
            Some(Column::Floats(values)) if !values[record].is_nan() => {
                sum.add_binary(values[record]);
            }
            Some(Column::Whole(values)) if values[record] != NO_WHOLE => {
                sum.add_whole(values[record].into());
            }
            _ => {
                if let Some(number) = self.number(record) {
                    sum.add(&number);
                }
            }
        }
    }

    /// Adds the numbers of records to the sums of their groups.
    pub(super) fn add_all(
        &self,
        members: impl Iterator<Item = (RecordIndex, usize)>,
        sums: &mut [ExactSum],
    ) {
        match self.column {
            Some(Column::Floats(values)) if self.assumed.is_empty() => {
                members.for_each(|(record, group)| sums[group].add_binary(values[record]));
            }
            Some(Column::Whole(values)) if self.assumed.is_empty() => {
                members.for_each(|(record, group)| sums[group].add_whole(values[record].into()));
            }
            _ => members.for_each(|(record, group)| self.add_to(&mut sums[group], record)),
        }
    }

    /// Whether numbers with equal nearest binary numbers are always equal.
    pub(super) fn near_is_all(&self) -> bool {
        let stated = matches!(
            self.column,
            Some(Column::Floats(_) | Column::Whole(_) | Column::Days(_) | Column::Few(..))
        );
        self.assumed.is_empty() && stated
    }

    /// Whether two numbers come from the very same inputs. It may say no if they do.
    pub(super) fn shares_origin(&self, one: RecordIndex, other: RecordIndex) -> bool {
        match self.column {
            Some(Column::Calculated(values)) => {
                values.shares_origin(one.get(), (values, other.get()))
            }
            _ => false,
        }
    }

    /// An upper bound of the error of any nearest binary number.
    pub(super) fn greatest_error(&self) -> f64 {
        match self.column {
            Some(Column::Calculated(values)) if self.assumed.is_empty() => {
                values.error.iter().copied().fold(0.0, f64::max)
            }
            _ => f64::INFINITY,
        }
    }

    /// The error of a record's nearest binary number.
    pub(super) fn error(&self, record: RecordIndex, near: f64) -> f64 {
        match self.column {
            Some(Column::Calculated(values)) if values.is_known(record.get()) => {
                values.error[record]
            }
            _ => error_of_near(near),
        }
    }
}
