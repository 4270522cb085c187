//! The facts of all records for one day, laid out flat, and how a fact's name is followed to them.

use std::sync::Arc;

use crate::fact::{Date, FactPath, Value};
use crate::jurisdiction::Jurisdictions;
use crate::tree::expression::{Expression, FactRef, Owner, Step};
use crate::tree::test::Test;

/// Facts by record and schema number.
#[derive(Debug)]
pub(crate) struct Facts {
    pub(crate) records: Arc<Jurisdictions>,
    rows: Vec<Box<[Option<Value>]>>,
}

/// What a name of a fact leads to.
#[derive(Clone, Debug)]
pub(crate) enum Reading<'a> {
    /// A known value.
    Known(&'a Value),
    /// No value; the fact by its own name, whichever way it was reached.
    Missing(FactRef),
}

impl Facts {
    /// The values in force on a day.
    pub(crate) fn new(records: Arc<Jurisdictions>, day: Date) -> Self {
        let rows = records.list().iter().map(|record| {
            let values = (0..record.facts.len()).map(|fact| record.value(fact, day).cloned());
            values.collect()
        });
        Self { rows: rows.collect(), records }
    }

    /// The record and schema number that a name leads to from record `this`, or, when a reference
    /// on the way is not known, the fact as the record before the gap would name it.
    pub(crate) fn locate(&self, this: usize, fact: &FactRef) -> Result<(usize, usize), FactRef> {
        let mut record = match &fact.owner {
            Owner::This => this,
            Owner::Record(id) => self.records.find(id.as_str()).ok_or_else(|| fact.clone())?,
            Owner::Finding => return Err(fact.clone()),
        };
        let (last, references) = fact.steps.split_last().expect("a fact has at least one step");
        for (index, reference) in references.iter().enumerate() {
            let target = match self.rows[record][reference.fact].as_ref() {
                Some(Value::Text(id)) => self.records.find(id),
                _ => None,
            };
            let Some(target) = target else { return Err(self.named(this, record, fact, index)) };
            record = target;
        }
        Ok((record, last.fact))
    }

    /// What a name leads to from record `this`.
    pub(crate) fn read(&self, this: usize, fact: &FactRef) -> Reading<'_> {
        match self.locate(this, fact) {
            Ok((record, slot)) => match &self.rows[record][slot] {
                Some(value) => Reading::Known(value),
                None => Reading::Missing(self.named(this, record, fact, fact.steps.len() - 1)),
            },
            Err(missing) => Reading::Missing(missing),
        }
    }

    /// The answer of a test when every fact in it is known; otherwise the test over what is missing.
    pub(crate) fn answer(&self, this: usize, test: &Test) -> Result<bool, Test> {
        if let Test::Known(fact, _) = test {
            return Ok(matches!(self.read(this, fact), Reading::Known(_)));
        }
        let mut missing = false;
        let answer = test.answer(&mut |fact| match self.read(this, fact) {
            Reading::Known(value) => value.clone(),
            Reading::Missing(_) => {
                missing = true;
                placeholder(fact)
            }
        });
        if !missing {
            return Ok(answer);
        }
        Err(test.substitute(&mut |fact| match self.read(this, fact) {
            Reading::Known(value) => Expression::Constant(value.clone()),
            Reading::Missing(fact) => Expression::Fact(fact),
        }))
    }

    /// A fact by its own name: its owner, and its path from there.
    pub(crate) fn own_name(&self, this: usize, fact: &FactRef) -> FactRef {
        match self.locate(this, fact) {
            Ok((record, _)) => self.named(this, record, fact, fact.steps.len() - 1),
            Err(missing) => missing,
        }
    }

    fn named(&self, this: usize, record: usize, fact: &FactRef, step: usize) -> FactRef {
        let start = fact.steps[step].start;
        let steps = fact.steps[step..].iter().map(|step| Step { fact: step.fact, start: step.start - start });
        FactRef {
            owner: if record == this { Owner::This } else { Owner::Record(self.records.list()[record].id.clone()) },
            path: if start == 0 { fact.path.clone() } else { FactPath::new(&fact.path.as_str()[start..]) },
            schema: Arc::clone(&fact.schema),
            steps: steps.collect(),
        }
    }
}

/// A value of the right kind, for an answer that will not be used.
pub(crate) fn placeholder(fact: &FactRef) -> Value {
    use crate::fact::FactType;
    match &fact.schema.ty {
        FactType::Boolean => Value::Boolean(false),
        FactType::Integer => Value::Integer(1),
        FactType::Number => Value::Number(1.0),
        FactType::Date => Value::Date(Date::from_days(0).expect("the first day of 1970")),
        FactType::Text | FactType::Choice(_) | FactType::Jurisdiction => Value::Text("".into()),
        FactType::List(_) => Value::List(Arc::from([])),
    }
}
