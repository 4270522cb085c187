//! A mapping with known keys: reads values by key, and reports keys that do not belong.

use crate::base::diagnostic::{Code, Diagnostic, did_you_mean, in_latin_letters, list_of, unseen};
use crate::base::source::Span;
use crate::formats::date::Date;
use crate::formats::written_date::meant_day;
use crate::formats::yaml::{Entry, NodeKind, YamlNode};

/// A mapping whose keys are among a known few.
pub(crate) struct Section<'a> {
    entries: &'a [Entry],
    span: &'a Span,
    /// The advice given for unknown keys.
    advice: Vec<String>,
    /// Whether its keys are years, which was reported.
    by_years: bool,
}

impl<'a> Section<'a> {
    /// The mapping of a node; reports a node of another shape, and every key not among `keys`.
    pub(crate) fn new(
        node: &'a YamlNode,
        what: &str,
        keys: &[&str],
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<Self> {
        Self::advised(node, what, keys, as_lines(node), diagnostics)
    }

    /// The mapping of a node; reports a node of another shape with this advice, and every key not
    /// among `keys`.
    pub(crate) fn advised(
        node: &'a YamlNode,
        what: &str,
        keys: &[&str],
        advice: Option<String>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<Self> {
        let NodeKind::Mapping(entries) = &node.kind else {
            let message = format!(
                "expected {what} as `key: value` lines, found {}",
                node.describe()
            );
            let told = Diagnostic::at(Code::WrongShape, node.span.clone(), message);
            let known = || format!("the keys are {}", list_of(keys.iter().copied()));
            diagnostics.push(told.help(advice.unwrap_or_else(known)));
            return None;
        };
        let mut advice = Vec::new();
        let by_years = by_year(entries, keys);
        if let (Some(help), Some(first)) = (&by_years, entries.first()) {
            let message = format!("`{}` is not a key of {what}", first.key);
            let told = Diagnostic::at(Code::UnknownKey, node.span.clone(), message);
            diagnostics.push(told.help(help.clone()));
        }
        let unknown = |entry: &&Entry| !keys.contains(&entry.key.as_str()) && by_years.is_none();
        for entry in entries.iter().filter(unknown) {
            // Both ends of a range are written by the first.
            let is_end = |one: &Entry| ["min", "max"].contains(&one.key.as_str());
            let before = entries.iter().take_while(|one| !std::ptr::eq(*one, entry));
            if is_end(entry) && before.filter(|one| is_end(one)).count() > 0 {
                continue;
            }
            let told = unknown_key(entries, entry, what, keys);
            advice.extend(told.help.clone());
            diagnostics.push(told);
        }
        Some(Self {
            entries,
            span: &node.span,
            advice,
            by_years: by_years.is_some(),
        })
    }

    /// The place of the whole mapping.
    pub(crate) fn span(&self) -> &'a Span {
        self.span
    }

    /// The entry of a key.
    pub(crate) fn entry(&self, key: &str) -> Option<&'a Entry> {
        self.entries.iter().find(|entry| entry.key == key)
    }

    /// The value of a key; `None` if it is left out or null.
    pub(crate) fn get(&self, key: &str) -> Option<&'a YamlNode> {
        let value = self.entry(key).map(|entry| &entry.value);
        value.filter(|node| !matches!(node.kind, NodeKind::Null))
    }

    /// Whether a key was reported under another name: that it is missing follows.
    pub(crate) fn is_misnamed(&self, key: &str) -> bool {
        let meant = [format!("write `{key}`"), format!("did you mean `{key}`?")];
        let by_years = self.by_years && key == "value";
        let touching = format!("write `{key}: ");
        let is_it = |advice: &String| meant.contains(advice) || advice.starts_with(&touching);
        by_years || self.advice.iter().any(is_it)
    }

    /// A value that is text.
    pub(crate) fn text(&self, key: &str, diagnostics: &mut Vec<Diagnostic>) -> Option<String> {
        text_of(self.get(key)?, key, diagnostics)
    }

    /// A value that is a day.
    pub(crate) fn date(&self, key: &str, diagnostics: &mut Vec<Diagnostic>) -> Option<Date> {
        let node = self.get(key)?;
        let text = text_of(node, key, diagnostics)?;
        match Date::parse(&text) {
            Ok(date) => Some(date),
            Err(why) => {
                let message = format!("`{key}` must be a date, found `{text}`");
                let help = meant_day(&text).unwrap_or(why);
                diagnostics
                    .push(Diagnostic::at(Code::WrongValue, node.span.clone(), message).help(help));
                None
            }
        }
    }

    /// The entries of a value that is a mapping of names the author chose.
    pub(crate) fn named(
        &self,
        key: &str,
        what: &str,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> &'a [Entry] {
        let Some(node) = self.get(key) else {
            return &[];
        };
        let NodeKind::Mapping(entries) = &node.kind else {
            let message = format!(
                "expected {what}, each under its name, found {}",
                node.describe()
            );
            let told = Diagnostic::at(Code::WrongShape, node.span.clone(), message);
            diagnostics.push(told.help(under_names(node, what)));
            return &[];
        };
        entries
    }
}

