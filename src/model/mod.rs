//! What files say: facts, rulebooks, records of jurisdictions, conditions, waivers. Nothing is run here,
//! and nothing is decided.

pub mod condition;
pub mod derived;
pub mod fact;
pub mod files;
pub mod jurisdiction;
pub mod rulebook;
pub mod waiver;
