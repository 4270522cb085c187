//! All jurisdictions of a rulebook at once: what each condition and they together come to, a byte
//! each. What else there is to say of a finding is worked out for whom somebody asks about.
//!
//! Most records are done with by columns. Those with gaps that could matter are told apart by what
//! they answer to the tests of a tree: the first of each pattern is examined, the others come to the
//! same. What cannot be told so is examined by itself.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use crate::assess::determination::{Settled, VERDICTS, determine};
use crate::assess::finding::{Examined, examine};
use crate::assess::memo::Memo;
use crate::assessment::{Decider, DeterminationKind, Form, RulebookAssessment, Status};
use crate::condition::ConditionId;
use crate::parallel;
use crate::tree::{BLOCK, Batch, Bytes, FactRef, Room, Verdict, bit};

/// What the records asked for came to.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// By condition, then by record in the order asked for.
    pub(super) statuses: Vec<Vec<Status>>,
    pub(super) kinds: Vec<DeterminationKind>,
}

/// The blocks that one thread does in one go: enough to learn the patterns of gaps from.
const BLOCKS: usize = 8;

/// What records, given by their numbers in order, come to. `kept`: by condition, what it came to for
/// the same records before, where that still holds.
pub(super) fn assess(assessed: &RulebookAssessment, wanted: &[u32], kept: &[Option<&[Status]>]) -> Found {
    let population = Population::new(assessed);
    let parts: Vec<Found> = parallel::map(parts(wanted), |part| population.part(wanted, part, kept));
    let mut parts = parts.into_iter();
    let Some(mut found) = parts.next() else {
        return Found { statuses: vec![Vec::new(); assessed.conditions.len()], kinds: Vec::new() };
    };
    found.kinds.reserve_exact(wanted.len() - found.kinds.len());
    for statuses in &mut found.statuses {
        statuses.reserve_exact(wanted.len() - statuses.len());
    }
    for part in parts {
        found.kinds.extend(part.kinds);
        found.statuses.iter_mut().zip(part.statuses).for_each(|(all, part)| all.extend(part));
    }
    found
}

fn index(record: u32) -> usize {
    usize::try_from(record).expect("it is the number of a record")
}

/// The places of records that lie in the same blocks.
fn parts(wanted: &[u32]) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut from = 0;
    while from < wanted.len() {
        let end = (index(wanted[from]) / (BLOCK * BLOCKS) + 1) * BLOCK * BLOCKS;
        let to = from + wanted[from..].partition_point(|record| index(*record) < end);
        parts.push(from..to);
        from = to;
    }
    parts
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
        let waived = assessed.basis.criteria.waivers.all().map(|waiver| waiver.jurisdiction.as_str()).collect();
        Self { assessed, trees: trees.collect(), decision, waived, counted }
    }

    /// What the records at some places come to.
    fn part(&self, wanted: &[u32], places: Range<usize>, kept: &[Option<&[Status]>]) -> Found {
        let mut work = Work::new(self, places.len());
        let mut from = places.start;
        while from < places.end {
            let start = index(wanted[from]) / BLOCK * BLOCK;
            let to = from + wanted[from..places.end].partition_point(|record| index(*record) < start + BLOCK);
            work.block(start, &wanted[from..to], from, kept);
            from = to;
        }
        work.found
    }
}

/// The work on some blocks.
struct Work<'a> {
    population: &'a Population<'a>,
    found: Found,
    room: Room,
    /// By condition: the bits of a block.
    bits: Vec<Bytes>,
    /// By condition: what patterns of gaps come to, and for whom a pattern was looked up in this block.
    gaps: Vec<Gaps>,
    /// What conditions with gaps come to together, by their patterns.
    together: HashMap<Vec<u32>, DeterminationKind>,
    memos: Vec<Memo>,
    pattern: Vec<u8>,
}

#[derive(Default)]
struct Gaps {
    known: HashMap<Vec<u8>, (u32, Status)>,
    /// By place in the block; 0 where there is no pattern.
    patterns: HashMap<usize, u32>,
}

impl<'a> Work<'a> {
    fn new(population: &'a Population<'a>, count: usize) -> Self {
        let conditions = population.trees.len();
        let empty = || Vec::with_capacity(count);
        Self {
            population,
            found: Found { statuses: (0..conditions).map(|_| empty()).collect(), kinds: Vec::with_capacity(count) },
            room: Room::default(),
            bits: vec![[0; BLOCK]; conditions],
            gaps: (0..conditions).map(|_| Gaps::default()).collect(),
            together: HashMap::new(),
            memos: (0..conditions).map(|_| Memo::default()).collect(),
            pattern: Vec::new(),
        }
    }

