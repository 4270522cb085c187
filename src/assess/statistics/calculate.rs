//! Calculates a statistic from columns.

use std::sync::Arc;

use crate::assess::statistics::column_numbers::Series;
use crate::assess::statistics::members::Members;
use crate::assess::statistics::radix_sort::RankedMember;
use crate::assess::statistics::rank::{cumulative_shares, in_order, ranks};
use crate::assess::statistics::{GroupFound, Grouping, InputColumns, Measurement};
use crate::model::fact::{
    CalculatedColumn, Column, FactSchema, FactType, Making, NO_WHOLE, Number, Value, error_of_near,
};
use crate::model::rulebook::{Order, Statistic, StatisticKind, UnknownInputs};
use crate::model::typed_indexes::RecordIndex;

/// Calculates a statistic. `counts` says by record whether it is in the population.
pub(crate) fn measure(
    statistic: &Statistic,
    schema: &FactSchema,
    columns: &InputColumns<'_>,
    groups: &Arc<Grouping>,
    counts: &[bool],
) -> Measurement {
    let members = Members::new(statistic, columns, groups, counts);
    let mut found = members.found.clone();
    let unknown = |group: usize| {
        let open = found[group].left_out > 0 || members.ungrouped > 0;
        statistic.unknown == UnknownInputs::MakesUnknown && open
    };
    let unknown: Vec<bool> = (0..found.len()).map(unknown).collect();
    let count = counts.len();
    let along = columns.along.map(|along| Series::new(Some(along)));
    let by = along.as_ref().unwrap_or(&members.of);
    let column = match statistic.kind {
        StatisticKind::Rank => {
            let members = (members.places(by), by);
            let mut ranks = ranks(statistic, members, &columns.ties, count);
            leave_open(&mut ranks, groups, &unknown, NO_WHOLE);
            Column::Whole(ranks)
        }
        StatisticKind::CumulativeShare => {
            let mut shares = cumulative_shares(
                statistic,
                (members.places(by), by),
                &members.of,
                &columns.ties,
                (count, &mut found),
            );
            leave_open(&mut shares, groups, &unknown, None);
            Column::of_numbers(schema, shares)
        }
        kind => {
            let mut values = values(kind, &members, &mut found);
            for (group, value) in values.iter_mut().enumerate() {
                if unknown[group] {
                    *value = None;
                }
                found[group].value = value.as_ref().and_then(|value| shown(value, schema));
            }
            by_group(schema, values, groups)
        }
    };
    Measurement {
        groups: Arc::clone(groups),
        found,
        column: column.into(),
        ungrouped: members.ungrouped,
    }
}

/// Makes the value of unknown groups unknown for each of their records, and for records without a
/// group.
fn leave_open<T: Clone>(found: &mut [T], groups: &Grouping, unknown: &[bool], none: T) {
    if unknown.contains(&true) {
        for (record, found) in RecordIndex::each(found) {
            if groups.group(record).is_none_or(|group| unknown[group]) {
                *found = none.clone();
            }
        }
    }
}

/// The column of a statistic with one value for all members of a group.
fn by_group(schema: &FactSchema, values: Vec<Option<Number>>, groups: &Arc<Grouping>) -> Column {
    let nears = values
        .iter()
        .map(|value| value.as_ref().map_or(f64::NAN, Number::near));
    let nears: Vec<f64> = nears.collect();
    let count = groups.of.len();
    let of = |value: &dyn Fn(usize) -> f64, record: RecordIndex, none: f64| {
        groups.group(record).map_or(none, value)
    };
    let spread = |value: &dyn Fn(usize) -> f64, none: f64| {
        RecordIndex::first(count)
            .map(|record| of(value, record, none))
            .collect()
    };
    let near: Vec<f64> = spread(&|group| nears[group], f64::NAN);
    match schema.ty {
        FactType::Integer => {
            let whole = |value: &Option<Number>| value.as_ref().and_then(Number::whole);
            let wholes: Vec<Option<i64>> = values.iter().map(whole).collect();
            let all = RecordIndex::first(count)
                .map(|record| groups.group(record).and_then(|it| wholes[it]));
            Column::of_wholes(all)
        }
        _ if values
            .iter()
            .flatten()
            .all(|value| value.binary().is_some()) =>
        {
            Column::Floats(near)
        }
        _ => Column::Calculated(CalculatedColumn {
            near,
            error: spread(&|group| error_of_near(nears[group]), 0.0),
            making: Arc::new(ByGroup {
                values,
                groups: Arc::clone(groups),
            }),
        }),
    }
}

