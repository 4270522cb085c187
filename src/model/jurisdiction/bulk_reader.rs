//! Reads files of many records in parallel parts, directly into columns.
//!
//! A record with more than plain values, or with an error, is read in full by [`RecordReader`],
//! which reports errors. So both readers report the same; a test compares them.

use std::ops::Range;
use std::sync::Arc;

use crate::base::data_limits::SHAPES;
use crate::base::diagnostic::{Code, Diagnostic};
use crate::base::parallel::{self, Progress};
use crate::base::source::{Source, Span};
use crate::formats::yaml::YamlNode;
use crate::formats::{csv, json, yaml};
use crate::model::fact::{Schema, plain_boolean};
use crate::model::jurisdiction::columnar_table::{Filling, RecordLayout, RowReader};
use crate::model::jurisdiction::data_budget::{DataAmount, ReadingRoom};
use crate::model::jurisdiction::documents_to_columns::{self, Careful, DocumentNotation};
use crate::model::jurisdiction::format::RecordFormat;
use crate::model::jurisdiction::number_in_two_cells::number_in_two_cells;
use crate::model::jurisdiction::parsed_chunk::InputPart;
use crate::model::jurisdiction::plain_record_into_columns::Filler;
use crate::model::jurisdiction::record_reader::{RecordReader, is_id, of_row};
use crate::model::jurisdiction::sheet_header::{ColumnOf, columns};
use crate::model::jurisdiction::{Jurisdiction, Record, RecordBlock};
use crate::model::rulebook::Rulebook;

/// About how many bytes a part has.
pub(super) const PART: usize = 128 * 1024;

/// The records of a large file of documents; `None` if the careful reader should read it.
pub(super) fn of_documents(
    rulebook: &Rulebook,
    source: &Arc<Source>,
    diagnostics: &mut Vec<Diagnostic>,
    (progress, room): (&Progress, &mut ReadingRoom),
) -> Option<RecordBlock> {
    if source.text().len() < PART {
        return None;
    }
    let read = |range: Range<usize>| {
        let mut part = InputPart::new(&rulebook.schema);
        documents_to_columns::read(rulebook, source, &[range], &YAML, &mut part).map(|_| part)
    };
    let joined = JoinedParts::read(
        &rulebook.schema,
        yaml::parts(source.text(), PART),
        (progress, source.text().len(), room),
        read,
    )?;
    // A single record may be called as its file.
    (joined.count() > 1)
        .then(|| joined.records(source, "", again_document(rulebook, YAML.node), diagnostics))
}

/// The records of a JSON file, one per line or in a list; all errors are reported.
pub(super) fn of_json(
    rulebook: &Rulebook,
    source: &Arc<Source>,
    diagnostics: &mut Vec<Diagnostic>,
    (progress, room): (&Progress, &mut ReadingRoom),
) -> Option<RecordBlock> {
    let lines = RecordFormat::of(source) == RecordFormat::Lines;
    // One more shows that there are too many.
    let most = room.records().saturating_add(1);
    let parts = if lines {
        Some(json::lines(source.text(), PART, most))
    } else {
        json::list(source, PART, most, diagnostics)
    };
    let count = parts.iter().flatten().map(Vec::len).sum();
    if count > room.records() {
        room.take(DataAmount::of(count, 0, 0, 0));
        return None;
    }
    let read = |ranges: Vec<Range<usize>>| {
        let mut part = InputPart::new(&rulebook.schema);
        documents_to_columns::read(rulebook, source, &ranges, &JSON, &mut part);
        Some(part)
    };
    let joined = JoinedParts::read(
        &rulebook.schema,
        parts?,
        (progress, source.text().len(), room),
        read,
    )?;
    Some(joined.records(source, "", again_document(rulebook, JSON.node), diagnostics))
}

pub(super) const YAML: DocumentNotation = DocumentNotation {
    pieces: yaml::pieces,
    node: yaml::part,
    only: false,
};
pub(super) const JSON: DocumentNotation = DocumentNotation {
    pieces: json::pieces,
    node: json::node,
    only: false,
};

/// Reads a document again, in full.
pub(super) fn again_document(rulebook: &Rulebook, node: Careful) -> RowReader {
    again(rulebook, move |mut reader, source, place| {
        reader.record(&node(source, place, &mut Vec::new())?, source, true)
    })
}

