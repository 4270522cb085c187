//! Which findings a script names: what it writes as `findings.size`, with the places.

use std::sync::Arc;

use crate::base::source::{Source, Span};
use crate::script::scan::{TokenKind, scan};

/// The conditions whose findings a script names, as `findings.size`, with their places.
pub(crate) fn findings_named(source: &Arc<Source>) -> Vec<(String, Span)> {
    let text = source.text();
    if !text.contains("findings") {
        return Vec::new();
    }
    let tokens = scan(text);
    let word = |index: usize| {
        let token = tokens.get(index);
        token.map_or("", |token| &text[token.range.clone()])
    };
    let is_root = |index: usize| {
        word(index) == "findings"
            && tokens[index].kind == TokenKind::Word
            && !matches!(word(index.wrapping_sub(1)), "." | "?.")
    };
    // A variable of that name is the author's own.
    let own =
        |index: usize| is_root(index) && matches!(word(index.wrapping_sub(1)), "let" | "const");
    if (0..tokens.len()).any(own) {
        return Vec::new();
    }
    let named = (0..tokens.len()).filter(|index| {
        is_root(*index)
            && matches!(word(index + 1), "." | "?.")
            && tokens
                .get(index + 2)
                .is_some_and(|token| token.kind == TokenKind::Word)
            && word(index + 3) != "("
    });
    named
        .map(|index| {
            let range = tokens[index].range.start..tokens[index + 2].range.end;
            (word(index + 2).to_owned(), source.span(range))
        })
        .collect()
}
