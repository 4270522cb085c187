//! The criteria of a rulebook as a SQL statement, for engines that hold the records already.
//!
//! The result has each record with its determination and its findings, unknown ones included, as
//! `check` gives them. A first SELECT prepares the facts; the following ones find the places of the
//! trees that a record can reach; the last one turns these into results. Equal input gives equal
//! bytes.

mod boolean_clauses;
mod calculation;
mod calculation_with_missing_facts;
mod create_table;
mod deciding_facts_text;
mod dialect;
mod fact_condition;
mod fraction;
mod header_comment;
mod impact;
mod literal;
mod named_select;
mod options;
mod outcome_lookup_table;
mod outcomes;
mod quote;
mod reference_joins;
mod rounded_comparison;
mod statement;
mod statement_parts;
mod statistics;
mod table_and_column_names;
mod validated_columns;

pub use crate::analysis::export_logic::Statistics;
pub use create_table::ddl;
pub use dialect::Dialect;
pub use impact::impact;
pub use options::{Make, SqlOptions};
pub use outcome_lookup_table::reasons;
pub use statement::sql;
pub use table_and_column_names::{Mapping, Naming};
