//! The formats that a file of records may have, by its name.

use crate::base::source::Source;

/// How a file of records is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum RecordFormat {
    /// YAML, a document each.
    Documents,
    /// CSV, a row each; the text of a Parquet file is one too.
    Sheet,
    /// JSON, a line each.
    Lines,
    /// JSON, a list of records or a single one.
    Json,
}

impl RecordFormat {
    pub(super) fn of(source: &Source) -> Self {
        match text_name(source.name()).rsplit_once('.') {
            Some((_, "csv" | "parquet")) => Self::Sheet,
            Some((_, "ndjson")) => Self::Lines,
            Some((_, "json")) => Self::Json,
            _ => Self::Documents,
        }
    }
}

/// How the name of a Parquet file ends.
pub(crate) const PARQUET: &str = ".parquet";

/// The name of a file without what only tells how it is packed.
pub(crate) fn text_name(name: &str) -> &str {
    name.strip_suffix(".gz")
        .or_else(|| name.strip_suffix(".zst"))
        .unwrap_or(name)
}
