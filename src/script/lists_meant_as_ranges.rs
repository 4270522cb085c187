//! Two numbers or days in a list that are likely meant as a range: `in [18, 65]`.

use crate::base::source::Span;
use crate::model::fact::plain_number;
use crate::script::Program;
use crate::script::slip::Words;

/// `value in [low, high]`.
#[derive(Debug)]
pub(crate) struct TwoItems {
    /// The list.
    pub(crate) span: Span,
    /// The value that is looked for in it, as written.
    pub(crate) value: String,
    /// The two items, as they are written.
    pub(crate) low: String,
    pub(crate) high: String,
    pub(crate) apart: Apart,
    /// Whether the value is calculated, and not just named.
    pub(crate) is_calculated: bool,
}

/// What two items are, and how far apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Apart {
    /// Two whole numbers, so far apart.
    Whole(i64),
    /// Two numbers, one of them with decimals.
    Decimal,
    /// Two days.
    Days,
}

/// Each list of two numbers, or of two days, the lower first, in which a value is looked for.
pub(crate) fn lists_of_two(program: &Program) -> Vec<TwoItems> {
    let source = program.source();
    let tokens = program.prepared.tokens();
    let words = Words::new(source.text(), tokens);
    let all = (0..tokens.len()).filter(|index| words.is(*index, "in") && words.is(index + 1, "["));
    let found = all.filter_map(|index| {
        let open = index + 1;
        let comma = words.ahead(open).find(|at| words.is(*at, ","))?;
        let close = words.closed(open)?;
        let (low, high) = (
            words.text(open + 1, comma - 1),
            words.text(comma + 1, close - 1),
        );
        let two = comma == open + 2 && close == comma + 2;
        let apart = match (words.whole_number(open + 1), words.whole_number(comma + 1)) {
            (Some(one), Some(other)) if two && one < other => Apart::Whole(other.checked_sub(one)?),
            _ if two && are_decimal(low, high) => Apart::Decimal,
            _ if is_day(low) && is_day(high) && low < high => Apart::Days,
            _ => return None,
        };
        let (first, value) = words.left(index)?;
        let is_calculated =
            (first..index).any(|at| matches!(words.at(at), "+" | "-" | "*" | "/" | "%" | "**"));
        Some(TwoItems {
            span: source.span(tokens[open].range.start..tokens[close].range.end),
            value: value.to_owned(),
            low: low.to_owned(),
            high: high.to_owned(),
            apart,
            is_calculated,
        })
    });
    found.collect()
}

/// Two numbers, the lower first.
fn are_decimal(low: &str, high: &str) -> bool {
    let number = |text: &str| plain_number(&text.replace('_', ""));
    matches!((number(low), number(high)), (Some(low), Some(high)) if low < high)
}

/// `date("2025-09-01")`, or the day alone.
fn is_day(text: &str) -> bool {
    let call = text
        .strip_prefix("date(")
        .and_then(|rest| rest.strip_suffix(')'));
    let day = call.unwrap_or(text);
    let inner = day
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    inner.is_some_and(|day| day.len() == 10 && !day.contains(['"', ',']))
}
