//! Finds values of the facts that fit a region, or shows that there are none.
//!
//! Example: after `a * b > 10` and `b < 3`, with both from 0 to 9, likely values such as 9 and 2
//! are tried first and fit: found. After `a * b == 7`, with both from 2 to 6, none fits; boxes are
//! halved until each is shown to be empty: exhausted, so the region is impossible.
//!
//! INVARIANT: `May::Yes` only if values were put into every kept answer, exactly. Taken for granted
//! (`look`): a missing statistic can be calculated, whatever it is, and between two numbers there
//! is a fraction for a derived fact or statistic about which nothing else is asked.
//! INVARIANT: `May::No` only if all that the domains allow was looked at or shown to be empty by
//! bounds that are never too narrow. A search that ends earlier gives `May::Perhaps`, and the
//! result says so.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::base::work_budget::{Budget, spend};
use crate::model::fact::{FactOrigin, FactType, Value};
use crate::tree::candidate_values::{Candidate, key_candidates, text_candidates};
use crate::tree::domain::Domain;
use crate::tree::exact_arithmetic::{next_text, number_of};
use crate::tree::expression::value_of_key;
use crate::tree::fact_ref::FactRef;
use crate::tree::fraction_comparisons::fraction_compared;
use crate::tree::predicate::Test;
use crate::tree::ranges::Ranges;
use crate::tree::region::Region;
use crate::tree::search_limits::Limits;
use crate::tree::value_combinations::{Combinations, SearchSteps, Sought, WitnessValues, answered};
use crate::tree::values_passing_test::middle;

/// Whether a region has anything in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum May {
    /// Some completion of the facts is in it.
    Yes,
    /// There is none.
    No,
    /// No values were found, and it was not shown that there are none.
    Perhaps,
}

/// The steps, and the work, left for searches of one finding or determination; long numbers make a
/// step expensive. When it is used up, a region counts as possible without a search: cautious, and
/// in bounded time.
#[derive(Debug, Clone)]
pub(crate) struct Patience {
    steps: usize,
    budget: Budget,
}

impl Patience {
    pub(crate) fn new(limits: Limits) -> Self {
        Self::within(limits, Budget::new(limits.work))
    }

    /// The patience for one search, as a part of a larger budget.
    pub(crate) fn within(limits: Limits, budget: Budget) -> Self {
        Self {
            steps: limits.patience,
            budget: budget.at_most(limits.work / 4),
        }
    }

    /// Whether a region has anything in it, as far as patience goes.
    pub(crate) fn look(&mut self, region: &Region) -> May {
        // A statistic that is not known is taken to be independent of all else: it may have any
        // value. Whether a calculation over one can be done at all may go either way.
        let is_statistic = |fact: &&FactRef| fact.schema.origin == FactOrigin::Statistic;
        let is_left_out = |test: &Test| {
            matches!(test, Test::Succeeds(_)) && test.facts().iter().any(is_statistic)
        };
        let tests = region.entangled.iter();
        let mut tests: Vec<_> = tests.filter(|(test, _)| !is_left_out(test)).collect();
        // The numbers between those that are tried are covered exactly by cuts: if nothing else is
        // asked about such a fact, and its domain has no hole, some fraction is left. Otherwise
        // none is looked for.
        let is_left = |(test, _): &&(Test, bool)| {
            let Some(fact) = fraction_compared(test) else {
                return false;
            };
            let mut others = region.entangled.iter();
            let alone = others.all(|(other, _)| {
                fraction_compared(other) == Some(fact) || !other.asks_about(fact)
            });
            alone && region.domain(fact).ranges() <= 1
        };
        tests.retain(|one| !is_left(one));
        if tests.is_empty() {
            return May::Yes;
        }
        if self.steps == 0 || self.budget.is_used_up() {
            return May::Perhaps;
        }
        let mut steps = SearchSteps::within(self.budget);
        let sought = region.search(&tests, &mut steps);
        self.steps = self.steps.saturating_sub(steps.made);
        match sought {
            Sought::Found(_) => May::Yes,
            Sought::Exhausted => May::No,
            Sought::GaveUp => May::Perhaps,
        }
    }

    /// Whether a region may have anything in it.
    pub(crate) fn may_be(&mut self, region: &Region) -> bool {
        self.look(region) != May::No
    }
}

