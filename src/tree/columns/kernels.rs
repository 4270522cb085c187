//! Calculations for a block of records at once, over columns of facts.
//!
//! Each operation is done for all records of a block before the next. Whole numbers and days are
//! exact. Of other numbers a binary one near them is calculated, with a bound of how far it is off: a
//! comparison that the bound leaves open is answered from the facts themselves, exactly. This is how
//! exact geometry is done (J. R. Shewchuk, "Adaptive precision floating-point arithmetic", 1997): the
//! bound is only speed, the answer is that of [`Expression::evaluate`].

use crate::tree::columns::block::{BLOCK, Bytes, mask};
use std::cmp::Ordering;
use std::collections::BTreeMap;

use crate::model::fact::{
    Column, LEAST, NO_WHOLE, NO_WIDE, ROUNDING, Value, error_of_near, error_of_stated, is_whole,
};
use crate::tree::arithmetic::{Binary, Comparison, Unary, compare_exactly};
use crate::tree::expression::{Expression, Kind};
use crate::tree::facts::Facts;
use crate::tree::{arithmetic, key_of};

/// Calculations over own facts of records that are numbers or days, each part of them once.
#[derive(Default)]
pub(crate) struct Plans<'a> {
    steps: Vec<Step<'a>>,
    known: BTreeMap<Expression, usize>,
}

/// A calculation by its number among the plans.
pub(crate) type Plan = usize;

enum Step<'a> {
    Whole(i64, Kind),
    Number(f64, f64),
    Column(&'a Column, Kind),
    Unary(Unary, Plan),
    Binary(Binary, Plan, Plan),
}

/// The values of a block.
pub(crate) struct Lanes {
    kind: Kind,
    /// Whole numbers and days.
    whole: [i64; BLOCK],
    near: [f64; BLOCK],
    /// How far off a number may be.
    error: [f64; BLOCK],
    /// How it stands with each.
    pub(crate) state: Bytes,
}

/// A value is known.
pub(crate) const KNOWN: u8 = 0;
/// A fact in it is missing.
pub(crate) const MISSING: u8 = 1;
/// The calculation cannot be done.
pub(crate) const FAILED: u8 = 2;
/// Only the exact calculation can tell.
pub(crate) const UNSURE: u8 = 3;

/// What was calculated for a block, by number of the plan.
#[derive(Default)]
pub(crate) struct Calculated {
    lanes: Vec<Option<Box<Lanes>>>,
    done: Vec<bool>,
}

impl Calculated {
    /// Forgets what was calculated for another block, or by other plans.
    pub(crate) fn begin(&mut self) {
        self.done.fill(false);
    }

    fn of(&self, plan: Plan) -> &Lanes {
        self.lanes[plan].as_ref().expect("it was calculated")
    }
}

impl<'a> Plans<'a> {
    /// Takes a calculation in; none for one that is about something else.
    pub(crate) fn add(&mut self, expression: &Expression, facts: &'a Facts) -> Option<Plan> {
        if let Some(known) = self.known.get(expression) {
            return Some(*known);
        }
        let step = match expression {
            Expression::Constant(value) | Expression::Parameter(_, value) => match value {
                Value::Number(number) => {
                    let near = number.near();
                    let (low, high) = number.around();
                    let error = if low < high { error_of_near(near) } else { 0.0 };
                    Step::Number(near, error)
                }
                Value::Integer(_) | Value::Date(_) => {
                    Step::Whole(key_of(value)?, Kind::of_value(value))
                }
                _ => return None,
            },
            Expression::Derived(fact, inner) => match facts.worked_out(fact) {
                Some(column) => column_step(column, expression.kind())?,
                None => return self.add(inner, facts),
            },
            Expression::Fact(fact) => column_step(facts.own_column(fact)?, expression.kind())?,
            Expression::Unary(operation, inner) => Step::Unary(*operation, self.add(inner, facts)?),
            Expression::Binary(operation, left, right) => {
                Step::Binary(*operation, self.add(left, facts)?, self.add(right, facts)?)
            }
        };
        self.steps.push(step);
        self.known.insert(expression.clone(), self.steps.len() - 1);
        Some(self.steps.len() - 1)
    }