/// Reads a record again from its place.
fn again(
    rulebook: &Rulebook,
    read: impl Fn(RecordReader<'_>, &Arc<Source>, Range<usize>) -> Option<Jurisdiction>
    + Send
    + Sync
    + 'static,
) -> RowReader {
    let schema = Arc::clone(&rulebook.schema);
    let (sources, files) = (
        Arc::clone(&rulebook.sources),
        Arc::clone(&rulebook.record_files),
    );
    Box::new(move |source, place| {
        let reader = RecordReader {
            schema: &schema,
            sources: &sources,
            files: &files,
            diagnostics: &mut Vec::new(),
        };
        read(reader, source, place)
    })
}

/// The records of a sheet; all errors are reported. `None` if no row can be read.
pub(super) fn of_sheet(
    rulebook: &Rulebook,
    source: &Arc<Source>,
    diagnostics: &mut Vec<Diagnostic>,
    (progress, room): (&Progress, &mut ReadingRoom),
) -> Option<RecordBlock> {
    if let Some(problem) = csv::too_wide(source) {
        diagnostics.push(problem);
        return None;
    }
    let (head, parts) = csv::parts(source, PART)?;
    let columns = columns(&rulebook.schema, &head, diagnostics)?;
    let faults = csv::Faults::find(source.text(), 0);
    if let Some(problem) = csv::too_long(source, &parts, &faults, PART) {
        diagnostics.push(problem);
        return None;
    }
    faults.tell(source, diagnostics);
    let names = head.iter().map(|cell| cell.text.as_str());
    let names = names.collect::<Vec<_>>().join(",");
    let sheet = SheetOf { head, columns };
    let joined = JoinedParts::read(
        &rulebook.schema,
        parts,
        (progress, source.text().len(), room),
        |part| sheet_part(rulebook, source, &sheet, &faults, part),
    )?;
    Some(joined.records(source, &names, again_row(rulebook, sheet), diagnostics))
}

/// The head of a sheet, and what its columns are about.
struct SheetOf {
    head: Vec<csv::CsvCell>,
    columns: Vec<ColumnOf>,
}

impl SheetOf {
    /// A row as the node of a record.
    fn record(&self, row: &[csv::CsvCell], span: &Span) -> YamlNode {
        let cells = self.columns.iter().zip(&self.head).zip(row);
        let cells = cells.map(|((column, head), cell)| (*column, head, cell.clone()));
        of_row(cells, span)
    }
}

/// Reads a row of a sheet again, in full.
fn again_row(rulebook: &Rulebook, sheet: SheetOf) -> RowReader {
    again(rulebook, move |mut reader, source, place| {
        let row = csv::texts_of_row(source, place)?;
        reader.row((&sheet.head, &sheet.columns), &row, source)
    })
}

/// Some rows of a sheet, with a way to read one of them again; `None` if one has more than plain
/// values.
pub(super) fn sheet_rows(
    rulebook: &Rulebook,
    source: &Arc<Source>,
    head: Vec<csv::CsvCell>,
    rows: Range<usize>,
) -> Option<(Filling, RowReader)> {
    let columns = columns(&rulebook.schema, &head, &mut Vec::new())?;
    let sheet = SheetOf { head, columns };
    let part = sheet_part(rulebook, source, &sheet, &csv::Faults::default(), rows)?;
    let plain = part.whole.is_empty() && part.diagnostics.is_empty();
    plain.then(|| (part.filler.filling, again_row(rulebook, sheet)))
}

/// The documents in some ranges of a file, with a way to read one of them again; `None` if one has
/// more than plain values.
pub(super) fn documents(
    rulebook: &Rulebook,
    source: &Arc<Source>,
    ranges: &[Range<usize>],
    notation: &DocumentNotation,
) -> Option<(Filling, RowReader)> {
    let mut part = InputPart::new(&rulebook.schema);
    let fine = documents_to_columns::read(rulebook, source, ranges, notation, &mut part);
    let plain = fine.is_some() && part.whole.is_empty() && part.diagnostics.is_empty();
    plain.then(|| (part.filler.filling, again_document(rulebook, notation.node)))
}

fn sheet_part<'s>(
    rulebook: &'s Rulebook,
    source: &Arc<Source>,
    sheet: &SheetOf,
    faults: &csv::Faults,
    part: Range<usize>,
) -> Option<InputPart<'s>> {
    let InputPart {
        mut filler,
        mut whole,
        mut diagnostics,
        file,
        guide,
    } = InputPart::new(&rulebook.schema);
    let width = sheet.columns.len();
    let mut told_nameless = false;
    let read = csv::each_row(source.text(), part, &mut |place, cells| {
        if faults.touch(&place) {
            return;
        }
        match shape_of(cells, width) {
            RowShape::Empty => return,
            RowShape::Ragged => {
                let span = source.span(place);
                return diagnostics.push(csv::ragged(span, cells.len(), width));
            }
            RowShape::Even => {}
        }
        // Reported at its place, like any row that is not plain.
        let long = place.len() > SHAPES.value_bytes && csv::has_long_cell(cells);
        if long {
            diagnostics.extend(csv::long_cell(source, &place));
        } else if plain_row(rulebook, &mut filler, &sheet.columns, cells, &place).is_none() {
            let row = csv::row(source, place.clone()).unwrap_or_default();
            if repeats_head(sheet, &row) {
                return diagnostics.push(head_again(source.span(place)));
            }
            let nameless = without_column(sheet, &row).filter(|_| !told_nameless);
            told_nameless |= nameless.is_some();
            diagnostics.extend(nameless);
            let before = diagnostics.len();
            let mut reader = RecordReader::new(rulebook, &mut diagnostics);
            let node = sheet.record(&row, &source.span(place));
            let record = reader.record(&node, source, false);
            let mut is_right = |row: &[&str]| {
                let cells = row.iter().copied();
                state_row(rulebook, &mut filler, &sheet.columns, cells).is_some()
            };
            let is_wrong = diagnostics.len() > before;
            let split = is_wrong.then(|| number_in_two_cells(&row, &mut is_right));
            if let Some(split) = split.flatten() {
                diagnostics.truncate(before);
                return diagnostics.push(split);
            }
            whole.extend(record.map(|record| (filler.filling.len(), record)));
        }
    });
    read.then_some(InputPart {
        filler,
        file,
        whole,
        guide,
        diagnostics,
    })
}