/// The items of a node that is a list, or the node itself.
pub(crate) fn one_or_many(node: &YamlNode) -> &[YamlNode] {
    match &node.kind {
        NodeKind::Sequence(items) => items,
        _ => std::slice::from_ref(node),
    }
}

/// The text of a node, or a diagnostic.
pub(crate) fn text_of(
    node: &YamlNode,
    what: &str,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<String> {
    if let Some(text) = node.text() {
        return Some(text.to_owned());
    }
    let message = format!("`{what}` must be text, found {}", node.describe());
    diagnostics.push(Diagnostic::at(Code::WrongShape, node.span.clone(), message));
    None
}

/// Advice if values are expected, each under a name.
fn under_names(node: &YamlNode, what: &str) -> Option<String> {
    let NodeKind::Sequence(items) = &node.kind else {
        return as_lines(node);
    };
    let NodeKind::Mapping(entries) = &items.first()?.kind else {
        return Some("leave out the `-`, and write a name and a colon before each".to_owned());
    };
    let (first, rest) = entries.split_first()?;
    let named = ["id", "name", "key"].contains(&first.key.as_str());
    Some(match (first.value.text(), rest) {
        (Some(name), [_, ..]) if named => format!(
            "write `{name}:` in place of `- {}: {name}`, with the rest set in below it, and so each \
             of the {what}",
            first.key
        ),
        (Some(_), [_, ..]) => {
            "write a line with a name and a colon in place of each `-`, with the \
                               rest set in below it"
                .to_owned()
        }
        _ => "leave out the `-` before each".to_owned(),
    })
}

/// Advice if `key: value` lines are expected.
fn as_lines(node: &YamlNode) -> Option<String> {
    if matches!(node.kind, NodeKind::Sequence(_)) {
        return Some("leave out the `-` before each".to_owned());
    }
    let line = node.span.text().lines().next()?;
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '-');
    let touching = line.split_once(':');
    if let Some((key, value)) = touching.filter(|(key, value)| {
        key.starts_with(|c: char| c.is_alphabetic())
            && key.chars().all(is_name)
            && value
                .starts_with(|c: char| c.is_alphanumeric() || matches!(c, '-' | '"' | '{' | '['))
    }) {
        return Some(format!(
            "write `{key}: {value}`, with a space behind the colon"
        ));
    }
    let (key, value) = line.split_once('=')?;
    let (key, value) = (key.trim(), value.trim());
    Some(format!("write `{key}: {value}`, with a colon and a space"))
}

/// The key here for a name that is used elsewhere.
fn called(key: &str, keys: &[&str]) -> Option<String> {
    let names: &[&str] = match key.to_lowercase().as_str() {
        "options" | "values" | "enum" | "allowed" => &["choices"],
        "label" | "help" | "text" => &["description"],
        "default" => &["value"],
        "type" | "kind" | "function" | "measure" => &["statistic"],
        "since" | "start" | "begin" | "valid_from" => &["from", "granted"],
        "until" | "till" | "end" | "valid_to" | "valid_until" => &["to", "expires"],
        "group" | "groups" | "group_by" | "per" => &["by"],
        "filter" | "if" | "condition" => &["where"],
        "direction" | "sort" => &["order"],
        "percent" | "percentile" | "quantile" => &["p"],
        "day" | "date" => &["as_of"],
        "facts" | "data" | "input" | "record" => &["given"],
        "expected" | "result" | "results" | "then" => &["expect"],
        "params" => &["parameters"],
        "title" | "case" => &["name"],
        "why" | "because" => &["reason"],
        "who" | "approved_by" => &["granted_by"],
        _ => return None,
    };
    let name = names.iter().find(|name| keys.contains(name))?;
    Some(format!("write `{name}`"))
}

