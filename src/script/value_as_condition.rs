//! A value in place of a condition: `j.kind == "a" || "b"`, `j.x || 0`.

use crate::script::literals_in_foreign_notation::rewritten;
use crate::script::slip::{Slip, Words};

/// `&&` or `||` at a token, with nothing but a value behind it.
pub(super) fn lone_value(words: &Words<'_>, index: usize) -> Option<Slip> {
    let sign = words.at(index);
    if !matches!(sign, "&&" | "||") || !is_lone(words, index) {
        return None;
    }
    let mut last = index + 1;
    while words.is(last + 1, sign) && is_lone(words, last + 1) {
        last += 2;
    }
    let values = values_of(words, index + 1, last);
    let (before, first_value) = words.left(index)?;
    let in_brackets = bracketed(words, before, last, sign);
    if let Some(slip) = in_brackets.or_else(|| given_together(words, before, last, sign)) {
        return Some(slip);
    }
    let message = format!("`{}` is no condition by itself", values[0]);
    let compared = before
        .checked_sub(1)
        .map_or("", |comparison| words.at(comparison));
    if compared == "in" {
        let (first, _) = words.left(before - 1)?;
        let one = |value: &String| format!("{value} in {first_value}");
        let help = all_written(words.text(first, index - 1), values.iter().map(one), sign);
        return Some(words.slip(first, last, message, help));
    }
    if !matches!(compared, "==" | "!=" | "<" | "<=" | ">" | ">=") {
        let path = first_value.strip_prefix("j.").filter(|path| {
            path.chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.'))
        });
        let help = match path {
            Some(path) => format!("write `j.assume(\"{path}\", {})`", values[0]),
            None => "compare it with something, as in `j.x >= 1`".to_owned(),
        };
        return Some(words.slip(before, last, message, help));
    }
    let (first, what) = words.left(before - 1)?;
    let first_value = rewritten(words, before, index - 1, true);
    let list = format!("{what} in [{first_value}, {}]", values.join(", "));
    let help = match (compared, sign) {
        ("==", "||") => format!("write `{list}`"),
        ("!=", _) => format!("write `!({list})`"),
        _ => {
            let one = |value: &String| format!("{what} {compared} {value}");
            all_written(words.text(first, index - 1), values.iter().map(one), sign)
        }
    };
    Some(words.slip(first, last, message, help))
}

/// `"flood" || "fire" in j.risks`: values before the condition of the last of them.
pub(super) fn values_before(words: &Words<'_>, index: usize) -> Option<Slip> {
    const BEFORE: [&str; 9] = ["", "if", "while", "return", "=", "(", "{", "}", ";"];
    let sign = words.at(index);
    let first = index.checked_sub(1).filter(|at| words.is_value(*at))?;
    let before = first.checked_sub(1).map_or("", |at| words.at(at));
    let mut last = index + 1;
    while words.is(last + 1, sign) && words.is_value(last + 2) {
        last += 2;
    }
    if !matches!(sign, "&&" | "||") || !BEFORE.contains(&before) || !words.is_value(index + 1) {
        return None;
    }
    let compared = words.at(last + 1);
    let values = values_of(words, first, last);
    let (end, what) = words.right(last + 1)?;
    let written: Vec<String> = match (compared, sign) {
        ("in", _) => values
            .iter()
            .map(|value| format!("{value} in {what}"))
            .collect(),
        ("==", "||") => vec![format!("{what} in [{}]", values.join(", "))],
        _ => return None,
    };
    let message = format!("`{}` is no condition by itself", values[0]);
    let help = format!("write `{}`", written.join(&format!(" {sign} ")));
    Some(words.slip(first, end, message, help))
}

