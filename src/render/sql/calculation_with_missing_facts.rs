//! The ends of calculations with missing facts: the answers of a comparison that are possible are
//! found at the corners of the ranges of the missing facts.
//!
//! Example: with `a` missing and from 0 to 5, `a + b >= 9` can be true where `5 + b >= 9`.
//!
//! INVARIANT: an answer that some completion gives is possible at its corner. The converse holds if
//! each fact occurs once, the calculation is monotonic in it, and its range has ends.

use std::collections::BTreeMap;

use crate::analysis::export_logic::{Decided, WayStep};
use crate::model::fact::{FactOrigin, FactType, MAX_INTEGER, Number};
use crate::render::sql::boolean_clauses::Clause;
use crate::render::sql::calculation::{Calculating, Ends, TURN};
use crate::render::sql::fraction::Written;
use crate::tree::{
    Binary, Comparison, Domain, Expression, FactRef, Test, Unary, bounds, number_of,
};

/// For each fact of a calculation: whether it rises (true), falls, or is not monotonic (`None`).
type Directions = BTreeMap<FactRef, Option<bool>>;

impl Calculating<'_> {
    /// Whether a test can have an answer.
    pub(super) fn can_be(&mut self, test: &Test, answer: bool) -> Written<Clause> {
        let plain = self.answer(test)?;
        let Some((left, sign, right)) = comparison(test) else {
            return Ok(self.turns.can_be(plain, TURN, answer));
        };
        let sign = if answer { sign } else { sign.opposite() };
        let mut parts = Vec::new();
        let (signs, word) = ordered(sign);
        for sign in signs {
            // The side that is to be small, and the other.
            let falls = matches!(sign, Comparison::Less | Comparison::LessOrEqual);
            self.ends = ends(left, right, falls);
            let part = self.compared(left, *sign, right);
            self.ends = Ends::new();
            parts.push(format!("({})", part?));
        }
        Ok(self.turns.can_be(parts.join(word), TURN, true))
    }
}

/// A comparison of numbers that has corners.
fn comparison(test: &Test) -> Option<(&Expression, Comparison, &Expression)> {
    let Test::Compare(left, sign, right) = test else {
        return None;
    };
    let written = left.kind().is_numeric() && !rounds(left) && !rounds(right);
    let known = written && !ends(left, right, true).is_empty();
    known.then_some((left, *sign, right))
}

fn rounds(expression: &Expression) -> bool {
    match expression {
        Expression::Derived(_, inner) => rounds(inner),
        Expression::Unary(how, inner) => {
            !matches!(how, Unary::Negate | Unary::Abs | Unary::ToNumber) || rounds(inner)
        }
        _ => false,
    }
}

/// A comparison as comparisons that have one corner each, and the operator between them.
fn ordered(sign: Comparison) -> (&'static [Comparison], &'static str) {
    use Comparison::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual};
    match sign {
        Equal => (&[LessOrEqual, GreaterOrEqual], " AND "),
        NotEqual => (&[Less, Greater], " OR "),
        Less => (&[Less], ""),
        LessOrEqual => (&[LessOrEqual], ""),
        Greater => (&[Greater], ""),
        GreaterOrEqual => (&[GreaterOrEqual], ""),
    }
}

/// The ends at which the left side is as small as it can be beside the right one, or as great.
fn ends(left: &Expression, right: &Expression, small: bool) -> Ends {
    let directions = directions(left, right);
    let ends = directions.into_iter().filter_map(|(fact, rises)| {
        let end = end(&fact, rises? != small)?;
        Some((fact, end))
    });
    ends.collect()
}

fn directions(left: &Expression, right: &Expression) -> Directions {
    let mut found = Directions::new();
    go(left, Some(true), &mut found);
    go(right, Some(false), &mut found);
    found
}

/// The greatest or least value of a fact; `None` if there is no bound.
fn end(fact: &FactRef, greatest: bool) -> Option<Number> {
    let range = &fact.schema.range;
    let end = if greatest { &range.max } else { &range.min };
    match (fact.schema.origin, &fact.schema.ty, end) {
        (FactOrigin::Stated, FactType::Integer, None) => {
            let most = Number::from(MAX_INTEGER);
            Some(if greatest { most } else { most.negated() })
        }
        (FactOrigin::Stated, FactType::Integer | FactType::Number, Some(end)) => {
            number_of(end).map(std::borrow::Cow::into_owned)
        }
        _ => None,
    }
}