/// A key that belongs below another one, or beside it.
fn elsewhere(entries: &[Entry], entry: &Entry, keys: &[&str]) -> Option<String> {
    let value = entry.value.span.text().lines().next().unwrap_or_default();
    let of_fact = keys.contains(&"choices");
    let ends = || {
        let end = |entry: &Entry| {
            let key = entry
                .key
                .get(..3)
                .filter(|key| ["min", "max"].contains(key))?;
            Some(format!("{key}: {}", entry.value.text()?))
        };
        let ends: Vec<String> = entries.iter().filter_map(end).collect();
        format!("write `range: {{{}}}`", ends.join(", "))
    };
    match entry.key.to_lowercase().as_str() {
        "min" | "max" | "minimum" | "maximum" if keys.contains(&"range") => Some(ends()),
        "required" | "mandatory" | "optional" | "nullable" if of_fact => {
            Some("leave it out: every fact may be unknown".to_owned())
        }
        "default" if of_fact => Some(
            "leave it out: a script takes a value for a fact that nobody states, as in \
             `j.assume(\"path.of.fact\", 0)`"
                .to_owned(),
        ),
        _ if keys.contains(&"assess") && is_record(&entry.value) => Some(format!(
            "a record begins with its id: write `id: {}` here and the lines below without setting \
             them in, and `---` between two records",
            entry.key
        )),
        "jurisdiction" | "id" | "place" if keys.contains(&"given") => Some(format!(
            "write `from: {value}`: the case begins with that record"
        )),
        "at_least" if keys.contains(&"decision") => {
            Some(format!("write `decision: {{at_least: {value}}}`"))
        }
        _ if keys.contains(&"statistics") => below_another(entries, entry),
        _ => None,
    }
}

/// Advice for an entry that belongs under another key, by its value: `deadline: {value: 5}`.
fn below_another(entries: &[Entry], entry: &Entry) -> Option<String> {
    let details = match &entry.value.kind {
        NodeKind::Sequence(items) => &items.first()?.kind,
        kind => kind,
    };
    let NodeKind::Mapping(details) = details else {
        return None;
    };
    let has = |key: &str| details.iter().any(|detail| detail.key == key);
    let above = if has("statistic") {
        "statistics"
    } else if has("value") {
        "parameters"
    } else if has("type") || has("choices") {
        "facts"
    } else {
        return None;
    };
    let name = &entry.key;
    Some(if entries.iter().any(|one| one.key == above) {
        format!("move `{name}:` and what belongs to it below `{above}:`, set in by two spaces")
    } else {
        format!(
            "write `{above}:` on a line above it, and set `{name}:` and what belongs to it in by two \
             spaces"
        )
    })
}

/// Whether a value looks like a record.
fn is_record(value: &YamlNode) -> bool {
    let NodeKind::Mapping(entries) = &value.kind else {
        return false;
    };
    entries.iter().any(|entry| entry.key == "facts")
}

/// A key that means nothing in this place.
fn unknown_key(entries: &[Entry], entry: &Entry, what: &str, keys: &[&str]) -> Diagnostic {
    let message = format!("`{}` is not a key of {what}", entry.key);
    let hidden = entry.key.chars().find_map(unseen);
    let hidden = hidden.map(|sign| format!("it has {sign} in it: write the line anew"));
    let near = touching(entry)
        .or_else(|| after_comma(entries, entry))
        .or(hidden)
        .or_else(|| in_latin(&entry.key))
        .or_else(|| {
            let result = matches!(
                &*entry.key.to_lowercase(),
                "result" | "results" | "expected"
            );
            let scalar = matches!(entry.value.kind, NodeKind::Scalar { .. });
            let whole = result && scalar && keys.contains(&"determination");
            whole.then(|| "write `determination`".to_owned())
        })
        .or_else(|| called(&entry.key, keys))
        .or_else(|| elsewhere(entries, entry, keys))
        .or_else(|| did_you_mean(&entry.key, keys.iter().copied()));
    let mut known = format!("the keys are {}", list_of(keys.iter().copied()));
    if keys.contains(&"assess") {
        known += "; a fact stands in a line below `facts:`, set in by two spaces";
    } else if keys.contains(&"given") {
        known += "; a fact stands within `given: {...}`";
    }
    Diagnostic::at(Code::UnknownKey, entry.key_span.clone(), message).help(near.unwrap_or(known))
}

