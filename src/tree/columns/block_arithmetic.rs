//! Calculations for a block of records at once, over columns of facts.
//!
//! Each operation is done for all records of a block before the next. Whole numbers and days are
//! exact. Of other numbers a binary one near them is calculated, with a bound of how far it is off:
//! a comparison that the bound leaves open is answered from the facts themselves, exactly. This is
//! how exact geometry is done (J. R. Shewchuk, "Adaptive precision floating-point arithmetic",
//! 1997): the bound is only speed, the answer is that of [`Expression::evaluate`].

use std::collections::BTreeMap;

use crate::model::fact::{Column, Value, error_of_near};
use crate::model::typed_indexes::FactIndex;
use crate::tree::columns::block::{BLOCK, BlockBytes, mask};
use crate::tree::columns::record_block_values::{Cells, Rows};
use crate::tree::columns::vectorised_calculation_steps::{
    KNOWN, Lanes, MISSING, UNSURE, answers, first, kind_of_binary, kind_of_unary,
};
use crate::tree::exact_arithmetic::{Binary, Comparison, Unary};
use crate::tree::expression::{Expression, ValueKind};
use crate::tree::fact_table::FactTable;
use crate::tree::key_of;

/// Calculations over own facts of records that are numbers or days, each part of them once.
#[derive(Default)]
pub(crate) struct Plans<'a> {
    steps: Vec<KernelStep<'a>>,
    /// By step: the kind of its result.
    kinds: Vec<ValueKind>,
    known: BTreeMap<Expression, Plan>,
    /// Whole numbers as numbers that may have a fraction.
    as_numbers: BTreeMap<Plan, Plan>,
}

/// A calculation by its number among the plans.
pub(crate) type Plan = usize;

enum KernelStep<'a> {
    Whole(i64, ValueKind),
    Number(f64, f64),
    /// A column of the record's own facts, with its number.
    Column(&'a Column, ValueKind, FactIndex),
    /// An integer as a number that may have a fraction.
    AsNumber(Plan),
    Unary(Unary, Plan),
    Binary(Binary, Plan, Plan),
}

/// The values calculated for a block, by index of the plan.
#[derive(Default)]
pub(crate) struct BlockValues {
    lanes: Vec<Option<Box<Lanes>>>,
    done: Vec<bool>,
}

impl BlockValues {
    /// Drops the values of another block, or of other plans.
    pub(crate) fn begin(&mut self) {
        self.done.fill(false);
    }

    fn of(&self, plan: Plan) -> &Lanes {
        self.lanes[plan].as_ref().expect("it was calculated")
    }
}

impl<'a> Plans<'a> {
    /// Adds a calculation; `None` if it uses anything that columns cannot give.
    pub(crate) fn add(&mut self, expression: &Expression, facts: &'a FactTable) -> Option<Plan> {
        if let Some(known) = self.known.get(expression) {
            return Some(*known);
        }
        let step = match expression {
            Expression::Constant(value) | Expression::Parameter(_, value) => match value {
                // Equal constants share a plan: a whole one must be whole in each.
                Value::Number(number) => {
                    if let Some(whole) = number.whole() {
                        KernelStep::Whole(whole, ValueKind::Integer)
                    } else {
                        let near = number.near();
                        let (low, high) = number.around();
                        let error = if low < high { error_of_near(near) } else { 0.0 };
                        KernelStep::Number(near, error)
                    }
                }
                Value::Integer(_) | Value::Date(_) => {
                    KernelStep::Whole(key_of(value)?, ValueKind::of_value(value))
                }
                _ => return None,
            },
            Expression::Derived(fact, inner) => match facts.own_column(fact) {
                Some(column) => column_step(column, expression.kind(), facts.own_slot(fact)?)?,
                None => return self.add(inner, facts),
            },
            Expression::Fact(fact) => {
                let slot = facts.own_slot(fact)?;
                column_step(facts.column(slot)?, expression.kind(), slot)?
            }
            Expression::Unary(operation, inner) => {
                KernelStep::Unary(*operation, self.add(inner, facts)?)
            }
            Expression::Binary(operation, left, right) => {
                let (mut left, mut right) = (self.add(left, facts)?, self.add(right, facts)?);
                if kind_of_binary(*operation, self.kinds[left], self.kinds[right])
                    == ValueKind::Number
                {
                    (left, right) = (self.as_number(left), self.as_number(right));
                }
                KernelStep::Binary(*operation, left, right)
            }
        };
        let plan = self.push(step);
        self.known.insert(expression.clone(), plan);
        Some(plan)
    }

    fn push(&mut self, step: KernelStep<'a>) -> Plan {
        self.kinds.push(match &step {
            KernelStep::Whole(_, kind) | KernelStep::Column(_, kind, _) => *kind,
            KernelStep::Number(..) | KernelStep::AsNumber(_) => ValueKind::Number,
            KernelStep::Unary(operation, inner) => kind_of_unary(*operation, self.kinds[*inner]),
            KernelStep::Binary(operation, left, right) => {
                kind_of_binary(*operation, self.kinds[*left], self.kinds[*right])
            }
        });
        self.steps.push(step);
        self.steps.len() - 1
    }

    fn as_number(&mut self, plan: Plan) -> Plan {
        if self.kinds[plan] == ValueKind::Number {
            return plan;
        }
        if let Some(known) = self.as_numbers.get(&plan) {
            return *known;
        }
        let number = self.push(KernelStep::AsNumber(plan));
        self.as_numbers.insert(plan, number);
        number
    }

