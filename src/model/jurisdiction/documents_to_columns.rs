//! Records as YAML documents or JSON objects, many of them: straight from events into columns.

use std::cell::RefCell;
use std::ops::Range;
use std::sync::Arc;

use crate::base::diagnostic::Diagnostic;
use crate::base::source::Source;
use crate::formats::json;
use crate::formats::yaml::{YamlNode, YamlPiece};
use crate::model::fact::{FactPath, Lookup, Row};
use crate::model::jurisdiction::parsed_chunk::{Guide, InputPart};
use crate::model::jurisdiction::plain_record_into_columns::RecordBuilder;
use crate::model::jurisdiction::record_reader::{RecordReader, is_id, stem};
use crate::model::jurisdiction::value_with_details::{Details, NextPiece, state};
use crate::model::rulebook::Rulebook;
use crate::model::typed_indexes::FactIndex;

/// Passes on a part of a text piece by piece; returns whether it could be read to its end.
type PieceReading = fn(&str, Range<usize>, &mut dyn FnMut(YamlPiece<'_>)) -> bool;

/// Reads a single record with care.
pub(super) type Careful = fn(&Arc<Source>, Range<usize>, &mut Vec<Diagnostic>) -> Option<YamlNode>;

/// A way to write records down.
pub(super) struct DocumentNotation {
    pub(super) pieces: PieceReading,
    pub(super) node: Careful,
    /// A file may hold a single record that is called as the file.
    pub(super) only: bool,
}

/// Reads ranges of a file; returns the number of records, `None` if one was not read to its end.
pub(super) fn read(
    rulebook: &Rulebook,
    source: &Arc<Source>,
    ranges: &[Range<usize>],
    notation: &DocumentNotation,
    part: &mut InputPart<'_>,
) -> Option<usize> {
    let mut count = 0;
    let mut reading = DocumentReading::new(rulebook, std::mem::take(&mut part.guide));
    let mut whole: Vec<(usize, Range<usize>)> = Vec::new();
    let filler = &mut part.filler;
    filler.stating.begin();
    let mut take = |piece: YamlPiece<'_>| match piece {
        YamlPiece::Document(place) => {
            if !reading.nothing {
                count += 1;
                let id = reading
                    .id
                    .as_deref()
                    .or(notation.only.then(|| stem(source)));
                match id.filter(|id| reading.plain && is_id(id)) {
                    Some(id) => {
                        filler.end(part.file, id, reading.name.as_deref().unwrap_or(id), &place);
                    }
                    None => whole.push((filler.filling.len(), place)),
                }
                filler.stating.begin();
            }
            reading.begin();
        }
        piece => reading.take(&piece, &mut filler.stating),
    };
    let fine = ranges
        .iter()
        .all(|range| (notation.pieces)(source.text(), range.clone(), &mut take));
    part.guide = reading.guide;
    for (before, place) in whole {
        let mut diagnostics: Vec<Diagnostic> = Vec::new();
        if let Some(node) = (notation.node)(source, place, &mut diagnostics) {
            let mut reader = RecordReader::new(rulebook, &mut diagnostics);
            let record = reader.record(&node, source, notation.only);
            part.whole.extend(record.map(|record| (before, record)));
        }
        part.diagnostics.append(&mut diagnostics);
    }
    fine.then_some(count)
}

/// A single record of plain values.
#[derive(Debug)]
pub(crate) struct PlainRecord {
    pub(crate) id: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) row: Row,
}

thread_local! {
    /// In which order the keys of the last record of a rulebook came.
    static GUIDE: RefCell<Option<(Arc<Rulebook>, Guide)>> = const { RefCell::new(None) };
}

/// The record in a JSON text; `None` if it has more than plain values, or is wrong.
pub(crate) fn plain_record(rulebook: &Arc<Rulebook>, text: &str) -> Option<PlainRecord> {
    let kept = GUIDE.take();
    let guide = kept.filter(|(of, _)| Arc::ptr_eq(of, rulebook));
    let guide = guide.map_or_else(Guide::new, |(_, guide)| guide);
    let mut reading = DocumentReading::new(rulebook, guide);
    let mut stating = RecordBuilder::new(&rulebook.schema);
    json::pieces(text, 0..text.len(), &mut |piece| {
        if !matches!(piece, YamlPiece::Document(_)) {
            reading.take(&piece, &mut stating);
        }
    });
    let DocumentReading {
        nothing,
        plain,
        id,
        name,
        guide,
        ..
    } = reading;
    GUIDE.set(Some((Arc::clone(rulebook), guide)));
    let fine = plain && !nothing && id.as_deref().is_none_or(is_id);
    fine.then_some(PlainRecord {
        id,
        name,
        row: stating.row,
    })
}

/// The state of reading a document.
struct DocumentReading<'s> {
    rulebook: &'s Rulebook,
    /// No fact was read yet.
    nothing: bool,
    plain: bool,
    id: Option<String>,
    name: Option<String>,
    /// The key whose value comes next.
    key: Option<DocumentKey>,
    /// The fact whose value comes with its details.
    details: Option<Details>,
    /// The number of open mappings, and the path of the facts in them.
    depth: usize,
    path: String,
    ends: Vec<usize>,
    groups: Vec<String>,
    top: Vec<Top>,
    /// Which facts came in which order in the last record: this one is likely to be the same.
    guide: Guide,
    step: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Top {
    Id,
    Name,
    Source,
    Note,
    Facts,
}

