//! Scripts: from text to the paths of a tree. The only place that knows Rhai.
//!
//! `prepare` readies the text, `compile` makes a `program` of it, `sandbox` is the interpreter with
//! its limits, `value`, `reading`, `comparison`, `operators` and `text` are what a script works with,
//! `run` is one run, `explore` runs a script once for each path, and `failure` puts what goes wrong
//! into words.

mod alternatives;
mod bare_branches;
mod bindings;
mod brackets;
mod choice_check;
mod choice_items;
mod comparison;
mod compile;
mod condition_trees;
mod depth;
mod derived;
mod derived_outcome;
mod dropped_values;
mod explore;
mod explore_derived;
mod failure;
mod follow_tree;
mod formulas;
mod function_hints;
mod functions;
mod habits;
mod imports;
mod limits;
mod lists;
mod literal_hints;
mod merge_points;
mod misplaced_finding;
mod misread;
mod numbered_choices;
mod operators;
mod outcome;
mod outcome_functions;
mod own_names;
mod path_states;
mod phrases;
mod prepare;
mod program;
mod reach;
mod read_finding;
mod reading;
mod reversed_ranges;
mod run;
mod sandbox;
mod scan;
mod slip;
mod slips;
mod sql_phrases;
mod subscripts;
mod switch;
mod switch_label_check;
mod switch_labels;
mod switch_slips;
mod symbolic_values;
mod syntax_hints;
mod text;
mod unknown_fact;
mod unknown_function;
mod unused_names;
mod watched_run;

pub(crate) use bindings::{Bindings, Bound};
pub(crate) use condition_trees::{ConditionTrees, findings_named};
pub(crate) use derived::{Derivations, DerivedForm};
pub(crate) use explore::{Exploration, explore, explore_condition, mistakes};
pub(crate) use explore_derived::{DerivedExplored, explore_derived};
pub(crate) use program::{Library, Program, Reads, Roots};
pub(crate) use reach::{Unreached, code, empty_texts, numbers, texts, unreached, words};
