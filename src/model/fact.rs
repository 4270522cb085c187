//! Facts: how they are addressed, which types they have, which values they take.
//!
//! Paths, types, values and dates have a file each. Records state facts, scripts read them, and
//! the schema of a rulebook says which there are.

mod calculated;
mod column;
mod fact_type;
mod number;
mod path;
mod schema;
mod value;

pub use crate::formats::date::Date;
pub(crate) use crate::formats::date::Dated;
pub(crate) use calculated::{
    Calculated, LEAST, Making, ROUNDING, error_of_near, error_of_stated, is_whole,
};
pub(crate) use column::{Column, NO_CODE, NO_TEXT, NO_WHOLE, NO_WIDE};
pub use fact_type::FactType;
pub use number::Number;
pub(crate) use number::decimal_of;
pub use path::FactPath;
pub(crate) use path::name_problem;
pub(crate) use schema::{BUILT_IN, Lookup, Numbering};
pub use schema::{FactOrigin, FactSchema, Range, Schema};
pub use value::Value;
pub(crate) use value::{
    MAX_INTEGER, plain_boolean, plain_integer, plain_number, read_fraction, read_value,
};
