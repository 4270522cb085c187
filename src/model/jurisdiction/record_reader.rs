//! Reads one record from its tree of nodes and reports all its errors. No other reader reports
//! errors in values.

use crate::base::diagnostic::{Code, Diagnostic, did_you_mean_after, id_of_title};
use crate::base::source::{Source, Span};
use crate::formats::csv::CsvCell;
use crate::formats::yaml::{
    Entry, NodeKind, Section, YamlNode, after_comma, ends_at_comma, in_latin, touching,
};
use crate::model::fact::{
    BUILT_IN, Dated, FactPath, Lookup, SHORTENED, Schema, Value, boolean_help, is_shortened,
    plain_boolean,
};
use crate::model::jurisdiction::advice_reworded_for_json::advise_in_json;
use crate::model::jurisdiction::records_under_ids::under_ids;
use crate::model::jurisdiction::sheet_header::ColumnOf;
use crate::model::jurisdiction::{Jurisdiction, JurisdictionId, Role};
use crate::model::rulebook::{
    RecordFiles, Rulebook, SourceEntry, Stated, read_dated, read_sources, stated_keys,
};
use crate::model::typed_indexes::FactIndex;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

const KEYS: [&str; 6] = ["id", "name", "assess", "source", "note", "facts"];

/// A row of a sheet as the node of a record, by the meaning of each column. An empty cell is
/// unknown.
pub(super) fn of_row<'a>(
    cells: impl Iterator<Item = (ColumnOf, &'a CsvCell, CsvCell)>,
    span: &Span,
) -> YamlNode {
    let (mut top, mut facts) = (Vec::new(), Vec::new());
    for (column, head, cell) in cells.filter(|(_, _, cell)| !cell.text.is_empty()) {
        let entry = Entry {
            key: head.text.clone(),
            key_span: head.span.clone(),
            value: scalar(cell),
        };
        match column {
            ColumnOf::Fact(_) => facts.push(entry),
            column if column.key().is_some() => top.push(entry),
            _ => {}
        }
    }
    let mapping = |entries| YamlNode {
        span: span.clone(),
        kind: NodeKind::Mapping(entries),
    };
    top.push(Entry {
        key: "facts".to_owned(),
        key_span: span.clone(),
        value: mapping(facts),
    });
    mapping(top)
}

/// The content of a cell, as a value without quotation marks.
fn scalar(cell: CsvCell) -> YamlNode {
    YamlNode {
        span: cell.span,
        kind: NodeKind::Scalar {
            text: cell.text,
            quoted: false,
        },
    }
}

/// The name of a file without its folder and extension.
pub(super) fn stem(source: &Source) -> &str {
    let name = source.name().rsplit('/').next().unwrap_or_default();
    name.split_once('.').map_or(name, |(stem, _)| stem)
}

/// Whether a text can be the id of a record.
pub(super) fn is_id(id: &str) -> bool {
    let fine = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    id.chars().all(fine) && id.starts_with(|c: char| c.is_ascii_alphanumeric())
}

/// Whether a file is a sheet, with a row for each record.
pub(crate) fn is_sheet(source: &Source) -> bool {
    source.name().contains(".csv")
}

/// An id made from a text that cannot be the id of a record.
fn as_id(text: &str) -> Option<String> {
    let sign = |c: char| match c {
        'à'..='å' => 'a',
        'è'..='ë' => 'e',
        'ì'..='ï' => 'i',
        'ò'..='ö' | 'ø' => 'o',
        'ù'..='ü' => 'u',
        'ç' => 'c',
        'ñ' => 'n',
        c if c.is_ascii_alphanumeric() || c == '_' => c,
        _ => '-',
    };
    // Spreadsheets write whole numbers so.
    let whole = text
        .split_once('.')
        .filter(|(_, rest)| rest.bytes().all(|digit| digit == b'0'));
    let text = whole.map_or(text, |(whole, _)| whole);
    let grouped = text
        .bytes()
        .all(|sign| sign.is_ascii_digit() || sign == b',');
    let text = if grouped {
        text.replace(',', "")
    } else {
        text.to_owned()
    };
    // An accent that is a character of its own belongs to the letter before it.
    let is_accent = |c: &char| ('\u{300}'..='\u{36f}').contains(c);
    let signs: String = text.chars().filter(|c| !is_accent(c)).map(sign).collect();
    let parts: Vec<&str> = signs.split('-').filter(|part| !part.is_empty()).collect();
    let id = parts.join("-");
    is_id(&id).then_some(id)
}

/// Reads records one by one, and says all that is wrong with them.
pub(super) struct RecordReader<'a> {
    pub(super) schema: &'a Schema,
    pub(super) sources: &'a BTreeMap<String, SourceEntry>,
    pub(super) files: &'a RecordFiles,
    pub(super) diagnostics: &'a mut Vec<Diagnostic>,
}