#[derive(Clone, Copy)]
enum DocumentKey {
    Top(Top),
    Fact(FactIndex),
    Group,
}

impl<'s> DocumentReading<'s> {
    fn new(rulebook: &'s Rulebook, guide: Guide) -> Self {
        Self {
            rulebook,
            nothing: true,
            plain: true,
            id: None,
            name: None,
            key: None,
            details: None,
            depth: 0,
            path: String::new(),
            ends: Vec::new(),
            groups: Vec::new(),
            top: Vec::new(),
            guide,
            step: 0,
        }
    }

    fn begin(&mut self) {
        (self.nothing, self.plain, self.key, self.depth, self.step) = (true, true, None, 0, 0);
        (self.id, self.name, self.details) = (None, None, None);
        self.path.clear();
        self.ends.clear();
        self.groups.clear();
        self.top.clear();
    }

    fn take(&mut self, piece: &YamlPiece<'_>, stating: &mut RecordBuilder<'_>) {
        if matches!(piece, YamlPiece::Scalar { text: None, .. }) && self.depth == 0 {
            return;
        }
        self.nothing = false;
        if self.plain && self.step_on(piece, stating).is_none() {
            self.plain = false;
        }
    }

    /// Handles one piece; `None` if the document is not plain.
    fn step_on(&mut self, piece: &YamlPiece<'_>, stating: &mut RecordBuilder<'_>) -> Option<()> {
        if let Some(details) = &mut self.details {
            if details.step_on(piece, stating, self.rulebook)? == NextPiece::Over {
                self.details = None;
            }
            return Some(());
        }
        match (piece, self.key.take()) {
            (YamlPiece::Open, None) if self.depth == 0 => self.depth = 1,
            (YamlPiece::Open, Some(DocumentKey::Top(Top::Facts))) => self.depth = 2,
            (YamlPiece::Open, Some(DocumentKey::Group)) => {
                if self.groups.contains(&self.path) {
                    return None;
                }
                self.groups.push(self.path.clone());
                self.depth += 1;
            }
            (YamlPiece::Close, None) => {
                self.depth = self.depth.checked_sub(1)?;
                if self.depth >= 2 {
                    self.path.truncate(self.ends.pop()?);
                }
            }
            (
                YamlPiece::Scalar {
                    text: Some(text),
                    quoted: false,
                },
                None,
            ) if self.depth == 1 => {
                let top = match *text {
                    "id" => Top::Id,
                    "name" => Top::Name,
                    "source" => Top::Source,
                    "note" => Top::Note,
                    "facts" => Top::Facts,
                    _ => return None,
                };
                if self.top.contains(&top) {
                    return None;
                }
                self.top.push(top);
                self.key = Some(DocumentKey::Top(top));
            }
            (
                YamlPiece::Scalar {
                    text: Some(text),
                    quoted: false,
                },
                None,
            ) if self.depth > 1 => self.fact_key(text)?,
            (YamlPiece::Scalar { text, .. }, Some(DocumentKey::Top(top))) => match (top, text) {
                (_, None) | (Top::Note, _) => {}
                (Top::Id, Some(text)) => self.id = Some((*text).to_owned()),
                (Top::Name, Some(text)) => self.name = Some((*text).to_owned()),
                (Top::Source, Some(text)) => stating.rest_on(text, self.rulebook).ok()?,
                (Top::Facts, Some(_)) => return None,
            },
            (YamlPiece::Open, Some(DocumentKey::Fact(slot))) => {
                self.details = Some(Details::new(slot));
            }
            (piece, Some(DocumentKey::Fact(slot))) => state(slot, piece, stating)?,
            // Nothing is known of a whole group: the careful reader knows what that means.
            _ => return None,
        }
        Some(())
    }

    fn fact_key(&mut self, key: &str) -> Option<()> {
        let parent = self.path.len();
        let known = self
            .guide
            .get(self.step)
            .filter(|(before, known, _)| *before == parent && known == key);
        let found = match known {
            Some((_, _, found)) => *found,
            None => {
                let path = if parent == 0 {
                    FactPath::new(key)
                } else {
                    FactPath::new(self.path.as_str()).join(key)
                };
                let found = match self.rulebook.schema.look_up(path.as_str()) {
                    Lookup::Fact(slot, _) if !slot.is_built_in() => Some(slot),
                    Lookup::Group => None,
                    _ => return None,
                };
                self.guide.truncate(self.step);
                self.guide.push((parent, key.to_owned(), found));
                found
            }
        };
        self.step += 1;
        match found {
            Some(slot) => self.key = Some(DocumentKey::Fact(slot)),
            None => {
                self.ends.push(parent);
                if parent > 0 {
                    self.path.push('.');
                }
                self.path.push_str(key);
                self.key = Some(DocumentKey::Group);
            }
        }
        Some(())
    }
}
