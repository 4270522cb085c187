//! Published results, read from the sheets that a rulebook names to compare with.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use crate::base::diagnostic::{Code, Diagnostic, did_you_mean, list_of, some_of};
use crate::base::source::{Source, Span};
use crate::formats::csv::{CsvCell, sheet};
use crate::formats::yaml::shorten;
use crate::model::condition::ConditionId;
use crate::model::fact::{FactType, Value};
use crate::model::input_files::Files;
use crate::model::jurisdiction::{Jurisdictions, RecordView};
use crate::model::rulebook::{ComparedWith, ComparisonSource, GivenIn, Rulebook, unexplained};

/// A published result of each jurisdiction.
#[derive(Clone, Debug)]
pub(crate) struct Published {
    pub(crate) comparison: Arc<ComparisonSource>,
    /// The sheet with the results; `None` if records state them.
    sheet: Option<Arc<Source>>,
    /// By id: the index of the word, and its place.
    said: BTreeMap<Box<str>, (usize, Range<usize>)>,
    words: Vec<String>,
    /// Something is wrong with it: nothing is compared.
    pub(crate) broken: bool,
}

/// The most slips of a kind that are reported.
const MOST: usize = 3;

impl Published {
    /// The published word for a jurisdiction, and its place; only for results in a sheet.
    pub(crate) fn said(&self, id: &str) -> Option<(&str, Span)> {
        let (word, place) = self.said.get(id)?;
        Some((&self.words[*word], self.sheet.as_ref()?.span(place.clone())))
    }
}

/// The files that a rulebook names to compare with, by their paths.
pub(crate) fn files_of(rulebook: &Rulebook) -> impl Iterator<Item = String> {
    rulebook
        .comparisons
        .iter()
        .filter_map(|one| match &one.given_in {
            GivenIn::File { name, .. } => Some(format!("policies/{}/{name}", rulebook.id)),
            GivenIn::Fact(_) => None,
        })
}

