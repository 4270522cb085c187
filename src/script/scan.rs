//! A scanner of script text, for what the interpreter does not report: where expressions begin and
//! end, which imports and `switch` cases there are.
//!
//! It knows comments, strings and brackets, and leaves all judgement of syntax to the interpreter.

use std::ops::Range;

/// The kind of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    Word,
    Number,
    /// A string without interpolation.
    Text,
    /// A string in backticks without interpolation, or a character.
    Other,
    /// A part of a string in backticks: it ends in `${`, or begins with `}`, or both.
    Piece,
    Symbol,
}

#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) range: Range<usize>,
}

/// Longest first, so that `>=` is not read as `>`.
const SYMBOLS: [&str; 29] = [
    "..=", "**=", "<<=", ">>=", "==", "!=", "<=", ">=", "&&", "||", "=>", "::", "?.", "?[", "??",
    "..", "**", "+=", "-=", "*=", "/=", "%=", "#{", "->", "<<", ">>", "|=", "&=", "^=",
];

/// The tokens of a script, without comments. In a text in backticks with `${...}`, each part of the
/// text is one token, and the code in the braces has tokens of its own.
pub(super) fn scan(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut at = 0;
    // Deeper nesting than this is refused by the interpreter's own limit on expressions.
    while at < text.len() {
        at = scan_code(text, at, &mut tokens, 64);
        // A closing brace of no text: a symbol like any other.
        if at < text.len() {
            tokens.push(Token {
                kind: TokenKind::Symbol,
                range: at..at + 1,
            });
            at += 1;
        }
    }
    tokens
}

/// Finds tokens up to the brace that closes nothing here, and returns its place.
fn scan_code(text: &str, from: usize, tokens: &mut Vec<Token>, depth: usize) -> usize {
    let mut at = from;
    let mut braces = 0_usize;
    while let Some(first) = text[at..].chars().next() {
        let rest = &text[at..];
        match first {
            '{' => braces += 1,
            '#' if rest.starts_with("#{") => braces += 1,
            '}' if braces == 0 => return at,
            '}' => braces -= 1,
            '`' => {
                at = scan_backticks(text, at, tokens, depth);
                continue;
            }
            _ => {}
        }
        let (kind, length) = plain_token(first, rest);
        if let Some(kind) = kind {
            tokens.push(Token {
                kind,
                range: at..at + length,
            });
        }
        at += length;
    }
    at
}

/// The token at the start of a text (not one in backticks), and its length; `None` if it is left
/// out.
fn plain_token(first: char, rest: &str) -> (Option<TokenKind>, usize) {
    match first {
        _ if first.is_whitespace() => (None, first.len_utf8()),
        '/' if rest.starts_with("//") => (None, rest.find('\n').unwrap_or(rest.len())),
        '/' if rest.starts_with("/*") => (None, block_comment(rest)),
        '"' => (Some(TokenKind::Text), quoted(rest, first)),
        '\'' => (Some(TokenKind::Other), quoted(rest, first)),
        _ if first.is_alphabetic() || first == '_' => (
            Some(TokenKind::Word),
            rest.find(|c: char| !(c.is_alphanumeric() || c == '_'))
                .unwrap_or(rest.len()),
        ),
        _ if first.is_ascii_digit() => (Some(TokenKind::Number), number(rest)),
        _ => {
            // Most have one character: looking at its byte costs less than comparing texts.
            let bytes = rest.as_bytes();
            let long = SYMBOLS.iter().find(|symbol| {
                symbol.as_bytes()[0] == bytes[0] && bytes.starts_with(symbol.as_bytes())
            });
            (
                Some(TokenKind::Symbol),
                long.map_or(first.len_utf8(), |symbol| symbol.len()),
            )
        }
    }
}

