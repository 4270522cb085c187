//! What a decision script can still come to, with all conditions it reads looked at in one region.

use std::sync::Arc;

use crate::assess::finding::Examined;
use crate::assess::prepared::{Basis, Decider};
use crate::assess::verdict::Status;
use crate::model::condition::ConditionId;
use crate::model::fact::{FactSchema, FactType, Schema, Value};
use crate::model::rulebook::Decision;
use crate::tree::{
    Arrival, Expression, FactRef, Leaves, Limit, May, Meetings, Next, Nodes, Outcome, Owner,
    Patience, Possible, Region, Test, Verdict, bit,
};

/// The verdicts of a condition, as a decision script names them.
pub(crate) const VERDICTS: [(Verdict, &str); 3] = [
    (Verdict::Met, "met"),
    (Verdict::NotMet, "not_met"),
    (Verdict::NotApplicable, "not_applicable"),
];

const EVERY: [Verdict; 4] = [
    Verdict::Met,
    Verdict::NotMet,
    Verdict::NotApplicable,
    Verdict::Fault,
];

/// The conditions in force as facts of a decision script.
pub(crate) fn findings_schema<'a>(in_force: impl IntoIterator<Item = &'a ConditionId>) -> Schema {
    let choices: Arc<[Arc<str>]> = VERDICTS.map(|(_, name)| name.into()).into();
    let fact =
        |id: &ConditionId| FactSchema::of(id.as_str(), FactType::Choice(Arc::clone(&choices)));
    Schema::new(in_force.into_iter().map(fact))
}

/// Every way in which the findings can still be put together, and whether some way reads no
/// condition at fault; none when the decision itself is broken.
pub(super) fn decisions(
    decider: &Decider,
    basis: &Basis,
    this: usize,
    examined: &[Examined],
) -> Option<(Leaves, bool)> {
    if matches!(decider, Decider::Broken) {
        return None;
    }
    let search = |meetings: Option<Together<'_>>| {
        let limits = basis.bindings.limits;
        let mut search = Search {
            decider,
            basis,
            this,
            examined,
            leaves: Leaves {
                list: Vec::new(),
                cut_short: None,
            },
            steps: 0,
            sound: false,
            patience: Patience::new(limits),
            together: meetings,
        };
        let mut state = State {
            faults: 0,
            verdicts: vec![None; examined.len()],
            answers: Vec::new(),
        };
        let start = match decider {
            Decider::Tree(tree, _) => tree.start(),
            _ => 0,
        };
        search.go(start, &Region::new(limits), &mut state);
        (search.leaves, search.sound)
    };
    if !examined.iter().any(|one| one.leaves.are_joined()) {
        return Some(search(None));
    }
    // There are many ways: those that meet are followed once.
    Some(search(Some(Together {
        meetings: Meetings::new(),
        ways: examined
            .iter()
            .map(|one| Nodes::of(&one.leaves.list))
            .collect(),
    })))
}

/// What tells a place of the search apart: where the decision is, the verdicts taken and how many
/// are those of conditions at fault, and where within the ways of a condition.
type Place = (usize, Vec<Option<Verdict>>, usize, Option<usize>);

/// Where ways meet.
struct Together<'a> {
    meetings: Meetings<Place>,
    /// The ways of each condition.
    ways: Vec<Nodes<'a>>,
}

pub(super) struct State {
    /// How many of the verdicts taken are those of a condition at fault.
    faults: usize,
    /// The verdicts taken so far, by condition.
    verdicts: Vec<Option<Verdict>>,
    answers: Vec<(Test, bool)>,
}

pub(super) struct Search<'a> {
    decider: &'a Decider,
    basis: &'a Basis,
    this: usize,
    examined: &'a [Examined],
    leaves: Leaves,
    steps: usize,
    /// Some way to decide reads no condition at fault.
    sound: bool,
    patience: Patience,
    together: Option<Together<'a>>,
}

/// What the decision comes to next.
pub(super) enum Turn {
    Decided(Arc<Outcome>),
    /// The verdict of a condition is wanted.
    Wants(usize),
    /// A question of the facts, and where to go on.
    Asks(Test, usize, usize),
    /// On to another place of the tree.
    Goes(usize),
}

