//! Records from outside the folder, assessed in place of those of a rulebook, to which they may
//! refer.

use std::sync::Arc;

use crate::assess::options::{Among, Ids};
use crate::assess::snapshot::Snapshot;
use crate::assess::snapshot::loaded_rulebook::Criteria;
use crate::assess::snapshot::record_file_cache::check;
use crate::base::diagnostic::{self, Code, Diagnostic};
use crate::base::parallel::Progress;
use crate::base::source::Source;
use crate::model::jurisdiction::{
    self, Jurisdiction, Jurisdictions, ReadingRoom, Record, RecordBlock, RecordView, Role,
    reference_facts,
};
use crate::model::rulebook::Rulebook;

impl Snapshot {
    /// This snapshot with the records of a file in place of those of a rulebook, which can then be
    /// referred to and are not assessed. All problems with them are among the diagnostics; a record
    /// with the id of one of the rulebook is left out.
    ///
    /// The name of the source determines its format: `.csv`, `.ndjson`, `.json`, otherwise YAML.
    /// Returns `None` if the snapshot has no such rulebook.
    pub fn with_records(&self, rulebook: &str, source: &Arc<Source>) -> Option<Self> {
        let rulebooks = [rulebook.to_owned()];
        self.with_records_among(&rulebooks, source, Ids::New, Among::Themselves)
    }

    /// Does as [`with_records`](Self::with_records) for programmes over one base, which then share
    /// the records of the file as well, and says which ids they may have and among whom they are.
    /// None also where rulebooks have records of their own.
    pub fn with_records_among(
        &self,
        rulebooks: &[String],
        source: &Arc<Source>,
        ids: Ids,
        among: Among,
    ) -> Option<Self> {
        let programmes = self.over_one_base(rulebooks)?;
        let (first, rulebook) = (*programmes.first()?, reader(&programmes));
        let (mut records, mut found) = read(&rulebook, source);
        if ids == Ids::New {
            records = without_taken(first, records, &mut found);
        }
        check(&rulebook, &records, &mut found);
        let mut snapshot = self.with_list(&programmes, records, among, &mut found);
        snapshot.diagnostics.extend(found);
        diagnostic::sort(&mut snapshot.diagnostics);
        Some(snapshot)
    }

    /// The criteria of a rulebook.
    pub(crate) fn criteria(&self, rulebook: &str) -> Option<&Arc<Criteria>> {
        self.rulebooks
            .iter()
            .find(|criteria| criteria.rulebook.id.as_str() == rulebook)
    }

    /// The criteria of rulebooks that have the same records: programmes over one base, or a single
    /// rulebook.
    pub(crate) fn over_one_base(&self, rulebooks: &[String]) -> Option<Vec<&Arc<Criteria>>> {
        let found = rulebooks.iter().map(|id| self.criteria(id));
        let found: Vec<&Arc<Criteria>> = found.collect::<Option<_>>()?;
        let mut pairs = found.windows(2);
        let same = pairs.all(|pair| Arc::ptr_eq(&pair[0].records, &pair[1].records));
        same.then_some(found)
    }

    /// A snapshot of these rulebooks alone, with other records; of equal ids the first counts.
    fn with_list(
        &self,
        programmes: &[&Arc<Criteria>],
        mut records: RecordBlock,
        among: Among,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Self {
        let (schema, known) = (&programmes[0].rulebook.schema, &programmes[0].records);
        if !reference_facts(schema).is_empty() {
            let mut all = records.to_vec();
            all.extend(known.iter().map(|record| {
                let mut record = (*record).clone();
                record.role = Role::Referred;
                Record::from(record)
            }));
            records = all.into();
        }
        let records =
            jurisdiction::check_references(schema, Jurisdictions::new(records), diagnostics);
        let records = Arc::new(records);
        let beside = |criteria: &&Arc<Criteria>| {
            let with_statistics = !criteria.wide.statistics.is_empty();
            let folder = among == Among::Folder && with_statistics;
            let among = folder.then(|| Arc::clone(criteria));
            let with = criteria.with_records(Arc::clone(&records));
            Arc::new(Criteria { among, ..with })
        };
        let told = self.diagnostics.iter();
        Self {
            scripts: self.scripts,
            rulebooks: programmes.iter().map(beside).collect(),
            diagnostics: told
                .filter(|one| !is_about_no_records(one))
                .cloned()
                .collect(),
        }
    }
}

/// Records without those that have the id of one of the rulebook.
fn without_taken(
    criteria: &Criteria,
    records: RecordBlock,
    found: &mut Vec<Diagnostic>,
) -> RecordBlock {
    let known = |view: RecordView<'_>| criteria.records.find(view.id());
    if !records.iter().any(|view| known(view).is_some()) {
        return records;
    }
    let mut left = Vec::with_capacity(records.len());
    for view in records.iter() {
        match known(view) {
            Some(known) => found.push(taken(&view.read(), &criteria.records.get(known))),
            None => left.push(view.to_record()),
        }
    }
    left.into()
}

/// The rulebook for reading records of programmes: with the sources that all of these have.
fn reader(programmes: &[&Arc<Criteria>]) -> Arc<Rulebook> {
    let (first, rest) = programmes.split_first().expect("there is one");
    if rest
        .iter()
        .all(|one| one.rulebook.reads_as(&first.rulebook))
    {
        return Arc::clone(&first.rulebook);
    }
    let mut rulebook = Rulebook::clone(&first.rulebook);
    let has = |key: &String, one: &Arc<Criteria>| one.rulebook.sources.contains_key(key);
    Arc::make_mut(&mut rulebook.sources).retain(|key, _| rest.iter().all(|one| has(key, one)));
    rulebook.into()
}

/// The records of a file, in its order.
fn read(rulebook: &Rulebook, source: &Arc<Source>) -> (RecordBlock, Vec<Diagnostic>) {
    let mut room = ReadingRoom::default();
    let found = jurisdiction::parse_all(
        rulebook,
        std::slice::from_ref(source),
        &Progress::default(),
        &mut room,
    );
    let found = found.into_iter().next().unwrap_or_default();
    let mut diagnostics = found.diagnostics().to_vec();
    if let Some(problem) = room.refused() {
        diagnostics.push(problem);
        return (RecordBlock::default(), diagnostics);
    }
    (found.records, diagnostics)
}

/// The error of a record from elsewhere that has the id of one of the folder.
pub(crate) fn taken(record: &Jurisdiction, known: &Jurisdiction) -> Diagnostic {
    let message = format!("there is a record `{}` in the folder already", record.id);
    let help =
        "give this one another id, or allow any with `--ids any`: it then stands in the place \
                of the other"
            .to_owned();
    Diagnostic::at(Code::DuplicateId, record.span.clone(), message)
        .related(known.span.clone(), "the record of the folder")
        .help(help)
}

/// A folder without records to assess answers others all the same.
pub(crate) fn is_about_no_records(problem: &Diagnostic) -> bool {
    let in_records = |file: &str| file.ends_with("/jurisdictions");
    problem.code == Code::NothingToCheck && problem.file().is_some_and(in_records)
}