impl<'a> RecordReader<'a> {
    pub(super) fn new(rulebook: &'a Rulebook, diagnostics: &'a mut Vec<Diagnostic>) -> Self {
        Self {
            schema: &rulebook.schema,
            sources: &rulebook.sources,
            files: &rulebook.record_files,
            diagnostics,
        }
    }

    /// The record of a node. `only`: it may go without an id, and is then called as its source.
    pub(super) fn record(
        &mut self,
        node: &YamlNode,
        source: &Source,
        only: bool,
    ) -> Option<Jurisdiction> {
        let before = self.diagnostics.len();
        let record = self.read(node, source, only);
        advise_in_json(&mut self.diagnostics[before..]);
        record
    }

    fn read(&mut self, node: &YamlNode, source: &Source, only: bool) -> Option<Jurisdiction> {
        let yaml = [".yaml", ".yml"]
            .iter()
            .any(|end| source.name().contains(end));
        if yaml && matches!(node.kind, NodeKind::Sequence(_)) {
            let message = "expected a record as `key: value` lines, found a list";
            let help = "divide records by lines with `---` alone, and begin none with `- `";
            self.diagnostics.push(
                Diagnostic::at(Code::WrongShape, node.span.clone(), message).help(help.to_owned()),
            );
            return None;
        }
        if let Some(told) = under_ids(self.schema, node, source) {
            self.diagnostics.push(told);
            return None;
        }
        let section = Section::new(node, "a record", &KEYS, self.diagnostics)?;
        let (id, id_span) = self.id(&section, source, only)?;
        let name: Arc<str> = section
            .text("name", self.diagnostics)
            .unwrap_or_else(|| id.clone())
            .into();
        let mut record = Jurisdiction {
            facts: vec![Vec::new(); self.schema.facts().len()],
            role: self.role(&section),
            note: section.text("note", self.diagnostics).map(Into::into),
            span: id_span.clone(),
            name: Arc::clone(&name),
            id: JurisdictionId::new(id.as_str()),
        };
        record.facts[FactIndex::ID] = built_in(id.into(), id_span);
        record.facts[FactIndex::NAME] = built_in(
            name,
            section
                .get("name")
                .map_or(section.span(), |node| &node.span)
                .clone(),
        );
        let facts = section.named("facts", "facts", self.diagnostics);
        self.facts(facts, &FactPath::new(""), &mut record);
        self.rest_on(section.get("source"), source, &mut record);
        Some(record)
    }

