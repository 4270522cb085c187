//! From a snapshot and options to an assessment: a pure function of the two.
//!
//! `explored` runs each script with all facts free, which needs no record; `jurisdictions` walks
//! the trees for each record; `finding` and `determination` are for one. A script that no tree can
//! hold is run for each jurisdiction. With an earlier assessment at hand, what has not changed is
//! taken from there; the result is the same.

pub mod assessment;
mod combinations;
mod completion_trials;
mod computed_columns;
mod decide_block;
mod decision_walk;
pub(crate) mod delta;
mod derive;
mod derived_column;
mod derived_faults;
mod determination;
mod dropped_consequences;
pub mod evaluator;
pub(crate) mod explaining;
mod explored;
mod finding;
mod guest_statistics;
mod jurisdictions;
mod missing_inputs;
mod missing_patterns;
mod open_parameter;
mod options;
mod path_memo;
mod population;
mod population_trees;
pub(crate) mod prepared;
mod reason_memo;
mod result_diagnostics;
pub(crate) mod results;
pub(crate) mod script_form;
mod script_memo;
mod selection;
pub mod snapshot;
pub mod statistics;
pub(crate) mod verdict;
mod what_if;
mod world;

pub(crate) use decision_walk::{VERDICTS, findings_schema};
pub(crate) use determination::kind;
pub(crate) use explored::Explored;
pub(crate) use finding::{come_to, status_by};
pub(crate) use open_parameter::Swept;
pub use options::{Among, Ids, Options, SetFact};
pub(crate) use world::{World, WorldFact};

use crate::assess::assessment::Assessment;
use crate::assess::snapshot::Snapshot;

/// Assesses every jurisdiction selected against every condition.
pub fn assess(snapshot: &Snapshot, options: &Options) -> Assessment {
    Explored::new(snapshot, options, None).assess(None)
}

/// Assesses as [`assess`] does, taking from an earlier assessment what has not changed since.
pub fn assess_after(snapshot: &Snapshot, options: &Options, earlier: &Assessment) -> Assessment {
    Explored::new(snapshot, options, Some(earlier)).assess(Some(earlier))
}
