//! A stated value: the value itself, its sources, its dates, and a note.
//!
//! Records state facts and rulebooks state parameters in the same three forms: a plain value, a
//! mapping with `value`, `source`, `as_of`, `note`, `from` and `to`, or a list of such mappings.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::diagnostic::{Code, Diagnostic, did_you_mean, list_of};
use crate::base::source::Span;
use crate::formats::yaml::{NodeKind, Section, YamlNode, one_or_many, text_of};
use crate::model::fact::{
    Date, Dated, FactOrigin, FactSchema, FactType, Number, Value, bound, plain_integer,
    plain_number, read_fraction, read_value,
};
use crate::model::rulebook::SourceEntry;

/// A value as somebody stated it.
#[derive(Clone, Debug)]
pub struct Stated {
    /// The value; `None` if it is stated to be unknown, or cannot be read.
    pub value: Option<Value>,
    /// The place of the value.
    pub span: Span,
    /// Keys of the rulebook's sources, or addresses.
    pub sources: Arc<[Arc<str>]>,
    /// The day on which it was observed; `None` if not stated.
    pub as_of: Option<Date>,
    /// A remark of the author; `None` if there is none.
    pub note: Option<Arc<str>>,
}

const KEYS: [&str; 6] = ["value", "from", "to", "source", "as_of", "note"];

/// Whether a mapping is a stated value with details, rather than a group of facts.
pub(crate) fn stated_keys(node: &YamlNode) -> bool {
    let NodeKind::Mapping(entries) = &node.kind else {
        return false;
    };
    entries.iter().any(|entry| entry.key == "value")
}

