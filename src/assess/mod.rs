//! From a snapshot and options to an assessment: a pure function of the two.
//!
//! `explored_rulebooks` explores each script with all facts unknown, which needs no record;
//! `incremental_assessment` walks the trees for each record; `examine_condition` and
//! `overall_determination` are for one jurisdiction. A script that no tree can hold is run for each
//! jurisdiction. If an earlier assessment is given, what has not changed is taken from it; the
//! result does not differ.

mod answer_pattern_memo;
pub mod assessment;
mod batch_determination_from_findings;
mod bulk_assessment;
pub(crate) mod bulk_explanation;
mod cascading_diagnostics;
pub(crate) mod changes_between_assessments;
mod columnar_trees;
mod computed_columns;
mod count_bounds;
mod derivation_order;
mod derived_fact_column;
mod derived_faults;
mod examine_condition;
mod explored_before;
mod explored_rulebooks;
pub(crate) mod explored_scripts;
mod facts_set_by_option;
mod fault_and_waiver_diagnostics;
mod finding_combinations;
mod hypothetical_jurisdiction;
mod incremental_assessment;
mod next_step_of_decision;
mod open_parameter;
mod options;
mod outside_record_statistics;
mod overall_determination;
pub(crate) mod prepared_rulebook;
mod reason_by_path_memo;
mod reasons_by_answers_memo;
pub mod request_evaluator;
pub(crate) mod result_types;
pub(crate) mod results_in_parts;
mod script_result_by_facts_read;
mod script_run_cache;
mod selected_rulebooks;
pub mod snapshot;
pub mod statistics;
mod strongly_connected;
mod trace_to_stated_facts;
mod trial_completion_results;

pub(crate) use examine_condition::{come_to, status_by, status_by_script};
pub(crate) use explored_rulebooks::Explored;
pub(crate) use hypothetical_jurisdiction::{World, WorldConditions, WorldFact};
pub(crate) use next_step_of_decision::{VERDICTS, findings_schema};
pub(crate) use open_parameter::Swept;
pub use options::{Among, Ids, Options, SetFact};
pub(crate) use overall_determination::kind;

use crate::assess::assessment::Assessment;
use crate::assess::snapshot::Snapshot;

/// Assesses every selected jurisdiction against every condition.
pub fn assess(snapshot: &Snapshot, options: &Options) -> Assessment {
    Explored::new(snapshot, options, None).assess(None)
}

/// Assesses as [`assess`] does, and reuses from an earlier assessment what has not changed since.
pub fn assess_after(snapshot: &Snapshot, options: &Options, earlier: &Assessment) -> Assessment {
    Explored::new(snapshot, options, Some(earlier)).assess(Some(earlier))
}
