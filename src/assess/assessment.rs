//! An assessment: all findings and determinations of one snapshot, with the diagnostics.
//!
//! It is one finished value, never changed; every front end is a view of it. What is dear to work
//! out for all and wanted for few, such as the tests behind a finding, is worked out on demand from
//! what the assessment keeps.

mod computed;

pub use crate::assess::delta::{Delta, FindingDelta, JurisdictionDelta, Movement, RulebookDelta};
pub(crate) use crate::assess::results::{PART, Part, Results, has};
pub use computed::{How, StatisticUsed, WorkedOut};

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use crate::assess::{Measurements, WorkPlan, afresh};
use crate::base::diagnostic::Diagnostic;
use crate::model::condition::Condition;
use crate::model::derived::DerivedFact;
use crate::model::fact::{Date, FactOrigin, Value};
use crate::model::jurisdiction::{Jurisdiction, JurisdictionId, Jurisdictions};
use crate::model::rulebook::{Decision, Rulebook, Stated};
use crate::model::waiver::Waiver;
use crate::script::{Bindings, Program, explore};
use crate::tree::{Asked, FactRef, Facts, Tree, consulted};

/// All findings and determinations, and everything wrong with the input.
#[derive(Debug)]
pub struct Assessment {
    /// One for each rulebook selected, in order of their names.
    pub rulebooks: Vec<RulebookAssessment>,
    /// In order of file and place.
    pub diagnostics: Vec<Diagnostic>,
}

/// The findings and determinations of one rulebook.
#[derive(Debug)]
pub struct RulebookAssessment {
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
    pub(crate) plan: Arc<WorkPlan>,
    pub(crate) decider: Arc<Decider>,
    /// The jurisdictions that were asked for; all when empty.
    pub(crate) selection: Vec<String>,
    pub(crate) results: Results,
}

/// How the findings of a rulebook are put together.
#[derive(Debug)]
pub(crate) enum Decider {
    /// By counting the required conditions, given by their numbers.
    Count(Decision, Vec<usize>),
    /// By the tree of the decision script; beside it the ids of the conditions.
    Tree(Arc<Tree>, Vec<String>),
    /// Not at all: why, stands among the diagnostics.
    Broken,
}

/// What an assessment was made from.
#[derive(Clone, Debug)]
pub(crate) struct Basis {
    pub(crate) criteria: Arc<crate::assess::snapshot::Criteria>,
    pub(crate) facts: Arc<Facts>,
    pub(crate) bindings: Arc<Bindings>,
    /// What statistics came to.
    pub(crate) measurements: Arc<Measurements>,
}

/// A derived fact, and what its script came to when it was explored.
#[derive(Clone, Debug)]
pub struct DerivedUsed {
    /// The derived fact.
    pub fact: Arc<DerivedFact>,
    /// Its script's form.
    pub form: Form,
    /// Its number in the schema.
    pub(crate) slot: usize,
    pub(crate) program: Option<Arc<Program>>,
    /// The facts it is worked out from, by their numbers, other derived facts and statistics among
    /// them.
    pub(crate) reads: BTreeSet<usize>,
    /// What exploring the script found wrong with it.
    pub(crate) mistakes: Arc<[Diagnostic]>,
}

/// A parameter and the value used.
#[derive(Clone, Debug)]
pub struct ParameterUsed {
    /// Its name.
    pub name: Arc<str>,
    /// Its value; none when no value is in force.
    pub value: Option<Value>,
    /// Its unit.
    pub unit: Option<String>,
    /// Whether an option gave the value.
    pub origin: Origin,
}

/// Where the value of a parameter comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// From the rulebook file.
    Rulebook,
    /// From an option.
    Option,
}

/// A condition in force, and what its script came to when it was explored.
#[derive(Clone, Debug)]
pub struct ConditionUsed {
    /// The condition.
    pub condition: Arc<Condition>,
    /// Its script's form.
    pub form: Form,
    pub(crate) program: Option<Arc<Program>>,
    /// What exploring the script found wrong with it.
    pub(crate) mistakes: Arc<[Diagnostic]>,
}

/// The form of a script.
#[derive(Clone, Debug)]
pub enum Form {
    /// A tree holds it.
    Tabular(Arc<Tree>),
    /// A tree cannot hold it, for this reason and at this place; it is run for each jurisdiction.
    NotTabular(Arc<Diagnostic>),
    /// The script is broken.
    Broken,
}

