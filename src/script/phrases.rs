//! What several words say in other languages: `is not`, `not in [...]`, `x between 1 and 5`, `case
//! when`, `a if b else c`.

use std::ops::Range;

use crate::script::scan::TokenKind;
use crate::script::slip::{Slip, Words};

/// The phrase of another language that begins, or has its sign, at a token.
pub(super) fn phrase(words: &Words<'_>, index: usize) -> Option<Slip> {
    const ALL: [fn(&Words<'_>, usize) -> Option<Slip>; 21] = [
        nothing,
        compared,
        is_not,
        denied_list,
        listed,
        between,
        up_to,
        alike,
        case_when,
        else_of,
        joined,
        ended_condition,
        not_outcome,
        counted,
        looped,
        behind,
        unless,
        infix,
        typed,
        in_values,
        imported,
    ];
    if index > 0 && matches!(words.at(index - 1), "." | "?." | "::") {
        return None;
    }
    ALL.iter().find_map(|one| one(words, index))
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "each phrase ends with it, and may be none"
)]
fn means_nothing(words: &Words<'_>, first: usize, last: usize, help: String) -> Option<Slip> {
    let message = format!("`{}` means nothing here", words.text(first, last));
    Some(words.slip(first, last, message, help))
}

/// How many tokens a phrase reaches: one that never ends is not looked for to the end of the script.
const FAR: usize = 400;

fn ahead(words: &Words<'_>, from: usize) -> Range<usize> {
    from..words.tokens.len().min(from + FAR)
}

fn any(words: &Words<'_>, index: usize, those: &[&str]) -> bool {
    let word = words.at(index);
    those.iter().any(|one| one.eq_ignore_ascii_case(word))
}

/// `j.x == null`, `j.x is not null`.
fn nothing(words: &Words<'_>, index: usize) -> Option<Slip> {
    const NOTHING: [&str; 5] = ["null", "none", "nil", "undefined", "missing"];
    let (stated, last) = match words.at(index) {
        "is" | "IS" if any(words, index + 1, &["not"]) => (true, index + 2),
        "is" | "IS" | "==" => (false, index + 1),
        "!=" => (true, index + 1),
        _ => return None,
    };
    if !any(words, last, &NOTHING) {
        return None;
    }
    let (first, what) = words.left(index)?;
    let path = what.strip_prefix("j.")?;
    let deny = if stated { "" } else { "!" };
    means_nothing(
        words,
        first,
        last,
        format!("to ask whether a fact is stated, write `{deny}j.known(\"{path}\")`"),
    )
}

/// `is greater than`, `at least`.
fn compared(words: &Words<'_>, index: usize) -> Option<Slip> {
    const SIGNS: [(&[&str], &str); 13] = [
        (&["greater", "than", "or", "equal", "to"], ">="),
        (&["less", "than", "or", "equal", "to"], "<="),
        (&["greater", "than"], ">"),
        (&["more", "than"], ">"),
        (&["higher", "than"], ">"),
        (&["less", "than"], "<"),
        (&["fewer", "than"], "<"),
        (&["lower", "than"], "<"),
        (&["at", "least"], ">="),
        (&["at", "most"], "<="),
        (&["no", "more", "than"], "<="),
        (&["no", "less", "than"], ">="),
        (&["equal", "to"], "=="),
    ];
    let start = index + usize::from(any(words, index, &["is"]));
    let (those, sign) = SIGNS.iter().find(|(those, _)| {
        let mut said = (start..).zip(those.iter());
        said.all(|(at, word)| any(words, at, &[*word]))
    })?;
    let last = start + those.len() - 1;
    means_nothing(words, index, last, format!("write `{sign}` in its place"))
}

/// `is not`.
fn is_not(words: &Words<'_>, index: usize) -> Option<Slip> {
    let both = any(words, index, &["is"]) && any(words, index + 1, &["not"]);
    (both && !any(words, index + 2, &["in"]))
        .then(|| means_nothing(words, index, index + 1, "write `!=` in its place".into()))?
}

