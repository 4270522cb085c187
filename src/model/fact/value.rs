//! Values of facts and parameters, and how a YAML value becomes one.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use crate::base::diagnostic::{Code, list_of};
use crate::formats::yaml::{Node, NodeKind};
use crate::model::fact::{Date, FactType, Number};

/// The largest integer a record or rulebook may state: every integer up to it is also an exact
/// number with fractions, so that mixing the two loses nothing.
pub(crate) const MAX_INTEGER: i64 = 1 << 53;

/// One known value.
#[derive(Clone, Debug)]
pub enum Value {
    /// `true` or `false`.
    Boolean(bool),
    /// A whole number, within 2^53 either way when it comes from a file.
    Integer(i64),
    /// A number with a fraction: exact. From a file, a decimal of at most 17 digits.
    Number(Number),
    /// Text, a choice, or the id of a jurisdiction.
    Text(Arc<str>),
    /// A day.
    Date(Date),
    /// A list of values of one type.
    List(Arc<[Value]>),
}

impl Value {
    /// What kind of value it is, for a message: "a whole number".
    pub fn describe(&self) -> &'static str {
        match self {
            Self::Boolean(_) => "true or false",
            Self::Integer(_) => "a whole number",
            Self::Number(_) => "a number",
            Self::Text(_) => "text",
            Self::Date(_) => "a date",
            Self::List(_) => "a list",
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Self::Boolean(_) => 0,
            Self::Integer(_) => 1,
            Self::Number(_) => 1,
            Self::Text(_) => 3,
            Self::Date(_) => 4,
            Self::List(_) => 5,
        }
    }
}

/// The total order of values as data: by kind, then by value. Numbers are one kind: `1` and `1.0`
/// are the same.
impl Ord for Value {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Boolean(a), Self::Boolean(b)) => a.cmp(b),
            (Self::Integer(a), Self::Integer(b)) => a.cmp(b),
            (Self::Number(a), Self::Number(b)) => a.cmp(b),
            (Self::Integer(a), Self::Number(b)) => Number::from(*a).cmp(b),
            (Self::Number(a), Self::Integer(b)) => a.cmp(&Number::from(*b)),
            (Self::Text(a), Self::Text(b)) => a.cmp(b),
            (Self::Date(a), Self::Date(b)) => a.cmp(b),
            (Self::List(a), Self::List(b)) => a.cmp(b),
            _ => self.rank().cmp(&other.rank()),
        }
    }
}

impl PartialOrd for Value {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Value {}

impl Value {
    /// The value for people: a number with so many places after the point, and a sign where it has
    /// more of them.
    pub(crate) fn shown(&self, decimals: Option<u8>) -> String {
        match (self, decimals) {
            (Self::Number(number), Some(places)) => {
                let places = u32::from(places);
                let exact = number.places().is_some_and(|has| has <= places);
                format!(
                    "{}{}",
                    if exact { "" } else { "≈" },
                    number.with_places(places)
                )
            }
            _ => self.to_string(),
        }
    }
}

/// The value as a reason or a table shows it: numbers with all their digits.
impl fmt::Display for Value {
    fn fmt(&self, fmt: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Boolean(value) => value.fmt(fmt),
            Self::Integer(value) => value.fmt(fmt),
            Self::Number(value) => value.fmt(fmt),
            Self::Text(value) => value.fmt(fmt),
            Self::Date(value) => value.fmt(fmt),
            Self::List(values) => {
                for (index, value) in values.iter().enumerate() {
                    let comma = if index == 0 { "" } else { ", " };
                    write!(fmt, "{comma}{value}")?;
                }
                Ok(())
            }
        }
    }
}

/// Why a YAML value is not a value of a type.
pub(crate) struct Mismatch {
    pub(crate) code: Code,
    /// What was found and what was expected.
    pub(crate) message: String,
    pub(crate) help: Option<String>,
}

/// The same for a parameter, which may be a fraction: `2/3`.
pub(crate) fn read_fraction(ty: &FactType, node: &Node) -> Result<Value, Mismatch> {
    if let (
        FactType::Number,
        NodeKind::Scalar {
            text,
            quoted: false,
        },
    ) = (ty, &node.kind)
        && text.contains('/')
        && let Ok(number) = text.parse::<Number>()
    {
        return Ok(Value::Number(number));
    }
    read_value(ty, node)
}

