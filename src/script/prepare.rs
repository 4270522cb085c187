//! Prepares a script's text for the interpreter and keeps the way back to the author's text.
//!
//! `switch` compares by hash and would send every symbolic value to `_` in silence, so the value it
//! switches on is wrapped in a call, `switch case_of(VALUE, N) {`, that finds the case by asking.
//! A number with a fraction, which the interpreter would round, is wrapped as a text: `4.6` is
//! `number_as_written("4.6")`. Nothing else is changed, and every position is mapped back.

use std::ops::Range;
use std::sync::Arc;

use rhai::Position as RhaiPosition;

use crate::base::source::{Position, Source, Span};
use crate::script::scan::{
    Token, TokenKind, extent, matching, scan, token_at, unquoted, whole_chain,
};

/// The name of the wrapping call. Scripts cannot write it: the scanner refuses it.
pub(super) const CASE_OF: &str = "case_of";

/// The name of the call that a number with a fraction is wrapped in, as a text. Scripts cannot write
/// it either.
pub(super) const WRITTEN: &str = "number_as_written";

/// A label of a `switch`.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Label {
    Text(String),
    Integer(i64),
    /// From, to, and whether the end is included.
    Range(i64, i64, bool),
}

/// A script's text as the interpreter sees it.
#[derive(Debug)]
pub(super) struct Prepared {
    pub(super) source: Arc<Source>,
    /// The text given to the interpreter.
    pub(super) text: Arc<Source>,
    tokens: Vec<Token>,
    /// Offsets in the changed text, and how many bytes were put in there.
    inserted: Vec<(usize, usize)>,
    /// The labels of each `switch`, by its number.
    pub(super) switches: Vec<Arc<[Label]>>,
    /// The paths imported, with their places.
    pub(super) imports: Vec<(String, Span)>,
    /// Whether values are picked out by index anywhere.
    pub(super) indexes: bool,
}

pub(super) fn prepare(source: &Arc<Source>) -> Prepared {
    let text = source.text();
    let tokens = scan(text);
    let word = |index: usize| {
        tokens
            .get(index)
            .map_or("", |token| &text[token.range.clone()])
    };
    let mut inserts: Vec<(usize, String)> = Vec::new();
    let mut switches = Vec::new();
    let mut imports = Vec::new();
    let mut indexes = false;
    let mut cases: Vec<Range<usize>> = Vec::new();
    for index in 0..tokens.len() {
        match word(index) {
            "switch"
                if tokens[index].kind == TokenKind::Word
                    && !word(index.wrapping_sub(1)).ends_with('.') =>
            {
                let Some((open, close)) = switch_body(text, &tokens, index) else {
                    continue;
                };
                inserts.push((tokens[index].range.end, format!(" {CASE_OF}(")));
                inserts.push((tokens[open].range.start, format!(", {}) ", switches.len())));
                switches.push(labels(text, &tokens, open, close, &mut cases).into());
            }
            "import"
                if tokens
                    .get(index + 1)
                    .is_some_and(|token| token.kind == TokenKind::Text) =>
            {
                let range = tokens[index + 1].range.clone();
                imports.push((
                    unquoted(&text[range.clone()]).to_owned(),
                    source.span(range),
                ));
            }
            "[" | "?[" if index > 0 => {
                let before = &tokens[index - 1];
                indexes |= matches!(before.kind, TokenKind::Text | TokenKind::Other)
                    || matches!(word(index - 1), ")" | "]")
                    || (before.kind == TokenKind::Word
                        && !matches!(word(index - 1), "in" | "return" | "if" | "while" | "else"));
            }
            _ => {}
        }
    }
    cases.sort_by_key(|case| case.start);
    let in_a_label = |offset: usize| {
        let after = cases.partition_point(|case| case.start <= offset);
        cases[..after].last().is_some_and(|case| offset < case.end)
    };
    for token in &tokens {
        if token.kind == TokenKind::Number
            && !is_whole(&text[token.range.clone()])
            && !in_a_label(token.range.start)
        {
            inserts.push((token.range.start, format!("{WRITTEN}(\"")));
            inserts.push((token.range.end, "\")".to_owned()));
        }
    }
    inserts.sort_by_key(|(offset, _)| *offset);
    let (changed, inserted) = insert(text, &inserts);
    Prepared {
        source: Arc::clone(source),
        text: Source::new(source.name(), changed),
        tokens,
        inserted,
        switches,
        imports,
        indexes,
    }
}

/// Whether a number is one of the language: whole, and no larger than it holds.
fn is_whole(text: &str) -> bool {
    let digits = text.replace('_', "");
    digits.starts_with("0x")
        || digits.starts_with("0X")
        || digits.starts_with("0o")
        || digits.starts_with("0O")
        || digits.starts_with("0b")
        || digits.starts_with("0B")
        || digits.parse::<i64>().is_ok()
}

/// The tokens that open and close the body of a `switch`: the first brace outside brackets.
fn switch_body(text: &str, tokens: &[Token], switch: usize) -> Option<(usize, usize)> {
    let mut index = switch + 1;
    while let Some(token) = tokens.get(index) {
        match &text[token.range.clone()] {
            "(" | "[" | "#{" | "?[" => index = matching(text, tokens, index)?,
            "{" => return matching(text, tokens, index).map(|close| (index, close)),
            _ => {}
        }
        index += 1;
    }
    None
}

