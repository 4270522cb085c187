//! Every combination of findings that is still possible, looked at in one region.

use std::borrow::Cow;
use std::sync::Arc;

use crate::assess::decisions::{Deciding, Turn, VERDICTS, settled};
use crate::assess::prepared::Decider;
use crate::assess::verdict::Status;
use crate::tree::{
    Arrival, Leaves, Limit, May, Meetings, Nodes, Outcome, Patience, Possible, Region, Test,
    Verdict, bit,
};

const EVERY: [Verdict; 4] = [
    Verdict::Met,
    Verdict::NotMet,
    Verdict::NotApplicable,
    Verdict::Fault,
];

/// Every way in which the findings can still be put together, and whether some way reads no
/// condition at fault; none when the decision itself is broken.
pub(super) fn decisions(deciding: Deciding<'_>) -> Option<(Leaves, bool)> {
    let Deciding {
        decider, examined, ..
    } = deciding;
    if matches!(decider, Decider::Broken) {
        return None;
    }
    let joined = examined.iter().any(|one| one.leaves.are_joined());
    // Where there are many ways, those that meet are followed once.
    let ways: Vec<Nodes<'_>> = if joined {
        let lists = examined.iter().map(|one| &one.leaves.list);
        lists.map(|list| Nodes::of(list)).collect()
    } else {
        Vec::new()
    };
    let limits = deciding.basis.bindings.limits;
    let mut search = Search {
        deciding,
        leaves: Leaves {
            list: Vec::new(),
            cut_short: None,
        },
        steps: 0,
        sound: false,
        patience: Patience::new(limits),
        ways: &ways,
        meetings: joined.then(Meetings::new),
        state: State {
            faults: 0,
            verdicts: vec![None; examined.len()],
            taken: Vec::new(),
            answers: Vec::new(),
        },
    };
    let start = match decider {
        Decider::Tree(tree, _) => tree.start(),
        _ => 0,
    };
    search.go(start, Region::new(limits));
    Some((search.leaves, search.sound))
}

/// What tells a place of the search apart: where the decision is, the verdicts taken and how many
/// are those of conditions at fault, and where within the ways of a condition.
type Place = (usize, Vec<Option<Verdict>>, usize, Option<usize>);

/// How the search came to where it is.
struct State {
    /// How many of the verdicts taken are those of a condition at fault.
    faults: usize,
    /// The verdicts taken so far, by condition.
    verdicts: Vec<Option<Verdict>>,
    /// The conditions that have one, in the order in which they were taken.
    taken: Vec<(usize, Taken)>,
    answers: Vec<(Test, bool)>,
}

/// A verdict as one of a condition, or as one that a condition at fault could have been.
#[derive(Clone, Copy)]
struct Taken {
    verdict: Verdict,
    at_fault: bool,
}

struct Search<'a> {
    deciding: Deciding<'a>,
    leaves: Leaves,
    steps: usize,
    /// Some way to decide reads no condition at fault.
    sound: bool,
    patience: Patience,
    /// The ways of each condition, where ways meet.
    ways: &'a [Nodes<'a>],
    meetings: Option<Meetings<Place>>,
    state: State,
}

/// A place with several ways on. They are kept in a list of their own: thousands of conditions that
/// are open one below the other would be too deep for the stack of a thread.
struct Fork<'a> {
    region: Region,
    /// How many answers were given and verdicts taken up to here.
    answers: usize,
    taken: usize,
    ways: Box<dyn Iterator<Item = Way<'a>> + 'a>,
    met: Met,
}

#[derive(Clone, Copy)]
enum Met {
    /// Others may meet here; there were so many leaves before.
    Here { before: usize },
    /// Nothing is kept of the place.
    Apart,
}

/// A way on.
struct Way<'a> {
    answers: Cow<'a, [(Test, bool)]>,
    takes: Option<(usize, Taken)>,
    to: Spot,
}

#[derive(Clone, Copy)]
enum Spot {
    /// A place of the decision.
    Decision(usize),
    /// Within the ways of a condition that is wanted at a place of the decision.
    Condition {
        node: usize,
        condition: usize,
        way: usize,
    },
}

