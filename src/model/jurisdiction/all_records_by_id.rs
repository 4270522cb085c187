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
    /// Another one whenever an id comes or goes.
    ids: Arc<()>,
    keys: Arc<Keys>,
    /// Worked out when first asked for.
    assessed: OnceLock<Arc<[u32]>>,
}

/// How many names a "did you mean" looks through: about a millisecond's worth.
pub(crate) const MOST_LOOKED_THROUGH: usize = 65_536;

/// By the number of a reference that names records by a fact of theirs: the ids by that fact.
pub(crate) type Keys = BTreeMap<FactIndex, HashMap<Arc<str>, JurisdictionId>>;

impl Jurisdictions {
    /// Records in the order of their ids; of two with one id, the first counts.
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

    /// Whether both have the same ids, told without looking at each.
    pub(crate) fn same_ids(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.ids, &other.ids)
    }

    /// How many records there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// A record by its number; `None` if there is none of that number.
    pub fn checked_get(&self, record: RecordIndex) -> Option<Arc<Jurisdiction>> {
        (record.get() < self.len()).then(|| self.get(record))
    }

    /// A record by its number.
    ///
    /// # Panics
    /// When there is none: [`checked_get`](Self::checked_get) says so.
    pub fn get(&self, record: RecordIndex) -> Arc<Jurisdiction> {
        self.view(record).read()
    }

    /// The records, in order of their ids. Each is put together when it is asked for.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Arc<Jurisdiction>> {
        self.list.iter().map(RecordView::read)
    }

    /// The id of a record.
    ///
    /// # Panics
    /// When there is none of that number: [`checked_get`](Self::checked_get) says so.
    pub fn id(&self, record: RecordIndex) -> &str {
        self.view(record).id()
    }

    /// The id of a record, to be kept.
    pub(crate) fn id_of(&self, record: RecordIndex) -> JurisdictionId {
        match self.view(record) {
            RecordView::Whole(record) => record.id.clone(),
            RecordView::Row(..) => JurisdictionId::new(self.id(record)),
        }
    }

    /// A record as it is held.
    pub(crate) fn view(&self, record: RecordIndex) -> RecordView<'_> {
        self.list.view(record.get())
    }

    /// The records as they are held.
    pub(crate) fn records(&self) -> &RecordBlock {
        &self.list
    }

    /// The number of the record of an id.
    pub fn find(&self, id: &str) -> Option<RecordIndex> {
        self.place_of(id).ok().map(RecordIndex::from)
    }

    /// The number of the record of an id, or the one that it would have.
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

    /// Where references by a key lead.
    pub(crate) fn keys(&self) -> &Arc<Keys> {
        &self.keys
    }

    /// The number of the record that a reference, given by its number, names so.
    pub(crate) fn follow(&self, reference: FactIndex, name: &str) -> Option<RecordIndex> {
        match self.keys.get(&reference) {
            Some(by_key) => self.find(by_key.get(name)?.as_str()),
            None => self.find(name),
        }
    }

    /// The ids.
    pub(crate) fn ids(&self) -> impl Iterator<Item = &str> {
        self.list.iter().map(RecordView::id)
    }

    /// The ids that are looked through for a "did you mean": of very many those around the place
    /// where a name would stand.
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

    /// What to write in the place of an id that no record has: the id of the record that has it as its
    /// name, or one that is like it. `told`: of how many others that was said before.
    pub(crate) fn instead_of(&self, told: usize, id: &str) -> Option<String> {
        let near = || did_you_mean_after(told, id, self.ids_around(id));
        self.named(told, id).or_else(near)
    }

    /// What to write in the place of the name of a record.
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

    /// The numbers of those that are assessed.
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

    /// The one table of which these are all rows, in its order.
    pub(crate) fn table(&self) -> Option<&Arc<Table>> {
        match &self.list {
            RecordBlock::Rows(table, 0, _) if table.len() == self.list.len() => Some(table),
            _ => None,
        }
    }
}