/// The literals before each `=>` of a body; one too many does no harm, it is asked and forgotten.
fn labels(
    text: &str,
    tokens: &[Token],
    open: usize,
    close: usize,
    cases: &mut Vec<Range<usize>>,
) -> Vec<Label> {
    let word = |index: usize| &text[tokens[index].range.clone()];
    let mut labels = Vec::new();
    let mut start = open + 1;
    let mut index = open + 1;
    while index < close {
        match word(index) {
            "=>" => {
                labels.extend(case_labels(text, &tokens[start..index]));
                cases.extend(label_places(text, &tokens[start..index]));
                index += 1;
                if index < close && word(index) == "{" {
                    index = matching(text, tokens, index).unwrap_or(close);
                }
                start = index + 1;
            }
            "(" | "[" | "{" | "#{" | "?[" => index = matching(text, tokens, index).unwrap_or(close),
            "," => start = index + 1,
            _ => {}
        }
        index += 1;
    }
    labels
}

/// Where the labels of a case stand, before its condition.
fn label_places(text: &str, tokens: &[Token]) -> Option<Range<usize>> {
    let labels = tokens
        .iter()
        .take_while(|token| &text[token.range.clone()] != "if");
    let last = labels.last()?;
    Some(tokens.first()?.range.start..last.range.end)
}

fn case_labels(text: &str, tokens: &[Token]) -> Vec<Label> {
    let word = |index: usize| {
        tokens
            .get(index)
            .map_or("", |token| &text[token.range.clone()])
    };
    let integer = |index: usize| {
        let value = word(index).replace('_', "").parse::<i64>().ok()?;
        Some(if index > 0 && word(index - 1) == "-" {
            -value
        } else {
            value
        })
    };
    let mut labels = Vec::new();
    let mut index = 0;
    // After `if` comes a condition, not a label.
    while index < tokens.len() && word(index) != "if" {
        match tokens[index].kind {
            TokenKind::Text => labels.push(Label::Text(unescape(unquoted(word(index))))),
            TokenKind::Number => {
                let inclusive = word(index + 1) == "..=";
                let to = index + if word(index + 2) == "-" { 3 } else { 2 };
                match (
                    integer(index),
                    inclusive || word(index + 1) == "..",
                    integer(to),
                ) {
                    (Some(from), true, Some(end)) => {
                        labels.push(Label::Range(from, end, inclusive));
                        index = to;
                    }
                    (Some(value), _, _) => labels.push(Label::Integer(value)),
                    _ => {}
                }
            }
            _ => {}
        }
        index += 1;
    }
    labels
}

fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (c, c == '\\') {
            (_, true) => match chars.next() {
                Some('n') => out.push('\n'),
                Some('t') => out.push('\t'),
                Some('r') => out.push('\r'),
                Some(other) => out.push(other),
                None => {}
            },
            _ => out.push(c),
        }
    }
    out
}

fn insert(text: &str, inserts: &[(usize, String)]) -> (String, Vec<(usize, usize)>) {
    let mut changed = String::with_capacity(text.len() + 32);
    let mut inserted = Vec::new();
    let mut from = 0;
    for (offset, addition) in inserts {
        changed.push_str(&text[from..*offset]);
        inserted.push((changed.len(), addition.len()));
        changed.push_str(addition);
        from = *offset;
    }
    changed.push_str(&text[from..]);
    (changed, inserted)
}

impl Prepared {
    /// The offset in the author's text of a position the interpreter gives.
    fn offset(&self, position: RhaiPosition) -> usize {
        let Some(line) = position.line() else {
            return 0;
        };
        let column = position.position().unwrap_or(1);
        let offset = self.text.offset(Position { line, column });
        let before = self.inserted.iter().take_while(|(at, _)| *at <= offset);
        offset
            - before
                .map(|(at, length)| (*length).min(offset - at))
                .sum::<usize>()
    }

    /// The expression at a position.
    pub(super) fn span(&self, position: RhaiPosition) -> Span {
        let offset = self.offset(position);
        let range = extent(self.source.text(), &self.tokens, offset);
        self.source.span(range)
    }

    /// The value at a position: a whole chain of properties.
    pub(super) fn value(&self, position: RhaiPosition) -> Span {
        let offset = self.offset(position);
        self.source
            .span(whole_chain(self.source.text(), &self.tokens, offset))
    }

    /// The single token at a position.
    pub(super) fn token(&self, position: RhaiPosition) -> Span {
        let offset = self.offset(position);
        let token = token_at(&self.tokens, offset).map(|index| self.tokens[index].range.clone());
        self.source.span(token.unwrap_or(offset..offset))
    }

    /// The offset of a name that scripts may not use.
    pub(super) fn forbidden(&self) -> Option<Span> {
        let text = self.source.text();
        let token = self
            .tokens
            .iter()
            .find(|token| [CASE_OF, WRITTEN].contains(&&text[token.range.clone()]))?;
        Some(self.source.span(token.range.clone()))
    }
}
