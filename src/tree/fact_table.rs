//! The facts of all records for one day, laid out flat, and how a fact's name is followed to them.

mod outside_record;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use crate::model::fact::{
    BUILT_IN, Column, Date, FactPath, FactSchema, Number, Numbering, Schema, Value,
};
use crate::model::jurisdiction::{Jurisdictions, RecordView};
use crate::model::typed_indexes::FactIndex;
use crate::model::typed_indexes::RecordIndex;
use crate::tree::expression::Expression;
use crate::tree::fact_ref::{FactRef, Owner, PathStep};
use crate::tree::predicate::Test;

/// Facts by record and schema number.
#[derive(Debug)]
pub(crate) struct FactTable {
    pub(crate) records: Arc<Jurisdictions>,
    day: Date,
    /// The numbering of the facts in this table.
    numbering: Numbering,
    /// By index in the schema; empty for the facts that every record has, its id and name, and for
    /// derived facts that are calculated where they are read.
    columns: Vec<Arc<Column>>,
    /// Facts, by record and schema number, that have a value which is left open: stated and
    /// missing.
    free: BTreeSet<(RecordIndex, FactIndex)>,
    /// Facts that no record states and that are still to be calculated.
    to_come: BTreeSet<FactIndex>,
}

/// The result of reading a fact.
#[derive(Clone, Debug)]
pub(crate) enum FactReading {
    /// A known value.
    Known(Value),
    /// No value; the fact by its canonical name, whichever way it was reached.
    Missing(FactRef),
}

/// A value that is assumed for a fact.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Taken {
    Value(Value),
    /// It is stated; the value is left open.
    Open,
    /// It is not stated.
    NotStated,
}

impl FactTable {
    /// The values in force on a day, those that no record states left out. What is known of records
    /// that were there before, and are the same, is taken over.
    pub(crate) fn after(
        before: Option<&Arc<Self>>,
        schema: &Schema,
        records: &Arc<Jurisdictions>,
        day: Date,
    ) -> Self {
        let stated = schema.stated_len();
        let before =
            before.filter(|before| before.day == day && before.numbering == *schema.numbering());
        let mut columns = match before.filter(|before| before.records.same_ids(records)) {
            Some(before) if Arc::ptr_eq(&before.records, records) => {
                before.columns[..stated].to_vec()
            }
            // The columns of a table are taken as they are, and are the very same where nothing
            // changed.
            Some(_) if records.table().is_some() => {
                columns(&schema.facts()[..stated], records, day)
            }
            Some(before) => with_changes(before, stated, records, day),
            None => columns(&schema.facts()[..stated], records, day),
        };
        let nothing = Arc::new(Column::Any(Vec::new()));
        columns.resize_with(schema.facts().len(), || Arc::clone(&nothing));
        let numbering = schema.numbering().clone();
        Self {
            records: Arc::clone(records),
            day,
            numbering,
            columns,
            free: BTreeSet::new(),
            to_come: schema.calculated().collect(),
        }
    }

    /// Whether others hold the very same.
    pub(crate) fn is(&self, other: &Self) -> bool {
        let columns = self
            .columns
            .iter()
            .zip(&other.columns)
            .all(|(one, other)| Arc::ptr_eq(one, other));
        columns
            && self.columns.len() == other.columns.len()
            && Arc::ptr_eq(&self.records, &other.records)
            && self.day == other.day
    }

    /// The column of a fact, to be kept.
    pub(crate) fn shared_column(&self, fact: FactIndex) -> &Arc<Column> {
        &self.columns[fact]
    }

    /// Replaces the column of a fact that no record states.
    pub(crate) fn put(&mut self, fact: FactIndex, column: Arc<Column>) {
        self.columns[fact] = column;
        self.to_come.remove(&fact);
    }

    /// Takes facts that no record states as still to be calculated, and their values as those of
    /// before.
    pub(crate) fn calculate_again(&mut self, facts: impl IntoIterator<Item = FactIndex>) {
        self.to_come.extend(facts);
    }

    /// Whether a fact is still to be calculated: that it has no value says nothing yet.
    pub(crate) fn is_to_come(&self, fact: FactIndex) -> bool {
        self.to_come.contains(&fact)
    }

