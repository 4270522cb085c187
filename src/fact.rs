//! Facts: how they are addressed, which types they have, which values they take.
//!
//! Paths, types, values and dates have a file each. Records state facts, scripts read them, and
//! the schema of a rulebook says which there are.

mod date;
mod path;
mod schema;
mod value;

pub use date::Date;
pub(crate) use date::Dated;
pub use path::FactPath;
pub(crate) use path::name_problem;
pub(crate) use schema::{BUILT_IN, Lookup};
pub use schema::{FactSchema, FactType, Range, Schema};
pub use value::Value;
pub(crate) use value::{MAX_INTEGER, read_value};
