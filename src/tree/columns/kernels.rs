//! Calculations for a block of records at once, over columns of facts.
//!
//! Each operation is done for all records of a block before the next; what comes out for a record
//! is what [`Expression::evaluate`] gives for it, to the last bit.

use crate::tree::columns::block::{BLOCK, Bytes, mask};
use std::collections::BTreeMap;

use crate::model::fact::{Column, NO_WHOLE, NO_WIDE, Value};
use crate::tree::arithmetic::{
    Binary, Comparison, Unary, as_float, compare_exactly, compare_numbers, numbers,
};
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
    Float(f64),
    Column(&'a Column, Kind),
    Unary(Unary, Plan),
    Binary(Binary, Plan, Plan),
}

/// The values of a block.
pub(crate) struct Lanes {
    kind: Kind,
    /// Whole numbers and days.
    whole: [i64; BLOCK],
    float: [f64; BLOCK],
    /// How it stands with each.
    pub(crate) state: Bytes,
}

/// A value is known.
pub(crate) const KNOWN: u8 = 0;
/// A fact in it is missing.
pub(crate) const MISSING: u8 = 1;
/// The calculation cannot be done.
pub(crate) const FAILED: u8 = 2;

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
                Value::Number(number) => Step::Float(*number),
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

    /// The answers of a comparison: 255 for yes in one, 255 for open in the other.
    pub(crate) fn compare(
        &self,
        (left, comparison, right): (Plan, Comparison, Plan),
        start: usize,
        room: &mut Calculated,
        (yes, open): (&mut Bytes, &mut Bytes),
    ) {
        self.calculate(left, start, room);
        self.calculate(right, start, room);
        let (left, right) = (room.of(left), room.of(right));
        if left.kind == Kind::Number || right.kind == Kind::Number {
            for (index, yes) in yes.iter_mut().enumerate() {
                *yes = mask(compare_numbers(
                    comparison,
                    left.number(index),
                    right.number(index),
                ));
            }
        } else {
            for (yes, (left, right)) in yes.iter_mut().zip(left.whole.iter().zip(&right.whole)) {
                *yes = mask(compare_exactly(comparison, left, right));
            }
        }
        // A calculation that fails answers no.
        for ((yes, open), (left, right)) in yes
            .iter_mut()
            .zip(open)
            .zip(left.state.iter().zip(&right.state))
        {
            let state = first(*left, *right);
            *open = mask(state == MISSING);
            *yes &= mask(state == KNOWN);
        }
    }

    /// Whether it can be done: 255 for yes in one, 255 for open in the other.
    pub(crate) fn succeeds(
        &self,
        plan: Plan,
        start: usize,
        room: &mut Calculated,
        (yes, open): (&mut Bytes, &mut Bytes),
    ) {
        let lanes = self.run(plan, start, room);
        for ((yes, open), state) in yes.iter_mut().zip(open).zip(&lanes.state) {
            (*yes, *open) = (mask(*state == KNOWN), mask(*state == MISSING));
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
            Step::Float(value) => {
                lanes.kind = Kind::Number;
                lanes.float.fill(*value);
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
        Column::Whole(_) | Column::Days(_) | Column::Wide(_) | Column::Floats(_)
    );
    (plain && column.len() > 0).then_some(Step::Column(column, kind))
}

impl Default for Lanes {
    fn default() -> Self {
        Self {
            kind: Kind::Integer,
            whole: [0; BLOCK],
            float: [0.0; BLOCK],
            state: [MISSING; BLOCK],
        }
    }
}

impl Lanes {
    /// A value that is known.
    pub(crate) fn value(&self, index: usize) -> Option<Value> {
        match self.kind {
            Kind::Number => Some(Value::Number(self.float[index])),
            Kind::Date => crate::model::fact::Date::from_days(self.whole[index]).map(Value::Date),
            _ => Some(Value::Integer(self.whole[index])),
        }
    }

    /// Whether they are numbers with a fraction.
    pub(crate) fn is_number(&self) -> bool {
        self.kind == Kind::Number
    }

    /// A value as a number with a fraction.
    pub(crate) fn number(&self, index: usize) -> f64 {
        if self.kind == Kind::Number {
            self.float[index]
        } else {
            as_float(self.whole[index])
        }
    }

    fn copy(&mut self, other: &Self) {
        self.kind = other.kind;
        self.state = other.state;
        if other.kind == Kind::Number {
            self.float = other.float;
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
                for ((to, state), value) in self
                    .float
                    .iter_mut()
                    .zip(&mut self.state)
                    .zip(&values[start..])
                {
                    (*to, *state) = (*value, u8::from(value.is_nan()));
                }
            }
            Column::Few(..) | Column::Texts(..) | Column::Any(_) => {
                unreachable!("a plan is about numbers and days")
            }
        }
    }

    fn unary(&mut self, operation: Unary) {
        let float = |lanes: &mut Self, work: fn(f64) -> f64| {
            lanes.float.iter_mut().for_each(|x| *x = work(*x));
        };
        match (operation, self.kind) {
            (Unary::Negate, Kind::Number) => float(self, |x| -x),
            (Unary::Abs, Kind::Number) => float(self, f64::abs),
            (Unary::Floor, Kind::Number) => float(self, f64::floor),
            (Unary::Ceiling, Kind::Number) => float(self, f64::ceil),
            (Unary::Round, Kind::Number) => float(self, f64::round),
            (Unary::ToNumber, Kind::Integer) => {
                self.float
                    .iter_mut()
                    .zip(&self.whole)
                    .for_each(|(to, from)| *to = as_float(*from));
                self.kind = Kind::Number;
            }
            (Unary::ToInteger, Kind::Number) | (Unary::Negate | Unary::Abs, _) => {
                for index in 0..BLOCK {
                    if self.state[index] == KNOWN {
                        self.one(index, |value| arithmetic::unary(operation, value));
                    }
                }
                self.kind = Kind::Integer;
            }
            _ => {}
        }
    }

    /// One value by itself, whole afterwards.
    fn one(&mut self, index: usize, work: impl Fn(&Value) -> Result<Value, arithmetic::Trouble>) {
        let Some(value) = self.value(index) else {
            return;
        };
        match work(&value).ok().as_ref().and_then(key_of) {
            Some(key) => self.whole[index] = key,
            None => self.state[index] = FAILED,
        }
    }

    fn binary(&mut self, operation: Binary, right: &Self) {
        for (state, right) in self.state.iter_mut().zip(&right.state) {
            *state = first(*state, *right);
        }
        match (self.kind, right.kind) {
            (Kind::Date, _) | (_, Kind::Date) => self.dates(operation, right),
            (Kind::Number, _) | (_, Kind::Number) => self.floats(operation, right),
            _ => self.integers(operation, right),
        }
    }

    fn floats(&mut self, operation: Binary, right: &Self) {
        if self.kind != Kind::Number {
            self.float
                .iter_mut()
                .zip(&self.whole)
                .for_each(|(to, from)| *to = as_float(*from));
            self.kind = Kind::Number;
        }
        if matches!(operation, Binary::Divide | Binary::Remainder) {
            for (index, state) in self.state.iter_mut().enumerate() {
                *state = first(
                    *state,
                    if right.number(index) == 0.0 {
                        FAILED
                    } else {
                        KNOWN
                    },
                );
            }
        }
        let whole = right.kind != Kind::Number;
        let with = |left: &mut [f64; BLOCK], work: fn(f64, f64) -> f64| {
            if whole {
                left.iter_mut()
                    .zip(&right.whole)
                    .for_each(|(x, y)| *x = work(*x, as_float(*y)));
            } else {
                left.iter_mut()
                    .zip(&right.float)
                    .for_each(|(x, y)| *x = work(*x, *y));
            }
        };
        match operation {
            Binary::Add => with(&mut self.float, |x, y| x + y),
            Binary::Subtract => with(&mut self.float, |x, y| x - y),
            Binary::Multiply => with(&mut self.float, |x, y| x * y),
            Binary::Divide => with(&mut self.float, |x, y| x / y),
            _ => {
                for index in 0..BLOCK {
                    self.float[index] = numbers(operation, self.float[index], right.number(index));
                }
            }
        }
    }

    fn integers(&mut self, operation: Binary, right: &Self) {
        let pairs = self.whole.iter_mut().zip(&mut self.state).zip(&right.whole);
        for ((left, state), right) in pairs {
            match arithmetic::integers(operation, *left, *right) {
                Ok(value) => *left = value,
                Err(_) => *state = first(*state, FAILED),
            }
        }
    }

    fn dates(&mut self, operation: Binary, right: &Self) {
        let kind = if operation == Binary::Subtract && self.kind == right.kind {
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

/// Of two states the one that counts: what stands on the left is worked out first.
fn first(left: u8, right: u8) -> u8 {
    if left == KNOWN { right } else { left }
}
