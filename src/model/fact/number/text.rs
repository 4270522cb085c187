//! Numbers as text: all digits, no exponent.

use std::fmt;
use std::str::FromStr;

use num_bigint::BigInt;
use num_rational::BigRational;

use crate::model::fact::number::{Number, NumberForm, SHOWN, ten};

/// Reads a decimal, with an exponent if need be, or a fraction `2/3`. No sign but `-` and `+`.
impl FromStr for Number {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        /// A number with a larger exponent has more digits than a number may have.
        const MOST: i32 = 2_000;
        if let Some((above, below)) = text.split_once('/') {
            if below.contains('/') {
                return Err(());
            }
            let (above, below): (Self, Self) = (above.trim().parse()?, below.trim().parse()?);
            return above.over(&below).ok_or(());
        }
        let (digits, exponent) = match text.split_once(['e', 'E']) {
            Some((digits, exponent)) => (digits, exponent.parse::<i32>().map_err(drop)?),
            None => (text, 0),
        };
        let (sign, digits) = match digits.strip_prefix('-') {
            Some(digits) => (-1, digits),
            None => (1, digits.strip_prefix('+').unwrap_or(digits)),
        };
        let (before, after) = digits.split_once('.').unwrap_or((digits, ""));
        let plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let length = before.len() + after.len();
        if length == 0 || length > 4_000 || !plain(before) || !plain(after) || exponent.abs() > MOST
        {
            return Err(());
        }
        let places = i32::try_from(after.len()).map_err(drop)? - exponent;
        let all = format!("{before}{after}");
        let number = match all.parse::<i64>() {
            Ok(mantissa) => Self::decimal(mantissa * sign, places),
            Err(_) => {
                let mantissa = BigInt::parse_bytes(all.as_bytes(), 10).ok_or(())? * sign;
                Self::of_big(match u32::try_from(places) {
                    Ok(places) => BigRational::new(mantissa, ten(places)),
                    Err(_) => BigRational::from(mantissa * ten(places.unsigned_abs())),
                })
            }
        };
        number.fits().then_some(number).ok_or(())
    }
}

/// All digits, without trailing zeros and without an exponent. If they do not end, 28 of them and
/// `…`.
impl fmt::Display for Number {
    fn fmt(&self, fmt: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let NumberForm::Small(whole, 1) = &self.0 {
            return whole.fmt(fmt);
        }
        let (places, more) = match self.places() {
            Some(places) => (places, ""),
            None => {
                let places = i64::from(SHOWN) - i64::from(self.order());
                (u32::try_from(places).unwrap_or(0), "…")
            }
        };
        let text = self.cut_to(places);
        write!(fmt, "{text}{more}")
    }
}

impl Number {
    /// The digits up to this many places; the rest is cut off.
    fn cut_to(&self, places: u32) -> String {
        let power = Self::of_big(BigRational::from(ten(places)));
        let scaled = self.magnitude().times(&power).truncated().big();
        let digits = format!("{:0>1$}", scaled.numer().to_string(), places as usize + 1);
        let (before, after) = digits.split_at(digits.len() - places as usize);
        let sign = if self.is_negative() { "-" } else { "" };
        let point = if after.is_empty() { "" } else { "." };
        format!("{sign}{before}{point}{after}")
    }

    /// The exact number: its digits, or a fraction if they do not end.
    pub(crate) fn as_fraction(&self) -> String {
        if self.places().is_some() {
            return self.to_string();
        }
        self.fraction()
    }

    /// With exactly this many places, rounded half away from zero: `2.50`.
    pub(crate) fn with_places(&self, places: u32) -> String {
        let power = Self::of_big(BigRational::from(ten(places)));
        let rounded = self.times(&power).rounded().over(&power);
        rounded.map_or_else(String::new, |number| number.cut_to(places))
    }

    /// With a comma between each three digits before the point: `1,234,567.5`.
    pub(crate) fn with_separators(&self) -> String {
        let text = self.to_string();
        let end = text.find(['.', '…']).unwrap_or(text.len());
        let mut grouped = String::new();
        for (index, digit) in text[..end].char_indices() {
            let left = end - index;
            if digit.is_ascii_digit()
                && left.is_multiple_of(3)
                && grouped.ends_with(|c: char| c.is_ascii_digit())
            {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        grouped + &text[end..]
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, fmt: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, fmt)
    }
}
