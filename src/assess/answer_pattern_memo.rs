//! Results of records with gaps, computed once for all similar records: of a condition by the
//! answers on all its paths, of conditions that share missing facts by those of all of them.
//! Threads share what they find; each also keeps what it has met itself.
//!
//! Example: a thousand records that lack the same fact and are on the same side of every other
//! test: the first is examined with a search, the other 999 find its result under the same pattern.
//!
//! INVARIANT: what is kept under a pattern follows from the pattern and the criteria alone, so
//! which record came first, and on which thread, changes nothing.
//! INVARIANT: a condition whose result depends on more than its answers has no number, and each of
//! its records is examined alone.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::RwLock;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::assess::count_bounds::{CountBounds, together};
use crate::assess::examine_condition::{Examined, come_to_bare};
use crate::assess::overall_determination::{is_exact, kind, verdicts};
use crate::assess::prepared_rulebook::{Decider, Prepared};
use crate::assess::result_types::{DeterminationKind, Status};
use crate::model::typed_indexes::ConditionIndex;
use crate::model::typed_indexes::RecordIndex;
use crate::tree::{BLOCK, Batch, FactRef, Verdict, bit};

/// The result of a condition for a record with gaps.
#[derive(Clone, Copy, Debug)]
pub(super) struct Gap {
    /// The number of its pattern; `None` if the record was examined alone.
    pub(super) number: Option<u32>,
    pub(super) status: Status,
    /// The verdicts it can still have, as bits.
    pub(super) verdicts: u8,
    /// The facts that this depends on, one bit each by index; `None` if they do not determine it,
    /// or are not known.
    pub(super) facts: Option<u128>,
    /// Each verdict occurs in a completion. The facts it depends on were not looked at.
    pub(super) tried: bool,
}

impl Gap {
    fn of(examined: &Examined) -> Self {
        let leaves = &examined.leaves;
        let facts = match leaves.open() {
            Some((left, _)) => bits_of(left.facts.iter()),
            None if leaves.cut_short.is_some() || !is_exact(examined) => None,
            None => {
                let answers = leaves.list.iter().flat_map(|leaf| &leaf.answers);
                bits_of(answers.flat_map(|(test, _)| test.facts()))
            }
        };
        Self {
            number: None,
            status: examined.finding.status,
            verdicts: verdicts(examined),
            facts,
            tried: false,
        }
    }

    /// The result of a record from all possible verdicts, and the facts that they depend on.
    fn exactly(&(verdicts, facts): &(u8, u128)) -> Self {
        Self {
            number: None,
            status: status_of(verdicts),
            verdicts,
            facts: (verdicts & bit(Verdict::Fault) == 0).then_some(facts),
            tried: false,
        }
    }

    /// The result of a record whose completions gave all possible verdicts.
    pub(super) fn of_all(verdicts: u8) -> Self {
        Self {
            number: None,
            status: status_of(verdicts),
            verdicts,
            facts: None,
            tried: true,
        }
    }

    pub(super) fn shares(&self, facts: u128) -> bool {
        self.facts.unwrap_or(0) & facts != 0
    }
}

/// Facts of the record itself, one bit each by index; `None` if one has no bit.
fn bits_of<'f>(mut facts: impl Iterator<Item = &'f FactRef>) -> Option<u128> {
    facts.try_fold(0, |all, fact| {
        let own = fact.steps().first().filter(|_| fact.is_own())?;
        Some(all | 1_u128.checked_shl(u32::try_from(own.fact.get()).ok()?)?)
    })
}

/// The status for a set of possible verdicts; unknown for several.
pub(super) fn status_of(bits: u8) -> Status {
    match bits {
        1 => Status::Met,
        2 => Status::NotMet,
        4 => Status::NotApplicable,
        8 => Status::Fault,
        _ => Status::Unknown,
    }
}

/// Conditions by their numbers, each with the number of a pattern.
type GroupKey = Vec<(u32, u32)>;

/// The results that all threads share.
pub(super) struct Learnt<'a> {
    prepared: &'a Prepared,
    /// By condition: the results of patterns.
    patterns: Vec<RwLock<HashMap<Vec<u8>, Gap>>>,
    /// The number of the next pattern.
    next: AtomicU32,
    /// The results of groups of conditions.
    groups: RwLock<HashMap<GroupKey, Option<CountBounds>>>,
    /// The determination of findings with gaps, by the numbers of their patterns.
    together: RwLock<HashMap<Vec<u32>, DeterminationKind>>,
}

const NO_PANIC: &str = "nothing panics while it writes there";

/// The most patterns of a condition, groups and determinations that all threads share: if records
/// are rarely similar, keeping more would take memory and save nothing.
const MOST_SHARED: usize = 65_536;

/// Keeps a result, as long as there is room.
fn keep<K: Eq + Hash, T: Copy>(known: &RwLock<HashMap<K, T>>, key: K, found: T) -> T {
    let mut known = known.write().expect(NO_PANIC);
    if known.len() >= MOST_SHARED {
        return found;
    }
    // Another thread may have been faster.
    *known.entry(key).or_insert(found)
}

