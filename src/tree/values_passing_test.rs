//! The values of a fact for which a test answers yes.
//!
//! Example: of `n >= 48` the set begins at 48, with no search. Of `n * n >= 100`, with `n` from 0
//! to 168, boxes are halved until `interval_arithmetic` decides each: no for 0 to 9, yes for 10 to
//! 168.
//!
//! INVARIANT: a value is in the set exactly if the test, calculated for that value alone, says yes.
//! Where that cannot be shown within the limit there is no set, and the answer is kept instead.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::work_budget::{pay_anew, period, spend, spent};
use crate::model::fact::{Number, Value};
use crate::tree::domain::{Domain, text_point};
use crate::tree::exact_arithmetic::{
    Binary, Comparison, compare_exactly, key_below, key_of, number_of,
};
use crate::tree::expression::{Expression, ValueKind, value_of_key};
use crate::tree::fact_ref::FactRef;
use crate::tree::predicate::Test;
use crate::tree::ranges::Ranges;

/// The values of a fact that pass a test, for the commonest tests: a boolean fact, and any other
/// compared with a constant. It needs no search; `None` for other tests.
pub(crate) fn plain_truth(test: &Test) -> Option<(&FactRef, Domain)> {
    let (fact, comparison, value) = match test {
        Test::Holds(fact) => return Some((fact, Domain::Keys(Ranges::closed(1, 1)))),
        Test::Compare(left, comparison, right) => match (&**left, right.constant()) {
            (Expression::Fact(fact), Some(value)) => (fact, *comparison, value),
            _ => return None,
        },
        _ => return None,
    };
    let key = match (ValueKind::of(&fact.schema.ty), value) {
        (ValueKind::Integer, Value::Integer(_)) | (ValueKind::Date, Value::Date(_)) => {
            key_of(value)?
        }
        (ValueKind::Text, Value::Text(_)) => {
            return text_truth(test).map(|truth| (fact, Domain::Texts(truth)));
        }
        (ValueKind::Number, Value::Number(_) | Value::Integer(_))
        | (ValueKind::Integer, Value::Number(_)) => {
            return Some((
                fact,
                Domain::Keys(number_truth(fact, comparison, &*number_of(value)?)?),
            ));
        }
        _ => return None,
    };
    let truth = keys_for(comparison, key, key.saturating_add(1));
    Some((fact, Domain::Keys(truth)))
}

/// The keys for which a comparison answers yes with the values from key `here` to key `next`; both
/// are the same if no key is exactly there.
fn keys_for(comparison: Comparison, here: i64, next: i64) -> Ranges<i64> {
    let least = i64::MIN;
    Ranges::new(match comparison {
        Comparison::Equal => vec![(here, Some(next))],
        Comparison::NotEqual => vec![(least, Some(here)), (next, None)],
        Comparison::Less => vec![(least, Some(here))],
        Comparison::LessOrEqual => vec![(least, Some(next))],
        Comparison::Greater => vec![(next, None)],
        Comparison::GreaterOrEqual => vec![(here, None)],
    })
}

/// The values of its only fact for which a test answers yes, or `None` when that is not a set of
/// few ranges.
pub(crate) fn truth_of(test: &Test, fact: &FactRef, boxes: usize) -> Option<Domain> {
    match plain_truth(test) {
        Some((_, truth)) => Some(truth),
        // For numbers that no record can state nothing would be found.
        None if fact.may_be_any_fraction() => None,
        None => truth(test, fact, boxes),
    }
}

thread_local! {
    static FOUND: RefCell<Found> = RefCell::default();
}

/// Recent results. The same test is asked on many paths and for many records, and is searched once.
/// Each budget still pays for it once, so what a thread did before changes no result.
#[derive(Default)]
struct Found {
    known: BTreeMap<ComparisonKey, FoundTruth>,
    /// The period of `paid`.
    period: u64,
    /// The number of `known` results paid for in it.
    paid: usize,
}

struct FoundTruth {
    /// Kept alive, so that no other test gets its address.
    _test: Test,
    domain: Option<Domain>,
    units: u64,
    paid_in: u64,
}

/// A comparison by the places of its sides in memory, and how many boxes were looked at.
type ComparisonKey = (usize, Comparison, usize, usize);

impl Found {
    const MOST_PAID: usize = 512;

