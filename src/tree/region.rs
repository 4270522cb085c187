//! A region: what the facts can still be, given the answers so far on a path.
//!
//! An answer about a single fact narrows that fact's domain exactly. An answer about several facts
//! at once narrows the calculation it is about and is kept; whether such answers can hold together
//! is decided by [`witness`](crate::tree::witness). Never says impossible of what is possible.

use crate::tree::Domain;
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::work::spend;
use crate::model::fact::Value;
use crate::tree::arithmetic::{Comparison, key_of_float};
use crate::tree::bounds::{Bounds, Interval, bounds, decide};
use crate::tree::expression::{Expression, FactRef, Kind};
use crate::tree::limits::Limits;
use crate::tree::predicate::Test;
use crate::tree::ranges::Ranges;
use crate::tree::truth::{plain_truth, search, truth};

/// How two calculations can relate, one bit each; see [`relations`].
const ALL_RELATIONS: u8 = 0b11_1111;
const EXACT_RELATIONS: u8 = 0b01_0101;

/// What is still possible.
#[derive(Clone, Debug)]
pub(crate) struct Region {
    pub(crate) limits: Limits,
    pub(crate) domains: BTreeMap<FactRef, Domain>,
    /// The keys that a calculation over several facts can still yield.
    terms: BTreeMap<Arc<Expression>, Ranges<i64>>,
    /// How two calculations can still relate.
    relations: BTreeMap<(Arc<Expression>, Arc<Expression>), u8>,
    /// Answers about several facts, or about one in a way its domain cannot hold.
    pub(crate) entangled: Vec<(Test, bool)>,
}

