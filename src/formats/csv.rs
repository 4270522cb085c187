//! The one reader and writer of CSV (RFC 4180): text to cells that know their place, and back.

mod misplaced_quotes;

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use csv::ReaderBuilder;
#[cfg(any(feature = "app", feature = "parquet"))]
use csv::{QuoteStyle, WriterBuilder};

use crate::base::data_limits::{SHAPES, grouped};
use crate::base::diagnostic::{Code, Diagnostic};
use crate::base::hidden_characters::{is_hidden, visible};
use crate::base::source::{Source, Span};
use crate::formats::yaml::too_long_value;

pub(crate) use misplaced_quotes::Faults;

/// A row as texts alone.
pub(crate) type CsvRow = csv::StringRecord;

/// One cell and its place.
#[derive(Clone, Debug)]
pub(crate) struct CsvCell {
    pub(crate) text: String,
    pub(crate) span: Span,
}

/// The rows of a part of a file. Empty lines are left out.
fn rows(source: &Arc<Source>, part: Range<usize>) -> Result<Vec<Vec<CsvCell>>, Diagnostic> {
    let text = &source.text()[part.clone()];
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let (mut found, mut cells_read) = (Vec::new(), 0);
    let mut record = csv::StringRecord::new();
    loop {
        let start = part.start + offset(reader.position());
        cells_read += record.len();
        if cells_read > SHAPES.cells {
            return Err(too_many_cells(source.span(start..start)));
        }
        match reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => return Ok(found),
            Err(error) => {
                let span = source.span(start..start);
                return Err(Diagnostic::at(
                    Code::CsvSyntax,
                    span,
                    format!("not valid CSV: {error}"),
                ));
            }
        }
        let line = start..(part.start + offset(reader.position())).min(part.end);
        let places = places(source.text(), &line);
        let whole = trimmed(source.text(), line);
        let span = |index: usize| match places.get(index) {
            Some(place) if places.len() == record.len() => place.clone(),
            _ => whole.clone(),
        };
        let cells = record.iter().enumerate();
        let cells = cells.map(|(index, text)| CsvCell {
            text: text.trim().to_owned(),
            span: source.span(span(index)),
        });
        found.push(cells.collect());
    }
}

/// A sheet with a head: its columns, and the rows that have a cell for each of them.
#[derive(Debug, Default)]
pub(crate) struct Sheet {
    pub(crate) head: Vec<CsvCell>,
    /// Each with the place of the whole row.
    pub(crate) rows: Vec<(Vec<CsvCell>, Span)>,
}

/// The sheet of a file, and everything wrong with its shape.
pub(crate) fn sheet(source: &Arc<Source>, diagnostics: &mut Vec<Diagnostic>) -> Sheet {
    let start = body(source.text());
    let faults = Faults::find(source.text(), start);
    faults.tell(source, diagnostics);
    let all = start..source.text().len();
    let wrong = too_wide(source).or_else(|| too_long(source, &[all], &faults, 0));
    if let Some(problem) = wrong {
        diagnostics.push(problem);
        return Sheet::default();
    }
    let rows = match rows(source, start..source.text().len()) {
        Ok(rows) => rows,
        Err(problem) => {
            diagnostics.push(problem);
            return Sheet::default();
        }
    };
    let mut rows = rows.into_iter();
    let head = rows.next().unwrap_or_default();
    let mut known: HashMap<&str, &CsvCell> = HashMap::new();
    for cell in head.iter().filter(|cell| !cell.text.is_empty()) {
        match known.get(cell.text.as_str()) {
            Some(first) => diagnostics.push(twice(cell, first)),
            None => _ = known.insert(&cell.text, cell),
        }
    }
    let mut found = Vec::new();
    for row in rows {
        let (Some(first), Some(last)) = (row.first(), row.last()) else {
            continue;
        };
        let place = first.span.range().start..last.span.range().end;
        if faults.touch(&place) || row.iter().all(|cell| cell.text.is_empty()) {
            continue;
        }
        let span = source.span(place);
        let beyond = row.get(head.len()..).unwrap_or_default();
        if row.len() >= head.len() && beyond.iter().all(|cell| cell.text.is_empty()) {
            found.push((row, span));
        } else {
            diagnostics.push(ragged(span, row.len(), head.len()));
        }
    }
    Sheet { head, rows: found }
}

