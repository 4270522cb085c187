//! Reads a file of records: one YAML document each.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::diagnostic::{Code, Diagnostic, did_you_mean};
use crate::base::parallel::Progress;
use crate::base::source::{Source, Span};
use crate::formats::csv::Cell;
use crate::formats::yaml::{Entry, Node, NodeKind, Section};
use crate::model::fact::{BUILT_IN, Dated, FactOrigin, FactPath, Lookup, Schema, Value};
use crate::model::jurisdiction::{Held, Jurisdiction, JurisdictionId, Record, Role, bulk};
use crate::model::rulebook::{Rulebook, SourceEntry, Stated, read_dated, stated_keys};

pub(super) const KEYS: [&str; 5] = ["id", "name", "assess", "note", "facts"];

/// The records of a file, and everything wrong with them.
pub(crate) fn parse(
    rulebook: &Rulebook,
    source: &Arc<Source>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Held {
    parse_watched(rulebook, source, diagnostics, &Progress::default())
}

/// The same, telling how far it has come.
pub(super) fn parse_watched(
    rulebook: &Rulebook,
    source: &Arc<Source>,
    diagnostics: &mut Vec<Diagnostic>,
    progress: &Progress,
) -> Held {
    let before = diagnostics.len();
    let format = Format::of(source);
    let quickly = match format {
        Format::Sheet => bulk::of_sheet(rulebook, source, diagnostics, progress),
        Format::Documents => bulk::of_documents(rulebook, source, diagnostics, progress),
        Format::Lines | Format::Json => bulk::of_json(rulebook, source, diagnostics, progress),
    };
    if let Some(records) = quickly.filter(|records| !records.is_empty()) {
        return records;
    }
    let documents = match format {
        Format::Sheet => {
            diagnostics.truncate(before);
            from_sheet(source, diagnostics)
        }
        Format::Documents => {
            diagnostics.truncate(before);
            let (documents, found) = crate::formats::yaml::parse(source);
            diagnostics.extend(found);
            documents
        }
        // What is wrong with them is told already.
        Format::Lines | Format::Json => Vec::new(),
    };
    let broken = diagnostics.len() > before;
    let documents: Vec<_> = documents
        .into_iter()
        .filter(|node| !matches!(node.kind, NodeKind::Null))
        .collect();
    if documents.is_empty() && !broken {
        diagnostics.push(
            Diagnostic::in_file(
                Code::NothingToCheck,
                source.name(),
                "this file holds no record",
            )
            .help("add `id:`, `name:` and `facts:`, or remove the file".to_owned()),
        );
    }
    // A row of a sheet is never known by the name of its file.
    let only = documents.len() == 1 && format == Format::Documents;
    let mut reader = Reader {
        schema: &rulebook.schema,
        sources: &rulebook.sources,
        diagnostics,
    };
    let records = documents
        .iter()
        .filter_map(|node| reader.record(node, source, only))
        .map(Record::from);
    records.collect::<Vec<_>>().into()
}

/// How a file of records is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// YAML, a document each.
    Documents,
    /// CSV, a row each; the text of a Parquet file is one too.
    Sheet,
    /// JSON, a line each.
    Lines,
    /// JSON, a list of records or a single one.
    Json,
}

impl Format {
    pub(super) fn of(source: &Source) -> Self {
        match text_name(source.name()).rsplit_once('.') {
            Some((_, "csv" | "parquet")) => Self::Sheet,
            Some((_, "ndjson")) => Self::Lines,
            Some((_, "json")) => Self::Json,
            _ => Self::Documents,
        }
    }
}

/// How the name of a Parquet file ends.
pub(crate) const PARQUET: &str = ".parquet";

/// The name of a file without what only tells how it is packed.
pub(crate) fn text_name(name: &str) -> &str {
    name.strip_suffix(".gz")
        .or_else(|| name.strip_suffix(".zst"))
        .unwrap_or(name)
}

/// Each row of a sheet as the record it stands for. Columns: `id`, `name`, `assess`, `note`, and
/// paths of facts; an empty cell is unknown.
fn from_sheet(source: &Arc<Source>, diagnostics: &mut Vec<Diagnostic>) -> Vec<Node> {
    let crate::formats::csv::Sheet { head, rows } = crate::formats::csv::sheet(source, diagnostics);
    rows.iter()
        .map(|(row, span)| of_row(&head, row, span))
        .collect()
}

