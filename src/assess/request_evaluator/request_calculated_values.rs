//! Derived facts and statistics of a request, which is no record of the folder: statistics as a
//! record beside the population has them. And a seat for the request among the records that it can
//! reach.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::assess::derived_fact_column::{by_script, is_reached, open_value};
use crate::assess::derived_faults::RecordFaults;
use crate::assess::explored_scripts::{DerivedUsed, Form};
use crate::assess::outside_record_statistics::standings;
use crate::assess::prepared_rulebook::{Basis, Prepared};
use crate::assess::statistics::Standing;
use crate::base::source::{Source, Span};
use crate::model::fact::{Column, FactSchema, FactType, Row, Value};
use crate::model::jurisdiction::{Jurisdiction, JurisdictionId, Record, Role, reference_facts};
use crate::model::typed_indexes::FactIndex;
use crate::model::typed_indexes::RecordIndex;
use crate::tree::{Direct, FactTable, Guest, NoValue, Tree};

/// How derived facts and statistics of a single record are calculated, in turns.
pub(super) struct SeatWork {
    /// The turns: each fact depends on facts of earlier turns alone.
    turns: Vec<Vec<One>>,
    has_statistics: bool,
    references: Vec<FactIndex>,
    /// The place of a record that is in no file.
    nowhere: Span,
}

/// How one fact is calculated.
struct One {
    slot: FactIndex,
    fact: Arc<FactSchema>,
    how: ValueSource,
}

/// The values that a record states: plain ones, and those that a row cannot hold.
pub(super) type SeatValues<'a> = (&'a Row, &'a [(FactIndex, Arc<[Value]>)]);

/// The references by which a record names itself, each with the name.
pub(super) type Itself = [(FactIndex, Arc<str>)];

enum ValueSource {
    Statistic(Arc<Standing>),
    Tree(Arc<Tree>, Direct),
    Script(DerivedUsed),
    Nothing,
}

impl SeatWork {
    pub(super) fn new(prepared: &Prepared) -> Self {
        let schema = &prepared.basis.bindings.schema;
        let statistics = standings(&prepared.basis);
        let how = |slot: FactIndex| {
            let derived = prepared
                .basis
                .plan
                .derived
                .iter()
                .find(|used| used.slot == slot);
            let statistic = statistics.iter().find(|(known, _)| *known == slot);
            match (derived.map(|used| (used, &used.form)), statistic) {
                (Some((_, Form::Tabular(tree))), _) => {
                    let direct = Direct::new(tree, schema, &|_| None, &|_| 0);
                    ValueSource::Tree(Arc::clone(tree), direct)
                }
                (Some((used, Form::NotTabular(_))), _) => ValueSource::Script(used.clone()),
                (None, Some((_, standing))) => ValueSource::Statistic(Arc::clone(standing)),
                _ => ValueSource::Nothing,
            }
        };
        let one = |slot: &FactIndex| One {
            slot: *slot,
            fact: Arc::clone(&schema.facts()[*slot]),
            how: how(*slot),
        };
        let turns = prepared.basis.plan.turns.iter();
        let turns = turns.map(|turn| turn.iter().map(one).collect());
        Self {
            turns: turns.collect(),
            has_statistics: !statistics.is_empty(),
            references: reference_facts(&prepared.rulebook().schema),
            nowhere: Source::new("request", "").span(0..0),
        }
    }

    /// Whether trees hold the scripts of all derived facts.
    pub(super) fn is_straight(&self) -> bool {
        !self
            .each()
            .any(|one| matches!(one.how, ValueSource::Script(_)))
    }

    fn each(&self) -> impl Iterator<Item = &One> {
        self.turns.iter().flatten()
    }

    /// The derived facts and statistics that trees read as facts, from the values of a record
    /// alone. `None` if a fact that matters is missing, or a script must be run that no tree holds.
    pub(super) fn read_by_trees(&self, guest: &Guest<'_>) -> Option<Vec<Option<Value>>> {
        // Derived facts are read through their trees; statistics alone are facts for themselves.
        if self.has_statistics {
            self.all(guest)
        } else {
            Some(Vec::new())
        }
    }

