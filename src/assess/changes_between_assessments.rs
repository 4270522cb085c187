//! What changed from one assessment to another: who gained, who lost, what became unknown.
//!
//! Only changes of results are listed: determinations and the statuses of findings.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::assess::assessment::{Assessment, PART, RulebookAssessment};
use crate::assess::result_types::{DeterminationKind, Status};
use crate::model::condition::ConditionId;
use crate::model::jurisdiction::JurisdictionId;
use crate::model::rulebook::RulebookId;
use crate::model::typed_indexes::PlaceIndex;

/// What changed between two assessments.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Delta {
    /// The rulebooks in which something changed, in order of their ids.
    pub rulebooks: Vec<RulebookDelta>,
}

/// What changed in one rulebook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RulebookDelta {
    /// The id of the rulebook.
    pub id: RulebookId,
    /// Conditions in force only after, in order of their ids.
    pub added: Vec<ConditionId>,
    /// Conditions in force only before, in order of their ids.
    pub removed: Vec<ConditionId>,
    /// The jurisdictions for which something changed, in order of their ids.
    pub jurisdictions: Vec<JurisdictionDelta>,
}

/// What changed for one jurisdiction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JurisdictionDelta {
    /// The id of the jurisdiction.
    pub id: JurisdictionId,
    /// Its determination before; `None` if it was not assessed then.
    pub before: Option<DeterminationKind>,
    /// Its determination now; `None` if it is not assessed any more.
    pub after: Option<DeterminationKind>,
    /// The findings whose status changed, in order of conditions; empty for a jurisdiction that was
    /// added or removed.
    pub findings: Vec<FindingDelta>,
}

/// A finding whose status changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FindingDelta {
    /// The id of the condition.
    pub condition: ConditionId,
    /// Its status before; `None` if the condition was not in force.
    pub before: Option<Status>,
    /// Its status now; `None` if the condition is no longer in force.
    pub after: Option<Status>,
}

/// How the result of a jurisdiction changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Movement {
    /// It is eligible now and was not.
    Gained,
    /// It is ineligible now and was not.
    Lost,
    /// It is undetermined now and was not.
    BecameUnknown,
    /// A script that its determination depends on fails now and did not.
    Failed,
    /// Its determination is unchanged; some finding is not.
    Flipped,
    /// It was not assessed before.
    Appeared,
    /// It is not assessed any more.
    Vanished,
}

impl Delta {
    /// What changed from one assessment to another.
    pub fn between(before: &Assessment, after: &Assessment) -> Self {
        let ids = before
            .rulebooks
            .iter()
            .chain(&after.rulebooks)
            .map(|one| one.rulebook().id.clone());
        let ids: BTreeSet<RulebookId> = ids.collect();
        let one = |id: RulebookId| {
            let delta = between(
                before.rulebook(id.as_str()),
                after.rulebook(id.as_str()),
                id,
            );
            (!delta.is_empty()).then_some(delta)
        };
        Self {
            rulebooks: ids.into_iter().filter_map(one).collect(),
        }
    }

    /// Whether nothing changed.
    pub fn is_empty(&self) -> bool {
        self.rulebooks.is_empty()
    }

    /// What changed in a rulebook; `None` if nothing did.
    pub fn rulebook(&self, id: &RulebookId) -> Option<&RulebookDelta> {
        self.rulebooks.iter().find(|delta| delta.id == *id)
    }
}

impl RulebookDelta {
    fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty() && self.jurisdictions.is_empty()
    }

    /// How many jurisdictions moved this way.
    pub fn count(&self, movement: Movement) -> usize {
        self.jurisdictions
            .iter()
            .filter(|one| one.movement() == movement)
            .count()
    }

    /// How many findings have another status. Conditions that were added or removed are not
    /// counted.
    pub fn flips(&self) -> usize {
        let findings = self.jurisdictions.iter().flat_map(|one| &one.findings);
        findings
            .filter(|finding| finding.before.is_some() && finding.after.is_some())
            .count()
    }

    /// What changed for a jurisdiction; `None` if nothing did.
    pub fn jurisdiction(&self, id: &str) -> Option<&JurisdictionDelta> {
        let found = self
            .jurisdictions
            .binary_search_by(|one| one.id.as_str().cmp(id))
            .ok()?;
        Some(&self.jurisdictions[found])
    }
}

