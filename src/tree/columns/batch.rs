//! Walks a tree for many records at once, test by test over columns of facts.
//!
//! A test about one fact of the record itself becomes a set of values, which a column is compared
//! with; others are answered record by record. For each record it is noted by which nodes it can
//! come; where a fact is missing, by both. What is found is the set of verdicts that it can reach:
//! with one in it, that is the verdict of [`walk`](crate::tree::walk). With several the answers in the
//! order of the tree tell records apart of which [`walk`](crate::tree::walk) may say different things.

use crate::model::fact::{NO_CODE, NO_TEXT, NO_WHOLE, NO_WIDE, Value};
use crate::tree::columns::block::{BLOCK, Bytes, mask};
use crate::tree::columns::column_predicate::{Asking, asking, lies_in, within};
use crate::tree::columns::kernels::{Calculated, Plan, Plans};
use crate::tree::columns::lanes::{FAILED, KNOWN, Lanes, UNSURE};
use crate::tree::expression::{Expression, FactRef};
use crate::tree::facts::{Facts, Reading};
use crate::tree::{Been, Node, Tree, Verdict, placeholder};

/// A tree made ready for the columns of some facts.
pub(crate) struct Batch<'a> {
    tree: &'a Tree,
    facts: &'a Facts,
    /// By number of the test.
    askings: Vec<Asking<'a>>,
    plans: Plans<'a>,
    /// By number of the outcome: the plan of a value that is calculated.
    leaves: Vec<Option<Plan>>,
}

/// What the tree of a derived fact comes to, for one record or for some of a block.
pub(crate) enum Found<'a> {
    /// A constant.
    Constant(&'a Value, There<'a>),
    /// Numbers: those near them, and how far off each may be.
    Near(&'a [f64; BLOCK], &'a [f64; BLOCK], There<'a>),
    /// The value of a record.
    Value(usize, Value),
    /// It cannot be calculated for them.
    Nothing(There<'a>),
}

/// Some records of a block.
#[derive(Clone, Copy)]
pub(crate) struct There<'a>(&'a Bytes);

impl<'a> There<'a> {
    /// Their places in the block.
    pub(crate) fn places(self) -> impl Iterator<Item = usize> + 'a {
        (0..BLOCK).filter(move |index| self.0[*index] != 0)
    }
}

/// Why a calculation has no value.
enum Inexact {
    /// It cannot be done.
    Fails,
    /// A fact in it is missing.
    Missing,
}

/// An answer: 0 no, 1 yes, 2 open.
type Answer = u8;
const OPEN: Answer = 2;

/// What a walk needs room for.
pub(crate) struct Room {
    reached: Vec<Bytes>,
    yes: Bytes,
    open: Bytes,
    calculated: Calculated,
}

impl Default for Room {
    fn default() -> Self {
        Self {
            reached: Vec::new(),
            yes: [0; BLOCK],
            open: [0; BLOCK],
            calculated: Calculated::default(),
        }
    }
}

/// The verdict as a bit, so that several can be told.
pub(crate) fn bit(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Met => 1,
        Verdict::NotMet => 2,
        Verdict::NotApplicable => 4,
        Verdict::Fault => 8,
    }
}

impl<'a> Batch<'a> {
    /// Makes a tree ready. `finding` gives the number of a condition for a test about its finding,
    /// and the verdict that a text stands for.
    pub(crate) fn new(
        tree: &'a Tree,
        facts: &'a Facts,
        finding: &dyn Fn(&FactRef) -> Option<usize>,
        verdict: &dyn Fn(&str) -> u8,
    ) -> Self {
        let mut plans = Plans::default();
        let askings = tree
            .asked
            .iter()
            .map(|asked| {
                asking(
                    &asked.test,
                    tree.limits,
                    (facts, &mut plans),
                    finding,
                    verdict,
                )
            })
            .collect();
        let values = tree.outcomes.iter().map(|outcome| {
            outcome
                .value
                .as_ref()
                .filter(|one| one.constant().is_none())
        });
        let leaves = values
            .map(|value| value.and_then(|value| plans.add(value, facts)))
            .collect();
        Self {
            tree,
            facts,
            askings,
            plans,
            leaves,
        }
    }

    /// Whether its tests are about findings alone.
    pub(crate) fn is_of_findings(&self) -> bool {
        self.askings
            .iter()
            .all(|asking| matches!(asking, Asking::Finding(..)))
    }

