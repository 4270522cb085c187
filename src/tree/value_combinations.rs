//! Tries likely values of some facts together. Bounds show early that no values to come can fit.

use std::collections::BTreeMap;

use crate::base::work_budget::Budget;
use crate::tree::candidate_values::Candidate;
use crate::tree::fact_ref::FactRef;
use crate::tree::predicate::Test;

/// The result of a search. Only `Exhausted` proves that there is nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Sought<T> {
    Found(T),
    /// Everything was looked at.
    Exhausted,
    /// The search ended early.
    GaveUp,
}

/// Values of facts, with their keys.
pub(super) type WitnessValues<'a> = BTreeMap<&'a FactRef, Candidate>;

/// The steps of one search, and their limit.
pub(super) struct SearchSteps {
    pub(super) made: usize,
    budget: Budget,
}

impl SearchSteps {
    pub(super) fn within(budget: Budget) -> Self {
        Self { made: 0, budget }
    }

    /// Counts one more combination; returns whether it is within `most` and the budget.
    pub(super) fn go_on(&mut self, most: usize) -> bool {
        self.made += 1;
        self.made <= most && !self.budget.is_used_up()
    }
}

/// The answer of a test: by bounds, which is quick, or else exactly.
pub(super) fn answered(test: &Test, values: &WitnessValues<'_>) -> bool {
    let point = |fact: &FactRef| {
        let key = values[fact].1.unwrap_or_default();
        (key, key)
    };
    test.decide(&point)
        .unwrap_or_else(|| test.answer(&mut |fact| values[fact].0.clone()))
}

/// Likely values of some facts, to be tried together.
pub(super) struct Combinations<'c, 'a> {
    lists: Vec<(&'a FactRef, Vec<Candidate>)>,
    /// By fact: the tests that can be answered once it and the facts before it have values.
    due: Vec<Vec<(&'c Test, bool)>>,
    /// By fact: the other tests about it.
    begun: Vec<Vec<(&'c Test, bool)>>,
    /// Between which keys the values of each lie.
    hulls: BTreeMap<&'a FactRef, (i64, i64)>,
}

impl<'c, 'a> Combinations<'c, 'a> {
    /// The values of each fact, and the tests about them.
    pub(super) fn new(
        lists: Vec<(&'a FactRef, Vec<Candidate>)>,
        tests: &[&'c (Test, bool)],
    ) -> Self {
        let places: BTreeMap<&FactRef, usize> = lists
            .iter()
            .enumerate()
            .map(|(place, (fact, _))| (*fact, place))
            .collect();
        let mut due: Vec<Vec<(&Test, bool)>> = vec![Vec::new(); lists.len()];
        let mut begun = due.clone();
        for (test, answer) in tests {
            let of_test: Vec<usize> = test.facts().iter().map(|fact| places[*fact]).collect();
            let last = of_test
                .iter()
                .copied()
                .max()
                .expect("an entangled test has facts");
            due[last].push((test, *answer));
            for place in of_test.into_iter().filter(|place| *place != last) {
                begun[place].push((test, *answer));
            }
        }
        let hull = |(fact, values): &(&'a FactRef, Vec<Candidate>)| {
            let keys = values.iter().map(|value| value.1.unwrap_or_default());
            let ends = keys.clone().min().zip(keys.max());
            (*fact, ends.unwrap_or_default())
        };
        let hulls = lists.iter().map(hull).collect();
        Self {
            lists,
            due,
            begun,
            hulls,
        }
    }
}

impl<'a> Combinations<'_, 'a> {
    /// Finds a combination, left in `values`, that gives every test its answer; gives up after
    /// `most` steps.
    pub(super) fn search(
        &self,
        values: &mut WitnessValues<'a>,
        steps: &mut SearchSteps,
        most: usize,
    ) -> Sought<()> {
        let index = values.len();
        let Some((fact, candidates)) = self.lists.get(index) else {
            return Sought::Found(());
        };
        for value in candidates {
            if !steps.go_on(most) {
                return Sought::GaveUp;
            }
            values.insert(fact, value.clone());
            let right = |(test, answer): &(&Test, bool)| answered(test, values) == *answer;
            if self.begun[index]
                .iter()
                .all(|one| self.can_be(*one, values))
                && self.due[index].iter().all(right)
            {
                match self.search(values, steps, most) {
                    Sought::Exhausted => {}
                    ended => return ended,
                }
            }
            values.remove(fact);
        }
        Sought::Exhausted
    }

    /// Whether a test can still have its answer for some values of the open facts, by bounds.
    fn can_be(&self, (test, answer): (&Test, bool), values: &WitnessValues<'a>) -> bool {
        let range = |fact: &FactRef| match values.get(fact) {
            Some(value) => {
                let key = value.1.unwrap_or_default();
                (key, key)
            }
            None => self.hulls[fact],
        };
        test.decide(&range).is_none_or(|given| given == answer)
    }
}
