//! Cases: sets of records, described by their facts. They are the rows of a decision table.
//!
//! Each path of a tree is a case; cases with the same outcome that differ in one fact alone are
//! joined. The cases of one tree never overlap and leave nothing out.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::work_budget::{Budget, spend};
use crate::model::fact::{FactType, Value};
use crate::tree::Asked;
use crate::tree::domain::Domain;
use crate::tree::exact_arithmetic::key_below;
use crate::tree::fact_ref::FactRef;
use crate::tree::fact_table::FactReading;
use crate::tree::follow_meeting_paths_once::{Arrival, Meetings};
use crate::tree::predicate::Test;
use crate::tree::ranges::Ranges;
use crate::tree::region::Region;
use crate::tree::search_limits::Limits;
use crate::tree::values_passing_test::truth_of;
use crate::tree::witness::{May, Patience};
use crate::tree::{Next, Tree};

/// A set of records: those for which all of this is true.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Conjunction {
    /// Whether a record states these facts.
    pub(crate) known: BTreeMap<FactRef, bool>,
    /// The values that are left of each fact.
    pub(crate) domains: BTreeMap<FactRef, Domain>,
    /// Answers about several facts at once.
    pub(crate) answers: BTreeMap<Test, bool>,
}

/// Whether a record belongs to a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Membership {
    In,
    Out,
    /// It depends on facts that are missing.
    Open,
}

impl Conjunction {
    /// The case of a path of a tree, or of a pair of paths in two trees.
    pub(crate) fn new(region: &Region, known: &BTreeMap<FactRef, bool>) -> Self {
        let narrowed = region
            .domains
            .iter()
            .filter(|(fact, domain)| **domain != Domain::of(fact));
        Self {
            known: known.clone(),
            domains: narrowed
                .map(|(fact, domain)| (fact.clone(), domain.clone()))
                .collect(),
            answers: region.entangled.iter().cloned().collect(),
        }
    }

    /// The case as a region, without `known`.
    pub(crate) fn region(&self, limits: Limits) -> Region {
        let mut region = Region::new(limits);
        for (test, answer) in &self.answers {
            region.narrow(test, *answer);
        }
        for (fact, domain) in &self.domains {
            region.confine(fact, domain);
        }
        region
    }

    /// Whether a record belongs to it. `read` reads a fact, `answer` answers a test; missing facts
    /// have only the values left `within`. `tests`: the tests that distinguish the cases.
    pub(crate) fn holds(
        &self,
        read: &dyn Fn(&FactRef) -> FactReading,
        answer: &dyn Fn(&Test) -> Result<bool, Test>,
        within: &Region,
        tests: &NumberTests<'_>,
    ) -> Membership {
        let mut region: Option<Region> = None;
        for (fact, known) in &self.known {
            if answer(&Test::Known(fact.clone(), None)) != Ok(*known) {
                return Membership::Out;
            }
        }
        for (fact, domain) in &self.domains {
            let possible = match read(fact) {
                FactReading::Known(value) => tests.lies_in(fact, &value, domain),
                FactReading::Missing(missing) => region
                    .get_or_insert_with(|| within.clone())
                    .confine(&missing, domain),
            };
            if !possible {
                return Membership::Out;
            }
        }
        for (test, wanted) in &self.answers {
            let possible = match answer(test) {
                Ok(given) => given == *wanted,
                Err(open) => region
                    .get_or_insert_with(|| within.clone())
                    .narrow(&open, *wanted),
            };
            if !possible {
                return Membership::Out;
            }
        }
        match region {
            None => Membership::In,
            Some(region) if Patience::new(within.limits).may_be(&region) => Membership::Open,
            Some(_) => Membership::Out,
        }
    }

    /// Whether all that it is of lies in another case.
    pub(crate) fn is_within(&self, whole: &Self) -> bool {
        let within = |(fact, all): (&FactRef, &Domain)| {
            let own = self.domains.get(fact);
            let own = own.cloned().unwrap_or_else(|| Domain::of(fact));
            own.intersect(all) == own
        };
        let known = |(fact, known)| self.known.get(fact) == Some(known);
        let answered = |(test, answer)| self.answers.get(test) == Some(answer);
        whole.domains.iter().all(within)
            && whole.known.iter().all(known)
            && whole.answers.iter().all(answered)
    }

    /// The facts it speaks of.
    pub(crate) fn facts(&self) -> BTreeSet<&FactRef> {
        let tests = self.answers.keys().flat_map(Test::facts);
        self.known
            .keys()
            .chain(self.domains.keys())
            .chain(tests)
            .collect()
    }
}

