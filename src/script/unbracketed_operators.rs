//! Finds `&&` beside `||` without brackets, to judge whether that was meant.

use std::mem;

use crate::base::source::Span;
use crate::script::Program;
use crate::script::scan::TokenKind;
use crate::script::slip::Words;

/// Values joined by `&&` and `||` in the same brackets: where they begin, and the places of the
/// operators.
#[derive(Default)]
struct OperatorRun {
    first: usize,
    signs: Vec<usize>,
}

/// Each `a && b` beside `||` in the same brackets, with what would be joined if `||` came first.
pub(crate) fn mixed_operators(program: &Program) -> Vec<(Span, String)> {
    const ENDS: [&str; 15] = [
        ";", ",", ":", "=", "=>", "|", "{", "return", "let", "const", "if", "while", "until",
        "else", "switch",
    ];
    let source = program.source();
    let tokens = program.prepared.tokens();
    let words = Words::new(source.text(), tokens);
    let mut found = Vec::new();
    let mut outer: Vec<OperatorRun> = Vec::new();
    let mut joined = OperatorRun::default();
    for (index, token) in tokens.iter().enumerate() {
        let word = words.at(index);
        match word {
            "&&" | "||" => joined.signs.push(index),
            _ if ENDS.contains(&word) || token.kind == TokenKind::Piece => {
                found.extend(mixed(&words, &joined, index));
                joined = OperatorRun::default();
                joined.first = index + 1;
            }
            _ => {}
        }
        match word {
            "(" | "[" | "{" | "#{" | "?[" => {
                outer.push(mem::take(&mut joined));
                joined.first = index + 1;
            }
            ")" | "]" | "}" => {
                found.extend(mixed(&words, &joined, index));
                joined = outer.pop().unwrap_or_default();
                if word == "}" && joined.signs.is_empty() {
                    joined.first = index + 1;
                }
            }
            _ => {}
        }
    }
    found.extend(mixed(&words, &joined, tokens.len()));
    let place = |(first, last, other): (usize, usize, String)| {
        let range = tokens[first].range.start..tokens[last].range.end;
        (source.span(range), other)
    };
    found.into_iter().map(place).collect()
}

/// The first part joined by `&&` beside `||`: its first and last token, and the other reading.
fn mixed(words: &Words<'_>, joined: &OperatorRun, end: usize) -> Option<(usize, usize, String)> {
    let ors = || {
        joined
            .signs
            .iter()
            .copied()
            .filter(|at| words.is(*at, "||"))
    };
    let and = *joined.signs.iter().find(|at| words.is(**at, "&&"))?;
    let before = ors().take_while(|at| *at < and).last();
    let behind = ors().find(|at| *at > and);
    let first = before.map_or(joined.first, |at| at + 1);
    let last = behind.unwrap_or(end).checked_sub(1)?;
    // If each part has `&&`, the author has thought in parts.
    let parts = joined.signs.split(|at| words.is(*at, "||"));
    if parts.clone().all(|signs| !signs.is_empty()) {
        return None;
    }
    let other = match (before, behind) {
        (Some(or), _) => {
            let start = ors().take_while(|at| *at < or).last();
            words.text(start.map_or(joined.first, |at| at + 1), and - 1)
        }
        (None, Some(or)) => {
            let next = joined.signs.iter().copied().find(|at| *at > or);
            let signs = joined.signs.iter().copied().take_while(|at| *at < or);
            words.text(signs.last()? + 1, next.unwrap_or(end).checked_sub(1)?)
        }
        (None, None) => return None,
    };
    let other = other.split_whitespace().collect::<Vec<_>>().join(" ");
    (first <= last && !other.is_empty() && !other.ends_with("||")).then_some((first, last, other))
}
