//! Flow collections that end on their line: `{value: 12, source: survey}`, `[a, b]`.

use crate::formats::yaml::subset::byte_cursor::Cursor;
use crate::formats::yaml::subset::events::{Events, YamlEvent, place};
use crate::formats::yaml::subset::scalar::{in_flow, is_colon, push_key, push_value};

/// Adds the collection that begins here, with at most `depth` levels in it; returns the place after
/// it.
pub(super) fn flow(
    bytes: Cursor<'_>,
    at: usize,
    depth: usize,
    events: &mut Events,
) -> Option<usize> {
    let depth = depth.checked_sub(1)?;
    match bytes.at(at) {
        b'{' => mapping(bytes, at, depth, events),
        b'[' => sequence(bytes, at, depth, events),
        _ => None,
    }
}

fn mapping(bytes: Cursor<'_>, start: usize, depth: usize, events: &mut Events) -> Option<usize> {
    events.list.push(YamlEvent::Mapping(place(start)));
    let mut at = bytes.behind_spaces(start + 1);
    while bytes.at(at) != b'}' {
        let (key, colon) = in_flow(bytes, at, events)?;
        push_key(bytes, key, events)?;
        if !is_colon(bytes, colon) {
            return None;
        }
        at = value(bytes, bytes.behind_spaces(colon + 1), depth, events)?;
        at = next(bytes, at, b'}')?;
    }
    events.list.push(YamlEvent::MappingEnd);
    Some(at + 1)
}

fn sequence(bytes: Cursor<'_>, start: usize, depth: usize, events: &mut Events) -> Option<usize> {
    events.list.push(YamlEvent::Sequence(place(start)));
    let mut at = bytes.behind_spaces(start + 1);
    while bytes.at(at) != b']' {
        at = value(bytes, at, depth, events)?;
        at = next(bytes, at, b']')?;
    }
    events.list.push(YamlEvent::SequenceEnd);
    Some(at + 1)
}

/// The next item, or what closes the collection, from behind an item.
fn next(bytes: Cursor<'_>, at: usize, close: u8) -> Option<usize> {
    let at = bytes.behind_spaces(at);
    match bytes.at(at) {
        b',' => Some(bytes.behind_spaces(at + 1)),
        byte => (byte == close).then_some(at),
    }
}

fn value(bytes: Cursor<'_>, at: usize, depth: usize, events: &mut Events) -> Option<usize> {
    if matches!(bytes.at(at), b'{' | b'[') {
        return flow(bytes, at, depth, events);
    }
    let (scalar, end) = in_flow(bytes, at, events)?;
    push_value(bytes, scalar, events)?;
    Some(end)
}
