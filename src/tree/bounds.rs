//! The least and greatest value an expression can take while its facts range over boxes.
//!
//! Bounds may be too wide, never too narrow. A single point gives the exact value, because it is
//! then calculated as the interpreter would.

use crate::model::fact::{Date, Value};
use crate::tree::arithmetic::{
    Binary, Comparison, Unary, as_float, compare_numbers, float_of_key, numbers,
};
use crate::tree::expression::{Expression, FactRef, Kind, binary_kind};

/// What an expression can yield: an interval, and whether the calculation can fail.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    pub(crate) interval: Interval,
    /// Some values of the facts make it fail.
    pub(crate) may_fail: bool,
    /// All of them do; the interval then means nothing.
    pub(crate) must_fail: bool,
}

/// Both ends included. Days count as whole numbers.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Interval {
    Whole(i64, i64),
    /// With whether it can also be NaN.
    Float(f64, f64, bool),
}

impl Bounds {
    pub(crate) fn whole(low: i64, high: i64) -> Self {
        Self {
            interval: Interval::Whole(low, high),
            may_fail: false,
            must_fail: false,
        }
    }

    pub(crate) fn float(low: f64, high: f64, nan: bool) -> Self {
        Self {
            interval: Interval::Float(low, high, nan),
            may_fail: false,
            must_fail: false,
        }
    }

    /// The bounds of a fact of a kind whose keys lie in a range.
    pub(crate) fn of_keys(kind: Kind, low: i64, high: i64) -> Self {
        match kind {
            Kind::Number => Self::float(float_of_key(low), float_of_key(high), false),
            _ => Self::whole(low, high),
        }
    }

    fn of_value(value: &Value) -> Self {
        match value {
            Value::Number(x) => Self::float(*x, *x, x.is_nan()),
            value => {
                let key = crate::tree::arithmetic::key_of(value).unwrap_or_default();
                Self::whole(key, key)
            }
        }
    }

    fn failing(self, may: bool, must: bool) -> Self {
        Self {
            may_fail: self.may_fail || may,
            must_fail: self.must_fail || must,
            ..self
        }
    }
}

impl Interval {
    fn floats(self) -> (f64, f64, bool) {
        match self {
            Self::Whole(low, high) => (as_float(low), as_float(high), false),
            Self::Float(low, high, nan) => (low, high, nan),
        }
    }

    fn is_point(self) -> bool {
        match self {
            Self::Whole(low, high) => low == high,
            Self::Float(low, high, nan) => low.to_bits() == high.to_bits() && !nan,
        }
    }
}

/// The bounds of an expression. `keys` gives the least and greatest key of a fact.
pub(crate) fn bounds(expression: &Expression, keys: &dyn Fn(&FactRef) -> (i64, i64)) -> Bounds {
    with_kind(expression, keys).0
}

/// The same, with the kind of the expression: asking each part for it again would take time with
/// the square of how many parts there are.
fn with_kind(expression: &Expression, keys: &dyn Fn(&FactRef) -> (i64, i64)) -> (Bounds, Kind) {
    match expression {
        Expression::Constant(value) | Expression::Parameter(_, value) => {
            (Bounds::of_value(value), Kind::of_value(value))
        }
        Expression::Fact(fact) => {
            let ((low, high), kind) = (keys(fact), expression.kind());
            (Bounds::of_keys(kind, low, high), kind)
        }
        Expression::Derived(_, inner) => (bounds(inner, keys), expression.kind()),
        Expression::Unary(operation, inner) => {
            let (inner, kind) = with_kind(inner, keys);
            (unary(*operation, inner), operation.kind(kind))
        }
        Expression::Binary(operation, left, right) => {
            let (left, right) = (with_kind(left, keys), with_kind(right, keys));
            let kind = binary_kind(*operation, left.1, right.1);
            let (left, right) = (left.0, right.0);
            let result = match (left.interval, right.interval) {
                (Interval::Whole(..), Interval::Whole(..)) => {
                    whole(*operation, left.interval, right.interval)
                }
                _ => floats(*operation, left.interval.floats(), right.interval.floats()),
            };
            let result = if kind == Kind::Date {
                in_calendar(result)
            } else {
                result
            };
            let result = result.failing(
                left.may_fail || right.may_fail,
                left.must_fail || right.must_fail,
            );
            (result, kind)
        }
    }
}

