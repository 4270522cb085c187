//! The paths of a tree that asks about derived facts by name, with the paths of the facts behind
//! them.
//!
//! Such a tree asks `share <= 60` and does not show the facts that `share` is calculated from. So
//! each way keeps two things: its answers, with derived facts by name, and behind them each way in
//! which these facts are calculated. The tree of a derived fact is followed where it is first asked
//! about, and every answer also narrows the facts behind it.
//!
//! Example: `share` is `debt * 100 / income`, and a script asks `share > 60` and then `debt == 0`.
//! By name, both can be yes; behind them, zero divided by any income is at most 60, so this way is
//! impossible.
//!
//! If a script reads a derived fact that may fail, its tree first asks whether it can be
//! calculated.
//!
//! INVARIANT: a way that some record takes is followed, unless the search is cut short.
//! INVARIANT: [`Way::may`] is `Yes` only if values of the facts behind were found.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::base::work_budget::{Budget, spend};
use crate::tree::cases::{Conjunction, Witness};
use crate::tree::domain::Domain;
use crate::tree::expression::Expression;
use crate::tree::fact_ref::FactRef;
use crate::tree::predicate::Test;
use crate::tree::region::Region;
use crate::tree::search_limits::Limits;
use crate::tree::witness::{May, Patience};
use crate::tree::{Next, Tree};

/// The trees of derived facts, by the names under which another tree asks about them.
#[derive(Debug, Default)]
pub(crate) struct Behind(BTreeMap<FactRef, Arc<Tree>>);

/// The end of a way.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum End {
    /// At an outcome of the tree, by its number.
    Outcome(usize),
    /// At a derived fact that cannot be calculated, for this reason.
    Fault(FactRef, String),
}

/// A way as far as it was followed.
pub(crate) struct Way {
    /// The answers, with derived facts by name.
    told: Region,
    known: BTreeMap<FactRef, bool>,
    /// The ways behind it.
    behind: Vec<Back>,
}

/// One way in which the derived facts come about.
struct Back {
    region: Region,
    known: BTreeMap<FactRef, bool>,
    values: BTreeMap<FactRef, Calculated>,
}

/// The value of a derived fact, or why it cannot be calculated.
type Calculated = Result<Arc<Expression>, String>;

/// The answer of a test, or the test over the missing facts.
type Answering<'a> = dyn Fn(&Test) -> Result<bool, Test> + 'a;

/// A walk on all ways.
pub(crate) struct Ways<'a> {
    behind: &'a Behind,
    given: &'a Answering<'a>,
    limits: Limits,
    budget: Budget,
    /// Not all ways were followed, so nothing is known of the others.
    pub(crate) cut_short: bool,
}

impl Behind {
    /// If a derived fact occurs twice, the first tree counts.
    pub(crate) fn new(found: impl IntoIterator<Item = (FactRef, Arc<Tree>)>) -> Self {
        let mut trees = BTreeMap::new();
        for (fact, tree) in found {
            trees.entry(fact).or_insert(tree);
        }
        Self(trees)
    }

    /// Whether there are no derived facts.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'a> Ways<'a> {
    /// `given`: the answer that a record gives to a test; if all facts are free, the test itself.
    pub(crate) fn new(behind: &'a Behind, limits: Limits, given: &'a Answering<'a>) -> Self {
        Self {
            behind,
            given,
            limits,
            budget: Budget::new(limits.work),
            cut_short: false,
        }
    }

    /// Follows every way through a tree from where another has come.
    pub(crate) fn follow(
        &mut self,
        tree: &Tree,
        way: &Way,
        ended: &mut dyn FnMut(&mut Self, End, &Way),
    ) {
        self.go(tree, tree.start(), way, ended);
    }

    fn go(
        &mut self,
        tree: &Tree,
        node: usize,
        way: &Way,
        ended: &mut dyn FnMut(&mut Self, End, &Way),
    ) {
        spend(5);
        self.cut_short |= self.budget.is_used_up();
        if self.cut_short {
            return;
        }
        let (asked, yes, no) = match tree.at(node) {
            Next::Outcome(_) => {
                return ended(self, End::Outcome(tree.outcome_at(node)), way);
            }
            Next::Test(asked, yes, no) => (asked, yes, no),
        };
        let (way, faults) = self.opened(way, &asked.test);
        for (fault, way) in faults {
            ended(self, fault, &way);
        }
        for (answer, next) in [(true, yes), (false, no)] {
            if let Some(way) = way.assume(&asked.test, answer, self.given) {
                self.go(tree, next, &way, ended);
            }
        }
    }

