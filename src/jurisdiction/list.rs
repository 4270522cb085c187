//! All records of a rulebook, in order of their ids.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, OnceLock};

use crate::fact::{Column, Date, Value};
use crate::jurisdiction::parse::text_name;
use crate::jurisdiction::table::Table;
use crate::jurisdiction::{Jurisdiction, JurisdictionId, Role};

/// All records of a rulebook, in order of their ids.
#[derive(Clone, Debug, Default)]
pub struct Jurisdictions {
    list: Vec<Record>,
    /// Another one whenever an id comes or goes.
    ids: Arc<()>,
    keys: Arc<Keys>,
    /// Worked out when first asked for.
    assessed: OnceLock<Arc<[u32]>>,
    table: OnceLock<Option<Arc<Table>>>,
}

/// By the number of a reference that names records by a fact of theirs: the ids by that fact.
pub(crate) type Keys = BTreeMap<usize, HashMap<Arc<str>, JurisdictionId>>;

/// One record: read in full, or a row of a table.
#[derive(Clone, Debug)]
pub(crate) enum Record {
    /// Read in full.
    Whole(Arc<Jurisdiction>),
    /// A row of a table, by its number.
    Row(Arc<Table>, u32),
}

/// The records of one file, held in little room.
#[derive(Debug)]
pub(crate) enum Held {
    List(Box<[Record]>),
    /// Rows of a table, one behind the other: from which, and how many.
    Rows(Arc<Table>, u32, u32),
}

impl Default for Held {
    fn default() -> Self {
        Self::List(Box::default())
    }
}

impl From<Vec<Record>> for Held {
    fn from(records: Vec<Record>) -> Self {
        let Some(Record::Row(table, first)) = records.first() else { return Self::List(records.into()) };
        let follows = |(number, record): (u32, &Record)| match record {
            Record::Row(other, row) => *row == number && Arc::ptr_eq(table, other),
            Record::Whole(_) => false,
        };
        let count = u32::try_from(records.len()).expect("rows are numbered so");
        if (*first..).zip(&records).all(follows) {
            return Self::Rows(Arc::clone(table), *first, count);
        }
        Self::List(records.into())
    }
}

impl Held {
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::List(list) => list.len(),
            Self::Rows(_, _, count) => row(*count),
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = Record> {
        (0..self.len()).map(|place| match self {
            Self::List(list) => list[place].clone(),
            Self::Rows(table, first, _) => Record::row(table, row(*first) + place),
        })
    }
}

fn row(number: u32) -> usize {
    usize::try_from(number).expect("it was one")
}

impl From<Jurisdiction> for Record {
    fn from(record: Jurisdiction) -> Self {
        Self::Whole(record.into())
    }
}

impl From<Arc<Jurisdiction>> for Record {
    fn from(record: Arc<Jurisdiction>) -> Self {
        Self::Whole(record)
    }
}

impl Record {
    /// A row of a table.
    pub(crate) fn row(table: &Arc<Table>, number: usize) -> Self {
        Self::Row(Arc::clone(table), u32::try_from(number).expect("a row takes a byte at least"))
    }

    pub(crate) fn id(&self) -> &str {
        match self {
            Self::Whole(record) => record.id.as_str(),
            Self::Row(table, number) => table.id(row(*number)),
        }
    }

    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Whole(record) => &record.name,
            Self::Row(table, number) => table.name(row(*number)),
        }
    }

    pub(crate) fn role(&self) -> Role {
        match self {
            Self::Whole(record) => record.role,
            Self::Row(..) => Role::Assessed,
        }
    }

    /// All there is to know of it.
    pub(crate) fn read(&self) -> Arc<Jurisdiction> {
        match self {
            Self::Whole(record) => Arc::clone(record),
            Self::Row(table, number) => table.read(row(*number)).into(),
        }
    }

    /// Whether another reading of a record states the same, told without looking at every fact.
    pub(crate) fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Whole(one), Self::Whole(other)) => Arc::ptr_eq(one, other),
            (Self::Row(one, number), Self::Row(other, other_number)) => {
                Arc::ptr_eq(one, other) && number == other_number
                    || one.is_row_of(row(*number), other, row(*other_number))
                    || one.same_shape(other) && one.text(row(*number)) == other.text(row(*other_number))
            }
            _ => false,
        }
    }

    /// Whether it is a row of a sheet.
    pub(crate) fn is_of_sheet(&self) -> bool {
        matches!(self, Self::Row(table, number) if text_name(table.source(row(*number)).name()).ends_with(".csv"))
    }

    /// Where it begins in its file.
    #[cfg(feature = "app")]
    pub(crate) fn start(&self) -> usize {
        match self {
            Self::Whole(record) => record.span.range().start,
            Self::Row(table, number) => table.start(row(*number)),
        }
    }

    /// The known value of a fact on a day.
    pub(crate) fn value(&self, fact: usize, day: Date) -> Option<Value> {
        match self {
            Self::Whole(record) => record.value(fact, day).cloned(),
            Self::Row(table, number) => match fact {
                0 => Some(Value::Text(table.id(row(*number)).into())),
                1 => Some(Value::Text(table.name(row(*number)).into())),
                _ => table.value(row(*number), fact),
            },
        }
    }

    /// Adds the value of a fact to a column.
    pub(crate) fn push_into(&self, column: &mut Column, fact: usize, day: Date) {
        match self {
            Self::Whole(record) => column.push(record.value(fact, day)),
            Self::Row(table, number) => column.push_from(table.column(fact), row(*number)),
        }
    }
}

