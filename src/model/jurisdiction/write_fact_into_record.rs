//! Writes a fact into the text of a record, and leaves everything else as its author wrote it.
//!
//! The new text is read before it counts: the fact must have its value, every other fact of the
//! file must be unchanged, and there may be no new error.

use std::fmt::Write;
use std::sync::Arc;

use crate::base::diagnostic::Diagnostic;
use crate::base::source::Source;
use crate::formats::yaml::{Entry, NodeKind, YamlNode, quoted};
use crate::model::fact::{Date, FactPath, Value};
use crate::model::jurisdiction::{Jurisdiction, JurisdictionId, RecordView, parse};
use crate::model::rulebook::{Rulebook, stated_keys};
use crate::model::typed_indexes::FactIndex;

/// A fact to write down.
#[derive(Clone, Debug)]
pub struct NewFact {
    /// Whose fact it is.
    pub jurisdiction: JurisdictionId,
    /// Its path.
    pub path: String,
    /// Its value.
    pub value: Value,
    /// The key of a source, or an address.
    pub source: Option<String>,
}

/// The text of a file with a fact written into one of its records, for a day.
///
/// # Errors
/// Why it cannot be written, in words; then it has to be done by hand.
pub fn with_fact(
    rulebook: &Rulebook,
    source: &Arc<Source>,
    fact: &NewFact,
    day: Date,
) -> Result<String, String> {
    if source.name().ends_with(".csv") {
        return Err(format!("write it into the sheet {} by hand", source.name()));
    }
    let (documents, _) = crate::formats::yaml::parse(source);
    let only = documents.len() == 1;
    let record = documents
        .iter()
        .find(|node| is_record(node, source, &fact.jurisdiction, only))
        .ok_or_else(|| {
            format!(
                "the record `{}` was not found in {}",
                fact.jurisdiction,
                source.name()
            )
        })?;
    let change = change(record, fact, day)?;
    let text = apply(source.text(), &change);
    check(rulebook, source, &text, fact, day)?;
    Ok(text)
}

/// A piece of text to put in the place of another.
struct Replacement {
    start: usize,
    end: usize,
    text: String,
}

fn apply(text: &str, changes: &[Replacement]) -> String {
    let mut changes: Vec<&Replacement> = changes.iter().collect();
    changes.sort_by_key(|change| std::cmp::Reverse(change.start));
    let mut text = text.to_owned();
    for change in changes {
        text.replace_range(change.start..change.end, &change.text);
    }
    text
}

fn is_record(node: &YamlNode, source: &Source, id: &JurisdictionId, only: bool) -> bool {
    let stem = source.name().rsplit('/').next().unwrap_or_default();
    let stem = stem.rsplit_once('.').map_or(stem, |(stem, _)| stem);
    match entry(node, "id") {
        Some(entry) => entry.value.text() == Some(id.as_str()),
        None => only && stem == id.as_str(),
    }
}

fn entries(node: &YamlNode) -> &[Entry] {
    match &node.kind {
        NodeKind::Mapping(entries) => entries,
        _ => &[],
    }
}

fn entry<'n>(node: &'n YamlNode, key: &str) -> Option<&'n Entry> {
    entries(node).iter().find(|entry| entry.key == key)
}

fn change(record: &YamlNode, fact: &NewFact, day: Date) -> Result<Vec<Replacement>, String> {
    let value = written(&fact.value);
    let plain = match &fact.source {
        Some(key) => format!("{{value: {value}, source: {}}}", quoted(key)),
        None => value.clone(),
    };
    let mut above = record;
    let mut rest = format!("facts.{}", fact.path);
    loop {
        // The longest key first: a key may hold dots.
        let below = entries(above)
            .iter()
            .filter(|entry| rest == entry.key || rest.starts_with(&format!("{}.", entry.key)))
            .max_by_key(|entry| entry.key.len());
        let Some(found) = below else {
            return add(above, &rest, &plain, record);
        };
        if rest == found.key {
            return state(&found.value, found, fact, &value, &plain, day);
        }
        rest = rest[found.key.len() + 1..].to_owned();
        match &found.value.kind {
            NodeKind::Mapping(_) if !stated_keys(&found.value) => above = &found.value,
            NodeKind::Null | NodeKind::Scalar { .. } => {
                return Ok(vec![replace(found, &in_braces(&rest, &plain))]);
            }
            _ => {
                return Err(format!(
                    "`{}` holds no facts in {}",
                    found.key,
                    above.span.source().name()
                ));
            }
        }
    }
}