    /// The known result for a comparison, and the work to pay for it.
    fn get(&mut self, key: ComparisonKey) -> Option<(Option<Domain>, u64)> {
        if self.paid >= Self::MOST_PAID {
            pay_anew();
        }
        if self.period != period() {
            self.period = period();
            self.paid = 0;
        }
        let found = self.known.get_mut(&key)?;
        let units = if found.paid_in == self.period {
            0
        } else {
            self.paid += 1;
            found.units
        };
        found.paid_in = self.period;
        Some((found.domain.clone(), units))
    }

    fn insert(&mut self, key: ComparisonKey, test: &Test, domain: Option<Domain>, units: u64) {
        let paid_in = self.period;
        if self.known.len() >= 2 * Self::MOST_PAID {
            self.known.retain(|_, found| found.paid_in == paid_in);
        }
        self.paid += 1;
        let found = FoundTruth {
            _test: test.clone(),
            domain,
            units,
            paid_in,
        };
        self.known.insert(key, found);
    }
}

/// The values of a fact that pass a test, found by halving at most `boxes` boxes; `None` if that
/// does not find them.
pub(crate) fn truth(test: &Test, fact: &FactRef, boxes: usize) -> Option<Domain> {
    let Test::Compare(left, comparison, right) = test else {
        return searched(test, fact, boxes);
    };
    let (left, right) = (Arc::as_ptr(left).addr(), Arc::as_ptr(right).addr());
    let key = (left, *comparison, right, boxes);
    if let Some((domain, units)) = FOUND.with_borrow_mut(|found| found.get(key)) {
        spend(units);
        return domain;
    }
    let before = spent();
    let domain = searched(test, fact, boxes);
    let units = spent().wrapping_sub(before);
    FOUND.with_borrow_mut(|found| found.insert(key, test, domain.clone(), units));
    domain
}

fn searched(test: &Test, fact: &FactRef, boxes: usize) -> Option<Domain> {
    match Domain::of(fact) {
        Domain::Keys(all) => {
            if let Some(truth) = quotient_truth(test, fact, &all) {
                return Some(Domain::Keys(truth));
            }
            let decide = |low, high| {
                test.decide(&|_| (low, high))
                    .or_else(|| exact(test, fact, low, high))
            };
            search(&all, boxes, decide).map(Domain::Keys)
        }
        Domain::Texts(_) => text_truth(test).map(Domain::Texts),
    }
}

/// The values of `x` for which `c / x` can be calculated or passes a comparison with a number. On
/// either side of zero that is a comparison of `x` with a number; zero itself is evaluated.
fn quotient_truth(test: &Test, fact: &FactRef, all: &Ranges<i64>) -> Option<Ranges<i64>> {
    const ZERO: i64 = 0;
    let (Test::Compare(quotient, ..) | Test::Succeeds(quotient)) = test else {
        return None;
    };
    let Expression::Binary(Binary::Divide, over, under) = &**quotient else {
        return None;
    };
    if !matches!(&**under, Expression::Fact(known) if known == fact) {
        return None;
    }
    let over = number_of(over.constant()?)?.into_owned();
    over.binary()?;
    let Test::Compare(_, comparison, right) = test else {
        // It can be calculated but at zero.
        return Some(all.without(&Ranges::closed(ZERO, ZERO)));
    };
    let bound = number_of(right.constant()?)?.into_owned();
    // `c < b * x` above zero, and the other way round below it.
    let side = |comparison: Comparison| match over.over(&bound) {
        Some(at) if bound.is_negative() => number_truth(fact, comparison, &at),
        Some(at) => number_truth(fact, comparison.flipped(), &at),
        None if compare_exactly(comparison, &over, &Number::ZERO) => Some(all.clone()),
        None => Some(Ranges::new([])),
    };
    let above = side(*comparison)?.intersect(&Ranges::new([(ZERO + 1, None)]));
    let below = side(comparison.flipped())?.intersect(&Ranges::new([(i64::MIN, Some(ZERO))]));
    let zero = all.contains(&ZERO) && exact(test, fact, ZERO, ZERO)?;
    let zero = Ranges::new(zero.then_some((ZERO, Some(ZERO + 1))));
    Some(above.union(&below).union(&zero))
}

