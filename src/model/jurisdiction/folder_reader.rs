//! The files of a folder, read in parallel: many small ones as one table, each other one by itself.

use std::sync::Arc;

use crate::base::diagnostic::Diagnostic;
use crate::base::parallel::{self, Progress};
use crate::base::source::Source;
use crate::model::jurisdiction::bulk_reader::{PART, YAML, again_document, shape};
use crate::model::jurisdiction::columnar_table::Filling;
use crate::model::jurisdiction::data_budget::{DataAmount, ReadingRoom};
use crate::model::jurisdiction::documents_to_columns::{self, DocumentNotation};
use crate::model::jurisdiction::format::RecordFormat;
use crate::model::jurisdiction::parse_file::parse_watched;
use crate::model::jurisdiction::parsed_chunk::InputPart;
use crate::model::jurisdiction::{Record, RecordBlock};
use crate::model::rulebook::Rulebook;

/// Fewer small files than this are not worth a table.
const FEW: usize = 64;

/// The records of a file, and all its errors. Most files have none, and take no room for them.
#[derive(Debug, Default)]
pub(crate) struct ParsedFile {
    pub(crate) records: RecordBlock,
    problems: Option<Box<Problems>>,
}

#[derive(Debug)]
struct Problems(Vec<Diagnostic>);

impl ParsedFile {
    pub(crate) fn new(records: RecordBlock, diagnostics: Vec<Diagnostic>) -> Self {
        Self {
            records,
            problems: (!diagnostics.is_empty()).then(|| Problems(diagnostics).into()),
        }
    }

    /// The amount of data.
    pub(crate) fn amount(&self, facts: usize) -> DataAmount {
        DataAmount::held(&self.records, facts, self.diagnostics().len())
    }

    pub(crate) fn diagnostics(&self) -> &[Diagnostic] {
        self.problems.as_deref().map_or(&[], |problems| &problems.0)
    }
}

/// The records of files, in the same order. Once the room is used up, the rest count as empty.
pub(crate) fn parse_all(
    rulebook: &Rulebook,
    sources: &[Arc<Source>],
    progress: &Progress,
    room: &mut ReadingRoom,
) -> Vec<ParsedFile> {
    let is_small = |source: &Arc<Source>| {
        source.text().len() < PART && RecordFormat::of(source) == RecordFormat::Documents
    };
    let mut found: Vec<ParsedFile> = Vec::with_capacity(sources.len());
    let mut at = 0;
    while at < sources.len() && !room.is_full() {
        let small = sources[at..]
            .iter()
            .take_while(|source| is_small(source))
            .count();
        if small == 0 {
            found.push(one_file(rulebook, &sources[at], progress, room));
            at += 1;
            continue;
        }
        let batch = &sources[at..at + small];
        if small < FEW {
            each(rulebook, batch, progress, room, &mut found);
        } else {
            small_files(rulebook, batch, progress, room, &mut found);
        }
        at += small;
    }
    found.resize_with(sources.len(), ParsedFile::default);
    found
}

/// Small files in groups of about the size of a part.
fn batches(mut sources: &[Arc<Source>]) -> Vec<&[Arc<Source>]> {
    let mut batches = Vec::new();
    while !sources.is_empty() {
        let mut bytes = 0;
        let fits = |source: &&Arc<Source>| {
            bytes += source.text().len();
            bytes < PART
        };
        let count = sources.iter().take_while(fits).count().max(1);
        let (batch, rest) = sources.split_at(count);
        batches.push(batch);
        sources = rest;
    }
    batches
}

fn one_file(
    rulebook: &Rulebook,
    source: &Arc<Source>,
    progress: &Progress,
    room: &mut ReadingRoom,
) -> ParsedFile {
    let mut diagnostics = Vec::new();
    let records = parse_watched(rulebook, source, &mut diagnostics, progress, room);
    ParsedFile::new(records, diagnostics)
}

/// A file that is too small to be counted while it is read.
fn small_file(rulebook: &Rulebook, source: &Arc<Source>, progress: &Progress) -> ParsedFile {
    one_file(rulebook, source, progress, &mut ReadingRoom::default())
}

/// Files side by side, each for itself.
fn each(
    rulebook: &Rulebook,
    sources: &[Arc<Source>],
    progress: &Progress,
    room: &mut ReadingRoom,
    found: &mut Vec<ParsedFile>,
) {
    let facts = rulebook.schema.facts().len();
    let read = |source: &Arc<Source>| small_file(rulebook, source, progress);
    parallel::in_order(sources.iter().collect(), read, |read: ParsedFile| {
        let fits = room.take(read.amount(facts));
        found.push(read);
        fits
    });
}

/// Files with one record each, as one table.
fn small_files(
    rulebook: &Rulebook,
    sources: &[Arc<Source>],
    progress: &Progress,
    room: &mut ReadingRoom,
    found: &mut Vec<ParsedFile>,
) {
    let facts = rulebook.schema.facts().len();
    let start = found.len();
    let mut all = Filling::new(rulebook.schema.facts());
    // The places of files that are rows, in the order of the rows that they are.
    let mut rows: Vec<(usize, usize)> = Vec::new();
    let batches = batches(sources);
    let (count, mut done) = (batches.len(), 0);
    let read = |batch: &[Arc<Source>]| one_batch(rulebook, batch, progress);
    parallel::in_order(batches, read, |(filling, files)| {
        done += 1;
        all.make_room(&filling, (done, count));
        let (row_before, file_before) = (all.len(), found.len());
        let mut amount = DataAmount::of(filling.len(), 0, facts, 0);
        all.append(filling, file_before - start);
        for (number, file) in files.into_iter().enumerate() {
            if let SmallRecord::Row(row) = file {
                rows.push((file_before + number, row_before + row));
            }
            found.push(match file {
                SmallRecord::Row(_) => ParsedFile::default(),
                SmallRecord::Read(read) => {
                    amount.add(read.amount(facts));
                    read
                }
            });
        }
        room.take(amount)
    });
    let table = all.filled(
        sources.to_vec(),
        shape(&rulebook.schema, ""),
        again_document(rulebook, YAML.node),
    );
    for (place, row) in rows {
        found[place] = ParsedFile::new(RecordBlock::row(&table, row), Vec::new());
    }
}

/// The record of one of many small files: a row of a table, or one that is read in full.
enum SmallRecord {
    Row(usize),
    Read(ParsedFile),
}

fn one_batch(
    rulebook: &Rulebook,
    sources: &[Arc<Source>],
    progress: &Progress,
) -> (Filling, Vec<SmallRecord>) {
    let mut part = InputPart::new(&rulebook.schema);
    let mut files = Vec::with_capacity(sources.len());
    for source in sources {
        let before = part.filler.filling.len();
        let all = 0..source.text().len();
        let records = documents_to_columns::read(
            rulebook,
            source,
            &[all],
            &DocumentNotation { only: true, ..YAML },
            &mut part,
        );
        let rows = part.filler.filling.len() - before;
        let whole = part.whole.pop();
        let others = std::mem::take(&mut part.whole).len();
        let problems = std::mem::take(&mut part.diagnostics);
        files.push(match (records, rows, whole) {
            (Some(1), 1, None) => SmallRecord::Row(before),
            (Some(1), 0, Some((_, record))) if others == 0 => {
                SmallRecord::Read(ParsedFile::new(vec![Record::from(record)].into(), problems))
            }
            // The id of a record depends on whether it is the only one of its file.
            _ => SmallRecord::Read(small_file(rulebook, source, &Progress::default())),
        });
        part.file += 1;
        progress.add(source.text().len());
    }
    (part.filler.filling, files)
}