    /// The values for the records from `start` on.
    pub(crate) fn run<'s>(&self, plan: Plan, start: usize, room: &'s mut Calculated) -> &'s Lanes {
        self.calculate(plan, start, room);
        room.of(plan)
    }

    /// The answers of a comparison: 255 for yes in one, 255 for open in the other. `one` answers for
    /// a single record, exactly; it is asked for those that are `here` (not 0).
    pub(crate) fn compare(
        &self,
        (left, comparison, right): (Plan, Comparison, Plan),
        start: usize,
        room: &mut Calculated,
        (yes, open): (&mut Bytes, &mut Bytes),
        (here, one): (&Bytes, &dyn Fn(usize) -> u8),
    ) {
        self.calculate(left, start, room);
        self.calculate(right, start, room);
        let (left, right) = (room.of(left), room.of(right));
        let mut unsure = [0_u8; BLOCK];
        if left.kind == Kind::Number || right.kind == Kind::Number {
            for index in 0..BLOCK {
                let (x, y) = (left.number(index), right.number(index));
                let (a, b) = (left.error_of(index), right.error_of(index));
                let off = (a + b) * 1.000_000_1;
                let apart = (x - y).abs() > off;
                let same = off == 0.0;
                unsure[index] = mask(!(apart || same));
                yes[index] =
                    mask(x.partial_cmp(&y).is_some_and(|order| {
                        compare_exactly(comparison, &order, &Ordering::Equal)
                    }));
            }
        } else {
            for (yes, (left, right)) in yes.iter_mut().zip(left.whole.iter().zip(&right.whole)) {
                *yes = mask(compare_exactly(comparison, left, right));
            }
        }
        // A calculation that fails answers no.
        for index in 0..BLOCK {
            let state = first(left.state[index], right.state[index]);
            if here[index] != 0 && (state == UNSURE || (state == KNOWN && unsure[index] != 0)) {
                let answer = one(start + index);
                (yes[index], open[index]) = (mask(answer == 1), mask(answer > 1));
            } else {
                open[index] = mask(state == MISSING);
                yes[index] &= mask(state == KNOWN);
            }
        }
    }

    /// Whether it can be done: 255 for yes in one, 255 for open in the other. `one` as above.
    pub(crate) fn succeeds(
        &self,
        plan: Plan,
        start: usize,
        room: &mut Calculated,
        (yes, open): (&mut Bytes, &mut Bytes),
        (here, one): (&Bytes, &dyn Fn(usize) -> u8),
    ) {
        let lanes = self.run(plan, start, room);
        for index in 0..BLOCK {
            let state = lanes.state[index];
            (yes[index], open[index]) = (mask(state == KNOWN), mask(state == MISSING));
            if state == UNSURE && here[index] != 0 {
                let answer = one(start + index);
                (yes[index], open[index]) = (mask(answer == 1), mask(answer > 1));
            }
        }
    }

    fn calculate(&self, plan: Plan, start: usize, room: &mut Calculated) {
        let count = room.done.len().max(self.steps.len());
        room.done.resize(count, false);
        room.lanes.resize_with(count, || None);
        // What a step is calculated from has a lower number.
        if room.done[plan] {
            return;
        }
        match &self.steps[plan] {
            Step::Unary(_, inner) => self.calculate(*inner, start, room),
            Step::Binary(_, left, right) => {
                self.calculate(*left, start, room);
                self.calculate(*right, start, room);
            }
            _ => {}
        }
        let mut lanes = room.lanes[plan].take().unwrap_or_default();
        match &self.steps[plan] {
            Step::Whole(value, kind) => {
                lanes.kind = *kind;
                lanes.whole.fill(*value);
                lanes.state.fill(KNOWN);
            }
            Step::Number(value, error) => {
                lanes.kind = Kind::Number;
                lanes.near.fill(*value);
                lanes.error.fill(*error);
                lanes.state.fill(KNOWN);
            }
            Step::Column(column, kind) => lanes.load(column, *kind, start),
            Step::Unary(operation, inner) => {
                lanes.copy(room.of(*inner));
                lanes.unary(*operation);
            }
            Step::Binary(operation, left, right) => {
                lanes.copy(room.of(*left));
                lanes.binary(*operation, room.of(*right));
            }
        }
        room.lanes[plan] = Some(lanes);
        room.done[plan] = true;
    }
}

fn column_step(column: &Column, kind: Kind) -> Option<Step<'_>> {
    let plain = matches!(
        column,
        Column::Whole(_)
            | Column::Days(_)
            | Column::Wide(_)
            | Column::Floats(_)
            | Column::Numbers(_)
            | Column::Calculated(_)
    );
    (plain && column.len() > 0).then_some(Step::Column(column, kind))
}

impl Default for Lanes {
    fn default() -> Self {
        Self {
            kind: Kind::Integer,
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
            Kind::Number => None,
            Kind::Date => crate::model::fact::Date::from_days(self.whole[index]).map(Value::Date),
            _ => Some(Value::Integer(self.whole[index])),
        }
    }

