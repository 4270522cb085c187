//! Expressions over facts, parameters and constants: the calculations of a script.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use crate::model::fact::{Date, FactType, Value};
use crate::tree::exact_arithmetic::{Binary, Trouble, Unary, binary_part, number_of_key, unary};
use crate::tree::fact_ref::FactRef;

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

/// A calculation.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Expression {
    /// A value written in a script.
    Constant(Value),
    /// A parameter: its name, and the value it is bound to.
    Parameter(Arc<str>, Value),
    /// A fact.
    Fact(FactRef),
    /// A derived fact, and its calculation here.
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

    /// The expression with another calculation of a derived fact.
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

    /// The value if it contains no fact.
    pub(crate) fn constant(&self) -> Option<&Value> {
        match self {
            Self::Constant(value) | Self::Parameter(_, value) => Some(value),
            Self::Derived(_, inner) => inner.constant(),
            _ => None,
        }
    }

    /// The value, given a value for each fact.
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

    /// Replaces each fact by an expression. Operations on constants stay as they are, and unchanged
    /// parts stay the same allocation, as results are cached by address.
    pub(crate) fn substitute(
        self: &Arc<Self>,
        facts: &mut dyn FnMut(&FactRef) -> Expression,
    ) -> Arc<Self> {
        match &**self {
            Self::Constant(_) | Self::Parameter(..) => Arc::clone(self),
            Self::Fact(fact) => match facts(fact) {
                Self::Fact(other) if other.is_identical(fact) => Arc::clone(self),
                other => other.into(),
            },
            // With something else in it the name would not be right.
            Self::Derived(_, inner) => inner.substitute(facts),
            Self::Unary(operation, inner) => {
                let other = inner.substitute(facts);
                if Arc::ptr_eq(inner, &other) {
                    return Arc::clone(self);
                }
                Self::Unary(*operation, other).into()
            }
            Self::Binary(operation, left, right) => {
                let others = (left.substitute(facts), right.substitute(facts));
                if Arc::ptr_eq(left, &others.0) && Arc::ptr_eq(right, &others.1) {
                    return Arc::clone(self);
                }
                Self::Binary(*operation, others.0, others.1).into()
            }
        }
    }

    /// The value if it contains no fact and can be calculated.
    pub(crate) fn known(&self) -> Option<Value> {
        let mut facts = BTreeSet::new();
        self.collect(&mut facts);
        if facts.is_empty() {
            let none = &mut |_: &FactRef| unreachable!("there is no fact in it");
            return self.evaluate(none).ok();
        }
        None
    }

    /// Whether it contains a fact for which `is` returns true.
    pub(crate) fn any_fact(&self, is: &mut dyn FnMut(&FactRef) -> bool) -> bool {
        match self {
            Self::Constant(_) | Self::Parameter(..) => false,
            Self::Fact(fact) => is(fact),
            Self::Derived(_, inner) | Self::Unary(_, inner) => inner.any_fact(is),
            Self::Binary(_, left, right) => left.any_fact(is) || right.any_fact(is),
        }
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

    /// The expression with facts, and derived facts, as seen from another record.
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

    /// The number of its parts.
    pub(crate) fn parts(&self) -> usize {
        match self {
            Self::Constant(_) | Self::Parameter(..) | Self::Fact(_) => 1,
            Self::Derived(_, inner) | Self::Unary(_, inner) => 1 + inner.parts(),
            Self::Binary(_, left, right) => 1 + left.parts() + right.parts(),
        }
    }

    /// Whether it has more than `most` parts, and the total length of the numbers looked at until
    /// that was known: in 64-bit words, counting only numbers longer than one word.
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

/// The kind of the result of an operation; `whole`: the exponent is an integer that is not
/// negative.
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
