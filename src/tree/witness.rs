//! Finds values of the facts that fit a region, or shows that there are none.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::model::fact::{FactOrigin, Value};
use crate::tree::arithmetic::{key_of, next_text};
use crate::tree::domain::Domain;
use crate::tree::expression::FactRef;
use crate::tree::predicate::Test;
use crate::tree::ranges::Ranges;
use crate::tree::region::Region;
use crate::tree::truth::{middle, value_of_key};

/// Whether a region has anything in it.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Possibility<'a> {
    /// These values of the facts in its entangled answers fit.
    Certain(BTreeMap<&'a FactRef, Value>),
    /// There are none.
    Impossible,
    /// None were found, and it was not shown that there are none.
    Open,
}

/// How many steps of searching are still made for one finding or determination. When it is used up,
/// a region counts as possible without a search: cautious, and in bounded time.
#[derive(Debug)]
pub(crate) struct Patience(usize);

impl Patience {
    pub(crate) fn new() -> Self {
        Self(60_000)
    }

    /// Whether a region may have anything in it.
    pub(crate) fn may_be(&mut self, region: &Region) -> bool {
        if self.0 == 0 {
            return true;
        }
        let mut steps = 0;
        // Nobody states a statistic, so no completion of the facts is looked for that gives it a
        // value: a test about one that is not known may go either way.
        let stated = |fact: &&FactRef| fact.schema.origin != FactOrigin::Statistic;
        let tests = region
            .entangled
            .iter()
            .filter(|(test, _)| test.facts().iter().all(stated));
        let possibility = region.possibility(&tests.collect::<Vec<_>>(), &mut steps);
        self.0 = self.0.saturating_sub(steps);
        possibility != Possibility::Impossible
    }
}

/// How many combinations, and how many boxes, one search looks at. It is never less, because what a
/// search concludes from having tried everything depends on it.
const MOST_STEPS: usize = 3_000;

/// How many values of one fact are tried in combination with others.
const MOST_CANDIDATES: usize = 24;

