//! Assesses all jurisdictions of a rulebook at once: the status of each condition and the
//! determination, one byte each. Other details of a finding are computed on request.
//!
//! Most records are assessed by columns. Those with gaps that could matter are grouped by their
//! answers to the tests of a tree: the first of each pattern is examined, and the others have the
//! same result. The rest are examined one by one.

use std::ops::Range;
use std::sync::Arc;

use crate::assess::answer_pattern_memo::{Gap, LocalPatterns, Together, status_of};
use crate::assess::assessment::{PART, Prepared, ResultPart, has};
use crate::assess::batch_determination_from_findings;
use crate::assess::columnar_trees::Population;
use crate::assess::count_bounds::CountBounds;
use crate::assess::overall_determination::afresh;
use crate::assess::prepared_rulebook::Decider;
use crate::assess::result_types::{DeterminationKind, Status};
use crate::assess::script_result_by_facts_read::ScriptMemo;
use crate::assess::trial_completion_results::{Trials, TriedFinding};
use crate::base::parallel;
use crate::model::rulebook::Decision;
use crate::model::typed_indexes::ConditionIndex;
use crate::model::typed_indexes::RecordIndex;
use crate::tree::{BLOCK, Batch, BlockBytes, Rows, Verdict, WalkBuffers, bit};

/// Earlier findings of the same records that are still valid.
#[derive(Default)]
pub(super) struct KeptResults<'a> {
    pub(super) parts: &'a [Arc<ResultPart>],
    /// By condition: its earlier index.
    pub(super) conditions: Vec<Option<ConditionIndex>>,
}

impl<'a> KeptResults<'a> {
    fn statuses(&self, condition: ConditionIndex, first: usize) -> Option<&'a [Status]> {
        let known = self.conditions.get(condition.get()).copied().flatten()?;
        Some(&self.parts[first / PART].statuses[known][first % PART..])
    }
}

/// The results of records, given by their indexes in order.
pub(super) fn assess(
    prepared: &Prepared,
    wanted: &[u32],
    kept: &KeptResults,
) -> Vec<Arc<ResultPart>> {
    let population = Population::new(prepared);
    let parts = (0..wanted.len())
        .step_by(PART)
        .map(|from| from..(from + PART).min(wanted.len()));
    parallel::map_with(
        parts.collect(),
        || WorkerState::new(&population),
        |work, places| work.part(wanted, places, kept).into(),
    )
}

/// The places in a block of records that all follow one another.
fn together_at(start: usize, records: &[u32]) -> Option<Range<usize>> {
    let (first, last) = (index(*records.first()?), index(*records.last()?));
    (last - first + 1 == records.len()).then(|| first - start..last - start + 1)
}

fn index(record: u32) -> usize {
    RecordIndex::from(record).get()
}

/// The work of one thread.
struct WorkerState<'a> {
    population: &'a Population<'a>,
    /// The results of the current part.
    found: ResultPart,
    room: WalkBuffers,
    /// By condition: the verdicts that records of a block can have, as bits.
    bits: Vec<BlockBytes>,
    /// By condition: the results of records with gaps.
    gaps: Vec<LocalPatterns>,
    together: Together,
    memos: Vec<ScriptMemo<(Status, u8)>>,
    tried: Trials,
    /// The places of records for which many completions are tried.
    hard: Vec<usize>,
}

/// How many completions of a record were tried.
#[derive(Clone, Copy, PartialEq, Eq)]
enum TriedSoFar {
    Few,
    /// Many; with the index among the records for which many were tried.
    Many(usize),
}

impl<'a> WorkerState<'a> {
    fn new(population: &'a Population<'a>) -> Self {
        let conditions = population.trees.len();
        Self {
            population,
            found: ResultPart::default(),
            room: WalkBuffers::default(),
            bits: vec![[0; BLOCK]; conditions],
            gaps: (0..conditions).map(|_| LocalPatterns::new()).collect(),
            together: Together::default(),
            memos: (0..conditions).map(|_| ScriptMemo::default()).collect(),
            tried: Trials::new(conditions),
            hard: Vec::new(),
        }
    }

    /// The results of the records at some places.
    fn part(&mut self, wanted: &[u32], places: Range<usize>, kept: &KeptResults) -> ResultPart {
        self.found = ResultPart::with_room(self.population.trees.len(), places.len());
        let mut from = places.start;
        while from < places.end {
            let start = index(wanted[from]) / BLOCK * BLOCK;
            let to = from
                + wanted[from..places.end].partition_point(|record| index(*record) < start + BLOCK);
            self.block(start, &wanted[from..to], from, kept);
            from = to;
        }
        std::mem::take(&mut self.found)
    }

