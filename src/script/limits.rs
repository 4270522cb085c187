//! What a script may use: steps, depth, room, words.

/// Steps of one run.
pub(super) const MAX_OPERATIONS: u64 = 200_000;

/// Calls within calls: as deep as a stack of 2 MiB allows, with room to spare.
pub(super) const MAX_CALLS: usize = 16;

/// Expressions within expressions, at the top and in functions.
pub(super) const MAX_DEPTH: (usize, usize) = (48, 32);

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
