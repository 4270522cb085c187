//! The records of a rulebook.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::assess::snapshot::loaded_rulebook::nothing;
use crate::base::diagnostic::{Code, Diagnostic, MOST_OF_A_KIND};
use crate::base::parallel::Progress;
use crate::base::source::Source;
use crate::model::input_files::Files;
use crate::model::jurisdiction::{
    self, DataAmount, Jurisdictions, ParsedFile, ReadingRoom, Record, RecordBlock, RecordView,
    Role, facts_of_references, same_references,
};
use crate::model::rulebook::Rulebook;

/// Files of records as they were last read, in order of their paths, and all records together.
#[derive(Debug, Default)]
pub(super) struct RecordsKept {
    rulebook: Option<Arc<Rulebook>>,
    sources: Vec<Arc<Source>>,
    files: Vec<ParsedFile>,
    records: Arc<Jurisdictions>,
    /// Whether a record could not be read, so that others miss it.
    lost: bool,
    /// Diagnostics about the records as a whole: references, ids used twice.
    diagnostics: Vec<Diagnostic>,
}

/// The changes since the files were read before.
pub(super) struct RecordChanges {
    /// Records read again that may have changed, each with its old version.
    again: Vec<(Record, Record)>,
    /// Records are held in other places, though most of them are as they were.
    moved: bool,
    /// Nothing else changed: no file was added or removed, and none has other ids than before.
    in_place: bool,
}

fn is_record_file(source: &Source) -> bool {
    let extensions = [".yaml", ".yml", ".csv", ".ndjson", ".json", ".parquet"];
    extensions
        .iter()
        .any(|extension| jurisdiction::text_name(source.name()).ends_with(extension))
}

/// The folder of a rulebook's records.
fn folder(rulebook: &Rulebook) -> String {
    format!("policies/{}/jurisdictions/", rulebook.id)
}

impl RecordChanges {
    /// Takes in a file that was read again.
    fn note(&mut self, before: Option<ParsedFile>, file: &ParsedFile) {
        let same = |before: &ParsedFile| {
            let mut pairs = before.records.iter().zip(file.records.iter());
            let alike = pairs.all(|(a, b)| a.id() == b.id() && a.role() == b.role());
            before.records.len() == file.records.len() && alike
        };
        match before {
            Some(before) if same(&before) => {
                let pairs = before.records.iter().zip(file.records.iter());
                self.again
                    .extend(pairs.map(|(old, new)| (old.to_record(), new.to_record())));
            }
            _ => self.in_place = false,
        }
    }
}

