//! The text of one input file, and places within it.
//!
//! A [`Span`] owns its source: whoever holds one (a diagnostic, a fact, a test of a tree) can quote
//! the author's words without asking for the file again. This module knows nothing of disks or
//! formats.

use std::fmt;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

/// One input file: its name and its text. There may be a hundred thousand, so it is small.
pub struct Source {
    name: Box<str>,
    text: Box<str>,
    /// The number of lines before it in the text that it is a part of.
    before: usize,
    /// The starts of its lines, computed on first use.
    line_starts: OnceLock<Box<Starts>>,
}

/// Where lines start.
struct Starts(Vec<usize>);

/// A place for people: line and column, both from 1, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

/// A range of bytes in one source.
#[derive(Clone)]
pub struct Span {
    source: Arc<Source>,
    start: usize,
    end: usize,
}

impl Source {
    /// A source named by its path below the root, with `/` between folders.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Arc<Self> {
        Self::behind(name, text, 0)
    }

    /// A source that is a part of a longer text, with so many lines before it.
    pub fn behind(name: impl Into<String>, text: impl Into<String>, before: usize) -> Arc<Self> {
        let (name, text): (String, String) = (name.into(), text.into());
        Arc::new(Self {
            name: name.into(),
            text: text.into(),
            before,
            line_starts: OnceLock::new(),
        })
    }

    /// The number of lines before it in the text that it is a part of.
    pub fn lines_before(&self) -> usize {
        self.before
    }

    fn line_starts(&self) -> &[usize] {
        let Starts(starts) = &**self.line_starts.get_or_init(|| {
            let ends = self.text.match_indices('\n');
            let starts = ends.map(|(index, _)| index + 1);
            Box::new(Starts(std::iter::once(0).chain(starts).collect()))
        });
        starts
    }

    /// The path of the file below the root.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether it is a file of `policies`, rather than an option, a request or a case.
    pub(crate) fn is_in_policies(&self) -> bool {
        self.name.starts_with("policies/")
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The position of a byte offset; an offset past the end gives the end of the text.
    pub fn position(&self, offset: usize) -> Position {
        let offset = self.floor(offset);
        let starts = self.line_starts();
        let line = starts.partition_point(|start| *start <= offset);
        let start = starts[line - 1];
        Position {
            line: line + self.before,
            column: self.text[start..offset].chars().count() + 1,
        }
    }

    /// The line of a byte offset, from 1.
    #[cfg(feature = "app")]
    pub(crate) fn line(&self, offset: usize) -> usize {
        let starts = self.line_starts();
        starts.partition_point(|start| *start <= offset) + self.before
    }

    /// The byte offset of a position; a position past the end of its line gives the end of the
    /// line.
    pub fn offset(&self, position: Position) -> usize {
        let (starts, line) = (
            self.line_starts(),
            position.line.saturating_sub(1 + self.before),
        );
        let Some(start) = starts.get(line) else {
            return self.text.len();
        };
        let end = starts
            .get(line + 1)
            .map_or(self.text.len(), |next| next - 1);
        let line = &self.text[*start..end];
        let column = position.column.saturating_sub(1);
        // Most characters are one byte, and lines may be long.
        if line.as_bytes().get(..column).is_some_and(<[u8]>::is_ascii) {
            return start + column;
        }
        let within = line.char_indices().nth(column);
        start + within.map_or(line.len(), |(index, _)| index)
    }

    /// A span of this source; both ends are moved back to character boundaries.
    pub fn span(self: &Arc<Self>, range: Range<usize>) -> Span {
        let start = self.floor(range.start);
        let end = self.floor(range.end).max(start);
        Span {
            source: Arc::clone(self),
            start,
            end,
        }
    }

    fn floor(&self, offset: usize) -> usize {
        self.text.floor_char_boundary(offset)
    }
}

impl Span {
    /// The source this span lies in.
    pub fn source(&self) -> &Arc<Source> {
        &self.source
    }

    /// The range in bytes.
    pub fn range(&self) -> Range<usize> {
        self.start..self.end
    }

    /// The text of the range.
    pub fn text(&self) -> &str {
        &self.source.text[self.start..self.end]
    }

    /// The position of the first character.
    pub fn position(&self) -> Position {
        self.source.position(self.start)
    }

    /// The positions of the first character and of the end.
    pub(crate) fn positions(&self) -> (Position, Position) {
        let (start, text) = (self.position(), self.text());
        // Most end on the line on which they start.
        let end = if text.bytes().any(|byte| byte == b'\n') {
            self.end_position()
        } else {
            let column = start.column + text.chars().count();
            Position { column, ..start }
        };
        (start, end)
    }

    /// The position just after the last character.
    pub fn end_position(&self) -> Position {
        self.source.position(self.end)
    }
}

impl Span {
    /// Moves the span to other bytes of the same source.
    pub(crate) fn move_to(&mut self, range: Range<usize>) {
        (self.start, self.end) = (range.start, range.end);
    }

    /// An empty span at the beginning of this one.
    pub(crate) fn beginning(&self) -> Self {
        self.source.span(self.start..self.start)
    }
}

impl PartialEq for Span {
    fn eq(&self, other: &Self) -> bool {
        let same = Arc::ptr_eq(&self.source, &other.source);
        self.range() == other.range() && (same || self.source.name == other.source.name)
    }
}

impl Eq for Span {}

impl PartialOrd for Span {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Span {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        let key = |span: &Self| (span.start, span.end);
        self.source
            .name
            .cmp(&other.source.name)
            .then_with(|| key(self).cmp(&key(other)))
    }
}

/// `file:line:column`, which editors and terminals turn into a link.
impl fmt::Display for Span {
    fn fmt(&self, fmt: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Position { line, column } = self.position();
        write!(fmt, "{}:{line}:{column}", self.source.name)
    }
}

impl fmt::Debug for Span {
    fn fmt(&self, fmt: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(fmt, "{self} {:?}", self.text())
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, fmt: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(fmt, "Source({})", self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters_not_bytes() {
        let source = Source::new("a.yaml", "é: 1\r\nß: 2");
        assert_eq!(source.position(3), Position { line: 1, column: 3 });
        let second = source.offset(Position { line: 2, column: 2 });
        assert_eq!(&source.text()[second..=second], ":");
        assert_eq!(
            source.offset(Position { line: 9, column: 9 }),
            source.text().len()
        );
    }

    #[test]
    fn a_span_never_splits_a_character() {
        let source = Source::new("a.yaml", "é");
        assert_eq!(source.span(1..99).text(), "é");
        assert_eq!(source.span(1..1).text(), "");
    }
}
