//! Details of many jurisdictions in a row, for output that covers all of them and keeps nothing:
//! computed once per thread for similar ones (`reason_by_path_memo`, `reasons_by_answers_memo`), as
//! long as there is room. The results equal those of [`RulebookAssessment::at`].
//!
//! [`RulebookAssessment::at`]: crate::assess::assessment::RulebookAssessment::at

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use crate::assess::assessment::RulebookAssessment;
use crate::assess::examine_condition::{Examined, assumptions, examine, reasons};
use crate::assess::explored_scripts::Form;
use crate::assess::overall_determination::{apart, determine, have_many_ways, of_one_open};
use crate::assess::prepared_rulebook::{Decider, Prepared};
use crate::assess::reason_by_path_memo::PathMemo;
use crate::assess::reasons_by_answers_memo::ReasonMemo;
pub(crate) use crate::assess::reasons_by_answers_memo::Told;
use crate::assess::result_types::{
    Determination, DeterminationKind, Finding, JurisdictionAssessment, Status,
};
use crate::base::parallel::PerThread;
use crate::base::work_budget;
use crate::model::rulebook::Decision;
use crate::model::typed_indexes::ConditionIndex;
use crate::model::typed_indexes::PlaceIndex;
use crate::model::typed_indexes::RecordIndex;
use crate::model::waiver::Waiver;
use crate::tree::{Batch, OpenWays, Verdict, bit, deciding_on_grid};

/// The details of each jurisdiction assessed, in order of ids; none of them is kept.
pub(crate) fn each_explained(
    assessed: &RulebookAssessment,
) -> impl Iterator<Item = (PlaceIndex, JurisdictionAssessment)> {
    let explaining: Explaining<'_, ()> = Explaining::new(assessed.prepared());
    assessed.places().map(move |place| {
        // For similar records no work is spent, so cancelling is checked here.
        work_budget::look();
        let (record, kind) = (assessed.record_of(place), assessed.kind(place));
        (place, explaining.all(record, kind).0)
    })
}

