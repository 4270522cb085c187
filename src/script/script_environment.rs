//! The bindings of a script: the meaning of its names.

use std::collections::{BTreeMap, BTreeSet};
use std::iter;
use std::sync::Arc;

use crate::model::fact::{Schema, Value};
use crate::model::rulebook::AS_OF;
use crate::model::typed_indexes::FactIndex;
use crate::script::{ConditionTrees, Derivations};
use crate::tree::{FactRef, Limits};

/// The meaning of the names of a script.
#[derive(Clone, Debug)]
pub(crate) struct Bindings {
    /// The facts of `j`.
    pub(crate) schema: Arc<Schema>,
    /// The conditions of `findings`, for a decision script and for conditions that read others.
    pub(crate) findings: Option<Arc<Schema>>,
    /// The conditions that are shown and do not count, for a decision script.
    pub(crate) advisory: BTreeSet<Arc<str>>,
    /// The limits of explorations and searches.
    pub(crate) limits: Limits,
    /// The number of records, up to the next power of two, so that few edits change it.
    pub(crate) population: usize,
    /// The number of scripts known to have no tree, up to the next power of two: they are run for
    /// each record.
    pub(crate) run_for_each: usize,
    /// Into how many shares the work of exploring is divided ([`work_shares`]).
    pub(crate) work_shares: usize,
    /// The values of `params`.
    pub(crate) parameters: BTreeMap<Arc<str>, Bound>,
    /// The facts of `j` that scripts work out.
    pub(crate) derived: Derivations,
    /// By index of a calculated statistic: the facts it is calculated from; `None` if its
    /// declaration has an error.
    pub(crate) statistics: Arc<BTreeMap<FactIndex, Option<Vec<FactIndex>>>>,
    /// The explorations of conditions that others read.
    pub(crate) condition_trees: ConditionTrees,
}

/// The number of shares into which `scripts` scripts of all rulebooks divide the work of exploring:
/// up to the next power of two, so that few edits change it.
pub(crate) fn work_shares(scripts: usize) -> usize {
    const WITH_ALL_THEIR_WORK: usize = 32;
    scripts.div_ceil(WITH_ALL_THEIR_WORK).next_power_of_two()
}

impl Bindings {
    /// Whether a script means the same under both: the very same schema, equal values. How many
    /// others are run for each record says nothing of that.
    pub(crate) fn same(&self, other: &Self) -> bool {
        self.population == other.population
            && self.parameters == other.parameters
            && self.same_but_for_parameters(other)
    }

    /// Whether exploring scripts that read no parameter gives the same under both; exploring uses
    /// no record.
    fn same_but_for_parameters(&self, other: &Self) -> bool {
        let findings = match (&self.findings, &other.findings) {
            (Some(one), Some(other)) => one.reads_as(other),
            (one, other) => one.is_none() && other.is_none(),
        };
        Arc::ptr_eq(&self.schema, &other.schema)
            && findings
            && self.advisory == other.advisory
            && self.limits == other.limits
            && self.work_shares == other.work_shares
            && self.derived.same(&other.derived)
            && self.statistics == other.statistics
    }

    /// The parameters that are not the same under both, where nothing else is that matters when
    /// scripts are explored, and derived facts do not read them: a script that does not read them
    /// either need not be explored again.
    pub(crate) fn parameters_changed<'b>(&'b self, other: &'b Self) -> Option<Vec<&'b Arc<str>>> {
        if !self.same_but_for_parameters(other) {
            return None;
        }
        // What is said of a name that is none names those that are.
        if self.parameter_names() != other.parameter_names() {
            return None;
        }
        let changed = differing(&self.parameters, &other.parameters);
        let read = |name: &&Arc<str>| self.derived.may_read(name);
        (!changed.iter().any(read)).then_some(changed)
    }

    /// The names that a script may read parameters by. The day of the assessment is always among
    /// them, and bound where a script reads it.
    pub(super) fn parameter_names(&self) -> BTreeSet<Arc<str>> {
        let day = iter::once(Arc::from(AS_OF));
        self.parameters.keys().cloned().chain(day).collect()
    }

