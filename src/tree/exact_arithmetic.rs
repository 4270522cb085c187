//! Arithmetic and comparison of exact numbers.
//!
//! A number is a fraction: `+ - * /` and whole powers are exact, comparisons have no tolerance, and
//! nothing is rounded unless the author says so. Scripts and trees both calculate with these
//! functions; a law in `tests/it/laws.rs` compares them.

use std::borrow::Cow;
use std::sync::Arc;

use crate::model::fact::{Date, Number, Value};

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
    /// `round(x)`: halfway away from zero.
    Round,
    /// `round_even(x)`: halfway to the even number.
    RoundEven,
    /// `to_int(x)`: towards zero.
    ToInteger,
    /// `to_float(x)`: every number may have a fraction, so it does nothing.
    ToNumber,
    /// `year(d)`
    Year,
    /// `month(d)`
    Month,
    /// `day(d)`
    Day,
    /// `first_of_month(d)`
    FirstOfMonth,
    /// `last_of_month(d)`
    LastOfMonth,
    /// `fixed(x, places)`: a text with this many decimals, rounded half away from zero.
    Fixed(u8),
    /// `percent(x, places)`: a text with a percent sign, rounded in the same way.
    Percent(u8),
    /// `thousands(x)`: a text with a comma between each three digits.
    Thousands,
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
    /// `add_months(d, n)`: the last day of the month where it has no such day.
    AddMonths,
    /// `months_between(a, b)`: whole months from one day to another.
    MonthsBetween,
    /// `age(born, on)`: whole years; somebody born on 29 February is a year older on 1 March.
    Age,
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
    /// The one that holds just where this does not.
    pub(crate) fn opposite(self) -> Self {
        match self {
            Self::Equal => Self::NotEqual,
            Self::NotEqual => Self::Equal,
            Self::Less => Self::GreaterOrEqual,
            Self::LessOrEqual => Self::Greater,
            Self::Greater => Self::LessOrEqual,
            Self::GreaterOrEqual => Self::Less,
        }
    }

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
    /// Those about days.
    pub(crate) const OF_DATES: [Self; 5] = [
        Self::Year,
        Self::Month,
        Self::Day,
        Self::FirstOfMonth,
        Self::LastOfMonth,
    ];

    /// Whether it is about days.
    pub(crate) fn is_of_dates(self) -> bool {
        Self::OF_DATES.contains(&self)
    }

    /// The name a script calls it by.
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Negate => "-",
            Self::Abs => "abs",
            Self::Floor => "floor",
            Self::Ceiling => "ceiling",
            Self::Round => "round",
            Self::RoundEven => "round_even",
            Self::ToInteger => "to_int",
            Self::ToNumber => "to_float",
            Self::Year => "year",
            Self::Month => "month",
            Self::Day => "day",
            Self::FirstOfMonth => "first_of_month",
            Self::LastOfMonth => "last_of_month",
            Self::Fixed(_) => "fixed",
            Self::Percent(_) => "percent",
            Self::Thousands => "thousands",
        }
    }
}

impl Binary {
    /// All of them.
    pub(crate) const ALL: [Self; 11] = [
        Self::Add,
        Self::Subtract,
        Self::Multiply,
        Self::Divide,
        Self::Remainder,
        Self::Power,
        Self::Min,
        Self::Max,
        Self::AddMonths,
        Self::MonthsBetween,
        Self::Age,
    ];

    /// Whether it is about days alone.
    pub(crate) fn is_of_dates(self) -> bool {
        matches!(self, Self::AddMonths | Self::MonthsBetween | Self::Age)
    }

    /// Whether a script calls it by a name.
    pub(crate) fn is_called(self) -> bool {
        matches!(self, Self::Min | Self::Max) || self.is_of_dates()
    }

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
            Self::AddMonths => "add_months",
            Self::MonthsBetween => "months_between",
            Self::Age => "age",
        }
    }
}

/// Why a calculation cannot be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Trouble {
    DivisionByZero,
    Overflow,
    Power,
    TooManyDigits,
    OutsideCalendar,
}

impl Trouble {
    /// In words, for a message.
    pub(crate) fn describe(self) -> &'static str {
        match self {
            Self::DivisionByZero => "division by zero",
            Self::Overflow => "the result is too large for a whole number of 64 bits",
            Self::Power => {
                "there is no such fraction: zero to a negative power, a root of a negative number, \
                 a root that does not come out even, or more than 2,000 digits"
            }
            Self::TooManyDigits => "the result has more than 2,000 digits",
            Self::OutsideCalendar => "the date is outside the calendar",
        }
    }
}

