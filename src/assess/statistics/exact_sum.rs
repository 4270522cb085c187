//! Exact sums of numbers.
//!
//! A decimal is added as a whole number of the smallest steps so far, in 128 bits. What does not
//! fit is added as a fraction.

use crate::model::fact::{Number, Sum, decimal_at, decimal_of};

/// An exact sum.
#[derive(Clone, Debug, Default)]
pub(super) struct ExactSum {
    /// The part counted in steps of a power of ten.
    steps: i128,
    places: u32,
    /// The part that is not counted in steps.
    rest: Option<Sum>,
}

/// Steps are never smaller than this negative power of ten.
const MOST_PLACES: u32 = 18;

impl ExactSum {
    /// Adds the decimal that a binary number is printed as.
    pub(super) fn add_binary(&mut self, binary: f64) {
        // Most have no more places than those before.
        if let Some(mantissa) = decimal_at(binary, self.places)
            && let Some(steps) = self.steps.checked_add(mantissa.into())
        {
            self.steps = steps;
            return;
        }
        let added = decimal_of(binary).and_then(|(mantissa, places)| {
            let places = u32::try_from(places).ok().filter(|it| *it <= MOST_PLACES)?;
            self.add_steps(mantissa, places)
        });
        if added.is_none()
            && let Some(number) = Number::of_binary(binary)
        {
            self.add_fraction(&number);
        }
    }

    /// Adds a whole number.
    pub(super) fn add_whole(&mut self, whole: i64) {
        if self.add_steps(whole, 0).is_none() {
            self.add_fraction(&whole.into());
        }
    }

    /// Adds a decimal; `None` if it does not fit.
    fn add_steps(&mut self, mantissa: i64, places: u32) -> Option<()> {
        if places > self.places {
            self.steps = self.steps.checked_mul(power(places - self.places))?;
            self.places = places;
        }
        let steps = match self.places - places {
            0 => mantissa.into(),
            more => i128::from(mantissa).checked_mul(power(more))?,
        };
        self.steps = self.steps.checked_add(steps)?;
        Some(())
    }

    /// Adds a number.
    pub(super) fn add(&mut self, number: &Number) {
        let power = 10_i64.pow(self.places);
        if let Some(steps) = number.steps(power)
            && let Some(steps) = self.steps.checked_add(steps)
        {
            self.steps = steps;
            return;
        }
        match number.binary() {
            Some(binary) => self.add_binary(binary),
            None => self.add_fraction(number),
        }
    }

    fn add_fraction(&mut self, number: &Number) {
        self.rest.get_or_insert_default().add(number);
    }

    /// Whether members were rounded.
    pub(super) fn is_rounded(&self) -> bool {
        self.rest.as_ref().is_some_and(Sum::is_rounded)
    }

    /// The sum.
    pub(super) fn value(&self) -> Number {
        let steps = Number::decimals(self.steps, self.places);
        match &self.rest {
            Some(rest) => steps.plus(&rest.value()),
            None => steps,
        }
    }
}

fn power(exponent: u32) -> i128 {
    10_i128.pow(exponent)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(numbers: &[f64]) -> String {
        let mut sum = ExactSum::default();
        for number in numbers {
            sum.add_binary(*number);
        }
        sum.value().to_string()
    }

    #[test]
    fn is_exact_where_adding_is_not() {
        assert_eq!(sum(&[0.1; 10]), "1");
        assert_eq!(sum(&[0.1, 0.2]), "0.3");
        assert_eq!(sum(&[]), "0");
        assert_eq!(sum(&[1e100, 1.0, -1e100]), "1");
        assert_eq!(sum(&[5e-324, -5e-324, 0.25]), "0.25");
        assert_eq!(
            sum(&[f64::MAX, 0.1, -f64::MAX, 1e17, 1e-18]),
            "100000000000000000.100000000000000001"
        );
    }

    fn of_fractions(fractions: impl Iterator<Item = String>) -> Number {
        let mut sum = ExactSum::default();
        fractions.for_each(|text| sum.add(&text.parse().unwrap()));
        sum.value()
    }

    #[test]
    fn fractions_are_exact_while_they_have_few_digits_together() {
        let third = || std::iter::repeat_n("1/3".to_owned(), 3);
        assert_eq!(of_fractions(third()), Number::ONE);
        let some = |count: u32| (1..=count).map(|below| format!("1/{}", below * 2 + 1));
        let backwards = |count| some(count).collect::<Vec<_>>().into_iter().rev();
        assert_eq!(of_fractions(some(100)), of_fractions(backwards(100)));
        assert_eq!(of_fractions(some(100)).places(), None);
        // Too many digits: each is rounded to 34, in any order.
        assert_eq!(of_fractions(some(9_000)), of_fractions(backwards(9_000)));
        assert!(of_fractions(some(9_000)).places().is_some());
    }
}
