//! Likely values of a fact: ends of ranges, constants and their neighbours, and round numbers.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::model::fact::{FactType, Value};
use crate::tree::domain::Domain;
use crate::tree::exact_arithmetic::{key_below, key_of, next_text, number_of, number_of_key};
use crate::tree::expression::value_of_key;
use crate::tree::fact_ref::FactRef;
use crate::tree::ranges::Ranges;

/// A value, and its key if it has one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Candidate(pub(super) Value, pub(super) Option<i64>);

impl Candidate {
    pub(super) fn new(value: Value) -> Self {
        let key = key_of(&value);
        Self(value, key)
    }
}

/// The most decimal places taken from a stated number, and the most added to them.
const MOST_PLACES: u32 = 17;

impl Domain {
    /// Picks one of these values: the nearest to another; without another, the end of a range that
    /// the schema does not set.
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
                // The nearest one is the nearest one, however many digits it has.
                Some(match nearest_to {
                    Some(_) => value,
                    None => self.rounder(value, None),
                })
            }
        }
    }

    /// A few of these values: ends of ranges, what lies between, and small ones, with no more
    /// digits than there must be.
    pub(crate) fn samples(&self, fact: &FactRef) -> Vec<Value> {
        const MOST: usize = 6;
        let mut found: Vec<Value> = self.pick(fact, None).into_iter().collect();
        let more = match self {
            Self::Keys(keys) => {
                let keys = key_candidates(fact, keys, &[], MOST);
                keys.into_iter().map(|held| held.0).collect()
            }
            Self::Texts(texts) => text_candidates((0, 1), texts, &[], MOST),
        };
        let places = fact.schema.decimals.map(u32::from);
        for value in more.into_iter().map(|value| self.rounder(value, places)) {
            if !found.contains(&value) && found.len() < MOST {
                found.push(value);
            }
        }
        found.sort();
        found
    }

    /// A number of these near `value`, with at most `places` decimal places, or as few more as
    /// needed. `None`: the fewest places of the neighbouring binary numbers.
    pub(crate) fn rounder(&self, value: Value, places: Option<u32>) -> Value {
        let Value::Number(exact) = &value else {
            return value;
        };
        let key = key_below(exact).0;
        let beside = [key - 1, key, key + 1].map(number_of_key);
        let written = beside.into_iter().flatten().filter_map(|one| one.places());
        // Too near to zero to be a stated bound.
        let written = written.min().filter(|places| *places <= MOST_PLACES);
        let least = places.or(written).unwrap_or(0);
        if exact.places().is_some_and(|places| places <= least) {
            return value;
        }
        for places in least..=least + MOST_PLACES {
            let near = exact.between(places).map(Value::Number);
            if let Some(found) = near.into_iter().find(|one| self.contains(one)) {
                return found;
            }
        }
        value
    }
}

/// The key of a fact that is nearest below a value, or the same.
fn key_near(fact: &FactRef, value: &Value) -> Option<i64> {
    match (&fact.schema.ty, number_of(value)) {
        (FactType::Number, Some(number)) => Some(key_below(&number).0),
        (FactType::Integer, Some(number)) => number.floor().whole(),
        _ => key_of(value),
    }
}

pub(super) fn key_candidates(
    fact: &FactRef,
    keys: &Ranges<i64>,
    constants: &[Value],
    most: usize,
) -> Vec<Candidate> {
    let mut wanted = Vec::new();
    for (from, to) in keys.ranges().iter().take(most) {
        let last = to.map_or(i64::MAX, |to| to - 1);
        wanted.extend([*from, last, from.saturating_add(1), last.saturating_sub(1)]);
    }
    for value in constants {
        let Some(key) = key_near(fact, value) else {
            continue;
        };
        wanted.extend([key, key.saturating_sub(1), key.saturating_add(1)]);
    }
    wanted.extend([
        0,
        1,
        2,
        3,
        -1,
        crate::tree::exact_arithmetic::key_of_float(1.0),
        crate::tree::exact_arithmetic::key_of_float(2.0),
    ]);
    let mut seen = BTreeSet::new();
    let fresh = wanted
        .into_iter()
        .filter(|key| keys.contains(key) && seen.insert(*key))
        .take(most);
    fresh
        .filter_map(|key| Some(Candidate(value_of_key(fact, key)?, Some(key))))
        .collect()
}

pub(super) fn text_candidates(
    (index, count): (usize, usize),
    texts: &Ranges<Arc<str>>,
    constants: &[Value],
    most: usize,
) -> Vec<Value> {
    let starts = texts.ranges().iter().map(|(from, _)| from);
    let mut wanted: Vec<Arc<str>> = starts.map(Arc::clone).collect();
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
    // As many in a row as there are facts.
    for value in constants {
        let Value::Text(text) = value else { continue };
        let row = std::iter::successors(Some(Arc::clone(text)), |text| Some(next_text(text)));
        wanted.extend(row.skip(2).take(count));
    }
    let mut seen = BTreeSet::new();
    let fresh = wanted
        .into_iter()
        .filter(|text| texts.contains(text) && seen.insert(Arc::clone(text)));
    fresh.take(most).map(Value::Text).collect()
}
