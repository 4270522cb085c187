//! The values of one step of a calculation, for a block of records.
//!
//! Sums, products and quotients are calculated without a branch for single values, so that the
//! compiler vectorises them: first all values with their errors, then the state of each.

use crate::model::fact::{
    LEAST, NO_WHOLE, NO_WIDE, ROUNDING, Value, error_of_near, error_of_stated, is_whole,
};
use crate::tree::columns::block::{BLOCK, BlockBytes, mask};
use crate::tree::columns::record_block_values::Cells;
use crate::tree::exact_arithmetic::{Binary, Comparison, Unary};
use crate::tree::expression::ValueKind;
use crate::tree::{exact_arithmetic, key_of};

/// The values of a block.
pub(crate) struct Lanes {
    pub(super) kind: ValueKind,
    /// Whole numbers and days.
    pub(super) whole: [i64; BLOCK],
    pub(super) near: [f64; BLOCK],
    /// The largest error of each number.
    pub(super) error: [f64; BLOCK],
    /// The state of each number.
    pub(crate) state: BlockBytes,
}

/// A value is known.
pub(crate) const KNOWN: u8 = 0;
/// A fact in it is missing.
pub(crate) const MISSING: u8 = 1;
/// Only the exact calculation can decide.
pub(crate) const UNSURE: u8 = 2;

/// The kind of the result of a unary operation here.
pub(super) fn kind_of_unary(operation: Unary, operand: ValueKind) -> ValueKind {
    match operation {
        Unary::ToNumber if operand == ValueKind::Integer => ValueKind::Number,
        Unary::ToInteger | Unary::Year | Unary::Month | Unary::Day => ValueKind::Integer,
        _ => operand,
    }
}

/// The kind of the result of a binary operation here.
pub(super) fn kind_of_binary(operation: Binary, left: ValueKind, right: ValueKind) -> ValueKind {
    let of_days = matches!(
        operation,
        Binary::Subtract | Binary::MonthsBetween | Binary::Age
    );
    match (left, right) {
        (ValueKind::Date, ValueKind::Date) if of_days => ValueKind::Integer,
        (ValueKind::Date, _) | (_, ValueKind::Date) => ValueKind::Date,
        (ValueKind::Number, _) | (_, ValueKind::Number) => ValueKind::Number,
        _ if operation == Binary::Divide => ValueKind::Number,
        _ => ValueKind::Integer,
    }
}

/// Compares each with each: 255 for yes.
pub(super) fn answers<T: PartialOrd + Copy>(
    comparison: Comparison,
    left: &[T; BLOCK],
    right: &[T; BLOCK],
    yes: &mut BlockBytes,
) {
    let mut each = |is: fn(&T, &T) -> bool| {
        for (yes, (left, right)) in yes.iter_mut().zip(left.iter().zip(right)) {
            *yes = mask(is(left, right));
        }
    };
    match comparison {
        Comparison::Equal => each(|a, b| a == b),
        Comparison::NotEqual => each(|a, b| a != b),
        Comparison::Less => each(|a, b| a < b),
        Comparison::LessOrEqual => each(|a, b| a <= b),
        Comparison::Greater => each(|a, b| a > b),
        Comparison::GreaterOrEqual => each(|a, b| a >= b),
    }
}

impl Default for Lanes {
    fn default() -> Self {
        Self {
            kind: ValueKind::Integer,
            whole: [0; BLOCK],
            near: [0.0; BLOCK],
            error: [0.0; BLOCK],
            state: [MISSING; BLOCK],
        }
    }
}

impl Lanes {
    /// A value that is known, of a whole number or a day.
    pub(crate) fn value(&self, index: usize) -> Option<Value> {
        match self.kind {
            ValueKind::Number => None,
            ValueKind::Date => {
                crate::model::fact::Date::from_days(self.whole[index]).map(Value::Date)
            }
            _ => Some(Value::Integer(self.whole[index])),
        }
    }

    /// Numbers that may have a fraction: those near them, and how far off each may be.
    pub(crate) fn nears(&self) -> Option<(&[f64; BLOCK], &[f64; BLOCK])> {
        (self.kind == ValueKind::Number).then_some((&self.near, &self.error))
    }

    pub(super) fn fill_whole(&mut self, value: i64, kind: ValueKind) {
        self.kind = kind;
        self.whole.fill(value);
        self.state.fill(KNOWN);
    }

    pub(super) fn fill_number(&mut self, value: f64, error: f64) {
        self.kind = ValueKind::Number;
        self.near.fill(value);
        self.error.fill(error);
        self.state.fill(KNOWN);
    }

