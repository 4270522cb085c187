//! The criteria of a rulebook as a statement of SQL, for engines that hold the records already.
//!
//! Each record comes out with its determination and its findings, unknown ones among them, as `check`
//! has them. A first SELECT brings the facts into shape; the ones after it say which places of the
//! trees a record can come to; the last one says what that means. The same input gives the same bytes.

mod calculation;
mod clause;
mod comments;
mod ddl;
mod dialect;
mod fact_condition;
mod fraction;
mod impact;
mod joins;
mod literal;
mod mapping;
mod missing;
mod options;
mod outcomes;
mod quote;
mod range_corners;
mod reasons;
mod rounding;
mod select;
mod shaped_columns;
mod statement;
mod statistics;
mod written_selects;

pub use crate::analysis::export::Statistics;
pub use ddl::ddl;
pub use dialect::Dialect;
pub use impact::impact;
pub use mapping::{Mapping, Naming};
pub use options::{Make, SqlOptions};
pub use reasons::reasons;
pub use statement::sql;
