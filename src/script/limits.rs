//! Limits on what a script may use: steps, depth, memory, names.

/// Steps of one run.
pub(super) const MAX_OPERATIONS: u64 = 200_000;

/// Calls within calls: as deep as a stack of 2 MiB allows, with room to spare.
pub(super) const MAX_CALLS: usize = 16;

/// Scripts of conditions that no tree can hold, each run within the one that reads its finding.
pub(super) const MAX_WITHIN: usize = 4;

/// Expressions within expressions, at the top and in functions.
pub(super) const MAX_DEPTH: (usize, usize) = (48, 32);

/// Branches of a chain of `else if`, and in a function that calls others.
pub(super) const MAX_BRANCHES: (usize, usize) = (250, 24);

/// The interpreter's own limit on depth, out of reach: `nesting_depth` bounds scripts before that.
pub(super) const MAX_COUNTED: usize = 4_000;

/// Bytes of a text.
pub(super) const MAX_TEXT: usize = 64 * 1024;

/// Items of a list.
pub(super) const MAX_LIST: usize = 10_000;

/// Words of the language that criteria have no use for, or that would be a way out.
pub(super) const DISABLED: [&str; 18] = [
    "eval",
    "print",
    "debug",
    "type_of",
    "is_shared",
    "is_def_var",
    "is_def_fn",
    "Fn",
    "call",
    "curry",
    "try",
    "catch",
    "sleep",
    "timestamp",
    "exit",
    "export",
    "global",
    "throw",
];

/// The functions a script may call, for a "did you mean".
pub(super) const FUNCTIONS: [&str; 42] = [
    "met",
    "not_met",
    "not_applicable",
    "eligible",
    "ineligible",
    "known",
    "assume",
    "date",
    "abs",
    "floor",
    "ceiling",
    "round",
    "round_even",
    "div",
    "min",
    "max",
    "to_int",
    "to_float",
    "band",
    "sort",
    "sort_desc",
    "fixed",
    "percent",
    "thousands",
    "year",
    "month",
    "day",
    "add_months",
    "add_years",
    "months_between",
    "years_between",
    "age",
    "first_of_month",
    "last_of_month",
    "len",
    "contains",
    "starts_with",
    "ends_with",
    "split",
    "to_upper",
    "to_lower",
    "trim",
];
