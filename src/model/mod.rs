//! What the files say: facts, rulebooks, records of jurisdictions, conditions, waivers, and
//! published results to compare with. Nothing is run or decided here.

pub mod condition;
pub mod derived_fact;
pub mod fact;
pub mod input_files;
pub mod jurisdiction;
pub(crate) mod not_text;
pub(crate) mod published_results;
pub mod rulebook;
pub mod typed_indexes;
pub mod waiver;
