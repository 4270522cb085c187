//! The details of findings, kept for all similar records: by their answers on all paths of a tree.
//!
//! Records with equal answers have the same outcomes by the same tests, and lack the same facts.
//! The values in reasons, and those of assumptions, are each record's own. A finding that depends
//! on more than the answers is not kept, and is examined for each record.

use std::collections::{BTreeSet, HashMap};
use std::hash::Hash;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use crate::assess::examine_condition::{Examined, examine_bare};
use crate::assess::explored_scripts::Form;
use crate::assess::prepared_rulebook::{Basis, Decider, Prepared};
use crate::assess::result_types::{Consulted, Determination, DeterminationKind, Finding, Status};
use crate::model::fact::FactOrigin;
use crate::model::typed_indexes::ConditionIndex;
use crate::model::typed_indexes::RecordIndex;
use crate::tree::{FactRef, MessageTemplate, Test, Tree, consulted};

/// The explanation of a condition for all records that give the same answers.
#[derive(Debug)]
pub(crate) struct Told<T> {
    /// The number of its answers; `None` if it was computed for one record alone.
    number: Option<u32>,
    /// The finding of the first record that gave the answers, without waivers.
    pub(super) examined: Examined,
    /// Whether the answers left open hold numbers of that record.
    pub(super) has_own_numbers: bool,
    /// Whether its reasons and assumptions are each record's own.
    varies: bool,
    /// The tests that it depends on, in the order the script asks them.
    #[cfg_attr(
        not(feature = "app"),
        expect(dead_code, reason = "formats of the program show them")
    )]
    pub(crate) tests: Vec<Consulted>,
    /// The stated facts that it depends on, if all are the record's own.
    pub(crate) facts: Option<Vec<FactRef>>,
    /// The part that a format keeps here.
    #[cfg_attr(
        not(feature = "app"),
        expect(dead_code, reason = "formats of the program keep something here")
    )]
    pub(crate) shown: OnceLock<T>,
}

/// The explanations of a condition, by the answers on all paths.
type Patterns<T> = RwLock<HashMap<Vec<u8>, Arc<Told<T>>>>;

/// The explanations so far.
pub(super) struct ReasonMemo<T> {
    /// By condition.
    told: Vec<Patterns<T>>,
    /// The number of the next pattern of answers.
    next: AtomicU32,
    /// By the number of each condition's explanation.
    together: RwLock<HashMap<Vec<u32>, Arc<Determination>>>,
    /// The kinds of determinations, by the status of each condition.
    kinds: RwLock<HashMap<Vec<u32>, DeterminationKind>>,
    /// By kind: a determination without further details.
    plain: [Arc<Determination>; 4],
    /// Whether the determination depends on the findings alone.
    is_of_findings: bool,
}

/// The most patterns of a condition, and determinations, that are kept: if records are rarely
/// similar, keeping more would take memory and save nothing.
const MOST_KEPT: usize = 8_192;

/// The most ways of all patterns kept for a condition, about.
const MOST_WAYS: usize = 1 << 17;

/// Keeps a result, as long as there is room.
fn keep<K: Eq + Hash, T: Clone>(known: &RwLock<HashMap<K, T>>, key: K, found: T) -> T {
    let mut known = known.write().unwrap_or_else(PoisonError::into_inner);
    if known.len() >= MOST_KEPT {
        return found;
    }
    // Another thread may have been faster.
    known.entry(key).or_insert(found).clone()
}

fn kept<K: Eq + Hash, T: Clone>(known: &RwLock<HashMap<K, T>>, key: &K) -> Option<T> {
    let known = known.read().unwrap_or_else(PoisonError::into_inner);
    known.get(key).cloned()
}

impl<T> ReasonMemo<T> {
    pub(super) fn new(prepared: &Prepared) -> Self {
        let conditions = prepared.conditions.iter();
        Self {
            told: conditions.map(|_| RwLock::default()).collect(),
            next: AtomicU32::new(0),
            together: RwLock::default(),
            kinds: RwLock::default(),
            plain: DeterminationKind::ALL.map(|kind| plain(kind).into()),
            is_of_findings: match &*prepared.decider {
                Decider::Count(..) | Decider::Broken => true,
                Decider::Tree(tree, _) => is_of_findings(tree),
            },
        }
    }

    /// The explanation of a condition for a record that gives these answers, and whether
    /// calculations contain numbers of its own; `alone` computes it.
    pub(super) fn told(
        &self,
        condition: ConditionIndex,
        answers: Option<(Vec<u8>, bool)>,
        alone: impl FnOnce() -> Told<T>,
    ) -> Arc<Told<T>> {
        let Some((answers, has_own_numbers)) = answers else {
            return alone().into();
        };
        if let Some(known) = kept(&self.told[condition], &answers) {
            return known;
        }
        let mut told = alone();
        // Fewer are kept if they have many ways, or keep facts alive.
        let ways = match told.examined.leaves.open() {
            Some(_) => 64,
            None => told.examined.leaves.list.len(),
        };
        let kept = self.told[condition].read();
        let kept = kept.unwrap_or_else(PoisonError::into_inner).len();
        if kept.saturating_mul(ways) > MOST_WAYS {
            return told.into();
        }
        // The facts behind a calculated fact are each record's own.
        if !told.lacks_stated_facts_alone() {
            return told.into();
        }
        // Beside other conditions the numbers matter.
        told.number = (!has_own_numbers).then(|| self.next.fetch_add(1, Ordering::Relaxed));
        told.has_own_numbers = has_own_numbers;
        keep(&self.told[condition], answers, told.into())
    }

