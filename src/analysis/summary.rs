//! Summaries of a population: how many have each determination, who fails exactly one condition,
//! which conditions are unmet together, who is nearest to a threshold, and all that by group.
//!
//! Counts are of the findings as `check` lists them. A waived finding is not unmet.

mod amounts;
mod distribution;
mod groups;
mod near_threshold;

pub(crate) use amounts::amounts;
pub use amounts::{Amount, Total};
pub use distribution::{Distribution, distributions};
pub use groups::{Group, Groups};
pub(crate) use groups::{in_words, slot as slot_of_group};
pub use near_threshold::{NearMiss, Needs, Threshold};

use std::collections::BTreeMap;

use crate::analysis::summary::groups::groups;
use crate::analysis::summary::near_threshold::thresholds;
use crate::assess::assessment::RulebookAssessment;
use crate::assess::result_types::{DeterminationKind, Status};
use crate::base::diagnostic::Diagnostic;
use crate::model::condition::Level;
use crate::model::jurisdiction::JurisdictionId;
use crate::model::typed_indexes::ConditionIndex;
use crate::model::typed_indexes::PlaceIndex;

/// What is wanted besides counts.
#[derive(Clone, Debug)]
pub struct SummaryOptions {
    /// The facts that form groups; empty for no groups.
    pub by: Vec<String>,
    /// How many jurisdictions nearest to each threshold are named.
    pub near: usize,
}

/// A summary of the results of a rulebook.
#[derive(Debug)]
pub struct Summary<'a> {
    /// The assessment that is summarised.
    pub assessed: &'a RulebookAssessment,
    /// How many jurisdictions have each determination, in the order of [`DeterminationKind::ALL`].
    pub determinations: [usize; 4],
    /// The counts of each condition, in the order of conditions.
    pub conditions: Vec<ConditionCount>,
    /// The sets of conditions that are unmet together, the most common first.
    pub unmet: Vec<UnmetSet>,
    /// Who is nearest to a threshold, by condition and by what is measured.
    pub near: Vec<Threshold>,
    /// The amounts that are numbers, added up.
    pub amounts: Vec<Amount>,
    /// The counts by group; `None` if no groups were asked for.
    pub groups: Option<Groups>,
}

/// The counts of one condition over all jurisdictions.
#[derive(Clone, Debug)]
pub struct ConditionCount {
    /// How many findings have each status, in the order of [`Status::ALL`].
    pub findings: [usize; 5],
    /// Whether the condition is required.
    pub counts: bool,
    /// The places of the jurisdictions that fail only this condition: no other required one is
    /// unmet, unknown or at fault.
    pub only: Vec<PlaceIndex>,
    /// How many jurisdictions fail only this condition so far: another required one is unknown or
    /// at fault.
    pub only_so_far: usize,
}

/// A set of required conditions that are unmet together, with no others.
#[derive(Clone, Debug)]
pub struct UnmetSet {
    /// The conditions, in order; empty for jurisdictions without unmet ones.
    pub conditions: Vec<ConditionIndex>,
    /// How many jurisdictions fail just these, with every other finding settled.
    pub settled: usize,
    /// How many jurisdictions fail just these, with other findings unknown or at fault.
    pub open: usize,
}

/// Summarises the results of a rulebook. An error if groups cannot be formed by a fact.
pub fn summarize<'a>(
    assessed: &'a RulebookAssessment,
    options: &SummaryOptions,
) -> Result<Summary<'a>, Diagnostic> {
    let groups = match options.by.as_slice() {
        [] => None,
        by => Some(groups(assessed, by)?),
    };
    let mut conditions: Vec<ConditionCount> = ConditionIndex::first(assessed.conditions.len())
        .map(|condition| count(assessed, condition))
        .collect();
    let mut sets: BTreeMap<Vec<ConditionIndex>, UnmetSet> = BTreeMap::new();
    for place in assessed.places() {
        let (unmet, open) = unmet_of(assessed, place);
        if let [one] = unmet.as_slice() {
            if open {
                conditions[*one].only_so_far += 1;
            } else {
                conditions[*one].only.push(place);
            }
        }
        let set = sets.entry(unmet).or_insert_with_key(|unmet| UnmetSet {
            conditions: unmet.clone(),
            settled: 0,
            open: 0,
        });
        *(if open {
            &mut set.open
        } else {
            &mut set.settled
        }) += 1;
    }
    let mut unmet: Vec<UnmetSet> = sets.into_values().collect();
    unmet.sort_by_key(|set| std::cmp::Reverse((set.settled + set.open, set.settled)));
    Ok(Summary {
        assessed,
        determinations: DeterminationKind::ALL.map(|kind| assessed.count(kind)),
        near: thresholds(assessed, options.near),
        amounts: amounts(assessed),
        conditions,
        unmet,
        groups,
    })
}

fn count(assessed: &RulebookAssessment, condition: ConditionIndex) -> ConditionCount {
    ConditionCount {
        findings: Status::ALL.map(|status| assessed.count_findings(condition, status)),
        counts: counts(assessed, condition),
        only: Vec::new(),
        only_so_far: 0,
    }
}

fn counts(assessed: &RulebookAssessment, condition: ConditionIndex) -> bool {
    assessed.conditions[condition].condition.level == Level::Required
}

/// The required conditions that a jurisdiction fails, and whether others are not settled.
fn unmet_of(assessed: &RulebookAssessment, place: PlaceIndex) -> (Vec<ConditionIndex>, bool) {
    let (mut unmet, mut open) = (Vec::new(), false);
    for condition in
        ConditionIndex::first(assessed.conditions.len()).filter(|one| counts(assessed, *one))
    {
        match assessed.status(place, condition) {
            Status::Met | Status::NotApplicable => {}
            Status::NotMet | Status::Unknown if is_waived(assessed, place, condition) => {}
            Status::NotMet => unmet.push(condition),
            Status::Unknown | Status::Fault => open = true,
        }
    }
    (unmet, open)
}

fn is_waived(assessed: &RulebookAssessment, place: PlaceIndex, condition: ConditionIndex) -> bool {
    let waivers = &assessed.basis.criteria.waivers;
    let id = || JurisdictionId::new(assessed.id(place));
    let condition = &assessed.conditions[condition].condition.id;
    !waivers.is_empty() && waivers.find(&id(), condition, assessed.as_of).is_some()
}
