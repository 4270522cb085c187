//! The records of a rulebook.

use std::sync::Arc;

use crate::diagnostic::{Code, Diagnostic};
use crate::files::Files;
use crate::jurisdiction::{self, Held, Jurisdictions, Record, Role, facts_of_references, same_references};
use crate::parallel::Progress;
use crate::rulebook::Rulebook;
use crate::snapshot::nothing;
use crate::source::Source;

/// Files of records as they were last read, in order of their paths, and all records together.
#[derive(Debug, Default)]
pub(super) struct RecordsKept {
    rulebook: Option<Arc<Rulebook>>,
    sources: Vec<Arc<Source>>,
    files: Vec<RecordFile>,
    records: Arc<Jurisdictions>,
    /// What is wrong with the records as a whole: references, ids used twice.
    diagnostics: Vec<Diagnostic>,
}

#[derive(Debug, Default)]
struct RecordFile {
    records: Held,
    diagnostics: Vec<Diagnostic>,
}

/// What another reading of the files changed.
struct Reading {
    /// Records read again that may be others, each with what was there before.
    again: Vec<(Record, Record)>,
    /// Records are held in other places, though most of them are as they were.
    moved: bool,
    /// All else is as it was: no file came or went, none has other ids than before.
    in_place: bool,
}

fn is_record_file(source: &Source) -> bool {
    let extensions = [".yaml", ".yml", ".csv", ".ndjson", ".json"];
    extensions.iter().any(|extension| jurisdiction::text_name(source.name()).ends_with(extension))
}

impl Reading {
    /// Takes in a file that was read again.
    fn note(&mut self, before: Option<RecordFile>, file: &RecordFile) {
        let same = |before: &RecordFile| {
            let pairs = before.records.iter().zip(file.records.iter());
            let alike = pairs.into_iter().all(|(a, b)| a.id() == b.id() && a.role() == b.role());
            before.records.len() == file.records.len() && alike
        };
        match before {
            Some(before) if same(&before) => {
                self.again.extend(before.records.iter().zip(file.records.iter()));
            }
            _ => self.in_place = false,
        }
    }
}

