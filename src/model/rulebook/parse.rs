//! Reads `rulebook.yaml`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::base::data_limits::{SHAPES, grouped};
use crate::base::diagnostic::{Code, Diagnostic, did_you_mean};
use crate::base::source::Source;
use crate::formats::yaml::{Entry, NodeKind, Section, YamlNode};
use crate::model::fact::Schema;
use crate::model::rulebook::base::{check_keys, with_parameters, with_sources};
use crate::model::rulebook::parameter::read_parameter;
use crate::model::rulebook::published_result::read_comparisons;
use crate::model::rulebook::schema::{entries_of, read_schema};
use crate::model::rulebook::sources_of_whole_files::read_record_files;
use crate::model::rulebook::statistic::read_statistics;
use crate::model::rulebook::suggested_commands::read_suggestions;
use crate::model::rulebook::{
    DECISION, Decision, Parameter, Rulebook, RulebookId, SOURCES, SourceEntry, Statistic,
};

const KEYS: [&str; 14] = [
    "title",
    "base",
    "description",
    "as_of",
    "sources",
    "parameters",
    "facts",
    "missing",
    "ignore",
    "records",
    "statistics",
    "decision",
    "compare",
    "try",
];

/// The rulebook of a file, and everything wrong with it. `None` when there is no mapping to read.
/// `base` is the rulebook that the file names as its base.
pub(crate) fn parse(
    id: RulebookId,
    source: &Arc<Source>,
    base: Option<&Rulebook>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Rulebook> {
    let node = &document(source, diagnostics)?;
    let section = Section::new(node, "a rulebook", &KEYS, diagnostics)?;
    let title = section.text("title", diagnostics);
    let misnamed = misnamed_keys(node);
    let is_misnamed = |key: &str| misnamed.iter().any(|name| means(name) == means(key));
    if title.is_none() && !is_misnamed("title") {
        diagnostics.push(
            Diagnostic::at(
                Code::MissingKey,
                source.span(0..0),
                "the rulebook has no title",
            )
            .help("add a line `title: ...` at the top".to_owned()),
        );
    }
    if let Some(problem) = too_many_names(&section) {
        diagnostics.push(problem);
        return None;
    }
    if let Some(base) = base {
        check_keys(&section, base, diagnostics);
    }
    let mut sources = read_sources(&section, diagnostics);
    let entries = section.named("sources", "sources", &mut Vec::new());
    if let Some(base) = base {
        sources = with_sources(base, sources, entries, diagnostics);
    }
    let mut source_spans = base.map_or_else(BTreeMap::new, |base| base.source_spans.clone());
    let own = entries.iter();
    source_spans.extend(own.map(|entry| (entry.key.clone(), entry.key_span.clone())));
    let mut unread = BTreeSet::new();
    let listed = section.get("sources").is_some() && entries.is_empty();
    unread.extend(listed.then(|| SOURCES.to_owned()));
    let parameters = parameters(&section, base, &sources, &mut unread, diagnostics);
    let schema = match base {
        Some(base) => Arc::clone(&base.schema),
        None => Arc::new(read_schema(&section, diagnostics)),
    };
    if base.is_none() {
        unread.extend(unread_facts(&section, &schema));
    }
    let as_of = match base {
        Some(base) => base.as_of,
        None => section.date("as_of", diagnostics),
    };
    unread.extend((as_of.is_none() && section.get("as_of").is_some()).then(|| "as_of".to_owned()));
    unread.extend((as_of.is_none() && is_misnamed("as_of")).then(|| "as_of".to_owned()));
    unread.extend(misnamed.iter().cloned());
    let (record_files, statistics) = match base {
        Some(base) => (Arc::clone(&base.record_files), base.statistics.clone()),
        None => {
            let entries = section.named("records", "records", diagnostics);
            let files = read_record_files(entries, &sources, diagnostics);
            let entries = section.named("statistics", "statistics", diagnostics);
            let statistics = statistics(entries, &mut unread, diagnostics);
            (files.into(), statistics)
        }
    };
    unread.extend(unlisted(&section));
    let entries = section.named("compare", "compare", diagnostics);
    let comparisons = read_comparisons(entries, &schema, &sources, diagnostics);
    let decision = decision(&section, &mut unread, diagnostics);
    Some(Rulebook {
        lost_comparisons: comparisons.len() < entries.len(),
        comparisons,
        suggestions: read_suggestions(section.get("try"), diagnostics),
        title: title.unwrap_or_else(|| id.to_string()),
        description: section.text("description", diagnostics),
        as_of,
        parameters,
        unread,
        record_files,
        base: base.map(|base| base.id.clone()),
        sources: sources.into(),
        source_spans,
        schema,
        statistics,
        decision,
        decision_span: section.get("decision").map(|node| node.span.clone()),
        span: node.span.clone(),
        id,
    })
}

/// The parameters, with those of the base; adds those that could not be read to `unread`.
fn parameters(
    section: &Section<'_>,
    base: Option<&Rulebook>,
    sources: &BTreeMap<String, SourceEntry>,
    unread: &mut BTreeSet<String>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Parameter> {
    let mut parameters = Vec::new();
    for entry in section.named("parameters", "parameters", diagnostics) {
        let before = diagnostics.len();
        parameters.extend(read_parameter(entry, sources, diagnostics));
        if diagnostics.len() > before {
            unread.extend([entry.key.clone(), means(&entry.key)]);
        }
    }
    let Some(base) = base else { return parameters };
    let entries = section.named("parameters", "parameters", &mut Vec::new());
    unread.extend(base.unread.iter().cloned());
    with_parameters(base, parameters, entries, diagnostics)
}

/// The statistics; adds those that could not be read to `unread`.
fn statistics(
    entries: &[Entry],
    unread: &mut BTreeSet<String>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Arc<Statistic>> {
    let before = diagnostics.len();
    let statistics = read_statistics(entries, diagnostics);
    if diagnostics.len() > before {
        let is_read = |name: &str| statistics.iter().any(|one| *one.name == *name);
        let lost = entries.iter().filter(|entry| !is_read(&entry.key));
        unread.extend(lost.flat_map(|entry| [entry.key.clone(), means(&entry.key)]));
    }
    statistics
}

/// The parts that are not lists of names as expected, each with a colon.
fn unlisted(section: &Section<'_>) -> impl Iterator<Item = String> {
    let is_one = |key: &&str| {
        section
            .get(key)
            .is_some_and(|node| entries_of(node).is_none())
    };
    let keys = ["parameters", "statistics", "facts"].into_iter();
    keys.filter(is_one).map(|key| format!("{key}:"))
}

/// The decision; added to `unread` if it could not be read, as no other decision replaces it.
fn decision(
    section: &Section<'_>,
    unread: &mut BTreeSet<String>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Decision {
    let before = diagnostics.len();
    let node = section.get("decision");
    let decision = node.map_or(Decision::All, |node| read_decision(node, diagnostics));
    unread.extend((diagnostics.len() > before).then(|| DECISION.to_owned()));
    decision
}

/// The unknown keys of a rulebook file, as written.
fn misnamed_keys(node: &YamlNode) -> Vec<String> {
    let entries = entries_of(node).unwrap_or_default().iter();
    let names = entries.map(|entry| entry.key.clone());
    names
        .filter(|name| !KEYS.contains(&name.as_str()))
        .collect()
}

/// A name as it is most likely meant: small letters, with `_` between words.
fn means(name: &str) -> String {
    let name = name.trim().to_lowercase();
    match name.as_str() {
        "asof" | "date" => "as_of".to_owned(),
        "name" => "title".to_owned(),
        _ => name.replace([' ', '-'], "_"),
    }
}

/// The paths of facts that are declared but could not be read.
fn unread_facts(section: &Section<'_>, schema: &Schema) -> Vec<String> {
    let mut unread = Vec::new();
    for entry in section.named("facts", "facts", &mut Vec::new()) {
        if !schema.has(&entry.key) {
            unread.extend(paths_to(&entry.key));
            let inner = entries_of(&entry.value).unwrap_or_default().iter();
            unread.extend(inner.map(|inner| format!("{}.{}", entry.key, inner.key)));
        }
    }
    unread
}

/// The one document of a rulebook file.
fn document(source: &Arc<Source>, diagnostics: &mut Vec<Diagnostic>) -> Option<YamlNode> {
    let (documents, found) = crate::formats::yaml::parse(source);
    let broken = !found.is_empty();
    diagnostics.extend(found);
    let mut documents = documents.into_iter();
    let Some(node) = documents.next() else {
        if !broken {
            diagnostics.push(empty(source));
        }
        return None;
    };
    if let Some(second) = documents.next() {
        let message = "a rulebook file holds one document, this is a second one";
        diagnostics.push(
            Diagnostic::at(Code::WrongShape, second.span.clone(), message)
                .help("remove the line `---`".to_owned()),
        );
    }
    if matches!(node.kind, NodeKind::Null) {
        diagnostics.push(empty(source));
        return None;
    }
    Some(node)
}

/// More facts, parameters or statistics than a rulebook may have.
fn too_many_names(section: &Section<'_>) -> Option<Diagnostic> {
    ["facts", "parameters", "statistics"]
        .into_iter()
        .find_map(|key| {
            let entries = section.named(key, key, &mut Vec::new());
            let first = entries.get(SHAPES.names)?;
            let (found, most) = (entries.len() as u64, SHAPES.names as u64);
            let (found, most) = (grouped(found), grouped(most));
            let message = format!("there are {found} {key}, and a rulebook has at most {most}");
            let help =
                "leave out what no script reads: records may hold it, under `ignore:`".to_owned();
            Some(Diagnostic::at(Code::TooLarge, first.key_span.clone(), message).help(help))
        })
}

/// A path, and its prefixes: `a.b` and `a`.
fn paths_to(path: &str) -> impl Iterator<Item = String> {
    let dots = path.match_indices('.').map(|(at, _)| at);
    dots.chain([path.len()]).map(|end| path[..end].to_owned())
}

fn empty(source: &Arc<Source>) -> Diagnostic {
    Diagnostic::in_file(
        Code::NothingToCheck,
        source.name(),
        "the rulebook file is empty",
    )
    .help("it needs at least `title:`, `as_of:` and `facts:`".to_owned())
}

fn read_sources(
    section: &Section<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> BTreeMap<String, SourceEntry> {
    let mut sources = BTreeMap::new();
    for entry in section.named("sources", "sources", diagnostics) {
        let keys = ["title", "date", "url"];
        let text = entry.value.text().map(str::to_owned);
        let advice = text
            .as_ref()
            .map(|text| format!("write `{{title: {text}}}`"));
        let value = &entry.value;
        let Some(section) = Section::advised(value, "a source", &keys, advice, diagnostics) else {
            let title = text.unwrap_or_else(|| entry.key.clone());
            let (date, url) = (None, None);
            sources.insert(entry.key.clone(), SourceEntry { title, date, url });
            continue;
        };
        let title = section.text("title", diagnostics).unwrap_or_else(|| {
            let message = format!("the source `{}` has no title", entry.key);
            diagnostics.push(Diagnostic::at(
                Code::MissingKey,
                entry.key_span.clone(),
                message,
            ));
            entry.key.clone()
        });
        let date = section.date("date", diagnostics);
        let url = section.text("url", diagnostics);
        sources.insert(entry.key.clone(), SourceEntry { title, date, url });
    }
    sources
}

fn read_decision(node: &YamlNode, diagnostics: &mut Vec<Diagnostic>) -> Decision {
    const WORDS: [&str; 3] = ["all", "any", "script"];
    let known = "write `all`, `any`, `script`, or `{at_least: 2}` for any two of them";
    match node.text() {
        Some("all") => return Decision::All,
        Some("any") => return Decision::Any,
        Some("script") => return Decision::Script,
        Some(word) => {
            let message = format!("there is no decision `{word}`");
            // `5 of 6`, `at least 5`.
            let mut words = word.split(|c: char| !c.is_ascii_digit());
            let number = words
                .find_map(|word| word.parse::<usize>().ok())
                .filter(|count| *count > 0);
            let number = number.map(|count| format!("write `{{at_least: {count}}}`"));
            let help = number.or_else(|| did_you_mean(word, WORDS));
            diagnostics.push(
                Diagnostic::at(Code::WrongValue, node.span.clone(), message)
                    .help(help.unwrap_or(known.to_owned())),
            );
            return Decision::All;
        }
        None => {}
    }
    let advice = Some(format!("{known}: the conditions are the scripts"));
    let section = Section::advised(node, "a decision", &["at_least"], advice, diagnostics);
    let Some(count) = section.and_then(|section| section.get("at_least")) else {
        return Decision::All;
    };
    match count.text().and_then(|text| text.parse::<usize>().ok()) {
        Some(count) if count > 0 => Decision::AtLeast(count),
        _ => {
            let message = format!(
                "`at_least` must be a whole number of at least 1, found {}",
                count.describe()
            );
            let help = "write how many conditions must be met, as `at_least: 2`; where all must \
                        be, `decision: all`";
            diagnostics.push(
                Diagnostic::at(Code::WrongValue, count.span.clone(), message).help(help.to_owned()),
            );
            Decision::All
        }
    }
}
