//! Texts without quotation marks, `met(it applied)`, and those between the marks of typesetters.

use crate::script::scan::TokenKind;
use crate::script::slip::Words;
use crate::script::verdict_functions::ENDINGS;

/// The last token of a text between the marks of typesetters, on one line.
pub(super) fn quoted_elsewhere(words: &Words<'_>, index: usize) -> Option<usize> {
    const MARKS: [(char, &[char]); 4] = [
        ('“', &['”', '“']),
        ('„', &['“', '”']),
        ('«', &['»']),
        ('‘', &['’']),
    ];
    let opens = words.at(index).chars().next()?;
    let (_, closing) = MARKS.iter().find(|(mark, _)| *mark == opens)?;
    if words.kind(index) == Some(TokenKind::Text) {
        return None;
    }
    let closes = |at: usize| {
        let word = words.at(at);
        word.ends_with(*closing) && (at > index || word.chars().count() > 1)
    };
    let last = words
        .ahead(index)
        .find(|at| closes(*at) || words.ends_line(*at))?;
    if !closes(last) {
        return None;
    }
    let inside = (index + 1..last).any(|at| words.kind(at) == Some(TokenKind::Text));
    (!inside).then_some(last)
}

/// The words of `met(it applied)`, from the first to the last.
pub(super) fn unquoted_reason(words: &Words<'_>, index: usize) -> Option<(usize, usize)> {
    let called = index > 1
        && words.is(index - 1, "(")
        && ENDINGS.contains(&words.at(index - 2))
        && words.kind(index) == Some(TokenKind::Word);
    let close = words.closed(index.checked_sub(1).filter(|_| called)?)?;
    let is_word = |at: usize| {
        words.kind(at) == Some(TokenKind::Word) && !matches!(words.at(at), "if" | "switch" | "j")
    };
    let several = close > index + 1 && is_word(index) && is_word(index + 1);
    several.then_some((index, close - 1))
}
