//! Scripts: from text to the paths of a tree. The only folder that uses Rhai.
//!
//! `rewrite_text_for_interpreter` prepares the text, `compile` makes a `program` of it, and
//! `sandbox` is the interpreter with its limits. A script works with `symbolic_values`,
//! `fact_access`, `comparison`, `operators` and `reason_texts`. `state_of_one_run` is one run,
//! `explore` runs a script once for each path, and `rhai_errors` words its errors.

mod assumed_values;
mod basic_blocks;
mod chained_comparison;
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
mod empty_returns;
mod end_run_at_known_state;
mod explore;
mod explore_derived;
mod fact_access;
mod find_one_item_loops;
mod find_slips;
mod findings_named;
mod follow_other_tree;
mod foreign_letters;
mod gaps_between_switch_labels;
mod imports;
mod last_if_without_else;
mod limits;
mod list_functions;
mod lists_meant_as_ranges;
mod literals_in_foreign_notation;
mod lookup_band_and_sort_functions;
mod marks_of_other_tools;
mod merge_points;
mod misplaced_finding_advice;
mod missing_braces;
mod nesting_depth;
mod numbers_compared;
mod numeric_choices;
mod operators;
mod other_language_functions;
mod other_language_habits;
mod other_language_phrases;
mod other_language_syntax;
mod other_slip_where_brace_expected;
mod outcome_returning_functions;
mod parse_day_difference_test;
mod presence_test_advice;
mod program;
mod read_other_condition;
mod reason_texts;
mod reversed_ranges;
mod rewrite_text_for_interpreter;
mod rhai_errors;
mod sandbox;
mod scan;
mod script_environment;
mod slip;
mod spreadsheet_choices;
mod spreadsheet_formulas;
mod sql_phrases;
mod state_merging;
mod state_of_one_run;
mod stray_signs;
mod subscript_targets;
mod switch;
mod switch_labels;
mod switch_labels_match_interpreter;
mod switch_slips;
mod symbolic_values;
mod syntax_error_advice;
mod text_search_phrases;
mod texts_sought;
mod unbracketed_operators;
mod unknown_fact;
mod unknown_function;
mod unmatched_brackets;
mod unquoted_texts;
mod unreached_outcomes_and_answers;
mod unused_names;
mod valid_but_unintended;
mod value_as_condition;
mod verdict_functions;
mod words_and_literals;

pub(crate) use condition_tree_memo::ConditionTrees;
pub(crate) use derived_facts::{Derivations, DerivedForm};
pub(crate) use explore::{Exploration, explore, explore_condition, mistakes};
pub(crate) use explore_derived::{DerivedExplored, explore_derived};
pub(crate) use find_one_item_loops::{OneItem, one_item_loops};
pub(crate) use findings_named::findings_named;
pub(crate) use gaps_between_switch_labels::labels_with_a_gap;
pub(crate) use lists_meant_as_ranges::{Apart, lists_of_two};
pub(crate) use numbers_compared::{comma_lists, numbers_compared};
pub(crate) use parse_day_difference_test::days_between;
pub(crate) use program::{Library, Program, Reads, Roots};
pub(crate) use script_environment::{Bindings, Bound, work_shares};
pub(crate) use texts_sought::{SoughtText, TextLook, texts_sought};
pub(crate) use unbracketed_operators::mixed_operators;
pub(crate) use unreached_outcomes_and_answers::{Unreached, unreached};
pub(crate) use words_and_literals::{
    calls_with_two, code, empty_texts, has_word, names_read, numbers, puts_names_together, spoken,
    texts, words,
};
