//! Reads a Parquet file as a sheet: a row for each record, a column for each fact, or a group of
//! columns if paths are nested. The result is CSV text, so everything that reads, explains and
//! quotes a sheet applies: row 1 of the file is line 2.

use std::cell::Cell;
use std::fmt::{Display, Write};
use std::panic::{self, AssertUnwindSafe};
use std::sync::{Arc, Once};

use bytes::Bytes;
use parquet::basic::{ConvertedType, LogicalType, TimeUnit};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::DataType;
use parquet::file::reader::{FileReader, RowGroupReader, SerializedFileReader};
use parquet::schema::types::ColumnDescriptor;

use crate::base::data_limits::FILE_BYTES;
use crate::base::diagnostic::{Code, Diagnostic, list_of};
use crate::base::parallel;
use crate::formats::csv;
use crate::model::fact::Date;

/// The column names that pandas gives to row numbers, which are no facts.
const ROW_NUMBERS: &str = "__index_level_";

/// How many values are decoded at once.
const AT_ONCE: usize = 8192;

/// The sheet that a file holds, as CSV.
pub(super) fn text_of(name: &str, bytes: Vec<u8>) -> Result<Vec<u8>, Diagnostic> {
    read(bytes).map_err(|problem| {
        let (code, message, help) = match problem {
            Problem::Broken(error) => (
                Code::Unreadable,
                format!("this Parquet file cannot be read: {error}"),
                "write it anew, or as CSV",
            ),
            Problem::Several(columns) => {
                let columns = list_of(columns.iter().map(String::as_str)).replace(" or ", " and ");
                let message = format!("a row holds several values for {columns}");
                (
                    Code::WrongShape,
                    message,
                    "a fact of a sheet is a single value: give each value a column of its own",
                )
            }
            Problem::Value(column, row) => {
                let message = format!(
                    "the value of `{column}` in row {row} is no text, number, date or boolean"
                );
                (
                    Code::WrongShape,
                    message,
                    "leave this column out, or write it as text",
                )
            }
            Problem::TooLarge => {
                let message =
                    format!("as text, this file is larger than the limit of {FILE_BYTES} bytes");
                (Code::TooLarge, message, "split the file into several")
            }
        };
        Diagnostic::in_file(code, name, message).help(help.to_owned())
    })
}

/// Why a file is not read.
enum Problem {
    Broken(String),
    /// Columns that are lists.
    Several(Vec<String>),
    /// A value that no fact can have: the column, and the row, from 1.
    Value(String, usize),
    TooLarge,
}

impl From<parquet::errors::ParquetError> for Problem {
    fn from(error: parquet::errors::ParquetError) -> Self {
        let text = error.to_string();
        Self::Broken(
            text.strip_prefix("Parquet error: ")
                .unwrap_or(&text)
                .to_owned(),
        )
    }
}

fn read(bytes: Vec<u8>) -> Result<Vec<u8>, Problem> {
    let reader = caught(|| Ok(SerializedFileReader::new(Bytes::from(bytes))?))?;
    let schema = reader.metadata().file_metadata().schema_descr_ptr();
    let is_fact = |column: &ColumnDescriptor| !column.path().string().starts_with(ROW_NUMBERS);
    let columns: Vec<usize> = (0..schema.num_columns())
        .filter(|column| is_fact(&schema.column(*column)))
        .collect();
    if columns.is_empty() {
        return Err(Problem::Broken(
            "it has no column that could hold a fact".to_owned(),
        ));
    }
    let name = |column: &usize| schema.column(*column).path().string();
    let several = columns
        .iter()
        .filter(|column| schema.column(**column).max_rep_level() > 0);
    let several: Vec<String> = several.map(name).collect();
    if !several.is_empty() {
        return Err(Problem::Several(several));
    }
    let mut text = csv::text_of(std::iter::once(columns.iter().map(name)));
    let mut before = 0;
    for group in 0..reader.num_row_groups() {
        let group = caught(|| Ok(reader.get_row_group(group)?))?;
        let rows = usize::try_from(group.metadata().num_rows()).map_err(|_| Problem::TooLarge)?;
        // Each cell takes a sign at least: a file that promises more than that is not begun.
        fits(
            text.len()
                .saturating_add(rows.saturating_mul(columns.len())),
        )?;
        let cells = parallel::map(columns.clone(), |column| {
            caught(|| ParquetCells::read(&*group, column, (before, rows)))
        });
        let cells: Vec<ParquetCells> = cells.into_iter().collect::<Result<_, _>>()?;
        fits(cells.iter().fold(text.len(), |bytes, cells| {
            bytes.saturating_add(cells.text.len())
        }))?;
        text.push_str(&csv::text_of(
            (0..rows).map(|row| cells.iter().map(move |cells| cells.get(row))),
        ));
        before += rows;
    }
    Ok(text.into_bytes())
}

