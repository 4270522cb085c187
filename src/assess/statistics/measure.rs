//! Works a statistic out from columns.

use std::borrow::Cow;
use std::sync::Arc;

use crate::assess::statistics::exact::ExactSum;
use crate::assess::statistics::rank::{Place, cumulative_shares, in_order, ranks};
use crate::assess::statistics::{GroupFound, Grouping, Measurement};
use crate::model::fact::{Column, FactSchema, FactType, Value};
use crate::model::rulebook::{Order, Statistic, StatisticKind, UnknownInputs};
use crate::tree::as_float;

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
    let mut numbers: Vec<f64> = match statistic.kind {
        StatisticKind::Rank => ranks(statistic, members.places(columns), &columns.ties, count),
        StatisticKind::CumulativeShare => cumulative_shares(
            statistic,
            members.places(columns),
            &members.of,
            &columns.ties,
            count,
        ),
        kind => {
            let mut values = members.values(kind);
            for (group, value) in values.iter_mut().enumerate() {
                if unknown[group] || !value.is_finite() {
                    *value = f64::NAN;
                }
                found[group].value = shown(*value, schema);
            }
            let value = |group: Option<usize>| group.map_or(f64::NAN, |group| values[group]);
            (0..count)
                .map(|record| value(groups.group(record)))
                .collect()
        }
    };
    if statistic.kind.is_own() && unknown.contains(&true) {
        for (record, number) in numbers.iter_mut().enumerate() {
            if groups.group(record).is_none_or(|group| unknown[group]) {
                *number = f64::NAN;
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

/// A number as the statistic's type has it; none when it is not known.
fn shown(number: f64, schema: &FactSchema) -> Option<Value> {
    match schema.ty {
        _ if number.is_nan() => None,
        FactType::Integer => whole(number).map(Value::Integer),
        _ => Some(Value::Number(number)),
    }
}

/// A number that is whole.
#[expect(
    clippy::cast_possible_truncation,
    reason = "the range is checked in the same line"
)]
fn whole(number: f64) -> Option<i64> {
    (number.fract() == 0.0 && number.abs() <= 9_007_199_254_740_992.0).then_some(number as i64)
}

/// Numbers of a column: days by their count, booleans as 0 and 1; NaN is not known.
pub(super) fn numbers(column: &Column) -> Cow<'_, [f64]> {
    use crate::model::fact::{NO_CODE, NO_WHOLE, NO_WIDE};
    match column {
        Column::Floats(values) => Cow::Borrowed(values),
        Column::Whole(values) | Column::Days(values) => {
            let number = |value: &i32| {
                if *value == NO_WHOLE {
                    f64::NAN
                } else {
                    f64::from(*value)
                }
            };
            values.iter().map(number).collect()
        }
        Column::Wide(values) => values
            .iter()
            .map(|value| {
                if *value == NO_WIDE {
                    f64::NAN
                } else {
                    as_float(*value)
                }
            })
            .collect(),
        Column::Few(codes, _) => codes
            .iter()
            .map(|code| {
                if *code == NO_CODE {
                    f64::NAN
                } else {
                    f64::from(*code)
                }
            })
            .collect(),
        Column::Texts(numbers, _) => vec![f64::NAN; numbers.len()].into(),
        Column::Any(values) => vec![f64::NAN; values.len()].into(),
    }
}

/// Who belongs to which group, and with which numbers.
struct Members<'a> {
    /// The records that are members of a group, in their order.
    list: Vec<(usize, usize)>,
    of: Cow<'a, [f64]>,
    over: Cow<'a, [f64]>,
    found: Vec<GroupFound>,
    ungrouped: usize,
}