impl<'a> Learnt<'a> {
    pub(super) fn new(prepared: &'a Prepared) -> Self {
        Self {
            prepared,
            patterns: prepared
                .conditions
                .iter()
                .map(|_| RwLock::default())
                .collect(),
            next: AtomicU32::new(0),
            groups: RwLock::default(),
            together: RwLock::default(),
        }
    }

    /// The result of a record with gaps, computed once for its pattern.
    fn of_pattern(
        &self,
        (condition, batch): (ConditionIndex, &Batch<'_>),
        pattern: Vec<u8>,
        record: RecordIndex,
    ) -> Gap {
        let known = self.patterns[condition]
            .read()
            .expect(NO_PANIC)
            .get(&pattern)
            .copied();
        known.unwrap_or_else(|| {
            let exact = batch.by_single_facts(record);
            let exact = exact.as_ref().map(Gap::exactly);
            let number = Some(self.next.fetch_add(1, Ordering::Relaxed));
            keep(
                &self.patterns[condition],
                pattern,
                Gap {
                    number,
                    ..exact.unwrap_or_else(|| self.alone(condition, record))
                },
            )
        })
    }

    /// The result of a record, examined alone.
    pub(super) fn alone(&self, condition: ConditionIndex, record: RecordIndex) -> Gap {
        Gap::of(&self.examined(condition, record))
    }

    /// A condition for a record, without the waivers of that record: others are like it in all
    /// else.
    fn examined(&self, condition: ConditionIndex, record: RecordIndex) -> Examined {
        let prepared = self.prepared;
        come_to_bare(&prepared.conditions[condition], &prepared.basis, record)
    }

    /// The least and the most of conditions whose missing facts have to do with one another.
    fn of_group(
        &self,
        key: &GroupKey,
        group: &[(ConditionIndex, Gap)],
        record: RecordIndex,
    ) -> Option<CountBounds> {
        let known = self.groups.read().expect(NO_PANIC).get(key).copied();
        known.unwrap_or_else(|| keep(&self.groups, key.clone(), self.by_itself(group, record)))
    }

    /// The bounds of a group of conditions, found for this record alone.
    fn by_itself(
        &self,
        group: &[(ConditionIndex, Gap)],
        record: RecordIndex,
    ) -> Option<CountBounds> {
        let Decider::Count(decision, _) = &*self.prepared.decider else {
            return None;
        };
        let examined = group
            .iter()
            .map(|(condition, _)| self.examined(*condition, record));
        let examined: Vec<Examined> = examined.collect();
        let examined: Vec<&Examined> = examined.iter().collect();
        together(&examined, decision, self.prepared.basis.bindings.limits)
    }

    /// The determination of a record that does not follow from single findings. Records with one
    /// `key` have one determination.
    pub(super) fn together(&self, key: Option<Vec<u32>>, record: RecordIndex) -> DeterminationKind {
        let known = key
            .as_ref()
            .and_then(|key| self.together.read().expect(NO_PANIC).get(key).copied());
        known.unwrap_or_else(|| {
            let prepared = self.prepared;
            let examined: Vec<Examined> = ConditionIndex::first(prepared.conditions.len())
                .map(|condition| self.examined(condition, record))
                .collect();
            let kind = kind(&prepared.decider, &prepared.basis, record, &examined);
            key.map_or(kind, |key| keep(&self.together, key, kind))
        })
    }
}

/// The most patterns of one condition, and groups, that a thread keeps.
const MOST_KEPT: usize = 16_384;

/// The patterns of one condition that a thread has met, and the gaps of its current block.
pub(super) struct LocalPatterns {
    /// Patterns as a tree: by place and answer the next place, 0 if there is none yet.
    next: Vec<[u32; 3]>,
    /// By place: the result of a pattern that ends there, by its index in `gaps`.
    ends: Vec<u32>,
    gaps: Vec<Gap>,
    /// The results of records examined alone in this block.
    alone: Vec<Gap>,
    /// By place in the block: the number of a gap.
    here: Box<[u32; BLOCK]>,
}

/// No gap, and where nothing ends.
const NONE: u32 = u32::MAX;
/// The number of a gap that was looked at by itself is among these.
const ALONE: u32 = 1 << 31;

impl LocalPatterns {
    pub(super) fn new() -> Self {
        Self {
            next: vec![[0; 3]],
            ends: vec![NONE],
            gaps: Vec::new(),
            alone: Vec::new(),
            here: vec![NONE; BLOCK].try_into().expect("it has this length"),
        }
    }

    /// Begins a block, in which there are gaps.
    pub(super) fn begin(&mut self) {
        self.here.fill(NONE);
        self.alone.clear();
        if self.next.len() > MOST_KEPT {
            (self.next, self.ends) = (vec![[0; 3]], vec![NONE]);
            self.gaps.clear();
        }
    }

    /// The gap of the record at a place in the block.
    pub(super) fn at(&self, nth: usize) -> Option<&Gap> {
        match self.here[nth] {
            NONE => None,
            number if number & ALONE == 0 => self.gaps.get(index(number)),
            number => self.alone.get(index(number & !ALONE)),
        }
    }

