//! Arithmetic and comparison exactly as the script interpreter does them.
//!
//! Whole numbers are checked for overflow. Numbers with fractions compare with a relative
//! tolerance of one `f64::EPSILON`, in every comparison and not only in `==`: that is how Rhai 1.27
//! answers, and a tree must answer as the interpreter does. The law test in `tests/it/laws.rs`
//! holds this file to the interpreter.

use std::sync::Arc;

use crate::model::fact::{Date, Value};

/// An operation on one value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unary {
    /// `-x`
    Negate,
    /// `abs(x)`
    Abs,
    /// `floor(x)`
    Floor,
    /// `ceiling(x)`
    Ceiling,
    /// `round(x)`
    Round,
    /// `to_int(x)`: towards zero.
    ToInteger,
    /// `to_float(x)`
    ToNumber,
}

/// An operation on two values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Binary {
    /// `a + b`
    Add,
    /// `a - b`
    Subtract,
    /// `a * b`
    Multiply,
    /// `a / b`
    Divide,
    /// `a % b`
    Remainder,
    /// `a ** b`
    Power,
    /// `min(a, b)`
    Min,
    /// `max(a, b)`
    Max,
}

/// A comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Comparison {
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

impl Comparison {
    /// All of them.
    pub(crate) const ALL: [Self; 6] = [
        Self::Equal,
        Self::NotEqual,
        Self::Less,
        Self::LessOrEqual,
        Self::Greater,
        Self::GreaterOrEqual,
    ];

    /// The operator as a script writes it.
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }

    /// The comparison that asks the same with the sides exchanged.
    pub(crate) fn flipped(self) -> Self {
        match self {
            Self::Less => Self::Greater,
            Self::LessOrEqual => Self::GreaterOrEqual,
            Self::Greater => Self::Less,
            Self::GreaterOrEqual => Self::LessOrEqual,
            same => same,
        }
    }
}

impl Unary {
    /// The name a script calls it by.
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Negate => "-",
            Self::Abs => "abs",
            Self::Floor => "floor",
            Self::Ceiling => "ceiling",
            Self::Round => "round",
            Self::ToInteger => "to_int",
            Self::ToNumber => "to_float",
        }
    }
}

impl Binary {
    /// The operator or function name as a script writes it.
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Remainder => "%",
            Self::Power => "**",
            Self::Min => "min",
            Self::Max => "max",
        }
    }
}

/// Why a calculation cannot be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Trouble {
    DivisionByZero,
    Overflow,
    NegativePower,
    OutsideCalendar,
}

impl Trouble {
    /// In words, for a message.
    pub(crate) fn describe(self) -> &'static str {
        match self {
            Self::DivisionByZero => "division by zero",
            Self::Overflow => "the result is too large for a whole number",
            Self::NegativePower => "a whole number cannot be raised to a negative power",
            Self::OutsideCalendar => "the date is outside the calendar",
        }
    }
}

/// The value of an operation; kinds are checked when an expression is built.
pub(crate) fn unary(operation: Unary, value: &Value) -> Result<Value, Trouble> {
    use Value::{Integer, Number};
    match (operation, value) {
        (Unary::Negate, Integer(x)) => x.checked_neg().map(Integer).ok_or(Trouble::Overflow),
        (Unary::Negate, Number(x)) => Ok(Number(-x)),
        (Unary::Abs, Integer(x)) => x.checked_abs().map(Integer).ok_or(Trouble::Overflow),
        (Unary::Abs, Number(x)) => Ok(Number(x.abs())),
        (Unary::Floor, Number(x)) => Ok(Number(x.floor())),
        (Unary::Ceiling, Number(x)) => Ok(Number(x.ceil())),
        (Unary::Round, Number(x)) => Ok(Number(x.round())),
        (Unary::ToInteger, Number(x)) => to_integer(*x).map(Integer),
        (Unary::ToNumber, Integer(x)) => Ok(Number(as_float(*x))),
        (_, same) => Ok(same.clone()),
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "the range is checked in the same line"
)]
fn to_integer(x: f64) -> Result<i64, Trouble> {
    // 2^63 as a float; the negative end itself fits.
    const END: f64 = 9_223_372_036_854_775_808.0;
    if (-END..END).contains(&x) {
        Ok(x.trunc() as i64)
    } else {
        Err(Trouble::Overflow)
    }
}

/// The interpreter's own conversion in mixed arithmetic.
#[expect(
    clippy::cast_precision_loss,
    reason = "the interpreter converts in the same way"
)]
pub(crate) fn as_float(x: i64) -> f64 {
    x as f64
}

/// The number that a numeric value is.
pub(crate) fn number_of(value: &Value) -> Option<f64> {
    match value {
        Value::Integer(x) => Some(as_float(*x)),
        Value::Number(x) => Some(*x),
        _ => None,
    }
}

/// The value of an operation on two values.
pub(crate) fn binary(operation: Binary, left: &Value, right: &Value) -> Result<Value, Trouble> {
    use Value::{Integer, Number};
    match (left, right) {
        (Integer(x), Integer(y)) => integers(operation, *x, *y).map(Integer),
        (Integer(x), Number(y)) => floats(operation, as_float(*x), *y),
        (Number(x), Integer(y)) => floats(operation, *x, as_float(*y)),
        (Number(x), Number(y)) => floats(operation, *x, *y),
        (Value::Date(x), Value::Date(y)) => Ok(dates(operation, *x, *y)),
        (Value::Date(x), Integer(days)) => shift(operation, *x, *days),
        (Integer(days), Value::Date(x)) => shift(operation, *x, *days),
        _ => unreachable!("kinds are checked when an expression is built"),
    }
}

