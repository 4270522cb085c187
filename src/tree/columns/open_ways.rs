//! The tests that a record with gaps leaves open, each as a set of values of one fact or as a sum
//! of integers, and the paths of a tree that are left.
//!
//! Example: of `j.a < 20 || j.a + j.b > 60`, a record that states `b: 15` alone leaves two sets of
//! `a` open: below 20, and from 46 on. One that states `b: 17` lies on the same side of everything:
//! the second set begins above the first in both, and reasons, facts and ways are those of the
//! other. One with `b: 45` does not.
//!
//! INVARIANT: two records with one shape are given one result by
//! [`walk`](crate::tree::possible_outcomes), but for the numbers in it.

use std::borrow::Cow;

use crate::model::fact::{Column, NO_WHOLE, NO_WIDE};
use crate::model::typed_indexes::FactIndex;
use crate::model::typed_indexes::RecordIndex;
use crate::tree::TreeNode;
use crate::tree::columns::batch_walk::{Batch, OPEN, bit};
use crate::tree::columns::open_tests::{OpenTests, Openness};
use crate::tree::domain::Domain;
use crate::tree::fact_ref::FactRef;
use crate::tree::integer_sum_inequality::WholeSum;
use crate::tree::ranges::Ranges;

/// A test that a record leaves open.
pub(crate) enum StillOpen<'b> {
    /// About one fact: the values for which it says yes.
    Alone(&'b FactRef, Cow<'b, Domain>),
    /// About several facts, with their factors, and the sum of the known terms.
    Sum(&'b WholeSum, Vec<(&'b FactRef, i64)>, i128),
}

/// The ways through a tree that a record leaves open.
pub(crate) struct OpenWays<'b> {
    pub(crate) tests: Vec<StillOpen<'b>>,
    /// The answers on each way, by number of the test, and the verdict at its end as a bit.
    pub(crate) ways: Vec<(Vec<(usize, bool)>, u8)>,
}

impl StillOpen<'_> {
    pub(crate) fn facts(&self) -> impl Iterator<Item = &FactRef> {
        let (one, all) = match self {
            Self::Alone(fact, _) => (Some(*fact), [].as_slice()),
            Self::Sum(_, terms, _) => (None, terms.as_slice()),
        };
        one.into_iter().chain(all.iter().map(|(fact, _)| *fact))
    }
}

impl OpenWays<'_> {
    /// Whether both are about some fact.
    pub(crate) fn share_facts(&self, other: &Self) -> bool {
        let mut mine = self.tests.iter().flat_map(StillOpen::facts);
        mine.any(|one| {
            let mut theirs = other.tests.iter().flat_map(StillOpen::facts);
            theirs.any(|other| other == one)
        })
    }
}

/// The facts of sums that were met on the ways of a record.
#[derive(Default)]
struct Tied {
    /// For each sum that lacks one fact: that fact, and the index of the test.
    alone: Vec<(FactIndex, usize)>,
    /// The facts of sums that lack all their facts.
    whole: Vec<FactIndex>,
}

/// A sum for a record.
struct Lacking {
    /// The places of the terms that are missing.
    terms: Vec<usize>,
    /// The sum of the known terms and the constant.
    rest: i128,
}

