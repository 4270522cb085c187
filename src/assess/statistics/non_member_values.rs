//! The statistics of a population as a record beside it reads them.
//!
//! It reads the values of its group (counts, sums, means, medians and the like), without adding to
//! them. Its rank is the place it would have if it alone were added, and its cumulative share that
//! of this place. If no member has its group, there is no population, and all of them are unknown.
//!
//! For one record after another: members are sorted once, and a place is found by binary search.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, OnceLock};

use crate::assess::statistics::exact_sum::ExactSum;
use crate::assess::statistics::members::Members;
use crate::assess::statistics::{Grouping, InputColumns, Measurement, StatisticInputs};
use crate::model::fact::{Column, FactSchema, FactType, Number, Value};
use crate::model::rulebook::{Order, Statistic, StatisticKind, UnknownInputs};
use crate::model::typed_indexes::FactIndex;
use crate::model::typed_indexes::RecordIndex;

/// One statistic of a population, for records beside it.
#[derive(Debug)]
pub(crate) struct Standing {
    statistic: Arc<Statistic>,
    inputs: StatisticInputs,
    /// Whether its value is a whole number.
    whole: bool,
    groups: BTreeMap<Vec<Value>, usize>,
    /// By group: the value that all in it read; `None` if it has no member, or the value differs
    /// within it.
    values: Vec<Option<Value>>,
    /// By group: whether it has members, and no missing fact makes it unknown.
    open: Vec<bool>,
    own: Option<Own>,
}

/// What is needed to find a place among members.
#[derive(Debug)]
struct Own {
    members: OnceLock<Vec<Ordered>>,
    /// By record: its group and its place in it; computed if a record replaces one of these.
    places: OnceLock<HashMap<RecordIndex, (usize, usize)>>,
    measurement: Arc<Measurement>,
    counts: Arc<[bool]>,
    columns: KeptColumns,
}

/// The columns that a statistic is calculated from, kept.
#[derive(Debug)]
pub(crate) struct KeptColumns {
    pub(crate) of: Option<Arc<Column>>,
    pub(crate) over: Option<Arc<Column>>,
    pub(crate) along: Option<Arc<Column>>,
    pub(crate) filter: Option<Arc<Column>>,
    pub(crate) ties: Vec<Arc<Column>>,
}

/// A number by which members are sorted. The nearest binary numbers decide most comparisons, as
/// they never reverse an order.
#[derive(Debug)]
struct Rated {
    near: f64,
    number: Number,
}

impl Rated {
    fn new(number: Number) -> Self {
        let near = number.near();
        Self { near, number }
    }

    fn cmp(&self, other: &Self) -> Ordering {
        let nearly = self.near.partial_cmp(&other.near);
        let told = nearly.filter(|ordering| ordering.is_ne());
        told.unwrap_or_else(|| self.number.cmp(&other.number))
    }
}

/// The members of a group in their order.
#[derive(Debug, Default)]
struct Ordered {
    /// The sort key of each member, with the index of its record.
    members: Vec<(Rated, RecordIndex)>,
    /// Whether a missing fact leaves open its order among those with an equal number.
    untold: Vec<bool>,
    /// The sums of the members before each place, for a cumulative share.
    sums: Vec<Number>,
}

impl KeptColumns {
    fn columns(&self) -> InputColumns<'_> {
        InputColumns {
            of: self.of.as_deref(),
            over: self.over.as_deref(),
            along: self.along.as_deref(),
            filter: self.filter.as_deref(),
            ties: self.ties.iter().map(|column| &**column).collect(),
        }
    }
}