/// `j.x not in ["a", "b"]`.
fn denied_list(words: &Words<'_>, index: usize) -> Option<Slip> {
    let at = index + usize::from(any(words, index, &["is"]));
    if !any(words, at, &["not"]) || !any(words, at + 1, &["in"]) {
        return None;
    }
    let (first, what) = words.left(index)?;
    let (last, list) = words.right(at + 1)?;
    let list = list
        .strip_prefix('(')
        .and_then(|list| list.strip_suffix(')'))
        .map_or_else(|| list.to_owned(), |items| format!("[{items}]"));
    means_nothing(
        words,
        first,
        last,
        format!("write `!({what} in {list})` in its place"),
    )
}

/// `in ("a", "b")`.
fn listed(words: &Words<'_>, index: usize) -> Option<Slip> {
    if !any(words, index, &["in"]) || !words.is(index + 1, "(") {
        return None;
    }
    let (last, list) = words.right(index)?;
    let items = list.strip_prefix('(')?.strip_suffix(')')?;
    let divides = (index + 2..last)
        .any(|at| words.is(at, ",") && words.bracket(at) == words.bracket(index + 2));
    let message = format!("`{list}` is no list: a list stands in square brackets");
    divides.then(|| words.slip(index + 1, last, message, format!("write `[{items}]`")))
}

/// `j.x between 1 and 5`.
fn between(words: &Words<'_>, index: usize) -> Option<Slip> {
    if !any(words, index, &["between"]) {
        return None;
    }
    let (first, what) = words.left(index)?;
    let join = (index + 1..index + 12).find(|at| any(words, *at, &["and", "&&", ","]))?;
    let (last, most) = words.right(join)?;
    if join == index + 1 {
        return None;
    }
    let least = words.text(index + 1, join - 1).trim_start_matches('(');
    let most = if least.len() < words.text(index + 1, join - 1).len() {
        most.trim_end_matches(')')
    } else {
        most
    };
    means_nothing(
        words,
        first,
        last,
        format!("write `{what} >= {least} && {what} <= {most}` in its place"),
    )
}

/// `in 3 to 10`.
fn up_to(words: &Words<'_>, index: usize) -> Option<Slip> {
    let numbers = [index.wrapping_sub(1), index + 1]
        .iter()
        .all(|at| words.kind(*at) == Some(TokenKind::Number));
    if !any(words, index, &["to", "until"]) || !numbers {
        return None;
    }
    let range = format!("{}..={}", words.at(index - 1), words.at(index + 1));
    means_nothing(
        words,
        index - 1,
        index + 1,
        format!("write `{range}`, which has both ends in it"),
    )
}

/// `j.x like "A%"`.
fn alike(words: &Words<'_>, index: usize) -> Option<Slip> {
    if !any(words, index, &["like", "ilike"]) || words.kind(index + 1) != Some(TokenKind::Text) {
        return None;
    }
    let (first, what) = words.left(index)?;
    let pattern = words.at(index + 1).trim_matches('"');
    let text = pattern.trim_matches('%');
    let written = match (pattern.starts_with('%'), pattern.ends_with('%')) {
        (true, true) => format!("{what}.contains(\"{text}\")"),
        (true, false) => format!("{what}.ends_with(\"{text}\")"),
        (false, true) => format!("{what}.starts_with(\"{text}\")"),
        (false, false) => format!("{what} == \"{text}\""),
    };
    means_nothing(
        words,
        first,
        index + 1,
        format!("write `{written}` in its place"),
    )
}

