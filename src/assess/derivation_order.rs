//! Explores the scripts of derived facts, and orders derived facts and statistics: each after those
//! it is calculated from.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::assess::explored_scripts::{DerivedUsed, Form, mistakes};
use crate::assess::snapshot::{Criteria, Derivation};
use crate::assess::statistics::StatisticInputs;
use crate::assess::strongly_connected::components;
use crate::base::diagnostic::{Code, Diagnostic};
use crate::base::source::Span;
use crate::model::fact::{FactOrigin, Schema};
use crate::model::typed_indexes::FactIndex;
use crate::script::{
    Bindings, DerivedExplored, DerivedForm, Program, explore_derived, names_read,
    puts_names_together,
};
use crate::tree::FactRef;

/// The order in which derived facts and statistics are calculated.
#[derive(Debug, Default)]
pub(crate) struct WorkPlan {
    /// The derived facts, in order of their names.
    pub(crate) derived: Vec<DerivedUsed>,
    /// By index in the schema: each turn depends only on earlier ones.
    pub(crate) turns: Vec<Vec<FactIndex>>,
    /// Statistics that are calculated from themselves.
    pub(crate) circular: BTreeSet<FactIndex>,
    pub(super) diagnostics: Vec<Diagnostic>,
}

impl WorkPlan {
    /// Explores the scripts of derived facts, those first that others read.
    pub(super) fn new(criteria: &Criteria, bindings: &Arc<Bindings>) -> Self {
        let mut plan = Self::default();
        let (explored, circles) = explore_derived(bindings);
        for circle in circles {
            let name = |index: &usize| criteria.derived[*index].fact.schema.path.to_string();
            let names: Vec<String> = circle.iter().chain(&circle[..1]).map(name).collect();
            let fact = &criteria.derived[circle[0]].fact;
            let place = fact
                .schema
                .span
                .clone()
                .unwrap_or_else(|| fact.source.span(0..0));
            plan.diagnostics.push(in_a_circle(&names, place));
        }
        for (index, (derivation, explored)) in criteria.derived.iter().zip(explored).enumerate() {
            let used = derived_used(derivation, bindings.derived.slot(index), explored, bindings);
            plan.diagnostics.extend(used.mistakes.iter().cloned());
            plan.derived.push(used);
        }
        plan.put_in_order(criteria);
        plan
    }
}

fn derived_used(
    derivation: &Derivation,
    slot: FactIndex,
    explored: DerivedExplored,
    bindings: &Bindings,
) -> DerivedUsed {
    let Derivation { fact, program } = derivation;
    let (mut reads, mut named, mut any) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    if let Some(found) = &explored.found {
        reads.extend(
            found
                .derived
                .iter()
                .map(|index| bindings.derived.slot(*index)),
        );
        reads.extend(found.missing.iter().flat_map(slots));
        let mut made_from = BTreeSet::new();
        for path in &found.paths {
            path.outcome
                .value
                .iter()
                .for_each(|value| value.collect(&mut made_from));
            path.assumed
                .iter()
                .for_each(|(_, assumed)| assumed.collect(&mut made_from));
        }
        reads.extend(made_from.into_iter().flat_map(slots));
    }
    let form = match (
        explored.worked,
        explored
            .found
            .as_ref()
            .and_then(|found| found.incomplete.clone()),
    ) {
        (DerivedForm::Tree(tree), _) => {
            reads.extend(tree.facts().into_iter().flat_map(slots));
            Form::Tabular(tree)
        }
        (DerivedForm::Beforehand, Some(why)) => {
            // It was not followed to its end, so it may read any fact that records state.
            let others = program.iter();
            named.extend(others.flat_map(|program| named_facts(program, &bindings.schema)));
            named.retain(|slot| !reads.contains(slot));
            let puts = |program: &Arc<Program>| {
                program
                    .files()
                    .values()
                    .any(|file| puts_names_together(file))
            };
            if program.as_ref().is_some_and(puts) {
                any.extend(bindings.schema.calculated());
                any.retain(|slot| !reads.contains(slot) && !named.contains(slot));
            }
            reads.extend(FactIndex::first(bindings.schema.stated_len()));
            reads.extend(named.iter().chain(&any).copied());
            Form::NotTabular(why)
        }
        _ => Form::Broken,
    };
    let mistakes = explored
        .found
        .as_ref()
        .map_or_else(|| Arc::from([]), mistakes);
    DerivedUsed {
        fact: Arc::clone(fact),
        form,
        slot,
        program: program.clone(),
        reads,
        named,
        any,
        mistakes,
    }
}

/// The advice for a circle.
pub(super) const OUT_OF_CIRCLE: &str = "take one of these steps out, or split one of them in two";

fn in_a_circle(names: &[String], place: Span) -> Diagnostic {
    let message = format!(
        "`{}` is calculated from itself: {}",
        names[0],
        names.join(" -> ")
    );
    Diagnostic::at(Code::CircularCriteria, place, message).help(OUT_OF_CIRCLE.to_owned())
}

/// The indexes of a fact and of the references that lead to it.
fn slots(fact: &FactRef) -> impl Iterator<Item = FactIndex> {
    fact.steps().iter().map(|step| step.fact)
}

