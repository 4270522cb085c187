//! What changed from one assessment to another: who gained, who lost, what became unknown.
//!
//! Only what a person would call a change of the result is listed: determinations and the status of
//! findings. A jurisdiction that both assessments share as one value costs one comparison.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::assessment::{Assessment, DeterminationKind, JurisdictionAssessment, RulebookAssessment, Status};
use crate::condition::ConditionId;
use crate::jurisdiction::JurisdictionId;
use crate::rulebook::RulebookId;

/// What changed between two assessments.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Delta {
    /// The rulebooks in which something changed, in order of their names.
    pub rulebooks: Vec<RulebookDelta>,
}

/// What changed in one rulebook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RulebookDelta {
    /// The rulebook.
    pub id: RulebookId,
    /// Conditions that were not there before, in order.
    pub added: Vec<ConditionId>,
    /// Conditions that are there no more, in order.
    pub removed: Vec<ConditionId>,
    /// The jurisdictions for which something changed, in order of their ids.
    pub jurisdictions: Vec<JurisdictionDelta>,
}

/// What changed for one jurisdiction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JurisdictionDelta {
    /// The jurisdiction.
    pub id: JurisdictionId,
    /// Its determination before; none when it was not there.
    pub before: Option<DeterminationKind>,
    /// Its determination now; none when it is not there any more.
    pub after: Option<DeterminationKind>,
    /// Findings whose status changed, in order of conditions; none for a jurisdiction that came or went.
    pub findings: Vec<FindingDelta>,
}

/// A finding whose status changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FindingDelta {
    /// The condition.
    pub condition: ConditionId,
    /// Its status before; none when the condition was not in force.
    pub before: Option<Status>,
    /// Its status now; none when it is not in force any more.
    pub after: Option<Status>,
}

/// Where a jurisdiction went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Movement {
    /// It is eligible now and was not.
    Gained,
    /// It is ineligible now and was not.
    Lost,
    /// It is undetermined now and was not.
    BecameUnknown,
    /// A script that it depends on fails now.
    Failed,
    /// Its determination is as it was; some finding is not.
    Flipped,
    /// It was not there before.
    Appeared,
    /// It is not there any more.
    Vanished,
}

impl Delta {
    /// What changed from one to the other.
    pub fn between(before: &Assessment, after: &Assessment) -> Self {
        let ids = before.rulebooks.iter().chain(&after.rulebooks).map(|one| one.rulebook().id.clone());
        let ids: BTreeSet<RulebookId> = ids.collect();
        let one = |id: RulebookId| {
            let delta = between(before.rulebook(id.as_str()), after.rulebook(id.as_str()), id);
            (!delta.is_empty()).then_some(delta)
        };
        Self { rulebooks: ids.into_iter().filter_map(one).collect() }
    }

    /// Whether nothing changed.
    pub fn is_empty(&self) -> bool {
        self.rulebooks.is_empty()
    }

    /// What changed in a rulebook.
    pub fn rulebook(&self, id: &RulebookId) -> Option<&RulebookDelta> {
        self.rulebooks.iter().find(|delta| delta.id == *id)
    }
}

impl RulebookDelta {
    fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty() && self.jurisdictions.is_empty()
    }

    /// How many jurisdictions went there.
    pub fn count(&self, movement: Movement) -> usize {
        self.jurisdictions.iter().filter(|one| one.movement() == movement).count()
    }

    /// How many findings have another status, conditions that came or went not counted.
    pub fn flips(&self) -> usize {
        let findings = self.jurisdictions.iter().flat_map(|one| &one.findings);
        findings.filter(|finding| finding.before.is_some() && finding.after.is_some()).count()
    }

    /// What changed for a jurisdiction.
    pub fn jurisdiction(&self, id: &JurisdictionId) -> Option<&JurisdictionDelta> {
        let found = self.jurisdictions.binary_search_by(|one| one.id.cmp(id)).ok()?;
        Some(&self.jurisdictions[found])
    }
}

impl JurisdictionDelta {
    /// Where it went.
    pub fn movement(&self) -> Movement {
        match (self.before, self.after) {
            (None, _) => Movement::Appeared,
            (_, None) => Movement::Vanished,
            (before, after) if before == after => Movement::Flipped,
            (_, Some(DeterminationKind::Eligible)) => Movement::Gained,
            (_, Some(DeterminationKind::Ineligible)) => Movement::Lost,
            (_, Some(DeterminationKind::Undetermined)) => Movement::BecameUnknown,
            (_, Some(DeterminationKind::Fault)) => Movement::Failed,
        }
    }
}