/// The tests of a tree about one number alone, by the number, each with the numbers of records for
/// which it answers yes.
///
/// A statistic or a derived fact may be a number that no record can state: it lies between two
/// neighbours that can be stated, and belongs to the one with the same answers. If several tests
/// cut between these two, the first decides.
pub(crate) struct NumberTests<'t>(BTreeMap<&'t FactRef, Vec<(&'t Test, Ranges<i64>)>>);

impl<'t> NumberTests<'t> {
    pub(crate) fn of(tree: &'t Tree) -> Self {
        let mut found: BTreeMap<&FactRef, Vec<(&Test, Ranges<i64>)>> = BTreeMap::new();
        for asked in tree.tests() {
            let facts = asked.test.facts();
            let Some(fact) = facts.first().copied().filter(|_| facts.len() == 1) else {
                continue;
            };
            if fact.schema.ty == FactType::Number
                && let Some(Domain::Keys(truth)) = truth_of(&asked.test, fact, tree.limits.boxes)
            {
                found.entry(fact).or_default().push((&asked.test, truth));
            }
        }
        Self(found)
    }

    /// Whether a value belongs to a domain of a case.
    fn lies_in(&self, fact: &FactRef, value: &Value, domain: &Domain) -> bool {
        let (Value::Number(number), Domain::Keys(keys)) = (value, domain) else {
            return domain.contains(value);
        };
        if number.binary().is_some() {
            return domain.contains(value);
        }
        let (below, _) = key_below(number);
        let above = below.saturating_add(1);
        let mut tests = self.0.get(fact).into_iter().flatten();
        let beside = tests.find_map(|(test, truth)| {
            let (low, high) = (truth.contains(&below), truth.contains(&above));
            let same_as_low = low == test.answer(&mut |_| value.clone());
            (low != high).then_some(if same_as_low { below } else { above })
        });
        keys.contains(&beside.unwrap_or(below))
    }
}

/// The cases of a tree, each with the index of its outcome and whether a record of it is known, in
/// order of the tree. A case without a known record may be impossible.
pub(crate) fn cases(tree: &Tree) -> Vec<(Conjunction, (usize, bool))> {
    let mut collecting = Collecting {
        tree,
        budget: Budget::new(tree.limits.work),
        found: Vec::new(),
    };
    let all = Region::new(tree.limits);
    collecting.go(tree.start(), &all, &mut BTreeMap::new());
    merged(collecting.found)
}

struct Collecting<'a> {
    tree: &'a Tree,
    budget: Budget,
    found: Vec<(Conjunction, (usize, bool))>,
}

impl Collecting<'_> {
    fn go(&mut self, node: usize, region: &Region, known: &mut BTreeMap<FactRef, bool>) {
        let tree = self.tree;
        spend(5);
        match tree.at(node) {
            Next::Outcome(_) => {
                let may = if self.budget.is_used_up() {
                    May::Perhaps
                } else {
                    Patience::new(tree.limits).look(region)
                };
                if may != May::No {
                    let ended = (tree.outcome_at(node), may == May::Yes);
                    self.found.push((Conjunction::new(region, known), ended));
                }
            }
            Next::Test(asked, yes, no) => {
                split(&asked.test, region, known, &mut |answer, region, known| {
                    self.go(if answer { yes } else { no }, region, known);
                });
            }
        }
    }
}

/// Visits each test of a tree, once for each way to it, with the region there. With more than
/// `apart` paths, ways that meet in the same region are followed once.
pub(crate) fn each_asked<'t>(tree: &'t Tree, visit: &mut dyn FnMut(&'t Asked, &Region)) {
    let many = usize::try_from(tree.paths()).is_ok_and(|paths| paths <= tree.limits.apart);
    let mut asking = TestWalk {
        tree,
        visit,
        meetings: (!many).then(Meetings::new),
        patience: Patience::new(tree.limits),
    };
    asking.go(
        tree.start(),
        &Region::new(tree.limits),
        &mut BTreeMap::new(),
    );
}

struct TestWalk<'t, 'v> {
    tree: &'t Tree,
    visit: &'v mut dyn FnMut(&'t Asked, &Region),
    meetings: Option<Meetings<(usize, BTreeMap<FactRef, bool>)>>,
    patience: Patience,
}

impl TestWalk<'_, '_> {
    fn go(&mut self, node: usize, region: &Region, known: &mut BTreeMap<FactRef, bool>) {
        let Next::Test(asked, yes, no) = self.tree.at(node) else {
            return;
        };
        let arrival = self.meetings.as_mut().map(|meetings| {
            let place = (node, known.clone());
            let arrival = meetings.arrive(place, (0, 0), region, &mut self.patience);
            meetings.used(asked.test.facts());
            arrival
        });
        if matches!(arrival, Some(Arrival::Known(_))) {
            return;
        }
        (self.visit)(asked, region);
        split(&asked.test, region, known, &mut |answer, region, known| {
            self.go(if answer { yes } else { no }, region, known);
        });
        if let (Some(Arrival::New), Some(meetings)) = (arrival, &mut self.meetings) {
            meetings.leave(true);
        }
    }
}

