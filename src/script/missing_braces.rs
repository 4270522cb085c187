//! Branches without braces: `if j.ok met("a") else not_met("b")`, `if j.ok then ... else ... end`.

use crate::script::scan::TokenKind;
use crate::script::slip::{Slip, Words};
use crate::script::verdict_functions::ENDINGS;

/// Each outcome that is a branch without braces.
pub(super) fn bare_branches(words: &Words<'_>) -> Vec<Slip> {
    let mut found = Vec::new();
    // The end of the branch before, with braces or without.
    let mut ended = None;
    for index in words.each() {
        if words.is(index, "}") {
            ended = Some(index);
        }
        let Some(before) = index.checked_sub(1) else {
            continue;
        };
        // `if j.a > 3: met("a")`, all on one line.
        let colon = words.is(before, ":") && !words.ends_line(before) && before > 0;
        let colon = colon && (words.in_condition(before) || words.any(before - 1, &["else"]));
        let other = words.any(before, &["else"]) && before > 0 && ended == Some(before - 1);
        let first = words.in_condition(index) && ends_operand(words, before);
        let Some(last) = outcome(words, index).filter(|_| other || first || colon) else {
            continue;
        };
        let end = last + usize::from(words.is(last + 1, ";"));
        let (start, lead) = match (other, colon) {
            (true, _) => (before, "else "),
            (false, true) => (before, ""),
            _ => (index, ""),
        };
        let message = "a branch stands between braces".to_owned();
        let help = format!("write `{lead}{{ {} }}`", words.text(index, last));
        found.push(words.slip(start, end, message, help));
        ended = Some(end);
    }
    found
}

/// The last token of an outcome that begins at a token: `met("a")`, `return not_met("b")`, `true`.
fn outcome(words: &Words<'_>, index: usize) -> Option<usize> {
    let first = index + usize::from(words.is(index, "return"));
    if ENDINGS.contains(&words.at(first)) && words.is(first + 1, "(") {
        return words.closed(first + 1);
    }
    matches!(words.at(first), "true" | "false").then_some(first)
}

/// Whether a value may end with a token.
fn ends_operand(words: &Words<'_>, index: usize) -> bool {
    const BEGUN: [&str; 9] = [
        "if", "elif", "elseif", "elsif", "and", "or", "not", "then", "is",
    ];
    match words.kind(index) {
        Some(TokenKind::Word) => !words.any(index, &BEGUN) && !words.is(index, "in"),
        Some(TokenKind::Symbol) => matches!(words.at(index), ")" | "]"),
        Some(_) => true,
        None => false,
    }
}

/// Advice for `then`: if `else` or `end` closes the branch, the closing brace is advised there.
pub(super) fn opens(words: &Words<'_>, index: usize) -> String {
    const CLOSE: [&str; 9] = [
        "else", "elif", "elsif", "elseif", "end", "endif", "fi", "done", "when",
    ];
    if words.is(index + 1, "{") {
        return "delete it".to_owned();
    }
    let closes = |at: usize| words.any(at, &CLOSE) && words.bracket(at) == words.bracket(index);
    let next = words.ahead(index + 1).find(|at| closes(*at));
    if next.is_some_and(|at| !words.is(at - 1, "}")) {
        return "write `{` in its place".to_owned();
    }
    "write `{` in its place, and `}` where the branch ends".to_owned()
}

/// Advice for `elif`: also the closing brace of the branch before, if that began with `then`.
pub(super) fn other_branch(words: &Words<'_>, index: usize) -> &'static str {
    let begun = |at: &usize| words.any(*at, &["then"]) || matches!(words.at(*at), "{" | ":");
    let opened = Words::before(index).rev().find(begun);
    let by_then = opened.is_some_and(|at| words.any(at, &["then"]));
    if by_then && index > 0 && !words.is(index - 1, "}") {
        "} else if"
    } else {
        "else if"
    }
}