/// How the number of cells of a row compares with the head.
enum RowShape {
    Even,
    /// As many, or others beyond them that are empty: a row below the last record, most often.
    Empty,
    Ragged,
}

fn shape_of(cells: &csv::CsvRow, width: usize) -> RowShape {
    let is_empty = |cell: &str| cell.trim().is_empty();
    match cells.len() {
        _ if cells.iter().all(is_empty) => RowShape::Empty,
        count if count == width => RowShape::Even,
        count if count > width && cells.iter().skip(width).all(is_empty) => RowShape::Even,
        _ => RowShape::Ragged,
    }
}

/// Whether a row is the head once more, as where sheets were put together.
fn repeats_head(sheet: &SheetOf, row: &[csv::CsvCell]) -> bool {
    let mut cells = sheet.head.iter().zip(row);
    row.len() >= sheet.head.len() && cells.all(|(head, cell)| head.text == cell.text)
}

fn head_again(row: Span) -> Diagnostic {
    let message = "this row is the head of the sheet once more";
    Diagnostic::at(Code::BadName, row, message).help("delete the row".to_owned())
}

/// A cell in a column that has no name.
fn without_column(sheet: &SheetOf, row: &[csv::CsvCell]) -> Option<Diagnostic> {
    let mut cells = sheet.columns.iter().zip(row);
    let (_, cell) =
        cells.find(|(column, cell)| **column == ColumnOf::Nameless && !cell.text.is_empty())?;
    let message = format!("`{}` stands in a column without a name", cell.text);
    let help = "name the column in the first line, or remove it".to_owned();
    Some(Diagnostic::at(Code::WrongShape, cell.span.clone(), message).help(help))
}

/// Puts a row into the columns; `None` if it has more than plain values.
fn plain_row(
    rulebook: &Rulebook,
    filler: &mut Filler<'_>,
    columns: &[ColumnOf],
    cells: &csv::CsvRow,
    place: &Range<usize>,
) -> Option<()> {
    let (id, name) = state_row(rulebook, filler, columns, cells.iter())?;
    filler.end(0, id, name, place);
    Some(())
}

