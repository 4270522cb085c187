//! Trees and ways in which answers have nothing to do with one another: a test is about one fact alone,
//! and no path asks about a fact twice. What is possible there needs no region.
//!
//! INVARIANT: of a tree like this, each answer of each test is given by some value of its fact. So
//! every path has a record. `floor(x) <= x` has no value that says no: no tree with it is like this.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::work_budget::spend;
use crate::tree::fact_ref::FactRef;
use crate::tree::predicate::Test;
use crate::tree::region::Region;
use crate::tree::search_limits::Limits;
use crate::tree::way_graph::Nodes;
use crate::tree::{Tree, TreeNode};

/// Facts, a bit each.
type FactSet = u128;

/// Facts by their bits.
#[derive(Default)]
struct Bits<'a>(BTreeMap<&'a FactRef, u32>);

impl<'a> Bits<'a> {
    fn of(&mut self, fact: &'a FactRef) -> Option<FactSet> {
        let next = u32::try_from(self.0.len()).ok()?;
        1_u128.checked_shl(*self.0.entry(fact).or_insert(next))
    }
}

/// The one fact of a test.
fn only(test: &Test) -> Option<&FactRef> {
    let facts = test.facts();
    facts.first().copied().filter(|_| facts.len() == 1)
}

/// Whether a tree is like this.
pub(super) fn asks_apart(tree: &Tree) -> bool {
    let mut bits = Bits::default();
    let mut below: Vec<FactSet> = Vec::with_capacity(tree.nodes.len());
    // Parts come before what they are part of.
    for node in &tree.nodes {
        let TreeNode::Branch { asked, yes, no } = *node else {
            below.push(0);
            continue;
        };
        let facts = below[yes] | below[no];
        let fact = match &tree.asked[asked].test {
            // Of one record it has one answer.
            Test::Known(fact, _) if fact.is_own() => Some(0),
            test => only(test)
                .filter(|fact| fact.is_own())
                .and_then(|fact| bits.of(fact)),
        };
        let Some(fact) = fact.filter(|fact| facts & fact == 0) else {
            return false;
        };
        below.push(facts | fact);
    }
    let mut tests = tree.tests().map(|asked| &asked.test);
    tests.all(|test| matches!(test, Test::Known(..)) || goes_both_ways(test, tree.limits))
}

/// Whether some values of its fact are known to say yes, and others no.
fn goes_both_ways(test: &Test, limits: Limits) -> bool {
    [true, false].into_iter().all(|answer| {
        let mut region = Region::new(limits);
        // What is entangled may have nothing in it.
        region.narrow(test, answer) && region.entangled.is_empty()
    })
}

/// Ways that are like this.
pub(super) struct Free<'n> {
    nodes: &'n Nodes<'n>,
    bits: Bits<'n>,
    /// By node: the facts that are asked about from there on.
    below: Vec<Option<FactSet>>,
}

impl<'n> Free<'n> {
    /// None where they are not.
    pub(super) fn of(nodes: &'n Nodes<'n>) -> Option<Self> {
        let mut free = Self {
            nodes,
            bits: Bits::default(),
            below: vec![None; nodes.0.len()],
        };
        free.look(0)?;
        Some(free)
    }

    fn look(&mut self, node: usize) -> Option<FactSet> {
        if let Some(known) = self.below[node] {
            return Some(known);
        }
        let here = &self.nodes.0[node];
        let facts = match (here.asked.as_slice(), here.ends.as_slice()) {
            ([], ends) => ends.iter().all(|(_, proven)| *proven).then_some(0)?,
            ([(test, ways)], []) => {
                let fact = only(test).filter(|fact| fact.is_own())?;
                let fact = self.bits.of(fact)?;
                let mut facts = 0;
                for to in ways.iter().flatten() {
                    facts |= self.look(*to)?;
                }
                (facts & fact == 0).then_some(facts | fact)?
            }
            _ => return None,
        };
        self.below[node] = Some(facts);
        Some(facts)
    }

    /// Whether two completions that differ in this fact alone come to different verdicts; none where
    /// that cannot be told in this way.
    pub(super) fn decides(&self, fact: &FactRef) -> Option<bool> {
        let mut pairs = FreePairs {
            free: self,
            fact,
            been: BTreeSet::new(),
        };
        pairs.differ(0, 0)
    }
}

/// Two completions on their ways.
struct FreePairs<'f, 'n> {
    free: &'f Free<'n>,
    fact: &'f FactRef,
    been: BTreeSet<(usize, usize)>,
}

impl FreePairs<'_, '_> {
    fn differ(&mut self, one: usize, two: usize) -> Option<bool> {
        let free = self.free;
        let (a, b) = (&free.nodes.0[one], &free.nodes.0[two]);
        let alike = a.below == b.below && a.below.is_power_of_two();
        if alike || !self.been.insert((one, two)) {
            return Some(false);
        }
        spend(1);
        let (below_a, below_b) = (free.below[one]?, free.below[two]?);
        match (a.asked.first(), b.asked.first()) {
            (None, None) => Some(a.below != b.below),
            (Some((test, ways)), Some((other, _))) if one == two && test == other => {
                let [no, yes] = *ways;
                if only(test) == Some(self.fact) {
                    // It parts them.
                    return self.either([(yes, no), (no, yes)]);
                }
                self.either([(yes, yes), (no, no)])
            }
            (Some((test, ways)), Some((other, others))) if test == other => {
                self.either([(ways[1], others[1]), (ways[0], others[0])])
            }
            (Some((test, ways)), _) if free.bits.bit(test)? & below_b == 0 => {
                self.either([(ways[1], Some(two)), (ways[0], Some(two))])
            }
            (_, Some((test, ways))) if free.bits.bit(test)? & below_a == 0 => {
                self.either([(Some(one), ways[1]), (Some(one), ways[0])])
            }
            _ => None,
        }
    }

    fn either(&mut self, pairs: [(Option<usize>, Option<usize>); 2]) -> Option<bool> {
        for (one, two) in pairs {
            if let (Some(one), Some(two)) = (one, two)
                && self.differ(one, two)?
            {
                return Some(true);
            }
        }
        Some(false)
    }
}

impl Bits<'_> {
    fn bit(&self, test: &Test) -> Option<FactSet> {
        1_u128.checked_shl(*self.0.get(only(test)?)?)
    }
}