/// Continues with an answer, the region after it, and which facts are stated.
type Onward<'a> = dyn FnMut(bool, &Region, &mut BTreeMap<FactRef, bool>) + 'a;

/// Goes on with each answer that a test can still have.
pub(crate) fn split(
    test: &Test,
    region: &Region,
    known: &mut BTreeMap<FactRef, bool>,
    go: &mut Onward<'_>,
) {
    for answer in [true, false] {
        match test {
            Test::Known(fact, _) => match known.get(fact) {
                Some(given) if *given != answer => {}
                Some(_) => go(answer, region, known),
                None => {
                    known.insert(fact.clone(), answer);
                    go(answer, region, known);
                    known.remove(fact);
                }
            },
            test => {
                if let Some(region) = region.assume(test, answer) {
                    go(answer, &region, known);
                }
            }
        }
    }
}

/// Merges cases with the same result that differ in one fact or test only, until none are left.
pub(crate) fn merged<T: Ord + Clone>(mut cases: Vec<(Conjunction, T)>) -> Vec<(Conjunction, T)> {
    loop {
        let before = cases.len();
        let facts: BTreeSet<FactRef> = cases
            .iter()
            .flat_map(|(case, _)| case.domains.keys().cloned())
            .collect();
        for fact in &facts {
            cases = merged_along(
                cases,
                |case| case.domains.remove(fact),
                |a, b| a.union(&b),
                |union, case| {
                    if union != Domain::of(fact) {
                        case.domains.insert(fact.clone(), union);
                    }
                },
            );
        }
        let known: BTreeSet<FactRef> = cases
            .iter()
            .flat_map(|(case, _)| case.known.keys().cloned())
            .collect();
        for fact in &known {
            let both = |a: BTreeSet<bool>, b: BTreeSet<bool>| a.into_iter().chain(b).collect();
            let take = |case: &mut Conjunction| {
                case.known
                    .remove(fact)
                    .map(|answer| BTreeSet::from([answer]))
            };
            cases = merged_along(cases, take, both, |answers, case| {
                if let (1, Some(answer)) = (answers.len(), answers.first()) {
                    case.known.insert(fact.clone(), *answer);
                }
            });
        }
        let tests: BTreeSet<Test> = cases
            .iter()
            .flat_map(|(case, _)| case.answers.keys().cloned())
            .collect();
        for test in &tests {
            let both = |a: BTreeSet<bool>, b: BTreeSet<bool>| a.into_iter().chain(b).collect();
            let take = |case: &mut Conjunction| {
                case.answers
                    .remove(test)
                    .map(|answer| BTreeSet::from([answer]))
            };
            cases = merged_along(cases, take, both, |answers, case| {
                if let (1, Some(answer)) = (answers.len(), answers.first()) {
                    case.answers.insert(test.clone(), *answer);
                }
            });
        }
        if cases.len() == before {
            return cases;
        }
    }
}

/// Takes one part out of each case, unites it among cases that are otherwise equal, and puts it
/// back.
fn merged_along<T: Ord + Clone, P>(
    cases: Vec<(Conjunction, T)>,
    take: impl Fn(&mut Conjunction) -> Option<P>,
    unite: impl Fn(P, P) -> P,
    put_back: impl Fn(P, &mut Conjunction),
) -> Vec<(Conjunction, T)> {
    let mut places: BTreeMap<(Conjunction, T), usize> = BTreeMap::new();
    let mut list: Vec<(Conjunction, T, Option<P>)> = Vec::with_capacity(cases.len());
    for (mut case, result) in cases {
        let Some(part) = take(&mut case) else {
            list.push((case, result, None));
            continue;
        };
        let next = list.len();
        let place = *places.entry((case.clone(), result.clone())).or_insert(next);
        if place == next {
            list.push((case, result, Some(part)));
        } else {
            let known = list[place]
                .2
                .take()
                .expect("only those with a part have a place");
            list[place].2 = Some(unite(known, part));
        }
    }
    let back = list.into_iter().map(|(mut case, result, part)| {
        if let Some(part) = part {
            put_back(part, &mut case);
        }
        (case, result)
    });
    back.collect()
}

/// A record of a case: values of the facts that the case names.
pub(crate) type Witness = BTreeMap<FactRef, Value>;

impl Conjunction {
    /// A record of the case, as near as possible to ends of ranges; `None` if none was found. A
    /// fact that the record must not state is left out.
    pub(crate) fn witness(&self, limits: Limits) -> Option<Witness> {
        let region = self.region(limits);
        let mut values = region.plainer(region.witness()?);
        for (fact, known) in &self.known {
            match (known, values.contains_key(fact)) {
                (true, false) => {
                    values.insert(fact.clone(), Domain::of(fact).pick(fact, None)?);
                }
                (false, true) => return None,
                _ => {}
            }
        }
        Some(values)
    }
}
