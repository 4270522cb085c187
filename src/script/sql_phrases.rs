//! Phrases of SQL: `not in ('a')`, `x between 1 and 5`, `like 'A%'`, `case when`.

use crate::script::literals_in_foreign_notation::{group, rewritten};
use crate::script::scan::TokenKind;
use crate::script::slip::{Slip, Words};

/// The expression to the left of a token and its first token, including a `not` before it; and
/// whether that or the token itself negates.
fn denied<'a>(words: &Words<'a>, index: usize) -> Option<(usize, &'a str, bool)> {
    let (first, what) = words.left(index)?;
    let before = first.checked_sub(1).filter(|at| words.any(*at, &["not"]));
    let denies = before.is_some() != words.any(index, &["not"]);
    Some((before.unwrap_or(first), what, denies))
}

/// A test, or what denies it.
fn test(denies: bool, test: &str) -> String {
    if denies {
        format!("write `!({test})` in its place")
    } else {
        format!("write `{test}` in its place")
    }
}

/// The word at a token, or after a `not` there; `None` if `not` precedes the token, as that one
/// reports both.
fn behind_not(words: &Words<'_>, index: usize, those: &[&str]) -> Option<usize> {
    let at = index + usize::from(words.any(index, &["not"]));
    let told = index > 0 && words.any(index - 1, &["not"]);
    (words.any(at, those) && !told).then_some(at)
}

/// `j.x not in ["a", "b"]`.
pub(super) fn denied_list(words: &Words<'_>, index: usize) -> Option<Slip> {
    let at = index + usize::from(words.any(index, &["is"]));
    if !words.any(at, &["not"]) || !words.any(at + 1, &["in"]) {
        return None;
    }
    let (first, what) = words.left(index)?;
    let (last, _) = words.right(at + 1)?;
    let list = rewritten(words, at + 2, last, true);
    let items = list
        .strip_prefix('(')
        .and_then(|list| list.strip_suffix(')'));
    let list = items.map_or_else(|| list.clone(), |items| format!("[{items}]"));
    words.means_nothing(first, last, test(true, &format!("{what} in {list}")))
}

/// `in ("a", "b")`.
pub(super) fn listed(words: &Words<'_>, index: usize) -> Option<Slip> {
    if !words.any(index, &["in"]) || !words.is(index + 1, "(") {
        return None;
    }
    let (last, list) = words.right(index)?;
    let within = (index + 2..last).filter(|at| words.bracket(*at) == Some(index + 1));
    let divides = within.clone().any(|at| words.is(at, ","));
    let single = index + 3 == last && words.is_value(index + 2);
    if !words.is(last, ")") || !(divides || single) {
        return None;
    }
    let message = format!("`{list}` is no list: a list stands in square brackets");
    let items = rewritten(words, index + 2, last - 1, true);
    Some(words.slip(index + 1, last, message, format!("write `[{items}]`")))
}

/// `in {"a", "b"}` and `in "a", "b"`.
pub(super) fn in_values(words: &Words<'_>, index: usize) -> Option<Slip> {
    if !words.any(index, &["in"]) {
        return None;
    }
    let braced = words.is(index + 1, "{");
    let first = index + 1 + usize::from(braced);
    let mut last = first;
    while words.is_value(last) && words.is(last + 1, ",") && words.is_value(last + 2) {
        last += 2;
    }
    if !words.is_value(first) || (!braced && (last == first || words.in_brackets(index))) {
        return None;
    }
    if braced && !words.is(last + 1, "}") {
        return None;
    }
    let end = last + usize::from(braced);
    let message = format!(
        "`{}` is no list: a list stands in square brackets",
        words.text(index + 1, end)
    );
    let help = format!("write `[{}]`", rewritten(words, first, last, true));
    Some(words.slip(index + 1, end, message, help))
}

