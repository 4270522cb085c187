//! The ranges of a parameter's values in which no statistic changes.

use std::collections::BTreeSet;

use crate::analysis::sweep::change_points::{Points, Tests};
use crate::analysis::sweep::steps_and_flips::{Inexact, ParameterPoint};
use crate::assess::Swept;
use crate::assess::prepared_rulebook::Prepared;
use crate::base::parallel;
use crate::model::fact::Number;
use crate::tree::FactTable;

/// A range of values, with or without its ends.
#[derive(Clone, Debug)]
pub(crate) struct ValueRange {
    pub(super) low: Number,
    pub(super) low_is_open: bool,
    pub(super) high: Number,
    pub(super) high_is_open: bool,
}

impl ValueRange {
    /// All values between two, both included.
    pub(crate) fn all((low, high): &(Number, Number)) -> Self {
        Self {
            low: low.clone(),
            low_is_open: false,
            high: high.clone(),
            high_is_open: false,
        }
    }

    /// The beginning of the range.
    pub(crate) fn from(&self) -> ParameterPoint {
        ParameterPoint {
            at: self.low.clone(),
            above: self.low_is_open,
        }
    }

    /// A value in the range.
    pub(crate) fn value(&self) -> Number {
        if self.low_is_open {
            middle(&self.low, &self.high)
        } else {
            self.low.clone()
        }
    }

    /// Whether a value is in the range.
    pub(crate) fn holds(&self, at: &Number) -> bool {
        let above = self.low < *at || (self.low == *at && !self.low_is_open);
        let below = *at < self.high || (self.high == *at && !self.high_is_open);
        above && below
    }
}

/// The number halfway between two.
pub(crate) fn middle(low: &Number, high: &Number) -> Number {
    let half = low.plus(high).over(&2.into());
    half.expect("two is not zero")
}

/// The whole numbers at which a change at a number may take effect.
pub(crate) fn wholes(at: &Number) -> [Number; 2] {
    [at.ceiling(), at.floor().plus(&Number::ONE)]
}

/// The points of all records, by record.
pub(crate) fn points_of(
    tests: &Tests<'_>,
    facts: &FactTable,
    records: &[u32],
    within: &(Number, Number),
) -> Vec<Points> {
    let parts = records.chunks(1024).collect();
    let part = |records: &[u32]| -> Vec<Points> {
        let records = records.iter();
        records
            .map(|record| tests.points(facts, (*record).into(), within))
            .collect()
    };
    parallel::map(parts, part).concat()
}

/// The points of the assessed jurisdictions in a range, by place: as known for all values, or found
/// from what was computed at its first value if they depend on more.
pub(super) fn points_on(
    swept: &Swept,
    tests: &Tests<'_>,
    known: Option<&[Points]>,
    (there, within): (&Prepared, &(Number, Number)),
) -> Vec<Points> {
    let anew = |records: &[u32]| points_of(tests, &swept.opened(there), records, within);
    let Some(known) = known else {
        return anew(&swept.places);
    };
    let places = swept.places.iter().zip(known);
    let mixed = places.filter(|(_, one)| one.is_mixed);
    let mixed: Vec<u32> = mixed.map(|(place, _)| *place).collect();
    let mixed = if mixed.is_empty() {
        Vec::new()
    } else {
        anew(&mixed)
    };
    let mut mixed = mixed.into_iter();
    let one = |one: &Points| {
        if one.is_mixed {
            mixed.next().expect("each was looked at")
        } else {
            one.clone().within(within)
        }
    };
    known.iter().map(one).collect()
}

/// The ranges between the values at which inputs of statistics change; `None` if there are more
/// than may be looked at.
pub(crate) fn pieces(
    swept: &Swept,
    moving: &Tests<'_>,
    within: &(Number, Number),
    whole: bool,
    (inexact, most): (&mut Inexact, usize),
) -> Option<Vec<ValueRange>> {
    let facts = &swept.prepared.basis.facts;
    let population = facts.records.assessed();
    let mut ends: BTreeSet<Number> = BTreeSet::new();
    for points in points_of(moving, facts, population, within) {
        if points.too_many {
            return None;
        }
        inexact.near |= !points.near.is_empty();
        inexact.unsure += usize::from(points.unsure);
        if whole {
            ends.extend(points.list.iter().flat_map(wholes));
        } else {
            ends.extend(points.list);
        }
    }
    ends.retain(|end| within.0 <= *end && *end <= within.1);
    if ends.len() > most {
        return None;
    }
    Some(if whole {
        of_wholes(&ends, within)
    } else {
        of_numbers(&ends, within)
    })
}

fn of_wholes(starts: &BTreeSet<Number>, within: &(Number, Number)) -> Vec<ValueRange> {
    let mut pieces = vec![ValueRange::all(within)];
    for start in starts.iter().filter(|start| **start > within.0) {
        let last = pieces.last_mut().expect("there is one");
        last.high = start.minus(&Number::ONE);
        pieces.push(ValueRange::all(&(start.clone(), within.1.clone())));
    }
    pieces
}

fn of_numbers(ends: &BTreeSet<Number>, within: &(Number, Number)) -> Vec<ValueRange> {
    let mut pieces = Vec::new();
    let mut rest = ValueRange::all(within);
    for end in ends {
        if rest.low < *end {
            pieces.push(ValueRange {
                high: end.clone(),
                high_is_open: true,
                ..rest.clone()
            });
        }
        pieces.push(ValueRange::all(&(end.clone(), end.clone())));
        rest.low = end.clone();
        rest.low_is_open = true;
    }
    if rest.low < rest.high || !rest.low_is_open {
        pieces.push(rest);
    }
    pieces
}
