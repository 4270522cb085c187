//! How a text is read as YAML, JSON or CSV, with the place of every value, and how dates are written.
//! What a value means is for the model to say.

pub(crate) mod csv;
pub(crate) mod date;
pub(crate) mod json;
pub(crate) mod written_date;
pub(crate) mod yaml;
