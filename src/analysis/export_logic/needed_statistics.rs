//! Statistics and the facts they are calculated from, for an engine that calculates them again or
//! is given their values.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::analysis::export_logic::decision_diagram::Graph;
use crate::analysis::export_logic::exportable_facts::{Statistics, unfit};
use crate::analysis::export_logic::feasible_paths::{ExportedWays, TooMany};
use crate::assess::explored_scripts::Form;
use crate::assess::prepared_rulebook::Prepared;
use crate::assess::snapshot::Measured;
use crate::assess::statistics::{Measurement, StatisticInputs};
use crate::base::diagnostic::{Code, Diagnostic};
use crate::model::fact::{FactOrigin, Schema};
use crate::model::typed_indexes::FactIndex;
use crate::tree::{Expression, FactRef, Owner};

/// A statistic that tests ask about.
#[derive(Debug)]
pub(crate) struct Used<'a> {
    pub(crate) fact: FactRef,
    pub(crate) measured: &'a Measured,
    pub(crate) inputs: &'a StatisticInputs,
    /// The schema of its inputs.
    pub(crate) schema: &'a Schema,
    /// Its results here.
    pub(crate) found: &'a Measurement,
    /// The facts it is calculated from, each with how they are calculated; all of them if the
    /// engine calculates the statistic.
    pub(crate) worth: Vec<(FactIndex, Worth)>,
}

/// A fact that statistics are calculated from.
#[derive(Debug)]
pub(crate) enum Worth {
    Stated(FactRef),
    Derived(Valued),
}

/// A derived fact: the paths to each of its values.
#[derive(Debug)]
pub(crate) struct Valued {
    pub(crate) ways: ExportedWays,
    /// The value by end; `None` if it cannot be calculated.
    pub(crate) values: Vec<Option<Arc<Expression>>>,
}

/// All facts and statistics that are needed.
#[derive(Debug, Default)]
pub(crate) struct Needed<'a> {
    /// The facts that records state.
    pub(crate) facts: BTreeSet<FactRef>,
    /// Statistics in turns, each after those it is calculated from.
    pub(crate) statistics: Vec<Vec<Used<'a>>>,
}

impl<'a> Needed<'a> {
    /// What is behind the facts that tests ask about, or which statistics cannot be exported and
    /// why.
    pub(crate) fn new(
        prepared: &'a Prepared,
        asked: &BTreeSet<FactRef>,
        how: Statistics,
    ) -> Result<Self, Vec<Diagnostic>> {
        let mut needed = Self::default();
        let mut refused = Vec::new();
        let mut open: Vec<FactRef> = asked.iter().cloned().collect();
        let mut seen: BTreeSet<FactRef> = asked.clone();
        let mut statistics = Vec::new();
        while let Some(fact) = open.pop() {
            if fact.schema.origin != FactOrigin::Statistic {
                needed.facts.insert(fact);
                continue;
            }
            match used(prepared, &fact, how) {
                Ok((used, behind)) => {
                    open.extend(behind.into_iter().filter(|fact| seen.insert(fact.clone())));
                    statistics.push(used);
                }
                Err(why) => refused.push(no_statistic(prepared, &fact, &why)),
            }
        }
        if !refused.is_empty() {
            return Err(refused);
        }
        for turn in &prepared.basis.plan.turns {
            let here = |used: &Used<'_>| turn.contains(&used.measured.slot);
            let (mut now, later) = statistics.into_iter().partition::<Vec<_>, _>(here);
            statistics = later;
            if !now.is_empty() {
                now.sort_by(|one, other| one.fact.cmp(&other.fact));
                needed.statistics.push(now);
            }
        }
        Ok(needed)
    }
}

/// A statistic, and the facts that it is calculated from or grouped by.
fn used<'a>(
    prepared: &'a Prepared,
    fact: &FactRef,
    how: Statistics,
) -> Result<(Used<'a>, Vec<FactRef>), String> {
    let open = || "it is not calculated: what it rests on is broken".to_owned();
    let slot = fact.steps().last().map(|step| step.fact).ok_or_else(open)?;
    let mut statistics = prepared.basis.criteria.wide.statistics.iter().enumerate();
    let (place, measured) = statistics
        .find(|(_, measured)| measured.slot == slot)
        .ok_or_else(open)?;
    let inputs = measured.inputs.as_ref().ok_or_else(open)?;
    let found = prepared.basis.measurements.get(place);
    let found = found.and_then(Option::as_deref).ok_or_else(open)?;
    let (mut worth, mut behind) = (Vec::new(), Vec::new());
    let wanted: BTreeSet<FactIndex> = match how {
        // For a statistic of the record's own inputs, the missing ones are named.
        _ if measured.statistic.kind.is_own() => inputs.all().collect(),
        Statistics::Calculated => inputs.all().collect(),
        Statistics::Literal => inputs.by.iter().copied().collect(),
    };
    for input in wanted {
        let fact = FactRef::of(Owner::This, input, &prepared.basis.bindings.schema);
        if fact.schema.origin == FactOrigin::Stated {
            behind.push(fact.clone());
            worth.push((input, Worth::Stated(fact)));
        } else if how == Statistics::Calculated {
            let (valued, facts) = valued(prepared, &fact, input)?;
            behind.extend(facts);
            worth.push((input, Worth::Derived(valued)));
        }
    }
    let used = Used {
        fact: fact.clone(),
        measured,
        inputs,
        schema: &prepared.basis.bindings.schema,
        found,
        worth,
    };
    Ok((used, behind))
}

fn valued(
    prepared: &Prepared,
    fact: &FactRef,
    slot: FactIndex,
) -> Result<(Valued, BTreeSet<FactRef>), String> {
    let used = prepared
        .basis
        .plan
        .derived
        .iter()
        .find(|used| used.slot == slot);
    let Some(Form::Tabular(tree)) = used.map(|used| &used.form) else {
        return Err(format!("no tree holds the derived fact `{fact}`"));
    };
    let graph = Graph::of_tree(tree);
    let mut facts = graph.facts().clone();
    let values = tree.outcomes().map(|outcome| outcome.value.clone());
    let values: Vec<Option<Arc<Expression>>> = values.collect();
    for value in values.iter().flatten() {
        let mut named = BTreeSet::new();
        value.collect(&mut named);
        facts.extend(named.into_iter().cloned());
    }
    let schema = &prepared.basis.bindings.schema;
    let mut unfit = facts
        .iter()
        .filter_map(|fact| unfit(fact, schema, Statistics::Calculated));
    if let Some(why) = unfit.next() {
        return Err(why);
    }
    let limits = prepared.basis.bindings.limits;
    let ways = ExportedWays::of(&graph, limits).map_err(|TooMany| {
        format!(
            "`{fact}` has more ways than can be followed with {} units of work",
            limits.work
        )
    })?;
    Ok((Valued { ways, values }, facts))
}

fn no_statistic(prepared: &Prepared, fact: &FactRef, why: &str) -> Diagnostic {
    let span = fact.schema.span.clone();
    let span = span.unwrap_or_else(|| prepared.rulebook().span.clone());
    let message = format!("the statistic `{fact}` cannot be written as SQL: {why}");
    Diagnostic::at(Code::NotExported, span, message)
        .help("`--statistics literals` writes its value".to_owned())
}
