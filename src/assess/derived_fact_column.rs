//! The column of a derived fact, calculated for all records, block by block.

use std::any::Any;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use crate::assess::assessment::PART;
use crate::assess::derivation_order::OUT_OF_CIRCLE;
use crate::assess::derived_faults::RecordFaults;
use crate::assess::explored_scripts::{DerivedUsed, Form};
use crate::assess::script_result_by_facts_read::ScriptMemo;
use crate::base::diagnostic::{Code, Diagnostic};
use crate::base::parallel;
use crate::model::fact::{
    CalculatedColumn, Column, FactOrigin, FactSchema, FactType, MAX_INTEGER, Making, Number, Value,
    error_of_near,
};
use crate::model::typed_indexes::FactIndex;
use crate::model::typed_indexes::RecordIndex;
use crate::script::{Bindings, Exploration, Program, explore};
use crate::tree::{
    BLOCK, Batch, Expression, FactRef, FactTable, LeafValue, Tree, WalkBuffers, walk,
};

/// Calculates a derived fact for all records; also returns the faults of single records if its
/// script is run for each.
pub(super) fn derived_column(
    used: &DerivedUsed,
    schema: &FactSchema,
    bindings: &Arc<Bindings>,
    facts: &Arc<FactTable>,
) -> (Arc<Column>, RecordFaults) {
    let count = facts.records.len();
    let starts = (0..count.div_ceil(PART)).map(|part| part * PART).collect();
    let range = |start: usize| start..count.min(start + PART);
    if let (Form::Tabular(tree), FactType::Number) = (&used.form, &schema.ty) {
        let parts = parallel::map(starts, |start| numbers(tree, facts, range(start)));
        let mut all = NumberBounds::with_capacity(count);
        for part in parts {
            all.append(part);
        }
        let making = ByTree::new(tree, facts.taking([]), all.leaves);
        let column = Column::Calculated(CalculatedColumn {
            near: all.near,
            error: all.error,
            making: Arc::new(making),
        });
        return (column.into(), RecordFaults::default());
    }
    let parts: Vec<(Column, RecordFaults)> = parallel::map(starts, |start| {
        let mut faults = RecordFaults::default();
        let column = match &used.form {
            Form::Tabular(tree) => by_tree((used, tree), schema, facts, range(start), &mut faults),
            Form::NotTabular(_) => {
                by_script(used, schema, bindings, facts, range(start), &mut faults)
            }
            Form::Broken => {
                let mut column = Column::of(schema);
                range(start).for_each(|_| column.push(None));
                column
            }
        };
        (column, faults)
    });
    let mut parts = parts.into_iter();
    let (mut all, mut faults) = parts
        .next()
        .unwrap_or_else(|| (Column::of(schema), RecordFaults::default()));
    for (column, later) in parts {
        all.append(&column);
        faults.append(later);
    }
    (all.into(), faults)
}

/// The numbers of a derived fact, recalculated from their inputs on request.
#[derive(Debug)]
struct ByTree {
    tree: Arc<Tree>,
    facts: FactTable,
    /// By record: the leaf that it reaches.
    leaves: Vec<u32>,
    /// By leaf: the inputs of its value.
    inputs: Vec<DerivedInputs>,
}

/// The facts that a value is made from, by their numbers.
#[derive(Debug, Default)]
struct DerivedInputs {
    /// Facts of the record itself.
    own: Vec<FactIndex>,
    /// Facts behind references, and the references.
    elsewhere: Vec<FactIndex>,
    /// There are others.
    others: bool,
}

impl DerivedInputs {
    fn of(value: &Expression, facts: &FactTable) -> Self {
        let mut named = BTreeSet::new();
        value.collect(&mut named);
        let mut inputs = Self::default();
        for fact in named {
            match facts.own_slot(fact) {
                Some(slot) if !slot.is_built_in() => inputs.own.push(slot),
                Some(_) => inputs.others = true,
                None => inputs
                    .elsewhere
                    .extend(fact.steps().iter().map(|step| step.fact)),
            }
        }
        inputs.others |= inputs.elsewhere.iter().any(|slot| slot.is_built_in());
        inputs
    }
}

