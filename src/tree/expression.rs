//! Expressions over facts, parameters and constants: what a script calculates with.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use crate::model::fact::{Date, FactPath, FactSchema, FactType, Numbering, Schema, Value};
use crate::model::jurisdiction::JurisdictionId;
use crate::tree::arithmetic::{Binary, Trouble, Unary, binary_part, number_of_key, unary};

/// The kind of a value that an expression yields.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ValueKind {
    /// `true` or `false`
    Boolean,
    /// a whole number
    Integer,
    /// a number that may have a fraction
    Number,
    /// text, a choice, or the id of a record
    Text,
    /// a day
    Date,
    /// a list
    List,
}

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
#[derive(Clone, Copy, Debug)]
pub(crate) struct PathStep {
    /// Its number in the schema.
    pub(crate) fact: usize,
    /// Where its part of the path begins, in bytes.
    pub(crate) start: usize,
}

/// A calculation.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Expression {
    /// A value written in a script.
    Constant(Value),
    /// A parameter; bound to its value, and still named.
    Parameter(Arc<str>, Value),
    /// A fact.
    Fact(FactRef),
    /// A derived fact, and how it is worked out here.
    Derived(FactRef, Arc<Expression>),
    /// An operation on one value.
    Unary(Unary, Arc<Expression>),
    /// An operation on two values.
    Binary(Binary, Arc<Expression>, Arc<Expression>),
}

impl Expression {
    /// The derived facts in it, by their names.
    pub(crate) fn derived(&self) -> Vec<FactRef> {
        match self {
            Self::Constant(_) | Self::Parameter(..) | Self::Fact(_) => Vec::new(),
            Self::Derived(fact, _) => vec![fact.clone()],
            Self::Unary(_, inner) => inner.derived(),
            Self::Binary(_, left, right) => [left.derived(), right.derived()].concat(),
        }
    }