impl JurisdictionDelta {
    /// How its result changed.
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

fn between(
    before: Option<&RulebookAssessment>,
    after: Option<&RulebookAssessment>,
    id: RulebookId,
) -> RulebookDelta {
    let conditions = |assessed: Option<&RulebookAssessment>| -> Vec<ConditionId> {
        let list = assessed
            .map(|assessed| assessed.conditions.as_slice())
            .unwrap_or_default();
        list.iter().map(|used| used.condition.id.clone()).collect()
    };
    let (old, new) = (conditions(before), conditions(after));
    let without = |list: &[ConditionId], other: &[ConditionId]| -> Vec<ConditionId> {
        list.iter()
            .filter(|id| !other.contains(id))
            .cloned()
            .collect()
    };
    let jurisdictions = match (before, after) {
        // The same jurisdictions and conditions: bytes are compared with bytes.
        (Some(before), Some(after))
            if old == new
                && before.records().same_ids(after.records())
                && before.results.places == after.results.places =>
        {
            let is_same = |part: &usize| {
                Arc::ptr_eq(&before.results.parts[*part], &after.results.parts[*part])
            };
            let parts = (0..after.results.parts.len()).filter(|part| !is_same(part));
            let places = parts.flat_map(|part| part * PART..((part + 1) * PART).min(after.len()));
            let places = places.map(PlaceIndex::from);
            let changed = places.filter(|place| differ(before, after, *place));
            changed
                .filter_map(|place| {
                    changes(Some((before, place)), Some((after, place)), &old, &new)
                })
                .collect()
        }
        _ => merged(before, after, &old, &new),
    };
    RulebookDelta {
        id,
        added: without(&new, &old),
        removed: without(&old, &new),
        jurisdictions,
    }
}

/// A jurisdiction in an assessment, by its place.
type AssessedPlace<'a> = Option<(&'a RulebookAssessment, PlaceIndex)>;

/// Whether a determination or finding at a place differs; both assessments have the same
/// conditions.
fn differ(before: &RulebookAssessment, after: &RulebookAssessment, place: PlaceIndex) -> bool {
    let (one, other) = (
        &before.results.parts[place.get() / PART],
        &after.results.parts[place.get() / PART],
    );
    let at = place.get() % PART;
    let differs = |(a, b): (&Vec<_>, &Vec<_>)| a[at] != b[at];
    one.kinds[at] != other.kinds[at] || one.statuses.iter().zip(&other.statuses).any(differs)
}

/// The changes of all jurisdictions, from two assessments that are in order of ids.
fn merged(
    before: Option<&RulebookAssessment>,
    after: Option<&RulebookAssessment>,
    old: &[ConditionId],
    new: &[ConditionId],
) -> Vec<JurisdictionDelta> {
    let (mut a, mut b) = (0, 0);
    let mut found = Vec::new();
    loop {
        let one = before
            .filter(|before| a < before.len())
            .map(|before| (before, PlaceIndex::from(a)));
        let other = after
            .filter(|after| b < after.len())
            .map(|after| (after, PlaceIndex::from(b)));
        let order = match (one, other) {
            (None, None) => return found,
            (Some(_), None) => std::cmp::Ordering::Less,
            (None, Some(_)) => std::cmp::Ordering::Greater,
            (Some((one, a)), Some((other, b))) => one.id(a).cmp(other.id(b)),
        };
        a += usize::from(order.is_le());
        b += usize::from(order.is_ge());
        found.extend(changes(
            one.filter(|_| order.is_le()),
            other.filter(|_| order.is_ge()),
            old,
            new,
        ));
    }
}

fn changes(
    before: AssessedPlace<'_>,
    after: AssessedPlace<'_>,
    old: &[ConditionId],
    new: &[ConditionId],
) -> Option<JurisdictionDelta> {
    let (assessed, place) = before.or(after)?;
    let mut findings = Vec::new();
    if let (Some(before), Some(after)) = (before, after) {
        let status = |(assessed, place): (&RulebookAssessment, PlaceIndex),
                      ids: &[ConditionId],
                      id: &ConditionId| {
            ids.binary_search(id)
                .ok()
                .map(|condition| assessed.status(place, condition.into()))
        };
        let ids: BTreeSet<&ConditionId> = old.iter().chain(new).collect();
        let all = ids.into_iter().map(|id| FindingDelta {
            condition: id.clone(),
            before: status(before, old, id),
            after: status(after, new, id),
        });
        findings = all
            .filter(|finding| finding.before != finding.after)
            .collect();
    }
    let kind = |at: AssessedPlace<'_>| at.map(|(assessed, place)| assessed.kind(place));
    let (before, after) = (kind(before), kind(after));
    let id = assessed.records().id_of(assessed.record_of(place));
    (before != after || !findings.is_empty()).then_some(JurisdictionDelta {
        id,
        before,
        after,
        findings,
    })
}
