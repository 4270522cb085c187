//! The least and greatest value an expression can take while its facts range over boxes.
//!
//! Bounds may be too wide, never too narrow: the ends of numbers are binary ones, rounded outwards
//! wherever an operation does not come out even (R. E. Moore, "Interval Analysis", 1966).
//!
//! Example: with `a` from 1 to 3 and `b` from -2 to 2, `a * b` is from -6 to 6, and `1 / b` may
//! fail, as zero is one of the values of `b`.
//!
//! INVARIANT: for every choice of the facts within their boxes the exact result lies in the
//! interval, or it fails and `may_fail` is set. `must_fail` only where every choice fails.

use crate::model::fact::{Date, Number, Value};
use crate::tree::date_interval_arithmetic;
use crate::tree::exact_arithmetic::{Binary, Comparison, Unary, compare_exactly, float_of_key};
use crate::tree::expression::{Expression, ValueKind, binary_kind};
use crate::tree::fact_ref::FactRef;

/// What an expression can yield: an interval, and whether the calculation can fail.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    pub(crate) interval: Interval,
    /// Some values of the facts make it fail.
    pub(crate) may_fail: bool,
    /// Every calculation fails; the interval then means nothing.
    pub(crate) must_fail: bool,
}

/// Both ends included. Days count as whole numbers.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Interval {
    Whole(i64, i64),
    /// Binary numbers between which it lies; infinite where there is no end.
    Number(f64, f64),
}

/// As the lower end of an interval it means "above zero"; negated, as the upper end, "below zero".
/// A value nearer to zero than any binary number is still not zero.
const ABOVE_ZERO: f64 = f64::from_bits(1);

/// Anything a number can be.
const ANYTHING: Interval = Interval::Number(f64::NEG_INFINITY, f64::INFINITY);

impl From<Interval> for Bounds {
    fn from(interval: Interval) -> Self {
        Self {
            interval,
            may_fail: false,
            must_fail: false,
        }
    }
}

impl Bounds {
    fn whole(low: i64, high: i64) -> Self {
        Interval::Whole(low, high).into()
    }

    /// The bounds of a fact of a kind whose keys lie in a range.
    pub(crate) fn of_keys(kind: ValueKind, low: i64, high: i64) -> Self {
        match kind {
            ValueKind::Number => {
                let (low, high) = (float_of_key(low), float_of_key(high));
                // A small whole number is itself; any other decimal is printed from the nearest
                // one.
                let whole = |end: f64| end.fract() == 0.0 && end.abs() < 9e15;
                let ends = (
                    if whole(low) { low } else { low.next_down() },
                    if whole(high) { high } else { high.next_up() },
                );
                signed(ends, low > 0.0, high < 0.0).into()
            }
            _ => Self::whole(low, high),
        }
    }

