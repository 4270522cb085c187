//! The derived facts and statistics of a jurisdiction, and how each was calculated.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::assess::assessment::RulebookAssessment;
use crate::assess::explored_scripts::{DerivedUsed, Form};
use crate::assess::result_types::Consulted;
use crate::assess::snapshot::Measured;
use crate::assess::statistics::{GroupFound, Measurement, StatisticInputs};
use crate::model::fact::{FactOrigin, FactPath, Value};
use crate::model::rulebook::{Statistic, Ties};
use crate::model::typed_indexes::PlaceIndex;
use crate::model::typed_indexes::RecordIndex;
use crate::tree::{FactRef, Owner, Tree, consulted, walk};

/// A derived fact or a statistic with its value for a jurisdiction.
#[derive(Clone, Debug)]
pub struct WorkedOut<'a> {
    /// Its name, as seen from the jurisdiction.
    pub fact: FactRef,
    /// Its value; `None` if it is unknown or could not be calculated.
    pub value: Option<Value>,
    /// How it was calculated.
    pub how: Provenance<'a>,
}

/// How a value was calculated.
#[derive(Clone, Debug)]
pub enum Provenance<'a> {
    /// By the script of a derived fact.
    Derived {
        /// The derived fact.
        used: &'a DerivedUsed,
        /// The tests that the value depends on, in the order of the script.
        tests: Vec<Consulted>,
        /// The calculation of the value, with facts by their paths; `None` if it is not a single
        /// calculation.
        calculation: Option<String>,
    },
    /// From the population, as a statistic.
    Statistic {
        /// The statistic.
        statistic: &'a Statistic,
        /// The facts that form the jurisdiction's group; `None` if one of them is unknown. Empty if
        /// all jurisdictions are in one group.
        group: Option<Vec<(FactPath, Value)>>,
        /// The result of the statistic for that group; `None` if nothing was calculated for it.
        found: Option<&'a GroupFound>,
        /// How many jurisdictions could not be put into a group.
        ungrouped: usize,
    },
}

/// A statistic of a rulebook and its results.
#[derive(Clone, Debug)]
pub struct StatisticUsed<'a> {
    /// The statistic.
    pub statistic: &'a Statistic,
    /// The result for each group, in order of the facts that form it. Groups without members are
    /// left out.
    pub groups: Vec<(Vec<(FactPath, Value)>, &'a GroupFound)>,
    /// How many jurisdictions could not be put into a group.
    pub ungrouped: usize,
    /// Whether it was not calculated, because something it depends on has an error.
    pub is_broken: bool,
}

impl<'a> StatisticUsed<'a> {
    /// The name of the statistic.
    pub fn name(&self) -> &'a str {
        &self.statistic.name
    }

    /// What the statistic means; `None` if the rulebook does not say.
    pub fn description(&self) -> Option<&'a str> {
        self.statistic.description.as_deref()
    }

    /// The unit of the statistic; `None` if the rulebook states none.
    pub fn unit(&self) -> Option<&'a str> {
        self.statistic.unit.as_deref()
    }
}

impl RulebookAssessment {
    /// The value of a fact (stated, derived or a statistic) as seen from a jurisdiction; `None` if
    /// it is unknown.
    pub fn value(&self, id: &str, fact: &FactRef) -> Option<Value> {
        let this = self.records().find(id)?;
        let (record, slot) = self.basis.facts.locate(this, fact).ok()?;
        self.basis.facts.value(record, slot)
    }

    /// The value of a fact of a jurisdiction by its path, such as `population`, `size_class` or
    /// `stats.rank`; `None` if it is unknown or there is no such record or fact.
    pub fn value_of(&self, id: &str, path: &str) -> Option<Value> {
        let this = self.records().find(id)?;
        self.basis
            .facts
            .value(this, self.basis.bindings.schema.slot(path)?)
    }

    /// The values of all derived facts, then of all statistics, for a jurisdiction; `None` for
    /// unknown ones. Empty if there is no such record.
    pub fn all_worked_out(&self, id: &str) -> Vec<(FactPath, Option<Value>)> {
        let Some(this) = self.records().find(id) else {
            return Vec::new();
        };
        let schema = &self.basis.bindings.schema;
        schema
            .calculated()
            .map(|slot| {
                (
                    schema.facts()[slot].path.clone(),
                    self.basis.facts.value(this, slot),
                )
            })
            .collect()
    }

    /// The derived facts that are amounts, in order of their names.
    pub fn amounts(&self) -> impl Iterator<Item = &DerivedUsed> {
        self.derived().iter().filter(|used| used.fact.is_result)
    }

