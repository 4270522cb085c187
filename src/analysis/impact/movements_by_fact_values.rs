//! Movements by group. Jurisdictions with equal values of some facts form a group; those with an
//! unknown value form a group of their own.
//!
//! The values are those after the change, or those before for a jurisdiction that was removed.

use std::collections::BTreeMap;

use crate::analysis::summary::{in_words, slot_of_group};
use crate::assess::assessment::{Movement, RulebookAssessment, RulebookDelta};
use crate::base::diagnostic::Diagnostic;
use crate::base::work_budget::spend;
use crate::model::fact::Value;
use crate::model::typed_indexes::FactIndex;
use crate::model::typed_indexes::PlaceIndex;

/// The movements of each group.
#[derive(Clone, Debug)]
pub struct ImpactGroups {
    /// The paths of the facts that form the groups.
    pub by: Vec<String>,
    /// The groups in order of their values, unknown ones last, including those without changes.
    pub list: Vec<ImpactGroup>,
}

/// The movements of one group.
#[derive(Clone, Debug)]
pub struct ImpactGroup {
    /// The values of the facts that form the group; `None` for an unknown one.
    pub key: Vec<Option<Value>>,
    /// How many jurisdictions are in it after the change.
    pub all: usize,
    /// How many jurisdictions moved in each way.
    pub moved: BTreeMap<Movement, usize>,
}

impl ImpactGroup {
    /// The values of the group in words, `unknown` for unknown ones.
    pub fn named(&self) -> Vec<String> {
        in_words(&self.key)
    }
}

/// A key that sorts unknown values after known ones.
type ImpactGroupKey = Vec<(bool, Option<Value>)>;

pub(super) fn groups(
    (before, after): (Option<&RulebookAssessment>, Option<&RulebookAssessment>),
    delta: &RulebookDelta,
    by: &[String],
) -> Result<ImpactGroups, Diagnostic> {
    let slots = |assessed: Option<&RulebookAssessment>| -> Result<Vec<FactIndex>, Diagnostic> {
        let Some(assessed) = assessed else {
            return Ok(Vec::new());
        };
        by.iter()
            .map(|path| slot_of_group(assessed, path))
            .collect()
    };
    let now = slots(after)?;
    // A fact that was not there before groups those that are there now all the same.
    let was = slots(before).unwrap_or_default();
    let key =
        |assessed: &RulebookAssessment, place: PlaceIndex, slots: &[FactIndex]| -> ImpactGroupKey {
            let record = assessed.record_of(place);
            let value = |slot: &FactIndex| {
                let value = assessed.basis.facts.value(record, *slot);
                (value.is_none(), value)
            };
            spend(1);
            slots.iter().map(value).collect()
        };
    let mut found: BTreeMap<ImpactGroupKey, ImpactGroup> = BTreeMap::new();
    if let Some(after) = after {
        for place in after.places() {
            group_of(&mut found, key(after, place, &now)).all += 1;
        }
    }
    for delta in &delta.jurisdictions {
        let id = delta.id.as_str();
        let at = |assessed: Option<&RulebookAssessment>, slots: &[FactIndex]| {
            let assessed = assessed?;
            Some(key(assessed, assessed.place(id)?, slots))
        };
        let unknown = || vec![(true, None); by.len()];
        let key = at(after, &now).or_else(|| at(before, &was).filter(|key| key.len() == by.len()));
        let group = group_of(&mut found, key.unwrap_or_else(unknown));
        *group.moved.entry(delta.movement()).or_default() += 1;
    }
    Ok(ImpactGroups {
        by: by.to_vec(),
        list: found.into_values().collect(),
    })
}

fn group_of(
    found: &mut BTreeMap<ImpactGroupKey, ImpactGroup>,
    key: ImpactGroupKey,
) -> &mut ImpactGroup {
    found.entry(key).or_insert_with_key(|key| ImpactGroup {
        key: key.iter().map(|(_, value)| value.clone()).collect(),
        all: 0,
        moved: BTreeMap::new(),
    })
}
