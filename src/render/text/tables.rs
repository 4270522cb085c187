//! Tables for a person: an assessment, a decision table, a summary of a population.

mod assessment_table;
mod cells;
mod deciding_facts_section;
mod decision_table;
mod summary;

pub use assessment_table::table;
pub use decision_table::decision_table;
pub use summary::summary;
