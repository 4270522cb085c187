//! Scripts: from text to the paths of a tree. The only place that knows Rhai.
//!
//! `prepare` readies the text, `compile` makes a `program` of it, `sandbox` is the interpreter with
//! its limits, `symbolic_values`, `fact_access`, `comparison`, `operators` and `reason_texts` are what a script
//! works with, `run` is one run, `explore` runs a script once for each path, and `rhai_errors` puts what goes
//! wrong into words.

mod choice_check;
mod choice_list_check;
mod comparison;
mod compile;
mod condition_tree_memo;
mod date_and_number_functions;
mod defined_names;
mod derived_facts;
mod derived_outcome;
mod dropped_values;
mod explore;
mod explore_derived;
mod fact_access;
mod find_slips;
mod finding_misuse_hints;
mod follow_other_tree;
mod imports;
mod limits;
mod list_functions;
mod literal_hints;
mod merge_points;
mod missing_braces;
mod name_bindings;
mod nesting_depth;
mod numeric_choices;
mod operators;
mod other_language_functions;
mod other_language_habits;
mod other_language_phrases;
mod other_language_syntax;
mod outcome_returning_functions;
mod prepare;
mod program;
mod read_other_condition;
mod reason_texts;
mod reversed_ranges;
mod rhai_errors;
mod run;
mod run_with_merging;
mod sandbox;
mod scan;
mod slip;
mod spreadsheet_formulas;
mod sql_phrases;
mod state_merging;
mod subscript_targets;
mod switch;
mod switch_labels;
mod switch_labels_match_interpreter;
mod switch_slips;
mod symbolic_values;
mod unknown_fact;
mod unknown_function;
mod unmatched_brackets;
mod unreached_code;
mod unused_names;
mod valid_but_unintended;
mod value_as_condition;
mod verdict_functions;
mod written_words;

pub(crate) use condition_tree_memo::{ConditionTrees, findings_named};
pub(crate) use derived_facts::{Derivations, DerivedForm};
pub(crate) use explore::{Exploration, explore, explore_condition, mistakes};
pub(crate) use explore_derived::{DerivedExplored, explore_derived};
pub(crate) use name_bindings::{Bindings, Bound};
pub(crate) use program::{Library, Program, Reads, Roots};
pub(crate) use unreached_code::{Unreached, unreached};
pub(crate) use written_words::{code, empty_texts, has_word, numbers, texts, words};