/// Reads the published results of a rulebook. Unreadable ones are reported and not compared.
pub(crate) fn read(
    rulebook: &Rulebook,
    files: &Files,
    records: &Jurisdictions,
    conditions: &[&ConditionId],
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Published> {
    let one = |comparison: &Arc<ComparisonSource>| {
        let mut published = Published {
            comparison: Arc::clone(comparison),
            sheet: None,
            said: BTreeMap::new(),
            words: Vec::new(),
            broken: false,
        };
        let before = diagnostics.iter().filter(|one| one.is_error()).count();
        let told = published.read(rulebook, files, (records, conditions), diagnostics);
        let after = diagnostics.iter().filter(|one| one.is_error()).count();
        published.broken = told.is_none() || after > before;
        published
    };
    rulebook.comparisons.iter().map(one).collect()
}

impl Published {
    /// Reads the published results; `None` if they do not exist.
    fn read(
        &mut self,
        rulebook: &Rulebook,
        files: &Files,
        (records, conditions): (&Jurisdictions, &[&ConditionId]),
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<()> {
        let comparison = Arc::clone(&self.comparison);
        if let ComparedWith::Condition(id, span) = &comparison.with
            && !conditions.iter().any(|known| known.as_str() == id)
        {
            let names = || conditions.iter().map(|known| known.as_str());
            let message = format!("there is no condition `{id}`");
            let help = format!(
                "write `determination`, or a condition: {}",
                list_of(names())
            );
            diagnostics.push(
                Diagnostic::at(Code::UnknownCondition, span.clone(), message)
                    .help(did_you_mean(id, names()).unwrap_or(help)),
            );
            return None;
        }
        let GivenIn::File { name, id, column } = &comparison.given_in else {
            self.look_at_facts(rulebook, records, diagnostics);
            return Some(());
        };
        let path = format!("policies/{}/{name}", rulebook.id);
        let Some(source) = files.get(&path) else {
            // A file that exists and cannot be read is reported already.
            if !files.unreadable().any(|(file, _)| file == path) {
                let message = format!("there is no file `{path}`");
                let folder = format!("policies/{}/", rulebook.id);
                let beside = files
                    .below(&folder)
                    .filter_map(|source| source.name().strip_prefix(&folder));
                let help = did_you_mean(name, beside).unwrap_or_else(|| {
                    "put the sheet beside the rulebook file, as .csv".to_owned()
                });
                diagnostics.push(
                    Diagnostic::at(Code::NoSuchFile, comparison.span.clone(), message).help(help),
                );
            }
            return None;
        };
        self.sheet = Some(Arc::clone(source));
        self.take(source, (id, column), diagnostics)?;
        self.look_for(records, diagnostics);
        Some(())
    }

    /// Says which words of a text in the records nothing explains.
    fn look_at_facts(
        &self,
        rulebook: &Rulebook,
        records: &Jurisdictions,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        let GivenIn::Fact(slot) = self.comparison.given_in else {
            return;
        };
        if rulebook.schema.facts()[slot].ty != FactType::Text {
            return;
        }
        let mut unknown = BTreeMap::new();
        for record in records.records().iter() {
            let plain = match record {
                RecordView::Row(table, row) => table.value(row, slot),
                RecordView::Whole(_) => None,
            };
            let explained = |value: &Value| self.comparison.agreeing(&value.to_string()).is_some();
            let whole = matches!(record, RecordView::Whole(_));
            if !whole && plain.as_ref().is_none_or(explained) {
                continue;
            }
            for stated in record.read().facts[slot].iter().map(|dated| &dated.value) {
                if let Some(value) = stated.value.as_ref().filter(|value| !explained(value)) {
                    unknown
                        .entry(value.to_string())
                        .or_insert_with(|| stated.span.clone());
                }
            }
        }
        self.say_unexplained(unknown.into_iter().collect(), diagnostics);
    }

    /// Reports the words without an explanation, each at its first place.
    fn say_unexplained(&self, words: Vec<(String, Span)>, diagnostics: &mut Vec<Diagnostic>) {
        let more = words.len().saturating_sub(MOST);
        for (index, (word, span)) in words.into_iter().take(MOST).enumerate() {
            let mut told = unexplained(&self.comparison, &word, span);
            if index + 1 == MOST && more > 0 {
                told.message = format!("{}, nor {more} more words", told.message);
            }
            diagnostics.push(told);
        }
    }

    /// Takes in the rows of a sheet.
    fn take(
        &mut self,
        source: &Arc<Source>,
        (id, column): (&str, &str),
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<()> {
        let before = diagnostics.len();
        let found = sheet(source, diagnostics);
        if diagnostics.len() > before {
            return None;
        }
        let ids = column_of(&found.head, id, source, diagnostics);
        let results = ids.and_then(|_| column_of(&found.head, column, source, diagnostics));
        let (ids, results) = (ids?, results?);
        let mut numbers: BTreeMap<String, usize> = BTreeMap::new();
        let (mut unknown, mut twice, mut nobody) = (Vec::new(), Vec::new(), Vec::new());
        for (row, _) in &found.rows {
            let (id, result) = (&row[ids], &row[results]);
            if result.text.is_empty() {
                continue;
            }
            if id.text.is_empty() {
                nobody.push(result.span.clone());
                continue;
            }
            let number = *numbers.entry(result.text.clone()).or_insert_with(|| {
                self.words.push(result.text.clone());
                if self.comparison.agreeing(&result.text).is_none() {
                    unknown.push((result.text.clone(), result.span.clone()));
                }
                self.words.len() - 1
            });
            let place = result.span.range();
            let known = self.said.insert(id.text.as_str().into(), (number, place));
            twice.extend(known.map(|(_, first)| (id, first)));
        }
        self.say_unexplained(unknown, diagnostics);
        let more = |count: usize| match count.saturating_sub(MOST) {
            0 => String::new(),
            more => format!(" (and so it is with {more} more rows)"),
        };
        for (id, first) in twice.iter().take(MOST) {
            let message = format!("`{}` stands twice in this list", shorten(&id.text));
            diagnostics.push(
                Diagnostic::at(Code::DuplicateId, id.span.clone(), message)
                    .help(format!("remove one of the rows{}", more(twice.len())))
                    .related(source.span(first.clone()), "first here"),
            );
        }
        if let Some(first) = nobody.first() {
            let message = "this result is of nobody: the row has no id";
            diagnostics.push(
                Diagnostic::at(Code::MissingKey, first.clone(), message).help(format!(
                    "fill the column `{id}`{}",
                    more(nobody.len() + MOST - 1)
                )),
            );
        }
        if self.said.is_empty() {
            let message = "this list holds no published result";
            let help = format!("fill the columns `{id}` and `{column}`, or remove the comparison");
            diagnostics
                .push(Diagnostic::in_file(Code::NothingToCheck, source.name(), message).help(help));
        }
        Some(())
    }

    /// Reports once the ids without a record.
    fn look_for(&self, records: &Jurisdictions, diagnostics: &mut Vec<Diagnostic>) {
        let gone = self.said.keys().filter(|id| records.find(id).is_none());
        let gone: Vec<&str> = gone.map(|id| &**id).collect();
        let Some((first, (_, span))) = gone.first().and_then(|id| Some((*id, self.said(id)?)))
        else {
            return;
        };
        let message = format!(
            "the list is about {}, of which there is no record",
            some_of(gone)
        );
        let help = "they are left out of the comparison".to_owned();
        diagnostics.push(
            Diagnostic::at(Code::NoSuchRecord, span, message)
                .help(records.instead_of(0, first).unwrap_or(help)),
        );
    }
}

/// Which column of a sheet has a name.
fn column_of(
    head: &[CsvCell],
    name: &str,
    source: &Source,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<usize> {
    let found = head.iter().position(|cell| cell.text == name);
    if found.is_none() {
        let names = || head.iter().map(|cell| cell.text.as_str());
        let message = format!("this sheet has no column `{name}`");
        let help = match head {
            [] => "it is empty: its first line names the columns".to_owned(),
            [only] if only.text.contains([';', '\t']) => "divide the columns by commas".to_owned(),
            _ => format!(
                "its columns are {}; the rulebook file asks for `{name}`",
                list_of(names())
            ),
        };
        let told = match head.first() {
            Some(first) => Diagnostic::at(Code::MissingKey, first.span.clone(), message),
            None => Diagnostic::in_file(Code::MissingKey, source.name(), message),
        };
        diagnostics.push(told.help(did_you_mean(name, names()).unwrap_or(help)));
    }
    found
}