impl State {
    fn take(&mut self, condition: usize, taken: Taken) {
        self.verdicts[condition] = Some(taken.verdict);
        self.faults += usize::from(taken.at_fault);
        self.taken.push((condition, taken));
    }

    /// Goes back to where so many answers were given and verdicts taken.
    fn back(&mut self, answers: usize, verdicts: usize) {
        self.answers.truncate(answers);
        for (condition, taken) in self.taken.drain(verdicts..) {
            self.verdicts[condition] = None;
            self.faults -= usize::from(taken.at_fault);
        }
    }
}

impl<'a> Search<'a> {
    fn go(&mut self, start: usize, region: Region) {
        let mut forks: Vec<Fork<'a>> = Vec::new();
        forks.extend(self.arrive(Spot::Decision(start), region));
        while let Some(fork) = forks.last_mut() {
            self.state.back(fork.answers, fork.taken);
            let Some(way) = fork.ways.next() else {
                self.leave(fork.met);
                forks.pop();
                continue;
            };
            let mut region = fork.region.clone();
            let mut answers = way.answers.iter();
            if !answers.all(|(test, answer)| region.narrow(test, *answer)) {
                continue;
            }
            self.state.answers.extend(way.answers.into_owned());
            if let Some((condition, taken)) = way.takes {
                self.state.take(condition, taken);
            }
            forks.extend(self.arrive(way.to, region));
            if self.is_tired() {
                return;
            }
        }
    }

    /// Counts a step; whether there was one left.
    fn step(&mut self) -> bool {
        self.steps += 1;
        if self.is_tired() {
            self.leaves.cut_short = Some(Limit::Combinations);
        }
        !self.is_tired()
    }

    fn is_tired(&self) -> bool {
        const TOGETHER: usize = 16;
        let most = self.deciding.basis.bindings.limits.combinations;
        let more = if self.meetings.is_some() { TOGETHER } else { 1 };
        self.steps > most.saturating_mul(more)
    }

