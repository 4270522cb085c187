//! Questions whether a fact is stated, in other words than ours: `known(j.x)`, `j.x.known()`,
//! `is_missing(j.x)`, `j.x == unknown`.

use crate::script::other_language_functions::asks_whether_stated;
use crate::script::slip::Words;

/// Advice for a call at a token, with the fact that it asks for.
pub(super) fn asked_by_function(words: &Words<'_>, index: usize, name: &str) -> Option<String> {
    let stated = match name {
        "unknown" => false,
        _ => asks_whether_stated(name)?,
    };
    let function = (index..index + 3).find(|at| words.is(*at, name))?;
    let open = function + 1;
    let given = words
        .closed(open)
        .filter(|close| words.is(open, "(") && open + 1 < *close)
        .map(|close| words.text(open + 1, close - 1));
    let behind = function
        .checked_sub(1)
        .filter(|at| words.is(*at, "."))
        .and_then(|point| words.left(point))
        .map(|(_, text)| text);
    // `j.county.exists("population")` asks for something else.
    if given.is_some() && behind.is_some_and(|text| text != "j") {
        return None;
    }
    let of_record = behind == Some("j");
    let named = given.filter(|text| of_record && text.starts_with('"'));
    let named = named.and_then(|text| plain(text.trim_matches('"')));
    let found = [given, behind].into_iter().flatten().find_map(path);
    found.or(named).map(|path| {
        let write = written(stated, path);
        // The text before the call has to be rewritten too.
        if of_record && !stated {
            format!("{write} in place of `j.{name}(...)`")
        } else {
            write
        }
    })
}

/// Advice for `j.x == unknown`, by its last word.
pub(super) fn asked_by_comparison(words: &Words<'_>, index: usize) -> Option<String> {
    let sign = index.checked_sub(1)?;
    let stated = match words.at(sign) {
        "==" => false,
        "!=" => true,
        _ => return None,
    };
    let (_, text) = words.left(sign)?;
    path(text).map(|path| written(stated, path))
}

/// Advice on how to ask whether a fact is stated.
pub(super) fn written(stated: bool, path: &str) -> String {
    let sign = if stated { "" } else { "!" };
    format!("write `{sign}j.known(\"{path}\")`")
}

/// The path in `j.path.of.fact`.
pub(super) fn path(text: &str) -> Option<&str> {
    plain(text.trim_matches('"').strip_prefix("j.")?)
}

/// A text that may be a path.
fn plain(path: &str) -> Option<&str> {
    let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.');
    (!path.is_empty() && path.chars().all(part)).then_some(path)
}
