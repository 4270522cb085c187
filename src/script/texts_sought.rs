//! The texts that a script looks for in something: `j.country == "DE"`, `"port" in j.tags`,
//! `j.country.starts_with("North")`, the labels of a `switch`.

use std::collections::BTreeMap;

use crate::base::source::Span;
use crate::script::Program;
use crate::script::scan::TokenKind;
use crate::script::scan::unquoted;
use crate::script::slip::Words;

/// How a text is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TextLook {
    /// `j.country == "DE"`
    Equal,
    /// `j.country != "DE"`
    NotEqual,
    /// `j.country in ["DE", "NO"]`
    Item,
    /// `switch j.country { "DE" => ... }`
    Label,
    /// `"port" in j.tags`, `j.country.contains("North")`
    Within,
    /// `j.country.starts_with("North")`
    Start,
    /// `j.country.ends_with("land")`
    End,
}

impl TextLook {
    /// Whether a part of what is looked into is enough, where that is a text.
    pub(crate) fn is_for_a_part(self) -> bool {
        matches!(self, Self::Within | Self::Start | Self::End)
    }
}

/// A text that a script looks for.
#[derive(Clone, Debug)]
pub(crate) struct SoughtText {
    /// The text, with its marks.
    pub(crate) span: Span,
    pub(crate) text: String,
    pub(crate) look: TextLook,
    /// All of the question: `j.country == "DE"`.
    pub(crate) whole: Span,
    /// What is looked into, as it is written.
    pub(crate) written: String,
    /// What that is: of a name, what stands behind `let` or `for`.
    pub(crate) subject: String,
    /// Whether it is an item of the subject, which is a list.
    pub(crate) is_item: bool,
}

/// A question about a text: how it asks, what it looks into, and its first and last token.
struct Asking<'a> {
    look: TextLook,
    written: &'a str,
    first: usize,
    last: usize,
}

/// The texts that a script looks for, no more than a number of them, in the order in which they stand.
pub(crate) fn texts_sought(program: &Program, most: usize) -> Vec<SoughtText> {
    let source = program.source();
    let tokens = program.prepared.tokens();
    let words = Words::new(source.text(), tokens);
    let mut names = BTreeMap::new();
    let mut found = Vec::new();
    for index in 0..tokens.len() {
        bind(&words, index, &mut names);
        if words.kind(index) != Some(TokenKind::Text) || found.len() >= most {
            continue;
        }
        let Some(asked) = question(&words, index) else {
            continue;
        };
        let written = asked.written;
        let (of_list, subject) = match written.split_once('[') {
            Some((list, at)) if at.ends_with(']') => (true, list),
            _ => (false, written),
        };
        let (subject, is_item) = names
            .get(subject)
            .map_or((subject, of_list), |bound| *bound);
        found.push(SoughtText {
            span: source.span(tokens[index].range.clone()),
            text: unquoted(words.at(index)).to_owned(),
            look: asked.look,
            whole: source.span(tokens[asked.first].range.start..tokens[asked.last].range.end),
            written: written.to_owned(),
            subject: subject.to_owned(),
            is_item,
        });
    }
    found
}

/// Notes what a name stands for, where one is given: `let x = j.country`, `for x in j.tags`,
/// `j.tags.some(|x| ...)`. It is a name of the last place that gives it.
fn bind<'a>(words: &Words<'a>, index: usize, names: &mut BTreeMap<&'a str, (&'a str, bool)>) {
    let name = words.at(index + 1);
    match (words.at(index), words.at(index + 2)) {
        ("let", "=") => {
            if let Some((_, value)) = words.right(index + 2) {
                names.insert(name, (value, false));
            }
        }
        ("for", "in") => {
            if let Some((_, list)) = words.right(index + 2) {
                names.insert(name, (list, true));
            }
        }
        ("|", "|") if index > 2 && words.is(index - 1, "(") && words.is(index - 3, ".") => {
            if let Some((_, list)) = words.left(index - 3) {
                names.insert(name, (list, true));
            }
        }
        _ => {}
    }
}

/// The question that a text is a part of.
fn question<'a>(words: &Words<'a>, index: usize) -> Option<Asking<'a>> {
    let back = |by: usize| index.checked_sub(by).map_or("", |at| words.at(at));
    let equal = |sign: &str| match sign {
        "==" => Some(TextLook::Equal),
        "!=" => Some(TextLook::NotEqual),
        _ => None,
    };
    if let Some(look) = equal(back(1)) {
        return before(words, index - 1, index, look);
    }
    let next = words.at(index + 1);
    if let Some(look) = equal(next).or((next == "in").then_some(TextLook::Within)) {
        let (last, written) = words.right(index + 1)?;
        let first = index;
        return Some(Asking {
            look,
            written,
            first,
            last,
        });
    }
    if back(1) == "(" && next == ")" && matches!(back(3), "." | "?.") {
        let look = match back(2) {
            "contains" | "index_of" => TextLook::Within,
            "starts_with" => TextLook::Start,
            "ends_with" => TextLook::End,
            _ => return None,
        };
        return before(words, index - 3, index + 1, look);
    }
    let open = words.bracket(index)?;
    if words.is(open, "[") && open > 0 && words.is(open - 1, "in") {
        return before(words, open - 1, words.closed(open)?, TextLook::Item);
    }
    // The labels of a case stand before its arrow.
    let is_label = words.is(open, "{") && matches!(next, "=>" | "|" | "if");
    let (first, written) = words.left(open).filter(|_| is_label)?;
    let of_switch = first > 0 && words.is(first - 1, "switch");
    let (first, last) = (index, index);
    let look = TextLook::Label;
    of_switch.then_some(Asking {
        look,
        written,
        first,
        last,
    })
}

/// A question whose subject stands before a token.
fn before<'a>(words: &Words<'a>, at: usize, last: usize, look: TextLook) -> Option<Asking<'a>> {
    let (first, _) = words.left(at)?;
    // The head of a function is no part of what it asks.
    let head = (first..at).rev().find(|one| words.is(*one, "|"));
    let first = head.map_or(first, |head| head + 1);
    let written = words.text(first, at - 1);
    (first < at).then_some(Asking {
        look,
        written,
        first,
        last,
    })
}
