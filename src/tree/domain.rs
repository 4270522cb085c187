//! The domain of a fact: the set of values it can have, and how answers narrow it.

use std::sync::Arc;

use crate::formats::date::Date;
use crate::model::fact::{FactOrigin, FactType, MAX_INTEGER, Value, read_typed};
use crate::tree::exact_arithmetic::{key_of, key_of_float, next_text};
use crate::tree::fact_ref::FactRef;
use crate::tree::ranges::Ranges;

/// Whole numbers beyond it have no key.
const FARTHEST: i64 = i64::MAX - 3;

/// The values a fact can still have.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Domain {
    /// By key: booleans, whole numbers, numbers, days.
    Keys(Ranges<i64>),
    /// Texts, choices, ids.
    Texts(Ranges<Arc<str>>),
}

impl Domain {
    /// All values that the schema allows.
    pub(crate) fn of(fact: &FactRef) -> Self {
        let schema = &fact.schema;
        let end = |value: &Option<Value>, otherwise: i64| {
            value.as_ref().and_then(key_of).unwrap_or(otherwise)
        };
        let within = |low: i64, high: i64| {
            Self::Keys(Ranges::closed(
                end(&schema.range.min, low),
                end(&schema.range.max, high),
            ))
        };
        match &schema.ty {
            FactType::Boolean => Self::Keys(Ranges::closed(0, 1)),
            // A value beyond this is a fault, so nothing else is known of it.
            FactType::Integer if schema.origin == FactOrigin::Derived => {
                Self::Keys(Ranges::closed(-FARTHEST, FARTHEST))
            }
            FactType::Integer => within(-MAX_INTEGER, MAX_INTEGER),
            FactType::Number => within(key_of_float(f64::MIN), key_of_float(f64::MAX)),
            FactType::Date if schema.origin == FactOrigin::Derived => {
                within(Date::first().days(), Date::last().days())
            }
            FactType::Date => within(Date::first_written().days(), Date::last().days()),
            FactType::Choice(choices) => Self::Texts(Ranges::new(choices.iter().map(text_point))),
            FactType::Text | FactType::Jurisdiction | FactType::List(_) => {
                Self::Texts(Ranges::new([("".into(), None)]))
            }
        }
    }

    /// The values that a record can state: words that mean a missing fact are left out.
    pub(crate) fn that_can_be_stated(mut self, fact: &FactRef) -> Self {
        let schema = &fact.schema;
        let value = |word: &str| match (&schema.ty, read_typed(&schema.ty, word).ok()?) {
            (FactType::List(_), _) => None,
            (FactType::Integer, Value::Number(number)) => number.whole().map(Value::Integer),
            (_, value) => Some(value),
        };
        for value in schema.missing.words().filter_map(value) {
            self = self.without(&Self::only(&value));
        }
        self
    }

    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Self::Keys(keys) => keys.is_empty(),
            Self::Texts(texts) => texts.is_empty(),
        }
    }

    /// The number of ranges.
    pub(crate) fn ranges(&self) -> usize {
        match self {
            Self::Keys(keys) => keys.ranges().len(),
            Self::Texts(texts) => texts.ranges().len(),
        }
    }

    /// Whether a value is in this domain.
    pub(crate) fn contains(&self, value: &Value) -> bool {
        match (self, value) {
            (Self::Texts(texts), Value::Text(text)) => texts.contains(text),
            (Self::Keys(keys), value) => key_of(value).is_some_and(|key| keys.contains(&key)),
            _ => false,
        }
    }

    /// A single value.
    pub(crate) fn only(value: &Value) -> Self {
        match value {
            Value::Text(text) => Self::Texts(Ranges::new(vec![text_point(text)])),
            value => Self::Keys(
                key_of(value)
                    .map_or_else(|| Ranges::new(Vec::new()), |key| Ranges::closed(key, key)),
            ),
        }
    }

    /// The values in either domain.
    pub(crate) fn union(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::Keys(a), Self::Keys(b)) => Self::Keys(a.union(b)),
            (Self::Texts(a), Self::Texts(b)) => Self::Texts(a.union(b)),
            _ => unreachable!("a fact has one kind"),
        }
    }

    pub(crate) fn intersect(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::Keys(a), Self::Keys(b)) => Self::Keys(a.intersect(b)),
            (Self::Texts(a), Self::Texts(b)) => Self::Texts(a.intersect(b)),
            _ => unreachable!("a fact has one kind"),
        }
    }

    pub(crate) fn without(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::Keys(a), Self::Keys(b)) => Self::Keys(a.without(b)),
            (Self::Texts(a), Self::Texts(b)) => Self::Texts(a.without(b)),
            _ => unreachable!("a fact has one kind"),
        }
    }
}

/// A text alone, as a range.
pub(crate) fn text_point(text: &Arc<str>) -> (Arc<str>, Option<Arc<str>>) {
    (Arc::clone(text), Some(next_text(text)))
}
