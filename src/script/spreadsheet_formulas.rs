//! Formulas of sheets: `=IF(a > 3; "x"; "y")`, `IFERROR(a / b, 0)`, `AVERAGE(a)` of one fact.

use rhai::Position;

use crate::script::defined_names::token_at;
use crate::script::literal_hints::rewritten;
use crate::script::other_language_functions::instead_of;
use crate::script::prepare::PreparedText;
use crate::script::scan::TokenKind;
use crate::script::slip::{Slip, Words};

/// `=` at the start of a script, and `IF` with what it decides between brackets.
pub(super) fn formula(words: &Words<'_>, index: usize) -> Option<Slip> {
    let begins = index == 0 || matches!(words.at(index - 1), ";" | "{" | "}");
    if words.is(index, "=") && begins {
        let message = "a script is no formula: it does not begin with `=`".to_owned();
        return Some(words.slip(index, index, message, "delete it".to_owned()));
    }
    let (last, written) = decided(words, index, 0)?;
    words.means_nothing(index, last, format!("write `{written}`"))
}

/// `IF(a, b, c)` as it is written here, and its last token.
fn decided(words: &Words<'_>, index: usize, depth: usize) -> Option<(usize, String)> {
    const DEEPEST: usize = 8;
    let open = index + 1;
    if !words.any(index, &["if", "iif"]) || !words.is(open, "(") || depth > DEEPEST {
        return None;
    }
    let close = words.closed(open)?;
    let [test, yes, no] = *arguments(words, open, close).as_slice() else {
        return None;
    };
    let text = |(first, last): (usize, usize)| rewritten(words, first, last, true);
    let branch = |part: (usize, usize)| match decided(words, part.0, depth + 1) {
        Some((last, inner)) if last == part.1 => inner,
        _ => text(part),
    };
    let (yes, other) = (branch(yes), branch(no));
    let other = if other.starts_with("if ") {
        other
    } else {
        format!("{{ {other} }}")
    };
    let written = format!("if {} {{ {yes} }} else {other}", text(test));
    Some((close, written))
}

/// The first and last token of each value between two brackets.
fn arguments(words: &Words<'_>, open: usize, close: usize) -> Vec<(usize, usize)> {
    let divides =
        |at: &usize| matches!(words.at(*at), "," | ";") && words.bracket(*at) == Some(open);
    let mut found = Vec::new();
    let mut first = open + 1;
    for end in (open + 1..close).filter(divides).chain([close]) {
        if first < end {
            found.push((first, end - 1));
        }
        first = end + 1;
    }
    found
}

/// What to write for a call whose function does not exist, or takes something else, from what stands
/// between its brackets.
pub(super) fn called(prepared: &PreparedText, position: Position, name: &str) -> Option<String> {
    let words = Words::new(prepared.source.text(), prepared.tokens());
    let index = token_at(prepared, &words, position);
    let open = (index..index + 2).find(|at| words.is(*at, "("))?;
    let given = arguments(&words, open, words.closed(open)?);
    match name.to_lowercase().as_str() {
        "if" | "iif" => decided(&words, open - 1, 0).map(|(_, it)| format!("write `{it}`")),
        "range" => match *given.as_slice() {
            [(first, last), (from, to)] => Some(format!(
                "write `{}..{}`: the end is not part of it",
                words.text(first, last),
                words.text(from, to)
            )),
            _ => None,
        },
        "iferror" => given
            .first()
            .and_then(|it| divided(&words, *it, given.get(1))),
        name => over_all(&words, name, &given),
    }
}

/// `IFERROR(a / b, 0)`.
fn divided(
    words: &Words<'_>,
    (first, last): (usize, usize),
    other: Option<&(usize, usize)>,
) -> Option<String> {
    let level = |at: &usize| words.bracket(*at) == words.bracket(first);
    let mut strokes = (first..last).filter(|at| level(at) && words.is(*at, "/"));
    let stroke = strokes.next().filter(|at| *at > first)?;
    let path = |at: usize| words.kind(at) == Some(TokenKind::Word) || words.is(at, ".");
    let below = words.text(stroke + 1, last);
    let brackets = words.is(stroke + 1, "(") && words.closed(stroke + 1) == Some(last);
    if !brackets && !(stroke + 1..=last).all(path) {
        return None;
    }
    let other = other.map_or("0", |(first, last)| words.text(*first, *last));
    Some(format!(
        "write `if {below} == 0 {{ {other} }} else {{ {} }}`",
        words.text(first, last)
    ))
}

/// `AVERAGE(j.x)`: of one fact, over all records.
fn over_all(words: &Words<'_>, name: &str, given: &[(usize, usize)]) -> Option<String> {
    let kind = match name {
        "avg" | "average" | "mean" => "mean",
        "sum" | "total" => "sum",
        "min" | "minimum" => "min",
        "max" | "maximum" => "max",
        "median" => "median",
        "percentile" | "quantile" => "percentile",
        "rank" => "rank",
        _ => return None,
    };
    let (first, last) = *given.first()?;
    let single = given.len() == 1 || matches!(kind, "percentile" | "rank");
    let path = words.text(first, last).strip_prefix("j.")?;
    let plain = path
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.'));
    if !single || !plain {
        return None;
    }
    let short = path.rsplit('.').next().unwrap_or(path);
    let part = if kind == "percentile" { ", p: 90" } else { "" };
    let statistic = format!(
        "over all records it is a statistic: write `stats.{kind}_{short}` here, and \
         `{kind}_{short}: {{statistic: {kind}, of: {path}{part}}}` below `statistics:` in the \
         rulebook file"
    );
    Some(match instead_of(name) {
        Some(other) => format!("{statistic}; of values of one record, {other}"),
        None => statistic,
    })
}

/// `max(j.a; 5)`: semicolons between the values of a call.
pub(super) fn divided_values(words: &Words<'_>, index: usize) -> Option<Slip> {
    let open = words
        .bracket(index)
        .filter(|open| words.is(index, ";") && words.is(*open, "("))?;
    let function = open.checked_sub(1)?;
    let called = words.kind(function) == Some(TokenKind::Word)
        && !words.any(function, &["for", "while", "if", "switch"]);
    let message = "`;` ends a statement, and divides no values".to_owned();
    called.then(|| words.slip(index, index, message, "write `,` in its place".to_owned()))
}
