//! All jurisdictions of a rulebook at once: what each condition and they together come to, a byte
//! each. What else there is to say of a finding is worked out for whom somebody asks about.
//!
//! Most records are done with by columns. Those with gaps that could matter are told apart by what
//! they answer to the tests of a tree: the first of each pattern is examined, the others come to the
//! same. What cannot be told so is examined by itself.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;
use std::sync::{Arc, RwLock};

use crate::assess::determination::{Bounds, VERDICTS, apart, kind, together, verdicts};
use crate::assess::finding::{Examined, examine};
use crate::assess::memo::Memo;
use crate::assess::told;
use crate::assessment::{Decider, DeterminationKind, Form, PART, Part, RulebookAssessment, Status, has};
use crate::condition::ConditionId;
use crate::parallel;
use crate::rulebook::Decision;
use crate::tree::{BLOCK, Batch, Bytes, FactRef, Owner, Room, Verdict, bit};

/// What findings came to for the same records before, where that still holds.
#[derive(Default)]
pub(super) struct Kept<'a> {
    pub(super) parts: &'a [Arc<Part>],
    /// By condition: its number before.
    pub(super) conditions: Vec<Option<usize>>,
}

impl<'a> Kept<'a> {
    fn statuses(&self, condition: usize, place: usize) -> Option<&'a [Status]> {
        let known = self.conditions.get(condition).copied().flatten()?;
        Some(&self.parts[place / PART].statuses[known][place % PART..])
    }
}

/// What records, given by their numbers in order, come to.
pub(super) fn assess(assessed: &RulebookAssessment, wanted: &[u32], kept: &Kept) -> Vec<Arc<Part>> {
    let population = Population::new(assessed);
    let parts = (0..wanted.len()).step_by(PART).map(|from| from..(from + PART).min(wanted.len()));
    parallel::map_with(
        parts.collect(),
        || Work::new(&population),
        |work, places| work.part(wanted, places, kept).into(),
    )
}

/// The places in a block of records that all follow one another.
fn together_at(start: usize, records: &[u32]) -> Option<Range<usize>> {
    let (first, last) = (index(*records.first()?), index(*records.last()?));
    (last - first + 1 == records.len()).then(|| first - start..last - start + 1)
}

fn index(record: u32) -> usize {
    usize::try_from(record).expect("it is the number of a record")
}

struct Population<'a> {
    assessed: &'a RulebookAssessment,
    /// By condition; none for a script that no tree can hold.
    trees: Vec<Option<Batch<'a>>>,
    decision: Option<Batch<'a>>,
    /// The ids of those with a waiver.
    waived: BTreeSet<&'a str>,
    /// The conditions that the determination looks at.
    counted: Vec<usize>,
    /// By condition: what patterns of gaps come to. Learnt together by all threads.
    patterns: Vec<RwLock<HashMap<Vec<u8>, Gap>>>,
    /// What groups of conditions come to, by their numbers and those of their patterns.
    groups: RwLock<HashMap<GroupKey, Option<Bounds>>>,
    /// What findings with gaps come to together, by the numbers of their patterns.
    together: RwLock<HashMap<Vec<u32>, DeterminationKind>>,
}

/// Conditions by their numbers, each with the number of a pattern.
type GroupKey = Vec<(u32, u32)>;

/// What a record with gaps comes to.
#[derive(Clone, Copy, Debug)]
struct Gap {
    /// The number of its pattern; none where it was looked at by itself.
    number: Option<u32>,
    status: Status,
    /// The verdicts it can still have, as bits.
    verdicts: u8,
    /// The facts that this depends on, a bit each by their numbers; none where that does not say all.
    facts: Option<u128>,
}

impl Gap {
    fn of(examined: &Examined) -> Self {
        let answers = examined.leaves.list.iter().flat_map(|leaf| &leaf.answers);
        let mut bits = answers.flat_map(|(test, _)| test.facts()).map(|fact| {
            let own = fact.owner == Owner::This && fact.steps.len() == 1;
            own.then(|| 1_u128.checked_shl(u32::try_from(fact.steps[0].fact).ok()?)).flatten()
        });
        let facts = bits.try_fold(0, |all, bit| Some(all | bit?));
        let whole = !examined.leaves.cut_short;
        Self {
            number: None,
            status: examined.finding.status,
            verdicts: verdicts(examined),
            facts: facts.filter(|_| whole),
        }
    }
}

