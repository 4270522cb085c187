//! Compares what two versions of a rulebook are made from.

use std::sync::Arc;

use crate::assess::assessment::RulebookAssessment;
use crate::model::fact::{BUILT_IN, FactSchema, Value};
use crate::model::jurisdiction::{JurisdictionId, RecordView};
use crate::model::typed_indexes::FactIndex;
use crate::model::typed_indexes::RecordIndex;

/// Something of the rulebook as a whole that changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// What it is: `parameter hold_hours`, `as of`, `decision`.
    pub what: String,
    /// Its value before, in words.
    pub before: String,
    /// Its value now, in words.
    pub after: String,
}

/// How [`Setting::what`] begins for a derived fact; its path follows.
pub(crate) const DERIVED_FACT: &str = "derived fact ";

/// A fact of a record that changed.
#[derive(Clone, Debug)]
pub struct FactChange {
    /// The id of the record.
    pub jurisdiction: JurisdictionId,
    /// The fact in the schema.
    pub schema: Arc<FactSchema>,
    /// The value before; `None` if it was unknown.
    pub before: Option<Value>,
    /// The value now; `None` if it is unknown.
    pub after: Option<Value>,
}

impl FactChange {
    /// A value of the fact in words, with its unit.
    pub fn in_words(&self, value: Option<&Value>) -> String {
        match (value, &self.schema.unit) {
            (None, _) => "unknown".to_owned(),
            (Some(value), Some(unit)) => format!("{value} {unit}"),
            (Some(value), None) => value.to_string(),
        }
    }
}

pub(super) fn settings(before: &RulebookAssessment, after: &RulebookAssessment) -> Vec<Setting> {
    let mut found = Vec::new();
    let mut compare = |what: String, before: String, after: String| {
        if before != after {
            found.push(Setting {
                what,
                before,
                after,
            });
        }
    };
    compare(
        "as of".to_owned(),
        before.as_of.to_string(),
        after.as_of.to_string(),
    );
    let names = before
        .parameters
        .iter()
        .chain(&after.parameters)
        .map(|used| Arc::clone(&used.name));
    let mut names: Vec<Arc<str>> = names.collect();
    names.sort();
    names.dedup();
    for name in names {
        compare(
            format!("parameter {name}"),
            value_of(before, &name),
            value_of(after, &name),
        );
    }
    let decision = |assessed: &RulebookAssessment| assessed.rulebook().decision.to_string();
    compare(
        "decision".to_owned(),
        format!("eligible when {}", decision(before)),
        format!("eligible when {}", decision(after)),
    );
    compare("what if".to_owned(), what_if(before), what_if(after));
    for (what, before, after) in derived_changes(before, after) {
        compare(what, before, after);
    }
    for (what, before, after) in schema_changes(before, after) {
        compare(what, before, after);
    }
    found
}

fn what_if(assessed: &RulebookAssessment) -> String {
    if assessed.what_if.is_empty() {
        "nothing".to_owned()
    } else {
        assessed.what_if.join(", ")
    }
}

/// The value of a parameter in words.
pub(super) fn value_of(assessed: &RulebookAssessment, name: &str) -> String {
    let Some(used) = assessed.parameters.iter().find(|used| *used.name == *name) else {
        return "not there".to_owned();
    };
    let unit = used
        .unit
        .as_ref()
        .map(|unit| format!(" {unit}"))
        .unwrap_or_default();
    used.value
        .as_ref()
        .map_or_else(|| "no value".to_owned(), |value| format!("{value}{unit}"))
}

