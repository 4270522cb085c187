//! A test: one question a script asks of the facts, answered yes or no.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use crate::model::fact::Value;
use crate::tree::exact_arithmetic::{Comparison, compare_exactly};
use crate::tree::expression::{Expression, ValueKind, value_of_key};
use crate::tree::fact_ref::FactRef;
use crate::tree::interval_arithmetic::{bounds, decide};

/// One question of the facts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Test {
    /// A boolean fact is true.
    Holds(FactRef),
    /// Two calculations compare in this way.
    Compare(Arc<Expression>, Comparison, Arc<Expression>),
    /// The record states the fact. With the value assumed if it does not.
    Known(FactRef, Option<Arc<Expression>>),
    /// The calculation can be done: no overflow, no division by zero.
    Succeeds(Arc<Expression>),
}

impl Test {
    /// A comparison with a constant, if any, on its right side.
    pub(crate) fn compare(
        left: Arc<Expression>,
        comparison: Comparison,
        right: Arc<Expression>,
    ) -> Self {
        if left.constant().is_some() && right.constant().is_none() {
            Self::Compare(right, comparison.flipped(), left)
        } else {
            Self::Compare(left, comparison, right)
        }
    }

    /// The facts whose values decide the answer. Whether a fact is known is not its value.
    pub(crate) fn facts(&self) -> BTreeSet<&FactRef> {
        let mut facts = BTreeSet::new();
        match self {
            Self::Holds(fact) => {
                facts.insert(fact);
            }
            Self::Compare(left, _, right) => {
                left.collect(&mut facts);
                right.collect(&mut facts);
            }
            Self::Known(..) => {}
            Self::Succeeds(expression) => expression.collect(&mut facts),
        }
        facts
    }

    /// Whether the value of some fact that is looked for decides the answer.
    pub(crate) fn any_fact(&self, is: &mut dyn FnMut(&FactRef) -> bool) -> bool {
        match self {
            Self::Holds(fact) => is(fact),
            Self::Compare(left, _, right) => left.any_fact(is) || right.any_fact(is),
            Self::Known(..) => false,
            Self::Succeeds(expression) => expression.any_fact(is),
        }
    }

    /// Whether the value of a fact decides the answer.
    pub(crate) fn asks_about(&self, fact: &FactRef) -> bool {
        self.any_fact(&mut |asked| asked == fact)
    }

