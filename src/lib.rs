//! Rules as code that a policy analyst can change while it runs.
//!
//! A **rulebook** is a body of criteria: small Rhai scripts, each one condition, over YAML records
//! of **jurisdictions**. Each script is explored once into a decision **tree**; findings, reasons
//! and what is missing follow from trees and facts. A missing fact is never taken for false.
//!
//! Embedding takes four calls: files, snapshot, assessment, text.
//!
//! ```
//! use rulebook::{DeterminationKind, Files, Options, Snapshot, assess};
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
//! assert_eq!(demo.at(0.into()).determination.kind, DeterminationKind::Eligible);
//! assert_eq!(demo.at(1.into()).determination.kind, DeterminationKind::Undetermined);
//! assert_eq!(demo.at(1.into()).determination.missing[0].to_string(), "population");
//! println!("{}", rulebook::json(&assessment));
//! ```
//!
//! A program that answers requests makes an [`Evaluator`] once and shares it between its threads. A
//! request is JSON bytes or values in memory. It is answered on the caller's thread and changes no
//! other result; its diagnostics come with its answer.
//!
//! ```
//! # use rulebook::Files;
//! use rulebook::{DeterminationKind, Evaluator, EvaluatorOptions, Snapshot, Status};
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
//! // A misspelt fact is not taken for a missing one.
//! let answer = evaluator.assess(br#"{"facts": {"popluation": 120000}}"#);
//! assert_eq!(answer.verdict().unwrap_err()[0].message, "the schema has no fact `popluation`");
//! # Ok(())
//! # }
//! ```
//!
//! The items below are all that a host needs. Everything else is behind the feature `internals`,
//! which is for this project's own tests, benchmarks and fuzzing, and changes without notice.

#![cfg_attr(
    not(feature = "internals"),
    allow(
        unreachable_pub,
        unfulfilled_lint_expectations,
        reason = "modules are public to the project's own tests"
    )
)]
#![cfg_attr(
    not(feature = "app"),
    allow(dead_code, reason = "what the command line alone uses")
)]
#![cfg_attr(
    not(all(feature = "app", feature = "internals")),
    allow(
        unused_imports,
        reason = "what the command line or the tests alone use"
    )
)]

mod analysis;
#[cfg(not(feature = "internals"))]
mod assess;
#[cfg(feature = "internals")]
pub mod assess;
mod base;
#[cfg(feature = "app")]
mod face;
mod formats;
mod host;
mod model;
#[cfg(not(feature = "internals"))]
mod render;
#[cfg(feature = "internals")]
pub mod render;
mod script;
#[cfg(not(feature = "internals"))]
mod tree;
#[cfg(feature = "internals")]
pub mod tree;

// The front door: `tests/it/front_door.rs` holds the list. Files to snapshot to assessment.
pub use assess::assessment::{
    Assessment, Determination, DeterminationKind, Finding, JurisdictionAssessment,
    RulebookAssessment, Status,
};
pub use assess::snapshot::Snapshot;
pub use assess::{Options, SetFact, assess};
pub use host::disk::{DiskError, read};
pub use model::input_files::{DataLimits, Files};

// One request after the other.
pub use assess::request_evaluator::{
    Answer, Evaluator, EvaluatorError, EvaluatorOptions, FactError, Facts, Given, Ids,
};

// What follows the files.
pub use host::live::{Following, Live, Revision, Settings};

// What they hold, and how it is shown.
pub use base::diagnostic::{Diagnostic, Severity};
pub use base::source::Span;
pub use base::work_budget::{Cancel, Cancelled};
pub use model::fact::{Date, Number, Value};
pub use render::{Colour, diagnostics, json};
pub use tree::{FactRef, Limits};

/// The program, for `main.rs`.
#[cfg(feature = "app")]
#[doc(hidden)]
pub use face::cli;

/// What the project's own tests, benchmarks and fuzzing reach.
#[cfg(feature = "internals")]
mod internals {
    pub use crate::analysis::{
        accepted_results, decision_table, explanation, history, impact, lint, published_results,
        questions, remedies, summary, sweep, synthetic_records, test_cases, timeline,
    };
    pub use crate::assess::{assessment, request_evaluator, snapshot, statistics};
    pub use crate::base::{diagnostic, source, work_budget};
    #[cfg(feature = "app")]
    pub use crate::face::tui;
    pub use crate::host::{disk, live, watch};
    pub use crate::model::{
        condition, derived_fact, fact, input_files, jurisdiction, rulebook, typed_indexes, waiver,
    };
}
#[cfg(feature = "internals")]
pub use internals::*;

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
