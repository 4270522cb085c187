//! Calculated numbers: each as a nearby binary number with a bound of its error. The exact number
//! is computed on request, so that no time is spent on digits that do not matter.

use std::any::Any;
use std::fmt::Debug;
use std::sync::Arc;

use crate::model::fact::Number;

/// The relative error of a result that is rounded once, slightly more than it can be.
pub(crate) const ROUNDING: f64 = 1.12e-16;
/// The absolute error, for numbers so small that the relative one is not enough.
pub(crate) const LEAST: f64 = 1e-300;

/// The error of the nearest binary number; infinite if that is the greatest there is.
pub(crate) fn error_of_near(near: f64) -> f64 {
    if near.abs() < f64::MAX {
        near.abs() * ROUNDING + LEAST
    } else {
        f64::INFINITY
    }
}

/// The error of a binary number for the decimal that it is printed as.
pub(crate) fn error_of_stated(value: f64) -> f64 {
    if is_whole(value) {
        0.0
    } else {
        value.abs() * ROUNDING + LEAST
    }
}

/// Whether it is a small integer: exact as a binary number, like its neighbours.
#[expect(
    clippy::float_cmp,
    reason = "what is not the same afterwards is not whole"
)]
pub(crate) fn is_whole(value: f64) -> bool {
    // Binary numbers from 2^52 to 2^53 are whole. Adding one rounds, without a branch.
    const WHOLE: f64 = 6_755_399_441_055_744.0;
    const SMALL: f64 = 2_251_799_813_685_248.0;
    ((value + WHOLE) - WHOLE == value) & (value.abs() < SMALL)
}

/// Makes the numbers of a column, exactly.
pub(crate) trait Making: Any + Debug + Send + Sync {
    /// The number of a record; `None` if it is unknown.
    fn number(&self, row: usize) -> Option<Number>;

    /// Whether both calculate the numbers of these records from the very same inputs. It may return
    /// false even if they do.
    fn shares_origin(&self, row: usize, other: (&dyn Making, usize)) -> bool;

    /// Marks the records whose numbers another one makes from something else: perhaps some more.
    fn mark_others(&self, other: &dyn Making, marks: &mut [bool]);
}

/// A column of numbers that were calculated.
#[derive(Clone, Debug)]
pub(crate) struct CalculatedColumn {
    /// NaN where it is not known.
    pub(crate) near: Vec<f64>,
    pub(crate) error: Vec<f64>,
    pub(crate) making: Arc<dyn Making>,
}

impl CalculatedColumn {
    pub(crate) fn is_known(&self, row: usize) -> bool {
        !self.near[row].is_nan()
    }

    /// The number of a record, exactly.
    pub(crate) fn number(&self, row: usize) -> Option<Number> {
        self.is_known(row)
            .then(|| self.making.number(row))
            .flatten()
    }

    /// Whether the number of a record is made from the very same as that of another one. It may say
    /// no where it is.
    pub(crate) fn shares_origin(&self, row: usize, (other, at): (&Self, usize)) -> bool {
        self.near[row].to_bits() == other.near[at].to_bits()
            && self.making.shares_origin(row, (&*other.making, at))
    }

    /// Marks the records that have another number in another column.
    pub(crate) fn mark_others(&self, other: &Self, marks: &mut [bool]) {
        let mut perhaps = vec![false; marks.len()];
        self.making.mark_others(&*other.making, &mut perhaps);
        let rows = marks.iter_mut().zip(perhaps).enumerate();
        for (row, (marked, _)) in rows.filter(|(_, (_, perhaps))| *perhaps) {
            *marked = *marked || !self.same(row, (other, row));
        }
    }

    /// Whether some number is another one in another column for certain.
    pub(crate) fn is_apart_somewhere(&self, other: &Self) -> bool {
        (0..self.near.len()).any(|row| self.is_apart(row, (other, row)) == Some(true))
    }

    /// Whether the numbers of two records differ; `None` if the binary numbers do not show it.
    fn is_apart(&self, row: usize, (other, at): (&Self, usize)) -> Option<bool> {
        let (a, b) = (self.near[row], other.near[at]);
        if a.is_nan() || b.is_nan() {
            return Some(a.is_nan() != b.is_nan());
        }
        let off = (self.error[row] + other.error[at]) * 1.000_000_1;
        ((a - b).abs() > off).then_some(true)
    }

    /// Whether a record has the same number as another one.
    pub(crate) fn same(&self, row: usize, (other, at): (&Self, usize)) -> bool {
        match self.is_apart(row, (other, at)) {
            Some(apart) => !apart,
            None => self.shares_origin(row, (other, at)) || self.number(row) == other.number(at),
        }
    }
}
