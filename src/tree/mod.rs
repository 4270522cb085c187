//! Decision trees: the branch-complete form of a script.
//!
//! A tree has tests on facts inside and outcomes at its leaves. It is built by `script` from the
//! paths that an exploration found, and reduced while it is built: a test whose two sides lead to
//! the same place is dropped, and equal parts are one. Walking a tree needs no interpreter. This
//! folder knows nothing of scripts, files or formats.

mod arithmetic;
mod bounds;
mod candidates;
mod cases;
mod columns;
mod days;
mod deciding;
mod differences;
mod direct;
mod domain;
mod expression;
mod facts;
mod limits;
mod linear;
mod predicate;
mod ranges;
mod region;
mod truth;
mod walk;
mod witness;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

pub use arithmetic::{Binary, Comparison, Unary};
pub(crate) use arithmetic::{
    Trouble, binary, compare_exactly, float_of_key, key_of, key_of_float, number_of, unary,
};
pub(crate) use cases::{Case, Membership, cases, each_asked};
pub(crate) use columns::{BLOCK, Batch, Bytes, Found, Room, bit};
pub(crate) use deciding::deciding_facts;
pub(crate) use differences::{alike, differences, same};
pub(crate) use direct::{Direct, Guest, NoValue};
pub(crate) use domain::Domain;
pub use expression::{Expression, FactRef, Kind, Owner};
pub(crate) use expression::{Step, value_of_key};
pub(crate) use facts::{Facts, Reading, Taken, placeholder};
pub use limits::{Limit, Limits};
pub use predicate::Test;
pub(crate) use region::Region;
pub(crate) use truth::middle;
pub(crate) use walk::{Leaves, Possible, consulted, walk};
pub(crate) use witness::{May, Patience};
pub(crate) use words::Wording;

use crate::base::diagnostic::Diagnostic;
use crate::base::source::Span;

/// What a script comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// The condition is met; as a decision: eligible.
    Met,
    /// It is not met; as a decision: ineligible.
    NotMet,
    /// It does not apply.
    NotApplicable,
    /// The script failed.
    Fault,
}

/// An outcome: the verdict, and the reason in the author's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// What it comes to.
    pub verdict: Verdict,
    /// Why, if the script says so.
    pub reason: Option<Message>,
    /// What went wrong, for a fault.
    pub fault: Option<Arc<Diagnostic>>,
    /// The value, for the script of a derived fact; the verdict then says nothing.
    pub value: Option<Arc<Expression>>,
}

/// A text with calculations in it, filled in when the facts are at hand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message(pub(crate) Vec<Piece>);

/// A part of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    Text(Arc<str>),
    Value(Arc<Expression>),
}

/// A test and where its script asks it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The question.
    pub test: Test,
    /// The place in the script.
    pub span: Span,
}

/// A decision tree. Equal parts are shared, so it is a graph without circles.
#[derive(Clone, Debug)]
pub struct Tree {
    nodes: Vec<Node>,
    asked: Vec<Asked>,
    outcomes: Vec<Arc<Outcome>>,
    root: usize,
    /// How far searches for records go that it is asked about.
    limits: Limits,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Node {
    Leaf(usize),
    Branch { asked: usize, yes: usize, no: usize },
}

/// What stands at a place of a tree: an outcome, or a test and where its answers lead.
pub(crate) enum Next<'a> {
    Outcome(&'a Arc<Outcome>),
    Test(&'a Asked, usize, usize),
}

/// One way through a script: the answers that could have been otherwise, and what it came to.
#[derive(Clone, Debug)]
pub(crate) struct Path {
    pub(crate) answers: Vec<(Asked, bool)>,
    /// What the script assumed on the way.
    pub(crate) assumed: Vec<(FactRef, Arc<Expression>)>,
    pub(crate) outcome: Outcome,
    /// Some record is known to take it; else it may be that none can.
    pub(crate) proven: bool,
}

impl Message {
    /// The text, given a text for each calculation. As long as a text of a script may be, and then
    /// cut with a sign.
    pub(crate) fn fill(&self, value: &mut dyn FnMut(&Expression) -> String) -> String {
        const MOST_BYTES: usize = 64 * 1024;
        let mut text = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Text(piece) => text.push_str(piece),
                Piece::Value(expression) => text.push_str(&value(expression)),
            }
            if text.len() > MOST_BYTES {
                text.truncate(text.floor_char_boundary(MOST_BYTES));
                text.push('…');
                break;
            }
        }
        text
    }

