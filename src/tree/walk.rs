//! Walks a tree with the facts of one record: one path when all is known, every possible path when
//! something is missing.
//!
//! The outcomes found are exactly those that some completion of the missing facts would give,
//! except where [`Possibility::Open`] says that this could not be shown.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::tree::expression::{Expression, FactRef};
use crate::tree::facts::Facts;
use crate::tree::predicate::Test;
use crate::tree::region::Region;
use crate::tree::witness::Patience;
use crate::tree::{Asked, Node, Outcome, Tree, Verdict};

/// One outcome that the missing facts still allow.
#[derive(Clone, Debug)]
pub(crate) struct Possible {
    pub(crate) outcome: Arc<Outcome>,
    /// The answers about missing facts that lead to it.
    pub(crate) answers: Vec<(Test, bool)>,
    /// What the script assumed on the way, because the record does not state it.
    pub(crate) assumed: Vec<(FactRef, Arc<Expression>)>,
}

/// Everything the missing facts still allow, in the order of the tree.
#[derive(Clone, Debug)]
pub(crate) struct Leaves {
    pub(crate) list: Vec<Possible>,
    /// Some paths were not looked at, or some may be impossible.
    pub(crate) cut_short: bool,
}

impl Leaves {
    /// The one verdict that all paths come to.
    pub(crate) fn settled(&self) -> Option<Verdict> {
        let first = self.list.first()?.outcome.verdict;
        let all = self.list.iter().all(|leaf| leaf.outcome.verdict == first);
        (all && !self.cut_short).then_some(first)
    }
}

/// The outcomes possible for record `this`.
pub(crate) fn walk(tree: &Tree, facts: &Facts, this: usize) -> Leaves {
    let leaves = Leaves {
        list: Vec::new(),
        cut_short: false,
    };
    let mut walker = Walker {
        tree,
        facts,
        this,
        leaves,
        consulted: None,
        assumed: Vec::new(),
        patience: Patience::new(),
    };
    walker.go(tree.root, &Region::default(), &mut Vec::new());
    walker.leaves
}

/// The tests that were asked on the way to all of these outcomes, each with its answer, or without
/// one where a missing fact left it open. In the order of the tree.
pub(crate) fn consulted<'a>(
    tree: &'a Tree,
    facts: &Facts,
    this: usize,
) -> Vec<(&'a Asked, Option<bool>)> {
    let leaves = Leaves {
        list: Vec::new(),
        cut_short: false,
    };
    let mut walker = Walker {
        tree,
        facts,
        this,
        leaves,
        consulted: Some(Vec::new()),
        assumed: Vec::new(),
        patience: Patience::new(),
    };
    walker.go(tree.root, &Region::default(), &mut Vec::new());
    let found = walker.consulted.unwrap_or_default();
    found
        .into_iter()
        .map(|(asked, answer)| (tree.test(asked), answer))
        .collect()
}

struct Walker<'a> {
    tree: &'a Tree,
    facts: &'a Facts,
    this: usize,
    leaves: Leaves,
    /// The tests asked, when they are wanted.
    consulted: Option<Vec<(usize, Option<bool>)>>,
    assumed: Vec<(FactRef, Arc<Expression>)>,
    patience: Patience,
}

