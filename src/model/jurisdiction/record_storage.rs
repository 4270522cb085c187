//! Records as they are held: read in full, or rows of a table, which take no room of their own.

use std::sync::Arc;

use crate::base::source::Source;
use crate::model::fact::{Column, Date, Value};
use crate::model::jurisdiction::columnar_table::Table;
use crate::model::jurisdiction::{Jurisdiction, Role};
use crate::model::typed_indexes::FactIndex;

/// One record: read in full, or a row of a table.
#[derive(Clone, Debug)]
pub(crate) enum Record {
    /// Read in full.
    Whole(Arc<Jurisdiction>),
    /// A row of a table, by its number.
    Row(Arc<Table>, u32),
}

/// A borrowed record: read in full, or a row of a table.
#[derive(Clone, Copy, Debug)]
pub(crate) enum RecordView<'a> {
    /// Read in full.
    Whole(&'a Arc<Jurisdiction>),
    /// A row of a table, by its number.
    Row(&'a Arc<Table>, usize),
}

/// Records one behind the other.
#[derive(Clone, Debug)]
pub(crate) enum RecordBlock {
    /// Records of any kind.
    List(Box<[Record]>),
    /// Rows of a table: from which, and how many.
    Rows(Arc<Table>, u32, u32),
}

impl Default for RecordBlock {
    fn default() -> Self {
        Self::List(Box::default())
    }
}

impl From<Vec<Record>> for RecordBlock {
    fn from(records: Vec<Record>) -> Self {
        let Some(Record::Row(table, first)) = records.first() else {
            return Self::List(records.into());
        };
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

impl RecordBlock {
    /// All rows of a table.
    pub(crate) fn table(table: Arc<Table>) -> Self {
        let count = number(table.len());
        Self::Rows(table, 0, count)
    }

    /// One row of a table.
    pub(crate) fn row(table: &Arc<Table>, row: usize) -> Self {
        Self::Rows(Arc::clone(table), number(row), 1)
    }

    pub(crate) fn len(&self) -> usize {
        match self {
            Self::List(list) => list.len(),
            Self::Rows(_, _, count) => row(*count),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The record of a number.
    pub(crate) fn view(&self, number: usize) -> RecordView<'_> {
        match self {
            Self::List(list) => list[number].view(),
            Self::Rows(table, first, _) => RecordView::Row(table, row(*first) + number),
        }
    }

    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = RecordView<'_>> + Clone {
        (0..self.len()).map(|number| self.view(number))
    }

    pub(crate) fn to_vec(&self) -> Vec<Record> {
        self.iter().map(RecordView::to_record).collect()
    }
}

fn row(number: u32) -> usize {
    usize::try_from(number).expect("it was one")
}

fn number(row: usize) -> u32 {
    u32::try_from(row).expect("a row takes a byte at least")
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
    pub(crate) fn row(table: &Arc<Table>, row: usize) -> Self {
        Self::Row(Arc::clone(table), number(row))
    }

    pub(crate) fn view(&self) -> RecordView<'_> {
        match self {
            Self::Whole(record) => RecordView::Whole(record),
            Self::Row(table, number) => RecordView::Row(table, row(*number)),
        }
    }

    pub(crate) fn id(&self) -> &str {
        self.view().id()
    }
}

impl<'a> RecordView<'a> {
    /// An owned handle to the record.
    pub(crate) fn to_record(self) -> Record {
        match self {
            Self::Whole(record) => Record::Whole(Arc::clone(record)),
            Self::Row(table, row) => Record::row(table, row),
        }
    }

    pub(crate) fn id(self) -> &'a str {
        match self {
            Self::Whole(record) => record.id.as_str(),
            Self::Row(table, row) => table.id(row),
        }
    }

    pub(crate) fn name(self) -> &'a str {
        match self {
            Self::Whole(record) => &record.name,
            Self::Row(table, row) => table.name(row),
        }
    }

    pub(crate) fn role(self) -> Role {
        match self {
            Self::Whole(record) => record.role,
            Self::Row(..) => Role::Assessed,
        }
    }

    /// The record in full.
    pub(crate) fn read(self) -> Arc<Jurisdiction> {
        match self {
            Self::Whole(record) => Arc::clone(record),
            Self::Row(table, row) => table.read(row).into(),
        }
    }

    /// Whether another reading of a record states the same, without comparing each fact.
    pub(crate) fn same(self, other: RecordView<'_>) -> bool {
        match (self, other) {
            (Self::Whole(one), RecordView::Whole(other)) => Arc::ptr_eq(one, other),
            (Self::Row(one, row), RecordView::Row(other, other_row)) => {
                Arc::ptr_eq(one, other) && row == other_row
                    || one.is_row_of(row, other, other_row)
                    || one.same_shape(other) && one.text(row) == other.text(other_row)
            }
            _ => false,
        }
    }

    /// The name of its file, and where it begins there.
    pub(crate) fn place(self) -> (&'a str, usize) {
        match self {
            Self::Whole(record) => (record.span.source().name(), record.span.range().start),
            Self::Row(table, row) => {
                let (source, place) = table.place(row);
                (source.name(), place.start)
            }
        }
    }

    /// The file of the record.
    pub(crate) fn source(self) -> &'a Arc<Source> {
        match self {
            Self::Whole(record) => record.span.source(),
            Self::Row(table, row) => table.source(row),
        }
    }

    /// The known value of a fact on a day.
    pub(crate) fn value(self, fact: FactIndex, day: Date) -> Option<Value> {
        match self {
            Self::Whole(record) => record.value(fact, day).cloned(),
            Self::Row(table, row) => match fact {
                FactIndex::ID => Some(Value::Text(table.id(row).into())),
                FactIndex::NAME => Some(Value::Text(table.name(row).into())),
                _ => table.value(row, fact),
            },
        }
    }

    /// Adds the value of a fact to a column.
    pub(crate) fn push_into(self, column: &mut Column, fact: FactIndex, day: Date) {
        match self {
            Self::Whole(record) => column.push(record.value(fact, day)),
            Self::Row(table, row) => column.push_from(table.column(fact), row),
        }
    }
}