    fn copy(&mut self, other: &Self) {
        self.kind = other.kind;
        self.state = other.state;
        if other.kind == ValueKind::Number {
            self.near = other.near;
            self.error = other.error;
        } else {
            self.whole = other.whole;
        }
    }

    pub(super) fn load(&mut self, cells: &Cells<'_>, kind: ValueKind) {
        self.kind = kind;
        self.state.fill(MISSING);
        let whole = self.whole.iter_mut().zip(&mut self.state);
        match cells {
            Cells::Whole(values) => {
                for ((to, state), value) in whole.zip(*values) {
                    (*to, *state) = (i64::from(*value), u8::from(*value == NO_WHOLE));
                }
            }
            Cells::Wide(values) => {
                for ((to, state), value) in whole.zip(*values) {
                    (*to, *state) = (*value, u8::from(*value == NO_WIDE));
                }
            }
            Cells::Floats(values) => {
                for (index, value) in values.iter().take(BLOCK).enumerate() {
                    self.near[index] = *value;
                    self.error[index] = error_of_stated(*value);
                    self.state[index] = u8::from(value.is_nan());
                }
            }
            Cells::Numbers(values) => {
                for (index, value) in values.iter().take(BLOCK).enumerate() {
                    if let Some(value) = value {
                        self.near[index] = value.near();
                        self.error[index] = error_of_near(self.near[index]);
                        self.state[index] = KNOWN;
                    }
                }
            }
            Cells::Near(near, error) => {
                for (index, (near, error)) in near.iter().zip(*error).take(BLOCK).enumerate() {
                    (self.near[index], self.error[index]) = (*near, *error);
                    self.state[index] = u8::from(near.is_nan());
                }
            }
            // A plan is about numbers and days.
            Cells::Codes(_) | Cells::Texts(_) | Cells::Other => {}
        }
    }

    pub(super) fn unary(&mut self, operation: Unary, inner: &Self) {
        if operation == Unary::ToNumber && inner.kind == ValueKind::Integer {
            return self.as_number(inner);
        }
        self.copy(inner);
        match (operation, self.kind) {
            (Unary::Negate, ValueKind::Number) => self.near.iter_mut().for_each(|x| *x = -*x),
            (Unary::Abs, ValueKind::Number) => self.near.iter_mut().for_each(|x| *x = x.abs()),
            (Unary::Floor, ValueKind::Number) => self.become_whole(f64::floor),
            (Unary::Ceiling, ValueKind::Number) => self.become_whole(f64::ceil),
            (Unary::Round, ValueKind::Number) => self.become_whole(f64::round),
            (Unary::RoundEven, ValueKind::Number) => self.become_whole(f64::round_ties_even),
            // The result is an integer, and how it is found depends on the value.
            (Unary::ToInteger, ValueKind::Number) => self.become_unsure(),
            (operation, _)
                if operation.is_of_dates() || matches!(operation, Unary::Negate | Unary::Abs) =>
            {
                for index in 0..BLOCK {
                    if self.state[index] == KNOWN {
                        self.one(index, |value| exact_arithmetic::unary(operation, value));
                    }
                }
            }
            _ => {}
        }
        self.kind = kind_of_unary(operation, inner.kind);
    }

    /// Rounds numbers to integers if the whole error range rounds to the same one.
    fn become_whole(&mut self, work: fn(f64) -> f64) {
        for index in 0..BLOCK {
            let (near, error) = (self.near[index], self.error[index]);
            // The ends are rounded outwards too, so that none of them falls on an integer.
            let (low, high) = if error > 0.0 {
                ((near - error).next_down(), (near + error).next_up())
            } else {
                (near, near)
            };
            let (low, high) = (work(low), work(high));
            if low < high || low.abs() >= 9e15 || low.is_nan() {
                self.state[index] = first(self.state[index], UNSURE);
            }
            (self.near[index], self.error[index]) = (low, 0.0);
        }
    }

    fn become_unsure(&mut self) {
        for state in &mut self.state {
            *state = first(*state, UNSURE);
        }
    }

    /// Whole numbers as such that may have a fraction.
    #[expect(clippy::cast_precision_loss, reason = "how much is lost is counted")]
    pub(super) fn as_number(&mut self, whole: &Self) {
        self.kind = ValueKind::Number;
        self.state = whole.state;
        for (near, whole) in self.near.iter_mut().zip(&whole.whole) {
            *near = *whole as f64;
        }
        for (error, whole) in self.error.iter_mut().zip(&whole.whole) {
            *error = error_of_whole(*whole);
        }
    }

