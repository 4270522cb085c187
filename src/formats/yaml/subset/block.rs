//! Block mappings and lists, line by line.
//!
//! INVARIANT: each open collection is indented further than the one around it, except for a list at
//! the column of the key it belongs to.

use std::ops::Range;

use crate::formats::yaml::subset::byte_cursor::Cursor;
use crate::formats::yaml::subset::events::{Events, Scalar, YamlEvent, place};
use crate::formats::yaml::subset::flow::flow;
use crate::formats::yaml::subset::literal::literal;
use crate::formats::yaml::subset::scalar::{in_block, is_colon, push_key, push_value};

/// The deepest nesting of collections. The reader of all of YAML takes a few more.
const MOST: usize = 20;

/// The events of the document that begins at the start of a part of a text, and where it ends: at
/// the next line of three hyphens, or with the part. None where it is more than the subset.
pub(crate) fn document(text: &str, part: Range<usize>, events: &mut Events) -> Option<usize> {
    u32::try_from(part.end).ok()?;
    events.clear();
    let mut block = Block {
        bytes: Cursor::new(&text.as_bytes()[..part.end]),
        open: Vec::with_capacity(8),
        wanting: None,
        events,
    };
    let start = block.start(part.start)?;
    let end = block.lines(start)?;
    block.close();
    (!block.events.list.is_empty()).then_some(end)
}

struct Block<'t, 'e> {
    bytes: Cursor<'t>,
    open: Vec<Collection>,
    /// The place of a missing value, whose key or hyphen may have it on the next lines.
    wanting: Option<usize>,
    events: &'e mut Events,
}

/// A collection that is open.
#[derive(Clone, Copy)]
struct Collection {
    column: usize,
    kind: BlockKind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum BlockKind {
    Mapping,
    Sequence,
}

/// Whether the hyphen of an item is here.
fn is_item(bytes: Cursor<'_>, at: usize) -> bool {
    bytes.at(at) == b'-' && bytes.is_blank_or_end(at + 1)
}

impl Block<'_, '_> {
    /// The first line of the document: comments and a line of three hyphens may be before it.
    fn start(&self, mut line: usize) -> Option<usize> {
        loop {
            let at = self.bytes.behind_spaces(line);
            if self.bytes.is_mark(line) {
                return self.bytes.line_end(self.bytes.behind_spaces(line + 3));
            }
            line = match self.bytes.at(at) {
                b'#' => self.bytes.comment(at)?,
                b'\n' | b'\r' => self.bytes.line_end(at)?,
                _ => return Some(line),
            };
        }
    }

    /// Reads lines to the end of the document.
    fn lines(&mut self, mut line: usize) -> Option<usize> {
        loop {
            let at = self.bytes.behind_spaces(line);
            match self.bytes.at(at) {
                b'#' => line = self.bytes.comment(at)?,
                b'\n' | b'\r' => line = self.bytes.line_end(at)?,
                0 => return (at >= self.bytes.len()).then_some(at),
                b'-' if self.bytes.is_mark(line) => return Some(line),
                b'.' if at == line => return None,
                _ => line = self.entry(at, at - line)?,
            }
        }
    }

    /// Reads an entry of a mapping or of a list, from its first sign; returns the line after it.
    fn entry(&mut self, mut at: usize, mut column: usize) -> Option<usize> {
        if !is_item(self.bytes, at) {
            self.arrive(at, column, BlockKind::Mapping)?;
            let (key, colon) = in_block(self.bytes, at, self.events)?;
            return self.key(key, colon);
        }
        self.arrive(at, column, BlockKind::Sequence)?;
        loop {
            let next = self.bytes.behind_spaces(at + 1);
            if next == at + 1 {
                self.wanting = Some(next);
                return self.bytes.line_end(next);
            }
            column += next - at;
            at = next;
            if !is_item(self.bytes, at) {
                return self.item(at, column);
            }
            self.enter(at, column, BlockKind::Sequence)?;
        }
    }

