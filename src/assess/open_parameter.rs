//! A rulebook with one parameter left open: it becomes a fact that each jurisdiction may have
//! another value of, so that scripts are explored once for all values.
//!
//! The result at a value equals that of an assessment with that value (a law in
//! `tests/it/sweep.rs`). Statistics and derived facts that decide and depend on the parameter are
//! calculated again for each value; everything else is kept.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use crate::assess::bulk_assessment::{self, KeptResults};
use crate::assess::computed_columns::Computation;
use crate::assess::explored_rulebooks::Explored;
use crate::assess::explored_scripts::Form;
use crate::assess::options::Options;
use crate::assess::prepared_rulebook::{Basis, Decider, Prepared};
use crate::assess::result_types::DeterminationKind;
use crate::assess::results_in_parts::ResultPart;
use crate::assess::snapshot::Snapshot;
use crate::assess::statistics::StatisticInputs;
use crate::base::diagnostic::Diagnostic;
use crate::model::fact::{
    AllowedRange, Column, Date, FactOrigin, FactPath, FactSchema, FactType, Number, Value,
};
use crate::model::rulebook::AS_OF;
use crate::model::typed_indexes::{ConditionIndex, FactIndex};
use crate::tree::{FactRef, FactTable, Owner, Tree};

/// The indexes of the steady conditions, and the results of all conditions.
type SteadyFindings = (Vec<Option<ConditionIndex>>, Vec<Arc<ResultPart>>);

/// A rulebook with one parameter left open.
#[derive(Debug)]
pub(crate) struct Swept {
    pub(crate) prepared: Prepared,
    /// The parameter as a fact.
    pub(crate) fact: FactRef,
    slot: FactIndex,
    /// The derived facts and statistics that decide, and their inputs; `None` if these may be any.
    wanted: Option<BTreeSet<FactIndex>>,
    /// The records that are assessed, by their numbers.
    pub(crate) places: Arc<[u32]>,
    /// By condition: its index, if nothing that it reads depends on the parameter; and the results
    /// for one value, which for these conditions are the same for every value.
    steady: OnceLock<SteadyFindings>,
    /// The diagnostics of files and scripts.
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// The trees whose tests show where something changes, of the scripts that have trees.
pub(crate) struct SweptTrees<'a> {
    pub(crate) trees: Vec<&'a Tree>,
    /// Some script that may depend on the parameter has no tree.
    pub(crate) beyond: bool,
}

impl Swept {
    /// Leaves a parameter of a rulebook open, `as_of` for the day that scripts read. None where
    /// there is no such rulebook or parameter, or the options fit nothing.
    pub(crate) fn new(
        snapshot: &Snapshot,
        options: &Options,
        rulebook: &str,
        parameter: &str,
    ) -> Option<Self> {
        let criteria = snapshot.criteria(rulebook)?;
        let path = format!("params.{parameter}");
        let fact = as_fact(
            criteria
                .rulebook
                .parameters
                .iter()
                .find(|one| *one.name == *parameter),
            &path,
        )?;
        let wide = criteria.wide.with(fact);
        let slot = wide.schema.slot(&path)?;
        if wide.schema.facts()[slot].origin != FactOrigin::Parameter {
            return None;
        }
        let snapshot = Snapshot {
            rulebooks: vec![criteria.with_wide(wide.into()).into()],
            scripts: snapshot.scripts,
            diagnostics: Vec::new(),
        };
        let explored = Explored::new(&snapshot, options, None);
        let diagnostics = explored.diagnostics.clone();
        let prepared = explored.prepared().into_iter().next()?;
        let fact = FactRef::of(Owner::This, slot, &prepared.basis.bindings.schema);
        Some(Self {
            places: crate::assess::incremental_assessment::places(&prepared),
            wanted: wanted(&prepared),
            prepared,
            fact,
            slot,
            steady: OnceLock::new(),
            diagnostics,
        })
    }

