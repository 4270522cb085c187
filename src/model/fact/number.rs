//! Exact numbers: fractions of whole numbers.
//!
//! A number whose parts fit is two 64-bit whole numbers; any other is two big ones. The form is
//! unique, so numbers are equal if their forms are. Records state decimals of at most 17 digits.
//! Each is what the nearest 64-bit binary number is printed as, so columns keep that binary number
//! ([`Number::of_binary`], [`Number::binary`]). What is calculated from them may be any fraction.
//!
//! INVARIANT: the two parts have no common divisor, the denominator is above zero, and they are big
//! only if one of them does not fit in 64 bits.

mod reduced_fractions;
mod shortest_decimal;
mod sum;
mod text;

pub(crate) use shortest_decimal::{decimal_at, decimal_of};
pub(crate) use sum::Sum;

use std::cmp::Ordering;
use std::sync::Arc;

use crate::base::work_budget::spend;
use num_bigint::{BigInt, BigUint, Sign};
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{One, Pow, Signed, ToPrimitive, Zero};

/// A number: an exact fraction.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Number(NumberForm);

#[derive(Clone, PartialEq, Eq, Hash)]
enum NumberForm {
    Small(i64, i64),
    Big(Arc<BigRational>),
}

/// The most bits of numerator and denominator each: 2,000 decimal digits.
const MOST_BITS: u64 = 6_644;

/// Digits shown of a number whose decimals do not end.
const SHOWN: u32 = 28;

/// A power of ten; `None` if it does not fit in 64 bits.
fn small_power(exponent: u32) -> Option<i64> {
    10_i64.checked_pow(exponent)
}

impl Number {
    /// Zero.
    pub(crate) const ZERO: Self = Self(NumberForm::Small(0, 1));
    /// One.
    pub(crate) const ONE: Self = Self(NumberForm::Small(1, 1));
    /// The most bits of numerator and denominator within a calculation.
    pub(crate) const MOST_BITS_OF_A_PART: u64 = 110 * MOST_BITS;

    fn of_parts(numerator: i128, denominator: i128) -> Self {
        debug_assert!(denominator != 0);
        let (numerator, denominator) = if denominator < 0 {
            (-numerator, -denominator)
        } else {
            (numerator, denominator)
        };
        // Most fit in 64 bits, which are divided in a fraction of the time.
        if let (Ok(above), Ok(below)) = (i64::try_from(numerator), i64::try_from(denominator)) {
            if below == 1 {
                return Self(NumberForm::Small(above, below));
            }
            let divisor = above.unsigned_abs().gcd(&below.unsigned_abs());
            let divisor = i64::try_from(divisor).expect("it is no greater than the denominator");
            return Self(NumberForm::Small(above / divisor, below / divisor));
        }
        let divisor = numerator.unsigned_abs().gcd(&denominator.unsigned_abs());
        let divisor = i128::try_from(divisor).expect("it is no greater than the denominator");
        let (numerator, denominator) = (numerator / divisor, denominator / divisor);
        match (i64::try_from(numerator), i64::try_from(denominator)) {
            (Ok(above), Ok(below)) => Self(NumberForm::Small(above, below)),
            _ => Self(NumberForm::Big(
                BigRational::new_raw(numerator.into(), denominator.into()).into(),
            )),
        }
    }

    fn of_big(number: BigRational) -> Self {
        match (number.numer().to_i64(), number.denom().to_i64()) {
            (Some(above), Some(below)) => Self(NumberForm::Small(above, below)),
            _ => Self(NumberForm::Big(number.into())),
        }
    }

    fn big(&self) -> BigRational {
        match &self.0 {
            NumberForm::Small(above, below) => {
                BigRational::new_raw((*above).into(), (*below).into())
            }
            NumberForm::Big(number) => {
                // Results made with it are reduced, which takes time with the square of its digits.
                let bits = number.numer().bits().max(number.denom().bits());
                spend(bits * bits / 4_096);
                (**number).clone()
            }
        }
    }

