//! Calculations with several facts, in whole numbers alone: no engine divides exactly, so quotients
//! are compared by cross-multiplication, and decimals are whole numbers of their last place.
//!
//! Each expression is `factor * over / under`: an exact fraction, and two whole numbers that the
//! engine calculates, the lower one above zero where the calculation succeeds. What is missing, has
//! more places than are kept, or would be longer than the engine's whole numbers makes the answer
//! NULL: unknown.
//!
//! Example: `debt / gdp <= 0.6` is written `debt * 5 <= gdp * 3`, where no gdp is below zero.

use std::collections::BTreeMap;

use crate::model::fact::{FactType, MAX_INTEGER, Number, Value};
use crate::render::sql::boolean_clauses::SelectColumns;
use crate::render::sql::dialect::Dialect;
use crate::render::sql::fraction::{Term, Whole, Written, divided, magnitude, parts, product, sum};
use crate::render::sql::literal;
use crate::render::sql::rounded_comparison::{self, Inequality, Rounded};
use crate::render::sql::validated_columns::{Fraction, SqlColumns};
use crate::tree::{Binary, Comparison, Expression, FactRef, Test, Unary, ValueKind, number_of};

/// The number of decimals of a number whose schema does not state one.
const PLACES: u8 = 6;

/// The first SELECT after the one that makes whole numbers of decimals.
pub(super) const TURN: usize = 1;

/// The values assumed for missing facts.
pub(super) type Ends = BTreeMap<FactRef, Number>;

/// Writes calculations; integers scaled from decimals become columns.
pub(super) struct Calculating<'a> {
    pub(super) dialect: Dialect,
    pub(super) columns: &'a SqlColumns,
    pub(super) turns: &'a mut SelectColumns,
    /// The values assumed for missing facts.
    pub(super) ends: Ends,
}