    /// A number that may have a fraction: one near it, and how far off that may be.
    pub(crate) fn near(&self, index: usize) -> Option<(f64, f64)> {
        (self.kind == Kind::Number).then(|| (self.near[index], self.error[index]))
    }

    #[expect(clippy::cast_precision_loss, reason = "how much is lost is counted")]
    fn number(&self, index: usize) -> f64 {
        if self.kind == Kind::Number {
            self.near[index]
        } else {
            self.whole[index] as f64
        }
    }

    fn error_of(&self, index: usize) -> f64 {
        if self.kind == Kind::Number {
            self.error[index]
        } else {
            error_of_whole(self.whole[index])
        }
    }

    fn copy(&mut self, other: &Self) {
        self.kind = other.kind;
        self.state = other.state;
        if other.kind == Kind::Number {
            self.near = other.near;
            self.error = other.error;
        } else {
            self.whole = other.whole;
        }
    }

    fn load(&mut self, column: &Column, kind: Kind, start: usize) {
        self.kind = kind;
        self.state.fill(MISSING);
        let whole = self.whole.iter_mut().zip(&mut self.state);
        match column {
            Column::Whole(values) | Column::Days(values) => {
                for ((to, state), value) in whole.zip(&values[start..]) {
                    (*to, *state) = (i64::from(*value), u8::from(*value == NO_WHOLE));
                }
            }
            Column::Wide(values) => {
                for ((to, state), value) in whole.zip(&values[start..]) {
                    (*to, *state) = (*value, u8::from(*value == NO_WIDE));
                }
            }
            Column::Floats(values) => {
                for (index, value) in values[start..].iter().take(BLOCK).enumerate() {
                    self.near[index] = *value;
                    self.error[index] = error_of_stated(*value);
                    self.state[index] = u8::from(value.is_nan());
                }
            }
            Column::Numbers(values) => {
                for (index, value) in values[start..].iter().take(BLOCK).enumerate() {
                    if let Some(value) = value {
                        self.near[index] = value.near();
                        self.error[index] = error_of_near(self.near[index]);
                        self.state[index] = KNOWN;
                    }
                }
            }
            Column::Calculated(values) => {
                let (near, error) = (&values.near[start..], &values.error[start..]);
                for (index, (near, error)) in near.iter().zip(error).take(BLOCK).enumerate() {
                    (self.near[index], self.error[index]) = (*near, *error);
                    self.state[index] = u8::from(near.is_nan());
                }
            }
            Column::Few(..) | Column::Texts(..) | Column::Any(_) => {
                unreachable!("a plan is about numbers and days")
            }
        }
    }

    fn unary(&mut self, operation: Unary) {
        match (operation, self.kind) {
            (Unary::Negate, Kind::Number) => self.near.iter_mut().for_each(|x| *x = -*x),
            (Unary::Abs, Kind::Number) => self.near.iter_mut().for_each(|x| *x = x.abs()),
            (Unary::Floor, Kind::Number) => self.become_whole(f64::floor),
            (Unary::Ceiling, Kind::Number) => self.become_whole(f64::ceil),
            (Unary::Round, Kind::Number) => self.become_whole(f64::round),
            (Unary::RoundEven, Kind::Number) => self.become_whole(f64::round_ties_even),
            (Unary::ToNumber, Kind::Integer) => self.as_numbers(),
            // What comes out is whole, and how it is found depends on where it lies.
            (Unary::ToInteger, Kind::Number) => {
                self.kind = Kind::Integer;
                self.become_unsure();
            }
            (Unary::Year | Unary::Month | Unary::Day, _) => {
                for index in 0..BLOCK {
                    if self.state[index] == KNOWN {
                        self.one(index, |value| arithmetic::unary(operation, value));
                    }
                }
                self.kind = Kind::Integer;
            }
            (Unary::Negate | Unary::Abs, _) => {
                for index in 0..BLOCK {
                    if self.state[index] == KNOWN {
                        self.one(index, |value| arithmetic::unary(operation, value));
                    }
                }
            }
            _ => {}
        }
    }

