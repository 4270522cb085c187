//! A region: what the facts can still be, given the answers so far on a path.
//!
//! An answer about a single fact narrows that fact's domain exactly. An answer about several facts
//! at once narrows the calculation it is about and is kept; whether such answers can hold together
//! is decided by [`witness`](crate::tree::witness). Never says impossible of what is possible.
//!
//! A fact that may be any fraction is more than the keys of its domain: between two of them are
//! others. Comparisons of it with numbers cut exactly (`terms`); any other answer about it is kept,
//! as one about several facts is.
//!
//! Example: `n` may be 0 to 168. After `n >= 48` is answered with no, its domain is 0 to 47; the
//! test `n > 100` then has one answer left and asks nothing.
//!
//! INVARIANT: every completion that gives the answers taken so far is in the region. It may hold
//! others, never fewer: what it calls impossible is impossible.
//! INVARIANT: taking an answer never makes a domain larger.

use crate::tree::Domain;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::base::work_budget::spend;
use crate::model::fact::{FactOrigin, Number};
use crate::tree::comparison_simplification::Simplest;
use crate::tree::exact_arithmetic::{Comparison, key_below};
use crate::tree::expression::{Expression, ValueKind};
use crate::tree::fact_ref::FactRef;
use crate::tree::fraction_comparisons::{of_one_fraction, simplest};
use crate::tree::interval_arithmetic::{Bounds, Interval, bounds};
use crate::tree::predicate::Test;
use crate::tree::ranges::Ranges;
use crate::tree::search_limits::Limits;
use crate::tree::values_passing_test::{number_truth, plain_truth, truth};

/// All ways in which two calculations can relate, one bit each; see [`relations`].
const ALL_RELATIONS: u8 = 0b111;

/// What the answers so far leave possible.
#[derive(Clone, Debug)]
pub(crate) struct Region {
    pub(crate) limits: Limits,
    pub(crate) domains: BTreeMap<FactRef, Domain>,
    /// What a calculation over several facts can still yield. For integers, each range begins
    /// and ends just before one.
    terms: BTreeMap<Arc<Expression>, Ranges<Cut>>,
    /// How two calculations can still relate.
    relations: BTreeMap<(Arc<Expression>, Arc<Expression>), u8>,
    /// Answers about several facts, or about one in a way its domain cannot hold.
    pub(crate) entangled: Vec<(Test, bool)>,
}

