//! The dialects of SQL, and where they differ.

use std::fmt;

/// A dialect of SQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// `DuckDB`.
    DuckDb,
    /// `SQLite`.
    Sqlite,
    /// `PostgreSQL`.
    Postgres,
    /// Apache Spark, Databricks.
    Spark,
    /// Apache `DataFusion`.
    DataFusion,
    /// Polars.
    Polars,
    /// Google `BigQuery`.
    BigQuery,
    /// Snowflake.
    Snowflake,
}

impl Dialect {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::DuckDb,
        Self::Sqlite,
        Self::Postgres,
        Self::Spark,
        Self::DataFusion,
        Self::Polars,
        Self::BigQuery,
        Self::Snowflake,
    ];

    /// Its name, as an option gives it.
    pub fn name(self) -> &'static str {
        match self {
            Self::DuckDb => "duckdb",
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
            Self::Spark => "spark",
            Self::DataFusion => "datafusion",
            Self::Polars => "polars",
            Self::BigQuery => "bigquery",
            Self::Snowflake => "snowflake",
        }
    }

    /// The dialect of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|dialect| dialect.name() == name)
    }

    /// Whether a backslash in a literal is an escape character.
    pub(super) fn escapes(self) -> bool {
        matches!(self, Self::Spark | Self::BigQuery | Self::Snowflake)
    }

    /// The type of the longest whole numbers.
    pub(super) fn whole(self) -> &'static str {
        match self {
            Self::DuckDb => "HUGEINT",
            Self::Sqlite => "INTEGER",
            Self::Postgres => "NUMERIC",
            Self::Polars => "INT128",
            Self::BigQuery => "BIGNUMERIC",
            Self::Spark | Self::DataFusion | Self::Snowflake => "DECIMAL(38, 0)",
        }
    }

    /// A bound for integers that are calculated without overflow, with some room left.
    pub(super) fn most_whole(self) -> f64 {
        match self {
            Self::Sqlite => 9e18,
            Self::Postgres => f64::INFINITY,
            _ => 9e37,
        }
    }

    /// Whether tables hold their values to conditions.
    pub(super) fn has_checks(self) -> bool {
        matches!(self, Self::DuckDb | Self::Sqlite | Self::Postgres)
    }

    /// The sign around names.
    pub(super) fn quotation_mark(self) -> char {
        match self {
            Self::Spark | Self::BigQuery => '`',
            _ => '"',
        }
    }

    /// The type of binary numbers with 64 bits.
    pub(super) fn double(self) -> &'static str {
        match self {
            Self::Postgres => "DOUBLE PRECISION",
            Self::Sqlite => "REAL",
            Self::BigQuery => "FLOAT64",
            _ => "DOUBLE",
        }
    }

    /// The type of whole numbers with 64 bits.
    pub(super) fn integer(self) -> &'static str {
        match self {
            Self::Sqlite => "INTEGER",
            Self::BigQuery => "INT64",
            _ => "BIGINT",
        }
    }

    /// The type of texts.
    pub(super) fn text(self) -> &'static str {
        match self {
            Self::Spark | Self::BigQuery => "STRING",
            Self::DuckDb | Self::DataFusion | Self::Polars | Self::Snowflake => "VARCHAR",
            Self::Sqlite | Self::Postgres => "TEXT",
        }
    }

    /// The type of days; text if there is none.
    pub(super) fn date(self) -> &'static str {
        match self {
            Self::Sqlite => "TEXT",
            _ => "DATE",
        }
    }

    /// The type of true and false.
    pub(super) fn boolean(self) -> &'static str {
        match self {
            Self::BigQuery => "BOOL",
            _ => "BOOLEAN",
        }
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, fmt: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt.write_str(self.name())
    }
}
