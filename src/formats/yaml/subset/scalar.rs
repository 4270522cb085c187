//! Scalars of one line: plain ones, and those in quotation marks.

use crate::formats::yaml::subset::byte_cursor::Cursor;
use crate::formats::yaml::subset::events::{Events, Scalar, YamlEvent, YamlStyle, index, place};

/// The most bytes of a key; the reader of all of YAML takes 1,024 characters.
const KEY: usize = 1000;

/// Whether a byte is part of a plain scalar wherever it is, or needs a look.
type Classes = [bool; 256];

const fn classes(end: &[u8]) -> Classes {
    let mut classes = [false; 256];
    let mut byte = 0x21;
    while byte < 256 {
        classes[byte] = !matches!(byte, 0x7f | 0xc2 | 0xef);
        byte += 1;
    }
    let mut index = 0;
    while index < end.len() {
        classes[end[index] as usize] = false;
        index += 1;
    }
    classes
}

static BLOCK: Classes = classes(b":#");
static FLOW: Classes = classes(b":#,[]{}");

/// A scalar that begins here, in block style, and the place behind it.
#[inline]
pub(super) fn in_block(
    bytes: Cursor<'_>,
    at: usize,
    events: &mut Events,
) -> Option<(Scalar, usize)> {
    match bytes.at(at) {
        mark @ (b'"' | b'\'') => quoted(bytes, at, mark, events),
        _ => plain(bytes, at, &BLOCK),
    }
}

/// A scalar that begins here, within a flow collection, and the place behind it.
pub(super) fn in_flow(
    bytes: Cursor<'_>,
    at: usize,
    events: &mut Events,
) -> Option<(Scalar, usize)> {
    match bytes.at(at) {
        mark @ (b'"' | b'\'') => quoted(bytes, at, mark, events),
        _ => plain(bytes, at, &FLOW),
    }
}

/// Whether the colon of a key is here.
#[inline]
pub(super) fn is_colon(bytes: Cursor<'_>, at: usize) -> bool {
    bytes.at(at) == b':' && bytes.is_blank_or_end(at + 1)
}

/// Adds a value.
#[inline]
pub(super) fn push_value(bytes: Cursor<'_>, scalar: Scalar, events: &mut Events) -> Option<()> {
    if is_null(bytes, scalar) {
        events.list.push(YamlEvent::Null(scalar.start, scalar.end));
        return Some(());
    }
    events.push(scalar)
}

/// Adds a key; `None` if it has a special meaning.
#[inline]
pub(super) fn push_key(bytes: Cursor<'_>, scalar: Scalar, events: &mut Events) -> Option<()> {
    let (start, end) = (index(scalar.start), index(scalar.end));
    if end - start > KEY || is_null(bytes, scalar) || bytes.range(start, end) == b"<<" {
        return None;
    }
    events.push(scalar)
}

fn is_null(bytes: Cursor<'_>, scalar: Scalar) -> bool {
    let (start, end) = (index(scalar.start), index(scalar.end));
    matches!(bytes.at(start), b'~' | b'n' | b'N')
        && scalar.style == YamlStyle::Plain
        && matches!(bytes.range(start, end), b"~" | b"null" | b"Null" | b"NULL")
}

/// Whether a plain scalar can begin here. Fewer signs are taken than may begin one.
#[inline]
fn can_begin(bytes: Cursor<'_>, at: usize) -> bool {
    let plain = |byte: u8| {
        byte.is_ascii_alphanumeric()
            || byte >= 0x80
            || matches!(byte, b'_' | b'.' | b'/' | b'+' | b'~' | b'(' | b'$' | b'<')
    };
    match bytes.at(at) {
        b'-' => plain(bytes.at(at + 1)),
        byte => plain(byte),
    }
}

#[inline]
fn plain(bytes: Cursor<'_>, start: usize, classes: &Classes) -> Option<(Scalar, usize)> {
    if !can_begin(bytes, start) {
        return None;
    }
    let (mut at, mut end) = (start, start);
    loop {
        let byte = bytes.at(at);
        if classes[usize::from(byte)] {
            at += 1;
            end = at;
            continue;
        }
        match byte {
            b' ' => at += 1,
            b':' if bytes.is_blank_or_end(at + 1) => break,
            // Within a flow collection this may be a colon without a blank, or no key at all.
            b':' if !classes[usize::from(bytes.at(at + 1))] && !classes[usize::from(b',')] => {
                return None;
            }
            b'#' if bytes.at(at - 1) == b' ' => break,
            b':' | b'#' => {
                at += 1;
                end = at;
            }
            0xc2 | 0xef => {
                at = bytes.behind_odd(at)?;
                end = at;
            }
            b'\n' | b'\r' | 0 | b',' | b']' | b'}' => break,
            _ => return None,
        }
    }
    Some((scalar(start, end, YamlStyle::Plain), end))
}

/// A scalar in quotation marks that ends on its line.
fn quoted(
    bytes: Cursor<'_>,
    start: usize,
    mark: u8,
    events: &mut Events,
) -> Option<(Scalar, usize)> {
    let mut at = start + 1;
    loop {
        match bytes.at(at) {
            byte if byte == mark => break,
            b'\\' if mark == b'"' => return escaped(bytes, start, mark, events),
            0xc2 | 0xef => at = bytes.behind_odd(at)?,
            0..b' ' | 0x7f => return None,
            _ => at += 1,
        }
    }
    if mark == b'\'' && bytes.at(at + 1) == mark {
        return escaped(bytes, start, mark, events);
    }
    Some((scalar(start, at + 1, YamlStyle::Quoted), at + 1))
}

fn scalar(start: usize, end: usize, style: YamlStyle) -> Scalar {
    let (start, end) = (place(start), place(end));
    Scalar { start, end, style }
}

/// A quoted scalar with escapes: its text is stored.
fn escaped(
    bytes: Cursor<'_>,
    start: usize,
    mark: u8,
    events: &mut Events,
) -> Option<(Scalar, usize)> {
    let from = events.texts.len();
    let (mut at, mut kept) = (start + 1, start + 1);
    loop {
        let (sign, length) = match (bytes.at(at), bytes.at(at + 1)) {
            (b'\'', b'\'') if mark == b'\'' => ("'", 2),
            (byte, _) if byte == mark => ("", 0),
            (b'\\', next) if mark == b'"' => (escape(next)?, 2),
            (0xc2 | 0xef, _) => {
                at = bytes.behind_odd(at)?;
                continue;
            }
            (0..b' ' | 0x7f, _) => return None,
            _ => {
                at += 1;
                continue;
            }
        };
        let text = std::str::from_utf8(bytes.range(kept, at)).ok()?;
        events.texts.push_str(text);
        events.texts.push_str(sign);
        if length == 0 {
            break;
        }
        at += length;
        kept = at;
    }
    let made = YamlStyle::Made(place(from), place(events.texts.len()));
    Some((scalar(start, at + 1, made), at + 1))
}

/// The character of an escape; `None` for the rarer ones.
fn escape(sign: u8) -> Option<&'static str> {
    Some(match sign {
        b'"' => "\"",
        b'\\' => "\\",
        b'/' => "/",
        b'n' => "\n",
        b't' => "\t",
        _ => return None,
    })
}