impl<'a> Population<'a> {
    fn new(assessed: &'a RulebookAssessment) -> Self {
        let facts = &assessed.basis.facts;
        let verdict =
            |name: &str| VERDICTS.iter().find(|(_, known)| *known == name).map_or(0, |(verdict, _)| bit(*verdict));
        let finding = |fact: &FactRef| {
            let is = |id: &ConditionId| id.as_str() == fact.path.as_str();
            assessed.conditions.iter().position(|used| is(&used.condition.id))
        };
        let trees = assessed.conditions.iter().map(|used| match &used.form {
            Form::Tabular(tree) => Some(Batch::new(tree, facts, &|_| None, &verdict)),
            _ => None,
        });
        let decision = match &*assessed.decider {
            Decider::Tree(tree, _) => Some(Batch::new(tree, facts, &finding, &verdict)),
            _ => None,
        };
        let counted = match &*assessed.decider {
            Decider::Count(_, required) => required.clone(),
            _ => (0..assessed.conditions.len()).collect(),
        };
        Self {
            assessed,
            trees: trees.collect(),
            decision,
            waived: assessed.basis.criteria.waivers.all().map(|waiver| waiver.jurisdiction.as_str()).collect(),
            counted,
            patterns: assessed.conditions.iter().map(|_| RwLock::default()).collect(),
            groups: RwLock::default(),
            together: RwLock::default(),
        }
    }

    /// What a record with gaps comes to that is like others of its pattern.
    fn of_pattern(&self, condition: usize, pattern: &[u8], record: usize) -> Gap {
        let known = self.patterns[condition].read().expect(NO_PANIC).get(pattern).copied();
        known.unwrap_or_else(|| {
            let found = self.alone(condition, record);
            let mut patterns = self.patterns[condition].write().expect(NO_PANIC);
            let number = u32::try_from(patterns.len()).ok();
            *patterns.entry(pattern.to_vec()).or_insert(Gap { number, ..found })
        })
    }

    /// What a record comes to, looked at by itself.
    fn alone(&self, condition: usize, record: usize) -> Gap {
        let assessed = self.assessed;
        Gap::of(&examine(&assessed.conditions[condition], &assessed.basis, record))
    }

    /// The least and the most of conditions whose missing facts have to do with one another.
    fn of_group(&self, group: &[(usize, Gap)], record: usize) -> Option<Bounds> {
        if let [(_, gap)] = group {
            let mut bounds = Bounds::default();
            bounds.add(gap.verdicts);
            return (gap.verdicts & bit(Verdict::Fault) == 0).then_some(bounds);
        }
        let number = |condition: usize| u32::try_from(condition).ok();
        let key: GroupKey =
            group.iter().map(|(condition, gap)| Some((number(*condition)?, gap.number?))).collect::<Option<_>>()?;
        let known = self.groups.read().expect(NO_PANIC).get(&key).copied();
        known.unwrap_or_else(|| {
            let (conditions, basis) = (&self.assessed.conditions, &self.assessed.basis);
            let examined: Vec<Examined> =
                group.iter().map(|(condition, _)| examine(&conditions[*condition], basis, record)).collect();
            let found = together(&examined.iter().collect::<Vec<_>>());
            self.groups.write().expect(NO_PANIC).insert(key, found);
            found
        })
    }

    /// The determination of a record for which it is not told by each finding alone. `key` tells it
    /// apart from those that come to something else.
    fn together(&self, key: Option<Vec<u32>>, record: usize) -> DeterminationKind {
        let known = key.as_ref().and_then(|key| self.together.read().expect(NO_PANIC).get(key).copied());
        known.unwrap_or_else(|| {
            let assessed = self.assessed;
            let examined: Vec<Examined> =
                assessed.conditions.iter().map(|used| examine(used, &assessed.basis, record)).collect();
            let kind = kind(&assessed.decider, &assessed.basis, record, &examined);
            if let Some(key) = key {
                self.together.write().expect(NO_PANIC).insert(key, kind);
            }
            kind
        })
    }
}

const NO_PANIC: &str = "nothing panics while it writes there";

