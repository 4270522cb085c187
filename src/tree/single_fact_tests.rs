//! Trees in which each test is about one fact. Finding what is possible there needs no search.
//!
//! The values of a fact fall into *parts*: in each of them every test has one answer. An answer
//! leaves some of the parts, and a path is possible as long as some part is left of each fact.
//!
//! Example: for `n < 100`, else `n < 300`, the parts of `n` are below 100, below 300, and the rest.
//! After a no to the first, two are left, and the second can have either answer.
//!
//! INVARIANT: each part is not empty, and each test has one answer for all values of a part.
//! INVARIANT: if only one test asks about a fact, and it can give both answers, nothing is kept of
//! the fact: no path asks about it twice. (`floor(x) <= x` has no value that gives a no.)

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use crate::base::work_budget::spend;
use crate::model::fact::Number;
use crate::tree::domain::Domain;
use crate::tree::exact_arithmetic::key_below;
use crate::tree::fact_ref::FactRef;
use crate::tree::fraction_comparisons::places_cut;
use crate::tree::predicate::Test;
use crate::tree::region::Region;
use crate::tree::search_limits::Limits;

/// Facts, a bit each.
pub(super) type FactSet = u128;

/// Parts of the values of one fact, one bit each.
pub(super) type Parts = u128;

/// What answers leave of some facts, by their bits; of other facts all is left.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct FactParts(Vec<(u32, Parts)>);

/// A test about one fact: the bit of that one, and for which of its parts the answer is yes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PartTest {
    pub(super) fact: u32,
    pub(super) yes: Parts,
}

/// Tests that are about one fact each.
#[derive(Clone, Debug)]
pub(super) struct PartTests {
    /// `None` for a test that each record answers by itself.
    tests: Vec<Option<PartTest>>,
    /// By bit of a fact: all its parts.
    whole: Vec<Parts>,
    /// The facts of which parts are kept.
    kept: FactSet,
}

/// The tests of a tree like this, by their numbers.
#[derive(Clone, Debug)]
pub(super) struct TreeParts {
    pub(super) tests: PartTests,
    /// By node: the facts that are asked about below it.
    below: Vec<FactSet>,
    /// Whether a test assumes a value for a fact that a record does not state.
    pub(super) assumes: bool,
}

/// The one fact of a test, if it is one of the record itself.
fn only(test: &Test) -> Option<&FactRef> {
    let facts = test.facts();
    let only = facts.first().copied().filter(|_| facts.len() == 1);
    only.filter(|fact| fact.is_own())
}

/// The bit of a fact.
fn bit(fact: u32) -> FactSet {
    1 << fact
}

/// The values of its fact for which a test answers no, and yes; `None` if one of these is not
/// known.
fn both_answers(fact: &FactRef, test: &Test, limits: Limits) -> Option<[Domain; 2]> {
    let all = Domain::of(fact);
    let [no, yes] = [false, true].map(|answer| {
        let mut region = Region::new(limits);
        if !region.narrow(test, answer) {
            // If an answer is entangled, the result is not known.
            return Some(all.without(&all)).filter(|_| region.entangled.is_empty());
        }
        Some(region.domain(fact)).filter(|_| region.entangled.is_empty())
    });
    let (no, yes) = (no?, yes?);
    (yes.intersect(&no).is_empty() && yes.union(&no) == all).then_some([no, yes])
}

/// The values of a fact, cut where the answer of some test changes: all parts, and for each test
/// the parts with a yes. `None` if there are more parts than bits.
fn cut(fact: &FactRef, answers: &[[Domain; 2]]) -> Option<(Parts, Vec<Parts>)> {
    let mut parts = vec![Domain::of(fact)];
    for sides in answers {
        let ranges: usize = parts.iter().map(Domain::ranges).sum();
        spend(u64::try_from(ranges).unwrap_or(u64::MAX));
        let cut = parts
            .iter()
            .flat_map(|part| sides.iter().map(|side| part.intersect(side)));
        parts = cut.filter(|part| !part.is_empty()).collect();
        if parts.len() >= 128 {
            return None;
        }
    }
    let of = |yes: &Domain| {
        let within = |(number, part): (usize, &Domain)| {
            let is = !part.intersect(yes).is_empty();
            Parts::from(is) << number
        };
        parts.iter().enumerate().map(within).sum()
    };
    let whole = (1 << parts.len()) - 1;
    Some((whole, answers.iter().map(|[_, yes]| of(yes)).collect()))
}

/// Whether between two places where answers change there may be a fraction, and nothing that a
/// record can state: a part that no domain has.
fn are_close<'t>(tests: impl Iterator<Item = &'t Test>) -> bool {
    let mut places: BTreeMap<i64, (Number, bool)> = BTreeMap::new();
    tests.flat_map(places_cut).any(|(number, after)| {
        let (below, is_there) = key_below(&number);
        // The first key behind it.
        let next = below + i64::from(after || !is_there);
        let place = (number, after);
        *places.entry(next).or_insert_with(|| place.clone()) != place
    })
}

