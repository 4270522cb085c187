//! All that is known of a rulebook before a jurisdiction is looked at.

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

/// How the findings of a rulebook are put together.
#[derive(Debug)]
pub(crate) enum Decider {
    /// By counting the required conditions, given by their numbers.
    Count(Decision, Vec<ConditionIndex>),
    /// By the tree of the decision script; beside it the ids of the conditions.
    Tree(Arc<Tree>, Vec<String>),
    /// Not at all: why, stands among the diagnostics.
    Broken,
}

/// What an assessment was made from.
#[derive(Clone, Debug)]
pub(crate) struct Basis {
    pub(crate) criteria: Arc<crate::assess::snapshot::Criteria>,
    pub(crate) facts: Arc<FactTable>,
    pub(crate) bindings: Arc<Bindings>,
    /// How what no record states is computed.
    pub(crate) plan: Arc<WorkPlan>,
    /// What statistics came to.
    pub(crate) measurements: Arc<Measurements>,
    /// What went wrong for single records in derived facts that are worked out beforehand.
    pub(crate) faults: Arc<FaultsByFact>,
    /// What scripts that no tree can hold came to a moment ago.
    pub(crate) runs: Arc<ScriptRuns>,
}

impl Basis {
    /// The same facts, where names stand for something else.
    pub(crate) fn bound(&self, bindings: &Arc<Bindings>) -> Self {
        let bindings = Arc::clone(bindings);
        Self {
            bindings,
            ..self.clone()
        }
    }

    /// Explores a script over a record, or gives back what was found.
    pub(super) fn explored(&self, program: &Arc<Program>, record: RecordIndex) -> Arc<ScriptRun> {
        self.runs
            .explored(program, &self.bindings, &self.facts, record)
    }

    /// Some facts, by their numbers, and all that they are calculated from, by and by.
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

/// What statistics came to, in the order of the rulebook file; none for one that is not worked out.
pub(crate) type Measurements = Vec<Option<Arc<Measurement>>>;

/// A rulebook with its scripts explored and its facts in columns, for one day and one set of
/// parameters: all that is known before a jurisdiction is looked at.
#[derive(Debug)]
pub struct Prepared {
    /// The day for which facts and parameters were read.
    pub as_of: Date,
    /// The parameters and the values used, in the order of the rulebook file.
    pub parameters: Vec<ParameterUsed>,
    /// Facts taken as if records stated them, as options asked.
    pub what_if: Vec<String>,
    /// The conditions in force on that day, in order of their ids.
    pub conditions: Vec<ConditionUsed>,
    /// The decision script, where there is one.
    pub(crate) decision: Option<ConditionUsed>,
    pub(crate) basis: Basis,
    pub(crate) decider: Arc<Decider>,
    /// The jurisdictions that were asked for; all when empty.
    pub(crate) selection: Vec<String>,
}

impl Prepared {
    /// The same over other facts.
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

    /// The rulebook.
    pub fn rulebook(&self) -> &Rulebook {
        &self.basis.criteria.rulebook
    }

    /// Which of the conditions in force has an id.
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

    /// All records, those that are only referred to among them.
    pub fn records(&self) -> &Jurisdictions {
        &self.basis.facts.records
    }

    /// The tests that a finding rests on, in the order the script asks them.
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
