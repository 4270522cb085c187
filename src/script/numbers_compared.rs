//! The numbers and parameters that a script compares a value with, and lists of numbers that are likely written with
//! commas before decimals.

use std::collections::BTreeSet;

use crate::base::source::Span;
use crate::script::Program;
use crate::script::scan::TokenKind;
use crate::script::slip::Words;

/// A number or a parameter beside a value.
#[derive(Debug)]
pub(crate) struct ComparedNumber {
    pub(crate) span: Span,
    /// As it is written: `2.500`, or the name of a parameter.
    pub(crate) text: String,
    pub(crate) is_parameter: bool,
    /// What it is compared with, as it is written.
    pub(crate) subject: String,
}

/// Each number with a point in it, and each parameter, that a script compares with something.
pub(crate) fn numbers_compared(program: &Program) -> Vec<ComparedNumber> {
    let source = program.source();
    let tokens = program.prepared.tokens();
    let words = Words::new(source.text(), tokens);
    let found = (0..tokens.len()).filter_map(|index| {
        let is_number =
            words.kind(index) == Some(TokenKind::Number) && words.at(index).contains('.');
        let is_parameter = index > 1 && words.is(index - 1, ".") && words.is(index - 2, "params");
        if !is_number && !is_parameter {
            return None;
        }
        let first = if is_parameter { index - 2 } else { index };
        let subject = beside(&words, first, index)?;
        Some(ComparedNumber {
            span: source.span(tokens[index].range.clone()),
            text: words.at(index).replace('_', ""),
            is_parameter,
            subject: subject.to_owned(),
        })
    });
    found.collect()
}

/// What a number between two tokens is compared with.
fn beside<'a>(words: &Words<'a>, first: usize, last: usize) -> Option<&'a str> {
    let compares = |word: &str| matches!(word, "==" | "!=" | "<" | "<=" | ">" | ">=");
    let back = |by: usize| first.checked_sub(by).map_or("", |at| words.at(at));
    let left = |at: usize| words.left(at).map(|(_, subject)| subject);
    if compares(back(1)) {
        return left(first - 1);
    }
    if compares(words.at(last + 1)) {
        return words.right(last + 1).map(|(_, subject)| subject);
    }
    let is_range = |word: &str| matches!(word, ".." | "..=");
    if back(1) == "in" && is_range(words.at(last + 1)) {
        return left(first - 1);
    }
    if is_range(back(1)) && back(3) == "in" {
        return left(first - 3);
    }
    let open = words.bracket(first).filter(|open| words.is(*open, "["))?;
    let before = open.checked_sub(1).filter(|at| words.is(*at, "in"))?;
    left(before)
}

/// `value in [5,5, 6,5]`, where `[5.5, 6.5]` is likely meant.
#[derive(Debug)]
pub(crate) struct CommaList {
    pub(crate) span: Span,
    /// What is looked for in it, as it is written.
    pub(crate) value: String,
    /// The number that stands in it twice, if one does.
    pub(crate) twice: Option<String>,
    /// The list that is likely meant.
    pub(crate) meant: String,
}

/// Lists of whole numbers in pairs, each without a blank between its two, where a number stands twice or blanks
/// stand between the pairs alone.
pub(crate) fn comma_lists(program: &Program) -> Vec<CommaList> {
    let source = program.source();
    let tokens = program.prepared.tokens();
    let words = Words::new(source.text(), tokens);
    let all = (0..tokens.len()).filter(|index| words.is(*index, "in") && words.is(index + 1, "["));
    let found = all.filter_map(|index| {
        let open = index + 1;
        let close = words.closed(open)?;
        // Numbers stand at each other place, with commas between them.
        let places: Vec<usize> = (open + 1..close).step_by(2).collect();
        let is_number = |at: &usize| {
            words.whole_number(*at).is_some() && (at + 1 == close || words.is(at + 1, ","))
        };
        let is_even = places.len().is_multiple_of(2) && (close - open).is_multiple_of(2);
        if places.is_empty() || !is_even || !places.iter().all(is_number) {
            return None;
        }
        let pairs: Vec<(usize, usize)> =
            places.chunks_exact(2).map(|two| (two[0], two[1])).collect();
        let apart = pairs
            .iter()
            .skip(1)
            .all(|(first, _)| !words.touch(first - 1, 2));
        let mut seen = BTreeSet::new();
        let mut numbers = places.iter().map(|at| words.at(*at));
        let twice = numbers.find(|number| !seen.insert(*number));
        let is_likely = twice.is_some() || (apart && pairs.len() > 1);
        if !is_likely || !pairs.iter().all(|(first, _)| words.touch(*first, 3)) {
            return None;
        }
        let meant = pairs.iter();
        let meant = meant.map(|(one, other)| format!("{}.{}", words.at(*one), words.at(*other)));
        let meant: Vec<String> = meant.collect();
        let (_, value) = words.left(index)?;
        Some(CommaList {
            span: source.span(tokens[open].range.start..tokens[close].range.end),
            value: value.to_owned(),
            twice: twice.map(str::to_owned),
            meant: format!("[{}]", meant.join(", ")),
        })
    });
    found.collect()
}
