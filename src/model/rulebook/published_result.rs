//! A published result to compare with: what somebody else said of each jurisdiction, and which of
//! our outcomes agree with it.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::diagnostic::{Code, Diagnostic, did_you_mean, list_of};
use crate::base::source::Span;
use crate::formats::yaml::{Entry, Section, one_or_many, shorten, text_of};
use crate::model::fact::{Date, FactType, Lookup, Schema};
use crate::model::rulebook::{SourceEntry, read_sources};
use crate::model::typed_indexes::FactIndex;

/// A published result to compare with.
#[derive(Clone, Debug)]
pub struct ComparisonSource {
    /// Its name in the rulebook file.
    pub name: String,
    /// The title; the name if the file gives none.
    pub title: String,
    /// Keys of the rulebook's sources, or addresses.
    pub sources: Arc<[Arc<str>]>,
    /// The day it is about: nothing is compared for other days. `None` if it is about every day.
    pub as_of: Option<Date>,
    /// What it is compared with.
    pub with: ComparedWith,
    pub(crate) given_in: GivenIn,
    /// The outcomes that agree with each published word.
    words: BTreeMap<String, Vec<&'static str>>,
    /// The place where it is declared.
    pub span: Span,
}

/// The result that a published result is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ComparedWith {
    /// The determination.
    Determination,
    /// The finding of a condition, by its id, with the place where the file names it.
    Condition(String, Span),
}

/// Where the published result is found.
#[derive(Clone, Debug)]
pub(crate) enum GivenIn {
    /// In a sheet beside the rulebook file: its name, the column of ids, the column of results.
    File {
        name: String,
        id: String,
        column: String,
    },
    /// In the records, as a fact.
    Fact(FactIndex),
}

const KEYS: [&str; 9] = [
    "title", "source", "as_of", "file", "id", "column", "fact", "with", "words",
];
const DETERMINATIONS: [&str; 3] = ["eligible", "ineligible", "undetermined"];
const FINDINGS: [&str; 4] = ["met", "not met", "not applicable", "unknown"];

impl ComparisonSource {
    /// The outcomes that agree with a published word; `None` if the file does not say.
    pub fn agreeing(&self, word: &str) -> Option<&[&'static str]> {
        self.words.get(word).map(Vec::as_slice)
    }

    /// The published words that are known, in order.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.words.keys().map(String::as_str)
    }
}

