//! How a test is asked of a whole column: which values say yes, laid out for comparing many at once.

use std::sync::Arc;

use crate::model::fact::{Column, NO_WHOLE, NO_WIDE, Value};
use crate::tree::arithmetic::Comparison;
use crate::tree::columns::block::{Bytes, mask};
use crate::tree::columns::kernels::{Plan, Plans};
use crate::tree::domain::Domain;
use crate::tree::expression::{FactRef, Owner};
use crate::tree::facts::Facts;
use crate::tree::limits::Limits;
use crate::tree::predicate::Test;
use crate::tree::truth::truth_of;

/// How a test is answered.
pub(super) enum Asking<'a> {
    /// Whether a fact is stated.
    Stated(&'a Column),
    Codes(&'a [u8], Vec<u8>),
    Whole(&'a [i32], Vec<(i32, i32)>),
    Wide(&'a [i64], Vec<(i64, i64)>),
    Floats(&'a [f64], Vec<(f64, f64)>),
    /// By number of the text: whether the answer is yes.
    Texts(&'a [u32], Vec<bool>),
    /// The finding of a condition, by its number, and the verdicts that are a yes.
    Finding(usize, u8),
    Calculated(Plan, Comparison, Plan),
    Succeeds(Plan),
    /// In any other way, record by record.
    Single,
}

impl Asking<'_> {
    /// Whether what is open about it is the same for all records for which it is open.
    pub(super) fn is_plain(&self) -> bool {
        !matches!(
            self,
            Self::Single | Self::Calculated(..) | Self::Succeeds(_)
        )
    }
}

pub(super) fn asking<'a>(
    test: &'a Test,
    limits: Limits,
    (facts, plans): (&'a Facts, &mut Plans<'a>),
    finding: &dyn Fn(&FactRef) -> Option<usize>,
    verdict: &dyn Fn(&str) -> u8,
) -> Asking<'a> {
    let own = |fact: &FactRef| facts.own_column(fact);
    if let Test::Known(fact, _) = test {
        return own(fact).map_or(Asking::Single, Asking::Stated);
    }
    let plain = test.without_names();
    let all = plain.facts();
    let only = all.first().filter(|_| all.len() == 1);
    let Some((fact, truth)) =
        only.and_then(|fact| Some((*fact, truth_of(&plain, fact, limits.boxes)?)))
    else {
        return calculated(test, facts, plans);
    };
    if fact.owner == Owner::Finding {
        let Some(condition) = finding(fact) else {
            return Asking::Single;
        };
        let names = ["met", "not_met", "not_applicable"];
        let yes = names
            .iter()
            .filter(|name| truth.contains(&Value::Text((**name).into())));
        return Asking::Finding(condition, yes.fold(0, |bits, name| bits | verdict(name)));
    }
    own(fact)
        .and_then(|column| compared(column, &truth))
        .unwrap_or_else(|| calculated(test, facts, plans))
}

/// A test about calculations.
pub(super) fn calculated<'a>(test: &Test, facts: &'a Facts, plans: &mut Plans<'a>) -> Asking<'a> {
    let found = match test {
        Test::Compare(left, comparison, right) => plans
            .add_both((left, right), facts)
            .map(|(left, right)| Asking::Calculated(left, *comparison, right)),
        Test::Succeeds(expression) => plans.add(expression, facts).map(Asking::Succeeds),
        Test::Holds(_) | Test::Known(..) => None,
    };
    found.unwrap_or(Asking::Single)
}

/// A column and the values of it that are a yes.
pub(super) fn compared<'a>(column: &'a Column, truth: &Domain) -> Option<Asking<'a>> {
    let ranges = || match truth {
        Domain::Keys(keys) => Some(
            keys.ranges()
                .iter()
                .map(|(from, to)| (*from, to.map_or(i64::MAX, |to| to - 1))),
        ),
        Domain::Texts(_) => None,
    };
    let small = || {
        // The least number stands for what is not known.
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
            Some(Asking::Codes(codes, yes.map(|(code, _)| code).collect()))
        }
        Column::Whole(values) | Column::Days(values) => Some(Asking::Whole(values, small()?)),
        Column::Wide(values) => {
            let least = |(low, high): (i64, i64)| (low.max(NO_WIDE + 1), high);
            Some(Asking::Wide(values, ranges()?.map(least).collect()))
        }
        Column::Floats(values) => {
            let float = crate::tree::arithmetic::float_of_key;
            Some(Asking::Floats(
                values,
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
            Some(Asking::Texts(numbers, yes.collect()))
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
    yes: &mut Bytes,
    open: &mut Bytes,
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