    /// One value by itself, whole afterwards.
    fn one(
        &mut self,
        index: usize,
        work: impl Fn(&Value) -> Result<Value, exact_arithmetic::Trouble>,
    ) {
        let value = self.value(index);
        let found = value.and_then(|value| work(&value).ok());
        match found.as_ref().and_then(key_of) {
            Some(key) => self.whole[index] = key,
            // It may be one that does not fit.
            None => self.state[index] = UNSURE,
        }
    }

    pub(super) fn binary(&mut self, operation: Binary, left: &Self, right: &Self) {
        match kind_of_binary(operation, left.kind, right.kind) {
            ValueKind::Number => self.numbers(operation, left, right),
            _ if left.kind == ValueKind::Date || right.kind == ValueKind::Date => {
                self.dates(operation, left, right);
            }
            _ => self.integers(operation, left, right),
        }
    }

    fn states(&mut self, left: &Self, right: &Self) {
        let states = left.state.iter().zip(&right.state);
        for (state, (left, right)) in self.state.iter_mut().zip(states) {
            *state = first(*left, *right);
        }
    }

    fn numbers(&mut self, operation: Binary, left: &Self, right: &Self) {
        self.kind = ValueKind::Number;
        self.states(left, right);
        match operation {
            Binary::Remainder | Binary::Power => self.become_unsure(),
            Binary::Add => self.each::<true>(left, right, |x, y, a, b| (x + y, a + b)),
            Binary::Subtract => self.each::<true>(left, right, |x, y, a, b| (x - y, a + b)),
            Binary::Multiply => self.each::<true>(left, right, |x, y, a, b| {
                (x * y, x.abs() * b + y.abs() * a + a * b)
            }),
            Binary::Divide => self.each::<false>(left, right, |x, y, a, b| {
                let (value, least) = (x / y, y.abs() - b);
                let error = (a + value.abs() * b) / least;
                // A divisor that may be nothing.
                (value, if least > 0.0 { error } else { f64::INFINITY })
            }),
            Binary::Min => self.each::<true>(left, right, |x, y, a, b| (x.min(y), a.max(b))),
            _ => self.each::<true>(left, right, |x, y, a, b| (x.max(y), a.max(b))),
        }
    }

    /// Calculates each number and its error. `EVEN`: it comes out exactly on whole numbers that
    /// stay small.
    fn each<const EVEN: bool>(
        &mut self,
        left: &Self,
        right: &Self,
        work: impl Fn(f64, f64, f64, f64) -> (f64, f64),
    ) {
        for index in 0..BLOCK {
            let (x, y) = (left.near[index], right.near[index]);
            let (a, b) = (left.error[index], right.error[index]);
            let (value, error) = work(x, y, a, b);
            let even = EVEN && ((a + b == 0.0) & is_whole(x) & is_whole(y) & is_whole(value));
            let rounded = (error + value.abs() * ROUNDING) * 1.000_000_1 + LEAST;
            self.near[index] = value;
            self.error[index] = if even { 0.0 } else { rounded };
        }
        let found = self.near.iter().zip(&self.error);
        for (state, (near, error)) in self.state.iter_mut().zip(found) {
            // A NaN is not finite either.
            let sure = (*error < f64::INFINITY) & (near.abs() < f64::INFINITY);
            *state = first(*state, if sure { KNOWN } else { UNSURE });
        }
    }

    fn integers(&mut self, operation: Binary, left: &Self, right: &Self) {
        self.kind = ValueKind::Integer;
        self.states(left, right);
        let pairs = left.whole.iter().zip(&right.whole);
        for ((to, state), (left, right)) in self.whole.iter_mut().zip(&mut self.state).zip(pairs) {
            match exact_arithmetic::integers(operation, *left, *right) {
                Some(value) => *to = value,
                None => *state = first(*state, UNSURE),
            }
        }
    }

    fn dates(&mut self, operation: Binary, left: &Self, right: &Self) {
        self.copy(left);
        self.states(left, right);
        for index in 0..BLOCK {
            if self.state[index] != KNOWN {
                continue;
            }
            match right.value(index) {
                Some(other) => self.one(index, |value| {
                    exact_arithmetic::binary(operation, value, &other)
                }),
                // A number that may have a fraction.
                None => self.state[index] = UNSURE,
            }
        }
        self.kind = kind_of_binary(operation, left.kind, right.kind);
    }
}

/// The error of the binary number of an integer.
fn error_of_whole(whole: i64) -> f64 {
    if whole.unsigned_abs() <= 1 << 53 {
        0.0
    } else {
        1_024.0
    }
}

/// The state that counts: the left side is calculated first.
pub(super) fn first(left: u8, right: u8) -> u8 {
    if left == KNOWN { right } else { left }
}
