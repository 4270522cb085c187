//! Habits of R, Python and JavaScript: `x %in% c("a")`, `is.na(x)`, `"""text"""`,
//! `let a = 1, b = 2`, `fn f(x = 1)`, `switch (a, b)`, `20 % of x`, `findings["size"]`.

use crate::script::literals_in_foreign_notation::rewritten;
use crate::script::scan::TokenKind;
use crate::script::slip::{Slip, Words};

/// `j.kind %in% c("a", "b")`.
pub(super) fn in_vector(words: &Words<'_>, index: usize) -> Option<Slip> {
    let sign = words.is(index, "%") && words.any(index + 1, &["in"]) && words.is(index + 2, "%");
    if !sign {
        return None;
    }
    let call = index + 3;
    let closed = (words.is(call, "c") && words.is(call + 1, "("))
        .then(|| words.closed(call + 1))
        .flatten()
        .filter(|close| call + 2 < *close);
    let Some(close) = closed else {
        return words.means_nothing(index, index + 2, "write `in` in its place".to_owned());
    };
    let items = rewritten(words, call + 2, close - 1, true);
    words.means_nothing(index, close, format!("write `in [{items}]` in its place"))
}

/// `is.na(j.x)`, `!is.null(j.x)`.
pub(super) fn is_missing(words: &Words<'_>, index: usize) -> Option<Slip> {
    let named = words.is(index, "is") && words.is(index + 1, ".");
    let asks = named && words.any(index + 2, &["na", "null", "nan"]) && words.is(index + 3, "(");
    if !asks {
        return None;
    }
    let close = words.closed(index + 3)?;
    let path = words.text(index + 4, close - 1).strip_prefix("j.")?;
    let denies = index.checked_sub(1).filter(|at| words.is(*at, "!"));
    let sign = if denies.is_some() { "" } else { "!" };
    let help = format!("to ask whether a fact is stated, write `{sign}j.known(\"{path}\")`");
    words.means_nothing(denies.unwrap_or(index), close, help)
}

/// `"""Probe"""`: two marks within a text mean one.
pub(super) fn marked_remark(words: &Words<'_>, index: usize) -> Option<Slip> {
    let written = words.at(index);
    let text = written.strip_prefix("\"\"\"")?.strip_suffix("\"\"\"")?;
    let statement = words.begins_line(index) && words.ends_line(index) && !text.contains('\n');
    statement.then(|| words.means_nothing(index, index, format!("write `// {text}`, a remark")))?
}

/// `let a = 1, b = 2;`.
pub(super) fn several_names(words: &Words<'_>, index: usize) -> Option<Slip> {
    let divides = words.is(index, ",")
        && !words.in_brackets(index)
        && words.kind(index + 1) == Some(TokenKind::Word)
        && words.is(index + 2, "=");
    if !divides {
        return None;
    }
    let level = |at: &usize| words.bracket(*at) == words.bracket(index);
    let given = Words::before(index)
        .rev()
        .filter(level)
        .take_while(|at| !matches!(words.at(*at), ";" | "}"))
        .find(|at| matches!(words.at(*at), "let" | "const"));
    let sign = words.at(given?);
    let message = "one line gives one name a value".to_owned();
    Some(words.slip(
        index,
        index,
        message,
        format!("write `; {sign}` in its place"),
    ))
}

/// `fn big(x = 5)`.
pub(super) fn default_value(words: &Words<'_>, index: usize) -> Option<Slip> {
    let name = index.checked_sub(1).filter(|_| words.is(index, "="))?;
    let open = words.bracket(index).filter(|open| words.is(*open, "("))?;
    let head = open.checked_sub(2)?;
    let last = index + 1;
    let ends = matches!(words.at(last + 1), "," | ")");
    let of_function = words.any(head, &["fn", "def", "function"]);
    (of_function && ends).then(|| {
        let help = format!(
            "write `{}`, and give the value where the function is called",
            words.at(name)
        );
        words.means_nothing(name, last, help)
    })?
}

/// `switch (j.kind, j.ok) { ... }`.
pub(super) fn several_values(words: &Words<'_>, index: usize) -> Option<Slip> {
    let open = index + 1;
    if !words.any(index, &["switch", "match"]) || !words.is(open, "(") {
        return None;
    }
    let close = words.closed(open)?;
    let several = (open..close).any(|at| words.is(at, ",") && words.bracket(at) == Some(open));
    let message = "a `switch` looks at one value".to_owned();
    let help = "write `if ... && ... { ... } else if ... { ... }` with a test of each value";
    several.then(|| words.slip(index, close, message, help.to_owned()))
}

/// `20% of j.income`.
pub(super) fn percent_of(words: &Words<'_>, index: usize) -> Option<Slip> {
    let of = words.kind(index) == Some(TokenKind::Number)
        && words.is(index + 1, "%")
        && words.any(index + 2, &["of"]);
    of.then(|| {
        let help = format!("write `{} / 100 *` in its place", words.at(index));
        words.means_nothing(index, index + 2, help)
    })?
}

/// `j.tags.some("river")`: the text would be the name of a function.
pub(super) fn no_test(words: &Words<'_>, index: usize) -> Option<Slip> {
    let behind = index > 0 && matches!(words.at(index - 1), "." | "?.");
    let named = behind && matches!(words.at(index), "some" | "all" | "filter");
    let given = words.is(index + 1, "(") && words.is(index + 3, ")");
    let text = words.kind(index + 2) == Some(TokenKind::Text);
    (named && given && text).then(|| {
        let name = words.at(index);
        let message = format!("`{name}` takes a test, and no text");
        let help = format!("write `{name}(|x| x == {})`", words.at(index + 2));
        words.slip(index, index + 3, message, help)
    })
}

/// `findings["size"]`: the finding has to be written as a name.
pub(super) fn finding_by_text(words: &Words<'_>, index: usize) -> Option<Slip> {
    let picks = words.is(index, "findings")
        && words.is(index + 1, "[")
        && words.kind(index + 2) == Some(TokenKind::Text)
        && words.is(index + 3, "]");
    let name = words.at(index + 2).trim_matches('"');
    let plain = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    (picks && plain).then(|| {
        let message = "a finding is read by its name behind a point".to_owned();
        let help = format!("write `findings.{name}`");
        words.slip(index, index + 3, message, help)
    })
}
