//! How other languages look into a text: `j.x contains "a"`, `j.x starts with "a"`,
//! `j.x matches "^a"`.

use crate::script::slip::{Slip, Words};

/// `j.x contains "a"`, `j.x starts with "a"`.
pub(super) fn infix(words: &Words<'_>, index: usize) -> Option<Slip> {
    let (function, last) = match words.at(index).to_lowercase().as_str() {
        "contains" | "includes" | "has" | "matches" => ("contains", index),
        "starts" | "begins" if words.any(index + 1, &["with"]) => ("starts_with", index + 1),
        "ends" if words.any(index + 1, &["with"]) => ("ends_with", index + 1),
        "startswith" | "starts_with" => ("starts_with", index),
        "endswith" | "ends_with" => ("ends_with", index),
        _ => return None,
    };
    if words.is(last + 1, "(") {
        return None;
    }
    let (first, what) = words.left(index)?;
    // A pattern between strokes is no text.
    let (end, text) = if words.is(last + 1, "/") {
        let end = words.ahead(last + 2).find(|at| words.is(*at, "/"))?;
        (end, "\"...\"")
    } else {
        words.right(last)?
    };
    let asks_pattern = words.any(index, &["matches"]);
    let help = if asks_pattern && let Some(written) = of_pattern(what, text) {
        written
    } else {
        format!("write `{what}.{function}({text})` in its place")
    };
    words.means_nothing(first, end, help)
}

/// Advice for a pattern: the function for a simple one such as `"^a.*"`, or what else to do.
fn of_pattern<'p>(what: &str, text: &'p str) -> Option<String> {
    let pattern = text.strip_prefix('"')?.strip_suffix('"')?;
    let cut = |rest: Option<&'p str>, all: &'p str| (rest.is_some(), rest.unwrap_or(all));
    let (first, plain) = cut(pattern.strip_prefix('^'), pattern);
    let (begins_open, plain) = cut(plain.strip_prefix(".*"), plain);
    let (last, plain) = cut(plain.strip_suffix('$'), plain);
    let (ends_open, plain) = cut(plain.strip_suffix(".*"), plain);
    // `a.*` is meant of the whole text, as `^a` is.
    let starts = !begins_open && (first || ends_open);
    let ends = !ends_open && (last || begins_open);
    if plain.contains(['.', '*', '+', '?', '[', '(', '{', '|', '\\', '^', '$']) || plain.is_empty()
    {
        let help = "look into the text by `.starts_with(\"...\")`, `.contains(\"...\")` and \
                    `.ends_with(\"...\")`, with `&&` between them";
        return Some(help.to_owned());
    }
    let function = match (starts, ends) {
        (true, true) => return Some(format!("write `{what} == \"{plain}\"` in its place")),
        (true, false) => "starts_with",
        (false, true) => "ends_with",
        (false, false) => "contains",
    };
    Some(format!(
        "write `{what}.{function}(\"{plain}\")` in its place"
    ))
}
