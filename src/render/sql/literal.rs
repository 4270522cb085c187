//! Values as literals.

use crate::model::fact::Date;
use crate::render::sql::dialect::Dialect;
use crate::render::sql::quote::{Quoting, quoted};

/// A text.
pub(super) fn text(dialect: Dialect, text: &str) -> String {
    quoted(dialect, Quoting::Text, text)
}

/// The binary number itself, which each dialect reads from its shortest digits.
pub(super) fn number(dialect: Dialect, number: f64) -> String {
    match dialect {
        // Without an exponent it would be a decimal, which is compared in other ways.
        Dialect::DuckDb => format!("{number:e}"),
        Dialect::Postgres => format!("{number:?}::float8"),
        Dialect::Snowflake => format!("{number:?}::DOUBLE"),
        Dialect::Spark => format!("{number:?}D"),
        _ => format!("{number:?}"),
    }
}

/// A day.
pub(super) fn date(dialect: Dialect, day: Date) -> String {
    match dialect {
        Dialect::Sqlite => format!("'{day}'"),
        Dialect::Polars => format!("CAST('{day}' AS DATE)"),
        _ => format!("DATE '{day}'"),
    }
}
