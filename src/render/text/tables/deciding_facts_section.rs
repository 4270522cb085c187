//! The facts that would decide undetermined results, with jurisdictions that need the same ones
//! joined.

use std::collections::{BTreeMap, BTreeSet};

use crate::assess::assessment::RulebookAssessment;
use crate::assess::result_types::{DeterminationKind, JurisdictionAssessment};
use crate::tree::{FactRef, Owner};

/// A line for each group, and by the path of a fact what to ask.
pub(super) fn missing(assessed: &RulebookAssessment) -> (Vec<String>, BTreeMap<&str, &str>) {
    let mut groups: BTreeMap<Vec<OfOwner>, Vec<&JurisdictionAssessment>> = BTreeMap::new();
    let mut questions = BTreeMap::new();
    let undetermined = |kind| kind == DeterminationKind::Undetermined;
    for one in assessed
        .jurisdictions()
        .filter(|one| undetermined(one.determination.kind))
    {
        let missing = &one.determination.missing;
        // If a search was cut short, no fact may be named.
        if missing.is_empty() {
            continue;
        }
        groups.entry(by_owner(missing)).or_default().push(one);
        for fact in missing {
            let schema = &fact.schema;
            let text = schema.question.as_deref().or(schema.description.as_deref());
            questions.extend(text.map(|text| (schema.path.as_str(), text)));
        }
    }
    let lines = groups.iter().map(|(facts, alike)| line(facts, alike));
    (lines.collect(), questions)
}

fn line(facts: &[OfOwner], alike: &[&JurisdictionAssessment]) -> String {
    let ids: Vec<_> = alike
        .iter()
        .map(|one| one.jurisdiction.id.as_str())
        .collect();
    let parts = facts.iter().enumerate().map(|(index, (others, paths))| {
        let owners = alike
            .iter()
            .filter_map(|one| owner(&one.determination.missing, index));
        let owners: BTreeSet<&str> = owners.collect();
        let paths = paths.join(", ");
        if *others {
            format!(
                "of {} {paths}",
                owners.into_iter().collect::<Vec<_>>().join(", ")
            )
        } else {
            paths
        }
    });
    format!(
        "{}: {}",
        ids.join(", "),
        parts.collect::<Vec<_>>().join("; ")
    )
}

/// Whether the owner of some facts is another record, and the names of the facts.
type OfOwner = (bool, Vec<String>);

/// Facts grouped by their owner.
fn by_owner(facts: &[FactRef]) -> Vec<OfOwner> {
    let of_each = facts.chunk_by(|a, b| a.owner == b.owner);
    let one = |facts: &[FactRef]| match &facts[0].owner {
        Owner::Record(_) => (
            true,
            facts.iter().map(|fact| fact.path.to_string()).collect(),
        ),
        _ => (false, facts.iter().map(ToString::to_string).collect()),
    };
    of_each.map(one).collect()
}

/// The record that owns a group of facts, by index of the group.
fn owner(facts: &[FactRef], index: usize) -> Option<&str> {
    let of_one = facts.chunk_by(|a, b| a.owner == b.owner).nth(index)?;
    match &of_one[0].owner {
        Owner::Record(id) => Some(id.as_str()),
        _ => None,
    }
}