/// The values of groups, as those of their members.
#[derive(Debug)]
struct ByGroup {
    values: Vec<Option<Number>>,
    groups: Arc<Grouping>,
}

impl ByGroup {
    fn value(&self, record: RecordIndex) -> Option<&Number> {
        self.values[self.groups.group(record)?].as_ref()
    }
}

impl Making for ByGroup {
    fn number(&self, row: usize) -> Option<Number> {
        self.value(row.into()).cloned()
    }

    fn shares_origin(&self, row: usize, (other, at): (&dyn Making, usize)) -> bool {
        let other: &dyn std::any::Any = other;
        let other = other.downcast_ref::<Self>();
        other.is_some_and(|other| {
            let same_group = Arc::ptr_eq(&self.groups, &other.groups)
                && self.groups.of[row] == other.groups.of[at];
            (same_group && std::ptr::eq(self, other))
                || self.value(row.into()) == other.value(at.into())
        })
    }

    fn mark_others(&self, other: &dyn Making, marks: &mut [bool]) {
        let other: &dyn std::any::Any = other;
        let Some(other) = other.downcast_ref::<Self>() else {
            return marks.fill(true);
        };
        let same_groups = Arc::ptr_eq(&self.groups, &other.groups);
        let pairs = self.values.iter().zip(&other.values);
        let others: Vec<bool> = pairs.map(|(one, other)| one != other).collect();
        for (record, marked) in RecordIndex::each(marks) {
            *marked |= match self.groups.group(record) {
                Some(group) if same_groups => others[group],
                _ => self.value(record) != other.value(record),
            };
        }
    }
}

/// A number in the type of the statistic.
fn shown(number: &Number, schema: &FactSchema) -> Option<Value> {
    match schema.ty {
        FactType::Integer => number.whole().map(Value::Integer),
        _ => Some(Value::Number(number.clone())),
    }
}

/// The value of each group; `None` if it is unknown.
fn values(
    kind: StatisticKind,
    members: &Members<'_>,
    found: &mut [GroupFound],
) -> Vec<Option<Number>> {
    let number = |count: usize| Number::from(i64::try_from(count).unwrap_or(i64::MAX));
    let counts = || members.found.iter().map(|found| number(found.members));
    match kind {
        StatisticKind::Count => counts().map(Some).collect(),
        StatisticKind::Sum | StatisticKind::Mean | StatisticKind::Share | StatisticKind::Ratio => {
            let over: Vec<Number> = match kind {
                StatisticKind::Ratio => members.sums(&members.over, found),
                // Without members there is no sum.
                StatisticKind::Sum => counts().map(|count| count.min(Number::ONE)).collect(),
                _ => counts().collect(),
            };
            // Nothing divided by nothing is unknown, as all that is divided by nothing.
            members
                .sums(&members.of, found)
                .iter()
                .zip(&over)
                .map(|(sum, over)| sum.over(over))
                .collect()
        }
        StatisticKind::Min => quantiles(members, &Number::ZERO),
        StatisticKind::Max => quantiles(members, &100.into()),
        StatisticKind::Median => quantiles(members, &50.into()),
        StatisticKind::Percentile(p) => {
            quantiles(members, &Number::of_binary(p).unwrap_or(Number::ZERO))
        }
        StatisticKind::Rank | StatisticKind::CumulativeShare => Vec::new(),
    }
}

fn quantiles(members: &Members<'_>, part: &Number) -> Vec<Option<Number>> {
    let groups = members.places(&members.of).into_iter();
    groups
        .map(|mut group| {
            in_order(&mut group, Order::Ascending, &members.of);
            quantile(&members.of, &group, part)
        })
        .collect()
}

/// The quantile of sorted numbers at a percentage from 0 to 100.
fn quantile(numbers: &Series<'_>, sorted: &[RankedMember], part: &Number) -> Option<Number> {
    let last = sorted.len().checked_sub(1)?;
    let at = Number::from(i64::try_from(last).ok()?).times(part);
    let at = at.over(&100.into())?;
    let low = usize::try_from(at.floor().whole()?).ok()?.min(last);
    let number = |rank: usize| numbers.number(sorted[rank].record());
    let (below, rest) = (number(low)?, at.minus(&at.floor()));
    if rest.is_zero() {
        return Some(below);
    }
    let above = number((low + 1).min(last))?;
    Some(below.plus(&rest.times(&above.minus(&below))))
}