/// The work of one thread.
struct Work<'a> {
    population: &'a Population<'a>,
    /// What the records of the part that is worked on come to.
    found: Part,
    room: Room,
    /// By condition: the verdicts that records of a block can reach, as bits.
    bits: Vec<Bytes>,
    /// By condition: what those with gaps come to, by place in the block.
    gaps: Vec<HashMap<usize, Gap>>,
    memos: Vec<Memo<(Status, u8)>>,
    /// By condition: patterns that were met before, so that nobody waits for them.
    known: Vec<HashMap<Vec<u8>, Gap>>,
    pattern: Vec<u8>,
}

impl<'a> Work<'a> {
    fn new(population: &'a Population<'a>) -> Self {
        let conditions = population.trees.len();
        Self {
            population,
            found: Part::default(),
            room: Room::default(),
            bits: vec![[0; BLOCK]; conditions],
            gaps: vec![HashMap::new(); conditions],
            memos: (0..conditions).map(|_| Memo::default()).collect(),
            known: vec![HashMap::new(); conditions],
            pattern: Vec::new(),
        }
    }

    /// What the records at some places come to.
    fn part(&mut self, wanted: &[u32], places: Range<usize>, kept: &Kept) -> Part {
        self.found = Part::with_room(self.population.trees.len(), places.len());
        let mut from = places.start;
        while from < places.end {
            let start = index(wanted[from]) / BLOCK * BLOCK;
            let to = from + wanted[from..places.end].partition_point(|record| index(*record) < start + BLOCK);
            self.block(start, &wanted[from..to], from, kept);
            from = to;
        }
        std::mem::take(&mut self.found)
    }

    /// Records of one block, the first of them at `place` of all.
    fn block(&mut self, start: usize, records: &[u32], place: usize, kept: &Kept) {
        let mut wanted = [0; BLOCK];
        match together_at(start, records) {
            Some(places) => wanted[places].fill(u8::MAX),
            None => records.iter().for_each(|record| wanted[index(*record) - start] = u8::MAX),
        }
        for condition in 0..self.population.trees.len() {
            self.gaps[condition].clear();
            let kept = kept.statuses(condition, place).map(|kept| &kept[..records.len()]);
            self.condition(condition, start, records, &wanted, kept);
        }
        self.determinations(start, records, &wanted);
        self.waived(records);
    }

    fn condition(&mut self, condition: usize, start: usize, records: &[u32], wanted: &Bytes, kept: Option<&[Status]>) {
        let population = self.population;
        let statuses = &mut self.found.statuses[condition];
        let from = statuses.len();
        let bits = &mut self.bits[condition];
        let Some(batch) = population.trees[condition].as_ref().filter(|_| kept.is_none()) else {
            let (used, basis) = (&population.assessed.conditions[condition], &population.assessed.basis);
            match kept {
                Some(kept) => statuses.extend_from_slice(kept),
                None => {
                    let memo = &mut self.memos[condition];
                    for (place, record) in records.iter().enumerate() {
                        let (status, verdicts) = memo.status(used, basis, index(*record));
                        statuses.push(status);
                        if status == Status::Unknown {
                            let gap = Gap { number: None, status, verdicts, facts: None };
                            self.gaps[condition].insert(place, gap);
                        }
                    }
                }
            }
            for (record, status) in records.iter().zip(&statuses[from..]) {
                bits[index(*record) - start] = bits_of(*status);
            }
            return;
        };
        batch.verdicts(start, wanted, &[], &mut self.room, bits);
        match together_at(start, records) {
            Some(places) => statuses.extend(bits[places].iter().map(|bits| status_of(*bits))),
            None => statuses.extend(records.iter().map(|record| status_of(bits[index(*record) - start]))),
        }
        if !has(&statuses[from..], Status::Unknown) {
            return;
        }
        for (place, status) in statuses[from..].iter_mut().enumerate().filter(|(_, status)| **status == Status::Unknown)
        {
            let record = index(records[place]);
            let gap = match batch.pattern(record, &mut self.pattern) {
                None => population.alone(condition, record),
                Some(()) => match self.known[condition].get(&self.pattern) {
                    Some(known) => *known,
                    None => {
                        let found = population.of_pattern(condition, &self.pattern, record);
                        self.known[condition].insert(self.pattern.clone(), found);
                        found
                    }
                },
            };
            *status = gap.status;
            bits[record - start] = bits_of(gap.status);
            if gap.status == Status::Unknown {
                self.gaps[condition].insert(place, gap);
            }
        }
    }

