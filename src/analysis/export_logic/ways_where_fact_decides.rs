//! Which missing facts decide: the paths on which two records that differ in one fact alone reach
//! different ends.
//!
//! Two records go through a graph side by side. They stay together until a test of that fact
//! separates them; a test of other facts has one answer for both. The result is again a set of
//! paths, on which nothing is asked about the fact itself: it is missing.
//!
//! Example: of `if a { b } else { c }` the fact `b` decides if `a` is true or missing.

use std::collections::BTreeMap;

use crate::analysis::export_logic::decision_diagram::{Graph, GraphNode, GraphQuestion};
use crate::analysis::export_logic::feasible_paths::{
    ExportedWays, TooMany, WayStep, WaySteps, WaysBuilder, can_be, cost,
};
use crate::base::work_budget::{Budget, spend};
use crate::tree::{FactRef, Limits, Region, Test};

/// The number of the only end of such paths.
const APART: usize = 0;

/// The paths on which a fact decides between ends that `differ`.
pub(crate) fn deciding(
    graph: &Graph,
    fact: &FactRef,
    differ: &dyn Fn(usize, usize) -> bool,
    limits: Limits,
) -> Result<ExportedWays, TooMany> {
    let mut pairs = PairSearch {
        graph,
        fact,
        differ,
        budget: Budget::new(limits.work),
        steps: WaySteps::new(limits),
        met: BTreeMap::new(),
        ways: WaysBuilder::default(),
    };
    let start = Pair {
        places: [graph.root(); 2],
        regions: [Region::new(limits), Region::new(limits)],
        known: BTreeMap::new(),
    };
    pairs.go(&start)?;
    Ok(pairs.ways.grown())
}

/// The nodes of two records, and the answers on the way there.
#[derive(Clone)]
struct Pair {
    places: [usize; 2],
    /// They differ in what is required of the fact.
    regions: [Region; 2],
    known: BTreeMap<FactRef, bool>,
}

/// The answers that matter, and what became of them.
type PairMemo = (BTreeMap<FactRef, bool>, [Region; 2], Option<usize>);

struct PairSearch<'a> {
    graph: &'a Graph,
    fact: &'a FactRef,
    differ: &'a dyn Fn(usize, usize) -> bool,
    budget: Budget,
    steps: WaySteps,
    met: BTreeMap<[usize; 2], Vec<PairMemo>>,
    ways: WaysBuilder,
}