/// The error of a head with more columns than are read, reported before any is read.
pub(crate) fn too_wide(source: &Arc<Source>) -> Option<Diagnostic> {
    let text = &source.text()[body(source.text())..];
    let (mut quoted, mut commas) = (false, 0);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => return None,
            b',' if !quoted => commas += 1,
            _ => {}
        }
        if commas >= SHAPES.names {
            let place = source.text().len() - text.len() + at;
            let most = grouped(SHAPES.names as u64);
            let message = format!("this head has more than {most} columns: the sheet is not read");
            let help = "leave out what is no fact, or put the records of each rulebook into a sheet of their own";
            let found = Diagnostic::at(Code::TooLarge, source.span(place..place + 1), message);
            return Some(found.help(help.to_owned()));
        }
    }
    None
}

/// The error of a sheet that has a row longer than is read. Parts of at least `about` bytes end
/// with a row if there are no quotation marks.
pub(crate) fn too_long(
    source: &Arc<Source>,
    parts: &[Range<usize>],
    faults: &Faults,
    about: usize,
) -> Option<Diagnostic> {
    let text = source.text();
    let is_long = |part: &&Range<usize>| part.len() > about + SHAPES.row_bytes;
    let in_part = |part: &Range<usize>| {
        let mut start = part.start;
        let mut lines = text[part.clone()].split_inclusive('\n');
        lines.find_map(|line| {
            start += line.len();
            (line.len() > SHAPES.row_bytes).then(|| start - line.len())
        })
    };
    let start = if text.contains('"') {
        faults.long_row()
    } else {
        parts.iter().filter(is_long).find_map(in_part)
    };
    let start = start?;
    let place = source.span(start..start);
    let most = grouped(SHAPES.row_bytes as u64);
    let message = format!("a row is longer than the limit of {most} bytes: the sheet is not read");
    let help = "end each record with a line break, and keep long documents elsewhere".to_owned();
    Some(Diagnostic::at(Code::TooLarge, place, message).help(help))
}

fn too_many_cells(place: Span) -> Diagnostic {
    let most = grouped(SHAPES.cells as u64);
    let message = format!("this sheet has more than {most} cells: it is not read");
    let help = "split the file into several".to_owned();
    Diagnostic::at(Code::TooLarge, place, message).help(help)
}

/// Whether one of the cells is longer than a value may be.
pub(crate) fn has_long_cell(cells: &CsvRow) -> bool {
    cells.iter().any(|cell| cell.len() > SHAPES.value_bytes)
}

/// The error of a row that has a cell longer than is read.
pub(crate) fn long_cell(source: &Arc<Source>, place: &Range<usize>) -> Option<Diagnostic> {
    let cells = row(source, place.clone())?;
    let long = |cell: &&CsvCell| cell.text.len() > SHAPES.value_bytes;
    let cell = cells.iter().find(long)?;
    Some(too_long_value(cell.text.len(), &cell.span))
}

/// The error of a column that occurs twice in a head.
pub(crate) fn twice(cell: &CsvCell, first: &CsvCell) -> Diagnostic {
    let message = format!("the column `{}` stands here twice", cell.text);
    Diagnostic::at(Code::DuplicateKey, cell.span.clone(), message)
        .related(first.span.clone(), "first here")
        .help("remove one of the two, or give it another name".to_owned())
}

/// A row that has more cells than the head, or fewer.
pub(crate) fn ragged(span: Span, cells: usize, head: usize) -> Diagnostic {
    let s = if cells == 1 { "" } else { "s" };
    let message = format!("this row has {cells} cell{s}, and the head has {head}");
    let help = if cells > head {
        "put a text that holds a comma in quotation marks; write a decimal comma as a point"
    } else if cells == 1 {
        "delete the row if it is no record; else write a comma for each column"
    } else {
        "write a comma for each column, also where nothing is known"
    };
    Diagnostic::at(Code::WrongShape, span, message).help(help.to_owned())
}