    /// A decimal: a whole number divided by a power of ten.
    fn decimal(mantissa: i64, places: i32) -> Self {
        match u32::try_from(places) {
            Ok(places) => match small_power(places) {
                Some(power) => Self::of_parts(mantissa.into(), power.into()),
                None => Self::small_decimal(mantissa, places),
            },
            Err(_) => Self::of_big(BigRational::from(
                BigInt::from(mantissa) * ten(places.unsigned_abs()),
            )),
        }
    }

    /// A decimal with many places. Only twos and fives can be common factors of its parts.
    fn small_decimal(mantissa: i64, places: u32) -> Self {
        if mantissa == 0 {
            return Self::ZERO;
        }
        let twos = mantissa.trailing_zeros().min(places);
        let (mut above, mut fives) = (mantissa >> twos, 0);
        while fives < places && above % 5 == 0 {
            (above, fives) = (above / 5, fives + 1);
        }
        let below = Pow::pow(BigInt::from(5), places - fives) << (places - twos);
        Self::of_big(BigRational::new_raw(above.into(), below))
    }

    /// A whole number, divided by a power of ten.
    pub(crate) fn decimals(mantissa: i128, places: u32) -> Self {
        match small_power(places) {
            Some(power) => Self::of_parts(mantissa, power.into()),
            None => Self::of_big(BigRational::new(mantissa.into(), ten(places))),
        }
    }

    /// The shortest decimal that a binary number is printed as; `None` if it is not finite.
    pub(crate) fn of_binary(binary: f64) -> Option<Self> {
        let (mantissa, places) = decimal_of(binary)?;
        Some(Self::decimal(mantissa, places))
    }

    /// The exact value of a binary number; `None` if it is not finite.
    pub(crate) fn exactly(binary: f64) -> Option<Self> {
        BigRational::from_float(binary).map(Self::of_big)
    }

    /// The binary number that is printed as exactly this decimal; `None` if it has too many digits.
    pub(crate) fn binary(&self) -> Option<f64> {
        if matches!(self.0, NumberForm::Small(..)) && self.places().is_none() {
            return None;
        }
        let near = self.near();
        (Self::of_binary(near).as_ref() == Some(self)).then_some(near)
    }

    /// The nearest 64-bit binary number. A greater number never gets a lesser one.
    #[expect(clippy::cast_precision_loss, reason = "both parts are small enough")]
    pub fn near(&self) -> f64 {
        const EXACT: u64 = 1 << 53;
        match &self.0 {
            NumberForm::Small(above, below)
                if above.unsigned_abs() <= EXACT && below.unsigned_abs() <= EXACT =>
            {
                *above as f64 / *below as f64
            }
            _ => near_big(&self.big()),
        }
    }

    /// A binary number that is not greater and one that is not less: equal if this one is binary.
    pub(crate) fn around(&self) -> (f64, f64) {
        if let NumberForm::Small(above, below) = &self.0
            && above.unsigned_abs() <= 1 << 53
            && below.count_ones() == 1
        {
            let near = self.near();
            return (near, near);
        }
        let near = self.near();
        (near.next_down(), near.next_up())
    }

    /// This number times ten to a power; `None` if that is not a whole number that fits.
    pub(crate) fn steps(&self, power: i64) -> Option<i128> {
        match &self.0 {
            NumberForm::Small(above, below) if power % below == 0 => {
                Some(i128::from(*above) * i128::from(power / below))
            }
            _ => None,
        }
    }

    /// The number as a whole number; `None` if it is not whole or does not fit in 64 bits.
    pub fn whole(&self) -> Option<i64> {
        match &self.0 {
            NumberForm::Small(whole, 1) => Some(*whole),
            _ => None,
        }
    }

    /// Whether it is whole.
    pub(crate) fn is_whole(&self) -> bool {
        match &self.0 {
            NumberForm::Small(_, below) => *below == 1,
            NumberForm::Big(number) => number.is_integer(),
        }
    }

    /// Whether it is zero.
    pub(crate) fn is_zero(&self) -> bool {
        self.0 == NumberForm::Small(0, 1)
    }

