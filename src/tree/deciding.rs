//! Which missing facts decide: those of which two completions that differ in it alone come to
//! different verdicts.
//!
//! The paths that are still possible are put together to a tree of their answers again, and two
//! completions go down that tree side by side. They stay together until a test about the fact in
//! question parts them.

use std::collections::BTreeSet;

use crate::base::work::spend;
use crate::tree::expression::Expression;
use crate::tree::fact_ref::FactRef;
use crate::tree::independent::Free;
use crate::tree::limits::Limits;
use crate::tree::meetings::{Arrival, Meetings};
use crate::tree::predicate::Test;
use crate::tree::region::Region;
use crate::tree::walk::Leaves;
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
    let free = Free::of(&nodes);
    for fact in all {
        if let Some(decides) = free.as_ref().and_then(|free| free.decides(fact)) {
            if decides {
                deciding.push(fact.clone());
            }
            continue;
        }
        let mut pairs = CompletionPairs {
            nodes: &nodes,
            fact,
            other: other_self(fact),
            patience: Patience::new(limits),
            steps: limits.pairs,
            found: May::No,
            meetings: leaves
                .list
                .iter()
                .any(|leaf| leaf.joins.is_some())
                .then(Meetings::new),
        };
        pairs.go(0, 0, Region::new(limits));
        unsure |= pairs.found == May::Perhaps;
        if pairs.found != May::No {
            deciding.push(fact.clone());
        }
    }
    (deciding, unsure)
}

/// Two completions that differ in one fact alone, on their ways.
struct CompletionPairs<'a> {
    nodes: &'a Nodes<'a>,
    fact: &'a FactRef,
    /// The fact as the second completion has it.
    other: FactRef,
    patience: Patience,
    steps: usize,
    found: May,
    /// Where ways meet, if they do: by the two places, or the verdict of the first completion and the
    /// place of the second.
    meetings: Option<Meetings<(Result<usize, u8>, usize)>>,
}

impl CompletionPairs<'_> {
    /// Looks for different verdicts below two places.
    fn go(&mut self, one: usize, two: usize, region: Region) {
        if self.found == May::Yes || self.are_alike(one, two) || self.is_tired() {
            return;
        }
        match self.arrive((Ok(one), two), &region) {
            Arrival::Known(_) => {}
            Arrival::Apart => self.look(one, two, region),
            Arrival::New => {
                self.look(one, two, region);
                self.leave();
            }
        }
    }

    /// Whether there were steps enough; else counts one.
    fn is_tired(&mut self) -> bool {
        if self.steps == 0 {
            self.found = May::Perhaps;
            return true;
        }
        self.steps -= 1;
        spend(3);
        false
    }

    fn arrive(&mut self, key: (Result<usize, u8>, usize), region: &Region) -> Arrival {
        match &mut self.meetings {
            Some(meetings) => meetings.arrive(key, (0, 0), region, &mut self.patience),
            None => Arrival::Apart,
        }
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

    fn look(&mut self, one: usize, two: usize, region: Region) {
        let nodes = self.nodes;
        let (a, b) = (&nodes.0[one], &nodes.0[two]);
        let mut ways = Vec::new();
        for (test, [no, yes]) in &a.asked {
            self.used(test);
            let mine = test.facts().contains(self.fact);
            let together = b.asked.iter().find(|(other, _)| !mine && other == test);
            for (answer, to) in [(true, yes), (false, no)] {
                // The same test of the same facts has the same answer.
                let with = match together {
                    Some((_, ways)) => ways[usize::from(answer)],
                    None => Some(two),
                };
                if let (Some(to), Some(with)) = (*to, with)
                    && !self.are_alike(to, with)
                {
                    ways.push(((to, with), (*test).clone(), answer));
                }
            }
        }
        for (verdict, proven) in &a.ends {
            self.end(*verdict, *proven, two, region.copied());
        }
        each_way(ways, region, |(to, with), region| self.go(to, with, region));
    }

    /// One verdict on both sides makes no difference.
    fn are_alike(&self, one: usize, two: usize) -> bool {
        let (a, b) = (self.nodes.0[one].below, self.nodes.0[two].below);
        a == b && a.is_power_of_two()
    }

    /// The first completion has come to its end: goes on with the second.
    fn end(&mut self, verdict: u8, proven: bool, two: usize, region: Region) {
        let alike = self.nodes.0[two].below == verdict;
        if self.found == May::Yes || alike || self.is_tired() {
            return;
        }
        // One that is not proven finds less.
        let arrival = if proven {
            self.arrive((Err(verdict), two), &region)
        } else {
            Arrival::Apart
        };
        match arrival {
            Arrival::Known(_) => {}
            Arrival::Apart => self.other_end(verdict, proven, two, region),
            Arrival::New => {
                self.other_end(verdict, proven, two, region);
                self.leave();
            }
        }
    }

    fn other_end(&mut self, verdict: u8, proven: bool, two: usize, region: Region) {
        let nodes = self.nodes;
        let b = &nodes.0[two];
        for (other, also) in b.ends.iter().filter(|(other, _)| *other != verdict) {
            debug_assert_ne!(*other, verdict);
            self.found = match (self.patience.look(&region), proven && *also) {
                (May::No, _) => self.found,
                (May::Yes, true) => return self.found = May::Yes,
                _ => May::Perhaps,
            };
        }
        let mut ways = Vec::new();
        for (test, [no, yes]) in &b.asked {
            let test = self.of_the_other(test);
            self.used(&test);
            for (answer, to) in [(true, yes), (false, no)] {
                if let Some(to) = to.filter(|to| nodes.0[*to].below != verdict) {
                    ways.push((to, test.clone(), answer));
                }
            }
        }
        each_way(ways, region, |to, region| {
            self.end(verdict, proven, to, region);
        });
    }

    /// A test as the second completion answers it.
    fn of_the_other(&self, test: &Test) -> Test {
        if !test.facts().contains(self.fact) {
            return test.clone();
        }
        test.substitute(&mut |name| {
            let name = if name == self.fact { &self.other } else { name };
            Expression::Fact(name.clone())
        })
    }
}

/// Goes each way whose answer can be. The last one has the region for itself: copying one takes time
/// with the number of facts in it.
fn each_way<T>(ways: Vec<(T, Test, bool)>, region: Region, mut go: impl FnMut(T, Region)) {
    let mut left = ways.len();
    let mut region = Some(region);
    for (to, test, answer) in ways {
        left -= 1;
        let mut there = if left == 0 {
            region.take()
        } else {
            region.as_ref().map(Region::copied)
        };
        if let Some(there) = there.take_if(|there| there.narrow(&test, answer)) {
            go(to, there);
        }
    }
}

/// The same fact in another completion: a name that no path has.
fn other_self(fact: &FactRef) -> FactRef {
    let mut other = fact.clone();
    other.path = crate::model::fact::FactPath::new(format!("{} ", fact.path));
    other
}