    /// Assesses records of one block, the first of them at `first` of all.
    fn block(&mut self, start: usize, records: &[u32], first: usize, kept: &KeptResults) {
        let mut wanted = [0; BLOCK];
        match together_at(start, records) {
            Some(places) => wanted[places].fill(u8::MAX),
            None => records
                .iter()
                .for_each(|record| wanted[index(*record) - start] = u8::MAX),
        }
        for condition in ConditionIndex::first(self.population.trees.len()) {
            let kept = kept
                .statuses(condition, first)
                .map(|kept| &kept[..records.len()]);
            // A tree also gives the patterns of records with gaps, which statuses do not contain.
            let is_tree = self.population.trees[condition].is_some();
            let kept = kept.filter(|kept| !is_tree || !has(kept, Status::Unknown));
            self.condition(condition, start, records, &wanted, kept);
        }
        self.complete(start, records);
        self.determinations(start, records, &wanted);
        self.waived(records);
    }

    fn condition(
        &mut self,
        condition: ConditionIndex,
        start: usize,
        records: &[u32],
        wanted: &BlockBytes,
        kept: Option<&[Status]>,
    ) {
        let population = self.population;
        let statuses = &mut self.found.statuses[condition];
        let from = statuses.len();
        let bits = &mut self.bits[condition];
        let Some(batch) = population.trees[condition]
            .as_ref()
            .filter(|_| kept.is_none())
        else {
            let (used, basis) = (
                &population.prepared.conditions[condition],
                &population.prepared.basis,
            );
            self.gaps[condition].begin();
            match kept {
                Some(kept) => statuses.extend_from_slice(kept),
                None => {
                    let memo = &mut self.memos[condition];
                    for (nth, record) in records.iter().enumerate() {
                        let (status, verdicts) = memo.status(used, basis, (*record).into());
                        statuses.push(status);
                        if status == Status::Unknown {
                            let gap = Gap {
                                number: None,
                                status,
                                verdicts,
                                facts: None,
                                tried: false,
                            };
                            self.gaps[condition].note(nth, gap);
                        }
                    }
                }
            }
            for (record, status) in records.iter().zip(&statuses[from..]) {
                bits[index(*record) - start] = bits_of(*status);
            }
            return;
        };
        batch.verdicts(Rows::From(start), wanted, &[], &mut self.room, bits);
        match together_at(start, records) {
            Some(places) => statuses.extend(bits[places].iter().map(|bits| status_of(*bits))),
            None => statuses.extend(
                records
                    .iter()
                    .map(|record| status_of(bits[index(*record) - start])),
            ),
        }
        if !has(&statuses[from..], Status::Unknown) {
            return;
        }
        let gaps = &mut self.gaps[condition];
        gaps.begin();
        for (nth, status) in statuses[from..]
            .iter_mut()
            .enumerate()
            .filter(|(_, status)| **status == Status::Unknown)
        {
            let record = RecordIndex::from(records[nth]);
            let at = record.get() - start;
            let tangled = self.room.tangled()[at] != 0;
            let gap =
                (!tangled).then(|| gaps.find((condition, batch), &population.learnt, nth, record));
            match gap.flatten() {
                Some(gap) => {
                    *status = gap.status;
                    bits[at] = bits_of(gap.status);
                }
                None => self.tried.pending.push(TriedFinding {
                    nth,
                    condition,
                    is_all: false,
                }),
            }
        }
    }

    /// Completes what patterns do not determine: by completions, and record by record for what
    /// those leave open.
    fn complete(&mut self, start: usize, records: &[u32]) {
        let population = self.population;
        self.tried.begin(records.len());
        if self.tried.pending.is_empty() {
            return;
        }
        self.tried
            .run(population, &self.bits, (start, records), &mut self.room);
        let from = self.found.kinds.len();
        for TriedFinding {
            nth,
            condition,
            is_all,
        } in std::mem::take(&mut self.tried.pending)
        {
            let record = RecordIndex::from(records[nth]);
            let bits = &mut self.bits[condition][record.get() - start];
            let gap = if is_all {
                Gap::of_all(self.tried.came_to(condition, nth))
            } else {
                population.learnt.alone(condition, record)
            };
            self.gaps[condition].note(nth, gap);
            self.found.statuses[condition][from + nth] = gap.status;
            *bits = bits_of(gap.status);
        }
    }

    fn determinations(&mut self, start: usize, records: &[u32], wanted: &BlockBytes) {
        let population = self.population;
        let bits = population
            .counted
            .iter()
            .map(|condition| &self.bits[*condition]);
        let told = match (&*population.prepared.decider, &population.decision) {
            (Decider::Count(decision, _), _) => {
                batch_determination_from_findings::by_count(bits, decision)
            }
            (Decider::Tree(..), Some(batch)) => {
                let mut decided = [0; BLOCK];
                let rows = Rows::From(start);
                batch.verdicts(rows, wanted, &self.bits, &mut self.room, &mut decided);
                batch_determination_from_findings::by_tree(bits, &decided)
            }
            _ => [batch_determination_from_findings::OPEN; BLOCK],
        };
        let mut hard = std::mem::take(&mut self.hard);
        hard.clear();
        let from = self.found.kinds.len();
        for (nth, record) in records.iter().enumerate() {
            let record = RecordIndex::from(*record);
            let at = record.get() - start;
            let told = batch_determination_from_findings::kind(told[at]);
            let kind = told.or_else(|| self.open(nth, (at, record), TriedSoFar::Few));
            if kind.is_none() {
                hard.push(nth);
            }
            // For the records that are left, this is not looked at.
            self.found
                .kinds
                .push(kind.unwrap_or(DeterminationKind::Fault));
        }
        for some in hard.chunks(Trials::TOGETHER) {
            let (tried, room) = (&mut self.tried, &mut self.room);
            tried.many(population, &self.bits, (start, records), some, room);
            for (number, nth) in some.iter().enumerate() {
                let record = RecordIndex::from(records[*nth]);
                let at = record.get() - start;
                let kind = self.open(*nth, (at, record), TriedSoFar::Many(number));
                self.found.kinds[from + *nth] = kind.unwrap_or(DeterminationKind::Fault);
            }
        }
        self.hard = hard;
    }

