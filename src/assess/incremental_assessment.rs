//! Assesses all jurisdictions of a rulebook, and reuses what is still valid of an earlier
//! assessment.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::assess::assessment::{PART, Results};
use crate::assess::bulk_assessment::{self, KeptResults};
use crate::assess::explored_scripts::{ConditionUsed, Form};
use crate::assess::prepared_rulebook::{Decider, Prepared};
use crate::model::fact::Value;
use crate::model::jurisdiction::{Jurisdictions, reference_facts};
use crate::model::typed_indexes::ConditionIndex;
use crate::model::typed_indexes::FactIndex;
use crate::model::typed_indexes::RecordIndex;
use crate::tree::{FactTable, same_verdicts};

/// An earlier assessment, and which of its results are still valid.
pub(super) struct Earlier<'a> {
    prepared: &'a Prepared,
    results: &'a Results,
    /// By record: whether its facts, or those of a record it can reach, have changed.
    changed: Vec<bool>,
    /// By condition: its earlier index, if its script has the same meaning as before.
    conditions: Vec<Option<ConditionIndex>>,
    /// The findings are put together as before.
    same_decider: bool,
}

impl<'a> Earlier<'a> {
    pub(super) fn new(earlier: &'a Prepared, results: &'a Results, now: &Prepared) -> Self {
        let same_bindings = Arc::ptr_eq(&earlier.basis.bindings, &now.basis.bindings);
        let same_limits = earlier.basis.bindings.limits == now.basis.bindings.limits;
        // The results of a condition depend on its tree alone: its text may differ.
        let same = |one: &ConditionUsed, other: &ConditionUsed| match (&one.form, &other.form) {
            (Form::Tabular(now), Form::Tabular(then)) => {
                same_limits
                    && one.condition.id == other.condition.id
                    && (Arc::ptr_eq(now, then) || same_verdicts(now, then))
            }
            _ => {
                let programs = one.program.as_ref().zip(other.program.as_ref());
                same_bindings && programs.is_some_and(|(one, other)| Arc::ptr_eq(one, other))
            }
        };
        let then = &earlier.conditions;
        let before = |used: &ConditionUsed| {
            let place = then.iter().position(|then| same(used, then));
            place.map(ConditionIndex::from)
        };
        let conditions: Vec<_> = now.conditions.iter().map(before).collect();
        let ids = |assessed: &Prepared| -> Vec<_> {
            assessed
                .conditions
                .iter()
                .map(|used| used.condition.id.clone())
                .collect()
        };
        let same_decider =
            same_limits && ids(earlier) == ids(now) && same_decider(&earlier.decider, &now.decider);
        Self {
            prepared: earlier,
            results,
            changed: changed(earlier, now),
            conditions,
            same_decider,
        }
    }

    /// Whether the same jurisdictions are selected, and their records have the same numbers.
    fn has_same_places(&self, now: &Prepared) -> bool {
        now.records().same_ids(self.prepared.records()) && now.selection == self.prepared.selection
    }
}

/// A tree is built anew only where its script or its bindings changed.
fn same_decider(one: &Decider, other: &Decider) -> bool {
    match (one, other) {
        (Decider::Count(one, required), Decider::Count(other, others)) => {
            one == other && required == others
        }
        (Decider::Tree(one, _), Decider::Tree(other, _)) => {
            Arc::ptr_eq(one, other) || same_verdicts(one, other)
        }
        (Decider::Broken, Decider::Broken) => true,
        _ => false,
    }
}

/// By record: whether its facts, or those of a record it can reach, have changed.
fn changed(earlier: &Prepared, now: &Prepared) -> Vec<bool> {
    let (facts, before) = (&now.basis.facts, &earlier.basis.facts);
    let count = facts.records.len();
    if earlier.basis.criteria.waivers != now.basis.criteria.waivers {
        return vec![true; count];
    }
    if Arc::ptr_eq(facts, before) {
        return vec![false; count];
    }
    if earlier.as_of != now.as_of
        || !Arc::ptr_eq(&earlier.basis.bindings.schema, &now.basis.bindings.schema)
    {
        return vec![true; count];
    }
    let mut changed: Vec<bool> = RecordIndex::each(facts.beside(before))
        .map(|(record, old)| old.is_none_or(|old| !facts.same_row(record, before, old)))
        .collect();
    mark_worked(now, facts, before, &mut changed);
    let references = reference_facts(&now.rulebook().schema);
    if references.is_empty() {
        return changed;
    }
    let there = facts
        .records
        .ids()
        .zip(&changed)
        .filter(|(_, changed)| **changed);
    let mut ids: BTreeSet<&str> = there.map(|(id, _)| id).collect();
    if !facts.records.same_ids(&before.records) {
        ids.extend(gone(&before.records, &facts.records));
    }
    // A record that refers to one that changed has changed, and so on.
    let mut growing = !ids.is_empty();
    while growing {
        growing = false;
        for (record, changed) in RecordIndex::each(&mut changed) {
            let refers = |fact: &FactIndex| match facts.value(record, *fact) {
                Some(Value::Text(name)) => facts
                    .records
                    .follow(*fact, &name)
                    .is_some_and(|to| ids.contains(facts.records.id(to))),
                _ => false,
            };
            if !*changed && references.iter().any(refers) {
                *changed = true;
                growing |= ids.insert(facts.records.id(record));
            }
        }
    }
    changed
}