/// Runs work in which the crate may panic over a file that contradicts itself. The panic becomes an
/// error, and this thread writes nothing to standard error meanwhile.
fn caught<T>(work: impl FnOnce() -> Result<T, Problem>) -> Result<T, Problem> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !CAUGHT.get() {
                before(info);
            }
        }));
    });
    CAUGHT.set(true);
    let done = panic::catch_unwind(AssertUnwindSafe(work));
    CAUGHT.set(false);
    done.unwrap_or_else(|_| {
        Err(Problem::Broken(
            "what it says of its columns does not fit its bytes".to_owned(),
        ))
    })
}

thread_local! {
    static CAUGHT: Cell<bool> = const { Cell::new(false) };
}

fn fits(bytes: usize) -> Result<(), Problem> {
    let fits = u64::try_from(bytes).is_ok_and(|bytes| bytes <= FILE_BYTES);
    fits.then_some(()).ok_or(Problem::TooLarge)
}

/// The cells of a column, one text after another; null is an empty text.
#[derive(Default)]
struct ParquetCells {
    text: String,
    ends: Vec<usize>,
}

impl ParquetCells {
    /// The cells of a group of rows, after so many rows before it.
    fn read(
        group: &dyn RowGroupReader,
        column: usize,
        rows: (usize, usize),
    ) -> Result<Self, Problem> {
        let reader = group.get_column_reader(column)?;
        let column = group.metadata().schema_descr().column(column);
        let meaning = &Meaning::of(&column);
        let cells = Self::default();
        match reader {
            ColumnReader::BoolColumnReader(reader) => cells.all(reader, &column, rows, shown),
            ColumnReader::FloatColumnReader(reader) => cells.all(reader, &column, rows, shown),
            ColumnReader::DoubleColumnReader(reader) => cells.all(reader, &column, rows, shown),
            ColumnReader::Int32ColumnReader(reader) => {
                cells.all(reader, &column, rows, |value, to| match meaning {
                    Meaning::Unsigned => shown(&value.cast_unsigned(), to),
                    meaning => meaning.write(i64::from(*value), to),
                })
            }
            ColumnReader::Int64ColumnReader(reader) => {
                cells.all(reader, &column, rows, |value, to| match meaning {
                    Meaning::Unsigned => shown(&value.cast_unsigned(), to),
                    meaning => meaning.write(*value, to),
                })
            }
            ColumnReader::Int96ColumnReader(reader) => {
                cells.all(reader, &column, rows, |value, to| {
                    moment(value.to_seconds(), 1, to)
                })
            }
            ColumnReader::ByteArrayColumnReader(reader) => {
                cells.all(reader, &column, rows, |value, to| {
                    meaning.write_bytes(value.data(), to)
                })
            }
            ColumnReader::FixedLenByteArrayColumnReader(reader) => {
                cells.all(reader, &column, rows, |value, to| {
                    meaning.write_bytes(value.data(), to)
                })
            }
        }
    }

    fn all<T: DataType>(
        mut self,
        mut reader: ColumnReaderImpl<T>,
        column: &Arc<ColumnDescriptor>,
        (before, rows): (usize, usize),
        write: impl Fn(&T::T, &mut String) -> Option<()>,
    ) -> Result<Self, Problem> {
        let (mut values, mut levels) = (Vec::new(), Vec::new());
        let stated = column.max_def_level();
        while self.ends.len() < rows {
            values.clear();
            levels.clear();
            let most = AT_ONCE.min(rows - self.ends.len());
            let (count, ..) = reader.read_records(most, Some(&mut levels), None, &mut values)?;
            if count == 0 {
                let error = format!(
                    "the column `{}` ends before its last row",
                    column.path().string()
                );
                return Err(Problem::Broken(error));
            }
            let mut values = values.iter();
            for row in 0..count {
                if stated == 0 || levels.get(row) == Some(&stated) {
                    let written = values.next().and_then(|value| write(value, &mut self.text));
                    let place =
                        || Problem::Value(column.path().string(), before + self.ends.len() + 1);
                    written.ok_or_else(place)?;
                }
                self.ends.push(self.text.len());
            }
            fits(self.text.len())?;
        }
        Ok(self)
    }

    fn get(&self, row: usize) -> &str {
        let start = if row == 0 { 0 } else { self.ends[row - 1] };
        &self.text[start..self.ends[row]]
    }
}

