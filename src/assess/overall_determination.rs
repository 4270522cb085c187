//! All findings of one jurisdiction together: the determination.
//!
//! It is exact in the same way as a finding. Conditions that share a missing fact are looked at
//! together, path by path, so a jurisdiction is undetermined only if two completions of its missing
//! facts give different determinations.
//!
//! A condition at fault could be anything. When that makes no difference, the determination stands;
//! otherwise it is a fault.
//!
//! Example: one condition asks for `a`, another for `!a`, and `a` is missing. Each is unknown; together
//! no completion meets both, so with `all` the determination is ineligible and names no fact.
//!
//! INVARIANT: a determination other than undetermined holds for every completion of the missing facts.
//! INVARIANT: an undetermined one that is not cut short has two completions that differ, and `missing`
//! names just the facts that alone can make such a difference.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::assess::decision_questions::DecisionWalk;
use crate::assess::examine_condition::examine;
use crate::assess::examine_condition::{Examined, reasons};
use crate::assess::explored_scripts::{ConditionUsed, Form};
use crate::assess::finding_combinations::decisions;
use crate::assess::prepared_rulebook::{Basis, Decider, Prepared};
use crate::assess::result_types::{
    Determination, DeterminationKind, JurisdictionAssessment, Status,
};
use crate::assess::snapshot::Criteria;
use crate::assess::trace_to_stated_facts::behind;
use crate::base::diagnostic::{Code, Diagnostic};
use crate::model::condition::Level;
use crate::model::fact::Date;
use crate::model::rulebook::{Decision, Rulebook};
use crate::model::typed_indexes::ConditionIndex;
use crate::model::typed_indexes::RecordIndex;
use crate::tree::{
    FactRef, Leaves, Limit, Limits, May, Patience, Possible, Region, Verdict, bit, deciding_facts,
};

impl Decider {
    pub(super) fn new(
        criteria: &Criteria,
        conditions: &[ConditionUsed],
        decision: Option<&ConditionUsed>,
        as_of: Date,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Self {
        let rulebook = &criteria.rulebook;
        let required: Vec<_> = ConditionIndex::first(conditions.len())
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
        if let Decision::AtLeast(least) = rulebook.decision
            && least > required.len()
        {
            diagnostics.push(too_many(rulebook, least, required.len(), as_of));
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

/// `at_least: 5`, where there are two conditions.
fn too_many(rulebook: &Rulebook, least: usize, required: usize, as_of: Date) -> Diagnostic {
    let span = rulebook.decision_span.clone();
    let span = span.unwrap_or_else(|| rulebook.span.clone());
    let message = format!(
        "`at_least: {least}` can never be met: on {as_of} {required} required {} in force",
        if required == 1 {
            "condition is"
        } else {
            "conditions are"
        }
    );
    let help = format!(
        "write `at_least: {required}` or less, or look at `@from`, `@until` and `@level` in the \
         scripts"
    );
    Diagnostic::at(Code::WrongValue, span, message).help(help)
}

/// How many required conditions come to what: at least and at most.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct CountBounds {
    met: (usize, usize),
    not_met: (usize, usize),
}

impl CountBounds {
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

    /// Takes in another way in which conditions can come out together.
    pub(super) fn widen(&mut self, other: Self) {
        let wider =
            |one: (usize, usize), other: (usize, usize)| (one.0.min(other.0), one.1.max(other.1));
        self.met = wider(self.met, other.met);
        self.not_met = wider(self.not_met, other.not_met);
    }

    /// Whether a decision cannot tell them apart.
    pub(super) fn is_as(self, other: Self, decision: &Decision) -> bool {
        match decision {
            Decision::All => self.not_met == other.not_met,
            Decision::Any | Decision::AtLeast(_) => self.met == other.met,
            Decision::Script => false,
        }
    }

    /// The determination, when it is the same whatever comes of what is open.
    pub(super) fn decided(self, decision: &Decision) -> Option<DeterminationKind> {
        let eligible = decision.by_counts(self.met, self.not_met)?;
        Some(if eligible {
            DeterminationKind::Eligible
        } else {
            DeterminationKind::Ineligible
        })
    }
}

/// The least and the most of several unknown conditions together, as far as a decision counts them,
/// each of which some completion comes to. None where one of them could fail, or where there are too
/// many ways to look at.
pub(super) fn together(
    examined: &[&Examined],
    decision: &Decision,
    limits: Limits,
) -> Option<CountBounds> {
    let mut ways = CountWays {
        examined,
        steps: 0,
        patience: Patience::new(limits),
        limits,
    };
    let all = examined.len();
    let (mut met, mut not_met) = ((0, all), (0, all));
    if *decision == Decision::All {
        not_met.0 = all - ways.most(!bit(Verdict::NotMet), all)?;
        // That one more is not met changes nothing.
        not_met.1 = not_met.0.max(ways.most(bit(Verdict::NotMet), 1)?);
    } else {
        met.0 = all - ways.most(!bit(Verdict::Met), all)?;
        met.1 = ways.most(bit(Verdict::Met), all)?;
    }
    Some(CountBounds { met, not_met })
}

/// All ways in which conditions can come out together.
struct CountWays<'a> {
    examined: &'a [&'a Examined],
    steps: usize,
    patience: Patience,
    limits: Limits,
}

/// A place among the ways: the region, how many wanted verdicts led there, and what the next
/// condition can come to from there.
type OpenWay<'l, 'a> = (Region, usize, std::slice::Iter<'l, &'a Possible>);

impl<'a> CountWays<'a> {
    /// How many conditions come to one of these verdicts in one completion, at most; where that is
    /// enough, no more are looked for. Ways that lead to no more than was found are left out.
    fn most(&mut self, wanted: u8, enough: usize) -> Option<usize> {
        let lists = self.lists(wanted)?;
        // How many of the conditions from each on can come to one of them.
        let mut still = vec![0; lists.len() + 1];
        for (from, list) in lists.iter().enumerate().rev() {
            let can = list.first().is_some_and(|leaf| is_of(leaf, wanted));
            still[from] = still[from + 1] + usize::from(can);
        }
        let enough = enough.min(still[0]);
        let mut most: Option<usize> = None;
        // Thousands of conditions one behind the other would be too deep for the stack of a thread.
        let mut open: Vec<OpenWay<'_, '_>> = Vec::new();
        open.push((Region::new(self.limits), 0, lists.first()?.iter()));
        while let Some((region, count, leaves)) = open.last_mut() {
            let Some(leaf) = leaves.next() else {
                open.pop();
                continue;
            };
            let (count, mut narrowed) = (*count + usize::from(is_of(leaf, wanted)), region.clone());
            let behind = open.len();
            if most.is_some_and(|most| count + still[behind] <= most) {
                continue;
            }
            self.steps += 1;
            if self.steps > self.limits.combinations {
                return None;
            }
            let mut answers = leaf.answers.iter();
            if !answers.all(|(test, answer)| narrowed.narrow(test, *answer)) {
                continue;
            }
            if let Some(next) = lists.get(behind) {
                open.push((narrowed, count, next.iter()));
                continue;
            }
            match self.patience.look(&narrowed) {
                May::Perhaps => return None,
                May::No => {}
                May::Yes if count >= enough => return Some(count),
                May::Yes => most = Some(count),
            }
        }
        most
    }

