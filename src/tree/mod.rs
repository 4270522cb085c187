//! Decision trees: the branch-complete form of a script.
//!
//! A tree has tests on facts inside and outcomes at its leaves. It is built by `script` from the
//! paths that an exploration found, and reduced while it is built: a test whose two sides lead to
//! the same place is dropped, and equal parts are one. Walking a tree needs no interpreter. This
//! folder knows nothing of scripts, files or formats.

mod build_from_paths;
mod candidate_values;
mod case_words;
mod cases;
mod columns;
mod combination_counts;
mod comparison_simplification;
mod date_interval_arithmetic;
mod decisive_across_conditions;
mod decisive_by_single_fact_tests;
mod decisive_missing;
mod differences;
mod domain;
mod exact_arithmetic;
mod expression;
mod fact_ref;
mod fact_table;
mod follow_meeting_paths_once;
mod fraction_comparisons;
mod integer_sum_inequality;
mod interval_arithmetic;
mod outside_record_walk;
mod possible_outcomes;
mod predicate;
mod ranges;
mod region;
mod search_limits;
mod single_fact_tests;
mod thresholds;
mod value_combinations;
mod values_passing_test;
mod way_graph;
mod ways_behind_derived_facts;
mod witness;

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

pub(crate) use build_from_paths::ask_about_single_facts;
pub(crate) use case_words::Wording;
pub(crate) use cases::{
    Conjunction, Membership, NumberTests, Witness, cases, each_asked, merged, split,
};
pub(crate) use columns::{
    BLOCK, Batch, BlockBytes, BlockPaths, Completed, Completions, Lane, LeafValue, NO_PATH,
    OpenWays, Rows, WalkBuffers, bit,
};
pub(crate) use combination_counts::tally;
pub(crate) use decisive_across_conditions::deciding_on_grid;
pub(crate) use decisive_by_single_fact_tests::{Undecided, undecided};
pub(crate) use decisive_missing::deciding_facts;
pub(crate) use differences::{BothSchemas, alike, differences, same, same_verdicts, told_apart};
pub(crate) use domain::Domain;
pub use exact_arithmetic::{Binary, Comparison, Unary};
pub(crate) use exact_arithmetic::{
    Trouble, binary, compare_exactly, float_of_key, key_of, key_of_float, number_of, unary,
};
pub(crate) use expression::value_of_key;
pub use expression::{Expression, ValueKind};
pub(crate) use fact_ref::PathStep;
pub use fact_ref::{FactRef, Owner};
pub(crate) use fact_table::{FactReading, FactTable, Taken, placeholder};
pub(crate) use follow_meeting_paths_once::{Arrival, Meetings};
pub(crate) use interval_arithmetic::{Interval, bounds};
pub(crate) use outside_record_walk::{Direct, Guest, NoValue};
pub(crate) use possible_outcomes::{Leaves, Possible, consulted, walk};
pub use predicate::Test;
pub(crate) use region::{Region, cuts_between};
pub use search_limits::{Limit, Limits};
pub(crate) use thresholds::{exact_thresholds, line_ends};
pub(crate) use values_passing_test::middle;
pub(crate) use way_graph::Nodes;
pub(crate) use ways_behind_derived_facts::{Behind, End, Way, Ways};
pub(crate) use witness::{May, Patience};

use single_fact_tests::TreeParts;

use crate::base::diagnostic::Diagnostic;
use crate::base::source::Span;
use crate::model::fact::Value;

/// The verdict of a script.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// The condition is met; as a decision: eligible.
    Met,
    /// The condition is not met; as a decision: ineligible.
    NotMet,
    /// The condition does not apply.
    NotApplicable,
    /// The script failed.
    Fault,
}

/// An outcome: the verdict, and the reason in the author's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The verdict of the script.
    pub verdict: Verdict,
    /// The reason; `None` if the script states none.
    pub reason: Option<MessageTemplate>,
    /// What failed, for a fault; otherwise `None`.
    pub fault: Option<Arc<Diagnostic>>,
    /// The value, for the script of a derived fact; the verdict has no meaning then.
    pub value: Option<Arc<Expression>>,
    /// The value of a variable at the end, if outcomes are distinguished by it.
    pub(crate) total: Option<Value>,
}

impl Outcome {
    /// A verdict without reason or value.
    pub(crate) fn bare(verdict: Verdict) -> Self {
        Self {
            verdict,
            reason: None,
            fault: None,
            value: None,
            total: None,
        }
    }
}

/// A text with calculations in it, which are filled in when the facts are known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MessageTemplate(pub(crate) Vec<MessagePiece>);

