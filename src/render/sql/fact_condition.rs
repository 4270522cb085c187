//! Conditions on the value of one fact, over its column.

use std::sync::Arc;

use crate::model::fact::{Date, FactType};
use crate::render::sql::boolean_clauses::Clause;
use crate::render::sql::dialect::Dialect;
use crate::render::sql::literal;
use crate::tree::{Domain, FactRef, float_of_key};

/// An end of a range: a sign and a value.
type End = (&'static str, String);

/// The first day that all engines have.
pub(super) fn first_day() -> Date {
    Date::parse("0001-01-01").unwrap_or(Date::first_written())
}

/// A range of values, or a single one.
enum Span {
    Point(String),
    Between(Option<End>, Option<End>),
}

/// The condition that a column which is not NULL holds one of these values.
pub(super) fn cell(dialect: Dialect, column: &str, fact: &FactRef, domain: &Domain) -> Clause {
    if fact.schema.ty == FactType::Boolean {
        return if domain.contains(&crate::model::fact::Value::Boolean(true)) {
            Clause::single(column.to_owned())
        } else {
            Clause::single(column.to_owned()).not()
        };
    }
    let spans = spans(dialect, fact, domain);
    let rest = Domain::of(fact).without(domain);
    let rest = self::spans(dialect, fact, &rest);
    // The shorter one: the values that it has, or those that it does not have.
    match points(&rest) {
        Some(others)
            if !others.is_empty()
                && points(&spans).is_none_or(|points| points.len() > others.len()) =>
        {
            Clause::single(among(column, &others, ("<>", "NOT IN")))
        }
        _ => one_of(column, spans),
    }
}

/// The values, if there is no range among them.
fn points(spans: &[Span]) -> Option<Vec<&str>> {
    let points = spans.iter().map(|span| match span {
        Span::Point(value) => Some(value.as_str()),
        Span::Between(..) => None,
    });
    points.collect()
}

fn among(column: &str, values: &[&str], (one, several): (&str, &str)) -> String {
    match values {
        [value] => format!("{column} {one} {value}"),
        values => format!("{column} {several} ({})", values.join(", ")),
    }
}

fn one_of(column: &str, spans: Vec<Span>) -> Clause {
    let (points, ranges): (Vec<Span>, Vec<Span>) = spans
        .into_iter()
        .partition(|span| matches!(span, Span::Point(_)));
    let values = self::points(&points).unwrap_or_default();
    let points = (!values.is_empty()).then(|| Clause::single(among(column, &values, ("=", "IN"))));
    let ranges = ranges.into_iter().map(|span| match span {
        Span::Point(_) => Clause::never(),
        Span::Between(low, high) => {
            let end = |(sign, value)| Clause::single(format!("{column} {sign} {value}"));
            Clause::all([low.map(end), high.map(end)].into_iter().flatten())
        }
    });
    Clause::any(points.into_iter().chain(ranges))
}

fn spans(dialect: Dialect, fact: &FactRef, domain: &Domain) -> Vec<Span> {
    match domain {
        Domain::Texts(texts) => {
            let ranges = texts.ranges().iter();
            ranges
                .map(|(from, to)| text_span(dialect, from, to.as_ref()))
                .collect()
        }
        Domain::Keys(keys) => {
            let all = match Domain::of(fact) {
                Domain::Keys(all) => all.hull().unwrap_or((i64::MIN, i64::MAX)),
                Domain::Texts(_) => unreachable!("a fact has one kind"),
            };
            // Not all engines have a year zero; facts have no days before the first year.
            let first = (fact.schema.ty == FactType::Date).then(|| first_day().days());
            let all = (all.0.max(first.unwrap_or(i64::MIN)), all.1);
            let ranges = keys.ranges().iter();
            ranges
                .filter(|(_, to)| to.is_none_or(|to| to > all.0))
                .map(|(from, to)| {
                    key_span(
                        dialect,
                        fact,
                        all,
                        (*from, to.map_or(i64::MAX, |to| to - 1)),
                    )
                })
                .collect()
        }
    }
}

fn text_span(dialect: Dialect, from: &Arc<str>, to: Option<&Arc<str>>) -> Span {
    let text = |text: &str| literal::text(dialect, text);
    // The text that comes next after another ends with a zero.
    if to.and_then(|to| to.strip_suffix('\0')) == Some(from) {
        return Span::Point(text(from));
    }
    let low = (!from.is_empty()).then(|| match from.strip_suffix('\0') {
        Some(before) => (">", text(before)),
        None => (">=", text(from)),
    });
    let high = to.map(|to| match to.strip_suffix('\0') {
        Some(last) => ("<=", text(last)),
        None => ("<", text(to)),
    });
    Span::Between(low, high)
}

fn key_span(
    dialect: Dialect,
    fact: &FactRef,
    (least, most): (i64, i64),
    (from, last): (i64, i64),
) -> Span {
    let value = |key: i64| match fact.schema.ty {
        FactType::Date => Date::from_days(key).map(|day| literal::date(dialect, day)),
        FactType::Number => Some(literal::number(dialect, float_of_key(key))),
        _ => Some(key.to_string()),
    };
    let value = |key: i64| value(key).unwrap_or_default();
    let from = from.max(least);
    if from == last {
        return Span::Point(value(from));
    }
    // Of a number and its neighbour, the one with fewer digits is the one that was written.
    let end = |key: i64, beside: i64, at: &'static str, next: &'static str| {
        let (here, there) = (value(key), value(beside));
        if fact.schema.ty == FactType::Number && there.len() < here.len() {
            (next, there)
        } else {
            (at, here)
        }
    };
    let low = (from > least).then(|| end(from, from - 1, ">=", ">"));
    let high = (last < most).then(|| end(last, last + 1, "<=", "<"));
    Span::Between(low, high)
}