    /// Whether it is below zero.
    pub(crate) fn is_negative(&self) -> bool {
        match &self.0 {
            NumberForm::Small(above, _) => *above < 0,
            NumberForm::Big(number) => number.is_negative(),
        }
    }

    /// Whether numerator and denominator are within the limit of digits.
    pub(crate) fn fits(&self) -> bool {
        self.bits() <= MOST_BITS
    }

    /// Whether numerator and denominator are within the limit of digits within a calculation.
    pub(crate) fn fits_as_part(&self) -> bool {
        self.bits() <= Self::MOST_BITS_OF_A_PART
    }

    /// The bits of the numerator or of the denominator, whichever are more.
    pub(crate) fn bits(&self) -> u64 {
        match &self.0 {
            NumberForm::Small(..) => 64,
            NumberForm::Big(number) => number.numer().bits().max(number.denom().bits()),
        }
    }

    /// The sum.
    pub(crate) fn plus(&self, other: &Self) -> Self {
        if let (NumberForm::Small(a, b), NumberForm::Small(c, d)) = (&self.0, &other.0) {
            let [a, b, c, d] = [a, b, c, d].map(|part| i128::from(*part));
            if b == d {
                return Self::of_parts(a + c, b);
            }
            if let Some(sum) = (a * d).checked_add(c * b) {
                return Self::of_parts(sum, b * d);
            }
        }
        Self::of_big(reduced_fractions::sum(&self.big(), &other.big()))
    }

    /// The difference.
    pub(crate) fn minus(&self, other: &Self) -> Self {
        self.plus(&other.negated())
    }

    /// The product.
    pub(crate) fn times(&self, other: &Self) -> Self {
        if let (NumberForm::Small(a, b), NumberForm::Small(c, d)) = (&self.0, &other.0) {
            let [a, b, c, d] = [a, b, c, d].map(|part| i128::from(*part));
            return Self::of_parts(a * c, b * d);
        }
        Self::of_big(reduced_fractions::product(&self.big(), &other.big()))
    }

    /// The quotient; `None` for a division by zero.
    pub(crate) fn over(&self, other: &Self) -> Option<Self> {
        if other.is_zero() {
            return None;
        }
        if let (NumberForm::Small(a, b), NumberForm::Small(c, d)) = (&self.0, &other.0) {
            let [a, b, c, d] = [a, b, c, d].map(|part| i128::from(*part));
            return Some(Self::of_parts(a * d, b * c));
        }
        Some(Self::of_big(reduced_fractions::product(
            &self.big(),
            &other.big().recip(),
        )))
    }

    /// The number with the other sign.
    pub(crate) fn negated(&self) -> Self {
        match &self.0 {
            NumberForm::Small(above, below) if *above != i64::MIN => {
                Self(NumberForm::Small(-above, *below))
            }
            _ => Self::of_big(-self.big()),
        }
    }

    /// The number without its sign.
    pub(crate) fn magnitude(&self) -> Self {
        if self.is_negative() {
            self.negated()
        } else {
            self.clone()
        }
    }

    /// The greatest whole number that is not above it.
    pub(crate) fn floor(&self) -> Self {
        match &self.0 {
            NumberForm::Small(above, below) => Self::from(above.div_euclid(*below)),
            NumberForm::Big(number) => Self::of_big(number.floor()),
        }
    }

    /// The least whole number that is not below it.
    pub(crate) fn ceiling(&self) -> Self {
        self.negated().floor().negated()
    }

    /// The nearest whole number; a half is rounded away from zero.
    pub(crate) fn rounded(&self) -> Self {
        let size = match &self.0 {
            NumberForm::Small(..) => self
                .magnitude()
                .plus(&Self(NumberForm::Small(1, 2)))
                .floor(),
            // The same without a common divisor, which is dear to find for a long number.
            NumberForm::Big(_) => {
                let size = self.magnitude().big();
                let twice: BigInt = size.numer() * 2 + size.denom();
                Self::of_big(twice.div_floor(&(size.denom() * 2)).into())
            }
        };
        if self.is_negative() {
            size.negated()
        } else {
            size
        }
    }

