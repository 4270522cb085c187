//! All jurisdictions of a rulebook, and what of an earlier assessment still holds for them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

use crate::assess::determination::{Decider, determine};
use crate::assess::finding::{Examined, examine};
use crate::assessment::{DeterminationKind, JurisdictionAssessment, RulebookAssessment, Status};
use crate::diagnostic::{Code, Diagnostic, list_of};
use crate::fact::Value;
use crate::jurisdiction::{Jurisdictions, Role, reference_facts};

/// An earlier assessment, and what of it still holds.
pub(super) struct Earlier<'a> {
    assessed: &'a RulebookAssessment,
    /// By record: its facts, or those of a record it can reach, are not what they were.
    changed: Vec<bool>,
    /// By condition: its number before, when its script says the same as before.
    conditions: Vec<Option<usize>>,
    /// The findings are put together as before.
    same_decider: bool,
}

impl<'a> Earlier<'a> {
    pub(super) fn new(earlier: &'a RulebookAssessment, now: &RulebookAssessment) -> Self {
        let same_bindings = Arc::ptr_eq(&earlier.basis.bindings, &now.basis.bindings);
        let before = |program: &Arc<_>| {
            let same = |known: &Arc<_>| Arc::ptr_eq(known, program);
            earlier.conditions.iter().position(|used| used.program.as_ref().is_some_and(same))
        };
        let conditions = now.conditions.iter().map(|used| used.program.as_ref().and_then(before));
        let conditions: Vec<_> = conditions.map(|found| found.filter(|_| same_bindings)).collect();
        let ids = |assessed: &RulebookAssessment| -> Vec<_> {
            assessed.conditions.iter().map(|used| used.condition.id.clone()).collect()
        };
        let same_decider = same_bindings && ids(earlier) == ids(now) && same_decider(&earlier.decider, &now.decider);
        Self { assessed: earlier, changed: changed(earlier, now), conditions, same_decider }
    }
}

impl Earlier<'_> {
    /// Whether the same jurisdictions are selected, and their records have the same numbers.
    fn has_same_places(&self, now: &RulebookAssessment) -> bool {
        now.records().same_ids(self.assessed.records()) && now.selected.0 == self.assessed.selected.0
    }
}

/// A tree is built anew only where its script or its bindings changed.
fn same_decider(one: &Decider, other: &Decider) -> bool {
    match (one, other) {
        (Decider::Count(one, required), Decider::Count(other, others)) => one == other && required == others,
        (Decider::Tree(one, _), Decider::Tree(other, _)) => Arc::ptr_eq(one, other),
        (Decider::Broken, Decider::Broken) => true,
        _ => false,
    }
}

/// By record: whether its facts, or those of a record it can reach, are not what they were.
fn changed(earlier: &RulebookAssessment, now: &RulebookAssessment) -> Vec<bool> {
    let (facts, before) = (&now.basis.facts, &earlier.basis.facts);
    let count = facts.records.list().len();
    if earlier.basis.criteria.waivers != now.basis.criteria.waivers {
        return vec![true; count];
    }
    if Arc::ptr_eq(facts, before) {
        return vec![false; count];
    }
    if earlier.as_of != now.as_of || !Arc::ptr_eq(&earlier.basis.bindings.schema, &now.basis.bindings.schema) {
        return vec![true; count];
    }
    let mut changed: Vec<bool> = facts
        .beside(before)
        .into_iter()
        .enumerate()
        .map(|(record, old)| old.is_none_or(|old| !facts.same_row(record, before, old)))
        .collect();
    let references = reference_facts(&now.rulebook().schema);
    if references.is_empty() {
        return changed;
    }
    let there = facts.records.list().iter().zip(&changed).filter(|(_, changed)| **changed);
    let mut ids: BTreeSet<&str> = there.map(|(record, _)| record.id.as_str()).collect();
    if !facts.records.same_ids(&before.records) {
        ids.extend(gone(&before.records, &facts.records));
    }
    // Whoever refers to one that changed has changed, and so on.
    let mut growing = !ids.is_empty();
    while growing {
        growing = false;
        for (record, changed) in changed.iter_mut().enumerate() {
            let refers = |fact: &usize| match facts.value(record, *fact) {
                Some(Value::Text(id)) => ids.contains(&**id),
                _ => false,
            };
            if !*changed && references.iter().any(refers) {
                *changed = true;
                growing |= ids.insert(facts.records.list()[record].id.as_str());
            }
        }
    }
    changed
}

fn gone<'a>(before: &'a Jurisdictions, now: &'a Jurisdictions) -> impl Iterator<Item = &'a str> {
    before.list().iter().map(|record| record.id.as_str()).filter(|id| now.find(id).is_none())
}