/// Marks records for which a calculated value has changed.
fn mark_worked(now: &Prepared, facts: &FactTable, before: &FactTable, changed: &mut [bool]) {
    let schema = &now.basis.bindings.schema;
    for slot in schema.calculated() {
        let (column, old) = (facts.shared_column(slot), before.shared_column(slot));
        if Arc::ptr_eq(column, old) {
            continue;
        }
        if column.len() != old.len() {
            return changed.fill(true);
        }
        column.mark_others(old, changed);
    }
}

fn gone<'a>(before: &'a Jurisdictions, now: &'a Jurisdictions) -> impl Iterator<Item = &'a str> {
    before.ids().filter(|id| now.find(id).is_none())
}

/// The results of the jurisdictions selected; of all to be assessed if none is.
pub(super) fn assess(prepared: &Prepared, earlier: Option<&Earlier<'_>>) -> Results {
    let earlier = earlier.filter(|earlier| earlier.has_same_places(prepared));
    let places = match earlier {
        Some(earlier) => Arc::clone(&earlier.results.places),
        None => places(prepared),
    };
    match earlier {
        Some(earlier) if earlier.same_decider && earlier.conditions.iter().all(Option::is_some) => {
            only_changed(prepared, earlier, places)
        }
        _ => all(prepared, earlier, places),
    }
}

/// The records to assess, by number.
pub(super) fn places(prepared: &Prepared) -> Arc<[u32]> {
    if prepared.selection.is_empty() {
        return Arc::clone(prepared.records().assessed());
    }
    let found: BTreeSet<RecordIndex> = prepared
        .selection
        .iter()
        .filter_map(|id| prepared.records().find(id))
        .collect();
    found.into_iter().map(RecordIndex::narrow).collect()
}

/// Scripts and decision are as before: those records alone are looked at that are not.
fn only_changed(prepared: &Prepared, earlier: &Earlier<'_>, places: Arc<[u32]>) -> Results {
    let before = earlier.results;
    let has_changed = |record: u32| earlier.changed[RecordIndex::from(record)];
    let changed: Vec<usize> = (0..places.len())
        .filter(|place| has_changed(places[*place]))
        .collect();
    let wanted: Vec<u32> = changed.iter().map(|place| places[*place]).collect();
    let found = bulk_assessment::assess(prepared, &wanted, &KeptResults::default());
    let mut parts = before.parts.clone();
    for (index, place) in changed.into_iter().enumerate() {
        let (new, index) = (&found[index / PART], index % PART);
        let (part, place) = (Arc::make_mut(&mut parts[place / PART]), place % PART);
        part.kinds[place] = new.kinds[index];
        for (all, found) in part.statuses.iter_mut().zip(&new.statuses) {
            all[place] = found[index];
        }
    }
    Results::new(places, parts)
}

/// Assesses all records; findings of an unchanged script that no tree can hold are kept.
fn all(prepared: &Prepared, earlier: Option<&Earlier<'_>>, places: Arc<[u32]>) -> Results {
    let none_changed = |earlier: &&Earlier<'_>| !earlier.changed.contains(&true);
    let kept = match earlier.filter(none_changed) {
        Some(earlier) => {
            let is_dear = |condition: ConditionIndex| {
                matches!(prepared.conditions[condition].form, Form::NotTabular(_))
            };
            let before = |(condition, known): (ConditionIndex, &Option<ConditionIndex>)| {
                known.filter(|_| is_dear(condition))
            };
            let conditions = ConditionIndex::each(&earlier.conditions)
                .map(before)
                .collect();
            KeptResults {
                parts: &earlier.results.parts,
                conditions,
            }
        }
        None => KeptResults::default(),
    };
    let parts = bulk_assessment::assess(prepared, &places, &kept);
    Results::new(places, parts)
}
