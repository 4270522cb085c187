//! Many records of plain values in columns: a few bytes for each value instead of hundreds.
//!
//! Other details of a record, such as the places of its facts, are read again from its text on
//! request.

use std::ops::Range;
use std::sync::{Arc, Weak};

use crate::base::source::Source;
use crate::model::fact::{BUILT_IN, Column, FactPath, FactSchema, FactType, Value};
use crate::model::jurisdiction::which_facts_have_sources::Sourcing;
use crate::model::jurisdiction::{Jurisdiction, JurisdictionId, Role};
use crate::model::typed_indexes::FactIndex;

/// Records of a file, or of several, that have nothing but plain values.
pub(crate) struct Table {
    sources: Vec<Arc<Source>>,
    ids: Arc<PackedTexts>,
    names: Arc<PackedTexts>,
    /// The bytes of each record in its file.
    places: Vec<(u32, u32)>,
    /// The index of each record's file; empty if there is only one.
    files: Vec<u32>,
    sourcing: Sourcing,
    /// By index of the fact in the schema; empty for those that every record has.
    columns: Vec<Arc<Column>>,
    shape: RecordLayout,
    again: RowReader,
    /// The version of the file read before this one, and how many rows at the start and at the end
    /// are those of that.
    before: Option<(Weak<Table>, usize, usize)>,
}

/// What the meaning of a record's text depends on: the head of a sheet, and the facts with their
/// types.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RecordLayout {
    pub(super) head: String,
    pub(super) facts: Vec<(FactPath, FactType)>,
}

/// Reads one record of the file in full.
pub(crate) type RowReader =
    Box<dyn Fn(&Arc<Source>, Range<usize>) -> Option<Jurisdiction> + Send + Sync>;

/// Texts one behind the other.
#[derive(Debug, Default)]
struct PackedTexts {
    text: String,
    ends: Vec<u32>,
}

impl PackedTexts {
    fn push(&mut self, name: &str) {
        self.text.push_str(name);
        self.ends.push(offset(self.text.len()));
    }

    fn get(&self, index: usize) -> &str {
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.text[usize_of(start)..usize_of(self.ends[index])]
    }

    fn append(&mut self, other: &Self) {
        let base = offset(self.text.len());
        self.text.push_str(&other.text);
        self.ends.extend(other.ends.iter().map(|end| end + base));
    }

    fn shrink(&mut self) {
        self.text.shrink_to_fit();
        self.ends.shrink_to_fit();
    }
}

/// Names in which a range is replaced; the same allocation if they do not differ.
fn spliced_names(
    names: &Arc<PackedTexts>,
    old: &Range<usize>,
    middle: &PackedTexts,
) -> Arc<PackedTexts> {
    let count = middle.ends.len();
    if old.len() == count
        && old
            .clone()
            .zip(0..count)
            .all(|(one, other)| names.get(one) == middle.get(other))
    {
        return Arc::clone(names);
    }
    let mut all = PackedTexts::default();
    let kept = |range: Range<usize>| range.map(|index| names.get(index));
    let middle = (0..count).map(|index| middle.get(index));
    kept(0..old.start)
        .chain(middle)
        .chain(kept(old.end..names.ends.len()))
        .for_each(|name| all.push(name));
    all.into()
}

/// The size of a file fits in 32 bits many times over.
fn offset(bytes: usize) -> u32 {
    u32::try_from(bytes).expect("files are at most 256 MiB")
}

fn usize_of(offset: u32) -> usize {
    usize::try_from(offset).expect("it was one")
}

/// A table that is being filled, record by record.
#[derive(Debug)]
pub(crate) struct Filling {
    ids: PackedTexts,
    names: PackedTexts,
    places: Vec<(u32, u32)>,
    /// The index of each record's file; empty as long as there is only one.
    files: Vec<u32>,
    sourcing: Sourcing,
    columns: Vec<Column>,
}

impl Filling {
    /// An empty table for these facts.
    pub(crate) fn new(schema: &[Arc<FactSchema>]) -> Self {
        let columns = schema.iter().map(|fact| Column::of(fact)).collect();
        Self {
            ids: PackedTexts::default(),
            names: PackedTexts::default(),
            places: Vec::new(),
            files: Vec::new(),
            sourcing: Sourcing::default(),
            columns,
        }
    }

