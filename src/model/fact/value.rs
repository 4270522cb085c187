//! Values of facts and parameters, and how they are read from YAML.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use crate::base::diagnostic::{Code, list_of};
use crate::base::source::Source;
use crate::formats::yaml::{NodeKind, YamlNode};
use crate::model::fact::invalid_value_advice::{
    correction, hidden_signs, invisible_signs, is_placeholder, seen,
};
use crate::model::fact::numeric_choices::{find_choice, find_number};
use crate::model::fact::scalar_from_text::{plain_boolean, plain_integer, plain_number};
use crate::model::fact::{Date, FactType, Number};

/// One known value of a fact or a parameter.
#[derive(Clone, Debug)]
#[cfg_attr(not(feature = "internals"), non_exhaustive)]
pub enum Value {
    /// `true` or `false`.
    Boolean(bool),
    /// A whole number, within 2^53 either way when it comes from a file.
    Integer(i64),
    /// An exact number that may have a fraction. From a file, a decimal of at most 17 digits.
    Number(Number),
    /// Text, a choice, or the id of a jurisdiction.
    Text(Arc<str>),
    /// A day.
    Date(Date),
    /// A list of values of one type.
    List(Arc<[Value]>),
}

impl Value {
    /// The kind of value, for a message: "a whole number".
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

/// The total order of values as data: by kind, then by value. Whole and other numbers are one kind:
/// `1` equals `1.0`.
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
    /// The value for people: a number rounded to this many decimals, after `≈` if that changes it.
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
    /// What was found, and what was expected.
    pub(crate) message: String,
    pub(crate) help: Option<String>,
}

/// The value of a node for a parameter, which may be a fraction such as `2/3`.
pub(crate) fn read_fraction(ty: &FactType, node: &YamlNode) -> Result<Value, Mismatch> {
    let NodeKind::Scalar {
        text,
        quoted: false,
    } = &node.kind
    else {
        return read_value(ty, node);
    };
    match (ty, fraction(text)) {
        (FactType::Number, Some(Ok(number))) => Ok(Value::Number(number)),
        (FactType::Integer, Some(Ok(number))) if number.is_whole() => number
            .whole()
            .map_or_else(|| read_value(ty, node), |whole| Ok(Value::Integer(whole))),
        (FactType::Number | FactType::Integer, Some(Err(()))) => Err(Mismatch {
            code: Code::WrongType,
            message: format!("`{text}` divides by zero"),
            help: Some("write two whole numbers, the second one above zero, as `2/3`".to_owned()),
        }),
        _ => read_value(ty, node),
    }
}

/// A typed value, to be compared with values of a fact: a number or fraction, a day, a word. The
/// error says what was expected.
pub(crate) fn read_typed(ty: &FactType, text: &str) -> Result<Value, String> {
    let source = Source::new("typed", text);
    let kind = NodeKind::Scalar {
        text: text.to_owned(),
        quoted: false,
    };
    let node = YamlNode {
        span: source.span(0..text.len()),
        kind,
    };
    let ty = match ty {
        FactType::Integer => &FactType::Number,
        ty => ty,
    };
    read_fraction(ty, &node).map_err(|mismatch| mismatch.message)
}

/// The fraction of two integers with a `/` between them; `None` if the text is no fraction, an
/// error if the second number is zero.
fn fraction(text: &str) -> Option<Result<Number, ()>> {
    let (above, below) = text.split_once('/')?;
    plain_integer(above.trim())?;
    let below = plain_integer(below.trim()).filter(|below| *below >= 0)?;
    Some(if below == 0 { Err(()) } else { text.parse() })
}

/// Whether a text is a fraction such as `2/3`, and so meant as a number.
pub(crate) fn is_fraction(text: &str) -> bool {
    fraction(text).is_some()
}

/// The value of a node, read as a type. The node is neither null nor the word `unknown`.
pub(crate) fn read_value(ty: &FactType, node: &YamlNode) -> Result<Value, Mismatch> {
    let wrong = |help: Option<String>| Mismatch {
        code: Code::WrongType,
        message: format!("expected {ty}, found {}", node.describe()),
        help,
    };
    if let FactType::List(item) = ty {
        let NodeKind::Sequence(nodes) = &node.kind else {
            return Err(wrong(Some(as_list(node))));
        };
        if let ([only], FactType::Choice(choices)) = (&nodes[..], &**item)
            && only
                .text()
                .is_some_and(|text| is_placeholder(text) && read_choice(choices, text).is_err())
        {
            return Err(wrong(Some(NO_ITEMS.to_owned())));
        }
        return nodes
            .iter()
            .map(|node| read_value(item, node))
            .collect::<Result<Vec<_>, _>>()
            .map(|v| Value::List(v.into()));
    }
    let NodeKind::Scalar { text, quoted } = &node.kind else {
        return Err(wrong(Some(single(ty, node))));
    };
    let plain = !*quoted;
    let value = match ty {
        FactType::Boolean if plain => plain_boolean(text).map(Value::Boolean),
        FactType::Integer if plain => plain_integer(text).map(Value::Integer),
        FactType::Number if plain => plain_number(text)
            .and_then(Number::of_binary)
            .map(Value::Number),
        FactType::Date => match Date::parse(text) {
            Ok(day) => Some(Value::Date(day)),
            Err(why) => {
                let found = crate::formats::yaml::shorten(text);
                let mut mismatch = wrong(correction(ty, text, false).or(Some(why)));
                mismatch.message = format!("expected a date, found `{found}`");
                return Err(mismatch);
            }
        },
        FactType::Text | FactType::Jurisdiction => Some(Value::Text(text.as_str().into())),
        FactType::Choice(choices) => return read_choice(choices, text),
        _ => None,
    };
    value.ok_or_else(|| {
        let help = correction(ty, text, *quoted).unwrap_or_else(|| otherwise(ty).to_owned());
        let mut mismatch = wrong(Some(help));
        if let Some(signs) = invisible_signs(text) {
            mismatch.message = format!("{}, which has {signs} in it", mismatch.message);
        }
        mismatch
    })
}

