//! What another engine needs to give our results: for each condition and for the determination the
//! feasible paths, and for each fact those on which it decides.
//!
//! The target language is no concern of this folder; `render/sql` writes SQL.

mod decision_diagram;
mod determination_graph;
mod exportable_facts;
mod feasible_paths;
mod needed_statistics;
mod ways_where_fact_decides;

pub(crate) use determination_graph::{ELIGIBLE, FAULT, INELIGIBLE, SOUND};
pub use exportable_facts::Statistics;
pub(crate) use feasible_paths::{ExportedWays, WayStep, WayStop};
pub(crate) use needed_statistics::{Needed, Used, Valued, Worth};

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::analysis::export_logic::decision_diagram::Graph;
use crate::analysis::export_logic::determination_graph::NoGraph;
use crate::analysis::export_logic::exportable_facts::unfit;
use crate::analysis::export_logic::feasible_paths::TooMany;
use crate::assess::explored_scripts::{ConditionUsed, Form};
use crate::assess::prepared_rulebook::Prepared;
use crate::base::diagnostic::{Code, Diagnostic};
use crate::tree::{FactRef, Limits, Tree};

/// A rulebook, for another engine.
#[derive(Debug)]
pub(crate) struct Export<'a> {
    pub(crate) prepared: &'a Prepared,
    /// The conditions in force, in order of their ids.
    pub(crate) conditions: Vec<Exported<'a>>,
    /// The determination; its ends are sets of kinds.
    pub(crate) decision: Decided,
    /// The facts that tests ask about, statistics included.
    pub(crate) facts: BTreeSet<FactRef>,
}

/// A condition, for another engine.
#[derive(Debug)]
pub(crate) struct Exported<'a> {
    pub(crate) used: &'a ConditionUsed,
    pub(crate) tree: &'a Tree,
    pub(crate) decided: Decided,
    /// The ids of the jurisdictions whose finding is waived if it is not met or unknown.
    pub(crate) waived: Vec<Arc<str>>,
}

/// The paths to each end, and for each fact those on which it decides, if that was asked for.
#[derive(Debug)]
pub(crate) struct Decided {
    pub(crate) ways: ExportedWays,
    pub(crate) missing: Vec<(FactRef, ExportedWays)>,
}

/// What is exported besides findings and determinations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    Results,
    ResultsAndMissing,
}

impl<'a> Export<'a> {
    /// The whole rulebook, or diagnostics that say why some of it cannot be exported.
    pub(crate) fn new(
        prepared: &'a Prepared,
        wanted: Wanted,
        statistics: Statistics,
    ) -> Result<Self, Vec<Diagnostic>> {
        let limits = prepared.basis.bindings.limits;
        let mut refused = Vec::new();
        let mut conditions = Vec::new();
        let mut facts = BTreeSet::new();
        for used in &prepared.conditions {
            match exported(prepared, used, (wanted, statistics)) {
                Ok((exported, asked)) => {
                    facts.extend(asked);
                    conditions.push(exported);
                }
                Err(why) => refused.push(refusal(used, &why)),
            }
        }
        if !refused.is_empty() {
            return Err(refused);
        }
        let waived: Vec<bool> = conditions
            .iter()
            .map(|one| !one.waived.is_empty())
            .collect();
        let decision = determination_graph::graph(prepared, &waived, limits.work)
            .map_err(|why| no_decision(prepared, why))
            .and_then(|graph| {
                let asked = graph.facts().iter().cloned().collect::<Vec<_>>();
                facts.extend(asked);
                let differ = |one: usize, two: usize| determined(one) != determined(two);
                decided(&graph, &differ, wanted, limits)
                    .map_err(|TooMany| no_decision(prepared, NoGraph::TooLarge(limits.work)))
            })?;
        Ok(Self {
            prepared,
            conditions,
            decision,
            facts,
        })
    }
}

/// The determination of an end of the decision: a fault if several are possible.
fn determined(kinds: usize) -> usize {
    match kinds & !SOUND {
        one @ (ELIGIBLE | INELIGIBLE) => one,
        _ => FAULT,
    }
}

fn exported<'a>(
    prepared: &Prepared,
    used: &'a ConditionUsed,
    (wanted, statistics): (Wanted, Statistics),
) -> Result<(Exported<'a>, Vec<FactRef>), String> {
    let tree = match &used.form {
        Form::Tabular(tree) => tree,
        Form::NotTabular(why) => return Err(format!("no tree holds it: {}", why.message)),
        Form::Broken => return Err("its script is broken".to_owned()),
    };
    let graph = Graph::of_tree(tree);
    let schema = &prepared.basis.bindings.schema;
    if let Some(why) = graph
        .facts()
        .iter()
        .find_map(|fact| unfit(fact, schema, statistics))
    {
        return Err(why);
    }
    let limits = prepared.basis.bindings.limits;
    let verdict = |outcome: usize| tree.outcome(outcome).verdict;
    let differ = |one: usize, two: usize| verdict(one) != verdict(two);
    let decided = decided(&graph, &differ, wanted, limits).map_err(|TooMany| {
        format!(
            "it has more ways than can be followed with {} units of work",
            limits.work
        )
    })?;
    let waivers = prepared.basis.criteria.waivers.all();
    let waived = waivers
        .filter(|waiver| waiver.condition == used.condition.id && waiver.holds(prepared.as_of))
        .map(|waiver| waiver.jurisdiction.as_str().into());
    let exported = Exported {
        used,
        tree,
        decided,
        waived: waived.collect(),
    };
    Ok((exported, graph.facts().iter().cloned().collect()))
}

fn decided(
    graph: &Graph,
    differ: &dyn Fn(usize, usize) -> bool,
    wanted: Wanted,
    limits: Limits,
) -> Result<Decided, TooMany> {
    let ways = ExportedWays::of(graph, limits)?;
    let mut missing = Vec::new();
    if wanted == Wanted::ResultsAndMissing {
        for fact in graph.facts() {
            let ways = ways_where_fact_decides::deciding(graph, fact, differ, limits)?;
            if !ways.stops.is_empty() {
                missing.push((fact.clone(), ways));
            }
        }
    }
    Ok(Decided { ways, missing })
}

/// The diagnostic that a condition cannot be exported, and why.
pub(crate) fn refusal(used: &ConditionUsed, why: &str) -> Diagnostic {
    let message = format!(
        "the condition `{}` cannot be written as SQL: {why}",
        used.condition.id
    );
    let source = &used.condition.source;
    let first = source.text().lines().next().map_or(0, str::len);
    Diagnostic::at(Code::NotExported, source.span(0..first), message)
        .help("`check --records` answers for it".to_owned())
}

/// Why a decision cannot be exported; empty if diagnostics of the rulebook say so already.
fn no_decision(prepared: &Prepared, why: NoGraph) -> Vec<Diagnostic> {
    let most = match why {
        NoGraph::Condition(condition) => {
            let used = &prepared.conditions[condition];
            return vec![refusal(used, "no tree holds it")];
        }
        NoGraph::Decision => return Vec::new(),
        NoGraph::TooLarge(most) => most,
    };
    let message = format!(
        "the decision of the rulebook `{}` cannot be written as SQL: it has more ways than can be \
         followed with {most} units of work",
        prepared.rulebook().id
    );
    let told = Diagnostic::at(Code::NotExported, prepared.rulebook().span.clone(), message);
    vec![told.help("`check --records` answers for it".to_owned())]
}
