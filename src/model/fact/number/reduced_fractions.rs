//! Fractions of long integers, reduced as they are made: common divisors are searched for in the
//! operands, which are half as long as the result. Source: D. E. Knuth, The Art of Computer
//! Programming, volume 2, section 4.5.1.
//!
//! INVARIANT: for two fractions without common divisors, each result has none.

use num_bigint::{BigInt, BigUint};
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{One, ToPrimitive, Zero};

pub(super) fn sum(one: &BigRational, other: &BigRational) -> BigRational {
    let common = divisor(one.denom(), other.denom());
    let (lower, other_lower) = (one.denom() / &common, other.denom() / &common);
    let above = one.numer() * other_lower + other.numer() * &lower;
    let again = divisor(&above, &common);
    if again.is_one() {
        return BigRational::new_raw(above, lower * other.denom());
    }
    BigRational::new_raw(above / &again, lower * (other.denom() / again))
}

pub(super) fn product(one: &BigRational, other: &BigRational) -> BigRational {
    let (first, second) = (
        divisor(one.numer(), other.denom()),
        divisor(other.numer(), one.denom()),
    );
    BigRational::new_raw(
        (one.numer() / &first) * (other.numer() / &second),
        (one.denom() / second) * (other.denom() / first),
    )
}

/// The greatest common divisor. That of zero and a number is the number's magnitude.
fn divisor(one: &BigInt, other: &BigInt) -> BigInt {
    let (mut one, mut other) = (one.magnitude().clone(), other.magnitude().clone());
    loop {
        if one < other {
            std::mem::swap(&mut one, &mut other);
        }
        if other.is_zero() || other.is_one() {
            return if other.is_zero() { one } else { other }.into();
        }
        if let (Some(one), Some(other)) = (one.to_u128(), other.to_u128()) {
            return BigUint::from(one.gcd(&other)).into();
        }
        // Halving goes bit by bit: a division shortens the longer one at once.
        if one.bits() < other.bits() + 32 {
            return one.gcd(&other).into();
        }
        one %= &other;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn fractions() -> impl Strategy<Value = BigRational> {
        let parts = proptest::collection::vec(any::<u32>(), 0..8);
        let whole = |(parts, shift): (Vec<u32>, usize)| BigInt::from(BigUint::new(parts)) << shift;
        let wholes = move || (parts.clone(), 0..70_usize).prop_map(whole);
        (wholes(), wholes(), any::<bool>()).prop_map(|(above, below, negative)| {
            let above = if negative { -above } else { above };
            BigRational::new(above, below + 1)
        })
    }

    proptest! {
        #[test]
        fn fractions_are_those_of_a_library(a in fractions(), b in fractions(), c in fractions()) {
            prop_assert_eq!(sum(&a, &b), &a + &b);
            prop_assert_eq!(sum(&a, &-&a), BigRational::zero());
            prop_assert_eq!(product(&a, &b), &a * &b);
            // Their common divisor is found.
            let (one, other) = (product(&a, &c), product(&b, &c));
            prop_assert_eq!(sum(&one, &other), &one + &other);
            if !other.is_zero() {
                prop_assert_eq!(product(&one, &other.recip()), &one / &other);
            }
        }
    }
}