/// The number of parts of a calculation that are evaluated for one unit of work.
const PARTS_OF_A_UNIT: usize = 8;

impl Region {
    /// A completion of the facts that gives just the answers of this region. Tests that share no
    /// fact have nothing to do with one another.
    fn search<'a>(
        &self,
        tests: &[&'a (Test, bool)],
        steps: &mut SearchSteps,
    ) -> Sought<WitnessValues<'a>> {
        let (mut all, mut gave_up) = (BTreeMap::new(), false);
        for part in without_shared_facts(tests) {
            match self.search_together(&part, steps) {
                Sought::Found(values) => all.extend(values),
                Sought::Exhausted => return Sought::Exhausted,
                Sought::GaveUp => gave_up = true,
            }
        }
        if gave_up {
            Sought::GaveUp
        } else {
            Sought::Found(all)
        }
    }

    fn search_together<'a>(
        &self,
        tests: &[&'a (Test, bool)],
        steps: &mut SearchSteps,
    ) -> Sought<WitnessValues<'a>> {
        let facts: BTreeSet<&FactRef> = tests.iter().flat_map(|(test, _)| test.facts()).collect();
        let facts: Vec<&FactRef> = facts.into_iter().collect();
        let before = steps.made;
        let sought = match self.try_candidates(tests, &facts, steps) {
            Sought::GaveUp => self.search_boxes(tests, &facts, steps),
            sought => sought,
        };
        let dear = |(test, _): &&(Test, bool)| 1 + test.parts() / PARTS_OF_A_UNIT;
        let tried = (steps.made - before).saturating_mul(tests.iter().map(dear).sum());
        spend(10 + u64::try_from(tried).unwrap_or(u64::MAX));
        sought
    }

    /// Values of all facts that this region narrows, which fit it; `None` if none were found.
    pub(crate) fn witness(&self) -> Option<BTreeMap<FactRef, Value>> {
        let tests: Vec<_> = self.entangled.iter().collect();
        let mut steps = SearchSteps::within(Budget::new(self.limits.work / 4));
        let Sought::Found(found) = self.search(&tests, &mut steps) else {
            return None;
        };
        let mut values: BTreeMap<FactRef, Value> = found
            .into_iter()
            .map(|(fact, held)| (fact.clone(), held.0))
            .collect();
        for (fact, domain) in &self.domains {
            if !values.contains_key(fact) {
                values.insert(fact.clone(), domain.pick(fact, None)?);
            }
        }
        Some(values)
    }

    /// Values that also fit this region, with numbers that are smaller and have fewer digits, as
    /// far as a few tries show. What a search finds at an end of all numbers, or beside zero, means
    /// little to a person.
    pub(crate) fn plainer(&self, mut values: BTreeMap<FactRef, Value>) -> BTreeMap<FactRef, Value> {
        let facts: Vec<FactRef> = values.keys().cloned().collect();
        for fact in facts {
            let domain = self.domain(&fact);
            for value in plain(&fact, &values[&fact]) {
                spend(5);
                if !domain.contains(&value) {
                    continue;
                }
                let before = values.insert(fact.clone(), value);
                if self.is_fit(&values) {
                    break;
                }
                values.extend(before.map(|before| (fact.clone(), before)));
            }
        }
        values
    }

    /// Whether values give the answers about several facts of this region.
    fn is_fit(&self, values: &BTreeMap<FactRef, Value>) -> bool {
        let held: WitnessValues<'_> = values
            .iter()
            .map(|(fact, value)| (fact, Candidate::new(value.clone())))
            .collect();
        let mut tests = self.entangled.iter();
        tests.all(|(test, answer)| answered(test, &held) == *answer)
    }

    /// Tries combinations of likely values: ends of ranges, and constants with their neighbours. Of
    /// facts that can only be few things these are all that there are.
    fn try_candidates<'a>(
        &self,
        tests: &[&(Test, bool)],
        facts: &[&'a FactRef],
        steps: &mut SearchSteps,
    ) -> Sought<WitnessValues<'a>> {
        let mut constants = Vec::new();
        for (test, _) in tests {
            if let Test::Compare(left, _, right) = test {
                left.constants(&mut constants);
                right.constants(&mut constants);
            }
        }
        // The beginning of a range of one text is a likely value of another.
        for fact in facts {
            if let Domain::Texts(texts) = self.domain(fact) {
                let starts = texts.ranges().iter().take(self.limits.candidates);
                constants.extend(starts.map(|(from, _)| Value::Text(Arc::clone(from))));
            }
        }
        let mut all = true;
        let lists = facts.iter().enumerate().map(|(index, fact)| {
            let likely = self.candidates((index, facts.len()), fact, &constants);
            let complete = self.few(fact);
            all &= complete.is_some();
            let more = complete.into_iter().flatten();
            let more = more
                .map(Candidate::new)
                .filter(|held| !likely.contains(held))
                .collect();
            (*fact, [likely, more].concat())
        });
        // Facts with the fewest values come first, so that contradictions are found early.
        let mut lists: Vec<(&FactRef, Vec<Candidate>)> = lists.collect();
        lists.sort_by_key(|(_, values)| values.len());
        let combinations = Combinations::new(lists, tests);
        let most = steps.made + self.limits.tries;
        let mut values = BTreeMap::new();
        match combinations.search(&mut values, steps, most) {
            Sought::Found(()) => Sought::Found(values),
            Sought::Exhausted if all => Sought::Exhausted,
            _ => Sought::GaveUp,
        }
    }

    /// Likely values of a fact. `number`: its place among the facts, and their count.
    fn candidates(
        &self,
        number: (usize, usize),
        fact: &FactRef,
        constants: &[Value],
    ) -> Vec<Candidate> {
        let most = self.limits.candidates;
        match self.domain(fact) {
            Domain::Keys(keys) => key_candidates(fact, &keys, constants, most),
            Domain::Texts(texts) => {
                let texts = text_candidates(number, &texts, constants, most);
                texts.into_iter().map(Candidate::new).collect()
            }
        }
    }

    /// All values of a fact; `None` if there are many.
    pub(crate) fn few(&self, fact: &FactRef) -> Option<Vec<Value>> {
        let most = self.limits.candidates;
        let domain = self.domain(fact);
        // Between two numbers that a record can state it may be others.
        if fact.may_be_any_fraction() {
            return None;
        }
        match (&domain, &fact.schema.ty) {
            (Domain::Keys(keys), _) => {
                let mut found = Vec::new();
                for (from, to) in keys.ranges() {
                    let count = usize::try_from(to.as_ref()?.checked_sub(*from)?).ok()?;
                    if found.len() + count > most {
                        return None;
                    }
                    found.extend(*from..(*to)?);
                }
                found
                    .into_iter()
                    .map(|key| value_of_key(fact, key))
                    .collect()
            }
            (Domain::Texts(_), FactType::Choice(choices)) => {
                let all = choices.iter().map(|choice| Value::Text(Arc::clone(choice)));
                let left: Vec<_> = all.filter(|value| domain.contains(value)).collect();
                (left.len() <= most).then_some(left)
            }
            (Domain::Texts(texts), _) => {
                let single = |(from, to): &(Arc<str>, Option<Arc<str>>)| {
                    let only = to.as_ref().is_some_and(|to| **to == *next_text(from));
                    only.then(|| Value::Text(Arc::clone(from)))
                };
                let ranges = texts.ranges();
                (ranges.len() <= most).then(|| ranges.iter().map(single).collect())?
            }
        }
    }

    /// Halves boxes until one is decided to fit, or all are decided not to.
    fn search_boxes<'a>(
        &self,
        tests: &[&(Test, bool)],
        facts: &[&'a FactRef],
        steps: &mut SearchSteps,
    ) -> Sought<WitnessValues<'a>> {
        let mut start = BTreeMap::new();
        for fact in facts {
            // Open texts are not halved.
            let Domain::Keys(keys) = self.domain(fact) else {
                return Sought::GaveUp;
            };
            if keys.is_empty() {
                return Sought::Exhausted;
            }
            start.insert(*fact, self.hull(fact));
        }
        let mut open = vec![start];
        let most = steps.made + self.limits.tries;
        while steps.go_on(most) {
            let Some(mut keys) = open.pop() else {
                return Sought::Exhausted;
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
                return Sought::Found(values);
            }
            // Numbers between two keys are only in boxes that contain both.
            let between = |fact: &FactRef| i64::from(fact.may_be_any_fraction());
            let width = |(fact, (low, high)): &(&&FactRef, &(i64, i64))| {
                (i128::from(*high) - i128::from(*low) - i128::from(between(fact))).max(0)
            };
            let Some((fact, (low, high))) = keys.iter().max_by_key(width) else {
                return Sought::GaveUp;
            };
            let (fact, low, high) = (*fact, *low, *high);
            if width(&(&fact, &(low, high))) == 0 {
                if keys.values().any(|(low, high)| low != high) {
                    return Sought::GaveUp;
                }
                continue;
            }
            let middle = middle(low, high);
            let mut upper = keys.clone();
            upper.insert(fact, (middle + 1 - between(fact), high));
            keys.insert(fact, (low, middle));
            open.push(upper);
            open.push(keys);
        }
        Sought::GaveUp
    }

    fn apart(&self, fact: &FactRef, (low, high): (i64, i64)) -> bool {
        let Domain::Keys(keys) = self.domain(fact) else {
            return false;
        };
        keys.intersect(&Ranges::closed(low, high)).is_empty()
    }

    fn middles<'a>(&self, keys: &BTreeMap<&'a FactRef, (i64, i64)>) -> Option<WitnessValues<'a>> {
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
            Some(Candidate(value_of_key(fact, key)?, Some(key)))
        };
        keys.iter()
            .map(|(fact, range)| Some((*fact, within(fact, *range)?)))
            .collect()
    }
}

