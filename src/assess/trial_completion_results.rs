//! The results of records with gaps in some of their completions: of each condition, and of all
//! together.

use crate::assess::answer_pattern_memo::Gap;
use crate::assess::batch_determination_from_findings;
use crate::assess::columnar_trees::Population;
use crate::assess::count_bounds::CountBounds;
use crate::assess::prepared_rulebook::Decider;
use crate::base::work_budget::spend;
use crate::model::rulebook::Decision;
use crate::model::typed_indexes::ConditionIndex;
use crate::model::typed_indexes::RecordIndex;
use crate::tree::{BLOCK, BlockBytes, Completed, Lane, Rows, WalkBuffers};

/// At least this many completions and one more are tried, for the results of conditions together.
const LEAST_TURNS: usize = 3;

/// The most completions tried for a condition, and how many more for the results of conditions
/// together.
const TURNS: usize = 8;
const MANY: usize = 128;

/// No record of the block has this number.
const NONE: u16 = u16::MAX;

/// A finding to be completed.
pub(super) struct TriedFinding {
    /// The place of the record in the block.
    pub(super) nth: usize,
    pub(super) condition: ConditionIndex,
    /// Its verdicts are exactly those of the completions so far.
    pub(super) is_all: bool,
}

/// The records of a block whose gaps are filled in, and the results.
pub(super) struct Trials {
    pub(super) pending: Vec<TriedFinding>,
    /// By place in the block: the index among the records that are filled in.
    numbers: Vec<u16>,
    /// By that index: the record.
    records: Vec<RecordIndex>,
    /// By condition and index: the verdicts of completions, as bits.
    came: Vec<BlockBytes>,
    /// By index: the determinations of completions, as bits.
    pub(super) joint: Vec<u8>,
    /// By condition: the verdicts of the latest completions.
    now: Vec<BlockBytes>,
    lanes: Vec<Lane>,
    completed: Completed,
}

impl Trials {
    /// The number of records for which many completions are tried at once.
    pub(super) const TOGETHER: usize = BLOCK / MANY;

    pub(super) fn new(conditions: usize) -> Self {
        Self {
            pending: Vec::new(),
            numbers: Vec::new(),
            records: Vec::new(),
            came: vec![[0; BLOCK]; conditions],
            joint: Vec::new(),
            now: vec![[0; BLOCK]; conditions],
            lanes: Vec::new(),
            completed: Completed::default(),
        }
    }

    /// Begins a block of `count` records.
    pub(super) fn begin(&mut self, count: usize) {
        self.numbers.clear();
        self.numbers.resize(count, NONE);
        self.records.clear();
        self.joint.clear();
    }

    /// Fills in the pending records, in one way after the other, until all possible verdicts were
    /// found. `bits`: the verdicts that each condition may have, by place in the block.
    pub(super) fn run(
        &mut self,
        population: &Population<'_>,
        bits: &[BlockBytes],
        (start, records): (usize, &[u32]),
        room: &mut WalkBuffers,
    ) {
        for one in 0..self.pending.len() {
            self.number(self.pending[one].nth, records);
        }
        let count = self.records.len();
        for came in &mut self.came {
            came[..count].fill(0);
        }
        for turn in 0..TURNS {
            self.lanes.clear();
            let lanes = self.records.iter().map(|record| Lane::new(*record, turn));
            self.lanes.extend(lanes);
            let decided = self.complete(population, (bits, start), room);
            for (came, now) in self.came.iter_mut().zip(&self.now) {
                let pairs = came[..count].iter_mut().zip(now);
                pairs.for_each(|(came, now)| *came |= now);
            }
            let pairs = self.joint.iter_mut().zip(&decided);
            pairs.for_each(|(joint, decided)| *joint |= decided);
            // After the ends were tried, verdicts that did not occur may be shown to be impossible.
            if turn == 0 {
                continue;
            }
            let mut pending = std::mem::take(&mut self.pending);
            for one in pending.iter_mut().filter(|one| !one.is_all) {
                let record = RecordIndex::from(records[one.nth]);
                let came = self.came_to(one.condition, one.nth);
                one.is_all = came == bits[one.condition][record.get() - start]
                    || (turn == 1 && population.at_most(one.condition, record) == Some(came));
            }
            self.pending = pending;
            if turn >= LEAST_TURNS && self.pending.iter().all(|one| one.is_all) {
                break;
            }
        }
    }

