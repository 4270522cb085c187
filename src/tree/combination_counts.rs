//! How many combinations of values reach each outcome of a tree.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::work_budget::{Budget, spend};
use crate::model::fact::{FactType, Value};
use crate::tree::fact_ref::FactRef;
use crate::tree::predicate::Test;
use crate::tree::region::Region;
use crate::tree::{Domain, Next, Tree};

/// By index of the outcome: the number of combinations of values of the facts asked about.
#[derive(Debug)]
pub(crate) struct Tally {
    pub(crate) by_outcome: BTreeMap<usize, u128>,
    /// The number of all combinations.
    pub(crate) all: u128,
}

/// Counts combinations; `None` if a fact has more values than can be listed, a test is about
/// several facts, or the work budget is used up.
pub(crate) fn tally(tree: &Tree) -> Option<Tally> {
    let mut counting = Tallying {
        tree,
        budget: Budget::new(tree.limits.work),
        known: BTreeMap::new(),
    };
    let everything = Region::new(tree.limits);
    let CombinationTally { by_outcome, facts } = counting.part(tree.start(), &everything)?;
    let all = product(&facts, &everything)?;
    Some(Tally { by_outcome, all })
}

/// The combinations of values of `facts` below a node, by outcome.
#[derive(Clone, Debug)]
struct CombinationTally {
    by_outcome: BTreeMap<usize, u128>,
    facts: BTreeSet<FactRef>,
}

struct Tallying<'t> {
    tree: &'t Tree,
    budget: Budget,
    /// By node: what was counted there, for each region.
    known: BTreeMap<usize, Vec<(Region, CombinationTally)>>,
}

impl Tallying<'_> {
    fn part(&mut self, node: usize, region: &Region) -> Option<CombinationTally> {
        spend(5);
        let (asked, ways) = match self.tree.at(node) {
            Next::Outcome(_) => {
                return Some(CombinationTally {
                    by_outcome: BTreeMap::from([(self.tree.outcome_at(node), 1)]),
                    facts: BTreeSet::new(),
                });
            }
            Next::Test(asked, yes, no) => (asked, [(true, yes), (false, no)]),
        };
        let before = self.known.get(&node).map_or(&[][..], Vec::as_slice);
        let same =
            |(about, part): &&(Region, CombinationTally)| region.about(&part.facts).says_as(about);
        if let Some((_, part)) = before.iter().find(same) {
            return Some(part.clone());
        }
        let fact = only_fact(&asked.test)?;
        let mut facts = BTreeSet::from([fact]);
        let mut sides = Vec::new();
        for (answer, to) in ways {
            let Some(region) = region.assume(&asked.test, answer) else {
                continue;
            };
            if !region.entangled.is_empty() || self.budget.is_used_up() {
                return None;
            }
            let side = self.part(to, &region)?;
            facts.extend(side.facts.iter().cloned());
            sides.push((side, region));
        }
        let mut by_outcome = BTreeMap::new();
        for (side, region) in sides {
            let others = facts.difference(&side.facts).cloned().collect();
            let times = product(&others, &region)?;
            for (outcome, count) in side.by_outcome {
                let sum: &mut u128 = by_outcome.entry(outcome).or_default();
                *sum = sum.checked_add(count.checked_mul(times)?)?;
            }
        }
        let part = CombinationTally { by_outcome, facts };
        let about = region.about(&part.facts);
        let known = self.known.entry(node).or_default();
        known.push((about, part.clone()));
        Some(part)
    }
}

/// The fact of a test, if the test is about one fact only.
fn only_fact(test: &Test) -> Option<FactRef> {
    let facts = test.facts();
    match test {
        Test::Known(..) => None,
        _ if facts.len() != 1 => None,
        _ => facts.first().map(|fact| (*fact).clone()),
    }
}

/// The number of combinations of values of some facts.
fn product(facts: &BTreeSet<FactRef>, region: &Region) -> Option<u128> {
    facts.iter().try_fold(1_u128, |all, fact| {
        all.checked_mul(size(fact, &region.domain(fact))?)
    })
}

/// The number of values of a fact.
fn size(fact: &FactRef, domain: &Domain) -> Option<u128> {
    let count = match &fact.schema.ty {
        FactType::Boolean => [false, true]
            .into_iter()
            .filter(|value| domain.contains(&Value::Boolean(*value)))
            .count(),
        FactType::Choice(choices) => choices
            .iter()
            .filter(|choice| domain.contains(&Value::Text((*choice).clone())))
            .count(),
        _ => return None,
    };
    u128::try_from(count).ok()
}
