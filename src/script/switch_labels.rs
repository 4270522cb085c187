//! The labels of a `switch`: their values and places.
//!
//! The interpreter decides what a label means: each is given to it as a text of its own. A label
//! that is not a plain literal is kept as not understood, and refused if a fact is switched on.

use std::ops::Range;
use std::sync::{Arc, LazyLock};

use rhai::{Dynamic, Engine, FLOAT, INT, ImmutableString};

use crate::base::source::{Source, Span};
use crate::script::scan::{Token, TokenKind};

/// Reads literals: it has no functions.
static LITERALS: LazyLock<Engine> = LazyLock::new(Engine::new_raw);

/// A label, and its place.
#[derive(Clone, Debug)]
pub(super) struct TextLabel {
    pub(super) value: LabelValue,
    pub(super) span: Span,
}

/// The value of a label.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum LabelValue {
    Boolean(bool),
    Integer(INT),
    Number(FLOAT),
    Text(String),
    Character(char),
    /// From, to, and whether the end is included.
    Range(INT, INT, bool),
    /// Anything else: lists, maps, nothing.
    Other,
}

/// The labels before each `=>` of a body between two braces; a superfluous one does no harm, as it
/// is evaluated and dropped.
pub(super) fn labels(
    source: &Arc<Source>,
    tokens: &[Token],
    closes: &[Option<usize>],
    body: Range<usize>,
) -> Vec<TextLabel> {
    let text = source.text();
    let word = |index: usize| &text[tokens[index].range.clone()];
    let mut labels = Vec::new();
    let mut start = body.start + 1;
    let mut index = start;
    while index < body.end {
        match word(index) {
            "=>" => {
                labels.extend(case_labels(source, &tokens[start..index]));
                index += 1;
                if index < body.end && word(index) == "{" {
                    index = closes[index].unwrap_or(body.end);
                }
                start = index + 1;
            }
            "(" | "[" | "#{" | "?[" => {
                index = closes[index].unwrap_or(body.end);
            }
            // No comma has to follow a block: what comes next may be a label.
            "{" => {
                index = closes[index].unwrap_or(body.end);
                start = index + 1;
            }
            "," => start = index + 1,
            word if tokens[index].kind == TokenKind::Piece && word.ends_with("${") => {
                index = closes[index].unwrap_or(body.end);
            }
            _ => {}
        }
        index += 1;
    }
    labels
}

/// The labels of one case, up to its condition.
fn case_labels(source: &Arc<Source>, tokens: &[Token]) -> Vec<TextLabel> {
    let text = source.text();
    let word = |token: &Token| &text[token.range.clone()];
    let end = tokens.iter().position(|token| word(token) == "if");
    let tokens = &tokens[..end.unwrap_or(tokens.len())];
    let alternatives = tokens.split(|token| word(token) == "|");
    let label = |tokens: &[Token]| {
        let (first, last) = (tokens.first()?, tokens.last()?);
        (word(first) != "_").then(|| TextLabel {
            value: value_of(text, tokens),
            span: source.span(first.range.start..last.range.end),
        })
    };
    alternatives.filter_map(label).collect()
}

fn value_of(text: &str, tokens: &[Token]) -> LabelValue {
    let dots = |token: &Token| matches!(&text[token.range.clone()], ".." | "..=");
    let Some(at) = tokens.iter().position(dots) else {
        return literal(text, tokens).map_or(LabelValue::Other, |value| plain(&value));
    };
    let end = |tokens| literal(text, tokens).and_then(|value| value.as_int().ok());
    let inclusive = &text[tokens[at].range.clone()] == "..=";
    match (end(&tokens[..at]), end(&tokens[at + 1..])) {
        (Some(from), Some(to)) => LabelValue::Range(from, to, inclusive),
        _ => LabelValue::Other,
    }
}

/// A literal, perhaps with a sign.
fn literal(text: &str, tokens: &[Token]) -> Option<Dynamic> {
    let (first, last) = (tokens.first()?, tokens.last()?);
    let written = &text[first.range.start..last.range.end];
    // A text that continues in the next line depends on its place.
    let by_itself = written.starts_with('`') || !written.contains('\n');
    let symbol = |token: &Token| token.kind == TokenKind::Symbol;
    // The interpreter makes a calculation of `3/2`, and no label.
    let calculates = tokens.windows(2).any(|pair| {
        let closes = matches!(&text[pair[1].range.clone()], ")" | "]" | ",");
        !symbol(&pair[0]) && symbol(&pair[1]) && !closes
    });
    (tokens.len() <= 3 && by_itself && !calculates)
        .then(|| LITERALS.eval_expression(written).ok())
        .flatten()
}

fn plain(value: &Dynamic) -> LabelValue {
    if let Ok(value) = value.as_bool() {
        LabelValue::Boolean(value)
    } else if let Ok(value) = value.as_int() {
        LabelValue::Integer(value)
    } else if let Ok(value) = value.as_float() {
        LabelValue::Number(value)
    } else if let Ok(value) = value.as_char() {
        LabelValue::Character(value)
    } else if let Some(text) = value.read_lock::<ImmutableString>() {
        LabelValue::Text(text.to_string())
    } else {
        LabelValue::Other
    }
}
