//! All records of a rulebook, in order of their ids.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, OnceLock};

use crate::base::diagnostic::did_you_mean_after;
use crate::model::jurisdiction::columnar_table::Table;
use crate::model::jurisdiction::{
    Jurisdiction, JurisdictionId, Record, RecordBlock, RecordView, Role,
};
use crate::model::typed_indexes::FactIndex;
use crate::model::typed_indexes::RecordIndex;

/// All records of a rulebook, in order of their ids.
#[derive(Clone, Debug, Default)]
pub struct Jurisdictions {
    list: RecordBlock,
    /// A new value whenever an id is added or removed.
    ids: Arc<()>,
    keys: Arc<Keys>,
    /// The indexes of assessed records, found on first use.
    assessed: OnceLock<Arc<[u32]>>,
}

/// The most names that a "did you mean" looks through, in about a millisecond.
pub(crate) const MOST_LOOKED_THROUGH: usize = 65_536;

/// For each reference by a key: the ids of records by the value of that key.
pub(crate) type Keys = BTreeMap<FactIndex, HashMap<Arc<str>, JurisdictionId>>;

impl Jurisdictions {
    /// The records in order of their ids; of two with equal ids, the first counts.
    pub(crate) fn new(records: impl Into<RecordBlock>) -> Self {
        let mut list: RecordBlock = records.into();
        if !list.iter().is_sorted_by(|a, b| a.id() < b.id()) {
            let mut records = list.to_vec();
            records.sort_by(|a, b| a.id().cmp(b.id()));
            records.dedup_by(|b, a| a.id() == b.id());
            list = records.into();
        }
        Self {
            list,
            ..Self::default()
        }
    }

    /// The records with some of them replaced by others with equal ids.
    pub(crate) fn with(&self, again: &[Record]) -> Self {
        let mut list = self.list.to_vec();
        for record in again {
            let index = self.find(record.id()).expect("the ids are the same");
            list[index] = record.clone();
        }
        Self {
            list: list.into(),
            ids: Arc::clone(&self.ids),
            keys: Arc::clone(&self.keys),
            ..Self::default()
        }
    }

    /// The records with all of them replaced by others with equal ids.
    pub(crate) fn replaced(&self, again: RecordBlock) -> Self {
        Self {
            ids: Arc::clone(&self.ids),
            keys: Arc::clone(&self.keys),
            ..Self::new(again)
        }
    }

