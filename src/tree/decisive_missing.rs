//! Which missing facts decide: those for which two completions that differ in this fact alone have
//! different verdicts.
//!
//! The paths that are still possible are built into a tree again, and two completions go down that
//! tree side by side. They stay together until a test of the fact in question separates them.

use std::collections::BTreeSet;

use crate::base::work_budget::{Budget, spend};
use crate::model::fact::FactPath;
use crate::tree::decisive_by_single_fact_tests::SingleFactWays;
use crate::tree::expression::Expression;
use crate::tree::fact_ref::FactRef;
use crate::tree::follow_meeting_paths_once::{Arrival, Meetings};
use crate::tree::possible_outcomes::Leaves;
use crate::tree::predicate::Test;
use crate::tree::region::Region;
use crate::tree::search_limits::Limits;
use crate::tree::way_graph::Nodes;
use crate::tree::witness::{May, Patience};

/// The missing facts that decide between verdicts, and whether some of them may not, because not
/// everything could be tried.
pub(crate) fn deciding_facts(leaves: &Leaves, limits: Limits) -> (Vec<FactRef>, bool) {
    let all: BTreeSet<&FactRef> = leaves
        .list
        .iter()
        .flat_map(|leaf| leaf.answers.iter())
        .flat_map(|(test, _)| test.facts())
        .collect();
    let nodes = Nodes::of(&leaves.list);
    let (mut deciding, mut unsure) = (Vec::new(), false);
    let ways = SingleFactWays::of(&nodes, limits);
    // Each has an equal share of the work that is left.
    let (whole, count) = (Budget::new(limits.work), all.len());
    for (number, fact) in all.into_iter().enumerate() {
        let budget = whole.part(count - number);
        if let Some(decides) = ways.as_ref().and_then(|ways| ways.decides(fact)) {
            if decides {
                deciding.push(fact.clone());
            }
            continue;
        }
        let mut pairs = CompletionPairs {
            nodes: &nodes,
            fact,
            other: other_self(fact),
            patience: Patience::within(limits, budget),
            budget,
            steps: limits.pairs,
            found: May::No,
            meetings: leaves
                .list
                .iter()
                .any(|leaf| leaf.joins.is_some())
                .then(Meetings::new),
        };
        pairs.go(PairPlace::Both(0, 0), Region::new(limits));
        unsure |= pairs.found == May::Perhaps;
        if pairs.found != May::No {
            deciding.push(fact.clone());
        }
    }
    (deciding, unsure)
}

/// The nodes that two completions which differ in one fact alone have reached.
#[derive(Clone, Copy)]
enum PairPlace {
    Both(usize, usize),
    /// The first has reached its end: its verdict, and whether that is proven.
    Second(u8, bool, usize),
}

/// A place with the ways not followed yet. They are kept in a list: with thousands of tests one
/// below the other, recursion would be too deep for the stack of a thread.
struct OpenPair {
    /// `None` once the last way has taken it.
    region: Option<Region>,
    ways: std::vec::IntoIter<(PairPlace, Option<(Test, bool)>)>,
    /// Other ways may meet here.
    meets: bool,
}

/// Two completions that differ in one fact alone, on their ways.
struct CompletionPairs<'a> {
    nodes: &'a Nodes<'a>,
    fact: &'a FactRef,
    /// The fact as the second completion has it.
    other: FactRef,
    patience: Patience,
    budget: Budget,
    steps: usize,
    found: May,
    /// Where ways meet, if they do: by both nodes, or the verdict of the first completion and the
    /// node of the second.
    meetings: Option<Meetings<(Result<usize, u8>, usize)>>,
}

