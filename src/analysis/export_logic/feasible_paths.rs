//! The feasible paths through a graph, and what each step of a path asks.
//!
//! A record with missing facts can reach an end if there is a path of which each step holds or is
//! about a missing fact: `reach(end) = OR over paths (AND over steps (fact IS NULL OR step))`. That
//! is exact if each step is about one fact: infeasible paths are left out here, so the missing
//! facts can be chosen to take the path. Steps about several facts are asked one by one and may be
//! impossible together: then the result is cautious.
//!
//! Example: `if a >= 5 { if a >= 3 { x } else { y } } else { z }` has no path to `y`.
//!
//! INVARIANT: two paths meet only where the answers before make no difference to what follows.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::analysis::export_logic::decision_diagram::{Graph, GraphNode, GraphQuestion};
use crate::base::work_budget::{Budget, spend};
use crate::model::fact::{FactOrigin, FactType};
use crate::model::typed_indexes::ConditionIndex;
use crate::tree::{Domain, FactRef, Limits, Patience, Region, Test, split};

/// What one step of a path requires.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum WayStep {
    /// Whether a record states a fact.
    Stated(FactRef, bool),
    /// The values that a fact may have.
    Within(FactRef, Domain),
    /// The answer of a test about several facts.
    Answered(Test, bool),
    /// Whether the finding of a condition is waived.
    Waived(ConditionIndex, bool),
}

/// A node that some record can reach.
#[derive(Debug)]
pub(crate) enum WayStop {
    /// An end, by the number of its outcome.
    End(usize),
    /// On to other nodes, each if all of its steps hold.
    On(Vec<(Vec<WayStep>, usize)>),
}

/// All feasible paths.
///
/// INVARIANT: parts come before what they are part of; paths begin at the last one.
#[derive(Debug, Default)]
pub(crate) struct ExportedWays {
    pub(crate) stops: Vec<WayStop>,
}

/// There are too many feasible paths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooMany;

impl ExportedWays {
    pub(crate) fn of(graph: &Graph, limits: Limits) -> Result<Self, TooMany> {
        let mut search = WaySearch {
            graph,
            budget: Budget::new(limits.work),
            steps: WaySteps::new(limits),
            met: BTreeMap::new(),
            ways: WaysBuilder::default(),
        };
        search.go(graph.root(), &Region::new(limits), &mut BTreeMap::new())?;
        Ok(search.ways.grown())
    }

    /// All steps, as often as paths take them.
    pub(crate) fn steps(&self) -> impl Iterator<Item = &WayStep> {
        self.stops
            .iter()
            .flat_map(|stop| match stop {
                WayStop::End(_) => &[][..],
                WayStop::On(onward) => onward,
            })
            .flat_map(|(steps, _)| steps)
    }
}

/// Feasible paths, built from their ends.
#[derive(Default)]
pub(super) struct WaysBuilder {
    stops: Vec<WayStop>,
    ends: BTreeMap<usize, usize>,
    known: BTreeMap<Vec<(Vec<WayStep>, usize)>, usize>,
}

impl WaysBuilder {
    pub(super) fn end(&mut self, outcome: usize) -> usize {
        let stops = &mut self.stops;
        *self.ends.entry(outcome).or_insert_with(|| {
            stops.push(WayStop::End(outcome));
            stops.len() - 1
        })
    }

    /// A node from which these lead on; `None` if nothing does.
    pub(super) fn on(&mut self, mut onward: Vec<(Vec<WayStep>, usize)>) -> Option<usize> {
        onward.sort();
        onward.dedup();
        if onward.is_empty() {
            return None;
        }
        if let [(steps, to)] = onward.as_slice()
            && steps.is_empty()
        {
            return Some(*to);
        }
        if let Some(known) = self.known.get(&onward) {
            return Some(*known);
        }
        self.known.insert(onward.clone(), self.stops.len());
        self.stops.push(WayStop::On(onward));
        Some(self.stops.len() - 1)
    }

    pub(super) fn grown(self) -> ExportedWays {
        ExportedWays { stops: self.stops }
    }
}

/// The steps for answers of questions, each found once.
pub(super) struct WaySteps {
    limits: Limits,
    known: BTreeMap<(Test, bool), Vec<WayStep>>,
}

impl WaySteps {
    pub(super) fn new(limits: Limits) -> Self {
        Self {
            limits,
            known: BTreeMap::new(),
        }
    }

    /// The steps for an answer; empty if every record gives that answer.
    pub(super) fn of(&mut self, question: &GraphQuestion, answer: bool) -> Vec<WayStep> {
        let test = match question {
            GraphQuestion::Waived(condition) => return vec![WayStep::Waived(*condition, answer)],
            GraphQuestion::Facts(Test::Known(fact, _)) => {
                return vec![WayStep::Stated(fact.clone(), answer)];
            }
            GraphQuestion::Facts(test) => test,
        };
        let limits = self.limits;
        let found = self.known.entry((test.clone(), answer));
        found.or_insert_with(|| said(test, answer, limits)).clone()
    }
}