/// Where the head begins: after a first line `sep=,`, which some spreadsheets write.
fn body(text: &str) -> usize {
    let line = text.split_inclusive('\n').next().unwrap_or_default();
    let says = line.trim().trim_matches('"').eq_ignore_ascii_case("sep=,");
    if says { line.len() } else { 0 }
}

/// The cells of a single row.
pub(crate) fn row(source: &Arc<Source>, place: Range<usize>) -> Option<Vec<CsvCell>> {
    let cells = texts_of_row(source, place)?.into_iter();
    let cells = cells.map(|(text, place)| CsvCell {
        text: text.into_owned(),
        span: source.span(place),
    });
    Some(cells.collect())
}

/// The texts of the cells of a single row, and their places.
pub(crate) fn texts_of_row(
    source: &Arc<Source>,
    place: Range<usize>,
) -> Option<Vec<(Cow<'_, str>, Range<usize>)>> {
    if let Some(row) = plain_row(source, &place) {
        return Some(row);
    }
    let cells = rows(source, place).ok()?.into_iter().next()?.into_iter();
    let cells = cells.map(|cell| (Cow::Owned(cell.text), cell.span.range()));
    Some(cells.collect())
}

/// A row without quotation marks, which is parted by its commas alone: no reader is made for it.
fn plain_row<'s>(
    source: &'s Source,
    place: &Range<usize>,
) -> Option<Vec<(Cow<'s, str>, Range<usize>)>> {
    let text = source.text().get(place.clone())?;
    let line = text.trim_end_matches(['\r', '\n']);
    if line.is_empty() || line.contains(['"', '\r', '\n']) {
        return None;
    }
    let mut start = place.start;
    let cells = line.split(',').map(|cell| {
        let place = trimmed(source.text(), start..start + cell.len());
        start += cell.len() + 1;
        (Cow::Borrowed(&source.text()[place.clone()]), place)
    });
    Some(cells.collect())
}

/// The head of a file, and where it ends.
pub(crate) fn head(source: &Arc<Source>) -> Option<(Vec<CsvCell>, usize)> {
    let text = source.text();
    let start = body(text);
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(&text.as_bytes()[start..]);
    let mut record = csv::StringRecord::new();
    reader
        .read_record(&mut record)
        .ok()
        .filter(|found| *found)?;
    let end = (start + offset(reader.position())).min(text.len());
    Some((row(source, start..end)?, end))
}

/// The head of a file, and its other rows in parts that can be read side by side.
pub(crate) fn parts(
    source: &Arc<Source>,
    about: usize,
) -> Option<(Vec<CsvCell>, Vec<Range<usize>>)> {
    let text = source.text();
    let (head, mut start) = head(source)?;
    let mut parts = Vec::new();
    // Within quotation marks a line may continue: such a file is one part.
    let whole = text.contains('"');
    while start < text.len() {
        let goal = start + about;
        let rest = text.as_bytes().get(goal..).filter(|_| !whole);
        let end = rest.and_then(|rest| rest.iter().position(|byte| *byte == b'\n'));
        let end = end.map_or(text.len(), |end| goal + end + 1);
        parts.push(start..end);
        start = end;
    }
    Some((head, parts))
}

/// Hands over the rows of a part, each with its place and its cells, until one cannot be read.
pub(crate) fn each_row(
    text: &str,
    part: Range<usize>,
    row: &mut dyn FnMut(Range<usize>, &CsvRow),
) -> bool {
    let bytes = &text.as_bytes()[part.clone()];
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(bytes);
    let mut record = csv::StringRecord::new();
    loop {
        let start = part.start + offset(reader.position());
        match reader.read_record(&mut record) {
            Ok(true) => row(
                trimmed(
                    text,
                    start..(part.start + offset(reader.position())).min(part.end),
                ),
                &record,
            ),
            Ok(false) => return true,
            Err(_) => return false,
        }
    }
}

fn offset(position: &csv::Position) -> usize {
    usize::try_from(position.byte()).unwrap_or(usize::MAX)
}

fn trimmed(text: &str, line: Range<usize>) -> Range<usize> {
    let part = &text[line.clone()];
    // An empty cell has its place at its start, not after the end of its line.
    if part.trim().is_empty() {
        return line.start..line.start;
    }
    let start = line.start + part.len() - part.trim_start().len();
    start..line.start + part.trim_end().len()
}