    fn determinations(&mut self, start: usize, records: &[u32], wanted: &Bytes) {
        let population = self.population;
        let bits = population.counted.iter().map(|condition| &self.bits[*condition]);
        let told = match (&*population.assessed.decider, &population.decision) {
            (Decider::Count(decision, _), _) => told::by_count(bits, decision),
            (Decider::Tree(..), Some(batch)) => {
                let mut decided = [0; BLOCK];
                batch.verdicts(start, wanted, &self.bits, &mut self.room, &mut decided);
                told::by_tree(bits, &decided)
            }
            _ => [told::OPEN; BLOCK],
        };
        for (place, record) in records.iter().enumerate() {
            let at = index(*record) - start;
            let kind = told::kind(told[at]).unwrap_or_else(|| match &*population.assessed.decider {
                Decider::Count(decision, required) => self.bounded(decision, required, place, at, *record),
                Decider::Tree(..) => population.together(self.key(place, at), index(*record)),
                Decider::Broken => DeterminationKind::Fault,
            });
            self.found.kinds.push(kind);
        }
    }

    /// The determination of a record with gaps or faults that matter.
    fn bounded(
        &self,
        decision: &Decision,
        required: &[usize],
        place: usize,
        at: usize,
        record: u32,
    ) -> DeterminationKind {
        let (mut loose, mut exact) = (Bounds::default(), Bounds::default());
        let mut open: Vec<(usize, Gap)> = Vec::new();
        let mut whole = true;
        for condition in required {
            match (self.gaps[*condition].get(&place), self.bits[*condition][at]) {
                (Some(gap), _) => {
                    loose.add(gap.verdicts);
                    open.push((*condition, *gap));
                }
                // What is unknown and has no gap could be anything, as what is at fault.
                (None, bits) => {
                    loose.add(if bits == 0 { bit(Verdict::Fault) } else { bits });
                    exact.add(bits);
                    whole &= !matches!(bits, 0 | 8);
                }
            }
        }
        if let Some(kind) = loose.decided(decision) {
            return kind;
        }
        // One alone shares no fact with another.
        whole &= open.len() < 2 || open.iter().all(|(_, gap)| gap.facts.is_some() && gap.number.is_some());
        let shares = |a: &(usize, Gap), b: &(usize, Gap)| a.1.facts.unwrap_or(0) & b.1.facts.unwrap_or(0) != 0;
        let groups = if whole { apart(&open, shares) } else { Vec::new() };
        for group in groups {
            let group: Vec<(usize, Gap)> = group.into_iter().map(|index| open[index]).collect();
            match self.population.of_group(&group, index(record)) {
                Some(bounds) => exact.join(bounds),
                None => whole = false,
            }
        }
        if whole {
            // What is least and most for each group can come about whatever the others do.
            return exact.decided(decision).unwrap_or(DeterminationKind::Undetermined);
        }
        self.population.together(self.key(place, at), index(record))
    }

    /// What tells a record apart from those with another determination.
    fn key(&self, place: usize, at: usize) -> Option<Vec<u32>> {
        let population = self.population;
        let of_findings = population.decision.as_ref().is_none_or(Batch::is_of_findings);
        let key = population.counted.iter().map(|condition| match self.bits[*condition][at] {
            0 => Some(self.gaps[*condition].get(&place)?.number? + 16),
            bits => Some(u32::from(bits)),
        });
        key.collect::<Option<_>>().filter(|_| of_findings)
    }

    /// Those with a waiver are few, and looked at again by themselves.
    fn waived(&mut self, records: &[u32]) {
        let population = self.population;
        if population.waived.is_empty() {
            return;
        }
        let assessed = population.assessed;
        let from = self.found.kinds.len() - records.len();
        for (place, record) in records.iter().enumerate() {
            if population.waived.contains(assessed.records().id(index(*record))) {
                let one = super::jurisdictions::afresh(assessed, index(*record));
                self.found.kinds[from + place] = one.determination.kind;
            }
        }
    }
}

/// The status of verdicts that can be reached; unknown stands for several.
fn status_of(bits: u8) -> Status {
    match bits {
        1 => Status::Met,
        2 => Status::NotMet,
        4 => Status::NotApplicable,
        8 => Status::Fault,
        _ => Status::Unknown,
    }
}

/// The bit of a status; none for unknown.
fn bits_of(status: Status) -> u8 {
    match status {
        Status::Met => 1,
        Status::NotMet => 2,
        Status::NotApplicable => 4,
        Status::Fault => 8,
        Status::Unknown => 0,
    }
}
