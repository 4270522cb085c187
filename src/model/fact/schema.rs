//! The schema of a rulebook: which facts there are, and what each may be.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt;
use std::sync::Arc;

use crate::base::source::Span;
use crate::model::fact::{FactPath, FactType, MAX_INTEGER, Missing, Target, Value};
use crate::model::typed_indexes::FactIndex;

/// Facts that every record has without stating them: its id and its name.
pub(crate) const BUILT_IN: [&str; 2] = ["id", "name"];

impl FactIndex {
    /// Whether every record has it without stating it.
    pub(crate) fn is_built_in(self) -> bool {
        self.get() < BUILT_IN.len()
    }
}

/// The least and the greatest allowed value, both included.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AllowedRange {
    /// The least value; `None` if there is none.
    pub min: Option<Value>,
    /// The greatest value; `None` if there is none.
    pub max: Option<Value>,
}

impl AllowedRange {
    /// Whether a value is in the range.
    pub(crate) fn holds(&self, value: &Value) -> bool {
        self.min.as_ref().is_none_or(|min| value >= min)
            && self.max.as_ref().is_none_or(|max| value <= max)
    }
}

impl fmt::Display for AllowedRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The greatest integer that a file can state is not a bound that the schema sets.
        let is_set = |end: &Value| {
            !matches!(end, Value::Integer(MAX_INTEGER)) && *end != Value::Integer(-MAX_INTEGER)
        };
        match (&self.min, &self.max) {
            (Some(min), Some(max)) if is_set(max) && !is_set(min) => write!(f, "at most {max}"),
            (Some(min), Some(max)) if is_set(min) && !is_set(max) => write!(f, "at least {min}"),
            (Some(min), Some(max)) => write!(f, "{min} to {max}"),
            (Some(min), None) => write!(f, "at least {min}"),
            (None, Some(max)) => write!(f, "at most {max}"),
            (None, None) => f.write_str("any value"),
        }
    }
}

/// Where the value of a fact comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FactOrigin {
    /// Records state it.
    #[default]
    Stated,
    /// A script of the folder `derive` calculates it from other facts.
    Derived,
    /// It is calculated from the whole population.
    Statistic,
    /// The rulebook states it, as a parameter.
    Parameter,
}

/// One fact of the schema.
#[derive(Clone, Debug)]
pub struct FactSchema {
    /// The path of the fact.
    pub path: FactPath,
    /// Its type.
    pub ty: FactType,
    /// The unit of a number, such as `hours`; `None` if there is none.
    pub unit: Option<String>,
    /// The number of decimals a number is shown with, without rounding its value; `None` for all.
    pub decimals: Option<u8>,
    /// The allowed values of a number or a date.
    pub range: AllowedRange,
    /// What the fact means; `None` if the schema does not say.
    pub description: Option<String>,
    /// The question by which to ask for the fact; `None` if the schema gives none.
    pub question: Option<String>,
    /// Whether it cannot be changed, such as a state or a population.
    pub fixed: bool,
    /// Where its value comes from.
    pub origin: FactOrigin,
    /// For a reference: the fact by which it names a record; `None` for the id.
    pub key: Option<FactPath>,
    /// For a reference: where it may lead.
    pub target: Target,
    /// Words in records that mean that the fact is missing.
    pub missing: Missing,
    /// The place where the schema declares it; `None` for built-in facts.
    pub span: Option<Span>,
}

impl FactSchema {
    /// A fact of which only the path and type are known.
    pub(crate) fn of(path: impl Into<Arc<str>>, ty: FactType) -> Self {
        Self {
            path: FactPath::new(path),
            ty,
            unit: None,
            decimals: None,
            range: AllowedRange::default(),
            description: None,
            question: None,
            fixed: false,
            origin: FactOrigin::Stated,
            key: None,
            target: Target::default(),
            missing: Missing::default(),
            span: None,
        }
    }
}

/// The indexes that a schema gives its facts.
///
/// INVARIANT: an index is valid only with the numbering that gave it, or an equal one. So whatever
/// uses indexes keeps its numbering, and with another numbering a fact is looked up by its path.
#[derive(Clone, Debug, Default)]
pub(crate) struct Numbering(Arc<BTreeMap<FactPath, FactIndex>>);

impl Numbering {
    /// The index of a fact; `None` if there is none with this path.
    pub(crate) fn number(&self, path: &str) -> Option<FactIndex> {
        self.0.get(path).copied()
    }
}

impl PartialEq for Numbering {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0 == other.0
    }
}

/// All facts of a rulebook, in the order of the rulebook file.
#[derive(Clone, Debug, Default)]
pub struct Schema {
    facts: Vec<Arc<FactSchema>>,
    numbering: Numbering,
    /// Names in records that are not read; a `*` matches any text.
    ignored: Arc<[Arc<str>]>,
}

/// The meaning of a path in a schema.
pub(crate) enum Lookup<'a> {
    /// A fact, by its number.
    Fact(FactIndex, &'a Arc<FactSchema>),
    /// Facts lie below this path.
    Group,
    /// The schema has nothing with this path.
    Nothing,
}