/// Derived facts and statistics that were added, removed, or are calculated differently.
fn derived_changes(
    before: &RulebookAssessment,
    after: &RulebookAssessment,
) -> Vec<(String, String, String)> {
    let script = |assessed: &RulebookAssessment, path: &str| {
        let used = assessed
            .derived()
            .iter()
            .find(|used| used.fact.schema.path.as_str() == path);
        used.map(|used| used.fact.source.text().to_owned())
    };
    let derived = before
        .derived()
        .iter()
        .chain(after.derived())
        .map(|used| used.fact.schema.path.as_str());
    let mut found = Vec::new();
    for path in derived.collect::<std::collections::BTreeSet<_>>() {
        let words = match (script(before, path), script(after, path)) {
            (Some(one), Some(other)) if one == other => continue,
            (Some(_), Some(_)) => ("one script", "another script"),
            (None, _) => ("not there", "there"),
            (_, None) => ("there", "not there"),
        };
        found.push((
            format!("{DERIVED_FACT}{path}"),
            words.0.to_owned(),
            words.1.to_owned(),
        ));
    }
    let statistics = |assessed: &RulebookAssessment| -> std::collections::BTreeMap<String, String> {
        let all = assessed.rulebook().statistics.iter();
        let by = |statistic: &crate::model::rulebook::Statistic| {
            let by: Vec<&str> = statistic.by.iter().map(|input| &*input.path).collect();
            if by.is_empty() {
                String::new()
            } else {
                format!(", by {}", by.join(" and "))
            }
        };
        all.map(|statistic| {
            (
                statistic.name.to_string(),
                format!("{statistic}{}", by(statistic)),
            )
        })
        .collect()
    };
    let (old, new) = (statistics(before), statistics(after));
    let names: std::collections::BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let words = |all: &std::collections::BTreeMap<String, String>, name: &str| {
        all.get(name)
            .cloned()
            .unwrap_or_else(|| "not there".to_owned())
    };
    found.extend(names.into_iter().map(|name| {
        (
            format!("statistic {name}"),
            words(&old, name),
            words(&new, name),
        )
    }));
    found
}

fn schema_changes(
    before: &RulebookAssessment,
    after: &RulebookAssessment,
) -> Vec<(String, String, String)> {
    let (old, new) = (&before.rulebook().schema, &after.rulebook().schema);
    let describe = |fact: Option<&Arc<FactSchema>>| match fact {
        None => "not there".to_owned(),
        Some(fact) => {
            let end = |value: &Option<Value>| {
                value
                    .as_ref()
                    .map_or_else(|| "any".to_owned(), ToString::to_string)
            };
            let range = match (&fact.range.min, &fact.range.max) {
                (None, None) => String::new(),
                (min, max) => format!(" from {} to {}", end(min), end(max)),
            };
            let unit = fact
                .unit
                .as_ref()
                .map(|unit| format!(" in {unit}"))
                .unwrap_or_default();
            format!("{}{range}{unit}", fact.ty)
        }
    };
    let find = |schema: &crate::model::fact::Schema, path: &str| {
        schema
            .facts()
            .iter()
            .find(|fact| fact.path.as_str() == path)
            .cloned()
    };
    let paths = old
        .paths()
        .chain(new.paths().filter(|path| find(old, path).is_none()));
    let all = paths.map(|path| {
        let (old, new) = (find(old, path), find(new, path));
        (
            format!("schema of {path}"),
            describe(old.as_ref()),
            describe(new.as_ref()),
        )
    });
    all.collect()
}

/// Facts that changed, and records that were added or removed.
pub(super) fn fact_changes(
    before: &RulebookAssessment,
    after: &RulebookAssessment,
) -> (Vec<FactChange>, (Vec<JurisdictionId>, Vec<JurisdictionId>)) {
    let (old, new) = (&before.basis.facts, &after.basis.facts);
    let mut changes = Vec::new();
    if Arc::ptr_eq(old, new) {
        return (changes, (Vec::new(), Vec::new()));
    }
    let (old_schema, new_schema) = (&before.rulebook().schema, &after.rulebook().schema);
    // By number in the new schema: the number in the old one.
    let slots: Vec<Option<FactIndex>> = new_schema
        .facts()
        .iter()
        .map(|fact| old_schema.slot(fact.path.as_str()))
        .collect();
    let mut added = Vec::new();
    for (record, there) in RecordIndex::each(new.beside(old)) {
        let id = new.records.id_of(record);
        let Some(there) = there else {
            added.push(id.clone());
            continue;
        };
        // What a record states may depend on the day; a row of a table is the same on every day.
        let dated =
            old.day() != new.day() && matches!(new.records.view(record), RecordView::Whole(_));
        if new.same_row(record, old, there) && !dated {
            continue;
        }
        for (slot, schema) in FactIndex::each(new_schema.facts()).skip(BUILT_IN.len()) {
            let was = slots[slot].and_then(|slot| old.value(there, slot));
            let is = new.value(record, slot);
            if was != is {
                let (before, after) = (was, is);
                changes.push(FactChange {
                    jurisdiction: id.clone(),
                    schema: Arc::clone(schema),
                    before,
                    after,
                });
            }
        }
    }
    let gone = old
        .records
        .ids()
        .filter(|id| new.records.find(id).is_none());
    let removed = gone.map(JurisdictionId::new).collect();
    (changes, (added, removed))
}