/// `("flood" || "fire") in j.risks` and `j.risks.contains("flood" || "fire")`.
fn given_together(words: &Words<'_>, first: usize, last: usize, sign: &str) -> Option<Slip> {
    let open = first.checked_sub(1).filter(|open| words.is(*open, "("))?;
    let close = last + 1;
    if !words.is(close, ")") || !words.is_value(first) {
        return None;
    }
    let values = values_of(words, first, last);
    let function = open.checked_sub(1).map_or("", |at| words.at(at));
    let of_text = matches!(function, "contains" | "starts_with" | "ends_with");
    let (start, end, written) = if of_text && words.is(open.checked_sub(2)?, ".") {
        let (start, what) = words.left(open - 2)?;
        let one = |value: &String| format!("{what}.{function}({value})");
        (start, close, values.iter().map(one).collect::<Vec<_>>())
    } else if words.is(close + 1, "in") {
        let (end, what) = words.right(close + 1)?;
        let one = |value: &String| format!("{value} in {what}");
        (open, end, values.iter().map(one).collect())
    } else {
        return None;
    };
    let written = written.join(&format!(" {sign} "));
    let beside = |at: usize| matches!(words.at(at), "&&" | "||" | "!");
    let written = if start.checked_sub(1).is_some_and(beside) || beside(end + 1) {
        format!("({written})")
    } else {
        written
    };
    let message = format!("`{}` is no condition by itself", values[0]);
    Some(words.slip(start, end, message, format!("write `{written}`")))
}

/// Advice for conditions joined by a sign, the first as written.
fn all_written(first: &str, rest: impl Iterator<Item = String>, sign: &str) -> String {
    let all: Vec<String> = std::iter::once(first.to_owned()).chain(rest).collect();
    format!("write `{}`", all.join(&format!(" {sign} ")))
}

/// `j.kind == ("a" || "b")`.
fn bracketed(words: &Words<'_>, first: usize, last: usize, sign: &str) -> Option<Slip> {
    let open = first.checked_sub(1).filter(|open| words.is(*open, "("))?;
    let compared = open.checked_sub(1)?;
    let values = values_of(words, first, last);
    if !words.is(last + 1, ")") || !words.is_value(first) {
        return None;
    }
    let (left, what) = words.left(compared)?;
    let list = format!("{what} in [{}]", values.join(", "));
    let help = match (words.at(compared), sign) {
        ("==", "||") => format!("write `{list}`"),
        ("!=", _) => format!("write `!({list})`"),
        _ => return None,
    };
    let message = format!("`{}` is no condition by itself", values[1]);
    Some(words.slip(left, last + 1, message, help))
}

/// The values at each second token, as they are written here.
fn values_of(words: &Words<'_>, first: usize, last: usize) -> Vec<String> {
    let places = (first..=last).step_by(2);
    places.map(|at| rewritten(words, at, at, true)).collect()
}

/// Whether a single value follows a token, and nothing that extends it.
fn is_lone(words: &Words<'_>, index: usize) -> bool {
    words.is_value(index + 1)
        && matches!(
            words.at(index + 2),
            "" | "{" | "&&" | "||" | ")" | ";" | "}" | ","
        )
}

/// `case "a": ...; break;` in the braces of a `switch`.
pub(super) fn cased(words: &Words<'_>, index: usize) -> Option<Slip> {
    let open = words.bracket(index).filter(|open| words.is(*open, "{"))?;
    let level = |at: &usize| words.bracket(*at) == Some(open);
    let colon = |from: usize| (from..from + 12).find(|at| level(at) && words.is(*at, ":"));
    let is_case = |at: usize| matches!(words.at(at), "case" | "default");
    let in_switch = (0..open)
        .rev()
        .take_while(|at| !matches!(words.at(*at), ";" | "{" | "}"))
        .any(|at| words.is(at, "switch"));
    if !in_switch || !is_case(open + 1) {
        return None;
    }
    let nothing = |first: usize, last: usize, help: String| {
        let message = format!("`{}` means nothing here", words.text(first, last));
        Some(words.slip(first, last, message, help))
    };
    match words.at(index) {
        "case" => {
            let end = colon(index)?;
            let label = words.text(index + 1, end - 1);
            nothing(index, end, format!("write `{label} =>` in its place"))
        }
        "default" => {
            let end = colon(index)?;
            nothing(index, end, "write `_ =>` in its place".to_owned())
        }
        ";" => {
            let last = index
                + usize::from(words.is(index + 1, "break"))
                + usize::from(words.is(index + 1, "break") && words.is(index + 2, ";"));
            nothing(
                index,
                last,
                "write `,` in its place: it divides the cases".to_owned(),
            )
        }
        _ => None,
    }
}