impl PairSearch<'_> {
    /// Follows both records; `None` if they reach no different ends.
    fn go(&mut self, pair: &Pair) -> Result<Option<usize>, TooMany> {
        spend(2 * cost(&pair.regions[0]));
        if self.budget.is_used_up() {
            return Err(TooMany);
        }
        if !pair.regions.iter().all(can_be) {
            return Ok(None);
        }
        let [one, two] = pair.places;
        if one == two && !self.graph.below(one).contains(self.fact) {
            return Ok(None);
        }
        let about = [0, 1].map(|side: usize| {
            let below = self.graph.below(pair.places[side]);
            pair.regions[side].about(below)
        });
        let asked = |fact: &FactRef| {
            let asks = |node: &usize| self.graph.below(*node).contains(fact);
            pair.places.iter().any(asks)
        };
        let known = pair.known.iter().filter(|(fact, _)| asked(fact));
        let known: BTreeMap<_, _> = known.map(|(fact, is)| (fact.clone(), *is)).collect();
        if let Some((.., stop)) = self.met.get(&pair.places).and_then(|met| {
            met.iter().find(|(was, regions, _)| {
                *was == known && (0..2).all(|side| regions[side].says_as(&about[side]))
            })
        }) {
            return Ok(*stop);
        }
        let stop = self.follow(pair)?;
        let met = self.met.entry(pair.places).or_default();
        met.push((known, about, stop));
        Ok(stop)
    }

    fn follow(&mut self, pair: &Pair) -> Result<Option<usize>, TooMany> {
        let graph = self.graph;
        let places = pair.places.map(|place| graph.at(place));
        match places {
            [GraphNode::End(one), GraphNode::End(two)] => {
                let apart = (self.differ)(*one, *two);
                Ok(apart.then(|| self.ways.end(APART)))
            }
            [GraphNode::Either(parts), _] => self.either(pair, 0, parts),
            [_, GraphNode::Either(parts)] => self.either(pair, 1, parts),
            [GraphNode::Asks(question, ..), _] => self.ask(pair, question),
            [GraphNode::End(_), GraphNode::Asks(question, ..)] => self.ask(pair, question),
        }
    }

    fn either(
        &mut self,
        pair: &Pair,
        side: usize,
        parts: &[usize],
    ) -> Result<Option<usize>, TooMany> {
        let together = pair.places[0] == pair.places[1];
        let mut onward = Vec::new();
        for part in parts {
            let mut pair = pair.clone();
            pair.places[side] = *part;
            if together {
                pair.places = [*part; 2];
            }
            let to = self.go(&pair)?;
            onward.extend(to.map(|to| (Vec::new(), to)));
        }
        Ok(self.ways.on(onward))
    }

    /// Asks the next question of the records that are at it.
    fn ask(&mut self, pair: &Pair, question: &GraphQuestion) -> Result<Option<usize>, TooMany> {
        const SAME: [[bool; 2]; 2] = [[true; 2], [false; 2]];
        // Two records at one node differ in the fact only, so they are interchangeable.
        const TOGETHER: [[bool; 2]; 3] = [[true; 2], [false; 2], [true, false]];
        const ALL: [[bool; 2]; 4] = [[true; 2], [false; 2], [true, false], [false, true]];
        let asks = pair.places.map(|place| match self.graph.at(place) {
            GraphNode::Asks(asked, yes, no) if asked == question => Some([*no, *yes]),
            _ => None,
        });
        let about_it = question.facts().contains(self.fact);
        let together = pair.places[0] == pair.places[1];
        let answers = match question {
            GraphQuestion::Facts(Test::Known(..)) => &SAME[..],
            _ if !about_it => &SAME[..],
            _ if together => &TOGETHER[..],
            // A side that does not ask is not distinguished by its answer.
            _ if asks.contains(&None) => &SAME[..],
            _ => &ALL[..],
        };
        let mut onward = Vec::new();
        for answers in answers {
            let Some(next) = self.answered(pair, question, *answers, asks) else {
                continue;
            };
            let steps = self.asked(question, *answers, about_it);
            let to = self.go(&next)?;
            onward.extend(to.map(|to| (steps, to)));
        }
        Ok(self.ways.on(onward))
    }

    /// Both records after an answer for each; `None` if that is impossible.
    fn answered(
        &self,
        pair: &Pair,
        question: &GraphQuestion,
        answers: [bool; 2],
        asks: [Option<[usize; 2]>; 2],
    ) -> Option<Pair> {
        let mut next = pair.clone();
        for side in 0..2 {
            if let Some(ways) = asks[side] {
                next.places[side] = ways[usize::from(answers[side])];
            }
        }
        match question {
            GraphQuestion::Waived(_) => {}
            GraphQuestion::Facts(Test::Known(fact, _)) if fact == self.fact => {
                return (!answers[0]).then_some(next);
            }
            GraphQuestion::Facts(Test::Known(fact, _)) => {
                let known = *next.known.entry(fact.clone()).or_insert(answers[0]);
                return (known == answers[0]).then_some(next);
            }
            GraphQuestion::Facts(test) => {
                let about_it = test.asks_about(self.fact);
                for side in 0..2 {
                    // A side that does not ask learns nothing about the fact itself.
                    if (!about_it || asks[side].is_some())
                        && !next.regions[side].narrow(test, answers[side])
                    {
                        return None;
                    }
                }
            }
        }
        Some(next)
    }

    /// The steps for the answers; none about the fact itself, which is missing.
    fn asked(
        &mut self,
        question: &GraphQuestion,
        answers: [bool; 2],
        about_it: bool,
    ) -> Vec<WayStep> {
        if matches!(question, GraphQuestion::Facts(Test::Known(fact, _)) if fact == self.fact) {
            return Vec::new();
        }
        let mut steps = self.steps.of(question, answers[0]);
        if answers[1] != answers[0] {
            steps.extend(self.steps.of(question, answers[1]));
        }
        let fact = self.fact;
        steps.retain(|step| !matches!(step, WayStep::Within(of, _) if about_it && of == fact));
        steps
    }
}
