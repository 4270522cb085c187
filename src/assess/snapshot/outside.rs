//! Records that lie in no folder: assessed in place of those of a rulebook, to which they may
//! refer.

use std::sync::Arc;

use crate::assess::snapshot::Snapshot;
use crate::assess::snapshot::criteria::Criteria;
use crate::assess::snapshot::records::check;
use crate::base::diagnostic::{self, Diagnostic};
use crate::base::parallel::Progress;
use crate::base::source::Source;
use crate::model::jurisdiction::{self, Held, Jurisdictions, Record, Role, reference_facts};

impl Snapshot {
    /// The same with the records of a file in place of those of a rulebook, which then are there to
    /// be referred to and are not assessed. All that is wrong with them stands among the
    /// diagnostics.
    ///
    /// The name of the source tells its format: `.csv`, `.ndjson`, `.json`, else YAML. None when
    /// the snapshot has no such rulebook.
    pub fn with_records(&self, rulebook: &str, source: &Arc<Source>) -> Option<Self> {
        let criteria = self.criteria(rulebook)?;
        let (records, mut found) = read(criteria, source);
        check(&criteria.rulebook, &records, &mut found);
        let mut snapshot = self.with_list(criteria, records, &mut found);
        snapshot.diagnostics.extend(found);
        diagnostic::sort(&mut snapshot.diagnostics);
        Some(snapshot)
    }

    /// What belongs to a rulebook.
    pub(crate) fn criteria(&self, rulebook: &str) -> Option<&Arc<Criteria>> {
        self.rulebooks
            .iter()
            .find(|criteria| criteria.rulebook.id.as_str() == rulebook)
    }

    /// This rulebook alone, with other records. Of two with one id the first counts.
    pub(crate) fn with_list(
        &self,
        criteria: &Criteria,
        mut records: Held,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Self {
        let schema = &criteria.rulebook.schema;
        if !reference_facts(schema).is_empty() {
            let mut all = records.to_vec();
            all.extend(criteria.records.iter().map(|record| {
                let mut record = (*record).clone();
                record.role = Role::Referred;
                Record::from(record)
            }));
            records = all.into();
        }
        let records =
            jurisdiction::check_references(schema, Jurisdictions::new(records), diagnostics);
        let criteria = criteria.with_records(records.into());
        Self {
            rulebooks: vec![criteria.into()],
            diagnostics: self.diagnostics.clone(),
        }
    }
}

/// The records of a file, in its order.
fn read(criteria: &Criteria, source: &Arc<Source>) -> (Held, Vec<Diagnostic>) {
    let found = jurisdiction::parse_all(
        &criteria.rulebook,
        std::slice::from_ref(source),
        &Progress::default(),
    );
    let found = found.into_iter().next().unwrap_or_default();
    let diagnostics = found.diagnostics().to_vec();
    (found.records, diagnostics)
}

/// What a line of a text came to.
#[cfg(feature = "app")]
#[derive(Debug)]
pub(crate) enum Line {
    /// A record.
    Record(Record),
    /// None, and why.
    Problems(Vec<Diagnostic>),
}

/// The records of a text of a JSON object a line, line by line, empty ones left out; and what is
/// wrong with records that could be read nevertheless.
#[cfg(feature = "app")]
pub(crate) fn read_lines(
    criteria: &Criteria,
    source: &Arc<Source>,
) -> (Vec<Line>, Vec<Diagnostic>) {
    let (records, diagnostics) = read(criteria, source);
    let mut records = records.iter().peekable();
    let mut diagnostics = diagnostics.into_iter().peekable();
    let (mut lines, mut beside) = (Vec::new(), Vec::new());
    let mut start = 0;
    for line in source.text().split_inclusive('\n') {
        let place = start..start + line.len();
        start = place.end;
        if line.trim().is_empty() {
            continue;
        }
        let within = |diagnostic: &Diagnostic| {
            diagnostic
                .span()
                .is_none_or(|span| span.range().start < place.end)
        };
        let mut problems = Vec::new();
        while let Some(problem) = diagnostics.next_if(within) {
            problems.push(problem);
        }
        match records.next_if(|record| place.contains(&record.start())) {
            Some(record) => {
                beside.extend(problems);
                lines.push(Line::Record(record.to_record()));
            }
            None => lines.push(Line::Problems(problems)),
        }
    }
    (lines, beside)
}
