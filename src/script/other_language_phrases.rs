//! Phrases of other languages: `is not`, `not in [...]`, `x between 1 and 5`, `case when`,
//! `a if b else c`.

use crate::script::basic_blocks::{basic_line, select_case};
use crate::script::literals_in_foreign_notation::inner_marks;
use crate::script::other_language_habits::{
    default_value, in_vector, is_missing, marked_remark, several_names, several_values,
};
use crate::script::other_language_syntax::{
    arrow, comprehended, kind_of, map_without_sign, nameless, opened_function, returned_pair,
    returned_type, select, slice, with_type,
};
use crate::script::scan::TokenKind;
use crate::script::slip::{Slip, Words};
use crate::script::spreadsheet_choices::choice;
use crate::script::spreadsheet_formulas::{divided_values, formula};
use crate::script::sql_phrases::{
    alike, between, case_when, cast, denied_list, filtered, in_values, listed, literal, switched,
};
use crate::script::stray_signs::{
    ended_too_early, joined_twice, name_of_two_words, no_point, one_sign_more,
};
use crate::script::text_search_phrases::infix;
use crate::script::verdict_functions::opposite;

/// The phrase of another language that begins, or has its sign, at a token.
pub(super) fn phrase(words: &Words<'_>, index: usize) -> Option<Slip> {
    const ALL: [fn(&Words<'_>, usize) -> Option<Slip>; 54] = [
        select_case,
        basic_line,
        choice,
        one_sign_more,
        joined_twice,
        ended_too_early,
        no_point,
        name_of_two_words,
        in_vector,
        is_missing,
        marked_remark,
        several_names,
        default_value,
        several_values,
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
        second_end,
        unless,
        infix,
        typed,
        in_values,
        imported,
        comprehended,
        arrow,
        nameless,
        with_type,
        returned_type,
        opened_function,
        select,
        kind_of,
        formula,
        divided_values,
        filtered,
        cast,
        literal,
        switched,
        map_without_sign,
        returned_pair,
        slice,
        inner_marks,
    ];
    if index > 0 && matches!(words.at(index - 1), "." | "?." | "::") {
        return None;
    }
    ALL.iter().find_map(|one| one(words, index))
}

/// `j.x == null`, `j.x is not null`.
fn nothing(words: &Words<'_>, index: usize) -> Option<Slip> {
    const NOTHING: [&str; 5] = ["null", "none", "nil", "undefined", "missing"];
    const STATED: [&str; 2] = ["known", "stated"];
    let (stated, last) = match words.at(index) {
        "is" | "IS" if words.any(index + 1, &["not"]) => (true, index + 2),
        "is" | "IS" | "==" => (false, index + 1),
        "!=" => (true, index + 1),
        _ => return None,
    };
    let reversed = words.any(index, &["is"]) && words.any(last, &STATED);
    if !words.any(last, &NOTHING) && !reversed {
        return None;
    }
    let (first, what) = words.left(index)?;
    let path = what.strip_prefix("j.")?;
    let deny = if stated == reversed { "!" } else { "" };
    words.means_nothing(
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
    const WORDS: [(&[&str], &str); 6] = [
        (&["over", "above", "exceeds", "after", "gt"], ">"),
        (&["under", "below", "before", "lt"], "<"),
        (&["minimum", "ge", "gte"], ">="),
        (&["maximum", "le", "lte"], "<="),
        (&["eq"], "=="),
        (&["isin"], "in"),
    ];
    let start = index + usize::from(words.any(index, &["is"]));
    let single = WORDS.iter().find(|(one, _)| words.any(start, one));
    let stands_between = || {
        let follows = words.starts_operand(start + 1) && !words.is(start + 1, "(");
        start > 0 && follows && !words.begins_line(start) && words.left(start).is_some()
    };
    if let Some((_, sign)) = single.filter(|_| stands_between()) {
        return words.means_nothing(index, start, format!("write `{sign}` in its place"));
    }
    let (those, sign) = SIGNS.iter().find(|(those, _)| {
        let mut said = (start..).zip(those.iter());
        said.all(|(at, word)| words.any(at, &[*word]))
    })?;
    let last = start + those.len() - 1;
    words.means_nothing(index, last, format!("write `{sign}` in its place"))
}

/// `is not`.
fn is_not(words: &Words<'_>, index: usize) -> Option<Slip> {
    let both = words.any(index, &["is"]) && words.any(index + 1, &["not"]);
    (both && !words.any(index + 2, &["in"]))
        .then(|| words.means_nothing(index, index + 1, "write `!=` in its place".into()))?
}

/// `in 3 to 10`.
fn up_to(words: &Words<'_>, index: usize) -> Option<Slip> {
    let numbers = [index.wrapping_sub(1), index + 1]
        .iter()
        .all(|at| words.kind(*at) == Some(TokenKind::Number));
    if !words.any(index, &["to", "until"]) || !numbers {
        return None;
    }
    let range = format!("{}..={}", words.at(index - 1), words.at(index + 1));
    words.means_nothing(
        index - 1,
        index + 1,
        format!("write `{range}`, which has both ends in it"),
    )
}

/// `int n = 3;`.
fn typed(words: &Words<'_>, index: usize) -> Option<Slip> {
    const TYPES: [&str; 12] = [
        "int", "integer", "float", "double", "number", "string", "str", "bool", "boolean", "date",
        "dim", "set",
    ];
    let starts = index == 0 || matches!(words.at(index - 1), ";" | "{" | "}");
    let named = words.kind(index + 1) == Some(TokenKind::Word) && words.is(index + 2, "=");
    let typed = (starts || words.begins_line(index)) && named && words.any(index, &TYPES);
    typed.then(|| words.means_nothing(index, index, "write `let` in its place".into()))?
}

/// `j.x in 1000..`.
pub(super) fn open_range(words: &Words<'_>, index: usize) -> Option<Slip> {
    let (first, what) = if words.any(index, &["in"]) {
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
    let end = words
        .ahead(index + 1)
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

/// `else j.a > 3 { ... }`.
fn else_of(words: &Words<'_>, index: usize) -> Option<Slip> {
    const COMPARES: [&str; 7] = ["==", "!=", "<", "<=", ">", ">=", "in"];
    if !words.is(index, "else") || matches!(words.at(index + 1), "if" | "{") {
        return None;
    }
    let level = |at: &usize| words.bracket(*at) == words.bracket(index);
    let opens = words
        .ahead(index + 1)
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
    let both = words.any(index, &["not"]) && words.any(last, &["met", "applicable"]);
    let called = both && words.is(last + 1, "(");
    let help = format!("write `not_{}` in its place", words.at(last).to_lowercase());
    called.then(|| words.means_nothing(index, last, help))?
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
            return words.means_nothing(
                name,
                last,
                format!("write `{what} = {what} {sign} {value}`"),
            );
        }
        _ => return None,
    };
    let ends = matches!(words.at(index + 2), ";" | "}" | ")") || words.ends_line(index + 1);
    ends.then(|| words.means_nothing(name, index + 1, format!("write `{written}`")))?
}

/// `for (x of list)`, `for i = 0; ...`, `for each x in list`.
fn looped(words: &Words<'_>, index: usize) -> Option<Slip> {
    if words.any(index, &["foreach"]) {
        return words.means_nothing(index, index, "write `for` in its place".into());
    }
    if !words.is(index, "for") {
        return None;
    }
    if words.any(index + 1, &["each"]) {
        return words.means_nothing(index, index + 1, "write `for` in its place".into());
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
        let open = words.ahead(name).find(|at| words.is(*at, "{"))?;
        let help = match range_of_head(words, name, open) {
            Some(range) => format!("write `for {} in {range}`", words.at(name)),
            None => format!("write `for {} in 0..10`: from 0 up to 9", words.at(name)),
        };
        return Some(words.slip(index, open - 1, message(), help));
    }
    let of = words.any(name + 1, &["of"]) || (bracket == 1 && words.any(name + 1, &["in"]));
    let (last, list) = of.then(|| words.right(name + 1))??;
    let last = last + usize::from(bracket == 1 && words.is(last + 1, ")"));
    let help = format!("write `for {} in {list}`", words.at(name));
    Some(words.slip(index, last, message(), help))
}

/// The range of `i = 1 to 3` and of `i = 0; i < 10; i++`, before the brace.
fn range_of_head(words: &Words<'_>, name: usize, open: usize) -> Option<String> {
    let first = name + 2;
    let mut head = first..open;
    if let Some(to) = head.clone().find(|at| words.any(*at, &["to"])) {
        let steps = (to..open).any(|at| words.any(at, &["step", "by"]));
        let last = open - 1 - usize::from(words.is(open - 1, ")") && words.is(name - 1, "("));
        let (from, until) = (words.text(first, to - 1), words.text(to + 1, last));
        return (!steps && !from.is_empty() && !until.is_empty())
            .then(|| format!("{from}..={until}"));
    }
    let end = head.find(|at| words.is(*at, ";"))?;
    let (from, sign) = (words.text(first, end - 1), words.at(end + 2));
    let last = head.find(|at| words.is(*at, ";"))?;
    let until = words.text(end + 3, last - 1);
    let counter = words.at(name);
    let step: String = (last + 1..open).map(|at| words.at(at)).collect();
    let step = step.trim_end_matches(')');
    let by_one = [
        format!("{counter}++"),
        format!("++{counter}"),
        format!("{counter}+=1"),
        format!("{counter}={counter}+1"),
    ];
    let dots = match sign {
        "<" => "..",
        "<=" => "..=",
        _ => return None,
    };
    let counts = by_one.iter().any(|one| one == step) && words.is(end + 1, counter);
    (counts && !from.is_empty() && !until.is_empty()).then(|| format!("{from}{dots}{until}"))
}

/// `met("a") if j.ok else not_met("b")`.
fn behind(words: &Words<'_>, index: usize) -> Option<Slip> {
    let before = words.at(index.checked_sub(1)?);
    let value = matches!(before, ")" | "true" | "false");
    let denies = words.any(index, &["unless"]);
    let decides = denies || words.is(index, "if") || words.any(index, &["when"]);
    if !decides || !value || words.ends_line(index - 1) {
        return None;
    }
    let level = |at: &usize| words.bracket(*at) == words.bracket(index);
    let first = Words::before(index).rev().find(|at| {
        level(at)
            && (words.begins_line(*at)
                || matches!(words.at(at.wrapping_sub(1)), ";" | "{" | "}" | "return"))
    })?;
    let last = words
        .ahead(index + 1)
        .find(|at| words.ends_line(*at) || matches!(words.at(at + 1), ";" | "}"))?;
    let other = (index + 1..last).find(|at| level(at) && words.is(*at, "else"));
    let opens = |at: usize| words.is(at, "{") || words.any(at, &["then"]);
    if other.is_none() && (index..=last).any(opens) {
        return None;
    }
    let word = words.at(index);
    let returns = first > 0 && words.is(first - 1, "return");
    let first = first - usize::from(returns);
    let test = words.text(index + 1, other.unwrap_or(last + 1) - 1);
    let test = if denies {
        format!("!({test})")
    } else {
        test.to_owned()
    };
    let outcome = words.text(first, index - 1).trim_start_matches("return ");
    let next = last + 1 + usize::from(words.is(last + 1, ";"));
    let goes_on = next < words.tokens.len() && !words.is(next, "}");
    let (written, last) = match other {
        Some(other) => {
            let other = words.text(other + 1, last);
            let written = format!("if {test} {{ {outcome} }} else {{ {other} }}");
            (written, last)
        }
        // The rest is handled elsewhere.
        None if goes_on => (format!("if {test} {{ return {outcome}; }}"), next - 1),
        None => {
            let name = outcome.split('(').next().unwrap_or_default();
            let other = opposite(name.trim()).unwrap_or("not_met");
            let written = format!("if {test} {{ {outcome} }} else {{ {other}(\"why\") }}");
            (written, last)
        }
    };
    let message = format!("`{word}` stands behind what it decides");
    Some(words.slip(first, last, message, format!("write `{written}`")))
}

/// `j.a >= 1 && <= 5`: the value has to be written on both sides.
fn second_end(words: &Words<'_>, index: usize) -> Option<Slip> {
    const COMPARES: [&str; 7] = ["==", "!=", "<", "<=", ">", ">=", "in"];
    let joins = match words.at(index) {
        "&&" | "||" => words.at(index),
        _ if words.any(index, &["and"]) => "&&",
        _ if words.any(index, &["or"]) => "||",
        _ => return None,
    };
    let sign = words.at(index + 1);
    if !COMPARES.contains(&sign) {
        return None;
    }
    let (first, right) = words.left(index)?;
    let before = first.checked_sub(1)?;
    let (_, left) = words
        .left(before)
        .filter(|_| COMPARES.contains(&words.at(before)))?;
    // `1 <= j.a && <= 5`: it is the fact that is compared again.
    let what = if left.starts_with(|c: char| c.is_ascii_digit()) {
        right
    } else {
        left
    };
    let message = format!("nothing stands before `{sign}` here");
    let help = format!("write `{joins} {what} {sign}` in its place");
    Some(words.slip(index, index + 1, message, help))
}

/// `unless j.ok {`.
fn unless(words: &Words<'_>, index: usize) -> Option<Slip> {
    if !words.any(index, &["unless"]) {
        return None;
    }
    let open = words.ahead(index + 2).find(|at| words.is(*at, "{"))?;
    let what = words.text(index + 1, open - 1);
    words.means_nothing(
        index,
        open - 1,
        format!("write `if !({what})` in its place"),
    )
}
