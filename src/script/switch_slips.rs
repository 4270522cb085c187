//! Slips in the cases of a `switch`: a label that is a calculation, `_` with a condition.

use std::collections::BTreeSet;

use rhai::{LexError, ParseError, ParseErrorType};

use crate::base::source::Span;
use crate::model::fact::Number;
use crate::script::defined_names::own_names;
use crate::script::rewrite_text_for_interpreter::PreparedText;
use crate::script::slip::{Slip, Words};
use crate::script::switch_labels::LabelValue;

/// Advice for labels that are no single value, where the interpreter reports an error.
pub(super) fn bad_labels(
    prepared: &PreparedText,
    words: &Words<'_>,
    error: &ParseError,
) -> Vec<Slip> {
    let wants_label = match &*error.0 {
        ParseErrorType::ExprExpected(what) => what.contains("literal"),
        ParseErrorType::BadInput(LexError::UnexpectedInput(_)) => true,
        _ => false,
    };
    let place = prepared.token(error.1).range();
    let labels = prepared.switches.iter().flat_map(|labels| labels.iter());
    let labels = labels.filter(|label| label.value == LabelValue::Other);
    let labels = labels.map(|label| &label.span);
    let labels: Vec<&Span> = labels.filter(|span| !span.text().contains('\n')).collect();
    let stumbles = |span: &&Span| span.range().contains(&place.start);
    if !wants_label || !labels.iter().any(stumbles) {
        return Vec::new();
    }
    let own = own_names(words);
    let labels = labels.iter().take_while(|_| !words.is_spent());
    labels.map(|span| bad_label(words, &own, span)).collect()
}

fn bad_label(words: &Words<'_>, own: &BTreeSet<&str>, span: &Span) -> Slip {
    let written = span.text();
    let message = format!("`{written}` is no label: a label is a single number, text or range");
    let date = written.strip_prefix("date").map(str::trim_start);
    let date = date.and_then(|rest| rest.strip_prefix('(')?.strip_suffix(')'));
    let digits = |end: &str| !end.is_empty() && end.bytes().all(|digit| digit.is_ascii_digit());
    let ends = written
        .split_once(['-', '–'])
        .map(|(from, to)| (from.trim(), to.trim()));
    let ends = ends.filter(|(from, to)| digits(from) && digits(to));
    let number = |end: &str| end.parse::<i64>().ok();
    if let Some((from, to)) = ends.filter(|(from, to)| number(from) < number(to)) {
        let help = format!("write `{from}..={to}`, which has both ends in it");
        return words.slip_at(span.range(), message, help);
    }
    let help = match (date.map(str::trim), written.parse::<Number>()) {
        (Some(day), _) if day.starts_with('"') => format!("write `{day}`, the day as a text"),
        _ if matches!(written, "default" | "else" | "otherwise" | "other" | "*") => {
            "write `_` in its place, for all that is left".to_owned()
        }
        (_, Ok(number)) if number.places().is_some() => format!("write `{number}`"),
        _ if is_word(written) && !own.contains(written) => {
            format!("write `\"{written}\"`, in quotation marks")
        }
        _ if written.split("||").count() > 1 && written.split("||").all(is_literal) => {
            format!("write `{}`", written.replace("||", "|"))
        }
        _ if switched(words, span) == Some("true") => {
            format!("in the place of the `switch` write `if {written} {{ ... }} else {{ ... }}`")
        }
        _ if written.contains("..") => {
            let value = switched(words, span).unwrap_or("...");
            let (from, to) = written.split_once("..").unwrap_or_default();
            let (sign, to) = to.strip_prefix('=').map_or(("<", to), |to| ("<=", to));
            format!(
                "in the place of the `switch` write `if {value} >= {from} && {value} {sign} {to} {{ ... }} else \
                 {{ ... }}`"
            )
        }
        _ => {
            let value = switched(words, span).unwrap_or("...");
            let compares = written.starts_with(['<', '>', '=', '!']);
            let sign = if compares { "" } else { "== " };
            format!(
                "in the place of the `switch` write `if {value} {sign}{written} {{ ... }} else {{ ... }}`"
            )
        }
    };
    words.slip_at(span.range(), message, help)
}

/// The value of the `switch` around a label.
fn switched<'a>(words: &Words<'a>, label: &Span) -> Option<&'a str> {
    let start = label.range().start;
    let first = words
        .tokens
        .partition_point(|token| token.range.start < start);
    let open = words.bracket(first)?;
    let switch = (0..open).rev().find(|at| words.is(*at, "switch"))?;
    (switch + 1 < open).then(|| words.text(switch + 1, open - 1))
}

/// The brace around a token, if it holds the cases of a `switch`.
fn cases_around(words: &Words<'_>, index: usize) -> Option<usize> {
    let open = words.bracket(index).filter(|open| words.is(*open, "{"))?;
    let mut head = (0..open)
        .rev()
        .take_while(|at| !matches!(words.at(*at), ";" | "{" | "}" | "=>"));
    head.any(|at| words.is(at, "switch")).then_some(open)
}

/// Whether a token is among the labels and signs of a `switch`, outside of the bodies of its cases.
pub(super) fn in_cases(words: &Words<'_>, index: usize) -> bool {
    cases_around(words, index).is_some()
}

/// Whether the cases around a token are written `case ...:`.
pub(super) fn in_list_of_cases(words: &Words<'_>, index: usize) -> bool {
    let first = cases_around(words, index).map(|open| words.at(open + 1));
    first.is_some_and(|first| matches!(first, "case" | "default"))
}

/// Whether a comma is between two labels of one case.
pub(super) fn divides_labels(words: &Words<'_>, index: usize) -> bool {
    let Some(open) = cases_around(words, index) else {
        return false;
    };
    let level = |at: &usize| words.bracket(*at) == Some(open);
    let mut case = (open + 1..index).rev().filter(level);
    let before = case.find(|at| matches!(words.at(*at), "," | "=>" | ":" | "->" | "}"));
    let mut rest = words.rest(index + 1).take_while(|at| *at < index + 40);
    let arrow = rest.find(|at| level(at) && matches!(words.at(*at), "=>" | "{" | "}"));
    let label = before.is_none_or(|at| words.is(at, ",") && at + 1 < index);
    label && arrow.is_some_and(|at| words.is(at, "=>"))
}

/// `_ if j.ok => ...`, where the condition has no place.
pub(super) fn condition_of_rest(words: &Words<'_>, index: usize) -> Option<Slip> {
    if !words.is(index, "_") || !words.is(index + 1, "if") {
        return None;
    }
    let arrow = words.rest(index).find(|at| words.is(*at, "=>"))?;
    if arrow < index + 3 {
        return None;
    }
    let condition = words.text(index + 2, arrow - 1);
    let message = "`_` takes all that is left, and has no condition".to_owned();
    let help =
        format!("write `_ => if {condition} {{ ... }} else {{ ... }}`, as the last of the cases");
    Some(words.slip(index, arrow - 1, message, help))
}

fn is_word(written: &str) -> bool {
    written.starts_with(|c: char| c.is_ascii_alphabetic())
        && written
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '_')
}

fn is_literal(written: &str) -> bool {
    let written = written.trim();
    let text = written.len() > 1 && written.starts_with('"') && written.ends_with('"');
    text && written.matches('"').count() == 2 || written.parse::<Number>().is_ok()
}
