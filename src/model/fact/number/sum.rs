//! Sums of fractions, in any order.

use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{One, Zero};

use crate::model::fact::number::{MOST_BITS, Number};

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
        let below = self.below.lcm(number.denom());
        if below.bits() > MOST_BITS {
            self.is_exact = false;
            return;
        }
        if below != self.below {
            self.above *= &below / &self.below;
            self.below = below;
        }
        self.above += number.numer() * (&self.below / number.denom());
    }

    /// The sum.
    pub(crate) fn value(&self) -> Number {
        let exact = || Number::of_big(BigRational::new(self.above.clone(), self.below.clone()));
        let exact = self.is_exact.then(exact).filter(Number::fits);
        exact.unwrap_or_else(|| self.rounded.clone())
    }
}
