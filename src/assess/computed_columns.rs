//! Derived facts and statistics calculated for all records, turn by turn, and which columns of an
//! earlier assessment are still valid: equal inputs give equal results.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use crate::assess::derivation_order::WorkPlan;
use crate::assess::derived_fact_column::{by_script, derived_column};
use crate::assess::derived_faults::{FaultsByFact, RecordFaults};
use crate::assess::explored_scripts::{DerivedUsed, Form};
use crate::assess::outside_record_statistics::Beside;
use crate::assess::prepared_rulebook::{Basis, Measurements};
use crate::assess::snapshot::{Criteria, Measured};
use crate::assess::statistics::{Grouping, InputColumns, Measurement, StatisticInputs, measure};
use crate::base::parallel;
use crate::model::fact::{Column, FactOrigin};
use crate::model::jurisdiction::Role;
use crate::model::typed_indexes::FactIndex;
use crate::script::Bindings;
use crate::tree::{FactTable, same};

/// The derived facts and statistics to calculate, and their inputs.
pub(super) struct Computation<'a> {
    pub(super) criteria: &'a Criteria,
    pub(super) bindings: &'a Arc<Bindings>,
    pub(super) plan: &'a WorkPlan,
    /// The population that each record is compared with, if it is not that of the records.
    pub(super) beside: Option<&'a Beside>,
    /// The derived facts and statistics that are read, by index; `None` for all. The others are not
    /// calculated.
    pub(super) only: Option<&'a BTreeSet<FactIndex>>,
}

/// A calculated column, and its faults or statistic.
type ComputedColumn = (FactIndex, Arc<Column>, About);

/// Details of a calculated column.
enum About {
    /// For a derived fact: what went wrong for single records.
    Derived(Arc<RecordFaults>),
    /// For a statistic: its result, if it was calculated.
    Statistic(Option<Arc<Measurement>>),
}

/// All calculated columns.
pub(super) struct Filled {
    pub(super) facts: Arc<FactTable>,
    pub(super) measurements: Measurements,
    pub(super) faults: FaultsByFact,
}