/// Fills in the jurisdictions selected; all that are to be assessed when none is.
pub(super) fn assess(assessed: &mut RulebookAssessment, earlier: Option<&Earlier<'_>>) {
    if let Some(earlier) = earlier.filter(|earlier| earlier.has_same_places(assessed)) {
        return assess_in_place(assessed, earlier);
    }
    let records = assessed.records().list();
    let wanted: Arc<[usize]> = (0..records.len())
        .filter(|index| match assessed.selected.0.as_slice() {
            [] => records[*index].role == Role::Assessed,
            wanted => wanted.iter().any(|id| id == records[*index].id.as_str()),
        })
        .collect();
    let before = beside(assessed, &wanted, earlier);
    let work: Vec<(usize, Option<&Arc<JurisdictionAssessment>>)> = wanted.iter().copied().zip(before).collect();
    let one = |(this, before): &(usize, Option<&Arc<JurisdictionAssessment>>)| match (earlier, before) {
        (Some(earlier), Some(before)) => again(assessed, *this, earlier, before),
        _ => afresh(assessed, *this),
    };
    let jurisdictions: Vec<_> = work.par_iter().with_min_len(16).map(one).collect();
    assessed.selected.1 = wanted;
    assessed.jurisdictions = jurisdictions;
    count(assessed);
}

/// The same jurisdictions at the same places as before: those alone are looked at for which
/// something changed.
fn assess_in_place(assessed: &mut RulebookAssessment, earlier: &Earlier<'_>) {
    let before = earlier.assessed;
    let places = Arc::clone(&before.selected.1);
    let same_scripts = earlier.same_decider && earlier.conditions.iter().all(Option::is_some);
    let mut list = before.jurisdictions.clone();
    if same_scripts {
        for (one, this) in list.iter_mut().zip(&*places).filter(|(_, this)| earlier.changed[**this]) {
            *one = afresh(assessed, *this);
        }
    } else {
        let pairs = list.par_iter_mut().with_min_len(16).zip(&*places);
        pairs.for_each(|(one, this)| *one = again(assessed, *this, earlier, &Arc::clone(one)));
    }
    assessed.selected.1 = places;
    assessed.jurisdictions = list;
    count_again(assessed, before);
}

/// For each record wanted, what it came to before. Both lists are in order of ids.
fn beside<'a>(
    assessed: &RulebookAssessment,
    wanted: &[usize],
    earlier: Option<&Earlier<'a>>,
) -> Vec<Option<&'a Arc<JurisdictionAssessment>>> {
    let Some(earlier) = earlier else { return vec![None; wanted.len()] };
    let mut list = earlier.assessed.jurisdictions.iter().peekable();
    let found = wanted.iter().map(|index| {
        let record = &assessed.records().list()[*index];
        let is = |one: &Arc<JurisdictionAssessment>| {
            Arc::ptr_eq(&one.jurisdiction, record) || one.jurisdiction.id == record.id
        };
        while list.next_if(|one| !is(one) && one.jurisdiction.id < record.id).is_some() {}
        list.next_if(|one| is(one))
    });
    found.collect()
}

fn afresh(assessed: &RulebookAssessment, this: usize) -> Arc<JurisdictionAssessment> {
    let examined: Vec<_> = assessed.conditions.iter().map(|used| examine(used, &assessed.basis, this)).collect();
    let determination = determine(&assessed.decider, &assessed.basis, this, &examined);
    let findings = examined.into_iter().map(|one| one.finding).collect();
    let jurisdiction = Arc::clone(&assessed.records().list()[this]);
    JurisdictionAssessment { jurisdiction, findings, determination }.into()
}

/// The same as `afresh`; what still holds is taken over.
fn again(
    assessed: &RulebookAssessment,
    this: usize,
    earlier: &Earlier<'_>,
    before: &Arc<JurisdictionAssessment>,
) -> Arc<JurisdictionAssessment> {
    if earlier.changed[this] {
        return afresh(assessed, this);
    }
    let used = assessed.conditions.iter();
    let fresh: Vec<Option<Examined>> = used
        .zip(&earlier.conditions)
        .map(|(used, kept)| kept.is_none().then(|| examine(used, &assessed.basis, this)))
        .collect();
    // A condition that comes to the same for certain leaves the determination as it is.
    let holds = |index: usize, fresh: &Option<Examined>| match fresh {
        None => true,
        Some(fresh) => {
            let (fresh, before) = (&fresh.finding, &before.findings[index]);
            fresh.status != Status::Unknown && fresh.status == before.status && fresh.waived == before.waived
        }
    };
    let holds = earlier.same_decider && fresh.iter().enumerate().all(|(index, fresh)| holds(index, fresh));
    let same = |index: usize, fresh: &Option<Examined>| match fresh {
        None => true,
        Some(fresh) => fresh.finding.says_the_same(&before.findings[index]),
    };
    if holds && fresh.iter().enumerate().all(|(index, fresh)| same(index, fresh)) {
        return Arc::clone(before);
    }
    let examined = fresh.into_iter().enumerate().map(|(index, fresh)| match (fresh, earlier.conditions[index]) {
        (Some(fresh), _) => fresh,
        // How it can still come out is wanted again, for the determination.
        (None, Some(kept)) if !holds && before.findings[kept].status == Status::Unknown => {
            examine(&assessed.conditions[index], &assessed.basis, this)
        }
        (None, kept) => Examined::settled(before.findings[kept.expect("it is not fresh")].clone()),
    });
    let examined: Vec<_> = examined.collect();
    let determination = if holds {
        before.determination.clone()
    } else {
        determine(&assessed.decider, &assessed.basis, this, &examined)
    };
    let findings = examined.into_iter().map(|one| one.finding).collect();
    JurisdictionAssessment { jurisdiction: Arc::clone(&before.jurisdiction), findings, determination }.into()
}

