//! Ranges with the larger end first, and numbers whose point may be meant to separate thousands:
//! `200000..1000`, `50.000`.

use rhai::Position;

use crate::base::source::Span;
use crate::model::fact::is_in_thousands;
use crate::script::defined_names::token_at;
use crate::script::rewrite_text_for_interpreter::PreparedText;
use crate::script::scan::TokenKind;
use crate::script::slip::{Slip, Words};

/// `200000..1000` and `5..5`, which have nothing in them.
pub(super) fn reversed(words: &Words<'_>, index: usize) -> Option<Slip> {
    let dots = words.at(index);
    if !matches!(dots, ".." | "..=") {
        return None;
    }
    let (first, from) = before(words, index)?;
    let (last, to) = behind(words, index)?;
    if from < to || (from == to && dots == "..=") {
        return None;
    }
    let equal = from == to;
    let (from, to) = (words.text(first, index - 1), words.text(index + 1, last));
    let written = words.text(first, last);
    let message = format!("the range `{written}` has nothing in it");
    let help = match dots {
        "..=" => format!("write the smaller end first: `{to}..={from}`"),
        _ if equal => format!("write `{from}..={to}`, or `{from}` alone"),
        _ => format!(
            "write the smaller end first: `{to}..={from}`, or `{to}..{from}` without {from} itself"
        ),
    };
    Some(words.slip(first, last, message, help))
}

/// Advice for `j.x in 0.5..params.most`, whose ends are not integer literals, with the place that
/// it replaces.
pub(super) fn as_comparisons(
    prepared: &PreparedText,
    position: Position,
) -> Option<(Span, String)> {
    let words = Words::new(prepared.source.text(), prepared.tokens());
    let start = token_at(prepared, &words, position);
    let is_range = |at: &usize| matches!(words.at(*at), ".." | "..=");
    let range = words.ahead(start).find(is_range)?;
    let (first, from) = words.left(range)?;
    let (end, to) = words.right(range)?;
    let whole = |first: usize| {
        let (first, last) = (&words.tokens[first].range, &words.tokens[end].range);
        prepared.source.span(first.start..last.end)
    };
    let within = first.checked_sub(1).filter(|at| words.is(*at, "in"))?;
    let (value, what) = words.left(within)?;
    if value.checked_sub(1).is_some_and(|at| words.is(at, "for")) {
        let help = "a loop goes over whole numbers: write them, as in `0..10`";
        return Some((whole(first), help.to_owned()));
    }
    let days = [from, to].iter().any(|end| end.starts_with("date("));
    let (below, other) = match words.at(range) {
        "..=" => ("<=", ""),
        _ if days => ("<=", ", or `<` where the last day does not count"),
        _ => ("<", ", or `<=` where the end is part of it"),
    };
    let number = |text: &str| text.parse::<f64>().ok();
    let turned = number(from)
        .zip(number(to))
        .is_some_and(|(from, to)| from > to);
    let (from, to) = if turned { (to, from) } else { (from, to) };
    let help = format!("write `{what} >= {from} && {what} {below} {to}`{other}");
    Some((whole(value), help))
}

/// The whole number that ends before a token, and where it begins.
fn before(words: &Words<'_>, index: usize) -> Option<(usize, i64)> {
    let number = index.checked_sub(1)?;
    let value = whole(words, number)?;
    let sign = number.checked_sub(1).filter(|at| words.is(*at, "-"));
    let Some(sign) = sign else {
        return Some((number, value));
    };
    // `a - 5..3` is a calculation.
    let alone = sign.checked_sub(1).is_none_or(|at| {
        let symbol = words.kind(at) == Some(TokenKind::Symbol);
        (symbol && !matches!(words.at(at), ")" | "]")) || words.is(at, "in")
    });
    alone.then_some((sign, -value))
}

/// The whole number that begins behind a token, and where it ends.
fn behind(words: &Words<'_>, index: usize) -> Option<(usize, i64)> {
    const GOES_ON: [&str; 7] = ["+", "-", "*", "/", "%", "**", "."];
    let sign = usize::from(words.is(index + 1, "-"));
    let last = index + 1 + sign;
    let value = whole(words, last)?;
    let ends = !GOES_ON.contains(&words.at(last + 1));
    ends.then_some((last, if sign == 1 { -value } else { value }))
}

fn whole(words: &Words<'_>, index: usize) -> Option<i64> {
    let number = words.kind(index) == Some(TokenKind::Number);
    let written = words.at(index).replace('_', "").to_lowercase();
    let based = |prefix: &str, base| {
        let digits = written.strip_prefix(prefix)?;
        i64::from_str_radix(digits, base).ok()
    };
    let value = based("0x", 16)
        .or_else(|| based("0o", 8))
        .or_else(|| based("0b", 2))
        .or_else(|| written.parse().ok());
    value.filter(|_| number)
}

/// `1.000.000`: no number, and to many who write it 1000000.
pub(super) fn pointed_groups(words: &Words<'_>, index: usize) -> Option<Slip> {
    let written = words.at(index);
    let number = words.kind(index) == Some(TokenKind::Number) && written.matches('.').count() > 1;
    let mut groups = written.split('.');
    let first = groups.next().filter(|_| number)?;
    let of_three = |group: &str| group.len() == 3 && group.bytes().all(|it| it.is_ascii_digit());
    let grouped = !first.is_empty() && first.len() <= 3 && groups.all(of_three);
    let message = format!("`{written}` is no number");
    let help = if grouped {
        format!("write `{}`", written.replace('.', ""))
    } else {
        "write one point, before the decimals".to_owned()
    };
    Some(words.slip(index, index, message, help))
}

/// `50.000`: 50 to the interpreter, and to many who write it 50000.
pub(super) fn parted(words: &Words<'_>, index: usize) -> Option<Slip> {
    let written = words.at(index);
    let number = words.kind(index) == Some(TokenKind::Number) && is_in_thousands(written);
    let whole = written.strip_suffix(".000").filter(|_| number)?;
    // A date or a version is something else.
    if words.touch(index, 2) && words.kind(index + 1) == Some(TokenKind::Number) {
        return None;
    }
    let message = format!("`{written}` is {whole} here, and reads like {whole}000");
    let help = format!("write `{whole}000` if the point parts thousands, else `{whole}`");
    Some(words.slip(index, index, message, help))
}