impl RecordsKept {
    /// All records that were read, checked as a whole.
    pub(super) fn checked(
        &mut self,
        rulebook: &Arc<Rulebook>,
        reading: RecordChanges,
        files: &Files,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Arc<Jurisdictions> {
        diagnostics.extend(self.files.iter().flat_map(ParsedFile::diagnostics).cloned());
        let lost = self.loses(rulebook, files);
        let lost_before = std::mem::replace(&mut self.lost, lost);
        let references = facts_of_references(&rulebook.schema);
        // Without a problem among the records the list is exactly what the files contain.
        let whole = !self.lost && !lost_before;
        let fine = self.diagnostics.is_empty() && reading.in_place && whole;
        if fine
            && reading
                .again
                .iter()
                .all(|(old, new)| same_references(&references, old.view(), new.view()))
        {
            if reading.moved || reading.again.len() > self.records.len() / 8 {
                self.records = self.records.replaced(self.all()).into();
            } else if !reading.again.is_empty() {
                let again: Vec<_> = reading.again.into_iter().map(|(_, new)| new).collect();
                self.records = self.records.with(&again).into();
            }
        } else {
            self.diagnostics.clear();
            let records = self.all();
            check(rulebook, &records, &mut self.diagnostics);
            let records = Jurisdictions::new(records);
            self.records =
                jurisdiction::check_references(&rulebook.schema, records, &mut self.diagnostics)
                    .into();
            if self.lost {
                self.diagnostics.retain(|one| !follows(one));
            }
        }
        diagnostics.extend(self.diagnostics.iter().cloned());
        Arc::clone(&self.records)
    }

    /// Whether a record could not be read, so that errors about it follow from that.
    pub(super) fn lost(&self) -> bool {
        self.lost
    }

    fn loses(&self, rulebook: &Rulebook, files: &Files) -> bool {
        let folder = folder(rulebook);
        let unreadable = files
            .unreadable()
            .any(|(path, problem)| path.starts_with(&folder) && problem.is_error());
        unreadable
            || self
                .files
                .iter()
                .flat_map(ParsedFile::diagnostics)
                .any(hides_record)
    }

    /// The files of records, by their names in their folder, also those that cannot be read.
    pub(super) fn names<'a>(&'a self, rulebook: &Rulebook, files: &'a Files) -> Vec<&'a str> {
        let folder = folder(rulebook);
        let names = self.sources.iter().map(|source| source.name());
        let names = names.chain(files.unreadable().map(|(path, _)| path));
        names
            .filter_map(|name| name.strip_prefix(&folder))
            .collect()
    }

    /// The amount of data.
    pub(super) fn amount(&self) -> DataAmount {
        let facts = self
            .rulebook
            .as_ref()
            .map(|rulebook| rulebook.schema.facts().len());
        let mut all = DataAmount::default();
        self.files
            .iter()
            .for_each(|file| all.add(file.amount(facts.unwrap_or_default())));
        all
    }

    /// The diagnostics of single records.
    pub(super) fn told(&self) -> impl Iterator<Item = &Diagnostic> {
        self.files.iter().flat_map(ParsedFile::diagnostics)
    }

    /// The number of records in all files.
    #[cfg(feature = "app")]
    pub(super) fn count(&self) -> usize {
        self.files.iter().map(|file| file.records.len()).sum()
    }

    /// The records of all files, in the order of these.
    fn all(&self) -> RecordBlock {
        let mut with_some = self.files.iter().filter(|file| !file.records.is_empty());
        if let (Some(only), None) = (with_some.next(), with_some.next()) {
            return only.records.clone();
        }
        let mut records =
            Vec::with_capacity(self.files.iter().map(|file| file.records.len()).sum());
        records.extend(
            self.files
                .iter()
                .flat_map(|file| file.records.iter())
                .map(RecordView::to_record),
        );
        records.into()
    }

    /// Reads all files, where none was read before.
    fn read_all(
        &mut self,
        rulebook: &Rulebook,
        files: &Files,
        reads_as: bool,
        (progress, room): (&Progress, &mut ReadingRoom),
    ) -> RecordChanges {
        let folder = folder(rulebook);
        self.sources = files
            .below(&folder)
            .filter(|source| is_record_file(source))
            .cloned()
            .collect();
        self.files = jurisdiction::parse_all(rulebook, &self.sources, progress, room);
        RecordChanges {
            again: Vec::new(),
            moved: false,
            in_place: reads_as && self.files.is_empty(),
        }
    }

    /// Reads the files that are not as they were. Both lists are in order of paths.
    pub(super) fn read(
        &mut self,
        rulebook: &Arc<Rulebook>,
        files: &Files,
        (progress, room): (&Progress, &mut ReadingRoom),
    ) -> RecordChanges {
        let kept_rulebook = self.rulebook.replace(Arc::clone(rulebook));
        let same_rulebook = kept_rulebook
            .as_ref()
            .is_some_and(|kept| Arc::ptr_eq(kept, rulebook));
        let reads_as = same_rulebook
            || kept_rulebook
                .as_ref()
                .is_some_and(|kept| kept.reads_as(rulebook));
        if self.files.is_empty() {
            return self.read_all(rulebook, files, reads_as, (progress, room));
        }
        let mut reading = RecordChanges {
            again: Vec::new(),
            moved: false,
            in_place: reads_as,
        };
        let mut kept = std::mem::take(&mut self.sources)
            .into_iter()
            .zip(std::mem::take(&mut self.files))
            .peekable();
        // The files to read, by their places, and the old versions of some of them.
        let (mut waiting, mut known_before) = (Vec::new(), BTreeMap::new());
        let folder = folder(rulebook);
        for source in files.below(&folder) {
            // Looked at first, because it takes no look at any name.
            if !kept
                .peek()
                .is_some_and(|(known, _)| Arc::ptr_eq(known, source))
            {
                if !is_record_file(source) {
                    continue;
                }
                while kept
                    .next_if(|(known, _)| known.name() < source.name())
                    .is_some()
                {
                    reading.in_place = false;
                }
            }
            let same =
                |known: &Arc<Source>| Arc::ptr_eq(known, source) || known.name() == source.name();
            match kept.next_if(|(known, _)| same(known)) {
                // A message may quote the rulebook file, which may have moved.
                Some((known, file))
                    if Arc::ptr_eq(&known, source)
                        && reads_as
                        && (same_rulebook || file.diagnostics().is_empty()) =>
                {
                    self.sources.push(known);
                    self.files.push(file);
                }
                before => {
                    self.sources.push(Arc::clone(source));
                    let known = before.as_ref().map(|(_, file)| file);
                    let known = known.filter(|file| reads_as && file.diagnostics().is_empty());
                    match known
                        .and_then(|file| jurisdiction::read_again(rulebook, &file.records, source))
                    {
                        Some(found) => {
                            reading.moved = true;
                            reading.in_place &= found.changed.is_some();
                            reading.again.extend(found.changed.into_iter().flatten());
                            self.files.push(ParsedFile::new(found.records, Vec::new()));
                        }
                        None => {
                            let place = self.files.len();
                            waiting.push(place);
                            known_before.extend(before.map(|(_, file)| (place, file)));
                            self.files.push(ParsedFile::default());
                        }
                    }
                }
            }
        }
        reading.in_place &= kept.next().is_none();
        let sources: Vec<_> = waiting
            .iter()
            .map(|place| Arc::clone(&self.sources[*place]))
            .collect();
        let found = jurisdiction::parse_all(rulebook, &sources, progress, room);
        for (place, file) in waiting.into_iter().zip(found) {
            self.files[place] = file;
            reading.note(known_before.remove(&place), &self.files[place]);
        }
        reading
    }

    /// Reads all files as YAML, for their mistakes alone.
    pub(super) fn check_syntax(name: &str, files: &Files, diagnostics: &mut Vec<Diagnostic>) {
        let folder = format!("policies/{name}/jurisdictions/");
        for source in files.below(&folder).filter(|source| is_record_file(source)) {
            if source.name().ends_with(".yaml") || source.name().ends_with(".yml") {
                diagnostics.extend(crate::formats::yaml::parse(source).1);
            }
        }
    }
}

/// Whether a problem keeps a record from being read, and not only one of its facts.
fn hides_record(problem: &Diagnostic) -> bool {
    !matches!(
        problem.code,
        Code::UnknownKey
            | Code::UnknownFact
            | Code::WrongType
            | Code::BadChoice
            | Code::OutOfRange
            | Code::UnknownSource
            | Code::DatesOverlap
    )
}

/// Whether a problem follows from a record that could not be read.
pub(super) fn follows(problem: &Diagnostic) -> bool {
    matches!(
        problem.code,
        Code::DanglingReference | Code::NothingToCheck | Code::NoSuchRecord
    )
}

/// Checks all records together, except for references.
pub(super) fn check(rulebook: &Rulebook, records: &RecordBlock, diagnostics: &mut Vec<Diagnostic>) {
    let mut order: Vec<usize> = Vec::new();
    if !records.iter().is_sorted_by(|a, b| a.id() < b.id()) {
        order = (0..records.len()).collect();
        order.sort_by(|a, b| records.view(*a).id().cmp(records.view(*b).id()));
    }
    let twice = order
        .windows(2)
        .map(|pair| [records.view(pair[0]), records.view(pair[1])]);
    let mut twice: Vec<_> = twice.filter(|[a, b]| a.id() == b.id()).collect();
    twice.sort_by(|[_, a], [_, b]| a.place().cmp(&b.place()));
    for (number, [first, second]) in twice.into_iter().enumerate() {
        let message = format!("there are two records with the id `{}`", second.id());
        // Those that are only counted are not read.
        diagnostics.push(if number < MOST_OF_A_KIND {
            Diagnostic::at(Code::DuplicateId, second.read().span.clone(), message)
                .related(first.read().span.clone(), "the other record")
                .help(
                    "give one of them another id, or, if they are one place, write all its facts into one \
                     of them; until then the first counts"
                        .to_owned(),
                )
        } else {
            let (_, start) = second.place();
            Diagnostic::at(
                Code::DuplicateId,
                second.source().span(start..start),
                message,
            )
        });
    }
    if !records.iter().any(|record| record.role() == Role::Assessed) {
        let folder = format!("policies/{}/jurisdictions", rulebook.id);
        let message = format!(
            "there is nothing to check: the rulebook `{}` has no records to assess",
            rulebook.id
        );
        let help = format!("put a YAML file for each jurisdiction into `{folder}/`");
        diagnostics.push(nothing(&folder, message).help(help));
    }
}