impl Computation<'_> {
    /// Calculates what no record states. `before`: an earlier assessment, from which valid results
    /// are kept.
    pub(super) fn fill(&self, mut facts: FactTable, before: Option<&Basis>) -> Filled {
        let wide = &self.criteria.wide;
        let mut measurements: Measurements = vec![None; wide.statistics.len()];
        let mut faults = FaultsByFact::new();
        if wide.schema.facts().len() == wide.schema.stated_len() {
            let facts = facts.into();
            return Filled {
                facts,
                measurements,
                faults,
            };
        }
        let before = before.filter(|before| before.facts.records.same_ids(&facts.records));
        let before = before.filter(|before| self.is_alike(before));
        let counts: Vec<bool> = facts
            .records
            .records()
            .iter()
            .map(|record| record.role() == Role::Assessed)
            .collect();
        let mut groupings: HashMap<Vec<FactIndex>, Arc<Grouping>> = HashMap::new();
        let all = self.plan.turns.iter().flatten().copied();
        facts.calculate_again(all.filter(|slot| self.is_wanted(*slot)));
        for turn in &self.plan.turns {
            let mut turn = turn.clone();
            turn.retain(|slot| self.is_wanted(*slot));
            self.group(&turn, &facts, before, &mut groupings);
            let shared = Arc::new(facts);
            let found: Vec<ComputedColumn> = parallel::map(turn, |slot| {
                self.one(slot, &shared, before, &groupings, &counts, &faults)
            });
            facts = Arc::try_unwrap(shared).expect("nobody kept it");
            for (slot, column, about) in found {
                facts.put(slot, column);
                let mut statistics = wide.statistics.iter();
                match (about, statistics.position(|measured| measured.slot == slot)) {
                    (About::Statistic(found), Some(place)) => measurements[place] = found,
                    (About::Derived(found), _) if !found.is_empty() => {
                        faults.insert(slot, found);
                    }
                    _ => {}
                }
            }
        }
        Filled {
            facts: facts.into(),
            measurements,
            faults,
        }
    }

    fn is_wanted(&self, slot: FactIndex) -> bool {
        self.only.is_none_or(|only| only.contains(&slot))
    }

    /// Whether statistics are unchanged, and derived facts have the same indexes.
    fn is_alike(&self, before: &Basis) -> bool {
        let (now, then) = (self.bindings, &before.bindings);
        now.works_as(then)
            || (Arc::ptr_eq(&now.schema, &then.schema)
                && now.limits == then.limits
                && now.statistics == then.statistics
                && self.criteria.wide.reads_as(&before.criteria.wide))
    }

    /// Whether a derived fact has the same value as before if its inputs are the same.
    fn is_derived_alike(&self, used: &DerivedUsed, before: &Basis) -> bool {
        if self.bindings.works_as(&before.bindings) {
            return true;
        }
        let mut then = before.plan.derived.iter();
        let then = then.find(|then| then.slot == used.slot);
        match (&used.form, then.map(|then| &then.form)) {
            (Form::Tabular(now), Some(Form::Tabular(then))) => same(now, then),
            _ => false,
        }
    }

    fn statistic(&self, slot: FactIndex) -> Option<(usize, &Measured, &StatisticInputs)> {
        let place = self
            .criteria
            .wide
            .statistics
            .iter()
            .position(|measured| measured.slot == slot)?;
        let measured = &self.criteria.wide.statistics[place];
        Some((place, measured, measured.inputs.as_ref()?))
    }

    /// Whether a statistic is not calculated: it depends on itself, or on something with an error.
    fn is_left_open(
        &self,
        slot: FactIndex,
        inputs: &StatisticInputs,
        faults: &FaultsByFact,
    ) -> bool {
        let mistaken = |input| faults.get(&input).is_some_and(|found| found.has_mistake());
        self.plan.circular.contains(&slot)
            || self.bindings.is_broken(slot)
            || inputs.all().any(mistaken)
    }

    /// Makes the groups of a turn's statistics.
    fn group(
        &self,
        turn: &[FactIndex],
        facts: &FactTable,
        before: Option<&Basis>,
        groupings: &mut HashMap<Vec<FactIndex>, Arc<Grouping>>,
    ) {
        for (place, _, inputs) in turn.iter().filter_map(|slot| self.statistic(*slot)) {
            if groupings.contains_key(&inputs.by) {
                continue;
            }
            let known = before.filter(|before| {
                inputs
                    .by
                    .iter()
                    .all(|slot| same_input(facts, &before.facts, *slot))
            });
            let known = known.and_then(|before| before.measurements[place].as_ref());
            let grouping = match known {
                Some(measurement) => Arc::clone(&measurement.groups),
                None => {
                    let columns: Vec<_> = inputs
                        .by
                        .iter()
                        .map(|slot| self.values(facts, *slot))
                        .collect();
                    let columns: Vec<&Column> = columns.iter().map(|column| &**column).collect();
                    Grouping::new(&columns, facts.records.len()).into()
                }
            };
            groupings.insert(inputs.by.clone(), grouping);
        }
    }

    /// Works one out, or takes it over.
    fn one(
        &self,
        slot: FactIndex,
        facts: &Arc<FactTable>,
        before: Option<&Basis>,
        groupings: &HashMap<Vec<FactIndex>, Arc<Grouping>>,
        counts: &[bool],
        faults: &FaultsByFact,
    ) -> ComputedColumn {
        let schema = &self.criteria.wide.schema.facts()[slot];
        let given = facts.shared_column(slot);
        if schema.origin == FactOrigin::Parameter && given.len() > 0 {
            return (slot, Arc::clone(given), About::Statistic(None));
        }
        if let Some(used) = self.plan.derived.iter().find(|used| used.slot == slot) {
            let same = before.filter(|before| {
                self.is_derived_alike(used, before)
                    && used
                        .reads
                        .iter()
                        .all(|read| same_input(facts, &before.facts, *read))
            });
            if let Some(before) = same {
                let column = Arc::clone(before.facts.shared_column(slot));
                let faults = before.faults.get(&slot).cloned().unwrap_or_default();
                return (slot, column, About::Derived(faults));
            }
            let (column, faults) = derived_column(used, schema, self.bindings, facts);
            let column = kept_if_same(column, before, slot);
            return (slot, column, About::Derived(faults.into()));
        }
        let unmeasured = |column: Column| (slot, column.into(), About::Statistic(None));
        if self.criteria.states_statistics {
            return unmeasured(facts.stated_column(slot, schema));
        }
        if let Some(beside) = self.beside {
            return unmeasured(beside.column(slot, schema, facts));
        }
        let Some((place, measured, inputs)) = self
            .statistic(slot)
            .filter(|(_, _, inputs)| !self.is_left_open(slot, inputs, faults))
        else {
            let mut column = Column::of(schema);
            (0..facts.records.len()).for_each(|_| column.push(None));
            return unmeasured(column);
        };
        let known = before.and_then(|before| Some((before, before.measurements[place].as_ref()?)));
        let same = known.filter(|(before, _)| {
            inputs
                .all()
                .all(|read| same_input(facts, &before.facts, read))
        });
        if let Some((before, known)) = same {
            return (
                slot,
                Arc::clone(before.facts.shared_column(slot)),
                About::Statistic(Some(Arc::clone(known))),
            );
        }
        let column = |slot: FactIndex| &**facts.shared_column(slot);
        let ties: Vec<_> = inputs
            .ties
            .iter()
            .map(|(slot, _)| self.values(facts, *slot))
            .collect();
        let columns = InputColumns {
            of: inputs.of.map(column),
            over: inputs.over.map(column),
            along: inputs.along.map(column),
            filter: inputs.filter.map(column),
            ties: ties.iter().map(|column| &**column).collect(),
        };
        let mut found = measure(
            &measured.statistic,
            schema,
            &columns,
            &groupings[&inputs.by],
            counts,
        );
        found.column = kept_if_same(found.column, before, slot);
        (
            slot,
            Arc::clone(&found.column),
            About::Statistic(Some(found.into())),
        )
    }

    fn values<'f>(&self, facts: &'f FactTable, slot: FactIndex) -> Cow<'f, Column> {
        facts.values_of(slot, &self.criteria.wide.schema.facts()[slot])
    }
}

