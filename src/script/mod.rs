//! Scripts: from text to the paths of a tree. The only place that knows Rhai.
//!
//! `prepare` readies the text, `compile` makes a `program` of it, `sandbox` is the interpreter with
//! its limits, `symbolic_values`, `fact_access`, `comparison`, `operators` and `reason_texts` are what a script
//! works with, `run` is one run, `explore` runs a script once for each path, and `rhai_errors` puts what goes
//! wrong into words.

mod asking_whether_stated;
mod brace_expected;
mod choice_check;
mod choice_list_check;
mod comparison;
mod compile;
mod condition_tree_memo;
mod date_and_number_functions;
mod day_difference_comparison;
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
mod last_if_without_else;
mod likely_ranges;
mod limits;
mod literal_hints;
mod lookup_and_sorting;
mod marks_of_other_tools;
mod merge_points;
mod missing_braces;
mod name_bindings;
mod nesting_depth;
mod numeric_choices;
mod one_item_loops;
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
mod stray_signs;
mod subscript_targets;
mod switch;
mod switch_labels;
mod switch_labels_match_interpreter;
mod switch_slips;
mod symbolic_values;
mod unbracketed_operators;
mod unknown_fact;
mod unknown_function;
mod unmatched_brackets;
mod unquoted_texts;
mod unreached_code;
mod unused_names;
mod valid_but_unintended;
mod value_as_condition;
mod verdict_functions;
mod words_and_literals;

pub(crate) use condition_tree_memo::{ConditionTrees, findings_named};
pub(crate) use day_difference_comparison::days_between;
pub(crate) use derived_facts::{Derivations, DerivedForm};
pub(crate) use explore::{Exploration, explore, explore_condition, mistakes};
pub(crate) use explore_derived::{DerivedExplored, explore_derived};
pub(crate) use likely_ranges::{labels_with_a_gap, lists_of_two};
pub(crate) use name_bindings::{Bindings, Bound};
pub(crate) use one_item_loops::{OneItem, one_item_loops};
pub(crate) use program::{Library, Program, Reads, Roots};
pub(crate) use unbracketed_operators::mixed_operators;
pub(crate) use unreached_code::{Unreached, unreached};
pub(crate) use words_and_literals::{
    calls_with_two, code, compared_texts, empty_texts, has_word, names_read, numbers, spoken,
    texts, words,
};
