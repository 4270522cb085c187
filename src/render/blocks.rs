//! Reports on many jurisdictions, block by block. What was worked out to speak of a block is
//! forgotten with it, so that memory does not grow with their number.

use std::io::{self, Write};
use std::ops::Range;

use crate::assess::assessment::RulebookAssessment;
use crate::base::{parallel, work};

/// How many jurisdictions a block has.
const BLOCK: usize = 2_048;

/// How many of them one thread speaks of at a time.
const PART: usize = 64;

/// Views of an assessment, each with the places that it is there for.
pub(super) fn blocks(
    assessed: &RulebookAssessment,
) -> impl Iterator<Item = (RulebookAssessment, Range<usize>)> + '_ {
    let block = |from| {
        let places = from..assessed.len().min(from + BLOCK);
        (assessed.unexplained(), places)
    };
    (0..assessed.len()).step_by(BLOCK).map(block)
}

/// Writes texts about some jurisdictions at a time, in their order.
pub(super) fn write_parts(
    assessed: &RulebookAssessment,
    out: &mut dyn Write,
    text: impl Fn(&RulebookAssessment, Range<usize>) -> String + Sync + Send,
) -> io::Result<()> {
    for (view, places) in blocks(assessed) {
        work::look();
        let parts = places.clone().step_by(PART);
        let parts = parts.map(|from| from..places.end.min(from + PART));
        for text in parallel::map(parts.collect(), |part| text(&view, part)) {
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
