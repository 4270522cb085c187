//! The members of a statistic, their groups and their numbers.

use crate::assess::statistics::column_numbers::Series;
use crate::assess::statistics::exact_sum::ExactSum;
use crate::assess::statistics::radix_sort::RankedMember;
use crate::assess::statistics::{GroupFound, Grouping, InputColumns};
use crate::model::fact::{Number, Value};
use crate::model::rulebook::{Statistic, UnknownInputs};
use crate::model::typed_indexes::RecordIndex;

/// The members of a statistic by group, with their numbers.
pub(super) struct Members<'a> {
    /// The records that are members of a group, in their order.
    list: Vec<(u32, u32)>,
    pub(super) of: Series<'a>,
    pub(super) over: Series<'a>,
    pub(super) found: Vec<GroupFound>,
    pub(super) ungrouped: usize,
}

impl<'a> Members<'a> {
    /// The members. `counts` says by record whether it is in the population.
    pub(super) fn new(
        statistic: &Statistic,
        columns: &InputColumns<'a>,
        groups: &Grouping,
        counts: &[bool],
    ) -> Self {
        let mut of = Series::new(columns.of);
        let over = Series::new(columns.over);
        // Records that do not pass the filter are no members, in any group.
        let mut counts = counts.to_vec();
        Series::new(columns.filter).leave_out_zeros(&mut counts);
        let assumed = match &statistic.unknown {
            UnknownInputs::Assumed(Value::Number(number)) => Some(number.clone()),
            UnknownInputs::Assumed(Value::Boolean(is)) => Some(i64::from(*is).into()),
            _ => None,
        };
        let (mut missing, mut open) = (vec![false; counts.len()], vec![false; counts.len()]);
        of.mark_open(&mut missing);
        for column in [columns.over, columns.along, columns.filter] {
            Series::new(column).mark_open(&mut open);
        }
        let mut found = vec![GroupFound::default(); groups.keys.len()];
        let (mut list, mut ungrouped) = (Vec::with_capacity(counts.len()), 0);
        for record in RecordIndex::first(counts.len()).filter(|record| counts[*record]) {
            let Some(group) = groups.group(record) else {
                ungrouped += 1;
                continue;
            };
            let is_assumed = match &assumed {
                Some(assumed) if missing[record] => {
                    of.assume(record, assumed);
                    true
                }
                _ => false,
            };
            if open[record] || (missing[record] && !is_assumed) {
                found[group].left_out += 1;
            } else {
                found[group].members += 1;
                found[group].assumed += usize::from(is_assumed);
                list.push((record.narrow(), short(group)));
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

    /// The records that are members, each with its group.
    fn list(&self) -> impl Iterator<Item = (RecordIndex, usize)> {
        let long = |index: u32| usize::try_from(index).expect("it was one");
        let list = self.list.iter();
        list.map(move |(record, group)| (RecordIndex::from(*record), long(*group)))
    }

    /// The members, each with its group and its sort key.
    pub(super) fn in_order_by(
        &self,
        columns: &InputColumns<'a>,
    ) -> Vec<(RecordIndex, usize, Number)> {
        let along = columns.along.map(|along| Series::new(Some(along)));
        let by = along.as_ref().unwrap_or(&self.of);
        self.list()
            .filter_map(|(record, group)| Some((record, group, by.number(record)?)))
            .collect()
    }

    /// Adds the number of a member to a sum.
    pub(super) fn add_to(&self, sum: &mut ExactSum, record: RecordIndex) {
        self.of.add_to(sum, record);
    }

    /// By group: its members with their sort keys.
    pub(super) fn places(&self, by: &Series<'_>) -> Vec<Vec<RankedMember>> {
        let groups = self.found.iter();
        let mut places: Vec<Vec<RankedMember>> = groups
            .map(|found| Vec::with_capacity(found.members))
            .collect();
        for (record, group) in self.list() {
            places[group].push(RankedMember::new(by.near(record), record));
        }
        places
    }

    /// The sum of each group.
    pub(super) fn sums(&self, numbers: &Series<'_>, found: &mut [GroupFound]) -> Vec<Number> {
        let mut sums = vec![ExactSum::default(); self.found.len()];
        numbers.add_all(self.list(), &mut sums);
        for (sum, found) in sums.iter().zip(found) {
            found.rounded |= sum.is_rounded();
        }
        sums.iter().map(ExactSum::value).collect()
    }
}

fn short(index: usize) -> u32 {
    u32::try_from(index).expect("groups are numbered so")
}
