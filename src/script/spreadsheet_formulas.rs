//! Formulas of spreadsheets: `=IF(a > 3; "x"; "y")`, `IFERROR(a / b, 0)`, `AVERAGE(a)` of one fact.

use std::collections::BTreeSet;

use rhai::Position;

use crate::script::defined_names::token_at;
use crate::script::literals_in_foreign_notation::rewritten;
use crate::script::other_language_functions::{in_english, instead_of};
use crate::script::presence_test_advice::path;
use crate::script::rewrite_text_for_interpreter::PreparedText;
use crate::script::scan::TokenKind;
use crate::script::slip::{Slip, Words};
use crate::script::verdict_functions::{ENDINGS, opposite};

/// `=` at the start of a script or a statement, and `IF` with its arguments.
pub(super) fn formula(words: &Words<'_>, index: usize) -> Option<Slip> {
    let first = || index == 0 || matches!(words.at(index - 1), ";" | "}");
    if words.is(index, "=") && first() {
        let message = "a script is no formula: it does not begin with `=`".to_owned();
        return Some(words.slip(index, index, message, "delete it".to_owned()));
    }
    let (last, written) = decided(words, index, 0)?;
    let name = words.at(index);
    let is_own = || {
        words
            .each()
            .any(|at| words.is(at, "fn") && words.is(at + 1, name))
    };
    if name != "if" && is_own() {
        return None;
    }
    words.means_nothing(index, last, format!("write `{written}`"))
}

/// `IF(a, b, c)`, where the script has no function of that name: it can be read, and nothing has
/// it.
pub(super) fn formula_call(words: &Words<'_>, index: usize, own: &BTreeSet<&str>) -> Option<Slip> {
    let behind = index > 0 && matches!(words.at(index - 1), "." | "?." | "::" | "fn" | "(" | ",");
    let named = words.any(index, &IF) && !words.is(index, "if");
    if behind || !named || own.contains(words.at(index)) {
        return None;
    }
    let (last, written) = decided(words, index, 0)?;
    words.means_nothing(index, last, format!("write `{written}`"))
}

/// The names of `IF` in sheets, in several languages.
const IF: [&str; 7] = ["if", "iif", "wenn", "si", "als", "se", "hvis"];

/// The sign for a function of sheets that joins conditions or denies one, in several languages.
fn joined_by(name: &str) -> &'static str {
    match name.to_lowercase().as_str() {
        "and" | "und" | "et" | "y" | "e" | "en" | "og" => "&&",
        "or" | "oder" | "ou" | "o" | "of" | "eller" => "||",
        "not" | "nicht" | "non" | "no" | "niet" | "ikke" => "!",
        _ => "",
    }
}

/// A condition in Rhai: `AND(a; b)` as `a && b`.
pub(super) fn condition(words: &Words<'_>, (first, last): (usize, usize), depth: usize) -> String {
    const DEEPEST: usize = 8;
    let whole = words.is(first + 1, "(") && words.closed(first + 1) == Some(last);
    let sign = match joined_by(words.at(first)) {
        "&&" => " && ",
        "||" => " || ",
        sign => sign,
    };
    if !whole || sign.is_empty() || depth > DEEPEST {
        return rewritten(words, first, last, true);
    }
    let parts = arguments(words, first + 1, last).into_iter().map(|part| {
        let written = condition(words, part, depth + 1);
        let words_join = (part.0..=part.1).any(|at| words.any(at, &["and", "or"]));
        let joins = sign != "!" && (written.contains(['&', '|']) || words_join);
        let denied = joined_by(words.at(part.0)) == "!" && words.closed(part.0 + 1) == Some(part.1);
        if joins && !denied {
            format!("({written})")
        } else {
            written
        }
    });
    let parts: Vec<String> = parts.collect();
    if sign == "!" {
        format!("!({})", parts.join(" && "))
    } else {
        parts.join(sign)
    }
}