/// What the numbers or bytes of a column mean. Other values are taken as they are; the reader of
/// records reports what does not fit a fact.
enum Meaning {
    Plain,
    Unsigned,
    /// Days since 1970-01-01.
    Day,
    /// A moment since 1970-01-01, with so many units in a second.
    Moment(i64),
    /// A decimal with so many digits after the point.
    Decimal(usize),
    /// A value that no fact can have.
    Other,
}

impl Meaning {
    fn of(column: &ColumnDescriptor) -> Self {
        let decimal = || usize::try_from(column.type_scale()).map_or(Self::Plain, Self::Decimal);
        match column.logical_type_ref() {
            Some(LogicalType::Date) => return Self::Day,
            Some(LogicalType::Timestamp(kind)) => {
                return Self::Moment(match kind.unit {
                    TimeUnit::MILLIS => 1_000,
                    TimeUnit::MICROS => 1_000_000,
                    TimeUnit::NANOS => 1_000_000_000,
                });
            }
            Some(LogicalType::Decimal(_)) => return decimal(),
            Some(LogicalType::Integer(kind)) if !kind.is_signed => return Self::Unsigned,
            Some(
                LogicalType::String
                | LogicalType::Enum
                | LogicalType::Json
                | LogicalType::Integer(_),
            )
            | None => {}
            Some(_) => return Self::Other,
        }
        // Older files have this alone.
        match column.converted_type() {
            ConvertedType::DATE => Self::Day,
            ConvertedType::TIMESTAMP_MILLIS => Self::Moment(1_000),
            ConvertedType::TIMESTAMP_MICROS => Self::Moment(1_000_000),
            ConvertedType::DECIMAL => decimal(),
            ConvertedType::UINT_8
            | ConvertedType::UINT_16
            | ConvertedType::UINT_32
            | ConvertedType::UINT_64 => Self::Unsigned,
            ConvertedType::BSON | ConvertedType::INTERVAL => Self::Other,
            _ => Self::Plain,
        }
    }

    /// Writes a value; `None` if there is no such day or moment.
    fn write(&self, value: i64, to: &mut String) -> Option<()> {
        match self {
            Self::Day => shown(&Date::from_days(value)?, to),
            Self::Moment(a_second) => moment(value, *a_second, to),
            Self::Decimal(scale) => decimal(i128::from(value), *scale, to),
            Self::Plain | Self::Unsigned => shown(&value, to),
            Self::Other => None,
        }
    }

    fn write_bytes(&self, bytes: &[u8], to: &mut String) -> Option<()> {
        match self {
            Self::Decimal(scale) => decimal(whole(bytes)?, *scale, to),
            Self::Other => None,
            _ => shown(&str::from_utf8(bytes).ok()?, to),
        }
    }
}

fn shown<T: Display>(value: &T, to: &mut String) -> Option<()> {
    write!(to, "{value}").ok()
}

/// Writes a moment as its day, with the time of day if it is not midnight.
fn moment(value: i64, a_second: i64, to: &mut String) -> Option<()> {
    let a_day = 86_400 * a_second;
    shown(&Date::from_days(value.div_euclid(a_day))?, to)?;
    let (rest, seconds) = (value.rem_euclid(a_day), value.rem_euclid(a_day) / a_second);
    if rest == 0 {
        return Some(());
    }
    write!(
        to,
        "T{:02}:{:02}:{:02}",
        seconds / 3600,
        seconds / 60 % 60,
        seconds % 60
    )
    .ok()
}

/// A whole number from its bytes, highest first; `None` if there are too many bytes.
fn whole(bytes: &[u8]) -> Option<i128> {
    let negative = bytes.first().is_some_and(|first| first & 0x80 != 0);
    let mut wide = [if negative { u8::MAX } else { 0 }; 16];
    let start = wide.len().checked_sub(bytes.len())?;
    wide[start..].copy_from_slice(bytes);
    Some(i128::from_be_bytes(wide))
}

/// Writes a decimal in digits, without trailing zeros.
fn decimal(value: i128, scale: usize, to: &mut String) -> Option<()> {
    // Nobody has more digits than a whole number can.
    let width = (scale <= 38).then_some(scale + 1)?;
    let digits = format!("{:0>width$}", value.unsigned_abs());
    let (before, after) = digits.split_at(digits.len() - scale);
    let after = after.trim_end_matches('0');
    let point = if after.is_empty() { "" } else { "." };
    let sign = if value < 0 { "-" } else { "" };
    write!(to, "{sign}{before}{point}{after}").ok()
}
