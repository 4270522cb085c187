//! Walks a tree for many records at once, test by test over columns of facts.
//!
//! A test about one fact of the record itself becomes a set of values that a column is compared
//! with; others are answered record by record. For each record the walk notes the nodes it can
//! reach; if a fact is missing, on both sides. The result is the set of verdicts that it can reach:
//! a single one is the verdict of [`walk`](crate::tree::possible_outcomes). With several, the
//! answers in order of the tree form a pattern, which distinguishes records for which `walk` may
//! give different results.
//!
//! Example: `j.a && j.n >= 48` for three records, of which one states no `n`: the column of `a`
//! sends each to one side; at `n >= 48` the record with the gap goes to both, so it can reach two
//! verdicts and is left to `walk`, once for all records with those answers.
//!
//! INVARIANT: the verdicts that a record can reach here include all that `walk` finds for it; a
//! single one is that of `walk`.
//! INVARIANT: `walk` gives the same result for two records with one pattern.

use std::sync::OnceLock;

use crate::model::typed_indexes::ConditionIndex;
use crate::tree::columns::block::{BLOCK, BlockBytes};
use crate::tree::columns::block_arithmetic::{BlockValues, Plan, Plans};
use crate::tree::columns::column_predicate::{ColumnPredicate, asking};
use crate::tree::columns::open_tests::OpenTests;
use crate::tree::columns::path_numbers::{BlockPaths, PathNotes, paths_by_yes};
use crate::tree::columns::record_block_values::Rows;
use crate::tree::fact_ref::FactRef;
use crate::tree::fact_table::FactTable;
use crate::tree::predicate::Test;
use crate::tree::{Tree, TreeNode, Verdict};

/// A tree made ready for the columns of some facts.
pub(crate) struct Batch<'a> {
    pub(super) tree: &'a Tree,
    pub(super) facts: &'a FactTable,
    /// By index of the test.
    pub(super) askings: Vec<ColumnPredicate<'a>>,
    pub(super) plans: Plans<'a>,
    /// By index of the outcome: the plan of a calculated value.
    pub(super) leaves: Vec<Option<Plan>>,
    /// A walk sees all ways of a record.
    pub(super) all_ways: bool,
    /// The tests that records with gaps may leave open.
    pub(super) open: OnceLock<OpenTests>,
    /// By node: the number of paths below its yes.
    by_yes: OnceLock<Option<Vec<u16>>>,
}

/// An answer: 0 no, 1 yes, 2 open.
pub(super) type Ternary = u8;
pub(super) const OPEN: Ternary = 2;

/// The buffers of a walk.
pub(crate) struct WalkBuffers {
    reached: Vec<BlockBytes>,
    /// The records at an open test for which more matters than that it is open.
    tangled: BlockBytes,
    yes: BlockBytes,
    open: BlockBytes,
    pub(super) calculated: BlockValues,
    /// Present if paths are asked for.
    pub(super) paths: Option<PathNotes>,
}

impl Default for WalkBuffers {
    fn default() -> Self {
        Self {
            reached: Vec::new(),
            tangled: [0; BLOCK],
            yes: [0; BLOCK],
            open: [0; BLOCK],
            calculated: BlockValues::default(),
            paths: None,
        }
    }
}

impl WalkBuffers {
    /// After a walk: the records (255, others 0) that reached an open test about several facts, or
    /// about one of another record. Patterns do not determine their results.
    pub(crate) fn tangled(&self) -> &BlockBytes {
        &self.tangled
    }
}

/// The verdict as a bit of a set.
pub(crate) fn bit(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Met => 1,
        Verdict::NotMet => 2,
        Verdict::NotApplicable => 4,
        Verdict::Fault => 8,
    }
}