impl RecordsKept {
    /// All records, checked.
    pub(super) fn load(
        &mut self,
        rulebook: &Arc<Rulebook>,
        files: &Files,
        progress: &Progress,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Arc<Jurisdictions> {
        let reading = self.read(rulebook, files, progress);
        let with_problems = self.files.iter().filter(|file| !file.diagnostics.is_empty());
        diagnostics.extend(with_problems.flat_map(|file| file.diagnostics.iter().cloned()));
        let references = facts_of_references(&rulebook.schema);
        // Without a problem among all records the list is just what stands in the files.
        let fine = self.diagnostics.is_empty() && reading.in_place;
        if fine && reading.again.iter().all(|(old, new)| same_references(&references, old, new)) {
            if reading.moved || reading.again.len() > self.records.len() / 8 {
                let all = self.files.iter().flat_map(|file| file.records.iter());
                self.records = self.records.replaced(all.collect()).into();
            } else if !reading.again.is_empty() {
                let again: Vec<_> = reading.again.into_iter().map(|(_, new)| new).collect();
                self.records = self.records.with(&again).into();
            }
        } else {
            self.diagnostics.clear();
            let mut records = Vec::with_capacity(self.files.iter().map(|file| file.records.len()).sum());
            records.extend(self.files.iter().flat_map(|file| file.records.iter()));
            check(rulebook, &records, &mut self.diagnostics);
            let records = Jurisdictions::new(records);
            self.records = jurisdiction::check_references(&rulebook.schema, records, &mut self.diagnostics).into();
        }
        diagnostics.extend(self.diagnostics.iter().cloned());
        Arc::clone(&self.records)
    }

    /// Reads the files that are not as they were. Both lists are in order of paths.
    fn read(&mut self, rulebook: &Arc<Rulebook>, files: &Files, progress: &Progress) -> Reading {
        let kept_rulebook = self.rulebook.replace(Arc::clone(rulebook));
        let same_rulebook = kept_rulebook.as_ref().is_some_and(|kept| Arc::ptr_eq(kept, rulebook));
        let reads_as = same_rulebook || kept_rulebook.as_ref().is_some_and(|kept| kept.reads_as(rulebook));
        let mut reading = Reading { again: Vec::new(), moved: false, in_place: reads_as };
        let mut kept = std::mem::take(&mut self.sources).into_iter().zip(std::mem::take(&mut self.files)).peekable();
        let mut waiting: Vec<(usize, Option<RecordFile>)> = Vec::new();
        let folder = format!("policies/{}/jurisdictions/", rulebook.id);
        for source in files.below(&folder) {
            // Looked at first, because it takes no look at any name.
            if !kept.peek().is_some_and(|(known, _)| Arc::ptr_eq(known, source)) {
                if !is_record_file(source) {
                    continue;
                }
                while kept.next_if(|(known, _)| known.name() < source.name()).is_some() {
                    reading.in_place = false;
                }
            }
            let same = |known: &Arc<Source>| Arc::ptr_eq(known, source) || known.name() == source.name();
            match kept.next_if(|(known, _)| same(known)) {
                // A message may quote the rulebook file, which may have moved.
                Some((known, file))
                    if Arc::ptr_eq(&known, source) && reads_as && (same_rulebook || file.diagnostics.is_empty()) =>
                {
                    self.sources.push(known);
                    self.files.push(file);
                }
                before => {
                    self.sources.push(Arc::clone(source));
                    let known = before.as_ref().map(|(_, file)| file);
                    let known = known.filter(|file| reads_as && file.diagnostics.is_empty());
                    match known.and_then(|file| jurisdiction::read_again(rulebook, &file.records, source)) {
                        Some(found) => {
                            reading.moved = true;
                            reading.in_place &= found.changed.is_some();
                            reading.again.extend(found.changed.into_iter().flatten());
                            self.files.push(RecordFile { records: found.records, diagnostics: Vec::new() });
                        }
                        None => {
                            waiting.push((self.files.len(), before.map(|(_, file)| file)));
                            self.files.push(RecordFile::default());
                        }
                    }
                }
            }
        }
        reading.in_place &= kept.next().is_none();
        let sources: Vec<_> = waiting.iter().map(|(place, _)| Arc::clone(&self.sources[*place])).collect();
        let found = jurisdiction::parse_all(rulebook, &sources, progress);
        for ((place, before), (records, diagnostics)) in waiting.into_iter().zip(found) {
            self.files[place] = RecordFile { records: records.into(), diagnostics };
            reading.note(before, &self.files[place]);
        }
        reading
    }

    /// Reads all files as YAML, for their mistakes alone.
    pub(super) fn check_syntax(name: &str, files: &Files, diagnostics: &mut Vec<Diagnostic>) {
        let folder = format!("policies/{name}/jurisdictions/");
        for source in files.below(&folder).filter(|source| is_record_file(source)) {
            if source.name().ends_with(".yaml") || source.name().ends_with(".yml") {
                diagnostics.extend(crate::yaml::parse(source).1);
            }
        }
    }
}

/// What can be wrong with all records together, references apart.
fn check(rulebook: &Rulebook, records: &[Record], diagnostics: &mut Vec<Diagnostic>) {
    let mut order: Vec<usize> = Vec::new();
    if !records.is_sorted_by(|a, b| a.id() < b.id()) {
        order = (0..records.len()).collect();
        order.sort_by(|a, b| records[*a].id().cmp(records[*b].id()));
    }
    for pair in order.windows(2).filter(|pair| records[pair[0]].id() == records[pair[1]].id()) {
        let (first, second) = (records[pair[0]].read(), records[pair[1]].read());
        let message = format!("there are two records with the id `{}`", second.id);
        diagnostics.push(
            Diagnostic::at(Code::DuplicateId, second.span.clone(), message)
                .related(first.span.clone(), "the other record")
                .help("give one of them another id; until then the first counts".to_owned()),
        );
    }
    if !records.iter().any(|record| record.role() == Role::Assessed) {
        let folder = format!("policies/{}/jurisdictions", rulebook.id);
        let message = format!("there is nothing to check: the rulebook `{}` has no records to assess", rulebook.id);
        let help = format!("put a YAML file for each jurisdiction into `{folder}/`");
        diagnostics.push(nothing(&folder, message).help(help));
    }
}
