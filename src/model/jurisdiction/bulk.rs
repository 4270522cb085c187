//! Files of many records, read in parts side by side, straight into columns.
//!
//! A record that has more than plain values, or something wrong with it, is read in full by
//! [`Reader`], which says what is wrong. So both ways say the same; a test compares them.

use std::ops::Range;
use std::sync::Arc;

use crate::base::diagnostic::Diagnostic;
use crate::base::parallel::{self, Progress};
use crate::base::source::Source;
use crate::formats::yaml::Node;
use crate::formats::{csv, json, yaml};
use crate::model::fact::{BUILT_IN, Lookup, Schema};
use crate::model::jurisdiction::column_builder::Filler;
use crate::model::jurisdiction::documents::{self, Careful, Notation};
use crate::model::jurisdiction::format::Format;
use crate::model::jurisdiction::part::Part;
use crate::model::jurisdiction::reader::{KEYS, Reader, is_id, of_row};
use crate::model::jurisdiction::table::{Again, Filling, Shape};
use crate::model::jurisdiction::{Held, Jurisdiction, Record};
use crate::model::rulebook::Rulebook;

/// About how many bytes a part has.
pub(super) const PART: usize = 128 * 1024;

/// The records of a large file of documents; none when it is better read with care.
pub(super) fn of_documents(
    rulebook: &Rulebook,
    source: &Arc<Source>,
    diagnostics: &mut Vec<Diagnostic>,
    progress: &Progress,
) -> Option<Held> {
    if source.text().len() < PART {
        return None;
    }
    let read = |range: Range<usize>| {
        let mut part = Part::new(&rulebook.schema);
        documents::read(rulebook, source, &[range], &YAML, &mut part).then_some(part)
    };
    let joined = Joined::read(
        &rulebook.schema,
        yaml::parts(source.text(), PART),
        (progress, source.text().len()),
        read,
    )?;
    // A single record may be called as its file.
    (joined.count() > 1)
        .then(|| joined.records(source, "", again_document(rulebook, YAML.node), diagnostics))
}

/// The records of a file of JSON, a line each or a list of them; all that is wrong is told.
pub(super) fn of_json(
    rulebook: &Rulebook,
    source: &Arc<Source>,
    diagnostics: &mut Vec<Diagnostic>,
    progress: &Progress,
) -> Option<Held> {
    let lines = Format::of(source) == Format::Lines;
    let parts = if lines {
        Some(json::lines(source.text(), PART))
    } else {
        json::list(source, PART, diagnostics)
    };
    let read = |ranges: Vec<Range<usize>>| {
        let mut part = Part::new(&rulebook.schema);
        documents::read(rulebook, source, &ranges, &JSON, &mut part);
        Some(part)
    };
    let joined = Joined::read(
        &rulebook.schema,
        parts?,
        (progress, source.text().len()),
        read,
    )?;
    Some(joined.records(source, "", again_document(rulebook, JSON.node), diagnostics))
}

pub(super) const YAML: Notation = Notation {
    pieces: yaml::pieces,
    node: yaml::part,
    only: false,
};
pub(super) const JSON: Notation = Notation {
    pieces: json::pieces,
    node: json::node,
    only: false,
};

/// Reads a document again, in full.
pub(super) fn again_document(rulebook: &Rulebook, node: Careful) -> Again {
    again(rulebook, move |source, place| {
        Some((node(source, place, &mut Vec::new())?, true))
    })
}

/// Reads a record again from its node, which may be one that is called as its file.
fn again(
    rulebook: &Rulebook,
    node: impl Fn(&Arc<Source>, Range<usize>) -> Option<(Node, bool)> + Send + Sync + 'static,
) -> Again {
    let schema = Arc::clone(&rulebook.schema);
    let (sources, files) = (
        Arc::clone(&rulebook.sources),
        Arc::clone(&rulebook.record_files),
    );
    Box::new(move |source, place| {
        let (node, only) = node(source, place)?;
        Reader {
            schema: &schema,
            sources: &sources,
            files: &files,
            diagnostics: &mut Vec::new(),
        }
        .record(&node, source, only)
    })
}