impl Batch<'_> {
    fn open_tests(&self) -> &OpenTests {
        let tests = || OpenTests::of(self.tests(), self.facts, self.tree.limits);
        self.open.get_or_init(tests)
    }

    /// Like [`Self::pattern`], but a sum that lacks one fact also notes where among the ends of
    /// that fact its answer changes. Returns whether there is such a sum: results then contain
    /// numbers of the record's own.
    pub(crate) fn shape(&self, record: RecordIndex, note: &mut impl FnMut(u8)) -> Option<bool> {
        let (mut been, mut tied) = (self.tree.been(), Tied::default());
        let mut tie = |asked, note: &mut _| self.tie(asked, record, &mut tied, note);
        self.follow(self.tree.root, record, &mut been, note, &mut tie)?;
        Some(!tied.alone.is_empty())
    }

    /// Notes what a record leaves open of a sum; `None` if its numbers matter in other ways.
    fn tie(
        &self,
        asked: usize,
        record: RecordIndex,
        tied: &mut Tied,
        note: &mut impl FnMut(u8),
    ) -> Option<()> {
        let tests = self.open_tests();
        let Openness::Sum(sum, slots) = &tests.tests[asked] else {
            return None;
        };
        let lacking = self.lacking(sum, slots, record)?;
        let met = |slot: FactIndex, but: usize| {
            let mut alone = tied.alone.iter();
            alone.any(|(one, test)| *one == slot && *test != but)
        };
        if lacking.terms.len() == slots.len() {
            if slots.iter().any(|slot| met(*slot, usize::MAX)) {
                return None;
            }
            tied.whole.extend(slots);
            note(u8::MAX);
            return Some(());
        }
        let [term] = lacking.terms.as_slice() else {
            return None;
        };
        let slot = slots[*term];
        if met(slot, asked) || tied.whole.contains(&slot) {
            return None;
        }
        tied.alone.push((slot, asked));
        // Which fact it lacks, and where that one changes the answer.
        note(u8::try_from(*term).ok().filter(|term| *term < u8::MAX)?);
        note(tests.beside(slot, sum.cut(sum.terms[*term].1, lacking.rest).0)?);
        Some(())
    }

    fn lacking(&self, sum: &WholeSum, slots: &[FactIndex], record: RecordIndex) -> Option<Lacking> {
        let mut found = Lacking {
            terms: Vec::new(),
            rest: i128::from(sum.constant),
        };
        for (place, (slot, (_, factor))) in slots.iter().zip(&sum.terms).enumerate() {
            let column = self.facts.column(*slot)?;
            let value = match column {
                Column::Whole(values) => {
                    (values[record] != NO_WHOLE).then(|| values[record].into())
                }
                Column::Wide(values) => (values[record] != NO_WIDE).then(|| values[record]),
                _ => return None,
            };
            match value {
                Some(value) => found.rest += i128::from(*factor) * i128::from(value),
                None => found.terms.push(place),
            }
        }
        Some(found)
    }

    /// The ways that a record leaves open; `None` if there are more than `most`, or a test is
    /// neither a set of values of one fact nor a sum of integers.
    pub(crate) fn open_ways(&self, record: RecordIndex, most: usize) -> Option<OpenWays<'_>> {
        let mut found = OpenWalk {
            batch: self,
            record,
            most,
            numbers: Vec::new(),
            ways: OpenWays {
                tests: Vec::new(),
                ways: Vec::new(),
            },
        };
        found.follow(self.tree.root, &mut Vec::new())?;
        Some(found.ways)
    }

    fn still_open(&self, asked: usize, record: RecordIndex) -> Option<StillOpen<'_>> {
        match &self.open_tests().tests[asked] {
            Openness::Alone(fact, yes) => Some(StillOpen::Alone(fact, Cow::Borrowed(yes))),
            Openness::Sum(sum, slots) => {
                let lacking = self.lacking(sum, slots, record)?;
                let term = |number: &usize| (&sum.terms[*number].0, sum.terms[*number].1);
                let terms: Vec<_> = lacking.terms.iter().map(term).collect();
                let [(fact, factor)] = terms[..] else {
                    return Some(StillOpen::Sum(sum, terms, lacking.rest));
                };
                let (cut, after) = sum.cut(factor, lacking.rest);
                let far = i64::MAX - 1;
                let cut = i64::try_from(cut).unwrap_or(if cut < 0 { -far } else { far });
                let range = if after {
                    (cut, None)
                } else {
                    (i64::MIN, Some(cut))
                };
                let yes = Domain::Keys(Ranges::new([range]));
                Some(StillOpen::Alone(fact, Cow::Owned(yes)))
            }
            Openness::Other => None,
        }
    }
}

/// A walk that collects all ways of a record.
struct OpenWalk<'b, 'a> {
    batch: &'b Batch<'a>,
    record: RecordIndex,
    most: usize,
    /// By index of an open test: its index in the tree.
    numbers: Vec<usize>,
    ways: OpenWays<'b>,
}

impl OpenWalk<'_, '_> {
    fn follow(&mut self, mut node: usize, answers: &mut Vec<(usize, bool)>) -> Option<()> {
        loop {
            let (asked, yes, no) = match self.batch.tree.nodes[node] {
                TreeNode::Branch { asked, yes, no } => (asked, yes, no),
                TreeNode::Leaf(outcome) => {
                    let verdict = bit(self.batch.tree.outcomes[outcome].verdict);
                    self.ways.ways.push((answers.clone(), verdict));
                    return (self.ways.ways.len() <= self.most).then_some(());
                }
            };
            match self.batch.answer_one(asked, self.record) {
                OPEN => {
                    let test = self.number(asked)?;
                    answers.push((test, true));
                    self.follow(yes, answers)?;
                    answers.pop();
                    answers.push((test, false));
                    self.follow(no, answers)?;
                    answers.pop();
                    return Some(());
                }
                answer => node = if answer == 1 { yes } else { no },
            }
        }
    }

    fn number(&mut self, asked: usize) -> Option<usize> {
        if let Some(known) = self.numbers.iter().position(|one| *one == asked) {
            return Some(known);
        }
        let test = self.batch.still_open(asked, self.record)?;
        self.numbers.push(asked);
        self.ways.tests.push(test);
        Some(self.numbers.len() - 1)
    }
}
