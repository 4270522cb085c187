//! Reports on many jurisdictions, block by block, so that memory does not grow with their number.

use std::io::{self, Write};
use std::ops::Range;

use crate::base::write_pace::WritePace;
use crate::base::{parallel, work_budget};

/// The number of parts of a block, each written by one thread.
const PARTS: usize = 32;

/// Writes texts about ranges of `count` jurisdictions, in their order.
pub(super) fn write_texts(
    count: usize,
    out: &mut dyn Write,
    text: impl Fn(Range<usize>) -> String + Sync + Send,
) -> io::Result<()> {
    let (mut pace, mut from) = (WritePace::new(), 0);
    while from < count {
        work_budget::look();
        let end = from + pace.of(count - from);
        let part = (end - from).div_ceil(PARTS);
        let parts = (from..end).step_by(part);
        let parts = parts.map(|from| from..end.min(from + part));
        let mut bytes = 0;
        for text in parallel::map(parts.collect(), &text) {
            out.write_all(text.as_bytes())?;
            bytes += text.len();
        }
        pace.wrote(end - from, bytes);
        from = end;
    }
    Ok(())
}

/// The output as one text.
pub(super) fn in_memory(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> String {
    let mut bytes = Vec::new();
    write(&mut bytes).expect("memory takes whatever is written");
    String::from_utf8(bytes).expect("texts were written")
}