/// The answer at a single value, calculated.
fn exact(test: &Test, fact: &FactRef, low: i64, high: i64) -> Option<bool> {
    let value = (low == high).then(|| value_of_key(fact, low))??;
    Some(test.answer(&mut |_| value.clone()))
}

/// The numbers for which a comparison with a number answers yes, as keys of the numbers that a
/// record can state.
pub(crate) fn number_truth(
    fact: &FactRef,
    comparison: Comparison,
    number: &Number,
) -> Option<Ranges<i64>> {
    let Domain::Keys(all) = Domain::of(fact) else {
        return None;
    };
    let (below, exact) = match ValueKind::of(&fact.schema.ty) {
        ValueKind::Integer | ValueKind::Date => {
            let below = number.floor();
            let far = if below.is_negative() {
                i64::MIN + 1
            } else {
                i64::MAX - 2
            };
            (below.whole().unwrap_or(far), number.is_whole())
        }
        _ => key_below(number),
    };
    let next = below.saturating_add(1);
    let here = if exact { below } else { next };
    Some(keys_for(comparison, here, next).intersect(&all))
}

fn text_truth(test: &Test) -> Option<Ranges<Arc<str>>> {
    let Test::Compare(left, comparison, right) = test else {
        return None;
    };
    let (Expression::Fact(_), Some(Value::Text(text))) = (&**left, right.constant()) else {
        return None;
    };
    let start: Arc<str> = "".into();
    let (from, to) = text_point(text);
    let ranges = match comparison {
        Comparison::Equal => vec![(from, to)],
        Comparison::NotEqual => vec![(start, Some(from)), (to.expect("a point ends"), None)],
        Comparison::Less => vec![(start, Some(from))],
        Comparison::LessOrEqual => vec![(start, to)],
        Comparison::Greater => vec![(to.expect("a point ends"), None)],
        Comparison::GreaterOrEqual => vec![(from, None)],
    };
    Some(Ranges::new(ranges))
}

/// The keys for which `decide` answers yes, found by halving boxes until each is decided; `None` if
/// that takes more than `most` boxes.
pub(crate) fn search(
    all: &Ranges<i64>,
    most: usize,
    decide: impl Fn(i64, i64) -> Option<bool>,
) -> Option<Ranges<i64>> {
    let mut open: Vec<_> = all
        .ranges()
        .iter()
        .map(|(from, to)| (*from, to.map_or(i64::MAX, |to| to - 1)))
        .collect();
    let mut yes = Vec::new();
    let mut boxes = 0;
    while let Some((low, high)) = open.pop() {
        boxes += 1;
        match decide(low, high) {
            Some(true) => yes.push((low, Some(high.saturating_add(1)))),
            Some(false) => {}
            None if low == high || boxes > most => return None,
            None => {
                let middle = middle(low, high);
                open.push((low, middle));
                open.push((middle + 1, high));
            }
        }
    }
    Some(Ranges::new(yes))
}