/// The explanations of findings, with what a format makes of each.
pub(crate) struct Explaining<'a, T> {
    prepared: &'a Prepared,
    /// By condition; `None` for a script that no tree can hold.
    trees: Vec<Option<Batch<'a>>>,
    /// Each thread has its own memo, also for records that are similar.
    memo: PerThread<ReasonMemo<T>>,
    paths: PerThread<PathMemo<T>>,
    /// The ids of records with a waiver.
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
            memo: PerThread::new(|| ReasonMemo::new(prepared)),
            paths: PerThread::new(|| PathMemo::new(prepared.conditions.len())),
            waived: waivers.map(|one| one.jurisdiction.as_str()).collect(),
        }
    }

    /// The explanation of a condition for a record.
    pub(crate) fn told(&self, condition: ConditionIndex, record: RecordIndex) -> Arc<Told<T>> {
        let Some(batch) = &self.trees[condition] else {
            return self.by_answers(condition, record, None);
        };
        let records = self.prepared.records().len();
        let alone = || {
            let mut answers = Vec::with_capacity(16);
            let shape = batch.shape(record, &mut |answer| answers.push(answer));
            let answers = shape.map(|has_own_numbers| (answers, has_own_numbers));
            self.by_answers(condition, record, answers)
        };
        let paths = self.paths.own();
        paths.told((condition, batch), (record, records), alone)
    }

    fn by_answers(
        &self,
        condition: ConditionIndex,
        record: RecordIndex,
        answers: Option<(Vec<u8>, bool)>,
    ) -> Arc<Told<T>> {
        let (prepared, basis) = (self.prepared, &self.prepared.basis);
        self.memo.own().told(condition, answers, || {
            Told::alone(prepared, basis, condition, record)
        })
    }

    /// Why, in the words of the script.
    pub(crate) fn reasons<'t>(&self, told: &'t Told<T>, record: RecordIndex) -> Cow<'t, [String]> {
        if told.varies() && told.finding().status != Status::Unknown {
            Cow::Owned(reasons(&told.examined.leaves, &self.prepared.basis, record))
        } else {
            Cow::Borrowed(&told.finding().reasons)
        }
    }

    /// The waiver that excuses the finding of a record; `None` if there is none.
    pub(crate) fn waived(
        &self,
        condition: ConditionIndex,
        record: RecordIndex,
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

    fn is_waived(&self, record: RecordIndex) -> bool {
        !self.waived.is_empty() && self.waived.contains(self.prepared.records().id(record))
    }

    /// The finding of a record, with its own reasons and assumptions.
    fn finding(&self, condition: ConditionIndex, told: &Told<T>, record: RecordIndex) -> Finding {
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

    /// The determination of a record, given its kind and its findings.
    pub(crate) fn determination(
        &self,
        record: RecordIndex,
        kind: DeterminationKind,
        told: &[Arc<Told<T>>],
    ) -> Arc<Determination> {
        let is_counted = matches!(&*self.prepared.decider, Decider::Count(..));
        if is_counted && kind != DeterminationKind::Undetermined {
            return self.memo.own().plain(kind);
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
        let examined = |(condition, told): (ConditionIndex, &Arc<Told<T>>)| {
            if told.has_own_numbers {
                Told::<T>::alone(prepared, &prepared.basis, condition, record).examined
            } else {
                told.examined.clone()
            }
        };
        let examined = || ConditionIndex::each(told).map(examined).collect();
        let all: Vec<&Examined> = told.iter().map(|told| &told.examined).collect();
        if let Some(of_one) = of_one_open(&prepared.decider, &all) {
            return of_one.into();
        }
        self.memo.own().together(told, || {
            let grid = (!have_many_ways(&all)).then(|| self.on_grid(record, told));
            grid.flatten().unwrap_or_else(|| alone(examined()))
        })
    }

    /// Why a record is undetermined, if all combinations of values that tests distinguish can be
    /// looked at; conditions that share no missing fact are independent.
    fn on_grid(&self, record: RecordIndex, told: &[Arc<Told<T>>]) -> Option<Determination> {
        let Decider::Count(decision, required) = &*self.prepared.decider else {
            return None;
        };
        let counts = match decision {
            Decision::All => bit(Verdict::NotMet),
            Decision::Any => bit(Verdict::Met),
            Decision::AtLeast(_) | Decision::Script => return None,
        };
        let limits = self.prepared.basis.bindings.limits;
        let mut open: Vec<OpenWays<'_>> = Vec::new();
        for condition in required {
            match told[*condition].finding().status {
                Status::Fault => return None,
                Status::Unknown => {
                    let ways = self.trees[*condition]
                        .as_ref()?
                        .open_ways(record, limits.combinations)?;
                    let fails = |(_, verdict): &(_, u8)| verdict & bit(Verdict::Fault) != 0;
                    if ways.ways.iter().any(fails) {
                        return None;
                    }
                    open.push(ways);
                }
                _ => {}
            }
        }
        let (mut missing, mut can) = (BTreeSet::new(), false);
        for group in apart(&open, OpenWays::share_facts) {
            let group: Vec<&OpenWays<'_>> = group.into_iter().map(|one| &open[one]).collect();
            let (deciding, some) = deciding_on_grid(&group, counts, limits.pairs)?;
            missing.extend(deciding);
            can |= some;
        }
        can.then(|| Determination {
            kind: DeterminationKind::Undetermined,
            reasons: Vec::new(),
            missing: missing.into_iter().collect(),
            cut_short: None,
        })
    }

    /// The details of a record with this kind of determination, and its explanations.
    pub(crate) fn all(
        &self,
        record: RecordIndex,
        kind: DeterminationKind,
    ) -> (JurisdictionAssessment, Vec<Arc<Told<T>>>) {
        let conditions = ConditionIndex::first(self.prepared.conditions.len());
        let told: Vec<_> = conditions
            .map(|condition| self.told(condition, record))
            .collect();
        let findings = ConditionIndex::each(&told);
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
