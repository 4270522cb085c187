//! All findings of one jurisdiction together: the determination.
//!
//! It is exact in the same way as a finding. Conditions that share a missing fact are looked at
//! together, path by path, so a jurisdiction is undetermined only if two completions of its missing
//! facts give different determinations.
//!
//! A condition at fault could be anything. When that makes no difference, the determination stands;
//! otherwise it is a fault.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::assess::finding::{Examined, reasons};
use crate::assess::form::{ConditionUsed, Form};
use crate::assess::missing_inputs::behind;
use crate::assess::prepared::{Basis, Decider};
use crate::assess::snapshot::Criteria;
use crate::assess::verdict::{Determination, DeterminationKind, Status};
use crate::base::diagnostic::{Code, Diagnostic};
use crate::model::condition::{ConditionId, Level};
use crate::model::fact::{Date, FactSchema, FactType, Schema, Value};
use crate::model::rulebook::Decision;
use crate::tree::{
    Expression, FactRef, Leaves, Next, Outcome, Owner, Patience, Possible, Region, Test, Verdict,
    bit, deciding_facts,
};

/// How many combinations of paths are looked at for one jurisdiction.
const MOST_COMBINATIONS: usize = 2_000;

/// The verdicts of a condition, as a decision script names them.
pub(crate) const VERDICTS: [(Verdict, &str); 3] = [
    (Verdict::Met, "met"),
    (Verdict::NotMet, "not_met"),
    (Verdict::NotApplicable, "not_applicable"),
];

/// The conditions in force as facts of a decision script.
pub(crate) fn findings_schema<'a>(in_force: impl IntoIterator<Item = &'a ConditionId>) -> Schema {
    let choices: Arc<[Arc<str>]> = VERDICTS.map(|(_, name)| name.into()).into();
    let fact =
        |id: &ConditionId| FactSchema::of(id.as_str(), FactType::Choice(Arc::clone(&choices)));
    Schema::new(in_force.into_iter().map(fact))
}

impl Decider {
    pub(super) fn new(
        criteria: &Criteria,
        conditions: &[ConditionUsed],
        decision: Option<&ConditionUsed>,
        as_of: Date,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Self {
        let rulebook = &criteria.rulebook;
        let required: Vec<_> = (0..conditions.len())
            .filter(|index| conditions[*index].condition.level == Level::Required)
            .collect();
        if required.is_empty() && !criteria.conditions.is_empty() {
            let message = format!(
                "no required condition of the rulebook `{}` is in force on {as_of}",
                rulebook.id
            );
            diagnostics.push(
                Diagnostic::at(
                    Code::NothingInForce,
                    rulebook.span.source().span(0..0),
                    message,
                )
                .help(
                    "check `@from`, `@until` and `@level` in the scripts, or give another \
                           `--as-of`"
                        .to_owned(),
                ),
            );
        }
        if required.is_empty() {
            return Self::Broken;
        }
        if rulebook.decision != Decision::Script {
            return Self::Count(rulebook.decision.clone(), required);
        }
        match decision.map(|used| &used.form) {
            Some(Form::Tabular(tree)) => {
                let ids = conditions.iter().map(|used| used.condition.id.to_string());
                Self::Tree(Arc::clone(tree), ids.collect())
            }
            Some(Form::NotTabular(why)) => {
                let help = "a decision script must be one that a tree can hold".to_owned();
                diagnostics.push(
                    Diagnostic {
                        code: Code::ScriptFailed,
                        ..(**why).clone()
                    }
                    .help(help),
                );
                Self::Broken
            }
            Some(Form::Broken) | None => Self::Broken,
        }
    }
}

/// How many required conditions come to what: at least and at most.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Bounds {
    met: (usize, usize),
    not_met: (usize, usize),
}

impl Bounds {
    /// Takes in a condition that can come to these verdicts, given as bits. At fault it could be
    /// anything.
    pub(super) fn add(&mut self, verdicts: u8) {
        let can = |verdict: Verdict| verdicts & (bit(verdict) | bit(Verdict::Fault)) != 0;
        let only = |verdict: Verdict| verdicts == bit(verdict);
        self.met.0 += usize::from(only(Verdict::Met));
        self.met.1 += usize::from(can(Verdict::Met));
        self.not_met.0 += usize::from(only(Verdict::NotMet));
        self.not_met.1 += usize::from(can(Verdict::NotMet));
    }

    /// Takes in conditions that have nothing to do with those before.
    pub(super) fn join(&mut self, other: Self) {
        self.met = (self.met.0 + other.met.0, self.met.1 + other.met.1);
        self.not_met = (
            self.not_met.0 + other.not_met.0,
            self.not_met.1 + other.not_met.1,
        );
    }

