//! Files of many records, read in parts side by side, straight into columns.
//!
//! A record that has more than plain values, or something wrong with it, is read in full by
//! [`Reader`], which says what is wrong. So both ways say the same; a test compares them.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::fact::{BUILT_IN, Lookup, Schema};
use crate::jurisdiction::fill::Filler;
use crate::jurisdiction::parse::{KEYS, Reader, is_id, of_row};
use crate::jurisdiction::table::{Again, Filling};
use crate::jurisdiction::{Jurisdiction, Record};
use crate::parallel;
use crate::rulebook::Rulebook;
use crate::sheet;
use crate::source::Source;

/// About how many bytes a part has.
const PART: usize = 256 * 1024;

/// What a part of a file holds: rows of a table, and records read in full, each with the number of
/// rows before it.
struct Part {
    filling: Filling,
    whole: Vec<(usize, Jurisdiction)>,
    diagnostics: Vec<Diagnostic>,
}

/// The records of a sheet; none when its head is not right or says what only the careful reader
/// understands.
pub(super) fn of_sheet(
    rulebook: &Rulebook,
    source: &Arc<Source>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Vec<Record>> {
    let (head, parts) = sheet::parts(source, PART)?;
    let columns: Vec<ColumnOf> =
        head.iter().map(|cell| column_of(&rulebook.schema, &cell.text)).collect::<Option<_>>()?;
    let twice = |index: usize| columns[..index].contains(&columns[index]);
    if (0..columns.len()).any(twice) || !columns.contains(&ColumnOf::Id) {
        return None;
    }
    let parts = parallel::map(parts, |part| sheet_part(rulebook, source, &head, &columns, part));
    let parts: Vec<Part> = parts.into_iter().collect::<Option<_>>()?;
    let shape = head.iter().map(|cell| cell.text.as_str()).collect::<Vec<_>>().join(",");
    let schema = Arc::clone(&rulebook.schema);
    let again: Again = Box::new(move |source, place| {
        let row = sheet::row(source, place)?;
        let span = source.span(row.first()?.span.range().start..row.last()?.span.range().end);
        let node = of_row(&head, &row, &span);
        Reader { schema: &schema, sources: &BTreeMap::new(), diagnostics: &mut Vec::new() }.record(&node, source, false)
    });
    Some(joined(rulebook, source, shape, parts, again, diagnostics))
}

/// What a column of a sheet is about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ColumnOf {
    Id,
    Name,
    Assess,
    Note,
    Fact(usize),
}

fn column_of(schema: &Schema, name: &str) -> Option<ColumnOf> {
    match name {
        "id" => Some(ColumnOf::Id),
        "name" => Some(ColumnOf::Name),
        "assess" => Some(ColumnOf::Assess),
        "note" => Some(ColumnOf::Note),
        _ => match schema.look_up(name) {
            Lookup::Fact(slot, _) if slot >= BUILT_IN.len() && !KEYS.contains(&name) => Some(ColumnOf::Fact(slot)),
            _ => None,
        },
    }
}

fn sheet_part(
    rulebook: &Rulebook,
    source: &Arc<Source>,
    head: &[sheet::Cell],
    columns: &[ColumnOf],
    part: Range<usize>,
) -> Option<Part> {
    let mut whole = Vec::new();
    let mut diagnostics = Vec::new();
    let mut filler = Filler::new(&rulebook.schema);
    let mut even = true;
    let read = sheet::each_row(source.text(), part, &mut |place, cells| {
        even &= cells.len() == columns.len();
        if even && plain_row(&mut filler, columns, cells, &place).is_none() {
            let row = sheet::row(source, place.clone()).unwrap_or_default();
            let mut reader =
                Reader { schema: &rulebook.schema, sources: &rulebook.sources, diagnostics: &mut diagnostics };
            let node = of_row(head, &row, &source.span(place));
            whole.extend(reader.record(&node, source, false).map(|record| (filler.filling.len(), record)));
        }
    });
    (read && even).then_some(Part { filling: filler.filling, whole, diagnostics })
}

/// Puts a row into the columns; none when it has more than plain values.
fn plain_row(filler: &mut Filler<'_>, columns: &[ColumnOf], cells: &sheet::Row, place: &Range<usize>) -> Option<()> {
    filler.begin();
    let (mut id, mut name) = (None, None);
    for (column, text) in columns.iter().zip(cells.iter().map(str::trim)).filter(|(_, text)| !text.is_empty()) {
        match column {
            ColumnOf::Id => id = Some(text),
            ColumnOf::Name => name = Some(text),
            ColumnOf::Assess if text == "true" => {}
            ColumnOf::Assess => return None,
            ColumnOf::Note => {}
            ColumnOf::Fact(slot) => filler.state(*slot, text, false).ok()?,
        }
    }
    let id = id.filter(|id| is_id(id))?;
    filler.end(id, name.unwrap_or(id), place);
    Some(())
}

/// All parts as one list of records, in the order of the file.
fn joined(
    rulebook: &Rulebook,
    source: &Arc<Source>,
    shape: String,
    parts: Vec<Part>,
    again: Again,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Record> {
    let mut fillings = Vec::new();
    let mut whole = Vec::new();
    let mut rows = 0;
    for part in parts {
        whole.extend(part.whole.into_iter().map(|(before, record)| (rows + before, record)));
        rows += part.filling.len();
        fillings.push(part.filling);
        diagnostics.extend(part.diagnostics);
    }
    let facts = rulebook.schema.facts().iter().map(|fact| format!("{} {:?}", fact.path, fact.ty));
    let shape = format!("{shape}\n{}", facts.collect::<Vec<_>>().join(","));
    let table = Filling::joined(fillings).map(|filling| filling.filled(source, shape, again));
    let mut found = Vec::with_capacity(rows + whole.len());
    let mut whole = whole.into_iter().peekable();
    for row in 0..=rows {
        while let Some((_, record)) = whole.next_if(|(before, _)| *before == row) {
            found.push(Record::from(record));
        }
        if let Some(table) = table.as_ref().filter(|_| row < rows) {
            found.push(Record::Row(Arc::clone(table), u32::try_from(row).expect("a row takes a byte at least")));
        }
    }
    found
}