    /// The same with a derived fact worked out in another way.
    pub(crate) fn with_derived(self: &Arc<Self>, name: &FactRef, value: &Arc<Self>) -> Arc<Self> {
        match &**self {
            Self::Derived(fact, _) if fact == name => Arc::clone(value),
            Self::Unary(operation, inner) => {
                Self::Unary(*operation, inner.with_derived(name, value)).into()
            }
            Self::Binary(operation, left, right) => {
                let (left, right) = (
                    left.with_derived(name, value),
                    right.with_derived(name, value),
                );
                Self::Binary(*operation, left, right).into()
            }
            _ => Arc::clone(self),
        }
    }
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
    pub(crate) fn of(owner: Owner, slot: usize, schema: &Schema) -> Self {
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

    /// Its path from the record that has it.
    pub(crate) fn last_path(&self) -> &str {
        &self.path.as_str()[self.steps().last().map_or(0, |step| step.start)..]
    }

    /// Its number in a schema, for a fact of the jurisdiction itself.
    pub(crate) fn own_number(&self, numbering: &Numbering) -> Option<usize> {
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

impl ValueKind {
    pub(crate) fn of(ty: &FactType) -> Self {
        match ty {
            FactType::Boolean => Self::Boolean,
            FactType::Integer => Self::Integer,
            FactType::Number => Self::Number,
            FactType::Text | FactType::Choice(_) | FactType::Jurisdiction => Self::Text,
            FactType::Date => Self::Date,
            FactType::List(_) => Self::List,
        }
    }

    pub(crate) fn of_value(value: &Value) -> Self {
        match value {
            Value::Boolean(_) => Self::Boolean,
            Value::Integer(_) => Self::Integer,
            Value::Number(_) => Self::Number,
            Value::Text(_) => Self::Text,
            Value::Date(_) => Self::Date,
            Value::List(_) => Self::List,
        }
    }

    /// With its article, for a message.
    pub(crate) fn describe(self) -> &'static str {
        match self {
            Self::Boolean => "true or false",
            Self::Integer => "a whole number",
            Self::Number => "a number",
            Self::Text => "text",
            Self::Date => "a date",
            Self::List => "a list",
        }
    }

    pub(crate) fn is_numeric(self) -> bool {
        matches!(self, Self::Integer | Self::Number)
    }
}

impl Expression {
    /// The kind of value it yields.
    pub fn kind(&self) -> ValueKind {
        match self {
            Self::Constant(value) | Self::Parameter(_, value) => ValueKind::of_value(value),
            Self::Fact(fact) | Self::Derived(fact, _) => ValueKind::of(&fact.schema.ty),
            Self::Unary(operation, inner) => operation.kind(inner.kind()),
            Self::Binary(operation, left, right) => binary_kind(
                *operation,
                left.kind(),
                right.kind(),
                right.is_whole_exponent(),
            ),
        }
    }

    /// Whether it is a whole number that is not below zero.
    pub(super) fn is_whole_exponent(&self) -> bool {
        matches!(self.constant(), Some(Value::Integer(times)) if *times >= 0)
    }

    /// Its value when no fact is in it.
    pub(crate) fn constant(&self) -> Option<&Value> {
        match self {
            Self::Constant(value) | Self::Parameter(_, value) => Some(value),
            Self::Derived(_, inner) => inner.constant(),
            _ => None,
        }
    }

    /// Its value, given a value for each fact.
    pub(crate) fn evaluate(
        &self,
        facts: &mut dyn FnMut(&FactRef) -> Value,
    ) -> Result<Value, Trouble> {
        match self {
            Self::Constant(value) | Self::Parameter(_, value) => Ok(value.clone()),
            Self::Fact(fact) => Ok(facts(fact)),
            Self::Derived(_, inner) => inner.evaluate(facts),
            Self::Unary(operation, inner) => unary(*operation, &inner.evaluate(facts)?),
            Self::Binary(operation, left, right) => {
                let left = left.evaluate(facts)?;
                binary_part(*operation, &left, &right.evaluate(facts)?)
            }
        }
    }

    /// Puts something in the place of each fact. Operations on constants stay as they are written.
    pub(crate) fn substitute(&self, facts: &mut dyn FnMut(&FactRef) -> Expression) -> Self {
        match self {
            Self::Constant(_) | Self::Parameter(..) => self.clone(),
            Self::Fact(fact) => facts(fact),
            // With something else in it the name would not be right.
            Self::Derived(_, inner) => inner.substitute(facts),
            Self::Unary(operation, inner) => {
                Self::Unary(*operation, inner.substitute(facts).into())
            }
            Self::Binary(operation, left, right) => {
                let left = left.substitute(facts).into();
                Self::Binary(*operation, left, right.substitute(facts).into())
            }
        }
    }

    /// Its value, where no fact is in it and it can be calculated.
    pub(crate) fn known(&self) -> Option<Value> {
        let mut facts = BTreeSet::new();
        self.collect(&mut facts);
        if facts.is_empty() {
            let none = &mut |_: &FactRef| unreachable!("there is no fact in it");
            return self.evaluate(none).ok();
        }
        None
    }

    /// Adds the facts in it to a set.
    pub(crate) fn collect<'a>(&'a self, facts: &mut BTreeSet<&'a FactRef>) {
        match self {
            Self::Constant(_) | Self::Parameter(..) => {}
            Self::Fact(fact) => {
                facts.insert(fact);
            }
            Self::Derived(_, inner) => inner.collect(facts),
            Self::Unary(_, inner) => inner.collect(facts),
            Self::Binary(_, left, right) => {
                left.collect(facts);
                right.collect(facts);
            }
        }
    }

    /// The same with facts seen from another record, and derived facts too.
    pub(crate) fn seen_from(&self, place: &dyn Fn(&FactRef) -> FactRef) -> Self {
        let inner = |inner: &Arc<Self>| Arc::new(inner.seen_from(place));
        match self {
            Self::Constant(_) | Self::Parameter(..) => self.clone(),
            Self::Fact(fact) => Self::Fact(place(fact)),
            Self::Derived(fact, how) => Self::Derived(place(fact), inner(how)),
            Self::Unary(operation, of) => Self::Unary(*operation, inner(of)),
            Self::Binary(operation, left, right) => {
                Self::Binary(*operation, inner(left), inner(right))
            }
        }
    }

    /// How many parts it has.
    pub(crate) fn parts(&self) -> usize {
        match self {
            Self::Constant(_) | Self::Parameter(..) | Self::Fact(_) => 1,
            Self::Derived(_, inner) | Self::Unary(_, inner) => 1 + inner.parts(),
            Self::Binary(_, left, right) => 1 + left.parts() + right.parts(),
        }
    }

    /// Whether it has more than so many parts, and how long the numbers are that were looked at
    /// until that was told: in words of 64 bits, where they have more than one.
    pub(crate) fn size(&self, most: usize) -> (bool, u64) {
        let (mut left, mut words) = (most, 0);
        let mut open = vec![self];
        while let Some(part) = open.pop() {
            if left == 0 {
                return (true, words);
            }
            left -= 1;
            match part {
                Self::Constant(value) | Self::Parameter(_, value) => {
                    if let Value::Number(number) = value {
                        words += number.bits() / 64;
                    }
                }
                Self::Fact(_) => {}
                Self::Derived(_, inner) | Self::Unary(_, inner) => open.push(inner),
                Self::Binary(_, left, right) => open.extend([&**left, &**right]),
            }
        }
        (false, words)
    }

    /// Adds the derived facts in it to a set, those within others too.
    pub(crate) fn collect_derived<'a>(&'a self, facts: &mut BTreeSet<&'a FactRef>) {
        match self {
            Self::Constant(_) | Self::Parameter(..) | Self::Fact(_) => {}
            Self::Derived(fact, inner) => {
                facts.insert(fact);
                inner.collect_derived(facts);
            }
            Self::Unary(_, inner) => inner.collect_derived(facts),
            Self::Binary(_, left, right) => {
                left.collect_derived(facts);
                right.collect_derived(facts);
            }
        }
    }

