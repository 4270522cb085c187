//! Prepares a script's text for the interpreter and keeps the way back to the author's text.
//!
//! `switch` compares by hash and would send every symbolic value to `_` in silence, so the value it
//! switches on is wrapped in a call, `switch case_of(VALUE, N) {`, that finds the case by asking.
//! A number with a fraction, an exponent or more digits than the interpreter holds is wrapped as a
//! text: `4.6` is `number_as_written("4.6")`. What a list or map is looked up by is wrapped too:
//! it may be a fact.
//! Nothing else is changed, and every position is mapped back.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use rhai::Position as RhaiPosition;

use crate::base::diagnostic::Diagnostic;
use crate::base::source::{Position, Source, Span};
use crate::script::scan::{
    Token, TokenKind, all_matching, extent, scan, statement_around, token_at, unquoted, whole_chain,
};
use crate::script::subscript_targets::Picked;
use crate::script::switch_labels::{TextLabel, labels};

/// The name of the wrapping call. Scripts cannot write it: the scanner refuses it.
pub(super) const CASE_OF: &str = "case_of";

/// The name of the call that a number with a fraction is wrapped in, as a text. Scripts cannot
/// write it either.
pub(super) const WRITTEN: &str = "number_as_written";

/// The name of the call that wraps the key in `[...]` after a value, with `true` as its second
/// argument if the value may be a text. Scripts cannot write it either.
pub(super) const KEY_OF: &str = "looked_up_by";

/// A script's text as the interpreter sees it.
#[derive(Debug)]
pub(super) struct PreparedText {
    pub(super) source: Arc<Source>,
    /// The text given to the interpreter.
    pub(super) text: Arc<Source>,
    tokens: Vec<Token>,
    said: SaidBefore,
    /// Offsets in the changed text, how many bytes were put in there, and how many before.
    inserted: Vec<(usize, usize, usize)>,
    /// The labels of each `switch`, by its number.
    pub(super) switches: Vec<Arc<[TextLabel]>>,
    /// The paths imported, with their places.
    pub(super) imports: Vec<(String, Span)>,
}

/// Cached results, since many runs ask for the same.
struct SaidBefore {
    /// By token: the range of the expression around it.
    extents: Box<[OnceLock<Range<usize>>]>,
    /// By place and call: the diagnostic of a function that does not exist.
    functions: Mutex<BTreeMap<(usize, String), Diagnostic>>,
}

impl fmt::Debug for SaidBefore {
    /// Cached results are left out.
    fn fmt(&self, fmt: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt.write_str("..")
    }
}