    /// The determination of a record with gaps or faults that matter; `None` if more completions
    /// should be tried first.
    fn open(
        &mut self,
        nth: usize,
        (at, record): (usize, RecordIndex),
        tries: TriedSoFar,
    ) -> Option<DeterminationKind> {
        let population = self.population;
        match &*population.prepared.decider {
            Decider::Count(decision, required) => {
                self.bounded(decision, required, nth, (at, record), tries)
            }
            Decider::Tree(..) if self.tried.differ(nth) => Some(DeterminationKind::Undetermined),
            Decider::Tree(..) => match self.key(nth, at) {
                None if tries == TriedSoFar::Few => None,
                key => Some(population.learnt.together(key, record)),
            },
            Decider::Broken => Some(DeterminationKind::Fault),
        }
    }

    fn bounded(
        &mut self,
        decision: &Decision,
        required: &[ConditionIndex],
        nth: usize,
        (at, record): (usize, RecordIndex),
        tries: TriedSoFar,
    ) -> Option<DeterminationKind> {
        let (mut loose, mut exact, mut whole) =
            (CountBounds::default(), CountBounds::default(), true);
        self.together.open.clear();
        for condition in required {
            let bits = self.bits[*condition][at];
            if let Some(gap) = self.gaps[*condition].at(nth).filter(|_| bits == 0) {
                loose.add(gap.verdicts);
                self.together.open.push((*condition, *gap));
            } else {
                // An unknown finding without a gap could be anything, like a fault.
                loose.add(if bits == 0 { bit(Verdict::Fault) } else { bits });
                exact.add(bits);
                whole &= !matches!(bits, 0 | 8);
            }
        }
        if let Some(kind) = loose.decided(decision) {
            return Some(kind);
        }
        if self.tried.differ(nth) {
            return Some(DeterminationKind::Undetermined);
        }
        let open = &mut self.together.open;
        let tangled = open.iter().any(|(_, gap)| gap.number.is_none());
        if tries == TriedSoFar::Few && open.len() > 1 && tangled {
            return None;
        }
        let learnt = &self.population.learnt;
        for (condition, gap) in open {
            let batch = self.population.trees[*condition].as_ref();
            let fails = gap.verdicts & bit(Verdict::Fault) != 0;
            if gap.tried && !fails {
                gap.facts = batch.and_then(|batch| batch.missing(record));
            }
        }
        let tried = |group: &[(ConditionIndex, Gap)]| match tries {
            TriedSoFar::Few => None,
            TriedSoFar::Many(number) => self.tried.bounds(number, group, decision),
        };
        let bounds = whole.then(|| self.together.bounds(learnt, record, &tried));
        Some(match bounds.flatten() {
            // The bounds of each group are reached independently of the others.
            Some(bounds) => {
                exact.join(bounds);
                exact
                    .decided(decision)
                    .unwrap_or(DeterminationKind::Undetermined)
            }
            None => learnt.together(self.key(nth, at), record),
        })
    }

    /// The key of a record: records with one key have one determination.
    fn key(&self, nth: usize, at: usize) -> Option<Vec<u32>> {
        let population = self.population;
        let of_findings = population
            .decision
            .as_ref()
            .is_none_or(Batch::is_of_findings);
        let key = population
            .counted
            .iter()
            .map(|condition| match self.bits[*condition][at] {
                0 => Some(self.gaps[*condition].at(nth)?.number? + 16),
                bits => Some(u32::from(bits)),
            });
        key.collect::<Option<_>>().filter(|_| of_findings)
    }

    /// Records with a waiver are few, and examined again one by one.
    fn waived(&mut self, records: &[u32]) {
        let population = self.population;
        if population.waived.is_empty() {
            return;
        }
        let prepared = population.prepared;
        let from = self.found.kinds.len() - records.len();
        for (nth, record) in records.iter().enumerate() {
            let record = RecordIndex::from(*record);
            if population.waived.contains(prepared.records().id(record)) {
                let one = afresh(prepared, record);
                self.found.kinds[from + nth] = one.determination.kind;
            }
        }
    }
}

/// The bit of a status; 0 for unknown.
fn bits_of(status: Status) -> u8 {
    match status {
        Status::Met => 1,
        Status::NotMet => 2,
        Status::NotApplicable => 4,
        Status::Fault => 8,
        Status::Unknown => 0,
    }
}
