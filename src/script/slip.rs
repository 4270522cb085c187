//! A slip, such as syntax of another language, and the words of a script in which it is looked for.

use std::cell::Cell;
use std::cmp::Reverse;
use std::ops::Range;
use std::sync::Arc;

use crate::base::diagnostic::{Code, Diagnostic};
use crate::base::source::Source;
use crate::base::work_budget::look;
use crate::script::scan::{FAR, Token, TokenKind, left_end, right_end};

/// Something that means nothing here, and what to write in its place.
#[derive(Debug)]
pub(super) struct Slip {
    pub(super) range: Range<usize>,
    message: String,
    help: String,
}

impl Slip {
    pub(super) fn told(self, source: &Arc<Source>) -> Diagnostic {
        let span = source.span(self.range);
        Diagnostic::at(Code::ScriptSyntax, span, readable(self.message)).help(readable(self.help))
    }
}

/// A text of readable length: a longer one is cut, with a sign.
fn readable(mut text: String) -> String {
    const LONGEST: usize = 1_000;
    if let Some((end, _)) = text.char_indices().nth(LONGEST) {
        text.truncate(end);
        text.push_str(" ...");
    }
    text
}

/// The tokens of a script, with their text.
///
/// Looking at tokens is paid for: a search may look from each token to the end of the script, and
/// scripts may be long. It is not counted as work of the script, which would leave less for its
/// paths. Once all looks are used up, no more tokens are returned, and the search reports that
/// ([`Words::is_spent`]).
pub(super) struct Words<'a> {
    pub(super) source: &'a str,
    pub(super) tokens: &'a [Token],
    /// By token: the bracket around it; `None` if there is none.
    around: Vec<Option<usize>>,
    /// By token: whether it is in a condition: after `if` or `while`, before its end.
    conditions: Vec<bool>,
    /// By token: whether it is the first of its line, and the indentation of that line.
    lines: Vec<(bool, usize)>,
    /// The number of looks left.
    looks: Cell<u64>,
}

/// The looks at each token, by all searches together; and the least for a script, however short.
const LOOKS: (u64, u64) = (2_000, 20_000_000);

/// The number of looks between two checks whether the search was cancelled.
const BETWEEN_CANCELS: u64 = 1 << 20;

impl<'a> Words<'a> {
    pub(super) fn new(source: &'a str, tokens: &'a [Token]) -> Self {
        let mut open: Vec<usize> = Vec::new();
        let mut around = Vec::with_capacity(tokens.len());
        let (mut conditions, mut condition) = (Vec::with_capacity(tokens.len()), false);
        // The braces that hold the cases of a `switch`, and whether one is about to open.
        let (mut cases, mut switches): (Vec<usize>, bool) = (Vec::new(), false);
        for (index, token) in tokens.iter().enumerate() {
            let word = &source[token.range.clone()];
            if matches!(word, ")" | "]" | "}") {
                let closed = open.pop();
                cases.pop_if(|brace| Some(*brace) == closed);
            }
            around.push(open.last().copied());
            let ends_case = word == "=>" && cases.last().is_some_and(|it| open.last() == Some(it));
            condition &= !ends_case;
            conditions.push(condition);
            condition = match word {
                "if" | "while" | "elif" | "elseif" | "elsif" | "IF" | "until" => true,
                "{" | "}" | ";" | "then" | "THEN" | "Then" | "else" | "ELSE" | "Else" | "let"
                | "const" => false,
                _ => condition,
            };
            switches |= word == "switch";
            if word == "{" && switches {
                cases.push(index);
                switches = false;
            }
            if matches!(word, "(" | "[" | "{" | "#{" | "?[") {
                open.push(index);
            }
        }
        Self {
            source,
            tokens,
            around,
            conditions,
            lines: lines(source, tokens),
            looks: (LOOKS.1 + LOOKS.0 * tokens.len() as u64).into(),
        }
    }

    /// Pays for looks at tokens, if it can.
    fn pay(&self, looks: u64) -> bool {
        let before = self.looks.get();
        let left = before.saturating_sub(looks);
        self.looks.set(left);
        if before / BETWEEN_CANCELS != left / BETWEEN_CANCELS {
            look();
        }
        looks <= before
    }

    /// Whether nothing is to be seen any more, since too much was looked at.
    pub(super) fn is_spent(&self) -> bool {
        self.looks.get() == 0
    }

    /// All tokens, until the looks are used up.
    pub(super) fn each(&self) -> impl Iterator<Item = usize> + use<'_, 'a> {
        (0..self.tokens.len()).take_while(|_| !self.is_spent())
    }

    /// The tokens from one on; none once the looks are used up.
    pub(super) fn rest(&self, from: usize) -> Range<usize> {
        from..if self.is_spent() {
            from
        } else {
            self.tokens.len()
        }
    }

