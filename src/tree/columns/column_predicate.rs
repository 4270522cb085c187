//! Asks a test of a whole column: the set of values with the answer yes, laid out to compare many
//! at once.

use std::sync::Arc;

use crate::model::fact::{Column, NO_CODE, NO_WHOLE, NO_WIDE, Texts, Value};
use crate::model::typed_indexes::ConditionIndex;
use crate::model::typed_indexes::FactIndex;
use crate::tree::columns::block::{BlockBytes, mask};
use crate::tree::columns::block_arithmetic::{Plan, Plans};
use crate::tree::columns::record_block_values::{OTHER, Rows};
use crate::tree::domain::Domain;
use crate::tree::exact_arithmetic::Comparison;
use crate::tree::expression::Expression;
use crate::tree::fact_ref::{FactRef, Owner};
use crate::tree::fact_table::FactTable;
use crate::tree::predicate::Test;
use crate::tree::search_limits::Limits;
use crate::tree::values_passing_test::truth_of;

/// A column of the record's own facts, by its number.
pub(super) struct OwnColumn<'a, T> {
    pub(super) values: &'a [T],
    pub(super) slot: FactIndex,
}

impl<T> Clone for OwnColumn<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for OwnColumn<'_, T> {}

/// A calculation in two forms: over earlier results, and over stated facts alone.
#[derive(Clone, Copy)]
pub(super) struct Twice<T> {
    pub(super) quick: T,
    pub(super) stated: T,
}

impl<T: Copy> Twice<T> {
    pub(super) fn of(self, rows: Rows<'_>) -> T {
        match rows {
            Rows::From(_) => self.quick,
            Rows::Filled(_) => self.stated,
        }
    }
}

/// Two calculations that are compared.
pub(super) type ComparedPlans = Twice<(Plan, Comparison, Plan)>;

