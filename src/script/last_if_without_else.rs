//! An `if` without `else` at the end of a script: if no branch is taken, the script has no outcome.

use crate::base::source::Span;
use crate::script::rewrite_text_for_interpreter::PreparedText;
use crate::script::slip::Words;

/// The first such `if` with an outcome in a branch; `None` if there is none, or the script is too
/// long to search.
pub(super) fn last_if_without_else(prepared: &PreparedText, outcomes: &[&str]) -> Option<Span> {
    const LONGEST: usize = 5_000;
    let words = Words::new(prepared.source.text(), prepared.tokens());
    if words.tokens.len() > LONGEST {
        return None;
    }
    let first = words.each().find(|at| {
        let begins = words.is(*at, "if") && !(*at > 0 && words.is(*at - 1, "else"));
        let ends = || branches_end(&words, *at);
        let comes_out = |at: usize| {
            let answer = matches!(words.at(at), "true" | "false");
            outcomes.contains(&words.at(at)) || answer && !words.is(at - 1, "=")
        };
        let is_it = |(end, other): (usize, bool)| {
            !other && is_last(&words, end) && (*at..end).any(comes_out)
        };
        begins && ends().is_some_and(is_it)
    })?;
    Some(prepared.source.span(words.tokens[first].range.clone()))
}

/// The end of the branches that begin with an `if`, and whether the last one is an `else`.
fn branches_end(words: &Words<'_>, start: usize) -> Option<(usize, bool)> {
    let (mut at, mut other) = (start, false);
    loop {
        let close = block_behind(words, at)?;
        if !words.is(close + 1, "else") {
            return Some((close, other));
        }
        at = close + 1;
        other = !words.is(at + 1, "if");
    }
}

/// The brace that closes the first block behind a token, in the same brackets.
fn block_behind(words: &Words<'_>, at: usize) -> Option<usize> {
    let level = |it: &usize| words.bracket(*it) == words.bracket(at);
    let mut behind = words.ahead(at + 1);
    let open = behind.find(|it| level(it) && words.is(*it, "{"))?;
    words.closed(open)
}

/// Whether nothing else follows a token in the script.
fn is_last(words: &Words<'_>, end: usize) -> bool {
    let mut end = end;
    while matches!(words.at(end + 1), "}" | ",") {
        // After a case of a `switch`, only its other cases follow.
        if words.is(end + 1, ",") {
            let cases = words.bracket(end).filter(|open| words.is(*open, "{"));
            match cases.and_then(|open| words.closed(open)) {
                Some(close) => end = close - 1,
                None => return false,
            }
            continue;
        }
        if words
            .bracket(end)
            .is_none_or(|open| !is_branch(words, open))
        {
            return false;
        }
        end += 1;
        while words.is(end + 1, "else") {
            match block_behind(words, end + 1) {
                Some(close) => end = close,
                None => return false,
            }
        }
    }
    end + 1 == words.tokens.len()
}

/// Whether a brace opens a branch, and not a loop or a function.
fn is_branch(words: &Words<'_>, open: usize) -> bool {
    let level = |at: &usize| words.bracket(*at) == words.bracket(open);
    let begins = |at: &usize| {
        const WORDS: [&str; 10] = [
            "if", "else", "=>", "switch", "for", "while", "loop", "fn", "}", ";",
        ];
        WORDS.contains(&words.at(*at))
    };
    let begun = Words::before(open).rev().find(|at| level(at) && begins(at));
    begun.is_some_and(|at| matches!(words.at(at), "if" | "else" | "=>" | "switch"))
}