    /// The value of a derived fact for the jurisdiction at a place; `None` if it is unknown.
    ///
    /// # Panics
    /// When there is no such place; [`checked_at`](Self::checked_at) gives `None` then.
    pub fn amount(&self, place: PlaceIndex, used: &DerivedUsed) -> Option<Value> {
        self.basis.facts.value(self.record_of(place), used.slot)
    }

    /// How many jurisdictions statistics are calculated from: all to be assessed, whichever are
    /// selected.
    pub fn population(&self) -> usize {
        self.records().assessed().len()
    }

    /// The statistics, in the order of the rulebook file.
    pub fn statistics(&self) -> Vec<StatisticUsed<'_>> {
        let all = self
            .basis
            .criteria
            .wide
            .statistics
            .iter()
            .zip(&**self.basis.measurements);
        let used = all.map(|(measured, measurement)| {
            let mut groups = Vec::new();
            if let Some(measurement) = measurement {
                let keys = measurement.groups.keys.iter().zip(&measurement.found);
                // A group without members is left out.
                let there = keys.filter(|(_, found)| found.members + found.left_out > 0);
                groups = there
                    .map(|(key, found)| (self.group_named(measured, key), found))
                    .collect();
                groups.sort_by(|a, b| a.0.cmp(&b.0));
            }
            let ungrouped = measurement
                .as_ref()
                .map_or(0, |measurement| measurement.ungrouped);
            StatisticUsed {
                statistic: &measured.statistic,
                groups,
                ungrouped,
                is_broken: self.is_left_open(measured),
            }
        });
        used.collect()
    }

    /// Whether a statistic was not calculated because something it depends on has an error.
    fn is_left_open(&self, measured: &Measured) -> bool {
        let mistaken = |slot| {
            let faults = self.basis.faults.get(&slot);
            faults.is_some_and(|faults| faults.has_mistake())
        };
        let inputs = measured.inputs.as_ref();
        self.basis.plan.circular.contains(&measured.slot)
            || self.basis.bindings.is_broken(measured.slot)
            || inputs.is_some_and(|inputs| inputs.all().any(mistaken))
    }

    fn group_named(&self, measured: &Measured, key: &[Value]) -> Vec<(FactPath, Value)> {
        let by = measured
            .inputs
            .iter()
            .flat_map(|inputs: &StatisticInputs| &inputs.by);
        let schema = &self.basis.bindings.schema;
        by.zip(key)
            .map(|(slot, value)| (schema.facts()[*slot].path.clone(), value.clone()))
            .collect()
    }

    /// How a derived fact or a statistic was calculated; `None` for a fact that records state, a
    /// parameter, or an unknown record.
    pub fn worked_out(&self, id: &str, fact: &FactRef) -> Option<WorkedOut<'_>> {
        let this = self.records().find(id)?;
        let value = self.value(id, fact);
        let slot = self.basis.bindings.schema.slot(fact.last_path())?;
        // Through a reference that is not known there is nothing to look at.
        let record = self
            .basis
            .facts
            .locate(this, fact)
            .ok()
            .map(|(record, _)| record);
        let how = match fact.schema.origin {
            FactOrigin::Stated | FactOrigin::Parameter => return None,
            FactOrigin::Derived => {
                let used = self.derived().iter().find(|used| used.slot == slot)?;
                let (tests, calculation) = match (&used.form, record) {
                    (Form::Tabular(tree), Some(record)) => self.calculated(tree, record),
                    _ => (Vec::new(), None),
                };
                Provenance::Derived {
                    used,
                    tests,
                    calculation,
                }
            }
            FactOrigin::Statistic => {
                let wide = &self.basis.criteria.wide;
                let place = wide
                    .statistics
                    .iter()
                    .position(|measured| measured.slot == slot)?;
                let measured = &wide.statistics[place];
                let measurement: Option<&Arc<Measurement>> =
                    self.basis.measurements[place].as_ref();
                let group = measurement.and_then(|measurement| measurement.groups.group(record?));
                Provenance::Statistic {
                    statistic: &measured.statistic,
                    group: group.and_then(|group| {
                        Some(self.group_named(measured, &measurement?.groups.keys[group]))
                    }),
                    found: group.and_then(|group| Some(&measurement?.found[group])),
                    ungrouped: measurement.map_or(0, |measurement| measurement.ungrouped),
                }
            }
        };
        Some(WorkedOut {
            fact: fact.clone(),
            value,
            how,
        })
    }

    fn calculated(&self, tree: &Tree, record: RecordIndex) -> (Vec<Consulted>, Option<String>) {
        let facts = &self.basis.facts;
        let tests = consulted(tree, facts, record);
        let tests = tests
            .into_iter()
            .map(|(asked, answer)| Consulted {
                asked: asked.clone(),
                answer,
            })
            .collect();
        let leaves = walk(tree, facts, record).list;
        let values: BTreeSet<String> = leaves
            .iter()
            .filter_map(|leaf| leaf.outcome.value.as_ref())
            .map(|value| {
                if value.constant().is_some() {
                    String::new()
                } else {
                    value.to_string()
                }
            })
            .collect();
        let one = values
            .into_iter()
            .next()
            .filter(|text| leaves.len() == 1 && !text.is_empty());
        let plain = |text: String| match text
            .strip_prefix('(')
            .and_then(|text| text.strip_suffix(')'))
        {
            // A pair of brackets around it all says nothing.
            Some(inner) if balanced(inner) => inner.to_owned(),
            _ => text,
        };
        (tests, one.map(plain))
    }

    /// The derived facts and statistics that a finding depends on, derived facts first. Those that
    /// derived facts depend on are included.
    pub fn finding_rests_on(&self, id: &str, tests: &[Consulted]) -> Vec<WorkedOut<'_>> {
        let mut found: Vec<WorkedOut<'_>> = Vec::new();
        let mut open: Vec<FactRef> = tests.iter().flat_map(|one| self.named_in(one)).collect();
        while let Some(fact) = open.pop() {
            if found.iter().any(|known| known.fact == fact) {
                continue;
            }
            let Some(worked) = self.worked_out(id, &fact) else {
                continue;
            };
            if let Provenance::Derived { tests, .. } = &worked.how
                && fact.steps().len() == 1
            {
                open.extend(tests.iter().flat_map(|one| self.named_in(one)));
            }
            if fact.steps().len() == 1 {
                let inputs = self.own_inputs(&worked.how).into_iter();
                open.extend(inputs.filter(|input| input.schema.origin != FactOrigin::Stated));
            }
            found.push(worked);
        }
        let order = |worked: &WorkedOut<'_>| {
            (
                matches!(worked.how, Provenance::Statistic { .. }),
                worked.fact.clone(),
            )
        };
        found.sort_by_key(order);
        found
    }

    /// The facts of a jurisdiction that a statistic of its own, such as its rank, is calculated
    /// from.
    fn own_inputs(&self, how: &Provenance<'_>) -> Vec<FactRef> {
        let schema = &self.basis.bindings.schema;
        match how {
            Provenance::Statistic { statistic, .. } if statistic.kind.is_own() => {
                let ties = match &statistic.ties {
                    Ties::Shared => &[],
                    Ties::Broken(by) => by.as_slice(),
                };
                let ties = ties.iter().map(|(input, _)| input);
                let inputs = statistic.of.iter().chain(&statistic.along);
                let inputs = inputs.chain(&statistic.filter).chain(ties);
                inputs
                    .filter_map(|input| schema.slot(&input.path))
                    .map(|slot| FactRef::of(Owner::This, slot, schema))
                    .collect()
            }
            _ => Vec::new(),
        }
    }

    /// The stated facts of a jurisdiction that its derived facts and statistics depend on, and no
    /// test of the finding asks about: what its rank is calculated from, and what derived facts
    /// ask.
    pub fn facts_behind(&self, worked_out: &[WorkedOut<'_>]) -> BTreeSet<FactRef> {
        let own = worked_out.iter().filter(|one| one.fact.steps().len() == 1);
        let behind = own.flat_map(|one| match &one.how {
            Provenance::Derived { tests, .. } => {
                let facts = tests.iter().flat_map(|one| one.asked.test.facts());
                facts.cloned().collect()
            }
            how @ Provenance::Statistic { .. } => self.own_inputs(how),
        });
        behind
            .filter(|fact| fact.schema.origin == FactOrigin::Stated)
            .collect()
    }

    /// The derived facts and statistics that a test names, or whose scripts contain the test.
    fn named_in(&self, one: &Consulted) -> Vec<FactRef> {
        let test = &one.asked.test;
        let mut names = BTreeSet::new();
        test.derived(&mut names);
        let statistics = test
            .facts()
            .into_iter()
            .filter(|fact| fact.schema.origin != FactOrigin::Stated);
        let mut found: Vec<FactRef> = names.into_iter().chain(statistics).cloned().collect();
        let file = one.asked.span.source().name();
        let asking = self
            .derived()
            .iter()
            .find(|used| used.fact.source.name() == file);
        found.extend(
            asking.map(|used| FactRef::of(Owner::This, used.slot, &self.basis.bindings.schema)),
        );
        found
    }
}

/// Whether every bracket closes after it opens.
fn balanced(text: &str) -> bool {
    let mut depth = 0_i32;
    for c in text.chars() {
        depth += i32::from(c == '(') - i32::from(c == ')');
        if depth < 0 {
            return false;
        }
    }
    depth == 0
}