impl Search<'_> {
    fn go(&mut self, node: usize, region: &Region, state: &mut State) {
        if self.is_tired() {
            return;
        }
        match self.turn(node, state) {
            Turn::Goes(next) => self.go(next, region, state),
            Turn::Decided(outcome) => {
                let may = self.patience.look(region);
                if may != May::No {
                    self.sound |= state.faults == 0 && outcome.verdict != Verdict::Fault;
                    let answers = state.answers.clone();
                    self.leaves.list.push(Possible {
                        outcome,
                        answers,
                        assumed: Vec::new(),
                        proven: may == May::Yes,
                        joins: None,
                    });
                }
            }
            Turn::Wants(condition) => {
                self.come(node, None, region, state, &mut |search, state| {
                    search.take_verdicts(node, condition, region, state);
                });
            }
            Turn::Asks(test, yes, no) => {
                self.used(&test);
                for (answer, next) in [(true, yes), (false, no)] {
                    let Some(region) = region.assume(&test, answer) else {
                        continue;
                    };
                    state.answers.push((test.clone(), answer));
                    self.go(next, &region, state);
                    state.answers.pop();
                }
            }
        }
    }

    /// Whether there were steps enough; else counts one.
    fn is_tired(&mut self) -> bool {
        const TOGETHER: usize = 16;
        let most = self.basis.bindings.limits.combinations;
        let more = if self.together.is_some() { TOGETHER } else { 1 };
        self.steps += 1;
        let tired = self.steps > most.saturating_mul(more);
        if tired {
            self.leaves.cut_short = Some(Limit::Combinations);
        }
        tired
    }

    fn used(&mut self, test: &Test) {
        if let Some(together) = &mut self.together {
            together.meetings.used(test.facts());
        }
    }

    /// Comes to a place: it is followed if it was not before, with nothing else to say.
    fn come(
        &mut self,
        node: usize,
        way: Option<usize>,
        region: &Region,
        state: &mut State,
        follow: &mut dyn FnMut(&mut Self, &mut State),
    ) {
        let before = self.leaves.list.len();
        let Some(together) = &mut self.together else {
            return follow(self, state);
        };
        let place = (node, state.verdicts.clone(), state.faults, way);
        let at = (before, state.answers.len());
        let meetings = &mut together.meetings;
        match meetings.arrive(place, at, region, &mut self.patience) {
            Arrival::Known(None) => {}
            Arrival::Known(Some(at)) => {
                let joined = Possible {
                    answers: state.answers.clone(),
                    joins: Some(at),
                    ..self.leaves.list[at.0].clone()
                };
                self.leaves.list.push(joined);
            }
            Arrival::Apart => follow(self, state),
            Arrival::New => {
                follow(self, state);
                let found = self.leaves.list.len() > before;
                if let Some(together) = &mut self.together {
                    together.meetings.leave(found);
                }
            }
        }
    }

    /// Goes all ways of a condition on from one of their places.
    fn take_ways(
        &mut self,
        (node, condition): (usize, usize),
        way: usize,
        region: &Region,
        state: &mut State,
    ) {
        self.come(node, Some(way), region, state, &mut |search, state| {
            if search.is_tired() {
                return;
            }
            let Some(together) = &search.together else {
                return;
            };
            let here = &together.ways[condition].0[way];
            let ends: Vec<u8> = here.ends.iter().map(|(verdict, _)| *verdict).collect();
            let asked: Vec<(Test, [Option<usize>; 2])> = here
                .asked
                .iter()
                .map(|(test, ways)| ((*test).clone(), *ways))
                .collect();
            let verdict = |bits: &u8| EVERY.into_iter().find(|verdict| bit(*verdict) == *bits);
            for verdict in ends.iter().filter_map(verdict) {
                search.take(node, condition, verdict, region, state);
            }
            for (test, ways) in asked {
                search.used(&test);
                for answer in [true, false] {
                    let Some(to) = ways[usize::from(answer)] else {
                        continue;
                    };
                    let Some(region) = region.assume(&test, answer) else {
                        continue;
                    };
                    state.answers.push((test.clone(), answer));
                    search.take_ways((node, condition), to, &region, state);
                    state.answers.pop();
                }
            }
        });
    }

    fn turn(&self, node: usize, state: &State) -> Turn {
        match self.decider {
            Decider::Broken => unreachable!("handled before the search"),
            Decider::Count(decision, required) => self.counted(decision, required, &state.verdicts),
            Decider::Tree(tree, ids) => match tree.at(node) {
                Next::Outcome(outcome) => Turn::Decided(Arc::clone(outcome)),
                Next::Test(asked, yes, no) => self.turn_of_test(&asked.test, ids, yes, no, state),
            },
        }
    }

    fn turn_of_test(
        &self,
        test: &Test,
        ids: &[String],
        yes: usize,
        no: usize,
        state: &State,
    ) -> Turn {
        let condition = |fact: &FactRef| {
            ids.iter()
                .position(|id| id == fact.path.as_str())
                .filter(|_| fact.owner == Owner::Finding)
        };
        let wanted = test
            .facts()
            .into_iter()
            .filter_map(condition)
            .find(|index| state.verdicts[*index].is_none());
        if let Some(index) = wanted {
            return Turn::Wants(index);
        }
        let filled = test.substitute(&mut |fact| match condition(fact)
            .and_then(|index| state.verdicts[index])
        {
            Some(verdict) => {
                let name = VERDICTS
                    .iter()
                    .find(|(known, _)| *known == verdict)
                    .map_or("", |(_, name)| name);
                Expression::Constant(Value::Text(name.into()))
            }
            None => Expression::Fact(fact.clone()),
        });
        match self.basis.facts.answer(self.this, &filled) {
            Ok(answer) => Turn::Goes(if answer { yes } else { no }),
            Err(test) => Turn::Asks(test, yes, no),
        }
    }

    /// Goes on with every verdict that a condition can still have.
    fn take_verdicts(&mut self, node: usize, condition: usize, region: &Region, state: &mut State) {
        let examined = &self.examined[condition];
        let fault = (examined.finding.status == Status::Fault).then_some(Verdict::Fault);
        if let Some(verdict) = settled(examined).or(fault) {
            return self.take(node, condition, verdict, region, state);
        }
        if let Some(limit) = examined.leaves.cut_short {
            self.leaves.cut_short = Some(limit);
            return self.take(node, condition, Verdict::Fault, region, state);
        }
        if self.together.is_some() {
            return self.take_ways((node, condition), 0, region, state);
        }
        for leaf in &examined.leaves.list {
            let mut narrowed = region.clone();
            if !leaf
                .answers
                .iter()
                .all(|(test, answer)| narrowed.narrow(test, *answer))
            {
                continue;
            }
            let before = state.answers.len();
            state.answers.extend(leaf.answers.iter().cloned());
            self.take(node, condition, leaf.outcome.verdict, &narrowed, state);
            state.answers.truncate(before);
        }
    }

    /// Goes on with one verdict; at fault, with each that it could have been.
    fn take(
        &mut self,
        node: usize,
        condition: usize,
        verdict: Verdict,
        region: &Region,
        state: &mut State,
    ) {
        let could_be = VERDICTS.map(|(verdict, _)| verdict);
        let verdicts = if verdict == Verdict::Fault {
            &could_be[..]
        } else {
            std::slice::from_ref(&verdict)
        };
        state.faults += usize::from(verdict == Verdict::Fault);
        for verdict in verdicts {
            state.verdicts[condition] = Some(*verdict);
            self.go(node, region, state);
        }
        state.verdicts[condition] = None;
        state.faults -= usize::from(verdict == Verdict::Fault);
    }

    /// The decision by counting, as soon as the verdicts so far leave no choice.
    fn counted(
        &self,
        decision: &Decision,
        required: &[usize],
        verdicts: &[Option<Verdict>],
    ) -> Turn {
        let count = |wanted: Option<Verdict>| {
            required
                .iter()
                .filter(|index| verdicts[**index] == wanted)
                .count()
        };
        let (met, not_met) = (count(Some(Verdict::Met)), count(Some(Verdict::NotMet)));
        let open = count(None);
        let eligible = decision.by_counts((met, met + open), (not_met, not_met + open));
        let decided = eligible.map(|yes| if yes { Verdict::Met } else { Verdict::NotMet });
        // Those at fault come last: they may turn out not to matter.
        let at_fault = |index: &&usize| self.examined[**index].finding.status == Status::Fault;
        let mut waiting = required.iter().filter(|index| verdicts[**index].is_none());
        let next = waiting
            .clone()
            .find(|index| !at_fault(index))
            .or_else(|| waiting.next())
            .copied();
        match decided {
            Some(verdict) => Turn::Decided(
                Outcome {
                    verdict,
                    reason: None,
                    fault: None,
                    value: None,
                    total: None,
                }
                .into(),
            ),
            None => Turn::Wants(next.expect("one is open")),
        }
    }
}

/// The verdict that a condition has for certain; at fault it has none.
pub(super) fn settled(examined: &Examined) -> Option<Verdict> {
    match examined.finding.status {
        _ if examined.finding.waived.is_some() => Some(Verdict::NotApplicable),
        Status::Met => Some(Verdict::Met),
        Status::NotMet => Some(Verdict::NotMet),
        Status::NotApplicable => Some(Verdict::NotApplicable),
        Status::Fault | Status::Unknown => None,
    }
}
