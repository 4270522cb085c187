//! What there is to say of many jurisdictions, one after the other, for whoever writes about all of
//! them and keeps nothing: worked out once for all that are alike (`told`). It says of each what
//! [`RulebookAssessment::at`] says.
//!
//! [`RulebookAssessment::at`]: crate::assess::assessment::RulebookAssessment::at

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use crate::assess::determination::determine;
use crate::assess::finding::{Examined, assumptions, examine, reasons};
use crate::assess::form::Form;
use crate::assess::prepared::{Decider, Prepared};
use crate::assess::told::Memo;
pub(crate) use crate::assess::told::Told;
use crate::assess::verdict::{
    Determination, DeterminationKind, Finding, JurisdictionAssessment, Status,
};
use crate::model::waiver::Waiver;
use crate::tree::Batch;

/// What is worked out for findings, with what a format makes of each.
pub(crate) struct Explaining<'a, T> {
    prepared: &'a Prepared,
    /// By condition; none for a script that no tree can hold.
    trees: Vec<Option<Batch<'a>>>,
    memo: Memo<T>,
    /// The ids of those with a waiver.
    waived: BTreeSet<&'a str>,
}

impl<'a, T> Explaining<'a, T> {
    pub(crate) fn new(prepared: &'a Prepared) -> Self {
        let facts = &prepared.basis.facts;
        let trees = prepared.conditions.iter().map(|used| match &used.form {
            Form::Tabular(tree) => Some(Batch::new(tree, facts, &|_| None, &|_| 0)),
            _ => None,
        });
        let waivers = prepared.basis.criteria.waivers.all();
        Self {
            prepared,
            trees: trees.collect(),
            memo: Memo::new(prepared),
            waived: waivers.map(|one| one.jurisdiction.as_str()).collect(),
        }
    }

    /// What a condition comes to for a record.
    pub(crate) fn told(&self, condition: usize, record: usize) -> Arc<Told<T>> {
        let mut answers = Vec::with_capacity(16);
        let pattern = self.trees[condition]
            .as_ref()
            .and_then(|batch| batch.pattern(record, &mut |answer| answers.push(answer)));
        let (prepared, basis) = (self.prepared, &self.prepared.basis);
        self.memo.told(condition, pattern.map(|()| answers), || {
            Told::alone(prepared, basis, condition, record)
        })
    }

    /// Why, in the words of the script.
    pub(crate) fn reasons<'t>(&self, told: &'t Told<T>, record: usize) -> Cow<'t, [String]> {
        if told.varies() && told.finding().status != Status::Unknown {
            Cow::Owned(reasons(&told.examined.leaves, &self.prepared.basis, record))
        } else {
            Cow::Borrowed(&told.finding().reasons)
        }
    }

    /// What excuses the finding of a record.
    pub(crate) fn waived(
        &self,
        condition: usize,
        record: usize,
        status: Status,
    ) -> Option<&Arc<Waiver>> {
        let (prepared, basis) = (self.prepared, &self.prepared.basis);
        if !self.is_waived(record) || !matches!(status, Status::NotMet | Status::Unknown) {
            return None;
        }
        let (id, used) = (
            prepared.records().id_of(record),
            &prepared.conditions[condition],
        );
        let waivers = &basis.criteria.waivers;
        waivers.find(&id, &used.condition.id, basis.facts.day())
    }

    fn is_waived(&self, record: usize) -> bool {
        !self.waived.is_empty() && self.waived.contains(self.prepared.records().id(record))
    }

    /// All there is to say of a finding.
    fn finding(&self, condition: usize, told: &Told<T>, record: usize) -> Finding {
        let mut finding = told.finding().clone();
        if told.varies() {
            let basis = &self.prepared.basis;
            finding.reasons = self.reasons(told, record).into_owned();
            finding.assumed = assumptions(&told.examined.leaves, basis, record);
        }
        finding.waived = self
            .waived(condition, record, finding.status)
            .map(Arc::clone);
        finding
    }

    /// What the findings of a record, which came to this, come to together.
    pub(crate) fn determination(
        &self,
        record: usize,
        kind: DeterminationKind,
        told: &[Arc<Told<T>>],
    ) -> Arc<Determination> {
        let is_counted = matches!(&*self.prepared.decider, Decider::Count(..));
        if is_counted && kind != DeterminationKind::Undetermined {
            return self.memo.plain(kind);
        }
        let prepared = self.prepared;
        let alone = |examined: Vec<Examined>| {
            determine(&prepared.decider, &prepared.basis, record, &examined)
        };
        if self.is_waived(record) {
            let conditions = prepared.conditions.iter();
            let each = conditions.map(|used| examine(used, &prepared.basis, record));
            return alone(each.collect()).into();
        }
        let examined = || told.iter().map(|told| told.examined.clone()).collect();
        self.memo.together(told, || alone(examined()))
    }

    /// All there is to say of a record that came to this, and by what its findings are told.
    pub(crate) fn all(
        &self,
        record: usize,
        kind: DeterminationKind,
    ) -> (JurisdictionAssessment, Vec<Arc<Told<T>>>) {
        let conditions = 0..self.prepared.conditions.len();
        let told: Vec<_> = conditions
            .map(|condition| self.told(condition, record))
            .collect();
        let findings = told.iter().enumerate();
        let one = JurisdictionAssessment {
            jurisdiction: self.prepared.records().get(record),
            findings: findings
                .map(|(condition, told)| self.finding(condition, told, record))
                .collect(),
            determination: (*self.determination(record, kind, &told)).clone(),
        };
        (one, told)
    }
}