impl<'a> Members<'a> {
    fn new(
        statistic: &Statistic,
        columns: &Columns<'a>,
        groups: &Grouping,
        counts: &[bool],
    ) -> Self {
        let column = |column: Option<&'a Column>| column.map_or(Cow::Borrowed(&[][..]), numbers);
        let (mut of, over, along) = (
            column(columns.of),
            column(columns.over),
            column(columns.along),
        );
        let filter = column(columns.filter);
        let assumed = match &statistic.unknown {
            UnknownInputs::Assumed(Value::Number(number)) => Some(*number),
            UnknownInputs::Assumed(Value::Boolean(is)) => Some(f64::from(u8::from(*is))),
            _ => None,
        };
        let mut found = vec![GroupFound::default(); groups.keys.len()];
        let (mut list, mut ungrouped) = (Vec::with_capacity(counts.len()), 0);
        for record in (0..counts.len()).filter(|record| counts[*record]) {
            // Those that do not meet the filter are no part of it, whatever their group.
            if filter.get(record) == Some(&0.0) {
                continue;
            }
            let Some(group) = groups.group(record) else {
                ungrouped += 1;
                continue;
            };
            let mut is_assumed = false;
            if let (Some(value), Some(assumed)) = (of.get(record), assumed)
                && value.is_nan()
            {
                of.to_mut()[record] = assumed;
                is_assumed = true;
            }
            let open = |numbers: &[f64]| numbers.get(record).is_some_and(|number| number.is_nan());
            if open(&of) || open(&over) || open(&along) || open(&filter) {
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

    /// The members with what puts them in order.
    fn places(&self, columns: &Columns<'_>) -> Vec<Place> {
        let by = match columns.along {
            Some(along) => numbers(along),
            None => Cow::Borrowed(&*self.of),
        };
        self.list
            .iter()
            .map(|(record, group)| Place::new(*group, by[*record], *record))
            .collect()
    }

    /// What each group comes to; NaN where that is unknown.
    fn values(&self, kind: StatisticKind) -> Vec<f64> {
        let number = |count: usize| as_float(i64::try_from(count).unwrap_or(i64::MAX));
        let members = || self.found.iter().map(|found| number(found.members));
        match kind {
            StatisticKind::Count => members().collect(),
            StatisticKind::Sum
            | StatisticKind::Mean
            | StatisticKind::Share
            | StatisticKind::Ratio => {
                let over = match kind {
                    StatisticKind::Ratio => self.sums(&self.over),
                    // Of no members there is no sum.
                    StatisticKind::Sum => members().map(|count| count.min(1.0)).collect(),
                    _ => members().collect(),
                };
                // Nothing divided by nothing is unknown, as all that is divided by nothing.
                let divided =
                    |(sum, over): (f64, f64)| if over == 0.0 { f64::NAN } else { sum / over };
                self.sums(&self.of)
                    .into_iter()
                    .zip(over)
                    .map(divided)
                    .collect()
            }
            StatisticKind::Min => self.quantiles(0.0),
            StatisticKind::Max => self.quantiles(100.0),
            StatisticKind::Median => self.quantiles(50.0),
            StatisticKind::Percentile(p) => self.quantiles(p),
            StatisticKind::Rank | StatisticKind::CumulativeShare => Vec::new(),
        }
    }

    fn quantiles(&self, part: f64) -> Vec<f64> {
        let mut values = vec![f64::NAN; self.found.len()];
        let places = self
            .list
            .iter()
            .map(|(record, group)| Place::new(*group, self.of[*record], *record));
        for group in in_order(places.collect(), values.len(), Order::Ascending) {
            if let Some(first) = group.first() {
                values[first.group()] = quantile(&group, part);
            }
        }
        values
    }

    fn sums(&self, numbers: &[f64]) -> Vec<f64> {
        let mut sums = vec![ExactSum::default(); self.found.len()];
        for (record, group) in &self.list {
            sums[*group].add(numbers[*record]);
        }
        sums.iter().map(ExactSum::value).collect()
    }
}

/// The number at a part, from 0 to 100, of numbers in order.
fn quantile(sorted: &[Place], part: f64) -> f64 {
    let last = sorted.len() - 1;
    let at = as_float(i64::try_from(last).unwrap_or(i64::MAX)) * part / 100.0;
    let low = whole(at.floor())
        .and_then(|at| usize::try_from(at).ok())
        .unwrap_or(last)
        .min(last);
    let (below, above) = (sorted[low].by(), sorted[(low + 1).min(last)].by());
    let rest = at - at.floor();
    if rest == 0.0 {
        below
    } else {
        below + rest * (above - below)
    }
}
