//! The places of jurisdictions in an order, and what they have together up to there.

use std::cmp::Ordering;

use crate::assess::statistics::GroupFound;
use crate::assess::statistics::exact::ExactSum;
use crate::assess::statistics::series::Series;
use crate::model::fact::{Column, Number};
use crate::model::rulebook::{Order, Statistic, Ties};
use crate::tree::{float_of_key, key_of_float};

/// A member, its group, and what puts it in order.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// The binary number near the one that puts it in order, as one that is whole.
    key: i64,
    group: u32,
    record: u32,
    /// Nothing puts it behind the one before it.
    alike: bool,
}

impl Place {
    /// `near`: the binary number near what puts it in order.
    pub(super) fn new(group: usize, near: f64, record: usize) -> Self {
        let number = |index: usize| u32::try_from(index).expect("records are numbered so");
        Self {
            key: key_of_float(near),
            group: number(group),
            record: number(record),
            alike: false,
        }
    }

    pub(super) fn group(&self) -> usize {
        usize::try_from(self.group).expect("it numbers a group")
    }

    pub(super) fn record(&self) -> usize {
        usize::try_from(self.record).expect("it numbers a record")
    }

    /// The least and the greatest number that may put it in order.
    fn ends(&self, by: &Series<'_>) -> (f64, f64) {
        let near = float_of_key(self.key);
        let error = by.error(self.record(), near);
        ((near - error).next_down(), (near + error).next_up())
    }
}

/// Members by group, in order; those that are alike in the order of their records.
/// Binary numbers order them, and the numbers themselves those that are near each other.
pub(super) fn in_order(
    members: Vec<Place>,
    groups: usize,
    order: Order,
    by: &Series<'_>,
) -> Vec<Vec<Place>> {
    let mut sorted: Vec<Vec<Place>> = vec![Vec::new(); groups];
    if groups == 1 {
        sorted[0] = members;
    } else {
        for place in members {
            sorted[place.group()].push(place);
        }
    }
    for group in &mut sorted {
        group.sort_unstable_by(|a, b| {
            directed(order, a.key.cmp(&b.key)).then_with(|| a.record.cmp(&b.record))
        });
        if by.near_is_all() {
            mark_alike(group, |a, b| a.key == b.key);
        } else {
            settle(group, order, by);
        }
    }
    sorted
}

fn directed(order: Order, found: Ordering) -> Ordering {
    match order {
        Order::Ascending => found,
        Order::Descending => found.reverse(),
    }
}

fn mark_alike(places: &mut [Place], alike: impl Fn(&Place, &Place) -> bool) {
    for index in 1..places.len() {
        places[index].alike = alike(&places[index - 1], &places[index]);
    }
}

/// Orders members by their numbers, where those near them leave it open.
fn settle(group: &mut [Place], order: Order, by: &Series<'_>) {
    let most = by.greatest_error();
    let far = |a: &Place, b: &Place| {
        let apart = (float_of_key(a.key) - float_of_key(b.key)).abs();
        apart > most * 2.000_001
    };
    for close in group.chunk_by_mut(|a, b| !far(a, b)) {
        let mut rest = close;
        while rest.len() > 1 {
            let (mut low, mut high) = rest[0].ends(by);
            let mut end = 1;
            while end < rest.len() {
                let (least, most) = rest[end].ends(by);
                if least > high || most < low {
                    break;
                }
                (low, high) = (low.min(least), high.max(most));
                end += 1;
            }
            let (run, after) = rest.split_at_mut(end);
            if run.len() > 1 {
                by_numbers(run, order, by);
            }
            rest = after;
        }
    }
}

/// Orders members by their numbers.
fn by_numbers(run: &mut [Place], order: Order, by: &Series<'_>) {
    /// So many that were made from something else are looked at for one that was made from the same.
    const LOOKED_AT: usize = 4;
    let mut numbers: Vec<(Option<Number>, Place)> = Vec::with_capacity(run.len());
    let mut made: Vec<usize> = Vec::new();
    for place in &*run {
        let mut latest = made.iter().rev().take(LOOKED_AT);
        let same = latest.find(|made| {
            let other = numbers[**made].1;
            by.shares_origin(other.record(), place.record())
        });
        let number = if let Some(same) = same {
            numbers[*same].0.clone()
        } else {
            made.push(numbers.len());
            by.number(place.record())
        };
        numbers.push((number, *place));
    }
    numbers.sort_by(|(a, one), (b, other)| {
        directed(order, a.cmp(b)).then_with(|| one.record.cmp(&other.record))
    });
    for index in 0..numbers.len() {
        run[index] = numbers[index].1;
        run[index].alike = index > 0 && numbers[index].0 == numbers[index - 1].0;
    }
}

/// Members that are alike, or cannot be told apart.
struct Alike<'a> {
    places: &'a [Place],
    /// The number of the first of them within its group, from 1.
    first: usize,
    /// A fact that would tell them apart is unknown.
    open: bool,
}

fn number(count: usize) -> Number {
    i64::try_from(count).unwrap_or(i64::MAX).into()
}

/// By record: its rank; none for those that have none.
pub(super) fn ranks(
    statistic: &Statistic,
    (members, by): (Vec<Place>, &Series<'_>),
    ties: &[&Column],
    count: usize,
) -> Vec<Option<Number>> {
    let mut ranks = vec![None; count];
    each_alike(statistic, (members, by), ties, &mut |alike| {
        let rank = (!alike.open).then(|| number(alike.first));
        alike
            .places
            .iter()
            .for_each(|place| ranks[place.record()].clone_from(&rank));
    });
    ranks
}

/// By record: the part of its group's sum that it has together with all before it, and with those
/// that are like it; none for those that have none.
pub(super) fn cumulative_shares(
    statistic: &Statistic,
    (members, by): (Vec<Place>, &Series<'_>),
    of: &Series<'_>,
    ties: &[&Column],
    (count, found): (usize, &mut [GroupFound]),
) -> Vec<Option<Number>> {
    let mut shares: Vec<Option<Number>> = vec![None; count];
    let mut sum = ExactSum::default();
    let mut totals: Vec<Number> = Vec::new();
    each_alike(statistic, (members.clone(), by), ties, &mut |alike| {
        if alike.first == 1 {
            sum = ExactSum::default();
        }
        alike
            .places
            .iter()
            .for_each(|place| of.add_to(&mut sum, place.record()));
        let (group, up_to) = (alike.places[0].group(), sum.value());
        totals.resize(totals.len().max(group + 1), Number::ZERO);
        totals[group].clone_from(&up_to);
        found[group].rounded = sum.is_rounded();
        let value = (!alike.open).then_some(up_to);
        alike
            .places
            .iter()
            .for_each(|place| shares[place.record()].clone_from(&value));
    });
    for place in members {
        let share = &mut shares[place.record()];
        *share = share
            .take()
            .and_then(|share| share.over(&totals[place.group()]));
    }
    shares
}

/// Goes through the members of each group in their order.
fn each_alike(
    statistic: &Statistic,
    (members, by): (Vec<Place>, &Series<'_>),
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
    for mut group in in_order(members, groups, statistic.order, by) {
        let mut first = 1;
        for alike in group.chunk_by_mut(|_, next| next.alike) {
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