/// The value of a node as a type wants it. The node is neither null nor the word `unknown`.
pub(crate) fn read_value(ty: &FactType, node: &Node) -> Result<Value, Mismatch> {
    let wrong = |help: Option<&str>| Mismatch {
        code: Code::WrongType,
        message: format!("expected {ty}, found {}", node.describe()),
        help: help.map(str::to_owned),
    };
    if let FactType::List(item) = ty {
        let NodeKind::Sequence(nodes) = &node.kind else {
            return Err(wrong(Some("write a list as `[a, b]`")));
        };
        return nodes
            .iter()
            .map(|node| read_value(item, node))
            .collect::<Result<Vec<_>, _>>()
            .map(|v| Value::List(v.into()));
    }
    let NodeKind::Scalar { text, quoted } = &node.kind else {
        return Err(wrong(None));
    };
    let plain = !*quoted;
    match ty {
        FactType::Boolean if plain => plain_boolean(text)
            .map(Value::Boolean)
            .ok_or_else(|| wrong(Some(boolean_help(text)))),
        FactType::Integer if plain => plain_integer(text)
            .map(Value::Integer)
            .ok_or_else(|| wrong(number_help(text))),
        FactType::Number if plain => plain_number(text)
            .and_then(Number::of_binary)
            .map(Value::Number)
            .ok_or_else(|| wrong(number_help(text))),
        FactType::Date => Date::parse(text).map(Value::Date).map_err(|why| Mismatch {
            code: Code::WrongType,
            message: format!(
                "expected a date, found `{}`",
                crate::formats::yaml::shorten(text)
            ),
            help: Some(why),
        }),
        FactType::Text | FactType::Jurisdiction => Ok(Value::Text(text.as_str().into())),
        FactType::Choice(choices) => read_choice(choices, text),
        _ => Err(wrong(Some("leave out the quotation marks"))),
    }
}

fn read_choice(choices: &[Arc<str>], text: &str) -> Result<Value, Mismatch> {
    if let Some(choice) = choices.iter().find(|choice| &***choice == text) {
        return Ok(Value::Text(Arc::clone(choice)));
    }
    let names = || choices.iter().map(|choice| &**choice);
    Err(Mismatch {
        code: Code::BadChoice,
        message: format!(
            "`{}` is not one of the choices: expected {}",
            crate::formats::yaml::shorten(text),
            list_of(names())
        ),
        help: crate::base::diagnostic::did_you_mean(text, names()),
    })
}

/// `true` or `false`, and nothing that is only like it.
pub(crate) fn plain_boolean(text: &str) -> Option<bool> {
    match text {
        "true" | "True" | "TRUE" => Some(true),
        "false" | "False" | "FALSE" => Some(false),
        _ => None,
    }
}

/// Decimal digits with a sign; `0123` is a code, not a number.
pub(crate) fn plain_integer(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let padded = digits.len() > 1 && digits.starts_with('0');
    let value = (number && !padded).then(|| text.parse::<i64>().ok())??;
    (value.abs() <= MAX_INTEGER).then_some(value)
}

/// A decimal number, with an exponent if need be: as the binary number that is printed so, or none
/// where it has more digits than any has.
pub(crate) fn plain_number(text: &str) -> Option<f64> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let padded = digits.len() > 1
        && digits.starts_with('0')
        && !digits.starts_with("0.")
        && !digits.starts_with("0e");
    let plain = text
        .bytes()
        .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'+' | b'e' | b'E'));
    let value = (plain && !padded).then(|| text.parse::<f64>().ok())??;
    if !value.is_finite() {
        return None;
    }
    // As many digits as this tell all numbers apart.
    let few = text.len() <= 15 && !text.contains(['e', 'E']);
    let exact = || text.parse::<Number>().ok() == Number::of_binary(value);
    (few || exact()).then_some(value + 0.0)
}

fn boolean_help(text: &str) -> &'static str {
    match text.to_lowercase().as_str() {
        "yes" | "on" | "y" | "1" => "write `true`",
        "no" | "off" | "n" | "0" => "write `false`",
        _ => "write `true`, `false` or `unknown`",
    }
}

fn number_help(text: &str) -> Option<&'static str> {
    if text.contains([',', '_', ' ', '\'']) {
        Some("write the number without separators, as 1234567")
    } else if text.bytes().all(|byte| byte.is_ascii_digit()) && text.len() > 15 {
        Some("whole numbers reach to 9007199254740992 (2 to the 53rd)")
    } else if text.parse::<Number>().is_ok() {
        Some("it has too many digits: a number is held with up to 17, rounded by whoever writes it")
    } else {
        None
    }
}