/// What one jurisdiction came to.
#[derive(Debug)]
pub struct JurisdictionAssessment {
    /// The record.
    pub jurisdiction: Arc<Jurisdiction>,
    /// One for each condition in force, in the same order.
    pub findings: Vec<Finding>,
    /// What they come to together.
    pub determination: Determination,
}

/// What a condition came to for a jurisdiction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// The condition is met, whatever the missing facts are.
    Met,
    /// It is not met, whatever the missing facts are.
    NotMet,
    /// It does not apply, whatever the missing facts are.
    NotApplicable,
    /// It depends on facts that are not known.
    Unknown,
    /// The script is broken or failed.
    Fault,
}

/// A condition for a jurisdiction.
#[derive(Clone, Debug)]
pub struct Finding {
    /// What it came to.
    pub status: Status,
    /// Why, in the words of the script; several when missing facts leave open which applies.
    pub reasons: Vec<String>,
    /// For an unknown finding: the missing facts that decide it, in order, and no others.
    pub missing: Vec<FactRef>,
    /// What the script assumed because the record does not state it.
    pub assumed: Vec<Assumption>,
    /// Not all possibilities were looked at; the finding is unknown for caution, and `missing`
    /// names every missing fact that was read.
    pub cut_short: bool,
    /// What went wrong, for a fault.
    pub fault: Option<Arc<Diagnostic>>,
    /// It is not met or unknown, and excused: for the determination it counts as not applicable.
    pub waived: Option<Arc<Waiver>>,
}

/// A value that a script took for a fact that is not stated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assumption {
    /// The fact.
    pub fact: FactRef,
    /// The value taken; none where it is worked out from something unknown.
    pub value: Option<Value>,
}

/// What the findings come to.
#[derive(Clone, Debug)]
pub struct Determination {
    /// What they come to.
    pub kind: DeterminationKind,
    /// Why, in the words of the decision script, if there is one and it says so.
    pub reasons: Vec<String>,
    /// When undetermined: the missing facts that decide it, in order, and no others.
    pub missing: Vec<FactRef>,
    /// Not all possibilities were looked at; undetermined for caution.
    pub cut_short: bool,
}

/// What the findings of a jurisdiction come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DeterminationKind {
    /// Eligible, whatever the missing facts are.
    Eligible,
    /// Ineligible, whatever the missing facts are.
    Ineligible,
    /// It depends on facts that are not known.
    Undetermined,
    /// A script that it depends on is broken or failed.
    Fault,
}

/// A test that a finding rests on.
#[derive(Clone, Debug)]
pub struct Consulted {
    /// The test and its place in the script.
    pub asked: Asked,
    /// The answer; none where missing facts leave it open.
    pub answer: Option<bool>,
}

impl fmt::Display for Status {
    fn fmt(&self, fmt: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt.write_str(match self {
            Self::Met => "met",
            Self::NotMet => "not met",
            Self::NotApplicable => "not applicable",
            Self::Unknown => "unknown",
            Self::Fault => "fault",
        })
    }
}

impl fmt::Display for DeterminationKind {
    fn fmt(&self, fmt: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt.write_str(match self {
            Self::Eligible => "eligible",
            Self::Ineligible => "ineligible",
            Self::Undetermined => "undetermined",
            Self::Fault => "fault",
        })
    }
}

impl DeterminationKind {
    /// All kinds, in their order.
    pub const ALL: [Self; 4] = [
        Self::Eligible,
        Self::Ineligible,
        Self::Undetermined,
        Self::Fault,
    ];
}

impl Assessment {
    /// The rulebook of an id.
    pub fn rulebook(&self, id: &str) -> Option<&RulebookAssessment> {
        self.rulebooks
            .iter()
            .find(|assessed| assessed.rulebook().id.as_str() == id)
    }

    /// Whether anything is wrong with the input.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }
}

impl RulebookAssessment {
    /// The rulebook.
    pub fn rulebook(&self) -> &Rulebook {
        &self.basis.criteria.rulebook
    }

    /// The derived facts, in order of their names.
    pub fn derived(&self) -> &[DerivedUsed] {
        &self.plan.derived
    }

    /// All records, those that are only referred to among them.
    pub fn records(&self) -> &Jurisdictions {
        &self.basis.facts.records
    }

    /// How many jurisdictions came to this.
    pub fn count(&self, kind: DeterminationKind) -> usize {
        let kinds = self.results.parts.iter().flat_map(|part| &part.kinds);
        kinds.filter(|known| **known == kind).count()
    }

