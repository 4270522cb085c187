//! Inequalities of sums of whole numbers with zero: the form of most calculations in scripts.
//!
//! Example: `j.a + 2 * j.b > 9` is `a + 2b - 9 > 0`. If `b` is 3, the answer is yes from `a` = 4
//! on: that is its *cut*. Only the side of the other ends of `a` on which the cut lies matters, not
//! the values 3 and 9.
//!
//! INVARIANT: for integers a sum has the same answer as its test. Equalities have no cut.

use crate::tree::comparison_simplification::Linear;
use crate::tree::exact_arithmetic::Comparison;
use crate::tree::fact_ref::FactRef;
use crate::tree::predicate::Test;

/// A sum of facts with factors, and how it is compared with nothing.
pub(crate) struct WholeSum {
    pub(crate) terms: Vec<(FactRef, i64)>,
    pub(crate) constant: i64,
    comparison: Comparison,
}

impl WholeSum {
    /// The sum of a test; `None` if the test has another form.
    pub(crate) fn of(test: &Test) -> Option<Self> {
        let Test::Compare(left, comparison, right) = test else {
            return None;
        };
        let (terms, constant) = Linear::whole(left, right)?;
        let has_cut = !matches!(comparison, Comparison::Equal | Comparison::NotEqual);
        has_cut.then_some(Self {
            terms,
            constant,
            comparison: *comparison,
        })
    }

    /// The answer if the sum of all terms is `sum`.
    pub(crate) fn says(&self, sum: i128) -> bool {
        match self.comparison {
            Comparison::Less => sum < 0,
            Comparison::LessOrEqual => sum <= 0,
            Comparison::Greater => sum > 0,
            Comparison::GreaterOrEqual => sum >= 0,
            Comparison::Equal | Comparison::NotEqual => unreachable!("they are no such sums"),
        }
    }

    /// The least value from which on a fact with this factor has another answer than below it, if
    /// the other terms add up to `rest`; and the answer from there on.
    pub(crate) fn cut(&self, factor: i64, rest: i128) -> (i128, bool) {
        let factor = i128::from(factor);
        let (above, below, comparison) = if factor > 0 {
            (-rest, factor, self.comparison)
        } else {
            (rest, -factor, self.comparison.flipped())
        };
        let floor = above.div_euclid(below);
        let ceiling = floor + i128::from(above.rem_euclid(below) != 0);
        match comparison {
            Comparison::Less => (ceiling, false),
            Comparison::GreaterOrEqual => (ceiling, true),
            Comparison::LessOrEqual => (floor + 1, false),
            Comparison::Greater => (floor + 1, true),
            Comparison::Equal | Comparison::NotEqual => unreachable!("they are no such sums"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_cut_parts_the_answers(factor in -9_i64..9, rest in -99_i128..99, x in -120_i128..120) {
            for comparison in Comparison::ALL {
                let has_cut = !matches!(comparison, Comparison::Equal | Comparison::NotEqual);
                if factor != 0 && has_cut {
                    let sum = WholeSum { terms: Vec::new(), constant: 0, comparison };
                    let (cut, after) = sum.cut(factor, rest);
                    let says = sum.says(i128::from(factor) * x + rest);
                    prop_assert_eq!(says, if x >= cut { after } else { !after });
                }
            }
        }
    }
}