    /// Numbers as whole ones, where all that they may be comes to the same.
    fn become_whole(&mut self, work: fn(f64) -> f64) {
        for index in 0..BLOCK {
            let (near, error) = (self.near[index], self.error[index]);
            // The ends are rounded as well: outwards, lest one comes to lie on a whole number.
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

    #[expect(clippy::cast_precision_loss, reason = "how much is lost is counted")]
    fn as_numbers(&mut self) {
        if self.kind != Kind::Number {
            for index in 0..BLOCK {
                self.near[index] = self.whole[index] as f64;
                self.error[index] = error_of_whole(self.whole[index]);
            }
            self.kind = Kind::Number;
        }
    }

    /// One value by itself, whole afterwards.
    fn one(&mut self, index: usize, work: impl Fn(&Value) -> Result<Value, arithmetic::Trouble>) {
        let Some(value) = self.value(index) else {
            return;
        };
        match work(&value).ok().as_ref().and_then(key_of) {
            Some(key) => self.whole[index] = key,
            // It may be one that does not fit.
            None => self.state[index] = UNSURE,
        }
    }

    fn binary(&mut self, operation: Binary, right: &Self) {
        for (state, right) in self.state.iter_mut().zip(&right.state) {
            *state = first(*state, *right);
        }
        match (self.kind, right.kind) {
            (Kind::Date, _) | (_, Kind::Date) => self.dates(operation, right),
            (Kind::Number, _) | (_, Kind::Number) => self.numbers(operation, right),
            _ if operation == Binary::Divide => self.numbers(operation, right),
            _ => self.integers(operation, right),
        }
    }

    fn numbers(&mut self, operation: Binary, right: &Self) {
        self.as_numbers();
        if matches!(operation, Binary::Remainder | Binary::Power) {
            return self.become_unsure();
        }
        let mut other = Self::default();
        let right = if right.kind == Kind::Number {
            right
        } else {
            other.copy(right);
            other.as_numbers();
            &other
        };
        match operation {
            Binary::Add => self.each(right, true, |x, y, a, b| (x + y, a + b)),
            Binary::Subtract => self.each(right, true, |x, y, a, b| (x - y, a + b)),
            Binary::Multiply => self.each(right, true, |x, y, a, b| {
                (x * y, x.abs() * b + y.abs() * a + a * b)
            }),
            Binary::Divide => self.each(right, false, |x, y, a, b| {
                let (value, least) = (x / y, y.abs() - b);
                let error = (a + value.abs() * b) / least;
                // A divisor that may be nothing.
                (value, if least > 0.0 { error } else { f64::INFINITY })
            }),
            Binary::Min => self.each(right, true, |x, y, a, b| (x.min(y), a.max(b))),
            _ => self.each(right, true, |x, y, a, b| (x.max(y), a.max(b))),
        }
    }

    /// Calculates each number and its error. `may_be_even`: whether it comes out exactly on whole
    /// numbers that stay small.
    fn each(
        &mut self,
        right: &Self,
        may_be_even: bool,
        work: impl Fn(f64, f64, f64, f64) -> (f64, f64),
    ) {
        for index in 0..BLOCK {
            let (x, y) = (self.near[index], right.near[index]);
            let (a, b) = (self.error[index], right.error[index]);
            let (value, error) = work(x, y, a, b);
            let even = may_be_even && a == 0.0 && b == 0.0 && is_whole(x) && is_whole(y);
            let rounded = (error + value.abs() * ROUNDING) * 1.000_000_1 + LEAST;
            let error = if even && is_whole(value) {
                0.0
            } else {
                rounded
            };
            // What is no number is not finite either.
            let unsure = !(error < f64::INFINITY && value.abs() < f64::INFINITY);
            self.state[index] = first(self.state[index], if unsure { UNSURE } else { KNOWN });
            (self.near[index], self.error[index]) = (value, error);
        }
    }

    fn integers(&mut self, operation: Binary, right: &Self) {
        let pairs = self.whole.iter_mut().zip(&mut self.state).zip(&right.whole);
        for ((left, state), right) in pairs {
            match arithmetic::integers(operation, *left, *right) {
                Some(value) => *left = value,
                None => *state = first(*state, UNSURE),
            }
        }
    }

    fn dates(&mut self, operation: Binary, right: &Self) {
        let of_days = matches!(
            operation,
            Binary::Subtract | Binary::MonthsBetween | Binary::Age
        );
        let kind = if of_days && self.kind == right.kind {
            Kind::Integer
        } else {
            Kind::Date
        };
        for index in 0..BLOCK {
            if self.state[index] == KNOWN
                && let Some(other) = right.value(index)
            {
                self.one(index, |value| arithmetic::binary(operation, value, &other));
            }
        }
        self.kind = kind;
    }
}

/// How far off the binary number of a whole one is.
fn error_of_whole(whole: i64) -> f64 {
    if whole.unsigned_abs() <= 1 << 53 {
        0.0
    } else {
        1_024.0
    }
}

/// Of two states the one that counts: what stands on the left is worked out first.
fn first(left: u8, right: u8) -> u8 {
    if left == KNOWN { right } else { left }
}
