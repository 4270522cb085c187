//! Brackets that nothing closes, and those that close nothing.

use crate::script::scan::TokenKind;
use crate::script::slip::{Slip, Words};

/// The first bracket found that is not closed, or closes nothing.
pub(super) fn unclosed(words: &Words<'_>) -> Option<Slip> {
    let mut open: Vec<usize> = Vec::new();
    for index in words.each() {
        match words.at(index) {
            "(" | "[" | "{" | "#{" | "?[" => open.push(index),
            ")" | "]" | "}" => match open.last() {
                Some(last) if closing(words.at(*last)) == words.at(index) => drop(open.pop()),
                Some(last) => return Some(never_closed(words, *last)),
                None => return Some(closes_nothing(words, index)),
            },
            // A bracket that was opened in `${...}` has to be closed in it.
            word if words.kind(index) == Some(TokenKind::Piece) && word.starts_with('}') => {
                let within = |last: &&usize| !words.is_before_hole(**last, index);
                let left = open.last().filter(within);
                let Some(last) = left else { continue };
                return Some(never_closed(words, *last));
            }
            _ => {}
        }
    }
    misplaced(words, &open).map(|index| never_closed(words, index))
}

/// The open bracket that was most likely meant to be closed, judged by indentation: the one whose
/// line is indented deeper than the brace that closes it; otherwise the last.
fn misplaced(words: &Words<'_>, open: &[usize]) -> Option<usize> {
    let mut inner: Vec<usize> = Vec::new();
    for index in words.each() {
        match words.at(index) {
            "{" => inner.push(index),
            "}" => {
                let last = inner.pop()?;
                let deeper = words.indent(last) > words.indent(index);
                if words.begins_line(index) && deeper {
                    return Some(last);
                }
            }
            _ => {}
        }
    }
    open.last().copied()
}

fn closing(open: &str) -> &'static str {
    match open {
        "(" => ")",
        "{" | "#{" => "}",
        _ => "]",
    }
}

fn never_closed(words: &Words<'_>, index: usize) -> Slip {
    let open = words.at(index);
    let message = format!("this `{open}` is never closed");
    let help = match open {
        "{" => "write `}` where the branch ends".to_owned(),
        _ => format!("write `{}` where it ends", closing(open)),
    };
    words.slip(index, index, message, help)
}

fn closes_nothing(words: &Words<'_>, index: usize) -> Slip {
    let message = format!("this `{}` closes nothing", words.at(index));
    words.slip(
        index,
        index,
        message,
        "delete it, or open what it closes".to_owned(),
    )
}