impl ByTree {
    fn new(tree: &Arc<Tree>, facts: FactTable, leaves: Vec<u32>) -> Self {
        let inputs = tree.outcomes().map(|outcome| {
            let value = outcome.value.as_ref();
            value.map_or_else(DerivedInputs::default, |value| {
                DerivedInputs::of(value, &facts)
            })
        });
        Self {
            inputs: inputs.collect(),
            tree: Arc::clone(tree),
            facts,
            leaves,
        }
    }

    /// The one leaf that a record reaches.
    fn leaf(&self, record: RecordIndex) -> Option<usize> {
        let leaf = self.leaves[record];
        (leaf != OPEN).then(|| usize::try_from(leaf).expect("it numbers a leaf"))
    }

    fn shares(&self, other: &Self, slot: FactIndex) -> bool {
        let (one, other) = (&self.facts, &other.facts);
        Arc::ptr_eq(one.shared_column(slot), other.shared_column(slot))
    }

    /// Whether a leaf's inputs outside the record are the same, for one and the same record.
    fn same_elsewhere(&self, other: &Self, inputs: &DerivedInputs) -> bool {
        let (one, others) = (&self.facts.records, &other.facts.records);
        inputs.elsewhere.is_empty()
            || (one.same_ids(others)
                && Arc::ptr_eq(one.keys(), others.keys())
                && inputs
                    .elsewhere
                    .iter()
                    .all(|slot| self.shares(other, *slot)))
    }
}

impl Making for ByTree {
    fn number(&self, row: usize) -> Option<Number> {
        let record = RecordIndex::from(row);
        let value = match self.leaf(record) {
            Some(leaf) => {
                let value = self.tree.outcome(leaf).value.as_ref()?;
                self.facts.calculated(record, value)?
            }
            None => open_value(&self.tree, &self.facts, record)?,
        };
        as_number(&value)
    }

    fn shares_origin(&self, row: usize, (other, at): (&dyn Making, usize)) -> bool {
        let other: &dyn Any = other;
        let same = other.downcast_ref::<Self>().zip(self.leaf(row.into()));
        same.is_some_and(|(other, leaf)| {
            let inputs = &self.inputs[leaf];
            let in_place = row == at && self.same_elsewhere(other, inputs);
            let mut own = inputs.own.iter();
            Arc::ptr_eq(&self.tree, &other.tree)
                && other.leaf(at.into()) == Some(leaf)
                && !inputs.others
                && (in_place || inputs.elsewhere.is_empty())
                && own.all(|slot| {
                    let column = self.facts.shared_column(*slot);
                    (row == at && self.shares(other, *slot))
                        || column.same_value(row, (other.facts.shared_column(*slot), at))
                })
        })
    }