/// All values stated for one fact or parameter, in order of their dates.
pub(crate) fn read_dated(
    fact: &FactSchema,
    node: &YamlNode,
    sources: &BTreeMap<String, SourceEntry>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Dated<Stated>> {
    let before = diagnostics.len();
    let mut dated = match &node.kind {
        NodeKind::Sequence(items)
            if items
                .iter()
                .any(|item| matches!(item.kind, NodeKind::Mapping(_))) =>
        {
            items
                .iter()
                .filter_map(|item| read_one(fact, item, sources, diagnostics))
                .collect()
        }
        NodeKind::Mapping(_) => Vec::from_iter(read_one(fact, node, sources, diagnostics)),
        _ => {
            let value = read_checked(fact, node, diagnostics);
            let span = node.span.clone();
            vec![Dated::always(Stated {
                value,
                span,
                sources: Arc::from([]),
                as_of: None,
                note: None,
            })]
        }
    };
    dated.sort_by_key(|dated| dated.from);
    // For a day that cannot be read, overlaps are not known.
    if diagnostics.len() == before {
        report_overlaps(&fact.path.to_string(), &mut dated, diagnostics);
    } else {
        for dated in &mut dated {
            dated.value.value = None;
        }
    }
    dated
}

fn read_one(
    fact: &FactSchema,
    node: &YamlNode,
    sources: &BTreeMap<String, SourceEntry>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Dated<Stated>> {
    let what = format!("the value of `{}`", fact.path);
    let section = Section::new(node, &what, &KEYS, diagnostics)?;
    if section.entry("value").is_none() && !section.is_misnamed("value") {
        let message = format!("{what} has no `value`");
        diagnostics.push(
            Diagnostic::at(Code::MissingKey, section.span().clone(), message)
                .help("add `value:`, or `value: unknown` when it is not known".to_owned()),
        );
    }
    let value = section
        .get("value")
        .and_then(|node| read_checked(fact, node, diagnostics));
    let span = section
        .entry("value")
        .map_or(section.span(), |entry| &entry.value.span)
        .clone();
    let stated = Stated {
        value,
        span,
        sources: read_sources(section.get("source"), sources, diagnostics),
        as_of: section.date("as_of", diagnostics),
        note: section.text("note", diagnostics).map(Into::into),
    };
    let from = section.date("from", diagnostics);
    let to = section.date("to", diagnostics);
    Some(Dated {
        from,
        to,
        value: stated,
    })
}

/// Source keys that exist, or addresses; all others are reported.
pub(crate) fn read_sources(
    node: Option<&YamlNode>,
    known: &BTreeMap<String, SourceEntry>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Arc<[Arc<str>]> {
    let mut sources = Vec::new();
    for item in node.map(one_or_many).unwrap_or_default() {
        let Some(text) = text_of(item, "source", diagnostics) else {
            continue;
        };
        if is_source(&text, known) {
            sources.push(text.into());
        } else {
            diagnostics.push(unknown_source(&text, item.span.clone(), known));
        }
    }
    sources.into()
}

/// Whether a text names a source: by its key, or by an address.
pub(crate) fn is_source(text: &str, known: &BTreeMap<String, SourceEntry>) -> bool {
    known.contains_key(text) || text.starts_with("https://") || text.starts_with("http://")
}

/// A source key that the rulebook does not define.
pub(crate) fn unknown_source(
    key: &str,
    span: Span,
    known: &BTreeMap<String, SourceEntry>,
) -> Diagnostic {
    let names = || known.keys().map(String::as_str);
    let defined = format!(
        "the rulebook's sources are {}; an address beginning with https:// is taken too",
        list_of(names())
    );
    Diagnostic::at(
        Code::UnknownSource,
        span,
        format!("the rulebook has no source `{key}`"),
    )
    .help(did_you_mean(key, names()).unwrap_or(defined))
}

/// A value, checked against the schema; `None` for unknown and for what cannot be read.
fn read_checked(
    fact: &FactSchema,
    node: &YamlNode,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Value> {
    if is_unknown(node)
        || node
            .text()
            .is_some_and(|text| fact.missing.has(&fact.ty, text))
    {
        return None;
    }
    let read = match fact.origin {
        FactOrigin::Parameter => read_fraction,
        _ => read_value,
    };
    let value = match read(&fact.ty, node) {
        Ok(value) => value,
        Err(mismatch) => {
            let message = format!("`{}`: {}", fact.path, mismatch.message);
            if let Some((span, help)) = bound_as_text(fact, node) {
                let found = span.text().to_owned();
                let message = format!("`{}`: expected {}, found `{found}`", fact.path, fact.ty);
                diagnostics.push(Diagnostic::at(mismatch.code, span, message).help(help));
                return None;
            }
            let help = in_percent(fact, node).or(mismatch.help);
            diagnostics.push(Diagnostic::at(mismatch.code, node.span.clone(), message).help(help));
            return None;
        }
    };
    if !fact.range.holds(&value) {
        let message = format!(
            "`{}`: `{value}` is out of range: expected {}",
            fact.path, fact.range
        );
        let share = as_share(fact, &value).map(|share| format!("`{share}` for {value} percent, "));
        let help = format!(
            "write {}a value within {}, or widen `range:` in the rulebook file",
            share.unwrap_or_default(),
            fact.range
        );
        diagnostics.push(Diagnostic::at(Code::OutOfRange, node.span.clone(), message).help(help));
        return None;
    }
    Some(value)
}

/// For `15`, if a fact is a share of 1, the share.
fn as_share(fact: &FactSchema, value: &Value) -> Option<Number> {
    let number = |value: &Value| match value {
        Value::Integer(whole) => Some(Number::from(*whole)),
        Value::Number(number) => Some(number.clone()),
        _ => None,
    };
    let most = fact.range.max.as_ref().and_then(number)?;
    let (value, hundred) = (number(value)?, Number::from(100));
    let is_percent = fact.ty == FactType::Number && most == Number::ONE && value > most;
    value
        .over(&hundred)
        .filter(|share| is_percent && *share <= most)
}

/// `pop: >5`, which YAML reads as the beginning of a text of several lines: its place, and advice.
fn bound_as_text(fact: &FactSchema, node: &YamlNode) -> Option<(Span, String)> {
    node.text().filter(|text| text.trim().is_empty())?;
    let (source, range) = (node.span.source(), node.span.range());
    [range.end, range.start].into_iter().find_map(|end| {
        let text = source.text().get(..end)?.trim_end();
        let line = text.rfind('\n').map_or(0, |at| at + 1);
        let start = line + text[line..].find(": >")? + 2;
        let help = bound(&fact.ty, &text[start..])?;
        Some((source.span(start..text.len()), help))
    })
}

/// Advice for `6.5%` if the fact is counted in percent.
fn in_percent(fact: &FactSchema, node: &YamlNode) -> Option<String> {
    let unit = fact.unit.as_deref()?.trim().to_lowercase();
    let counted = ["%", "percent", "per cent", "pct", "percentage"].contains(&unit.as_str());
    let number = node.text()?.trim().strip_suffix('%')?.trim();
    let number = number.replace(',', ".");
    let fits = match fact.ty {
        FactType::Integer => plain_integer(&number).is_some(),
        FactType::Number => plain_number(&number).is_some(),
        _ => false,
    };
    (counted && fits).then(|| format!("write `{number}`: the fact is in percent"))
}

/// Null, nothing, or the bare word `unknown`.
pub(crate) fn is_unknown(node: &YamlNode) -> bool {
    match &node.kind {
        NodeKind::Null => true,
        NodeKind::Scalar { text, quoted } => !quoted && text == "unknown",
        _ => false,
    }
}

/// Reports spans of days that end before they start or share a day, and makes those values unknown.
fn report_overlaps(path: &str, dated: &mut [Dated<Stated>], diagnostics: &mut Vec<Diagnostic>) {
    for index in 0..dated.len() {
        let this = &dated[index];
        if let (Some(from), Some(to)) = (this.from, this.to)
            && to < from
        {
            let message = format!("`{path}`: this value ends before it starts");
            let help = format!("write `from: {to}, to: {from}`, or another day for one of them");
            diagnostics.push(
                Diagnostic::at(Code::DatesOverlap, this.value.span.clone(), message).help(help),
            );
        }
        let Some(other) = (0..index).find(|other| dated[*other].overlaps(this)) else {
            continue;
        };
        let message = format!("`{path}`: two values hold on the same day");
        let next = dated[other].to.filter(|_| this.from.is_none());
        let next = next.and_then(|day| Date::from_days(day.days() + 1));
        let help = next.map_or_else(
            || "`from` and `to` are both included: end the earlier value the day before".to_owned(),
            |day| format!("a value without `from` holds since ever: write `from: {day}` in it"),
        );
        let first = dated[other].value.span.clone();
        diagnostics.push(
            Diagnostic::at(Code::DatesOverlap, this.value.span.clone(), message)
                .related(first, "the other value")
                .help(help),
        );
        dated[other].value.value = None;
        dated[index].value.value = None;
    }
}