/// States a fact that has a place already.
fn state(
    node: &YamlNode,
    entry_of: &Entry,
    fact: &NewFact,
    value: &str,
    plain: &str,
    day: Date,
) -> Result<Vec<Replacement>, String> {
    match &node.kind {
        NodeKind::Mapping(_) => {
            let Some(old) = entry(node, "value") else {
                return Err("it has no `value:` to fill in".to_owned());
            };
            let mut changes = vec![replace(old, value)];
            if let Some(key) = &fact.source {
                match entry(node, "source") {
                    Some(old) => changes.push(replace(old, &quoted(key))),
                    None => changes.extend(add(node, "source", &quoted(key), node)?),
                }
            }
            Ok(changes)
        }
        NodeKind::Sequence(items)
            if items
                .iter()
                .any(|item| matches!(item.kind, NodeKind::Mapping(_))) =>
        {
            let date = |item: &YamlNode, key: &str| {
                entry(item, key).and_then(|one| Date::parse(one.value.text()?).ok())
            };
            let holds = |item: &&YamlNode| {
                date(item, "from").is_none_or(|from| from <= day)
                    && date(item, "to").is_none_or(|to| day <= to)
            };
            match items.iter().find(holds) {
                Some(item) => state(item, entry_of, fact, value, plain, day),
                None => Err(format!("none of its dated values holds on {day}")),
            }
        }
        _ => Ok(vec![replace(entry_of, plain)]),
    }
}

/// Puts a text in the place of an entry's value.
fn replace(entry: &Entry, text: &str) -> Replacement {
    let span = &entry.value.span;
    let bare = matches!(entry.value.kind, NodeKind::Null)
        && !matches!(span.text(), "~" | "null" | "Null" | "NULL");
    if bare {
        // There is no value: it is inserted after the colon.
        let source = entry.key_span.source();
        let end = entry.key_span.range().end;
        let colon = source.text()[end..]
            .find(':')
            .map_or(end, |colon| end + colon + 1);
        return Replacement {
            start: colon,
            end: colon,
            text: format!(" {text}"),
        };
    }
    let (start, end) = braces(&entry.value).unwrap_or((span.range().start, span.range().end));
    Replacement {
        start,
        end,
        text: text.to_owned(),
    }
}

/// Adds a path with its value below a mapping.
fn add(
    above: &YamlNode,
    path: &str,
    value: &str,
    record: &YamlNode,
) -> Result<Vec<Replacement>, String> {
    let source = above.span.source();
    let text = source.text();
    if let Some((_, close)) = braces(above) {
        let end = close - 1;
        let before = text[..end].trim_end().len();
        let comma = if entries(above).is_empty() || text[..before].ends_with(',') {
            ""
        } else {
            ","
        };
        let space = if entries(above).is_empty() { "" } else { " " };
        // The text before the closing brace, a space or nothing, stays there.
        return Ok(vec![Replacement {
            start: before,
            end: before,
            text: format!("{comma}{space}{}", one_line(path, value)),
        }]);
    }
    let (Some(first), Some(last)) = (entries(above).first(), entries(above).last()) else {
        return Err(format!("there is no place for it in {}", source.name()));
    };
    let column = first.key_span.position().column - 1;
    let step = step(record);
    // A text over several lines takes its last line break in.
    let end = end_of(&last.value).max(last.key_span.range().end);
    let end = text[..end].trim_end().len();
    let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let line_end = text[end..]
        .find(newline)
        .map_or(text.len(), |found| end + found);
    let mut piece = String::new();
    let parts: Vec<&str> = path.split('.').collect();
    for (depth, part) in parts.iter().enumerate() {
        let _ = write!(
            piece,
            "{newline}{}{part}:",
            " ".repeat(column + depth * step)
        );
    }
    let _ = write!(piece, " {value}");
    Ok(vec![Replacement {
        start: line_end,
        end: line_end,
        text: piece,
    }])
}

/// The end of a node, including its closing brace or bracket.
fn end_of(node: &YamlNode) -> usize {
    if let Some((_, close)) = braces(node) {
        return close;
    }
    let last = match &node.kind {
        NodeKind::Mapping(entries) => entries.last().map(|entry| &entry.value),
        NodeKind::Sequence(items) => items.last(),
        _ => None,
    };
    last.map_or(0, end_of).max(node.span.range().end)
}