    fn mark_others(&self, other: &dyn Making, marks: &mut [bool]) {
        let other: &dyn Any = other;
        let other = other.downcast_ref::<Self>();
        let Some(other) = other.filter(|other| Arc::ptr_eq(&self.tree, &other.tree)) else {
            return marks.fill(true);
        };
        let slots: BTreeSet<FactIndex> = self.inputs.iter().flat_map(|it| it.own.clone()).collect();
        let mut changed: BTreeMap<FactIndex, Vec<bool>> = BTreeMap::new();
        for slot in slots {
            if !self.shares(other, slot) {
                let column = self.facts.shared_column(slot);
                let mut others = vec![false; marks.len()];
                column.mark_others(other.facts.shared_column(slot), &mut others);
                changed.insert(slot, others);
            }
        }
        // By the facts that have changed: the records for which one has.
        let mut together: BTreeMap<Vec<FactIndex>, Vec<bool>> = BTreeMap::new();
        // By leaf: which of its inputs have changed; `None` if that is not known.
        let leaves = self.inputs.iter().map(|inputs| {
            let told = !inputs.others && self.same_elsewhere(other, inputs);
            let own = inputs.own.iter().copied();
            let slots: Vec<FactIndex> = own.filter(|slot| changed.contains_key(slot)).collect();
            told.then(|| {
                together.entry(slots.clone()).or_insert_with(|| {
                    let mut all = vec![false; marks.len()];
                    for slot in &slots {
                        for (all, changed) in all.iter_mut().zip(&changed[slot]) {
                            *all |= changed;
                        }
                    }
                    all
                });
                slots
            })
        });
        let leaves: Vec<Option<Vec<FactIndex>>> = leaves.collect();
        let leaves = leaves.iter().map(|slots| Some(&together[slots.as_ref()?]));
        let leaves: Vec<Option<&Vec<bool>>> = leaves.collect();
        let reached = self.leaves.iter().zip(&other.leaves);
        for ((record, marked), (one, other)) in RecordIndex::each(marks).zip(reached) {
            // A record that reaches no single leaf has a number beyond all leaves.
            let leaf = usize::try_from(*one).ok().and_then(|leaf| leaves.get(leaf));
            *marked |= match leaf {
                Some(Some(changed)) if one == other => changed[record],
                _ => true,
            };
        }
    }
}

/// Stands for a record whose leaf is not the only one it may reach.
const OPEN: u32 = u32::MAX;

fn as_number(value: &Value) -> Option<Number> {
    match value {
        Value::Number(number) => Some(number.clone()),
        Value::Integer(whole) => Some((*whole).into()),
        _ => None,
    }
}

/// Numbers near those of a derived fact, how far off they may be, and from which leaves they are.
#[derive(Default)]
struct NumberBounds {
    near: Vec<f64>,
    error: Vec<f64>,
    leaves: Vec<u32>,
}

impl NumberBounds {
    fn with_capacity(count: usize) -> Self {
        Self {
            near: Vec::with_capacity(count),
            error: Vec::with_capacity(count),
            leaves: Vec::with_capacity(count),
        }
    }

    fn append(&mut self, mut other: Self) {
        self.near.append(&mut other.near);
        self.error.append(&mut other.error);
        self.leaves.append(&mut other.leaves);
    }
}

fn numbers(tree: &Tree, facts: &FactTable, range: Range<usize>) -> NumberBounds {
    let count = range.len();
    let mut all = NumberBounds {
        near: vec![f64::NAN; count],
        error: vec![0.0; count],
        leaves: vec![OPEN; count],
    };
    each_value(tree, facts, range, &mut |start, found, leaf| {
        let leaf = leaf.and_then(|leaf| u32::try_from(leaf).ok());
        let mut put = |index: usize, near: f64, error: f64| {
            (all.near[index], all.error[index]) = (near, error);
            all.leaves[index] = leaf.unwrap_or(OPEN);
        };
        let mut put_number = |index: usize, value: &Value| match as_number(value) {
            Some(number) => put(index, number.near(), error_of_near(number.near())),
            None => put(index, f64::NAN, 0.0),
        };
        match found {
            LeafValue::Near(near, error, there) => there
                .places()
                .for_each(|index| put(start + index, near[index], error[index])),
            LeafValue::Constant(value, there) => there
                .places()
                .for_each(|index| put_number(start + index, value)),
            LeafValue::Value(index, value) => put_number(start + index, &value),
            LeafValue::Nothing(there) => there
                .places()
                .for_each(|index| put(start + index, f64::NAN, 0.0)),
        }
    });
    all
}