pub(super) fn prepare(source: &Arc<Source>) -> PreparedText {
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
    let closes = all_matching(text, &tokens);
    let bodies = switch_bodies(text, &tokens, &closes);
    let mut picked = Picked::new(text, &tokens, &closes);
    for index in 0..tokens.len() {
        let picks = picked.pass(index);
        match word(index) {
            "switch"
                if tokens[index].kind == TokenKind::Word
                    && !word(index.wrapping_sub(1)).ends_with('.') =>
            {
                let open = bodies.get(index + 1).copied().flatten();
                let Some((open, close)) = open.and_then(|open| Some((open, closes[open]?))) else {
                    continue;
                };
                inserts.push((tokens[index].range.end, format!(" {CASE_OF}(")));
                inserts.push((tokens[open].range.start, format!(", {}) ", switches.len())));
                switches.push(labels(source, &tokens, &closes, open..close).into());
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
            "[" | "?[" if picks => {
                let sure = picked.is_of_collection(index);
                let Some(close) = closes[index] else {
                    continue;
                };
                let plain = match tokens[index + 1].kind {
                    TokenKind::Text => true,
                    TokenKind::Number => sure,
                    _ => false,
                };
                if close > index + 2 || !plain {
                    let end = if sure { ")" } else { ", true)" };
                    inserts.push((tokens[index].range.end, format!("{KEY_OF}(")));
                    inserts.push((tokens[close].range.start, end.to_owned()));
                }
            }
            _ => {}
        }
    }
    let mut places: Vec<Range<usize>> = switches
        .iter()
        .flat_map(|labels: &Arc<[TextLabel]>| labels.iter().map(|label| label.span.range()))
        .collect();
    places.sort_by_key(|place| place.start);
    let in_a_label = |offset: usize| {
        let after = places.partition_point(|place| place.start <= offset);
        places[..after]
            .last()
            .is_some_and(|place| offset < place.end)
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
    PreparedText {
        source: Arc::clone(source),
        text: Source::new(source.name(), changed),
        said: SaidBefore {
            extents: vec![OnceLock::new(); tokens.len()].into(),
            functions: Mutex::default(),
        },
        tokens,
        inserted,
        switches,
        imports,
    }
}

/// Whether a number is an integer that the interpreter can hold.
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

/// By token: the first brace outside brackets from there on, which opens the body of a `switch`.
fn switch_bodies(text: &str, tokens: &[Token], closes: &[Option<usize>]) -> Vec<Option<usize>> {
    let mut bodies: Vec<Option<usize>> = vec![None; tokens.len() + 1];
    for (index, token) in tokens.iter().enumerate().rev() {
        bodies[index] = match &text[token.range.clone()] {
            "(" | "[" | "#{" | "?[" => closes[index].and_then(|close| bodies[close + 1]),
            "{" => Some(index),
            _ => bodies[index + 1],
        };
    }
    bodies
}

fn insert(text: &str, inserts: &[(usize, String)]) -> (String, Vec<(usize, usize, usize)>) {
    let mut changed = String::with_capacity(text.len() + 32);
    let mut inserted = Vec::new();
    let (mut from, mut before) = (0, 0);
    for (offset, addition) in inserts {
        changed.push_str(&text[from..*offset]);
        inserted.push((changed.len(), addition.len(), before));
        before += addition.len();
        changed.push_str(addition);
        from = *offset;
    }
    changed.push_str(&text[from..]);
    (changed, inserted)
}

impl PreparedText {
    /// Whether a parameter may be read here: it is named, as `params.least`, or something else is
    /// done with all of them.
    pub(super) fn may_read_parameter(&self, name: &str) -> bool {
        let text = self.source.text();
        let word = |at: usize| {
            self.tokens
                .get(at)
                .map_or("", |token| &text[token.range.clone()])
        };
        let is_point = |at: usize| matches!(word(at), "." | "?.");
        (0..self.tokens.len()).any(|at| {
            let is_root = word(at) == "params" && !at.checked_sub(1).is_some_and(is_point);
            is_root && (!is_point(at + 1) || word(at + 2) == name)
        })
    }

    /// The tokens of the author's text.
    pub(super) fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    /// The offset in the author's text of a position the interpreter gives.
    fn offset(&self, position: RhaiPosition) -> usize {
        let Some(line) = position.line() else {
            return 0;
        };
        let column = position.position().unwrap_or(1);
        let offset = self.text.offset(Position { line, column });
        let before = self.inserted.partition_point(|(at, ..)| *at <= offset);
        let last = before.checked_sub(1).map(|last| self.inserted[last]);
        offset - last.map_or(0, |(at, length, before)| before + length.min(offset - at))
    }

    /// The expression at a position.
    pub(super) fn span(&self, position: RhaiPosition) -> Span {
        let offset = self.offset(position);
        let range = token_at(&self.tokens, offset).map_or(offset..offset, |index| {
            let extent = || extent(self.source.text(), &self.tokens, index);
            self.said.extents[index].get_or_init(extent).clone()
        });
        self.source.span(range)
    }

    /// The diagnostic of a call at a position, made once.
    pub(super) fn said_of(
        &self,
        position: RhaiPosition,
        call: &str,
        say: impl FnOnce() -> Diagnostic,
    ) -> Diagnostic {
        let key = (self.offset(position), call.to_owned());
        let mut functions = self
            .said
            .functions
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        functions.entry(key).or_insert_with(say).clone()
    }

    /// The whole statement at a position, up to the signs that part it from others.
    pub(super) fn statement(&self, position: RhaiPosition) -> Span {
        let offset = self.offset(position);
        let range = token_at(&self.tokens, offset)
            .map(|index| statement_around(self.source.text(), &self.tokens, index));
        self.source.span(range.unwrap_or(offset..offset))
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

    /// The property read from the name at a position: `a.b` of `x.a.b`.
    pub(super) fn property(&self, position: RhaiPosition) -> Option<&str> {
        let text = self.source.text();
        let offset = self.offset(position);
        let index = token_at(&self.tokens, offset)?;
        let dot = self.tokens.get(index + 1)?;
        let first = self.tokens.get(index + 2)?;
        let chain = whole_chain(text, &self.tokens, offset);
        let called = text[chain.end..].starts_with('(');
        let below = &text[dot.range.clone()] == "." && first.kind == TokenKind::Word && !called;
        below.then(|| &text[first.range.start..chain.end])
    }

    /// The offset of a name that scripts may not use.
    pub(super) fn forbidden(&self) -> Option<Span> {
        let text = self.source.text();
        let token = self
            .tokens
            .iter()
            .find(|token| [CASE_OF, WRITTEN, KEY_OF].contains(&&text[token.range.clone()]))?;
        Some(self.source.span(token.range.clone()))
    }
}