/// The condition in Rhai, in brackets if something is beside it.
fn in_its_place(words: &Words<'_>, (first, last): (usize, usize)) -> String {
    const BEFORE: [&str; 10] = ["", "if", "while", "return", "=", "(", ",", "{", "}", ";"];
    let written = condition(words, (first, last), 0);
    let before = first.checked_sub(1).map_or("", |at| words.at(at));
    let behind = matches!(words.at(last + 1), "" | "{" | "}" | ")" | "," | ";");
    let alone = BEFORE.contains(&before) && behind;
    if alone || !written.contains(['&', '|']) || written.starts_with("!(") {
        written
    } else {
        format!("({written})")
    }
}

/// `AND(a, b)` where a value is expected, and not `a and (b)`.
pub(super) fn joining_call(words: &Words<'_>, index: usize) -> Option<Slip> {
    const BEFORE: [&str; 13] = [
        "", "if", "while", "return", "=", "(", ",", "{", "}", ";", "!", "&&", "||",
    ];
    let before = index.checked_sub(1).map_or("", |at| words.at(at));
    let named = words.is(index + 1, "(") && matches!(joined_by(words.at(index)), "&&" | "||");
    if !named || !BEFORE.contains(&before) {
        return None;
    }
    let close = words.closed(index + 1)?;
    let written = in_its_place(words, (index, close));
    (arguments(words, index + 1, close).len() > 1)
        .then(|| words.means_nothing(index, close, format!("write `{written}`")))?
}

/// Advice for `met(j.ok)` and `met(j.a > 3, "large")`: an outcome takes no test.
pub(super) fn decided_by(
    prepared: &PreparedText,
    position: Position,
    name: &str,
    kinds: &[String],
) -> Option<String> {
    if !ENDINGS.contains(&name) || kinds.first().is_none_or(|kind| kind != "true or false") {
        return None;
    }
    let words = Words::new(prepared.source.text(), prepared.tokens());
    let index = token_at(prepared, &words, position);
    let open = (index..index + 2).find(|at| words.is(*at, "("))?;
    let given = arguments(&words, open, words.closed(open)?);
    let text = |(first, last): (usize, usize)| words.text(first, last);
    let (test, why) = match *given.as_slice() {
        [test] => (text(test), "\"why\""),
        [test, why] => (text(test), text(why)),
        _ => return None,
    };
    let Some(other) = opposite(name) else {
        return Some(format!("write `if {test} {{ return {name}({why}); }}`"));
    };
    Some(format!(
        "write `if {test} {{ {name}({why}) }} else {{ {other}(\"why\") }}`"
    ))
}

/// `IF(a, b, c)` as it is written here, and its last token.
fn decided(words: &Words<'_>, index: usize, depth: usize) -> Option<(usize, String)> {
    const DEEPEST: usize = 8;
    let open = index + 1;
    if !words.any(index, &IF) || !words.is(open, "(") || depth > DEEPEST {
        return None;
    }
    let close = words.closed(open)?;
    let (test, yes, no) = match *arguments(words, open, close).as_slice() {
        [test, yes, no] => (test, yes, Some(no)),
        [test, yes] if is_outcome(words, yes) => (test, yes, None),
        _ => return None,
    };
    let text = |(first, last): (usize, usize)| rewritten(words, first, last, true);
    let branch = |part: (usize, usize)| match decided(words, part.0, depth + 1) {
        Some((last, inner)) if last == part.1 => inner,
        _ => text(part),
    };
    let yes = branch(yes);
    let other = no.map_or_else(|| "not_met(\"why\")".to_owned(), branch);
    let other = if other.starts_with("if ") {
        other
    } else {
        format!("{{ {other} }}")
    };
    let test = condition(words, test, depth);
    let written = format!("if {test} {{ {yes} }} else {other}");
    let ends = matches!(words.at(close + 1), "" | ")" | "," | ";" | "}" | "]");
    if depth > 0 || ends || words.ends_line(close) {
        return Some((close, written));
    }
    // It is calculated with.
    Some((close, format!("({written})")))
}

/// Whether a value is an outcome, so that it can be a branch.
pub(super) fn is_outcome(words: &Words<'_>, (first, _): (usize, usize)) -> bool {
    ENDINGS.contains(&words.at(first)) && words.is(first + 1, "(")
}