    /// The verdicts that the records from `start` on can reach, as bits; for those alone that are
    /// `wanted` (255, others 0). `findings`: the bits of each condition, for a decision.
    pub(crate) fn verdicts(
        &self,
        start: usize,
        wanted: &Bytes,
        findings: &[Bytes],
        room: &mut Room,
        found: &mut Bytes,
    ) {
        found.fill(0);
        let outcomes = &self.tree.outcomes;
        self.flow(start, wanted, findings, room, &mut |outcome, mask| {
            mark(found, mask, bit(outcomes[outcome].verdict));
        });
    }

    /// Calls `leaf` with the outcomes that records can reach, each by its number, with those
    /// records.
    fn flow(
        &self,
        start: usize,
        wanted: &Bytes,
        findings: &[Bytes],
        room: &mut Room,
        leaf: &mut dyn FnMut(usize, &Bytes),
    ) {
        let Room {
            reached,
            yes,
            open,
            calculated,
        } = room;
        calculated.begin();
        let nodes = &self.tree.nodes;
        if let Node::Leaf(outcome) = nodes[self.tree.root] {
            return leaf(outcome, wanted);
        }
        reached.resize(nodes.len().max(reached.len()), [0; BLOCK]);
        for (node, reached) in nodes.iter().zip(&mut *reached) {
            if matches!(node, Node::Branch { .. }) {
                reached.fill(0);
            }
        }
        reached[self.tree.root] = *wanted;
        // Equal parts are made bottom-up, so whatever leads to a node has a higher number.
        for index in (0..=self.tree.root).rev() {
            let Node::Branch {
                asked,
                yes: if_yes,
                no: if_no,
            } = nodes[index]
            else {
                continue;
            };
            let (below, here) = reached.split_at_mut(index);
            let here = &here[0];
            if here.iter().fold(0, |some, byte| some | byte) == 0 {
                continue;
            }
            self.answer(asked, start, here, findings, calculated, (yes, open));
            // Who goes on by yes, and who by no: by both where the answer is open.
            let mut no = [0; BLOCK];
            for (((no, yes), open), here) in no.iter_mut().zip(yes.iter_mut()).zip(&*open).zip(here)
            {
                *no = here & (!*yes | open);
                *yes = here & (*yes | open);
            }
            for (node, mask) in [(if_yes, &*yes), (if_no, &no)] {
                match nodes[node] {
                    Node::Leaf(outcome) => leaf(outcome, mask),
                    Node::Branch { .. } => below[node]
                        .iter_mut()
                        .zip(mask)
                        .for_each(|(to, mask)| *to |= mask),
                }
            }
        }
    }