impl Region {
    /// The region without any answer.
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            limits,
            domains: BTreeMap::new(),
            terms: BTreeMap::new(),
            relations: BTreeMap::new(),
            entangled: Vec::new(),
        }
    }

    /// The values that a fact can still have.
    pub(crate) fn domain(&self, fact: &FactRef) -> Domain {
        self.domains
            .get(fact)
            .cloned()
            .unwrap_or_else(|| Domain::of(fact))
    }

    /// The least and greatest key of a fact; for one that may be any fraction, keys that enclose
    /// all its values.
    pub(crate) fn hull(&self, fact: &FactRef) -> (i64, i64) {
        let (low, high) = self.domains.get(fact).map_or_else(|| widest(fact), hull_of);
        if !fact.may_be_any_fraction() {
            return (low, high);
        }
        let (least, most) = widest(fact);
        let cuts = self.terms.get(&Expression::Fact(fact.clone()));
        let last = cuts.and_then(|cuts| cuts.ranges().last()?.1.as_ref());
        let first = cuts.and_then(Ranges::first).and_then(Cut::number);
        let last = last.and_then(Cut::number);
        let above = |(key, is_there): (i64, bool)| if is_there { key } else { key + 1 };
        // Keys alone do not show whether the values just beside them are cut off too.
        let low = first.map_or(low.saturating_sub(1), |at| key_below(at).0);
        let high = last.map_or(high.saturating_add(1), |at| above(key_below(at)));
        (low.max(least), high.min(most))
    }

    /// The part about some facts, and about those that answers bind to them.
    pub(crate) fn about(&self, facts: &BTreeSet<FactRef>) -> Self {
        let mut bound: BTreeSet<&FactRef> = facts.iter().collect();
        let mut left: Vec<(&(Test, bool), BTreeSet<&FactRef>)> = self
            .entangled
            .iter()
            .map(|kept| (kept, kept.0.facts()))
            .collect();
        let mut entangled = Vec::new();
        loop {
            let before = left.len();
            left.retain(|(kept, facts)| {
                let apart = facts.is_disjoint(&bound);
                if !apart {
                    bound.extend(facts);
                    entangled.push((*kept).clone());
                }
                apart
            });
            if left.len() == before {
                break;
            }
        }
        entangled.sort();
        let speaks = |expression: &Expression| {
            let mut facts = BTreeSet::new();
            expression.collect(&mut facts);
            !facts.is_disjoint(&bound)
        };
        let domains = self.domains.iter().filter(|(fact, _)| bound.contains(fact));
        let terms = self.terms.iter().filter(|(term, _)| speaks(term));
        let related =
            |(one, other): &(Arc<Expression>, Arc<Expression>)| speaks(one) || speaks(other);
        let relations = self.relations.iter().filter(|(pair, _)| related(pair));
        Self {
            limits: self.limits,
            domains: domains
                .map(|(fact, domain)| (fact.clone(), domain.clone()))
                .collect(),
            terms: terms
                .map(|(term, can)| (term.clone(), can.clone()))
                .collect(),
            relations: relations.map(|(pair, can)| (pair.clone(), *can)).collect(),
            entangled,
        }
    }

    /// Whether both say the same, made by [`Self::about`].
    pub(crate) fn says_as(&self, other: &Self) -> bool {
        self.domains == other.domains
            && self.terms == other.terms
            && self.relations == other.relations
            && self.entangled == other.entangled
    }

    /// Takes in what a fact can be at most, and says whether anything is left.
    pub(crate) fn confine(&mut self, fact: &FactRef, domain: &Domain) -> bool {
        let after = self.domain(fact).intersect(domain);
        let possible = !after.is_empty();
        self.domains.insert(fact.clone(), after);
        possible && self.consistent()
    }

    /// This region with one more answer, or `None` when the answer cannot be.
    pub(crate) fn assume(&self, test: &Test, answer: bool) -> Option<Self> {
        let mut region = self.copied();
        region.narrow(test, answer).then_some(region)
    }

    /// A copy, which pays for the number of facts in it.
    pub(crate) fn copied(&self) -> Self {
        let facts = self.domains.len() + self.entangled.len();
        spend(1 + u64::try_from(facts / 2).unwrap_or(u64::MAX));
        self.clone()
    }

    /// Takes one more answer in, and says whether it can be. If not, the region is of no more use.
    pub(crate) fn narrow(&mut self, test: &Test, answer: bool) -> bool {
        spend(5);
        let test = &*test.without_names();
        if cuts_between(test, FactOrigin::Parameter) {
            return true;
        }
        if let Some((fact, simplest)) = of_one_fraction(test) {
            return self.narrow_fraction(test, (fact, &simplest), answer)
                && self.agrees(test, answer)
                && self.consistent();
        }
        if let Some((fact, truth)) = plain_truth(test) {
            return self.narrow_domain(fact, &truth, answer) && self.consistent();
        }
        let facts = test.facts();
        if facts.is_empty() {
            return test.answer(&mut |_| unreachable!("there is no fact in it")) == answer;
        }
        if let Test::Compare(left, comparison, right) = test
            && left == right
        {
            let same = matches!(
                comparison,
                Comparison::Equal | Comparison::LessOrEqual | Comparison::GreaterOrEqual
            );
            return same == answer;
        }
        let simplest = simplest(test);
        match &simplest {
            Some(Simplest::Answer(always)) => return *always == answer,
            Some(Simplest::One(term, comparison, bound)) => {
                if let Expression::Fact(fact) = &**term
                    && let Some(truth) = number_truth(fact, *comparison, bound)
                {
                    let truth = Domain::Keys(truth);
                    return self.narrow_domain(fact, &truth, answer) && self.consistent();
                }
            }
            _ => {}
        }
        let only = (facts.len() == 1).then(|| facts.first().copied()).flatten();
        // Between the numbers that would be tried there are others.
        let only = only.filter(|fact| !fact.may_be_any_fraction());
        let boxes = self.limits.boxes;
        match only.and_then(|fact| Some((fact, truth(test, fact, boxes)?))) {
            Some((fact, truth)) => self.narrow_domain(fact, &truth, answer) && self.consistent(),
            None if facts.iter().any(|fact| fact.may_be_any_fraction())
                && let Some(given) = test.decide(&|fact: &FactRef| self.hull(fact)) =>
            {
                given == answer
            }
            // The answers kept before agree with the domains, which do not change.
            None => {
                self.entangle(test, simplest.as_ref(), answer).is_some()
                    && self.agrees(test, answer)
            }
        }
    }

    /// Adds the answer to a comparison with a number, for a fact that may be any fraction. Its cuts
    /// are exact; its domain has the values left that a record can state.
    fn narrow_fraction(
        &mut self,
        test: &Test,
        (fact, simplest): (&FactRef, &Simplest),
        answer: bool,
    ) -> bool {
        let Simplest::One(term, comparison, bound) = simplest else {
            return true;
        };
        if self.narrow_term(term, *comparison, bound, answer).is_none() {
            return false;
        }
        let truth = number_truth(fact, *comparison, bound).filter(|_| bound.binary().is_some());
        let before = self.domain(fact);
        if let Some(truth) = truth {
            let left = if answer {
                before.intersect(&Domain::Keys(truth))
            } else {
                before.without(&Domain::Keys(truth))
            };
            // If no such number is left, fractions between two of them are.
            if !left.is_empty() {
                self.domains.insert(fact.clone(), left);
                return true;
            }
        }
        self.entangle(test, Some(simplest), answer).is_some()
    }

    fn narrow_domain(&mut self, fact: &FactRef, truth: &Domain, answer: bool) -> bool {
        let narrowed = |before: &Domain| {
            if answer {
                before.intersect(truth)
            } else {
                before.without(truth)
            }
        };
        if let Some(domain) = self.domains.get_mut(fact) {
            *domain = narrowed(domain);
            return !domain.is_empty();
        }
        let after = narrowed(&Domain::of(fact));
        let possible = !after.is_empty();
        self.domains.insert(fact.clone(), after);
        possible
    }

    /// Whether no entangled answer is plainly wrong within the domains.
    fn consistent(&self) -> bool {
        let mut kept = self.entangled.iter();
        kept.all(|(test, answer)| self.agrees(test, *answer))
    }

    /// Whether an answer is not plainly wrong within the domains.
    fn agrees(&self, test: &Test, answer: bool) -> bool {
        spend(1);
        test.decide(&|fact: &FactRef| self.hull(fact)) != Some(!answer)
    }

    fn entangle(&mut self, test: &Test, simplest: Option<&Simplest>, answer: bool) -> Option<()> {
        match (simplest, test) {
            (
                Some(
                    Simplest::One(term, comparison, bound) | Simplest::Sum(term, comparison, bound),
                ),
                _,
            ) => self.narrow_term(term, *comparison, bound, answer)?,
            (_, Test::Compare(left, comparison, right)) => {
                self.relate(left, *comparison, right, answer)?;
            }
            _ => {}
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

    /// Narrows the results of a calculation that is compared with a number.
    fn narrow_term(
        &mut self,
        term: &Arc<Expression>,
        comparison: Comparison,
        bound: &Number,
        answer: bool,
    ) -> Option<()> {
        let Bounds { interval, .. } = bounds(term, &|fact| match &**term {
            Expression::Fact(_) => widest(fact),
            _ => self.hull(fact),
        });
        let truth = match (term.kind(), interval) {
            (ValueKind::Number, _) => Some(Cut::truth(comparison, bound)),
            (_, Interval::Whole(..)) => Some(whole_truth(comparison, bound)),
            _ => None,
        };
        let Some(truth) = truth else { return Some(()) };
        let before = match self.terms.get(term) {
            Some(known) => known.clone(),
            None => Ranges::new([(Cut::Least, None)]),
        };
        let before = before.intersect(&Cut::within(interval));
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
        let (pair, comparison) = if left <= right {
            ((Arc::clone(left), Arc::clone(right)), comparison)
        } else {
            ((Arc::clone(right), Arc::clone(left)), comparison.flipped())
        };
        let truth = relations(comparison);
        let before = self.relations.get(&pair).copied().unwrap_or(ALL_RELATIONS);
        let after = before & if answer { truth } else { !truth };
        if after == 0 {
            return None;
        }
        self.relations.insert(pair, after);
        Some(())
    }
}

/// Whether an answer cuts between the numbers of a domain, for a fact of this origin that may be
/// any fraction: an open parameter, which is then not shown, or a derived fact.
pub(crate) fn cuts_between(test: &Test, origin: FactOrigin) -> bool {
    test.any_fact(&mut |fact| fact.schema.origin == origin)
        && matches!(simplest(test), Some(Simplest::One(_, _, bound)) if bound.binary().is_none())
}

/// The least and greatest key that a fact can have.
fn widest(fact: &FactRef) -> (i64, i64) {
    hull_of(&Domain::of(fact))
}

fn hull_of(domain: &Domain) -> (i64, i64) {
    let hull = match domain {
        Domain::Keys(keys) => keys.hull(),
        Domain::Texts(_) => None,
    };
    hull.unwrap_or((0, 0))
}

/// A place between numbers: before or after one of them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Cut {
    Least,
    At(Number, bool),
}

