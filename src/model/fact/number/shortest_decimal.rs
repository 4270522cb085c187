//! The shortest decimal that a binary number is printed as, different from that of any other.

/// The decimal a binary number is printed as: a whole number and how many places the point lies
/// before its end.
pub(crate) fn decimal_of(binary: f64) -> Option<(i64, i32)> {
    for (places, power) in (0..).zip(POWERS) {
        if let Some(whole) = scaled(binary, power) {
            return Some((whole, places));
        }
    }
    if !binary.is_finite() {
        return None;
    }
    let text = format!("{binary:e}");
    let (digits, exponent) = text.split_once('e')?;
    let exponent: i32 = exponent.parse().ok()?;
    let (before, after) = digits.split_once('.').unwrap_or((digits, ""));
    let mantissa = format!("{before}{after}").parse().ok()?;
    Some((mantissa, i32::try_from(after.len()).ok()? - exponent))
}

const POWERS: [f64; 8] = [1.0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7];

/// The decimal a binary number is printed as, with this many places, as an integer in units of its
/// last place; `None` if it has more places, and for some that are long.
pub(crate) fn decimal_at(binary: f64, places: u32) -> Option<i64> {
    let power = POWERS.get(usize::try_from(places).ok()?)?;
    scaled(binary, *power)
}

/// A binary number times a power of ten, where that is the decimal it is printed as.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "it is looked at how large it is"
)]
fn scaled(binary: f64, power: f64) -> Option<i64> {
    // A decimal of fifteen digits is printed as it is.
    const DIGITS: f64 = 1e15;
    let scaled = binary * power;
    // Rounding by hand is faster, and the result is checked.
    let whole = (scaled + 0.5_f64.copysign(scaled)) as i64;
    let same = scaled.abs() < DIGITS && (whole as f64 / power).total_cmp(&(binary + 0.0)).is_eq();
    same.then_some(whole)
}