/// `j.x between 1 and 5`, `j.x not between 1,000 and 2,000`.
pub(super) fn between(words: &Words<'_>, index: usize) -> Option<Slip> {
    let at = behind_not(words, index, &["between"])?;
    let (first, what, denies) = denied(words, index)?;
    let open = at + 1 + usize::from(words.is(at + 1, "("));
    let mut near = open + 1..open + 12;
    let divides = |at: &usize| words.is(*at, ",") && !words.touch(at - 1, 3);
    let join = near
        .clone()
        .find(|at| words.any(*at, &["and", "&&"]))
        .or_else(|| near.find(divides))?;
    let last = match group(words, join + 1, false) {
        Some((last, _)) => last,
        None => words.right(join)?.0,
    };
    let least = rewritten(words, open, join - 1, false);
    let most = rewritten(words, join + 1, last, false);
    let end = last + usize::from(open > at + 1 && words.is(last + 1, ")"));
    let both = format!("{what} >= {least} && {what} <= {most}");
    words.means_nothing(first, end, test(denies, &both))
}

/// `j.x like 'A%'`.
pub(super) fn alike(words: &Words<'_>, index: usize) -> Option<Slip> {
    let at = behind_not(words, index, &["like", "ilike"])?;
    if !words.is_value(at + 1) {
        return None;
    }
    let (first, mut what, denies) = denied(words, index)?;
    let pattern = words.at(at + 1).trim_matches(['"', '\'', '`']);
    let text = pattern.trim_matches('%');
    if text.contains(['%', '_']) {
        let help = "look into the text by `.starts_with(\"...\")`, `.contains(\"...\")` and \
                    `.ends_with(\"...\")`, with `&&` between them";
        return words.means_nothing(first, at + 1, help.to_owned());
    }
    let small = format!("{what}.to_lower()");
    let text = if words.any(at, &["ilike"]) {
        what = &small;
        text.to_lowercase()
    } else {
        text.to_owned()
    };
    let written = match (pattern.starts_with('%'), pattern.ends_with('%')) {
        (true, true) => format!("{what}.contains(\"{text}\")"),
        (true, false) => format!("{what}.ends_with(\"{text}\")"),
        (false, true) => format!("{what}.starts_with(\"{text}\")"),
        (false, false) => format!("{what} == \"{text}\""),
    };
    words.means_nothing(first, at + 1, test(denies, &written))
}

/// `case when a then b when c then d else e end`.
pub(super) fn case_when(words: &Words<'_>, index: usize) -> Option<Slip> {
    let decides = words.any(index, &["when"])
        && words
            .ahead(index + 1)
            .take_while(|at| !words.ends_line(at - 1) && !words.is(*at, "{"))
            .any(|at| words.any(at, &["then"]));
    if decides && words.begins_line(index) && !words.any(index + 1, &["case"]) {
        let inside = Words::before(index).any(|at| words.any(at, &["case"]));
        if !inside {
            return words.means_nothing(index, index, "write `if` in its place".into());
        }
    }
    if words.any(index, &["case"]) && words.any(index + 1, &["when"]) {
        return words.means_nothing(index, index + 1, "write `if` in its place".into());
    }
    let begun = |at: usize| words.any(at, &["case"]) && words.any(at + 1, &["when"]);
    let later = words.any(index, &["when"]) && Words::before(index).any(begun);
    later.then(|| words.means_nothing(index, index, "write `} else if` in its place".into()))?
}

/// `WHERE j.x > 5`, `count(*)`.
pub(super) fn filtered(words: &Words<'_>, index: usize) -> Option<Slip> {
    let starts = index == 0 || matches!(words.at(index - 1), ";" | "{" | "}");
    if words.any(index, &["where", "having"]) && starts && words.starts_operand(index + 1) {
        let help = "delete it: the test stands alone".to_owned();
        return words.means_nothing(index, index, help);
    }
    let counts =
        words.any(index, &["count"]) && words.is(index + 1, "(") && words.is(index + 2, "*");
    let help = "how many records there are is a statistic: write `stats.count` here, and `count: \
                {statistic: count}` below `statistics:` in the rulebook file";
    (counts && words.is(index + 3, ")"))
        .then(|| words.means_nothing(index, index + 3, help.to_owned()))?
}