impl Cut {
    /// The number at which it is.
    fn number(&self) -> Option<&Number> {
        match self {
            Self::Least => None,
            Self::At(number, _) => Some(number),
        }
    }

    /// The numbers for which a comparison with a number says yes.
    fn truth(comparison: Comparison, at: &Number) -> Ranges<Self> {
        let cut = |after| Self::At(at.clone(), after);
        let (before, after) = (cut(false), cut(true));
        Ranges::new(match comparison {
            Comparison::Equal => vec![(before, Some(after))],
            Comparison::NotEqual => vec![(Self::Least, Some(before)), (after, None)],
            Comparison::Less => vec![(Self::Least, Some(before))],
            Comparison::LessOrEqual => vec![(Self::Least, Some(after))],
            Comparison::Greater => vec![(after, None)],
            Comparison::GreaterOrEqual => vec![(before, None)],
        })
    }

    /// The numbers of an interval, its ends among them.
    fn within(interval: Interval) -> Ranges<Self> {
        let (low, high) = match interval {
            Interval::Whole(low, high) => (Some(low.into()), Some(high.into())),
            Interval::Number(low, high) => (Number::exactly(low), Number::exactly(high)),
        };
        let from = low.map_or(Self::Least, |low| Self::At(low, false));
        Ranges::new([(from, high.map(|high| Self::At(high, true)))])
    }
}

