//! Reports on many jurisdictions, block by block, so that memory does not grow with their number.

use std::io::{self, Write};
use std::ops::Range;

use crate::base::{parallel, work_budget};

/// How many jurisdictions a block has.
const BLOCK: usize = 2_048;

/// How many of them one thread speaks of at a time.
const PART: usize = 64;

/// Writes texts about some of so many jurisdictions at a time, in their order.
pub(super) fn write_texts(
    count: usize,
    out: &mut dyn Write,
    text: impl Fn(Range<usize>) -> String + Sync + Send,
) -> io::Result<()> {
    for from in (0..count).step_by(BLOCK) {
        work_budget::look();
        let end = count.min(from + BLOCK);
        let parts = (from..end).step_by(PART);
        let parts = parts.map(|from| from..end.min(from + PART));
        for text in parallel::map(parts.collect(), &text) {
            out.write_all(text.as_bytes())?;
        }
    }
    Ok(())
}

/// What is written, as one text.
pub(super) fn in_memory(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> String {
    let mut bytes = Vec::new();
    write(&mut bytes).expect("memory takes whatever is written");
    String::from_utf8(bytes).expect("texts were written")
}