/// `j.x::int`, `CAST(j.x AS int)`, `EXTRACT(YEAR FROM j.day)`.
pub(super) fn cast(words: &Words<'_>, index: usize) -> Option<Slip> {
    let whole = |at: usize| words.any(at, &["int", "integer", "bigint", "signed"]);
    let written = |value: &str, ty: usize| {
        if whole(ty) {
            format!("write `floor({value})` for the whole part")
        } else {
            format!("write `{value}`: of which type a fact is stands in the rulebook file")
        }
    };
    if words.is(index, "::") {
        let (first, value) = words.left(index)?;
        let of_fact = value.starts_with("j.") || value.ends_with(')');
        let help = written(value, index + 1);
        let message = "a type behind two colons means nothing here".to_owned();
        return of_fact.then(|| words.slip(first, index + 1, message, help));
    }
    if !words.is(index + 1, "(") {
        return None;
    }
    let close = words.closed(index + 1)?;
    let within = |at: &usize| words.bracket(*at) == Some(index + 1);
    let mut inside = (index + 2..close).filter(within);
    if words.any(index, &["cast", "convert", "try_cast"]) {
        let by = inside
            .find(|at| words.any(*at, &["as"]))
            .filter(|by| *by > index + 2)?;
        let help = written(words.text(index + 2, by - 1), by + 1);
        return words.means_nothing(index, close, help);
    }
    let part = words.at(index + 2).to_lowercase();
    let known = ["year", "month", "day"].contains(&part.as_str());
    let day = index + 4;
    if !words.any(index, &["extract"]) || !known || !words.any(day - 1, &["from"]) || day >= close {
        return None;
    }
    let help = format!("write `{part}({})`", words.text(day, close - 1));
    words.means_nothing(index, close, help)
}

/// `DATE '1990-01-01'`, `j.day + INTERVAL '5 years'`.
pub(super) fn literal(words: &Words<'_>, index: usize) -> Option<Slip> {
    if !words.is_value(index + 1) || words.kind(index) != Some(TokenKind::Word) {
        return None;
    }
    let text = words.at(index + 1).trim_matches(['\'', '"']);
    if words.any(index, &["date", "timestamp"]) {
        let help = format!("write `date(\"{text}\")`");
        return words.means_nothing(index, index + 1, help);
    }
    if !words.any(index, &["interval"]) {
        return None;
    }
    let sign = index
        .checked_sub(1)
        .filter(|at| matches!(words.at(*at), "+" | "-"))?;
    let outside = words.at(index + 2);
    let (number, unit) = text.split_once(' ').unwrap_or((text, outside));
    let last = index + 1 + usize::from(!text.contains(' '));
    let (first, day) = words.left(sign)?;
    let minus = if words.is(sign, "-") { "-" } else { "" };
    let written = match unit.to_lowercase().trim_end_matches('s') {
        "year" => format!("add_years({day}, {minus}{number})"),
        "month" => format!("add_months({day}, {minus}{number})"),
        "day" => format!("{day} {} {number}", words.at(sign)),
        _ => return None,
    };
    let digits = number.bytes().all(|digit| digit.is_ascii_digit());
    digits.then(|| words.means_nothing(first, last, format!("write `{written}`")))?
}

/// `case j.kind when "city" then true else false end`.
pub(super) fn switched(words: &Words<'_>, index: usize) -> Option<Slip> {
    if !words.any(index, &["case"]) || words.any(index + 1, &["when"]) {
        return None;
    }
    let when = words
        .ahead(index + 2)
        .find(|at| words.any(*at, &["when"]))?;
    let end = words.ahead(when).find(|at| words.any(*at, &["end"]))?;
    let value = words.text(index + 1, when - 1);
    if value.contains([':', ';', '{']) {
        return None;
    }
    let (mut cases, mut at) = (Vec::new(), when);
    while words.any(at, &["when"]) {
        let then = (at..end).find(|at| words.any(*at, &["then"]))?;
        let next = (then..=end).find(|at| words.any(*at, &["when", "else", "end"]))?;
        let label = rewritten(words, at + 1, then - 1, true);
        let outcome = rewritten(words, then + 1, next - 1, true);
        cases.push(format!("{label} => {outcome}"));
        at = next;
    }
    let rest = words.any(at, &["else"]) && at + 1 < end;
    let rest = if rest {
        rewritten(words, at + 1, end - 1, true)
    } else {
        "false".to_owned()
    };
    cases.push(format!("_ => {rest}"));
    let help = format!("write `switch {value} {{ {} }}`", cases.join(", "));
    words.means_nothing(index, end, help)
}
