//! Reads the lines of a stream in blocks, as they arrive, and remembers ids to find repeated ones.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{BuildHasher, RandomState};
use std::io::Read;

use crate::base::diagnostic::{Code, Diagnostic};
use crate::base::source::Source;

/// The number of bytes read at once.
const CHUNK: usize = 1 << 20;

/// The longest line that is taken, in bytes: an endless one must not use up all memory.
const MOST_OF_A_LINE: usize = 16 << 20;

/// The input, line by line.
pub(super) struct RecordLines {
    input: Box<dyn Read>,
    waiting: Vec<u8>,
    /// The number of lines before those in `waiting`.
    before: usize,
    /// A line that is too long is passed over to its end.
    passing: bool,
    ended: bool,
}

/// Some whole lines.
pub(super) struct LineBlock {
    bytes: Vec<u8>,
    before: usize,
    /// Whether the last of them is the beginning of a line that is too long.
    cut: bool,
}

/// A line that is not empty, and its number.
pub(super) struct RecordLine<'a> {
    pub(super) number: usize,
    pub(super) text: Result<&'a str, Unread>,
}

/// Why a line is not read.
#[derive(Clone, Copy)]
pub(super) enum Unread {
    NotText,
    TooLong,
}

impl RecordLines {
    pub(super) fn new(input: Box<dyn Read>) -> Self {
        Self {
            input,
            waiting: Vec::new(),
            before: 0,
            passing: false,
            ended: false,
        }
    }

    /// The lines read so far, as somebody may wait for their answers; `None` at the end.
    pub(super) fn next(&mut self) -> std::io::Result<Option<LineBlock>> {
        while !self.ended {
            let start = self.waiting.len();
            self.waiting.resize(start + CHUNK, 0);
            let read = self.input.read(&mut self.waiting[start..]);
            self.waiting
                .truncate(start + read.as_ref().map_or(0, |count| *count));
            let count = match read {
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                read => read?,
            };
            self.ended = count == 0;
            if self.passing && !self.pass_over(start) {
                continue;
            }
            if let Some(block) = self.block() {
                return Ok(Some(block));
            }
        }
        Ok(None)
    }

    /// Drops the rest of a line that is too long; returns whether it has ended.
    fn pass_over(&mut self, start: usize) -> bool {
        let end = self.waiting[start..].iter().position(|byte| *byte == b'\n');
        match end {
            Some(end) => {
                self.waiting.drain(..=start + end);
                self.before += 1;
                self.passing = false;
            }
            None => self.waiting.clear(),
        }
        !self.passing
    }

    fn block(&mut self) -> Option<LineBlock> {
        let last = self.waiting.iter().rposition(|byte| *byte == b'\n');
        let (end, cut) = match last {
            _ if self.ended => (self.waiting.len(), false),
            Some(last) => (last + 1, false),
            None if self.waiting.len() > MOST_OF_A_LINE => (self.waiting.len(), true),
            None => return None,
        };
        let rest = self.waiting.split_off(end);
        let bytes = std::mem::replace(&mut self.waiting, rest);
        let before = self.before;
        self.before += bytes.split(|byte| *byte == b'\n').count() - 1;
        self.passing = cut;
        (!bytes.is_empty()).then_some(LineBlock { bytes, before, cut })
    }
}

impl LineBlock {
    pub(super) fn lines(&self) -> impl Iterator<Item = RecordLine<'_>> {
        let lines = self.bytes.split(|byte| *byte == b'\n');
        let lines = lines.zip(self.before + 1..);
        let lines = lines.filter(|(line, _)| !line.trim_ascii().is_empty());
        lines.map(|(line, number)| RecordLine {
            number,
            text: match std::str::from_utf8(line) {
                _ if self.cut => Err(Unread::TooLong),
                Ok(text) => Ok(text),
                Err(_) => Err(Unread::NotText),
            },
        })
    }
}

impl RecordLine<'_> {
    /// Why it is not read, at its place.
    pub(super) fn problem(&self, name: &str, why: Unread) -> Diagnostic {
        let (code, message, help) = match why {
            Unread::NotText => (
                Code::NotText,
                "this line is not UTF-8 text".to_owned(),
                "write the stream as UTF-8",
            ),
            Unread::TooLong => (
                Code::TooLarge,
                format!("this line is longer than the limit of {MOST_OF_A_LINE} bytes"),
                "end each record with a newline",
            ),
        };
        let place = Source::behind(name, "", self.number - 1).span(0..0);
        Diagnostic::at(code, place, message).help(help.to_owned())
    }
}

/// The ids so far, as two hashes each with the number of its line: enough to find an id that occurs
/// twice.
#[derive(Default)]
pub(super) struct Seen {
    one: RandomState,
    other: RandomState,
    lines: HashMap<[u8; 16], u32>,
}

impl Seen {
    /// The line in which an id came before.
    pub(super) fn earlier(&mut self, id: &str, line: usize) -> Option<usize> {
        let mut key = [0; 16];
        key[..8].copy_from_slice(&self.one.hash_one(id).to_ne_bytes());
        key[8..].copy_from_slice(&self.other.hash_one(id).to_ne_bytes());
        let line = u32::try_from(line).unwrap_or(u32::MAX);
        match self.lines.entry(key) {
            Entry::Occupied(known) => usize::try_from(*known.get()).ok(),
            Entry::Vacant(free) => {
                free.insert(line);
                None
            }
        }
    }
}