fn in_calendar(result: Bounds) -> Bounds {
    let Interval::Whole(low, high) = result.interval else {
        return result;
    };
    let (first, last) = (Date::first().days(), Date::last().days());
    Bounds::whole(low.max(first), high.min(last)).failing(
        result.may_fail || low < first || high > last,
        result.must_fail || high < first || low > last,
    )
}

fn unary(operation: Unary, inner: Bounds) -> Bounds {
    let result = match (operation, inner.interval) {
        (Unary::Negate, Interval::Whole(low, high)) => clamp(-i128::from(high), -i128::from(low)),
        (Unary::Negate, Interval::Float(low, high, nan)) => Bounds::float(-high, -low, nan),
        (Unary::Abs, Interval::Whole(low, high)) => {
            let (low, high) = (i128::from(low), i128::from(high));
            let least = if low <= 0 && high >= 0 {
                0
            } else {
                low.abs().min(high.abs())
            };
            clamp(least, low.abs().max(high.abs()))
        }
        (Unary::Abs, Interval::Float(low, high, nan)) => {
            let least = if low <= 0.0 && high >= 0.0 {
                0.0
            } else {
                low.abs().min(high.abs())
            };
            Bounds::float(least, low.abs().max(high.abs()), nan)
        }
        (Unary::Floor, Interval::Float(low, high, nan)) => {
            Bounds::float(low.floor(), high.floor(), nan)
        }
        (Unary::Ceiling, Interval::Float(low, high, nan)) => {
            Bounds::float(low.ceil(), high.ceil(), nan)
        }
        (Unary::Round, Interval::Float(low, high, nan)) => {
            Bounds::float(low.round(), high.round(), nan)
        }
        (Unary::ToNumber, interval @ Interval::Whole(..)) => {
            let (low, high, nan) = interval.floats();
            Bounds::float(low, high, nan)
        }
        (Unary::ToInteger, Interval::Float(low, high, nan)) => truncated(low, high, nan),
        (_, interval) => Bounds {
            interval,
            may_fail: false,
            must_fail: false,
        },
    };
    result.failing(inner.may_fail, inner.must_fail)
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a float beyond the range becomes its end, which is meant"
)]
fn truncated(low: f64, high: f64, nan: bool) -> Bounds {
    const END: f64 = 9_223_372_036_854_775_808.0;
    let may = low < -END || high >= END || nan;
    let must = high < -END || low >= END;
    Bounds::whole(low.trunc() as i64, high.trunc() as i64).failing(may, must)
}

/// An interval of whole numbers, cut to what 64 bits hold; what is beyond makes it fail.
fn clamp(low: i128, high: i128) -> Bounds {
    let (least, most) = (i128::from(i64::MIN), i128::from(i64::MAX));
    let cut = |x: i128| i64::try_from(x.clamp(least, most)).expect("clamped to its range");
    Bounds::whole(cut(low), cut(high))
        .failing(low < least || high > most, high < least || low > most)
}

fn corners(x: (i128, i128), y: (i128, i128), f: impl Fn(i128, i128) -> i128) -> (i128, i128) {
    let all = [f(x.0, y.0), f(x.0, y.1), f(x.1, y.0), f(x.1, y.1)];
    (
        all.into_iter().min().unwrap_or_default(),
        all.into_iter().max().unwrap_or_default(),
    )
}