    /// Whether both are known to have the same ids, without comparing them.
    pub(crate) fn same_ids(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.ids, &other.ids)
    }

    /// The number of records.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there are no records.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The record at an index; `None` if there is none.
    pub fn checked_get(&self, record: RecordIndex) -> Option<Arc<Jurisdiction>> {
        (record.get() < self.len()).then(|| self.get(record))
    }

    /// The record at an index.
    ///
    /// # Panics
    /// When there is none; [`checked_get`](Self::checked_get) gives `None` then.
    pub fn get(&self, record: RecordIndex) -> Arc<Jurisdiction> {
        self.view(record).read()
    }

    /// The records, in order of their ids. Each is built when it is reached.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Arc<Jurisdiction>> {
        self.list.iter().map(RecordView::read)
    }

    /// The id of the record at an index.
    ///
    /// # Panics
    /// When there is none; [`checked_get`](Self::checked_get) gives `None` then.
    pub fn id(&self, record: RecordIndex) -> &str {
        self.view(record).id()
    }

    /// The id of a record, as an owned value.
    pub(crate) fn id_of(&self, record: RecordIndex) -> JurisdictionId {
        match self.view(record) {
            RecordView::Whole(record) => record.id.clone(),
            RecordView::Row(..) => JurisdictionId::new(self.id(record)),
        }
    }

    /// A record in its stored form.
    pub(crate) fn view(&self, record: RecordIndex) -> RecordView<'_> {
        self.list.view(record.get())
    }

    /// The records in their stored form.
    pub(crate) fn records(&self) -> &RecordBlock {
        &self.list
    }

    /// The index of the record with this id; `None` if there is none.
    pub fn find(&self, id: &str) -> Option<RecordIndex> {
        self.place_of(id).ok().map(RecordIndex::from)
    }

    /// The index of the record with this id, or as an error the index that it would have.
    fn place_of(&self, id: &str) -> Result<usize, usize> {
        let (mut from, mut to) = (0, self.list.len());
        while from < to {
            let middle = from.midpoint(to);
            match self.list.view(middle).id().cmp(id) {
                Ordering::Less => from = middle + 1,
                Ordering::Equal => return Ok(middle),
                Ordering::Greater => to = middle,
            }
        }
        Err(from)
    }

    /// The records with these targets of references by a key.
    pub(crate) fn with_keys(self, keys: &Arc<Keys>) -> Self {
        Self {
            keys: Arc::clone(keys),
            ..self
        }
    }

    /// The targets of references by a key.
    pub(crate) fn keys(&self) -> &Arc<Keys> {
        &self.keys
    }

    /// The index of the record that a reference with this value leads to; `None` if there is none.
    pub(crate) fn follow(&self, reference: FactIndex, name: &str) -> Option<RecordIndex> {
        match self.keys.get(&reference) {
            Some(by_key) => self.find(by_key.get(name)?.as_str()),
            None => self.find(name),
        }
    }

    /// The ids, in order.
    pub(crate) fn ids(&self) -> impl Iterator<Item = &str> {
        self.list.iter().map(RecordView::id)
    }

    /// The ids that are searched for a "did you mean": of very many, those around the place where
    /// the name would be.
    pub(crate) fn ids_around(&self, name: &str) -> impl Iterator<Item = &str> {
        let place = if self.len() > MOST_LOOKED_THROUGH {
            self.place_of(name).unwrap_or_else(|free| free)
        } else {
            0
        };
        let last = self.len().saturating_sub(MOST_LOOKED_THROUGH);
        let from = place.saturating_sub(MOST_LOOKED_THROUGH / 2).min(last);
        let places = from..self.len().min(from + MOST_LOOKED_THROUGH);
        places.map(|place| self.list.view(place).id())
    }

    /// Advice in place of an id that no record has: the id of the record with that name, or a
    /// similar id. `told` is the number of such messages so far.
    pub(crate) fn instead_of(&self, told: usize, id: &str) -> Option<String> {
        let near = || did_you_mean_after(told, id, self.ids_around(id));
        self.named(told, id).or_else(near)
    }

    /// Advice in place of the name of a record.
    pub(crate) fn named(&self, told: usize, name: &str) -> Option<String> {
        if told.saturating_mul(self.len()) > MOST_LOOKED_THROUGH * 20 {
            return None;
        }
        let small = name.to_lowercase();
        let has_it = |record: &RecordView<'_>| {
            let own = record.name();
            own.len() <= 3 * name.len() && own != record.id() && own.to_lowercase() == small
        };
        let mut ids = self.list.iter().filter(has_it).map(RecordView::id);
        let one = ids.next()?;
        Some(match ids.next() {
            None => format!("write `{one}`: `{name}` is its name"),
            Some(other) => format!(
                "`{name}` is a name, and not of one record alone: write `{one}`, `{other}` or another \
                 of their ids"
            ),
        })
    }

    /// The indexes of the records that are assessed.
    pub(crate) fn assessed(&self) -> &Arc<[u32]> {
        self.assessed.get_or_init(|| match &self.list {
            RecordBlock::Rows(_, _, count) => (0..*count).collect(),
            RecordBlock::List(list) => {
                let numbers = (0_u32..)
                    .zip(list)
                    .filter(|(_, record)| record.view().role() == Role::Assessed);
                numbers.map(|(number, _)| number).collect()
            }
        })
    }

    /// The table of which the records are all rows, in its order; `None` if there is no such table.
    pub(crate) fn table(&self) -> Option<&Arc<Table>> {
        match &self.list {
            RecordBlock::Rows(table, 0, _) if table.len() == self.list.len() => Some(table),
            _ => None,
        }
    }
}