/// Advice on values by years: `{2024: 115000, 2025: 116000}`.
fn by_year(entries: &[Entry], keys: &[&str]) -> Option<String> {
    let is_year = |entry: &Entry| {
        entry.key.len() == 4 && entry.key.bytes().all(|digit| digit.is_ascii_digit())
    };
    let dated = keys.contains(&"from") && keys.contains(&"value");
    if !dated || entries.is_empty() || !entries.iter().all(is_year) {
        return None;
    }
    let value = |entry: &Entry| match &entry.value.kind {
        NodeKind::Scalar { text, .. } => format!("{{value: {text}, from: {}-01-01}}", entry.key),
        _ => format!("{{value: ..., from: {}-01-01}}", entry.key),
    };
    let shown: Vec<String> = entries.iter().take(3).map(value).collect();
    Some(format!(
        "write values that change as a list, each with its first day: `[{}]`",
        shown.join(", ")
    ))
}

/// Advice on a key that is the rest of a value: a comma within `{...}` ends the value before it.
pub(crate) fn after_comma(entries: &[Entry], entry: &Entry) -> Option<String> {
    if !ends_at_comma(entry) {
        return None;
    }
    let at = entries.iter().position(|one| std::ptr::eq(one, entry))?;
    let first = entries[..at].iter().rposition(|one| !ends_at_comma(one))?;
    let last = entries[at..]
        .iter()
        .take_while(|one| ends_at_comma(one))
        .last()?;
    let (start, end) = (&entries[first].value.span, &last.key_span);
    let written = start.source().span(start.range().start..end.range().end);
    let key = &entries[first].key;
    if matches!(
        key.as_str(),
        "choices" | "missing" | "ignore" | "references"
    ) {
        let list = written.text();
        return Some(format!(
            "a list stands in square brackets: write `{key}: [{list}]`"
        ));
    }
    let digits = |text: &str| {
        text.bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b',')
    };
    Some(if digits(written.text()) {
        let (first, rest) = written.text().split_once(',').unwrap_or_default();
        let of_three = |group: &str| group.len() == 3;
        let thousands = (1..4).contains(&first.len())
            && !first.starts_with('0')
            && rest.split(',').all(of_three);
        let (whole, decimal) = (written.text().replace(',', ""), format!("{first}.{rest}"));
        let meant = match (thousands, rest.contains(',')) {
            (true, true) => format!("`{key}: {whole}`"),
            (true, false) => {
                format!("`{key}: {whole}`, or `{key}: {decimal}` if decimals follow it")
            }
            (false, _) => format!("`{key}: {decimal}`"),
        };
        format!("a comma ends a value within `{{...}}`: write {meant}")
    } else {
        let text = written.text().replace('"', "\\\"");
        format!("a text that holds a comma stands in quotation marks: write `{key}: \"{text}\"`")
    })
}

/// Advice on `{pop:5}`: without a space behind the colon it is a name, and no name with a value.
pub(crate) fn touching(entry: &Entry) -> Option<String> {
    let (name, value) = entry.key.split_once(':')?;
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '-');
    let plain = name.starts_with(char::is_alphabetic) && name.chars().all(is_name);
    let nothing = matches!(entry.value.kind, NodeKind::Null);
    let is_value = !value.is_empty() && !value.starts_with('/');
    (plain && nothing && is_value)
        .then(|| format!("write `{name}: {value}`, with a space behind the colon"))
}

/// Advice on a name with a letter of another script that looks like a Latin one.
pub(crate) fn in_latin(name: &str) -> Option<String> {
    let (latin, what) = in_latin_letters(name)?;
    Some(format!("write `{latin}`, typed anew: it has {what} in it"))
}

/// Whether a key is followed by a comma or a brace only: it has no colon.
pub(crate) fn ends_at_comma(entry: &Entry) -> bool {
    if touching(entry).is_some() {
        return false;
    }
    let key = &entry.key_span;
    let rest = || key.source().text()[key.range().end..].trim_start();
    matches!(entry.value.kind, NodeKind::Null) && rest().starts_with([',', '}'])
}
