//! Sums of numbers with fractions, exact until the end.
//!
//! A sum is kept as a whole number of the least steps a number can have, in pieces of 32 bits that
//! overlap in 64 (R. M. Neal, "Fast exact summation using small and large superaccumulators",
//! 2015). It is rounded once, to the nearest number, so it does not depend on the order.

/// The exponents of numbers reach over so many pieces, and carries a little further.
const PIECES: usize = 67;

/// The bits of a piece.
const BITS: u32 = 32;

/// After so many numbers carries are taken on: until then no piece can overflow.
const MOST_PENDING: u32 = 1 << 10;

/// An exact sum.
#[derive(Clone, Debug)]
pub(super) struct ExactSum {
    pieces: [i64; PIECES],
    pending: u32,
}

impl Default for ExactSum {
    fn default() -> Self {
        Self {
            pieces: [0; PIECES],
            pending: 0,
        }
    }
}

impl ExactSum {
    /// Adds a number, which is neither infinite nor NaN.
    pub(super) fn add(&mut self, number: f64) {
        debug_assert!(number.is_finite());
        let bits = number.to_bits();
        let exponent = (bits >> 52) & 0x7ff;
        let fraction = bits & ((1 << 52) - 1);
        // The number is `mantissa` steps of 2^(shift - 1074).
        let (mantissa, shift) = if exponent == 0 {
            (fraction, 0)
        } else {
            (fraction | 1 << 52, exponent - 1)
        };
        let place = usize::try_from(shift / u64::from(BITS)).expect("an exponent has eleven bits");
        let offset = shift % u64::from(BITS);
        let low = ((mantissa << offset) & 0xffff_ffff).cast_signed();
        let high = (mantissa >> (u64::from(BITS) - offset)).cast_signed();
        if number.is_sign_negative() {
            self.pieces[place] -= low;
            self.pieces[place + 1] -= high;
        } else {
            self.pieces[place] += low;
            self.pieces[place + 1] += high;
        }
        self.pending += 1;
        if self.pending >= MOST_PENDING {
            self.carry();
        }
    }

    /// Takes carries on: every piece but the last then lies between 0 and 2^32.
    fn carry(&mut self) {
        let mut over = 0;
        let (last, pieces) = self.pieces.split_last_mut().expect("there are pieces");
        for piece in pieces {
            let sum = *piece + over;
            over = sum >> BITS;
            *piece = sum & 0xffff_ffff;
        }
        *last += over;
        self.pending = 0;
    }

    /// The number nearest to the sum.
    pub(super) fn value(&self) -> f64 {
        let mut sum = self.clone();
        sum.carry();
        let negative = sum.pieces[PIECES - 1] < 0;
        if negative {
            sum.pieces.iter_mut().for_each(|piece| *piece = -*piece);
            sum.carry();
        }
        let Some(top) = sum.pieces.iter().rposition(|piece| *piece != 0) else {
            return 0.0;
        };
        // The three pieces at the top hold at least 65 bits; what lies below counts only if it is
        // anything at all.
        let from = top.saturating_sub(2);
        let leading = sum.pieces[from..=top].iter().rev();
        let leading = leading.fold(0_u128, |all, piece| {
            (all << BITS) + u128::from(piece.cast_unsigned())
        });
        let below = sum.pieces[..from].iter().any(|piece| *piece != 0);
        let drop = (128 - leading.leading_zeros()).saturating_sub(64);
        let kept = u64::try_from(leading >> drop).expect("64 bits are left");
        let rest = below || leading & ((1_u128 << drop) - 1) != 0;
        let steps = i32::try_from(from * 32).expect("there are few pieces")
            + i32::try_from(drop).expect("it is small");
        let size = scaled(nearest(kept | u64::from(rest)), steps - 1074);
        if negative { -size } else { size }
    }
}

/// The number nearest to a whole one. With 64 bits the lowest stands for all that was dropped.
#[expect(clippy::cast_precision_loss, reason = "rounding is what is wanted")]
fn nearest(whole: u64) -> f64 {
    whole as f64
}

/// A number times a power of two, in steps that lose nothing on the way.
fn scaled(mut number: f64, mut power: i32) -> f64 {
    const STEP: i32 = 512;
    while power > STEP {
        number *= 2_f64.powi(STEP);
        power -= STEP;
    }
    while power < -STEP {
        number *= 2_f64.powi(-STEP);
        power += STEP;
    }
    number * 2_f64.powi(power)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(numbers: &[f64]) -> f64 {
        let mut sum = ExactSum::default();
        for number in numbers {
            sum.add(*number);
        }
        sum.value()
    }

    fn same(found: f64, expected: f64) {
        assert_eq!(
            found.to_bits(),
            expected.to_bits(),
            "{found} is not {expected}"
        );
    }

    #[test]
    fn is_exact_where_adding_is_not() {
        same(sum(&[1e100, 1.0, -1e100]), 1.0);
        same(sum(&[0.1; 10]), 1.0);
        same(sum(&[f64::MAX, f64::MAX, -f64::MAX]), f64::MAX);
        same(sum(&[]), 0.0);
        same(sum(&[5e-324; 3]), 1.5e-323);
        same(sum(&[-5e-324, 1e-300]), 1e-300);
        same(sum(&[f64::MAX, f64::MAX]), f64::INFINITY);
        // Halfway between two numbers goes to the even one, and a trace more goes up.
        same(
            sum(&[9_007_199_254_740_992.0, 1.0]),
            9_007_199_254_740_992.0,
        );
        same(
            sum(&[9_007_199_254_740_992.0, 1.0, 5e-324]),
            9_007_199_254_740_994.0,
        );
        same(
            sum(&[-9_007_199_254_740_992.0, -1.0, -5e-324]),
            -9_007_199_254_740_994.0,
        );
    }

    #[test]
    fn does_not_depend_on_the_order() {
        let mut state = 7_u64;
        let mut next = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let exponent = i32::try_from(state >> 60).unwrap() * 40 - 300;
            (f64::from(u32::try_from(state >> 32).unwrap()) - 2e9) * 2_f64.powi(exponent)
        };
        let mut numbers: Vec<f64> = (0..5_000).map(|_| next()).collect();
        let one = sum(&numbers);
        numbers.reverse();
        assert_eq!(one.to_bits(), sum(&numbers).to_bits());
        numbers.sort_by(f64::total_cmp);
        assert_eq!(one.to_bits(), sum(&numbers).to_bits());
        // Taken away again nothing is left.
        let all: Vec<f64> = numbers
            .iter()
            .copied()
            .chain(numbers.iter().map(|number| -number))
            .collect();
        same(sum(&all), 0.0);
    }

    #[test]
    fn whole_numbers_add_up() {
        let numbers: Vec<f64> = (0..100_000_i32).map(f64::from).collect();
        same(sum(&numbers), 4_999_950_000.0);
    }
}
