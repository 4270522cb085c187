//! Records as YAML documents or JSON objects, many of them: straight from events into columns.

use std::ops::Range;
use std::sync::Arc;

use crate::base::diagnostic::Diagnostic;
use crate::base::source::Source;
use crate::formats::yaml::{Node, Piece};
use crate::model::fact::{BUILT_IN, FactPath, Lookup};
use crate::model::jurisdiction::column_builder::Filler;
use crate::model::jurisdiction::part::{Guide, Part};
use crate::model::jurisdiction::reader::{Reader, is_id, stem};
use crate::model::rulebook::Rulebook;

/// Hands over a part of a text piece by piece; says whether it could be read to its end.
type Pieces = fn(&str, Range<usize>, &mut dyn FnMut(Piece<'_>)) -> bool;

/// Reads a single record with care.
pub(super) type Careful = fn(&Arc<Source>, Range<usize>, &mut Vec<Diagnostic>) -> Option<Node>;

/// A way to write records down.
pub(super) struct Notation {
    pub(super) pieces: Pieces,
    pub(super) node: Careful,
    /// A file may hold a single record that is called as the file.
    pub(super) only: bool,
}

/// Reads ranges of a file; says whether all could be read to their ends.
pub(super) fn read(
    rulebook: &Rulebook,
    source: &Arc<Source>,
    ranges: &[Range<usize>],
    notation: &Notation,
    part: &mut Part<'_>,
) -> bool {
    let mut reading = Reading::new(rulebook, std::mem::take(&mut part.guide));
    let mut whole: Vec<(usize, Range<usize>)> = Vec::new();
    let filler = &mut part.filler;
    filler.begin();
    let mut take = |piece: Piece<'_>| match piece {
        Piece::Document(place) => {
            if !reading.nothing {
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
                filler.begin();
            }
            reading.begin();
        }
        piece => reading.take(&piece, filler),
    };
    let fine = ranges
        .iter()
        .all(|range| (notation.pieces)(source.text(), range.clone(), &mut take));
    part.guide = reading.guide;
    for (before, place) in whole {
        let mut diagnostics: Vec<Diagnostic> = Vec::new();
        if let Some(node) = (notation.node)(source, place, &mut diagnostics) {
            let mut reader = Reader::new(rulebook, &mut diagnostics);
            let record = reader.record(&node, source, notation.only);
            part.whole.extend(record.map(|record| (before, record)));
        }
        part.diagnostics.append(&mut diagnostics);
    }
    fine
}

/// What is known of a document that is being read.
struct Reading<'s> {
    rulebook: &'s Rulebook,
    /// Nothing came of it yet.
    nothing: bool,
    plain: bool,
    id: Option<String>,
    name: Option<String>,
    /// The key whose value comes next.
    key: Option<Key>,
    /// How many mappings are open, and the path of the facts within.
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
enum Key {
    Top(Top),
    Fact(usize),
    Group,
}

impl<'s> Reading<'s> {
    fn new(rulebook: &'s Rulebook, guide: Guide) -> Self {
        Self {
            rulebook,
            nothing: true,
            plain: true,
            id: None,
            name: None,
            key: None,
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
        (self.id, self.name) = (None, None);
        self.path.clear();
        self.ends.clear();
        self.groups.clear();
        self.top.clear();
    }

    fn take(&mut self, piece: &Piece<'_>, filler: &mut Filler<'_>) {
        if matches!(piece, Piece::Scalar { text: None, .. }) && self.depth == 0 {
            return;
        }
        self.nothing = false;
        if self.plain && self.step_on(piece, filler).is_none() {
            self.plain = false;
        }
    }

    /// Goes on by one piece; none when the document is not plain.
    fn step_on(&mut self, piece: &Piece<'_>, filler: &mut Filler<'_>) -> Option<()> {
        match (piece, self.key.take()) {
            (Piece::Open, None) if self.depth == 0 => self.depth = 1,
            (Piece::Open, Some(Key::Top(Top::Facts))) => self.depth = 2,
            (Piece::Open, Some(Key::Group)) => {
                if self.groups.contains(&self.path) {
                    return None;
                }
                self.groups.push(self.path.clone());
                self.depth += 1;
            }
            (Piece::Close, None) => {
                self.depth = self.depth.checked_sub(1)?;
                if self.depth >= 2 {
                    self.path.truncate(self.ends.pop()?);
                }
            }
            (
                Piece::Scalar {
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
                self.key = Some(Key::Top(top));
            }
            (
                Piece::Scalar {
                    text: Some(text),
                    quoted: false,
                },
                None,
            ) if self.depth > 1 => self.fact_key(text)?,
            (Piece::Scalar { text, .. }, Some(Key::Top(top))) => match (top, text) {
                (_, None) | (Top::Note, _) => {}
                (Top::Id, Some(text)) => self.id = Some((*text).to_owned()),
                (Top::Name, Some(text)) => self.name = Some((*text).to_owned()),
                (Top::Source, Some(text)) => filler.rest_on(text, self.rulebook).ok()?,
                (Top::Facts, Some(_)) => return None,
            },
            (Piece::Scalar { text, quoted }, Some(Key::Fact(slot))) => match text {
                Some(text) => filler.state(slot, text, *quoted).ok()?,
                None => filler.state_unknown(slot).ok()?,
            },
            (Piece::Whole(number), Some(Key::Fact(slot))) => {
                filler.state_whole(slot, *number).ok()?;
            }
            (Piece::Float(number), Some(Key::Fact(slot))) => {
                filler.state_float(slot, *number).ok()?;
            }
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
                    Lookup::Fact(slot, _) if slot >= BUILT_IN.len() => Some(slot),
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
            Some(slot) => self.key = Some(Key::Fact(slot)),
            None => {
                self.ends.push(parent);
                if parent > 0 {
                    self.path.push('.');
                }
                self.path.push_str(key);
                self.key = Some(Key::Group);
            }
        }
        Some(())
    }
}