/// Advice for a word for nothing in place of a list, or in one.
pub(crate) const NO_ITEMS: &str =
    "write `[]` if there are none, or `unknown` in place of the whole list if nobody knows";

/// Advice for a list that is written as a single text.
fn as_list(node: &YamlNode) -> String {
    let text = node.text().unwrap_or("a, b");
    if is_placeholder(text) {
        return NO_ITEMS.to_owned();
    }
    // Each on a line of its own, which YAML puts together.
    let lines: Vec<&str> = node.span.text().lines().map(str::trim).collect();
    let lines = (lines.len() > 1).then(|| lines.join(","));
    let text = lines.as_deref().unwrap_or(text);
    // `-a -b` on lines of their own: a blank is missing behind each dash.
    let item = |word: &str| {
        let rest = word.strip_prefix('-').map(str::to_owned);
        rest.filter(|rest| rest.starts_with(char::is_alphabetic))
    };
    let dashed: Option<Vec<String>> = text.split_whitespace().map(item).collect();
    let dashed = dashed.map(|items| items.join(","));
    let text = dashed.as_deref().unwrap_or(text);
    let items = text.split([',', ';', '|', '•', '·']);
    let items: Vec<&str> = items
        .map(|item| item.trim_matches(['[', ']', '(', ')', '{', '}', '"', '\'', '*', ' ']))
        .filter(|item| !item.is_empty())
        .collect();
    let items = items.join(", ");
    if node.span.source().name().contains(".csv") {
        return format!(
            "a sheet has no lists: move the whole row into a YAML or JSON file, with `[{items}]` there, \
             and delete it here; or give each word a column that is true or false"
        );
    }
    format!("write `[{items}]`, a list")
}

/// Advice for a list or a mapping in place of a single value.
fn single(ty: &FactType, node: &YamlNode) -> String {
    match &node.kind {
        NodeKind::Sequence(items) => match items.as_slice() {
            [only] if read_value(ty, only).is_ok() => {
                format!("write `{}`", only.text().unwrap_or_default())
            }
            _ => "write a single value, or declare the fact as `type: list`".to_owned(),
        },
        NodeKind::Mapping(entries) => match entries.first() {
            Some(entry) if Date::parse(&entry.key).is_ok() => format!(
                "write a list, each with its first and but for the latest its last day: `- {{value: \
                 {}, from: {}}}`",
                entry.value.text().unwrap_or("..."),
                entry.key
            ),
            _ => "write a single value, or `{value: ..., source: ...}`".to_owned(),
        },
        _ => "write a single value, or `{value: ..., source: ...}`".to_owned(),
    }
}

/// Advice if nothing can be made of the text.
fn otherwise(ty: &FactType) -> &'static str {
    match ty {
        FactType::Integer => "write digits alone, as `1500`, or leave it out",
        _ => "write digits with a point before decimals, as `1500.5`, or leave it out",
    }
}

/// The choice that a value names: a text as it is, or a number.
pub(crate) fn choice_of(choices: &[Arc<str>], value: &Value) -> Option<Value> {
    let place = match value {
        Value::Text(text) => choices.iter().position(|choice| choice == text),
        Value::Integer(whole) => find_number(choices, &(*whole).into()),
        Value::Number(number) => find_number(choices, number),
        _ => None,
    };
    place.map(|place| Value::Text(Arc::clone(&choices[place])))
}

/// Advice for several choices in one text; `None` if it is only one.
fn several(text: &str) -> Option<String> {
    text.contains([',', ';', '|']).then(|| {
        "write one of the choices; where a record may have several, declare the fact as `type: list` \
         with `items: choice`"
            .to_owned()
    })
}

fn read_choice(choices: &[Arc<str>], text: &str) -> Result<Value, Mismatch> {
    if let Some(place) = find_choice(choices, text) {
        return Ok(Value::Text(Arc::clone(&choices[place])));
    }
    let names = || choices.iter().map(|choice| &**choice);
    let signs = hidden_signs(text).map_or_else(String::new, |signs| format!(", with {signs}"));
    // A choice may look like the text, and differ by an invisible character.
    let odd = choices.iter().filter(|_| signs.is_empty());
    let odd = odd.filter_map(|choice| Some((choice, hidden_signs(choice)?)));
    let near = crate::base::diagnostic::did_you_mean(text, names());
    let odd = odd
        .into_iter()
        .find(|(choice, _)| near.as_ref().is_some_and(|near| near.contains(&***choice)));
    let lower = seen(text).to_lowercase();
    let mut same = choices
        .iter()
        .filter(|choice| choice.to_lowercase() == lower);
    let help = match same.next() {
        Some(choice) => Some(format!("write `{choice}`")),
        None if is_placeholder(text) => correction(&FactType::Text, text, false),
        None => match odd {
            Some((choice, signs)) => Some(format!(
                "the choice `{choice}` has {signs} in the rulebook file: write it anew there"
            )),
            None => near.or_else(|| several(text)),
        },
    };
    Err(Mismatch {
        code: Code::BadChoice,
        message: format!(
            "`{}`{signs} is not one of the choices: expected {}",
            crate::formats::yaml::shorten(text),
            list_of(names())
        ),
        help,
    })
}
