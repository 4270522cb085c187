//! The budget of records: what is read is counted, and reading ends when a limit is exceeded.

use crate::base::data_limits::{DataLimits, grouped};
use crate::base::diagnostic::{Code, Diagnostic};
use crate::model::jurisdiction::{Record, RecordBlock};

/// The size of a record read in full, in values, besides its facts; and that of each fact.
const WHOLE: (usize, usize) = (64, 4);

/// An amount of records.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct DataAmount {
    records: usize,
    values: usize,
    problems: usize,
}

impl DataAmount {
    /// Rows of plain values, records read in full, and things wrong with them.
    pub(super) fn of(rows: usize, whole: usize, facts: usize, problems: usize) -> Self {
        let each = WHOLE.0 + WHOLE.1 * facts;
        Self {
            records: rows + whole,
            values: rows * facts + whole * each,
            problems,
        }
    }

    /// That of records as they are held.
    pub(super) fn held(records: &RecordBlock, facts: usize, problems: usize) -> Self {
        let whole = match records {
            RecordBlock::Rows(..) => 0,
            RecordBlock::List(list) => {
                let whole = |record: &&Record| matches!(record, Record::Whole(_));
                list.iter().filter(whole).count()
            }
        };
        Self::of(records.len() - whole, whole, facts, problems)
    }

    /// So much more.
    pub(crate) fn add(&mut self, more: Self) {
        self.records += more.records;
        self.values += more.values;
        self.problems += more.problems;
    }

    /// Why that is not read, if it is more than is taken.
    pub(crate) fn refused(&self, limits: &DataLimits) -> Option<Diagnostic> {
        let (what, most, help) = if self.records > limits.records {
            (
                "records",
                limits.records,
                "divide them among several roots, or have them answered line by line: \
                 `check --records FILE.ndjson --format ndjson`",
            )
        } else if self.values > limits.values {
            (
                "values",
                limits.values,
                "divide the records among several roots; a record has a value for each fact of the \
                 schema, and several where it has more than plain values",
            )
        } else if self.problems > limits.problems {
            (
                "problems",
                limits.problems,
                "repair what is reported first, which is likely to be wrong in every record",
            )
        } else {
            return None;
        };
        let most = grouped(u64::try_from(most).unwrap_or(u64::MAX));
        let message =
            format!("the records of this root have more than {most} {what}: none is assessed");
        Some(Diagnostic::in_file(Code::RootTooLarge, "policies", message).help(help.to_owned()))
    }
}

/// The amount of data read, and the limits.
#[derive(Debug, Default)]
pub(crate) struct ReadingRoom {
    limits: DataLimits,
    read: DataAmount,
}

impl ReadingRoom {
    /// Room for all that is taken.
    pub(crate) fn new(limits: DataLimits) -> Self {
        Self {
            limits,
            read: DataAmount::default(),
        }
    }

    /// Adds what was read; returns false if that was too much, and reading should end.
    pub(super) fn take(&mut self, amount: DataAmount) -> bool {
        self.read.add(amount);
        !self.is_full()
    }

    /// Whether more was read than is taken.
    pub(crate) fn is_full(&self) -> bool {
        self.refused().is_some()
    }

    /// The most records.
    pub(super) fn records(&self) -> usize {
        self.limits.records
    }

    /// The error if more was read than is accepted, so that nothing is assessed.
    pub(crate) fn refused(&self) -> Option<Diagnostic> {
        self.read.refused(&self.limits)
    }
}