impl Schema {
    /// A schema of these facts. Of two with equal paths, the first counts.
    pub(crate) fn new(facts: impl IntoIterator<Item = FactSchema>) -> Self {
        Self::default().with(facts)
    }

    /// Whether a record means the same under both schemas; where facts are declared does not
    /// matter.
    pub(crate) fn reads_as(&self, other: &Self) -> bool {
        let same = |a: &FactSchema, b: &FactSchema| {
            let words = |fact: &FactSchema| {
                (
                    (fact.unit.clone(), fact.decimals),
                    fact.description.clone(),
                    fact.question.clone(),
                )
            };
            let more = |fact: &FactSchema| {
                let missing = fact.missing.clone();
                let leads = (fact.key.clone(), fact.target.clone());
                (fact.fixed, fact.origin, leads, missing)
            };
            a.path == b.path
                && a.ty == b.ty
                && a.range == b.range
                && more(a) == more(b)
                && words(a) == words(b)
        };
        self.facts.len() == other.facts.len()
            && self.ignored == other.ignored
            && self.facts.iter().zip(&other.facts).all(|(a, b)| same(a, b))
    }

    /// The schema with more facts after its own, which no record states.
    pub(crate) fn with(&self, more: impl IntoIterator<Item = FactSchema>) -> Self {
        let mut schema = self.clone();
        let numbers = Arc::make_mut(&mut schema.numbering.0);
        for fact in more {
            let (path, fact) = (fact.path.clone(), Arc::new(fact));
            if let Entry::Vacant(vacant) = numbers.entry(path) {
                vacant.insert(schema.facts.len().into());
                schema.facts.push(fact);
            }
        }
        schema
    }

    /// The schema with names that records may hold and nothing reads.
    pub(crate) fn ignoring(self, names: impl IntoIterator<Item = Arc<str>>) -> Self {
        let ignored = names.into_iter().collect();
        Self { ignored, ..self }
    }

    /// Whether the values that records state under a path are not read.
    pub(crate) fn ignores(&self, path: &str) -> bool {
        self.ignored.iter().any(|name| match name.split_once('*') {
            Some((start, end)) => {
                let rest = path.strip_prefix(start);
                rest.is_some_and(|rest| rest.ends_with(end))
            }
            None => &**name == path,
        })
    }

    /// The number of facts that records have; other facts follow them.
    pub(crate) fn stated_len(&self) -> usize {
        self.facts
            .iter()
            .take_while(|fact| fact.origin == FactOrigin::Stated)
            .count()
    }

    /// The indexes of the facts that no record states.
    pub(crate) fn calculated(&self) -> impl Iterator<Item = FactIndex> + Clone {
        FactIndex::first(self.facts.len()).skip(self.stated_len())
    }

    /// The index of a fact; `None` if there is none with this path.
    pub(crate) fn slot(&self, path: &str) -> Option<FactIndex> {
        self.numbering.number(path)
    }

    /// The numbering that its indexes belong to.
    pub(crate) fn numbering(&self) -> &Numbering {
        &self.numbering
    }

    /// The facts, in order.
    pub fn facts(&self) -> &[Arc<FactSchema>] {
        &self.facts
    }

    /// Whether records can state a fact with this path.
    pub fn has(&self, path: &str) -> bool {
        let stated = |slot: &FactIndex| {
            !slot.is_built_in() && self.facts[*slot].origin == FactOrigin::Stated
        };
        self.slot(path).as_ref().is_some_and(stated)
    }

    /// The meaning of a path.
    pub(crate) fn look_up(&self, path: &str) -> Lookup<'_> {
        if let Some(index) = self.slot(path) {
            return Lookup::Fact(index, &self.facts[index]);
        }
        let prefix = format!("{path}.");
        let below = self
            .numbering
            .0
            .range(FactPath::new(prefix.as_str())..)
            .next();
        match below {
            _ if path.is_empty() => Lookup::Group,
            Some((next, _)) if next.as_str().starts_with(&prefix) => Lookup::Group,
            _ => Lookup::Nothing,
        }
    }

    /// Advice in place of `county.population`, if `county` leads to another record.
    pub(crate) fn through_a_reference(&self, path: &str) -> Option<String> {
        let mut ends = path.match_indices('.').map(|(at, _)| path.split_at(at));
        let leads = |slot: FactIndex| self.facts[slot].ty == FactType::Jurisdiction;
        let (reference, rest) = ends.find(|(before, rest)| {
            self.slot(before).is_some_and(leads) && self.slot(&rest[1..]).is_some()
        })?;
        Some(format!(
            "`{reference}` leads to another record: state `{}` there, and leave it out here; in a \
             case that record stands under `with:`",
            &rest[1..]
        ))
    }

    /// The paths, for a "did you mean".
    pub(crate) fn paths(&self) -> impl Iterator<Item = &str> {
        self.facts.iter().map(|fact| fact.path.as_str())
    }
}
