//! Which facts of which records state a source. Most records are the same in this: one number each.

use crate::model::typed_indexes::FactIndex;
use std::collections::HashMap;
use std::ops::Range;

/// A set of facts, by their numbers: a bit for each.
type FactBits = Box<[u64]>;

/// Which facts of which records state a source.
#[derive(Clone, Debug, Default)]
pub(super) struct Sourcing {
    /// By record the index of its set; empty as long as no record states a source.
    rows: Vec<u32>,
    /// The first is that of no facts.
    sets: Vec<FactBits>,
    numbers: HashMap<FactBits, u32>,
}

impl Sourcing {
    /// Adds the record of such a number.
    pub(super) fn push(&mut self, row: usize, facts: &[u64]) {
        if self.rows.is_empty() && facts.iter().all(|bits| *bits == 0) {
            return;
        }
        let last = self.rows.last().map(|set| (*set, &self.sets[index(*set)]));
        let set = match last {
            Some((number, set)) if **set == *facts => number,
            _ => self.number(facts),
        };
        self.fill(row);
        self.rows.push(set);
    }

    /// Appends records of another one, after `row` records of its own.
    pub(super) fn append(&mut self, row: usize, other: &Self, rows: Range<usize>) {
        if self.rows.is_empty() && other.rows.is_empty() {
            return;
        }
        let sets: Vec<u32> = other.sets.iter().map(|set| self.number(set)).collect();
        self.fill(row);
        let of_row = |row| match other.rows.get(row) {
            Some(set) => sets[index(*set)],
            None => 0,
        };
        self.rows.extend(rows.map(of_row));
    }

    /// Whether a record states a source for a fact.
    pub(super) fn has(&self, row: usize, fact: FactIndex) -> bool {
        let set = self.rows.get(row).map(|set| &self.sets[index(*set)]);
        let bits = set.and_then(|set| set.get(fact.get() / 64));
        bits.is_some_and(|bits| bits >> (fact.get() % 64) & 1 == 1)
    }

    /// Whether each of `rows` records states a source for all of these facts, given as bits.
    pub(super) fn have_all(&self, rows: usize, facts: &[u64]) -> bool {
        let has = |set: &FactBits| {
            let bits = facts.iter().enumerate();
            let mut lacking = bits.map(|(at, bits)| bits & !set.get(at).unwrap_or(&0));
            lacking.all(|lacking| lacking == 0)
        };
        let having: Vec<bool> = self.sets.iter().map(has).collect();
        self.rows.len() == rows && self.rows.iter().all(|set| having[index(*set)])
    }

    pub(super) fn shrink(&mut self) {
        self.rows.shrink_to_fit();
    }

    /// The records before such a number that have no set yet have that of no facts.
    fn fill(&mut self, row: usize) {
        if self.sets.is_empty() {
            self.number(&[]);
        }
        self.rows.resize(row, 0);
    }

    fn number(&mut self, facts: &[u64]) -> u32 {
        if let Some(number) = self.numbers.get(facts) {
            return *number;
        }
        if self.sets.is_empty() && !facts.is_empty() {
            self.number(&[]);
        }
        let number = u32::try_from(self.sets.len()).expect("there are fewer records");
        self.sets.push(facts.into());
        self.numbers.insert(facts.into(), number);
        number
    }
}

fn index(number: u32) -> usize {
    usize::try_from(number).expect("it was one")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_keep_their_sets_whatever_they_are_put_together_with() {
        let mut part = Sourcing::default();
        for (row, facts) in [[0], [0b10], [0b10], [0b11]].iter().enumerate() {
            part.push(row, facts);
        }
        let mut all = Sourcing::default();
        all.append(0, &Sourcing::default(), 0..2);
        all.append(2, &part, 0..4);
        all.push(6, &[0b11]);
        all.append(7, &part, 1..2);
        let has = |row, fact: usize| all.has(row, fact.into());
        let sets = (0..9).map(|row| (has(row, 0), has(row, 1), has(row, 64)));
        let (none, second, both) = (
            (false, false, false),
            (false, true, false),
            (true, true, false),
        );
        assert_eq!(
            sets.collect::<Vec<_>>(),
            [none, none, none, second, second, both, both, second, none]
        );
        assert!(all.have_all(8, &[0]) && !all.have_all(8, &[0b10]));
        let mut sourced = Sourcing::default();
        sourced.append(0, &part, 1..4);
        assert!(sourced.have_all(3, &[0b10]) && !sourced.have_all(3, &[0b11]));
        assert!(!sourced.have_all(4, &[0b10]) && !sourced.have_all(3, &[0b10, 1]));
    }
}
