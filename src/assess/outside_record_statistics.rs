//! The statistics of a population for records that are not part of it.

use std::sync::Arc;

use crate::assess::prepared_rulebook::Basis;
use crate::assess::statistics::{KeptColumns, Standing};
use crate::base::parallel;
use crate::model::fact::{Column, FactSchema, Value};
use crate::model::jurisdiction::Role;
use crate::model::typed_indexes::FactIndex;
use crate::model::typed_indexes::RecordIndex;
use crate::tree::{BLOCK, FactTable};

/// The population for a file of records, each of which is compared with it.
pub(super) struct Beside {
    /// The facts of the population.
    facts: Arc<FactTable>,
    statistics: Vec<(FactIndex, Arc<Standing>)>,
}

impl Beside {
    pub(super) fn new(basis: &Basis) -> Self {
        Self {
            facts: Arc::clone(&basis.facts),
            statistics: standings(basis),
        }
    }

    /// The values of a statistic, given by its index, for these records; records of the population
    /// that they refer to keep their own.
    pub(super) fn column(&self, slot: FactIndex, schema: &FactSchema, facts: &FactTable) -> Column {
        let mut statistics = self.statistics.iter();
        let standing = statistics.find(|(known, _)| *known == slot);
        let records = &facts.records;
        let one = |record: RecordIndex| -> Option<Value> {
            let view = records.view(record);
            if view.role() == Role::Referred {
                return self.facts.value(self.facts.records.find(view.id())?, slot);
            }
            let (_, standing) = standing?;
            let old = self.facts.records.find(view.id());
            standing.value(old, &|input| facts.value(record, input))
        };
        let starts = (0..records.len()).step_by(BLOCK).collect();
        let parts = parallel::map(starts, |start: usize| {
            let mut column = Column::of(schema);
            (start..records.len().min(start + BLOCK)).for_each(|record| {
                column.push(one(record.into()).as_ref());
            });
            column
        });
        let mut all = Column::of(schema);
        for part in &parts {
            all.append(part);
        }
        all
    }
}

/// By index in the schema: the statistics that were calculated.
pub(super) fn standings(basis: &Basis) -> Vec<(FactIndex, Arc<Standing>)> {
    let wide = &basis.criteria.wide;
    if wide.statistics.is_empty() || basis.criteria.states_statistics {
        return Vec::new();
    }
    let facts = &basis.facts;
    let records = facts.records.records().iter();
    let counts = records.map(|record| record.role() == Role::Assessed);
    let counts: Arc<[bool]> = counts.collect();
    let measured = wide.statistics.iter().zip(&*basis.measurements);
    let found = measured.filter_map(|(measured, measurement)| {
        let (inputs, measurement) = (measured.inputs.as_ref()?, measurement.as_ref()?);
        let column = |slot: FactIndex| Arc::clone(facts.shared_column(slot));
        let ties = inputs.ties.iter().map(|(slot, _)| {
            let values = facts.values_of(*slot, &wide.schema.facts()[*slot]);
            Arc::new(values.into_owned())
        });
        let columns = KeptColumns {
            of: inputs.of.map(column),
            over: inputs.over.map(column),
            along: inputs.along.map(column),
            filter: inputs.filter.map(column),
            ties: ties.collect(),
        };
        let standing = Standing::new(
            (&measured.statistic, inputs),
            &wide.schema.facts()[measured.slot],
            measurement,
            &counts,
            columns,
        );
        Some((measured.slot, Arc::new(standing)))
    });
    found.collect()
}