    /// Follows the trees of the derived facts in a test; returns separately the ways on which one
    /// of them cannot be calculated.
    fn opened<'w>(&mut self, way: &'w Way, test: &Test) -> (Cow<'w, Way>, BTreeMap<End, Way>) {
        let mut faults: BTreeMap<End, Way> = BTreeMap::new();
        let asked = test.facts();
        let derived = asked.iter();
        let derived = derived.filter_map(|fact| self.behind.0.get_key_value(*fact));
        let mut derived = derived.peekable();
        if derived.peek().is_none() {
            return (Cow::Borrowed(way), faults);
        }
        let mut way = way.clone();
        for (fact, tree) in derived {
            let mut found = Vec::new();
            for back in std::mem::take(&mut way.behind) {
                if back.values.contains_key(fact) {
                    found.push(back);
                } else {
                    self.come_about(tree, tree.start(), fact, &back, &mut found);
                }
            }
            self.cut_short |= found.len() > self.limits.combinations || self.budget.is_used_up();
            for back in found {
                match &back.values[fact] {
                    Ok(_) => way.behind.push(back),
                    Err(why) => {
                        let end = End::Fault(fact.clone(), why.clone());
                        let there = faults.entry(end);
                        there.or_insert_with(|| way.told()).behind.push(back);
                    }
                }
            }
        }
        (Cow::Owned(way), faults)
    }

    /// The ways in which a derived fact comes about.
    fn come_about(
        &self,
        tree: &Tree,
        node: usize,
        fact: &FactRef,
        back: &Back,
        found: &mut Vec<Back>,
    ) {
        spend(5);
        if found.len() > self.limits.combinations || self.budget.is_used_up() {
            return;
        }
        let own = fact.steps().len() == 1;
        let place = |inner: &FactRef| inner.seen_through(fact);
        match tree.at(node) {
            Next::Outcome(outcome) => {
                let came = match (&outcome.value, &outcome.fault) {
                    (Some(value), None) if own => Ok(Arc::clone(value)),
                    (Some(value), None) => Ok(value.seen_from(&place).into()),
                    (_, Some(fault)) => Err(fault.message.clone()),
                    (None, None) => Err("its script ends without a value".to_owned()),
                };
                let mut back = back.clone();
                back.values.insert(fact.clone(), came);
                found.push(back);
            }
            Next::Test(asked, yes, no) => {
                let seen = (!own).then(|| asked.test.seen_from(&place));
                let test = seen.as_ref().unwrap_or(&asked.test);
                for (answer, next) in [(true, yes), (false, no)] {
                    if let Some(back) = back.assume(test, answer, self.given) {
                        self.come_about(tree, next, fact, &back, found);
                    }
                }
            }
        }
    }
}

impl Way {
    /// One on which nothing was asked yet.
    pub(crate) fn new(limits: Limits) -> Self {
        Self::within(Region::new(limits))
    }

    /// A way without answers, for records within a region.
    pub(crate) fn within(region: Region) -> Self {
        Self {
            told: Region::new(region.limits),
            known: BTreeMap::new(),
            behind: vec![Back {
                region,
                known: BTreeMap::new(),
                values: BTreeMap::new(),
            }],
        }
    }

    /// Its answers by name, with nothing behind.
    fn told(&self) -> Self {
        Self {
            told: self.told.copied(),
            known: self.known.clone(),
            behind: Vec::new(),
        }
    }

    /// Its case, with derived facts by name.
    pub(crate) fn case(&self) -> Conjunction {
        Conjunction::new(&self.told, &self.known)
    }

    /// Whether some record takes it.
    pub(crate) fn may(&self) -> May {
        let mut patience = Patience::new(self.told.limits);
        let mut found = May::No;
        for back in &self.behind {
            match patience.look(&back.region) {
                May::Yes => return May::Yes,
                May::Perhaps => found = May::Perhaps,
                May::No => {}
            }
        }
        found
    }

    /// A record that takes it, with the derived facts that the way names; `None` if none was found.
    pub(crate) fn witness(&self) -> Option<Witness> {
        let limits = self.told.limits;
        let mut patience = Patience::new(limits);
        let back = self
            .behind
            .iter()
            .find(|back| patience.look(&back.region) == May::Yes)?;
        let mut values = Conjunction::new(&back.region, &back.known).witness(limits)?;
        for (fact, came) in &back.values {
            let Ok(calculation) = came else { continue };
            let mut behind = BTreeSet::new();
            calculation.collect(&mut behind);
            for fact in behind {
                if !values.contains_key(fact) {
                    values.insert(fact.clone(), Domain::of(fact).pick(fact, None)?);
                }
            }
            let value = calculation.evaluate(&mut |fact| values[fact].clone());
            values.insert(fact.clone(), value.ok()?);
        }
        Some(values)
    }

    fn assume(&self, test: &Test, answer: bool, given: &Answering<'_>) -> Option<Self> {
        let mut next = self.told();
        match test {
            Test::Known(fact, _) => {
                let before = next.known.insert(fact.clone(), answer);
                if before.is_some_and(|before| before != answer) {
                    return None;
                }
            }
            test if !next.told.narrow(test, answer) => return None,
            _ => {}
        }
        let behind = self.behind.iter();
        next.behind = behind
            .filter_map(|back| back.assume(test, answer, given))
            .collect();
        (!next.behind.is_empty()).then_some(next)
    }
}

// Copies are paid for, as all that is followed is.
impl Clone for Way {
    fn clone(&self) -> Self {
        Self {
            behind: self.behind.clone(),
            ..self.told()
        }
    }
}

impl Clone for Back {
    fn clone(&self) -> Self {
        let facts = self.known.len() + self.values.len();
        spend(u64::try_from(facts / 2).unwrap_or(u64::MAX));
        Self {
            region: self.region.copied(),
            known: self.known.clone(),
            values: self.values.clone(),
        }
    }
}

impl Back {
    /// The way with one more answer, asked of the facts behind; `None` if that is impossible.
    fn assume(&self, test: &Test, answer: bool, given: &Answering<'_>) -> Option<Self> {
        let asked = test.substitute(&mut |fact| match self.values.get(fact) {
            Some(Ok(value)) => Expression::Derived(fact.clone(), Arc::clone(value)),
            _ => Expression::Fact(fact.clone()),
        });
        let open = match given(&asked) {
            Ok(given) => return (given == answer).then(|| self.clone()),
            Err(open) => open,
        };
        let mut next = self.clone();
        let possible = match &open {
            Test::Known(fact, _) => next
                .known
                .insert(fact.clone(), answer)
                .is_none_or(|before| before == answer),
            open => {
                spend(5);
                next.region.narrow(open, answer)
            }
        };
        possible.then_some(next)
    }
}
