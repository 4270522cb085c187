//! Trial completions of some records at once: the outcome of a tree for a completion is possible.
//!
//! If facts of a calculation are missing, a walk over sets of answers finds too much: it does not
//! know which answers can hold together. A completion finds too little, but its result is possible.
//! If some completions give all that the walk leaves open, that is exact, and no search is needed.
//! Example: for `j.a + j.b > 9` the walk leaves both answers open for a record that states `b: 5`
//! alone; with the least possible `a` the answer is no, and with the greatest it is yes.
//!
//! INVARIANT: a completion gives a fact only what its schema allows, and the same in all
//! conditions.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::fact::{
    Column, FactType, NO_CODE, NO_TEXT, NO_WHOLE, NO_WIDE, Number, Value, error_of_near,
    error_of_stated,
};
use crate::model::typed_indexes::FactIndex;
use crate::model::typed_indexes::RecordIndex;
use crate::tree::columns::batch_walk::Batch;
use crate::tree::columns::block::BLOCK;
use crate::tree::columns::column_predicate::ColumnPredicate;
use crate::tree::columns::record_block_values::{Completed, FilledCells, OTHER};
use crate::tree::domain::Domain;
use crate::tree::exact_arithmetic::float_of_key;
use crate::tree::fact_ref::FactRef;
use crate::tree::fact_table::FactTable;
use crate::tree::key_of_float;

/// The values that fill in a fact.
struct Fill<'a> {
    slot: FactIndex,
    column: &'a Column,
    values: FillValues,
    /// The least and greatest key that it can have.
    hull: Option<(i64, i64)>,
    /// Another fact that it is compared with: the same value, in some completions.
    echo: Option<FactIndex>,
}

#[derive(PartialEq, Eq)]
enum FillValues {
    Codes(Vec<u8>),
    Keys(Vec<i64>),
    Texts(Vec<u32>),
    /// A gap stays one.
    Nothing,
}

impl FillValues {
    fn len(&self) -> usize {
        match self {
            Self::Codes(codes) => codes.len(),
            Self::Keys(keys) => keys.len(),
            Self::Texts(numbers) => numbers.len(),
            Self::Nothing => 0,
        }
    }
}

/// A record, and which of its completions.
#[derive(Clone, Copy)]
pub(crate) struct Lane {
    pub(crate) record: RecordIndex,
    turn: usize,
}

impl Lane {
    pub(crate) fn new(record: RecordIndex, turn: usize) -> Self {
        Self { record, turn }
    }
}

/// How the gaps of records are filled in, for some trees.
pub(crate) struct Completions<'a> {
    fills: Vec<Fill<'a>>,
}

/// The most values of a fact that are tried.
const MOST_VALUES: usize = 6;

