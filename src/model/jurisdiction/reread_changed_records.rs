//! Rereads a changed file of many records: only the records that changed are read.
//!
//! Example: in a sheet with ten thousand rows line 17 is edited. The text before it and after it is
//! unchanged, so only that row is read, and spliced between the rows that are kept.
//!
//! INVARIANT: the table is the one that reading the whole text gives; if that is not certain, as
//! with quotation marks in the lines that changed, the whole file is read.
//! INVARIANT: rows that are kept have their places in the new text.

use std::ops::Range;
use std::sync::Arc;

use crate::base::source::Source;
use crate::formats::{csv, json, yaml};
use crate::model::jurisdiction::bulk_reader::{JSON, YAML, documents, sheet_rows};
use crate::model::jurisdiction::columnar_table::Table;
use crate::model::jurisdiction::format::RecordFormat;
use crate::model::jurisdiction::{Record, RecordBlock};
use crate::model::rulebook::Rulebook;

/// The records of a new version of a file.
pub(crate) struct Again {
    pub(crate) records: RecordBlock,
    /// The records that have changed, each with its old version; `None` if ids were added or
    /// removed.
    pub(crate) changed: Option<Vec<(Record, Record)>>,
}

/// Reads a new version of a file, for a rulebook with the same meaning. `None` if it has to be read
/// as a whole: something in it is more than plain values, or too much has changed.
pub(crate) fn read_again(
    rulebook: &Rulebook,
    before: &RecordBlock,
    source: &Arc<Source>,
) -> Option<Again> {
    let RecordBlock::Rows(table, 0, count) = before else {
        return None;
    };
    let old = table
        .single_source()
        .filter(|old| old.name() == source.name())?;
    if usize::try_from(*count).ok()? != table.len() {
        return None;
    }
    let (before, now) = (old.text(), source.text());
    let (kept, (middle, again)) = match RecordFormat::of(source) {
        RecordFormat::Sheet => {
            let (head, head_end) = csv::head(source)?;
            let kept = kept(table, now, head_end, &LINES)?;
            // Within quotation marks a line is not a row.
            if before[kept.old.clone()].contains('"') || now[kept.new.clone()].contains('"') {
                return None;
            }
            let read = sheet_rows(rulebook, source, head, kept.new.clone())?;
            (kept, read)
        }
        RecordFormat::Lines => {
            let kept = kept(table, now, 0, &LINES)?;
            let lines = json::lines(&now[kept.new.clone()], usize::MAX, usize::MAX)
                .concat()
                .into_iter();
            let lines: Vec<_> = lines
                .map(|line| line.start + kept.new.start..line.end + kept.new.start)
                .collect();
            let read = documents(rulebook, source, &lines, &JSON)?;
            (kept, read)
        }
        RecordFormat::Json => {
            let start = now
                .find(|sign: char| !sign.is_whitespace())
                .filter(|start| now[*start..].starts_with('['))?;
            let kept = kept(table, now, start + 1, &ITEMS)?;
            let items = json::items(now, kept.new.clone(), (kept.first > 0, kept.last > 0))?;
            let read = documents(rulebook, source, &items, &JSON)?;
            (kept, read)
        }
        RecordFormat::Documents => {
            if !yaml::has_plain_marks(before) || !yaml::has_plain_marks(now) {
                return None;
            }
            let kept = kept(table, now, 0, &DOCUMENTS)?;
            let read = documents(rulebook, source, std::slice::from_ref(&kept.new), &YAML)?;
            // A single document may be called as its file.
            if kept.first + read.0.len() + kept.last < 2 {
                return None;
            }
            (kept, read)
        }
    };
    if kept.first + middle.len() + kept.last == 0 {
        return None;
    }
    let new = table.spliced(source, (kept.first, kept.last), &middle, again);
    let rows = kept.first..new.len() - kept.last;
    let changed = new.shares_ids(table).then(|| {
        rows.map(|row| (Record::row(table, row), Record::row(&new, row)))
            .collect()
    });
    Some(Again {
        records: RecordBlock::table(new),
        changed,
    })
}