impl Calculating<'_> {
    /// The answer of a test: true, false, or NULL where it cannot be found out.
    pub(super) fn answer(&mut self, test: &Test) -> Written<String> {
        match test {
            Test::Compare(left, comparison, right) if left.kind().is_numeric() => {
                match rounded_comparison::of(left, *comparison, right) {
                    Some(rounded) => self.rounded(&rounded),
                    None => self.compared(left, *comparison, right),
                }
            }
            Test::Compare(left, comparison, right) => {
                let (left, right) = (self.plain(left)?, self.plain(right)?);
                Ok(format!("{left} {} {right}", sign(*comparison)))
            }
            Test::Succeeds(expression) => {
                let mut divisors = Vec::new();
                self.term(expression, &mut divisors)?;
                let divisors = divisors.into_iter().map(|divisor| self.whole(&divisor));
                let nonzero = divisors.map(|divisor| format!("{divisor} <> 0"));
                let nonzero: Vec<String> = nonzero.collect();
                if nonzero.is_empty() {
                    return Ok("TRUE".to_owned());
                }
                Ok(nonzero.join(" AND "))
            }
            Test::Holds(_) | Test::Known(..) => Err(format!("`{test}` is no calculation")),
        }
    }

    /// Something that is not a number, as it is.
    fn plain(&self, expression: &Expression) -> Written<String> {
        let dialect = self.dialect;
        match (expression, expression.constant()) {
            (Expression::Fact(fact), _) if fact.schema.ty != FactType::Boolean => {
                Ok(self.columns.of(fact).to_owned())
            }
            (_, Some(Value::Text(text))) => Ok(literal::text(dialect, text)),
            (_, Some(Value::Date(day))) => Ok(literal::date(dialect, *day)),
            _ => Err(format!("`{expression}` is calculated with days or texts")),
        }
    }

    /// A comparison with a rounded number, as comparisons with the number itself.
    fn rounded(&mut self, rounded: &Rounded) -> Written<String> {
        let reaches = self.parts(&rounded.reaches)?;
        let passes = self.parts(&rounded.passes)?;
        Ok(match rounded.comparison {
            Comparison::LessOrEqual => reaches,
            Comparison::Less => passes,
            Comparison::Greater => format!("NOT ({reaches})"),
            Comparison::GreaterOrEqual => format!("NOT ({passes})"),
            Comparison::Equal => format!("({reaches}) AND NOT ({passes})"),
            Comparison::NotEqual => format!("NOT ({reaches}) OR ({passes})"),
        })
    }

    fn parts(&mut self, parts: &[Vec<Inequality>]) -> Written<String> {
        let mut any = Vec::new();
        for all in parts {
            let mut texts = Vec::new();
            for (left, comparison, right) in all {
                texts.push(self.compared(left, *comparison, right)?);
            }
            any.push(format!("({})", texts.join(" AND ")));
        }
        Ok(any.join(" OR "))
    }

    pub(super) fn compared(
        &mut self,
        left: &Expression,
        comparison: Comparison,
        right: &Expression,
    ) -> Written<String> {
        let divisors = &mut Vec::new();
        let (left, right) = (self.term(left, divisors)?, self.term(right, divisors)?);
        let ratio = if right.factor.is_zero() {
            None
        } else {
            left.factor.over(&right.factor)
        };
        // left.factor * a / b ? right.factor * c / d, with whole numbers beside a * d and c * b.
        let (p, q) = match &ratio {
            Some(ratio) => parts(&ratio.magnitude())?,
            None => (Number::from(1), Number::from(1)),
        };
        let side = |factor: &Number, times: &Number, parts: [&Option<Whole>; 2]| {
            let factor = match (factor.is_zero(), factor.is_negative()) {
                (true, _) => Number::from(0),
                (_, true) => times.negated(),
                _ => times.clone(),
            };
            product(&factor, parts.into_iter().flatten())
        };
        let one = side(&left.factor, &p, [&left.over, &right.under]);
        let two = side(&right.factor, &q, [&right.over, &left.under]);
        let (one, two) = (self.whole(&one), self.whole(&two));
        Ok(format!("{one} {} {two}", sign(comparison)))
    }

    /// An expression; adds its divisors to a list.
    pub(super) fn term(
        &mut self,
        expression: &Expression,
        divisors: &mut Vec<Whole>,
    ) -> Written<Term> {
        if let Some(value) = expression.constant() {
            let number = number_of(value).ok_or_else(|| refused(expression))?;
            return Ok(Term::of(number.into_owned()));
        }
        match expression {
            Expression::Constant(_) | Expression::Parameter(..) => Err(refused(expression)),
            Expression::Fact(fact) => self.fact(fact),
            Expression::Derived(_, inner) => self.term(inner, divisors),
            Expression::Unary(operation, inner) => {
                let kind = inner.kind();
                let term = self.term(inner, divisors)?;
                match operation {
                    Unary::Negate => Ok(Term {
                        factor: term.factor.negated(),
                        ..term
                    }),
                    Unary::Abs => Ok(Term {
                        factor: term.factor.magnitude(),
                        over: term.over.map(magnitude),
                        ..term
                    }),
                    Unary::ToNumber => Ok(term),
                    Unary::Floor
                    | Unary::Ceiling
                    | Unary::Round
                    | Unary::RoundEven
                    | Unary::ToInteger
                        if kind == ValueKind::Integer =>
                    {
                        Ok(term)
                    }
                    _ => Err(refused(expression)),
                }
            }
            Expression::Binary(operation, left, right) => {
                if !left.kind().is_numeric() || !right.kind().is_numeric() {
                    return Err(refused(expression));
                }
                if *operation == Binary::Power {
                    return self.power(expression, left, right, divisors);
                }
                let (left, right) = (self.term(left, divisors)?, self.term(right, divisors)?);
                match operation {
                    Binary::Add => sum(&left, &right),
                    Binary::Subtract => sum(
                        &left,
                        &Term {
                            factor: right.factor.negated(),
                            ..right
                        },
                    ),
                    Binary::Multiply => Ok(left.times(&right)),
                    Binary::Divide => divided(&left, right, divisors),
                    _ => Err(refused(expression)),
                }
            }
        }
    }

    fn power(
        &mut self,
        whole: &Expression,
        base: &Expression,
        exponent: &Expression,
        divisors: &mut Vec<Whole>,
    ) -> Written<Term> {
        const MOST: i64 = 4;
        let times = match exponent.constant() {
            Some(Value::Integer(times)) if (1..=MOST).contains(times) => *times,
            _ => return Err(refused(whole)),
        };
        let base = self.term(base, divisors)?;
        Ok((1..times).fold(base.clone(), |power, _| power.times(&base)))
    }

    /// A fact as an integer: a decimal in units of its last place.
    pub(super) fn fact(&mut self, fact: &FactRef) -> Written<Term> {
        if let Some(fraction) = self.columns.fraction(fact) {
            return Ok(self.fraction(fraction));
        }
        let column = self.columns.of(fact);
        let near = |end: &Option<Value>| end.as_ref().and_then(number_of).map(|end| end.near());
        let (low, high) = (near(&fact.schema.range.min), near(&fact.schema.range.max));
        #[expect(clippy::cast_precision_loss, reason = "it is a power of two")]
        let most = MAX_INTEGER as f64;
        let whole = self.dialect.whole();
        let (text, scale) = if fact.schema.ty == FactType::Integer {
            (format!("CAST({column} AS {whole})"), 1.0)
        } else {
            let scale = 10_f64.powi(fact.schema.decimals.unwrap_or(PLACES).min(12).into());
            let (by, far) = (
                literal::number(self.dialect, scale),
                literal::number(self.dialect, most),
            );
            let scaled = format!("ROUND({column} * {by})");
            let back = match self.dialect {
                // It would multiply by what comes near to one over the number.
                Dialect::Polars => format!("({column} * 0.0 + {by})"),
                _ => by.clone(),
            };
            (
                format!(
                    "CASE WHEN ABS({column} * {by}) < {far} AND {scaled} / {back} = {column} \
                     THEN CAST({scaled} AS {whole}) END"
                ),
                scale,
            )
        };
        let end = self
            .ends
            .get(fact)
            .map(|end| end.times(&number_near(scale)));
        let text = match end.filter(Number::is_whole) {
            Some(end) if end.near().abs() <= most => {
                format!("CASE WHEN {column} IS NULL THEN CAST({end} AS {whole}) ELSE {text} END")
            }
            _ => text,
        };
        let text = self.turns.value(text, TURN - 1);
        let bound =
            |end: Option<f64>, far: f64| end.map_or(far, |end| (end * scale).clamp(-most, most));
        let over = Whole {
            estimate: format!("ABS(CAST({text} AS {}))", self.dialect.double()),
            bounds: (bound(low, -most), bound(high, most)),
            text,
        };
        let one = Number::from(1);
        let factor = one.over(&number_near(scale)).ok_or("a scale is not zero")?;
        Ok(Term {
            factor,
            over: Some(over),
            under: None,
        })
    }

    /// A statistic.
    fn fraction(&self, fraction: &Fraction) -> Term {
        let (dialect, whole) = (self.dialect, self.dialect.whole());
        let part = |column: &str, bounds: (f64, f64)| Whole {
            estimate: format!("ABS(CAST({column} AS {}))", dialect.double()),
            text: format!("CAST({column} AS {whole})"),
            bounds,
        };
        let under = fraction.under.as_ref();
        Term {
            factor: fraction.factor.clone(),
            over: Some(part(&fraction.over, fraction.over_bounds)),
            under: under.map(|under| part(under, fraction.under_bounds)),
        }
    }

    /// The text of a whole number, NULL where it would be too long.
    pub(super) fn whole(&self, whole: &Whole) -> String {
        let most = self.dialect.most_whole();
        let (low, high) = whole.bounds;
        if low.abs().max(high.abs()) < most {
            return whole.text.clone();
        }
        let most = literal::number(self.dialect, most);
        format!(
            "CASE WHEN {} < {most} THEN {} END",
            whole.estimate, whole.text
        )
    }
}

fn refused(expression: &Expression) -> String {
    format!("`{expression}` cannot be calculated there exactly")
}

fn sign(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Equal => "=",
        Comparison::NotEqual => "<>",
        other => other.symbol(),
    }
}

/// A power of ten that a binary number holds exactly.
fn number_near(scale: f64) -> Number {
    format!("{scale:.0}").parse().unwrap_or(Number::from(1))
}
