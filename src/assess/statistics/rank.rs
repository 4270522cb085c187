//! Ranks of jurisdictions in an order, and cumulative shares.

use std::cmp::Ordering;

use crate::assess::statistics::GroupFound;
use crate::assess::statistics::column_numbers::Series;
use crate::assess::statistics::exact_sum::ExactSum;
use crate::assess::statistics::radix_sort::{RankedMember, by_key};
use crate::model::fact::{Column, NO_WHOLE, Number};
use crate::model::rulebook::{Order, Statistic, Ties};
use crate::model::typed_indexes::RecordIndex;

/// Sorts the members of a group; equal ones stay in the order of their records. Binary numbers
/// order them first, then the exact numbers of those near each other.
pub(super) fn in_order(group: &mut Vec<RankedMember>, order: Order, by: &Series<'_>) {
    by_key(group, order);
    if by.near_is_all() {
        mark_alike(group, |a, b| a.key == b.key);
    } else {
        settle(group, order, by);
    }
}

fn directed(order: Order, found: Ordering) -> Ordering {
    match order {
        Order::Ascending => found,
        Order::Descending => found.reverse(),
    }
}

fn mark_alike(places: &mut [RankedMember], alike: impl Fn(&RankedMember, &RankedMember) -> bool) {
    for index in 1..places.len() {
        places[index].alike = alike(&places[index - 1], &places[index]);
    }
}

/// Sorts members by their exact numbers if those near them leave the order open.
fn settle(group: &mut [RankedMember], order: Order, by: &Series<'_>) {
    let most = by.greatest_error();
    let far = |a: &RankedMember, b: &RankedMember| {
        let apart = (a.near() - b.near()).abs();
        apart > most * 2.000_001
    };
    for close in group.chunk_by_mut(|a, b| !far(a, b)) {
        let mut rest = close;
        while rest.len() > 1 {
            let (mut low, mut high) = ends(&rest[0], by);
            let mut end = 1;
            while end < rest.len() {
                let (least, most) = ends(&rest[end], by);
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

/// The least and the greatest number that the sort key of a member may be.
fn ends(place: &RankedMember, by: &Series<'_>) -> (f64, f64) {
    let near = place.near();
    let error = by.error(place.record(), near);
    ((near - error).next_down(), (near + error).next_up())
}

/// Sorts members by their exact numbers. If all come from the very same inputs, these are not
/// needed.
fn by_numbers(run: &mut [RankedMember], order: Order, by: &Series<'_>) {
    let first = run[0].record();
    if run[1..]
        .iter()
        .all(|place| by.shares_origin(first, place.record()))
    {
        return mark_alike(run, |_, _| true);
    }
    by_exact_numbers(run, order, by);
}

fn by_exact_numbers(run: &mut [RankedMember], order: Order, by: &Series<'_>) {
    /// The members with other inputs that are looked at for each one with the same inputs.
    const LOOKED_AT: usize = 4;
    let mut numbers: Vec<(Option<Number>, RankedMember)> = Vec::with_capacity(run.len());
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
        directed(order, a.cmp(b)).then_with(|| one.record().cmp(&other.record()))
    });
    for index in 0..numbers.len() {
        run[index] = numbers[index].1;
        run[index].alike = index > 0 && numbers[index].0 == numbers[index - 1].0;
    }
}

/// Members that are equal, or whose order is open.
struct Alike<'a> {
    group: usize,
    places: &'a [RankedMember],
    /// The rank of the first of them within its group, from 1.
    first: usize,
    /// Whether a fact that would order them is unknown.
    open: bool,
}

/// By record: its rank; [`NO_WHOLE`] for those without one.
pub(super) fn ranks(
    statistic: &Statistic,
    (members, by): (Vec<Vec<RankedMember>>, &Series<'_>),
    ties: &[&Column],
    count: usize,
) -> Vec<i32> {
    let mut ranks = vec![NO_WHOLE; count];
    each_alike(statistic, (members, by), ties, &mut |alike| {
        if !alike.open {
            let rank = i32::try_from(alike.first).expect("so many records fit in no memory");
            alike
                .places
                .iter()
                .for_each(|place| ranks[place.record()] = rank);
        }
    });
    ranks
}

/// By record: the part of its group's sum that it has together with all before it and equal to it;
/// `None` for those without one.
pub(super) fn cumulative_shares(
    statistic: &Statistic,
    (members, by): (Vec<Vec<RankedMember>>, &Series<'_>),
    of: &Series<'_>,
    ties: &[&Column],
    (count, found): (usize, &mut [GroupFound]),
) -> Vec<Option<Number>> {
    let mut shares: Vec<Option<Number>> = vec![None; count];
    let mut sum = ExactSum::default();
    let mut totals = vec![Number::ZERO; members.len()];
    let records: Vec<(usize, RecordIndex)> = members
        .iter()
        .enumerate()
        .flat_map(|(group, places)| places.iter().map(move |place| (group, place.record())))
        .collect();
    each_alike(statistic, (members, by), ties, &mut |alike| {
        if alike.first == 1 {
            sum = ExactSum::default();
        }
        alike
            .places
            .iter()
            .for_each(|place| of.add_to(&mut sum, place.record()));
        let up_to = sum.value();
        totals[alike.group].clone_from(&up_to);
        found[alike.group].rounded = sum.is_rounded();
        let value = (!alike.open).then_some(up_to);
        alike
            .places
            .iter()
            .for_each(|place| shares[place.record()].clone_from(&value));
    });
    for (group, record) in records {
        let share = &mut shares[record];
        *share = share.take().and_then(|share| share.over(&totals[group]));
    }
    shares
}

/// Goes through the members of each group in their order.
fn each_alike(
    statistic: &Statistic,
    (members, by): (Vec<Vec<RankedMember>>, &Series<'_>),
    ties: &[&Column],
    take: &mut dyn FnMut(Alike<'_>),
) {
    let orders: Vec<Order> = match &statistic.ties {
        Ties::Shared => Vec::new(),
        Ties::Broken(by) => by.iter().map(|(_, order)| *order).collect(),
    };
    let by_ties = |a: &RankedMember, b: &RankedMember| {
        let mut found = ties.iter().zip(&orders).map(|(column, order)| {
            directed(
                *order,
                column
                    .get(a.record().get())
                    .cmp(&column.get(b.record().get())),
            )
        });
        found
            .find(|ordering| *ordering != Ordering::Equal)
            .unwrap_or(Ordering::Equal)
    };
    let unknown = |place: &RankedMember| {
        ties.iter()
            .any(|column| !column.is_known(place.record().get()))
    };
    for (group, mut members) in members.into_iter().enumerate() {
        in_order(&mut members, statistic.order, by);
        let mut first = 1;
        for alike in members.chunk_by_mut(|_, next| next.alike) {
            let open = alike.len() > 1 && alike.iter().any(unknown);
            let mut give = |places: &[RankedMember]| {
                take(Alike {
                    group,
                    places,
                    first,
                    open,
                });
                first += places.len();
            };
            if !open && alike.len() > 1 && !ties.is_empty() {
                alike.sort_by(by_ties);
                alike
                    .chunk_by(|a, b| by_ties(a, b) == Ordering::Equal)
                    .for_each(give);
            } else {
                give(alike);
            }
        }
    }
}