/// Tests in groups that share no fact, in order of the first test of each.
fn without_shared_facts<'t>(tests: &[&'t (Test, bool)]) -> Vec<Vec<&'t (Test, bool)>> {
    let mut parts: Vec<Vec<&(Test, bool)>> = Vec::new();
    // By fact: its part. One that was joined to another is empty, and says where its tests went.
    let mut part_of: BTreeMap<&FactRef, usize> = BTreeMap::new();
    let mut joined: Vec<usize> = Vec::new();
    for one in tests {
        let facts = one.0.facts();
        let root = |mut part: usize| {
            while joined[part] != part {
                part = joined[part];
            }
            part
        };
        let mut known: Vec<usize> = facts
            .iter()
            .filter_map(|fact| part_of.get(fact))
            .map(|part| root(*part))
            .collect();
        known.sort_unstable();
        known.dedup();
        let first = known.first().copied().unwrap_or(parts.len());
        if first == parts.len() {
            parts.push(Vec::new());
            joined.push(first);
        }
        for other in known.iter().skip(1) {
            let moved = std::mem::take(&mut parts[*other]);
            parts[first].extend(moved);
            joined[*other] = first;
        }
        parts[first].push(one);
        part_of.extend(facts.into_iter().map(|fact| (fact, first)));
    }
    parts.retain(|part| !part.is_empty());
    parts
}

/// Whether values give each test its answer.
fn fits(tests: &[&(Test, bool)], values: &WitnessValues<'_>) -> bool {
    tests
        .iter()
        .all(|(test, answer)| answered(test, values) == *answer)
}

/// Values that are easier to read than a very large number or one with many digits: round numbers
/// of the same sign, or neighbours with fewer places; empty for other values.
fn plain(fact: &FactRef, value: &Value) -> Vec<Value> {
    const LARGE: f64 = 1e15;
    const PLACES: u32 = 6;
    let Some(number) = number_of(value) else {
        return Vec::new();
    };
    if number.near().abs() >= LARGE {
        let sign = if number.is_negative() { -1 } else { 1 };
        let sizes = (0..15).flat_map(|power| [1, 2, 5].map(|times| times * 10_i64.pow(power)));
        return std::iter::once(0)
            .chain(sizes)
            .map(|size| match fact.schema.ty {
                FactType::Integer => Value::Integer(sign * size),
                _ => Value::Number((sign * size).into()),
            })
            .collect();
    }
    if number.places().is_some_and(|places| places <= PLACES) {
        return Vec::new();
    }
    let places = 0..=PLACES;
    places
        .flat_map(|places| number.between(places).map(Value::Number))
        .collect()
}
