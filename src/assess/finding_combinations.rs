//! Every combination of findings that is still possible, looked at in one region.
//!
//! A condition at fault could have any verdict: a counting rule leaves it open, a decision script
//! continues with each of these verdicts, side by side over the same facts (`Deck`). So each leaf
//! is the result of some completion; it is a fault if these verdicts make a difference.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::assess::next_step_of_decision::{DecisionStep, DecisionWalk, VERDICTS, settled};
use crate::assess::prepared_rulebook::Decider;
use crate::assess::result_types::Status;
use crate::model::typed_indexes::ConditionIndex;
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

/// Every way in which the findings can still combine; `None` if the decision itself is broken.
pub(super) fn decisions(deciding: DecisionWalk<'_>) -> Option<Leaves> {
    let DecisionWalk {
        decider, examined, ..
    } = deciding;
    if matches!(decider, Decider::Broken) {
        return None;
    }
    let joined = examined.iter().any(|one| one.leaves.are_joined());
    // If there are many ways, those that meet are followed once.
    let ways: Vec<Nodes<'_>> = if joined {
        let lists = examined.iter().map(|one| &one.leaves.list);
        lists.map(|list| Nodes::of(list)).collect()
    } else {
        Vec::new()
    };
    let limits = deciding.basis.bindings.limits;
    let mut search = CombinationSearch {
        deciding,
        leaves: Leaves {
            list: Vec::new(),
            cut_short: None,
        },
        steps: 0,
        is_forced: true,
        patience: Patience::new(limits),
        ways: &ways,
        meetings: joined.then(Meetings::new),
        decks: Decks::default(),
        state: SearchState {
            verdicts: vec![None; examined.len()],
            taken: Vec::new(),
            answers: Vec::new(),
        },
    };
    let start = match decider {
        Decider::Tree(tree, _) => tree.start(),
        _ => 0,
    };
    let start = search.decks.number(Deck::at(start));
    search.go(start, Region::new(limits));
    Some(search.leaves)
}

/// The key of a place of the search: the place of the decision, the verdicts taken, and the place
/// within the ways of a condition.
type SearchPlace = (usize, Vec<Option<Verdict>>, Option<usize>);

/// A place of the decision, and which verdicts conditions at fault are taken to have there.
type Taking = (usize, Vec<(ConditionIndex, Verdict)>);

/// The places of the decision: several once it has read conditions at fault.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Deck {
    open: Vec<Taking>,
    /// The others that it was at, which were ends.
    ends: BTreeSet<usize>,
}

impl Deck {
    fn at(node: usize) -> Self {
        Self {
            open: vec![(node, Vec::new())],
            ends: BTreeSet::new(),
        }
    }
}

/// The places where a decision was, each once.
#[derive(Default)]
struct Decks {
    all: Vec<Deck>,
    known: BTreeMap<Deck, usize>,
}

impl Decks {
    fn number(&mut self, mut deck: Deck) -> usize {
        deck.open.sort();
        deck.open.dedup();
        if let Some(known) = self.known.get(&deck) {
            return *known;
        }
        self.all.push(deck.clone());
        self.known.insert(deck, self.all.len() - 1);
        self.all.len() - 1
    }
}

/// The verdicts and answers that led to the current place of the search.
struct SearchState {
    /// The verdicts taken so far, by condition.
    verdicts: Vec<Option<Verdict>>,
    /// The conditions that have one, in the order in which they were taken.
    taken: Vec<ConditionIndex>,
    answers: Vec<(Arc<Test>, bool)>,
}

struct CombinationSearch<'a> {
    deciding: DecisionWalk<'a>,
    leaves: Leaves,
    steps: usize,
    /// There was a single way so far. It costs nothing, and ends where the decision does.
    is_forced: bool,
    patience: Patience,
    /// The ways of each condition, where ways meet.
    ways: &'a [Nodes<'a>],
    meetings: Option<Meetings<SearchPlace>>,
    decks: Decks,
    state: SearchState,
}

/// A place with several ways on. They are kept in a list of their own: thousands of conditions that
/// are open one below the other would be too deep for the stack of a thread.
struct Fork<'a> {
    region: Region,
    /// The number of answers given and verdicts taken up to here.
    answers: usize,
    taken: usize,
    ways: Box<dyn Iterator<Item = CombinationWay<'a>> + 'a>,
    met: Meeting,
}

