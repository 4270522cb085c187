//! Explains a text that is not valid JSON, in words for its author, with advice.

/// The error and advice, from the message of the JSON reader and the text at the place.
pub(super) fn in_words(message: &str, rest: &str) -> (String, String) {
    let first = rest.chars().next();
    if let Some(what) = message.strip_prefix("EOF while parsing ") {
        return ends_within(what);
    }
    let word = word_at(rest);
    let (found, help) = match message {
        "trailing characters" => (
            format!("`{}` stands behind the end of the value", shown(rest)),
            "a record is one `{...}`, and nothing stands behind it in its line",
        ),
        "trailing comma" => (
            "a comma stands behind the last value".to_owned(),
            "leave the comma out",
        ),
        "key must be a string" if first == Some('}') => (
            "a comma stands behind the last value".to_owned(),
            "leave the comma out",
        ),
        "key must be a string" if first == Some('\'') => (
            "a name stands in single quotation marks".to_owned(),
            "write `\"` in place of each `'`",
        ),
        "key must be a string" => (
            format!("`{}` is no name in quotation marks", shown(rest)),
            "write each name in double quotation marks, as `\"facts\"`",
        ),
        "expected `:`" => (
            format!("`{}` stands where a colon is expected", shown(rest)),
            "write `:` between a name and its value",
        ),
        "expected `,` or `}`" | "expected `,` or `]`" => (
            format!(
                "`{}` stands where a comma or the end is expected",
                shown(rest)
            ),
            "write a comma between two values, and every text in quotation marks",
        ),
        _ if first == Some('\'') => (
            "a text stands in single quotation marks".to_owned(),
            "write `\"` in place of each `'`",
        ),
        "expected value" | "expected ident" if !word.is_empty() => {
            return (format!("`{word}` is no value"), instead_of(word));
        }
        "invalid number" => (
            format!("`{}` is no number", shown(rest)),
            "write digits with a point before decimals, as `1500.5`; without zeros before it",
        ),
        _ if message.starts_with("control character") => (
            "a text has a line break or a tab in it".to_owned(),
            "write `\\n` for a line break and `\\t` for a tab",
        ),
        _ if message.contains("surrogate") || message.contains("escape") => (
            message.to_owned(),
            "write the sign itself in place of `\\` and what stands behind it",
        ),
        _ => (
            message.to_owned(),
            "names and texts stand in quotation marks; a comma stands between two values and behind \
             none",
        ),
    };
    (found, help.to_owned())
}

fn ends_within(what: &str) -> (String, String) {
    let (found, help) = match what {
        "a string" => ("a text", "write the quotation mark `\"` that is missing"),
        "an object" => ("a record or group", "write the `}` that is missing"),
        "a list" => ("a list", "write the `]` that is missing"),
        _ => (
            "a value",
            "write the value, and the brackets that are missing",
        ),
    };
    (format!("the text ends within {found}"), help.to_owned())
}

/// The word at the start of a text.
fn word_at(rest: &str) -> &str {
    let is_sign = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '+' | '.' | '/' | '#');
    let end = rest.find(|c: char| !is_sign(c)).unwrap_or(rest.len());
    &rest[..end]
}

/// The word or sign at a place.
pub(super) fn shown(rest: &str) -> &str {
    let word = word_at(rest);
    let one = rest.chars().next().map_or(0, char::len_utf8);
    &rest[..word.len().max(one)]
}

/// Advice for a word of another language.
fn instead_of(word: &str) -> String {
    let value = match word.to_lowercase().as_str() {
        "true" | "yes" => "true",
        "false" | "no" => "false",
        "none" | "nan" | "nil" | "na" | "n/a" | "undefined" | "unknown" | "null" => "null",
        _ => return format!("write `\"{word}\"`, a text in quotation marks, or `null`"),
    };
    format!("write `{value}`")
}