fn by_tree(
    (used, tree): (&DerivedUsed, &Tree),
    schema: &FactSchema,
    facts: &FactTable,
    range: Range<usize>,
    faults: &mut RecordFaults,
) -> Column {
    let mut column = Column::of(schema);
    column.reserve(range.len());
    range.clone().for_each(|_| column.push(None));
    let first = range.start;
    each_value(tree, facts, range, &mut |start, found, _| match found {
        LeafValue::Constant(value, there) if is_reached(schema, value) => {
            column.set_all(there.places().map(|index| start + index), value);
        }
        LeafValue::Value(index, value) if is_reached(schema, &value) => {
            column.set(start + index, Some(&value));
        }
        LeafValue::Constant(_, there) => {
            let beyond = too_large(used);
            let places = there.places().map(|index| first + start + index);
            places.for_each(|record| faults.note(&beyond, record.into()));
        }
        LeafValue::Value(index, _) => {
            faults.note(&too_large(used), (first + start + index).into());
        }
        LeafValue::Near(..) | LeafValue::Nothing(_) => {}
    });
    column
}

/// Whether a fact of that type can have the value: whole numbers have ends.
pub(super) fn is_reached(schema: &FactSchema, value: &Value) -> bool {
    let most = MAX_INTEGER.unsigned_abs();
    schema.ty != FactType::Integer
        || matches!(value, Value::Integer(whole) if whole.unsigned_abs() <= most)
}

/// A whole number is beyond what facts of that type can be.
fn too_large(used: &DerivedUsed) -> Arc<Diagnostic> {
    let schema = &used.fact.schema;
    let path = &schema.path;
    let message =
        format!("`{path}` is beyond what a whole number reaches: {MAX_INTEGER} either way");
    let told = match &schema.span {
        Some(span) => Diagnostic::at(Code::Arithmetic, span.clone(), message),
        None => Diagnostic::in_file(Code::Arithmetic, used.fact.source.name(), message),
    };
    let help = "write `//! @type number` in the head: a number has no such limit";
    told.help(help.to_owned()).into()
}