/// `j.x contains "a"`, `j.x starts with "a"`.
fn infix(words: &Words<'_>, index: usize) -> Option<Slip> {
    let (function, last) = match words.at(index).to_lowercase().as_str() {
        "contains" | "includes" | "has" | "matches" => ("contains", index),
        "starts" | "begins" if any(words, index + 1, &["with"]) => ("starts_with", index + 1),
        "ends" if any(words, index + 1, &["with"]) => ("ends_with", index + 1),
        "startswith" | "starts_with" => ("starts_with", index),
        "endswith" | "ends_with" => ("ends_with", index),
        _ => return None,
    };
    if words.is(last + 1, "(") {
        return None;
    }
    let (first, what) = words.left(index)?;
    // A pattern between strokes is no text.
    let (end, text) = if words.is(last + 1, "/") {
        let end = ahead(words, last + 2).find(|at| words.is(*at, "/"))?;
        (end, "\"...\"")
    } else {
        words.right(last)?
    };
    let help = format!("write `{what}.{function}({text})` in its place");
    means_nothing(words, first, end, help)
}

/// `int n = 3;`.
fn typed(words: &Words<'_>, index: usize) -> Option<Slip> {
    const TYPES: [&str; 12] = [
        "int", "integer", "float", "double", "number", "string", "str", "bool", "boolean", "date",
        "dim", "set",
    ];
    let starts = index == 0 || matches!(words.at(index - 1), ";" | "{" | "}");
    let named = words.kind(index + 1) == Some(TokenKind::Word) && words.is(index + 2, "=");
    let typed = (starts || words.begins_line(index)) && named && any(words, index, &TYPES);
    typed.then(|| means_nothing(words, index, index, "write `let` in its place".into()))?
}