pub(super) fn integers(operation: Binary, x: i64, y: i64) -> Result<i64, Trouble> {
    let checked = match operation {
        Binary::Divide | Binary::Remainder if y == 0 => return Err(Trouble::DivisionByZero),
        Binary::Power if y < 0 => return Err(Trouble::NegativePower),
        Binary::Add => x.checked_add(y),
        Binary::Subtract => x.checked_sub(y),
        Binary::Multiply => x.checked_mul(y),
        Binary::Divide => x.checked_div(y),
        Binary::Remainder => x.checked_rem(y),
        Binary::Power => u32::try_from(y).ok().and_then(|y| x.checked_pow(y)),
        Binary::Min => Some(x.min(y)),
        Binary::Max => Some(x.max(y)),
    };
    checked.ok_or(Trouble::Overflow)
}

/// The interpreter would go on with infinity or NaN, and every comparison after it would answer
/// something; a division by zero is a fault here, whatever the kind of number.
fn floats(operation: Binary, x: f64, y: f64) -> Result<Value, Trouble> {
    match operation {
        Binary::Divide | Binary::Remainder if y == 0.0 => Err(Trouble::DivisionByZero),
        _ => Ok(Value::Number(numbers(operation, x, y))),
    }
}

pub(crate) fn numbers(operation: Binary, x: f64, y: f64) -> f64 {
    match operation {
        Binary::Add => x + y,
        Binary::Subtract => x - y,
        Binary::Multiply => x * y,
        Binary::Divide => x / y,
        Binary::Remainder => x % y,
        Binary::Power => x.powf(y),
        Binary::Min => x.min(y),
        Binary::Max => x.max(y),
    }
}

fn dates(operation: Binary, x: Date, y: Date) -> Value {
    match operation {
        Binary::Min => Value::Date(x.min(y)),
        Binary::Max => Value::Date(x.max(y)),
        _ => Value::Integer(x.days() - y.days()),
    }
}

fn shift(operation: Binary, date: Date, days: i64) -> Result<Value, Trouble> {
    let days = if operation == Binary::Subtract {
        days.checked_neg()
    } else {
        Some(days)
    };
    let shifted = days
        .and_then(|days| date.days().checked_add(days))
        .and_then(Date::from_days);
    shifted.map(Value::Date).ok_or(Trouble::OutsideCalendar)
}

/// The answer of a comparison. Values of kinds that do not compare are refused when it is built.
pub(crate) fn compare(comparison: Comparison, left: &Value, right: &Value) -> bool {
    use Value::{Integer, Number};
    match (left, right) {
        (Integer(x), Number(y)) => compare_numbers(comparison, as_float(*x), *y),
        (Number(x), Integer(y)) => compare_numbers(comparison, *x, as_float(*y)),
        (Number(x), Number(y)) => compare_numbers(comparison, *x, *y),
        _ => compare_exactly(comparison, left, right),
    }
}

pub(crate) fn compare_exactly<T: Ord + ?Sized>(
    comparison: Comparison,
    left: &T,
    right: &T,
) -> bool {
    match comparison {
        Comparison::Equal => left == right,
        Comparison::NotEqual => left != right,
        Comparison::Less => left < right,
        Comparison::LessOrEqual => left <= right,
        Comparison::Greater => left > right,
        Comparison::GreaterOrEqual => left >= right,
    }
}

/// As `rhai/src/func/builtin.rs` computes it, term by term.
pub(crate) fn compare_numbers(comparison: Comparison, x: f64, y: f64) -> bool {
    let scale = if x * y == 0.0 {
        1.0
    } else {
        x.abs().max(y.abs())
    };
    if scale == 0.0 {
        // Zero beside NaN: the interpreter takes the two for equal.
        return matches!(
            comparison,
            Comparison::Equal | Comparison::LessOrEqual | Comparison::GreaterOrEqual
        );
    }
    match comparison {
        Comparison::Equal => (x - y).abs() / scale <= f64::EPSILON,
        Comparison::NotEqual => (x - y).abs() / scale > f64::EPSILON,
        Comparison::Less => (y - x) / scale > f64::EPSILON,
        Comparison::LessOrEqual => (y - x) / scale > -f64::EPSILON,
        Comparison::Greater => (x - y) / scale > f64::EPSILON,
        Comparison::GreaterOrEqual => (x - y) / scale > -f64::EPSILON,
    }
}

/// The key of a number, in the order of the numbers; see `Ranges`.
pub(crate) fn key_of_float(x: f64) -> i64 {
    let bits = x.to_bits().cast_signed();
    bits ^ ((bits >> 63).cast_unsigned() >> 1).cast_signed()
}

/// The number of a key.
pub(crate) fn float_of_key(key: i64) -> f64 {
    let bits = key ^ ((key >> 63).cast_unsigned() >> 1).cast_signed();
    f64::from_bits(bits.cast_unsigned())
}

/// The key of a value that has one: all but texts and lists.
pub(crate) fn key_of(value: &Value) -> Option<i64> {
    match value {
        Value::Boolean(x) => Some(i64::from(*x)),
        Value::Integer(x) => Some(*x),
        Value::Number(x) => Some(key_of_float(*x)),
        Value::Date(x) => Some(x.days()),
        Value::Text(_) | Value::List(_) => None,
    }
}

/// The text that comes next after this one in order.
pub(crate) fn next_text(text: &str) -> Arc<str> {
    format!("{text}\0").into()
}
