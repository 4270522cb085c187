//! The stated facts behind derived facts and statistics: those to find out if the value is missing.

use std::collections::BTreeSet;

use crate::assess::prepared_rulebook::Basis;
use crate::model::fact::FactOrigin;
use crate::model::typed_indexes::FactIndex;
use crate::model::typed_indexes::RecordIndex;
use crate::script::{DerivedForm, explore};
use crate::tree::{FactRef, walk};

/// The missing facts by their own names, with derived ones replaced by the facts they lack. A
/// statistic that lacks nothing of the jurisdiction's own stays. If a reference on the way to a
/// fact is missing, the reference is named.
pub(super) fn behind(missing: Vec<FactRef>, basis: &Basis, this: RecordIndex) -> Vec<FactRef> {
    links(worked_out(missing, basis, this), basis, this)
}

fn links(missing: Vec<FactRef>, basis: &Basis, this: RecordIndex) -> Vec<FactRef> {
    if missing.iter().all(|fact| fact.steps().len() == 1) {
        return missing;
    }
    let link = |fact: FactRef| link(&fact, basis, this).unwrap_or(fact);
    let all: BTreeSet<FactRef> = missing.into_iter().map(link).collect();
    all.into_iter().collect()
}

/// The missing reference on the way to a fact, if there is one.
pub(super) fn link(fact: &FactRef, basis: &Basis, this: RecordIndex) -> Option<FactRef> {
    let (record, slot) = basis.facts.gap(this, fact)?;
    let schema = &basis.criteria.wide.schema.facts()[slot];
    Some(basis.facts.name(this, record, slot, schema))
}

fn worked_out(missing: Vec<FactRef>, basis: &Basis, this: RecordIndex) -> Vec<FactRef> {
    let stated = |fact: &FactRef| fact.schema.origin == FactOrigin::Stated;
    // Stated statistics need no trace.
    if basis.criteria.states_statistics || missing.iter().all(stated) {
        return missing;
    }
    let mut search = InputSearch {
        basis,
        this,
        found: BTreeSet::new(),
        seen: BTreeSet::new(),
    };
    for fact in &missing {
        search.look(fact);
    }
    search.found.into_iter().collect()
}

struct InputSearch<'a> {
    basis: &'a Basis,
    this: RecordIndex,
    found: BTreeSet<FactRef>,
    seen: BTreeSet<FactRef>,
}

impl InputSearch<'_> {
    /// Looks behind a fact, named as record `this` sees it.
    fn look(&mut self, fact: &FactRef) {
        if !self.seen.insert(fact.clone()) {
            return;
        }
        let behind = match (fact.schema.origin, self.basis.facts.locate(self.this, fact)) {
            (FactOrigin::Stated | FactOrigin::Parameter, _) | (_, Err(_)) => Vec::new(),
            (FactOrigin::Derived, Ok((record, slot))) => self.derived(record, slot),
            (FactOrigin::Statistic, Ok((record, slot))) => self.statistic(record, slot),
        };
        if behind.is_empty() {
            self.found.insert(fact.clone());
        }
        for fact in &behind {
            self.look(fact);
        }
    }

    /// The missing facts behind a derived fact of a record, as seen from record `this`.
    fn derived(&self, record: RecordIndex, slot: FactIndex) -> Vec<FactRef> {
        let bindings = &self.basis.bindings;
        let Some(index) = bindings.derived.index(slot) else {
            return Vec::new();
        };
        let facts = &self.basis.facts;
        let missing: BTreeSet<FactRef> = match bindings.derived.found(index) {
            Some(DerivedForm::Tree(tree)) => {
                let leaves = walk(tree, facts, record).list;
                let mut names = BTreeSet::new();
                for leaf in &leaves {
                    names.extend(leaf.answers.iter().flat_map(|(test, _)| test.facts()));
                    leaf.outcome
                        .value
                        .iter()
                        .for_each(|value| value.collect(&mut names));
                }
                let unknown = names.into_iter().filter(|fact| facts.missing(record, fact));
                unknown.map(|fact| facts.own_name(record, fact)).collect()
            }
            Some(DerivedForm::Beforehand) => {
                let program = bindings.derived.program(index);
                program
                    .map(|program| explore(program, bindings, Some((facts, record))).missing)
                    .unwrap_or_default()
            }
            _ => BTreeSet::new(),
        };
        missing
            .iter()
            .map(|fact| self.seen_from_here(record, fact))
            .collect()
    }

    /// The missing facts of the record itself behind a statistic.
    fn statistic(&self, record: RecordIndex, slot: FactIndex) -> Vec<FactRef> {
        let wide = &self.basis.criteria.wide;
        let measured = wide
            .statistics
            .iter()
            .find(|measured| measured.slot == slot);
        let Some((measured, inputs)) = measured.and_then(|one| Some((one, one.inputs.as_ref()?)))
        else {
            return Vec::new();
        };
        // Facts missing in other records are not the record's own.
        let own: Vec<FactIndex> = if measured.statistic.kind.is_own() {
            inputs.all().collect()
        } else {
            inputs.by.clone()
        };
        let unknown = own
            .into_iter()
            .filter(|input| self.basis.facts.value(record, *input).is_none());
        unknown
            .map(|input| {
                self.basis
                    .facts
                    .name(self.this, record, input, &wide.schema.facts()[input])
            })
            .collect()
    }

    /// A fact that another record sees, as record `this` sees it.
    fn seen_from_here(&self, record: RecordIndex, fact: &FactRef) -> FactRef {
        match self.basis.facts.locate(record, fact) {
            Ok((owner, slot)) => self.basis.facts.name(self.this, owner, slot, &fact.schema),
            Err(missing) => missing,
        }
    }
}