    /// Reads the text after a hyphen: a value, or the first key of a mapping.
    fn item(&mut self, at: usize, column: usize) -> Option<usize> {
        if matches!(self.bytes.at(at), b'{' | b'[' | b'|' | b'>') {
            return self.value(at);
        }
        let (scalar, end) = in_block(self.bytes, at, self.events)?;
        if is_colon(self.bytes, end) {
            self.enter(at, column, BlockKind::Mapping)?;
            return self.key(scalar, end);
        }
        push_value(self.bytes, scalar, self.events)?;
        self.bytes.rest(end)
    }

    /// Reads a key and the text after its colon.
    #[inline]
    fn key(&mut self, key: Scalar, colon: usize) -> Option<usize> {
        push_key(self.bytes, key, self.events)?;
        if !is_colon(self.bytes, colon) {
            return None;
        }
        let at = self.bytes.behind_spaces(colon + 1);
        if self.bytes.is_end(at) || self.bytes.at(at) == b'#' {
            self.wanting = Some(colon);
            return self.bytes.rest(colon + 1);
        }
        self.value(at)
    }

    /// Reads a value that begins on the line of its key or hyphen.
    #[inline]
    fn value(&mut self, at: usize) -> Option<usize> {
        match self.bytes.at(at) {
            b'{' | b'[' => {
                let depth = MOST.checked_sub(self.open.len())?;
                let end = flow(self.bytes, at, depth, self.events)?;
                self.bytes.rest(end)
            }
            b'|' | b'>' => {
                let column = self.open.last()?.column;
                let (scalar, line) = literal(self.bytes, at, column, self.events)?;
                self.events.push(scalar)?;
                Some(line)
            }
            _ => {
                let (scalar, end) = in_block(self.bytes, at, self.events)?;
                push_value(self.bytes, scalar, self.events)?;
                self.bytes.rest(end)
            }
        }
    }

    /// Opens and closes collections, so that the innermost one is that of an entry at a column.
    #[inline]
    fn arrive(&mut self, at: usize, column: usize, kind: BlockKind) -> Option<()> {
        let Some(top) = self.open.last() else {
            let first = column == 0 && self.events.list.is_empty();
            return first.then(|| self.enter(at, column, kind))?;
        };
        if let Some(place) = self.wanting.take() {
            let beside = kind == BlockKind::Sequence && top.kind == BlockKind::Mapping;
            if column > top.column || beside && column == top.column {
                return self.enter(at, column, kind);
            }
            self.nothing(place);
        }
        while let Some(top) = self.open.last() {
            if top.column == column && top.kind == kind {
                return Some(());
            }
            let beside = top.kind == BlockKind::Sequence && top.column == column;
            if top.column < column || top.column == column && !beside {
                return None;
            }
            self.leave();
        }
        None
    }

    fn enter(&mut self, at: usize, column: usize, kind: BlockKind) -> Option<()> {
        self.open.push(Collection { column, kind });
        self.events.list.push(match kind {
            BlockKind::Mapping => YamlEvent::Mapping(place(at)),
            BlockKind::Sequence => YamlEvent::Sequence(place(at)),
        });
        (self.open.len() <= MOST).then_some(())
    }

    fn leave(&mut self) {
        let end = |one: Collection| match one.kind {
            BlockKind::Mapping => YamlEvent::MappingEnd,
            BlockKind::Sequence => YamlEvent::SequenceEnd,
        };
        self.events.list.extend(self.open.pop().map(end));
    }

    fn nothing(&mut self, at: usize) {
        self.events.list.push(YamlEvent::Null(place(at), place(at)));
    }

    fn close(&mut self) {
        if let Some(place) = self.wanting.take() {
            self.nothing(place);
        }
        while !self.open.is_empty() {
            self.leave();
        }
    }
}
