//! What there is to say of many jurisdictions, one after the other: worked out once for all that
//! are alike, for whoever writes about all of them and keeps nothing.
//!
//! Records that give the same answers on all paths of a tree come to the same outcomes by the same
//! tests, and lack the same facts. What is filled into reasons, and what an assumption comes to, is
//! each one's own. What rests on more than the answers (`Batch::pattern` says none) is worked out for
//! each record by itself, as [`RulebookAssessment::at`] does.
//!
//! [`RulebookAssessment::at`]: crate::assess::assessment::RulebookAssessment::at

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::hash::Hash;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use crate::assess::determination::determine;
use crate::assess::finding::{Examined, assumptions, examine, reasons};
use crate::assess::form::Form;
use crate::assess::prepared::{Decider, Prepared};
use crate::assess::verdict::{
    Consulted, Determination, DeterminationKind, Finding, JurisdictionAssessment, Status,
};
use crate::model::fact::FactOrigin;
use crate::model::waiver::Waiver;
use crate::tree::{Batch, FactRef, Leaves, Message, Tree, consulted};

/// What is worked out for findings, with what a format makes of each.
pub(crate) struct Explaining<'a, T> {
    prepared: &'a Prepared,
    /// By condition; none for a script that no tree can hold.
    trees: Vec<Option<Batch<'a>>>,
    /// By condition, then by the answers on all paths.
    told: Vec<RwLock<HashMap<Vec<u8>, Arc<Told<T>>>>>,
    /// The number of the next pattern.
    next: AtomicU32,
    /// By what each condition came to.
    together: RwLock<HashMap<Vec<u32>, Arc<Determination>>>,
    /// By kind: a determination of which there is no more to say.
    plain: [Arc<Determination>; 4],
    /// Whether what the findings come to together rests on them alone.
    is_of_findings: bool,
    /// The ids of those with a waiver.
    waived: BTreeSet<&'a str>,
}

/// What all records of a pattern come to by one condition.
pub(crate) struct Told<T> {
    /// None where it was worked out for one record alone.
    number: Option<u32>,
    leaves: Leaves,
    /// Of the first record that had the pattern, no waiver looked at.
    finding: Finding,
    /// Whether its reasons and assumptions are each record's own.
    varies: bool,
    /// The tests that it rests on, in the order the script asks them.
    pub(crate) tests: Vec<Consulted>,
    /// The stated facts that it rests on, where all are the record's own.
    pub(crate) facts: Option<Vec<FactRef>>,
    /// What a format makes of it.
    pub(crate) shown: OnceLock<T>,
}

/// How many patterns of a condition, and determinations, are kept: where hardly two records are
/// alike, keeping more would take memory and save nothing.
const MOST_KEPT: usize = 65_536;

