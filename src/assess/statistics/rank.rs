//! The places of jurisdictions in an order, and what they have together up to there.

use std::cmp::Ordering;

use crate::assess::statistics::exact::ExactSum;
use crate::model::fact::Column;
use crate::model::rulebook::{Order, Statistic, Ties};
use crate::tree::{as_float, float_of_key, key_of_float};

/// A member, its group, and what puts it in order.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// The number that puts it in order, as one that is whole.
    key: i64,
    group: u32,
    record: u32,
}

impl Place {
    pub(super) fn new(group: usize, by: f64, record: usize) -> Self {
        let number = |index: usize| u32::try_from(index).expect("records are numbered so");
        // Zero is one number, whatever its sign.
        Self {
            key: key_of_float(by + 0.0),
            group: number(group),
            record: number(record),
        }
    }

    pub(super) fn group(&self) -> usize {
        usize::try_from(self.group).expect("it numbers a group")
    }

    pub(super) fn record(&self) -> usize {
        usize::try_from(self.record).expect("it numbers a record")
    }

    /// The number that puts it in order.
    pub(super) fn by(&self) -> f64 {
        float_of_key(self.key)
    }
}

/// Members by group, in order; those that are alike in the order of their records.
pub(super) fn in_order(members: Vec<Place>, groups: usize, order: Order) -> Vec<Vec<Place>> {
    let mut sorted: Vec<Vec<Place>> = vec![Vec::new(); groups];
    if groups == 1 {
        sorted[0] = members;
    } else {
        for place in members {
            sorted[place.group()].push(place);
        }
    }
    for group in &mut sorted {
        match order {
            Order::Ascending => group.sort_unstable_by_key(|place| (place.key, place.record)),
            Order::Descending => group.sort_unstable_by_key(|place| (!place.key, place.record)),
        }
    }
    sorted
}

/// Members that are alike, or cannot be told apart.
struct Alike<'a> {
    places: &'a [Place],
    /// The number of the first of them within its group, from 1.
    first: usize,
    /// A fact that would tell them apart is unknown.
    open: bool,
}

fn number(count: usize) -> f64 {
    as_float(i64::try_from(count).unwrap_or(i64::MAX))
}

/// By record: its rank; NaN for those that have none.
pub(super) fn ranks(
    statistic: &Statistic,
    members: Vec<Place>,
    ties: &[&Column],
    count: usize,
) -> Vec<f64> {
    let mut ranks = vec![f64::NAN; count];
    each_alike(statistic, members, ties, &mut |alike| {
        let rank = if alike.open {
            f64::NAN
        } else {
            number(alike.first)
        };
        alike
            .places
            .iter()
            .for_each(|place| ranks[place.record()] = rank);
    });
    ranks
}

/// By record: the part of its group's sum that it has together with all before it, and with those
/// that are like it; NaN for those that have none.
pub(super) fn cumulative_shares(
    statistic: &Statistic,
    members: Vec<Place>,
    of: &[f64],
    ties: &[&Column],
    count: usize,
) -> Vec<f64> {
    let mut shares = vec![f64::NAN; count];
    let mut sum = ExactSum::default();
    let mut totals: Vec<f64> = Vec::new();
    each_alike(statistic, members.clone(), ties, &mut |alike| {
        if alike.first == 1 {
            sum = ExactSum::default();
        }
        alike
            .places
            .iter()
            .for_each(|place| sum.add(of[place.record()]));
        let (group, up_to) = (alike.places[0].group(), sum.value());
        totals.resize(totals.len().max(group + 1), 0.0);
        totals[group] = up_to;
        let value = if alike.open { f64::NAN } else { up_to };
        alike
            .places
            .iter()
            .for_each(|place| shares[place.record()] = value);
    });
    for place in members {
        let total = totals[place.group()];
        let share = &mut shares[place.record()];
        *share = if total == 0.0 {
            f64::NAN
        } else {
            *share / total
        };
    }
    shares
}

/// Goes through the members of each group in their order.
fn each_alike(
    statistic: &Statistic,
    members: Vec<Place>,
    ties: &[&Column],
    take: &mut dyn FnMut(Alike<'_>),
) {
    let orders: Vec<Order> = match &statistic.ties {
        Ties::Shared => Vec::new(),
        Ties::Broken(by) => by.iter().map(|(_, order)| *order).collect(),
    };
    let by_ties = |a: &Place, b: &Place| {
        let mut found = ties.iter().zip(&orders).map(|(column, order)| {
            let ordering = column.get(a.record()).cmp(&column.get(b.record()));
            if *order == Order::Descending {
                ordering.reverse()
            } else {
                ordering
            }
        });
        found
            .find(|ordering| *ordering != Ordering::Equal)
            .unwrap_or(Ordering::Equal)
    };
    let groups = members
        .iter()
        .map(|place| place.group() + 1)
        .max()
        .unwrap_or_default();
    for mut group in in_order(members, groups, statistic.order) {
        let mut first = 1;
        for alike in group.chunk_by_mut(|a, b| a.key == b.key) {
            let unknown =
                |place: &Place| ties.iter().any(|column| !column.is_known(place.record()));
            let open = alike.len() > 1 && alike.iter().any(unknown);
            if !open && alike.len() > 1 && !ties.is_empty() {
                alike.sort_by(by_ties);
                for same in alike.chunk_by(|a, b| by_ties(a, b) == Ordering::Equal) {
                    take(Alike {
                        places: same,
                        first,
                        open,
                    });
                    first += same.len();
                }
            } else {
                take(Alike {
                    places: alike,
                    first,
                    open,
                });
                first += alike.len();
            }
        }
    }
}
