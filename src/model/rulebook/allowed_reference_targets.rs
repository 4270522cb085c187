//! Reads what references may lead to: `references: {kind: city}` and `itself: true`.

use crate::base::diagnostic::{Code, Diagnostic, did_you_mean};
use crate::formats::yaml::{Entry, NodeKind, Section, one_or_many};
use crate::model::fact::{FactPath, FactSchema, FactType, Value, read_value};

/// Whether a reference may lead to its own record.
pub(super) fn read_itself(section: &Section<'_>, diagnostics: &mut Vec<Diagnostic>) -> bool {
    let itself = read_flag(
        section,
        "itself",
        "write `itself: true` for a reference that may lead to its own record",
        diagnostics,
    );
    itself && is_reference(section, "itself", diagnostics)
}

/// A boolean, false if left out.
pub(super) fn read_flag(
    section: &Section<'_>,
    key: &str,
    help: &str,
    diagnostics: &mut Vec<Diagnostic>,
) -> bool {
    let Some(node) = section.get(key) else {
        return false;
    };
    match node.text() {
        Some("true") => true,
        Some("false") => false,
        _ => {
            let message = format!("`{key}` must be true or false, found {}", node.describe());
            diagnostics.push(
                Diagnostic::at(Code::WrongType, node.span.clone(), message).help(help.to_owned()),
            );
            false
        }
    }
}

/// Whether a fact is a reference; a key for references alone is an error at any other fact.
pub(super) fn is_reference(
    section: &Section<'_>,
    key: &str,
    diagnostics: &mut Vec<Diagnostic>,
) -> bool {
    let is_reference = section.get("type").and_then(|node| node.text()) == Some("jurisdiction");
    if !is_reference {
        let entry = section.entry(key);
        let span = entry
            .map_or(section.span(), |entry| &entry.key_span)
            .clone();
        let what = match key {
            "by" => "says by which fact a reference finds its record",
            "itself" => "says that a reference may lead to its own record",
            _ => "says what a reference may lead to",
        };
        let message = format!("`{key}` {what}; this is no reference");
        let help = format!("write `type: jurisdiction`, or leave `{key}` out");
        diagnostics.push(Diagnostic::at(Code::WrongValue, span, message).help(help));
    }
    is_reference
}

/// Reads `references` of each fact, when all facts are known.
pub(super) fn read_targets(
    entries: &[Entry],
    facts: &mut [FactSchema],
    diagnostics: &mut Vec<Diagnostic>,
) {
    for entry in entries {
        let NodeKind::Mapping(keys) = &entry.value.kind else {
            continue;
        };
        let Some(limits) = keys.iter().find(|key| key.key == "references") else {
            continue;
        };
        let Some(place) = facts
            .iter()
            .position(|fact| fact.path.as_str() == entry.key)
        else {
            continue;
        };
        // Unknown keys are reported where the fact is read.
        let known: Vec<&str> = keys.iter().map(|key| key.key.as_str()).collect();
        let section = Section::new(&entry.value, "", &known, &mut Vec::new());
        let section = section.expect("it is a mapping");
        if !is_reference(&section, "references", diagnostics) {
            continue;
        }
        let NodeKind::Mapping(limits) = &limits.value.kind else {
            let message = format!(
                "expected facts and their values, found {}",
                limits.value.describe()
            );
            let help = "write `references: {kind: city}`, with a fact of the record it leads to";
            let span = limits.value.span.clone();
            diagnostics.push(Diagnostic::at(Code::WrongShape, span, message).help(help.to_owned()));
            continue;
        };
        let read = limits.iter().filter_map(|limit| {
            let (path, ty) = limited(limit, facts, diagnostics)?;
            let values = values(limit, &ty, diagnostics);
            (!values.is_empty()).then_some((path, values))
        });
        let read: Vec<_> = read.collect();
        facts[place].target.facts = read;
    }
}

/// The fact that a limit is about: one that records state, a single value.
fn limited(
    limit: &Entry,
    facts: &[FactSchema],
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<(FactPath, FactType)> {
    let single = |fact: &&FactSchema| {
        fact.span.is_some() && !matches!(fact.ty, FactType::List(_) | FactType::Jurisdiction)
    };
    let mut fitting = facts.iter().filter(single);
    let found = fitting.clone().find(|fact| fact.path.as_str() == limit.key);
    if let Some(fact) = found {
        return Some((fact.path.clone(), fact.ty.clone()));
    }
    let message = format!(
        "`{}` is no fact that records state as a single value",
        limit.key
    );
    let near = did_you_mean(&limit.key, fitting.by_ref().map(|fact| fact.path.as_str()));
    let help = near.unwrap_or_else(|| {
        "name a fact of the record that the reference leads to, as `references: {kind: city}`"
            .to_owned()
    });
    diagnostics.push(Diagnostic::at(Code::UnknownFact, limit.key_span.clone(), message).help(help));
    None
}

fn values(limit: &Entry, ty: &FactType, diagnostics: &mut Vec<Diagnostic>) -> Vec<Value> {
    let mut values = Vec::new();
    for node in one_or_many(&limit.value) {
        match read_value(ty, node) {
            Ok(value) => values.push(value),
            Err(why) => diagnostics
                .push(Diagnostic::at(why.code, node.span.clone(), why.message).help(why.help)),
        }
    }
    values
}