    /// Notes the result of the record at a place, which was examined alone.
    pub(super) fn note(&mut self, nth: usize, gap: Gap) {
        self.here[nth] = number(self.alone.len()) | ALONE;
        self.alone.push(gap);
    }

    /// Finds the result of the record at a place; `None` if its pattern does not determine it.
    pub(super) fn find(
        &mut self,
        (condition, batch): (ConditionIndex, &Batch<'_>),
        learnt: &Learnt<'_>,
        nth: usize,
        record: RecordIndex,
    ) -> Option<Gap> {
        // For a tree that may have very long patterns none is kept: that would take more room than
        // the time it saves is worth.
        const LONGEST: usize = 1_024;
        if batch.has_states() && batch.nodes() > LONGEST {
            let gap = Gap::exactly(&batch.by_single_facts(record)?);
            self.note(nth, gap);
            return Some(gap);
        }
        let mut end = 0;
        batch.pattern(record, &mut |answer| end = self.step(end, answer))?;
        if self.ends[end] == NONE {
            let mut pattern = Vec::new();
            batch.pattern(record, &mut |answer| pattern.push(answer));
            self.ends[end] = number(self.gaps.len());
            self.gaps
                .push(learnt.of_pattern((condition, batch), pattern, record));
        }
        self.here[nth] = self.ends[end];
        Some(self.gaps[index(self.ends[end])])
    }

    fn step(&mut self, from: usize, answer: u8) -> usize {
        let next = self.next[from][usize::from(answer)];
        if next != 0 {
            return index(next);
        }
        let to = self.next.len();
        self.next[from][usize::from(answer)] = number(to);
        self.next.push([0; 3]);
        self.ends.push(NONE);
        to
    }
}

fn index(number: u32) -> usize {
    usize::try_from(number).expect("it numbers what is in memory")
}

fn number(index: usize) -> u32 {
    u32::try_from(index).expect("a block is short, and so is what is kept beside it")
}

/// The bounds of conditions together, as completions give them.
type BoundsOfTrials<'t> = dyn Fn(&[(ConditionIndex, Gap)]) -> Option<CountBounds> + 't;

/// The conditions with gaps of one record, combined.
#[derive(Default)]
pub(super) struct Together {
    /// Conditions not yet in a group, each with its gap.
    pub(super) open: Vec<(ConditionIndex, Gap)>,
    group: Vec<(ConditionIndex, Gap)>,
    key: GroupKey,
    known: HashMap<GroupKey, Option<CountBounds>>,
}

impl Together {
    /// The bounds of the open conditions; `None` if they are not exact. Conditions that share no
    /// missing fact are independent. `tried` gives the bounds of those that share facts, if
    /// completions determine them.
    pub(super) fn bounds(
        &mut self,
        learnt: &Learnt<'_>,
        record: RecordIndex,
        tried: &BoundsOfTrials<'_>,
    ) -> Option<CountBounds> {
        let mut all = CountBounds::default();
        // One alone shares no fact with another.
        if self.open.len() > 1 && !self.open.iter().all(|(_, gap)| gap.facts.is_some()) {
            return None;
        }
        while let Some(first) = self.open.pop() {
            self.take_group(first);
            match self.group.as_slice() {
                [(_, gap)] if gap.verdicts & bit(Verdict::Fault) != 0 => return None,
                [(_, gap)] => all.add(gap.verdicts),
                group => {
                    let tried = tried(group);
                    all.join(match tried {
                        Some(bounds) => bounds,
                        None => self.of_group(learnt, record)?,
                    });
                }
            }
        }
        Some(all)
    }

    /// Takes out a condition, and all that share facts with it or with one another.
    fn take_group(&mut self, first: (ConditionIndex, Gap)) {
        let mut facts = first.1.facts.unwrap_or(0);
        self.group.clear();
        self.group.push(first);
        let mut grown = true;
        while grown {
            let before = self.group.len();
            let group = &mut self.group;
            self.open.retain(|one| {
                let shares = one.1.shares(facts);
                if shares {
                    facts |= one.1.facts.unwrap_or(0);
                    group.push(*one);
                }
                !shares
            });
            grown = self.group.len() > before;
        }
        self.group.sort_unstable_by_key(|(condition, _)| *condition);
    }

    fn of_group(&mut self, learnt: &Learnt<'_>, record: RecordIndex) -> Option<CountBounds> {
        if self.group.iter().any(|(_, gap)| gap.number.is_none()) {
            return learnt.by_itself(&self.group, record);
        }
        self.key.clear();
        self.key.extend(
            self.group
                .iter()
                .map(|(condition, gap)| (number(condition.get()), gap.number.unwrap_or(NONE))),
        );
        if let Some(known) = self.known.get(&self.key) {
            return *known;
        }
        let found = learnt.of_group(&self.key, &self.group, record);
        if self.known.len() >= MOST_KEPT {
            self.known.clear();
        }
        self.known.insert(self.key.clone(), found);
        found
    }
}
