//! What changed for a rulebook, its conditions and its jurisdictions, and because of what.

use std::sync::Arc;

use crate::analysis::impact::{AmountImpact, Cases, FactChange, ImpactGroups, Setting};
use crate::assess::assessment::{JurisdictionDelta, Movement, RulebookDelta};
use crate::assess::result_types::DeterminationKind;
use crate::model::condition::ConditionId;
use crate::model::fact::Value;
use crate::model::jurisdiction::JurisdictionId;

/// What changed in one rulebook.
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
    /// The results that are not what they were, in order of their names.
    pub amounts: Vec<AmountImpact>,
    /// Who went where by group, where groups were asked for.
    pub groups: Option<ImpactGroups>,
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
    #[cfg_attr(
        not(feature = "internals"),
        expect(dead_code, reason = "tests alone ask for it")
    )]
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

impl RulebookImpact {
    /// One in which nothing was compared yet.
    pub(super) fn empty(title: &str, delta: RulebookDelta) -> Self {
        Self {
            title: title.to_owned(),
            delta,
            assessed: (0, 0),
            settings: Vec::new(),
            facts: Vec::new(),
            records: (Vec::new(), Vec::new()),
            conditions: Vec::new(),
            decision: None,
            jurisdictions: Vec::new(),
            amounts: Vec::new(),
            groups: None,
        }
    }

    /// Whether nothing changed, neither results nor what they rest on.
    pub fn is_empty(&self) -> bool {
        self.jurisdictions.is_empty()
            && self.settings.is_empty()
            && self.facts.is_empty()
            && self.records.0.is_empty()
            && self.records.1.is_empty()
            && self.conditions.is_empty()
            && self.decision.is_none()
            && self.amounts.is_empty()
    }
}
