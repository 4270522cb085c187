//! Sums of fractions, in any order.

use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{One, Zero};

use crate::model::fact::number::{MOST_BITS, Number};

/// Members of a statistic that are fractions without end are rounded to so many digits.
const ROUNDED: u32 = 34;

impl Number {
    /// For sums of many: a fraction whose decimals end within 34 digits as it is, any other rounded
    /// to 34 digits, halfway to the even one.
    pub(crate) fn for_sum(&self) -> Self {
        if self.places().is_some_and(|places| places <= ROUNDED) {
            return self.clone();
        }
        let digits = i64::from(ROUNDED) - i64::from(self.order());
        u32::try_from(digits)
            .map_or_else(|_| self.rounded_to_even(), |places| self.to_places(places))
    }
}

/// A sum of fractions. It is exact while that by which all of them can be divided has no more digits
/// than a number may have; beyond that each member is rounded to 34 digits.
///
/// INVARIANT: what is divided by only grows, and is the same for the same members in any order, so
/// whether members are rounded does not depend on their order.
#[derive(Clone, Debug)]
pub(crate) struct Sum {
    above: BigInt,
    below: BigInt,
    rounded: Number,
    is_exact: bool,
}

impl Default for Sum {
    fn default() -> Self {
        Self {
            above: BigInt::zero(),
            below: BigInt::one(),
            rounded: Number::ZERO,
            is_exact: true,
        }
    }
}

impl Sum {
    /// Adds a number.
    pub(crate) fn add(&mut self, number: &Number) {
        self.rounded = self.rounded.plus(&number.for_sum());
        if !self.is_exact {
            return;
        }
        let number = number.big();
        let denominator = number.denom();
        // What is common is long and this is short: what remains is as short, and so the divisor is found
        // at once.
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

    /// Whether members were rounded.
    pub(crate) fn is_rounded(&self) -> bool {
        !self.is_exact
    }

    /// The sum.
    pub(crate) fn value(&self) -> Number {
        let exact = || Number::of_big(BigRational::new(self.above.clone(), self.below.clone()));
        let exact = self.is_exact.then(exact).filter(Number::fits);
        exact.unwrap_or_else(|| self.rounded.clone())
    }
}