    /// Takes in two that are compared: both whole or days, or both numbers that may have a
    /// fraction.
    pub(crate) fn add_both(
        &mut self,
        (left, right): (&Expression, &Expression),
        facts: &'a FactTable,
    ) -> Option<(Plan, Plan)> {
        let (left, right) = (self.add(left, facts)?, self.add(right, facts)?);
        let numbers = [left, right].map(|plan| self.kinds[plan] == ValueKind::Number);
        if numbers.contains(&true) {
            return Some((self.as_number(left), self.as_number(right)));
        }
        Some((left, right))
    }

    /// The values for some records.
    pub(crate) fn run<'s>(
        &self,
        plan: Plan,
        rows: Rows<'_>,
        room: &'s mut BlockValues,
    ) -> &'s Lanes {
        self.calculate(plan, rows, room);
        room.of(plan)
    }

    /// The answers of a comparison: 255 for yes in one, 255 for open in the other. `one` answers
    /// for a single place in the block, exactly; it is called for places that are not 0 in `here`.
    pub(crate) fn compare(
        &self,
        (left, comparison, right): (Plan, Comparison, Plan),
        rows: Rows<'_>,
        room: &mut BlockValues,
        (yes, open): (&mut BlockBytes, &mut BlockBytes),
        (here, one): (&BlockBytes, &dyn Fn(usize) -> u8),
    ) {
        self.calculate(left, rows, room);
        self.calculate(right, rows, room);
        let (left, right) = (room.of(left), room.of(right));
        let mut unsure = [0_u8; BLOCK];
        if left.kind == ValueKind::Number {
            for (index, unsure) in unsure.iter_mut().enumerate() {
                let apart = (left.near[index] - right.near[index]).abs();
                let off = (left.error[index] + right.error[index]) * 1.000_000_1;
                *unsure = mask(!(apart > off || off == 0.0));
            }
            answers(comparison, &left.near, &right.near, yes);
        } else {
            answers(comparison, &left.whole, &right.whole, yes);
        }
        let mut asks = 0;
        for index in 0..BLOCK {
            let state = first(left.state[index], right.state[index]);
            let known = mask(state == KNOWN);
            unsure[index] = here[index] & ((unsure[index] & known) | mask(state == UNSURE));
            asks |= unsure[index];
            open[index] = mask(state == MISSING);
            // A calculation that fails answers no.
            yes[index] &= known;
        }
        if asks != 0 {
            for index in (0..BLOCK).filter(|index| unsure[*index] != 0) {
                let answer = one(index);
                (yes[index], open[index]) = (mask(answer == 1), mask(answer > 1));
            }
        }
    }

    /// Whether it can be done: 255 for yes in one, 255 for open in the other. `one` as above.
    pub(crate) fn succeeds(
        &self,
        plan: Plan,
        rows: Rows<'_>,
        room: &mut BlockValues,
        (yes, open): (&mut BlockBytes, &mut BlockBytes),
        (here, one): (&BlockBytes, &dyn Fn(usize) -> u8),
    ) {
        let lanes = self.run(plan, rows, room);
        for index in 0..BLOCK {
            let state = lanes.state[index];
            (yes[index], open[index]) = (mask(state == KNOWN), mask(state == MISSING));
            if state == UNSURE && here[index] != 0 {
                let answer = one(index);
                (yes[index], open[index]) = (mask(answer == 1), mask(answer > 1));
            }
        }
    }

    fn calculate(&self, plan: Plan, rows: Rows<'_>, room: &mut BlockValues) {
        let count = room.done.len().max(self.steps.len());
        room.done.resize(count, false);
        room.lanes.resize_with(count, || None);
        // The inputs of a step have lower indexes.
        if room.done[plan] {
            return;
        }
        match &self.steps[plan] {
            KernelStep::Unary(_, inner) | KernelStep::AsNumber(inner) => {
                self.calculate(*inner, rows, room);
            }
            KernelStep::Binary(_, left, right) => {
                self.calculate(*left, rows, room);
                self.calculate(*right, rows, room);
            }
            _ => {}
        }
        let mut lanes = room.lanes[plan].take().unwrap_or_default();
        match &self.steps[plan] {
            KernelStep::Whole(value, kind) => lanes.fill_whole(*value, *kind),
            KernelStep::Number(value, error) => lanes.fill_number(*value, *error),
            KernelStep::Column(column, kind, slot) => match rows {
                Rows::From(start) => lanes.load(&Cells::of(column, start), *kind),
                Rows::Filled(filled) => lanes.load(&filled.cells(*slot), *kind),
            },
            KernelStep::AsNumber(inner) => lanes.as_number(room.of(*inner)),
            KernelStep::Unary(operation, inner) => lanes.unary(*operation, room.of(*inner)),
            KernelStep::Binary(operation, left, right) => {
                lanes.binary(*operation, room.of(*left), room.of(*right));
            }
        }
        debug_assert!(lanes.kind == self.kinds[plan]);
        room.lanes[plan] = Some(lanes);
        room.done[plan] = true;
    }
}

fn column_step(column: &Column, kind: ValueKind, slot: FactIndex) -> Option<KernelStep<'_>> {
    let plain = matches!(
        column,
        Column::Whole(_)
            | Column::Days(_)
            | Column::Wide(_)
            | Column::Floats(_)
            | Column::Numbers(_)
            | Column::Calculated(_)
    );
    (plain && column.len() > 0).then_some(KernelStep::Column(column, kind, slot))
}