/// The first and last token of each value between two brackets.
pub(super) fn arguments(words: &Words<'_>, open: usize, close: usize) -> Vec<(usize, usize)> {
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

/// Advice for a call whose function does not exist, or takes other arguments, from its arguments.
pub(super) fn called(prepared: &PreparedText, position: Position, name: &str) -> Option<String> {
    let words = Words::new(prepared.source.text(), prepared.tokens());
    let index = token_at(prepared, &words, position);
    let open = (index..index + 2).find(|at| words.is(*at, "("))?;
    let given = arguments(&words, open, words.closed(open)?);
    let name = name.to_lowercase();
    match in_english(&name) {
        name if IF.contains(&name) => {
            decided(&words, open - 1, 0).map(|(_, it)| format!("write `{it}`"))
        }
        name if !joined_by(name).is_empty() => {
            let behind = open > 1 && words.is(open - 2, ".");
            let close = words
                .closed(open)
                .filter(|_| !given.is_empty() && !behind)?;
            let written = in_its_place(&words, (open - 1, close));
            Some(format!("write `{written}`"))
        }
        name @ ("years" | "months") => {
            let text = |(first, last): &(usize, usize)| words.text(*first, *last).to_owned();
            let (from, to) = match given.as_slice() {
                [one] if path(&text(one)).is_some() => (text(one), "params.as_of".to_owned()),
                [from, to] => (text(from), text(to)),
                _ => return None,
            };
            Some(format!("write `{name}_between({from}, {to})`"))
        }
        "datedif" | "datediff" => match *given.as_slice() {
            [one, two, three] => {
                let unit = |it: (usize, usize)| words.text(it.0, it.1);
                elapsed(&words, one, two, unit(three))
                    .or_else(|| elapsed(&words, two, three, unit(one)))
            }
            _ => None,
        },
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

/// `DATEDIF(a, b, "Y")`.
pub(super) fn elapsed(
    words: &Words<'_>,
    from: (usize, usize),
    to: (usize, usize),
    unit: &str,
) -> Option<String> {
    let text = |(first, last): (usize, usize)| match words.text(first, last) {
        today if today.eq_ignore_ascii_case("today()") => "params.as_of",
        other => other,
    };
    let (from, to) = (text(from), text(to));
    Some(match unit.trim_matches('"').to_lowercase().as_str() {
        "y" | "yy" | "yyyy" | "year" | "years" => format!("write `years_between({from}, {to})`"),
        "m" | "mm" | "month" | "months" => format!("write `months_between({from}, {to})`"),
        "d" | "dd" | "day" | "days" if path(from).is_some() => format!("write `{to} - {from}`"),
        _ => return None,
    })
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

/// `AVERAGE(j.x)`: a statistic of one fact over all records.
fn over_all(words: &Words<'_>, name: &str, given: &[(usize, usize)]) -> Option<String> {
    let kind = match name {
        "avg" | "average" | "mean" => "mean",
        "sum" | "total" => "sum",
        "min" | "minimum" => "min",
        "max" | "maximum" => "max",
        "median" => "median",
        "percentile" | "quantile" => "percentile",
        "rank" => "rank",
        "countif" | "countifs" => return counted(words, given),
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

/// `COUNTIF(j.x, ">5000")`: over all records.
fn counted(words: &Words<'_>, given: &[(usize, usize)]) -> Option<String> {
    let [(first, last), (test, end)] = *given else {
        return None;
    };
    let path = path(words.text(first, last))?;
    let test = words.text(test, end).trim_matches('"');
    let number = test.trim_start_matches(['<', '>', '=']).trim();
    if !number.bytes().all(|it| it.is_ascii_digit() || it == b'.') {
        return None;
    }
    let test = match (test.strip_prefix("<>"), test.strip_prefix('=')) {
        (Some(rest), _) => format!("!= {rest}"),
        (_, Some(rest)) => format!("== {rest}"),
        _ if test.starts_with(['<', '>']) => test.to_owned(),
        // A word may be looked for in a list.
        _ => return None,
    };
    Some(format!(
        "over all records it is a statistic: write `stats.many` here, and `many: {{statistic: count, \
         where: many_of_them}}` below `statistics:` in the rulebook file, with a derived fact \
         `many_of_them` that is `j.{path} {test}`; of a list, `.filter(|x| x > 1).len()` counts some"
    ))
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
