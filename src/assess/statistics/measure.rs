//! Works a statistic out from columns.

use std::sync::Arc;

use crate::assess::statistics::exact::ExactSum;
use crate::assess::statistics::rank::{Place, cumulative_shares, in_order, ranks};
use crate::assess::statistics::series::Series;
use crate::assess::statistics::{GroupFound, Grouping, Measurement};
use crate::model::fact::{
    Calculated, Column, FactSchema, FactType, Making, Number, Value, error_of_near,
};
use crate::model::rulebook::{Order, Statistic, StatisticKind, UnknownInputs};

/// The columns that a statistic is worked out from.
pub(crate) struct Columns<'a> {
    pub(crate) of: Option<&'a Column>,
    pub(crate) over: Option<&'a Column>,
    pub(crate) along: Option<&'a Column>,
    pub(crate) filter: Option<&'a Column>,
    pub(crate) ties: Vec<&'a Column>,
}

/// Works a statistic out. `counts` says by record whether it is one of the population.
pub(crate) fn measure(
    statistic: &Statistic,
    schema: &FactSchema,
    columns: &Columns<'_>,
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
    let mut numbers: Vec<Option<Number>> = match statistic.kind {
        StatisticKind::Rank => ranks(statistic, (members.places(by), by), &columns.ties, count),
        StatisticKind::CumulativeShare => cumulative_shares(
            statistic,
            (members.places(by), by),
            &members.of,
            &columns.ties,
            (count, &mut found),
        ),
        kind => {
            let mut values = members.values(kind, &mut found);
            for (group, value) in values.iter_mut().enumerate() {
                if unknown[group] {
                    *value = None;
                }
                found[group].value = value.as_ref().and_then(|value| shown(value, schema));
            }
            return Measurement {
                groups: Arc::clone(groups),
                found,
                column: by_group(schema, values, groups).into(),
                ungrouped: members.ungrouped,
            };
        }
    };
    if statistic.kind.is_own() && unknown.contains(&true) {
        for (record, number) in numbers.iter_mut().enumerate() {
            if groups.group(record).is_none_or(|group| unknown[group]) {
                *number = None;
            }
        }
    }
    let column = Column::of_numbers(schema, numbers).into();
    Measurement {
        groups: Arc::clone(groups),
        found,
        column,
        ungrouped: members.ungrouped,
    }
}

/// The column of a statistic that all members of a group share.
fn by_group(schema: &FactSchema, values: Vec<Option<Number>>, groups: &Arc<Grouping>) -> Column {
    let nears = values
        .iter()
        .map(|value| value.as_ref().map_or(f64::NAN, Number::near));
    let nears: Vec<f64> = nears.collect();
    let count = groups.of.len();
    let of = |value: &dyn Fn(usize) -> f64, record: usize, none: f64| {
        groups.group(record).map_or(none, value)
    };
    let spread = |value: &dyn Fn(usize) -> f64, none: f64| {
        (0..count).map(|record| of(value, record, none)).collect()
    };
    let near: Vec<f64> = spread(&|group| nears[group], f64::NAN);
    match schema.ty {
        FactType::Integer => {
            let value = |group: Option<usize>| group.and_then(|group| values[group].clone());
            let all = (0..count).map(|record| value(groups.group(record)));
            Column::of_numbers(schema, all.collect())
        }
        _ if values
            .iter()
            .flatten()
            .all(|value| value.binary().is_some()) =>
        {
            Column::Floats(near)
        }
        _ => Column::Calculated(Calculated {
            near,
            error: spread(&|group| error_of_near(nears[group]), 0.0),
            making: Arc::new(ByGroup {
                values,
                groups: Arc::clone(groups),
            }),
        }),
    }
}

/// The numbers of groups, as those of their members.
#[derive(Debug)]
struct ByGroup {
    values: Vec<Option<Number>>,
    groups: Arc<Grouping>,
}

impl ByGroup {
    fn value(&self, record: usize) -> Option<&Number> {
        self.values[self.groups.group(record)?].as_ref()
    }
}

impl Making for ByGroup {
    fn number(&self, record: usize) -> Option<Number> {
        self.value(record).cloned()
    }

    fn shares_origin(&self, record: usize, (other, at): (&dyn Making, usize)) -> bool {
        let other: &dyn std::any::Any = other;
        let other = other.downcast_ref::<Self>();
        other.is_some_and(|other| self.value(record) == other.value(at))
    }

    fn mark_others(&self, other: &dyn Making, marks: &mut [bool]) {
        let other: &dyn std::any::Any = other;
        let Some(other) = other.downcast_ref::<Self>() else {
            return marks.fill(true);
        };
        let same_groups = Arc::ptr_eq(&self.groups, &other.groups);
        let pairs = self.values.iter().zip(&other.values);
        let others: Vec<bool> = pairs.map(|(one, other)| one != other).collect();
        for (record, marked) in marks.iter_mut().enumerate() {
            *marked |= match self.groups.group(record) {
                Some(group) if same_groups => others[group],
                _ => self.value(record) != other.value(record),
            };
        }
    }
}

/// A number as the statistic's type has it.
fn shown(number: &Number, schema: &FactSchema) -> Option<Value> {
    match schema.ty {
        FactType::Integer => number.whole().map(Value::Integer),
        _ => Some(Value::Number(number.clone())),
    }
}

/// Who belongs to which group, and with which numbers.
pub(super) struct Members<'a> {
    /// The records that are members of a group, in their order.
    list: Vec<(usize, usize)>,
    of: Series<'a>,
    over: Series<'a>,
    found: Vec<GroupFound>,
    ungrouped: usize,
}