impl Jurisdictions {
    /// Records in the order of their ids; of two with one id, the first counts.
    pub(crate) fn new(mut records: Vec<Record>) -> Self {
        if !records.is_sorted_by(|a, b| a.id() < b.id()) {
            records.sort_by(|a, b| a.id().cmp(b.id()));
            records.dedup_by(|b, a| a.id() == b.id());
        }
        Self { list: records, ..Self::default() }
    }

    /// The same ids, with some of their records read again.
    pub(crate) fn with(&self, again: &[Record]) -> Self {
        let mut list = self.list.clone();
        for record in again {
            let index = self.find(record.id()).expect("the ids are the same");
            list[index] = record.clone();
        }
        Self { list, ids: Arc::clone(&self.ids), keys: Arc::clone(&self.keys), ..Self::default() }
    }

    /// The same ids, with all of their records read again.
    pub(crate) fn replaced(&self, again: Vec<Record>) -> Self {
        Self { ids: Arc::clone(&self.ids), keys: Arc::clone(&self.keys), ..Self::new(again) }
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

    /// A record by its number.
    pub fn get(&self, number: usize) -> Arc<Jurisdiction> {
        self.list[number].read()
    }

    /// The records, in order of their ids. Each is put together when it is asked for.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Arc<Jurisdiction>> {
        self.list.iter().map(Record::read)
    }

    /// The id of a record.
    pub fn id(&self, number: usize) -> &str {
        self.list[number].id()
    }

    /// The same, to be kept.
    pub(crate) fn id_of(&self, number: usize) -> JurisdictionId {
        match &self.list[number] {
            Record::Whole(record) => record.id.clone(),
            Record::Row(..) => JurisdictionId::new(self.id(number)),
        }
    }

    /// The records as they are held.
    pub(crate) fn records(&self) -> &[Record] {
        &self.list
    }

    /// The number of the record of an id.
    pub fn find(&self, id: &str) -> Option<usize> {
        self.list.binary_search_by(|record| record.id().cmp(id)).ok()
    }

    /// The same, in which references by a key lead where these say.
    pub(crate) fn with_keys(self, keys: &Arc<Keys>) -> Self {
        Self { keys: Arc::clone(keys), ..self }
    }

    /// Where references by a key lead.
    pub(crate) fn keys(&self) -> &Arc<Keys> {
        &self.keys
    }

    /// The number of the record that a reference, given by its number, names so.
    pub(crate) fn follow(&self, reference: usize, name: &str) -> Option<usize> {
        match self.keys.get(&reference) {
            Some(by_key) => self.find(by_key.get(name)?.as_str()),
            None => self.find(name),
        }
    }

    /// The ids, for a "did you mean".
    pub(crate) fn ids(&self) -> impl Iterator<Item = &str> {
        self.list.iter().map(Record::id)
    }

    /// The numbers of those that are assessed.
    pub(crate) fn assessed(&self) -> &Arc<[u32]> {
        self.assessed.get_or_init(|| {
            let numbers = (0_u32..).zip(&self.list).filter(|(_, record)| record.role() == Role::Assessed);
            numbers.map(|(number, _)| number).collect()
        })
    }

    /// The one table of which these are all rows, in its order.
    pub(crate) fn table(&self) -> Option<&Arc<Table>> {
        self.table.get_or_init(|| self.find_table()).as_ref()
    }

    fn find_table(&self) -> Option<Arc<Table>> {
        let Some(Record::Row(table, _)) = self.list.first() else { return None };
        let is = |(place, record): (usize, &Record)| matches!(record, Record::Row(other, number) if row(*number) == place && Arc::ptr_eq(table, other));
        (table.len() == self.list.len() && self.list.iter().enumerate().all(is)).then(|| Arc::clone(table))
    }
}
