//! Rules as code that a policy analyst can change while it runs.
//!
//! A **rulebook** is a body of criteria: small Rhai scripts, each one condition, over YAML records
//! of **jurisdictions**. Each script is explored once into a decision **tree**; findings, reasons
//! and what is missing follow from trees and facts. A missing fact is never taken for false.
//!
//! Embedding takes four calls: files, snapshot, assessment, text.
//!
//! ```
//! use rulebook::assess::{Options, assess};
//! use rulebook::assessment::DeterminationKind;
//! use rulebook::files::Files;
//! use rulebook::snapshot::Snapshot;
//!
//! let mut files = Files::new();
//! files.insert(
//!     "policies/demo/rulebook.yaml",
//!     "title: Demo\nas_of: 2017-08-03\nfacts:\n  population: {type: integer}\n",
//! );
//! files.insert("policies/demo/jurisdictions/a.yaml", "id: a\nfacts: {population: 120000}\n");
//! files.insert("policies/demo/jurisdictions/b.yaml", "id: b\nfacts: {population: unknown}\n");
//! files.insert("scripts/demo/size.rhai", "//! At least 100,000 people\nj.population >= 100000\n");
//!
//! let assessment = assess(&Snapshot::load(&files), &Options::default());
//! let demo = &assessment.rulebooks[0];
//! assert_eq!(demo.at(0).determination.kind, DeterminationKind::Eligible);
//! assert_eq!(demo.at(1).determination.kind, DeterminationKind::Undetermined);
//! assert_eq!(demo.at(1).determination.missing[0].to_string(), "population");
//! println!("{}", rulebook::render::json(&assessment));
//! ```

mod analysis;
pub mod assess;
mod base;
#[cfg(feature = "app")]
mod face;
mod formats;
mod host;
mod model;
pub mod render;
mod script;
pub mod tree;

pub use analysis::{
    comparison, decision_table, expectations, explanation, generate, impact, lint, questions,
    remedies, testing,
};
pub use assess::{assessment, snapshot, statistics};
pub use base::{diagnostic, source, work};
#[cfg(feature = "app")]
pub use face::{cli, tui};
pub use host::disk;
#[cfg(feature = "watch")]
pub use host::{live, watch};
pub use model::{condition, derived, fact, files, jurisdiction, rulebook, waiver};