impl<'a> Completions<'a> {
    /// Fills in the facts that some trees ask about, with values that change their answers.
    pub(crate) fn new(facts: &'a FactTable, batches: &[&Batch<'a>]) -> Self {
        let mut asked: BTreeMap<FactIndex, &FactRef> = BTreeMap::new();
        for test in batches.iter().flat_map(|batch| batch.tests()) {
            for fact in test.facts() {
                if let Some(slot) = facts.own_slot(fact) {
                    asked.insert(slot, fact);
                }
            }
        }
        let askings = || batches.iter().flat_map(|batch| batch.askings());
        let mut ends: BTreeMap<FactIndex, BTreeSet<i64>> = BTreeMap::new();
        let mut texts: BTreeMap<FactIndex, BTreeSet<u32>> = BTreeMap::new();
        let mut echoes: BTreeMap<FactIndex, FactIndex> = BTreeMap::new();
        for asking in askings() {
            match asking {
                ColumnPredicate::Whole(own, ranges) => ends.entry(own.slot).or_default().extend(
                    ranges
                        .iter()
                        .flat_map(|(low, high)| [i64::from(*low), i64::from(*high)]),
                ),
                ColumnPredicate::Wide(own, ranges) => ends
                    .entry(own.slot)
                    .or_default()
                    .extend(ranges.iter().flat_map(|(low, high)| [*low, *high])),
                ColumnPredicate::Floats(own, ranges) => ends.entry(own.slot).or_default().extend(
                    ranges
                        .iter()
                        .flat_map(|(low, high)| [key_of_float(*low), key_of_float(*high)]),
                ),
                ColumnPredicate::Texts(own, yes) => {
                    let some = |wanted: bool| yes.iter().position(|yes| *yes == wanted);
                    let both = [some(true), some(false)].into_iter().flatten();
                    texts
                        .entry(own.slot)
                        .or_default()
                        .extend(both.filter_map(|number| u32::try_from(number).ok()));
                }
                ColumnPredicate::SameCode([one, two], ..) => {
                    echoes.entry(one.slot).or_insert(two.slot);
                    echoes.entry(two.slot).or_insert(one.slot);
                }
                ColumnPredicate::SameText([one, two], ..) => {
                    echoes.entry(one.slot).or_insert(two.slot);
                    echoes.entry(two.slot).or_insert(one.slot);
                }
                _ => {}
            }
        }
        let fill = |(slot, fact): (FactIndex, &FactRef)| {
            let column = facts.column(slot)?;
            if matches!(column, Column::Any(_)) {
                return None;
            }
            let values = values(fact, column, ends.get(&slot), texts.get(&slot));
            let values = values.unwrap_or(FillValues::Nothing);
            Some(Fill {
                slot,
                column,
                values,
                hull: hull(fact),
                echo: echoes.get(&slot).copied(),
            })
        };
        Self {
            fills: asked.into_iter().filter_map(fill).collect(),
        }
    }

    /// The least and greatest key that a missing fact can have, by its number.
    pub(crate) fn hull(&self, slot: FactIndex) -> Option<(i64, i64)> {
        let fill = self.fills.binary_search_by_key(&slot, |fill| fill.slot);
        self.fills[fill.ok()?].hull
    }

    /// Fills in the gaps of at most a block of records.
    pub(crate) fn fill(&self, lanes: &[Lane], into: &mut Completed) {
        into.records.clear();
        into.records.extend(lanes.iter().map(|lane| lane.record));
        for (number, fill) in self.fills.iter().enumerate() {
            into.cells.insert(fill.slot, fill.cells(number, lanes));
        }
        for (number, fill) in self.fills.iter().enumerate() {
            let other = |slot: FactIndex| self.fills.iter().find(|other| other.slot == slot);
            if let Some(other) = fill.echo.and_then(other)
                && let Some(cells) = into.cells.get_mut(&fill.slot)
            {
                fill.repeat(number, other, lanes, cells);
            }
        }
    }
}