/// The calculated facts that a script may read, by the words in it: for scripts that were not fully
/// explored.
fn named_facts(program: &Program, schema: &Schema) -> BTreeSet<FactIndex> {
    let files = program.files();
    let words: BTreeSet<&str> = files.values().flat_map(|file| names_read(file)).collect();
    let facts =
        FactIndex::each(schema.facts()).filter(|(_, fact)| fact.origin != FactOrigin::Stated);
    let is_named = |path: &str| path.rsplit('.').next().is_some_and(|it| words.contains(it));
    facts
        .filter(|(_, fact)| is_named(fact.path.as_str()))
        .map(|(slot, _)| slot)
        .collect()
}

impl WorkPlan {
    /// Puts derived facts and statistics in order; reports statistics that depend on themselves.
    fn put_in_order(&mut self, criteria: &Criteria) {
        let wide = &criteria.wide;
        let first = wide.schema.stated_len();
        let statistic = |slot: FactIndex| {
            wide.statistics
                .iter()
                .find(|measured| measured.slot == slot)
        };
        let reads = |slot: FactIndex| -> Vec<FactIndex> {
            let found: Vec<FactIndex> = match (
                self.derived.iter().find(|used| used.slot == slot),
                statistic(slot),
            ) {
                (Some(used), _) => used.reads.iter().copied().collect(),
                (None, Some(measured)) => measured
                    .inputs
                    .iter()
                    .flat_map(StatisticInputs::all)
                    .collect(),
                (None, None) => Vec::new(),
            };
            found
                .into_iter()
                .filter(|read| read.get() >= first && *read != slot)
                .collect()
        };
        let slots = wide.schema.calculated();
        let mut reads: Vec<_> = slots.clone().map(reads).collect();
        // Facts that scripts may read, and then those that they name, never form a circle: a script
        // that reads something before its turn reports it when it is run.
        let place = |slot: &FactIndex| slot.get() - first;
        let unsure: [fn(&DerivedUsed) -> &BTreeSet<FactIndex>; 2] =
            [|used| &used.any, |used| &used.named];
        for unsure in unsure {
            let all: Vec<Vec<usize>> = reads
                .iter()
                .map(|reads| reads.iter().map(place).collect())
                .collect();
            let component = components(&all);
            for used in &self.derived {
                let own = place(&used.slot);
                let is_sure = |read: &FactIndex| {
                    component[place(read)] != component[own] || !unsure(used).contains(read)
                };
                reads[own].retain(is_sure);
            }
        }
        let reads: Vec<Vec<usize>> = reads
            .iter()
            .map(|reads| reads.iter().map(place).collect())
            .collect();
        let (turns, circles) = turns(&reads);
        for circle in circles {
            let circle: Vec<FactIndex> = circle.into_iter().map(|at| (first + at).into()).collect();
            // Circles of derived facts only were reported when these were explored.
            let Some(at) = circle.iter().position(|slot| statistic(*slot).is_some()) else {
                continue;
            };
            let turned: Vec<FactIndex> =
                circle[at..].iter().chain(&circle[..at]).copied().collect();
            if self.circular.contains(&turned[0]) {
                continue;
            }
            let name = |slot: &FactIndex| wide.schema.facts()[*slot].path.to_string();
            let names: Vec<String> = turned.iter().chain(&turned[..1]).map(name).collect();
            let place = statistic(turned[0]).map(|measured| measured.statistic.span.clone());
            self.diagnostics
                .extend(place.map(|place| in_a_circle(&names, place)));
            self.circular
                .extend(turned.into_iter().filter(|slot| statistic(*slot).is_some()));
        }
        for (slot, turn) in slots.zip(turns) {
            self.turns
                .resize_with(self.turns.len().max(turn + 1), Vec::new);
            self.turns[turn].push(slot);
        }
    }
}

/// By node: its turn, after all that it reads; and the circles, whose last step is passed over.
/// Uses a list as its stack, as a chain may be long.
fn turns(reads: &[Vec<usize>]) -> (Vec<usize>, Vec<Vec<usize>>) {
    let mut turn: Vec<Option<usize>> = vec![None; reads.len()];
    let mut is_above = vec![false; reads.len()];
    let mut circles = Vec::new();
    for start in 0..reads.len() {
        let mut above = Vec::new();
        let mut next = Some(start).filter(|start| turn[*start].is_none());
        while next.is_some() || !above.is_empty() {
            if let Some(node) = next.take() {
                is_above[node] = true;
                above.push((node, reads[node].iter()));
            }
            let (node, rest) = above.last_mut().expect("one is looked at");
            match rest.next() {
                Some(read) if turn[*read].is_some() => {}
                Some(read) if is_above[*read] => {
                    let nodes = above.iter().map(|(node, _)| *node);
                    circles.push(nodes.skip_while(|node| node != read).collect());
                }
                Some(read) => next = Some(*read),
                None => {
                    let after = reads[*node].iter().map(|read| turn[*read].unwrap_or(0) + 1);
                    turn[*node] = Some(after.max().unwrap_or(0));
                    above.pop();
                }
            }
        }
    }
    let turn = turn.into_iter().map(|turn| turn.expect("all were visited"));
    (turn.collect(), circles)
}