    /// The determination, when it is the same whatever comes of what is open.
    pub(super) fn decided(self, decision: &Decision) -> Option<DeterminationKind> {
        let least = match decision {
            Decision::AtLeast(least) => *least,
            _ => 1,
        };
        match decision {
            Decision::All if self.not_met.0 > 0 => Some(DeterminationKind::Ineligible),
            Decision::All => (self.not_met.1 == 0).then_some(DeterminationKind::Eligible),
            _ if self.met.0 >= least => Some(DeterminationKind::Eligible),
            _ => (self.met.1 < least).then_some(DeterminationKind::Ineligible),
        }
    }
}

/// The least and the most of several unknown conditions together, each of which some completion
/// comes to. None where one of them could fail, or where there are too many ways to look at all.
pub(super) fn together(examined: &[&Examined]) -> Option<Bounds> {
    let mut ways = Ways {
        examined,
        least_and_most: None,
        steps: 0,
        patience: Patience::new(),
    };
    ways.go(0, &Region::default(), (0, 0))?;
    ways.least_and_most
}

/// All ways in which conditions can come out together.
struct Ways<'a> {
    examined: &'a [&'a Examined],
    least_and_most: Option<Bounds>,
    steps: usize,
    patience: Patience,
}

impl Ways<'_> {
    fn go(
        &mut self,
        condition: usize,
        region: &Region,
        (met, not_met): (usize, usize),
    ) -> Option<()> {
        self.steps += 1;
        if self.steps > MOST_COMBINATIONS {
            return None;
        }
        let Some(examined) = self.examined.get(condition) else {
            if self.patience.may_be(region) {
                let known = self.least_and_most.unwrap_or(Bounds {
                    met: (met, met),
                    not_met: (not_met, not_met),
                });
                let met = (known.met.0.min(met), known.met.1.max(met));
                let not_met = (known.not_met.0.min(not_met), known.not_met.1.max(not_met));
                self.least_and_most = Some(Bounds { met, not_met });
            }
            return Some(());
        };
        if examined.leaves.cut_short {
            return None;
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
            let counts = match leaf.outcome.verdict {
                Verdict::Met => (met + 1, not_met),
                Verdict::NotMet => (met, not_met + 1),
                Verdict::NotApplicable => (met, not_met),
                Verdict::Fault => return None,
            };
            self.go(condition + 1, &narrowed, counts)?;
        }
        Some(())
    }
}

/// Items in groups of which none shares a fact with another; `facts` are those of each item.
fn apart<F>(items: &[F], shares: impl Fn(&F, &F) -> bool) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let (with, mut rest): (Vec<_>, Vec<_>) = groups
            .into_iter()
            .partition(|group| group.iter().any(|other| shares(&items[*other], item)));
        let mut group: Vec<usize> = with.into_iter().flatten().collect();
        group.push(index);
        group.sort_unstable();
        rest.push(group);
        groups = rest;
    }
    groups
}

/// The least and the most of all required conditions together; none where that does not say all.
fn exact(required: &[usize], examined: &[Examined]) -> Option<Bounds> {
    let mut bounds = Bounds::default();
    let mut open: Vec<(&Examined, BTreeSet<&FactRef>)> = Vec::new();
    for one in required.iter().map(|condition| &examined[*condition]) {
        if one.finding.status == Status::Unknown && one.finding.waived.is_none() {
            let tests = one.leaves.list.iter().flat_map(|leaf| &leaf.answers);
            open.push((one, tests.flat_map(|(test, _)| test.facts()).collect()));
        } else if verdicts(one) == bit(Verdict::Fault) {
            return None;
        } else {
            bounds.add(verdicts(one));
        }
    }
    for group in apart(&open, |a, b| !a.1.is_disjoint(&b.1)) {
        let group: Vec<&Examined> = group.into_iter().map(|index| open[index].0).collect();
        match group.as_slice() {
            // By itself a condition can come to each of its verdicts.
            [one] if verdicts(one) & bit(Verdict::Fault) == 0 => bounds.add(verdicts(one)),
            group => bounds.join(together(group)?),
        }
    }
    Some(bounds)
}

/// The verdicts that a condition can come to, as bits.
pub(super) fn verdicts(examined: &Examined) -> u8 {
    match examined.finding.status {
        _ if examined.finding.waived.is_some() => bit(Verdict::NotApplicable),
        Status::Met => bit(Verdict::Met),
        Status::NotMet => bit(Verdict::NotMet),
        Status::NotApplicable => bit(Verdict::NotApplicable),
        Status::Fault => bit(Verdict::Fault),
        Status::Unknown if examined.leaves.cut_short => bit(Verdict::Fault),
        Status::Unknown => examined
            .leaves
            .list
            .iter()
            .fold(0, |bits, leaf| bits | bit(leaf.outcome.verdict)),
    }
}

/// The verdict that a condition has for certain; at fault it has none.
fn settled(examined: &Examined) -> Option<Verdict> {
    match examined.finding.status {
        _ if examined.finding.waived.is_some() => Some(Verdict::NotApplicable),
        Status::Met => Some(Verdict::Met),
        Status::NotMet => Some(Verdict::NotMet),
        Status::NotApplicable => Some(Verdict::NotApplicable),
        Status::Fault | Status::Unknown => None,
    }
}

