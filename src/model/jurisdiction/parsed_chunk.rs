//! A part of a file of many records, read by one thread.

use crate::base::diagnostic::Diagnostic;
use crate::model::fact::Schema;
use crate::model::jurisdiction::Jurisdiction;
use crate::model::jurisdiction::plain_record_into_columns::Filler;
use crate::model::typed_indexes::FactIndex;

/// The records in a part of the input: rows of a table, and records read in full, each with the
/// number of rows before it.
pub(super) struct InputPart<'s> {
    pub(super) filler: Filler<'s>,
    /// The number of the file that is read, among those of the table.
    pub(super) file: u32,
    pub(super) whole: Vec<(usize, Jurisdiction)>,
    /// In which order the keys came in the last record.
    pub(super) guide: Guide,
    pub(super) diagnostics: Vec<Diagnostic>,
}

impl<'s> InputPart<'s> {
    pub(super) fn new(schema: &'s Schema) -> Self {
        Self {
            filler: Filler::new(schema),
            file: 0,
            whole: Vec::new(),
            guide: Guide::new(),
            diagnostics: Vec::new(),
        }
    }
}

/// The keys of a record in their order, each with the length of the path before it, and the index
/// of the fact if it is one.
pub(super) type Guide = Vec<(usize, String, Option<FactIndex>)>;