/// The whole numbers for which a comparison with a number is true. The line is cut at whole
/// numbers.
fn whole_truth(comparison: Comparison, at: &Number) -> Ranges<Cut> {
    let next = |number: &Number| Cut::At(number.plus(&Number::ONE), false);
    let (low, high) = (at.floor(), at.ceiling());
    let (least, low_end, high_start) = (Cut::Least, next(&low), Cut::At(high.clone(), false));
    let point = || (high_start.clone(), Some(next(&high)));
    Ranges::new(match comparison {
        Comparison::Equal if at.is_whole() => vec![point()],
        Comparison::Equal => Vec::new(),
        Comparison::NotEqual if at.is_whole() => {
            vec![(least, Some(high_start.clone())), (next(&high), None)]
        }
        Comparison::NotEqual => vec![(least, None)],
        Comparison::Less => vec![(least, Some(high_start))],
        Comparison::LessOrEqual => vec![(least, Some(low_end))],
        Comparison::Greater => vec![(low_end, None)],
        Comparison::GreaterOrEqual => vec![(high_start, None)],
    })
}

/// In which relations a comparison is true. The bits, from the lowest: less, the same, greater.
fn relations(comparison: Comparison) -> u8 {
    match comparison {
        Comparison::Equal => 0b010,
        Comparison::NotEqual => 0b101,
        Comparison::Less => 0b001,
        Comparison::LessOrEqual => 0b011,
        Comparison::Greater => 0b100,
        Comparison::GreaterOrEqual => 0b110,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::fact::{FactSchema, FactType, Schema, Value};
    use crate::tree::Owner;
    use crate::tree::compare_exactly;
    use crate::tree::exact_arithmetic::Binary;

    fn pair(ty: &FactType) -> [Arc<Expression>; 2] {
        let facts = ["id", "name", "x", "y"].map(|path| FactSchema::of(path, ty.clone()));
        let schema = Schema::new(facts);
        [2, 3].map(|number: usize| {
            Expression::Fact(FactRef::of(Owner::This, number.into(), &schema)).into()
        })
    }

    fn possible(answers: &[&(Test, bool)]) -> bool {
        let mut region = Region::new(Limits::default());
        answers
            .iter()
            .all(|(test, answer)| region.narrow(test, *answer))
    }

    /// Any three answers on how two facts relate are possible just when one of the three relations
    /// gives them all: whichever is asked first, and from whichever side.
    #[test]
    fn answers_on_two_facts_are_possible_as_far_as_some_relation_gives_them() {
        let [x, y] = pair(&FactType::Text);
        let sides = [(&x, &y, false), (&y, &x, true)];
        let asked: Vec<_> = sides
            .iter()
            .flat_map(|side| Comparison::ALL.map(|comparison| (*side, comparison)))
            .flat_map(|(side, comparison)| [true, false].map(|answer| (side, comparison, answer)))
            .map(|((left, right, turned), comparison, answer)| {
                let test = Test::compare(left.clone(), comparison, right.clone());
                let given = [(0, 1), (1, 1), (1, 0)].map(|(x, y)| {
                    let (left, right) = if turned { (y, x) } else { (x, y) };
                    compare_exactly(comparison, &left, &right) == answer
                });
                ((test, answer), given)
            })
            .collect();
        for (first, by_first) in &asked {
            for (second, by_second) in &asked {
                for (third, by_third) in &asked {
                    let some = (0..3).any(|at| by_first[at] && by_second[at] && by_third[at]);
                    assert_eq!(
                        possible(&[first, second, third]),
                        some,
                        "{first:?}, {second:?}, {third:?}"
                    );
                }
            }
        }
    }

    /// Two opposite answers to one test about several facts are impossible.
    #[test]
    fn a_question_about_several_facts_has_one_answer() {
        let [x, y] = pair(&FactType::Number);
        let difference = Expression::Binary(Binary::Subtract, x.clone(), y.clone());
        let product = Expression::Binary(Binary::Multiply, x.clone(), y.clone());
        let quotient = Expression::Binary(Binary::Divide, x.clone(), difference.into());
        let three = Expression::Constant(Value::Number(3.into()));
        for test in [
            Test::Succeeds(quotient.into()),
            Test::compare(product.into(), Comparison::Less, three.into()),
        ] {
            for answer in [true, false] {
                let (same, other) = ((test.clone(), answer), (test.clone(), !answer));
                assert!(possible(&[&same, &same]), "{test} {answer} twice");
                assert!(
                    !possible(&[&same, &other]),
                    "{test} {answer}, then {}",
                    !answer
                );
            }
        }
    }
}