    /// Records of one block, the first of them at `place` of all.
    fn block(&mut self, start: usize, records: &[u32], place: usize, kept: &[Option<&[Status]>]) {
        let mut wanted = [0; BLOCK];
        for record in records {
            wanted[index(*record) - start] = u8::MAX;
        }
        for condition in 0..self.population.trees.len() {
            let kept = kept.get(condition).copied().flatten().map(|kept| &kept[place..place + records.len()]);
            self.condition(condition, start, records, &wanted, kept);
        }
        self.determinations(start, records, &wanted);
        self.waived(records);
    }

    fn condition(&mut self, condition: usize, start: usize, records: &[u32], wanted: &Bytes, kept: Option<&[Status]>) {
        let population = self.population;
        let assessed = population.assessed;
        let used = &assessed.conditions[condition];
        self.gaps[condition].patterns.clear();
        let known = |this: u32| examine(used, &assessed.basis, index(this)).finding.status;
        let statuses = &mut self.found.statuses[condition];
        match (&population.trees[condition], kept) {
            (Some(batch), None) => {
                let bits = batch.verdicts(start, wanted, &[], &mut self.room);
                statuses.extend(records.iter().map(|record| status_of(bits[index(*record) - start])));
                let from = statuses.len() - records.len();
                for (place, record) in records.iter().enumerate() {
                    if statuses[from + place] != Status::Unknown {
                        continue;
                    }
                    let Some(()) = batch.pattern(index(*record), &mut self.pattern) else {
                        statuses[from + place] = known(*record);
                        continue;
                    };
                    let gaps = &mut self.gaps[condition];
                    let (pattern, status) = match gaps.known.get(&self.pattern) {
                        Some(known) => *known,
                        None => {
                            let number = u32::try_from(gaps.known.len() + 1).expect("there are fewer than records");
                            let found = (number, known(*record));
                            gaps.known.insert(self.pattern.clone(), found);
                            found
                        }
                    };
                    statuses[from + place] = status;
                    if status == Status::Unknown {
                        gaps.patterns.insert(place, pattern);
                    }
                }
            }
            (_, Some(kept)) => statuses.extend_from_slice(kept),
            (None, None) => {
                let memo = &mut self.memos[condition];
                statuses.extend(records.iter().map(|record| memo.status(used, &assessed.basis, index(*record))));
            }
        }
        let from = statuses.len() - records.len();
        let bits = &mut self.bits[condition];
        records
            .iter()
            .zip(&statuses[from..])
            .for_each(|(record, status)| bits[index(*record) - start] = bits_of(*status));
    }

    fn determinations(&mut self, start: usize, records: &[u32], wanted: &Bytes) {
        let population = self.population;
        let decided =
            population.decision.as_ref().map(|batch| batch.verdicts(start, wanted, &self.bits, &mut self.room));
        for (place, record) in records.iter().enumerate() {
            let at = index(*record) - start;
            let open =
                |condition: &usize| !self.bits[*condition][at].is_power_of_two() || self.bits[*condition][at] == 8;
            let settled = match (&*population.assessed.decider, &decided) {
                (Decider::Broken, _) => Some(DeterminationKind::Fault),
                (Decider::Count(decision, required), _) => {
                    let mut count = Settled::default();
                    for condition in required {
                        count.add(verdict_of(self.bits[*condition][at]));
                    }
                    count.decided(decision)
                }
                (Decider::Tree(..), Some(bits)) if !population.counted.iter().any(open) => match bits[at] {
                    1 => Some(DeterminationKind::Eligible),
                    2 | 4 => Some(DeterminationKind::Ineligible),
                    _ => None,
                },
                (Decider::Tree(..), _) => None,
            };
            let kind = settled.unwrap_or_else(|| self.together(place, at, *record));
            self.found.kinds.push(kind);
        }
    }

    /// The determination of a record for which it depends on what is not settled.
    fn together(&mut self, place: usize, at: usize, record: u32) -> DeterminationKind {
        let population = self.population;
        let of_findings = population.decision.as_ref().is_none_or(Batch::is_of_findings);
        let key = population.counted.iter().map(|condition| match self.bits[*condition][at] {
            0 => self.gaps[*condition].patterns.get(&place).map(|pattern| pattern + 16),
            bits => Some(u32::from(bits)),
        });
        let key: Option<Vec<u32>> = key.collect::<Option<_>>().filter(|_| of_findings);
        if let Some(known) = key.as_ref().and_then(|key| self.together.get(key)) {
            return *known;
        }
        let assessed = population.assessed;
        let examined: Vec<Examined> =
            assessed.conditions.iter().map(|used| examine(used, &assessed.basis, index(record))).collect();
        let kind = determine(&assessed.decider, &assessed.basis, index(record), &examined).kind;
        if let Some(key) = key {
            self.together.insert(key, kind);
        }
        kind
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

/// The verdict that a condition has for certain.
fn verdict_of(bits: u8) -> Option<Verdict> {
    match bits {
        1 => Some(Verdict::Met),
        2 => Some(Verdict::NotMet),
        4 => Some(Verdict::NotApplicable),
        _ => None,
    }
}
