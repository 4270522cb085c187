//! Quotation marks that RFC 4180 does not allow: one that is never closed, text after a closing
//! one, a space before an opening one. A reader that ignores them loses rows.

use std::ops::Range;
use std::sync::Arc;

use crate::base::data_limits::SHAPES;
use crate::base::diagnostic::{Code, Diagnostic};
use crate::base::source::Source;

/// The errors in the quotation marks of a sheet, in order of the text.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    list: Vec<Fault>,
    /// The start of the first row that is longer than is read.
    long_row: Option<usize>,
}

#[derive(Debug)]
struct Fault {
    /// The opening mark.
    opened: usize,
    kind: QuoteKind,
}

#[derive(Debug)]
enum QuoteKind {
    NeverClosed,
    /// Text after the closing mark.
    TextBehind(Range<usize>),
    SpaceBefore,
}

impl Faults {
    /// Looks through a sheet from an offset on.
    pub(crate) fn find(text: &str, from: usize) -> Self {
        let mut found = Vec::new();
        let Some(last) = text.rfind('"') else {
            return Self::default();
        };
        let (mut at, mut row, mut long_row) = (from, from, None);
        while at <= last {
            let (fault, next) = cell(text, at);
            found.extend(fault);
            if long_row.is_none() && next - row > SHAPES.row_bytes {
                long_row = Some(row);
            }
            if text.as_bytes()[next - 1] != b',' {
                row = next;
            }
            at = next;
        }
        Self {
            list: found,
            long_row,
        }
    }

    /// The start of the first row that is longer than is read.
    pub(super) fn long_row(&self) -> Option<usize> {
        self.long_row
    }

    /// Whether a row has such a mark.
    pub(crate) fn touch(&self, row: &Range<usize>) -> bool {
        let next = self.list.partition_point(|fault| fault.opened < row.start);
        self.list
            .get(next)
            .is_some_and(|fault| fault.opened < row.end)
    }

    /// Tells of each at its place.
    pub(crate) fn tell(&self, source: &Arc<Source>, diagnostics: &mut Vec<Diagnostic>) {
        diagnostics.extend(self.list.iter().map(|fault| fault.told(source)));
    }
}

/// The error of the cell that starts at an offset, and the start of the next one.
fn cell(text: &str, start: usize) -> (Option<Fault>, usize) {
    let inner = text[start..].trim_start_matches([' ', '\t']);
    let opened = text.len() - inner.len();
    if !inner.starts_with('"') {
        return (None, next_cell(text, opened));
    }
    let Some(closed) = closed(text, opened + 1) else {
        let kind = QuoteKind::NeverClosed;
        return (Some(Fault { opened, kind }), text.len());
    };
    let end = end_of_cell(text, closed);
    let kind = if !text[closed..end].trim().is_empty() {
        Some(QuoteKind::TextBehind(closed..end))
    } else if opened > start {
        Some(QuoteKind::SpaceBefore)
    } else {
        None
    };
    (
        kind.map(|kind| Fault { opened, kind }),
        next_cell(text, closed),
    )
}

fn end_of_cell(text: &str, from: usize) -> usize {
    let end = text[from..].find([',', '\n', '\r']);
    end.map_or(text.len(), |end| from + end)
}

fn next_cell(text: &str, from: usize) -> usize {
    (end_of_cell(text, from) + 1).min(text.len())
}

/// The offset behind the mark that closes a text.
fn closed(text: &str, mut from: usize) -> Option<usize> {
    loop {
        from += text[from..].find('"')? + 1;
        if !text[from..].starts_with('"') {
            return Some(from);
        }
        from += 1;
    }
}

impl Fault {
    fn told(&self, source: &Arc<Source>) -> Diagnostic {
        let mark = source.span(self.opened..self.opened + 1);
        match &self.kind {
            QuoteKind::NeverClosed => {
                let end = end_of_cell(source.text(), self.opened);
                let cell = source.span(self.opened..end);
                let message = "this quotation mark is never closed: no row from here on is read";
                let help = format!("write {}", rewritten(cell.text()));
                Diagnostic::at(Code::CsvSyntax, cell, message).help(help)
            }
            QuoteKind::TextBehind(behind) => {
                let line = mark.position().line;
                let message = "text stands behind a closing quotation mark: the row is not read";
                let cell = source.span(self.opened..behind.end);
                let behind = source.span(behind.clone());
                if behind.position().line == line {
                    let help = format!("write {}", rewritten(cell.text()));
                    return Diagnostic::at(Code::CsvSyntax, cell, message).help(help);
                }
                Diagnostic::at(Code::CsvSyntax, behind, message)
                    .related(mark, "opened here")
                    .help(format!("close the mark of line {line} where its cell ends"))
            }
            QuoteKind::SpaceBefore => {
                let message = "a space stands before this quotation mark: the row is not read";
                Diagnostic::at(Code::CsvSyntax, mark, message).help("remove the space".to_owned())
            }
        }
    }
}

/// A cell as it should be: marks within it doubled, one at its start and one at its end.
fn rewritten(cell: &str) -> String {
    let inner = cell.trim().trim_start_matches('"').trim_end_matches('"');
    let inner = inner.replace("\"\"", "\"").replace('"', "\"\"");
    format!("`\"{inner}\"`")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<String> {
        let source = Source::new("a.csv", text);
        let mut diagnostics = Vec::new();
        Faults::find(text, 0).tell(&source, &mut diagnostics);
        let told = diagnostics.iter().map(|one| {
            let place = one.span().map_or_else(String::new, ToString::to_string);
            format!("{place} {}", one.help.as_deref().unwrap_or_default())
        });
        told.collect()
    }

    #[test]
    fn marks_where_they_belong_are_fine() {
        for text in [
            "id,t\na,\"x, y\"\n",
            "a,\"say \"\"yes\"\"\"\n",
            "a,\"two\nlines\",b\r\n",
            "a,5\" pipe,b\n",
            "\"\",\"\"\n\"a\" ,b",
        ] {
            assert_eq!(told(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn others_are_told_with_what_to_write() {
        assert_eq!(told("a,\"x\nb,y\n"), ["a.csv:1:3 write `\"x\"`"]);
        assert_eq!(
            told("a,\"the \"old\" town\",1\n"),
            ["a.csv:1:3 write `\"the \"\"old\"\" town\"`"]
        );
        assert_eq!(
            told("a,\"x\nb,\"y\nc,z\n"),
            ["a.csv:2:4 close the mark of line 1 where its cell ends"]
        );
        assert_eq!(told("a, \"x, y\"\n"), ["a.csv:1:4 remove the space"]);
    }
}