    /// The values of a fact for all records; those of the facts that every record has by itself are
    /// gathered.
    pub(crate) fn values_of(&self, fact: FactIndex, schema: &FactSchema) -> Cow<'_, Column> {
        if !fact.is_built_in() {
            return Cow::Borrowed(&self.columns[fact]);
        }
        let mut column = Column::of(schema);
        for record in RecordIndex::first(self.records.len()) {
            column.push(self.value(record, fact).as_ref());
        }
        Cow::Owned(column)
    }

    /// The values of a fact as records state them.
    pub(crate) fn stated_column(&self, fact: FactIndex, schema: &FactSchema) -> Column {
        let mut column = Column::of(schema);
        for record in self.records.records().iter() {
            // A row has the facts of its table and no others.
            let whole = matches!(record, RecordView::Whole(_));
            column.push(
                whole
                    .then(|| record.value(fact, self.day))
                    .flatten()
                    .as_ref(),
            );
        }
        column
    }

    /// The day they are of.
    pub(crate) fn day(&self) -> Date {
        self.day
    }

    /// By record: its index in another table. Both lists are in order of ids.
    pub(crate) fn beside(&self, other: &Self) -> Vec<Option<RecordIndex>> {
        let (list, others) = (self.records.records(), other.records.records());
        if self.records.same_ids(&other.records) {
            return RecordIndex::first(list.len()).map(Some).collect();
        }
        let mut next = 0;
        let found = list.iter().map(|record| {
            while next < others.len() && others.view(next).id() < record.id() {
                next += 1;
            }
            let same = next < others.len() && others.view(next).id() == record.id();
            same.then(|| {
                next += 1;
                RecordIndex::from(next - 1)
            })
        });
        found.collect()
    }

    /// Whether a record is the same in another table of the same day.
    pub(crate) fn same_row(&self, record: RecordIndex, other: &Self, old: RecordIndex) -> bool {
        self.records.view(record).same(other.records.view(old))
    }

    /// The value of a record's fact.
    pub(crate) fn value(&self, record: RecordIndex, fact: FactIndex) -> Option<Value> {
        match fact {
            FactIndex::ID => Some(Value::Text(self.records.id(record).into())),
            FactIndex::NAME => Some(Value::Text(self.records.view(record).name().into())),
            _ => self.column(fact)?.get(record.get()),
        }
    }

    /// The value of a calculation for a record, where all its facts are known and it can be done.
    pub(crate) fn calculated(&self, record: RecordIndex, value: &Expression) -> Option<Value> {
        let mut known = true;
        let value = value.evaluate(&mut |fact| match self.read(record, fact) {
            FactReading::Known(value) => value,
            FactReading::Missing(_) => {
                known = false;
                placeholder(fact)
            }
        });
        value.ok().filter(|_| known)
    }

    /// Whether a record's fact is known.
    fn is_known(&self, record: RecordIndex, fact: FactIndex) -> bool {
        fact.is_built_in()
            || self
                .column(fact)
                .is_some_and(|column| column.is_known(record.get()))
    }

    /// The values of a fact by record; `None` for the facts that every record has, and for one that
    /// is not calculated yet.
    pub(crate) fn column(&self, fact: FactIndex) -> Option<&Column> {
        let column = (!fact.is_built_in()).then(|| &*self.columns[fact]);
        column.filter(|column| column.len() > 0)
    }

    /// The number of a fact of the jurisdiction itself.
    pub(crate) fn own_slot(&self, fact: &FactRef) -> Option<FactIndex> {
        fact.own_number(&self.numbering)
    }

    /// The values of a fact of the jurisdiction itself; `None` as for `column`.
    pub(crate) fn own_column(&self, fact: &FactRef) -> Option<&Column> {
        self.column(self.own_slot(fact)?)
    }

    /// The record that a reference leads to; `None` if it is missing.
    pub(crate) fn target(&self, record: RecordIndex, reference: FactIndex) -> Option<RecordIndex> {
        match self.value(record, reference) {
            Some(Value::Text(name)) => self.records.follow(reference, &name),
            _ => None,
        }
    }

    /// The record and the index of the fact that `fact` means for record `this`; or, if a reference
    /// on the way is missing, the fact as the record before the gap would name it.
    ///
    /// A fact numbered by another schema is looked up by its path.
    pub(crate) fn locate(
        &self,
        this: RecordIndex,
        fact: &FactRef,
    ) -> Result<(RecordIndex, FactIndex), FactRef> {
        let fact = &*fact
            .numbered_by(&self.numbering)
            .ok_or_else(|| fact.clone())?;
        let mut record = match &fact.owner {
            Owner::This => this,
            Owner::Record(id) => self.records.find(id.as_str()).ok_or_else(|| fact.clone())?,
            Owner::Finding => return Err(fact.clone()),
        };
        let (last, references) = fact
            .steps()
            .split_last()
            .expect("a fact has at least one step");
        for (index, reference) in references.iter().enumerate() {
            let Some(target) = self.target(record, reference.fact) else {
                return Err(self.named(this, record, fact, index));
            };
            record = target;
        }
        Ok((record, last.fact))
    }

    /// The records and indexes of the references that lead to a fact, and of the fact itself, as
    /// far as they are known.
    pub(crate) fn along(&self, this: RecordIndex, fact: &FactRef) -> Vec<(RecordIndex, FactIndex)> {
        let Some(fact) = fact.numbered_by(&self.numbering) else {
            return Vec::new();
        };
        let mut next = match &fact.owner {
            Owner::This => Some(this),
            Owner::Record(id) => self.records.find(id.as_str()),
            Owner::Finding => None,
        };
        let mut found = Vec::new();
        for step in fact.steps() {
            let Some(record) = next else { break };
            found.push((record, step.fact));
            next = (found.len() < fact.steps().len())
                .then(|| self.target(record, step.fact))
                .flatten();
        }
        found
    }

    /// Reads a fact from record `this`.
    pub(crate) fn read(&self, this: RecordIndex, fact: &FactRef) -> FactReading {
        match self.locate(this, fact) {
            Ok((record, slot)) => match self.value(record, slot) {
                Some(value) => FactReading::Known(value),
                None => {
                    FactReading::Missing(self.named(this, record, fact, fact.steps().len() - 1))
                }
            },
            Err(missing) => FactReading::Missing(missing),
        }
    }

    /// Whether a fact is missing for record `this`.
    pub(crate) fn missing(&self, this: RecordIndex, fact: &FactRef) -> bool {
        matches!(self.read(this, fact), FactReading::Missing(_))
    }

    /// Whether record `this` states a fact.
    pub(crate) fn states(&self, this: RecordIndex, fact: &FactRef) -> bool {
        let place = self.locate(this, fact);
        place.is_ok_and(|(record, slot)| {
            self.is_known(record, slot) || self.free.contains(&(record, slot))
        })
    }

    /// The facts of a few records only. Ids of other records lead nowhere. Derived facts for which
    /// `worked` is true are calculated when they are read.
    pub(crate) fn of_few(
        &self,
        schema: &Schema,
        mut records: Vec<RecordIndex>,
        worked: &dyn Fn(FactIndex) -> bool,
    ) -> Self {
        records.sort_unstable();
        let list = records
            .iter()
            .map(|record| self.records.view(*record).to_record());
        let list: Vec<_> = list.collect();
        let columns = FactIndex::each(schema.facts().iter().zip(&self.columns)).map(
            |(slot, (fact, column))| {
                let mut few = if worked(slot) {
                    Column::Any(Vec::new())
                } else {
                    Column::of(fact)
                };
                if !slot.is_built_in() && !worked(slot) && column.len() > 0 {
                    for record in &records {
                        few.push_from(column, record.get());
                    }
                }
                Arc::new(few)
            },
        );
        Self {
            records: Jurisdictions::new(list)
                .with_keys(self.records.keys())
                .into(),
            day: self.day,
            numbering: self.numbering.clone(),
            columns: columns.collect(),
            free: BTreeSet::new(),
            to_come: self.to_come.clone(),
        }
    }

    /// The facts with some of them replaced by a value or left open.
    pub(crate) fn taking(
        &self,
        changes: impl IntoIterator<Item = (RecordIndex, FactIndex, Taken)>,
    ) -> Self {
        let mut facts = Self {
            records: Arc::clone(&self.records),
            day: self.day,
            numbering: self.numbering.clone(),
            columns: self.columns.clone(),
            free: self.free.clone(),
            to_come: self.to_come.clone(),
        };
        for (record, slot, taken) in changes {
            facts.free.remove(&(record, slot));
            let value = match taken {
                Taken::Value(value) => Some(value),
                Taken::NotStated => None,
                Taken::Open => {
                    facts.free.insert((record, slot));
                    None
                }
            };
            Arc::make_mut(&mut facts.columns[slot]).set(record.get(), value.as_ref());
        }
        facts
    }

    /// The record and index of the missing reference on the way to a fact; `None` if all are known.
    pub(crate) fn gap(
        &self,
        this: RecordIndex,
        fact: &FactRef,
    ) -> Option<(RecordIndex, FactIndex)> {
        let along = self.along(this, fact);
        if along.len() < fact.steps().len() {
            along.last().copied()
        } else {
            None
        }
    }

    /// A fact by its record and number, as seen from record `this`.
    pub(crate) fn name(
        &self,
        this: RecordIndex,
        record: RecordIndex,
        slot: FactIndex,
        schema: &Arc<FactSchema>,
    ) -> FactRef {
        let steps = [PathStep {
            fact: slot,
            start: 0,
        }];
        FactRef::new(
            self.owner(this, record),
            schema.path.clone(),
            schema,
            &self.numbering,
            steps,
        )
    }

    /// The answer of a test if every fact in it is known; otherwise the test over the missing
    /// facts.
    pub(crate) fn answer(&self, this: RecordIndex, test: &Test) -> Result<bool, Test> {
        if let Test::Known(fact, _) = test {
            return Ok(self.states(this, fact));
        }
        let mut missing = false;
        let answer = test.answer(&mut |fact| match self.read(this, fact) {
            FactReading::Known(value) => value,
            FactReading::Missing(_) => {
                missing = true;
                placeholder(fact)
            }
        });
        if !missing {
            return Ok(answer);
        }
        Err(test.substitute(&mut |fact| match self.read(this, fact) {
            FactReading::Known(value) => Expression::Constant(value),
            FactReading::Missing(fact) => Expression::Fact(fact),
        }))
    }

    /// A fact by its own name: its owner, and its path from there.
    pub(crate) fn own_name(&self, this: RecordIndex, fact: &FactRef) -> FactRef {
        match self.locate(this, fact) {
            Ok((record, _)) => self.named(this, record, fact, fact.steps().len() - 1),
            Err(missing) => missing,
        }
    }

    /// Whose a record is, as record `this` sees it.
    fn owner(&self, this: RecordIndex, record: RecordIndex) -> Owner {
        if record == this {
            Owner::This
        } else {
            Owner::Record(self.records.id_of(record))
        }
    }

    fn named(
        &self,
        this: RecordIndex,
        record: RecordIndex,
        fact: &FactRef,
        step: usize,
    ) -> FactRef {
        let owner = self.owner(this, record);
        let fact = fact
            .numbered_by(&self.numbering)
            .expect("it was found by these numbers");
        if step == 0 && owner == fact.owner {
            return fact.into_owned();
        }
        let start = fact.steps()[step].start;
        let path = if start == 0 {
            fact.path.clone()
        } else {
            FactPath::new(&fact.path.as_str()[start..])
        };
        let steps = fact.steps()[step..].iter().map(|step| PathStep {
            fact: step.fact,
            start: step.start - start,
        });
        FactRef::new(owner, path, &fact.schema, &self.numbering, steps)
    }
}