    /// The text of a token; empty after the last.
    pub(super) fn at(&self, index: usize) -> &'a str {
        let token = self.tokens.get(index).filter(|_| self.pay(1));
        token.map_or("", |token| &self.source[token.range.clone()])
    }

    pub(super) fn is(&self, index: usize, word: &str) -> bool {
        self.at(index) == word
    }

    pub(super) fn kind(&self, index: usize) -> Option<TokenKind> {
        let token = self.tokens.get(index).filter(|_| self.pay(1));
        token.map(|token| token.kind)
    }

    /// The text from one token to another; empty if there is none.
    pub(super) fn text(&self, first: usize, last: usize) -> &'a str {
        let (first, last) = (self.tokens.get(first), self.tokens.get(last));
        let text = first.zip(last).and_then(|(first, last)| {
            let range = first.range.start..last.range.end;
            let text = self.source.get(range)?;
            self.pay(1 + 8 * text.len() as u64).then_some(text)
        });
        text.unwrap_or_default()
    }

    /// The expression to the left of a token, and where it begins.
    pub(super) fn left(&self, index: usize) -> Option<(usize, &'a str)> {
        let first = left_end(self.source, self.tokens, index);
        let join = (first..index).rev().find(|at| self.joins(*at, index));
        let first = join.map_or(first, |join| join + 1);
        (first < index).then(|| (first, self.text(first, index - 1)))
    }

    /// The expression to the right of a token, and where it ends.
    pub(super) fn right(&self, index: usize) -> Option<(usize, &'a str)> {
        let last = right_end(self.source, self.tokens, index);
        let join = (index + 1..=last).find(|at| self.joins(*at, index));
        let last = join.map_or(last, |join| join - 1);
        (last > index).then(|| (last, self.text(index + 1, last)))
    }

    /// Whether a word joins conditions elsewhere, as deep in brackets as another token.
    fn joins(&self, index: usize, beside: usize) -> bool {
        const JOINS: [&str; 5] = ["and", "or", "not", "then", "when"];
        let word = self.at(index);
        let joins = JOINS.iter().any(|one| one.eq_ignore_ascii_case(word));
        let named = index > 0 && matches!(self.at(index - 1), "." | "?.");
        joins && !named && self.bracket(index) == self.bracket(beside)
    }

    /// The token that closes the bracket at an index, no further than a phrase reaches.
    pub(super) fn closed(&self, open: usize) -> Option<usize> {
        let mut rest = self.ahead(open + 1);
        rest.find(|at| {
            matches!(self.at(*at), ")" | "]" | "}") && self.bracket(*at) == self.bracket(open)
        })
    }

    /// The tokens from one on, as far as a phrase reaches: one that never ends is not looked for to
    /// the end of the script.
    pub(super) fn ahead(&self, from: usize) -> Range<usize> {
        from..self.tokens.len().min(from + FAR)
    }

    /// The tokens before one, as far as a phrase reaches.
    pub(super) fn before(index: usize) -> Range<usize> {
        index.saturating_sub(FAR)..index
    }

    /// Whether a token is one of some words, ignoring case.
    pub(super) fn any(&self, index: usize, those: &[&str]) -> bool {
        let word = self.at(index);
        those.iter().any(|one| one.eq_ignore_ascii_case(word))
    }

    /// Whether a token is a value by itself: a text in any quotation marks, or a number.
    pub(super) fn is_value(&self, index: usize) -> bool {
        use TokenKind::{Number, Other, Text};
        matches!(self.kind(index), Some(Text | Number | Other))
    }

    /// The whole number that a token is.
    pub(super) fn whole_number(&self, index: usize) -> Option<i64> {
        let is_number = self.kind(index) == Some(TokenKind::Number);
        let digits = self.at(index).replace('_', "");
        digits.parse().ok().filter(|_| is_number)
    }

    /// Whether `count` tokens follow each other without anything between them.
    pub(super) fn touch(&self, first: usize, count: usize) -> bool {
        let Some(tokens) = self.tokens.get(first..first + count) else {
            return false;
        };
        tokens
            .windows(2)
            .all(|pair| pair[0].range.end == pair[1].range.start)
    }

    /// The bracket around a token.
    pub(super) fn bracket(&self, index: usize) -> Option<usize> {
        self.around.get(index).copied().flatten()
    }

    /// Whether a token is in a condition: after `if` or `while`, before the brace.
    pub(super) fn in_condition(&self, index: usize) -> bool {
        self.conditions.get(index) == Some(&true)
    }

    /// Whether a token is in brackets in which commas separate values.
    pub(super) fn in_brackets(&self, index: usize) -> bool {
        self.bracket(index).is_some_and(|open| !self.is(open, "{"))
    }

    pub(super) fn is_part_of_date(&self, index: usize) -> bool {
        self.kind(index) == Some(TokenKind::Number) || matches!(self.at(index), "-" | "/" | ".")
    }

    /// Whether a value begins with a token: a number, a name, a bracket.
    pub(super) fn starts_operand(&self, index: usize) -> bool {
        const NO_NAMES: [&str; 9] = ["and", "or", "AND", "OR", "then", "THEN", "else", "in", "if"];
        match self.kind(index) {
            Some(TokenKind::Word) => !NO_NAMES.contains(&self.at(index)),
            Some(TokenKind::Symbol) => matches!(self.at(index), "(" | "["),
            Some(_) => true,
            None => false,
        }
    }

    /// Whether a token is the first of its line.
    pub(super) fn begins_line(&self, index: usize) -> bool {
        self.lines.get(index).is_some_and(|(begins, _)| *begins)
    }

    /// Whether a token is the last of its line.
    pub(super) fn ends_line(&self, index: usize) -> bool {
        let end = self.tokens[index].range.end;
        self.tokens
            .get(index + 1)
            .is_none_or(|next| self.source[end..next.range.start].contains('\n'))
    }

    /// The indentation of a token's line.
    pub(super) fn indent(&self, index: usize) -> usize {
        self.lines[index].1
    }

    /// Whether a bracket precedes the part of a text whose `${` a later part closes.
    pub(super) fn is_before_hole(&self, bracket: usize, piece: usize) -> bool {
        let mut depth = 0_usize;
        for index in (0..piece).rev() {
            if self.kind(index) != Some(TokenKind::Piece) {
                continue;
            }
            let word = self.at(index);
            match (word.starts_with('}'), word.ends_with("${")) {
                (true, false) => depth += 1,
                (false, true) if depth > 0 => depth -= 1,
                (_, true) if depth == 0 => return bracket < index,
                _ => {}
            }
        }
        true
    }

    /// That some tokens mean nothing, and what to write.
    #[expect(
        clippy::unnecessary_wraps,
        reason = "each phrase ends with it, and may be none"
    )]
    pub(super) fn means_nothing(&self, first: usize, last: usize, help: String) -> Option<Slip> {
        let message = format!("`{}` means nothing here", self.text(first, last));
        Some(self.slip(first, last, message, help))
    }

    pub(super) fn slip(&self, first: usize, last: usize, message: String, help: String) -> Slip {
        let range = self.tokens[first].range.start..self.tokens[last].range.end;
        self.slip_at(range, message, help)
    }

    /// A slip at a place. Once the looks are used up it is empty, as its tokens can no longer be
    /// seen.
    pub(super) fn slip_at(&self, range: Range<usize>, message: String, help: String) -> Slip {
        let range = if self.is_spent() { 0..0 } else { range };
        Slip {
            range,
            message,
            help,
        }
    }

    /// Slips as diagnostics, in order of their places; one that overlaps an earlier one is dropped.
    /// If the looks were used up, that is reported too.
    pub(super) fn told(&self, source: &Arc<Source>, mut found: Vec<Slip>) -> Vec<Diagnostic> {
        found.retain(|slip| !slip.range.is_empty());
        found.sort_by_key(|slip| (slip.range.start, Reverse(slip.range.end)));
        found.dedup_by(|later, earlier| later.range.start < earlier.range.end);
        let mut told: Vec<Diagnostic> = found.into_iter().map(|slip| slip.told(source)).collect();
        let last = self.tokens.last().filter(|_| self.is_spent());
        told.extend(last.map(|last| {
            let message = "not all of this script was searched for slips: that would take too long";
            let help = "divide it into several scripts, or correct what is said above".to_owned();
            Diagnostic::at(Code::LimitReached, source.span(last.range.clone()), message).help(help)
        }));
        told
    }
}

/// By token: whether it is the first of its line, and the indentation of that line.
fn lines(source: &str, tokens: &[Token]) -> Vec<(bool, usize)> {
    let mut indent = 0;
    let lines = tokens.iter().enumerate().map(|(index, token)| {
        // The text before it, and the space between them, may span several lines.
        let before = tokens.get(index.wrapping_sub(1));
        let from = before.map_or(0, |before| before.range.start);
        let line = source[from..token.range.start].rfind('\n');
        let line = line.map(|line| from + line + 1);
        if let Some(line) = line.or((index == 0).then_some(0)) {
            let blank = |b: &u8| matches!(b, b' ' | b'\t');
            indent = source.as_bytes()[line..]
                .iter()
                .take_while(|b| blank(b))
                .count();
        }
        let gap = &source[before.map_or(0, |before| before.range.end)..token.range.start];
        let on_line = gap.rsplit('\n').next().unwrap_or_default();
        let begins = on_line.trim().is_empty() && (index == 0 || gap.contains('\n'));
        (begins, indent)
    });
    lines.collect()
}