/// The values that a fact is filled in with.
fn values(
    fact: &FactRef,
    column: &Column,
    ends: Option<&BTreeSet<i64>>,
    texts: Option<&BTreeSet<u32>>,
) -> Option<FillValues> {
    match (&fact.schema.ty, column) {
        (FactType::Boolean | FactType::Choice(_), Column::Few(_, values)) => {
            let domain = Domain::of(fact);
            let codes = (0_u8..NO_CODE).zip(&**values);
            let allowed = codes.filter(|(_, value)| domain.contains(value));
            let codes: Vec<u8> = allowed.map(|(code, _)| code).collect();
            (!codes.is_empty()).then_some(FillValues::Codes(codes))
        }
        (FactType::Text, Column::Texts(_, all)) => {
            let other = all
                .find(OTHER)
                .or_else(|| u32::try_from(all.list().len()).ok());
            let mut numbers: Vec<u32> = texts.into_iter().flatten().copied().collect();
            // Two at least, so that two missing ones can be different.
            let some = other
                .into_iter()
                .chain(0..2)
                .find(|some| !numbers.contains(some));
            numbers.extend(some);
            let more = other
                .into_iter()
                .chain(0..2)
                .find(|more| !numbers.contains(more));
            numbers.extend(more.filter(|_| numbers.len() < 2));
            Some(FillValues::Texts(numbers))
        }
        (FactType::Integer | FactType::Number | FactType::Date, _) => {
            let Domain::Keys(keys) = Domain::of(fact) else {
                return None;
            };
            // Very large values give no other answers than large ones, with larger errors.
            let (low, high) = keys.hull()?;
            let (least, most) = match fact.schema.ty {
                FactType::Number => (key_of_float(-1e12), key_of_float(1e12)),
                _ => (-1_000_000_000, 1_000_000_000),
            };
            let near = |key: i64| key.clamp(least.max(low).min(high), most.min(high).max(low));
            let mut found: BTreeSet<i64> = [near(low), near(high)].into();
            let around = ends
                .into_iter()
                .flatten()
                .flat_map(|end| [end.saturating_sub(1), *end, end.saturating_add(1)]);
            found.extend(around.filter(|key| keys.contains(key)).take(MOST_VALUES));
            // And some of each magnitude between, for calculations.
            let size = |power: u32| 10_i64.checked_pow(power).unwrap_or(i64::MAX);
            let key = |whole: i64| match fact.schema.ty {
                FactType::Number => crate::tree::key_of(&Value::Number(whole.into())),
                _ => Some(whole),
            };
            if fact.schema.ty != FactType::Date {
                let sizes = (0..9).flat_map(|power| [size(power), 3 * size(power)]);
                found.extend(sizes.filter_map(key).filter(|key| keys.contains(key)));
            }
            let whole = |key: &i64| fits(column, *key);
            let mut found: Vec<i64> = found.into_iter().filter(whole).collect();
            // The least and the greatest come first.
            if found.len() > 2
                && let Some(last) = found.pop()
            {
                found.insert(1, last);
            }
            (!found.is_empty()).then_some(FillValues::Keys(found))
        }
        _ => None,
    }
}

fn hull(fact: &FactRef) -> Option<(i64, i64)> {
    match Domain::of(fact) {
        Domain::Keys(keys) => keys.hull(),
        Domain::Texts(_) => None,
    }
}

/// Whether a column like this can hold the value with a key.
fn fits(column: &Column, key: i64) -> bool {
    match column {
        Column::Whole(_) | Column::Days(_) => i32::try_from(key).is_ok_and(|key| key != NO_WHOLE),
        Column::Wide(_) => key != NO_WIDE,
        Column::Floats(_) | Column::Numbers(_) | Column::Calculated(_) => {
            float_of_key(key).is_finite()
        }
        Column::Few(..) | Column::Texts(..) | Column::Any(_) => false,
    }
}