/// Notes how an expression that goes up, down or neither goes with its facts.
fn go(expression: &Expression, up: Option<bool>, found: &mut Directions) {
    let turned = |up: Option<bool>, by: &Expression| Some(up? == is_positive(by)?);
    match expression {
        Expression::Constant(_) | Expression::Parameter(..) => {}
        Expression::Fact(fact) => {
            // A fact that occurs twice has no direction.
            let known = found.contains_key(fact);
            found.insert(fact.clone(), up.filter(|_| !known));
        }
        Expression::Derived(_, inner) | Expression::Unary(Unary::ToNumber, inner) => {
            go(inner, up, found);
        }
        Expression::Unary(Unary::Negate, inner) => go(inner, up.map(|up| !up), found),
        Expression::Unary(Unary::Abs, inner) => go(inner, turned(up, inner), found),
        Expression::Unary(_, inner) => go(inner, None, found),
        Expression::Binary(operation, left, right) => {
            let (one, two) = match operation {
                Binary::Add => (up, up),
                Binary::Subtract => (up, up.map(|up| !up)),
                Binary::Multiply => (turned(up, right), turned(up, left)),
                // A divisor falls or rises only where it cannot be zero.
                Binary::Divide => (
                    turned(up, right),
                    turned(up.map(|up| !up), left).filter(|_| is_nonzero(right)),
                ),
                _ => (None, None),
            };
            go(left, one, found);
            go(right, two, found);
        }
    }
}

/// Whether an expression is never below zero, or never above (false); `None` if it can be either.
fn is_positive(expression: &Expression) -> Option<bool> {
    match between(expression) {
        (low, _) if low >= 0.0 => Some(true),
        (_, high) if high <= 0.0 => Some(false),
        _ => None,
    }
}

fn is_nonzero(expression: &Expression) -> bool {
    let (low, high) = between(expression);
    low > 0.0 || high < 0.0
}

fn between(expression: &Expression) -> (f64, f64) {
    let keys = |fact: &FactRef| match Domain::of(fact) {
        Domain::Keys(keys) => keys.hull().unwrap_or((i64::MIN, i64::MAX)),
        Domain::Texts(_) => (i64::MIN, i64::MAX),
    };
    bounds(expression, &keys).interval.ends()
}

/// The questions of a condition whose answers may be taken as possible and are not.
pub(super) fn cautious(decided: &Decided) -> Vec<&Test> {
    let mut asked: BTreeMap<&FactRef, Vec<Vec<&FactRef>>> = BTreeMap::new();
    let mut tests = Vec::new();
    for step in decided.ways.steps() {
        let facts = match step {
            WayStep::Answered(test, _) => {
                if test.facts().len() > 1 && !tests.contains(&test) {
                    tests.push(test);
                }
                test.facts().into_iter().collect()
            }
            WayStep::Within(fact, _) | WayStep::Stated(fact, _) => vec![fact],
            WayStep::Waived(..) => Vec::new(),
        };
        for fact in &facts {
            let known = asked.entry(fact).or_default();
            if !known.contains(&facts) {
                known.push(facts.clone());
            }
        }
    }
    let alone = |fact: &&FactRef| asked[*fact].len() == 1;
    tests.retain(|test| !is_exact(test) || !test.facts().iter().all(alone));
    tests
}

/// Whether the corners of a test say just what its answer can be.
fn is_exact(test: &Test) -> bool {
    let Some((left, sign, right)) = comparison(test) else {
        return false;
    };
    // Between two corners whole numbers need not meet a third.
    let ordered = !matches!(sign, Comparison::Equal | Comparison::NotEqual);
    let all = directions(left, right);
    let ended = |(fact, rises): (&FactRef, &Option<bool>)| {
        rises.is_some() && end(fact, true).is_some() && end(fact, false).is_some()
    };
    ordered && all.iter().all(ended)
}
