//! Graphs of questions: the trees of conditions, and of their combination.
//!
//! A decision that counts conditions goes from the tree of one to that of the next, with the count
//! so far. Equal parts are shared: thirty conditions of which ten must be met are a graph of thirty
//! times ten trees, not of 2^30 paths.
//!
//! INVARIANT: parts come before what they are part of.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::model::typed_indexes::ConditionIndex;
use crate::tree::{FactRef, Next, Test, Tree};

/// One question of a graph.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum GraphQuestion {
    /// A test of the facts.
    Facts(Test),
    /// Whether the finding of a condition is waived.
    Waived(ConditionIndex),
}

/// A node of a graph.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum GraphNode {
    /// An outcome, by its number.
    End(usize),
    /// A question, and where yes and no lead.
    Asks(GraphQuestion, usize, usize),
    /// Any of these is possible: what a condition at fault might have been.
    Either(Vec<usize>),
}

/// A graph of questions and outcomes, without cycles.
#[derive(Debug)]
pub(crate) struct Graph {
    places: Vec<GraphNode>,
    /// The facts that a node and those below it ask about.
    below: Vec<Rc<BTreeSet<FactRef>>>,
    root: usize,
}

impl Graph {
    /// The tree of a condition; its ends are the numbers of its outcomes.
    pub(crate) fn of_tree(tree: &Tree) -> Self {
        let mut graph = GraphBuilder::default();
        let mut ends =
            |graph: &mut GraphBuilder, outcome: usize| graph.add(GraphNode::End(outcome));
        let root = graph.graft(tree, &mut ends);
        graph.grown(root)
    }

    pub(super) fn root(&self) -> usize {
        self.root
    }

    pub(super) fn at(&self, node: usize) -> &GraphNode {
        &self.places[node]
    }

    pub(super) fn below(&self, node: usize) -> &Rc<BTreeSet<FactRef>> {
        &self.below[node]
    }

    /// The facts that the graph asks about.
    pub(crate) fn facts(&self) -> &BTreeSet<FactRef> {
        &self.below[self.root]
    }
}

/// A graph that is built from its ends.
#[derive(Default)]
pub(super) struct GraphBuilder {
    places: Vec<GraphNode>,
    below: Vec<Rc<BTreeSet<FactRef>>>,
    known: BTreeMap<GraphNode, usize>,
    /// Units of work: nodes, and the facts asked about below them.
    work: usize,
}

/// Units of work for a fact that is noted below a node.
const NOTED: usize = 8;

impl GraphBuilder {
    /// Adds a node, or finds an equal one.
    pub(super) fn add(&mut self, place: GraphNode) -> usize {
        if let GraphNode::Asks(_, yes, no) = &place
            && yes == no
        {
            return *yes;
        }
        if let Some(known) = self.known.get(&place) {
            return *known;
        }
        let below = self.facts_of(&place);
        self.known.insert(place.clone(), self.places.len());
        self.places.push(place);
        self.below.push(below);
        self.work += 1;
        self.places.len() - 1
    }

    fn facts_of(&mut self, place: &GraphNode) -> Rc<BTreeSet<FactRef>> {
        let (parts, own): (Vec<usize>, BTreeSet<FactRef>) = match place {
            GraphNode::End(_) => return Rc::default(),
            GraphNode::Either(parts) => (parts.clone(), BTreeSet::new()),
            GraphNode::Asks(question, yes, no) => (vec![*yes, *no], question.facts()),
        };
        // Most questions are about a fact that is asked about below as well.
        let whole = parts.iter().map(|part| &self.below[*part]).find(|whole| {
            let covers = |facts: &BTreeSet<FactRef>| facts.is_subset(whole);
            covers(&own) && parts.iter().all(|part| covers(&self.below[*part]))
        });
        whole.cloned().unwrap_or_else(|| {
            let all = parts.iter().flat_map(|part| self.below[*part].iter());
            let all: BTreeSet<FactRef> = all.cloned().chain(own).collect();
            self.work += NOTED * all.len();
            Rc::new(all)
        })
    }

    /// Adds a tree, with a node in place of each of its outcomes.
    pub(super) fn graft(
        &mut self,
        tree: &Tree,
        ends: &mut dyn FnMut(&mut Self, usize) -> usize,
    ) -> usize {
        self.graft_at(tree, tree.start(), &mut BTreeMap::new(), ends)
    }

    fn graft_at(
        &mut self,
        tree: &Tree,
        node: usize,
        known: &mut BTreeMap<usize, usize>,
        ends: &mut dyn FnMut(&mut Self, usize) -> usize,
    ) -> usize {
        if let Some(place) = known.get(&node) {
            return *place;
        }
        let place = match tree.at(node) {
            Next::Outcome(_) => ends(self, tree.outcome_at(node)),
            Next::Test(asked, yes, no) => {
                let question = GraphQuestion::Facts(asked.test.without_names().into_owned());
                let yes = self.graft_at(tree, yes, known, ends);
                let no = self.graft_at(tree, no, known, ends);
                self.add(GraphNode::Asks(question, yes, no))
            }
        };
        known.insert(node, place);
        place
    }

    /// The units of work it took.
    pub(super) fn work(&self) -> usize {
        self.work
    }

    pub(super) fn grown(self, root: usize) -> Graph {
        Graph {
            places: self.places,
            below: self.below,
            root,
        }
    }
}

impl GraphQuestion {
    /// The facts that a question is about, including one that is only tested for being stated.
    pub(super) fn facts(&self) -> BTreeSet<FactRef> {
        match self {
            Self::Facts(Test::Known(fact, _)) => BTreeSet::from([fact.clone()]),
            Self::Facts(test) => test.facts().into_iter().cloned().collect(),
            Self::Waived(_) => BTreeSet::new(),
        }
    }
}
