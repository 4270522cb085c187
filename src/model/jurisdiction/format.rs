//! The formats that a file of records may have, by its name.

use crate::base::source::Source;

/// The format of a file of records.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum RecordFormat {
    /// YAML, a document each.
    Documents,
    /// CSV, one record per row; the text of a Parquet file is CSV too.
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

/// The ending of a Parquet file's name.
pub(crate) const PARQUET: &str = ".parquet";

/// The name of a file without the ending of its compression.
pub(crate) fn text_name(name: &str) -> &str {
    name.strip_suffix(".gz")
        .or_else(|| name.strip_suffix(".zst"))
        .unwrap_or(name)
}