/// Gives the values of the records that have one, block by block, with the place in the range at
/// which a block begins and the one leaf that they reach.
fn each_value(
    tree: &Tree,
    facts: &FactTable,
    range: Range<usize>,
    take: &mut dyn FnMut(usize, LeafValue<'_>, Option<usize>),
) {
    let batch = Batch::new(tree, facts, &|_| None, &|_| 0);
    let mut room = WalkBuffers::default();
    let mut open = [0; BLOCK];
    for start in range.clone().step_by(BLOCK) {
        let mut wanted = [0; BLOCK];
        wanted[..range.end.min(start + BLOCK) - start].fill(u8::MAX);
        let place = start - range.start;
        batch.values(start, &wanted, &mut room, &mut open, &mut |found, leaf| {
            take(place, found, Some(leaf));
        });
        for index in (0..BLOCK).filter(|index| open[*index] != 0) {
            if let Some(value) = open_value(tree, facts, (start + index).into()) {
                take(place, LeafValue::Value(index, value), None);
            }
        }
    }
}

/// The value of one record, if all possible ones are equal.
pub(super) fn open_value(tree: &Tree, facts: &FactTable, this: RecordIndex) -> Option<Value> {
    let leaves = walk(tree, facts, this);
    if leaves.cut_short.is_some() {
        return None;
    }
    the_same(leaves.list.iter().map(|leaf| {
        let value = leaf.outcome.value.as_ref()?;
        facts.calculated(this, value)
    }))
}

/// For a script that no tree can hold: run for each record, once for those with equal values of the
/// facts it reads. Faults that occur for all values of the missing facts are noted.
pub(super) fn by_script(
    used: &DerivedUsed,
    schema: &FactSchema,
    bindings: &Arc<Bindings>,
    facts: &Arc<FactTable>,
    range: Range<usize>,
    faults: &mut RecordFaults,
) -> Column {
    let mut column = Column::of(schema);
    let mut memo: ScriptMemo<(Option<Value>, Option<Arc<Diagnostic>>)> = ScriptMemo::default();
    for this in range.map(RecordIndex::from) {
        let (value, fault) = used.program.as_ref().map_or((None, None), |program| {
            memo.came(facts, this, || {
                let found = explore(program, bindings, Some((facts, this)));
                let value = |value: &Arc<Expression>| facts.calculated(this, value);
                let values = found
                    .paths
                    .iter()
                    .map(|path| path.outcome.value.as_ref().and_then(value));
                let value = if found.incomplete.is_some() {
                    None
                } else {
                    the_same(values)
                };
                let is_large = value
                    .as_ref()
                    .is_some_and(|value| !is_reached(schema, value));
                let fault = fault_of_all(&found).or_else(|| is_large.then(|| too_large(used)));
                let value = value.filter(|_| !is_large);
                let reads = reads_of(found);
                match reads.iter().find(|fact| is_to_come(fact, facts)) {
                    Some(needed) => ((None, Some(in_a_circle(used, needed))), Some(reads)),
                    None => ((value, fault), Some(reads)),
                }
            })
        });
        if let Some(fault) = fault {
            faults.note(&fault, this);
        }
        column.push(value.as_ref());
    }
    column
}

/// The facts that a script reads for a record; also whether these are all.
pub(super) fn read_by(
    program: &Arc<Program>,
    bindings: &Arc<Bindings>,
    facts: &Arc<FactTable>,
    this: RecordIndex,
) -> (BTreeSet<FactRef>, bool) {
    let found = explore(program, bindings, Some((facts, this)));
    let is_all = found.incomplete.is_none();
    (reads_of(found), is_all)
}

/// Whether a fact is calculated after the one that reads it.
fn is_to_come(fact: &FactRef, facts: &FactTable) -> bool {
    let slot = fact.steps().last().map(|step| step.fact);
    matches!(
        fact.schema.origin,
        FactOrigin::Derived | FactOrigin::Statistic
    ) && slot.is_some_and(|slot| facts.is_to_come(slot))
}

/// Facts are calculated in an order in which each comes after those that its script names. That
/// `needed` is still to come means that there is no such order.
fn in_a_circle(used: &DerivedUsed, needed: &FactRef) -> Arc<Diagnostic> {
    let schema = &used.fact.schema;
    let (path, other) = (&schema.path, &needed.schema.path);
    let message = if path == other {
        format!("`{path}` is calculated from itself")
    } else {
        format!(
            "`{path}` is calculated from `{other}`, and that from `{path}`, as far as the words of the scripts \
             say: neither can be calculated first"
        )
    };
    let start = || used.fact.source.span(0..0);
    let place = schema.span.clone().unwrap_or_else(start);
    let diagnostic = Diagnostic::at(Code::CircularCriteria, place, message);
    diagnostic.help(OUT_OF_CIRCLE.to_owned()).into()
}

/// The facts that a value depends on: those that its script asks about, and those in the value.
fn reads_of(found: Exploration) -> BTreeSet<FactRef> {
    let values = found.paths.iter().map(|path| path.outcome.value.as_ref());
    let mut made_from = BTreeSet::new();
    values
        .flatten()
        .for_each(|value| value.collect(&mut made_from));
    let made_from: Vec<FactRef> = made_from.into_iter().cloned().collect();
    found.reads.into_iter().chain(made_from).collect()
}

/// The fault, if every path has one.
fn fault_of_all(found: &Exploration) -> Option<Arc<Diagnostic>> {
    let mut faults = found.paths.iter().map(|path| path.outcome.fault.as_ref());
    let first = faults.next()??;
    (found.incomplete.is_none() && faults.all(|fault| fault.is_some())).then(|| Arc::clone(first))
}

/// The one value that all have.
fn the_same(mut values: impl Iterator<Item = Option<Value>>) -> Option<Value> {
    let first = values.next()??;
    values
        .all(|value| value.as_ref() == Some(&first))
        .then_some(first)
}