    /// Adds a record; its facts are added to the columns separately.
    pub(crate) fn push(&mut self, id: &str, name: &str, file: u32, place: &Range<usize>) {
        self.ids.push(id);
        self.names.push(name);
        if file > 0 {
            self.files.resize(self.places.len(), 0);
            self.files.push(file);
        }
        self.places.push((offset(place.start), offset(place.end)));
    }

    /// Says for which facts the record added last states a source: a bit for each.
    pub(crate) fn rests(&mut self, facts: &[u64]) {
        self.sourcing.push(self.places.len() - 1, facts);
    }

    /// Makes room for another part, after `done` of `of` parts: if there is too little, at once for
    /// all that is expected.
    pub(crate) fn make_room(&mut self, part: &Self, (done, of): (usize, usize)) {
        // The parts are of similar size. Memory that is not needed in the end is never touched.
        let to_come = |so_far: usize, here: usize| {
            here + (so_far + here) * (of - done) / done + (so_far + here) / 8
        };
        let (so_far, here) = (self.places.len(), part.places.len());
        if self.places.capacity() < so_far + here {
            let more = to_come(so_far, here);
            self.places.reserve_exact(more);
            self.columns
                .iter_mut()
                .skip(BUILT_IN.len())
                .for_each(|column| column.reserve(more));
            self.ids.ends.reserve_exact(more);
            self.names.ends.reserve_exact(more);
        }
        for (names, part) in [(&mut self.ids, &part.ids), (&mut self.names, &part.names)] {
            let (so_far, here) = (names.text.len(), part.text.len());
            if names.text.capacity() < so_far + here {
                names.text.reserve_exact(to_come(so_far, here));
            }
        }
    }

    /// The column of a fact.
    pub(crate) fn column(&mut self, slot: FactIndex) -> &mut Column {
        &mut self.columns[slot]
    }

    /// The number of records.
    pub(crate) fn len(&self) -> usize {
        self.places.len()
    }

    /// Appends the records of another part; `first_file` is the index of its first file.
    pub(crate) fn append(&mut self, part: Self, first_file: usize) {
        if first_file > 0 || !part.files.is_empty() {
            let first = u32::try_from(first_file).expect("there are fewer files");
            self.files.resize(self.places.len(), 0);
            let number = |row: usize| first + part.files.get(row).copied().unwrap_or_default();
            self.files.extend((0..part.places.len()).map(number));
        }
        self.sourcing
            .append(self.places.len(), &part.sourcing, 0..part.places.len());
        self.ids.append(&part.ids);
        self.names.append(&part.names);
        self.places.extend(part.places);
        for (column, more) in self
            .columns
            .iter_mut()
            .zip(&part.columns)
            .skip(BUILT_IN.len())
        {
            column.append(more);
        }
    }

    /// The table, once all is in it.
    pub(crate) fn filled(
        mut self,
        sources: Vec<Arc<Source>>,
        shape: RecordLayout,
        again: RowReader,
    ) -> Arc<Table> {
        self.ids.shrink();
        self.names.shrink();
        self.places.shrink_to_fit();
        self.files.shrink_to_fit();
        self.sourcing.shrink();
        self.columns.iter_mut().for_each(Column::shrink);
        let columns = self.columns.into_iter().map(Arc::new).collect();
        Table {
            sources,
            ids: self.ids.into(),
            names: self.names.into(),
            places: self.places,
            files: self.files,
            sourcing: self.sourcing,
            columns,
            shape,
            again,
            before: None,
        }
        .into()
    }
}

impl Table {
    /// The number of records.
    pub(crate) fn len(&self) -> usize {
        self.places.len()
    }

    pub(crate) fn id(&self, row: usize) -> &str {
        self.ids.get(row)
    }

    pub(crate) fn name(&self, row: usize) -> &str {
        self.names.get(row)
    }

    /// The values of a fact.
    pub(crate) fn column(&self, slot: FactIndex) -> &Arc<Column> {
        &self.columns[slot]
    }

    /// A value; not one of the facts that every record has.
    pub(crate) fn value(&self, row: usize, slot: FactIndex) -> Option<Value> {
        self.columns[slot].get(row)
    }

    /// The file with all its records; `None` if there are several.
    pub(super) fn single_source(&self) -> Option<&Arc<Source>> {
        self.sources.first().filter(|_| self.sources.len() == 1)
    }

