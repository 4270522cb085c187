//! Sums of fractions, in any order.

use std::collections::BTreeMap;

use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{One, Zero};

use crate::model::fact::number::{MOST_BITS, Number, NumberForm};

/// Members of a sum whose decimals do not end within this many digits are rounded to them.
const ROUNDED: u32 = 34;

impl Number {
    /// For sums of many: a fraction whose decimals end within 34 digits as it is, any other rounded
    /// to 34 digits, halfway to the even one.
    pub(super) fn for_sum(&self) -> Self {
        if self.places().is_some_and(|places| places <= ROUNDED) {
            return self.clone();
        }
        let digits = i64::from(ROUNDED) - i64::from(self.order());
        u32::try_from(digits)
            .map_or_else(|_| self.rounded_to_even(), |places| self.to_places(places))
    }

    /// [`Self::for_sum`] as an integer number of steps of a power of ten, and its exponent; `None`
    /// if that takes long numbers, or the decimals end.
    fn steps_for_sum(&self) -> Option<(i128, u32)> {
        let NumberForm::Small(above, below) = &self.0 else {
            return None;
        };
        if self.places().is_some() {
            return None;
        }
        let (size, below) = (
            u128::from(above.unsigned_abs()),
            u128::from(below.unsigned_abs()),
        );
        let (mut steps, mut rest) = (size / below, size % below);
        // As many digits as that has it has before the point, or as many zeros behind it.
        let places = match steps.checked_ilog10() {
            Some(more) => ROUNDED - 1 - more,
            None => ROUNDED + (below / rest).ilog10(),
        };
        let mut left = places;
        while left > 0 {
            // A remainder has 63 bits, and this power of ten 64.
            let digits = left.min(19);
            let power = 10_u128.pow(digits);
            (steps, rest) = (steps * power + rest * power / below, rest * power % below);
            left -= digits;
        }
        // Nothing without end lies halfway.
        let steps = i128::try_from(steps + u128::from(rest * 2 > below)).ok()?;
        Some((if *above < 0 { -steps } else { steps }, places))
    }
}

/// A sum of fractions. It is exact while the common denominator has no more digits than a number
/// may have; beyond that each member is rounded to 34 digits.
///
/// INVARIANT: the denominator only grows, and is the same for the same members in any order, so
/// whether members are rounded does not depend on their order.
#[derive(Clone, Debug)]
pub(crate) struct Sum {
    above: BigInt,
    below: BigInt,
    rounded: Number,
    /// Further summands: by number of decimals, the sum of integers in units of that place.
    steps: BTreeMap<u32, i128>,
    is_exact: bool,
}

impl Default for Sum {
    fn default() -> Self {
        Self {
            above: BigInt::zero(),
            below: BigInt::one(),
            rounded: Number::ZERO,
            steps: BTreeMap::new(),
            is_exact: true,
        }
    }
}

impl Sum {
    /// Adds a number.
    pub(crate) fn add(&mut self, number: &Number) {
        self.add_rounded(number);
        if !self.is_exact {
            return;
        }
        let number = number.big();
        let denominator = number.denom();
        // The common denominator is long and this one is short: so is the remainder, and the
        // divisor is found quickly.
        let remains = &self.below % denominator;
        let factor = denominator / denominator.gcd(&remains);
        if !factor.is_one() {
            let below = &self.below * &factor;
            if below.bits() > MOST_BITS {
                self.is_exact = false;
                return;
            }
            self.above *= factor;
            self.below = below;
        }
        self.above += number.numer() * (&self.below / denominator);
    }

    fn add_rounded(&mut self, number: &Number) {
        let Some((more, places)) = number.steps_for_sum() else {
            self.rounded = self.rounded.plus(&number.for_sum());
            return;
        };
        let steps = self.steps.entry(places).or_default();
        if let Some(sum) = steps.checked_add(more) {
            *steps = sum;
        } else {
            let full = std::mem::replace(steps, more);
            self.rounded = self.rounded.plus(&Number::decimals(full, places));
        }
    }

    /// Whether members were rounded.
    pub(crate) fn is_rounded(&self) -> bool {
        let longest = self.above.bits().max(self.below.bits());
        !self.is_exact || (longest > MOST_BITS && self.exact().is_none())
    }

    /// The sum, where it is exact and no longer than a number may be.
    fn exact(&self) -> Option<Number> {
        let exact = || Number::of_big(BigRational::new(self.above.clone(), self.below.clone()));
        self.is_exact.then(exact).filter(Number::fits)
    }

    /// The sum.
    pub(crate) fn value(&self) -> Number {
        self.exact().unwrap_or_else(|| {
            let steps = self.steps.iter();
            steps.fold(self.rounded.clone(), |sum, (places, steps)| {
                sum.plus(&Number::decimals(*steps, *places))
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn all_rounded(numbers: &[Number]) -> Number {
        let zero = Number::ZERO;
        let each = numbers.iter().map(Number::for_sum);
        each.fold(zero, |sum, number| sum.plus(&number))
    }

    proptest! {
        #[test]
        fn steps_are_what_is_rounded(
            parts in proptest::collection::vec((any::<i64>(), 1..i64::MAX, 0..62_u32, 0..62_u32), 1..40),
        ) {
            let number = |(above, below, a, b): &(i64, i64, u32, u32)| {
                Number::of_parts(i128::from(above >> a), i128::from((below >> b).max(1)))
            };
            let numbers: Vec<_> = parts.iter().map(number).collect();
            let mut sum = Sum { is_exact: false, ..Sum::default() };
            for number in &numbers {
                sum.add(number);
                if let Some((steps, places)) = number.steps_for_sum() {
                    prop_assert_eq!(Number::decimals(steps, places), number.for_sum());
                }
            }
            prop_assert_eq!(sum.value(), all_rounded(&numbers));
        }
    }

    #[test]
    fn more_than_fits_in_steps_is_added_too() {
        let seventh = Number::of_parts(1_234_567_890_123, 7);
        let numbers = vec![seventh; 40_000];
        let mut sum = Sum {
            is_exact: false,
            ..Sum::default()
        };
        for number in &numbers {
            sum.add(number);
        }
        assert_eq!(sum.value(), all_rounded(&numbers));
    }

    #[test]
    fn a_sum_that_is_too_long_is_rounded_and_says_so() {
        let longest = BigRational::new(BigInt::from(1) << (MOST_BITS - 1), 3.into());
        let mut sum = Sum::default();
        sum.add(&Number::of_big(longest.clone()));
        assert!(!sum.is_rounded());
        sum.add(&Number::of_big(longest));
        assert!(sum.is_rounded() && sum.exact().is_none());
    }
}
