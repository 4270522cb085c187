//! What a change of criteria or records does: who gains, who loses, because of which change, and in
//! which cases two versions of a condition differ, whether or not a record falls into them.
//!
//! Both versions are assessments; what changed between them is found by comparing what they were
//! made from. Nothing is run again but the scripts that changed.

mod cases;
mod causes;
mod changes;

pub use cases::{Cases, DifferingCase, NotCompared, cases_between, differing_conditions};
pub use changes::{FactChange, Setting};

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::analysis::impact::causes::{Causes, condition_impacts};
use crate::analysis::impact::changes::{fact_changes, settings};
use crate::assess::assessment::RulebookAssessment;
use crate::assess::assessment::{
    Assessment, Delta, DeterminationKind, JurisdictionDelta, Movement, RulebookDelta, Status,
};
use crate::model::condition::ConditionId;
use crate::model::fact::Value;
use crate::model::jurisdiction::JurisdictionId;

/// What changed between two versions, and what that does.
#[derive(Clone, Debug)]
pub struct Impact {
    /// One for each rulebook of either version, in order of their names.
    pub rulebooks: Vec<RulebookImpact>,
}

/// The same for one rulebook.
#[derive(Clone, Debug)]
pub struct RulebookImpact {
    /// Its title.
    pub title: String,
    /// What changed in the results.
    pub delta: RulebookDelta,
    /// How many jurisdictions were assessed before and are now.
    pub assessed: (usize, usize),
    /// Parameters, the as-of date, the way to decide: before and after.
    pub settings: Vec<Setting>,
    /// Facts that are not what they were, in order of jurisdictions and of the schema.
    pub facts: Vec<FactChange>,
    /// Records that are new, and those that are gone.
    pub records: (Vec<JurisdictionId>, Vec<JurisdictionId>),
    /// The conditions that changed, in order of their ids.
    pub conditions: Vec<ConditionImpact>,
    /// The cases in which the decisions differ, where that changed.
    pub decision: Option<Cases>,
    /// Every jurisdiction for which something changed, in order of their ids.
    pub jurisdictions: Vec<JurisdictionImpact>,
}

/// How a condition changed.
#[derive(Clone, Debug)]
pub struct ConditionImpact {
    /// Its id.
    pub id: ConditionId,
    /// Its title, as it is now.
    pub title: String,
    /// What about it changed.
    pub causes: Arc<[Cause]>,
    /// The cases in which the versions differ; none for a condition that came or went.
    pub cases: Option<Cases>,
}

/// A change that made a difference.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// A script, or a file it imports, by its path.
    File(String),
    /// A parameter, by its name.
    Parameter(String),
    /// The condition is new.
    Added,
    /// The condition is gone.
    Removed,
    /// The condition is in force now, and was not.
    InForce,
    /// The condition is in force no more.
    NotInForce,
    /// The condition counts now, or does so no more.
    Level,
    /// The fact schema.
    Schema,
    /// How findings are put together.
    Decision,
    /// Which findings are waived.
    Waivers,
    /// A fact, by its number in [`RulebookImpact::facts`].
    Fact(usize),
    /// How statistics are declared.
    Statistics,
    /// A statistic as the jurisdiction has it.
    Statistic(StatisticChange),
}

/// A statistic that is not what it was for a jurisdiction.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct StatisticChange {
    /// Its path, as `stats.rank`.
    pub path: String,
    /// What it was; none when it was unknown.
    pub before: Option<Value>,
    /// What it is; none when it is unknown.
    pub after: Option<Value>,
    /// Neither the jurisdiction's own record changed nor how the statistic is worked out: it is
    /// another only because others changed.
    pub by_others: bool,
}

/// What changed for a jurisdiction, and why.
#[derive(Clone, Debug)]
pub struct JurisdictionImpact {
    /// Its name.
    pub name: Arc<str>,
    /// From what to what.
    pub delta: JurisdictionDelta,
    /// By finding of the delta: the changes that made it differ.
    pub findings: Vec<Arc<[Cause]>>,
    /// The changes that did so by other ways than a finding.
    pub causes: Vec<Cause>,
}

impl JurisdictionImpact {
    /// Whether it comes to something else only because others changed: its own facts are what they
    /// were, and so are the criteria.
    pub fn only_others_moved(&self) -> bool {
        let all = || {
            self.findings
                .iter()
                .flat_map(|causes| causes.iter())
                .chain(&self.causes)
        };
        let by_others =
            |cause: &Cause| matches!(cause, Cause::Statistic(change) if change.by_others);
        self.delta.before != self.delta.after && all().next().is_some() && all().all(by_others)
    }

    /// Whether it was eligible and is not, or is ineligible and was not.
    pub fn lost(&self) -> bool {
        self.delta.movement() == Movement::Lost
            || (self.delta.before == Some(DeterminationKind::Eligible)
                && self.delta.after != Some(DeterminationKind::Eligible))
    }

    /// Whether it is eligible and was not.
    pub fn gained(&self) -> bool {
        self.delta.after == Some(DeterminationKind::Eligible)
            && self.delta.before != self.delta.after
    }

    /// Whether it was undetermined and is eligible or ineligible.
    pub fn settled(&self) -> bool {
        self.delta.before == Some(DeterminationKind::Undetermined)
            && matches!(
                self.delta.after,
                Some(DeterminationKind::Eligible | DeterminationKind::Ineligible)
            )
    }
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

    /// Every jurisdiction for which something changed.
    pub fn jurisdictions(&self) -> impl Iterator<Item = &JurisdictionImpact> {
        self.rulebooks
            .iter()
            .flat_map(|rulebook| &rulebook.jurisdictions)
    }
}

impl RulebookImpact {
    /// Whether nothing changed, neither results nor what they rest on.
    pub fn is_empty(&self) -> bool {
        self.jurisdictions.is_empty()
            && self.settings.is_empty()
            && self.facts.is_empty()
            && self.records.0.is_empty()
            && self.records.1.is_empty()
            && self.conditions.is_empty()
            && self.decision.is_none()
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
    let mut impact = RulebookImpact {
        title: rulebook.title.clone(),
        assessed: (count(before), count(after)),
        settings: Vec::new(),
        facts: Vec::new(),
        records: (Vec::new(), Vec::new()),
        conditions: Vec::new(),
        decision: None,
        jurisdictions: Vec::new(),
        delta,
    };
    let (Some(before), Some(after)) = (before, after) else {
        let name = |id: &JurisdictionId| {
            let records = after.or(before).map(RulebookAssessment::records)?;
            Some(
                records
                    .records()
                    .view(records.find(id.as_str())?)
                    .name()
                    .into(),
            )
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
    impact.settings = settings(before, after);
    (impact.facts, impact.records) = fact_changes(before, after);
    impact.conditions = condition_impacts(before, after);
    impact.decision = cases::of_decision(before, after);
    let causes = Causes::new(before, after, &impact);
    impact.jurisdictions = impact
        .delta
        .jurisdictions
        .iter()
        .map(|delta| causes.of(delta))
        .collect();
    Some(impact)
}

/// A status in words; a condition that is not there has none.
pub fn status_in_words(status: Option<Status>) -> String {
    status.map_or_else(|| "not there".to_owned(), |status| status.to_string())
}