impl Region {
    /// Whether some completion of the facts gives just the answers of this region.
    fn possibility<'a>(&self, tests: &[&'a (Test, bool)], steps: &mut usize) -> Possibility<'a> {
        if tests.is_empty() {
            return Possibility::Certain(BTreeMap::new());
        }
        let facts: BTreeSet<&FactRef> = tests.iter().flat_map(|(test, _)| test.facts()).collect();
        let facts: Vec<&FactRef> = facts.into_iter().collect();
        match self.try_candidates(tests, &facts, steps) {
            Some(values) => Possibility::Certain(values),
            None => self.search_boxes(tests, &facts, steps),
        }
    }

    /// Values of all facts that this region narrows, which fit it; none when none were found.
    pub(crate) fn witness(&self) -> Option<BTreeMap<FactRef, Value>> {
        let tests: Vec<_> = self.entangled.iter().collect();
        let Possibility::Certain(found) = self.possibility(&tests, &mut 0) else {
            return None;
        };
        let mut values: BTreeMap<FactRef, Value> = found
            .into_iter()
            .map(|(fact, value)| (fact.clone(), value))
            .collect();
        for (fact, domain) in &self.domains {
            if !values.contains_key(fact) {
                values.insert(fact.clone(), domain.pick(fact, None)?);
            }
        }
        Some(values)
    }

    /// Tries combinations of likely values: ends of ranges, and constants with their neighbours.
    fn try_candidates<'a>(
        &self,
        tests: &[&(Test, bool)],
        facts: &[&'a FactRef],
        steps: &mut usize,
    ) -> Option<BTreeMap<&'a FactRef, Value>> {
        let mut constants = Vec::new();
        for (test, _) in tests {
            if let Test::Compare(left, _, right) = test {
                left.constants(&mut constants);
                right.constants(&mut constants);
            }
        }
        let mut due: Vec<Vec<(&Test, bool)>> = vec![Vec::new(); facts.len()];
        for (test, answer) in tests {
            let last = test
                .facts()
                .last()
                .and_then(|last| facts.iter().position(|fact| fact == last));
            due[last.expect("an entangled test has facts")].push((test, *answer));
        }
        let candidates = facts
            .iter()
            .enumerate()
            .map(|(index, fact)| self.candidates(index, fact, &constants));
        let combinations = Combinations {
            facts,
            candidates: candidates.collect(),
            due,
        };
        let before = *steps;
        let mut values = BTreeMap::new();
        combinations
            .search(&mut values, steps, before + MOST_STEPS)
            .then_some(values)
    }

    fn candidates(&self, index: usize, fact: &FactRef, constants: &[Value]) -> Vec<Value> {
        match self.domain(fact) {
            Domain::Keys(keys) => key_candidates(fact, &keys, constants),
            Domain::Texts(texts) => text_candidates(index, &texts, constants),
        }
    }

    /// Halves boxes until one is decided to fit, or all are decided not to.
    fn search_boxes<'a>(
        &self,
        tests: &[&(Test, bool)],
        facts: &[&'a FactRef],
        steps: &mut usize,
    ) -> Possibility<'a> {
        let mut start = BTreeMap::new();
        for fact in facts {
            let Domain::Keys(keys) = self.domain(fact) else {
                return self.search_texts(facts);
            };
            let Some(hull) = keys.hull() else {
                return Possibility::Impossible;
            };
            start.insert(*fact, hull);
        }
        let mut open = vec![start];
        for _ in 0..MOST_STEPS {
            *steps += 1;
            let Some(mut keys) = open.pop() else {
                return Possibility::Impossible;
            };
            let decided: Vec<_> = tests
                .iter()
                .map(|(test, answer)| {
                    test.decide(&|fact| keys[fact])
                        .map(|given| given == *answer)
                })
                .collect();
            if decided.contains(&Some(false))
                || facts.iter().any(|fact| self.apart(fact, keys[fact]))
            {
                continue;
            }
            if let Some(values) = self.middles(&keys)
                && fits(tests, &values)
            {
                return Possibility::Certain(values);
            }
            let widest = keys
                .iter()
                .max_by_key(|(_, (low, high))| i128::from(*high) - i128::from(*low));
            let Some((fact, (low, high))) = widest.map(|(fact, range)| (*fact, *range)) else {
                return Possibility::Open;
            };
            if low == high {
                continue;
            }
            let middle = middle(low, high);
            let mut upper = keys.clone();
            upper.insert(fact, (middle + 1, high));
            keys.insert(fact, (low, middle));
            open.push(upper);
            open.push(keys);
        }
        Possibility::Open
    }

    /// Finite choices that were all tried leave nothing; open texts leave the question open.
    fn search_texts(&self, facts: &[&FactRef]) -> Possibility<'static> {
        let finite = |fact: &&FactRef| match self.domain(fact) {
            Domain::Texts(texts) => {
                matches!(fact.schema.ty, crate::model::fact::FactType::Choice(_))
                    && texts.ranges().len() <= MOST_CANDIDATES
            }
            Domain::Keys(keys) => keys
                .hull()
                .is_some_and(|(low, high)| high.saturating_sub(low) < 4),
        };
        let combinations = facts
            .iter()
            .map(|fact| self.candidates(0, fact, &[]).len())
            .product::<usize>();
        if facts.iter().all(finite) && combinations < MOST_STEPS / 4 {
            Possibility::Impossible
        } else {
            Possibility::Open
        }
    }

    fn apart(&self, fact: &FactRef, (low, high): (i64, i64)) -> bool {
        let Domain::Keys(keys) = self.domain(fact) else {
            return false;
        };
        keys.intersect(&Ranges::closed(low, high)).is_empty()
    }

    fn middles<'a>(
        &self,
        keys: &BTreeMap<&'a FactRef, (i64, i64)>,
    ) -> Option<BTreeMap<&'a FactRef, Value>> {
        let within = |fact: &'a FactRef, (low, high): (i64, i64)| {
            let Domain::Keys(all) = self.domain(fact) else {
                return None;
            };
            let part = all.intersect(&Ranges::closed(low, high));
            let wanted = middle(low, high);
            let key = if part.contains(&wanted) {
                wanted
            } else {
                *part.first()?
            };
            value_of_key(fact, key)
        };
        keys.iter()
            .map(|(fact, range)| Some((*fact, within(fact, *range)?)))
            .collect()
    }
}

/// Whether values give each test its answer.
fn fits(tests: &[&(Test, bool)], values: &BTreeMap<&FactRef, Value>) -> bool {
    tests
        .iter()
        .all(|(test, answer)| test.answer(&mut |fact| values[fact].clone()) == *answer)
}

/// Likely values of some facts, to be tried together.
struct Combinations<'c, 'a> {
    facts: &'c [&'a FactRef],
    candidates: Vec<Vec<Value>>,
    /// By fact: the tests that can be answered once it has a value, and those before it.
    due: Vec<Vec<(&'c Test, bool)>>,
}