/// A text in backticks: `${ }` may hold anything, texts in backticks among it.
fn scan_backticks(text: &str, from: usize, tokens: &mut Vec<Token>, depth: usize) -> usize {
    let mut start = from;
    let mut at = from + 1;
    loop {
        let rest = &text[at..];
        let whole = start == from;
        let piece = |range| Token {
            kind: TokenKind::Piece,
            range,
        };
        if rest.is_empty() || (rest.starts_with('`') && !rest.starts_with("``")) {
            let end = (at + 1).min(text.len());
            tokens.push(if whole {
                Token {
                    kind: TokenKind::Other,
                    range: start..end,
                }
            } else {
                piece(start..end)
            });
            return end;
        }
        if rest.starts_with("``") {
            at += 2;
        } else if rest.starts_with("${") && depth > 0 {
            tokens.push(piece(start..at + 2));
            start = scan_code(text, at + 2, tokens, depth - 1);
            if start == text.len() {
                return start;
            }
            at = start + 1;
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
}

fn block_comment(text: &str) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        if rest.starts_with("/*") {
            depth += 1;
            at += 2;
        } else if rest.starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
}

/// A text up to the mark that closes it: a doubled one is a mark in the text. It ends with its
/// line unless that ends in `\\`.
fn quoted(text: &str, quote: char) -> usize {
    let mut escaped = false;
    let mut chars = text.char_indices().skip(1).peekable();
    while let Some((index, c)) = chars.next() {
        match c {
            '\r' if escaped => {}
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '\n' => return index,
            _ if c == quote && chars.next_if(|(_, next)| *next == quote).is_none() => {
                return index + 1;
            }
            _ => {}
        }
    }
    text.len()
}

fn number(text: &str) -> usize {
    let mut end = 0;
    for (index, c) in text.char_indices() {
        let rest = &text[index..];
        let exponent = (c == '-' || c == '+')
            && text[..index].ends_with(['e', 'E'])
            && !text.starts_with("0x");
        // `3.` is a number; `3..5` is a range, and `3.max(2)` a call.
        let call = |c: char| c.is_alphabetic() || matches!(c, '.' | '_');
        let point = rest.strip_prefix('.').is_some_and(|rest| {
            let last = !text[..index].contains('.') && !rest.starts_with(call);
            last || rest.starts_with(|c: char| c.is_ascii_digit())
        });
        if !(c.is_ascii_alphanumeric() || c == '_' || exponent || point) {
            break;
        }
        end = index + c.len_utf8();
    }
    end
}

/// Words and symbols at which an operand ends.
const ENDS: [&str; 32] = [
    ";", ",", "{", "}", "(", ")", "[", "]", "#{", "?[", "=>", "=", "&&", "||", "??", "if", "else",
    "switch", "while", "until", "loop", "for", "return", "let", "const", "throw", "in", "+=", "-=",
    "*=", "/=", "->",
];

pub(super) const COMPARISONS: [&str; 6] = ["==", "!=", "<", "<=", ">", ">="];

/// The number of the token that an offset lies in.
pub(super) fn token_at(tokens: &[Token], offset: usize) -> Option<usize> {
    let index = tokens.partition_point(|token| token.range.end <= offset);
    let token = tokens.get(index)?;
    token.range.contains(&offset).then_some(index)
}

/// The whole expression around a token: both operands of an operator, the chain of a property, the
/// arguments of a call.
pub(super) fn extent(text: &str, tokens: &[Token], index: usize) -> Range<usize> {
    // The interpreter gives the place of a property as that of the dot before it.
    let dot = matches!(&text[tokens[index].range.clone()], "." | "?.") && index + 1 < tokens.len();
    let index = if dot { index + 1 } else { index };
    let word = |index: usize| &text[tokens[index].range.clone()];
    let operator = tokens[index].kind == TokenKind::Symbol
        && !matches!(word(index), "(" | ")" | "{" | "}" | "[" | "]")
        || word(index) == "in";
    let (first, last) = if operator {
        let comparison = COMPARISONS.contains(&word(index)) || word(index) == "in";
        (
            left(text, tokens, (0, index), comparison),
            right(text, tokens, index, comparison),
        )
    } else {
        (
            chain_start(text, tokens, index),
            call_end(text, tokens, index),
        )
    };
    tokens[first].range.start..tokens[last].range.end
}

/// The statement that a token is part of: up to the signs outside brackets that part it from
/// others.
pub(super) fn statement_around(text: &str, tokens: &[Token], index: usize) -> Range<usize> {
    let word = |at: usize| &text[tokens[at].range.clone()];
    let parts = |at: usize| matches!(word(at), ";" | "," | "{" | "}" | "=>");
    let opens = |at: usize| {
        let piece = tokens[at].kind == TokenKind::Piece && word(at).ends_with("${");
        matches!(word(at), "(" | "[" | "#{" | "?[") || piece
    };
    let closes = |at: usize| {
        let piece = tokens[at].kind == TokenKind::Piece && word(at).starts_with('}');
        matches!(word(at), ")" | "]") || piece
    };
    let (mut first, mut last) = (index, index);
    let mut depth = 0_usize;
    while let Some(next) = first.checked_sub(1) {
        if depth == 0 && (parts(next) || (opens(next) && !closes(next))) {
            break;
        }
        depth = (depth + usize::from(closes(next))).saturating_sub(usize::from(opens(next)));
        first = next;
    }
    depth = usize::from(opens(index));
    while last + 1 < tokens.len() {
        let next = last + 1;
        if depth == 0 && (parts(next) || (closes(next) && !opens(next))) {
            break;
        }
        depth = (depth + usize::from(opens(next))).saturating_sub(usize::from(closes(next)));
        last = next;
    }
    tokens[first].range.start..tokens[last].range.end
}

/// The most tokens of a phrase, for searches that begin at each token of a script.
pub(super) const FAR: usize = 400;

/// The first token of the expression before a comparison; the comparison itself if that is further
/// away than `FAR`.
pub(super) fn left_end(text: &str, tokens: &[Token], index: usize) -> usize {
    let start = index.saturating_sub(FAR);
    let first = left(text, tokens, (start, index), true);
    if first == start && start > 0 {
        index
    } else {
        first
    }
}

/// The last token of the expression after a comparison, limited in the same way.
pub(super) fn right_end(text: &str, tokens: &[Token], index: usize) -> usize {
    let end = tokens.len().min(index + FAR);
    let last = right(text, &tokens[..end], index, true);
    let is_cut = last + 1 == end && end < tokens.len();
    if is_cut { index } else { last }
}

/// The first token of the expression before a token, not before `start`.
fn left(text: &str, tokens: &[Token], (start, index): (usize, usize), comparison: bool) -> usize {
    let mut first = index;
    let mut depth = 0_usize;
    while let Some(next) = first.checked_sub(1).filter(|next| *next >= start) {
        let word = &text[tokens[next].range.clone()];
        let piece = tokens[next].kind == TokenKind::Piece;
        let closes = matches!(word, ")" | "]" | "}") || (piece && word.starts_with('}'));
        let opens =
            matches!(word, "(" | "[" | "{" | "#{" | "?[") || (piece && word.ends_with("${"));
        let ends = depth == 0
            && (!closes || (piece && opens))
            && (piece
                || ENDS.contains(&word)
                || COMPARISONS.contains(&word)
                || (word == "!" && comparison));
        // A closing brace is the end of a block, unless it closes a map.
        if ends || (depth == 0 && word == "}") {
            break;
        }
        depth = depth + usize::from(closes) - usize::from(opens);
        first = next;
    }
    first
}

fn right(text: &str, tokens: &[Token], index: usize, comparison: bool) -> usize {
    let mut last = index;
    let mut depth = 0_usize;
    while last + 1 < tokens.len() {
        let word = &text[tokens[last + 1].range.clone()];
        let piece = tokens[last + 1].kind == TokenKind::Piece;
        let opens = matches!(word, "(" | "[" | "#{" | "?[")
            || (word == "{" && depth > 0)
            || (piece && word.ends_with("${"));
        let closes = matches!(word, ")" | "]")
            || (word == "}" && depth > 0)
            || (piece && word.starts_with('}'));
        let ends = depth == 0
            && !opens
            && (ENDS.contains(&word) || (comparison && COMPARISONS.contains(&word)));
        if ends || (closes && depth == 0) {
            break;
        }
        depth = depth + usize::from(opens) - usize::from(closes);
        last += 1;
    }
    last
}

fn chain_start(text: &str, tokens: &[Token], index: usize) -> usize {
    let mut first = index;
    while first >= 2 {
        let dotted = matches!(&text[tokens[first - 1].range.clone()], "." | "?." | "::");
        if !dotted || tokens[first - 2].kind != TokenKind::Word {
            break;
        }
        first -= 2;
    }
    first
}

/// The chain of properties around the token at an offset, to its end.
pub(super) fn whole_chain(text: &str, tokens: &[Token], offset: usize) -> Range<usize> {
    let Some(index) = token_at(tokens, offset) else {
        return offset..offset;
    };
    let word = |index: usize| {
        tokens
            .get(index)
            .map_or("", |token| &text[token.range.clone()])
    };
    let mut last = if matches!(word(index), "." | "?.") {
        index + 1
    } else {
        call_end(text, tokens, index)
    };
    while matches!(word(last + 1), "." | "?.") && last + 2 < tokens.len() {
        last = call_end(text, tokens, last + 2);
    }
    let last = last.min(tokens.len() - 1);
    let first = if matches!(word(index), "." | "?.") {
        index + 1
    } else {
        index
    };
    tokens[chain_start(text, tokens, first.min(last))]
        .range
        .start..tokens[last].range.end
}

fn call_end(text: &str, tokens: &[Token], index: usize) -> usize {
    let opens = |index: usize| {
        tokens
            .get(index)
            .is_some_and(|token| &text[token.range.clone()] == "(")
    };
    if opens(index + 1) {
        matching(text, tokens, index + 1).unwrap_or(index)
    } else {
        index
    }
}

/// The token that closes the bracket at an index.
pub(super) fn matching(text: &str, tokens: &[Token], open: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (index, token) in tokens.iter().enumerate().skip(open) {
        let (closes, opens) = brackets(text, token);
        depth = (depth + usize::from(opens)).saturating_sub(usize::from(closes));
        if depth == 0 {
            return Some(index);
        }
    }
    None
}

/// By token: the one that closes its bracket, as [`matching`] finds it.
pub(super) fn all_matching(text: &str, tokens: &[Token]) -> Vec<Option<usize>> {
    let mut open = Vec::new();
    // A bracket without a partner is closed where it is.
    let mut found: Vec<Option<usize>> = (0..tokens.len()).map(Some).collect();
    for (index, token) in tokens.iter().enumerate() {
        match brackets(text, token) {
            (false, true) => {
                open.push(index);
                found[index] = None;
            }
            (true, false) => {
                if let Some(open) = open.pop() {
                    found[open] = Some(index);
                }
            }
            _ => {}
        }
    }
    found
}

/// Whether a token closes a bracket, and whether it opens one; a piece of a text between two values
/// does both, which cancels out.
fn brackets(text: &str, token: &Token) -> (bool, bool) {
    let word = &text[token.range.clone()];
    if token.kind == TokenKind::Piece {
        let (closes, opens) = (word.starts_with('}'), word.ends_with("${"));
        return (closes && !opens, opens && !closes);
    }
    let closes = matches!(word, ")" | "]" | "}");
    (closes, matches!(word, "(" | "[" | "{" | "#{" | "?["))
}

/// The text between quotation marks, escapes as they are written.
pub(super) fn unquoted(text: &str) -> &str {
    text.trim_start_matches('"').trim_end_matches('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn around(text: &str, needle: &str) -> String {
        let offset = text.find(needle).expect("the needle is in the text");
        let tokens = scan(text);
        let index = token_at(&tokens, offset).expect("a token is there");
        text[extent(text, &tokens, index)].to_owned()
    }

    #[test]
    fn an_operator_reaches_over_both_operands() {
        assert_eq!(
            around("if j.a.b + 2 >= params.x { 1 }", ">="),
            "j.a.b + 2 >= params.x"
        );
        assert_eq!(around("let x = !(j.a == 1) && j.b;", "=="), "j.a == 1");
        assert_eq!(around("j.x >= f(1, 2) || y", ">="), "j.x >= f(1, 2)");
    }

    #[test]
    fn a_property_reaches_over_its_chain() {
        assert_eq!(
            around("!j.jail.operator.honors // }", "honors"),
            "j.jail.operator.honors"
        );
        assert_eq!(around("x && !j.a.b", ".b"), "j.a.b");
        assert_eq!(around("j.known(\"a.b\") && 1", "known"), "j.known(\"a.b\")");
    }

    #[test]
    fn a_whole_chain_reaches_to_its_end() {
        let text = "if j.detainers.known(1).hours { }";
        let dot = text.find('.').expect("a dot");
        assert_eq!(
            &text[whole_chain(text, &scan(text), dot)],
            "j.detainers.known(1).hours"
        );
    }

    #[test]
    fn all_brackets_are_closed_where_each_is() {
        let texts = [
            "f(a[1], #{b: `x ${g(2)} y ${h} z`}) { [ }",
            "`${`${a}`}` ) ( ?[ ] }",
            "switch j.a { 1 => { 2 }, _ => [(3)] }",
        ];
        for text in texts {
            let tokens = scan(text);
            let all = all_matching(text, &tokens);
            for (index, token) in tokens.iter().enumerate() {
                if brackets(text, token) != (true, false) {
                    assert_eq!(all[index], matching(text, &tokens, index), "{text} {index}");
                }
            }
        }
    }

    #[test]
    fn strings_and_comments_hide_their_content() {
        let text = "met(`a ${f(`}`)} \" b`) /* ( /* ( */ */ // (\n'(' \"(\\\"\"";
        let words: Vec<_> = scan(text)
            .into_iter()
            .map(|token| text[token.range].to_owned())
            .collect();
        assert_eq!(
            words,
            [
                "met",
                "(",
                "`a ${",
                "f",
                "(",
                "`}`",
                ")",
                "} \" b`",
                ")",
                "'('",
                "\"(\\\"\""
            ]
        );
    }
}
