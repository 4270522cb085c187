//! A fact by its name: whose it is, and its path from there.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use crate::model::fact::{FactOrigin, FactPath, FactSchema, FactType, Numbering, Schema};
use crate::model::jurisdiction::JurisdictionId;
use crate::model::typed_indexes::FactIndex;

/// Whose fact it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Owner {
    /// The jurisdiction being assessed.
    This,
    /// Another record, reached through a reference that is known.
    Record(JurisdictionId),
    /// No record: the finding of a condition, as the decision or another condition reads it.
    Finding,
}

/// A fact by its name. It is copied with each region and test, so copies share it.
#[derive(Clone)]
pub struct FactRef(Arc<NamedFact>);

/// The name of a fact.
#[derive(Clone)]
pub struct NamedFact {
    /// Whose fact it is.
    pub owner: Owner,
    /// Its path from the owner; it may lead through references.
    pub path: FactPath,
    /// The fact in the schema.
    pub schema: Arc<FactSchema>,
    /// The facts along the path.
    steps: PathSteps,
}

impl Deref for FactRef {
    type Target = NamedFact;

    fn deref(&self) -> &NamedFact {
        &self.0
    }
}

/// The facts along a path, by their indexes in one schema: references first, the fact itself last.
#[derive(Clone, PartialEq)]
struct PathSteps {
    numbering: Numbering,
    list: Box<[PathStep]>,
}

/// One fact along a path.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct PathStep {
    /// Its index in the schema.
    pub(crate) fact: FactIndex,
    /// The byte where its part of the path begins.
    pub(crate) start: usize,
}

impl FactRef {
    /// A fact at the end of some steps, whose indexes are those of `numbering`.
    pub(crate) fn new(
        owner: Owner,
        path: FactPath,
        schema: &Arc<FactSchema>,
        numbering: &Numbering,
        steps: impl IntoIterator<Item = PathStep>,
    ) -> Self {
        let steps = PathSteps {
            numbering: numbering.clone(),
            list: steps.into_iter().collect(),
        };
        let name = NamedFact {
            owner,
            path,
            schema: Arc::clone(schema),
            steps,
        };
        Self(name.into())
    }

    /// Whether two names are equal, the schema and its indexes included.
    pub(crate) fn is_identical(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
            || self == other
                && Arc::ptr_eq(&self.schema, &other.schema)
                && self.steps == other.steps
    }

    /// A name that differs from this one.
    pub(crate) fn changed(&self, change: impl FnOnce(&mut NamedFact)) -> Self {
        let mut name = NamedFact::clone(self);
        change(&mut name);
        Self(name.into())
    }

    /// An item of a list, as if it were a fact by itself; `None` if this is no list.
    pub(crate) fn item(&self) -> Option<Self> {
        let FactType::List(item) = &self.schema.ty else {
            return None;
        };
        let schema = FactSchema {
            ty: (**item).clone(),
            ..(*self.schema).clone()
        };
        Some(self.changed(|name| name.schema = schema.into()))
    }

    /// A fact of one step, by its index in a schema.
    pub(crate) fn of(owner: Owner, slot: FactIndex, schema: &Schema) -> Self {
        let fact = &schema.facts()[slot];
        Self::new(
            owner,
            fact.path.clone(),
            fact,
            schema.numbering(),
            [PathStep {
                fact: slot,
                start: 0,
            }],
        )
    }

    /// The facts along the path, by their indexes in the schema it was made with: references first,
    /// the fact itself last.
    pub(crate) fn steps(&self) -> &[PathStep] {
        &self.steps.list
    }

    /// Whether it is a fact of the jurisdiction itself, reached through no reference.
    pub(crate) fn is_own(&self) -> bool {
        self.owner == Owner::This && self.steps().len() == 1
    }

    /// Whether it may be any fraction, not only a number that a record can state: a mean, or a
    /// parameter without a value, may be a third.
    pub(crate) fn may_be_any_fraction(&self) -> bool {
        let is_calculated = matches!(
            self.schema.origin,
            FactOrigin::Statistic | FactOrigin::Derived | FactOrigin::Parameter
        );
        is_calculated && self.schema.ty == FactType::Number
    }

    /// Its path from the record that has it.
    pub(crate) fn last_path(&self) -> &str {
        &self.path.as_str()[self.steps().last().map_or(0, |step| step.start)..]
    }

    /// Its index in a schema; `None` if it is not a fact of the jurisdiction itself, or not in the
    /// schema.
    pub(crate) fn own_number(&self, numbering: &Numbering) -> Option<FactIndex> {
        match self.steps() {
            [step] if self.owner == Owner::This && self.steps.numbering == *numbering => {
                Some(step.fact)
            }
            [_] if self.owner == Owner::This => numbering.number(self.path.as_str()),
            _ => None,
        }
    }

    /// This fact with the indexes of a schema; `None` if that has no such fact.
    pub(crate) fn numbered_by(&self, numbering: &Numbering) -> Option<Cow<'_, Self>> {
        if self.steps.numbering == *numbering {
            return Some(Cow::Borrowed(self));
        }
        let ends = self
            .steps()
            .iter()
            .skip(1)
            .map(|step| step.start - 1)
            .chain([self.path.as_str().len()]);
        let steps = self.steps().iter().zip(ends).map(|(step, end)| {
            let fact = numbering.number(&self.path.as_str()[step.start..end])?;
            Some(PathStep {
                fact,
                start: step.start,
            })
        });
        let steps = PathSteps {
            numbering: numbering.clone(),
            list: steps.collect::<Option<_>>()?,
        };
        Some(Cow::Owned(self.changed(|name| name.steps = steps)))
    }

    /// This fact of the record that has `other`, as seen from where `other` is read: through the
    /// same references.
    pub(crate) fn seen_through(&self, other: &Self) -> Self {
        debug_assert!(
            self.steps.numbering == other.steps.numbering,
            "both belong to one schema"
        );
        let (last, references) = other
            .steps()
            .split_last()
            .expect("a fact has at least one step");
        let beyond = self.steps().iter().map(|step| PathStep {
            fact: step.fact,
            start: step.start + last.start,
        });
        let path = FactPath::new(format!(
            "{}{}",
            &other.path.as_str()[..last.start],
            self.path
        ));
        let steps = references.iter().copied().chain(beyond);
        Self::new(
            other.owner.clone(),
            path,
            &self.schema,
            &self.steps.numbering,
            steps,
        )
    }
}

/// Shows the path; before it the id of another record, or `findings.` for a finding.
impl fmt::Display for FactRef {
    fn fmt(&self, fmt: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.owner {
            Owner::This => write!(fmt, "{}", self.path),
            Owner::Record(id) => write!(fmt, "{id}: {}", self.path),
            Owner::Finding => write!(fmt, "findings.{}", self.path),
        }
    }
}

impl fmt::Debug for FactRef {
    fn fmt(&self, fmt: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, fmt)
    }
}

/// Facts are ordered and equal by owner and path; the schema follows from them.
impl Ord for FactRef {
    fn cmp(&self, other: &Self) -> Ordering {
        if Arc::ptr_eq(&self.0, &other.0) {
            return Ordering::Equal;
        }
        (&self.owner, &self.path).cmp(&(&other.owner, &other.path))
    }
}

impl PartialOrd for FactRef {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for FactRef {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.path == other.path && self.owner == other.owner
    }
}

impl Eq for FactRef {}
