//! Literal and folded scalars: texts of several lines behind `|` or `>`.

use crate::formats::yaml::subset::byte_cursor::Cursor;
use crate::formats::yaml::subset::events::{Events, Scalar, YamlStyle, place};

/// The handling of line breaks at the end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Chomping {
    /// `-`: none stays.
    Strip,
    /// One stays.
    Clip,
    /// `+`: all stay.
    Keep,
}

/// The scalar whose `|` or `>` is here, in a collection at this column; and the start of the line
/// after it.
pub(super) fn literal(
    bytes: Cursor<'_>,
    at: usize,
    column: usize,
    events: &mut Events,
) -> Option<(Scalar, usize)> {
    let folded = bytes.at(at) == b'>';
    let (chomping, end) = match bytes.at(at + 1) {
        b'-' => (Chomping::Strip, at + 2),
        b'+' => (Chomping::Keep, at + 2),
        _ => (Chomping::Clip, at + 1),
    };
    let lines = LiteralLines::find(bytes, bytes.rest(end)?, column)?;
    let from = events.texts.len();
    write(&lines.list, folded, &mut events.texts);
    match chomping {
        Chomping::Strip => {}
        Chomping::Clip => events.texts.push('\n'),
        Chomping::Keep => (0..=lines.blank).for_each(|_| events.texts.push('\n')),
    }
    let style = YamlStyle::Made(place(from), place(events.texts.len()));
    let (start, end) = (place(lines.start), place(lines.end));
    Some((Scalar { start, end, style }, lines.next))
}

/// The lines of such a scalar.
struct LiteralLines<'t> {
    /// Each without its indentation.
    list: Vec<&'t str>,
    /// The number of further lines at the end that are blank.
    blank: usize,
    /// Where the first line begins.
    start: usize,
    /// The line after the last one, and the first character in it that is no space.
    next: usize,
    end: usize,
}

impl<'t> LiteralLines<'t> {
    /// The lines from a place that are indented further than a column, all equally; `None` if there
    /// is no such line, or one that needs a closer look.
    fn find(bytes: Cursor<'t>, from: usize, column: usize) -> Option<Self> {
        let first = bytes.behind_spaces(from);
        let indent = first - from;
        if indent <= column || bytes.is_blank_or_end(first) {
            return None;
        }
        let mut lines = Self {
            list: Vec::new(),
            blank: 0,
            start: first,
            next: from,
            end: from,
        };
        while lines.next < bytes.len() {
            lines.end = bytes.behind_spaces(lines.next);
            let spaces = lines.end - lines.next;
            if bytes.is_end(lines.end) {
                // Whether spaces after the last line break are a line depends on what precedes
                // them.
                if spaces > indent || lines.end == bytes.len() {
                    return None;
                }
                lines.blank += 1;
                lines.next = bytes.line_end(lines.end)?;
                lines.end = lines.next;
                continue;
            }
            if spaces < indent {
                break;
            }
            let start = lines.next + indent;
            let end = line(bytes, start)?;
            lines.list.extend((0..lines.blank).map(|_| ""));
            lines.blank = 0;
            lines
                .list
                .push(std::str::from_utf8(bytes.range(start, end)).ok()?);
            lines.next = bytes.line_end(end).filter(|next| *next > end)?;
            lines.end = lines.next;
        }
        Some(lines)
    }
}

/// The end of a line of text.
fn line(bytes: Cursor<'_>, mut at: usize) -> Option<usize> {
    loop {
        match bytes.at(at) {
            0xc2 | 0xef => at = bytes.behind_odd(at)?,
            b'\n' | b'\r' => return Some(at),
            0..b' ' | 0x7f => return None,
            _ => at += 1,
        }
    }
}

/// Puts lines together. Folded, two that are not indented further and follow each other are one,
/// and of blank ones between them one is left out.
fn write(lines: &[&str], folded: bool, text: &mut String) {
    // How the line before the blank ones began, and how many blank ones there are.
    let mut before: Option<bool> = None;
    let mut blank = 0;
    for line in lines {
        if line.is_empty() {
            blank += 1;
            continue;
        }
        let further = line.starts_with(' ');
        if let Some(before) = before {
            match (folded && !before && !further, blank) {
                (true, 0) => text.push(' '),
                (true, blank) => (0..blank).for_each(|_| text.push('\n')),
                (false, blank) => (0..=blank).for_each(|_| text.push('\n')),
            }
        }
        text.push_str(line);
        (before, blank) = (Some(further), 0);
    }
}
