//! Plain texts as booleans and numbers, exactly or not at all.

use crate::model::fact::Number;

/// The largest integer a record or rulebook may state: every integer up to it is also an exact
/// number with fractions, so that mixing the two loses nothing.
pub(crate) const MAX_INTEGER: i64 = 1 << 53;

/// `true` or `false`, and nothing that is only like it.
pub(crate) fn plain_boolean(text: &str) -> Option<bool> {
    match text {
        "true" | "True" | "TRUE" => Some(true),
        "false" | "False" | "FALSE" => Some(false),
        _ => None,
    }
}

/// An integer; `0123` is a code, not a number, and `116.000` is ambiguous.
pub(crate) fn plain_integer(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if !number {
        let clear = !is_in_thousands(digits);
        return clear.then(|| plain_number(text).and_then(plain_whole))?;
    }
    let padded = digits.len() > 1 && digits.starts_with('0');
    let value = (!padded).then(|| text.parse::<i64>().ok())??;
    (value.abs() <= MAX_INTEGER).then_some(value)
}

/// Whether a point may separate thousands: with three digits after it, and one to three before it.
pub(crate) fn is_in_thousands(digits: &str) -> bool {
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    digits.split_once('.').is_some_and(|(before, behind)| {
        let parts = (1..=3).contains(&before.len()) && behind.len() == 3;
        parts && !before.starts_with('0') && all_digits(before) && all_digits(behind)
    })
}

/// A number without a fraction: `1000.0`, `1e3`.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "up to this size, all whole numbers are held exactly"
)]
pub(crate) fn plain_whole(number: f64) -> Option<i64> {
    let whole = number.fract() == 0.0 && number.abs() <= MAX_INTEGER as f64;
    whole.then_some(number as i64)
}

/// A decimal number, with an exponent if need be: as the binary number that is printed so, or none
/// where it has more digits than any has.
pub(crate) fn plain_number(text: &str) -> Option<f64> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let padded = digits.len() > 1
        && digits.starts_with('0')
        && !digits.starts_with("0.")
        && !digits.starts_with("0e")
        && !digits.starts_with("0E");
    let plain = text
        .bytes()
        .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'+' | b'e' | b'E'));
    let value = (plain && !padded).then(|| text.parse::<f64>().ok())??;
    if !value.is_finite() {
        return None;
    }
    // With so few digits all numbers are distinct.
    let few = text.len() <= 15 && !text.contains(['e', 'E']);
    let exact = || text.parse::<Number>().ok() == Number::of_binary(value);
    (few || exact()).then_some(value + 0.0)
}
