//! Advice where the interpreter expects the `{` of a branch and something else is meant: two
//! conditions without an operator between them, an unknown operator, a word too many.

use rhai::Position;

use crate::base::diagnostic::{Code, Diagnostic};
use crate::script::defined_names::token_at;
use crate::script::rewrite_text_for_interpreter::PreparedText;
use crate::script::scan::TokenKind;
use crate::script::slip::Words;

const BOTH: &str = "if both have to hold, `||` if one is enough";

/// A better diagnostic than "expected `{`"; `None` if a brace is what is missing.
pub(super) fn instead_of_brace(prepared: &PreparedText, position: Position) -> Option<Diagnostic> {
    let words = Words::new(prepared.source.text(), prepared.tokens());
    let index = token_at(prepared, &words, position);
    let (place, message, help) = joined(&words, index)
        .or_else(|| calculated(&words, index))
        .or_else(|| nothing_behind(&words, index))
        .or_else(|| doubled(&words, index))?;
    let range = words.tokens.get(place)?.range.clone();
    let span = prepared.source.span(range);
    Some(Diagnostic::at(Code::ScriptSyntax, span, message).help(help))
}

/// The token at fault, the message, and what to write.
type BraceAdvice = (usize, String, String);

/// `if j.a; j.b > 3 {`, and two conditions on two lines.
fn joined(words: &Words<'_>, index: usize) -> Option<BraceAdvice> {
    let opens = |from: usize| {
        let mut rest = words.ahead(from);
        let end = rest.find(|at| matches!(words.at(*at), "{" | "}" | ";"));
        end.is_some_and(|at| words.is(at, "{"))
    };
    if words.is(index, ";") && starts_value(words, index + 1) && opens(index + 1) {
        let message = "`;` ends a statement, and no condition".to_owned();
        return Some((index, message, format!("write `&&` in its place {BOTH}")));
    }
    let begins = words.begins_line(index) && starts_value(words, index);
    (begins && opens(index)).then(|| {
        let message = "two conditions stand here with no sign between them".to_owned();
        (index, message, format!("write `&&` before this one {BOTH}"))
    })
}

fn starts_value(words: &Words<'_>, index: usize) -> bool {
    matches!(
        words.at(index),
        "j" | "params" | "stats" | "findings" | "!" | "("
    )
}

/// `j.debt : j.income`, `j.debt x 2`.
fn calculated(words: &Words<'_>, index: usize) -> Option<BraceAdvice> {
    let value = starts_value(words, index + 1) || words.kind(index + 1) == Some(TokenKind::Number);
    let within = |first: usize| first > 0 && words.is(first - 1, "in");
    let (sign, what) = match words.at(index) {
        ":" if words.left(index).is_some_and(|(first, _)| within(first)) => ("..=", "make a range"),
        ":" => ("/", "divide"),
        "x" | "X" => ("*", "multiply"),
        _ => return None,
    };
    let message = format!("`{}` does not {what} here", words.at(index));
    value.then(|| (index, message, format!("write `{sign}` in its place")))
}

/// `if j.a && { ... } else`.
fn nothing_behind(words: &Words<'_>, index: usize) -> Option<BraceAdvice> {
    let close = index.checked_sub(1).filter(|at| words.is(*at, "}"))?;
    let opens = |at: &usize| words.is(*at, "{") && words.bracket(*at) == words.bracket(close);
    let open = Words::before(close).rev().find(opens)?;
    let sign = open
        .checked_sub(1)
        .filter(|at| matches!(words.at(*at), "&&" | "||"))?;
    let message = format!("no condition stands behind `{}`", words.at(sign));
    Some((sign, message, "write one, or delete the sign".to_owned()))
}

/// `if if j.a {`.
fn doubled(words: &Words<'_>, index: usize) -> Option<BraceAdvice> {
    let mut before = Words::before(index.min(words.tokens.len())).rev();
    let twice = before.find(|at| words.is(*at, "if") && words.is(at + 1, "if"))?;
    let message = "`if` stands twice".to_owned();
    Some((twice + 1, message, "delete one of them".to_owned()))
}