impl Walker<'_> {
    fn go(&mut self, node: usize, region: &Region, answers: &mut Vec<(Test, bool)>) {
        let assumed = self.assumed.len();
        self.follow(node, region, answers);
        self.assumed.truncate(assumed);
    }

    fn follow(&mut self, mut node: usize, region: &Region, answers: &mut Vec<(Test, bool)>) {
        loop {
            let (asked, yes, no) = match self.tree.nodes[node] {
                Node::Leaf(outcome) => {
                    return self.leaf(&self.tree.outcomes[outcome], region, answers);
                }
                Node::Branch { asked, yes, no } => (asked, yes, no),
            };
            let test = &self.tree.test(asked).test;
            let answer = self.facts.answer(self.this, test);
            self.note(asked, answer.as_ref().ok().copied());
            match answer {
                Ok(answer) => {
                    if let (Test::Known(fact, Some(value)), false) = (test, answer) {
                        self.assumed.push((fact.clone(), value.clone()));
                    }
                    node = if answer { yes } else { no };
                }
                Err(test) => return self.split(&test, (yes, no), region, answers),
            }
        }
    }

    fn note(&mut self, asked: usize, answer: Option<bool>) {
        if let Some(consulted) = &mut self.consulted
            && !consulted.contains(&(asked, answer))
        {
            consulted.push((asked, answer));
        }
    }

    fn split(
        &mut self,
        test: &Test,
        (yes, no): (usize, usize),
        region: &Region,
        answers: &mut Vec<(Test, bool)>,
    ) {
        for (answer, node) in [(true, yes), (false, no)] {
            if let Some(region) = region.assume(test, answer) {
                answers.push((test.clone(), answer));
                self.go(node, &region, answers);
                answers.pop();
            }
        }
    }

    fn leaf(&mut self, outcome: &Arc<Outcome>, region: &Region, answers: &[(Test, bool)]) {
        // Cautious: a path that may or may not be possible still keeps the finding unsettled.
        if self.patience.may_be(region) {
            let assumed = self.assumed.clone();
            self.leaves.list.push(Possible {
                outcome: Arc::clone(outcome),
                answers: answers.to_vec(),
                assumed,
            });
        }
    }
}

/// The missing facts that decide between verdicts: each has two completions that differ in it
/// alone and come to different verdicts.
pub(crate) fn deciding_facts(leaves: &Leaves) -> Vec<FactRef> {
    let all: BTreeSet<&FactRef> = leaves
        .list
        .iter()
        .flat_map(|leaf| leaf.answers.iter())
        .flat_map(|(test, _)| test.facts())
        .collect();
    all.into_iter()
        .filter(|fact| decides(fact, leaves))
        .cloned()
        .collect()
}

fn decides(fact: &FactRef, leaves: &Leaves) -> bool {
    // Pairs of paths; far more than any script has, and a bound on the work.
    const MOST_PAIRS: usize = 20_000;
    let mut pairs = 0;
    let mut patience = Patience::new();
    for (index, one) in leaves.list.iter().enumerate() {
        for other in &leaves.list[index + 1..] {
            if one.outcome.verdict == other.outcome.verdict
                || !(mentions(one, fact) || mentions(other, fact))
            {
                continue;
            }
            pairs += 1;
            if pairs > MOST_PAIRS || differ_in(fact, one, other, &mut patience) {
                return true;
            }
        }
    }
    false
}

fn mentions(leaf: &Possible, fact: &FactRef) -> bool {
    leaf.answers
        .iter()
        .any(|(test, _)| test.facts().contains(fact))
}

/// Whether both paths can be taken by completions that are alike in all but one fact.
fn differ_in(fact: &FactRef, one: &Possible, other: &Possible, patience: &mut Patience) -> bool {
    let contradicts = |(test, answer): &(Test, bool)| {
        one.answers
            .iter()
            .any(|(known, given)| given != answer && known == test)
            && !test.facts().contains(fact)
    };
    if other.answers.iter().any(contradicts) {
        return false;
    }
    let mut region = Region::default();
    if !one
        .answers
        .iter()
        .all(|(test, answer)| region.narrow(test, *answer))
    {
        return false;
    }
    let renamed = other_self(fact);
    let possible = other.answers.iter().all(|(test, answer)| {
        if !test.facts().contains(fact) {
            return region.narrow(test, *answer);
        }
        let test = test.substitute(&mut |name| {
            let name = if name == fact {
                renamed.clone()
            } else {
                name.clone()
            };
            crate::tree::Expression::Fact(name)
        });
        region.narrow(&test, *answer)
    });
    possible && patience.may_be(&region)
}

/// The same fact in another completion: a name that no path has.
fn other_self(fact: &FactRef) -> FactRef {
    let mut other = fact.clone();
    other.path = crate::model::fact::FactPath::new(format!("{} ", fact.path));
    other
}
