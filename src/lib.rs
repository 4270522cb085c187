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
//!
//! A program that is asked about one record after the other makes an [`Evaluator`](evaluator::Evaluator)
//! once, and shares it between its threads. A request is answered where it is asked, by bytes of JSON
//! or by values in memory; it changes nothing that others are judged by, and what is wrong with it
//! comes with its answer.
//!
//! ```
//! # use rulebook::files::Files;
//! use rulebook::assessment::{DeterminationKind, Status};
//! use rulebook::evaluator::{Evaluator, EvaluatorOptions};
//! use rulebook::snapshot::Snapshot;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let mut files = Files::new();
//! # files.insert(
//! #     "policies/demo/rulebook.yaml",
//! #     "title: Demo\nas_of: 2017-08-03\nparameters: {least: 100000}\nfacts:\n  population: {type: integer}\n",
//! # );
//! # files.insert("scripts/demo/size.rhai", "//! Large\nif j.population >= params.least { met() } else { not_met(`only ${j.population}`) }\n");
//! let options = EvaluatorOptions::default().parameter("least", 50_000);
//! let evaluator = Evaluator::new(&Snapshot::load(&files), &options)?;
//!
//! let answer = evaluator.assess(br#"{"id": "a", "facts": {"population": 120000}}"#);
//! assert_eq!(answer.verdict(), Ok(DeterminationKind::Eligible));
//!
//! let mut facts = evaluator.facts("b");
//! facts.set("population", 20_000)?;
//! let answer = facts.assess();
//! assert_eq!(answer.finding("size"), Some(Status::NotMet));
//! let details = answer.details().expect("it could be read");
//! assert_eq!(details.findings[0].reasons, ["only 20000"]);
//!
//! // A misspelt fact is no fact that is not known.
//! let answer = evaluator.assess(br#"{"facts": {"popluation": 120000}}"#);
//! assert_eq!(answer.verdict().unwrap_err()[0].message, "the schema has no fact `popluation`");
//! # Ok(())
//! # }
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
    comparison, decision_table, expectations, explanation, generate, history, impact, lint,
    questions, remedies, summary, sweep, testing, timeline,
};
pub use assess::{assessment, evaluator, snapshot, statistics};
pub use base::{diagnostic, source, work};
#[cfg(feature = "app")]
pub use face::{cli, tui};
pub use host::disk;
#[cfg(feature = "watch")]
pub use host::{live, watch};
pub use model::{condition, derived, fact, files, jurisdiction, rulebook, waiver};

/// What the fuzzer alone is to reach.
#[cfg(fuzzing)]
#[doc(hidden)]
pub mod fuzzing {
    pub use crate::formats::yaml::compare;
}

/// The examples of the page on embedding are tests as well.
#[cfg(doctest)]
#[doc = include_str!("../docs/embedding.md")]
pub struct Embedding;