impl Standing {
    /// The statistic for records beside the population. `counts` says by record whether it is in
    /// the population.
    pub(crate) fn new(
        (statistic, inputs): (&Arc<Statistic>, &StatisticInputs),
        schema: &FactSchema,
        measurement: &Arc<Measurement>,
        counts: &Arc<[bool]>,
        columns: KeptColumns,
    ) -> Self {
        let groups: &Grouping = &measurement.groups;
        let mut somebody = vec![false; groups.keys.len()];
        for record in RecordIndex::first(counts.len()).filter(|record| counts[*record]) {
            if let Some(group) = groups.group(record) {
                somebody[group] = true;
            }
        }
        let makes_unknown = statistic.unknown == UnknownInputs::MakesUnknown;
        let unknown = |group: usize| {
            makes_unknown && (measurement.found[group].left_out > 0 || measurement.ungrouped > 0)
        };
        let values = measurement.found.iter().zip(&somebody);
        let own = statistic.kind.is_own().then(|| Own {
            members: OnceLock::new(),
            places: OnceLock::new(),
            measurement: Arc::clone(measurement),
            counts: Arc::clone(counts),
            columns,
        });
        Self {
            statistic: Arc::clone(statistic),
            inputs: inputs.clone(),
            whole: schema.ty == FactType::Integer,
            groups: groups.keys.iter().cloned().zip(0..).collect(),
            values: values
                .map(|(found, somebody)| found.value.clone().filter(|_| *somebody))
                .collect(),
            open: (0..somebody.len())
                .map(|group| somebody[group] && !unknown(group))
                .collect(),
            own,
        }
    }

    /// The value that a record reads, from the values of its own facts and the index of the member
    /// that it replaces: it is not ranked beside its old self.
    pub(crate) fn value(
        &self,
        instead_of: Option<RecordIndex>,
        read: &dyn Fn(FactIndex) -> Option<Value>,
    ) -> Option<Value> {
        let key: Option<Vec<Value>> = self.inputs.by.iter().map(|slot| read(*slot)).collect();
        let group = *self.groups.get(&key?)?;
        let Some(own) = &self.own else {
            return self.values[group].clone();
        };
        if !self.open[group] {
            return None;
        }
        let number = |slot: Option<FactIndex>| match slot {
            Some(slot) => read(slot).as_ref().map(number_of).map(Some),
            None => Some(None),
        };
        let of = match (number(self.inputs.of), &self.statistic.unknown) {
            (None, UnknownInputs::Assumed(assumed)) => Some(number_of(assumed)),
            (of, _) => of?,
        };
        number(self.inputs.over)?;
        let along = number(self.inputs.along)?;
        if number(self.inputs.filter)? == Some(Number::ZERO) {
            return None;
        }
        let members = &own.members.get_or_init(|| self.ordered(own))[group];
        let by = along.or_else(|| of.clone())?;
        let ties: Vec<_> = self
            .inputs
            .ties
            .iter()
            .map(|(slot, _)| read(*slot))
            .collect();
        let (before, up_to) = self.place(members, own, &Rated::new(by), &ties)?;
        let old = instead_of.and_then(|record| self.place_of(own, record, group));
        if old.is_some() && members.members.len() == 1 {
            return None;
        }
        let is_behind = |rank: usize| old.is_some_and(|old| old < rank);
        let found = match self.statistic.kind {
            StatisticKind::CumulativeShare => {
                let (of, all) = (of?, members.sums.last()?);
                let less = old.map_or(Number::ZERO, |old| {
                    members.sums[old + 1].minus(&members.sums[old])
                });
                let behind = if is_behind(up_to) {
                    &less
                } else {
                    &Number::ZERO
                };
                let upto = members.sums[up_to].minus(behind).plus(&of);
                upto.over(&all.minus(&less).plus(&of))?
            }
            _ => {
                let before = before - usize::from(is_behind(before));
                i64::try_from(before + 1).ok()?.into()
            }
        };
        Some(if self.whole {
            Value::Integer(found.whole()?)
        } else {
            Value::Number(found)
        })
    }

    /// The place of a member in its group, if it is this group.
    fn place_of(&self, own: &Own, record: RecordIndex, group: usize) -> Option<usize> {
        let places = own.places.get_or_init(|| {
            let groups = own.members.get_or_init(|| self.ordered(own)).iter();
            let members = groups.enumerate().flat_map(|(group, ordered)| {
                let list = ordered.members.iter().enumerate();
                list.map(move |(place, (_, record))| (*record, (group, place)))
            });
            members.collect()
        });
        let (found, place) = places.get(&record)?;
        (*found == group).then_some(*place)
    }