    /// The assessment with a value of its own for each record, by record.
    pub(crate) fn at(&self, values: Vec<Option<Number>>) -> Prepared {
        let schema = &self.prepared.basis.bindings.schema.facts()[self.slot];
        let column = match schema.ty {
            FactType::Date => {
                let mut column = Column::of(schema);
                for value in values {
                    let day = value.and_then(|days| Date::from_days(days.whole()?));
                    column.push(day.map(Value::Date).as_ref());
                }
                column
            }
            _ => Column::of_numbers(schema, values),
        };
        self.with(column)
    }

    fn with(&self, column: Column) -> Prepared {
        let basis = &self.prepared.basis;
        let mut facts = basis.facts.taking([]);
        facts.put(self.slot, column.into());
        let worked = Computation {
            criteria: &basis.criteria,
            bindings: &basis.bindings,
            plan: &self.prepared.basis.plan,
            beside: None,
            only: self.wanted.as_ref(),
        };
        let filled = worked.fill(facts, Some(basis));
        self.prepared.over(Basis {
            facts: filled.facts,
            measurements: filled.measurements.into(),
            faults: filled.faults.into(),
            ..basis.clone()
        })
    }

    /// The assessment with the same value for each record.
    pub(crate) fn at_all(&self, value: &Number) -> Prepared {
        self.at(vec![
            Some(value.clone());
            self.prepared.basis.facts.records.len()
        ])
    }

    /// The facts computed for a value, with the parameter left open again; statistics keep the
    /// values computed there.
    pub(crate) fn opened(&self, there: &Prepared) -> FactTable {
        let mut facts = there.basis.facts.taking([]);
        let unknown = Arc::clone(self.prepared.basis.facts.shared_column(self.slot));
        facts.put(self.slot, unknown);
        facts
    }

    /// The determinations of some records, by their indexes in order, for a value.
    pub(crate) fn kinds(&self, there: &Prepared, wanted: &[u32]) -> Vec<DeterminationKind> {
        let all = *wanted == *self.places;
        let known = self.steady.get().filter(|_| all);
        let kept = known.map_or_else(KeptResults::default, |(conditions, parts)| KeptResults {
            parts,
            conditions: conditions.clone(),
        });
        let parts = bulk_assessment::assess(there, wanted, &kept);
        let kinds = parts.iter().flat_map(|part| part.kinds.iter().copied());
        let kinds = kinds.collect();
        if all && self.steady.get().is_none() {
            // Set once by the first thread: the steady findings are the same for all.
            drop(self.steady.set((self.steady_conditions(), parts)));
        }
        kinds
    }

    fn steady_conditions(&self) -> Vec<Option<ConditionIndex>> {
        let moved = self.rests_on_it();
        let is_moved = |fact: &FactRef| {
            fact.owner == Owner::Finding
                || fact.steps().iter().any(|step| moved.contains(&step.fact))
        };
        let conditions = ConditionIndex::each(&self.prepared.conditions);
        let steady = conditions.map(|(condition, used)| match &used.form {
            Form::Tabular(tree) => (!tree.facts().into_iter().any(is_moved)).then_some(condition),
            _ => None,
        });
        steady.collect()
    }