fn whole(operation: Binary, left: Interval, right: Interval) -> Bounds {
    let (Interval::Whole(a, b), Interval::Whole(c, d)) = (left, right) else {
        unreachable!("called with whole numbers");
    };
    let x = (i128::from(a), i128::from(b));
    let y = (i128::from(c), i128::from(d));
    match operation {
        Binary::Add => clamp(x.0 + y.0, x.1 + y.1),
        Binary::Subtract => clamp(x.0 - y.1, x.1 - y.0),
        Binary::Multiply => {
            let (low, high) = corners(x, y, |x, y| x * y);
            clamp(low, high)
        }
        Binary::Min => clamp(x.0.min(y.0), x.1.min(y.1)),
        Binary::Max => clamp(x.0.max(y.0), x.1.max(y.1)),
        Binary::Divide | Binary::Remainder => divided(operation, x, y),
        Binary::Power => raised(x, y),
    }
}

fn divided(operation: Binary, x: (i128, i128), y: (i128, i128)) -> Bounds {
    let zero = y.0 <= 0 && y.1 >= 0;
    let positive = (y.0.max(1), y.1);
    let negative = (y.0, y.1.min(-1));
    let parts: Vec<_> = [negative, positive]
        .into_iter()
        .filter(|(low, high)| low <= high)
        .collect();
    let results = parts.iter().map(|part| match operation {
        Binary::Divide => corners(x, *part, |x, y| x / y),
        _ if x.0 == x.1 && part.0 == part.1 => (x.0 % part.0, x.0 % part.0),
        _ => remainder(x, part.0.abs().max(part.1.abs()) - 1),
    });
    let (low, high) = results.fold((i128::MAX, i128::MIN), |(low, high), (l, h)| {
        (low.min(l), high.max(h))
    });
    if parts.is_empty() {
        return Bounds::whole(0, 0).failing(true, true);
    }
    clamp(low, high).failing(zero, false)
}

/// The remainder has the sign of the dividend and is smaller than the divisor.
fn remainder(x: (i128, i128), most: i128) -> (i128, i128) {
    let low = if x.0 < 0 { x.0.max(-most) } else { 0 };
    let high = if x.1 > 0 { x.1.min(most) } else { 0 };
    (low, high)
}

fn raised(x: (i128, i128), y: (i128, i128)) -> Bounds {
    let fails = y.0 < 0;
    if y.1 < 0 {
        return Bounds::whole(0, 0).failing(true, true);
    }
    let power = |x: i128, y: i128| {
        // Beyond the range in either direction, but still of the right sign.
        let beyond = if x < 0 && y % 2 == 1 {
            i128::MIN
        } else {
            i128::MAX
        };
        u32::try_from(y)
            .ok()
            .and_then(|y| x.checked_pow(y))
            .unwrap_or(beyond)
    };
    let y = (y.0.max(0), y.1);
    let (mut low, mut high) = corners(x, y, power);
    if x.0 < 0 && y.0 != y.1 {
        // The sign changes from one exponent to the next: take what the greatest magnitude allows.
        let most = power(x.0.abs().max(x.1.abs()), y.1);
        (low, high) = (low.min(most.saturating_neg()), high.max(most));
    }
    if x.0 <= 0 && x.1 >= 0 {
        (low, high) = (low.min(0), high.max(1));
    }
    clamp(low, high).failing(fails, false)
}

fn floats(operation: Binary, x: (f64, f64, bool), y: (f64, f64, bool)) -> Bounds {
    if matches!(operation, Binary::Divide | Binary::Remainder) && y.0 <= 0.0 && y.1 >= 0.0 {
        let must = y.0 == 0.0 && y.1 == 0.0;
        return Bounds::float(f64::NEG_INFINITY, f64::INFINITY, true).failing(true, must);
    }
    let point = x.0.to_bits() == x.1.to_bits() && y.0.to_bits() == y.1.to_bits() && !x.2 && !y.2;
    if point {
        let value = numbers(operation, x.0, y.0);
        return Bounds::float(value, value, value.is_nan());
    }
    let anything = Bounds::float(f64::NEG_INFINITY, f64::INFINITY, true);
    let monotone = match operation {
        Binary::Add | Binary::Subtract | Binary::Multiply | Binary::Min | Binary::Max => true,
        Binary::Divide => y.0 > 0.0 || y.1 < 0.0,
        Binary::Remainder | Binary::Power => false,
    };
    if !monotone || x.2 || y.2 {
        return anything;
    }
    let all =
        [(x.0, y.0), (x.0, y.1), (x.1, y.0), (x.1, y.1)].map(|(x, y)| numbers(operation, x, y));
    if all.iter().any(|value| value.is_nan()) {
        return anything;
    }
    let low = all.iter().copied().fold(f64::INFINITY, f64::min);
    let high = all.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let nan = x.0.is_infinite() || x.1.is_infinite() || y.0.is_infinite() || y.1.is_infinite();
    Bounds::float(low, high, nan)
}

