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

pub mod assess;
pub mod assessment;
#[cfg(feature = "app")]
pub mod cli;
pub mod condition;
pub mod decision_table;
pub mod derived;
pub mod diagnostic;
pub mod disk;
pub mod expectations;
pub mod explanation;
pub mod fact;
pub mod files;
pub mod generate;
pub mod impact;
mod json;
pub mod jurisdiction;
pub mod lint;
#[cfg(feature = "watch")]
pub mod live;
mod parallel;
pub mod questions;
pub mod remedies;
pub mod render;
pub mod rulebook;
mod script;
mod sheet;
pub mod snapshot;
pub mod source;
pub mod statistics;
pub mod testing;
pub mod tree;
#[cfg(feature = "app")]
pub mod tui;
pub mod waiver;
#[cfg(feature = "watch")]
pub mod watch;
mod yaml;
