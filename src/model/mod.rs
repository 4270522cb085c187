//! What files say: facts, rulebooks, records of jurisdictions, conditions, waivers, and what is
//! published to compare with. Nothing is run here, and nothing is decided.

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
