//! Marks of other tools and languages that are not part of a script: `#` and `--` before a comment,
//! `#9/30/2025#`, and conflict markers of a merge.

use crate::script::comparison::day_of;
use crate::script::scan::FAR;
use crate::script::slip::{Slip, Words};

/// `#9/30/2025#`, a day as Access and Basic have it.
pub(super) fn sheet_day(words: &Words<'_>, index: usize) -> Option<Slip> {
    let start = words.tokens[index].range.start;
    let rest = words.source[start..].strip_prefix('#')?;
    let day = &rest[..rest.find('#')?];
    let plain = |c: char| c.is_ascii_digit() || matches!(c, '/' | '-');
    let is_day = !day.is_empty() && day.chars().all(plain);
    let message = format!("`#{day}#` is no date here");
    is_day.then(|| words.slip_at(start..start + day.len() + 2, message, day_of(day)))
}

/// The marks of an unfinished merge.
pub(super) fn merged(words: &Words<'_>, index: usize) -> Option<Slip> {
    let start = words.tokens[index].range.start;
    let rest = &words.source[start..];
    if !rest.starts_with("<<<<<<< ") || !words.begins_line(index) {
        return None;
    }
    let mut lines = rest.split_inclusive('\n').take(FAR);
    let mut end = 0;
    lines.find(|line| {
        end += line.len();
        line.starts_with(">>>>>>> ")
    })?;
    let end = rest[..end].trim_end_matches('\n').len();
    let message = "a merge has left both versions of these lines".to_owned();
    let help =
        "keep one of them, and delete the lines that begin with `<<<<<<<`, `=======` and `>>>>>>>`";
    Some(words.slip_at(start..start + end, message, help.to_owned()))
}

/// The line with three backticks around a block that was pasted from a page or a chat.
pub(super) fn fenced(words: &Words<'_>, index: usize) -> Option<Slip> {
    let start = words.tokens[index].range.start;
    let rest = &words.source[start..];
    if !rest.starts_with("```") || !words.begins_line(index) {
        return None;
    }
    let line = rest.lines().next().unwrap_or_default().trim_end();
    let message = "the three backticks around a pasted script are no part of it".to_owned();
    let help = "delete this line".to_owned();
    Some(words.slip_at(start..start + line.len(), message, help))
}

/// The last token of the sign that begins a comment in another language.
pub(super) fn remark_of_another(words: &Words<'_>, index: usize) -> Option<usize> {
    if words.is(index, "#") && words.at(index + 1) != "{" && sheet_day(words, index).is_none() {
        return Some(index);
    }
    if !words.begins_line(index) {
        return None;
    }
    let dashes = words.is(index, "-") && words.is(index + 1, "-") && words.touch(index, 2);
    match words.at(index) {
        "--" => Some(index),
        _ if dashes => Some(index + 1),
        _ => None,
    }
}