    /// The place of each record in the file.
    pub(super) fn rows(
        &self,
    ) -> impl DoubleEndedIterator<Item = Range<usize>> + ExactSizeIterator + '_ {
        self.places
            .iter()
            .map(|(start, end)| usize_of(*start)..usize_of(*end))
    }

    /// A new version of the table: rows of a new version of its file between its first and last
    /// rows.
    pub(super) fn spliced(
        self: &Arc<Self>,
        source: &Arc<Source>,
        (first, last): (usize, usize),
        middle: &Filling,
        again: RowReader,
    ) -> Arc<Self> {
        let old = first..self.len() - last;
        let (was, is) = (self.sources[0].text().len(), source.text().len());
        let moved = |place: u32| offset(usize_of(place) + is - was);
        let mut places = self.places[..first].to_vec();
        places.extend(&middle.places);
        places.extend(
            self.places[old.end..]
                .iter()
                .map(|(start, end)| (moved(*start), moved(*end))),
        );
        let mut sourcing = Sourcing::default();
        sourcing.append(0, &self.sourcing, 0..first);
        sourcing.append(first, &middle.sourcing, 0..middle.len());
        sourcing.append(first + middle.len(), &self.sourcing, old.end..self.len());
        let columns = FactIndex::each(self.columns.iter().zip(&middle.columns)).map(
            |(slot, (column, more))| {
                if slot.is_built_in() {
                    Arc::clone(column)
                } else {
                    column.spliced(old.clone(), more)
                }
            },
        );
        let columns = columns.collect();
        Table {
            sources: vec![Arc::clone(source)],
            ids: spliced_names(&self.ids, &old, &middle.ids),
            names: spliced_names(&self.names, &old, &middle.names),
            places,
            files: Vec::new(),
            sourcing,
            columns,
            shape: self.shape.clone(),
            again,
            before: Some((Arc::downgrade(self), first, last)),
        }
        .into()
    }

    /// Whether it shares the ids of another one, without comparing each.
    pub(crate) fn shares_ids(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.ids, &other.ids)
    }

    /// Whether a row is known to be one of the version before.
    pub(crate) fn is_row_of(
        self: &Arc<Self>,
        row: usize,
        other: &Arc<Self>,
        other_row: usize,
    ) -> bool {
        let Some((before, first, last)) = &self.before else {
            return false;
        };
        let at_end = self.len() - row == other.len() - other_row && self.len() - row <= *last;
        std::ptr::eq(before.as_ptr(), Arc::as_ptr(other))
            && (at_end || (row == other_row && row < *first))
    }

    /// Whether texts that are the same mean the same in both.
    pub(crate) fn same_shape(&self, other: &Self) -> bool {
        self.shape == other.shape
    }

    /// The text of a record.
    pub(crate) fn text(&self, row: usize) -> &str {
        let (source, place) = self.place(row);
        &source.text()[place]
    }

    /// The file of a record.
    pub(crate) fn source(&self, row: usize) -> &Arc<Source> {
        self.place(row).0
    }

    /// Whether a record states a source for a fact.
    pub(crate) fn has_source(&self, row: usize, slot: FactIndex) -> bool {
        self.sourcing.has(row, slot)
    }

    /// Whether each record states a source for all of these facts, a bit each.
    pub(crate) fn has_all_sources(&self, facts: &[u64]) -> bool {
        self.sourcing.have_all(self.len(), facts)
    }

    /// The file of a record, and its place there.
    pub(crate) fn place(&self, row: usize) -> (&Arc<Source>, Range<usize>) {
        let (start, end) = self.places[row];
        let file = self.files.get(row).map_or(0, |file| usize_of(*file));
        (&self.sources[file], usize_of(start)..usize_of(end))
    }

    /// A record in full.
    pub(crate) fn read(&self, row: usize) -> Jurisdiction {
        let (source, place) = self.place(row);
        (self.again)(source, place.clone()).unwrap_or_else(|| Jurisdiction {
            id: JurisdictionId::new(self.id(row)),
            name: self.name(row).into(),
            role: Role::Assessed,
            note: None,
            span: source.span(place),
            facts: vec![Vec::new(); self.columns.len()],
        })
    }
}

impl std::fmt::Debug for Table {
    fn fmt(&self, fmt: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(fmt, "Table({:?}, {})", self.sources.first(), self.len())
    }
}
