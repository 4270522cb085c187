//! A base: a rulebook that states once what several programmes share.
//!
//! The base has the records, their schema, parameters, derived facts and statistics. A programme
//! names it under `base:` and has a title, conditions, a decision, cases, waivers and accepted
//! results of its own; it may add sources and parameters.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::diagnostic::{Code, Diagnostic};
use crate::base::source::{Source, Span};
use crate::formats::yaml::{Entry, NodeKind, Section};
use crate::model::rulebook::{Parameter, Rulebook, SourceEntry};

/// The parts of a programme that come from its base and cannot be stated again.
const TAKEN: [&str; 6] = [
    "as_of",
    "facts",
    "missing",
    "ignore",
    "records",
    "statistics",
];

/// The base that a rulebook file names, and its place; `None` if it names none.
pub(crate) fn named_base(source: &Arc<Source>) -> Option<(String, Span)> {
    if !source.text().contains("base") {
        return None;
    }
    let (documents, _) = crate::formats::yaml::parse(source);
    if documents.is_empty() {
        return in_broken(source);
    }
    let NodeKind::Mapping(entries) = &documents.first()?.kind else {
        return None;
    };
    let entry = entries.iter().find(|entry| entry.key == "base")?;
    let name = entry.value.text().unwrap_or_default();
    Some((name.to_owned(), entry.value.span.clone()))
}

/// The base that a file names on a line of its own, if the file cannot be read as a whole: its
/// errors must not be reported for its base too.
fn in_broken(source: &Arc<Source>) -> Option<(String, Span)> {
    let text = source.text();
    let start = text.find("\nbase:").map_or(0, |at| at + 1);
    let rest = text[start..].strip_prefix("base:")?;
    let name = rest.lines().next()?.trim();
    let from = start + text[start..].find(name)?;
    Some((name.to_owned(), source.span(from..from + name.len())))
}

/// Reports all that a programme states and its base has.
pub(super) fn check_keys(
    section: &Section<'_>,
    base: &Rulebook,
    diagnostics: &mut Vec<Diagnostic>,
) {
    for entry in TAKEN.iter().filter_map(|key| section.entry(key)) {
        let message = format!("`{}` stands in the base `{}`", entry.key, base.id);
        let help = format!(
            "move it to `policies/{}/rulebook.yaml`: all its programmes share it",
            base.id
        );
        let at = entry.key_span.clone();
        diagnostics.push(Diagnostic::at(Code::UnknownKey, at, message).help(help));
    }
}

/// The sources of a programme and those of its base.
pub(super) fn with_sources(
    base: &Rulebook,
    own: BTreeMap<String, SourceEntry>,
    entries: &[Entry],
    diagnostics: &mut Vec<Diagnostic>,
) -> BTreeMap<String, SourceEntry> {
    let twice = |entry: &&Entry| base.sources.contains_key(&entry.key);
    let twice = entries.iter().filter(twice);
    diagnostics.extend(twice.map(|entry| stated_twice("source", entry, base)));
    let mut all = own;
    let shared = base.sources.iter();
    all.extend(shared.map(|(key, source)| (key.clone(), source.clone())));
    all
}

/// The parameters of the base, and behind them those that a programme adds.
pub(super) fn with_parameters(
    base: &Rulebook,
    own: Vec<Parameter>,
    entries: &[Entry],
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Parameter> {
    let known = |name: &str| base.parameters.iter().any(|one| &*one.name == name);
    let twice = entries.iter().filter(|entry| known(&entry.key));
    diagnostics.extend(twice.map(|entry| stated_twice("parameter", entry, base)));
    let own = own.into_iter().filter(|one| !known(&one.name));
    base.parameters.iter().cloned().chain(own).collect()
}

fn stated_twice(what: &str, entry: &Entry, base: &Rulebook) -> Diagnostic {
    let message = format!(
        "the base `{}` has a {what} `{}` already",
        base.id, entry.key
    );
    let help = "leave it out to share that one, or give this one another name".to_owned();
    Diagnostic::at(Code::WrongValue, entry.key_span.clone(), message).help(help)
}