/// Keeps what was found, as long as there is room.
fn keep<K: Eq + Hash, T: Clone>(known: &RwLock<HashMap<K, T>>, key: K, found: T) -> T {
    let mut known = known.write().unwrap_or_else(PoisonError::into_inner);
    if known.len() >= MOST_KEPT {
        return found;
    }
    // Another thread may have been faster.
    known.entry(key).or_insert(found).clone()
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
            told: prepared
                .conditions
                .iter()
                .map(|_| RwLock::default())
                .collect(),
            next: AtomicU32::new(0),
            together: RwLock::default(),
            plain: DeterminationKind::ALL.map(|kind| plain(kind).into()),
            is_of_findings: match &*prepared.decider {
                Decider::Count(..) | Decider::Broken => true,
                Decider::Tree(tree, _) => is_of_findings(tree),
            },
            waived: waivers.map(|one| one.jurisdiction.as_str()).collect(),
        }
    }

    /// What a condition comes to for a record.
    pub(crate) fn told(&self, condition: usize, record: usize) -> Arc<Told<T>> {
        let mut answers = Vec::with_capacity(16);
        let pattern = self.trees[condition]
            .as_ref()
            .and_then(|batch| batch.pattern(record, &mut |answer| answers.push(answer)));
        if pattern.is_none() {
            return self.alone(condition, record).into();
        }
        let known = self.told[condition].read();
        let known = known.unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known.get(&answers) {
            return Arc::clone(known);
        }
        drop(known);
        let mut told = self.alone(condition, record);
        let mut facts = told.leaves.list.iter().flat_map(|leaf| &leaf.answers);
        let is_plain = facts.all(|(test, _)| {
            let facts = test.facts().into_iter();
            facts
                .into_iter()
                .all(|fact| fact.is_own() && fact.schema.origin == FactOrigin::Stated)
        });
        // What lies behind a fact that is worked out is each record's own.
        if !is_plain {
            return told.into();
        }
        told.number = Some(self.next.fetch_add(1, Ordering::Relaxed));
        keep(&self.told[condition], answers, told.into())
    }

    /// The same for a record looked at by itself.
    fn alone(&self, condition: usize, record: usize) -> Told<T> {
        let (used, basis) = (&self.prepared.conditions[condition], &self.prepared.basis);
        let Examined {
            mut finding,
            leaves,
        } = examine(used, basis, record);
        finding.waived = None;
        let tests = self.tests(condition, record);
        let list = leaves.list.iter();
        let varies = list.clone().any(|leaf| !leaf.assumed.is_empty())
            || list
                .filter_map(|leaf| leaf.outcome.reason.as_ref())
                .any(|reason| !reason.is_constant());
        Told {
            number: None,
            varies,
            facts: self.own_facts(record, &tests),
            tests,
            leaves,
            finding,
            shown: OnceLock::new(),
        }
    }

    fn tests(&self, condition: usize, record: usize) -> Vec<Consulted> {
        let prepared = self.prepared;
        match &prepared.conditions[condition].form {
            Form::Tabular(tree) => {
                let found = consulted(tree, &prepared.basis.facts, record).into_iter();
                found
                    .map(|(asked, answer)| Consulted {
                        asked: asked.clone(),
                        answer,
                    })
                    .collect()
            }
            _ => prepared.consulted(&prepared.records().id_of(record), condition),
        }
    }

    /// The stated facts that tests name, each once and in order; none where they lie elsewhere too.
    fn own_facts(&self, record: usize, tests: &[Consulted]) -> Option<Vec<FactRef>> {
        let facts = tests.iter().flat_map(|one| one.asked.test.facts());
        let facts: Vec<&FactRef> = facts.collect();
        if !facts.iter().all(|fact| fact.is_own()) {
            return None;
        }
        let name = |fact: &FactRef| self.prepared.basis.facts.own_name(record, fact);
        let names: BTreeSet<FactRef> = facts.into_iter().map(name).collect();
        let names = names.into_iter();
        Some(
            names
                .filter(|fact| fact.schema.origin == FactOrigin::Stated)
                .collect(),
        )
    }

    /// Why, in the words of the script.
    pub(crate) fn reasons<'t>(&self, told: &'t Told<T>, record: usize) -> Cow<'t, [String]> {
        if told.varies && told.finding.status != Status::Unknown {
            Cow::Owned(reasons(&told.leaves, &self.prepared.basis, record))
        } else {
            Cow::Borrowed(&told.finding.reasons)
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
        let mut finding = told.finding.clone();
        if told.varies {
            let basis = &self.prepared.basis;
            finding.reasons = self.reasons(told, record).into_owned();
            finding.assumed = assumptions(&told.leaves, basis, record);
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
            let place = DeterminationKind::ALL.iter().position(|one| *one == kind);
            return Arc::clone(&self.plain[place.unwrap_or_default()]);
        }
        let key: Option<Vec<u32>> = told.iter().map(|told| told.key()).collect();
        let key = key.filter(|_| self.is_of_findings && !self.is_waived(record));
        if let Some(key) = &key {
            let known = self.together.read();
            let known = known.unwrap_or_else(PoisonError::into_inner);
            if let Some(known) = known.get(key) {
                return Arc::clone(known);
            }
        }
        let (prepared, conditions) = (self.prepared, self.prepared.conditions.iter());
        let examined: Vec<Examined> = conditions
            .map(|used| examine(used, &prepared.basis, record))
            .collect();
        let found = determine(&prepared.decider, &prepared.basis, record, &examined);
        match key {
            Some(key) => keep(&self.together, key, found.into()),
            None => found.into(),
        }
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

impl<T> Told<T> {
    /// The finding, but for its reasons, assumptions and waiver where those are the record's own.
    pub(crate) fn finding(&self) -> &Finding {
        &self.finding
    }

    /// Whether its reasons and assumptions are each record's own.
    pub(crate) fn varies(&self) -> bool {
        self.varies
    }

    /// What tells it apart from others, beside other conditions; none where only the record does.
    fn key(&self) -> Option<u32> {
        const PATTERNS: u32 = 8;
        Some(match self.finding.status {
            Status::Met => 0,
            Status::NotMet => 1,
            Status::NotApplicable => 2,
            Status::Fault => 3,
            Status::Unknown => PATTERNS + self.number?,
        })
    }
}

fn plain(kind: DeterminationKind) -> Determination {
    Determination {
        kind,
        reasons: Vec::new(),
        missing: Vec::new(),
        cut_short: None,
    }
}

/// Whether a decision asks for findings alone, and gives reasons that are the same for everybody.
fn is_of_findings(tree: &Tree) -> bool {
    let of_findings = |fact: &FactRef| fact.owner == crate::tree::Owner::Finding;
    let mut asked = tree.tests().flat_map(|asked| asked.test.facts());
    let mut reasons = tree
        .outcomes()
        .filter_map(|outcome| outcome.reason.as_ref());
    asked.all(of_findings) && reasons.all(Message::is_constant)
}
