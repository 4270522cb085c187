//! Published results, read from the sheets that a rulebook names to compare with.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use crate::base::diagnostic::{Code, Diagnostic, did_you_mean, list_of, some_of};
use crate::base::source::{Source, Span};
use crate::formats::csv::{Cell, sheet};
use crate::model::condition::ConditionId;
use crate::model::files::Files;
use crate::model::jurisdiction::Jurisdictions;
use crate::model::rulebook::{ComparedWith, Comparison, GivenIn, Rulebook, unexplained};

/// A published result of each jurisdiction.
#[derive(Clone, Debug)]
pub(crate) struct Published {
    pub(crate) comparison: Arc<Comparison>,
    /// The sheet it stands in; none when the records hold it.
    sheet: Option<Arc<Source>>,
    /// By id: the number of the word, and where it stands.
    said: BTreeMap<Box<str>, (usize, Range<usize>)>,
    words: Vec<String>,
}

impl Published {
    /// What is said of a jurisdiction, and where; only of results that stand in a sheet.
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

/// Reads what a rulebook compares with. What cannot be read is told and left out.
pub(crate) fn read(
    rulebook: &Rulebook,
    files: &Files,
    records: &Jurisdictions,
    conditions: &[&ConditionId],
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Published> {
    let one = |comparison: &Arc<Comparison>| {
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
        let mut published = Published {
            comparison: Arc::clone(comparison),
            sheet: None,
            said: BTreeMap::new(),
            words: Vec::new(),
        };
        if let GivenIn::File { name, id, column } = &comparison.given_in {
            let path = format!("policies/{}/{name}", rulebook.id);
            let Some(source) = files.get(&path) else {
                // One that is there and cannot be read is told already.
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
                        Diagnostic::at(Code::NoSuchFile, comparison.span.clone(), message)
                            .help(help),
                    );
                }
                return None;
            };
            published.sheet = Some(Arc::clone(source));
            published.take(source, (id, column), diagnostics)?;
            published.look_for(records, diagnostics);
        }
        Some(published)
    };
    rulebook.comparisons.iter().filter_map(one).collect()
}

impl Published {
    /// Takes in the rows of a sheet.
    fn take(
        &mut self,
        source: &Arc<Source>,
        (id, column): (&str, &str),
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<()> {
        let before = diagnostics.len();
        let sheet = sheet(source, diagnostics);
        if diagnostics.len() > before {
            return None;
        }
        let ids = self.column(&sheet.head, id, source, diagnostics);
        let results = self.column(&sheet.head, column, source, diagnostics);
        let (ids, results) = (ids?, results?);
        let mut numbers: BTreeMap<String, usize> = BTreeMap::new();
        for (row, _) in &sheet.rows {
            let (id, result) = (&row[ids], &row[results]);
            if id.text.is_empty() || result.text.is_empty() {
                continue;
            }
            let number = *numbers.entry(result.text.clone()).or_insert_with(|| {
                self.words.push(result.text.clone());
                if self.comparison.agreeing(&result.text).is_none() {
                    diagnostics.push(unexplained(
                        &self.comparison,
                        &result.text,
                        result.span.clone(),
                    ));
                }
                self.words.len() - 1
            });
            let place = result.span.range();
            if let Some((_, first)) = self.said.insert(id.text.as_str().into(), (number, place)) {
                let message = format!("`{}` stands twice in this list", id.text);
                diagnostics.push(
                    Diagnostic::at(Code::DuplicateId, id.span.clone(), message)
                        .help("remove one of the rows".to_owned())
                        .related(source.span(first), "first here"),
                );
            }
        }
        if self.said.is_empty() {
            let message = "this list holds no published result";
            let help = format!("fill the columns `{id}` and `{column}`, or remove the comparison");
            diagnostics
                .push(Diagnostic::in_file(Code::NothingToCheck, source.name(), message).help(help));
        }
        Some(())
    }

    fn column(
        &self,
        head: &[Cell],
        name: &str,
        source: &Source,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<usize> {
        let found = head.iter().position(|cell| cell.text == name);
        if found.is_none() {
            let names = || head.iter().map(|cell| cell.text.as_str());
            let message = format!("the sheet {} has no column `{name}`", source.name());
            let help = format!("its columns are {}", list_of(names()));
            diagnostics.push(
                Diagnostic::at(Code::MissingKey, self.comparison.span.clone(), message)
                    .help(did_you_mean(name, names()).unwrap_or(help)),
            );
        }
        found
    }

    /// Says once of which ids there is no record.
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
                .help(did_you_mean(first, records.ids()).unwrap_or(help)),
        );
    }
}