    /// Whether derived facts and statistics are the same under the other: programmes over one base
    /// may differ in parameters that only their own scripts read.
    pub(crate) fn works_as(&self, other: &Self) -> bool {
        let own = |one: &Self, other: &Self, name: &Arc<str>| {
            !other.parameters.contains_key(name) && one.derived.may_read(name)
        };
        let equal = |(name, bound): (&Arc<str>, &Bound)| match other.parameters.get(name) {
            Some(there) => bound == there,
            None => !own(self, other, name),
        };
        let theirs = |name: &Arc<str>| own(other, self, name);
        Arc::ptr_eq(&self.schema, &other.schema)
            && self.limits == other.limits
            && self.population == other.population
            && self.work_shares == other.work_shares
            && self.derived.same(&other.derived)
            && self.run_for_each == other.run_for_each
            && self.statistics == other.statistics
            && self.parameters.iter().all(equal)
            && !other.parameters.keys().any(theirs)
    }

    /// Units of work for exploring one script.
    pub(crate) fn work_of_a_script(&self) -> usize {
        self.limits.work / self.work_shares
    }

    /// Units of work on the further paths of a script that no tree can hold, for one record: all
    /// records and all such scripts together may take three times what a tree may.
    pub(crate) fn work_of_a_record(&self) -> u64 {
        const TREES: usize = 3;
        let all = self.limits.work.saturating_mul(TREES);
        let shares = self
            .population
            .max(1)
            .saturating_mul(self.run_for_each.max(1));
        u64::try_from(all / shares).unwrap_or(u64::MAX)
    }

    /// The bindings for a run in which `scripts` scripts are run for each record.
    pub(crate) fn shared_by(self: &Arc<Self>, scripts: usize) -> Arc<Self> {
        let run_for_each = scripts.next_power_of_two();
        if self.run_for_each == run_for_each {
            return Arc::clone(self);
        }
        Arc::new(Self {
            run_for_each,
            ..(**self).clone()
        })
    }

    /// Whether a statistic, by its index, cannot be calculated at all: its declaration has an
    /// error, or it depends on a script that is broken or has a mistake.
    pub(crate) fn is_broken(&self, statistic: FactIndex) -> bool {
        let broken = |slot: &FactIndex| {
            let index = self.derived.index(*slot);
            index.is_some_and(|index| self.derived.is_broken(index))
        };
        match self.statistics.get(&statistic) {
            Some(Some(inputs)) => inputs.iter().any(broken),
            Some(None) => true,
            None => false,
        }
    }

    /// The first derived fact, by its place, that a statistic depends on and that is not explored
    /// yet.
    pub(crate) fn to_come(&self, statistic: FactIndex) -> Option<usize> {
        let inputs = self.statistics.get(&statistic)?.as_ref()?;
        let mut derived = inputs.iter().filter_map(|slot| self.derived.index(*slot));
        derived.find(|index| self.derived.is_to_come(*index))
    }

    /// Whether a fact, by its index, is calculated by a tree wherever it is read.
    pub(crate) fn is_worked_where_read(&self, slot: FactIndex) -> bool {
        self.derived.is_worked_where_read(slot)
    }
}

/// The parameters that two have not the same.
pub(super) fn differing<'b>(
    one: &'b BTreeMap<Arc<str>, Bound>,
    other: &'b BTreeMap<Arc<str>, Bound>,
) -> Vec<&'b Arc<str>> {
    let changed = one
        .iter()
        .filter(|(name, bound)| other.get(*name) != Some(bound));
    let gone = other.keys().filter(|name| !one.contains_key(*name));
    changed.map(|(name, _)| name).chain(gone).collect()
}

/// A parameter and its value; `None` if none is in force.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Bound {
    pub(crate) value: Option<Value>,
    /// The choices, when it is a choice.
    pub(crate) choices: Option<Arc<[Arc<str>]>>,
    /// The fact that represents it if its value is left open.
    pub(crate) open: Option<FactRef>,
}