/// A part of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum MessagePiece {
    Text(Arc<str>),
    Value(Arc<Expression>),
}

/// A test, and the place where its script asks it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The test.
    pub test: Test,
    /// The place in the script.
    pub span: Span,
}

/// A decision tree. Equal parts are shared, so it is a graph without cycles.
#[derive(Clone, Debug)]
pub struct Tree {
    nodes: Vec<TreeNode>,
    asked: Vec<Asked>,
    outcomes: Vec<Arc<Outcome>>,
    root: usize,
    /// The limits on searches about this tree.
    limits: Limits,
    /// The number of paths, as far as it can be counted.
    paths: u64,
    /// If each test is about one fact: what answers leave of each fact.
    parts: Option<Arc<TreeParts>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum TreeNode {
    Leaf(usize),
    Branch { asked: usize, yes: usize, no: usize },
}

/// The nodes that a walk has reached. For a small tree none is noted: walking parts twice costs
/// less.
pub(crate) struct Been {
    seen: Vec<bool>,
}

impl Been {
    /// The most nodes of a small tree.
    const FEW: usize = 24;

    /// Whether a node was reached before; marks it as reached.
    pub(crate) fn before(&mut self, node: usize) -> bool {
        self.seen
            .get_mut(node)
            .is_some_and(|seen| std::mem::replace(seen, true))
    }
}

/// A node of a tree: an outcome, or a test with the nodes of its answers.
pub(crate) enum Next<'a> {
    Outcome(&'a Arc<Outcome>),
    Test(&'a Asked, usize, usize),
}

/// One path through a script: the answers that could have been different, and the outcome.
#[derive(Clone, Debug)]
pub(crate) struct Path {
    pub(crate) answers: Vec<(Asked, bool)>,
    /// What the script assumed on the path.
    pub(crate) assumed: Vec<(FactRef, Arc<Expression>)>,
    pub(crate) outcome: Outcome,
    /// Whether some record is known to take it; if false, it may be impossible.
    pub(crate) proven: bool,
    /// An earlier path, and the number of its answers after which this path continues like it, with
    /// its outcome.
    pub(crate) joins: Option<(usize, usize)>,
    /// The values of the script's numeric variables at the end.
    pub(crate) numbers: Vec<(Arc<str>, Value)>,
}

impl MessageTemplate {
    /// The bytes of its own text.
    pub(crate) fn bytes(&self) -> usize {
        let piece = |piece: &MessagePiece| match piece {
            MessagePiece::Text(text) => text.len(),
            MessagePiece::Value(_) => 0,
        };
        self.0.iter().map(piece).sum()
    }

    /// The text, with a text for each calculation. It is cut, with a sign, at the length limit of
    /// texts.
    pub(crate) fn fill(&self, value: &mut dyn FnMut(&Expression) -> String) -> String {
        const MOST_BYTES: usize = 64 * 1024;
        let mut text = String::new();
        for piece in &self.0 {
            match piece {
                MessagePiece::Text(piece) => text.push_str(piece),
                MessagePiece::Value(expression) => text.push_str(&value(expression)),
            }
            if text.len() > MOST_BYTES {
                text.truncate(text.floor_char_boundary(MOST_BYTES));
                text.push('…');
                break;
            }
        }
        text
    }

    /// Whether it is the same for all records.
    pub(crate) fn is_constant(&self) -> bool {
        let is_text = |piece: &MessagePiece| matches!(piece, MessagePiece::Text(_));
        self.0.iter().all(is_text)
    }
}

impl Tree {
    /// The limits on searches about this tree.
    pub(crate) fn limits(&self) -> Limits {
        self.limits
    }

    /// The number of paths, as far as it can be counted.
    pub(crate) fn paths(&self) -> u64 {
        self.paths
    }

    /// Whether it has more paths than are followed separately, so that some of them meet.
    pub(crate) fn has_states(&self) -> bool {
        usize::try_from(self.paths).map_or(true, |paths| paths > self.limits.apart)
    }

    fn count_paths(&self) -> u64 {
        let mut below: Vec<u64> = Vec::with_capacity(self.nodes.len());
        for node in &self.nodes {
            below.push(match *node {
                TreeNode::Leaf(_) => 1,
                // Children come before their parents.
                TreeNode::Branch { yes, no, .. } => below[yes].saturating_add(below[no]),
            });
        }
        below[self.root]
    }

    /// A marker of nodes, for a walk on all paths that visits each node once.
    pub(crate) fn been(&self) -> Been {
        Been {
            seen: if self.nodes.len() > Been::FEW {
                vec![false; self.nodes.len()]
            } else {
                Vec::new()
            },
        }
    }

    /// A tree whose outcomes are also distinguished by the value of one variable at the end, and
    /// the name of that variable. `None` unless it is the only variable in which paths differ.
    pub(crate) fn by_total(mut paths: Vec<Path>, limits: Limits) -> Option<(Self, Arc<str>)> {
        let ends = paths.iter().filter(|path| path.joins.is_none());
        let ends: Vec<&[(Arc<str>, Value)]> = ends.map(|path| path.numbers.as_slice()).collect();
        let of = |numbers: &[(Arc<str>, Value)], name: &Arc<str>| {
            let found = numbers.iter().find(|(known, _)| known == name);
            found.map(|(_, number)| number.clone())
        };
        let first = *ends.first()?;
        let mut varying = first
            .iter()
            .map(|(name, _)| name)
            .filter(|name| ends.iter().any(|end| of(end, name) != of(first, name)));
        let name = varying.next()?.clone();
        if varying.next().is_some() {
            return None;
        }
        for path in &mut paths {
            path.outcome.total = of(&path.numbers, &name);
        }
        Some((Self::build(&paths, limits), name))
    }

    /// The number of different tests and outcomes.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether it is empty; a tree of a script never is.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// The outcomes at its leaves, each once, in the order of exploration.
    pub fn outcomes(&self) -> impl Iterator<Item = &Outcome> {
        self.outcomes.iter().map(|outcome| &**outcome)
    }

    /// The node where a walk begins.
    pub(crate) fn start(&self) -> usize {
        self.root
    }

    /// The content of a node.
    pub(crate) fn at(&self, node: usize) -> Next<'_> {
        match self.nodes[node] {
            TreeNode::Leaf(outcome) => Next::Outcome(&self.outcomes[outcome]),
            TreeNode::Branch { asked, yes, no } => Next::Test(&self.asked[asked], yes, no),
        }
    }

    /// The number of the outcome at a node that has one.
    pub(crate) fn outcome_at(&self, node: usize) -> usize {
        match self.nodes[node] {
            TreeNode::Leaf(outcome) => outcome,
            TreeNode::Branch { .. } => unreachable!("a test stands there"),
        }
    }

    /// An outcome by its number.
    pub(crate) fn outcome(&self, number: usize) -> &Outcome {
        &self.outcomes[number]
    }

    /// The tests, in the order in which the tree was built.
    pub(crate) fn tests(&self) -> impl Iterator<Item = &Asked> {
        self.asked.iter()
    }

    /// The facts that its tests ask about, including whether a record states one.
    pub(crate) fn facts(&self) -> BTreeSet<&FactRef> {
        let known = self.asked.iter().filter_map(|asked| match &asked.test {
            Test::Known(fact, _) => Some(fact),
            _ => None,
        });
        self.asked
            .iter()
            .flat_map(|asked| asked.test.facts())
            .chain(known)
            .collect()
    }

    /// The facts that its tests ask about, and the derived facts named in them.
    pub(crate) fn reads(&self) -> BTreeSet<&FactRef> {
        let mut found = self.facts();
        self.asked
            .iter()
            .for_each(|asked| asked.test.derived(&mut found));
        found
    }

    fn test(&self, index: usize) -> &Asked {
        &self.asked[index]
    }
}

/// The tree as indented text, for debugging and tests.
impl fmt::Display for Tree {
    fn fmt(&self, fmt: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(fmt, self.root, 0)
    }
}

impl Tree {
    fn write(&self, fmt: &mut fmt::Formatter<'_>, node: usize, depth: usize) -> fmt::Result {
        let indent = "  ".repeat(depth);
        match self.nodes[node] {
            TreeNode::Leaf(outcome) => {
                let outcome = &self.outcomes[outcome];
                let reason = outcome
                    .reason
                    .as_ref()
                    .map(|why| why.fill(&mut |value| format!("{{{value}}}")));
                let fault = outcome.fault.as_ref().map(|fault| fault.message.clone());
                let text = reason
                    .or(fault)
                    .map(|text| format!(": {text}"))
                    .unwrap_or_default();
                if let Some(value) = &outcome.value {
                    return writeln!(fmt, "{indent}{value}");
                }
                writeln!(fmt, "{indent}{:?}{text}", outcome.verdict)
            }
            TreeNode::Branch { asked, yes, no } => {
                let Asked { test, span } = &self.asked[asked];
                writeln!(fmt, "{indent}{test}  [{}]", span.position().line)?;
                self.write(fmt, yes, depth + 1)?;
                self.write(fmt, no, depth + 1)
            }
        }
    }
}