    /// All derived facts and statistics, from the values of a record alone. `None` if a fact that
    /// matters is missing, or a script must be run that no tree holds.
    pub(super) fn all(&self, guest: &Guest<'_>) -> Option<Vec<Option<Value>>> {
        let stated = guest.row.cells.len();
        let mut worked = vec![None; self.each().count()];
        for one in self.each() {
            let so_far = Guest {
                worked: &worked,
                ..*guest
            };
            let value = match &one.how {
                ValueSource::Statistic(standing) => standing.value(None, &|slot| so_far.own(slot)),
                ValueSource::Tree(_, direct) => match &direct.outcome(&so_far)?.value {
                    Some(value) => match so_far.value(value) {
                        Ok(value) => Some(value),
                        Err(NoValue::Fails) => None,
                        Err(NoValue::Missing) => return None,
                    },
                    None => None,
                },
                ValueSource::Script(_) => return None,
                ValueSource::Nothing => None,
            };
            worked[one.slot.get() - stated] = held(&one.fact, value);
        }
        Some(worked)
    }

    /// A record with an id and a name and nothing else.
    pub(super) fn stub(&self, id: &str, name: &str) -> Jurisdiction {
        Jurisdiction {
            id: JurisdictionId::new(id),
            name: name.into(),
            role: Role::Assessed,
            note: None,
            span: self.nowhere.clone(),
            facts: Vec::new(),
        }
    }

    /// The facts of a record and of those that it can reach, its index among them, and the faults
    /// in the scripts of its derived facts.
    pub(super) fn seat(
        &self,
        prepared: &Prepared,
        record: Record,
        (row, lists): SeatValues<'_>,
        itself: &Itself,
    ) -> (Basis, RecordIndex, RecordFaults) {
        let mut faults = RecordFaults::default();
        let (basis, schema) = (&prepared.basis, &prepared.basis.bindings.schema);
        let stated = |slot: FactIndex| {
            let list = lists.iter().find(|(listed, _)| *listed == slot);
            list.map_or_else(
                || row.value(slot, &schema.facts()[slot]),
                |(_, items)| Some(Value::List(Arc::clone(items))),
            )
        };
        let first = self.references.iter().filter_map(|slot| {
            let name = row.text(*slot)?;
            basis.facts.records.follow(*slot, name)
        });
        let reached = self.reached(&basis.facts, first.collect());
        let old = basis.facts.records.find(record.view().id());
        let others: Vec<RecordIndex> = reached.into_iter().collect();
        let (mut facts, this) = basis.facts.with_guest(schema, record, &stated, &others);
        facts.find_by_own_names(this, schema, itself);
        for turn in &self.turns {
            let shared = Arc::new(facts);
            let calculated = turn.iter().map(|one| {
                let value = match &one.how {
                    ValueSource::Statistic(standing) => {
                        standing.value(old, &|slot| shared.value(this, slot))
                    }
                    ValueSource::Tree(tree, _) => open_value(tree, &shared, this),
                    ValueSource::Script(used) => {
                        let bindings = &basis.bindings;
                        let range = this.get()..this.get() + 1;
                        by_script(used, &one.fact, bindings, &shared, range, &mut faults).get(0)
                    }
                    ValueSource::Nothing => None,
                };
                held(&one.fact, value)
            });
            let calculated: Vec<Option<Value>> = calculated.collect();
            facts = Arc::try_unwrap(shared).expect("nobody kept it");
            for (one, value) in turn.iter().zip(calculated) {
                facts.set(this, one.slot, value.as_ref());
            }
        }
        let basis = Basis {
            facts: facts.into(),
            ..basis.clone()
        };
        (basis, this, faults)
    }

    /// Whether references lead from one record of the folder to another.
    pub(super) fn reaches(&self, prepared: &Prepared, from: RecordIndex, to: RecordIndex) -> bool {
        let reached = self.reached(&prepared.basis.facts, vec![from]);
        reached.contains(&to)
    }

    /// Records of the folder, and all records that their references reach.
    fn reached(&self, facts: &FactTable, mut open: Vec<RecordIndex>) -> BTreeSet<RecordIndex> {
        let mut reached: BTreeSet<RecordIndex> = open.iter().copied().collect();
        while let Some(record) = open.pop() {
            let next = self.references.iter();
            let next = next.filter_map(|slot| facts.target(record, *slot));
            open.extend(next.filter(|to| reached.insert(*to)));
        }
        reached
    }
}

/// A value as a column of a fact holds it.
fn held(fact: &FactSchema, value: Option<Value>) -> Option<Value> {
    match (value.filter(|value| is_reached(fact, value))?, &fact.ty) {
        (Value::Integer(whole), FactType::Number) => Some(Value::Number(whole.into())),
        (Value::Number(number), FactType::Number) => Some(Value::Number(number)),
        (value, _) => {
            let mut column = Column::of(fact);
            column.push(Some(&value));
            column.get(0)
        }
    }
}