/// A row of a sheet as the record it stands for.
pub(super) fn of_row(head: &[Cell], row: &[Cell], span: &Span) -> Node {
    let (mut top, mut facts) = (Vec::new(), Vec::new());
    for (head, cell) in head
        .iter()
        .zip(row)
        .filter(|(_, cell)| !cell.text.is_empty())
    {
        let kind = NodeKind::Scalar {
            text: cell.text.clone(),
            quoted: false,
        };
        let value = Node {
            span: cell.span.clone(),
            kind,
        };
        let entry = Entry {
            key: head.text.clone(),
            key_span: head.span.clone(),
            value,
        };
        let own = KEYS.contains(&head.text.as_str()) && head.text != "facts";
        if own { &mut top } else { &mut facts }.push(entry);
    }
    let facts = Node {
        span: span.clone(),
        kind: NodeKind::Mapping(facts),
    };
    top.push(Entry {
        key: "facts".to_owned(),
        key_span: span.clone(),
        value: facts,
    });
    Node {
        span: span.clone(),
        kind: NodeKind::Mapping(top),
    }
}

/// The name of a file without its folder and extension.
pub(super) fn stem(source: &Source) -> &str {
    let name = source.name().rsplit('/').next().unwrap_or_default();
    name.split_once('.').map_or(name, |(stem, _)| stem)
}

/// Whether a text can be the id of a record.
pub(super) fn is_id(id: &str) -> bool {
    let fine = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
    id.chars().all(fine) && id.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
}

