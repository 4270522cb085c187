//! The tests that records with gaps may leave open: each as a set of values of one fact, or as a
//! sum of integers.

use std::collections::BTreeMap;

use crate::model::fact::FactOrigin;
use crate::model::typed_indexes::FactIndex;
use crate::tree::domain::Domain;
use crate::tree::fact_ref::FactRef;
use crate::tree::fact_table::FactTable;
use crate::tree::integer_sum_inequality::WholeSum;
use crate::tree::predicate::Test;
use crate::tree::search_limits::Limits;
use crate::tree::values_passing_test::truth_of;

/// A test of a tree, as far as records may leave it open.
pub(super) enum Openness {
    /// About one fact: the values for which it says yes.
    Alone(FactRef, Domain),
    /// A sum, with the number of each fact.
    Sum(WholeSum, Vec<FactIndex>),
    Other,
}

/// The tests of a tree, and where answers about single facts change.
pub(super) struct OpenTests {
    pub(super) tests: Vec<Openness>,
    /// By index of the fact: each key whose answer differs from that of the key before.
    ends: BTreeMap<FactIndex, Vec<i64>>,
}

impl OpenTests {
    pub(super) fn of<'a>(
        tests: impl Iterator<Item = &'a Test>,
        facts: &FactTable,
        limits: Limits,
    ) -> Self {
        let tests: Vec<Openness> = tests.map(|test| openness(test, facts, limits)).collect();
        let mut ends: BTreeMap<FactIndex, Vec<i64>> = BTreeMap::new();
        let mut note = |fact: &FactRef, keys: &Domain| {
            if let (Some(slot), Domain::Keys(keys)) = (facts.own_slot(fact), keys) {
                let both = keys
                    .ranges()
                    .iter()
                    .flat_map(|(from, to)| [Some(*from), *to]);
                ends.entry(slot).or_default().extend(both.flatten());
            }
        };
        for test in &tests {
            match test {
                Openness::Alone(fact, yes) => note(fact, yes),
                Openness::Sum(sum, _) => {
                    for (fact, _) in &sum.terms {
                        note(fact, &Domain::of(fact));
                    }
                }
                Openness::Other => {}
            }
        }
        for ends in ends.values_mut() {
            ends.sort_unstable();
            ends.dedup();
        }
        Self { tests, ends }
    }

    /// The position of a value among the ends of a fact, as a byte of a shape; `None` if there are
    /// too many.
    pub(super) fn beside(&self, slot: FactIndex, key: i128) -> Option<u8> {
        let ends = self.ends.get(&slot).map_or([].as_slice(), Vec::as_slice);
        let before = ends.partition_point(|end| i128::from(*end) < key);
        let is_one = ends.get(before).is_some_and(|end| i128::from(*end) == key);
        u8::try_from(2 * before + usize::from(is_one)).ok()
    }
}

fn openness(test: &Test, facts: &FactTable, limits: Limits) -> Openness {
    let plain = test.without_names();
    let all = plain.facts();
    let stated = |fact: &&FactRef| fact.is_own() && fact.schema.origin == FactOrigin::Stated;
    if matches!(test, Test::Known(..)) || !all.iter().all(stated) {
        return Openness::Other;
    }
    let only = all.first().filter(|_| all.len() == 1);
    if let Some((fact, truth)) =
        only.and_then(|fact| Some((*fact, truth_of(&plain, fact, limits.boxes)?)))
    {
        return Openness::Alone(fact.clone(), truth);
    }
    // If a fact cancels out, the course of a search would still depend on it.
    let sum = WholeSum::of(&plain).filter(|sum| sum.terms.len() == all.len());
    let sum = sum.and_then(|sum| {
        let slots = sum.terms.iter().map(|(fact, _)| facts.own_slot(fact));
        let slots = slots.collect::<Option<Vec<_>>>()?;
        Some(Openness::Sum(sum, slots))
    });
    sum.unwrap_or(Openness::Other)
}
