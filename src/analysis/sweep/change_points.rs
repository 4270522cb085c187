//! Where a jurisdiction may change as a parameter moves: the values of the parameter at which a
//! test of some tree changes its answer for it.
//!
//! For `j.population >= params.least` and a town of 48 that is 48. A comparison that is a sum of
//! the parameter and known values has one such value, exactly (`Linear`); for others, the values
//! are found by halving, between two neighbouring binary numbers. If a missing fact is beside the
//! parameter, the values are those that it is compared with elsewhere, and the ends of its range;
//! if that is not all there is to the test, the jurisdiction is *unsure*.
//!
//! INVARIANT: between two points of a jurisdiction that is not unsure, its result does not change.

use std::collections::BTreeSet;

use crate::model::fact::{FactType, Number, Value};
use crate::model::typed_indexes::FactIndex;
use crate::model::typed_indexes::RecordIndex;
use crate::tree::{
    Comparison, Domain, Expression, FactRef, FactTable, Limits, Test, Tree, number_of,
};
use crate::tree::{exact_thresholds, line_ends};

/// The values at which the result of a jurisdiction may change.
#[derive(Clone, Debug, Default)]
pub(crate) struct Points {
    pub(crate) list: BTreeSet<Number>,
    /// Whether there may be others.
    pub(crate) unsure: bool,
    /// Whether there are others, more than can be looked at.
    pub(crate) too_many: bool,
    /// Points of the list that lie between two neighbouring binary numbers and are not exact.
    pub(crate) near: BTreeSet<Number>,
    /// Whether a missing fact is beside the parameter, so that points depend on other tests of it.
    pub(crate) is_mixed: bool,
}

impl Points {
    /// The points between two values, both included.
    pub(crate) fn within(mut self, (low, high): &(Number, Number)) -> Self {
        let inside = |point: &Number| low <= point && point <= high;
        self.list.retain(inside);
        self.near.retain(inside);
        self
    }
}

/// Rounds of a sweep that a point takes: results before and after it are found, and kept meanwhile.
const ROUNDS_OF_A_POINT: usize = 20;

/// The tests about a parameter, and those that missing facts connect with it.
pub(crate) struct Tests<'a> {
    fact: &'a FactRef,
    of_it: Vec<&'a Test>,
    others: Vec<&'a Test>,
    limits: Limits,
}