/// A record of facts that are given, on top of another where there is one; of that one it has the
/// id and the name too. `schema` may have more facts than records state; those that scripts work
/// out cannot be given.
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
        span: span.clone(),
        name: name.into(),
        id: JurisdictionId::new("case"),
    };
    record.facts[0] = built_in("case".into(), span.clone());
    record.facts[1] = built_in(name.into(), span.clone());
    let mut reader = Reader {
        schema,
        sources,
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
    let known = |slot: usize| base.facts.get(slot).cloned().unwrap_or_default();
    let facts = record.facts.into_iter().enumerate();
    let facts = facts.map(|(slot, given)| {
        if slot < BUILT_IN.len() || given.is_empty() {
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

/// Reads records one by one, and says all that is wrong with them.
pub(super) struct Reader<'a> {
    pub(super) schema: &'a Schema,
    pub(super) sources: &'a BTreeMap<String, SourceEntry>,
    pub(super) diagnostics: &'a mut Vec<Diagnostic>,
}

impl Reader<'_> {
    pub(super) fn record(
        &mut self,
        node: &Node,
        source: &Source,
        only: bool,
    ) -> Option<Jurisdiction> {
        let section = Section::new(node, "a record", &KEYS, self.diagnostics)?;
        let (id, id_span) = self.id(&section, source, only)?;
        let name: Arc<str> = section
            .text("name", self.diagnostics)
            .unwrap_or_else(|| id.clone())
            .into();
        let mut record = Jurisdiction {
            facts: vec![Vec::new(); self.schema.facts().len()],
            role: self.role(&section),
            span: id_span.clone(),
            name: Arc::clone(&name),
            id: JurisdictionId::new(id.as_str()),
        };
        record.facts[0] = built_in(id.into(), id_span);
        record.facts[1] = built_in(
            name,
            section
                .get("name")
                .map_or(section.span(), |node| &node.span)
                .clone(),
        );
        let facts = section.named("facts", "facts", self.diagnostics);
        self.facts(facts, &FactPath::new(""), &mut record);
        Some(record)
    }

    fn id(&mut self, section: &Section<'_>, source: &Source, only: bool) -> Option<(String, Span)> {
        let (id, span) = match section.get("id") {
            Some(node) => (section.text("id", self.diagnostics)?, node.span.clone()),
            None if only => (stem(source).to_owned(), section.span().clone()),
            None => {
                let message = "a record among several in one file needs an `id`";
                self.diagnostics.push(
                    Diagnostic::at(Code::MissingKey, section.span().clone(), message)
                        .help("add a line `id: ...` at the top of this document".to_owned()),
                );
                return None;
            }
        };
        if !is_id(&id) {
            let message = format!(
                "`{}` cannot be the id of a record",
                crate::formats::yaml::shorten(&id)
            );
            self.diagnostics.push(
                Diagnostic::at(Code::BadName, span, message).help(
                    "use small letters, digits, `-` and `_`, as in `baltimore-md`".to_owned(),
                ),
            );
            return None;
        }
        Some((id, span))
    }

    fn role(&mut self, section: &Section<'_>) -> Role {
        let Some(node) = section.get("assess") else {
            return Role::Assessed;
        };
        match node.text() {
            Some("true") => Role::Assessed,
            Some("false") => Role::Referred,
            _ => {
                let message = format!("`assess` must be true or false, found {}", node.describe());
                self.diagnostics
                    .push(Diagnostic::at(Code::WrongType, node.span.clone(), message));
                Role::Assessed
            }
        }
    }

    fn facts(&mut self, entries: &[Entry], prefix: &FactPath, record: &mut Jurisdiction) {
        for entry in entries {
            let path = prefix.join(&entry.key);
            match self.schema.look_up(path.as_str()) {
                Lookup::Fact(index, _) if index < BUILT_IN.len() => {
                    let message = format!("`{path}` is not stated among the facts");
                    let help = format!("write `{path}:` at the top of the record");
                    self.diagnostics.push(
                        Diagnostic::at(Code::UnknownFact, entry.key_span.clone(), message)
                            .help(help),
                    );
                }
                Lookup::Fact(index, fact) => self.fact(index, fact, entry, record),
                Lookup::Group => self.group(entry, &path, record),
                Lookup::Nothing => self.unknown(entry, &path),
            }
        }
    }

    fn fact(
        &mut self,
        index: usize,
        fact: &Arc<crate::model::fact::FactSchema>,
        entry: &Entry,
        record: &mut Jurisdiction,
    ) {
        if !record.facts[index].is_empty() {
            let message = format!(
                "`{}` is stated twice, once with a dot and once nested",
                fact.path
            );
            self.diagnostics.push(Diagnostic::at(
                Code::DuplicateKey,
                entry.key_span.clone(),
                message,
            ));
            record.facts[index]
                .iter_mut()
                .for_each(|dated| dated.value.value = None);
            return;
        }
        record.facts[index] = read_dated(fact, &entry.value, self.sources, self.diagnostics);
    }

    fn group(&mut self, entry: &Entry, path: &FactPath, record: &mut Jurisdiction) {
        match &entry.value.kind {
            NodeKind::Mapping(entries) if !stated_keys(&entry.value) => {
                self.facts(entries, path, record);
            }
            NodeKind::Null => {}
            NodeKind::Scalar {
                text,
                quoted: false,
            } if text == "unknown" => {}
            _ => {
                let below = self
                    .schema
                    .paths()
                    .filter(|fact| fact.starts_with(&format!("{path}.")));
                let message = format!(
                    "`{path}` is a group of facts, found {}",
                    entry.value.describe()
                );
                let help = format!(
                    "state the facts below it: {}",
                    crate::base::diagnostic::list_of(below)
                );
                self.diagnostics.push(
                    Diagnostic::at(Code::WrongShape, entry.value.span.clone(), message).help(help),
                );
            }
        }
    }

    fn unknown(&mut self, entry: &Entry, path: &FactPath) {
        let message = format!("the schema has no fact `{path}`");
        let near = did_you_mean(path.as_str(), self.schema.paths());
        let declare =
            "declare it under `facts:` in the rulebook file, or remove it here".to_owned();
        self.diagnostics.push(
            Diagnostic::at(Code::UnknownFact, entry.key_span.clone(), message)
                .help(near.unwrap_or(declare)),
        );
    }
}

fn built_in(text: Arc<str>, span: Span) -> Vec<Dated<Stated>> {
    let value = Some(Value::Text(text));
    vec![Dated::always(Stated {
        value,
        span,
        sources: Arc::from([]),
        as_of: None,
        note: None,
    })]
}