    /// The record of a row: the same as [`of_row`] and [`Self::record`] give, without a node for
    /// each cell.
    pub(super) fn row(
        &mut self,
        (head, columns): (&[CsvCell], &[ColumnOf]),
        row: &[(Cow<'_, str>, Range<usize>)],
        source: &Arc<Source>,
    ) -> Option<Jurisdiction> {
        let span = source.span(row.first()?.1.start..row.last()?.1.end);
        let cells = || columns.iter().zip(row);
        let keys = cells()
            .zip(head)
            .filter(|((column, _), _)| column.key().is_some());
        let keys = keys.map(|((column, (text, place)), head)| {
            let text = text.clone().into_owned();
            let span = source.span(place.clone());
            (*column, head, CsvCell { text, span })
        });
        let node = of_row(keys, &span);
        let mut record = self.record(&node, source, false)?;
        let mut cell = scalar(CsvCell {
            text: String::new(),
            span,
        });
        for (column, (stated, place)) in cells().filter(|(_, (stated, _))| !stated.is_empty()) {
            let (ColumnOf::Fact(index), NodeKind::Scalar { text, .. }) = (column, &mut cell.kind)
            else {
                continue;
            };
            text.clear();
            text.push_str(stated);
            cell.span.move_to(place.clone());
            let fact = &self.schema.facts()[*index];
            record.facts[*index] = read_dated(fact, &cell, self.sources, self.diagnostics);
        }
        let NodeKind::Mapping(entries) = &node.kind else {
            return Some(record);
        };
        let stated = entries.iter().find(|entry| entry.key == "source");
        self.rest_on(stated.map(|entry| &entry.value), source, &mut record);
        Some(record)
    }

    /// Facts without a source get that of the record, or else that of the file.
    fn rest_on(&mut self, node: Option<&YamlNode>, source: &Source, record: &mut Jurisdiction) {
        let own = read_sources(node, self.sources, self.diagnostics);
        let all = match (own.is_empty(), self.files.sources_of(source.name())) {
            (false, _) => own,
            (true, Some(of_file)) => Arc::clone(of_file),
            (true, None) => return,
        };
        let stated = record.facts.iter_mut().skip(BUILT_IN.len()).flatten();
        for bare in stated.filter(|dated| dated.value.sources.is_empty()) {
            bare.value.sources = Arc::clone(&all);
        }
    }

    fn id(&mut self, section: &Section<'_>, source: &Source, only: bool) -> Option<(String, Span)> {
        let (id, span) = match section.get("id") {
            Some(node) => (section.text("id", self.diagnostics)?, node.span.clone()),
            None if only => (stem(source).to_owned(), section.span().clone()),
            None => {
                let message = "a record among several in one file needs an `id`";
                let help = if is_sheet(source) {
                    "write an id into the column `id`, or delete the row if it is no record"
                } else {
                    "add a line `id: ...` at the top of this document"
                };
                self.diagnostics.push(
                    Diagnostic::at(Code::MissingKey, section.span().clone(), message)
                        .help(help.to_owned()),
                );
                return None;
            }
        };
        if !is_id(&id) {
            let message = format!(
                "`{}` cannot be the id of a record",
                crate::formats::yaml::shorten(&id)
            );
            let signs = "an id has letters without accents, digits, `-` and `_`";
            let free = as_id(&id).map(|id| Self::not_taken(id, source));
            let help = match free {
                _ if is_shortened(&id) => SHORTENED.to_owned(),
                Some(id) if is_sheet(source) && span.text().contains(' ') => {
                    format!("write `{id}`, or delete the row if it is no record: {signs}")
                }
                Some(id) => format!("write `{id}`: {signs}"),
                None => format!("{signs}, as in `baltimore-md`"),
            };
            self.diagnostics
                .push(Diagnostic::at(Code::BadName, span, message).help(help));
            return None;
        }
        Some((id, span))
    }

    /// An id that no other row of the sheet has; for a long sheet the id as it is.
    fn not_taken(id: String, source: &Source) -> String {
        // Each row with a wrong id looks through all of the sheet.
        const LONGEST: usize = 1 << 16;
        let is_taken = |id: &str| {
            let text = source.text();
            let begins = |sign: char| text.contains(&format!("\n{id}{sign}"));
            begins(',') || begins('\n') || begins('\r')
        };
        if !is_sheet(source) || source.text().len() > LONGEST || !is_taken(&id) {
            return id;
        }
        let mut others = (2..10).map(|number| format!("{id}-{number}"));
        others.find(|other| !is_taken(other)).unwrap_or(id)
    }

    fn role(&mut self, section: &Section<'_>) -> Role {
        let Some(node) = section.get("assess") else {
            return Role::Assessed;
        };
        match node.text().and_then(plain_boolean) {
            Some(true) => Role::Assessed,
            Some(false) => Role::Referred,
            None => {
                let message = format!("`assess` must be true or false, found {}", node.describe());
                let help = boolean_help(node.text().unwrap_or_default()).to_owned();
                self.diagnostics
                    .push(Diagnostic::at(Code::WrongType, node.span.clone(), message).help(help));
                Role::Assessed
            }
        }
    }

    pub(super) fn facts(
        &mut self,
        entries: &[Entry],
        prefix: &FactPath,
        record: &mut Jurisdiction,
    ) {
        for (at, entry) in entries.iter().enumerate() {
            let path = prefix.join(&entry.key);
            match self.schema.look_up(path.as_str()) {
                Lookup::Fact(index, _) if index.is_built_in() => {
                    let message = format!("`{path}` is not stated among the facts");
                    let help = format!("write `{path}:` at the top of the record");
                    self.diagnostics.push(
                        Diagnostic::at(Code::UnknownFact, entry.key_span.clone(), message)
                            .help(help),
                    );
                }
                Lookup::Fact(index, fact) => {
                    self.fact(index, fact, entry, record);
                    let next = entries.get(at + 1);
                    if next.is_some_and(|next| self.is_rest(next, prefix)) {
                        let stated = record.facts[index].iter_mut();
                        stated.for_each(|dated| dated.value.value = None);
                    }
                }
                Lookup::Group => self.group(entry, &path, record),
                Lookup::Nothing if self.schema.ignores(path.as_str()) => {}
                Lookup::Nothing if self.follows_a_rest(&entries[..=at], prefix) => {}
                Lookup::Nothing => self.unknown(entries, entry, &path),
            }
        }
    }

    /// Whether it is what a comma within braces cut off a value, as `000` of `8,000`.
    fn is_rest(&self, entry: &Entry, prefix: &FactPath) -> bool {
        ends_at_comma(entry)
            && matches!(
                self.schema.look_up(prefix.join(&entry.key).as_str()),
                Lookup::Nothing
            )
    }

    /// Whether the last two entries are both parts cut off a value: that is reported once.
    fn follows_a_rest(&self, entries: &[Entry], prefix: &FactPath) -> bool {
        let last_two = entries.last_chunk::<2>();
        last_two.is_some_and(|two| two.iter().all(|one| self.is_rest(one, prefix)))
    }

    fn fact(
        &mut self,
        index: FactIndex,
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

    fn unknown(&mut self, entries: &[Entry], entry: &Entry, path: &FactPath) {
        let message = format!("the schema has no fact `{path}`");
        let through = || self.schema.through_a_reference(path.as_str());
        let near = touching(entry).or_else(|| after_comma(entries, entry));
        let near =
            near.or_else(|| in_latin(&entry.key))
                .or_else(through)
                .or_else(|| {
                    let told = self.diagnostics.len();
                    let described = self.schema.facts().iter().filter_map(|fact| {
                        Some((fact.path.as_str(), fact.description.as_deref()?))
                    });
                    let described = described.take(if told < 100 { usize::MAX } else { 0 });
                    id_of_title(path.as_str(), described)
                        .or_else(|| did_you_mean_after(told, path.as_str(), self.schema.paths()))
                });
        let declare = format!(
            "declare it under `facts:` in the rulebook file, write `ignore: [{path}]` there, or \
             remove it here"
        );
        self.diagnostics.push(
            Diagnostic::at(Code::UnknownFact, entry.key_span.clone(), message)
                .help(near.unwrap_or(declare)),
        );
    }
}

pub(super) fn built_in(text: Arc<str>, span: Span) -> Vec<Dated<Stated>> {
    let value = Some(Value::Text(text));
    vec![Dated::always(Stated {
        value,
        span,
        sources: Arc::from([]),
        as_of: None,
        note: None,
    })]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::csv::{head, row, texts_of_row};
    use crate::model::jurisdiction::sheet_header::columns;
    use crate::model::rulebook::{RulebookId, parse};

    const RULEBOOK: &str = "title: R\nas_of: 2020-01-01\nsources: {census: {title: A census}}\nfacts:\n  \
        people: {type: integer}\n  share: {type: number, missing: [n/a]}\n  size: {choices: [small, large]}\n  \
        since: {type: date}\n  ok: {type: boolean}\n  seat.name: {type: text}\n  tags: {type: list, items: text}\n";
    const SHEET: &str = "id,name,people,share,size,since,ok,seat.name,source,note,assess,tags,other\n\
        a,A,1,0.5,small,1990-01-01,true,Ur,,,,,x\n\
        b,,,,,,,,,,,,\n\
        c,\"C, the third\",unknown,n/a,large,unknown,,unknown,census,\"read, twice\",false,,\n\
        d,null,1000000,0.33,,2000-02-29,false,\"Two \"\"words\"\"\",https://example.org,,true,,\n\
        e , E , 7 , 12.50 , small , 2001-01-01 , true , spaced , , , , ,\n";

    /// A row is read in two ways, and is the same record.
    #[test]
    fn a_row_is_the_record_of_its_node() {
        let source = |name: &str, text: &str| Source::new(name, text);
        let mut said = Vec::new();
        let file = source("policies/r/rulebook.yaml", RULEBOOK);
        let rulebook = parse(RulebookId("r".into()), &file, None, &mut said).expect("it is one");
        let sheet = source("policies/r/jurisdictions/all.csv", SHEET);
        let (head, mut start) = head(&sheet).expect("it has one");
        let columns = columns(&rulebook.schema, &head, &mut Vec::new()).expect("it has ids");
        assert!(said.is_empty(), "{said:?}");
        let mut seen = 0;
        for line in SHEET[start..].split_inclusive('\n') {
            let place = start..start + line.len();
            let cells = row(&sheet, place.clone()).expect("it is one");
            let row = texts_of_row(&sheet, place).expect("it is one");
            let span = sheet.span(row[0].1.start..row.last().expect("it has some").1.end);
            start += line.len();
            let mut reader = RecordReader::new(&rulebook, &mut said);
            let cells = columns.iter().zip(&head).zip(cells);
            let cells = cells.map(|((column, head), cell)| (*column, head, cell));
            let node = of_row(cells, &span);
            let by_node = reader.record(&node, &sheet, false).expect("it has an id");
            let by_cells = reader
                .row((&head, &columns), &row, &sheet)
                .expect("it has an id");
            assert_eq!(format!("{by_cells:?}"), format!("{by_node:?}"));
            seen += by_cells.facts.iter().flatten().count();
        }
        assert!(said.is_empty() && seen > 25, "{seen} {said:?}");
    }
}