impl<'a> Tests<'a> {
    pub(crate) fn new(trees: &[&'a Tree], fact: &'a FactRef, limits: Limits) -> Self {
        let all: BTreeSet<&Test> = trees
            .iter()
            .flat_map(|tree| tree.tests().map(|asked| &asked.test))
            .collect();
        let (of_it, others) = all.into_iter().partition(|test| test.asks_about(fact));
        Self {
            fact,
            of_it,
            others,
            limits,
        }
    }

    /// Whether nothing asks about the parameter.
    pub(crate) fn is_empty(&self) -> bool {
        self.of_it.is_empty()
    }

    /// Whether some test asks about the parameter and about one of these facts.
    pub(crate) fn ask_also_for(&self, facts: &BTreeSet<FactIndex>) -> bool {
        let is_one = |fact: &&FactRef| fact.steps().iter().any(|step| facts.contains(&step.fact));
        let others = |test: &&Test| {
            test.facts()
                .into_iter()
                .any(|one| one != self.fact && is_one(&one))
        };
        self.of_it.iter().any(others)
    }

    /// The points of a record between two values, both included.
    pub(crate) fn points(
        &self,
        facts: &FactTable,
        record: RecordIndex,
        within: &(Number, Number),
    ) -> Points {
        let mut points = Points::default();
        for test in &self.of_it {
            let Err(open) = facts.answer(record, test) else {
                continue;
            };
            if open.facts().iter().all(|fact| *fact == self.fact) {
                self.of_test(&open, &mut points);
            } else {
                points.is_mixed = true;
                self.mixed(&open, facts, record, within, &mut points);
            }
        }
        points.within(within)
    }

    /// Adds the points of a test about the parameter alone.
    fn of_test(&self, test: &Test, points: &mut Points) {
        if let Some(at) = exact_thresholds(test, self.fact) {
            points.list.extend(at);
            return;
        }
        match line_ends(test, self.fact, self.limits.boxes) {
            Some(ends) => {
                // Between whole numbers and between days there is nothing.
                if self.fact.schema.ty == FactType::Number {
                    points.near.extend(ends.iter().cloned());
                }
                points.list.extend(ends);
            }
            None => points.unsure = true,
        }
    }

    /// The points of a test about the parameter and missing facts.
    fn mixed(
        &self,
        test: &Test,
        facts: &FactTable,
        record: RecordIndex,
        within: &(Number, Number),
        points: &mut Points,
    ) {
        let missing: Vec<FactRef> = test
            .facts()
            .into_iter()
            .filter(|fact| *fact != self.fact)
            .cloned()
            .collect();
        let [missing] = missing.as_slice() else {
            points.unsure = true;
            return;
        };
        if plain(test, missing, self.fact).is_none() {
            points.unsure = true;
            return;
        }
        if let Domain::Keys(_) = Domain::of(missing) {
            let range = &missing.schema.range;
            points.list.extend(
                [&range.min, &range.max]
                    .into_iter()
                    .flatten()
                    .flat_map(around),
            );
        }
        // Between two whole numbers only one side of a comparison is a matter of the whole numbers
        // there: the other one, and whether it is the parameter itself, changes at each of them.
        let beside: BTreeSet<Comparison> = self
            .of_it
            .iter()
            .filter_map(|other| facts.answer(record, other).err())
            .filter_map(|open| plain(&open, missing, self.fact))
            .collect();
        let one_side =
            !beside.contains(&Comparison::Equal) && !beside.contains(&Comparison::NotEqual);
        let is_whole = missing.schema.ty != FactType::Number;
        if is_whole && self.fact.schema.ty == FactType::Number && !(one_side && beside.len() == 1) {
            self.whole_numbers(missing, within, facts.records.len(), points);
        }
        for other in self.of_it.iter().chain(&self.others) {
            let Err(open) = facts.answer(record, other) else {
                continue;
            };
            if !open.asks_about(missing) || plain(&open, missing, self.fact).is_some() {
                continue;
            }
            match &open {
                Test::Compare(left, _, right)
                    if is_fact(left, missing) && right.constant().is_some() =>
                {
                    points
                        .list
                        .extend(right.constant().into_iter().flat_map(around));
                }
                Test::Known(..) => {}
                _ => points.unsure = true,
            }
        }
    }

    /// All whole numbers that a missing fact may be, between two values; an error if all records
    /// together would have more than can be looked at.
    fn whole_numbers(
        &self,
        missing: &FactRef,
        within: &(Number, Number),
        records: usize,
        points: &mut Points,
    ) {
        let range = &missing.schema.range;
        let end = |end: &Option<Value>| end.as_ref().and_then(on_line);
        let low = end(&range.min).map_or_else(|| within.0.clone(), |min| min.max(within.0.clone()));
        let high =
            end(&range.max).map_or_else(|| within.1.clone(), |max| max.min(within.1.clone()));
        let (Some(first), Some(last)) = (low.floor().whole(), high.ceiling().whole()) else {
            points.too_many = true;
            return;
        };
        let count = usize::try_from(last.saturating_sub(first)).unwrap_or(0);
        let most = self.limits.rounds / ROUNDS_OF_A_POINT / records.max(1);
        if count > most.min(self.limits.boxes) {
            points.too_many = true;
            return;
        }
        points.list.extend((first..=last).map(Number::from));
    }
}

/// How a test compares a fact with the parameter; `None` if it asks about more.
fn plain(test: &Test, fact: &FactRef, parameter: &FactRef) -> Option<Comparison> {
    match test {
        Test::Compare(left, how, right) if is_fact(left, fact) && is_fact(right, parameter) => {
            Some(*how)
        }
        Test::Compare(left, how, right) if is_fact(left, parameter) && is_fact(right, fact) => {
            Some(how.flipped())
        }
        _ => None,
    }
}

fn is_fact(expression: &Expression, fact: &FactRef) -> bool {
    matches!(expression, Expression::Fact(known) if known == fact)
}

/// A value, and its neighbours if values are whole.
fn around(value: &Value) -> Vec<Number> {
    let Some(at) = on_line(value) else {
        return Vec::new();
    };
    let (below, above) = (at.floor(), at.ceiling());
    vec![
        at.minus(&Number::ONE),
        below,
        at.clone(),
        above,
        at.plus(&Number::ONE),
    ]
}

/// A number, or a day as a number.
pub(crate) fn on_line(value: &Value) -> Option<Number> {
    match value {
        Value::Date(day) => Some(day.days().into()),
        other => Some(number_of(other)?.into_owned()),
    }
}