/// Puts the cells of a row into the columns, and returns its id and name; `None` if one is not a
/// plain value, or is wrong.
fn state_row<'c>(
    rulebook: &Rulebook,
    filler: &mut Filler<'_>,
    columns: &[ColumnOf],
    cells: impl Iterator<Item = &'c str>,
) -> Option<(&'c str, &'c str)> {
    filler.stating.begin();
    let (mut id, mut name) = (None, None);
    for (column, text) in columns
        .iter()
        .zip(cells.map(str::trim))
        .filter(|(_, text)| !text.is_empty())
    {
        match column {
            ColumnOf::Id => id = Some(text),
            ColumnOf::Name => name = Some(text),
            ColumnOf::Assess if plain_boolean(text) == Some(true) => {}
            ColumnOf::Assess | ColumnOf::Nameless => return None,
            ColumnOf::Source => filler.stating.rest_on(text, rulebook).ok()?,
            ColumnOf::Note | ColumnOf::Nothing => {}
            ColumnOf::Fact(slot) => filler.stating.state(*slot, text, false).ok()?,
        }
    }
    // A head that is repeated is left to the careful reader.
    let id = id.filter(|id| is_id(id) && *id != "id")?;
    Some((id, name.unwrap_or(id)))
}

/// Everything that the parts of a file hold, put together as they are read, so that little is there
/// twice.
struct JoinedParts<'s> {
    all: Filling,
    whole: Vec<(usize, Jurisdiction)>,
    diagnostics: Vec<Diagnostic>,
    schema: &'s Schema,
}

impl<'s> JoinedParts<'s> {
    /// Reads parts in parallel; `None` if one of them cannot be read.
    fn read<T: Send>(
        schema: &'s Schema,
        parts: Vec<T>,
        (progress, bytes, room): (&Progress, usize, &mut ReadingRoom),
        read: impl Fn(T) -> Option<InputPart<'s>> + Sync + Send,
    ) -> Option<Self> {
        let mut joined = Self {
            all: Filling::new(schema.facts()),
            whole: Vec::new(),
            diagnostics: Vec::new(),
            schema,
        };
        let (count, mut done) = (parts.len(), 0);
        parallel::in_order(parts, read, |part| {
            let Some(part) = part else { return false };
            done += 1;
            joined.all.make_room(&part.filler.filling, (done, count));
            let (rows, whole) = (part.filler.filling.len(), part.whole.len());
            let (facts, problems) = (schema.facts().len(), part.diagnostics.len());
            let before = joined.all.len();
            joined.whole.extend(
                part.whole
                    .into_iter()
                    .map(|(rows, record)| (before + rows, record)),
            );
            joined.all.append(part.filler.filling, 0);
            joined.diagnostics.extend(part.diagnostics);
            // The parts are of similar size.
            progress.add(bytes / count);
            room.take(DataAmount::of(rows, whole, facts, problems))
        });
        // What was reported before the room was used up is still reported.
        (done == count || room.is_full()).then_some(joined)
    }

    fn count(&self) -> usize {
        self.all.len() + self.whole.len()
    }

    /// The records in the order of the file.
    fn records(
        self,
        source: &Arc<Source>,
        names: &str,
        again: RowReader,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> RecordBlock {
        let (rows, count) = (self.all.len(), self.count());
        let table = self
            .all
            .filled(vec![Arc::clone(source)], shape(self.schema, names), again);
        diagnostics.extend(self.diagnostics);
        if self.whole.is_empty() {
            return RecordBlock::table(table);
        }
        let mut found = Vec::with_capacity(count);
        let mut whole = self.whole.into_iter().peekable();
        for row in 0..=rows {
            while let Some((_, record)) = whole.next_if(|(before, _)| *before == row) {
                found.push(Record::from(record));
            }
            if row < rows {
                found.push(Record::row(&table, row));
            }
        }
        found.into()
    }
}

/// What the meaning of a record's text depends on; `head` is that of a sheet.
pub(super) fn shape(schema: &Schema, head: &str) -> RecordLayout {
    let facts = schema.facts().iter();
    RecordLayout {
        head: head.to_owned(),
        facts: facts
            .map(|fact| (fact.path.clone(), fact.ty.clone()))
            .collect(),
    }
}