impl<'a> Members<'a> {
    pub(super) fn new(
        statistic: &Statistic,
        columns: &Columns<'a>,
        groups: &Grouping,
        counts: &[bool],
    ) -> Self {
        let (mut of, over, along) = (
            Series::new(columns.of),
            Series::new(columns.over),
            Series::new(columns.along),
        );
        let filter = Series::new(columns.filter);
        let assumed = match &statistic.unknown {
            UnknownInputs::Assumed(Value::Number(number)) => Some(number.clone()),
            UnknownInputs::Assumed(Value::Boolean(is)) => Some(i64::from(*is).into()),
            _ => None,
        };
        let mut found = vec![GroupFound::default(); groups.keys.len()];
        let (mut list, mut ungrouped) = (Vec::with_capacity(counts.len()), 0);
        for record in (0..counts.len()).filter(|record| counts[*record]) {
            // Those that do not meet the filter are no part of it, whatever their group.
            if columns.filter.is_some() && filter.number(record) == Some(Number::ZERO) {
                continue;
            }
            let Some(group) = groups.group(record) else {
                ungrouped += 1;
                continue;
            };
            let mut is_assumed = false;
            if let Some(assumed) = &assumed
                && of.is_open(record)
            {
                of.assume(record, assumed);
                is_assumed = true;
            }
            if [&of, &over, &along, &filter]
                .iter()
                .any(|series| series.is_open(record))
            {
                found[group].left_out += 1;
            } else {
                found[group].members += 1;
                found[group].assumed += usize::from(is_assumed);
                list.push((record, group));
            }
        }
        Self {
            list,
            of,
            over,
            found,
            ungrouped,
        }
    }

    /// The members, each with its group and what puts it in order.
    pub(super) fn in_order_by(&self, columns: &Columns<'a>) -> Vec<(usize, usize, Number)> {
        let along = columns.along.map(|along| Series::new(Some(along)));
        let by = along.as_ref().unwrap_or(&self.of);
        let known = self
            .list
            .iter()
            .filter_map(|(record, group)| Some((*record, *group, by.number(*record)?)));
        known.collect()
    }

    /// Adds the number of a member to a sum.
    pub(super) fn add_to(&self, sum: &mut ExactSum, record: usize) {
        self.of.add_to(sum, record);
    }

    /// The members with what puts them in order.
    fn places(&self, by: &Series<'_>) -> Vec<Place> {
        self.list
            .iter()
            .map(|(record, group)| Place::new(*group, by.near(*record), *record))
            .collect()
    }

    /// What each group comes to; none where that is unknown.
    fn values(&self, kind: StatisticKind, found: &mut [GroupFound]) -> Vec<Option<Number>> {
        let number = |count: usize| Number::from(i64::try_from(count).unwrap_or(i64::MAX));
        let members = || self.found.iter().map(|found| number(found.members));
        match kind {
            StatisticKind::Count => members().map(Some).collect(),
            StatisticKind::Sum
            | StatisticKind::Mean
            | StatisticKind::Share
            | StatisticKind::Ratio => {
                let over: Vec<Number> = match kind {
                    StatisticKind::Ratio => self.sums(&self.over, found),
                    // Of no members there is no sum.
                    StatisticKind::Sum => members().map(|count| count.min(Number::ONE)).collect(),
                    _ => members().collect(),
                };
                // Nothing divided by nothing is unknown, as all that is divided by nothing.
                self.sums(&self.of, found)
                    .iter()
                    .zip(&over)
                    .map(|(sum, over)| sum.over(over))
                    .collect()
            }
            StatisticKind::Min => self.quantiles(&Number::ZERO),
            StatisticKind::Max => self.quantiles(&100.into()),
            StatisticKind::Median => self.quantiles(&50.into()),
            StatisticKind::Percentile(p) => {
                self.quantiles(&Number::of_binary(p).unwrap_or(Number::ZERO))
            }
            StatisticKind::Rank | StatisticKind::CumulativeShare => Vec::new(),
        }
    }

    fn quantiles(&self, part: &Number) -> Vec<Option<Number>> {
        let mut values = vec![None; self.found.len()];
        let places = self.places(&self.of);
        for group in in_order(places, values.len(), Order::Ascending, &self.of) {
            if let Some(first) = group.first() {
                values[first.group()] = self.quantile(&group, part);
            }
        }
        values
    }

    /// The number at a part, from 0 to 100, of numbers in order.
    fn quantile(&self, sorted: &[Place], part: &Number) -> Option<Number> {
        let last = sorted.len() - 1;
        let at = Number::from(i64::try_from(last).ok()?).times(part);
        let at = at.over(&100.into())?;
        let low = usize::try_from(at.floor().whole()?).ok()?.min(last);
        let number = |place: usize| self.of.number(sorted[place].record());
        let (below, rest) = (number(low)?, at.minus(&at.floor()));
        if rest.is_zero() {
            return Some(below);
        }
        let above = number((low + 1).min(last))?;
        Some(below.plus(&rest.times(&above.minus(&below))))
    }

    fn sums(&self, numbers: &Series<'_>, found: &mut [GroupFound]) -> Vec<Number> {
        let mut sums = vec![ExactSum::default(); self.found.len()];
        for (record, group) in &self.list {
            numbers.add_to(&mut sums[*group], *record);
        }
        for (sum, found) in sums.iter().zip(found) {
            found.rounded |= sum.is_rounded();
        }
        sums.iter().map(ExactSum::value).collect()
    }
}