    /// The values at the leaves that the records from `start` on reach, for the tree of a derived
    /// fact: `take` is given those that reach just one and know its value, or for which it cannot be
    /// worked out, by their places in the block, with the number of the leaf; the others are left in
    /// `open`.
    pub(crate) fn values(
        &self,
        start: usize,
        wanted: &Bytes,
        room: &mut Room,
        open: &mut Bytes,
        take: &mut dyn FnMut(Found<'_>, usize),
    ) {
        let mut hits = [0_u8; BLOCK];
        let mut leaves: Vec<(usize, Bytes)> = Vec::new();
        self.flow(start, wanted, &[], room, &mut |outcome, mask| {
            hits.iter_mut()
                .zip(mask)
                .for_each(|(hits, mask)| *hits = hits.saturating_add(mask & 1));
            match leaves.iter_mut().find(|(known, _)| *known == outcome) {
                Some((_, all)) => mark(all, mask, u8::MAX),
                None => leaves.push((outcome, *mask)),
            }
        });
        for (open, hits) in open.iter_mut().zip(&hits) {
            *open = mask(*hits > 1);
        }
        for (outcome, mut there) in leaves {
            for (there, hits) in there.iter_mut().zip(&hits) {
                *there &= mask(*hits == 1);
            }
            let Some(value) = &self.tree.outcomes[outcome].value else {
                take(Found::Nothing(There(&there)), outcome);
                continue;
            };
            if let Some(value) = value.constant() {
                take(Found::Constant(value, There(&there)), outcome);
            } else if let Some(plan) = self.leaves[outcome] {
                let lanes = self.plans.run(plan, start, &mut room.calculated);
                self.calculated(value, start, (lanes, &there), open, &mut |found| {
                    take(found, outcome);
                });
            } else {
                mark(open, &there, u8::MAX);
            }
        }
    }

    /// What a calculation comes to for those that are `there`.
    fn calculated(
        &self,
        value: &Expression,
        start: usize,
        (lanes, there): (&Lanes, &Bytes),
        open: &mut Bytes,
        take: &mut dyn FnMut(Found<'_>),
    ) {
        let (mut known, mut nothing) = (*there, [0; BLOCK]);
        let mut all_known = true;
        for (known, state) in known.iter_mut().zip(&lanes.state) {
            all_known &= *known == 0 || *state == KNOWN;
            *known &= mask(*state == KNOWN);
        }
        if let Some((near, error)) = lanes.nears() {
            take(Found::Near(near, error, There(&known)));
        } else {
            for index in There(&known).places() {
                match lanes.value(index) {
                    Some(value) => take(Found::Value(index, value)),
                    None => nothing[index] = u8::MAX,
                }
            }
        }
        let rest = There(there).places().filter(|index| known[*index] == 0);
        for index in rest.take_while(|_| !all_known) {
            match lanes.state[index] {
                UNSURE => match self.exact(value, start + index) {
                    Ok(found) => take(Found::Value(index, found)),
                    Err(Inexact::Fails) => nothing[index] = u8::MAX,
                    Err(Inexact::Missing) => open[index] = u8::MAX,
                },
                FAILED => nothing[index] = u8::MAX,
                _ => open[index] = u8::MAX,
            }
        }
        take(Found::Nothing(There(&nothing)));
    }

    /// The answers of a block: 255 for yes in one, 255 for open in the other.
    fn answer(
        &self,
        asked: usize,
        start: usize,
        here: &Bytes,
        findings: &[Bytes],
        calculated: &mut Calculated,
        (yes, open): (&mut Bytes, &mut Bytes),
    ) {
        match &self.askings[asked] {
            Asking::Codes(codes, wanted) => {
                let codes = block(codes, start);
                yes.fill(0);
                for code in wanted {
                    yes.iter_mut()
                        .zip(codes)
                        .for_each(|(yes, is)| *yes |= mask(is == code));
                }
                open.iter_mut()
                    .zip(codes)
                    .for_each(|(open, is)| *open = mask(*is == NO_CODE));
            }
            Asking::Whole(values, ranges) => {
                within(block(values, start), ranges, NO_WHOLE, yes, open);
            }
            Asking::Wide(values, ranges) => {
                within(block(values, start), ranges, NO_WIDE, yes, open);
            }
            Asking::Floats(values, ranges) => {
                let values = block(values, start);
                yes.fill(0);
                for (low, high) in ranges {
                    let is = |value: &f64| mask(*value >= *low) & mask(*value <= *high);
                    yes.iter_mut()
                        .zip(values)
                        .for_each(|(yes, value)| *yes |= is(value));
                }
                open.iter_mut()
                    .zip(values)
                    .for_each(|(open, value)| *open = mask(value.is_nan()));
            }
            Asking::Finding(condition, verdicts) => {
                let bits = &findings[*condition];
                for ((yes, open), bits) in yes.iter_mut().zip(open.iter_mut()).zip(bits) {
                    *open = mask(!bits.is_power_of_two());
                    *yes = mask(bits & verdicts != 0) & !*open;
                }
            }
            Asking::Calculated(left, comparison, right) => {
                let one = |record| self.answer_one(asked, record);
                let test = (*left, *comparison, *right);
                self.plans
                    .compare(test, start, calculated, (yes, open), (here, &one));
            }
            Asking::Succeeds(plan) => {
                let one = |record| self.answer_one(asked, record);
                self.plans
                    .succeeds(*plan, start, calculated, (yes, open), (here, &one));
            }
            Asking::Stated(_) | Asking::Texts(..) | Asking::Single => {
                for (index, _) in here.iter().enumerate().filter(|(_, here)| **here != 0) {
                    let answer = self.answer_one(asked, start + index);
                    (yes[index], open[index]) = (mask(answer == 1), mask(answer == OPEN));
                }
            }
        }
    }

    /// The value of a calculation.
    fn exact(&self, value: &Expression, record: usize) -> Result<Value, Inexact> {
        let mut known = true;
        let found = value.evaluate(&mut |fact| match self.facts.read(record, fact) {
            Reading::Known(value) => value,
            Reading::Missing(_) => {
                known = false;
                placeholder(fact)
            }
        });
        if known {
            found.map_err(|_| Inexact::Fails)
        } else {
            Err(Inexact::Missing)
        }
    }

    fn answer_one(&self, asked: usize, record: usize) -> Answer {
        let known = |known: bool, yes: bool| if known { Answer::from(yes) } else { OPEN };
        match &self.askings[asked] {
            Asking::Stated(column) => Answer::from(column.is_known(record)),
            Asking::Codes(codes, wanted) => {
                known(codes[record] != NO_CODE, wanted.contains(&codes[record]))
            }
            Asking::Whole(values, ranges) => {
                known(values[record] != NO_WHOLE, lies_in(values[record], ranges))
            }
            Asking::Wide(values, ranges) => {
                known(values[record] != NO_WIDE, lies_in(values[record], ranges))
            }
            Asking::Floats(values, ranges) => {
                known(!values[record].is_nan(), lies_in(values[record], ranges))
            }
            Asking::Texts(numbers, yes) => match numbers[record] {
                NO_TEXT => OPEN,
                number => Answer::from(yes[usize::try_from(number).expect("it numbers a text")]),
            },
            Asking::Single | Asking::Calculated(..) | Asking::Succeeds(_) => self
                .facts
                .answer(record, &self.tree.asked[asked].test)
                .map_or(OPEN, Answer::from),
            Asking::Finding(..) => unreachable!("a decision is not followed for a single record"),
        }
    }

    /// What tells a record apart from others with gaps: notes the answers on all its paths, in the
    /// order of the tree. None when something else matters too.
    pub(crate) fn pattern(&self, record: usize, note: &mut impl FnMut(u8)) -> Option<()> {
        let mut been = self.tree.been();
        self.follow(self.tree.root, record, &mut been, note)
    }

    /// Of a tree in which answers have nothing to do with one another: the verdicts that a record can
    /// come to, as bits, and the missing facts that stand on its ways, a bit each by their numbers.
    /// None for another, or where a fact has no bit.
    pub(crate) fn freely(&self, record: usize) -> Option<(u8, u128)> {
        if !self.tree.free {
            return None;
        }
        let (mut been, mut found) = (self.tree.been(), (0, 0));
        self.collect(self.tree.root, record, &mut been, &mut found)?;
        Some(found)
    }

    fn collect(
        &self,
        mut node: usize,
        record: usize,
        been: &mut Been,
        found: &mut (u8, u128),
    ) -> Option<()> {
        loop {
            let (asked, yes, no) = match self.tree.nodes[node] {
                Node::Branch { asked, yes, no } => (asked, yes, no),
                Node::Leaf(outcome) => {
                    found.0 |= bit(self.tree.outcomes[outcome].verdict);
                    return Some(());
                }
            };
            if been.before(node) {
                return Some(());
            }
            node = match self.answer_one(asked, record) {
                OPEN => {
                    let all = self.tree.asked[asked].test.facts();
                    let number = all.first()?.steps().first()?.fact;
                    found.1 |= 1_u128.checked_shl(u32::try_from(number).ok()?)?;
                    self.collect(yes, record, been, found)?;
                    no
                }
                1 => yes,
                _ => no,
            };
        }
    }

    fn follow(
        &self,
        mut node: usize,
        record: usize,
        been: &mut Been,
        note: &mut impl FnMut(u8),
    ) -> Option<()> {
        while let Node::Branch { asked, yes, no } = self.tree.nodes[node] {
            if been.before(node) {
                break;
            }
            let answer = self.answer_one(asked, record);
            note(answer);
            match answer {
                OPEN if !self.askings[asked].is_plain() => return None,
                OPEN => {
                    self.follow(yes, record, been, note)?;
                    node = no;
                }
                answer => node = if answer == 1 { yes } else { no },
            }
        }
        Some(())
    }
}

/// Notes a verdict for all in a mask.
fn mark(found: &mut Bytes, mask: &Bytes, bit: u8) {
    found
        .iter_mut()
        .zip(mask)
        .for_each(|(found, mask)| *found |= mask & bit);
}

fn block<T>(values: &[T], start: usize) -> &[T] {
    &values[start..(start + BLOCK).min(values.len())]
}