/// The key halfway, rounded towards the lower.
pub(crate) fn middle(low: i64, high: i64) -> i64 {
    let sum = i128::from(low) + i128::from(high);
    i64::try_from(sum.div_euclid(2)).expect("between two keys")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::fact::{FactSchema, FactType, Schema};
    use crate::tree::Owner;
    use crate::tree::exact_arithmetic::Unary;

    /// Finding by the nearest number gives the same as halving by bounds, and as comparing.
    #[test]
    fn numbers_are_found_as_by_search() {
        let written = [
            "0",
            "0.3",
            "-2.5",
            "30",
            "1e-16",
            "5e-324",
            "-1e-310",
            "1e300",
            "7",
            "-3",
            "1000000007",
            "1/3",
            "-2/7",
            "4.6",
            "0.30000000000000004",
            "123456789.123456789123",
        ];
        let (whole, number) = (fact(&FactType::Integer), fact(&FactType::Number));
        for value in written.map(|text| text.parse::<Number>().unwrap()) {
            for fact in [&whole, &number] {
                for comparison in Comparison::ALL {
                    let constant = Expression::Constant(Value::Number(value.clone()));
                    let test = Test::compare(
                        Expression::Fact(fact.clone()).into(),
                        comparison,
                        constant.into(),
                    );
                    let found = number_truth(fact, comparison, &value).expect("it is a number");
                    if let Some(searched) = truth(&test, fact, 4_000) {
                        assert_eq!(Domain::Keys(found.clone()), searched, "{test}");
                    }
                    let ends = found
                        .ranges()
                        .iter()
                        .flat_map(|(from, to)| [Some(*from), *to])
                        .flatten();
                    for key in ends.flat_map(|end| [end - 1, end, end + 1]) {
                        let Some(here) = value_of_key(fact, key).filter(|_| has_key(fact, key))
                        else {
                            continue;
                        };
                        assert_eq!(
                            found.contains(&key),
                            test.answer(&mut |_| here.clone()),
                            "{test} at {here}"
                        );
                    }
                }
            }
        }
    }

    /// The same for quotients, at all ends and beside them.
    #[test]
    fn quotients_are_found_as_they_compare() {
        let numbers = [
            "0",
            "1",
            "-1",
            "0.3",
            "-2.5",
            "30",
            "7",
            "-9007199254740993",
            "1e-16",
        ];
        for fact in [fact(&FactType::Integer), fact(&FactType::Number)] {
            for (over, bound) in numbers
                .iter()
                .flat_map(|one| numbers.map(|other| (one, other)))
            {
                let constant = |text: &str| {
                    let number = text.parse().expect("it is a number");
                    Arc::new(Expression::Constant(Value::Number(number)))
                };
                for comparison in Comparison::ALL {
                    let under = Expression::Fact(fact.clone()).into();
                    let quotient = Expression::Binary(Binary::Divide, constant(over), under);
                    let quotient = Arc::new(quotient);
                    let compared =
                        Test::compare(Arc::clone(&quotient), comparison, constant(bound));
                    for test in [compared, Test::Succeeds(quotient)] {
                        let Some(Domain::Keys(found)) = truth(&test, &fact, 4_000) else {
                            panic!("{test}");
                        };
                        let ends = found
                            .ranges()
                            .iter()
                            .flat_map(|(from, to)| [Some(*from), *to]);
                        let ends = ends.flatten().chain([0, 1, -1]);
                        for key in
                            ends.flat_map(|end| [end.saturating_sub(1), end, end.saturating_add(1)])
                        {
                            let Some(here) =
                                value_of_key(&fact, key).filter(|_| has_key(&fact, key))
                            else {
                                continue;
                            };
                            let answer = test.answer(&mut |_| here.clone());
                            assert_eq!(found.contains(&key), answer, "{test} at {here}");
                        }
                    }
                }
            }
        }
    }

    /// Remembered or not, a test costs each budget the same, and each once.
    #[test]
    fn what_is_remembered_is_paid_by_each_budget_once() {
        let day = fact(&FactType::Date);
        let constant = |value| Arc::new(Expression::Constant(value));
        let test_of = |year| {
            let year_of = Expression::Unary(Unary::Year, Expression::Fact(day.clone()).into());
            Test::compare(
                year_of.into(),
                Comparison::GreaterOrEqual,
                constant(Value::Integer(year)),
            )
        };
        let cost = |test: &Test| {
            let before = spent();
            let _truth = truth(test, &day, 4_000);
            spent() - before
        };
        let (one, other) = (test_of(1990), test_of(2004));
        pay_anew();
        let first = [&one, &one, &other, &one].map(cost);
        assert!(first[0] > 100 && first[2] > 100, "{first:?}");
        assert_eq!([first[1], first[3]], [0, 0]);
        pay_anew();
        assert_eq!([&one, &one, &other, &one].map(cost), first);
        // So too after as many others as are kept.
        let many: Vec<Test> = (1..1_200).map(test_of).collect();
        pay_anew();
        let cold: Vec<u64> = many.iter().map(cost).collect();
        pay_anew();
        assert_eq!(many.iter().map(cost).collect::<Vec<_>>(), cold);
        pay_anew();
        assert_eq!([&one, &one, &other, &one].map(cost), first);
    }

    fn has_key(fact: &FactRef, key: i64) -> bool {
        matches!(Domain::of(fact), Domain::Keys(keys) if keys.contains(&key))
    }

    fn fact(ty: &FactType) -> FactRef {
        FactRef::of(
            Owner::This,
            2.into(),
            &Schema::new(["id", "name", "x"].map(|path| FactSchema::of(path, ty.clone()))),
        )
    }
}
