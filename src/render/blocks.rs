//! Reports on many jurisdictions, block by block. What was worked out to speak of a block is
//! forgotten with it, so that memory does not grow with their number.

use std::io::{self, Write};
use std::ops::Range;

use crate::assess::assessment::RulebookAssessment;
use crate::base::parallel;

/// How many jurisdictions a block has.
const BLOCK: usize = 2_048;

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

/// Writes a text about each jurisdiction, in their order.
pub(super) fn write_each(
    assessed: &RulebookAssessment,
    out: &mut dyn Write,
    text: impl Fn(&RulebookAssessment, usize) -> String + Sync + Send,
) -> io::Result<()> {
    for (view, places) in blocks(assessed) {
        for text in parallel::map(places.collect(), |place| text(&view, place)) {
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