/// The places of the cells of a line.
fn places(text: &str, line: &Range<usize>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = line.start;
    // Within a cell that does not begin with a mark, marks mean nothing.
    let (mut begins, mut marked, mut quoted) = (true, false, false);
    for (index, sign) in text[line.clone()].char_indices() {
        match sign {
            '"' if begins => (marked, quoted) = (true, true),
            '"' if marked => quoted = !quoted,
            ',' if !quoted => {
                found.push(trimmed(text, start..line.start + index));
                start = line.start + index + 1;
                (begins, marked) = (true, false);
                continue;
            }
            '\n' | '\r' if begins => continue,
            _ => {}
        }
        begins = false;
    }
    found.push(trimmed(text, start..line.end));
    found
}

/// Rows as text, each cell safe for the program that shows it.
#[cfg(feature = "app")]
pub(crate) fn written(rows: impl Iterator<Item = Vec<String>>) -> String {
    text_of(rows.map(|row| row.into_iter().map(safe_cell)))
}

/// A cell on one line, in which nothing hides. What a spreadsheet would take for a formula, or a
/// log for a command, is kept from being one.
pub(crate) fn safe_cell(cell: String) -> String {
    // Most cells are plain ASCII; their bytes show it.
    let is_plain = cell.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    let cell = if !is_plain && cell.chars().any(is_hidden) {
        let shown = |c: char| if c == '\n' { ' ' } else { visible(c) };
        cell.chars().map(shown).collect()
    } else {
        cell
    };
    match cell.trim_start().as_bytes().first() {
        Some(b'=' | b'+' | b'-' | b'@') if cell.parse::<f64>().is_err() => format!("'{cell}"),
        Some(b':') if cell.trim_start().starts_with("::") => format!("'{cell}"),
        _ => cell,
    }
}

/// Adds a cell to a row.
pub(crate) fn push_cell(row: &mut String, cell: &str) {
    let is_plain = |byte: u8| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b',');
    let begins_plainly = cell
        .bytes()
        .next()
        .is_none_or(|byte| byte.is_ascii_alphanumeric());
    if begins_plainly && cell.bytes().all(is_plain) {
        row.push_str(cell);
        return;
    }
    let cell = safe_cell(cell.to_owned());
    if cell.contains(['"', ',', '\n', '\r']) {
        row.push('"');
        row.push_str(&cell.replace('"', "\"\""));
        row.push('"');
    } else {
        row.push_str(&cell);
    }
}

/// Rows as text.
#[cfg(any(feature = "app", feature = "parquet"))]
pub(crate) fn text_of<C: AsRef<[u8]>>(
    rows: impl Iterator<Item = impl Iterator<Item = C>>,
) -> String {
    let mut writer = WriterBuilder::new()
        .flexible(true)
        .quote_style(QuoteStyle::Necessary)
        .from_writer(Vec::new());
    for row in rows {
        writer
            .write_record(row)
            .expect("memory takes whatever is written");
    }
    let bytes = writer
        .into_inner()
        .expect("memory takes whatever is written");
    String::from_utf8(bytes).expect("texts were written")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        #[cfg(feature = "app")]
        fn a_cell_is_written_as_in_a_whole_row(cell in "[a ,;é\t\"\r\n=:+@\u{200b}-]{0,6}|.{0,6}") {
            let mut row = String::from("a,");
            push_cell(&mut row, &cell);
            row.push('\n');
            let whole = written(std::iter::once(vec!["a".to_owned(), cell]));
            prop_assert_eq!(row, whole);
        }

        #[test]
        fn a_plain_row_is_read_as_any_other(line in "[ab ,;é\t]{0,20}(\r?\n)?") {
            let source = Source::new("a.csv", &line);
            let place = 0..line.len();
            let whole = rows(&source, place.clone()).unwrap();
            if let Some(row) = plain_row(&source, &place) {
                let cells = whole[0].iter();
                let cells = cells.map(|cell| (Cow::Borrowed(&*cell.text), cell.span.range()));
                prop_assert_eq!(row, cells.collect::<Vec<_>>());
            } else {
                prop_assert!(whole.is_empty());
            }
        }
    }
}
