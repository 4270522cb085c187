//! Another version of a sheet that was read before: only the lines that are not as they were are read.

use std::ops::Range;
use std::sync::Arc;

use crate::jurisdiction::list::Held;
use crate::jurisdiction::many::sheet_rows;
use crate::jurisdiction::table::Table;
use crate::jurisdiction::{Record, text_name};
use crate::rulebook::Rulebook;
use crate::sheet;
use crate::source::Source;

/// What another version of a file came to.
pub(crate) struct Again {
    pub(crate) records: Held,
    /// The records that are not as they were, each with what was there before; none when ids came or
    /// went.
    pub(crate) changed: Option<Vec<(Record, Record)>>,
}

/// Reads a sheet of which another version was read, for a rulebook that means the same. None where that
/// takes reading it as a whole: something in it is more than plain values, or changed all over.
pub(crate) fn read_again(rulebook: &Rulebook, before: &Held, source: &Arc<Source>) -> Option<Again> {
    let Held::Rows(table, 0, count) = before else { return None };
    let old = table.single_source().filter(|old| old.name() == source.name())?;
    if usize::try_from(*count).ok()? != table.len() || !text_name(source.name()).ends_with(".csv") {
        return None;
    }
    let (head, head_end) = sheet::head(source)?;
    let kept = kept(table, old.text(), source.text(), head_end)?;
    let lines = (&old.text()[kept.old.clone()], &source.text()[kept.new.clone()]);
    // Within quotation marks a line is not a row.
    if lines.0.contains('"') || lines.1.contains('"') {
        return None;
    }
    let (middle, again) = sheet_rows(rulebook, source, head, kept.new)?;
    if kept.first + middle.len() + kept.last == 0 {
        return None;
    }
    let new = table.spliced(source, (kept.first, kept.last), &middle, again);
    let rows = kept.first..new.len() - kept.last;
    let changed =
        new.shares_ids(table).then(|| rows.map(|row| (Record::row(table, row), Record::row(&new, row))).collect());
    let count = u32::try_from(new.len()).ok()?;
    Some(Again { records: Held::Rows(new, 0, count), changed })
}

/// What stays of a table: so many rows at its start and at its end, and what stands between them in the
/// old text and in the new one.
struct Kept {
    first: usize,
    last: usize,
    old: Range<usize>,
    new: Range<usize>,
}

fn kept(table: &Table, old: &str, new: &str, head_end: usize) -> Option<Kept> {
    let (old_bytes, new_bytes) = (old.as_bytes(), new.as_bytes());
    let prefix = common(old_bytes.iter(), new_bytes.iter(), old_bytes.chunks(CHUNK).zip(new_bytes.chunks(CHUNK)));
    if prefix < head_end {
        return None;
    }
    let most = old.len().min(new.len()) - prefix;
    let (old_end, new_end) = (&old_bytes[old.len() - most..], &new_bytes[new.len() - most..]);
    let chunks = old_end.rchunks(CHUNK).zip(new_end.rchunks(CHUNK));
    let suffix = common(old_end.iter().rev(), new_end.iter().rev(), chunks);
    // A row is kept with the line break after it at the start, with the one before it at the end.
    let first = table.rows().take_while(|row| row.end < prefix).count();
    let from = match first.checked_sub(1) {
        Some(row) => {
            let end = table.rows().nth(row)?.end;
            end + old[end..].find('\n')? + 1
        }
        None => head_end,
    };
    let last = table.rows().rev().take_while(|row| row.start > old.len() - suffix).count().min(table.len() - first);
    let to = match last {
        0 => old.len(),
        last => old[..table.rows().nth(table.len() - last)?.start].rfind('\n')? + 1,
    };
    let new_to = (new.len() + to).checked_sub(old.len())?;
    let sound = from <= prefix && from <= to && from <= new_to && to >= old.len() - suffix;
    // Reading most of it is no less work than reading it all.
    (sound && (to - from) * 2 < old.len()).then_some(Kept { first, last, old: from..to, new: from..new_to })
}

const CHUNK: usize = 4096;

/// How many bytes are alike before the first that are not.
fn common<'a>(
    old: impl Iterator<Item = &'a u8>,
    new: impl Iterator<Item = &'a u8>,
    mut chunks: impl Iterator<Item = (&'a [u8], &'a [u8])>,
) -> usize {
    let whole = CHUNK * chunks.by_ref().take_while(|(old, new)| old.len() == CHUNK && old == new).count();
    whole + old.skip(whole).zip(new.skip(whole)).take_while(|(old, new)| old == new).count()
}
