//! Comparisons of a fact that may be any fraction with a number: where their answers change.
//!
//! Example: `3 * stats.n >= 1`, with `n` a mean, compares `n` with 1/3, which no record can state;
//! its answer changes just before it. That `1 / stats.n` can be calculated is a comparison too: `n`
//! is not 0.

use std::sync::Arc;

use crate::model::fact::{Number, Value};
use crate::tree::comparison_simplification::{Linear, Simplest};
use crate::tree::exact_arithmetic::{Binary, Comparison, Unary};
use crate::tree::expression::Expression;
use crate::tree::fact_ref::FactRef;
use crate::tree::predicate::Test;

/// A test that compares a fact that may be any fraction, and nothing else, with a number: the fact,
/// and the simplest form.
pub(super) fn of_one_fraction(test: &Test) -> Option<(&FactRef, Simplest)> {
    if !test.any_fact(&mut |fact| fact.may_be_any_fraction()) {
        return None;
    }
    let simplest = match test {
        Test::Succeeds(expression) => {
            let mut poles = Vec::new();
            find_poles(expression, &mut poles)?;
            poles.dedup();
            poles.pop().filter(|_| poles.is_empty())?
        }
        test => simplest(test)?,
    };
    let Simplest::One(term, ..) = &simplest else {
        return None;
    };
    // Other facts may occur in the test and cancel out.
    let Expression::Fact(one) = &**term else {
        return None;
    };
    let fact = test.facts().into_iter().find(|fact| *fact == one);
    let fact = fact.filter(|fact| fact.may_be_any_fraction())?;
    Some((fact, simplest))
}

/// Finds where a calculation divides by zero, as comparisons that all have to hold; `None` if it
/// may fail in other ways too.
fn find_poles(expression: &Arc<Expression>, poles: &mut Vec<Simplest>) -> Option<()> {
    match &**expression {
        Expression::Constant(_) | Expression::Parameter(..) | Expression::Fact(_) => Some(()),
        Expression::Derived(_, inner)
        | Expression::Unary(Unary::Negate | Unary::Abs | Unary::ToNumber, inner) => {
            find_poles(inner, poles)
        }
        Expression::Binary(operation, left, right) => {
            find_poles(left, poles)?;
            find_poles(right, poles)?;
            match operation {
                Binary::Add | Binary::Subtract | Binary::Multiply | Binary::Min | Binary::Max => {}
                Binary::Divide => {
                    let zero = Expression::Constant(Value::Integer(0)).into();
                    match Linear::simplest(right, Comparison::NotEqual, &zero)? {
                        Simplest::Answer(true) => {}
                        pole => poles.push(pole),
                    }
                }
                _ => return None,
            }
            Some(())
        }
        Expression::Unary(..) => None,
    }
}

pub(super) fn simplest(test: &Test) -> Option<Simplest> {
    match test {
        Test::Compare(left, comparison, right) => Linear::simplest(left, *comparison, right),
        _ => None,
    }
}

/// The places where the answer to a test changes, if it compares a fact that may be any fraction,
/// and nothing else, with a number: before or after that one.
pub(crate) fn places_cut(test: &Test) -> Vec<(Number, bool)> {
    let Some((_, Simplest::One(_, comparison, bound))) = of_one_fraction(test) else {
        return Vec::new();
    };
    let places: &[bool] = match comparison {
        Comparison::Less | Comparison::GreaterOrEqual => &[false],
        Comparison::LessOrEqual | Comparison::Greater => &[true],
        Comparison::Equal | Comparison::NotEqual => &[false, true],
    };
    places.iter().map(|after| (bound.clone(), *after)).collect()
}

/// The fact that may be any fraction, if a test compares it, and nothing else, with a number.
pub(crate) fn fraction_compared(test: &Test) -> Option<&FactRef> {
    of_one_fraction(test).map(|(fact, _)| fact)
}