    /// How many findings of a condition came to this.
    pub fn count_findings(&self, condition: usize, status: Status) -> usize {
        let statuses = self
            .results
            .parts
            .iter()
            .flat_map(|part| &part.statuses[condition]);
        statuses.filter(|known| **known == status).count()
    }

    /// How many jurisdictions were assessed.
    pub fn len(&self) -> usize {
        self.results.places.len()
    }

    /// Whether none was.
    pub fn is_empty(&self) -> bool {
        self.results.places.is_empty()
    }

    /// What all there is to say of each jurisdiction, in order of their ids. Worked out when it is
    /// asked for, and kept.
    pub fn jurisdictions(
        &self,
    ) -> impl ExactSizeIterator<Item = &Arc<JurisdictionAssessment>> + Clone {
        (0..self.len()).map(|place| self.at(place))
    }

    /// The same for the jurisdiction at one place.
    pub fn at(&self, place: usize) -> &Arc<JurisdictionAssessment> {
        self.results
            .details(place, || afresh(self, self.record_of(place)))
    }

    /// What the jurisdiction at a place came to.
    pub fn kind(&self, place: usize) -> DeterminationKind {
        self.results.kind(place)
    }

    /// What a condition came to for the jurisdiction at a place.
    pub fn status(&self, place: usize, condition: usize) -> Status {
        self.results.status(place, condition)
    }

    /// The id of the jurisdiction at a place.
    pub fn id(&self, place: usize) -> &str {
        self.records().id(self.record_of(place))
    }

    /// The name of the jurisdiction at a place.
    pub fn name(&self, place: usize) -> &str {
        self.records().records().view(self.record_of(place)).name()
    }

    /// The number of the record behind a place.
    pub(crate) fn record_of(&self, place: usize) -> usize {
        usize::try_from(self.results.places[place]).expect("it is the number of a record")
    }

    /// The place of a jurisdiction among those assessed.
    pub fn place(&self, id: &str) -> Option<usize> {
        let record = u32::try_from(self.records().find(id)?).ok()?;
        self.results.places.binary_search(&record).ok()
    }

    /// The jurisdiction of an id.
    pub fn jurisdiction(&self, id: &str) -> Option<&JurisdictionAssessment> {
        Some(self.at(self.place(id)?))
    }

    /// The tests that a finding rests on, in the order the script asks them.
    pub fn consulted(&self, jurisdiction: &JurisdictionId, condition: usize) -> Vec<Consulted> {
        let Some(this) = self.records().find(jurisdiction.as_str()) else {
            return Vec::new();
        };
        let used = &self.conditions[condition];
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
                let found = explore(
                    program,
                    &self.basis.bindings,
                    Some((&self.basis.facts, this)),
                );
                let known = |asked: &Asked| self.basis.facts.answer(this, &asked.test).is_ok();
                found
                    .steps
                    .into_iter()
                    .map(|(asked, answer)| Consulted {
                        answer: known(&asked).then_some(answer),
                        asked,
                    })
                    .collect()
            }
            _ => Vec::new(),
        }
    }

    /// The stated facts that a finding rests on, by their own names, and what is stated of each.
    pub fn facts_used(
        &self,
        jurisdiction: &JurisdictionId,
        condition: usize,
    ) -> Vec<(FactRef, Option<Stated>)> {
        let Some(this) = self.records().find(jurisdiction.as_str()) else {
            return Vec::new();
        };
        let consulted = self.consulted(jurisdiction, condition);
        let named = consulted
            .iter()
            .flat_map(|one| one.asked.test.facts())
            .map(|fact| self.basis.facts.own_name(this, fact));
        let names: BTreeSet<FactRef> = named
            .filter(|fact| fact.schema.origin == FactOrigin::Stated)
            .collect();
        names
            .into_iter()
            .map(|name| (name.clone(), self.stated(jurisdiction, &name)))
            .collect()
    }

    /// What is stated of a fact, as seen from a jurisdiction.
    pub fn stated(&self, jurisdiction: &JurisdictionId, fact: &FactRef) -> Option<Stated> {
        let this = self.records().find(jurisdiction.as_str())?;
        let (record, slot) = self.basis.facts.locate(this, fact).ok()?;
        // Its own record is at hand where it was looked at before.
        let own = self.place(jurisdiction.as_str()).filter(|_| record == this);
        let record = own.map_or_else(
            || self.records().get(record),
            |place| Arc::clone(&self.at(place).jurisdiction),
        );
        record.stated(slot, self.as_of).cloned()
    }
}
