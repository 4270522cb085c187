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
    /// The title of the rulebook.
    pub title: String,
    /// What changed in the results.
    pub delta: RulebookDelta,
    /// The numbers of jurisdictions assessed before and now.
    pub assessed: (usize, usize),
    /// Changes of parameters, of the as-of date, and of the decision.
    pub settings: Vec<Setting>,
    /// Facts that changed, in order of jurisdictions and of the schema.
    pub facts: Vec<FactChange>,
    /// Records that were added, and those that were removed.
    pub records: (Vec<JurisdictionId>, Vec<JurisdictionId>),
    /// The conditions that changed, in order of their ids.
    pub conditions: Vec<ConditionImpact>,
    /// The cases in which the decisions differ; `None` if the decision did not change.
    pub decision: Option<Cases>,
    /// Every jurisdiction for which something changed, in order of their ids.
    pub jurisdictions: Vec<JurisdictionImpact>,
    /// The amounts that changed, in order of their names.
    pub amounts: Vec<AmountImpact>,
    /// Movements by group; `None` if no groups were asked for.
    pub groups: Option<ImpactGroups>,
}

/// How a condition changed.
#[derive(Clone, Debug)]
pub struct ConditionImpact {
    /// The id of the condition.
    pub id: ConditionId,
    /// The title of the condition, as it is now.
    pub title: String,
    /// What about it changed.
    pub causes: Arc<[Cause]>,
    /// The cases in which the versions differ; `None` for a condition that was added or removed.
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
    /// The condition was removed.
    Removed,
    /// The condition is in force now, and was not.
    InForce,
    /// The condition is no longer in force.
    NotInForce,
    /// The condition is now required, or no longer.
    Level,
    /// The schema.
    Schema,
    /// The decision: how findings are combined.
    Decision,
    /// Which findings are waived.
    Waivers,
    /// A fact, by its position in [`RulebookImpact::facts`].
    Fact(usize),
    /// How statistics are declared.
    Statistics,
    /// A statistic, by its value for the jurisdiction.
    Statistic(StatisticChange),
}

/// A statistic that changed for a jurisdiction.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct StatisticChange {
    /// The path of the statistic, such as `stats.rank`.
    pub path: String,
    /// The value before; `None` if it was unknown.
    pub before: Option<Value>,
    /// The value now; `None` if it is unknown.
    pub after: Option<Value>,
    /// Whether it changed only because other records did: neither the jurisdiction's own record nor
    /// the calculation changed.
    pub by_others: bool,
}

/// What changed for a jurisdiction, and why.
#[derive(Clone, Debug)]
pub struct JurisdictionImpact {
    /// The name of the jurisdiction.
    pub name: Arc<str>,
    /// The change of its results.
    pub delta: JurisdictionDelta,
    /// The causes of each changed finding, in the order of the delta.
    pub findings: Vec<Arc<[Cause]>>,
    /// The causes that act in other ways than through a finding.
    pub causes: Vec<Cause>,
}

impl JurisdictionImpact {
    /// Whether its determination changed only because other records did: its own facts and the
    /// criteria did not change.
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
    /// An impact in which nothing has been compared yet.
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

    /// Whether nothing changed, neither results nor inputs.
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
