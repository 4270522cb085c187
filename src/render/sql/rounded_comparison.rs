//! Comparisons of a whole number with a number that is rounded: no engine need round a fraction.
//!
//! Example: `n <= ceiling(x)` says that `n - 1 < x`.

use std::sync::Arc;

use crate::model::fact::{Number, Value};
use crate::tree::{Binary, Comparison, Expression, Unary, ValueKind};

/// A comparison without rounding.
pub(super) type Inequality = (Arc<Expression>, Comparison, Arc<Expression>);

/// The parts of a comparison `n ? rounded(x)`: all of some comparisons, or all of others.
pub(super) struct Rounded {
    pub(super) comparison: Comparison,
    /// `n <= rounded(x)`.
    pub(super) reaches: Vec<Vec<Inequality>>,
    /// `n < rounded(x)`, as `n + 1 <= rounded(x)`.
    pub(super) passes: Vec<Vec<Inequality>>,
}

/// A comparison of an integer with a rounded number, in either order.
pub(super) fn of(left: &Expression, comparison: Comparison, right: &Expression) -> Option<Rounded> {
    let (whole, comparison, (how, number)) = match (rounding(left), rounding(right)) {
        (None, Some(rounded)) => (left, comparison, rounded),
        (Some(rounded), None) => (right, turned(comparison), rounded),
        _ => return None,
    };
    if whole.kind() != ValueKind::Integer {
        return None;
    }
    let whole = Arc::new(whole.clone());
    let next = plus(&whole, 1.into());
    Some(Rounded {
        comparison,
        reaches: reaches(how, &whole, number),
        passes: reaches(how, &next, number),
    })
}

fn rounding(expression: &Expression) -> Option<(Unary, &Arc<Expression>)> {
    match expression {
        Expression::Derived(_, inner) => rounding(inner),
        Expression::Unary(
            how @ (Unary::Floor | Unary::Ceiling | Unary::Round | Unary::ToInteger),
            number,
        ) if number.kind() == ValueKind::Number => Some((*how, number)),
        _ => None,
    }
}

fn turned(comparison: Comparison) -> Comparison {
    match comparison {
        Comparison::Less => Comparison::Greater,
        Comparison::LessOrEqual => Comparison::GreaterOrEqual,
        Comparison::Greater => Comparison::Less,
        Comparison::GreaterOrEqual => Comparison::LessOrEqual,
        same => same,
    }
}

fn plus(whole: &Arc<Expression>, number: Number) -> Arc<Expression> {
    let number = Arc::new(Expression::Constant(Value::Number(number)));
    Expression::Binary(Binary::Add, Arc::clone(whole), number).into()
}

/// When a whole number is at most a rounded one.
fn reaches(how: Unary, whole: &Arc<Expression>, number: &Arc<Expression>) -> Vec<Vec<Inequality>> {
    use Comparison::{Greater, Less, LessOrEqual};
    let zero = Arc::new(Expression::Constant(Value::Number(Number::ZERO)));
    let above = (Arc::clone(whole), Greater, Arc::clone(&zero));
    let below = (Arc::clone(whole), LessOrEqual, zero);
    let down = (Arc::clone(whole), LessOrEqual, Arc::clone(number));
    let up = (plus(whole, Number::from(-1)), Less, Arc::clone(number));
    let half = Number::from(-1).over(&2.into()).unwrap_or(Number::ZERO);
    let near = plus(whole, half);
    match how {
        Unary::Ceiling => vec![vec![up]],
        // Halves go away from zero.
        Unary::Round => vec![
            vec![above, (Arc::clone(&near), LessOrEqual, Arc::clone(number))],
            vec![below, (near, Less, Arc::clone(number))],
        ],
        // Towards zero.
        Unary::ToInteger => vec![vec![above, down], vec![below, up]],
        _ => vec![vec![down]],
    }
}