    /// The nearest whole number; a half is rounded to the even one.
    pub(crate) fn rounded_to_even(&self) -> Self {
        let below = self.floor();
        let rest = self.minus(&below);
        let half = Self(NumberForm::Small(1, 2));
        let even = || {
            let half = below.times(&half);
            half.is_whole()
        };
        match rest.cmp(&half) {
            Ordering::Less => below,
            Ordering::Equal if even() => below,
            _ => below.plus(&Self::ONE),
        }
    }

    /// The whole number next to it towards zero.
    pub(crate) fn truncated(&self) -> Self {
        if self.is_negative() {
            self.ceiling()
        } else {
            self.floor()
        }
    }

    /// The remainder of a division, with the sign of this number; `None` for a division by zero.
    pub(crate) fn remainder(&self, other: &Self) -> Option<Self> {
        let times = self.over(other)?.truncated();
        Some(self.minus(&times.times(other)))
    }

    /// A whole power of it; `None` if that has too many digits, or divides by zero.
    pub(crate) fn raised(&self, exponent: i64) -> Option<Self> {
        if exponent < 0 && self.is_zero() {
            return None;
        }
        let times = u32::try_from(exponent.unsigned_abs()).ok();
        let one = self.is_zero() || *self == Self::ONE || *self == Self::ONE.negated();
        if one {
            let even = exponent % 2 == 0;
            return Some(match (self.is_zero(), even) {
                (true, _) if exponent == 0 => Self::ONE,
                (false, true) => Self::ONE,
                _ => self.clone(),
            });
        }
        let number = self.big();
        let bits = number.numer().bits().max(number.denom().bits());
        let times =
            times.filter(|times| (bits - 1).saturating_mul(u64::from(*times)) <= MOST_BITS)?;
        let (above, below) = (
            Pow::pow(number.numer(), times),
            Pow::pow(number.denom(), times),
        );
        let power = BigRational::new_raw(above, below);
        let power = if exponent < 0 { power.recip() } else { power };
        Some(Self::of_big(power))
    }

    /// The fraction of which this number is a whole power; `None` if there is none.
    pub(crate) fn root(&self, degree: u32) -> Option<Self> {
        let number = self.big();
        if degree == 0 || (number.is_negative() && degree.is_multiple_of(2)) {
            return None;
        }
        let (above, below) = (
            number.numer().nth_root(degree),
            number.denom().nth_root(degree),
        );
        let exact = Pow::pow(&above, degree) == *number.numer()
            && Pow::pow(&below, degree) == *number.denom();
        exact.then(|| Self::of_big(BigRational::new_raw(above, below)))
    }

    /// Numerator and denominator as those of an exponent; `None` if they are not small.
    pub(crate) fn small_parts(&self) -> Option<(i64, u32)> {
        match &self.0 {
            NumberForm::Small(above, below) => Some((*above, u32::try_from(*below).ok()?)),
            NumberForm::Big(_) => None,
        }
    }

    /// The number of decimals; `None` if they do not end.
    pub(crate) fn places(&self) -> Option<u32> {
        let (twos, fives, rest) = match &self.0 {
            NumberForm::Small(_, below) => {
                let twos = below.trailing_zeros();
                let (mut rest, mut fives) = (below >> twos, 0);
                while rest % 5 == 0 {
                    (rest, fives) = (rest / 5, fives + 1);
                }
                (twos, fives, rest == 1)
            }
            NumberForm::Big(number) => {
                let twos = number.denom().trailing_zeros().unwrap_or(0);
                let (mut rest, mut fives) = (number.denom() >> twos, 0);
                let five = BigInt::from(5);
                while (&rest % &five).is_zero() {
                    (rest, fives) = (rest / &five, fives + 1);
                }
                (u32::try_from(twos).ok()?, fives, rest.is_one())
            }
        };
        rest.then_some(twos.max(fives))
    }

