//! The answers of a block of records to one test: a column is compared with the values that pass
//! it.

use crate::model::fact::{NO_CODE, NO_TEXT, NO_WHOLE, NO_WIDE};
use crate::tree::columns::batch_walk::{Batch, OPEN};
use crate::tree::columns::block::{BLOCK, BlockBytes, mask};
use crate::tree::columns::block_arithmetic::BlockValues;
use crate::tree::columns::column_predicate::{ColumnPredicate, OwnColumn, within};
use crate::tree::columns::record_block_values::{Cells, Rows, same_text};

impl Batch<'_> {
    /// The answers of a block: 255 for yes in one, 255 for open in the other.
    pub(super) fn answer(
        &self,
        asked: usize,
        rows: Rows<'_>,
        here: &BlockBytes,
        findings: &[BlockBytes],
        calculated: &mut BlockValues,
        (yes, open): (&mut BlockBytes, &mut BlockBytes),
    ) {
        // The exact answer is that of the record itself; for a completion it is not needed.
        let one = |index: usize| match rows {
            Rows::From(start) => self.answer_one(asked, (start + index).into()),
            Rows::Filled(_) => OPEN,
        };
        match &self.askings[asked] {
            ColumnPredicate::Codes(own, wanted) => one_of(codes(*own, rows), wanted, yes, open),
            ColumnPredicate::Whole(own, ranges) => {
                if let Cells::Whole(values) = cells(*own, rows, Cells::Whole) {
                    within(values, ranges, NO_WHOLE, yes, open);
                }
            }
            ColumnPredicate::Wide(own, ranges) => {
                if let Cells::Wide(values) = cells(*own, rows, Cells::Wide) {
                    within(values, ranges, NO_WIDE, yes, open);
                }
            }
            ColumnPredicate::Floats(own, ranges) => {
                if let Cells::Floats(values) = cells(*own, rows, Cells::Floats) {
                    floats_within(values, ranges, yes, open);
                }
            }
            ColumnPredicate::Texts(own, wanted) => {
                texts_among(numbers(*own, rows), wanted, yes, open);
            }
            ColumnPredicate::SameCode([left, right], there, same) => {
                let same = |one: u8, two: u8| (there[usize::from(one)] == two) == *same;
                same_codes([codes(*left, rows), codes(*right, rows)], same, yes, open);
            }
            ColumnPredicate::SameText([left, right], texts, same) => {
                let pairs = numbers(*left, rows).iter().zip(numbers(*right, rows));
                let all = yes.iter_mut().zip(open).zip(here).zip(pairs);
                for (((yes, open), here), (one, two)) in all {
                    *open = mask(*one == NO_TEXT) | mask(*two == NO_TEXT);
                    *yes = *here & !*open;
                    *yes &= mask(*yes != 0 && same_text([*one, *two], *texts) == *same);
                }
            }
            ColumnPredicate::Finding(condition, verdicts) => {
                let bits = &findings[*condition];
                for ((yes, open), bits) in yes.iter_mut().zip(open.iter_mut()).zip(bits) {
                    *open = mask(!bits.is_power_of_two());
                    *yes = mask(bits & verdicts != 0) & !*open;
                }
            }
            ColumnPredicate::Calculated(test) => {
                self.plans
                    .compare(test.of(rows), rows, calculated, (yes, open), (here, &one));
            }
            ColumnPredicate::Succeeds(plan) => {
                self.plans
                    .succeeds(plan.of(rows), rows, calculated, (yes, open), (here, &one));
            }
            ColumnPredicate::Stated(column) => {
                for (index, _) in here.iter().enumerate().filter(|(_, here)| **here != 0) {
                    let row = match rows {
                        Rows::From(start) => start + index,
                        Rows::Filled(filled) => filled.records[index].get(),
                    };
                    (yes[index], open[index]) = (mask(column.is_known(row)), 0);
                }
            }
            ColumnPredicate::Single => {
                for (index, _) in here.iter().enumerate().filter(|(_, here)| **here != 0) {
                    let answer = one(index);
                    (yes[index], open[index]) = (mask(answer == 1), mask(answer == OPEN));
                }
            }
        }
    }
}

fn one_of(codes: &[u8], wanted: &[u8], yes: &mut BlockBytes, open: &mut BlockBytes) {
    yes.fill(0);
    for code in wanted {
        yes.iter_mut()
            .zip(codes)
            .for_each(|(yes, is)| *yes |= mask(is == code));
    }
    open.iter_mut()
        .zip(codes)
        .for_each(|(open, is)| *open = mask(*is == NO_CODE));
}

fn floats_within(
    values: &[f64],
    ranges: &[(f64, f64)],
    yes: &mut BlockBytes,
    open: &mut BlockBytes,
) {
    yes.fill(0);
    for (low, high) in ranges {
        let is = |value: &f64| mask(*value >= *low) & mask(*value <= *high);
        yes.iter_mut()
            .zip(values)
            .for_each(|(yes, value)| *yes |= is(value));
    }
    open.iter_mut()
        .zip(values)
        .for_each(|(open, value)| *open = mask(value.is_nan()));
}

fn texts_among(numbers: &[u32], wanted: &[bool], yes: &mut BlockBytes, open: &mut BlockBytes) {
    let is = |number: u32| {
        let place = usize::try_from(number).expect("it numbers a text");
        mask(wanted.get(place).is_some_and(|is| *is))
    };
    for ((yes, open), number) in yes.iter_mut().zip(open).zip(numbers) {
        (*yes, *open) = (is(*number), mask(*number == NO_TEXT));
    }
}

fn same_codes(
    [left, right]: [&[u8]; 2],
    same: impl Fn(u8, u8) -> bool,
    yes: &mut BlockBytes,
    open: &mut BlockBytes,
) {
    for ((yes, open), (one, two)) in yes.iter_mut().zip(open).zip(left.iter().zip(right)) {
        *open = mask(*one == NO_CODE) | mask(*two == NO_CODE);
        *yes = mask(same(*one, *two)) & !*open;
    }
}

/// The values of a column that some records have.
fn cells<'s, T>(
    own: OwnColumn<'s, T>,
    rows: Rows<'s>,
    as_they_are: fn(&'s [T]) -> Cells<'s>,
) -> Cells<'s> {
    match rows {
        Rows::From(start) => as_they_are(&own.values[start..(start + BLOCK).min(own.values.len())]),
        Rows::Filled(filled) => filled.cells(own.slot),
    }
}

fn codes<'s>(own: OwnColumn<'s, u8>, rows: Rows<'s>) -> &'s [u8] {
    match cells(own, rows, Cells::Codes) {
        Cells::Codes(codes) => codes,
        _ => &[],
    }
}

fn numbers<'s>(own: OwnColumn<'s, u32>, rows: Rows<'s>) -> &'s [u32] {
    match cells(own, rows, Cells::Texts) {
        Cells::Texts(numbers) => numbers,
        _ => &[],
    }
}