    fn of_value(value: &Value) -> Self {
        match value {
            Value::Number(number) => {
                let above = !number.is_zero() && !number.is_negative();
                signed(number.around(), above, number.is_negative()).into()
            }
            value => {
                let key = crate::tree::exact_arithmetic::key_of(value).unwrap_or_default();
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
    /// Binary numbers between which it lies.
    pub(crate) fn ends(self) -> (f64, f64) {
        match self {
            Self::Whole(low, high) => (Number::from(low).around().0, Number::from(high).around().1),
            Self::Number(low, high) => (low, high),
        }
    }
}

/// The bounds of an expression. `keys` gives the least and greatest key of a fact.
pub(crate) fn bounds(expression: &Expression, keys: &dyn Fn(&FactRef) -> (i64, i64)) -> Bounds {
    with_kind(expression, keys).0
}

/// The bounds of an expression and its kind. Asking each part for its kind again would take
/// quadratic time.
fn with_kind(
    expression: &Expression,
    keys: &dyn Fn(&FactRef) -> (i64, i64),
) -> (Bounds, ValueKind) {
    match expression {
        Expression::Constant(value) | Expression::Parameter(_, value) => {
            (Bounds::of_value(value), ValueKind::of_value(value))
        }
        Expression::Fact(fact) => {
            let ((low, high), kind) = (keys(fact), expression.kind());
            (Bounds::of_keys(kind, low, high), kind)
        }
        Expression::Derived(_, inner) => (bounds(inner, keys), expression.kind()),
        Expression::Unary(operation, inner) => {
            let (inner, kind) = with_kind(inner, keys);
            let result = unary(*operation, inner.interval);
            let result = result.failing(inner.may_fail, inner.must_fail);
            (result, operation.kind(kind))
        }
        Expression::Binary(operation, left, right) => {
            let whole_power = right.is_whole_exponent();
            let (left, right) = (with_kind(left, keys), with_kind(right, keys));
            let kind = binary_kind(*operation, left.1, right.1, whole_power);
            let (left, right) = (left.0, right.0);
            let result = match (left.interval, right.interval) {
                (Interval::Whole(a, b), Interval::Whole(c, d)) => whole(*operation, (a, b), (c, d)),
                _ => numbers(*operation, left.interval.ends(), right.interval.ends()),
            };
            let result = if kind == ValueKind::Date {
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
    let (first, last) = (Date::first().days(), Date::last().days());
    let Interval::Whole(low, high) = result.interval else {
        return Bounds::whole(first, last).failing(true, result.must_fail);
    };
    Bounds::whole(low.max(first), high.min(last)).failing(
        result.may_fail || low < first || high > last,
        result.must_fail || high < first || low > last,
    )
}

fn unary(operation: Unary, inner: Interval) -> Bounds {
    match (operation, inner) {
        (Unary::Negate, Interval::Whole(low, high)) => cut(-i128::from(high), -i128::from(low)),
        (Unary::Negate, Interval::Number(low, high)) => Interval::Number(-high, -low).into(),
        (Unary::Abs, Interval::Whole(low, high)) => {
            let (low, high) = (i128::from(low), i128::from(high));
            let least = if low <= 0 && high >= 0 {
                0
            } else {
                low.abs().min(high.abs())
            };
            cut(least, low.abs().max(high.abs()))
        }
        (Unary::Abs, Interval::Number(low, high)) => {
            let least = if low <= 0.0 && high >= 0.0 {
                0.0
            } else {
                low.abs().min(high.abs())
            };
            Interval::Number(least, low.abs().max(high.abs())).into()
        }
        (Unary::Floor, Interval::Number(low, high)) => {
            Interval::Number(low.floor(), high.floor()).into()
        }
        (Unary::Ceiling, Interval::Number(low, high)) => {
            Interval::Number(low.ceil(), high.ceil()).into()
        }
        (Unary::Round, Interval::Number(low, high)) => {
            Interval::Number(low.round(), high.round()).into()
        }
        (Unary::RoundEven, Interval::Number(low, high)) => {
            Interval::Number(low.round_ties_even(), high.round_ties_even()).into()
        }
        (Unary::ToNumber, interval @ Interval::Whole(..)) => {
            let (low, high) = interval.ends();
            Interval::Number(low, high).into()
        }
        (Unary::ToInteger, Interval::Number(low, high)) => truncated(low, high),
        (operation, Interval::Whole(low, high)) if operation.is_of_dates() => {
            let (low, high) = date_interval_arithmetic::part(operation, low, high);
            Bounds::whole(low, high)
        }
        (_, interval) => interval.into(),
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a number beyond the range becomes its end, which is meant"
)]
fn truncated(low: f64, high: f64) -> Bounds {
    const END: f64 = 9_223_372_036_854_775_808.0;
    let may = low < -END || high >= END;
    let must = high < -END || low >= END;
    Bounds::whole(low.trunc() as i64, high.trunc() as i64).failing(may, must)
}

/// An interval of integers; of numbers if the ends do not fit in 64 bits.
#[expect(clippy::cast_precision_loss, reason = "the ends are rounded outwards")]
fn cut(low: i128, high: i128) -> Bounds {
    match (i64::try_from(low), i64::try_from(high)) {
        (Ok(low), Ok(high)) => Bounds::whole(low, high),
        _ => Interval::Number((low as f64).next_down(), (high as f64).next_up()).into(),
    }
}

fn corners(x: (i128, i128), y: (i128, i128), f: impl Fn(i128, i128) -> i128) -> (i128, i128) {
    let all = [f(x.0, y.0), f(x.0, y.1), f(x.1, y.0), f(x.1, y.1)];
    (
        all.into_iter().min().unwrap_or_default(),
        all.into_iter().max().unwrap_or_default(),
    )
}

fn whole(operation: Binary, left: (i64, i64), right: (i64, i64)) -> Bounds {
    let x = (i128::from(left.0), i128::from(left.1));
    let y = (i128::from(right.0), i128::from(right.1));
    match operation {
        Binary::AddMonths | Binary::MonthsBetween | Binary::Age => {
            let (low, high) = date_interval_arithmetic::ends(operation, left, right);
            Bounds::whole(low, high)
        }
        Binary::Add => cut(x.0 + y.0, x.1 + y.1),
        Binary::Subtract => cut(x.0 - y.1, x.1 - y.0),
        Binary::Multiply => {
            let (low, high) = corners(x, y, |x, y| x * y);
            cut(low, high)
        }
        Binary::Min => cut(x.0.min(y.0), x.1.min(y.1)),
        Binary::Max => cut(x.0.max(y.0), x.1.max(y.1)),
        Binary::Remainder => remainder(x, y),
        Binary::Power if y.0 >= 0 => raised(x, y),
        Binary::Divide | Binary::Power => {
            let ends = |(low, high)| Interval::Whole(low, high).ends();
            numbers(operation, ends(left), ends(right))
        }
    }
}

/// The remainder has the sign of the dividend and is smaller than the divisor.
fn remainder(x: (i128, i128), y: (i128, i128)) -> Bounds {
    let zero = y.0 <= 0 && y.1 >= 0;
    if y == (0, 0) {
        return Bounds::whole(0, 0).failing(true, true);
    }
    if x.0 == x.1 && y.0 == y.1 {
        return cut(x.0 % y.0, x.0 % y.0);
    }
    let most = y.0.abs().max(y.1.abs()) - 1;
    let low = if x.0 < 0 { x.0.max(-most) } else { 0 };
    let high = if x.1 > 0 { x.1.min(most) } else { 0 };
    cut(low, high).failing(zero, false)
}

/// A power whose exponent is not below zero. It fails only where it has too many digits.
fn raised(x: (i128, i128), y: (i128, i128)) -> Bounds {
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
    let (mut low, mut high) = corners(x, y, power);
    if x.0 < 0 && y.0 != y.1 {
        // The sign changes from one exponent to the next: take what the greatest magnitude allows.
        let most = power(x.0.abs().max(x.1.abs()), y.1);
        (low, high) = (low.min(most.saturating_neg()), high.max(most));
    }
    if x.0 <= 0 && x.1 >= 0 {
        (low, high) = (low.min(0), high.max(1));
    }
    if low == i128::MIN || high == i128::MAX {
        let low = if x.0 >= 0 { 0.0 } else { f64::NEG_INFINITY };
        return Bounds::from(Interval::Number(low, f64::INFINITY)).failing(true, false);
    }
    cut(low, high)
}

/// Bounds of a sum, product or quotient of binary numbers: both equal to it if it is exact.
fn rounded(value: f64, exact: bool) -> (f64, f64) {
    if exact || value.is_infinite() {
        let (low, high) = (value.min(f64::MAX), value.max(f64::MIN));
        return if value.is_infinite() {
            (low, high)
        } else {
            (value, value)
        };
    }
    (value.next_down(), value.next_up())
}

/// Narrows an interval whose values are known to be above zero, or below it.
fn signed((low, high): (f64, f64), above: bool, below: bool) -> Interval {
    // The other ends that are so near to zero are moved away from it.
    let low = if above {
        low.max(ABOVE_ZERO)
    } else if low < 0.0 {
        low.min(-2.0 * ABOVE_ZERO)
    } else {
        low
    };
    let high = if below {
        high.min(-ABOVE_ZERO)
    } else if high > 0.0 {
        high.max(2.0 * ABOVE_ZERO)
    } else {
        high
    };
    Interval::Number(low, high)
}

/// An end to calculate with.
fn end(end: f64) -> f64 {
    if end.abs() <= ABOVE_ZERO {
        0.0_f64.copysign(end)
    } else {
        end
    }
}

fn add(x: f64, y: f64) -> (f64, f64) {
    let sum = x + y;
    let of_y = sum - x;
    let exact = (x - (sum - of_y)) + (y - of_y) == 0.0;
    rounded(sum, exact)
}

fn multiply(x: f64, y: f64) -> (f64, f64) {
    // Zero times infinity is zero here.
    if x == 0.0 || y == 0.0 {
        return (0.0, 0.0);
    }
    let product = x * y;
    let even = product.abs() > 1e-200 && x.mul_add(y, -product) == 0.0;
    rounded(product, even)
}

fn divide(x: f64, y: f64) -> (f64, f64) {
    if x == 0.0 {
        return (0.0, 0.0);
    }
    if y.is_infinite() {
        return if (x > 0.0) == (y > 0.0) {
            (0.0, f64::MAX)
        } else {
            (f64::MIN, 0.0)
        };
    }
    let quotient = x / y;
    let even = quotient.abs() > 1e-200 && quotient.mul_add(y, -x) == 0.0;
    rounded(quotient, even)
}

fn numbers(operation: Binary, x: (f64, f64), y: (f64, f64)) -> Bounds {
    let above = |x: (f64, f64)| x.0 > 0.0;
    let below = |x: (f64, f64)| x.1 < 0.0;
    let of = |f: fn(f64, f64) -> (f64, f64)| {
        let (a, b, c, d) = (end(x.0), end(x.1), end(y.0), end(y.1));
        let all = [f(a, c), f(a, d), f(b, c), f(b, d)];
        let low = all
            .iter()
            .map(|(low, _)| *low)
            .fold(f64::INFINITY, f64::min);
        let high = all
            .iter()
            .map(|(_, high)| *high)
            .fold(f64::NEG_INFINITY, f64::max);
        // A NaN means that the result can be anything.
        if all.iter().any(|(low, high)| low.is_nan() || high.is_nan()) {
            ANYTHING
        } else {
            let positive = (above(x) && above(y)) || (below(x) && below(y));
            let negative = (above(x) && below(y)) || (below(x) && above(y));
            signed((low, high), positive, negative)
        }
    };
    let sum = |y: (f64, f64)| {
        let low = add(end(x.0), end(y.0)).0;
        let high = add(end(x.1), end(y.1)).1;
        if low.is_nan() || high.is_nan() {
            return ANYTHING;
        }
        let positive = (above(x) && y.0 >= 0.0) || (above(y) && x.0 >= 0.0);
        let negative = (below(x) && y.1 <= 0.0) || (below(y) && x.1 <= 0.0);
        signed((low, high), positive, negative)
    };
    let zero = y.0 <= 0.0 && y.1 >= 0.0;
    let nothing = y.0 == 0.0 && y.1 == 0.0;
    match operation {
        Binary::Add => sum(y).into(),
        Binary::Subtract => sum((-y.1, -y.0)).into(),
        Binary::Multiply => of(multiply).into(),
        Binary::Divide if zero => Bounds::from(ANYTHING).failing(true, nothing),
        Binary::Divide => of(divide).into(),
        Binary::Min => Interval::Number(x.0.min(y.0), x.1.min(y.1)).into(),
        Binary::Max => Interval::Number(x.0.max(y.0), x.1.max(y.1)).into(),
        // So many months that they do not fit in 64 bits.
        Binary::AddMonths | Binary::MonthsBetween | Binary::Age => {
            Bounds::from(ANYTHING).failing(true, false)
        }
        Binary::Remainder => {
            let most = y.0.abs().max(y.1.abs());
            let low = if x.0 < 0.0 { x.0.max(-most) } else { 0.0 };
            let high = if x.1 > 0.0 { x.1.min(most) } else { 0.0 };
            Bounds::from(Interval::Number(low, high)).failing(zero, nothing)
        }
        // A power of a number that is not negative is not negative, if it can be calculated.
        Binary::Power if x.0 >= 0.0 => {
            Bounds::from(Interval::Number(0.0, f64::INFINITY)).failing(true, false)
        }
        Binary::Power => Bounds::from(ANYTHING).failing(true, false),
    }
}

/// The answer of a comparison, when it is the same for all values within the bounds.
pub(crate) fn decide(comparison: Comparison, left: Interval, right: Interval) -> Option<bool> {
    if let (Interval::Whole(a, b), Interval::Whole(c, d)) = (left, right) {
        return decide_whole(comparison, (a, b), (c, d));
    }
    let (x, y) = (left.ends(), right.ends());
    let same = x.0 >= x.1 && y.0 >= y.1 && x.0 <= y.0 && x.0 >= y.0;
    if same {
        return Some(compare_exactly(comparison, &0, &0));
    }
    // The upper end of one beside the lower end of the other; an end at zero may mean only a sign.
    let apart = |high: f64, low: f64| {
        (end(high) < end(low)) || (end(high) <= 0.0 && end(low) >= 0.0 && (high < 0.0 || low > 0.0))
    };
    let touching = |high: f64, low: f64| end(high) <= end(low);
    if apart(x.1, y.0) {
        return Some(compare_exactly(comparison, &0, &1));
    }
    if apart(y.1, x.0) {
        return Some(compare_exactly(comparison, &1, &0));
    }
    match comparison {
        Comparison::LessOrEqual if touching(x.1, y.0) => Some(true),
        Comparison::Greater if touching(x.1, y.0) => Some(false),
        Comparison::GreaterOrEqual if touching(y.1, x.0) => Some(true),
        Comparison::Less if touching(y.1, x.0) => Some(false),
        _ => None,
    }
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