/// The places of a node's brackets; `None` if it has none.
fn braces(node: &YamlNode) -> Option<(usize, usize)> {
    let (open, close, first, last) = match &node.kind {
        NodeKind::Mapping(entries) => (
            '{',
            '}',
            entries.first().map(|entry| entry.key_span.range().start),
            entries.last().map(|entry| &entry.value),
        ),
        NodeKind::Sequence(items) => ('[', ']', items.first().map(begin_of), items.last()),
        _ => return None,
    };
    let text = node.span.source().text();
    let start = match first {
        Some(first) => text[..first].trim_end().strip_suffix(open)?.len(),
        None => node.span.range().start,
    };
    if !text[start..].starts_with(open) {
        return None;
    }
    let mut at = last.map_or(start + 1, end_of);
    loop {
        let rest = &text[at..];
        let next = rest.chars().next()?;
        match next {
            '#' => at += rest.find('\n')?,
            _ if next == close => return Some((start, at + 1)),
            ',' => at += 1,
            _ if next.is_whitespace() => at += next.len_utf8(),
            _ => return None,
        }
    }
}

fn begin_of(node: &YamlNode) -> usize {
    braces(node).map_or(node.span.range().start, |(start, _)| start)
}

/// The indentation that a record uses for nested lines.
fn step(record: &YamlNode) -> usize {
    let column = |entry: &Entry| entry.key_span.position().column;
    let deeper = |entry: &Entry| {
        let first = entries(&entry.value).first()?;
        (first.key_span.position().line > entry.key_span.position().line)
            .then(|| column(first).checked_sub(column(entry)))
            .flatten()
    };
    entries(record)
        .iter()
        .find_map(deeper)
        .filter(|step| *step > 0)
        .unwrap_or(2)
}

/// `a.b` with a value, on one line: `a: {b: value}`.
fn one_line(path: &str, value: &str) -> String {
    match path.split_once('.') {
        Some((first, rest)) => format!("{first}: {}", in_braces(rest, value)),
        None => format!("{path}: {value}"),
    }
}

fn in_braces(path: &str, value: &str) -> String {
    format!("{{{}}}", one_line(path, value))
}

/// A value as a record states it.
fn written(value: &Value) -> String {
    match value {
        Value::Text(text) => quoted(text),
        Value::List(values) => format!(
            "[{}]",
            values.iter().map(written).collect::<Vec<_>>().join(", ")
        ),
        value => value.to_string(),
    }
}

fn check(
    rulebook: &Rulebook,
    before: &Arc<Source>,
    text: &str,
    fact: &NewFact,
    day: Date,
) -> Result<(), String> {
    let after = Source::new(before.name(), text);
    let read = |source: &Arc<Source>| {
        let mut found: Vec<Diagnostic> = Vec::new();
        (parse(rulebook, source, &mut found), found.len())
    };
    let ((old, wrong), (new, more)) = (read(before), read(&after));
    let by_hand = format!(
        "its layout in {} is too unusual to write `{}` into it",
        before.name(),
        fact.path
    );
    let same_ids = old
        .iter()
        .map(RecordView::id)
        .eq(new.iter().map(RecordView::id));
    if more > wrong || !same_ids {
        return Err(by_hand);
    }
    let written = FactPath::new(fact.path.as_str());
    for (old, new) in old
        .iter()
        .map(RecordView::read)
        .zip(new.iter().map(RecordView::read))
    {
        for (slot, schema) in FactIndex::each(rulebook.schema.facts()) {
            let target = new.id == fact.jurisdiction && schema.path == written;
            let right = if target {
                new.value(slot, day) == Some(&fact.value)
            } else {
                stated(&old, slot) == stated(&new, slot)
            };
            if !right {
                return Err(by_hand);
            }
        }
    }
    Ok(())
}

/// Everything a record states of a fact but where.
fn stated(record: &Jurisdiction, slot: FactIndex) -> Vec<impl PartialEq + use<>> {
    let one = |dated: &crate::model::fact::Dated<crate::model::rulebook::Stated>| {
        let stated = &dated.value;
        let value = (
            stated.value.clone(),
            stated.sources.clone(),
            stated.as_of,
            stated.note.clone(),
        );
        (dated.from, dated.to, value)
    };
    record.facts[slot].iter().map(one).collect()
}