    /// The number rounded to this many decimals, a half to the even digit.
    pub(crate) fn to_places(&self, places: u32) -> Self {
        let power = Self::of_big(BigRational::from(ten(places)));
        let rounded = self.times(&power).rounded_to_even();
        rounded.over(&power).expect("a power of ten is not zero")
    }

    /// The two numbers with this many decimals on either side of it, the nearer one first.
    pub(crate) fn between(&self, places: u32) -> [Self; 2] {
        let power = Self::of_big(BigRational::from(ten(places)));
        let scaled = self.times(&power);
        let (below, above) = (scaled.floor(), scaled.ceiling());
        let half = scaled.plus(&scaled).minus(&below).minus(&above);
        let back = |whole: &Self| whole.over(&power).expect("a power of ten is not zero");
        if half.is_negative() {
            [back(&below), back(&above)]
        } else {
            [back(&above), back(&below)]
        }
    }

    /// The number of digits before the point; zero or negative if zeros follow the point.
    fn order(&self) -> i32 {
        let number = self.big();
        let digits = |part: &BigInt| i32::try_from(part.magnitude().to_string().len()).unwrap_or(0);
        let (above, below) = (digits(number.numer()), digits(number.denom()));
        let order = above - below;
        // The first digits show whether there is one more.
        let power = Self::decimal(1, -order);
        if self.magnitude() >= power {
            order + 1
        } else {
            order
        }
    }

    /// The number as a fraction: `2/3`.
    pub fn fraction(&self) -> String {
        let number = self.big();
        format!("{}/{}", number.numer(), number.denom())
    }
}

impl From<i64> for Number {
    fn from(whole: i64) -> Self {
        Self(NumberForm::Small(whole, 1))
    }
}

fn ten(exponent: u32) -> BigInt {
    Pow::pow(BigInt::from(10), exponent)
}