pub(super) fn read_comparisons(
    entries: &[Entry],
    schema: &Schema,
    sources: &BTreeMap<String, SourceEntry>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Arc<ComparisonSource>> {
    let mut read = |entry: &Entry| {
        let before = diagnostics.len();
        if entry.key.trim().is_empty() || entry.key.contains(char::is_control) {
            let message = "a comparison needs a name on one line";
            diagnostics.push(Diagnostic::at(
                Code::BadName,
                entry.key_span.clone(),
                message,
            ));
            return None;
        }
        let section = Section::new(&entry.value, "a comparison", &KEYS, diagnostics)?;
        let with = section.text("with", diagnostics);
        let with = match with.as_deref() {
            None | Some("determination") => ComparedWith::Determination,
            Some(word) if word.eq_ignore_ascii_case("determination") => {
                let span = section
                    .get("with")
                    .map_or(section.span(), |node| &node.span);
                let message = format!("there is no condition `{word}`");
                let help = "did you mean `determination`?".to_owned();
                diagnostics
                    .push(Diagnostic::at(Code::WrongValue, span.clone(), message).help(help));
                return None;
            }
            Some(id) => ComparedWith::Condition(
                id.to_owned(),
                section
                    .get("with")
                    .map_or(section.span(), |node| &node.span)
                    .clone(),
            ),
        };
        let given_in = given_in(&section, schema, diagnostics)?;
        let known: &[&'static str] = match with {
            ComparedWith::Determination => &DETERMINATIONS,
            ComparedWith::Condition(..) => &FINDINGS,
        };
        let comparison = ComparisonSource {
            name: entry.key.clone(),
            title: section
                .text("title", diagnostics)
                .unwrap_or_else(|| entry.key.clone()),
            sources: read_sources(section.get("source"), sources, diagnostics),
            as_of: section.date("as_of", diagnostics),
            words: words(&section, known, diagnostics),
            with,
            given_in,
            span: entry.key_span.clone(),
        };
        explain_choices(&comparison, schema, diagnostics);
        // One with a mistake would compare something else than is meant.
        (diagnostics.len() == before).then(|| Arc::new(comparison))
    };
    entries.iter().filter_map(&mut read).collect()
}

fn given_in(
    section: &Section<'_>,
    schema: &Schema,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<GivenIn> {
    match (section.get("file"), section.get("fact")) {
        (Some(file), None) => {
            let name = section.text("file", diagnostics)?;
            let bare = !name.contains(['/', '\\']) && !name.starts_with('.');
            if !bare || !name.ends_with(".csv") {
                let message = format!("`{name}` is not a sheet beside the rulebook file");
                let help = "save it as .csv beside `rulebook.yaml`, and write its name alone, as \
                            `official.csv`"
                    .to_owned();
                diagnostics
                    .push(Diagnostic::at(Code::WrongValue, file.span.clone(), message).help(help));
                return None;
            }
            let Some(column) = section.text("column", diagnostics) else {
                let message = "the column of the published results is missing";
                let help = "add `column:` with the name at the head of that column".to_owned();
                diagnostics.push(
                    Diagnostic::at(Code::MissingKey, section.span().clone(), message).help(help),
                );
                return None;
            };
            let id = section
                .text("id", diagnostics)
                .unwrap_or_else(|| "id".to_owned());
            Some(GivenIn::File { name, id, column })
        }
        (None, Some(node)) => {
            let path = section.text("fact", diagnostics)?;
            if let Some(key) = ["id", "column"]
                .into_iter()
                .find_map(|key| section.entry(key))
            {
                let message = format!("`{}` goes with `file`, not with `fact`", key.key);
                diagnostics.push(
                    Diagnostic::at(Code::WrongShape, key.key_span.clone(), message)
                        .help("remove it".to_owned()),
                );
            }
            match schema.look_up(&path) {
                Lookup::Fact(slot, fact) if !slot.is_built_in() => {
                    let words = matches!(
                        fact.ty,
                        FactType::Text | FactType::Choice(_) | FactType::Boolean
                    );
                    if !words {
                        let message = format!("`{path}` holds {}, and no word", fact.ty);
                        let help = "compare a text, a choice or a boolean".to_owned();
                        diagnostics.push(
                            Diagnostic::at(Code::WrongType, node.span.clone(), message).help(help),
                        );
                    }
                    words.then_some(GivenIn::Fact(slot))
                }
                _ => {
                    let message = format!("the schema has no fact `{path}`");
                    let near = did_you_mean(&path, schema.paths());
                    let help = "declare it under `facts:`".to_owned();
                    diagnostics.push(
                        Diagnostic::at(Code::UnknownFact, node.span.clone(), message)
                            .help(near.unwrap_or(help)),
                    );
                    None
                }
            }
        }
        (Some(_), Some(fact)) => {
            let message = "a comparison has either `file` or `fact`, and this one has both";
            diagnostics.push(
                Diagnostic::at(Code::WrongShape, fact.span.clone(), message)
                    .help("remove one of them".to_owned()),
            );
            None
        }
        (None, None) => {
            let message = "a comparison needs either `file` or `fact`";
            let help = "write `file: NAME.csv` for a sheet beside the rulebook file, or `fact: PATH` \
                        for a fact of the records";
            diagnostics.push(
                Diagnostic::at(Code::MissingKey, section.span().clone(), message)
                    .help(help.to_owned()),
            );
            None
        }
    }
}

/// The outcomes that agree with each published word; without a table, the words are our own.
fn words(
    section: &Section<'_>,
    known: &[&'static str],
    diagnostics: &mut Vec<Diagnostic>,
) -> BTreeMap<String, Vec<&'static str>> {
    if section.get("words").is_none() {
        return known
            .iter()
            .map(|word| ((*word).to_owned(), vec![*word]))
            .collect();
    }
    let mut words = BTreeMap::new();
    for entry in section.named("words", "words", diagnostics) {
        let mut agreeing = Vec::new();
        for node in one_or_many(&entry.value) {
            let Some(text) = text_of(node, &entry.key, diagnostics) else {
                continue;
            };
            if let Some(word) = known.iter().find(|word| **word == text) {
                agreeing.push(*word);
                continue;
            }
            let message = format!("there is no result `{text}`");
            let all = format!("the results are {}", list_of(known.iter().copied()));
            diagnostics.push(
                Diagnostic::at(Code::WrongValue, node.span.clone(), message)
                    .help(did_you_mean(&text, known.iter().copied()).unwrap_or(all)),
            );
        }
        if agreeing.is_empty() && one_or_many(&entry.value).is_empty() {
            let message = format!("no result agrees with `{}`", shorten(&entry.key));
            let help = format!("name those that do: {}", list_of(known.iter().copied()));
            diagnostics.push(
                Diagnostic::at(Code::WrongValue, entry.value.span.clone(), message).help(help),
            );
        }
        words.insert(entry.key.trim().to_owned(), agreeing);
    }
    words
}

/// Reports choices of the fact with published results that have no meaning here.
fn explain_choices(
    comparison: &ComparisonSource,
    schema: &Schema,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let GivenIn::Fact(slot) = comparison.given_in else {
        return;
    };
    let truths: Arc<[Arc<str>]> = ["true", "false"].map(Into::into).into();
    let choices = match &schema.facts()[slot].ty {
        FactType::Choice(choices) => choices,
        FactType::Boolean => &truths,
        _ => return,
    };
    for choice in choices
        .iter()
        .filter(|choice| comparison.agreeing(choice).is_none())
    {
        diagnostics.push(unexplained(comparison, choice, comparison.span.clone()));
    }
}

/// The error that the meaning of a published word is not stated.
pub(crate) fn unexplained(comparison: &ComparisonSource, word: &str, span: Span) -> Diagnostic {
    let message = format!(
        "`words` of the comparison `{}` does not explain `{}`",
        comparison.name,
        shorten(word)
    );
    let help = format!(
        "add it to `words` in the rulebook file; it has {}",
        list_of(comparison.words())
    );
    Diagnostic::at(Code::UnknownWord, span, message)
        .help(did_you_mean(word, comparison.words()).unwrap_or(help))
}
