//! The inputs of statistics as columns: facts, and derived facts that are calculated first.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::sync::Arc;

use crate::analysis::export_logic::{Valued, WayStep};
use crate::model::fact::{FactOrigin, FactType, Number, Value};
use crate::render::sql::boolean_clauses::Clause;
use crate::render::sql::calculation::TURN;
use crate::render::sql::dialect::Dialect;
use crate::render::sql::fraction::{Term, Whole, Written, parts, product};
use crate::render::sql::literal;
use crate::render::sql::outcomes::Writing;
use crate::tree::{Comparison, Expression, FactRef, Test, number_of};

/// A column with a stated or derived value; NULL if it is unknown.
#[derive(Clone, Debug)]
pub(super) struct SqlInput {
    /// The value as it is compared; for a derived number the integer that `factor` multiplies.
    pub(super) value: String,
    /// The first SELECT after the one that makes it.
    pub(super) turn: usize,
    /// For sums: an integer and its factor, whose product is the value; `None` if it is no number.
    pub(super) whole: Option<(String, Number)>,
    /// Conditions under which a known value may be unknown here.
    pub(super) inexact: Vec<String>,
}

/// A fact that records state.
pub(super) fn stated(writing: &mut Writing<'_>, fact: &FactRef) -> Written<SqlInput> {
    let value = writing.columns.of(fact).to_owned();
    let mut inexact = Vec::new();
    let whole = match fact.schema.ty {
        FactType::Integer | FactType::Number => {
            let term = writing.calculating().fact(fact)?;
            let over = term.over.ok_or("it is no number")?;
            // It has more places than are kept.
            inexact.push(format!("{value} IS NOT NULL AND {} IS NULL", over.text));
            Some((over.text, term.factor))
        }
        FactType::Boolean => Some((as_number(&value), Number::ONE)),
        _ => None,
    };
    Ok(SqlInput {
        value,
        turn: TURN,
        whole,
        inexact,
    })
}

/// True and false as 1 and 0.
fn as_number(value: &str) -> String {
    format!("CASE WHEN {value} THEN 1 WHEN NOT {value} THEN 0 END")
}

/// A derived fact: the one value of all ways that the record can take.
pub(super) fn derived(
    writing: &mut Writing<'_>,
    valued: &Valued,
    ty: &FactType,
) -> Written<SqlInput> {
    let ends = writing.ends(&valued.ways);
    let mut groups: BTreeMap<Option<Arc<Expression>>, Vec<Clause>> = BTreeMap::new();
    for (end, can) in ends {
        let value = valued.values[end].clone();
        groups.entry(value).or_default().push(can);
    }
    let groups: Vec<(Option<Arc<Expression>>, Clause)> = groups
        .into_iter()
        .map(|(value, can)| {
            let can = Clause::any(can);
            (value, writing.turns.short(can, 3))
        })
        .collect();
    let mut inexact = inexact(writing, valued, &groups)?;
    let values = groups.iter().filter_map(|(value, _)| value.clone());
    let values: Vec<Arc<Expression>> = values.collect();
    let numeric = matches!(ty, FactType::Integer | FactType::Number);
    let (texts, factor) = if numeric {
        numbers(writing, &values)?
    } else {
        let dialect = writing.options.dialect;
        let texts = values.iter().map(|value| plain(writing, dialect, value));
        (texts.collect::<Written<Vec<String>>>()?, Number::ONE)
    };
    let mut cases = String::from("CASE");
    let mut turn = TURN;
    for ((value, can), text) in groups
        .iter()
        .filter(|(value, _)| value.is_some())
        .zip(&texts)
    {
        let others = groups.iter().filter(|(other, _)| other != value);
        let only = Clause::any(others.map(|(_, can)| can.clone())).not();
        let only = Clause::all([can.clone(), only]);
        turn = turn.max(only.turn);
        if only.is_never() {
            continue;
        }
        let _ = write!(cases, " WHEN {} THEN {text}", only.text);
        if let (true, Some(value)) = (numeric, value) {
            // It is known here, and too long or of too many places there.
            let known = known(writing, [value]);
            inexact.push(format!("{} AND {known} AND {text} IS NULL", only.text));
        }
    }
    let value = if cases == "CASE" {
        "NULL".to_owned()
    } else {
        let value = cases + " END";
        writing.turns.value(value, turn)
    };
    let whole = match ty {
        FactType::Integer | FactType::Number => Some((value.clone(), factor)),
        FactType::Boolean => Some((as_number(&value), factor)),
        _ => None,
    };
    Ok(SqlInput {
        value,
        turn: turn + 1,
        whole,
        inexact,
    })
}

/// That all facts in some expressions are known.
fn known<'e>(
    writing: &Writing<'_>,
    expressions: impl IntoIterator<Item = &'e Arc<Expression>>,
) -> String {
    let mut facts = BTreeSet::new();
    for expression in expressions {
        expression.collect(&mut facts);
    }
    if facts.is_empty() {
        return "TRUE".to_owned();
    }
    let known = facts.into_iter();
    let known = known.map(|fact| format!("{} IS NOT NULL", writing.columns.of(fact)));
    known.collect::<Vec<_>>().join(" AND ")
}

