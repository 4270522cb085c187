//! How deeply a script is nested, counted so that the stack of a thread holds it.
//!
//! The interpreter counts each `&&` and each `else if` of a chain as one step deeper, though a
//! chain is not deep. Here brackets count, and operators within one another; a chain of `else if`,
//! which does need stack, has a bound of its own. The interpreter's own limit is set so high that
//! this one is met first.

use std::ops::Range;

use crate::script::limits::{FUNCTIONS, MAX_BRANCHES, MAX_DEPTH};
use crate::script::scan::{TokenKind, matching};
use crate::script::slip::Words;

/// The open operators and branches at a place of a script.
#[derive(Default)]
struct NestingLevel {
    operators: usize,
    branches: usize,
    /// The body of a function: how long a chain of branches in it may be.
    function: Option<usize>,
}

/// The place where a script is nested too deeply.
pub(super) fn too_deep(words: &Words<'_>) -> Option<Range<usize>> {
    let mut levels = vec![NestingLevel::default()];
    let mut function = false;
    for index in 0..words.tokens.len() {
        let word = words.at(index);
        let piece = words.kind(index) == Some(TokenKind::Piece);
        function |= word == "fn";
        if (matches!(word, ")" | "]" | "}") || (piece && word.starts_with('}'))) && levels.len() > 1
        {
            levels.pop();
        }
        let level = levels.last_mut()?;
        match word {
            "," | ";" | "&&" | "||" | "=>" => {
                *level = NestingLevel {
                    function: level.function,
                    ..NestingLevel::default()
                }
            }
            "}" if !goes_on(words, index + 1) => level.operators = 0,
            "else" if words.is(index + 1, "if") => level.branches += 1,
            "if" if !words.is(index.wrapping_sub(1), "else") => level.branches = 0,
            "in" => level.operators += 1,
            ")" | "]" => {}
            _ if words.kind(index) == Some(TokenKind::Symbol) => level.operators += 1,
            _ => {}
        }
        if matches!(word, "(" | "[" | "{" | "#{" | "?[") || (piece && word.ends_with("${")) {
            let body = function && word == "{";
            levels.push(NestingLevel {
                function: body.then(|| most_branches(words, index)),
                ..NestingLevel::default()
            });
            function &= !body;
        }
        let within = levels.iter().find_map(|level| level.function);
        let most = if within.is_some() {
            MAX_DEPTH.1
        } else {
            MAX_DEPTH.0
        };
        let deep: usize = levels.iter().map(|level| level.operators).sum();
        let branches: usize = levels.iter().map(|level| level.branches).sum();
        if deep > most || branches > within.unwrap_or(MAX_BRANCHES.0) {
            return Some(words.tokens[index].range.clone());
        }
    }
    // Too much to be looked at is taken for too deep.
    let first = words.tokens.first().filter(|_| words.is_spent());
    first.map(|token| token.range.clone())
}

/// The longest chain of branches in the body of a function. A function that calls others, or
/// itself, may be on the stack as often as calls may be deep.
fn most_branches(words: &Words<'_>, open: usize) -> usize {
    let close = matching(words.source, words.tokens, open).unwrap_or(words.tokens.len());
    let calls = |index: usize| {
        let word = words.at(index);
        let called = words.kind(index) == Some(TokenKind::Word) && words.is(index + 1, "(");
        let own = FUNCTIONS.contains(&word) || matches!(word, "if" | "while" | "return" | "in");
        word == "|" || word == "::" || (called && !own)
    };
    if (open..close).any(calls) {
        MAX_BRANCHES.1
    } else {
        MAX_BRANCHES.0
    }
}

/// Whether an expression continues after a block.
fn goes_on(words: &Words<'_>, next: usize) -> bool {
    words.kind(next) == Some(TokenKind::Symbol)
        && !matches!(words.at(next), "}" | ")" | "]" | "{" | "(" | "#{")
}
