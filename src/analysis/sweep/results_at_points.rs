//! The results of each jurisdiction at its own values of a parameter: the first value of each at
//! once, then the second, until none is left.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::analysis::sweep::change_points::{Points, Tests};
use crate::analysis::sweep::ranges_of_constant_statistics::{
    ValueRange, middle, points_on, wholes,
};
use crate::analysis::sweep::steps_and_flips::{Flip, ParameterPoint};
use crate::assess::Swept;
use crate::assess::result_types::DeterminationKind;
use crate::base::parallel;
use crate::model::fact::Number;
use crate::model::typed_indexes::RecordIndex;

/// How many rounds all threads together may still make. Whether that is enough does not depend on
/// their order.
pub(super) struct RoundsLeft(AtomicUsize);

impl RoundsLeft {
    pub(super) fn new(rounds: usize) -> Self {
        Self(AtomicUsize::new(rounds))
    }

    /// Takes one round; `None` if none is left.
    fn take(&self) -> Option<()> {
        let fewer = |left: usize| left.checked_sub(1);
        let taken = self
            .0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, fewer);
        taken.ok().map(drop)
    }
}

/// The results in one range of values.
pub(super) struct PieceFound {
    /// The beginning of the range.
    pub(super) from: ParameterPoint,
    /// The determination of each jurisdiction there.
    pub(super) first: Vec<DeterminationKind>,
    /// The changes in the range with their points; those of one jurisdiction are in order.
    pub(super) flips: Vec<(ParameterPoint, Flip)>,
    /// Whether some points lie between two neighbouring binary numbers.
    pub(super) near: bool,
    /// How many jurisdictions may change at other values too.
    pub(super) unsure: usize,
}

/// A point, and a value from there on and before the next point.
type PointSought = (ParameterPoint, Number);

