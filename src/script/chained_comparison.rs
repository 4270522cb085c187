//! Chained comparisons, `0 < x <= y`, in which the second operator compares an answer.

use crate::script::scan::{TokenKind, left_end, right_end};
use crate::script::slip::{Slip, Words};

/// `0 < x <= y`: the second compares an answer.
pub(super) fn chain(words: &Words<'_>, index: usize) -> Option<Slip> {
    const ORDERED: [&str; 4] = ["<", "<=", ">", ">="];
    if words.kind(index) != Some(TokenKind::Symbol) || !ORDERED.contains(&words.at(index)) {
        return None;
    }
    let next = right_end(words.source, words.tokens, index) + 1;
    // `j.a > 3 ^ j.b > 2` compares twice.
    if (index..next).any(|at| words.is(at, "^")) {
        return None;
    }
    if words.kind(next) != Some(TokenKind::Symbol) || !ORDERED.contains(&words.at(next)) {
        return None;
    }
    let first = left_end(words.source, words.tokens, index);
    let last = right_end(words.source, words.tokens, next);
    // `j.a > 5 < 8`: the value that is compared twice comes first.
    let is_number =
        |from: usize, to: usize| from == to && words.kind(to) == Some(TokenKind::Number);
    let middle = if is_number(index + 1, next - 1) && !is_number(first, index - 1) {
        words.text(first, index - 1)
    } else {
        words.text(index + 1, next - 1)
    };
    let written = format!(
        "{} && {middle} {}",
        words.text(first, next - 1),
        words.text(next, last)
    );
    let message = format!(
        "`{}` compares the answer of a comparison",
        words.text(first, last)
    );
    Some(words.slip(first, last, message, format!("write `{written}`")))
}