#[derive(Clone, Copy)]
enum Meeting {
    /// Other ways may meet here; `before` is the number of leaves until now.
    Here { before: usize },
    /// Nothing is kept of the place.
    Apart,
}

/// A way on.
struct CombinationWay<'a> {
    answers: Cow<'a, [(Arc<Test>, bool)]>,
    takes: Option<(ConditionIndex, Verdict)>,
    to: Spot,
}

#[derive(Clone, Copy)]
enum Spot {
    /// A place of the decision, by the number of the deck.
    Decision(usize),
    /// Within the ways of a condition that the decision reads.
    Condition {
        node: usize,
        condition: ConditionIndex,
        way: usize,
    },
}

impl SearchState {
    fn take(&mut self, condition: ConditionIndex, verdict: Verdict) {
        self.verdicts[condition] = Some(verdict);
        self.taken.push(condition);
    }

    /// Goes back to the place with this many answers and verdicts.
    fn back(&mut self, answers: usize, verdicts: usize) {
        self.answers.truncate(answers);
        for condition in self.taken.drain(verdicts..) {
            self.verdicts[condition] = None;
        }
    }
}

impl<'a> CombinationSearch<'a> {
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
            if let Some((condition, verdict)) = way.takes {
                self.state.take(condition, verdict);
            }
            forks.extend(self.arrive(way.to, region));
            if self.is_tired() {
                return;
            }
        }
    }

    /// Counts a step; returns whether there was one left.
    fn step(&mut self) -> bool {
        self.steps += usize::from(!self.is_forced);
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

    /// Enters a place; returns the ways on if there are several.
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
            let Some((place, took)) = self.decks.all[node].open.first().cloned() else {
                self.decide(node, &region);
                return None;
            };
            let verdicts = self.verdicts(&took);
            match self.deciding.turn(place, &verdicts) {
                DecisionStep::Goes(next) => node = self.on(node, vec![(next, took)]),
                DecisionStep::Decided(_) => node = self.ended(node, place),
                DecisionStep::Wants(condition) if verdicts[condition] == Some(Verdict::Fault) => {
                    self.is_forced = false;
                    let each = VERDICTS.map(|(verdict, _)| {
                        let took = [&took[..], &[(condition, verdict)]].concat();
                        (place, took)
                    });
                    node = self.on(node, each.into());
                }
                DecisionStep::Wants(condition) => {
                    let Some(verdict) = settled(&self.deciding.examined[condition]) else {
                        let met = self.meet(Spot::Decision(node), &region)?;
                        let ways = self.ways_of(node, condition);
                        return Some(self.fork(region, ways, met));
                    };
                    self.state.take(condition, verdict);
                }
                DecisionStep::Asks(test, yes, no) => {
                    self.used(&test);
                    let ways = [(true, yes), (false, no)].map(|(answer, next)| CombinationWay {
                        answers: vec![(Arc::new(test.clone()), answer)].into(),
                        takes: None,
                        to: Spot::Decision(self.on(node, vec![(next, took.clone())])),
                    });
                    return Some(self.fork(region, Box::new(ways.into_iter()), Meeting::Apart));
                }
            }
        }
        None
    }

    /// The verdicts taken, with those that conditions at fault are taken to have.
    fn verdicts(&self, took: &[(ConditionIndex, Verdict)]) -> Vec<Option<Verdict>> {
        let mut verdicts = self.state.verdicts.clone();
        for (condition, verdict) in took {
            verdicts[*condition] = Some(*verdict);
        }
        verdicts
    }

    /// The deck after its first place continues to others.
    fn on(&mut self, deck: usize, to: Vec<Taking>) -> usize {
        let mut deck = self.decks.all[deck].clone();
        deck.open.splice(..1, to);
        self.decks.number(deck)
    }

    /// The deck after its first place turned out to be an end.
    fn ended(&mut self, deck: usize, end: usize) -> usize {
        let mut deck = self.decks.all[deck].clone();
        deck.open.remove(0);
        deck.ends.insert(end);
        self.decks.number(deck)
    }

    fn fork(
        &mut self,
        region: Region,
        ways: Box<dyn Iterator<Item = CombinationWay<'a>> + 'a>,
        met: Meeting,
    ) -> Fork<'a> {
        self.is_forced = false;
        Fork {
            region,
            answers: self.state.answers.len(),
            taken: self.state.taken.len(),
            ways,
            met,
        }
    }

    fn decide(&mut self, deck: usize, region: &Region) {
        let may = self.patience.look(region);
        if may == May::No {
            return;
        }
        for outcome in self.outcomes(deck) {
            self.leaves.list.push(Possible {
                outcome,
                answers: self.state.answers.clone(),
                assumed: Vec::new(),
                proven: may == May::Yes,
                joins: None,
            });
        }
    }

    /// The outcomes of a decision; one fault if its ends differ, as conditions at fault then make a
    /// difference.
    fn outcomes(&self, deck: usize) -> Vec<Arc<Outcome>> {
        let ends = self.decks.all[deck].ends.iter();
        let turns = ends.map(|place| self.deciding.turn(*place, &self.state.verdicts));
        let outcomes = turns.filter_map(|turn| match turn {
            DecisionStep::Decided(outcome) => Some(outcome),
            _ => None,
        });
        let outcomes: Vec<Arc<Outcome>> = outcomes.collect();
        let differ = |pair: &[Arc<Outcome>]| eligible(&pair[0]) != eligible(&pair[1]);
        if outcomes.windows(2).any(differ) {
            return vec![Outcome::bare(Verdict::Fault).into()];
        }
        outcomes
    }

    fn used(&mut self, test: &Test) {
        if let Some(meetings) = &mut self.meetings {
            meetings.used(test.facts());
        }
    }

    /// Enters a place where ways may meet; `None` if nothing is left to follow from it.
    fn meet(&mut self, spot: Spot, region: &Region) -> Option<Meeting> {
        let state = &self.state;
        let before = self.leaves.list.len();
        let Some(meetings) = &mut self.meetings else {
            return Some(Meeting::Apart);
        };
        let (node, way) = match spot {
            Spot::Decision(node) => (node, None),
            Spot::Condition { node, way, .. } => (node, Some(way)),
        };
        let place = (node, state.verdicts.clone(), way);
        let at = (before, state.answers.len());
        match meetings.arrive(place, at, region, &mut self.patience) {
            Arrival::Known(at) => {
                if let Some(at) = at {
                    let answers = state.answers.clone();
                    self.leaves.join(at, answers, Vec::new());
                }
                None
            }
            Arrival::Apart => Some(Meeting::Apart),
            Arrival::New => Some(Meeting::Here { before }),
        }
    }

    fn leave(&mut self, met: Meeting) {
        if let (Meeting::Here { before }, Some(meetings)) = (met, &mut self.meetings) {
            meetings.leave(self.leaves.list.len() > before);
        }
    }

    /// The ways on from within those of a condition.
    fn ways_from(&mut self, spot: Spot) -> Box<dyn Iterator<Item = CombinationWay<'a>> + 'a> {
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
        let ends = ends.map(move |verdict| taking(node, condition, verdict, &[]));
        let asked = here.asked.iter().flat_map(move |(test, ways)| {
            [true, false].into_iter().filter_map(move |answer| {
                let way = ways[usize::from(answer)]?;
                Some(CombinationWay {
                    answers: vec![(Arc::new((*test).clone()), answer)].into(),
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
    fn ways_of(
        &mut self,
        node: usize,
        condition: ConditionIndex,
    ) -> Box<dyn Iterator<Item = CombinationWay<'a>> + 'a> {
        let examined = &self.deciding.examined[condition];
        if examined.finding.status == Status::Fault {
            return Box::new(std::iter::once(taking(
                node,
                condition,
                Verdict::Fault,
                &[],
            )));
        }
        if let Some(limit) = examined.leaves.cut_short {
            self.leaves.cut_short = Some(limit);
            return Box::new(std::iter::once(taking(
                node,
                condition,
                Verdict::Fault,
                &[],
            )));
        }
        if self.meetings.is_some() {
            let way = 0;
            return Box::new(std::iter::once(CombinationWay {
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
            leaves.map(move |leaf| taking(node, condition, leaf.outcome.verdict, &leaf.answers)),
        )
    }
}

/// The way on with a verdict.
fn taking(
    node: usize,
    condition: ConditionIndex,
    verdict: Verdict,
    answers: &[(Arc<Test>, bool)],
) -> CombinationWay<'_> {
    CombinationWay {
        answers: answers.into(),
        takes: Some((condition, verdict)),
        to: Spot::Decision(node),
    }
}

/// Whether an outcome of a decision means eligible; `None` for a fault.
fn eligible(outcome: &Outcome) -> Option<bool> {
    match outcome.verdict {
        Verdict::Met => Some(true),
        Verdict::NotMet | Verdict::NotApplicable => Some(false),
        Verdict::Fault => None,
    }
}