/// What the determination of record `this` comes to, without why.
pub(super) fn kind(
    decider: &Decider,
    basis: &Basis,
    this: usize,
    examined: &[Examined],
) -> DeterminationKind {
    if let Decider::Count(decision, required) = decider
        && let Some(bounds) = exact(required, examined)
    {
        return bounds
            .decided(decision)
            .unwrap_or(DeterminationKind::Undetermined);
    }
    determine(decider, basis, this, examined).kind
}

/// The determination of record `this`.
pub(super) fn determine(
    decider: &Decider,
    basis: &Basis,
    this: usize,
    examined: &[Examined],
) -> Determination {
    if let Decider::Count(decision, required) = decider {
        let mut count = Bounds::default();
        for condition in required {
            count.add(verdicts(&examined[*condition]));
        }
        let exactly = || exact(required, examined).and_then(|bounds| bounds.decided(decision));
        if let Some(kind) = count.decided(decision).or_else(exactly) {
            return Determination {
                kind,
                reasons: Vec::new(),
                missing: Vec::new(),
                cut_short: false,
            };
        }
    }
    let Some((leaves, sound)) = decisions(decider, basis, this, examined) else {
        return Determination {
            kind: DeterminationKind::Fault,
            reasons: Vec::new(),
            missing: Vec::new(),
            cut_short: false,
        };
    };
    let kind = match leaves.settled() {
        Some(Verdict::Met) => DeterminationKind::Eligible,
        Some(Verdict::NotMet | Verdict::NotApplicable) => DeterminationKind::Ineligible,
        Some(Verdict::Fault) => DeterminationKind::Fault,
        None if !sound && !leaves.cut_short => DeterminationKind::Fault,
        None => DeterminationKind::Undetermined,
    };
    let undetermined = kind == DeterminationKind::Undetermined;
    let missing = match () {
        () if !undetermined => Vec::new(),
        () if leaves.cut_short => every_missing(examined),
        () => behind(deciding_facts(&leaves), basis, this),
    };
    let reasons = if undetermined {
        Vec::new()
    } else {
        reasons(&leaves, basis, this)
    };
    Determination {
        kind,
        reasons,
        missing,
        cut_short: undetermined && leaves.cut_short,
    }
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
    let mut search = Search {
        decider,
        basis,
        this,
        examined,
        leaves: Leaves {
            list: Vec::new(),
            cut_short: false,
        },
        steps: 0,
        sound: false,
        patience: Patience::new(),
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
    search.go(start, &Region::default(), &mut state);
    Some((search.leaves, search.sound))
}

/// The missing facts of all unknown findings: too many rather than too few.
fn every_missing(examined: &[Examined]) -> Vec<FactRef> {
    let mut missing: Vec<_> = examined
        .iter()
        .flat_map(|one| one.finding.missing.iter().cloned())
        .collect();
    missing.sort();
    missing.dedup();
    missing
}

struct State {
    /// How many of the verdicts taken are those of a condition at fault.
    faults: usize,
    /// The verdicts taken so far, by condition.
    verdicts: Vec<Option<Verdict>>,
    answers: Vec<(Test, bool)>,
}

struct Search<'a> {
    decider: &'a Decider,
    basis: &'a Basis,
    this: usize,
    examined: &'a [Examined],
    leaves: Leaves,
    steps: usize,
    /// Some way to decide reads no condition at fault.
    sound: bool,
    patience: Patience,
}

/// What the decision comes to next.
enum Turn {
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
        self.steps += 1;
        if self.steps > MOST_COMBINATIONS {
            self.leaves.cut_short = true;
            return;
        }
        match self.turn(node, state) {
            Turn::Goes(next) => self.go(next, region, state),
            Turn::Decided(outcome) => {
                if self.patience.may_be(region) {
                    self.sound |= state.faults == 0 && outcome.verdict != Verdict::Fault;
                    let answers = state.answers.clone();
                    self.leaves.list.push(Possible {
                        outcome,
                        answers,
                        assumed: Vec::new(),
                    });
                }
            }
            Turn::Wants(condition) => self.take_verdicts(node, condition, region, state),
            Turn::Asks(test, yes, no) => {
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
        if examined.leaves.cut_short {
            self.leaves.cut_short = true;
            return self.take(node, condition, Verdict::Fault, region, state);
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
        let (met, open) = (count(Some(Verdict::Met)), count(None));
        let least = match decision {
            Decision::AtLeast(least) => *least,
            _ => 1,
        };
        let decided = match decision {
            Decision::All if count(Some(Verdict::NotMet)) > 0 => Some(Verdict::NotMet),
            Decision::All if open == 0 => Some(Verdict::Met),
            Decision::All => None,
            _ if met >= least => Some(Verdict::Met),
            _ if met + open < least => Some(Verdict::NotMet),
            _ => None,
        };
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
                }
                .into(),
            ),
            None => Turn::Wants(next.expect("one is open")),
        }
    }
}