impl Trouble {
    /// Advice on how to avoid it.
    pub(crate) fn help(self) -> &'static str {
        match self {
            Self::DivisionByZero => {
                "ask first what is to hold where the divisor is 0: `if j.b == 0 { ... } else { ... }`"
            }
            Self::Overflow | Self::TooManyDigits => {
                "calculate with smaller numbers, or round on the way: `round(x, 6)`"
            }
            Self::Power => "compare with the power: `j.x > 9` where the root is to be more than 3",
            Self::OutsideCalendar => "look at what is added: years reach from -9999 to 9999",
        }
    }
}

/// The value of an operation; kinds are checked when an expression is built.
pub(crate) fn unary(operation: Unary, value: &Value) -> Result<Value, Trouble> {
    use Value::{Integer, Number as Fraction};
    Ok(match (operation, value) {
        (Unary::Negate, Integer(x)) => match x.checked_neg() {
            Some(x) => Integer(x),
            None => Fraction(Number::from(*x).negated()),
        },
        (Unary::Abs, Integer(x)) => match x.checked_abs() {
            Some(x) => Integer(x),
            None => Fraction(Number::from(*x).magnitude()),
        },
        (Unary::Negate, Fraction(x)) => Fraction(x.negated()),
        (Unary::Abs, Fraction(x)) => Fraction(x.magnitude()),
        (Unary::Floor, Fraction(x)) => Fraction(x.floor()),
        (Unary::Ceiling, Fraction(x)) => Fraction(x.ceiling()),
        (Unary::Round, Fraction(x)) => Fraction(x.rounded()),
        (Unary::RoundEven, Fraction(x)) => Fraction(x.rounded_to_even()),
        (Unary::ToInteger, Fraction(x)) => Integer(x.truncated().whole().ok_or(Trouble::Overflow)?),
        (Unary::ToNumber, Integer(x)) => Fraction((*x).into()),
        (Unary::Year, Value::Date(day)) => Integer(day.year()),
        (Unary::Month, Value::Date(day)) => Integer(day.month()),
        (Unary::Day, Value::Date(day)) => Integer(day.day()),
        (Unary::FirstOfMonth, Value::Date(day)) => Value::Date(day.first_of_month()),
        (Unary::LastOfMonth, Value::Date(day)) => Value::Date(day.last_of_month()),
        (Unary::Fixed(_) | Unary::Percent(_) | Unary::Thousands, value) => {
            Value::Text(written(operation, value).into())
        }
        (_, same) => same.clone(),
    })
}

/// A number as a text for people.
fn written(operation: Unary, value: &Value) -> String {
    let Some(number) = number_of(value) else {
        return value.to_string();
    };
    match operation {
        Unary::Fixed(places) => number.with_places(places.into()),
        Unary::Percent(places) => {
            let number = number.times(&100.into());
            format!("{}%", number.with_places(places.into()))
        }
        _ => number.with_separators(),
    }
}

/// The number that a numeric value is.
pub(crate) fn number_of(value: &Value) -> Option<Cow<'_, Number>> {
    match value {
        Value::Integer(x) => Some(Cow::Owned((*x).into())),
        Value::Number(x) => Some(Cow::Borrowed(x)),
        _ => None,
    }
}

/// The value of an operation on two values.
pub(crate) fn binary(operation: Binary, left: &Value, right: &Value) -> Result<Value, Trouble> {
    binary_within(operation, left, right, Number::fits)
}

/// The value of an operation within a calculation, which may have more digits than the result.
pub(crate) fn binary_part(
    operation: Binary,
    left: &Value,
    right: &Value,
) -> Result<Value, Trouble> {
    binary_within(operation, left, right, Number::fits_as_part)
}

fn binary_within(
    operation: Binary,
    left: &Value,
    right: &Value,
    fits: fn(&Number) -> bool,
) -> Result<Value, Trouble> {
    use Value::Integer;
    if let (Integer(x), Integer(y)) = (left, right)
        && let Some(whole) = integers(operation, *x, *y)
    {
        return Ok(Integer(whole));
    }
    match (left, right) {
        (Value::Date(x), Value::Date(y)) => Ok(dates(operation, *x, *y)),
        (Value::Date(x), Integer(days)) => shift(operation, *x, *days),
        (Integer(days), Value::Date(x)) => shift(operation, *x, *days),
        (Value::Date(_), Value::Number(_)) | (Value::Number(_), Value::Date(_)) => {
            Err(Trouble::OutsideCalendar)
        }
        _ => match (number_of(left), number_of(right)) {
            (Some(x), Some(y)) => numbers(operation, &x, &y, fits).map(Value::Number),
            _ => unreachable!("kinds are checked when an expression is built"),
        },
    }
}

