//! Accepted results as they are written: a line for each jurisdiction, in order of ids. Such lines
//! are read without a YAML reader; a file with anything else is left to that.

use std::ops::Range;

use crate::analysis::test_cases::determination_of;
use crate::assess::result_types::{DeterminationKind, Status};
use crate::base::parallel;

/// The statuses that are written: those that do not pass.
pub(super) const OPEN: [(&str, Status); 3] = [
    ("not_met", Status::NotMet),
    ("unknown", Status::Unknown),
    ("fault", Status::Fault),
];

/// A file of such lines.
pub(super) struct Lines<'a> {
    /// Everything before the jurisdictions, including their key.
    pub(super) head: Range<usize>,
    /// One line for each jurisdiction; no two have the same id.
    pub(super) list: Vec<Line<'a>>,
}

/// The accepted results of a jurisdiction; each text with the offset where it begins.
pub(super) struct Line<'a> {
    pub(super) id: (&'a str, usize),
    pub(super) kind: (&'a str, DeterminationKind, usize),
    pub(super) open: Vec<(Status, &'a str, usize)>,
    /// The offset behind its last word.
    pub(super) end: usize,
}

/// The lines of a file; `None` if it has others.
pub(super) fn lines(text: &str) -> Option<Lines<'_>> {
    const KEY: &str = "\njurisdictions:\n";
    let body = text.find(KEY)? + KEY.len();
    let plain =
        |line: &str| line.starts_with(|c: char| c.is_ascii_alphanumeric() || " #".contains(c));
    if !text[..body].lines().all(plain) {
        return None;
    }
    let read = |part: Range<usize>| -> Option<Vec<Line<'_>>> {
        let mut at = part.start;
        let lines = text[part].split_terminator('\n').map(|line| {
            let start = at;
            at += line.len() + 1;
            LineReading { line, start, at: 0 }.read()
        });
        lines.collect()
    };
    let mut list: Vec<Line<'_>> = Vec::new();
    for part in parallel::map(parts(text, body), read) {
        list.append(&mut part?);
    }
    // Strictly in order, so no id occurs twice.
    let in_order = list.is_sorted_by(|a, b| a.id.0 < b.id.0);
    in_order.then_some(Lines {
        head: 0..body,
        list,
    })
}

/// Parts of whole lines, for threads to read in parallel.
fn parts(text: &str, body: usize) -> Vec<Range<usize>> {
    const PART: usize = 256 * 1024;
    let (mut parts, mut start) = (Vec::new(), body);
    while start < text.len() {
        let from = text.as_bytes().get(start + PART..).unwrap_or_default();
        let end = from.iter().position(|byte| *byte == b'\n');
        let end = end.map_or(text.len(), |end| start + PART + end + 1);
        parts.push(start..end);
        start = end;
    }
    parts
}

/// A line, and how far it was read.
struct LineReading<'a> {
    line: &'a str,
    /// The offset in the file where it begins.
    start: usize,
    at: usize,
}

impl<'a> LineReading<'a> {
    fn read(mut self) -> Option<Line<'a>> {
        self.expect("  ")?;
        let id = self.word()?;
        self.expect(": {determination: ")?;
        let (word, place) = self.word()?;
        let kind = (word, determination_of(word)?, place);
        let mut open = Vec::new();
        for (key, status) in OPEN {
            if self.expect(", ").is_none() {
                break;
            }
            if self.expect(key).is_none() {
                self.at -= ", ".len();
                continue;
            }
            self.expect(": [")?;
            loop {
                let (word, place) = self.word()?;
                open.push((status, word, place));
                if self.expect("]").is_some() {
                    break;
                }
                self.expect(", ")?;
            }
        }
        self.expect("}")?;
        let (last, place) = match open.last() {
            Some((_, word, place)) => (*word, *place),
            None => (word, place),
        };
        (self.at == self.line.len()).then_some(Line {
            id,
            kind,
            open,
            end: place + last.len(),
        })
    }

    fn expect(&mut self, text: &str) -> Option<()> {
        self.line[self.at..]
            .starts_with(text)
            .then(|| self.at += text.len())
    }

    /// A word that YAML takes for a text, and the offset where it begins.
    fn word(&mut self) -> Option<(&'a str, usize)> {
        let rest = &self.line[self.at..];
        let of_word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        let end = rest.bytes().position(|byte| !of_word(&byte));
        let word = &rest[..end.unwrap_or(rest.len())];
        let place = self.start + self.at;
        self.at += word.len();
        let is_text = word.starts_with(|c: char| c.is_ascii_alphanumeric())
            && !word.eq_ignore_ascii_case("null");
        is_text.then_some((word, place))
    }
}