/// The nearest binary number, from 64 bits of the quotient; the last bit represents all that
/// follow.
#[expect(clippy::cast_precision_loss, reason = "rounding is what is wanted")]
fn near_big(number: &BigRational) -> f64 {
    let (above, below) = (number.numer().magnitude(), number.denom().magnitude());
    if above.is_zero() {
        return 0.0;
    }
    let bits = |part: u64| i64::try_from(part).unwrap_or(i64::MAX / 4);
    let shift = 65 - (bits(above.bits()) - bits(below.bits()));
    let (above, below) = if shift >= 0 {
        (above << shift.unsigned_abs(), below.clone())
    } else {
        (above.clone(), below << shift.unsigned_abs())
    };
    let (quotient, rest) = above.div_rem(&below);
    // It has 65 or 66 bits.
    let drop = quotient.bits() - 64;
    let kept = (&quotient >> drop).to_u64().unwrap_or(u64::MAX);
    let lost = !rest.is_zero() || (BigUint::from(kept) << drop) != quotient;
    let mut size = (kept | u64::from(lost)) as f64;
    let mut power =
        i32::try_from(bits(drop) - shift).unwrap_or(if shift > 0 { -4_000 } else { 4_000 });
    while power != 0 {
        let step = power.clamp(-500, 500);
        size *= 2_f64.powi(step);
        power -= step;
    }
    let size = size.min(f64::MAX);
    if number.numer().sign() == Sign::Minus {
        -size
    } else {
        size
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        match (&self.0, &other.0) {
            (NumberForm::Small(a, b), NumberForm::Small(c, d)) if b == d => a.cmp(c),
            (NumberForm::Small(a, b), NumberForm::Small(c, d)) => {
                (i128::from(*a) * i128::from(*d)).cmp(&(i128::from(*c) * i128::from(*b)))
            }
            _ => self.big().cmp(&other.big()),
        }
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn n(text: &str) -> Number {
        text.parse().unwrap()
    }

    #[test]
    fn decimals_are_what_was_written() {
        for text in [
            "0",
            "66",
            "-0.1",
            "4.6",
            "0.30000000000000004",
            "123456789012345678901234567890.5",
        ] {
            assert_eq!(n(text).to_string(), text);
        }
        assert_eq!(n("4.60").to_string(), "4.6");
        assert_eq!(n("1e3"), n("1000.0"));
        assert_eq!(n("4.6").minus(&n("3.6")), n("1"));
        assert_eq!(n("0.1").plus(&n("0.2")), n("0.3"));
        assert_eq!(n("1/3").to_string(), "0.3333333333333333333333333333…");
        assert_eq!(n("-200/3").to_string(), "-66.66666666666666666666666666…");
        assert_eq!(n("1/300").to_string(), "0.003333333333333333333333333333…");
        assert!("1e400000".parse::<Number>().is_err() && "".parse::<Number>().is_err());
    }

    #[test]
    fn rounding_is_as_it_says() {
        let all = |text: &str| {
            let number = n(text);
            [
                number.floor(),
                number.ceiling(),
                number.rounded(),
                number.rounded_to_even(),
                number.truncated(),
            ]
            .map(|number| number.whole().unwrap())
        };
        assert_eq!(all("2.5"), [2, 3, 3, 2, 2]);
        assert_eq!(all("-2.5"), [-3, -2, -3, -2, -2]);
        assert_eq!(all("3.5"), [3, 4, 4, 4, 3]);
        assert_eq!(all("-7"), [-7; 5]);
        assert_eq!(n("-7").remainder(&n("3")), Some(n("-1")));
        assert_eq!(n("7.5").remainder(&n("-2")), Some(n("1.5")));
        assert_eq!(
            n("1/3").for_sum().to_string(),
            format!("0.{}", "3".repeat(34))
        );
    }

    #[test]
    fn powers_and_roots_are_exact_or_none() {
        assert_eq!(n("2").raised(-1), Some(n("0.5")));
        assert_eq!(n("0").raised(-1), None);
        assert_eq!(n("0").raised(0), Some(Number::ONE));
        assert_eq!(n("-1").raised(i64::MAX), Some(n("-1")));
        assert_eq!(n("10").raised(1_000_000), None);
        assert_eq!(n("0.000001").raised(5), Some(n("1e-30")));
        assert_eq!(n("4").root(2), Some(n("2")));
        assert_eq!(n("2.25").root(2), Some(n("1.5")));
        assert_eq!(n("2").root(2), None);
        assert_eq!(n("-1").root(2), None);
    }

    fn fractions() -> impl Strategy<Value = Number> {
        (any::<i64>(), 1..i64::MAX, 0..60_u32, 0..60_u32).prop_map(|(above, below, a, b)| {
            Number::of_parts(i128::from(above >> a), i128::from((below >> b).max(1)))
        })
    }

    proptest! {
        #[test]
        fn small_and_big_calculate_alike(a in fractions(), b in fractions()) {
            prop_assert_eq!(a.plus(&b).big(), a.big() + b.big());
            prop_assert_eq!(a.minus(&b).big(), a.big() - b.big());
            prop_assert_eq!(a.times(&b).big(), a.big() * b.big());
            prop_assert_eq!(a.over(&b).map(|q| q.big()), (!b.is_zero()).then(|| a.big() / b.big()));
            prop_assert_eq!(a.cmp(&b), a.big().cmp(&b.big()));
            let (low, high) = a.around();
            let exact = |float: f64| BigRational::from_float(float).unwrap();
            prop_assert!(exact(low) <= a.big() && a.big() <= exact(high));
            prop_assert!(a <= b || a.near() >= b.near());
        }

        #[test]
        fn binary_numbers_are_the_decimals_they_print(bits in any::<u64>(), scaled in any::<i32>(), places in 0..9_i32) {
            let some = [f64::from_bits(bits), f64::from(scaled) / 10_f64.powi(places)];
            for binary in some.into_iter().filter(|binary| binary.is_finite()) {
                let number = Number::of_binary(binary).unwrap();
                prop_assert_eq!(Some(number.clone()), format!("{binary}").parse().ok());
                prop_assert_eq!(number.binary(), Some(binary + 0.0));
                let next = binary.next_up();
                if next.is_finite() {
                    prop_assert!(number < Number::of_binary(next).unwrap());
                }
            }
        }
    }
}