/// When another value than the one here may come out.
fn inexact(
    writing: &mut Writing<'_>,
    valued: &Valued,
    groups: &[(Option<Arc<Expression>>, Clause)],
) -> Written<Vec<String>> {
    let mut open = Vec::new();
    if groups.len() < 2 {
        return Ok(open);
    }
    let several = |one: &Clause, other: &Clause| format!("({}) AND ({})", one.text, other.text);
    let mut pairs = Vec::new();
    for (place, (one, can)) in groups.iter().enumerate() {
        for (other, could) in &groups[place + 1..] {
            pairs.push(several(can, could));
            let (Some(one), Some(other)) = (one, other) else {
                continue;
            };
            if one.constant().is_some() && other.constant().is_some() {
                continue;
            }
            // They may be equal by chance.
            let equal = Test::Compare(Arc::clone(one), Comparison::Equal, Arc::clone(other));
            let equal = writing.calculating().answer(&equal)?;
            let known = known(writing, [one, other]);
            open.push(format!(
                "{} AND {known} AND CASE WHEN {equal} THEN TRUE WHEN NOT ({equal}) THEN FALSE ELSE TRUE END",
                several(can, could)
            ));
        }
    }
    // An answer that is not known may be known here.
    let mut answers = BTreeSet::new();
    for step in valued.ways.steps() {
        match step {
            WayStep::Answered(test, _) => {
                answers.insert(test.clone());
            }
            WayStep::Stated(fact, _) if fact.schema.origin == FactOrigin::Statistic => {
                return Err(format!("it asks whether `{fact}` is known"));
            }
            _ => {}
        }
    }
    let mut unknown = Vec::new();
    for test in answers {
        let text = writing.calculating().answer(&test)?;
        unknown.push(format!("({text}) IS NULL"));
    }
    if !unknown.is_empty() {
        let (pairs, unknown) = (pairs.join(" OR "), unknown.join(" OR "));
        open.push(format!("({pairs}) AND ({unknown})"));
    }
    Ok(open)
}

/// Numbers as whole numbers times one factor.
fn numbers(
    writing: &mut Writing<'_>,
    values: &[Arc<Expression>],
) -> Written<(Vec<String>, Number)> {
    let mut terms = Vec::new();
    let mut below = Number::ONE;
    for value in values {
        let term = writing.calculating().term(value, &mut Vec::new())?;
        if term.under.is_some() {
            return Err(format!(
                "`{value}` is a quotient: no engine adds up or puts in order what it cannot divide"
            ));
        }
        let (_, under) = parts(&term.factor.magnitude())?;
        below = least_multiple(&below, &under);
        terms.push(term);
    }
    let texts = terms.iter().map(|term| {
        let times = term.factor.times(&below);
        number(writing, term, &times)
    });
    let texts = texts.collect();
    let factor = Number::ONE.over(&below).ok_or("a factor is not zero")?;
    Ok((texts, factor))
}

/// Far from where sums of many would be too long.
const MOST: f64 = 9e15;

fn number(writing: &mut Writing<'_>, term: &Term, times: &Number) -> String {
    let whole = product(times, term.over.iter());
    let (low, high) = whole.bounds;
    let text = writing.calculating().whole(&whole);
    let dialect = writing.options.dialect;
    let text = format!("CAST({text} AS {})", dialect.whole());
    if low.abs().max(high.abs()) <= MOST {
        return text;
    }
    let most = literal::number(dialect, MOST);
    let Whole { estimate, .. } = whole;
    format!("CASE WHEN {estimate} < {most} THEN {text} END")
}

fn least_multiple(one: &Number, other: &Number) -> Number {
    let (mut a, mut b) = (one.clone(), other.clone());
    while !b.is_zero() {
        let rest = a.remainder(&b).unwrap_or(Number::ZERO);
        (a, b) = (b, rest);
    }
    one.times(other).over(&a).unwrap_or(Number::ONE)
}

/// A value that is not a number.
fn plain(writing: &Writing<'_>, dialect: Dialect, value: &Expression) -> Written<String> {
    match (value, value.constant()) {
        (_, Some(Value::Boolean(true))) => Ok("TRUE".to_owned()),
        (_, Some(Value::Boolean(false))) => Ok("FALSE".to_owned()),
        (_, Some(Value::Text(text))) => Ok(literal::text(dialect, text)),
        (_, Some(Value::Date(day))) => Ok(literal::date(dialect, *day)),
        (Expression::Derived(_, inner), _) => plain(writing, dialect, inner),
        (Expression::Fact(fact), _) => Ok(writing.columns.of(fact).to_owned()),
        _ => Err(format!("`{value}` cannot be calculated there exactly")),
    }
}

/// The number assumed for an unknown one, divided by `factor`.
pub(super) fn assumed(value: &Value, factor: &Number) -> Written<String> {
    let number = match value {
        Value::Boolean(is) => Number::from(i64::from(*is)),
        value => number_of(value)
            .map(std::borrow::Cow::into_owned)
            .ok_or("no number is assumed")?,
    };
    let whole = number.over(factor).filter(Number::is_whole);
    whole
        .map(|whole| whole.to_string())
        .ok_or_else(|| format!("`{number}` is assumed, which has more places than are kept"))
}