fn said(test: &Test, answer: bool, limits: Limits) -> Vec<WayStep> {
    let Some(region) = Region::new(limits).assume(test, answer) else {
        // No way goes on with it.
        return Vec::new();
    };
    // Statistics are fractions, and no column has them as one number.
    let fraction = |fact: &&FactRef| {
        fact.schema.origin == FactOrigin::Statistic && fact.schema.ty == FactType::Number
    };
    if !region.entangled.is_empty() || test.facts().iter().any(fraction) {
        return vec![WayStep::Answered(test.clone(), answer)];
    }
    let narrowed = region.domains.into_iter();
    let narrowed = narrowed.filter(|(fact, domain)| *domain != Domain::of(fact));
    narrowed
        .map(|(fact, domain)| WayStep::Within(fact, domain))
        .collect()
}

/// Whether some record may take a path. It is tested on arrival, without facts that are asked about
/// no more: these must not make two paths differ that meet.
pub(super) fn can_be(region: &Region) -> bool {
    region.entangled.is_empty() || Patience::new(region.limits).may_be(region)
}

/// The answers on a path that matter at a node, and what became of it.
type StopMemo = (BTreeMap<FactRef, bool>, Region, Option<usize>);

/// Units of work: a step copies and compares all answers before it.
pub(super) fn cost(region: &Region) -> u64 {
    5 + 4 * region.domains.len() as u64
}

struct WaySearch<'a> {
    graph: &'a Graph,
    budget: Budget,
    steps: WaySteps,
    met: BTreeMap<usize, Vec<StopMemo>>,
    ways: WaysBuilder,
}

impl WaySearch<'_> {
    /// Follows all paths from a node; `None` if no record can go on.
    fn go(
        &mut self,
        node: usize,
        region: &Region,
        known: &mut BTreeMap<FactRef, bool>,
    ) -> Result<Option<usize>, TooMany> {
        spend(cost(region));
        if self.budget.is_used_up() {
            return Err(TooMany);
        }
        if !can_be(region) {
            return Ok(None);
        }
        let below = Rc::clone(self.graph.below(node));
        let about = region.about(&below);
        let said: BTreeMap<_, _> = confined(known, &below);
        if let Some(met) = self.met.get(&node)
            && let Some((.., stop)) = met
                .iter()
                .find(|(known, region, _)| *known == said && region.says_as(&about))
        {
            return Ok(*stop);
        }
        let stop = self.follow(node, region, known)?;
        self.met.entry(node).or_default().push((said, about, stop));
        Ok(stop)
    }

    fn follow(
        &mut self,
        node: usize,
        region: &Region,
        known: &mut BTreeMap<FactRef, bool>,
    ) -> Result<Option<usize>, TooMany> {
        let graph = self.graph;
        let mut onward = Vec::new();
        match graph.at(node) {
            GraphNode::End(outcome) => return Ok(Some(self.ways.end(*outcome))),
            GraphNode::Either(parts) => {
                for part in parts {
                    let to = self.go(*part, region, known)?;
                    onward.extend(to.map(|to| (Vec::new(), to)));
                }
            }
            GraphNode::Asks(question @ GraphQuestion::Waived(_), yes, no) => {
                for (answer, next) in [(true, *yes), (false, *no)] {
                    let to = self.go(next, region, known)?;
                    onward.extend(to.map(|to| (self.steps.of(question, answer), to)));
                }
            }
            GraphNode::Asks(question @ GraphQuestion::Facts(test), yes, no) => {
                let mut failed = None;
                split(
                    test,
                    region,
                    known,
                    &mut |answer, region, known| match self.go(
                        if answer { *yes } else { *no },
                        region,
                        known,
                    ) {
                        Ok(Some(to)) => onward.push((self.steps.of(question, answer), to)),
                        Ok(None) => {}
                        Err(why) => failed = Some(why),
                    },
                );
                if let Some(why) = failed {
                    return Err(why);
                }
            }
        }
        // Where every record goes on to one place, nothing is asked.
        let first = onward.first().map(|(_, to)| *to);
        if onward.iter().all(|(_, to)| Some(*to) == first) {
            return Ok(first);
        }
        Ok(self.ways.on(onward))
    }
}

fn confined(known: &BTreeMap<FactRef, bool>, below: &BTreeSet<FactRef>) -> BTreeMap<FactRef, bool> {
    let known = known.iter().filter(|(fact, _)| below.contains(*fact));
    known.map(|(fact, known)| (fact.clone(), *known)).collect()
}