    /// Whether it is the same for everybody.
    pub(crate) fn is_constant(&self) -> bool {
        let is_text = |piece: &Piece| matches!(piece, Piece::Text(_));
        self.0.iter().all(is_text)
    }
}

impl Tree {
    /// The reduced tree of all paths, which come in the order of a depth-first walk, yes before no.
    pub(crate) fn build(paths: &[Path], limits: Limits) -> Self {
        let mut builder = Builder::default();
        let root = builder.node(paths, 0);
        Self {
            nodes: builder.nodes,
            asked: builder.asked,
            outcomes: builder.outcomes,
            root,
            limits,
        }
    }

    /// How many different tests and outcomes it has.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether it has nothing in it; never so for a tree of a script.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// The outcomes at its leaves, each once, in the order the exploration met them.
    pub fn outcomes(&self) -> impl Iterator<Item = &Outcome> {
        self.outcomes.iter().map(|outcome| &**outcome)
    }

    /// Where a walk begins.
    pub(crate) fn start(&self) -> usize {
        self.root
    }

    /// What stands at a place of the tree.
    pub(crate) fn at(&self, node: usize) -> Next<'_> {
        match self.nodes[node] {
            Node::Leaf(outcome) => Next::Outcome(&self.outcomes[outcome]),
            Node::Branch { asked, yes, no } => Next::Test(&self.asked[asked], yes, no),
        }
    }

    /// The number of the outcome at a place that has one.
    pub(crate) fn outcome_at(&self, node: usize) -> usize {
        match self.nodes[node] {
            Node::Leaf(outcome) => outcome,
            Node::Branch { .. } => unreachable!("a test stands there"),
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

    /// The facts that its tests speak of, whether a record states a fact among them.
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

    fn test(&self, index: usize) -> &Asked {
        &self.asked[index]
    }
}

/// The tree as indented text: for people who debug, and for tests.
impl fmt::Display for Tree {
    fn fmt(&self, fmt: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(fmt, self.root, 0)
    }
}

impl Tree {
    fn write(&self, fmt: &mut fmt::Formatter<'_>, node: usize, depth: usize) -> fmt::Result {
        let indent = "  ".repeat(depth);
        match self.nodes[node] {
            Node::Leaf(outcome) => {
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
            Node::Branch { asked, yes, no } => {
                let Asked { test, span } = &self.asked[asked];
                writeln!(fmt, "{indent}{test}  [{}]", span.position().line)?;
                self.write(fmt, yes, depth + 1)?;
                self.write(fmt, no, depth + 1)
            }
        }
    }
}

/// Builds nodes bottom-up, one of each kind.
#[derive(Default)]
struct Builder {
    nodes: Vec<Node>,
    asked: Vec<Asked>,
    outcomes: Vec<Arc<Outcome>>,
    known: BTreeMap<Node, usize>,
    known_tests: BTreeMap<(Test, Span), usize>,
}

impl Builder {
    /// The node of paths that agree on their first `depth` answers.
    fn node(&mut self, paths: &[Path], depth: usize) -> usize {
        let first = &paths[0];
        let Some((asked, _)) = first.answers.get(depth) else {
            let leaf = Node::Leaf(self.outcome(&first.outcome));
            return self.intern(leaf);
        };
        let split = paths.partition_point(|path| path.answers[depth].1);
        // No record can take the other side.
        if split == 0 || split == paths.len() {
            return self.node(paths, depth + 1);
        }
        let yes = self.node(&paths[..split], depth + 1);
        let no = self.node(&paths[split..], depth + 1);
        if yes == no {
            return yes;
        }
        let key = (asked.test.clone(), asked.span.clone());
        let next = self.asked.len();
        let index = *self.known_tests.entry(key).or_insert(next);
        if index == next {
            self.asked.push(asked.clone());
        }
        self.intern(Node::Branch {
            asked: index,
            yes,
            no,
        })
    }

    fn outcome(&mut self, outcome: &Outcome) -> usize {
        self.outcomes
            .iter()
            .position(|known| **known == *outcome)
            .unwrap_or_else(|| {
                self.outcomes.push(Arc::new(outcome.clone()));
                self.outcomes.len() - 1
            })
    }

    fn intern(&mut self, node: Node) -> usize {
        let next = self.nodes.len();
        let index = *self.known.entry(node).or_insert(next);
        if index == next {
            self.nodes.push(node);
        }
        index
    }
}
