//! What a change of criteria or records does: who gains, who loses, because of which change, and in
//! which cases two versions of a condition differ, whether or not a record falls into them.
//!
//! Both versions are assessments; the changes are found by comparing what they were made from. Only
//! scripts that changed are run again.

mod amounts;
mod cases_over_derived_facts;
#[cfg(feature = "app")]
mod causes_on_demand;
mod condition_causes;
mod differing_cases;
#[cfg(feature = "app")]
mod differing_conditions;
mod input_changes;
mod inputs_named_in_script;
mod jurisdiction_causes;
mod movements_by_fact_values;
mod rulebook_impact;

pub use amounts::{AmountChange, AmountImpact};
#[cfg(feature = "app")]
pub(crate) use causes_on_demand::Why;
pub use differing_cases::{Cases, DifferingCase, NotCompared};
#[cfg(feature = "app")]
pub use differing_conditions::{Depth, differing_conditions};
pub(crate) use input_changes::DERIVED_FACT;
pub use input_changes::{FactChange, Setting};
pub use movements_by_fact_values::{ImpactGroup, ImpactGroups};
pub use rulebook_impact::{
    Cause, ConditionImpact, JurisdictionImpact, RulebookImpact, StatisticChange,
};

use std::collections::BTreeSet;

use crate::analysis::impact::amounts::amounts;
use crate::analysis::impact::cases_over_derived_facts::VersionsByName;
use crate::analysis::impact::condition_causes::condition_impacts;
use crate::analysis::impact::input_changes::{fact_changes, settings};
use crate::analysis::impact::jurisdiction_causes::Causes;
use crate::analysis::impact::movements_by_fact_values::groups;
use crate::assess::assessment::{
    Assessment, Delta, JurisdictionDelta, RulebookAssessment, RulebookDelta,
};
use crate::assess::result_types::Status;
use crate::base::diagnostic::Diagnostic;
use crate::base::parallel;
use crate::model::jurisdiction::JurisdictionId;

/// What changed between two versions, and the effects.
#[derive(Clone, Debug)]
pub struct Impact {
    /// One for each rulebook of either version, in order of their ids.
    pub rulebooks: Vec<RulebookImpact>,
}

impl Impact {
    /// What changed from one version to the other.
    pub fn between(before: &Assessment, after: &Assessment) -> Self {
        let delta = Delta::between(before, after);
        let mut ids: BTreeSet<&str> = BTreeSet::new();
        for assessed in before.rulebooks.iter().chain(&after.rulebooks) {
            ids.insert(assessed.rulebook().id.as_str());
        }
        let one = |id: &str| {
            let (before, after) = (before.rulebook(id), after.rulebook(id));
            let found = delta
                .rulebooks
                .iter()
                .find(|delta| delta.id.as_str() == id)
                .cloned();
            rulebook_impact(before, after, found)
        };
        Self {
            rulebooks: ids.into_iter().filter_map(one).collect(),
        }
    }

    /// Adds counts of movements by the values of some facts. An error if no rulebook has such
    /// facts; a rulebook without them has no groups.
    pub fn by(
        mut self,
        before: &Assessment,
        after: &Assessment,
        by: &[String],
    ) -> Result<Self, Diagnostic> {
        let (mut any, mut problem) = (false, None);
        for impact in &mut self.rulebooks {
            let id = impact.delta.id.as_str().to_owned();
            let sides = (before.rulebook(&id), after.rulebook(&id));
            match groups(sides, &impact.delta, by) {
                Ok(groups) => {
                    any = true;
                    impact.groups = Some(groups);
                }
                Err(why) => problem = Some(why),
            }
        }
        match problem {
            Some(why) if !any => Err(why),
            _ => Ok(self),
        }
    }

    /// Has cases stop at derived facts: they name these instead of the facts behind them. Where
    /// that is not possible, they stay unchanged.
    #[must_use]
    pub fn at_derived_facts(mut self, before: &Assessment, after: &Assessment) -> Self {
        for impact in &mut self.rulebooks {
            let id = impact.delta.id.as_str();
            let (Some(before), Some(after)) = (before.rulebook(id), after.rulebook(id)) else {
                continue;
            };
            let Some(by_name) = VersionsByName::new(before, after) else {
                continue;
            };
            for condition in &mut impact.conditions {
                if let Some(cases) = &mut condition.cases {
                    by_name.shorten(condition.id.as_str(), cases);
                }
            }
            if let Some(cases) = &mut impact.decision {
                by_name.shorten_decision(cases);
            }
        }
        self
    }

    /// Every jurisdiction for which something changed.
    pub fn jurisdictions(&self) -> impl Iterator<Item = &JurisdictionImpact> {
        self.rulebooks
            .iter()
            .flat_map(|rulebook| &rulebook.jurisdictions)
    }
}

fn rulebook_impact(
    before: Option<&RulebookAssessment>,
    after: Option<&RulebookAssessment>,
    delta: Option<RulebookDelta>,
) -> Option<RulebookImpact> {
    let rulebook = after.or(before)?.rulebook();
    let delta = delta.unwrap_or_else(|| RulebookDelta {
        id: rulebook.id.clone(),
        added: Vec::new(),
        removed: Vec::new(),
        jurisdictions: Vec::new(),
    });
    let count = |assessed: Option<&RulebookAssessment>| assessed.map_or(0, RulebookAssessment::len);
    let mut impact = RulebookImpact::empty(&rulebook.title, delta);
    impact.assessed = (count(before), count(after));
    let (Some(before), Some(after)) = (before, after) else {
        let name = |id: &JurisdictionId| {
            let records = after.or(before).map(|one| one.records())?;
            Some(records.view(records.find(id.as_str())?).name().into())
        };
        let plain = |delta: &JurisdictionDelta| JurisdictionImpact {
            name: name(&delta.id).unwrap_or_else(|| delta.id.as_str().into()),
            delta: delta.clone(),
            findings: Vec::new(),
            causes: Vec::new(),
        };
        impact.jurisdictions = impact.delta.jurisdictions.iter().map(plain).collect();
        return Some(impact);
    };
    impact.amounts = amounts(before, after);
    impact.settings = settings(before, after);
    (impact.facts, impact.records) = fact_changes(before, after);
    let trials: Vec<_>;
    (impact.conditions, trials) = condition_impacts(before, after).into_iter().unzip();
    impact.decision = differing_cases::of_decision(before, after);
    let causes = Causes::new(before, after, &impact, &trials);
    let deltas: Vec<&JurisdictionDelta> = impact.delta.jurisdictions.iter().collect();
    impact.jurisdictions = parallel::map(deltas, |delta| causes.of(delta));
    Some(impact)
}

/// A status in words; `not there` for a condition that does not exist.
pub fn status_in_words(status: Option<Status>) -> String {
    status.map_or_else(|| "not there".to_owned(), |status| status.to_string())
}