/// The answer of a comparison, when it is the same for all values within the bounds.
pub(crate) fn decide(comparison: Comparison, left: Interval, right: Interval) -> Option<bool> {
    if let (Interval::Whole(a, b), Interval::Whole(c, d)) = (left, right) {
        return decide_whole(comparison, (a, b), (c, d));
    }
    let (x, y) = (left.floats(), right.floats());
    if left.is_point() && right.is_point() {
        return Some(compare_numbers(comparison, x.0, y.0));
    }
    if x.2 || y.2 {
        return None;
    }
    if far_below((x.0, x.1), (y.0, y.1)) {
        return Some(matches!(
            comparison,
            Comparison::Less | Comparison::LessOrEqual | Comparison::NotEqual
        ));
    }
    if far_below((y.0, y.1), (x.0, x.1)) {
        return Some(matches!(
            comparison,
            Comparison::Greater | Comparison::GreaterOrEqual | Comparison::NotEqual
        ));
    }
    // Next to an exact zero the tolerance is absolute, so the answers do not alternate.
    let zero = |side: (f64, f64, bool)| side.0 == 0.0 && side.1 == 0.0;
    let finite = [x.0, x.1, y.0, y.1].iter().all(|value| value.is_finite());
    if finite && (zero(x) || zero(y)) {
        let (low, high) = (
            compare_numbers(comparison, x.0, y.0),
            compare_numbers(comparison, x.1, y.1),
        );
        let flat = matches!(comparison, Comparison::Equal | Comparison::NotEqual);
        let near =
            |side: (f64, f64, bool)| side.0.abs() <= f64::EPSILON && side.1.abs() <= f64::EPSILON;
        return (low == high && (!flat || (near(x) && near(y)))).then_some(low);
    }
    None
}

fn decide_whole(comparison: Comparison, x: (i64, i64), y: (i64, i64)) -> Option<bool> {
    let below = x.1 < y.0;
    let above = x.0 > y.1;
    let same = x.0 == x.1 && y.0 == y.1 && x.0 == y.0;
    match comparison {
        Comparison::Equal => {
            if same {
                Some(true)
            } else {
                (below || above).then_some(false)
            }
        }
        Comparison::NotEqual => {
            if same {
                Some(false)
            } else {
                (below || above).then_some(true)
            }
        }
        Comparison::Less => {
            if below {
                Some(true)
            } else {
                (x.0 >= y.1).then_some(false)
            }
        }
        Comparison::LessOrEqual => {
            if x.1 <= y.0 {
                Some(true)
            } else {
                above.then_some(false)
            }
        }
        Comparison::Greater => {
            if above {
                Some(true)
            } else {
                (x.1 <= y.0).then_some(false)
            }
        }
        Comparison::GreaterOrEqual => {
            if x.0 >= y.1 {
                Some(true)
            } else {
                below.then_some(false)
            }
        }
    }
}

/// Every value of `x` is below every value of `y` by clearly more than the tolerance.
fn far_below(x: (f64, f64), y: (f64, f64)) -> bool {
    // Numbers this small may multiply to zero, and then the tolerance is absolute.
    const TINY: f64 = 1e-150;
    let away = |side: (f64, f64)| side.0 > TINY || side.1 < -TINY;
    let most = [x.0, x.1, y.0, y.1]
        .iter()
        .fold(0.0_f64, |most, value| most.max(value.abs()));
    let scale = if away(x) && away(y) {
        most
    } else {
        most.max(1.0)
    };
    (y.0 - x.1) / scale > 2.0 * f64::EPSILON
}
