//! Simplifies comparisons of sums: facts with factors are brought together.
//!
//! `j.a + 1 > j.a` is `0 > -1`; `j.x - j.x * 0.2 <= j.x` is `x >= 0`. Numbers are exact, so nothing
//! is lost. What is no sum (a product of facts, a root, `floor`) is treated as one unknown.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::fact::{Number, Value};
use crate::tree::exact_arithmetic::{Binary, Comparison, Unary, number_of};
use crate::tree::expression::{Expression, ValueKind};
use crate::tree::fact_ref::FactRef;

/// A number, and other things with their factors, none of them zero.
#[derive(Clone, Debug)]
pub(crate) struct Linear {
    constant: Number,
    terms: BTreeMap<Arc<Expression>, Number>,
}

/// A comparison of a sum with nothing, in its simplest form.
#[derive(PartialEq, Eq)]
pub(crate) enum Simplest {
    /// The answer is the same for all values of the facts.
    Answer(bool),
    /// One thing is compared with a number.
    One(Arc<Expression>, Comparison, Number),
    /// A sum of several is, with the first of them taken once.
    Sum(Arc<Expression>, Comparison, Number),
}

impl Linear {
    /// A comparison of two calculations, in its simplest form; `None` for texts and lists.
    pub(crate) fn simplest(
        left: &Arc<Expression>,
        comparison: Comparison,
        right: &Arc<Expression>,
    ) -> Option<Simplest> {
        let mut sum = Self::of(left)?;
        sum.add(&Self::of(right)?, &Number::ONE.negated());
        let Some((first, factor)) = sum.terms.first_key_value() else {
            let order = sum.constant.cmp(&Number::ZERO);
            let answer =
                crate::tree::compare_exactly(comparison, &order, &std::cmp::Ordering::Equal);
            return Some(Simplest::Answer(answer));
        };
        let comparison = if factor.is_negative() {
            comparison.flipped()
        } else {
            comparison
        };
        let bound = sum.constant.negated().over(factor)?;
        if sum.terms.len() == 1 {
            return Some(Simplest::One(Arc::clone(first), comparison, bound));
        }
        let whole = sum.terms.iter().all(|(term, other)| {
            term.kind() == ValueKind::Integer && other.over(factor).is_some_and(|it| it.is_whole())
        });
        let parts = sum.terms.iter().map(|(term, other)| {
            let times = other.over(factor)?;
            if times == Number::ONE {
                return Some(Arc::clone(term));
            }
            let times = match times.whole().filter(|_| whole) {
                Some(whole) => Value::Integer(whole),
                None => Value::Number(times),
            };
            let times = Arc::new(Expression::Constant(times));
            Some(Expression::Binary(Binary::Multiply, times, Arc::clone(term)).into())
        });
        // Days are not added up.
        if sum.terms.keys().any(|term| term.kind() == ValueKind::Date) {
            return None;
        }
        let parts: Option<Vec<Arc<Expression>>> = parts.collect();
        let together = |one, other| Expression::Binary(Binary::Add, one, other).into();
        let sum = parts?.into_iter().reduce(together)?;
        Some(Simplest::Sum(sum, comparison, bound))
    }

    /// The difference of two calculations as a sum of integer facts, each with an integer factor,
    /// and a constant; `None` if it has another form, or is the same for all values.
    pub(crate) fn whole(
        left: &Arc<Expression>,
        right: &Arc<Expression>,
    ) -> Option<(Vec<(FactRef, i64)>, i64)> {
        let mut sum = Self::of(left)?;
        sum.add(&Self::of(right)?, &Number::ONE.negated());
        let term = |(term, factor): (&Arc<Expression>, &Number)| match &**term {
            Expression::Fact(fact) if term.kind() == ValueKind::Integer => {
                Some((fact.clone(), factor.whole()?))
            }
            _ => None,
        };
        let terms: Vec<_> = sum.terms.iter().map(term).collect::<Option<_>>()?;
        let constant = sum.constant.whole()?;
        (!terms.is_empty()).then_some((terms, constant))
    }