/// Builds all columns.
fn columns(schema: &[Arc<FactSchema>], records: &Jurisdictions, day: Date) -> Vec<Arc<Column>> {
    let table = records.table();
    let one = |(slot, fact): (FactIndex, &Arc<FactSchema>)| {
        // The rows of a single table, in its order: nothing is copied.
        if let Some(table) = table {
            return Arc::clone(table.column(slot));
        }
        let mut column = Column::of(fact);
        if !slot.is_built_in() {
            column.reserve(records.len());
            records
                .records()
                .iter()
                .for_each(|record| record.push_into(&mut column, slot, day));
        }
        Arc::new(column)
    };
    FactIndex::each(schema).map(one).collect()
}

/// The columns from before, with the records that are not the same.
fn with_changes(
    before: &FactTable,
    stated: usize,
    records: &Jurisdictions,
    day: Date,
) -> Vec<Arc<Column>> {
    let mut columns = before.columns[..stated].to_vec();
    let pairs = records
        .records()
        .iter()
        .zip(before.records.records().iter())
        .enumerate();
    for (record, (new, _)) in pairs.filter(|(_, (new, old))| !new.same(*old)) {
        for (slot, column) in FactIndex::each(&mut columns).skip(BUILT_IN.len()) {
            let value = new.value(slot, day);
            if column.get(record) != value {
                Arc::make_mut(column).set(record, value.as_ref());
            }
        }
    }
    columns
}

/// A value of the right kind, for an answer that will not be used.
pub(crate) fn placeholder(fact: &FactRef) -> Value {
    use crate::model::fact::FactType;
    match &fact.schema.ty {
        FactType::Boolean => Value::Boolean(false),
        FactType::Integer => Value::Integer(1),
        FactType::Number => Value::Number(Number::ONE),
        FactType::Date => Value::Date(Date::from_days(0).expect("the first day of 1970")),
        FactType::Text | FactType::Choice(_) | FactType::Jurisdiction => Value::Text("".into()),
        FactType::List(_) => Value::List(Arc::from([])),
    }
}
