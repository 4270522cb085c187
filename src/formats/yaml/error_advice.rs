//! Advice on YAML that cannot be read: the reader names the place where it fails, often a line
//! after the mistake.

use crate::base::diagnostic::unseen;

/// Advice for the most frequent mistakes, for an error in a line (the first is 1) of a part of a
/// file that begins after `before` lines.
pub(super) fn advice(text: &str, before: usize, message: &str, line: usize) -> String {
    let advice = if text.contains("\n\t") {
        "YAML is indented with spaces, never with tabs"
    } else if message.contains("<<") {
        "write the keys out: `<<` is not supported here"
    } else if message.contains("depth") || message.contains("recursion") {
        "a record nests at most 24 deep"
    } else {
        let lines = || lines(text, before, line);
        if message.contains("alias") || message.contains("budget") {
            return lines()
                .find_map(|(_, text)| starred(text, message.contains("unknown")))
                .unwrap_or_else(|| {
                    "write the values out instead of repeating them by `*name`".to_owned()
                });
        }
        if message.contains("escape") {
            return "write the text in single quotation marks, as in `'C:\\a'`: between double \
                    ones `\\` says what sign is meant"
                .to_owned();
        }
        if message.contains("unclosed quote") {
            return lines()
                .last()
                .map_or_else(String::new, |(_, text)| unclosed(text));
        }
        let flow = message.contains("flow").then_some(());
        return lines()
            .find_map(|(number, text)| hidden(number, text))
            .or_else(|| flow.and_then(|()| lines().find_map(|(at, text)| open_bracket(at, text))))
            .or_else(|| lines().find_map(|(_, text)| misquoted(text)))
            .or_else(|| lines().find_map(|(number, text)| joined(number, text)))
            .or_else(|| lines().find_map(|(number, text)| equals(number, text)))
            .or_else(|| lines().find_map(|(_, text)| bound(text)))
            .or_else(|| lines().find_map(|(_, text)| unquoted(text)))
            .or_else(|| set_in(lines()))
            .unwrap_or_else(|| {
                "text that holds `: `, ` #` or starts with one of `[]{}&*!|>%@` must stand in \
                 quotation marks; check the indentation of this line and the one before"
                    .to_owned()
            });
    };
    advice.to_owned()
}

/// The line of an error and the one before, with their numbers in the file.
fn lines(text: &str, before: usize, line: usize) -> impl Iterator<Item = (usize, &str)> {
    let first = line.saturating_sub(2);
    let both = text.lines().enumerate().skip(first).take(line - first);
    both.map(move |(at, text)| (before + at + 1, text))
}

/// `--` between records, `t: 'King's Lynn'`, `t: "a", "b"`, `t: ?`.
fn misquoted(line: &str) -> Option<String> {
    let line = line.trim();
    if line.len() > 1 && line.len() != 3 && line.chars().all(|sign| matches!(sign, '-' | '_' | '='))
    {
        return Some("write `---`, three strokes, between two records".to_owned());
    }
    let (key, value) = line.split_once(": ")?;
    let value = value.trim();
    let inner = |mark: char| value.strip_prefix(mark)?.strip_suffix(mark);
    if value == "?" {
        return Some(format!("write `{key}: unknown`"));
    }
    if inner('"').is_some_and(|text| text.contains("\","))
        || inner('\'').is_some_and(|text| text.contains("',"))
    {
        return Some(format!(
            "write `{key}: [{value}]`: a list stands in square brackets"
        ));
    }
    let text = inner('\'').filter(|text| text.contains('\'') && !text.contains('"'))?;
    Some(format!(
        "write `{key}: \"{text}\"`, in double quotation marks"
    ))
}

/// `name: "Springfield`.
fn unclosed(line: &str) -> String {
    let line = line.trim();
    let value = line
        .split_once(": ")
        .map_or(line, |(_, value)| value.trim());
    match value.chars().next() {
        Some(mark @ ('"' | '\'')) => format!("write `{line}{mark}`: the text is never closed"),
        _ => {
            "a quotation mark opens a text in this line and nothing closes it: write the mark once \
              more where the text ends"
                .to_owned()
        }
    }
}

/// `range: {min: 0, max: 100`.
fn open_bracket(number: usize, line: &str) -> Option<String> {
    let count = |sign: char| line.matches(sign).count();
    let pairs = [('{', '}'), ('[', ']')];
    let (open, close) = pairs
        .into_iter()
        .find(|(open, close)| count(*open) > count(*close))?;
    Some(format!(
        "in line {number} a `{open}` is never closed: write `{}{close}`",
        line.trim()
    ))
}

/// An invisible character in place of a space.
fn hidden(number: usize, line: &str) -> Option<String> {
    let sign = line
        .chars()
        .find(|c| c.is_whitespace() && unseen(*c).is_some())?;
    let name = unseen(sign)?;
    Some(format!(
        "line {number} has {name} in it: write an ordinary space in its place"
    ))
}

/// `pop:12`.
fn joined(number: usize, line: &str) -> Option<String> {
    let (key, value) = line.trim().split_once(':')?;
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '-');
    let plain = !key.is_empty() && key.chars().all(is_name) && !line.contains(": ");
    let touches = value.starts_with(|c: char| c.is_alphanumeric());
    (plain && touches).then(|| {
        format!("in line {number} a space is missing behind the colon: write `{key}: {value}`")
    })
}