    fn of(expression: &Arc<Expression>) -> Option<Self> {
        let itself = || Some(Self::only(expression));
        match &**expression {
            Expression::Constant(value) | Expression::Parameter(_, value) => {
                let constant = match value {
                    Value::Date(day) => Number::from(day.days()),
                    value => number_of(value)?.into_owned(),
                };
                Some(Self {
                    constant,
                    terms: BTreeMap::new(),
                })
            }
            Expression::Fact(_) => matches!(
                expression.kind(),
                ValueKind::Integer | ValueKind::Number | ValueKind::Date
            )
            .then(|| Self::only(expression)),
            Expression::Derived(_, inner) => Self::of(inner),
            Expression::Unary(Unary::Negate, inner) => {
                Self::of(inner)?.times(&Number::ONE.negated())
            }
            Expression::Unary(Unary::ToNumber, inner) => Self::of(inner),
            Expression::Unary(
                Unary::Floor | Unary::Ceiling | Unary::Round | Unary::RoundEven | Unary::ToInteger,
                inner,
            ) if inner.kind() == ValueKind::Integer => Self::of(inner),
            Expression::Unary(..) => itself(),
            Expression::Binary(operation, left, right) => match operation {
                Binary::Add | Binary::Subtract => {
                    let (mut sum, other) = (Self::of(left)?, Self::of(right)?);
                    let sign = if *operation == Binary::Add {
                        Number::ONE
                    } else {
                        Number::ONE.negated()
                    };
                    sum.add(&other, &sign);
                    sum.fits()
                }
                Binary::Multiply => {
                    let (left, right) = (Self::of(left)?, Self::of(right)?);
                    if let Some(number) = left.number() {
                        right.times(number)
                    } else if let Some(number) = right.number() {
                        left.times(number)
                    } else {
                        itself()
                    }
                }
                Binary::Divide => {
                    let divisor = Self::of(right)?;
                    match divisor.number().and_then(|number| Number::ONE.over(number)) {
                        Some(number) => Self::of(left)?.times(&number),
                        None => itself(),
                    }
                }
                Binary::Remainder => {
                    let (left, right) = (Self::of(left)?, Self::of(right)?);
                    match right.number().filter(|number| left.is_multiple_of(number)) {
                        Some(_) => Some(Self {
                            constant: Number::ZERO,
                            terms: BTreeMap::new(),
                        }),
                        None => itself(),
                    }
                }
                Binary::Power
                | Binary::Min
                | Binary::Max
                | Binary::AddMonths
                | Binary::MonthsBetween
                | Binary::Age => itself(),
            },
        }
    }

    fn only(expression: &Arc<Expression>) -> Self {
        Self {
            constant: Number::ZERO,
            terms: BTreeMap::from([(Arc::clone(expression), Number::ONE)]),
        }
    }

    /// The number that it is, if there is nothing else in it.
    fn number(&self) -> Option<&Number> {
        self.terms.is_empty().then_some(&self.constant)
    }

    /// Adds `other` multiplied by `times`.
    fn add(&mut self, other: &Self, times: &Number) {
        self.constant = self.constant.plus(&other.constant.times(times));
        for (term, factor) in &other.terms {
            let factor = factor.times(times);
            let sum = match self.terms.get(term) {
                Some(known) => known.plus(&factor),
                None => factor,
            };
            if sum.is_zero() {
                self.terms.remove(term);
            } else {
                self.terms.insert(Arc::clone(term), sum);
            }
        }
    }

    fn times(mut self, number: &Number) -> Option<Self> {
        self.constant = self.constant.times(number);
        for factor in self.terms.values_mut() {
            *factor = factor.times(number);
        }
        self.terms.retain(|_, factor| !factor.is_zero());
        self.fits()
    }

    /// `None` if a number in it has too many digits.
    fn fits(self) -> Option<Self> {
        let fits = self.constant.fits() && self.terms.values().all(Number::fits);
        fits.then_some(self)
    }

    /// Whether it is an integer multiple of a number, for all values of the facts.
    fn is_multiple_of(&self, number: &Number) -> bool {
        let times = |one: &Number| one.over(number).is_some_and(|times| times.is_whole());
        let whole = self
            .terms
            .keys()
            .all(|term| term.kind() == ValueKind::Integer);
        whole && times(&self.constant) && self.terms.values().all(times)
    }
}
