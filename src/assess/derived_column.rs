//! The column of a derived fact: worked out for all records, block by block.

use std::ops::Range;
use std::sync::Arc;

use crate::assess::assessment::PART;
use crate::assess::finding::known_value;
use crate::assess::form::{DerivedUsed, Form};
use crate::assess::memo::Memo;
use crate::base::parallel;
use crate::model::fact::{
    BUILT_IN, Calculated, Column, FactSchema, FactType, Making, Number, Value, error_of_near,
};
use crate::script::{Bindings, explore};
use crate::tree::{BLOCK, Batch, Expression, Facts, Found, Room, Tree, walk};

/// Works a derived fact out for all records.
pub(super) fn derived_column(
    used: &DerivedUsed,
    schema: &FactSchema,
    bindings: &Arc<Bindings>,
    facts: &Arc<Facts>,
) -> Arc<Column> {
    let count = facts.records.len();
    let starts = (0..count.div_ceil(PART)).map(|part| part * PART).collect();
    let range = |start: usize| start..count.min(start + PART);
    if let (Form::Tabular(tree), FactType::Number) = (&used.form, &schema.ty) {
        let parts = parallel::map(starts, |start| numbers(tree, facts, range(start)));
        let (mut near, mut error) = (Vec::with_capacity(count), Vec::with_capacity(count));
        for (part, errors) in parts {
            near.extend(part);
            error.extend(errors);
        }
        let making = ByTree {
            tree: Arc::clone(tree),
            facts: facts.taking([]),
            own: used.reads.difference(&used.elsewhere).copied().collect(),
            elsewhere: used.elsewhere.iter().copied().collect(),
        };
        let making = Arc::new(making);
        return Column::Calculated(Calculated {
            near,
            error,
            making,
        })
        .into();
    }
    let parts: Vec<Column> = parallel::map(starts, |start| match &used.form {
        Form::Tabular(tree) => by_tree(tree, schema, facts, range(start)),
        Form::NotTabular(_) => by_script(used, schema, bindings, facts, range(start)),
        Form::Broken => {
            let mut column = Column::of(schema);
            range(start).for_each(|_| column.push(None));
            column
        }
    });
    let mut parts = parts.into_iter();
    let mut all = parts.next().unwrap_or_else(|| Column::of(schema));
    parts.for_each(|part| all.append(&part));
    all.into()
}

/// The numbers of a derived fact, made again from what they were made from.
#[derive(Debug)]
struct ByTree {
    tree: Arc<Tree>,
    facts: Facts,
    /// The facts of the record itself that are read, and those that references lead to.
    own: Vec<usize>,
    elsewhere: Vec<usize>,
}

impl Making for ByTree {
    fn number(&self, record: usize) -> Option<Number> {
        as_number(&open_value(&self.tree, &self.facts, record)?)
    }

    fn from_the_same(&self, other: &dyn Making, record: usize) -> bool {
        let other: &dyn std::any::Any = other;
        let Some(other) = other.downcast_ref::<Self>() else {
            return false;
        };
        let own = |slot: usize| {
            let (one, other) = (
                self.facts.shared_column(slot),
                other.facts.shared_column(slot),
            );
            Arc::ptr_eq(one, other) || (slot >= BUILT_IN.len() && one.same_at(other, record))
        };
        let shared = |slot: &usize| {
            let (one, other) = (
                self.facts.shared_column(*slot),
                other.facts.shared_column(*slot),
            );
            Arc::ptr_eq(one, other)
        };
        let records = Arc::ptr_eq(&self.facts.records, &other.facts.records);
        Arc::ptr_eq(&self.tree, &other.tree)
            && (records
                || (self.elsewhere.is_empty()
                    && self.own.iter().all(|slot| *slot >= BUILT_IN.len())))
            && self.own.iter().all(|slot| own(*slot))
            && self.elsewhere.iter().all(shared)
    }
}

fn as_number(value: &Value) -> Option<Number> {
    match value {
        Value::Number(number) => Some(number.clone()),
        Value::Integer(whole) => Some((*whole).into()),
        _ => None,
    }
}

/// Numbers near those of a derived fact, and how far off they may be.
fn numbers(tree: &Tree, facts: &Facts, range: Range<usize>) -> (Vec<f64>, Vec<f64>) {
    let mut near = vec![f64::NAN; range.len()];
    let mut error = vec![0.0; range.len()];
    each_value(tree, facts, range, &mut |index, found| {
        let number = match found {
            Found::Near(number, off) => {
                (near[index], error[index]) = (number, off);
                return;
            }
            Found::Value(value) => as_number(&value),
            Found::Nothing => None,
        };
        if let Some(number) = number {
            near[index] = number.near();
            error[index] = error_of_near(near[index]);
        }
    });
    (near, error)
}

fn by_tree(tree: &Tree, schema: &FactSchema, facts: &Facts, range: Range<usize>) -> Column {
    let mut column = Column::of(schema);
    column.reserve(range.len());
    range.clone().for_each(|_| column.push(None));
    each_value(tree, facts, range, &mut |index, found| {
        if let Found::Value(value) = found {
            column.set(index, Some(&value));
        }
    });
    column
}

/// Gives the value of each record that has one, by its place in the range.
fn each_value(tree: &Tree, facts: &Facts, range: Range<usize>, take: &mut dyn FnMut(usize, Found)) {
    let batch = Batch::new(tree, facts, &|_| None, &|_| 0);
    let mut room = Room::default();
    let mut open = [0; BLOCK];
    for start in range.clone().step_by(BLOCK) {
        let mut wanted = [0; BLOCK];
        wanted[..range.end.min(start + BLOCK) - start].fill(u8::MAX);
        batch.values(
            start,
            &wanted,
            &mut room,
            &mut open,
            &mut |record, found| {
                take(record - range.start, found);
            },
        );
        for index in (0..BLOCK).filter(|index| open[*index] != 0) {
            let this = start + index;
            if let Some(value) = open_value(tree, facts, this) {
                take(this - range.start, Found::Value(value));
            }
        }
    }
}

/// The value of one record, where all that it may be is the same.
fn open_value(tree: &Tree, facts: &Facts, this: usize) -> Option<Value> {
    let leaves = walk(tree, facts, this);
    if leaves.cut_short.is_some() {
        return None;
    }
    the_same(leaves.list.iter().map(|leaf| {
        let value = leaf.outcome.value.as_ref()?;
        known_value(value, facts, this)
    }))
}

/// For a script that no tree can hold: run for each record, once for those that agree in what it
/// reads.
pub(super) fn by_script(
    used: &DerivedUsed,
    schema: &FactSchema,
    bindings: &Arc<Bindings>,
    facts: &Arc<Facts>,
    range: std::ops::Range<usize>,
) -> Column {
    let mut column = Column::of(schema);
    let mut memo: Memo<Option<Value>> = Memo::default();
    for this in range {
        let value = used.program.as_ref().and_then(|program| {
            memo.came(facts, this, || {
                let found = explore(program, bindings, Some((facts, this)));
                let value = |value: &Arc<Expression>| known_value(value, facts, this);
                let values = found
                    .paths
                    .iter()
                    .map(|path| path.outcome.value.as_ref().and_then(value));
                let value = if found.incomplete.is_some() {
                    None
                } else {
                    the_same(values)
                };
                (value, Some(found.reads))
            })
        });
        column.push(value.as_ref());
    }
    column
}

/// The one value that all have.
fn the_same(mut values: impl Iterator<Item = Option<Value>>) -> Option<Value> {
    let first = values.next()??;
    values
        .all(|value| value.as_ref() == Some(&first))
        .then_some(first)
}