impl Fill<'_> {
    /// Which of its values it is given in a completion: the least and the greatest of all together,
    /// then against each other, then mixed.
    fn choice(&self, number: usize, turn: usize) -> usize {
        match turn {
            0 => 0,
            1 => 1,
            2 => number % 2,
            3 => (number + 1) % 2,
            _ => mixed(number, turn),
        }
        .checked_rem(self.values.len())
        .unwrap_or_default()
    }

    fn cells(&self, number: usize, lanes: &[Lane]) -> FilledCells {
        let choice = |turn| self.choice(number, turn);
        let key = |turn| match &self.values {
            FillValues::Keys(keys) => Some(keys[choice(turn)]),
            _ => None,
        };
        match self.column {
            Column::Few(codes, _) => FilledCells::Codes(gather(lanes, NO_CODE, |lane| {
                match (codes[lane.record], &self.values) {
                    (NO_CODE, FillValues::Codes(values)) => values[choice(lane.turn)],
                    (code, _) => code,
                }
            })),
            Column::Whole(values) | Column::Days(values) => {
                FilledCells::Whole(gather(lanes, NO_WHOLE, |lane| match values[lane.record] {
                    NO_WHOLE => key(lane.turn)
                        .and_then(|key| i32::try_from(key).ok())
                        .unwrap_or(NO_WHOLE),
                    value => value,
                }))
            }
            Column::Wide(values) => {
                FilledCells::Wide(gather(lanes, NO_WIDE, |lane| match values[lane.record] {
                    NO_WIDE => key(lane.turn).unwrap_or(NO_WIDE),
                    value => value,
                }))
            }
            Column::Floats(values) => {
                FilledCells::Floats(gather(lanes, f64::NAN, |lane| match values[lane.record] {
                    value if value.is_nan() => key(lane.turn).map_or(f64::NAN, float_of_key),
                    value => value,
                }))
            }
            Column::Texts(numbers, _) => {
                FilledCells::Texts(gather(lanes, NO_TEXT, |lane| {
                    match (numbers[lane.record], &self.values) {
                        (NO_TEXT, FillValues::Texts(values)) => values[choice(lane.turn)],
                        (number, _) => number,
                    }
                }))
            }
            Column::Numbers(_) | Column::Calculated(_) => {
                let known = |record: RecordIndex| match self.column {
                    Column::Calculated(all) => (all.near[record], all.error[record]),
                    Column::Numbers(values) => {
                        let near = values[record].as_ref().map_or(f64::NAN, Number::near);
                        (near, error_of_near(near))
                    }
                    _ => unreachable!("it was looked at"),
                };
                let both = gather(lanes, (f64::NAN, 0.0), |lane| match known(lane.record) {
                    (near, _) if near.is_nan() => {
                        let with = key(lane.turn).map_or(f64::NAN, float_of_key);
                        (with, error_of_stated(with))
                    }
                    known => known,
                });
                let (near, error) = both.into_iter().unzip();
                FilledCells::Near(near, error)
            }
            Column::Any(_) => unreachable!("lists are left out"),
        }
    }

    /// Fills in the value of another fact in some completions, where the records state that one and
    /// not this.
    fn repeat(&self, number: usize, other: &Fill<'_>, lanes: &[Lane], cells: &mut FilledCells) {
        if self.values == FillValues::Nothing {
            return;
        }
        let echoes = |lane: &Lane| {
            lane.turn == 2 || (lane.turn > 3 && mixed(number, lane.turn).is_multiple_of(4))
        };
        match (self.column, other.column, cells) {
            (Column::Few(own, mine), Column::Few(codes, theirs), FilledCells::Codes(to)) => {
                let FillValues::Codes(allowed) = &self.values else {
                    return;
                };
                for (to, lane) in to.iter_mut().zip(lanes) {
                    let there = codes[lane.record];
                    if own[lane.record] == NO_CODE && there != NO_CODE && echoes(lane) {
                        let value = &theirs[usize::from(there)];
                        let same = allowed
                            .iter()
                            .find(|code| mine[usize::from(**code)] == *value);
                        *to = same.copied().unwrap_or(*to);
                    }
                }
            }
            (Column::Texts(own, mine), Column::Texts(numbers, theirs), FilledCells::Texts(to)) => {
                for (to, lane) in to.iter_mut().zip(lanes) {
                    if own[lane.record] == NO_TEXT
                        && echoes(lane)
                        && let Some(text) = theirs.text(numbers[lane.record])
                    {
                        *to = mine.find(text).unwrap_or(*to);
                    }
                }
            }
            _ => {}
        }
    }
}

/// The values of some records, padded to the length of a block.
fn gather<T: Copy>(lanes: &[Lane], none: T, value: impl Fn(&Lane) -> T) -> Vec<T> {
    let mut found = Vec::with_capacity(BLOCK);
    found.extend(lanes.iter().map(value));
    found.resize(BLOCK, none);
    found
}

/// A number that looks as if it were drawn by chance (the end of `SplitMix64`).
fn mixed(number: usize, turn: usize) -> usize {
    let mut z = ((turn as u64) << 32) ^ number as u64;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    usize::try_from((z ^ (z >> 31)) >> 33).unwrap_or_default()
}
