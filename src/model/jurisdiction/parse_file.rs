//! Reads a file of records: one YAML document each.

use crate::model::jurisdiction::format::RecordFormat;
use crate::model::jurisdiction::record_reader::{RecordReader, built_in};
use crate::model::typed_indexes::FactIndex;
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::diagnostic::{Code, Diagnostic};
use crate::base::parallel::Progress;
use crate::base::source::{Source, Span};
use crate::formats::json;
use crate::formats::yaml::{Entry, NodeKind};
use crate::model::fact::{FactOrigin, FactPath, Schema};
use crate::model::jurisdiction::data_budget::ReadingRoom;
use crate::model::jurisdiction::{
    Jurisdiction, JurisdictionId, Record, RecordBlock, Role, bulk_reader,
};
use crate::model::rulebook::{RecordFiles, Rulebook, SourceEntry};

/// The records of a file, and everything wrong with them.
pub(crate) fn parse(
    rulebook: &Rulebook,
    source: &Arc<Source>,
    diagnostics: &mut Vec<Diagnostic>,
) -> RecordBlock {
    let (progress, mut room) = (Progress::default(), ReadingRoom::default());
    parse_watched(rulebook, source, diagnostics, &progress, &mut room)
}

/// Reads the records of a file within limits, and reports progress.
pub(super) fn parse_watched(
    rulebook: &Rulebook,
    source: &Arc<Source>,
    diagnostics: &mut Vec<Diagnostic>,
    progress: &Progress,
    room: &mut ReadingRoom,
) -> RecordBlock {
    let before = diagnostics.len();
    let format = RecordFormat::of(source);
    let quickly = match format {
        RecordFormat::Sheet => {
            bulk_reader::of_sheet(rulebook, source, diagnostics, (progress, room))
        }
        RecordFormat::Documents => {
            bulk_reader::of_documents(rulebook, source, diagnostics, (progress, room))
        }
        RecordFormat::Lines | RecordFormat::Json => {
            bulk_reader::of_json(rulebook, source, diagnostics, (progress, room))
        }
    };
    if let Some(records) = quickly.filter(|records| !records.is_empty()) {
        return records;
    }
    let documents = match format {
        RecordFormat::Documents if !room.is_full() => {
            diagnostics.truncate(before);
            let (documents, found) = crate::formats::yaml::parse(source);
            diagnostics.extend(found);
            documents
        }
        // Their errors are reported already.
        _ => Vec::new(),
    };
    let broken = diagnostics.len() > before || room.is_full();
    let documents: Vec<_> = documents
        .into_iter()
        .filter(|node| !matches!(node.kind, NodeKind::Null))
        .collect();
    if documents.is_empty() && !broken {
        let help = match format {
            RecordFormat::Sheet if source.text().trim().is_empty() => {
                "write a line that names each column, with `id` among them, and a line for each record \
                 below it, or remove the file"
            }
            RecordFormat::Sheet => {
                "write a line for each record below the one that names the columns, or remove the file"
            }
            _ => "add `id:`, `name:` and `facts:`, or remove the file",
        };
        let message = "this file holds no record";
        let told = Diagnostic::in_file(Code::NothingToCheck, source.name(), message);
        diagnostics.push(told.help(help.to_owned()));
    }
    // One that is left of several is not called as its file.
    let only = documents.len() == 1 && !broken;
    let mut reader = RecordReader::new(rulebook, diagnostics);
    let records = documents
        .iter()
        .filter_map(|node| reader.record(node, source, only))
        .map(Record::from);
    records.collect::<Vec<_>>().into()
}

/// The one record in a text of JSON, with all that is wrong with it. `only`: it may go without an
/// id, and is then called as its source.
pub(crate) fn parse_request(
    rulebook: &Rulebook,
    source: &Arc<Source>,
    only: bool,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Jurisdiction> {
    let text = source.text();
    let start = text.len() - text.trim_start().len();
    let node = json::node(source, start..start + text.trim().len(), diagnostics)?;
    RecordReader::new(rulebook, diagnostics).record(&node, source, only)
}

/// A record with the given facts, on top of `base` if there is one, with its id and name. `schema`
/// may have more facts than records state; derived facts cannot be given.
pub(crate) fn parse_given(
    (schema, sources): (&Schema, &BTreeMap<String, SourceEntry>),
    base: Option<&Jurisdiction>,
    given: &[Entry],
    name: &str,
    span: &Span,
    diagnostics: &mut Vec<Diagnostic>,
) -> Jurisdiction {
    let mut record = Jurisdiction {
        facts: vec![Vec::new(); schema.facts().len()],
        role: Role::Assessed,
        note: None,
        span: span.clone(),
        name: name.into(),
        id: JurisdictionId::new("case"),
    };
    record.facts[FactIndex::ID] = built_in("case".into(), span.clone());
    record.facts[FactIndex::NAME] = built_in(name.into(), span.clone());
    let mut reader = RecordReader {
        schema,
        sources,
        files: &RecordFiles::default(),
        diagnostics,
    };
    reader.facts(given, &FactPath::new(""), &mut record);
    for (stated, fact) in record.facts.iter_mut().zip(schema.facts()) {
        if fact.origin == FactOrigin::Derived
            && let Some(first) = std::mem::take(stated).first()
        {
            let message = format!("`{}` is a derived fact, and cannot be given", fact.path);
            let help = "give the facts that its script works it out from".to_owned();
            diagnostics.push(
                Diagnostic::at(Code::UnknownFact, first.value.span.clone(), message).help(help),
            );
        }
    }
    let Some(base) = base else { return record };
    let known = |slot: FactIndex| base.facts.get(slot.get()).cloned().unwrap_or_default();
    let facts = FactIndex::each(record.facts);
    let facts = facts.map(|(slot, given)| {
        if slot.is_built_in() || given.is_empty() {
            known(slot)
        } else {
            given
        }
    });
    Jurisdiction {
        facts: facts.collect(),
        ..base.clone()
    }
}