/// The records of a sheet; none when its head is not right or says what only the careful reader
/// understands.
pub(super) fn of_sheet(
    rulebook: &Rulebook,
    source: &Arc<Source>,
    diagnostics: &mut Vec<Diagnostic>,
    progress: &Progress,
) -> Option<Held> {
    let (head, parts) = csv::parts(source, PART)?;
    let columns = columns_of(rulebook, &head)?;
    let joined = Joined::read(
        &rulebook.schema,
        parts,
        (progress, source.text().len()),
        |part| sheet_part(rulebook, source, &head, &columns, part),
    )?;
    let names = head
        .iter()
        .map(|cell| cell.text.as_str())
        .collect::<Vec<_>>()
        .join(",");
    Some(joined.records(source, &names, again_row(rulebook, head), diagnostics))
}

/// Reads a row of a sheet again, in full.
fn again_row(rulebook: &Rulebook, head: Vec<csv::Cell>) -> Again {
    let schema = Arc::clone(&rulebook.schema);
    again(rulebook, move |source, place| {
        let row = csv::row(source, place)?;
        let span = source.span(row.first()?.span.range().start..row.last()?.span.range().end);
        Some((of_row(&schema, &head, &row, &span), false))
    })
}

/// Some rows of a sheet, and how to read one of them again; none when one is more than plain
/// values.
pub(super) fn sheet_rows(
    rulebook: &Rulebook,
    source: &Arc<Source>,
    head: Vec<csv::Cell>,
    rows: Range<usize>,
) -> Option<(Filling, Again)> {
    let columns = columns_of(rulebook, &head)?;
    let part = sheet_part(rulebook, source, &head, &columns, rows)?;
    let plain = part.whole.is_empty() && part.diagnostics.is_empty();
    plain.then(|| (part.filler.filling, again_row(rulebook, head)))
}

/// The documents in some ranges of a file, and how to read one of them again; none when one is more
/// than plain values.
pub(super) fn documents(
    rulebook: &Rulebook,
    source: &Arc<Source>,
    ranges: &[Range<usize>],
    notation: &Notation,
) -> Option<(Filling, Again)> {
    let mut part = Part::new(&rulebook.schema);
    let fine = documents::read(rulebook, source, ranges, notation, &mut part);
    let plain = fine && part.whole.is_empty() && part.diagnostics.is_empty();
    plain.then(|| (part.filler.filling, again_document(rulebook, notation.node)))
}

/// What the columns of a sheet are about; none when its head is not right.
fn columns_of(rulebook: &Rulebook, head: &[csv::Cell]) -> Option<Vec<ColumnOf>> {
    let columns: Vec<ColumnOf> = head
        .iter()
        .map(|cell| column_of(&rulebook.schema, &cell.text))
        .collect::<Option<_>>()?;
    let twice = |index: usize| columns[..index].contains(&columns[index]);
    (columns.contains(&ColumnOf::Id) && !(0..columns.len()).any(twice)).then_some(columns)
}

/// What a column of a sheet is about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ColumnOf {
    Id,
    Name,
    Assess,
    Source,
    Note,
    Fact(usize),
}

fn column_of(schema: &Schema, name: &str) -> Option<ColumnOf> {
    match name {
        "id" => Some(ColumnOf::Id),
        "name" => Some(ColumnOf::Name),
        "assess" => Some(ColumnOf::Assess),
        "source" if !matches!(schema.look_up(name), Lookup::Fact(..)) => Some(ColumnOf::Source),
        "note" => Some(ColumnOf::Note),
        _ => match schema.look_up(name) {
            Lookup::Fact(slot, _)
                if slot >= BUILT_IN.len() && (name == "source" || !KEYS.contains(&name)) =>
            {
                Some(ColumnOf::Fact(slot))
            }
            _ => None,
        },
    }
}

