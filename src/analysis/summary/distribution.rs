//! Distributions of the values that conditions measure, with the thresholds: for charts.
//!
//! They are of facts of the jurisdictions themselves (stated, derived, or statistics) that a
//! condition compares with a constant or a parameter. Values are counted in intervals of equal,
//! round width; the few that lie far outside are counted together at either end.

use std::collections::BTreeMap;

use crate::assess::assessment::RulebookAssessment;
use crate::assess::explored_scripts::Form;
use crate::assess::result_types::DeterminationKind;
use crate::base::work_budget::spend;
use crate::model::fact::{FactType, Number, Value};
use crate::model::typed_indexes::ConditionIndex;
use crate::model::typed_indexes::FactIndex;
use crate::tree::{Expression, FactRef, Test, number_of};

/// The values of a fact over all jurisdictions.
#[derive(Clone, Debug)]
pub struct Distribution {
    /// The path of the fact.
    pub fact: String,
    /// The unit of the fact; `None` if it has none.
    pub unit: Option<String>,
    /// Whether the values are days; numbers are then days since 1970-01-01.
    pub days: bool,
    /// The thresholds, each with the conditions that compare the fact with it.
    pub ends: Vec<(Number, Vec<ConditionIndex>)>,
    /// The beginning of the first interval.
    pub from: Number,
    /// The width of each interval.
    pub width: Number,
    /// By interval: how many jurisdictions have each determination, in the order of
    /// [`DeterminationKind::ALL`].
    pub stretches: Vec<[usize; 4]>,
    /// How many values lie below the first interval, and above the last.
    pub outside: (usize, usize),
    /// How many jurisdictions have an unknown value.
    pub unknown: usize,
}

impl Distribution {
    /// The end of the last interval.
    pub fn to(&self) -> Number {
        let count = i64::try_from(self.stretches.len()).unwrap_or(i64::MAX);
        self.from.plus(&self.width.times(&count.into()))
    }
}

/// The most intervals.
const MOST: usize = 40;
/// The most facts that are shown.
const MOST_FACTS: usize = 12;
/// One value in so many may lie outside at either end.
const OUTSIDE: usize = 50;

/// The distributions of the facts that conditions compare with something, in order of their paths,
/// and how many more there are.
pub fn distributions(assessed: &RulebookAssessment) -> (Vec<Distribution>, usize) {
    let mut measured: BTreeMap<FactIndex, (FactRef, BTreeMap<Number, Vec<ConditionIndex>>)> =
        BTreeMap::new();
    for (condition, used) in ConditionIndex::each(&assessed.conditions) {
        let Form::Tabular(tree) = &used.form else {
            continue;
        };
        for asked in tree.tests() {
            let Some((fact, end)) = threshold(&asked.test) else {
                continue;
            };
            let Some(slot) = assessed.basis.facts.own_slot(&fact) else {
                continue;
            };
            let ends = &mut measured
                .entry(slot)
                .or_insert_with(|| (fact, BTreeMap::new()))
                .1;
            let conditions = ends.entry(end).or_default();
            if !conditions.contains(&condition) {
                conditions.push(condition);
            }
        }
    }
    let all = measured.into_iter();
    let found = all.filter_map(|(slot, (fact, ends))| one(assessed, slot, &fact, ends));
    let mut found: Vec<Distribution> = found.collect();
    found.sort_by(|a, b| a.fact.cmp(&b.fact));
    let more = found.len().saturating_sub(MOST_FACTS);
    found.truncate(MOST_FACTS);
    (found, more)
}

/// A number, or a day as a number.
fn line(value: &Value) -> Option<Number> {
    match value {
        Value::Date(day) => Some(day.days().into()),
        other => Some(number_of(other)?.into_owned()),
    }
}

/// The fact and the constant that a test compares; `None` for other tests.
fn threshold(test: &Test) -> Option<(FactRef, Number)> {
    let Test::Compare(left, _, right) = test else {
        return None;
    };
    let fact = |side: &Expression| match side {
        Expression::Fact(fact) | Expression::Derived(fact, _) => Some(fact.clone()),
        _ => None,
    };
    let (fact, end) = match (left.constant(), right.constant()) {
        (None, Some(end)) => (fact(left)?, end),
        (Some(end), None) => (fact(right)?, end),
        _ => return None,
    };
    Some((fact, line(end)?))
}

fn one(
    assessed: &RulebookAssessment,
    slot: FactIndex,
    fact: &FactRef,
    ends: BTreeMap<Number, Vec<ConditionIndex>>,
) -> Option<Distribution> {
    let facts = &assessed.basis.facts;
    let mut values: Vec<(Number, usize)> = Vec::new();
    let mut unknown = 0;
    for place in assessed.places() {
        spend(1);
        let kind = assessed.kind(place);
        let kind = DeterminationKind::ALL.iter().position(|one| *one == kind)?;
        match facts.value(assessed.record_of(place), slot) {
            Some(value) => values.push((line(&value)?, kind)),
            None => unknown += 1,
        }
    }
    values.sort();
    let (first, last) = (values.first()?.0.clone(), values.last()?.0.clone());
    // Thresholds are in sight, and so are nearly all values.
    let out = values.len() / OUTSIDE;
    let (low, high) = (&values[out].0, &values[values.len() - 1 - out].0);
    let near = |end: &&Number| **end >= first && **end <= last;
    let mut low = ends.keys().filter(near).chain([low]).min()?.clone();
    let mut high = ends.keys().filter(near).chain([high]).max()?.clone();
    // Where little lies outside nothing does.
    let most = high.minus(&low);
    if last.minus(&first) <= most.plus(&most) {
        (low, high) = (first, last);
    }
    let whole = values.iter().all(|(value, _)| value.whole().is_some());
    let width = round_width(&high.minus(&low), whole);
    let from = low.over(&width)?.floor().times(&width);
    let count = high.minus(&from).over(&width)?.floor().whole()? + 1;
    let mut stretches = vec![[0; 4]; usize::try_from(count).ok()?];
    let mut outside = (0, 0);
    for (value, kind) in &values {
        spend(1);
        let stretch = value.minus(&from).over(&width)?.floor().whole()?;
        match usize::try_from(stretch) {
            Ok(stretch) if stretch < stretches.len() => stretches[stretch][*kind] += 1,
            Ok(_) => outside.1 += 1,
            Err(_) => outside.0 += 1,
        }
    }
    Some(Distribution {
        fact: fact.path.to_string(),
        unit: fact.schema.unit.clone(),
        days: fact.schema.ty == FactType::Date,
        ends: ends.into_iter().collect(),
        from,
        width,
        stretches,
        outside,
        unknown,
    })
}

/// A width of 1, 2 or 5 times a power of ten, such that not too many intervals cover a length.
fn round_width(length: &Number, whole: bool) -> Number {
    let most = i64::try_from(MOST - 2).unwrap_or(1);
    let ten = Number::from(10);
    let mut unit = Number::ONE;
    let fits = |width: &Number| width.times(&most.into()) >= *length;
    // Down as long as even the next smaller one fits, then up until one does.
    for _ in 0..400 {
        let Some(smaller) = unit.over(&ten).filter(|_| !whole) else {
            break;
        };
        if length.is_zero() || !fits(&smaller) {
            break;
        }
        unit = smaller;
    }
    for _ in 0..400 {
        for times in [1, 2, 5] {
            let width = unit.times(&times.into());
            if fits(&width) {
                return width;
            }
        }
        unit = unit.times(&ten);
    }
    unit
}