    /// Adds the values written in it to a list.
    pub(crate) fn constants(&self, values: &mut Vec<Value>) {
        match self {
            Self::Constant(value) | Self::Parameter(_, value) => values.push(value.clone()),
            Self::Fact(_) => {}
            Self::Derived(_, inner) | Self::Unary(_, inner) => inner.constants(values),
            Self::Binary(_, left, right) => {
                left.constants(values);
                right.constants(values);
            }
        }
    }
}

/// The value of a fact with a key.
pub(crate) fn value_of_key(fact: &FactRef, key: i64) -> Option<Value> {
    match ValueKind::of(&fact.schema.ty) {
        ValueKind::Boolean => Some(Value::Boolean(key == 1)),
        ValueKind::Integer => Some(Value::Integer(key)),
        ValueKind::Number => number_of_key(key).map(Value::Number),
        ValueKind::Date => Date::from_days(key).map(Value::Date),
        ValueKind::Text | ValueKind::List => None,
    }
}

impl Unary {
    /// The kind of its result, given that of its operand.
    pub(super) fn kind(self, operand: ValueKind) -> ValueKind {
        match self {
            Self::ToInteger => ValueKind::Integer,
            Self::ToNumber => ValueKind::Number,
            Self::Year | Self::Month | Self::Day => ValueKind::Integer,
            Self::Fixed(_) | Self::Percent(_) | Self::Thousands => ValueKind::Text,
            _ => operand,
        }
    }
}

/// The kind of the result of an operation; `whole`: the exponent is a whole number that is not
/// below zero.
pub(super) fn binary_kind(
    operation: Binary,
    left: ValueKind,
    right: ValueKind,
    whole: bool,
) -> ValueKind {
    match (operation, left, right) {
        (Binary::Divide, ValueKind::Integer, ValueKind::Integer) => ValueKind::Number,
        (Binary::Power, ValueKind::Integer, ValueKind::Integer) if !whole => ValueKind::Number,
        (Binary::Subtract, ValueKind::Date, ValueKind::Date) => ValueKind::Integer,
        (Binary::MonthsBetween | Binary::Age, ..) => ValueKind::Integer,
        (_, ValueKind::Date, _) | (_, _, ValueKind::Date) => ValueKind::Date,
        (_, ValueKind::Integer, ValueKind::Integer) => ValueKind::Integer,
        _ => ValueKind::Number,
    }
}

/// As a script would write it, the facts by their paths.
impl fmt::Display for Expression {
    fn fmt(&self, fmt: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Constant(Value::Text(text)) => write!(fmt, "{text:?}"),
            Self::Constant(value) => value.fmt(fmt),
            Self::Parameter(name, _) => write!(fmt, "params.{name}"),
            Self::Fact(fact) | Self::Derived(fact, _) => fact.fmt(fmt),
            Self::Unary(Unary::Negate, inner) => write!(fmt, "-{inner}"),
            Self::Unary(operation @ (Unary::Fixed(places) | Unary::Percent(places)), inner) => {
                write!(fmt, "{}({inner}, {places})", operation.symbol())
            }
            Self::Unary(operation, inner) => write!(fmt, "{}({inner})", operation.symbol()),
            Self::Binary(operation, left, right) if operation.is_called() => {
                write!(fmt, "{}({left}, {right})", operation.symbol())
            }
            Self::Binary(operation, left, right) => {
                write!(fmt, "({left} {} {right})", operation.symbol())
            }
        }
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
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for FactRef {}
