//! What of a script its paths reach: which outcomes, and which answers of its tests.

use std::sync::Arc;

use crate::base::source::{Source, Span};
use crate::base::work_budget::Budget;
use crate::script::explore::Answers;
use crate::script::scan::{Token, TokenKind, left_end, scan, unquoted};
use crate::script::verdict_functions::ENDINGS;
use crate::script::{Bindings, Program, explore};
use crate::tree::Verdict;

/// What no path reaches.
#[derive(Debug, Default)]
pub(crate) struct Unreached {
    /// Calls of outcomes, as `not_met`.
    pub(crate) outcomes: Vec<Span>,
    /// Tests that always have one answer.
    pub(crate) one_sided: Vec<OneSided>,
    /// Some path comes to not met.
    pub(crate) fails: bool,
}

/// A test that always has one answer.
#[derive(Debug)]
pub(crate) struct OneSided {
    pub(crate) span: Span,
    /// As it stands in the script.
    pub(crate) written: String,
    pub(crate) answer: bool,
    /// What its facts can be at all decides it, without any test before it.
    pub(crate) by_range: bool,
}

/// What no path of a script reaches under any of these bindings; none when a tree cannot hold it.
pub(crate) fn unreached(program: &Arc<Program>, bindings: &[Arc<Bindings>]) -> Option<Unreached> {
    let mut fails = false;
    let mut endings = std::collections::BTreeSet::new();
    let mut answers = Answers::new();
    let budget = Budget::new(bindings.first()?.limits.work);
    for bindings in bindings {
        let found = explore(program, bindings, None);
        if found.incomplete.is_some() || budget.is_used_up() {
            return None;
        }
        fails |= found
            .paths
            .iter()
            .any(|path| path.outcome.verdict == Verdict::NotMet);
        endings.extend(found.endings);
        for (place, (span, question, given, by_range)) in found.answers {
            let known = answers
                .entry(place)
                .or_insert((span, question, [false; 2], by_range));
            known.2 = [known.2[0] || given[0], known.2[1] || given[1]];
            known.3 &= by_range;
        }
    }
    let source = program.source();
    let calls =
        calls(source.text()).filter(|start| !endings.contains(&(source.name().to_owned(), *start)));
    let outcomes = calls.map(|start| {
        let rest = &source.text()[start..];
        let length = rest
            .find(|c: char| !(c.is_alphanumeric() || c == '_'))
            .unwrap_or(rest.len());
        source.span(start..start + length)
    });
    let one_sided = answers
        .into_values()
        .filter(|(span, _, given, _)| given[0] != given[1] && span.source().name() == source.name())
        .map(|(span, question, given, by_range)| {
            let written = span.text().split_whitespace().collect::<Vec<_>>().join(" ");
            // A `switch` has no text for what it asks.
            let written = if written.is_empty() {
                question
            } else {
                written
            };
            OneSided {
                span,
                written,
                answer: given[1],
                by_range,
            }
        });
    Some(Unreached {
        fails,
        outcomes: outcomes.collect(),
        one_sided: one_sided.collect(),
    })
}

/// Where outcomes are called.
fn calls(text: &str) -> impl Iterator<Item = usize> {
    let tokens = scan(text);
    let word = move |index: usize| {
        tokens
            .get(index)
            .map(|token| (token.kind, token.range.clone()))
    };
    let text = text.to_owned();
    let is = move |index: usize| {
        let (kind, range) = word(index)?;
        let before = index
            .checked_sub(1)
            .and_then(&word)
            .map_or("", |(_, range)| &text[range]);
        let after = word(index + 1).map_or("", |(_, range)| &text[range]);
        let call =
            kind == TokenKind::Word && after == "(" && !matches!(before, "." | "?." | "fn" | "::");
        Some((call && ENDINGS.contains(&&text[range.clone()])).then_some(range.start))
    };
    let mut index = 0;
    let mut found = Vec::new();
    while let Some(start) = is(index) {
        found.extend(start);
        index += 1;
    }
    found.into_iter()
}

/// The text of a script with blanks in the place of comments.
pub(crate) fn code(source: &Source) -> String {
    let text = source.text();
    let mut code = String::with_capacity(text.len());
    let mut at = 0;
    for token in scan(text) {
        if token.range.start > at {
            code.push(' ');
        }
        code.push_str(&text[token.range.clone()]);
        at = token.range.end;
    }
    code
}

/// The numbers written in a script, and where.
pub(crate) fn numbers(program: &Program) -> Vec<(Span, String)> {
    let source = program.source();
    let tokens = scan(source.text())
        .into_iter()
        .filter(|token| token.kind == TokenKind::Number);
    let number = |range: std::ops::Range<usize>| {
        (
            source.span(range.clone()),
            source.text()[range].replace('_', ""),
        )
    };
    tokens.map(|token| number(token.range)).collect()
}

/// The texts written in a script that are not a reason, and where.
pub(crate) fn texts(program: &Program) -> Vec<(Span, String)> {
    let source = program.source();
    let tokens = scan(source.text());
    let word = |index: Option<usize>| {
        let token: Option<&Token> = index.and_then(|index| tokens.get(index));
        token.map_or("", |token| &source.text()[token.range.clone()])
    };
    let is_reason = |index: usize| {
        word(index.checked_sub(1)) == "(" && ENDINGS.contains(&word(index.checked_sub(2)))
    };
    let texts = tokens
        .iter()
        .enumerate()
        .filter(|(index, token)| token.kind == TokenKind::Text && !is_reason(*index));
    texts
        .map(|(_, token)| {
            let text = unquoted(&source.text()[token.range.clone()]);
            (source.span(token.range.clone()), text.to_owned())
        })
        .collect()
}

/// Facts that a script asks whether they are an empty text: the place, and the path of the fact.
pub(crate) fn empty_texts(program: &Program) -> Vec<(Span, String)> {
    let source = program.source();
    let tokens = scan(source.text());
    let word = |index: usize| {
        let token: Option<&Token> = tokens.get(index);
        token.map_or("", |token| &source.text()[token.range.clone()])
    };
    let asked = (1..tokens.len()).filter_map(|index| {
        let (sign, last) = match (word(index), word(index + 1)) {
            ("==" | "!=", "\"\"") => (index, index + 1),
            ("is_empty", "(") => (index - 1, index + 2),
            _ => return None,
        };
        let first = left_end(source.text(), &tokens, sign);
        let start = tokens[first].range.start;
        let end = tokens[sign.checked_sub(1)?].range.end.max(start);
        let path = source.text()[start..end].strip_prefix("j.")?;
        Some((
            source.span(start..tokens.get(last)?.range.end),
            path.to_owned(),
        ))
    });
    asked.collect()
}

/// Where a word stands in a script, outside of texts and comments.
pub(crate) fn words(program: &Program, word: &str) -> Vec<Span> {
    let source = program.source();
    let tokens = scan(source.text()).into_iter();
    tokens
        .filter(|token| {
            token.kind == TokenKind::Word && &source.text()[token.range.clone()] == word
        })
        .map(|token| source.span(token.range))
        .collect()
}

/// Whether a text has a word by itself, and not as a part of another.
pub(crate) fn has_word(text: &str, word: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back().is_some_and(part);
        let after = text[at + word.len()..].chars().next().is_some_and(part);
        !before && !after
    })
}
