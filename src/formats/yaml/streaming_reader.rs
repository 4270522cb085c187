//! YAML as a stream of pieces, for files with so many records that no tree of nodes is built.

use std::ops::Range;

use crate::base::data_limits::SHAPES;
use crate::formats::yaml::subset::{self, Events, YamlEvent, YamlStyle, index};
use serde_yaml::granit_parser::{Event as Full, Parser, ScalarStyle, StrInput};

/// The contents of a file, in order.
pub(crate) enum YamlPiece<'a> {
    /// A mapping begins.
    Open,
    /// A mapping ends.
    Close,
    /// A list begins.
    List,
    /// A list ends.
    ListEnd,
    /// A key or a value; `None` for null.
    Scalar {
        text: Option<&'a str>,
        quoted: bool,
    },
    /// An integer, and a number with a fraction, if the format distinguishes them from texts.
    Whole(i64),
    Float(f64),
    /// A number with more digits than such a number keeps, as written.
    Long(&'a str),
    /// Anything else: an alias, a tag.
    Other,
    /// A document ends; with its place.
    Document(Range<usize>),
}

/// Cuts a file between documents without reading them: into parts of at least `about` bytes. One
/// part if that is not possible.
pub(crate) fn parts(text: &str, about: usize) -> Vec<Range<usize>> {
    if !has_plain_marks(text) {
        return std::iter::once(0..text.len()).collect();
    }
    let mut parts = Vec::new();
    let mut start = 0;
    while start < text.len() {
        let end = next_mark(text, (start + about).min(text.len())).unwrap_or(text.len());
        parts.push(start..end);
        start = end;
    }
    parts
}

/// Whether documents are separated only by lines of three hyphens.
pub(crate) fn has_plain_marks(text: &str) -> bool {
    let begins = |mark: &str| {
        let behind = |end: char| text.contains(&format!("{end}{mark}"));
        text.starts_with(mark) || behind('\n') || behind('\r')
    };
    !begins("%") && !begins("...")
}

/// The start of the next line of three hyphens that does not begin before an offset.
pub(crate) fn next_mark(text: &str, mut from: usize) -> Option<usize> {
    loop {
        let mark = from
            + text.as_bytes()[from..]
                .windows(4)
                .position(|window| window == b"\n---")?
            + 1;
        if is_mark(text, mark) {
            return Some(mark);
        }
        from = mark;
    }
}

/// The start of the last line of three hyphens before an offset.
pub(crate) fn last_mark(text: &str, mut before: usize) -> Option<usize> {
    loop {
        let mark = text.as_bytes()[..before]
            .windows(4)
            .rposition(|window| window == b"\n---")?
            + 1;
        if is_mark(text, mark) {
            return Some(mark);
        }
        before = mark;
    }
}

fn is_mark(text: &str, at: usize) -> bool {
    text.as_bytes()
        .get(at + 3)
        .is_none_or(u8::is_ascii_whitespace)
}

/// Passes on a part piece by piece; returns whether it could be read to its end. A document outside
/// the subset is read by the reader of all of YAML.
pub(crate) fn pieces(text: &str, part: Range<usize>, piece: &mut dyn FnMut(YamlPiece<'_>)) -> bool {
    let (mut events, mut at) = (Events::default(), part.start);
    // Found out where it matters: it takes a look at the whole part.
    let mut marks = None;
    while at < part.end {
        if let Some(end) = subset::document(text, at..part.end, &mut events) {
            hand_over(text, &events, end, piece);
            at = end;
            continue;
        }
        let has_marks = *marks.get_or_insert_with(|| has_plain_marks(&text[part.clone()]));
        let next = has_marks
            .then(|| next_mark(&text[..part.end], at))
            .flatten();
        let end = next.unwrap_or(part.end);
        if !all_pieces(text, at..end, piece) {
            return false;
        }
        at = end;
    }
    true
}

/// Passes on the pieces of a document that the subset read, and its end.
fn hand_over(text: &str, events: &Events, end: usize, piece: &mut dyn FnMut(YamlPiece<'_>)) {
    let (mut start, mut first) = (end, true);
    for event in &events.list {
        if let (true, YamlEvent::Mapping(at) | YamlEvent::Sequence(at)) = (first, event) {
            (start, first) = (index(*at), false);
        }
        piece(match *event {
            YamlEvent::Mapping(_) => YamlPiece::Open,
            YamlEvent::MappingEnd => YamlPiece::Close,
            YamlEvent::Sequence(_) => YamlPiece::List,
            YamlEvent::SequenceEnd => YamlPiece::ListEnd,
            YamlEvent::Null(..) => YamlPiece::Scalar {
                text: None,
                quoted: false,
            },
            YamlEvent::Scalar(scalar) => YamlPiece::Scalar {
                text: Some(events.text(text, scalar)),
                quoted: scalar.style != YamlStyle::Plain,
            },
        });
    }
    piece(YamlPiece::Document(start..end));
}

/// Hands over a part by the reader of all of YAML.
pub(super) fn all_pieces(
    text: &str,
    part: Range<usize>,
    piece: &mut dyn FnMut(YamlPiece<'_>),
) -> bool {
    let mut parser: Parser<'_, StrInput<'_>> = Parser::new_from_str(&text[part.clone()]);
    let (mut start, mut depth) = (None, 0_usize);
    while let Some(event) = parser.next_event() {
        let Ok((event, span)) = event else {
            return false;
        };
        let at = |marker: &serde_yaml::granit_parser::Marker| {
            part.start + marker.byte_offset().unwrap_or_default()
        };
        if depth == 0
            && matches!(
                event,
                Full::MappingStart(..) | Full::SequenceStart(..) | Full::Scalar(..)
            )
        {
            start = Some(at(&span.start));
            if span.start.col() != 0 {
                piece(YamlPiece::Other);
            }
        }
        match event {
            Full::MappingStart(_, 0, None) => {
                depth += 1;
                piece(YamlPiece::Open);
            }
            Full::SequenceStart(_, 0, None) => {
                depth += 1;
                piece(YamlPiece::List);
            }
            Full::MappingStart(..) | Full::SequenceStart(..) => {
                depth += 1;
                piece(YamlPiece::Other);
            }
            Full::MappingEnd => {
                depth -= 1;
                piece(YamlPiece::Close);
            }
            Full::SequenceEnd => {
                depth -= 1;
                piece(YamlPiece::ListEnd);
            }
            Full::Scalar(text, style, 0, None) if text.len() <= SHAPES.value_bytes => {
                let quoted = style != ScalarStyle::Plain;
                let nothing = !quoted && matches!(&*text, "" | "~" | "null" | "Null" | "NULL");
                piece(YamlPiece::Scalar {
                    text: Some(&*text).filter(|_| !nothing),
                    quoted,
                });
            }
            Full::Scalar(..) | Full::Alias(_) => piece(YamlPiece::Other),
            Full::DocumentEnd => {
                let end = at(&span.start);
                piece(YamlPiece::Document(start.take().unwrap_or(end)..end));
            }
            _ => {}
        }
    }
    true
}