impl CompletionPairs<'_> {
    /// Looks for different verdicts from a place on.
    fn go(&mut self, start: PairPlace, region: Region) {
        let mut open = Vec::new();
        open.extend(self.arrive(start, region));
        while let Some(place) = open.last_mut()
            && self.found != May::Yes
        {
            let Some((to, answered)) = place.ways.next() else {
                if place.meets {
                    self.leave();
                }
                open.pop();
                continue;
            };
            // The last way has the region for itself: copying one takes time with the number of
            // facts in it.
            let mut region = if place.ways.len() == 0 {
                place.region.take()
            } else {
                place.region.as_ref().map(Region::copied)
            };
            let possible = |region: &mut Region| {
                answered.is_none_or(|(test, answer)| region.narrow(&test, answer))
            };
            if let Some(region) = region.take_if(possible) {
                open.extend(self.arrive(to, region));
            }
        }
    }

    /// Enters a place; returns what is open there, or `None` if nothing is.
    fn arrive(&mut self, pair: PairPlace, region: Region) -> Option<OpenPair> {
        if self.is_alike(pair) || self.is_tired() {
            return None;
        }
        let arrival = match (&mut self.meetings, pair) {
            // A verdict that is not proven finds less.
            (None, _) | (_, PairPlace::Second(_, false, _)) => Arrival::Apart,
            (Some(meetings), pair) => {
                let key = match pair {
                    PairPlace::Both(one, two) => (Ok(one), two),
                    PairPlace::Second(verdict, _, two) => (Err(verdict), two),
                };
                meetings.arrive(key, (0, 0), &region, &mut self.patience)
            }
        };
        let meets = match arrival {
            Arrival::Known(_) => return None,
            Arrival::Apart => false,
            Arrival::New => true,
        };
        let ways = match pair {
            PairPlace::Both(one, two) => self.ways_of_both(one, two),
            PairPlace::Second(verdict, proven, two) => {
                self.compare(verdict, proven, two, &region);
                self.ways_of_second(verdict, proven, two)
            }
        };
        Some(OpenPair {
            region: Some(region),
            ways: ways.into_iter(),
            meets,
        })
    }

    /// Whether the steps are used up; counts one if not.
    fn is_tired(&mut self) -> bool {
        if self.steps == 0 || self.budget.is_used_up() {
            self.found = May::Perhaps;
            return true;
        }
        self.steps -= 1;
        spend(3);
        false
    }

    fn leave(&mut self) {
        if let Some(meetings) = &mut self.meetings {
            meetings.leave(true);
        }
    }

    fn used(&mut self, test: &Test) {
        if let Some(meetings) = &mut self.meetings {
            meetings.used(test.facts());
        }
    }

    /// One verdict on both sides makes no difference.
    fn is_alike(&self, pair: PairPlace) -> bool {
        match pair {
            PairPlace::Both(one, two) => {
                let (a, b) = (self.nodes.0[one].below, self.nodes.0[two].below);
                a == b && a.is_power_of_two()
            }
            PairPlace::Second(verdict, _, two) => self.nodes.0[two].below == verdict,
        }
    }

    /// The ends of the first completion, then its answers.
    fn ways_of_both(&mut self, one: usize, two: usize) -> Vec<(PairPlace, Option<(Test, bool)>)> {
        let nodes = self.nodes;
        let (a, b) = (&nodes.0[one], &nodes.0[two]);
        let ends = a.ends.iter();
        let mut ways: Vec<_> = ends
            .map(|(verdict, proven)| (PairPlace::Second(*verdict, *proven, two), None))
            .collect();
        for (test, [no, yes]) in &a.asked {
            self.used(test);
            let mine = test.asks_about(self.fact);
            let together = b.asked.iter().find(|(other, _)| !mine && other == test);
            for (answer, to) in [(true, yes), (false, no)] {
                // The same test of the same facts has the same answer.
                let with = match together {
                    Some((_, ways)) => ways[usize::from(answer)],
                    None => Some(two),
                };
                let pair = to.zip(with).map(|(to, with)| PairPlace::Both(to, with));
                if let Some(pair) = pair.filter(|pair| !self.is_alike(*pair)) {
                    ways.push((pair, Some(((*test).clone(), answer))));
                }
            }
        }
        ways
    }

    /// Handles the ends of the second completion that have another verdict than the first.
    fn compare(&mut self, verdict: u8, proven: bool, two: usize, region: &Region) {
        let nodes = self.nodes;
        for (other, also) in &nodes.0[two].ends {
            if *other == verdict || self.found == May::Yes {
                continue;
            }
            self.found = match (self.patience.look(region), proven && *also) {
                (May::No, _) => self.found,
                (May::Yes, true) => May::Yes,
                _ => May::Perhaps,
            };
        }
    }

    /// The answers of the second completion.
    fn ways_of_second(
        &mut self,
        verdict: u8,
        proven: bool,
        two: usize,
    ) -> Vec<(PairPlace, Option<(Test, bool)>)> {
        let nodes = self.nodes;
        let mut ways = Vec::new();
        for (test, [no, yes]) in &nodes.0[two].asked {
            let test = self.of_the_other(test);
            self.used(&test);
            for (answer, to) in [(true, yes), (false, no)] {
                let pair = to.map(|to| PairPlace::Second(verdict, proven, to));
                if let Some(pair) = pair.filter(|pair| !self.is_alike(*pair)) {
                    ways.push((pair, Some((test.clone(), answer))));
                }
            }
        }
        ways
    }

    /// A test as the second completion answers it.
    fn of_the_other(&self, test: &Test) -> Test {
        if !test.asks_about(self.fact) {
            return test.clone();
        }
        test.substitute(&mut |name| {
            let name = if name == self.fact { &self.other } else { name };
            Expression::Fact(name.clone())
        })
    }
}

/// A fact in another completion, by a name that no path has.
fn other_self(fact: &FactRef) -> FactRef {
    fact.changed(|name| name.path = FactPath::new(format!("{} ", fact.path)))
}
