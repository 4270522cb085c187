//! The values of a fact at which a test about it alone changes its answer.

use crate::model::fact::Number;
use crate::model::fact::Value;
use crate::tree::comparison_simplification::{Linear, Simplest};
use crate::tree::domain::Domain;
use crate::tree::exact_arithmetic::number_of;
use crate::tree::expression::{Expression, ValueKind, value_of_key};
use crate::tree::fact_ref::FactRef;
use crate::tree::predicate::Test;
use crate::tree::values_passing_test::truth_of;

/// The values at which the answer of a comparison of sums changes, exactly: at most one. `None` for
/// a test of another form.
pub(crate) fn exact_thresholds(test: &Test, fact: &FactRef) -> Option<Vec<Number>> {
    let Test::Compare(left, comparison, right) = &*test.without_names() else {
        return None;
    };
    // A calculation that may fail has thresholds of its own.
    match Linear::simplest(left, *comparison, right)? {
        Simplest::Answer(_) if is_sum(left) && is_sum(right) => Some(Vec::new()),
        Simplest::One(term, _, bound) if is_sum(left) && is_sum(right) => {
            matches!(&*term, Expression::Fact(known) if known == fact).then(|| vec![bound])
        }
        _ => None,
    }
}

/// Whether a calculation can always be done: of constants, facts, and their sums and multiples.
fn is_sum(expression: &Expression) -> bool {
    use crate::tree::exact_arithmetic::{Binary, Unary};
    match expression {
        Expression::Constant(_) | Expression::Parameter(..) | Expression::Fact(_) => true,
        Expression::Derived(_, inner) => is_sum(inner),
        Expression::Unary(operation, inner) => {
            matches!(operation, Unary::Negate | Unary::ToNumber) && is_sum(inner)
        }
        Expression::Binary(Binary::Add | Binary::Subtract | Binary::Multiply, left, right) => {
            is_sum(left) && is_sum(right)
        }
        Expression::Binary(Binary::Divide, left, right) => {
            is_sum(left)
                && right
                    .known()
                    .is_some_and(|value| number_of(&value).is_some_and(|number| !number.is_zero()))
        }
        Expression::Binary(..) => false,
    }
}

/// The two neighbouring values at each change of a test, the second with the new answer. `None` if
/// they were not found with `boxes` boxes.
pub(crate) fn line_ends(test: &Test, fact: &FactRef, boxes: usize) -> Option<Vec<Number>> {
    let Domain::Keys(keys) = truth_of(test, fact, boxes)? else {
        return None;
    };
    let number = |key: i64| match value_of_key(fact, key)? {
        Value::Number(number) => Some(number),
        Value::Integer(whole) => Some(whole.into()),
        Value::Date(day) => Some(day.days().into()),
        _ => None,
    };
    let ends = keys
        .ranges()
        .iter()
        .flat_map(|(from, to)| [Some(*from), *to]);
    let beside = ends
        .flatten()
        .flat_map(|key| match ValueKind::of(&fact.schema.ty) {
            ValueKind::Number => vec![key - 1, key],
            _ => vec![key],
        });
    Some(beside.filter_map(number).collect())
}