    /// Comes to a place; there may be several ways on.
    fn arrive(&mut self, spot: Spot, region: Region) -> Option<Fork<'a>> {
        let mut node = match spot {
            Spot::Decision(node) => node,
            Spot::Condition { .. } => {
                let met = self.meet(spot, &region)?;
                let ways = self.step().then(|| self.ways_from(spot))?;
                return Some(self.fork(region, ways, met));
            }
        };
        while self.step() {
            match self.deciding.turn(node, &self.state.verdicts) {
                Turn::Goes(next) => node = next,
                Turn::Decided(outcome) => {
                    self.decide(outcome, &region);
                    return None;
                }
                Turn::Wants(condition) => {
                    let Some(verdict) = settled(&self.deciding.examined[condition]) else {
                        let met = self.meet(Spot::Decision(node), &region)?;
                        let ways = self.ways_of(node, condition);
                        return Some(self.fork(region, ways, met));
                    };
                    let at_fault = false;
                    self.state.take(condition, Taken { verdict, at_fault });
                }
                Turn::Asks(test, yes, no) => {
                    self.used(&test);
                    let ways = [(true, yes), (false, no)].into_iter();
                    let ways = ways.map(move |(answer, next)| Way {
                        answers: vec![(test.clone(), answer)].into(),
                        takes: None,
                        to: Spot::Decision(next),
                    });
                    return Some(self.fork(region, Box::new(ways), Met::Apart));
                }
            }
        }
        None
    }

    fn fork(
        &self,
        region: Region,
        ways: Box<dyn Iterator<Item = Way<'a>> + 'a>,
        met: Met,
    ) -> Fork<'a> {
        Fork {
            region,
            answers: self.state.answers.len(),
            taken: self.state.taken.len(),
            ways,
            met,
        }
    }

    fn decide(&mut self, outcome: Arc<Outcome>, region: &Region) {
        let may = self.patience.look(region);
        if may == May::No {
            return;
        }
        self.sound |= self.state.faults == 0 && outcome.verdict != Verdict::Fault;
        self.leaves.list.push(Possible {
            outcome,
            answers: self.state.answers.clone(),
            assumed: Vec::new(),
            proven: may == May::Yes,
            joins: None,
        });
    }

    fn used(&mut self, test: &Test) {
        if let Some(meetings) = &mut self.meetings {
            meetings.used(test.facts());
        }
    }

    /// Comes to a place where ways may meet; `None` where nothing is left to follow from it.
    fn meet(&mut self, spot: Spot, region: &Region) -> Option<Met> {
        let state = &self.state;
        let before = self.leaves.list.len();
        let Some(meetings) = &mut self.meetings else {
            return Some(Met::Apart);
        };
        let (node, way) = match spot {
            Spot::Decision(node) => (node, None),
            Spot::Condition { node, way, .. } => (node, Some(way)),
        };
        let place = (node, state.verdicts.clone(), state.faults, way);
        let at = (before, state.answers.len());
        match meetings.arrive(place, at, region, &mut self.patience) {
            Arrival::Known(at) => {
                if let Some(at) = at {
                    let answers = state.answers.clone();
                    self.leaves.join(at, answers, Vec::new());
                }
                None
            }
            Arrival::Apart => Some(Met::Apart),
            Arrival::New => Some(Met::Here { before }),
        }
    }

    fn leave(&mut self, met: Met) {
        if let (Met::Here { before }, Some(meetings)) = (met, &mut self.meetings) {
            meetings.leave(self.leaves.list.len() > before);
        }
    }

    /// The ways on from within those of a condition.
    fn ways_from(&mut self, spot: Spot) -> Box<dyn Iterator<Item = Way<'a>> + 'a> {
        let Spot::Condition {
            node,
            condition,
            way,
        } = spot
        else {
            return Box::new(std::iter::empty());
        };
        let here = &self.ways[condition].0[way];
        for (test, _) in &here.asked {
            self.used(test);
        }
        let verdict = |bits: u8| EVERY.into_iter().find(|verdict| bit(*verdict) == bits);
        let ends = here.ends.iter().filter_map(move |(bits, _)| verdict(*bits));
        let ends = ends.flat_map(move |verdict| taking(node, condition, verdict, &[]));
        let asked = here.asked.iter().flat_map(move |(test, ways)| {
            [true, false].into_iter().filter_map(move |answer| {
                let way = ways[usize::from(answer)]?;
                Some(Way {
                    answers: vec![((*test).clone(), answer)].into(),
                    takes: None,
                    to: Spot::Condition {
                        node,
                        condition,
                        way,
                    },
                })
            })
        });
        Box::new(ends.chain(asked))
    }

    /// The ways on with every verdict that a condition can still have.
    fn ways_of(&mut self, node: usize, condition: usize) -> Box<dyn Iterator<Item = Way<'a>> + 'a> {
        let examined = &self.deciding.examined[condition];
        if examined.finding.status == Status::Fault {
            return Box::new(taking(node, condition, Verdict::Fault, &[]));
        }
        if let Some(limit) = examined.leaves.cut_short {
            self.leaves.cut_short = Some(limit);
            return Box::new(taking(node, condition, Verdict::Fault, &[]));
        }
        if self.meetings.is_some() {
            let way = 0;
            return Box::new(std::iter::once(Way {
                answers: (&[]).into(),
                takes: None,
                to: Spot::Condition {
                    node,
                    condition,
                    way,
                },
            }));
        }
        let leaves = examined.leaves.list.iter();
        Box::new(
            leaves
                .flat_map(move |leaf| taking(node, condition, leaf.outcome.verdict, &leaf.answers)),
        )
    }
}

/// The ways on with one verdict; at fault, with each that it could have been.
fn taking(
    node: usize,
    condition: usize,
    verdict: Verdict,
    answers: &[(Test, bool)],
) -> impl Iterator<Item = Way<'_>> {
    let at_fault = verdict == Verdict::Fault;
    let could_be = VERDICTS.into_iter().map(|(verdict, _)| verdict);
    let verdicts = could_be.filter(move |one| at_fault || *one == verdict);
    verdicts.map(move |verdict| Way {
        answers: answers.into(),
        takes: Some((condition, Taken { verdict, at_fault })),
        to: Spot::Decision(node),
    })
}