impl<'a> Combinations<'_, 'a> {
    /// Whether some combination, left in `values`, gives every test its answer; gives up after
    /// `most` steps.
    fn search(
        &self,
        values: &mut BTreeMap<&'a FactRef, Value>,
        steps: &mut usize,
        most: usize,
    ) -> bool {
        let index = values.len();
        let Some(fact) = self.facts.get(index) else {
            return true;
        };
        for value in &self.candidates[index] {
            *steps += 1;
            if *steps > most {
                return false;
            }
            values.insert(fact, value.clone());
            let right = |(test, answer): &(&Test, bool)| {
                test.answer(&mut |fact| values[fact].clone()) == *answer
            };
            if self.due[index].iter().all(right) && self.search(values, steps, most) {
                return true;
            }
            values.remove(fact);
        }
        false
    }
}

impl Domain {
    /// One of these values: the nearest to another; without one, the end of a range that the schema
    /// does not set.
    pub(crate) fn pick(&self, fact: &FactRef, nearest_to: Option<&Value>) -> Option<Value> {
        match self {
            Self::Texts(texts) => {
                if let Some(Value::Text(text)) = nearest_to
                    && texts.contains(text)
                {
                    return Some(Value::Text(Arc::clone(text)));
                }
                texts.first().map(|text| Value::Text(Arc::clone(text)))
            }
            Self::Keys(keys) => {
                let key = match nearest_to.and_then(key_of) {
                    Some(key) => keys.nearest(key),
                    None => keys.boundary(&match Self::of(fact) {
                        Self::Keys(all) => all,
                        Self::Texts(_) => unreachable!("a fact has one kind"),
                    }),
                }?;
                let value = value_of_key(fact, key)?;
                Some(self.rounder(&value).unwrap_or(value))
            }
        }
    }

    /// A few of these values: ends of ranges, what lies between, and small ones.
    pub(crate) fn samples(&self, fact: &FactRef) -> Vec<Value> {
        const MOST: usize = 6;
        let mut found: Vec<Value> = self.pick(fact, None).into_iter().collect();
        let more = match self {
            Self::Keys(keys) => key_candidates(fact, keys, &[]),
            Self::Texts(texts) => text_candidates(0, texts, &[]),
        };
        for value in more {
            if !found.contains(&value) && found.len() < MOST {
                found.push(value);
            }
        }
        found.sort();
        found
    }

    /// Of a number, one with fewer digits that is among these as well and no further than rounding
    /// takes it.
    fn rounder(&self, value: &Value) -> Option<Value> {
        let Value::Number(exact) = value else {
            return None;
        };
        let rounded = Value::Number(format!("{exact:.12e}").parse().ok()?);
        self.contains(&rounded).then_some(rounded)
    }
}

fn key_candidates(fact: &FactRef, keys: &Ranges<i64>, constants: &[Value]) -> Vec<Value> {
    let mut wanted = Vec::new();
    for (from, to) in keys.ranges().iter().take(MOST_CANDIDATES) {
        let last = to.map_or(i64::MAX, |to| to - 1);
        wanted.extend([*from, last, from.saturating_add(1), last.saturating_sub(1)]);
    }
    for value in constants {
        let value = match (value, Domain::of(fact)) {
            (Value::Integer(x), _) if fact.schema.ty == crate::model::fact::FactType::Number => {
                Value::Number(crate::tree::arithmetic::as_float(*x))
            }
            _ => value.clone(),
        };
        let Some(key) = key_of(&value) else { continue };
        wanted.extend([key, key.saturating_sub(1), key.saturating_add(1)]);
    }
    wanted.extend([
        0,
        1,
        2,
        3,
        -1,
        crate::tree::arithmetic::key_of_float(1.0),
        crate::tree::arithmetic::key_of_float(2.0),
    ]);
    let mut seen = BTreeSet::new();
    let fresh = wanted
        .into_iter()
        .filter(|key| keys.contains(key) && seen.insert(*key))
        .take(MOST_CANDIDATES);
    fresh.filter_map(|key| value_of_key(fact, key)).collect()
}

fn text_candidates(index: usize, texts: &Ranges<Arc<str>>, constants: &[Value]) -> Vec<Value> {
    let mut wanted: Vec<Arc<str>> = texts
        .ranges()
        .iter()
        .map(|(from, _)| Arc::clone(from))
        .collect();
    for value in constants {
        let Value::Text(text) = value else { continue };
        wanted.extend([Arc::clone(text), next_text(text)]);
    }
    // One text of its own for each fact, and a few that all facts share.
    wanted.extend([
        format!("~{index}").into(),
        "~".into(),
        "~~".into(),
        "".into(),
    ]);
    let mut seen = BTreeSet::new();
    let fresh = wanted
        .into_iter()
        .filter(|text| texts.contains(text) && seen.insert(Arc::clone(text)));
    fresh.take(MOST_CANDIDATES).map(Value::Text).collect()
}