    /// A determination without further details.
    pub(super) fn plain(&self, kind: DeterminationKind) -> Arc<Determination> {
        let place = DeterminationKind::ALL.iter().position(|one| *one == kind);
        Arc::clone(&self.plain[place.unwrap_or_default()])
    }

    /// The determination of findings, none of which is waived; `alone` computes it.
    pub(super) fn together(
        &self,
        told: &[Arc<Told<T>>],
        alone: impl FnOnce() -> Determination,
    ) -> Arc<Determination> {
        let Some(key) = self.key(told.iter().map(|told| &**told)) else {
            return alone().into();
        };
        kept(&self.together, &key).unwrap_or_else(|| keep(&self.together, key, alone().into()))
    }

    /// The kind of determination of these findings; `alone` computes it, also if one finding is
    /// `None` because it belongs to the record alone.
    pub(super) fn kind<'a>(
        &self,
        told: impl Iterator<Item = Option<&'a Told<T>>>,
        alone: impl FnOnce() -> DeterminationKind,
    ) -> DeterminationKind
    where
        T: 'a,
    {
        let told: Option<Vec<&Told<T>>> = told.collect();
        let Some(key) = told.and_then(|told| self.key(told.into_iter())) else {
            return alone();
        };
        kept(&self.kinds, &key).unwrap_or_else(|| keep(&self.kinds, key, alone()))
    }

    /// The key of findings: with one key, records have one determination. `None` if there is none.
    fn key<'a>(&self, mut told: impl Iterator<Item = &'a Told<T>>) -> Option<Vec<u32>>
    where
        T: 'a,
    {
        let key = told.try_fold(Vec::new(), |mut key, told| {
            key.push(told.key()?);
            Some(key)
        });
        key.filter(|_| self.is_of_findings)
    }
}

impl<T> Told<T> {
    /// The explanation of a condition for a record, examined alone.
    pub(super) fn alone(
        prepared: &Prepared,
        basis: &Basis,
        condition: ConditionIndex,
        record: RecordIndex,
    ) -> Self {
        let used = &prepared.conditions[condition];
        let examined = examine_bare(used, basis, record);
        let tests = match &used.form {
            Form::Tabular(tree) => tests(tree, basis, record),
            _ => prepared.consulted(&basis.facts.records.id_of(record), condition),
        };
        let varies = || {
            let mut list = examined.leaves.list.iter();
            list.any(|leaf| {
                let reason = leaf.outcome.reason.as_ref();
                !leaf.assumed.is_empty() || reason.is_some_and(|reason| !reason.is_constant())
            })
        };
        // Between several verdicts there is no reason, and this one assumes nothing.
        let varies = examined.leaves.open().is_none() && varies();
        Self {
            number: None,
            has_own_numbers: false,
            varies,
            facts: own_facts(basis, record, &tests),
            tests,
            examined,
            shown: OnceLock::new(),
        }
    }

    /// The finding, but for its reasons, assumptions and waiver where those are the record's own.
    pub(crate) fn finding(&self) -> &Finding {
        &self.examined.finding
    }

    /// Whether its reasons and assumptions are each record's own.
    pub(crate) fn varies(&self) -> bool {
        self.varies
    }

    /// Whether it holds for all that give the same answers.
    pub(super) fn is_shared(&self) -> bool {
        self.number.is_some()
    }

    fn lacks_stated_facts_alone(&self) -> bool {
        let stated = |fact: &FactRef| fact.is_own() && fact.schema.origin == FactOrigin::Stated;
        let of_stated = |test: &Test| test.facts().into_iter().all(stated);
        let leaves = &self.examined.leaves;
        match leaves.open() {
            Some((_, tree)) => tree.tests().all(|asked| of_stated(&asked.test)),
            None => {
                let mut answers = leaves.list.iter().flat_map(|leaf| &leaf.answers);
                answers.all(|(test, _)| of_stated(test))
            }
        }
    }

    /// Its part of a key of findings; `None` if it was computed for one record alone.
    fn key(&self) -> Option<u32> {
        const SETTLED: u32 = 4;
        Some(match self.examined.finding.status {
            Status::Met => 0,
            Status::NotMet => 1,
            Status::NotApplicable => 2,
            Status::Fault => 3,
            Status::Unknown => SETTLED + self.number?,
        })
    }
}

fn tests(tree: &Tree, basis: &Basis, record: RecordIndex) -> Vec<Consulted> {
    let found = consulted(tree, &basis.facts, record).into_iter();
    let one = |(asked, answer): (&crate::tree::Asked, Option<bool>)| Consulted {
        asked: asked.clone(),
        answer,
    };
    found.map(one).collect()
}

/// The stated facts in tests, each once and in order; `None` if not all are the record's own.
fn own_facts(basis: &Basis, record: RecordIndex, tests: &[Consulted]) -> Option<Vec<FactRef>> {
    let facts = tests.iter().flat_map(|one| one.asked.test.facts());
    let facts: Vec<&FactRef> = facts.collect();
    if !facts.iter().all(|fact| fact.is_own()) {
        return None;
    }
    let name = |fact: &FactRef| basis.facts.own_name(record, fact);
    let names: BTreeSet<FactRef> = facts.into_iter().map(name).collect();
    let stated = |fact: &FactRef| fact.schema.origin == FactOrigin::Stated;
    Some(names.into_iter().filter(stated).collect())
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
    asked.all(of_findings) && reasons.all(MessageTemplate::is_constant)
}