impl PartTests {
    /// `None` if some test is about several facts.
    pub(super) fn of<'t>(tests: impl Iterator<Item = &'t Test>, limits: Limits) -> Option<Self> {
        let tests: Vec<&Test> = tests.collect();
        let mut by_fact: BTreeMap<&FactRef, Vec<usize>> = BTreeMap::new();
        for (number, test) in tests.iter().enumerate() {
            match test {
                // For a record it has one answer.
                Test::Known(fact, _) if fact.is_own() => {}
                test => by_fact.entry(only(test)?).or_default().push(number),
            }
        }
        let mut found = Self {
            tests: vec![None; tests.len()],
            whole: Vec::new(),
            kept: 0,
        };
        for (fact, numbers) in by_fact {
            let number = u32::try_from(found.whole.len()).ok()?;
            1_u128.checked_shl(number)?;
            // The same may be asked at several places.
            let mut each: BTreeMap<&Test, usize> = BTreeMap::new();
            let mut answers = Vec::new();
            for test in numbers.iter().map(|number| tests[*number]) {
                if let Entry::Vacant(place) = each.entry(test) {
                    place.insert(answers.len());
                    answers.push(both_answers(fact, test, limits)?);
                }
                // Nearly every further test would cut what is left once more.
                if answers.len() >= 128 {
                    return None;
                }
            }
            if fact.may_be_any_fraction() && are_close(each.keys().copied()) {
                return None;
            }
            let (whole, parts) = cut(fact, &answers)?;
            let one = parts.len() == 1 && whole != parts[0] && parts[0] != 0;
            if !one {
                found.kept |= bit(number);
            }
            for test in numbers {
                let yes = parts[each[tests[test]]];
                found.tests[test] = Some(PartTest { fact: number, yes });
            }
            found.whole.push(whole);
        }
        Some(found)
    }

    /// A test by its number.
    pub(super) fn test(&self, number: usize) -> Option<PartTest> {
        self.tests[number]
    }

    /// Whether the parts left of a fact are kept.
    pub(super) fn keeps(&self, fact: u32) -> bool {
        self.kept & bit(fact) != 0
    }

    /// All parts of a fact.
    pub(super) fn whole(&self, fact: u32) -> Parts {
        self.whole[usize::try_from(fact).expect("there are at most 128")]
    }

    /// The parts for which a test has an answer.
    pub(super) fn parts(&self, test: PartTest, answer: bool) -> Parts {
        if answer {
            test.yes
        } else {
            self.whole(test.fact) & !test.yes
        }
    }

    /// What is left after one more answer; `None` if nothing is.
    pub(super) fn after(
        &self,
        left: &FactParts,
        test: PartTest,
        answer: bool,
    ) -> Option<FactParts> {
        let mut left = left.clone();
        if !self.keeps(test.fact) {
            return Some(left);
        }
        let parts = self.parts(test, answer);
        match left.0.binary_search_by_key(&test.fact, |(fact, _)| *fact) {
            Ok(place) => {
                let here = &mut left.0[place].1;
                *here &= parts;
                (*here != 0).then_some(left)
            }
            Err(place) => {
                left.0.insert(place, (test.fact, parts));
                (parts != 0).then_some(left)
            }
        }
    }
}

impl FactParts {
    /// The part about some facts.
    pub(super) fn about(mut self, facts: FactSet) -> Self {
        self.0.retain(|(fact, _)| facts & bit(*fact) != 0);
        self
    }
}

impl TreeParts {
    /// `None` if some test is about several facts. `branches`: by node the index of its test and
    /// the nodes of both answers, `None` at an end. Children come before their parents.
    pub(super) fn of<'t>(
        tests: impl Iterator<Item = &'t Test> + Clone,
        branches: impl Iterator<Item = Option<(usize, [usize; 2])>>,
        limits: Limits,
    ) -> Option<Self> {
        let assumes = |test: &Test| matches!(test, Test::Known(_, Some(_)));
        let assumes = tests.clone().any(assumes);
        let tests = PartTests::of(tests, limits)?;
        let mut below: Vec<FactSet> = Vec::new();
        for branch in branches {
            let facts = branch.map_or(0, |(asked, ways)| {
                let here = tests.test(asked).map_or(0, |test| bit(test.fact));
                ways.iter().fold(here, |facts, to| facts | below[*to])
            });
            below.push(facts);
        }
        Some(Self {
            tests,
            below,
            assumes,
        })
    }

    /// What is left at the node that an answer leads to; `None` if that answer is impossible.
    pub(super) fn after(
        &self,
        left: &FactParts,
        (asked, answer): (usize, bool),
        node: usize,
    ) -> Option<FactParts> {
        let left = match self.tests.test(asked) {
            Some(test) => self.tests.after(left, test, answer)?,
            None => left.clone(),
        };
        Some(left.about(self.below[node]))
    }

    /// Whether nothing has to be kept of any fact.
    pub(super) fn keeps_nothing(&self) -> bool {
        self.tests.kept == 0
    }
}