    /// The question with derived facts as calculations without a name.
    pub(crate) fn without_names(&self) -> Cow<'_, Self> {
        let mut names = BTreeSet::new();
        self.derived(&mut names);
        if names.is_empty() {
            return Cow::Borrowed(self);
        }
        Cow::Owned(self.substitute(&mut |fact| Expression::Fact(fact.clone())))
    }

    /// Adds the derived facts in it to a set.
    pub(crate) fn derived<'a>(&'a self, names: &mut BTreeSet<&'a FactRef>) {
        match self {
            Self::Holds(_) | Self::Known(..) => {}
            Self::Compare(left, _, right) => {
                left.collect_derived(names);
                right.collect_derived(names);
            }
            Self::Succeeds(expression) => expression.collect_derived(names),
        }
    }

    /// The question about another record: `place` gives the name of a fact as seen from there.
    pub(crate) fn seen_from(&self, place: &dyn Fn(&FactRef) -> FactRef) -> Self {
        let expression = |one: &Arc<Expression>| Arc::new(one.seen_from(place));
        match self {
            Self::Holds(fact) => Self::Holds(place(fact)),
            Self::Compare(left, comparison, right) => {
                Self::Compare(expression(left), *comparison, expression(right))
            }
            Self::Known(fact, assumed) => {
                Self::Known(place(fact), assumed.as_ref().map(expression))
            }
            Self::Succeeds(one) => Self::Succeeds(expression(one)),
        }
    }

    /// The question with another expression in place of each fact.
    pub(crate) fn substitute(&self, facts: &mut dyn FnMut(&FactRef) -> Expression) -> Self {
        match self {
            Self::Holds(fact) => match facts(fact) {
                Expression::Fact(fact) => Self::Holds(fact),
                other => Self::Compare(
                    other.into(),
                    Comparison::Equal,
                    Arc::new(Expression::Constant(Value::Boolean(true))),
                ),
            },
            Self::Compare(left, comparison, right) => {
                Self::compare(left.substitute(facts), *comparison, right.substitute(facts))
            }
            Self::Known(..) => self.clone(),
            Self::Succeeds(expression) => Self::Succeeds(expression.substitute(facts)),
        }
    }

    /// The answer, given a value for each fact. A calculation that fails answers no.
    ///
    /// INVARIANT: on every path of a tree, a comparison comes after the `Succeeds` of its sides.
    pub(crate) fn answer(&self, facts: &mut dyn FnMut(&FactRef) -> Value) -> bool {
        match self {
            Self::Holds(fact) => facts(fact) == Value::Boolean(true),
            Self::Compare(left, comparison, right) => {
                let (left, right) = (left.evaluate(facts), right.evaluate(facts));
                matches!((left, right), (Ok(left), Ok(right)) if compare_exactly(*comparison, &left, &right))
            }
            Self::Known(..) => unreachable!("answered from the record as it stands"),
            Self::Succeeds(expression) => expression.evaluate(facts).is_ok(),
        }
    }

    /// The answer, when it is the same for all keys of the facts within these ranges.
    pub(crate) fn decide(&self, keys: &dyn Fn(&FactRef) -> (i64, i64)) -> Option<bool> {
        match self {
            Self::Holds(fact) => {
                let (low, high) = keys(fact);
                (low == high).then_some(low == 1)
            }
            Self::Compare(left, _, _) if is_text(left) => None,
            Self::Compare(left, comparison, right) => {
                let (left, right) = (bounds(left, keys), bounds(right, keys));
                if left.must_fail || right.must_fail {
                    return Some(false);
                }
                let answer = decide(*comparison, left.interval, right.interval);
                let answer = answer.or_else(|| self.decide_point(keys))?;
                (!answer || !(left.may_fail || right.may_fail)).then_some(answer)
            }
            Self::Known(..) => None,
            Self::Succeeds(expression) => {
                let bounds = bounds(expression, keys);
                if bounds.must_fail {
                    Some(false)
                } else {
                    (!bounds.may_fail)
                        .then_some(true)
                        .or_else(|| self.decide_point(keys))
                }
            }
        }
    }

    /// The number of parts of its calculations.
    pub(crate) fn parts(&self) -> usize {
        match self {
            Self::Holds(_) | Self::Known(..) => 1,
            Self::Compare(left, _, right) => left.parts() + right.parts(),
            Self::Succeeds(expression) => expression.parts(),
        }
    }

    /// The exact answer where each fact can be one thing only.
    fn decide_point(&self, keys: &dyn Fn(&FactRef) -> (i64, i64)) -> Option<bool> {
        let mut is_open = |fact: &FactRef| {
            let (low, high) = keys(fact);
            low != high
        };
        if self.any_fact(&mut is_open) {
            return None;
        }
        let values = self
            .facts()
            .into_iter()
            .map(|fact| Some((fact, value_of_key(fact, keys(fact).0)?)));
        let values: Option<BTreeMap<_, _>> = values.collect();
        let values = values?;
        Some(self.answer(&mut |fact| values[fact].clone()))
    }
}

/// Whether it yields a text or a list. No binary operation does, so their kinds are not computed.
fn is_text(expression: &Expression) -> bool {
    !matches!(expression, Expression::Binary(..))
        && matches!(expression.kind(), ValueKind::Text | ValueKind::List)
}

/// As a script would write it.
impl fmt::Display for Test {
    fn fmt(&self, fmt: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Holds(fact) => fact.fmt(fmt),
            Self::Compare(left, comparison, right) => {
                write!(fmt, "{left} {} {right}", comparison.symbol())
            }
            Self::Known(fact, _) => write!(fmt, "known({fact})"),
            Self::Succeeds(expression) => write!(fmt, "{expression} can be calculated"),
        }
    }
}
