//! A tree over columns for one record with gaps: what distinguishes it from others, and the
//! outcomes it can have at most.

use std::collections::BTreeSet;

use crate::model::fact::{NO_CODE, NO_TEXT, NO_WHOLE, NO_WIDE};
use crate::model::typed_indexes::FactIndex;
use crate::model::typed_indexes::RecordIndex;
use crate::tree::columns::batch_walk::{Batch, OPEN, Ternary, bit};
use crate::tree::columns::column_predicate::{ColumnPredicate, OwnColumn, lies_in};
use crate::tree::columns::record_block_values::same_text;
use crate::tree::fact_ref::FactRef;
use crate::tree::single_fact_tests::FactParts;
use crate::tree::{Been, TreeNode, key_of};

/// The least and greatest key that a missing fact can have, by its number.
type Hull<'h> = dyn Fn(FactIndex) -> Option<(i64, i64)> + 'h;

impl Batch<'_> {
    pub(super) fn answer_one(&self, asked: usize, record: RecordIndex) -> Ternary {
        let known = |known: bool, yes: bool| if known { Ternary::from(yes) } else { OPEN };
        match &self.askings[asked] {
            ColumnPredicate::Stated(column) => Ternary::from(column.is_known(record.get())),
            ColumnPredicate::Codes(OwnColumn { values, .. }, wanted) => {
                known(values[record] != NO_CODE, wanted.contains(&values[record]))
            }
            ColumnPredicate::Whole(OwnColumn { values, .. }, ranges) => {
                known(values[record] != NO_WHOLE, lies_in(values[record], ranges))
            }
            ColumnPredicate::Wide(OwnColumn { values, .. }, ranges) => {
                known(values[record] != NO_WIDE, lies_in(values[record], ranges))
            }
            ColumnPredicate::Floats(OwnColumn { values, .. }, ranges) => {
                known(!values[record].is_nan(), lies_in(values[record], ranges))
            }
            ColumnPredicate::Texts(OwnColumn { values, .. }, yes) => match values[record] {
                NO_TEXT => OPEN,
                number => Ternary::from(yes[usize::try_from(number).expect("it numbers a text")]),
            },
            ColumnPredicate::SameCode([one, two], there, same) => {
                let (one, two) = (one.values[record], two.values[record]);
                let is = (there[usize::from(one)] == two) == *same;
                known(one != NO_CODE && two != NO_CODE, is)
            }
            ColumnPredicate::SameText([one, two], texts, same) => {
                let pair = [one.values[record], two.values[record]];
                let stated = !pair.contains(&NO_TEXT);
                known(stated, stated && same_text(pair, *texts) == *same)
            }
            ColumnPredicate::Single
            | ColumnPredicate::Calculated(..)
            | ColumnPredicate::Succeeds(_) => {
                let test = &self.tree.asked[asked].test;
                let is_open = |fact: &FactRef| {
                    let column = self.facts.own_column(fact);
                    column.is_some_and(|column| !column.is_known(record.get()))
                };
                if test.facts().into_iter().any(is_open) {
                    return OPEN;
                }
                self.facts.answer(record, test).map_or(OPEN, Ternary::from)
            }
            ColumnPredicate::Finding(..) => {
                unreachable!("a decision is not followed for a single record")
            }
        }
    }

    /// Notes the pattern of a record with gaps: the answers on all its paths, in order of the tree.
    /// `None` if something else matters too.
    pub(crate) fn pattern(&self, record: RecordIndex, note: &mut impl FnMut(u8)) -> Option<()> {
        let mut been = self.tree.been();
        self.follow(self.tree.root, record, &mut been, note, &mut |_, _| None)
    }

    /// For a tree in which each test is about one fact: the verdicts that a record can have, as
    /// bits, and the missing facts on its ways, one bit each by index. `None` for another tree, or
    /// if a fact has no bit.
    pub(crate) fn by_single_facts(&self, record: RecordIndex) -> Option<(u8, u128)> {
        let parts = self.tree.parts.as_deref()?;
        let (mut been, mut found) = (self.tree.been(), (0, 0));
        let mut states = BTreeSet::new();
        let mut open = vec![(self.tree.root, FactParts::default())];
        while let Some((mut node, left)) = open.pop() {
            while let TreeNode::Branch { asked, yes, no } = self.tree.nodes[node] {
                match self.answer_one(asked, record) {
                    1 => node = yes,
                    OPEN => {
                        let known = if parts.keeps_nothing() {
                            been.before(node)
                        } else {
                            !states.insert((node, left.clone()))
                        };
                        if known {
                            break;
                        }
                        let all = self.tree.asked[asked].test.facts();
                        let number = all.first()?.steps().first()?.fact;
                        found.1 |= 1_u128.checked_shl(u32::try_from(number.get()).ok()?)?;
                        for (answer, to) in [(false, no), (true, yes)] {
                            let left = parts.after(&left, (asked, answer), to);
                            open.extend(left.map(|left| (to, left)));
                        }
                        break;
                    }
                    _ => node = no,
                }
            }
            if let TreeNode::Leaf(outcome) = self.tree.nodes[node] {
                found.0 |= bit(self.tree.outcomes[outcome].verdict);
            }
        }
        Some(found)
    }

    /// A superset of the verdicts that a record can reach, as bits: calculations with missing facts
    /// are bounded by their least and greatest value. `hull`: the least and greatest key of a
    /// missing fact. `None` if a walk might end before it has seen all ways.
    pub(crate) fn bounded(&self, record: RecordIndex, hull: &Hull<'_>) -> Option<u8> {
        let (mut been, mut found) = (self.tree.been(), 0);
        if !self.all_ways {
            return None;
        }
        self.bound(self.tree.root, (record, hull), &mut been, &mut found);
        Some(found)
    }

    fn bound(
        &self,
        mut node: usize,
        (record, hull): (RecordIndex, &Hull<'_>),
        been: &mut Been,
        found: &mut u8,
    ) {
        loop {
            let (asked, yes, no) = match self.tree.nodes[node] {
                TreeNode::Branch { asked, yes, no } => (asked, yes, no),
                TreeNode::Leaf(outcome) => {
                    *found |= bit(self.tree.outcomes[outcome].verdict);
                    return;
                }
            };
            if been.before(node) {
                return;
            }
            let exactly = |answer: Ternary| (answer != OPEN).then_some(answer == 1);
            let answer = if self.askings[asked].is_plain() {
                exactly(self.answer_one(asked, record))
            } else {
                let decided = self.decided(asked, record, hull);
                decided.or_else(|| exactly(self.answer_one(asked, record)))
            };
            node = match answer {
                Some(true) => yes,
                Some(false) => no,
                None => {
                    self.bound(yes, (record, hull), been, found);
                    no
                }
            };
        }
    }

    /// The answer of a test about missing facts, if it is the same for all that they can be.
    fn decided(&self, asked: usize, record: RecordIndex, hull: &Hull<'_>) -> Option<bool> {
        if let ColumnPredicate::SameCode([one, two], there, same) = &self.askings[asked] {
            // A value that the other fact cannot have is never equal.
            let never = match (one.values[record], two.values[record]) {
                (NO_CODE, NO_CODE) => return None,
                (NO_CODE, known) => !there[..usize::from(NO_CODE)].contains(&known),
                (known, _) => there[usize::from(known)] == NO_CODE,
            };
            return never.then_some(!same);
        }
        let test = &self.tree.asked[asked].test;
        let keys = |fact: &FactRef| {
            let slot = self.facts.own_slot(fact)?;
            match self.facts.value(record, slot) {
                Some(value) => key_of(&value).map(|key| (key, key)),
                None => hull(slot),
            }
        };
        let known = test
            .facts()
            .into_iter()
            .map(|fact| Some((fact, keys(fact)?)));
        let known: Vec<(&FactRef, (i64, i64))> = known.collect::<Option<_>>()?;
        test.decide(&|fact| {
            let found = known.iter().find(|(one, _)| *one == fact);
            found.expect("all were looked at").1
        })
    }

    /// The missing facts of the record itself on its ways, one bit each by index; `None` if one has
    /// no bit.
    pub(crate) fn missing(&self, record: RecordIndex) -> Option<u128> {
        let (mut been, mut found) = (self.tree.been(), 0);
        self.look(self.tree.root, record, &mut been, &mut found)?;
        Some(found)
    }

    fn look(
        &self,
        mut node: usize,
        record: RecordIndex,
        been: &mut Been,
        found: &mut u128,
    ) -> Option<()> {
        while let TreeNode::Branch { asked, yes, no } = self.tree.nodes[node] {
            if been.before(node) {
                break;
            }
            match self.answer_one(asked, record) {
                OPEN => {
                    for fact in self.tree.asked[asked].test.facts() {
                        let slot = self.facts.own_slot(fact)?;
                        if self.facts.value(record, slot).is_none() {
                            *found |= 1_u128.checked_shl(u32::try_from(slot.get()).ok()?)?;
                        }
                    }
                    self.look(yes, record, been, found)?;
                    node = no;
                }
                answer => node = if answer == 1 { yes } else { no },
            }
        }
        Some(())
    }

    /// Notes the answers on all paths; `tie` handles open tests about several facts, and may end
    /// the walk.
    pub(super) fn follow<N: FnMut(u8)>(
        &self,
        mut node: usize,
        record: RecordIndex,
        been: &mut Been,
        note: &mut N,
        tie: &mut impl FnMut(usize, &mut N) -> Option<()>,
    ) -> Option<()> {
        while let TreeNode::Branch { asked, yes, no } = self.tree.nodes[node] {
            if been.before(node) {
                break;
            }
            let answer = self.answer_one(asked, record);
            note(answer);
            if answer != OPEN {
                node = if answer == 1 { yes } else { no };
                continue;
            }
            if !self.askings[asked].is_plain() {
                tie(asked, note)?;
            }
            self.follow(yes, record, been, note, tie)?;
            node = no;
        }
        Some(())
    }
}