/// The facts of a few records, with the derived facts that no tree holds recalculated.
pub(super) fn again(
    mut facts: FactTable,
    plan: &WorkPlan,
    bindings: &Arc<Bindings>,
) -> Arc<FactTable> {
    let opaque = |slot: &FactIndex| {
        let used = plan.derived.iter().find(|used| used.slot == *slot);
        used.filter(|used| matches!(used.form, Form::NotTabular(_)))
    };
    let turns = plan.turns.iter().map(|turn| turn.iter().filter_map(opaque));
    let turns: Vec<Vec<&DerivedUsed>> = turns.map(Iterator::collect).collect();
    facts.calculate_again(turns.iter().flatten().map(|used| used.slot));
    for turn in turns {
        let shared = Arc::new(facts);
        let columns = turn.iter().map(|used| {
            let schema = &bindings.schema.facts()[used.slot];
            // Faults were noted for the records as they are.
            let mut faults = RecordFaults::default();
            let all = 0..shared.records.len();
            (
                used.slot,
                by_script(used, schema, bindings, &shared, all, &mut faults),
            )
        });
        let columns: Vec<(FactIndex, Column)> = columns.collect();
        facts = Arc::try_unwrap(shared).expect("nobody kept it");
        for (slot, column) in columns {
            facts.put(slot, column.into());
        }
    }
    facts.into()
}

/// If a column equals the earlier one, returns that one: what depends on it need not be looked at.
fn kept_if_same(column: Arc<Column>, before: Option<&Basis>, slot: FactIndex) -> Arc<Column> {
    match before.map(|before| before.facts.shared_column(slot)) {
        Some(before) if before.same(&column) => Arc::clone(before),
        _ => column,
    }
}

/// Whether a fact has the same values as before for all records.
fn same_input(facts: &FactTable, before: &FactTable, slot: FactIndex) -> bool {
    let records = !slot.is_built_in() || Arc::ptr_eq(&facts.records, &before.records);
    records
        && same_column(facts, before, slot)
        && Arc::ptr_eq(facts.records.keys(), before.records.keys())
}

fn same_column(facts: &FactTable, before: &FactTable, slot: FactIndex) -> bool {
    Arc::ptr_eq(facts.shared_column(slot), before.shared_column(slot))
}
