//! The words, numbers and texts of a script without its comments, for lints that judge by them.

use crate::base::source::{Source, Span};
use crate::script::Program;
use crate::script::scan::{Token, TokenKind, left_end, scan, unquoted};
use crate::script::slip::Words;
use crate::script::verdict_functions::ENDINGS;

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

/// The names by which a script may read something: names after a point, and the last name in a
/// text, as in `j.known("seat.population")`.
pub(crate) fn names_read(source: &Source) -> impl Iterator<Item = &str> {
    let text = source.text();
    let mut after_point = false;
    scan(text).into_iter().filter_map(move |token| {
        let word = &text[token.range];
        let read = std::mem::replace(&mut after_point, matches!(word, "." | "?."));
        match token.kind {
            TokenKind::Word if read => Some(word),
            TokenKind::Text | TokenKind::Other => word.trim_matches(['"', '`']).rsplit('.').next(),
            _ => None,
        }
    })
}

/// Whether a script may read by names that are not written in it whole, as `j["area_" + kind]`
/// does: it has something other than one literal within brackets behind a value, or behind
/// `known(`.
pub(crate) fn puts_names_together(source: &Source) -> bool {
    use TokenKind::{Number, Other, Text, Word};
    const NO_VALUES: [&str; 8] = [
        "in", "return", "if", "while", "until", "else", "switch", "throw",
    ];
    let text = source.text();
    let tokens = scan(text);
    let word = |token: &Token| &text[token.range.clone()];
    let is_value = |token: &Token| match token.kind {
        Word => !NO_VALUES.contains(&word(token)),
        _ => matches!(word(token), ")" | "]"),
    };
    (1..tokens.len()).any(|at| {
        let asks = match word(&tokens[at]) {
            "[" | "?[" => is_value(&tokens[at - 1]),
            "(" => matches!(word(&tokens[at - 1]), "known" | "assume"),
            _ => false,
        };
        let is_literal = |token: &Token| matches!(token.kind, Number | Text | Other);
        let ends = |token: &Token| matches!(word(token), "]" | ")" | ",");
        let literal = tokens.get(at + 1).is_some_and(is_literal);
        asks && !(literal && tokens.get(at + 2).is_some_and(ends))
    })
}

/// The text of a script that is meant for people: its comments and its texts.
pub(crate) fn spoken(program: &Program) -> String {
    let text = program.source().text();
    let (mut said, mut at) = (String::new(), 0);
    for token in scan(text) {
        said.push_str(&text[at..token.range.start]);
        let is_text = matches!(
            token.kind,
            TokenKind::Text | TokenKind::Piece | TokenKind::Other
        );
        said.push_str(if is_text {
            &text[token.range.clone()]
        } else {
            " "
        });
        at = token.range.end;
    }
    said + &text[at..]
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

/// A call of a function with two arguments, each without a bracket.
#[derive(Debug)]
pub(crate) struct TwoArguments {
    pub(crate) span: Span,
    pub(crate) name: String,
    pub(crate) arguments: [String; 2],
}

/// The places where one of these functions is called with two arguments.
pub(crate) fn calls_with_two(program: &Program, names: &[&str]) -> Vec<TwoArguments> {
    let source = program.source();
    let tokens = program.prepared.tokens();
    let words = Words::new(source.text(), tokens);
    let called = (0..tokens.len())
        .filter(|index| names.contains(&words.at(*index)) && words.is(index + 1, "("));
    let found = called.filter_map(|index| {
        let end = words.closed(index + 1)?;
        let inside = words.text(index + 2, end.checked_sub(1)?);
        let (first, second) = inside.split_once(',')?;
        let arguments = [first, second].map(|one| one.trim().to_owned());
        let plain = |text: &String| !text.contains(['(', '[', '{', ',']);
        arguments.iter().all(plain).then(|| TwoArguments {
            span: source.span(tokens[index].range.start..tokens[end].range.end),
            name: words.at(index).to_owned(),
            arguments,
        })
    });
    found.collect()
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

/// The places of a word in a script, outside of texts and comments.
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