/// The results of all jurisdictions in a range in which no statistic changes; `None` if that takes
/// more rounds than are left. `known` are the points at all values, if they do not depend on
/// statistics.
pub(super) fn rounds(
    swept: &Swept,
    (tests, known): (&Tests<'_>, Option<&[Points]>),
    piece: &ValueRange,
    whole: bool,
    left: &RoundsLeft,
) -> Option<PieceFound> {
    left.take()?;
    let within = (piece.low.clone(), piece.high.clone());
    let start = swept.at_all(&piece.value());
    // At a single value all is assessed: no points in it matter.
    let points = if tests.is_empty() || piece.low == piece.high {
        vec![Points::default(); swept.places.len()]
    } else {
        points_on(swept, tests, known, (&start, &within))
    };
    if points.iter().any(|one| one.too_many) {
        return None;
    }
    let looks: Vec<Vec<PointSought>> = points
        .iter()
        .map(|points| {
            if whole {
                of_wholes(&points.list, piece)
            } else {
                of_numbers(&points.list, piece)
            }
        })
        .collect();
    let mut found = PieceFound {
        from: piece.from(),
        first: Vec::new(),
        flips: Vec::new(),
        near: points.iter().any(|one| !one.near.is_empty()),
        unsure: points.iter().filter(|one| one.unsure).count(),
    };
    let mut now: Vec<DeterminationKind> = Vec::new();
    let rounds_of = |looks: &Vec<PointSought>| looks.len().max(1);
    let most = looks.iter().map(rounds_of).max().unwrap_or(0);
    for round in 0..most {
        let there: Vec<usize> = (0..looks.len())
            .filter(|one| rounds_of(&looks[*one]) > round)
            .collect();
        // Where all begin at one value, that is computed already.
        let begins = |looks: &Vec<PointSought>| {
            looks
                .first()
                .is_none_or(|(_, first)| *first == piece.value())
        };
        let kinds = if round == 0 && looks.iter().all(begins) {
            swept.kinds(&start, &swept.places)
        } else {
            left.take()?;
            at(swept, &looks, round, &there, piece)
        };
        if round == 0 {
            found.first.clone_from(&kinds);
            now = kinds;
            continue;
        }
        for (jurisdiction, after) in there.into_iter().zip(kinds) {
            let before = std::mem::replace(&mut now[jurisdiction], after);
            if before != after {
                let flip = Flip {
                    jurisdiction,
                    before,
                    after,
                };
                found
                    .flips
                    .push((looks[jurisdiction][round].0.clone(), flip));
            }
        }
    }
    Some(found)
}

/// The results of some jurisdictions at their values of a round; all others have their last.
fn at(
    swept: &Swept,
    looks: &[Vec<PointSought>],
    round: usize,
    there: &[usize],
    piece: &ValueRange,
) -> Vec<DeterminationKind> {
    let count = swept.prepared.basis.facts.records.len();
    let mut values = vec![Some(piece.value()); count];
    for (looks, record) in looks.iter().zip(&*swept.places) {
        if let Some((_, value)) = looks.get(round).or(looks.last()) {
            values[RecordIndex::from(*record)] = Some(value.clone());
        }
    }
    let wanted: Vec<u32> = there.iter().map(|one| swept.places[*one]).collect();
    swept.kinds(&swept.at(values), &wanted)
}

/// Where to look between points: at the first value, at each point, and after it.
fn of_numbers(points: &BTreeSet<Number>, piece: &ValueRange) -> Vec<PointSought> {
    let inside: Vec<&Number> = points.iter().filter(|point| piece.holds(point)).collect();
    let mut looks: Vec<PointSought> = Vec::with_capacity(2 * inside.len() + 1);
    let behind = |number: usize, from: &Number| {
        let next = inside.get(number).map_or(&piece.high, |next| *next);
        (*from < *next).then(|| middle(from, next))
    };
    let above = |at: &Number, value: Number| {
        let place = ParameterPoint {
            at: at.clone(),
            above: true,
        };
        (place, value)
    };
    let at = |at: &Number| {
        let place = ParameterPoint {
            at: at.clone(),
            above: false,
        };
        (place, at.clone())
    };
    if piece.low_is_open {
        looks.extend(behind(0, &piece.low).map(|value| above(&piece.low, value)));
    } else if inside.first() != Some(&&piece.low) {
        looks.push(at(&piece.low));
    }
    for (number, point) in inside.iter().enumerate() {
        looks.push(at(point));
        looks.extend(behind(number + 1, point).map(|value| above(point, value)));
    }
    looks
}

/// Where to look if only whole numbers matter: at the first value, and wherever something may
/// change. Empty for most jurisdictions, which means at the first value only.
fn of_wholes(points: &BTreeSet<Number>, piece: &ValueRange) -> Vec<PointSought> {
    if points.is_empty() {
        return Vec::new();
    }
    let starts: BTreeSet<Number> = points.iter().flat_map(wholes).collect();
    let inside = starts
        .into_iter()
        .filter(|start| piece.low < *start && *start <= piece.high);
    let look = |at: Number| {
        let place = ParameterPoint {
            at: at.clone(),
            above: false,
        };
        (place, at)
    };
    std::iter::once(piece.low.clone())
        .chain(inside)
        .map(look)
        .collect()
}

/// The results of all at evenly spaced values, as if nothing changed between them.
pub(super) fn sampled(
    swept: &Swept,
    (low, high): &(Number, Number),
    whole: bool,
    samples: usize,
) -> Vec<PieceFound> {
    let number = |count: usize| Number::from(i64::try_from(count).expect("there are few"));
    let width = high.minus(low);
    let value = |sample: usize| {
        let part = width.times(&number(sample)).over(&number(samples));
        let at = low.plus(&part.expect("there are some"));
        if whole { at.floor() } else { at }
    };
    let values: BTreeSet<Number> = (0..=samples).map(value).collect();
    let one = |at: Number| PieceFound {
        first: swept.kinds(&swept.at_all(&at), &swept.places),
        from: ParameterPoint { at, above: false },
        flips: Vec::new(),
        near: false,
        unsure: 0,
    };
    parallel::map(values.into_iter().collect(), one)
}