    /// The trees of conditions and of the decision.
    pub(crate) fn deciding(&self) -> SweptTrees<'_> {
        let used = self.prepared.conditions.iter().map(|used| &used.form);
        let mut found = SweptTrees {
            trees: Vec::new(),
            beyond: false,
        };
        used.for_each(|form| found.add(form, &self.fact));
        if let Decider::Tree(tree, _) = &*self.prepared.decider {
            found.add_tree(tree, &self.fact);
        }
        // A derived fact that has a column is read like a fact, and may depend on anything.
        let beforehand = self.prepared.basis.plan.derived.iter();
        found.beyond |= beforehand
            .filter(|used| self.rests_on_it().contains(&used.slot))
            .any(|used| matches!(used.form, Form::NotTabular(_)));
        found
    }

    /// The derived facts and statistics that decide and depend on the parameter, by index.
    pub(crate) fn rests_on_it(&self) -> BTreeSet<FactIndex> {
        let mut found = BTreeSet::from([self.slot]);
        loop {
            let before = found.len();
            for used in &self.prepared.basis.plan.derived {
                if used.reads.iter().any(|read| found.contains(read)) {
                    found.insert(used.slot);
                }
            }
            for measured in &self.prepared.basis.criteria.wide.statistics {
                let inputs = measured.inputs.iter();
                if inputs
                    .flat_map(StatisticInputs::all)
                    .any(|read| found.contains(&read))
                {
                    found.insert(measured.slot);
                }
            }
            if found.len() == before {
                if let Some(wanted) = &self.wanted {
                    found.retain(|slot| *slot == self.slot || wanted.contains(slot));
                }
                return found;
            }
        }
    }

    /// The trees of the derived facts that are inputs of statistics and depend on the parameter;
    /// `None` if no statistic depends on it.
    pub(crate) fn moving(&self) -> Option<SweptTrees<'_>> {
        let moved = self.rests_on_it();
        let statistics = &self.prepared.basis.criteria.wide.statistics;
        let moving = statistics.iter().filter(|one| moved.contains(&one.slot));
        let inputs: BTreeSet<FactIndex> = moving
            .flat_map(|one| one.inputs.iter().flat_map(StatisticInputs::all))
            .filter(|slot| moved.contains(slot))
            .collect();
        if inputs.is_empty() {
            return None;
        }
        let mut found = SweptTrees {
            trees: Vec::new(),
            beyond: false,
        };
        for used in &self.prepared.basis.plan.derived {
            if inputs.contains(&used.slot) {
                found.add(&used.form, &self.fact);
                let mut moved = statistics.iter().filter(|one| moved.contains(&one.slot));
                let rests_on_one = moved.any(|one| used.reads.contains(&one.slot));
                found.beyond |= rests_on_one || self.varies(&used.form);
            }
        }
        Some(found)
    }

    /// Whether a value of a derived fact is calculated from the parameter.
    fn varies(&self, form: &Form) -> bool {
        let Form::Tabular(tree) = form else {
            return true;
        };
        tree.outcomes()
            .filter_map(|outcome| outcome.value.as_ref())
            .any(|value| {
                let mut facts = BTreeSet::new();
                value.collect(&mut facts);
                facts.contains(&self.fact)
            })
    }
}

impl<'a> SweptTrees<'a> {
    fn add(&mut self, form: &'a Form, parameter: &FactRef) {
        match form {
            Form::Tabular(tree) => self.add_tree(tree, parameter),
            Form::NotTabular(_) => self.beyond = true,
            Form::Broken => {}
        }
    }

    /// Read through a reference, the parameter has another name, which is not followed.
    fn add_tree(&mut self, tree: &'a Tree, parameter: &FactRef) {
        let is_it = |fact: &FactRef| fact.last_path() == parameter.path.as_str();
        let facts = tree.facts();
        self.beyond |= facts
            .into_iter()
            .any(|fact| is_it(fact) && fact != parameter);
        self.trees.push(tree);
    }
}

/// The facts that decide, by index, and their inputs; `None` if a script without a tree may read
/// anything.
fn wanted(prepared: &Prepared) -> Option<BTreeSet<FactIndex>> {
    let mut trees: Vec<&Tree> = Vec::new();
    for used in &*prepared.conditions {
        match &used.form {
            Form::Tabular(tree) => trees.push(tree),
            Form::NotTabular(_) => return None,
            Form::Broken => {}
        }
    }
    if let Decider::Tree(tree, _) = &*prepared.decider {
        trees.push(tree);
    }
    let facts = trees.into_iter().flat_map(Tree::reads);
    let facts = facts.filter(|fact| fact.owner != Owner::Finding);
    let read = facts.flat_map(|fact| fact.steps().iter().map(|step| step.fact));
    Some(prepared.basis.calculated_from(read))
}

/// A parameter as a fact that no record states.
fn as_fact(
    parameter: Option<&crate::model::rulebook::Parameter>,
    path: &str,
) -> Option<FactSchema> {
    let (ty, range) = match parameter {
        Some(parameter) => (parameter.ty.clone(), parameter.range.clone()),
        None if path.strip_prefix("params.") == Some(AS_OF) => {
            (FactType::Date, AllowedRange::default())
        }
        None => return None,
    };
    Some(FactSchema {
        path: FactPath::new(path),
        range,
        origin: FactOrigin::Parameter,
        ..FactSchema::of(path, ty)
    })
}
