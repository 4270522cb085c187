//! Facts: their paths, their types and their values.
//!
//! Paths, types, values and dates have a file each. Records state facts, scripts read them, and the
//! schema of a rulebook lists them.

mod allowed_reference_targets;
mod column;
mod fact_type;
mod invalid_value_advice;
mod lazy_exact_numbers;
mod missing_markers;
mod number;
mod numeric_choices;
mod path;
mod row;
mod scalar_from_text;
mod schema;
mod value;

pub use crate::formats::date::Date;
pub(crate) use crate::formats::date::Dated;
pub use allowed_reference_targets::Target;
pub(crate) use column::{Column, NO_CODE, NO_TEXT, NO_WHOLE, NO_WIDE, Texts};
pub use fact_type::FactType;
pub(crate) use invalid_value_advice::{
    SHORTENED, boolean_help, bound, correction, hidden_signs, is_placeholder, is_shortened,
    read_as_text,
};
pub(crate) use lazy_exact_numbers::{
    CalculatedColumn, LEAST, Making, ROUNDING, error_of_near, error_of_stated, is_whole,
};
pub use missing_markers::Missing;
pub use number::Number;
pub(crate) use number::{Sum, decimal_at, decimal_of};
pub(crate) use numeric_choices::{choice_numbers, find_choice};
pub use path::FactPath;
pub(crate) use path::name_problem;
pub(crate) use row::{Cell, Row, has_codes};
pub(crate) use scalar_from_text::{
    MAX_INTEGER, is_in_thousands, plain_boolean, plain_integer, plain_number, plain_whole,
};
pub use schema::{AllowedRange, FactOrigin, FactSchema, Schema};
pub(crate) use schema::{BUILT_IN, Lookup, Numbering};
pub use value::Value;
pub(crate) use value::{
    Mismatch, NO_ITEMS, choice_of, is_fraction, read_fraction, read_typed, read_value,
};