/// The result of an operation on integers; `None` if it does not fit or is not an integer.
pub(super) fn integers(operation: Binary, x: i64, y: i64) -> Option<i64> {
    match operation {
        Binary::Add => x.checked_add(y),
        Binary::Subtract => x.checked_sub(y),
        Binary::Multiply => x.checked_mul(y),
        Binary::Remainder => x.checked_rem(y),
        Binary::Power => x.checked_pow(u32::try_from(y).ok()?),
        Binary::Min => Some(x.min(y)),
        Binary::Max => Some(x.max(y)),
        Binary::Divide | Binary::AddMonths | Binary::MonthsBetween | Binary::Age => None,
    }
}

fn numbers(
    operation: Binary,
    x: &Number,
    y: &Number,
    fits: fn(&Number) -> bool,
) -> Result<Number, Trouble> {
    let result = match operation {
        Binary::Add => x.plus(y),
        Binary::Subtract => x.minus(y),
        Binary::Multiply => x.times(y),
        Binary::Divide => x.over(y).ok_or(Trouble::DivisionByZero)?,
        Binary::Remainder => x.remainder(y).ok_or(Trouble::DivisionByZero)?,
        Binary::Power => return power(x, y).ok_or(Trouble::Power),
        Binary::Min => x.min(y).clone(),
        Binary::Max => x.max(y).clone(),
        Binary::AddMonths | Binary::MonthsBetween | Binary::Age => {
            unreachable!("kinds are checked when an expression is built")
        }
    };
    if fits(&result) {
        Ok(result)
    } else {
        Err(Trouble::TooManyDigits)
    }
}

/// A power: exact for an integer exponent; for a fraction, only if the root is exact.
fn power(x: &Number, y: &Number) -> Option<Number> {
    /// Roots beyond this take long and are never meant.
    const MOST: u32 = 64;
    let (times, root) = y.small_parts()?;
    if root == 1 {
        return x.raised(times);
    }
    if root > MOST || (times < 0 && x.is_zero()) {
        return None;
    }
    x.root(root)?.raised(times)
}

fn dates(operation: Binary, x: Date, y: Date) -> Value {
    match operation {
        Binary::Min => Value::Date(x.min(y)),
        Binary::Max => Value::Date(x.max(y)),
        Binary::MonthsBetween => Value::Integer(x.months_until(y)),
        Binary::Age => Value::Integer(x.age_on(y)),
        _ => Value::Integer(x.days() - y.days()),
    }
}

fn shift(operation: Binary, date: Date, days: i64) -> Result<Value, Trouble> {
    if operation == Binary::AddMonths {
        let later = date.plus_months(days);
        return later.map(Value::Date).ok_or(Trouble::OutsideCalendar);
    }
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

/// The key of a number, in the order of the numbers; see `Ranges`.
pub(crate) fn key_of_float(x: f64) -> i64 {
    let bits = (x + 0.0).to_bits().cast_signed();
    let key = bits ^ ((bits >> 63).cast_unsigned() >> 1).cast_signed();
    // -0.0 and 0.0 have one key.
    if key < 0 { key + 1 } else { key }
}

/// The number of a key.
pub(crate) fn float_of_key(key: i64) -> f64 {
    let key = if key < 0 { key - 1 } else { key };
    let bits = key ^ ((key >> 63).cast_unsigned() >> 1).cast_signed();
    f64::from_bits(bits.cast_unsigned())
}

/// The number that a record with this key states.
pub(crate) fn number_of_key(key: i64) -> Option<Number> {
    Number::of_binary(float_of_key(key))
}

/// The key of the greatest number not above this one that a record can state, and whether it is the
/// same number. For a number below all of them, the key below the least.
pub(crate) fn key_below(number: &Number) -> (i64, bool) {
    let (least, most) = (key_of_float(f64::MIN), key_of_float(f64::MAX));
    let mut key = key_of_float(number.near()).clamp(least, most);
    let at = |key: i64| number_of_key(key).expect("within all numbers");
    while key < most && at(key + 1) <= *number {
        key += 1;
    }
    while key >= least && at(key) > *number {
        key -= 1;
    }
    (key, key >= least && at(key) == *number)
}

/// The key of a value that has one: all but texts and lists, and numbers that no record can state.
pub(crate) fn key_of(value: &Value) -> Option<i64> {
    match value {
        Value::Boolean(x) => Some(i64::from(*x)),
        Value::Integer(x) => Some(*x),
        Value::Number(x) => x.binary().map(key_of_float),
        Value::Date(x) => Some(x.days()),
        Value::Text(_) | Value::List(_) => None,
    }
}

/// The text that comes next after this one in order.
pub(crate) fn next_text(text: &str) -> Arc<str> {
    format!("{text}\0").into()
}
