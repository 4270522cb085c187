//! Who went where, by group: jurisdictions with the same values of some facts are one, and those of
//! which a value is unknown are a group of their own.
//!
//! The values are those after the change; of who is gone, those before.

use std::collections::BTreeMap;

use crate::analysis::summary::{in_words, slot_of_group};
use crate::assess::assessment::{Movement, RulebookAssessment, RulebookDelta};
use crate::base::diagnostic::Diagnostic;
use crate::base::work_budget::spend;
use crate::model::fact::Value;
use crate::model::typed_indexes::FactIndex;
use crate::model::typed_indexes::PlaceIndex;

/// Who went where by group.
#[derive(Clone, Debug)]
pub struct ImpactGroups {
    /// The facts that make the groups, by their paths.
    pub by: Vec<String>,
    /// The groups in order of their values, unknown ones last; those too in which nothing changed.
    pub list: Vec<ImpactGroup>,
}

/// One group.
#[derive(Clone, Debug)]
pub struct ImpactGroup {
    /// The values that it has in common; none for one that is unknown.
    pub key: Vec<Option<Value>>,
    /// How many jurisdictions are in it after the change.
    pub all: usize,
    /// How many went where, in order.
    pub moved: BTreeMap<Movement, usize>,
}

impl ImpactGroup {
    /// Its values in words, `unknown` for what is.
    pub fn named(&self) -> Vec<String> {
        in_words(&self.key)
    }
}

/// A key, what is unknown behind all that is known.
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
