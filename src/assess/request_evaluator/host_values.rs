//! Values that a host has in memory, and how they become values of facts.

use std::fmt;
use std::sync::Arc;

use crate::base::diagnostic::{Code, Diagnostic, did_you_mean, list_of};
use crate::base::source::Source;
use crate::formats::date::Date;
use crate::formats::yaml::{NodeKind, YamlNode};
use crate::model::fact::{
    BUILT_IN, FactOrigin, FactSchema, FactType, Lookup, Schema, Value, read_value,
};
use crate::model::jurisdiction::RecordBuilder;
use crate::model::typed_indexes::FactIndex;

/// A value in the memory of a host, for a fact or a parameter.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Given {
    /// Unknown: the fact is missing.
    Unknown,
    /// `true` or `false`.
    Boolean(bool),
    /// A whole number.
    Whole(i64),
    /// A number, read as the shortest decimal that prints as this float.
    Number(f64),
    /// A text, a choice, the id of a record, or a number or day in written form.
    Text(String),
    /// A day of the calendar.
    Day(Date),
    /// A list of values.
    List(Vec<Given>),
}

/// A fact that cannot be set: there is no such fact, or it cannot have this value.
#[derive(Clone, Debug, PartialEq)]
pub struct FactError(pub Diagnostic);

impl fmt::Display for FactError {
    fn fmt(&self, fmt: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt.write_str(&self.0.message)?;
        match &self.0.help {
            Some(help) => write!(fmt, ": {help}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for FactError {}

/// The value as a record would write it.
impl fmt::Display for Given {
    fn fmt(&self, fmt: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => fmt.write_str("unknown"),
            Self::Boolean(value) => value.fmt(fmt),
            Self::Whole(value) => value.fmt(fmt),
            Self::Number(value) => value.fmt(fmt),
            Self::Text(value) => value.fmt(fmt),
            Self::Day(value) => value.fmt(fmt),
            Self::List(items) => {
                let items: Vec<String> = items.iter().map(Self::to_string).collect();
                write!(fmt, "[{}]", items.join(", "))
            }
        }
    }
}

macro_rules! given {
    ($($from:ty => $make:expr;)*) => {
        $(impl From<$from> for Given {
            fn from(value: $from) -> Self {
                let make: fn($from) -> Given = $make;
                make(value)
            }
        })*
    };
}

given! {
    bool => Given::Boolean;
    i64 => Given::Whole;
    i32 => |value| Given::Whole(value.into());
    u32 => |value| Given::Whole(value.into());
    f64 => Given::Number;
    &str => |value| Given::Text(value.to_owned());
    String => Given::Text;
    Date => Given::Day;
}

impl<T: Into<Given>> From<Option<T>> for Given {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Unknown, Into::into)
    }
}

impl<T: Into<Given>> From<Vec<T>> for Given {
    fn from(values: Vec<T>) -> Self {
        Self::List(values.into_iter().map(Into::into).collect())
    }
}

/// The index of a fact that records state, by its path.
pub(super) fn slot_of(schema: &Schema, path: &str) -> Result<FactIndex, FactError> {
    let stated = |slot: &FactIndex| schema.facts()[*slot].origin == FactOrigin::Stated;
    let message = match schema.look_up(path) {
        Lookup::Fact(slot, _) if !slot.is_built_in() && stated(&slot) => return Ok(slot),
        Lookup::Fact(slot, _) if slot.is_built_in() => {
            format!("`{path}` is no fact that is set: a request has it from the start")
        }
        Lookup::Fact(..) => format!("`{path}` is calculated, and cannot be set"),
        Lookup::Group => {
            let below = format!("{path}.");
            let below = schema.paths().filter(|path| path.starts_with(&below));
            format!("`{path}` is a group of facts: set {}", list_of(below))
        }
        Lookup::Nothing => format!("the schema has no fact `{path}`"),
    };
    let known = schema.facts()[BUILT_IN.len()..].iter();
    let known = known.filter(|fact| fact.origin == FactOrigin::Stated);
    let near = did_you_mean(path, known.map(|fact| fact.path.as_str()));
    Err(FactError(
        Diagnostic::new(Code::UnknownFact, message).help(near),
    ))
}

/// Where a value is held.
pub(super) enum StatedForm {
    /// In the row.
    Plain,
    /// Beside it.
    List(Arc<[Value]>),
}

/// States a fact of a record.
pub(super) fn state(
    stating: &mut RecordBuilder<'_>,
    (slot, fact): (FactIndex, &FactSchema),
    given: &Given,
) -> Result<StatedForm, FactError> {
    let plain = match (given, &fact.ty) {
        (Given::Unknown, _) => stating.state_unknown(slot),
        (Given::Whole(number), _) => stating.state_whole(slot, *number),
        (Given::Number(number), _) if number.is_finite() => stating.state_float(slot, *number),
        (Given::Boolean(is), FactType::Boolean) => {
            stating.state(slot, if *is { "true" } else { "false" }, false)
        }
        (Given::Day(day), FactType::Date) => stating.state(slot, &day.to_string(), false),
        (Given::Text(text), _) => stating.state(slot, text, true),
        (Given::List(items), FactType::List(item)) => {
            let values = items.iter().map(|one| item_of(fact, item, one));
            return Ok(StatedForm::List(values.collect::<Result<_, _>>()?));
        }
        _ => return Err(misfit(fact, &fact.ty, given)),
    };
    match plain {
        Ok(()) => Ok(StatedForm::Plain),
        Err(_) => Err(misfit(fact, &fact.ty, given)),
    }
}

fn item_of(fact: &FactSchema, ty: &FactType, given: &Given) -> Result<Value, FactError> {
    let fits = match given {
        Given::Boolean(_) => *ty == FactType::Boolean,
        Given::Whole(_) => matches!(ty, FactType::Integer | FactType::Number),
        Given::Number(_) => *ty == FactType::Number,
        Given::Day(_) => *ty == FactType::Date,
        Given::Text(_) => true,
        Given::Unknown | Given::List(_) => false,
    };
    let read = read_value(ty, &node(given));
    read.ok()
        .filter(|_| fits)
        .ok_or_else(|| misfit(fact, ty, given))
}

fn node(given: &Given) -> YamlNode {
    let text = given.to_string();
    let span = Source::new("request", text.as_str()).span(0..text.len());
    let quoted = matches!(given, Given::Text(_));
    YamlNode {
        span,
        kind: NodeKind::Scalar { text, quoted },
    }
}

/// The error that a fact cannot have a value, in the words used for records.
fn misfit(fact: &FactSchema, ty: &FactType, given: &Given) -> FactError {
    let number = matches!(given, Given::Whole(_) | Given::Number(_));
    FactError(match read_value(ty, &node(given)) {
        Err(mismatch) => {
            let message = format!("`{}`: {}", fact.path, mismatch.message);
            Diagnostic::new(mismatch.code, message).help(mismatch.help)
        }
        Ok(value) if !fact.range.holds(&value) => {
            let message = format!(
                "`{}`: `{value}` is out of range: expected {}",
                fact.path, fact.range
            );
            Diagnostic::new(Code::OutOfRange, message)
        }
        Ok(value) if number && matches!(ty, FactType::Number | FactType::Integer) => {
            let message = format!("`{}`: `{value}` is out of range", fact.path);
            Diagnostic::new(Code::OutOfRange, message)
        }
        Ok(_) => {
            let message = format!("`{}`: expected {ty}, found `{given}`", fact.path);
            Diagnostic::new(Code::WrongType, message)
        }
    })
}