/// How a test is answered for a column.
pub(super) enum ColumnPredicate<'a> {
    /// Whether a fact is stated.
    Stated(&'a Column),
    Codes(OwnColumn<'a, u8>, Vec<u8>),
    Whole(OwnColumn<'a, i32>, Vec<(i32, i32)>),
    Wide(OwnColumn<'a, i64>, Vec<(i64, i64)>),
    Floats(OwnColumn<'a, f64>, Vec<(f64, f64)>),
    /// By index of the text, and one more for [`OTHER`]: whether the answer is yes.
    Texts(OwnColumn<'a, u32>, Vec<bool>),
    /// Whether two choices, or two booleans, are the same. By code of the first: that of the second
    /// which is the same value.
    SameCode([OwnColumn<'a, u8>; 2], Box<[u8; 256]>, bool),
    /// Whether two texts are the same.
    SameText([OwnColumn<'a, u32>; 2], [&'a Texts; 2], bool),
    /// The finding of a condition, by its number, and the verdicts that are a yes.
    Finding(ConditionIndex, u8),
    Calculated(ComparedPlans),
    Succeeds(Twice<Plan>),
    /// In any other way, record by record.
    Single,
}

impl ColumnPredicate<'_> {
    /// Whether all records for which it is open leave the same open.
    pub(super) fn is_plain(&self) -> bool {
        !matches!(
            self,
            Self::Single
                | Self::Calculated(..)
                | Self::Succeeds(_)
                | Self::SameCode(..)
                | Self::SameText(..)
        )
    }
}

pub(super) fn asking<'a>(
    test: &'a Test,
    limits: Limits,
    (facts, plans): (&'a FactTable, &mut Plans<'a>),
    finding: &dyn Fn(&FactRef) -> Option<ConditionIndex>,
    verdict: &dyn Fn(&str) -> u8,
) -> ColumnPredicate<'a> {
    let own = |fact: &FactRef| {
        let slot = facts.own_slot(fact)?;
        Some((slot, facts.column(slot)?))
    };
    if let Test::Known(fact, _) = test {
        return own(fact).map_or(ColumnPredicate::Single, |(_, column)| {
            ColumnPredicate::Stated(column)
        });
    }
    let plain = test.without_names();
    let all = plain.facts();
    let only = all.first().filter(|_| all.len() == 1);
    let Some((fact, truth)) =
        only.and_then(|fact| Some((*fact, truth_of(&plain, fact, limits.boxes)?)))
    else {
        let same = same(test, &own);
        return same.unwrap_or_else(|| calculated(test, facts, plans));
    };
    if fact.owner == Owner::Finding {
        let Some(condition) = finding(fact) else {
            return ColumnPredicate::Single;
        };
        let names = ["met", "not_met", "not_applicable"];
        let yes = names
            .iter()
            .filter(|name| truth.contains(&Value::Text((**name).into())));
        return ColumnPredicate::Finding(condition, yes.fold(0, |bits, name| bits | verdict(name)));
    }
    own(fact)
        .and_then(|(slot, column)| compared(column, slot, &truth))
        .unwrap_or_else(|| calculated(test, facts, plans))
}

/// Whether two choices, booleans or texts are the same.
fn same<'a>(
    test: &Test,
    own: &dyn Fn(&FactRef) -> Option<(FactIndex, &'a Column)>,
) -> Option<ColumnPredicate<'a>> {
    let Test::Compare(left, comparison, right) = test else {
        return None;
    };
    let is = match comparison {
        Comparison::Equal => true,
        Comparison::NotEqual => false,
        _ => return None,
    };
    let column = |side: &Expression| match side {
        Expression::Fact(fact) => own(fact),
        _ => None,
    };
    let ((one, left), (two, right)) = (column(left)?, column(right)?);
    let of = |slot| move |values| OwnColumn { values, slot };
    match (left, right) {
        (Column::Few(a, first), Column::Few(b, second)) => {
            // A value that the other fact cannot have gets `NO_CODE`: at most 254 are values.
            let mut codes = Box::new([NO_CODE; 256]);
            for (code, value) in codes.iter_mut().zip(&**first) {
                let there = second.iter().position(|other| other == value);
                *code = there
                    .and_then(|there| u8::try_from(there).ok())
                    .unwrap_or(NO_CODE);
            }
            Some(ColumnPredicate::SameCode(
                [of(one)(a), of(two)(b)],
                codes,
                is,
            ))
        }
        (Column::Texts(a, first), Column::Texts(b, second)) => {
            let own = [(one, a), (two, b)].map(|(slot, values)| OwnColumn {
                values: &values[..],
                slot,
            });
            Some(ColumnPredicate::SameText(own, [first, second], is))
        }
        _ => None,
    }
}

/// A test about calculations.
pub(super) fn calculated<'a>(
    test: &Test,
    facts: &'a FactTable,
    plans: &mut Plans<'a>,
) -> ColumnPredicate<'a> {
    let plain = test.without_names();
    let found = match (test, &*plain) {
        (Test::Compare(left, comparison, right), Test::Compare(a, _, b)) => {
            let mut both = |sides| {
                let (left, right) = plans.add_both(sides, facts)?;
                Some((left, *comparison, right))
            };
            let quick = both((left, right));
            quick.and_then(|quick| {
                let stated = both((a, b))?;
                Some(ColumnPredicate::Calculated(Twice { quick, stated }))
            })
        }
        (Test::Succeeds(named), Test::Succeeds(plain)) => {
            let quick = plans.add(named, facts);
            quick.and_then(|quick| {
                let stated = plans.add(plain, facts)?;
                Some(ColumnPredicate::Succeeds(Twice { quick, stated }))
            })
        }
        _ => None,
    };
    found.unwrap_or(ColumnPredicate::Single)
}

/// A column, compared with the values that mean yes.
pub(super) fn compared<'a>(
    column: &'a Column,
    slot: FactIndex,
    truth: &Domain,
) -> Option<ColumnPredicate<'a>> {
    let ranges = || match truth {
        Domain::Keys(keys) => Some(
            keys.ranges()
                .iter()
                .map(|(from, to)| (*from, to.map_or(i64::MAX, |to| to - 1))),
        ),
        Domain::Texts(_) => None,
    };
    let small = || {
        // The least number means unknown.
        let (least, most) = (i64::from(NO_WHOLE) + 1, i64::from(i32::MAX));
        let inside = ranges()?.filter(|(low, high)| *low <= most && *high >= least);
        let cut = |key: i64| i32::try_from(key.clamp(least, most)).expect("it was cut to fit");
        Some(inside.map(|(low, high)| (cut(low), cut(high))).collect())
    };
    match column {
        Column::Few(codes, values) => {
            let yes = (0_u8..)
                .zip(&**values)
                .filter(|(_, value)| truth.contains(value));
            Some(ColumnPredicate::Codes(
                OwnColumn {
                    values: codes,
                    slot,
                },
                yes.map(|(code, _)| code).collect(),
            ))
        }
        Column::Whole(values) | Column::Days(values) => {
            Some(ColumnPredicate::Whole(OwnColumn { values, slot }, small()?))
        }
        Column::Wide(values) => {
            let least = |(low, high): (i64, i64)| (low.max(NO_WIDE + 1), high);
            Some(ColumnPredicate::Wide(
                OwnColumn { values, slot },
                ranges()?.map(least).collect(),
            ))
        }
        Column::Floats(values) => {
            let float = crate::tree::exact_arithmetic::float_of_key;
            Some(ColumnPredicate::Floats(
                OwnColumn { values, slot },
                ranges()?
                    .map(|(low, high)| (float(low), float(high)))
                    .collect(),
            ))
        }
        Column::Texts(numbers, texts) => {
            let yes = texts
                .list()
                .iter()
                .map(|text| truth.contains(&Value::Text(Arc::clone(text))));
            let other = truth.contains(&Value::Text(OTHER.into()));
            let own = OwnColumn {
                values: &numbers[..],
                slot,
            };
            Some(ColumnPredicate::Texts(own, yes.chain([other]).collect()))
        }
        Column::Numbers(_) | Column::Calculated(_) | Column::Any(_) => None,
    }
}

pub(super) fn lies_in<T: PartialOrd + Copy>(value: T, ranges: &[(T, T)]) -> bool {
    ranges
        .iter()
        .any(|(low, high)| value >= *low && value <= *high)
}

pub(super) fn within<T: PartialOrd + Copy>(
    values: &[T],
    ranges: &[(T, T)],
    none: T,
    yes: &mut BlockBytes,
    open: &mut BlockBytes,
) {
    yes.fill(0);
    for (low, high) in ranges {
        yes.iter_mut()
            .zip(values)
            .for_each(|(yes, value)| *yes |= mask(*value >= *low) & mask(*value <= *high));
    }
    open.iter_mut()
        .zip(values)
        .for_each(|(open, value)| *open = mask(*value == none));
}