    /// What each condition can come to, the wanted first; none where that is not told one by one, or
    /// some may fail.
    fn lists(&self, wanted: u8) -> Option<Vec<Vec<&'a Possible>>> {
        let list = |examined: &&'a Examined| {
            let leaves = &examined.leaves;
            let fails = |leaf: &Possible| is_of(leaf, bit(Verdict::Fault));
            // Those of which some go on as others are not told one by one.
            let whole = leaves.cut_short.is_none() && !leaves.are_joined();
            let whole = whole && !leaves.list.iter().any(fails);
            let mut list: Vec<&Possible> = leaves.list.iter().collect();
            list.sort_by_key(|leaf| !is_of(leaf, wanted));
            whole.then_some(list)
        };
        self.examined.iter().map(list).collect()
    }
}

fn is_of(leaf: &Possible, verdicts: u8) -> bool {
    bit(leaf.outcome.verdict) & verdicts != 0
}

/// Items in groups of which none shares a fact with another; `facts` are those of each item.
pub(super) fn apart<F>(items: &[F], shares: impl Fn(&F, &F) -> bool) -> Vec<Vec<usize>> {
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
fn exact(
    (decision, required): (&Decision, &[ConditionIndex]),
    examined: &[&Examined],
    limits: Limits,
) -> Option<CountBounds> {
    let mut bounds = CountBounds::default();
    let mut open: Vec<(&Examined, BTreeSet<&FactRef>)> = Vec::new();
    for one in required.iter().map(|condition| examined[*condition]) {
        if one.finding.status == Status::Unknown {
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
            [one] if is_exact(one) => bounds.add(verdicts(one)),
            group => bounds.join(together(group, decision, limits)?),
        }
    }
    Some(bounds)
}

/// Whether some completion is known to bring a condition to each of its verdicts.
pub(super) fn is_exact(examined: &Examined) -> bool {
    let proven = examined.leaves.list.iter().filter(|leaf| leaf.proven);
    let proven = proven.fold(0, |bits, leaf| bits | bit(leaf.outcome.verdict));
    verdicts(examined) & bit(Verdict::Fault) == 0 && verdicts(examined) == proven
}

/// The verdicts that a condition can come to, as bits: with a waiver those that it leaves.
pub(super) fn verdicts(examined: &Examined) -> u8 {
    let is_waived = examined.finding.waived.is_some();
    match examined.finding.status {
        Status::Met => bit(Verdict::Met),
        Status::NotMet if is_waived => bit(Verdict::NotApplicable),
        Status::NotMet => bit(Verdict::NotMet),
        Status::NotApplicable => bit(Verdict::NotApplicable),
        Status::Fault => bit(Verdict::Fault),
        Status::Unknown if examined.leaves.cut_short.is_some() && is_waived => {
            bit(Verdict::Met) | bit(Verdict::NotApplicable)
        }
        Status::Unknown if examined.leaves.cut_short.is_some() => bit(Verdict::Fault),
        Status::Unknown => examined
            .leaves
            .list
            .iter()
            .fold(0, |bits, leaf| bits | bit(leaf.outcome.verdict)),
    }
}

/// What the determination of record `this` comes to, without why.
pub(crate) fn kind(
    decider: &Decider,
    basis: &Basis,
    this: RecordIndex,
    examined: &[Examined],
) -> DeterminationKind {
    let all: Vec<&Examined> = examined.iter().collect();
    counted_together(decider, &all, basis.bindings.limits)
        .unwrap_or_else(|| come_to(decider, basis, this, examined).0)
}

/// What findings come to by counting them, those that share a fact together; none where more has to
/// be looked at.
pub(super) fn counted_together(
    decider: &Decider,
    examined: &[&Examined],
    limits: Limits,
) -> Option<DeterminationKind> {
    let Decider::Count(decision, required) = decider else {
        return None;
    };
    let decided = exact((decision, required), examined, limits)?.decided(decision);
    Some(decided.unwrap_or(DeterminationKind::Undetermined))
}

/// What findings come to by counting them, each by the verdicts that it can have, as bits; none where
/// more has to be looked at.
pub(super) fn counted(
    decider: &Decider,
    verdicts: impl Fn(ConditionIndex) -> u8,
) -> Option<DeterminationKind> {
    let Decider::Count(decision, required) = decider else {
        return None;
    };
    let mut bounds = CountBounds::default();
    for condition in required {
        bounds.add(verdicts(*condition));
    }
    bounds.decided(decision)
}

/// What the findings come to, and every way in which they can be put together where that was looked
/// at.
fn come_to(
    decider: &Decider,
    basis: &Basis,
    this: RecordIndex,
    examined: &[Examined],
) -> (DeterminationKind, Option<Leaves>) {
    let plainly = counted(decider, |condition| verdicts(&examined[condition]));
    let exactly = || {
        let all: Vec<&Examined> = examined.iter().collect();
        counted_together(decider, &all, basis.bindings.limits)
    };
    let counted = plainly.or_else(exactly);
    if let Some(kind) = counted.filter(|kind| *kind != DeterminationKind::Undetermined) {
        return (kind, None);
    }
    let Some(leaves) = decisions(DecisionWalk {
        decider,
        basis,
        this,
        examined,
    }) else {
        return (DeterminationKind::Fault, None);
    };
    let kind = match leaves.settled() {
        Some(Verdict::Met) => DeterminationKind::Eligible,
        Some(Verdict::NotMet | Verdict::NotApplicable) => DeterminationKind::Ineligible,
        Some(Verdict::Fault) => DeterminationKind::Fault,
        None => DeterminationKind::Undetermined,
    };
    (kind, Some(leaves))
}

/// The determination of record `this`.
pub(super) fn determine(
    decider: &Decider,
    basis: &Basis,
    this: RecordIndex,
    examined: &[Examined],
) -> Determination {
    let (kind, leaves) = come_to(decider, basis, this, examined);
    let mut found = Determination {
        kind,
        reasons: Vec::new(),
        missing: Vec::new(),
        cut_short: None,
    };
    let Some(leaves) = leaves else { return found };
    if kind != DeterminationKind::Undetermined {
        found.reasons = reasons(&leaves, basis, this);
        return found;
    }
    found.cut_short = leaves.unproven();
    found.missing = if leaves.cut_short.is_some() {
        every_missing(examined)
    } else {
        let (missing, unsure) = deciding_facts(&leaves, basis.bindings.limits);
        found.cut_short = found.cut_short.or(unsure.then_some(Limit::Pairs));
        behind(missing, basis, this)
    };
    found
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

/// All there is to say of record `this`.
pub(crate) fn afresh(prepared: &Prepared, this: RecordIndex) -> Arc<JurisdictionAssessment> {
    let examined: Vec<_> = prepared
        .conditions
        .iter()
        .map(|used| examine(used, &prepared.basis, this))
        .collect();
    let determination = determine(&prepared.decider, &prepared.basis, this, &examined);
    let findings = examined.into_iter().map(|one| one.finding).collect();
    JurisdictionAssessment {
        jurisdiction: prepared.records().get(this),
        findings,
        determination,
    }
    .into()
}
