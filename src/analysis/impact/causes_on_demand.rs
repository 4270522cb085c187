//! Why single jurisdictions changed between two versions of a rulebook. The versions are compared
//! once, and causes found for one jurisdiction at a time: for a screen that shows one of thousands.

use crate::analysis::impact::condition_causes::{CauseTrial, condition_impacts};
use crate::analysis::impact::differing_cases;
use crate::analysis::impact::input_changes::{fact_changes, settings};
use crate::analysis::impact::jurisdiction_causes::Causes;
use crate::analysis::impact::rulebook_impact::{JurisdictionImpact, RulebookImpact};
use crate::assess::assessment::{JurisdictionDelta, RulebookAssessment, RulebookDelta};

/// What changed between two versions of a rulebook, apart from jurisdictions.
#[derive(Debug)]
pub(crate) struct Why {
    /// What changed; without jurisdictions.
    pub(crate) impact: RulebookImpact,
    trials: Vec<Vec<CauseTrial>>,
}

impl Why {
    /// Compares what two versions are made from.
    pub(crate) fn between(before: &RulebookAssessment, after: &RulebookAssessment) -> Self {
        let rulebook = after.rulebook();
        let delta = RulebookDelta {
            id: rulebook.id.clone(),
            added: Vec::new(),
            removed: Vec::new(),
            jurisdictions: Vec::new(),
        };
        let mut impact = RulebookImpact::empty(&rulebook.title, delta);
        impact.settings = settings(before, after);
        (impact.facts, impact.records) = fact_changes(before, after);
        let trials;
        (impact.conditions, trials) = condition_impacts(before, after).into_iter().unzip();
        impact.decision = differing_cases::of_decision(before, after);
        Self { impact, trials }
    }

    /// Why one jurisdiction changed, between the same two versions.
    pub(crate) fn of(
        &self,
        before: &RulebookAssessment,
        after: &RulebookAssessment,
        delta: &JurisdictionDelta,
    ) -> JurisdictionImpact {
        Causes::new(before, after, &self.impact, &self.trials).of(delta)
    }
}