impl Region {
    /// All that there can be.
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            limits,
            domains: BTreeMap::new(),
            terms: BTreeMap::new(),
            relations: BTreeMap::new(),
            entangled: Vec::new(),
        }
    }

    /// What a fact can still be.
    pub(crate) fn domain(&self, fact: &FactRef) -> Domain {
        self.domains
            .get(fact)
            .cloned()
            .unwrap_or_else(|| Domain::of(fact))
    }

    /// The least and greatest key of a fact.
    pub(crate) fn hull(&self, fact: &FactRef) -> (i64, i64) {
        let hull = |domain: &Domain| match domain {
            Domain::Keys(keys) => keys.hull(),
            Domain::Texts(_) => None,
        };
        self.domains
            .get(fact)
            .map_or_else(|| hull(&Domain::of(fact)), hull)
            .unwrap_or((0, 0))
    }

    /// Takes in what a fact can be at most, and says whether anything is left.
    pub(crate) fn confine(&mut self, fact: &FactRef, domain: &Domain) -> bool {
        let after = self.domain(fact).intersect(domain);
        let possible = !after.is_empty();
        self.domains.insert(fact.clone(), after);
        possible
    }

    /// This region with one more answer, or `None` when the answer cannot be.
    pub(crate) fn assume(&self, test: &Test, answer: bool) -> Option<Self> {
        let mut region = self.copied();
        region.narrow(test, answer).then_some(region)
    }

    /// A copy of it, which takes time with the number of facts in it.
    pub(crate) fn copied(&self) -> Self {
        let facts = self.domains.len() + self.entangled.len();
        spend(1 + u64::try_from(facts / 2).unwrap_or(u64::MAX));
        self.clone()
    }

    /// Takes one more answer in, and says whether it can be. If not, the region is of no more use.
    pub(crate) fn narrow(&mut self, test: &Test, answer: bool) -> bool {
        spend(5);
        let test = &*test.without_names();
        if let Some((fact, truth)) = plain_truth(test) {
            return self.narrow_domain(fact, &truth, answer) && self.consistent();
        }
        let facts = test.facts();
        if facts.is_empty() {
            return test.answer(&mut |_| unreachable!("there is no fact in it")) == answer;
        }
        if let Test::Compare(left, comparison, right) = test
            && left == right
            // A calculation may come to no number, which is not equal to itself; a fact never is one.
            && (left.kind() != Kind::Number || matches!(**left, Expression::Fact(_)))
        {
            let same = matches!(
                comparison,
                Comparison::Equal | Comparison::LessOrEqual | Comparison::GreaterOrEqual
            );
            return same == answer;
        }
        let only = (facts.len() == 1).then(|| facts.first().copied()).flatten();
        let boxes = self.limits.boxes;
        let possible = match only.and_then(|fact| Some((fact, truth(test, fact, boxes)?))) {
            Some((fact, truth)) => self.narrow_domain(fact, &truth, answer),
            None => self.entangle(test, answer).is_some(),
        };
        possible && self.consistent()
    }

    fn narrow_domain(&mut self, fact: &FactRef, truth: &Domain, answer: bool) -> bool {
        let before = self
            .domains
            .get(fact)
            .cloned()
            .unwrap_or_else(|| Domain::of(fact));
        let after = if answer {
            before.intersect(truth)
        } else {
            before.without(truth)
        };
        let possible = !after.is_empty();
        self.domains.insert(fact.clone(), after);
        possible
    }

    /// Whether no entangled answer is plainly wrong within the domains.
    fn consistent(&self) -> bool {
        let keys = |fact: &FactRef| self.hull(fact);
        self.entangled
            .iter()
            .all(|(test, answer)| test.decide(&keys) != Some(!answer))
    }

    fn entangle(&mut self, test: &Test, answer: bool) -> Option<()> {
        if let Test::Compare(left, comparison, right) = test {
            if let Some(value) = right.constant() {
                self.narrow_term(left, *comparison, value, answer)?;
            } else {
                self.relate(left, *comparison, right, answer)?;
            }
        }
        if !self
            .entangled
            .iter()
            .any(|(known, given)| known == test && *given == answer)
        {
            if self.entangled.iter().any(|(known, _)| known == test) {
                return None;
            }
            self.entangled.push((test.clone(), answer));
        }
        Some(())
    }

    /// Narrows the results of a calculation that is compared with a constant.
    fn narrow_term(
        &mut self,
        term: &Arc<Expression>,
        comparison: Comparison,
        value: &Value,
        answer: bool,
    ) -> Option<()> {
        let kind = term.kind();
        if kind == Kind::Text || kind == Kind::List {
            return Some(());
        }
        let Bounds { interval, .. } = bounds(term, &|fact| self.hull(fact));
        let (low, high) = match interval {
            Interval::Whole(low, high) => (low.max(i64::MIN + 1), high.min(i64::MAX - 1)),
            // NaN has no key: such a term is not narrowed.
            Interval::Float(_, _, true) => return Some(()),
            Interval::Float(low, high, false) => (key_of_float(low), key_of_float(high)),
        };
        let hull = Ranges::closed(low, high);
        let before = self
            .terms
            .get(term)
            .map_or_else(|| hull.clone(), |known| known.intersect(&hull));
        let constant = bounds(&Expression::Constant(value.clone()), &|_| (0, 0)).interval;
        let truth = search(&before, self.limits.boxes, |low, high| {
            decide(
                comparison,
                Bounds::of_keys(kind, low, high).interval,
                constant,
            )
        });
        let Some(truth) = truth else { return Some(()) };
        let after = if answer {
            before.intersect(&truth)
        } else {
            before.without(&truth)
        };
        if after.is_empty() {
            return None;
        }
        self.terms.insert(Arc::clone(term), after);
        Some(())
    }

    /// Narrows how two calculations relate.
    fn relate(
        &mut self,
        left: &Arc<Expression>,
        comparison: Comparison,
        right: &Arc<Expression>,
        answer: bool,
    ) -> Option<()> {
        let exact = left.kind() != Kind::Number && right.kind() != Kind::Number;
        let all = if exact {
            EXACT_RELATIONS
        } else {
            ALL_RELATIONS
        };
        let (pair, comparison) = if left <= right {
            ((Arc::clone(left), Arc::clone(right)), comparison)
        } else {
            ((Arc::clone(right), Arc::clone(left)), comparison.flipped())
        };
        let truth = relations(comparison);
        let before = self.relations.get(&pair).copied().unwrap_or(all);
        let after = before & if answer { truth } else { !truth };
        if after == 0 {
            return None;
        }
        self.relations.insert(pair, after);
        Some(())
    }
}

/// In which relations a comparison is true. The bits, from the lowest: clearly less, less by just
/// the tolerance, the same within it, greater by just the tolerance, clearly greater, not a number.
fn relations(comparison: Comparison) -> u8 {
    match comparison {
        Comparison::Equal => 0b00_1110,
        Comparison::NotEqual => 0b01_0001,
        Comparison::Less => 0b00_0001,
        Comparison::LessOrEqual => 0b00_0111,
        Comparison::Greater => 0b01_0000,
        Comparison::GreaterOrEqual => 0b01_1100,
    }
}
