//! Counts by group. Jurisdictions with equal values of some facts form a group; those with an
//! unknown value form a group of their own.

use std::collections::BTreeMap;

use crate::assess::assessment::RulebookAssessment;
use crate::assess::result_types::{DeterminationKind, Status};
use crate::base::diagnostic::{Code, Diagnostic, did_you_mean, list_of};
use crate::base::work_budget::spend;
use crate::model::fact::{FactType, Value};
use crate::model::typed_indexes::ConditionIndex;
use crate::model::typed_indexes::FactIndex;

/// Counts by group.
#[derive(Clone, Debug)]
pub struct Groups {
    /// The paths of the facts that form the groups.
    pub by: Vec<String>,
    /// The groups in order of their values, unknown ones last.
    pub list: Vec<Group>,
}

/// The counts of one group.
#[derive(Clone, Debug)]
pub struct Group {
    /// The values of the facts that form the group; `None` for an unknown one.
    pub key: Vec<Option<Value>>,
    /// How many jurisdictions have each determination, in the order of [`DeterminationKind::ALL`].
    pub determinations: [usize; 4],
    /// By condition: how many findings have each status, in the order of [`Status::ALL`].
    pub findings: Vec<[usize; 5]>,
}

impl Group {
    /// How many jurisdictions are in the group.
    pub fn len(&self) -> usize {
        self.determinations.iter().sum()
    }

    /// Whether the group has no jurisdictions; never so for a group of a summary.
    #[cfg_attr(
        not(feature = "internals"),
        expect(dead_code, reason = "tests alone ask for it")
    )]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The values of the group in words, `unknown` for unknown ones.
    pub fn named(&self) -> Vec<String> {
        in_words(&self.key)
    }
}

/// The values that form a group in words, `unknown` for unknown ones.
pub(crate) fn in_words(key: &[Option<Value>]) -> Vec<String> {
    let word = |value: &Option<Value>| match value {
        Some(value) => value.to_string(),
        None => "unknown".to_owned(),
    };
    key.iter().map(word).collect()
}

pub(super) fn groups(assessed: &RulebookAssessment, by: &[String]) -> Result<Groups, Diagnostic> {
    let slots: Vec<FactIndex> = by
        .iter()
        .map(|path| slot(assessed, path))
        .collect::<Result<_, _>>()?;
    let facts = &assessed.basis.facts;
    let mut found: BTreeMap<Vec<(bool, Option<Value>)>, Group> = BTreeMap::new();
    for place in assessed.places() {
        spend(1);
        let record = assessed.record_of(place);
        // What is unknown comes after all that is known.
        let value = |slot: &FactIndex| {
            let value = facts.value(record, *slot);
            (value.is_none(), value)
        };
        let group = found
            .entry(slots.iter().map(value).collect())
            .or_insert_with_key(|key| Group {
                key: key.iter().map(|(_, value)| value.clone()).collect(),
                determinations: [0; 4],
                findings: vec![[0; 5]; assessed.conditions.len()],
            });
        let kind = assessed.kind(place);
        let at = DeterminationKind::ALL.iter().position(|one| *one == kind);
        group.determinations[at.expect("these are all")] += 1;
        for (condition, counts) in ConditionIndex::each(&mut group.findings) {
            let status = assessed.status(place, condition);
            let at = Status::ALL.iter().position(|one| *one == status);
            counts[at.expect("these are all")] += 1;
        }
    }
    Ok(Groups {
        by: by.to_vec(),
        list: found.into_values().collect(),
    })
}

/// The index of a fact by its path; an error if it cannot form groups.
pub(crate) fn slot(assessed: &RulebookAssessment, path: &str) -> Result<FactIndex, Diagnostic> {
    let schema = &assessed.basis.bindings.schema;
    let Some(slot) = schema.slot(path) else {
        let message = format!("there is no fact `{path}`, declared or derived, to group by");
        let known = format!("there is {}", list_of(schema.paths()));
        let help = did_you_mean(path, schema.paths()).unwrap_or(known);
        return Err(Diagnostic::new(Code::UnknownSelection, message).help(help));
    };
    if let FactType::List(_) = schema.facts()[slot].ty {
        let message = format!("`{path}` is a list, and a group needs a single value");
        let help = "make a derived fact that returns one value, and name that".to_owned();
        return Err(Diagnostic::new(Code::UnknownSelection, message).help(help));
    }
    Ok(slot)
}