fn sheet_part<'s>(
    rulebook: &'s Rulebook,
    source: &Arc<Source>,
    head: &[csv::Cell],
    columns: &[ColumnOf],
    part: Range<usize>,
) -> Option<Part<'s>> {
    let Part {
        mut filler,
        mut whole,
        mut diagnostics,
        file,
        guide,
    } = Part::new(&rulebook.schema);
    let mut even = true;
    let read = csv::each_row(source.text(), part, &mut |place, cells| {
        even &= cells.len() == columns.len();
        if even && plain_row(rulebook, &mut filler, columns, cells, &place).is_none() {
            let row = csv::row(source, place.clone()).unwrap_or_default();
            let mut reader = Reader::new(rulebook, &mut diagnostics);
            let node = of_row(&rulebook.schema, head, &row, &source.span(place));
            whole.extend(
                reader
                    .record(&node, source, false)
                    .map(|record| (filler.filling.len(), record)),
            );
        }
    });
    (read && even).then_some(Part {
        filler,
        file,
        whole,
        guide,
        diagnostics,
    })
}

/// Puts a row into the columns; none when it has more than plain values.
fn plain_row(
    rulebook: &Rulebook,
    filler: &mut Filler<'_>,
    columns: &[ColumnOf],
    cells: &csv::Row,
    place: &Range<usize>,
) -> Option<()> {
    filler.begin();
    let (mut id, mut name) = (None, None);
    for (column, text) in columns
        .iter()
        .zip(cells.iter().map(str::trim))
        .filter(|(_, text)| !text.is_empty())
    {
        match column {
            ColumnOf::Id => id = Some(text),
            ColumnOf::Name => name = Some(text),
            ColumnOf::Assess if text == "true" => {}
            ColumnOf::Assess => return None,
            ColumnOf::Source => filler.rest_on(text, rulebook).ok()?,
            ColumnOf::Note => {}
            ColumnOf::Fact(slot) => filler.state(*slot, text, false).ok()?,
        }
    }
    let id = id.filter(|id| is_id(id))?;
    filler.end(0, id, name.unwrap_or(id), place);
    Some(())
}

/// Everything that the parts of a file hold, put together as they are read, so that little is there
/// twice.
struct Joined<'s> {
    all: Filling,
    whole: Vec<(usize, Jurisdiction)>,
    diagnostics: Vec<Diagnostic>,
    schema: &'s Schema,
}

impl<'s> Joined<'s> {
    /// Reads parts side by side; none when one of them cannot be read.
    fn read<T: Send>(
        schema: &'s Schema,
        parts: Vec<T>,
        (progress, bytes): (&Progress, usize),
        read: impl Fn(T) -> Option<Part<'s>> + Sync + Send,
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
            let before = joined.all.len();
            joined.whole.extend(
                part.whole
                    .into_iter()
                    .map(|(rows, record)| (before + rows, record)),
            );
            joined.all.append(part.filler.filling, 0);
            joined.diagnostics.extend(part.diagnostics);
            // The parts are about alike.
            progress.add(bytes / count);
            true
        });
        (done == count).then_some(joined)
    }

    fn count(&self) -> usize {
        self.all.len() + self.whole.len()
    }

    /// The records in the order of the file.
    fn records(
        self,
        source: &Arc<Source>,
        names: &str,
        again: Again,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Held {
        let (rows, count) = (self.all.len(), self.count());
        let table = self
            .all
            .filled(vec![Arc::clone(source)], shape(self.schema, names), again);
        diagnostics.extend(self.diagnostics);
        if self.whole.is_empty() {
            return Held::table(table);
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

/// What gives the text of a record its meaning besides itself; `head` is that of a sheet.
pub(super) fn shape(schema: &Schema, head: &str) -> Shape {
    let facts = schema.facts().iter();
    Shape {
        head: head.to_owned(),
        facts: facts
            .map(|fact| (fact.path.clone(), fact.ty.clone()))
            .collect(),
    }
}