/// `pop = 12`.
fn equals(number: usize, line: &str) -> Option<String> {
    let (key, value) = line.trim().split_once('=')?;
    let (key, value) = (key.trim(), value.trim());
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '-');
    let plain = !key.is_empty() && key.chars().all(is_name) && !value.is_empty();
    (plain && !value.starts_with('='))
        .then(|| format!("in line {number} a colon divides name and value: write `{key}: {value}`"))
}

/// `people: >5000`: a bound, which is no value.
fn bound(line: &str) -> Option<String> {
    let (key, value) = line.trim().split_once(": ")?;
    let number = value
        .trim()
        .strip_prefix('>')?
        .trim_start_matches('=')
        .trim();
    let digits = number.starts_with(|c: char| c.is_ascii_digit());
    digits.then(|| {
        format!(
            "a fact is one number: write `{key}: {number}` if it is that, or `{key}: unknown` where \
             only a bound is known (`>` begins a text of several lines)"
        )
    })
}

/// `note: see: here`, `note: @here`.
fn unquoted(line: &str) -> Option<String> {
    let (key, value) = line.trim().split_once(": ")?;
    let value = value.trim();
    let odd = value.starts_with(['@', '%', '`', '&', '!'])
        || (value.starts_with(['|', '>']) && value.len() > 1);
    let quoted = value.starts_with(['"', '\'', '{', '[']);
    if let Some(braced) = detail(key, value).filter(|_| !odd && !quoted) {
        return Some(format!(
            "write `{key}: {braced}`, or the second name on a line of its own below, set in by two \
             spaces; where it is a text, `{key}: \"{}\"`",
            value.replace('"', "'")
        ));
    }
    if let Some((first, other)) = next_name(value).filter(|_| !odd && !quoted) {
        let lines = format!("`{key}: {first}`, and `{other}` on a line of its own below");
        let text = format!("`{key}: \"{}\"`", value.replace('"', "'"));
        let is_value = first.starts_with(|c: char| c.is_ascii_digit() || c == '-')
            || matches!(first, "true" | "false" | "unknown");
        return Some(if is_value {
            format!("write {lines}; where it is one text, {text}")
        } else {
            format!("write {text}, in quotation marks; where it is two values, {lines}")
        });
    }
    ((odd || value.contains(": ")) && !quoted).then(|| {
        format!(
            "write `{key}: \"{}\"`, in quotation marks",
            value.replace('"', "'")
        )
    })
}

/// For `8000 applied: true`: the value, and the name after it with its value.
fn next_name(value: &str) -> Option<(&str, &str)> {
    let (before, rest) = value.split_once(": ")?;
    let (first, name) = before.rsplit_once(' ')?;
    let is_name = name.starts_with(|c: char| c.is_ascii_lowercase())
        && name
            .bytes()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || b"_.".contains(&c));
    let plain = !first.contains([':', '#']) && !rest.contains(": ");
    (is_name && plain).then(|| (first.trim(), &value[first.len() + 1..]))
}

/// `least: value: 5`, where the value is a detail of the name: advice with braces.
fn detail(name: &str, value: &str) -> Option<String> {
    const NAMES: [&str; 7] = [
        "decision",
        "given",
        "expect",
        "range",
        "with",
        "parameters",
        "facts",
    ];
    const DETAILS: [&str; 11] = [
        "type",
        "choices",
        "value",
        "range",
        "statistic",
        "at_least",
        "title",
        "unit",
        "min",
        "max",
        "source",
    ];
    let (first, _) = value.split_once(": ")?;
    let is_key = |key: &str| {
        let mut letters = key.chars();
        letters.all(|c| c.is_ascii_alphanumeric() || "_.".contains(c))
    };
    let is_pair = |pair: &str| {
        let parts = pair.split_once(": ");
        parts.is_some_and(|(key, rest)| is_key(key) && !rest.contains(": "))
    };
    let known = NAMES.contains(&name) || DETAILS.contains(&first);
    let plain = !value.contains(['{', '}', '[', ']', '#']) && value.split(", ").all(is_pair);
    (known && plain).then(|| format!("{{{value}}}"))
}

/// `note: *important*`.
fn starred(line: &str, is_unknown: bool) -> Option<String> {
    let (key, value) = line.trim().split_once(": ")?;
    let value = value.trim();
    let text = value.starts_with('*')
        && value.len() > 1
        && (is_unknown || value[1..].contains(['*', ' ']));
    text.then(|| format!("write `{key}: \"{value}\"`, in quotation marks"))
}

/// A line that is set in further than the value before it.
fn set_in<'a>(mut both: impl Iterator<Item = (usize, &'a str)>) -> Option<String> {
    let spaces = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let ((_, before), (_, this)) = (both.next()?, both.next()?);
    let has_value = before
        .split_once(": ")
        .is_some_and(|(_, value)| !value.trim().is_empty());
    let detail = this.split_once(": ").map(|(key, _)| key.trim());
    let detail = detail.filter(|key| ["source", "as_of", "note"].contains(key));
    (has_value && spaces(this) > spaces(before)).then(|| {
        if let (Some(_), Some((key, value))) = (detail, before.trim().split_once(": ")) {
            return format!(
                "what belongs to a value stands in braces with it: write `{key}: {{value: {}, {}}}` \
                 in place of both lines; else begin this line with {} spaces, as the one before",
                value.trim(),
                this.trim(),
                spaces(before)
            );
        }
        format!(
            "begin this line with {} spaces, as the one before",
            spaces(before)
        )
    })
}
