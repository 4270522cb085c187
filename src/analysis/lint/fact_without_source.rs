//! Facts that records state without a source, reported once for each rulebook.
//!
//! A file that allows the lint is reported by itself, so that its line allows only what is found
//! there.

use std::sync::Arc;

use crate::analysis::lint::page::lint;
use crate::assess::assessment::RulebookAssessment;
use crate::base::diagnostic::{Code, Diagnostic, some_of};
use crate::base::source::Source;
use crate::model::fact::{BUILT_IN, FactType};
use crate::model::jurisdiction::{RecordView, Table};
use crate::model::rulebook::Stated;
use crate::model::typed_indexes::FactIndex;

lint! {
    /// Nobody can look up who says so. All files of a rulebook are shown together. One `source:`
    /// at the top of a record (in a sheet, a column `source`) is for all its facts; one under
    /// `records:` in the rulebook file is for all records of a file. Only rulebooks that have
    /// sources are looked at, and references need none.
    ///
    /// Example: `records: {municipalities.csv: {source: census}}`
    FactWithoutSource
}

/// The diagnostics about the records of a rulebook that has sources.
pub(super) fn of_records(assessed: &RulebookAssessment, found: &mut Vec<Diagnostic>) {
    if assessed.rulebook().sources.is_empty() {
        return;
    }
    let facts = facts_with_sources(assessed);
    let mut files: Vec<(&Arc<Source>, Vec<RecordView>)> = Vec::new();
    // The records of a file follow one another: each file is looked at once.
    let mut last: Option<(&Arc<Source>, Wanting)> = None;
    let mut sourced = Sourced::new(&facts);
    for record in assessed.records().records().iter() {
        if sourced.holds(record) {
            continue;
        }
        let source = record.source();
        if !last
            .as_ref()
            .is_some_and(|(known, _)| Arc::ptr_eq(known, source))
        {
            last = Some((source, Wanting::of(source, assessed)));
        }
        let is_wanting = last
            .as_ref()
            .is_some_and(|(_, wanting)| wanting.holds(record));
        if !is_wanting || !facts.iter().any(|slot| states_bare(record, *slot)) {
            continue;
        }
        match files.last_mut() {
            Some((file, records)) if Arc::ptr_eq(file, source) => records.push(record),
            _ => files.push((source, vec![record])),
        }
    }
    let (apart, alike): (Vec<_>, Vec<_>) = files
        .iter()
        .partition(|(file, _)| file.text().contains("@ allow"));
    for (_, records) in apart {
        found.extend(told(assessed, &facts, records, 0));
    }
    if let Some(((_, records), others)) = alike.split_first() {
        found.extend(told(assessed, &facts, records, others.len()));
    }
}

/// Which records of a file may lack sources.
enum Wanting {
    /// None: they come from elsewhere, and are not for the rulebook's author to change.
    Nobody,
    /// Only those that were read in full; the others have the sources of their file.
    Whole,
    Any,
}

impl Wanting {
    fn of(source: &Source, assessed: &RulebookAssessment) -> Self {
        let name = source.name();
        if !source.is_in_policies() {
            Self::Nobody
        } else if assessed.rulebook().record_files.sources_of(name).is_some() {
            Self::Whole
        } else {
            Self::Any
        }
    }

    fn holds(&self, record: RecordView<'_>) -> bool {
        match (self, record) {
            (Self::Nobody, _) | (Self::Whole, RecordView::Row(..)) => false,
            (Self::Any, _) | (_, RecordView::Whole(_)) => true,
        }
    }
}

/// Which tables have a source for each fact of each record: a shared one is looked at only once.
struct Sourced<'a> {
    /// The facts that need a source, one bit each.
    facts: Vec<u64>,
    last: Option<(&'a Arc<Table>, bool)>,
}

impl<'a> Sourced<'a> {
    fn new(slots: &[FactIndex]) -> Self {
        let mut facts = vec![0; slots.iter().max().map_or(0, |slot| slot.get() / 64 + 1)];
        for slot in slots {
            facts[slot.get() / 64] |= 1 << (slot.get() % 64);
        }
        Self { facts, last: None }
    }

    fn holds(&mut self, record: RecordView<'a>) -> bool {
        let RecordView::Row(table, _) = record else {
            return false;
        };
        match self.last {
            Some((known, holds)) if Arc::ptr_eq(known, table) => holds,
            _ => {
                let holds = table.has_all_sources(&self.facts);
                self.last = Some((table, holds));
                holds
            }
        }
    }
}

/// The facts that need a source. A reference needs none: it is no statement about a place.
fn facts_with_sources(assessed: &RulebookAssessment) -> Vec<FactIndex> {
    let facts = FactIndex::each(assessed.rulebook().schema.facts());
    let facts = facts.skip(BUILT_IN.len());
    facts
        .filter(|(_, fact)| fact.ty != FactType::Jurisdiction)
        .map(|(slot, _)| slot)
        .collect()
}

/// Whether a record that may lack sources states a fact without one.
fn states_bare(record: RecordView<'_>, slot: FactIndex) -> bool {
    match record {
        RecordView::Whole(record) => record.facts[slot].iter().any(|one| is_bare(&one.value)),
        RecordView::Row(table, row) => {
            table.column(slot).is_known(row) && !table.has_source(row, slot)
        }
    }
}

/// Whether a known value from a file has no source. Facts set by options need none.
fn is_bare(stated: &Stated) -> bool {
    let is_bare = stated.value.is_some() && stated.sources.is_empty();
    is_bare && stated.span.source().is_in_policies()
}

/// The diagnostic about a file's facts without a source. Several files may share it.
fn told(
    assessed: &RulebookAssessment,
    facts: &[FactIndex],
    records: &[RecordView],
    others: usize,
) -> Option<Diagnostic> {
    let mut slots = facts.to_vec();
    slots.retain(|slot| records.iter().any(|record| states_bare(*record, *slot)));
    let first = records[0].read();
    let stated = slots.iter().flat_map(|slot| &first.facts[*slot]);
    let first = stated
        .map(|dated| &dated.value)
        .find(|stated| is_bare(stated))?;
    let schema = &assessed.rulebook().schema;
    let facts = slots.iter().map(|slot| schema.facts()[*slot].path.as_str());
    let ids = records.iter().map(|record| record.id());
    let more = match others {
        0 => String::new(),
        1 => ", and so in one more file".to_owned(),
        more => format!(", and so in {more} more files"),
    };
    let message = format!(
        "stated without a source: {} (by {}){more}",
        some_of(facts),
        some_of(ids)
    );
    let span = first.span.clone();
    let name = match (others, span.source().name().split_once("/jurisdictions/")) {
        (0, Some((_, name))) => name,
        _ => "\"*\"",
    };
    let own = if span.source().name().ends_with(".csv") {
        "add a column `source`"
    } else {
        "write `source: KEY` once at the top of the record"
    };
    let help = format!(
        "{own}, or for whole files in the rulebook file: `records: {{{name}: {{source: KEY}}}}`"
    );
    Some(Diagnostic::at(Code::FactWithoutSource, span, message).help(help))
}
