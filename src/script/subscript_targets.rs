//! What a `[...]` after a value picks from: items of what is certainly a list or a map, or
//! something that may be a text.
//!
//! A text made from a fact has a mark in place of the value if that is not known, so nothing may be
//! picked from it. `#{"a": 1}[j.c]`, `list.order()[0]`, and `levels[j.n]` after
//! `let levels = [1, 2];` look into no text; for `name[0]` this is known only when it runs.

use std::collections::BTreeSet;

use crate::script::scan::{Token, TokenKind};

/// Functions that give a list and are called without anything in the parentheses.
const LISTS: [&str; 4] = ["order", "order_desc", "keys", "values"];

/// The tokens of a script passed so far.
pub(super) struct Picked<'a> {
    text: &'a str,
    tokens: &'a [Token],
    /// By open brace or bracket: whether it begins a list or a map.
    open: Vec<bool>,
    /// Whether the last that closed ended a list or a map.
    ended: bool,
    /// Variables that never hold anything but a list or a map.
    collections: BTreeSet<&'a str>,
}

impl<'a> Picked<'a> {
    pub(super) fn new(text: &'a str, tokens: &'a [Token], closes: &[Option<usize>]) -> Self {
        Self {
            text,
            tokens,
            open: Vec::new(),
            ended: false,
            collections: collections(text, tokens, closes),
        }
    }

    fn word(&self, index: usize) -> &'a str {
        word(self.text, self.tokens, index)
    }

    /// Passes a token; returns whether it is a `[` that picks something.
    pub(super) fn pass(&mut self, index: usize) -> bool {
        match self.word(index) {
            "{" => self.open.push(false),
            "#{" => self.open.push(true),
            "}" | "]" => self.ended = self.open.pop().unwrap_or(false),
            "[" | "?[" => {
                let picks = index > 0 && self.stands_behind_value(index);
                self.open.push(!picks);
                return picks;
            }
            _ => {}
        }
        false
    }

    /// Whether the token before is a value, so that `[` picks something from it.
    fn stands_behind_value(&self, index: usize) -> bool {
        let before = self.word(index - 1);
        match self.tokens[index - 1].kind {
            TokenKind::Text | TokenKind::Other => true,
            // After `${` a list begins; after the end of a text something is picked from the text.
            TokenKind::Piece => !before.ends_with("${"),
            TokenKind::Word => !matches!(
                before,
                "in" | "return" | "if" | "while" | "else" | "switch" | "throw"
            ),
            _ => matches!(before, ")" | "]") || (before == "}" && self.ended),
        }
    }

    /// Whether it is surely a list or a map that something is picked from by the `[` at an index.
    pub(super) fn is_of_collection(&self, index: usize) -> bool {
        match self.word(index - 1) {
            "]" | "}" => self.ended,
            ")" => {
                let called = index.checked_sub(3).map_or("", |name| self.word(name));
                !called.is_empty() && self.word(index - 2) == "(" && LISTS.contains(&called)
            }
            name => {
                let begin = self.chain(index - 1);
                let alone = begin + 1 == index && self.collections.contains(name);
                // A value read from a record is not an ordinary text.
                alone || self.word(begin) == "j" && self.collections.contains("j")
            }
        }
    }

    /// The start of a chain of properties that ends at an index.
    fn chain(&self, end: usize) -> usize {
        let mut begin = end;
        while begin > 1 && matches!(self.word(begin - 1), "." | "?." | "::") {
            begin -= 2;
        }
        begin
    }
}

fn word<'a>(text: &'a str, tokens: &[Token], index: usize) -> &'a str {
    tokens
        .get(index)
        .map_or("", |token| &text[token.range.clone()])
}

/// The variables that hold a list or a map wherever they get a value, and `j`, if nothing else is
/// called that.
fn collections<'a>(text: &'a str, tokens: &[Token], closes: &[Option<usize>]) -> BTreeSet<&'a str> {
    let word = |index: usize| word(text, tokens, index);
    let (mut collections, mut others) = (BTreeSet::from(["j"]), BTreeSet::new());
    for index in 0..tokens.len() {
        match word(index) {
            "let" | "const"
                if word(index + 1) != "j" && is_collection(text, tokens, closes, index + 2) =>
            {
                collections.insert(word(index + 1));
            }
            "let" | "const" | "for" => {
                others.insert(word(index + 1));
            }
            // The parameters of a function, and the item and index of a loop.
            "(" if matches!(word(index.wrapping_sub(2)), "fn")
                || word(index.wrapping_sub(1)) == "for" =>
            {
                others.extend(names(text, tokens, index, ")"));
            }
            "|" => others.extend(names(text, tokens, index, "|")),
            "=" | "+=" | "-=" | "??="
                if !matches!(word(index.wrapping_sub(2)), "let" | "const") =>
            {
                others.insert(word(index.wrapping_sub(1)));
            }
            _ => {}
        }
    }
    collections.retain(|name| !others.contains(name));
    collections
}

/// Whether `= [...];` or `= #{...};` begins at an index.
fn is_collection(text: &str, tokens: &[Token], closes: &[Option<usize>], index: usize) -> bool {
    word(text, tokens, index) == "="
        && matches!(word(text, tokens, index + 1), "[" | "#{")
        && closes[index + 1].is_some_and(|close| word(text, tokens, close + 1) == ";")
}

/// The names between a bracket and the one that closes it, if there is nothing else.
fn names<'a>(text: &'a str, tokens: &[Token], open: usize, close: &str) -> Vec<&'a str> {
    let mut names = Vec::new();
    let mut index = open + 1;
    loop {
        match word(text, tokens, index) {
            end if end == close => return names,
            "," => {}
            name if tokens
                .get(index)
                .is_some_and(|token| token.kind == TokenKind::Word) =>
            {
                names.push(name);
            }
            _ => return Vec::new(),
        }
        index += 1;
    }
}
