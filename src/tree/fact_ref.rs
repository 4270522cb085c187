//! A fact as a script names it: whose it is, and its path from there.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
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
    /// No record: the finding of a condition, as a decision script reads it.
    Finding,
}

/// A fact as a script names it.
#[derive(Clone)]
pub struct FactRef {
    /// Whose fact it is.
    pub owner: Owner,
    /// Its path from there; it may lead through references.
    pub path: FactPath,
    /// What the schema says of it.
    pub schema: Arc<FactSchema>,
    /// The facts along the path.
    steps: Arc<PathSteps>,
}

/// The facts along a path, by the numbers of one schema: references first, the fact itself last.
struct PathSteps {
    numbering: Numbering,
    list: Box<[PathStep]>,
}

/// One fact along a path.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct PathStep {
    /// Its number in the schema.
    pub(crate) fact: FactIndex,
    /// Where its part of the path begins, in bytes.
    pub(crate) start: usize,
}

impl FactRef {
    /// A fact at the end of some steps, whose numbers are those of `numbering`.
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
        Self {
            owner,
            path,
            schema: Arc::clone(schema),
            steps: Arc::new(steps),
        }
    }

    /// Whether nothing tells them apart, the schema and its numbers included.
    pub(crate) fn is_identical(&self, other: &Self) -> bool {
        let (steps, others) = (&self.steps, &other.steps);
        self == other
            && Arc::ptr_eq(&self.schema, &other.schema)
            && (Arc::ptr_eq(steps, others)
                || steps.numbering == others.numbering && steps.list == others.list)
    }

    /// What an item of a list is, as if it were a fact by itself.
    pub(crate) fn item(&self) -> Option<Self> {
        let FactType::List(item) = &self.schema.ty else {
            return None;
        };
        let schema = FactSchema {
            ty: (**item).clone(),
            ..(*self.schema).clone()
        };
        Some(Self {
            schema: schema.into(),
            ..self.clone()
        })
    }

    /// A fact of one step, by its number in a schema.
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

    /// The facts along the path, by the numbers of the schema it was made by: references first, the
    /// fact itself last.
    pub(crate) fn steps(&self) -> &[PathStep] {
        &self.steps.list
    }

    /// Whether it is a fact of the jurisdiction itself, reached through no reference.
    pub(crate) fn is_own(&self) -> bool {
        self.owner == Owner::This && self.steps().len() == 1
    }

    /// Whether it may be any fraction, and not only what a record can state: a mean may be a third, and a
    /// parameter that is left open.
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

    /// Its number in a schema, for a fact of the jurisdiction itself.
    pub(crate) fn own_number(&self, numbering: &Numbering) -> Option<FactIndex> {
        match self.steps() {
            [step] if self.owner == Owner::This && self.steps.numbering == *numbering => {
                Some(step.fact)
            }
            [_] if self.owner == Owner::This => numbering.number(self.path.as_str()),
            _ => None,
        }
    }

    /// By the numbers of a schema; none where that has no such fact.
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
        let list = steps.collect::<Option<_>>()?;
        Some(Cow::Owned(Self {
            steps: Arc::new(PathSteps {
                numbering: numbering.clone(),
                list,
            }),
            ..self.clone()
        }))
    }

    /// This fact as it is seen from where `other` is read, of whose record it is: through the
    /// references that lead there.
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

/// The path; with the record before it when it is another's.
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

/// Two names of facts are the same when owner and path are: the schema follows from them.
impl Ord for FactRef {
    fn cmp(&self, other: &Self) -> Ordering {
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
        self.path == other.path && self.owner == other.owner
    }
}

impl Eq for FactRef {}
