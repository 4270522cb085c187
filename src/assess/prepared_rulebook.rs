//! A rulebook with everything that is known before a jurisdiction is looked at.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::assess::derivation_order::WorkPlan;
use crate::assess::derived_faults::FaultsByFact;
use crate::assess::explored_scripts::{ConditionUsed, DerivedUsed, Form, ParameterUsed};
use crate::assess::result_types::Consulted;
use crate::assess::script_run_cache::{ScriptRun, ScriptRuns};
use crate::assess::statistics::{Measurement, StatisticInputs};
use crate::formats::date::Date;
use crate::model::jurisdiction::{JurisdictionId, Jurisdictions};
use crate::model::rulebook::{Decision, Rulebook};
use crate::model::typed_indexes::{ConditionIndex, FactIndex, RecordIndex};
use crate::script::{Bindings, Program};
use crate::tree::{Asked, FactTable, Tree, consulted};

/// How the findings of a rulebook are combined into a determination.
#[derive(Debug)]
pub(crate) enum Decider {
    /// By counting the required conditions, given by their indexes.
    Count(Decision, Vec<ConditionIndex>),
    /// By the tree of the decision script; with it the ids of the conditions.
    Tree(Arc<Tree>, Vec<String>),
    /// Not at all; the diagnostics say why.
    Broken,
}

/// The facts, scripts and values that an assessment is made from.
#[derive(Clone, Debug)]
pub(crate) struct Basis {
    pub(crate) criteria: Arc<crate::assess::snapshot::Criteria>,
    pub(crate) facts: Arc<FactTable>,
    pub(crate) bindings: Arc<Bindings>,
    /// How derived facts and statistics are calculated.
    pub(crate) plan: Arc<WorkPlan>,
    /// The results of statistics.
    pub(crate) measurements: Arc<Measurements>,
    /// Faults of single records in derived facts that are calculated in advance.
    pub(crate) faults: Arc<FaultsByFact>,
    /// Recent runs of scripts that no tree can hold.
    pub(crate) runs: Arc<ScriptRuns>,
}

impl Basis {
    /// The basis with other bindings of names.
    pub(crate) fn bound(&self, bindings: &Arc<Bindings>) -> Self {
        let bindings = Arc::clone(bindings);
        Self {
            bindings,
            ..self.clone()
        }
    }

    /// The exploration of a script over a record, from an earlier run if there is one.
    pub(super) fn explored(&self, program: &Arc<Program>, record: RecordIndex) -> Arc<ScriptRun> {
        self.runs
            .explored(program, &self.bindings, &self.facts, record)
    }

    /// Some facts and all facts that they are calculated from, directly or indirectly.
    pub(crate) fn calculated_from(
        &self,
        facts: impl IntoIterator<Item = FactIndex>,
    ) -> BTreeSet<FactIndex> {
        let mut open: Vec<FactIndex> = facts.into_iter().collect();
        let mut found = BTreeSet::new();
        while let Some(slot) = open.pop() {
            if !found.insert(slot) {
                continue;
            }
            let derived = self.plan.derived.iter().filter(|used| used.slot == slot);
            open.extend(derived.flat_map(|used| used.reads.iter().copied()));
            let statistics = &self.criteria.wide.statistics;
            let measured = statistics.iter().filter(|one| one.slot == slot);
            let inputs = measured.flat_map(|one| &one.inputs);
            open.extend(inputs.flat_map(StatisticInputs::all));
        }
        found
    }
}

/// The results of statistics, in the order of the rulebook file; `None` for one that is not
/// calculated.
pub(crate) type Measurements = Vec<Option<Arc<Measurement>>>;

/// A rulebook with its scripts explored and its facts in columns, for one day and one set of
/// parameters. No jurisdiction has been looked at.
#[derive(Debug)]
pub struct Prepared {
    /// The as-of date for which facts and parameters are read.
    pub as_of: Date,
    /// The parameters with the values used, in the order of the rulebook file.
    pub parameters: Vec<ParameterUsed>,
    /// The facts set by options, as texts.
    pub what_if: Vec<String>,
    /// The conditions in force on that day, in order of their ids.
    pub conditions: Vec<ConditionUsed>,
    /// The decision script; `None` if there is none.
    pub(crate) decision: Option<ConditionUsed>,
    pub(crate) basis: Basis,
    pub(crate) decider: Arc<Decider>,
    /// The jurisdictions selected by options; all if empty.
    pub(crate) selection: Vec<String>,
}

impl Prepared {
    /// The rulebook over other facts.
    pub(crate) fn over(&self, basis: Basis) -> Self {
        Self {
            as_of: self.as_of,
            parameters: self.parameters.clone(),
            what_if: self.what_if.clone(),
            conditions: self.conditions.clone(),
            decision: self.decision.clone(),
            basis,
            decider: Arc::clone(&self.decider),
            selection: Vec::new(),
        }
    }

    /// The rulebook as its files state it.
    pub fn rulebook(&self) -> &Rulebook {
        &self.basis.criteria.rulebook
    }

    /// The index of the condition in force with this id; `None` if there is none.
    pub fn condition(&self, id: &str) -> Option<ConditionIndex> {
        let by = |used: &ConditionUsed| used.condition.id.as_str().cmp(id);
        self.conditions
            .binary_search_by(by)
            .ok()
            .map(ConditionIndex::from)
    }

    /// The derived facts, in order of their names.
    pub fn derived(&self) -> &[DerivedUsed] {
        &self.basis.plan.derived
    }

    /// All records, including those that are there only to be referred to.
    pub fn records(&self) -> &Jurisdictions {
        &self.basis.facts.records
    }

    /// The tests that a finding depends on, in the order of the script. Empty if there is no such
    /// record or condition, or the script is broken.
    pub fn consulted(
        &self,
        jurisdiction: &JurisdictionId,
        condition: ConditionIndex,
    ) -> Vec<Consulted> {
        let Some(this) = self.records().find(jurisdiction.as_str()) else {
            return Vec::new();
        };
        let Some(used) = self.conditions.get(condition.get()) else {
            return Vec::new();
        };
        match (&used.form, &used.program) {
            (Form::Tabular(tree), _) => {
                let found = consulted(tree, &self.basis.facts, this);
                found
                    .into_iter()
                    .map(|(asked, answer)| Consulted {
                        asked: asked.clone(),
                        answer,
                    })
                    .collect()
            }
            (Form::NotTabular(_), Some(program)) => {
                let found = self.basis.explored(program, this);
                let known = |asked: &Asked| self.basis.facts.answer(this, &asked.test).is_ok();
                let steps = found.steps.iter();
                steps
                    .map(|(asked, answer)| Consulted {
                        answer: known(asked).then_some(*answer),
                        asked: asked.clone(),
                    })
                    .collect()
            }
            _ => Vec::new(),
        }
    }
}