    /// How many members are before a record, and how many before it or equal to it; `None` if a
    /// missing fact leaves its order open, or there are no members.
    fn place(
        &self,
        members: &Ordered,
        own: &Own,
        by: &Rated,
        ties: &[Option<Value>],
    ) -> Option<(usize, usize)> {
        let list = &members.members;
        let before = list.partition_point(|(number, _)| self.directed(number, by).is_lt());
        let alike = list[before..].partition_point(|(number, _)| number.cmp(by).is_eq());
        let up_to = before + alike;
        if list.is_empty() || ties.is_empty() || alike == 0 {
            return (!list.is_empty()).then_some((before, up_to));
        }
        if members.untold[before] || ties.iter().any(Option::is_none) {
            return None;
        }
        let alike = &list[before..up_to];
        let of = |record: RecordIndex| {
            own.columns
                .ties
                .iter()
                .map(move |column| column.get(record.get()))
        };
        let less = alike.partition_point(|(_, record)| self.by_ties(of(*record), ties).is_lt());
        let same =
            alike[less..].partition_point(|(_, record)| self.by_ties(of(*record), ties).is_eq());
        Some((before + less, before + less + same))
    }

    fn directed(&self, one: &Rated, other: &Rated) -> Ordering {
        match self.statistic.order {
            Order::Ascending => one.cmp(other),
            Order::Descending => other.cmp(one),
        }
    }

    /// The order of two with equal numbers.
    fn by_ties(
        &self,
        one: impl Iterator<Item = Option<Value>>,
        other: &[Option<Value>],
    ) -> Ordering {
        let mut found = one.zip(other).zip(&self.inputs.ties);
        let directed =
            |((one, other), (_, order)): ((Option<Value>, &Option<Value>), &(_, Order))| {
                let ordering = one.cmp(other);
                if *order == Order::Descending {
                    ordering.reverse()
                } else {
                    ordering
                }
            };
        found
            .by_ref()
            .map(directed)
            .find(|ordering| ordering.is_ne())
            .unwrap_or(Ordering::Equal)
    }

    /// The members of all groups in their order.
    fn ordered(&self, own: &Own) -> Vec<Ordered> {
        let columns = own.columns.columns();
        let members = Members::new(
            &self.statistic,
            &columns,
            &own.measurement.groups,
            &own.counts,
        );
        let mut groups: Vec<Ordered> = Vec::new();
        groups.resize_with(self.open.len(), Ordered::default);
        for (record, group, number) in members.in_order_by(&columns) {
            groups[group].members.push((Rated::new(number), record));
        }
        let ties = |record: RecordIndex| -> Vec<Option<Value>> {
            columns
                .ties
                .iter()
                .map(|column| column.get(record.get()))
                .collect()
        };
        for group in &mut groups {
            group.members.sort_by(|(one, a), (other, b)| {
                self.directed(one, other)
                    .then_with(|| self.by_ties(ties(*a).into_iter(), &ties(*b)))
            });
            let is_open = |(_, record): &(Rated, RecordIndex)| {
                columns.ties.iter().any(|one| !one.is_known(record.get()))
            };
            let alike = |one: &(Rated, RecordIndex), other: &(Rated, RecordIndex)| {
                one.0.cmp(&other.0).is_eq()
            };
            for run in group.members.chunk_by(alike) {
                let untold = run.iter().any(is_open);
                group.untold.extend(run.iter().map(|_| untold));
            }
            if self.statistic.kind == StatisticKind::CumulativeShare {
                let mut sum = ExactSum::default();
                group.sums.push(sum.value());
                for (_, record) in &group.members {
                    members.add_to(&mut sum, *record);
                    group.sums.push(sum.value());
                }
            }
        }
        groups
    }
}

/// A value as statistics read it: days as counts, booleans as 0 and 1.
fn number_of(value: &Value) -> Number {
    match value {
        Value::Integer(number) => (*number).into(),
        Value::Number(number) => number.clone(),
        Value::Date(day) => day.days().into(),
        Value::Boolean(is) => i64::from(*is).into(),
        Value::Text(_) | Value::List(_) => Number::ZERO,
    }
}