const KINDS: [DeterminationKind; 4] = DeterminationKind::ALL;

fn has_fault(one: &JurisdictionAssessment) -> bool {
    one.findings.iter().any(|finding| finding.fault.is_some())
}

fn count(assessed: &mut RulebookAssessment) {
    let list = &assessed.jurisdictions;
    assessed.counts = KINDS.map(|kind| list.iter().filter(|one| one.determination.kind == kind).count());
    assessed.at_fault = (0..list.len()).filter(|index| has_fault(&list[*index])).collect();
}

/// Looks at those alone that are not as they were; the places are the same.
fn count_again(assessed: &mut RulebookAssessment, before: &RulebookAssessment) {
    let list = &assessed.jurisdictions;
    let pairs = before.jurisdictions.iter().zip(list).enumerate();
    let changed: Vec<_> = pairs.filter(|(_, (old, new))| !Arc::ptr_eq(old, new)).collect();
    assessed.counts = before.counts;
    for (_, (old, new)) in &changed {
        assessed.counts[old.determination.kind as usize] -= 1;
        assessed.counts[new.determination.kind as usize] += 1;
    }
    let mut at_fault: BTreeSet<usize> = before.at_fault.iter().copied().collect();
    for (index, (_, new)) in changed {
        if has_fault(new) {
            at_fault.insert(index)
        } else {
            at_fault.remove(&index)
        };
    }
    assessed.at_fault = at_fault.into_iter().collect();
}

/// Reports waivers that have expired while they are needed, and waivers that are not needed.
pub(super) fn report_waivers(assessed: &RulebookAssessment, diagnostics: &mut Vec<Diagnostic>) {
    for waiver in assessed.basis.criteria.waivers.all() {
        let Some(one) = assessed.jurisdiction(waiver.jurisdiction.as_str()) else { continue };
        let not_yet = !waiver.holds(assessed.as_of) && !waiver.has_expired(assessed.as_of);
        let place = assessed.conditions.iter().position(|used| used.condition.id == waiver.condition);
        let Some(finding) = place.filter(|_| !not_yet).map(|place| &one.findings[place]) else { continue };
        let (id, condition) = (&waiver.jurisdiction, &waiver.condition);
        match (finding.status, waiver.has_expired(assessed.as_of)) {
            (Status::Met | Status::NotApplicable, _) => {
                let message = format!("the waiver is not needed: `{condition}` is {} for `{id}`", finding.status);
                let help = "remove it".to_owned();
                diagnostics.push(Diagnostic::at(Code::UnusedWaiver, waiver.span.clone(), message).help(help));
            }
            (Status::NotMet | Status::Unknown, true) => {
                let day = waiver.expires.map_or_else(String::new, |day| format!(" on {day}"));
                let message = format!("the waiver has expired{day}: `{condition}` counts again for `{id}`");
                let help = "have it granted anew, or remove it".to_owned();
                diagnostics.push(Diagnostic::at(Code::ExpiredWaiver, waiver.span.clone(), message).help(help));
            }
            _ => {}
        }
    }
}

/// Reports what went wrong for single jurisdictions, each mistake once with all it went wrong for.
pub(super) fn report_faults(assessed: &RulebookAssessment, diagnostics: &mut Vec<Diagnostic>) {
    let mut faults: BTreeMap<_, (Arc<Diagnostic>, Vec<&str>)> = BTreeMap::new();
    for one in assessed.at_fault.iter().map(|index| &assessed.jurisdictions[*index]) {
        for fault in one.findings.iter().filter_map(|finding| finding.fault.as_ref()) {
            let key = (fault.span().cloned(), fault.message.clone());
            faults.entry(key).or_insert_with(|| (Arc::clone(fault), Vec::new())).1.push(one.jurisdiction.id.as_str());
        }
    }
    for (fault, ids) in faults.into_values() {
        if diagnostics.contains(&fault) {
            continue;
        }
        let message = format!("{} (for {})", fault.message, list_of(ids).replace(" or ", " and "));
        diagnostics.push(Diagnostic { message, ..(*fault).clone() });
    }
}