    /// Fills in a few records in many more ways, for the results of conditions together.
    pub(super) fn many(
        &mut self,
        population: &Population<'_>,
        bits: &[BlockBytes],
        (start, records): (usize, &[u32]),
        places: &[usize],
        room: &mut WalkBuffers,
    ) {
        self.lanes.clear();
        for nth in places {
            self.number(*nth, records);
            let record = RecordIndex::from(records[*nth]);
            let lanes = (TURNS..TURNS + MANY).map(|turn| Lane::new(record, turn));
            self.lanes.extend(lanes);
        }
        let decided = self.complete(population, (bits, start), room);
        for (nth, decided) in places.iter().zip(decided.chunks(MANY)) {
            let number = usize::from(self.numbers[*nth]);
            let all = decided.iter().fold(0, |all, decided| all | decided);
            self.joint[number] |= all;
        }
    }

    /// The bounds of some conditions together, for one of the records filled in last; `None` if
    /// completions gave less than each condition can have alone.
    pub(super) fn bounds(
        &self,
        number: usize,
        group: &[(ConditionIndex, Gap)],
        decision: &Decision,
    ) -> Option<CountBounds> {
        let mut most = CountBounds::default();
        for (_, gap) in group {
            most.add(gap.verdicts);
        }
        let mut found: Option<CountBounds> = None;
        for lane in number * MANY..(number + 1) * MANY {
            let mut one = CountBounds::default();
            let mut whole = true;
            for (condition, _) in group {
                let bits = self.now[*condition][lane];
                whole &= !matches!(bits, 0 | 8);
                one.add(bits);
            }
            if whole {
                found.get_or_insert(one).widen(one);
            }
        }
        found
            .filter(|found| found.is_as(most, decision))
            .map(|_| most)
    }

    /// Numbers a record that is asked about.
    fn number(&mut self, nth: usize, records: &[u32]) {
        if self.numbers[nth] == NONE {
            self.numbers[nth] = u16::try_from(self.records.len()).expect("a block is short");
            self.records.push(records[nth].into());
            self.joint.push(0);
        }
    }

    /// The verdicts of conditions in the completions of the lanes, and the determinations.
    fn complete(
        &mut self,
        population: &Population<'_>,
        (bits, start): (&[BlockBytes], usize),
        room: &mut WalkBuffers,
    ) -> BlockBytes {
        spend(1 + u64::try_from(self.now.len()).unwrap_or(u64::MAX));
        population
            .completions
            .fill(&self.lanes, &mut self.completed);
        let rows = Rows::Filled(&self.completed);
        let mut wanted = [0; BLOCK];
        wanted[..self.lanes.len()].fill(u8::MAX);
        for (condition, tree) in ConditionIndex::each(&population.trees) {
            let now = &mut self.now[condition];
            if let Some(batch) = tree {
                batch.verdicts(rows, &wanted, &[], room, now);
            } else {
                // A script without a tree is known or open, for every completion.
                for (now, lane) in now.iter_mut().zip(&self.lanes) {
                    *now = bits[condition][lane.record.get() - start];
                }
            }
            // A result that a completion leaves open proves nothing.
            for now in now.iter_mut() {
                *now = if now.is_power_of_two() { *now } else { 0 };
            }
        }
        let counted = population.counted.iter();
        let now = counted.map(|condition| &self.now[*condition]);
        match (&*population.prepared.decider, &population.decision) {
            (Decider::Count(decision, _), _) => {
                batch_determination_from_findings::by_count(now, decision)
            }
            (Decider::Tree(..), Some(batch)) if batch.is_of_findings() => {
                let mut decided = [0; BLOCK];
                batch.verdicts(rows, &wanted, &self.now, room, &mut decided);
                batch_determination_from_findings::by_tree(now, &decided)
            }
            _ => [batch_determination_from_findings::OPEN; BLOCK],
        }
    }

    /// The verdicts of completions of the record at a place, as bits.
    pub(super) fn came_to(&self, condition: ConditionIndex, nth: usize) -> u8 {
        self.came[condition][usize::from(self.numbers[nth])]
    }

    /// Whether completions of the record at a place have different determinations.
    pub(super) fn differ(&self, nth: usize) -> bool {
        let number = usize::from(self.numbers[nth]);
        let joint = self.joint.get(number);
        joint.is_some_and(|joint| joint.count_ones() > 1)
    }
}