fn between(before: Option<&RulebookAssessment>, after: Option<&RulebookAssessment>, id: RulebookId) -> RulebookDelta {
    let conditions = |assessed: Option<&RulebookAssessment>| -> Vec<ConditionId> {
        let list = assessed.map(|assessed| assessed.conditions.as_slice()).unwrap_or_default();
        list.iter().map(|used| used.condition.id.clone()).collect()
    };
    let (old, new) = (conditions(before), conditions(after));
    let without = |list: &[ConditionId], other: &[ConditionId]| -> Vec<ConditionId> {
        list.iter().filter(|id| !other.contains(id)).cloned().collect()
    };
    let same = match (before, after) {
        (Some(before), Some(after)) => before.jurisdictions.len() == after.jurisdictions.len(),
        _ => false,
    };
    let jurisdictions = match (before, after) {
        // Nearly all are one and the same value: no copy of the lists is made for them.
        (Some(before), Some(after)) if same && old == new => {
            let pairs = before.jurisdictions.iter().zip(&after.jurisdictions);
            let changed: Vec<_> = pairs.filter(|(a, b)| !Arc::ptr_eq(a, b)).collect();
            if changed.iter().all(|(a, b)| a.jurisdiction.id == b.jurisdiction.id) {
                changed.into_iter().filter_map(|(a, b)| changes(Some(a), Some(b), &old, &new)).collect()
            } else {
                merged(&before.jurisdictions, &after.jurisdictions, &old, &new)
            }
        }
        _ => merged(list(before), list(after), &old, &new),
    };
    RulebookDelta { id, added: without(&new, &old), removed: without(&old, &new), jurisdictions }
}

fn list(assessed: Option<&RulebookAssessment>) -> &[Arc<JurisdictionAssessment>] {
    assessed.map(|assessed| assessed.jurisdictions.as_slice()).unwrap_or_default()
}

/// Both lists side by side; they are in order of ids.
fn merged(
    before: &[Arc<JurisdictionAssessment>],
    after: &[Arc<JurisdictionAssessment>],
    old: &[ConditionId],
    new: &[ConditionId],
) -> Vec<JurisdictionDelta> {
    let (mut a, mut b) = (before.iter().peekable(), after.iter().peekable());
    let mut found = Vec::new();
    loop {
        let order = match (a.peek(), b.peek()) {
            (None, None) => return found,
            (Some(_), None) => std::cmp::Ordering::Less,
            (None, Some(_)) => std::cmp::Ordering::Greater,
            (Some(a), Some(b)) => a.jurisdiction.id.cmp(&b.jurisdiction.id),
        };
        let one = if order.is_le() { a.next() } else { None };
        let other = if order.is_ge() { b.next() } else { None };
        found.extend(changes(one, other, old, new));
    }
}

fn changes(
    before: Option<&Arc<JurisdictionAssessment>>,
    after: Option<&Arc<JurisdictionAssessment>>,
    old: &[ConditionId],
    new: &[ConditionId],
) -> Option<JurisdictionDelta> {
    let id = before.or(after)?.jurisdiction.id.clone();
    let mut findings = Vec::new();
    if let (Some(before), Some(after)) = (before, after) {
        let status = |one: &JurisdictionAssessment, ids: &[ConditionId], id: &ConditionId| {
            ids.binary_search(id).ok().map(|index| one.findings[index].status)
        };
        let ids: BTreeSet<&ConditionId> = old.iter().chain(new).collect();
        let all = ids.into_iter().map(|id| FindingDelta {
            condition: id.clone(),
            before: status(before, old, id),
            after: status(after, new, id),
        });
        findings = all.filter(|finding| finding.before != finding.after).collect();
    }
    let kind = |one: Option<&Arc<JurisdictionAssessment>>| one.map(|one| one.determination.kind);
    let delta = JurisdictionDelta { id, before: kind(before), after: kind(after), findings };
    (delta.before != delta.after || !delta.findings.is_empty()).then_some(delta)
}