/// The places where a text can be cut between two records.
struct LineCut {
    /// After a record at a place.
    behind: fn(&str, Range<usize>) -> Option<usize>,
    /// Before one.
    before: fn(&str, Range<usize>) -> Option<usize>,
    /// Before what ends the text.
    end: fn(&str) -> Option<usize>,
}

/// Lines, a record each.
const LINES: LineCut = LineCut {
    behind: |text, place| Some(place.end + text[place.end..].find('\n')? + 1),
    before: |text, place| Some(text[..place.start].rfind('\n')? + 1),
    end: |text| Some(text.len()),
};

/// Items of a list.
const ITEMS: LineCut = LineCut {
    behind: |_, place| Some(place.end),
    before: |_, place| Some(place.start),
    end: |text| text.rfind(']'),
};

/// Documents of YAML.
const DOCUMENTS: LineCut = LineCut {
    behind: |text, place| Some(yaml::next_mark(text, place.start).unwrap_or(text.len())),
    before: |text, place| yaml::last_mark(text, place.start),
    end: |text| Some(text.len()),
};

/// The part of a table that is kept: rows at its start and at its end, and the ranges between them
/// in the old text and in the new one.
struct KeptRows {
    first: usize,
    last: usize,
    old: Range<usize>,
    new: Range<usize>,
}

/// `start`: where records begin in both texts, if the texts are equal up to there.
fn kept(table: &Table, new: &str, start: usize, cut: &LineCut) -> Option<KeptRows> {
    let old = table.single_source()?.text();
    let (old_bytes, new_bytes) = (old.as_bytes(), new.as_bytes());
    let prefix = common(
        old_bytes.iter(),
        new_bytes.iter(),
        old_bytes.chunks(CHUNK).zip(new_bytes.chunks(CHUNK)),
    );
    if prefix < start {
        return None;
    }
    let most = old.len().min(new.len()) - prefix;
    let (old_end, new_end) = (
        &old_bytes[old.len() - most..],
        &new_bytes[new.len() - most..],
    );
    let chunks = old_end.rchunks(CHUNK).zip(new_end.rchunks(CHUNK));
    let suffix = common(old_end.iter().rev(), new_end.iter().rev(), chunks);
    // A row is kept with a sign behind it at the start, with one before it at the end.
    let first = table.rows().take_while(|row| row.end < prefix).count();
    let from = match first.checked_sub(1) {
        Some(row) => (cut.behind)(old, table.place(row).1)?,
        None => start,
    };
    let last = table
        .rows()
        .rev()
        .take_while(|row| row.start > old.len() - suffix)
        .count()
        .min(table.len() - first);
    let to = match last {
        0 => (cut.end)(old)?,
        last => (cut.before)(old, table.place(table.len() - last).1)?,
    };
    let new_to = (new.len() + to).checked_sub(old.len())?;
    let sound = from <= prefix && from <= to && from <= new_to && to >= old.len() - suffix;
    // Reading most of it again is no less work than reading all of it.
    (sound && (to - from) * 2 < old.len()).then_some(KeptRows {
        first,
        last,
        old: from..to,
        new: from..new_to,
    })
}

const CHUNK: usize = 4096;

/// The number of equal bytes at the start.
fn common<'a>(
    old: impl Iterator<Item = &'a u8>,
    new: impl Iterator<Item = &'a u8>,
    mut chunks: impl Iterator<Item = (&'a [u8], &'a [u8])>,
) -> usize {
    let whole = CHUNK
        * chunks
            .by_ref()
            .take_while(|(old, new)| old.len() == CHUNK && old == new)
            .count();
    whole
        + old
            .skip(whole)
            .zip(new.skip(whole))
            .take_while(|(old, new)| old == new)
            .count()
}