/// `in {"a", "b"}` and `in "a", "b"`.
fn in_values(words: &Words<'_>, index: usize) -> Option<Slip> {
    if !any(words, index, &["in"]) {
        return None;
    }
    let braced = words.is(index + 1, "{");
    let first = index + 1 + usize::from(braced);
    let is_value = |at: usize| matches!(words.kind(at), Some(TokenKind::Text | TokenKind::Number));
    let mut last = first;
    while is_value(last) && words.is(last + 1, ",") && is_value(last + 2) {
        last += 2;
    }
    if !is_value(first) || (!braced && (last == first || words.in_brackets(index))) {
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
    let help = format!("write `[{}]`", words.text(first, last));
    Some(words.slip(index + 1, end, message, help))
}

/// `j.x in 1000..`.
pub(super) fn open_range(words: &Words<'_>, index: usize) -> Option<Slip> {
    let (first, what) = if any(words, index, &["in"]) {
        words.left(index)?
    } else {
        return None;
    };
    // A loop may well begin at 0.
    if first.checked_sub(1).is_some_and(|at| words.is(at, "for")) {
        return None;
    }
    let open_end = words.kind(index + 1) == Some(TokenKind::Number)
        && matches!(words.at(index + 2), ".." | "..=")
        && matches!(
            words.at(index + 3),
            "" | ")" | "{" | "}" | ";" | "," | "&&" | "||"
        );
    let open_start = matches!(words.at(index + 1), ".." | "..=")
        && words.kind(index + 2) == Some(TokenKind::Number);
    let written = match (open_end, open_start, words.at(index + 1)) {
        (true, ..) => format!("{what} >= {}", words.at(index + 1)),
        (_, true, "..") => format!("{what} < {}", words.at(index + 2)),
        (_, true, _) => format!("{what} <= {}", words.at(index + 2)),
        _ => return None,
    };
    let message = "a range has two ends".to_owned();
    Some(words.slip(first, index + 2, message, format!("write `{written}`")))
}

/// `import lib/reading as reading;`.
fn imported(words: &Words<'_>, index: usize) -> Option<Slip> {
    if !words.is(index, "import") || words.kind(index + 1) != Some(TokenKind::Word) {
        return None;
    }
    let end = ahead(words, index + 1)
        .find(|at| matches!(words.at(*at), "as" | ";") || words.ends_line(*at))?;
    let last = if matches!(words.at(end), "as" | ";") {
        end - 1
    } else {
        end
    };
    let path = words.text(index + 1, last);
    let message = "the path of an import is a text".to_owned();
    Some(words.slip(index + 1, last, message, format!("write `\"{path}\"`")))
}

/// `case when a then b when c then d else e end`.
fn case_when(words: &Words<'_>, index: usize) -> Option<Slip> {
    let decides = any(words, index, &["when"])
        && ahead(words, index + 1)
            .take_while(|at| !words.ends_line(at - 1) && !words.is(*at, "{"))
            .any(|at| any(words, at, &["then"]));
    let begins = words.begins_line(index);
    if decides && begins && !any(words, index + 1, &["case"]) {
        let inside = (index.saturating_sub(FAR)..index).any(|at| any(words, at, &["case"]));
        if !inside {
            return means_nothing(words, index, index, "write `if` in its place".into());
        }
    }
    if any(words, index, &["case"]) && any(words, index + 1, &["when"]) {
        return means_nothing(words, index, index + 1, "write `if` in its place".into());
    }
    let later = any(words, index, &["when"])
        && (index.saturating_sub(FAR)..index)
            .any(|at| any(words, at, &["case"]) && any(words, at + 1, &["when"]));
    later.then(|| means_nothing(words, index, index, "write `} else if` in its place".into()))?
}

/// `else j.a > 3 { ... }`.
fn else_of(words: &Words<'_>, index: usize) -> Option<Slip> {
    const COMPARES: [&str; 7] = ["==", "!=", "<", "<=", ">", ">=", "in"];
    if !words.is(index, "else") || matches!(words.at(index + 1), "if" | "{") {
        return None;
    }
    let level = |at: &usize| words.bracket(*at) == words.bracket(index);
    let opens = ahead(words, index + 1)
        .take_while(|at| !matches!(words.at(*at), ";" | "}" | "else"))
        .find(|at| level(at) && words.is(*at, "{"))?;
    let compares = (index + 1..opens).any(|at| COMPARES.contains(&words.at(at)));
    let message = "a branch with a condition begins with `else if`".to_owned();
    compares.then(|| words.slip(index, index, message, "write `else if`".to_owned()))
}

/// `if j.a > 3, j.ok {`, `if j.kind == "a", "b" {`.
fn joined(words: &Words<'_>, index: usize) -> Option<Slip> {
    let divides = words.is(index, ",") && words.in_condition(index) && !words.in_brackets(index);
    if !divides || words.touch(index - 1, 3) {
        return None;
    }
    let message = "`,` joins no conditions".to_owned();
    let is_value = |at: usize| matches!(words.kind(at), Some(TokenKind::Text | TokenKind::Number));
    let next_ends = matches!(words.at(index + 2), "{" | "," | "&&" | "||");
    if is_value(index - 1)
        && words.is(index.wrapping_sub(2), "==")
        && is_value(index + 1)
        && next_ends
    {
        let (first, what) = words.left(index - 2)?;
        let mut last = index + 1;
        while words.is(last + 1, ",") && is_value(last + 2) {
            last += 2;
        }
        let list = words.text(index - 1, last);
        return Some(words.slip(first, last, message, format!("write `{what} in [{list}]`")));
    }
    Some(words.slip(
        index,
        index,
        message,
        "write `&&` where both must hold, `||` where one of them is enough".to_owned(),
    ))
}

/// `if j.a > 3; {`.
fn ended_condition(words: &Words<'_>, index: usize) -> Option<Slip> {
    let ended = words.is(index, ";") && words.in_condition(index) && words.is(index + 1, "{");
    let message = "`;` ends the condition before its branch".to_owned();
    ended.then(|| words.slip(index, index, message, "delete it".to_owned()))
}

/// `not met("...")`.
fn not_outcome(words: &Words<'_>, index: usize) -> Option<Slip> {
    let dash = usize::from(words.is(index + 1, "-") && words.touch(index, 3));
    let last = index + 1 + dash;
    let both = any(words, index, &["not"]) && any(words, last, &["met", "applicable"]);
    let called = both && words.is(last + 1, "(");
    let help = format!("write `not_{}` in its place", words.at(last).to_lowercase());
    called.then(|| means_nothing(words, index, last, help))?
}

/// `points++` and `good ||= j.ok`.
fn counted(words: &Words<'_>, index: usize) -> Option<Slip> {
    let name = index.checked_sub(1)?;
    if words.kind(name) != Some(TokenKind::Word) || !words.touch(index, 2) {
        return None;
    }
    let what = words.at(name);
    let written = match (words.at(index), words.at(index + 1)) {
        ("+", "+") => format!("{what} += 1"),
        ("-", "-") => format!("{what} -= 1"),
        (sign @ ("&&" | "||"), "=") => {
            let (last, value) = words.right(index + 1)?;
            return means_nothing(
                words,
                name,
                last,
                format!("write `{what} = {what} {sign} {value}`"),
            );
        }
        _ => return None,
    };
    let ends = matches!(words.at(index + 2), ";" | "}" | ")") || words.ends_line(index + 1);
    ends.then(|| means_nothing(words, name, index + 1, format!("write `{written}`")))?
}

/// `for (x of list)`, `for i = 0; ...`, `for each x in list`.
fn looped(words: &Words<'_>, index: usize) -> Option<Slip> {
    if any(words, index, &["foreach"]) {
        return means_nothing(words, index, index, "write `for` in its place".into());
    }
    if !words.is(index, "for") {
        return None;
    }
    if any(words, index + 1, &["each"]) {
        return means_nothing(words, index, index + 1, "write `for` in its place".into());
    }
    let bracket = usize::from(words.is(index + 1, "("));
    let name = index
        + 1
        + bracket
        + usize::from(matches!(
            words.at(index + 1 + bracket),
            "let" | "var" | "int"
        ));
    let message = || "a loop goes through a list or a range".to_owned();
    if words.is(name + 1, "=") {
        let open = ahead(words, name).find(|at| words.is(*at, "{"))?;
        let help = format!("write `for {} in 0..10`: from 0 up to 9", words.at(name));
        return Some(words.slip(index, open - 1, message(), help));
    }
    let of = any(words, name + 1, &["of"]) || (bracket == 1 && any(words, name + 1, &["in"]));
    let (last, list) = of.then(|| words.right(name + 1))??;
    let last = last + usize::from(bracket == 1 && words.is(last + 1, ")"));
    let help = format!("write `for {} in {list}`", words.at(name));
    Some(words.slip(index, last, message(), help))
}

/// `met("a") if j.ok else not_met("b")`.
fn behind(words: &Words<'_>, index: usize) -> Option<Slip> {
    let before = words.at(index.checked_sub(1)?);
    let value = matches!(before, ")" | "true" | "false");
    if !words.is(index, "if") || !value || words.ends_line(index - 1) {
        return None;
    }
    let level = |at: &usize| words.bracket(*at) == words.bracket(index);
    let first = (index.saturating_sub(FAR)..index).rev().find(|at| {
        level(at)
            && (words.begins_line(*at)
                || matches!(words.at(at.wrapping_sub(1)), ";" | "{" | "}" | "return"))
    })?;
    let other = ahead(words, index + 1).find(|at| level(at) && words.is(*at, "else"))?;
    let last = ahead(words, other + 1)
        .find(|at| words.ends_line(*at) || matches!(words.at(at + 1), ";" | "}"))?;
    let written = format!(
        "if {} {{ {} }} else {{ {} }}",
        words.text(index + 1, other - 1),
        words.text(first, index - 1),
        words.text(other + 1, last)
    );
    let message = "`if` stands behind what it decides".to_owned();
    Some(words.slip(first, last, message, format!("write `{written}`")))
}

/// `unless j.ok {`.
fn unless(words: &Words<'_>, index: usize) -> Option<Slip> {
    if !any(words, index, &["unless"]) {
        return None;
    }
    let open = ahead(words, index + 2).find(|at| words.is(*at, "{"))?;
    let what = words.text(index + 1, open - 1);
    means_nothing(
        words,
        index,
        open - 1,
        format!("write `if !({what})` in its place"),
    )
}
