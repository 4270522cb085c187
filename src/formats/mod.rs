//! Readers of YAML, JSON and CSV, with the place of every value, and the formats of dates. What a
//! value means is decided in `model`.

pub(crate) mod csv;
pub(crate) mod date;
pub(crate) mod json;
pub(crate) mod written_date;
pub(crate) mod yaml;