impl<'a> Batch<'a> {
    /// Prepares a tree. `finding` returns the condition of a test about a finding, `verdict` the
    /// bit of the verdict that a text means.
    pub(crate) fn new(
        tree: &'a Tree,
        facts: &'a FactTable,
        finding: &dyn Fn(&FactRef) -> Option<ConditionIndex>,
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
            all_ways: usize::try_from(tree.paths()).is_ok_and(|ways| ways <= tree.limits.apart),
            open: OnceLock::new(),
            by_yes: OnceLock::new(),
        }
    }

    /// Whether its tests are about findings alone.
    pub(crate) fn is_of_findings(&self) -> bool {
        self.askings
            .iter()
            .all(|asking| matches!(asking, ColumnPredicate::Finding(..)))
    }

    /// The number of tests and outcomes of its tree, which bounds the length of a pattern.
    pub(crate) fn nodes(&self) -> usize {
        self.tree.len()
    }

    /// Whether its tree has more paths than are followed apart.
    pub(crate) fn has_states(&self) -> bool {
        self.tree.has_states()
    }

    /// By node: the number of paths below its yes; `None` for a tree with too many.
    pub(super) fn paths_by_yes(&self) -> Option<&[u16]> {
        let by_yes = self.by_yes.get_or_init(|| paths_by_yes(self.tree));
        by_yes.as_deref()
    }

    /// The tests, by index.
    pub(super) fn askings(&self) -> &[ColumnPredicate<'a>] {
        &self.askings
    }

    /// The tests, by number.
    pub(super) fn tests(&self) -> impl Iterator<Item = &'a Test> {
        self.tree.asked.iter().map(|asked| &asked.test)
    }

    /// The verdicts that some records can reach, as bits, for the `wanted` ones only (255, others
    /// 0). `findings`: the bits of each condition, for a decision.
    pub(crate) fn verdicts(
        &self,
        rows: Rows<'_>,
        wanted: &BlockBytes,
        findings: &[BlockBytes],
        room: &mut WalkBuffers,
        found: &mut BlockBytes,
    ) {
        found.fill(0);
        let outcomes = &self.tree.outcomes;
        self.flow(rows, wanted, findings, room, &mut |outcome, mask| {
            mark(found, mask, bit(outcomes[outcome].verdict));
        });
    }

    /// The paths of the `wanted` records from `start` on; `None` if paths are not numbered.
    pub(crate) fn paths(
        &self,
        start: usize,
        wanted: &BlockBytes,
        room: &mut WalkBuffers,
    ) -> Option<Box<BlockPaths>> {
        self.paths_by_yes()?;
        room.paths = Some(PathNotes::new());
        self.flow(Rows::From(start), wanted, &[], room, &mut |_, _| {});
        room.paths.take().map(PathNotes::found)
    }

    /// Calls `leaf` with the outcomes that records can reach, each by its number, with those
    /// records.
    pub(super) fn flow(
        &self,
        rows: Rows<'_>,
        wanted: &BlockBytes,
        findings: &[BlockBytes],
        room: &mut WalkBuffers,
        leaf: &mut dyn FnMut(usize, &BlockBytes),
    ) {
        let WalkBuffers {
            reached,
            tangled,
            yes,
            open,
            calculated,
            paths,
        } = room;
        calculated.begin();
        tangled.fill(0);
        let nodes = &self.tree.nodes;
        if let TreeNode::Leaf(outcome) = nodes[self.tree.root] {
            return leaf(outcome, wanted);
        }
        reached.resize(nodes.len().max(reached.len()), [0; BLOCK]);
        for (node, reached) in nodes.iter().zip(&mut *reached) {
            if matches!(node, TreeNode::Branch { .. }) {
                reached.fill(0);
            }
        }
        reached[self.tree.root] = *wanted;
        // Children are created first, so each node that leads to another has a higher index.
        for index in (0..=self.tree.root).rev() {
            let TreeNode::Branch {
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
            self.answer(asked, rows, here, findings, calculated, (yes, open));
            if !self.askings[asked].is_plain() {
                for ((tangled, open), here) in tangled.iter_mut().zip(&*open).zip(here) {
                    *tangled |= open & here;
                }
            }
            // The records that continue by yes, and by no: by both where the answer is open.
            let mut no = [0; BLOCK];
            for (((no, yes), open), here) in no.iter_mut().zip(yes.iter_mut()).zip(&*open).zip(here)
            {
                *no = here & (!*yes | open);
                *yes = here & (*yes | open);
            }
            if let Some((paths, by_yes)) = paths.as_mut().zip(self.paths_by_yes()) {
                paths.take(by_yes[index], (here, open, &no));
            }
            for (node, mask) in [(if_yes, &*yes), (if_no, &no)] {
                match nodes[node] {
                    TreeNode::Leaf(outcome) => leaf(outcome, mask),
                    TreeNode::Branch { .. } => below[node]
                        .iter_mut()
                        .zip(mask)
                        .for_each(|(to, mask)| *to |= mask),
                }
            }
        }
    }
}

/// Notes a verdict for all in a mask.
pub(super) fn mark(found: &mut BlockBytes, mask: &BlockBytes, bit: u8) {
    found
        .iter_mut()
        .zip(mask)
        .for_each(|(found, mask)| *found |= mask & bit);
}
