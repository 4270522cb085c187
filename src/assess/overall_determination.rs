//! All findings of one jurisdiction together: the determination.
//!
//! It is exact in the same way as a finding. Conditions that share a missing fact are looked at
//! together, path by path, so a jurisdiction is undetermined only if two completions of its missing
//! facts give different determinations.
//!
//! A condition at fault could be anything. If that makes no difference, the determination holds;
//! otherwise it is a fault.
//!
//! Example: one condition asks for `a`, another for `!a`, and `a` is missing. Each is unknown; no
//! completion meets both, so with `all` the determination is ineligible and names no fact.
//!
//! INVARIANT: a determination other than undetermined holds for every completion of the missing
//! facts.
//! INVARIANT: an undetermined one that is not cut short has two completions that differ, and
//! `missing` names exactly the facts that alone can make such a difference.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::assess::count_bounds::{CountBounds, together};
use crate::assess::examine_condition::{Examined, any_value, examine, reasons};
use crate::assess::explored_scripts::{ConditionUsed, Form};
use crate::assess::finding_combinations::decisions;
use crate::assess::next_step_of_decision::DecisionWalk;
use crate::assess::prepared_rulebook::{Basis, Decider, Prepared};
use crate::assess::result_types::{
    Determination, DeterminationKind, Finding, JurisdictionAssessment, Status,
};
use crate::assess::snapshot::Criteria;
use crate::assess::trace_to_stated_facts::behind;
use crate::base::diagnostic::{Code, Diagnostic};
use crate::model::condition::Level;
use crate::model::fact::Date;
use crate::model::rulebook::{Decision, Rulebook};
use crate::model::typed_indexes::ConditionIndex;
use crate::model::typed_indexes::RecordIndex;
use crate::tree::{FactRef, Leaves, Limit, Limits, Possible, Verdict, bit, deciding_facts};

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
        if required.is_empty() || !rulebook.has_decision() {
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

/// Items in groups that share no fact with each other; `facts` are those of each item.
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

/// The exact bounds of all required conditions together; `None` if they are not exact.
fn exact(
    (decision, required): (&Decision, &[ConditionIndex]),
    examined: &[&Examined],
    limits: Limits,
) -> Option<CountBounds> {
    let mut bounds = CountBounds::default();
    let mut open: Vec<(&Examined, BTreeSet<&FactRef>)> = Vec::new();
    for one in required.iter().map(|condition| examined[*condition]) {
        if one.finding.status == Status::Unknown {
            open.push((one, facts_of(one)));
        } else if verdicts(one) == bit(Verdict::Fault) {
            return None;
        } else {
            bounds.add(verdicts(one));
        }
    }
    for group in apart(&open, |a, b| !a.1.is_disjoint(&b.1)) {
        let group: Vec<&Examined> = group.into_iter().map(|index| open[index].0).collect();
        match group.as_slice() {
            // Alone, a condition can have each of its verdicts.
            [one] if is_exact(one) => bounds.add(verdicts(one)),
            group => bounds.join(together(group, decision, limits)?),
        }
    }
    Some(bounds)
}

/// The missing facts that the ways of an open condition ask about.
fn facts_of(examined: &Examined) -> BTreeSet<&FactRef> {
    match examined.leaves.open() {
        Some((left, _)) => left.facts.iter().collect(),
        None => {
            let tests = examined.leaves.list.iter().flat_map(|leaf| &leaf.answers);
            tests.flat_map(|(test, _)| test.facts()).collect()
        }
    }
}

/// Whether some completion is known to bring a condition to each of its verdicts.
pub(super) fn is_exact(examined: &Examined) -> bool {
    if examined.leaves.open().is_some() {
        return true;
    }
    let proven = examined.leaves.list.iter().filter(|leaf| leaf.proven);
    let proven = proven.fold(0, |bits, leaf| bits | bit(leaf.outcome.verdict));
    verdicts(examined) & bit(Verdict::Fault) == 0 && verdicts(examined) == proven
}

/// The verdicts that a condition can have, as bits, after its waiver.
pub(super) fn verdicts(examined: &Examined) -> u8 {
    if let Some((left, _)) = examined.leaves.open() {
        return left.verdicts;
    }
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

/// The determination of record `this`, without its details.
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

/// The determination by counting findings, those that share a fact together; `None` if that does
/// not settle it.
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

/// The determination by counting findings, given the possible verdicts of each as bits; `None` if
/// that does not settle it.
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

/// Whether several conditions are open.
fn are_several<'e>(mut examined: impl Iterator<Item = &'e Examined>) -> bool {
    let is_open = |one: &Examined| one.finding.status == Status::Unknown;
    examined.by_ref().any(is_open) && examined.any(is_open)
}

/// Whether it is not looked at which ways of several open conditions go together: there are too
/// many.
pub(super) fn have_many_ways(examined: &[&Examined]) -> bool {
    are_several(examined.iter().copied()) && examined.iter().any(|one| one.leaves.are_many())
}

/// A condition with very many ways is not combined with `several` other open ones: if it can have
/// several verdicts, it counts as anything.
fn without_many_ways(one: &Examined, several: bool) -> Examined {
    let is_open = one.finding.status == Status::Unknown;
    if !one.leaves.are_many() || is_open && !several {
        return one.clone();
    }
    let mut left = Leaves {
        list: Vec::new(),
        cut_short: Some(Limit::Combinations),
    };
    if !is_open {
        left.cut_short = one.leaves.cut_short;
        left.list
            .extend(one.leaves.list.first().map(|leaf| Possible {
                answers: Vec::new(),
                proven: true,
                joins: None,
                ..leaf.clone()
            }));
    }
    Examined {
        finding: one.finding.clone(),
        leaves: Arc::new(left).into(),
    }
}

/// The determination, and every way in which the findings can combine if those were looked at.
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
    let plain: Vec<Examined>;
    let examined = if examined.iter().any(|one| one.leaves.are_many()) {
        let several = are_several(examined.iter());
        let each = examined.iter();
        plain = each.map(|one| without_many_ways(one, several)).collect();
        &plain
    } else {
        examined
    };
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
    let all: Vec<&Examined> = examined.iter().collect();
    if let Some(apart) = of_one_open(decider, &all).or_else(|| of_open_apart(decider, &all)) {
        return apart;
    }
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
        found.cut_short = leaves.says_more_than_proven();
        return found;
    }
    found.cut_short = leaves.unproven();
    found.missing = if leaves.cut_short.is_some() {
        every_missing(examined)
    } else {
        let (missing, unsure) = deciding_facts(&leaves, basis.bindings.limits);
        let unsure = unsure.then_some(Limit::Pairs);
        found.cut_short = found.cut_short.or(unsure).or_else(|| any_value(&missing));
        behind(missing, basis, this)
    };
    found
}

/// An undetermined one in which one condition alone is open, between two verdicts that make a
/// difference to the decision: the facts that decide the finding decide the determination.
pub(super) fn of_one_open(decider: &Decider, examined: &[&Examined]) -> Option<Determination> {
    let Decider::Count(decision, required) = decider else {
        return None;
    };
    let mut others = CountBounds::default();
    let mut open = None;
    for one in required.iter().map(|condition| examined[*condition]) {
        match one.finding.status {
            Status::Fault => return None,
            Status::Unknown if open.is_some() => return None,
            Status::Unknown => open = Some(one),
            _ => others.add(verdicts(one)),
        }
    }
    let open =
        open.filter(|one| one.finding.cut_short.is_none() && one.finding.waived.is_none())?;
    let possible = verdicts(open);
    if possible.count_ones() != 2 || !is_exact(open) {
        return None;
    }
    let by = |verdict: u8| {
        let mut bounds = others;
        bounds.add(verdict);
        bounds.decided(decision)
    };
    let low = possible & possible.wrapping_neg();
    let (one, other) = (by(low)?, by(possible & !low)?);
    (one != other).then(|| Determination {
        kind: DeterminationKind::Undetermined,
        reasons: Vec::new(),
        missing: open.finding.missing.clone(),
        cut_short: None,
    })
}

/// An undetermined one in which no open condition that counts shares a missing fact with another,
/// and each is between two verdicts: each comes out as it likes. What decides such a finding
/// decides all where the others can come out so that it is up to this one.
fn of_open_apart(decider: &Decider, examined: &[&Examined]) -> Option<Determination> {
    let Decider::Count(decision, required) = decider else {
        return None;
    };
    let (mut all, mut open) = (CountBounds::default(), Vec::new());
    let (mut facts, mut count) = (BTreeSet::new(), 0);
    for one in required.iter().map(|condition| examined[*condition]) {
        let possible = verdicts(one);
        if possible & bit(Verdict::Fault) != 0 {
            return None;
        }
        let bounds = CountBounds::of(possible);
        all.join(bounds);
        if one.finding.status != Status::Unknown || bounds.counts_alike(decision) {
            continue;
        }
        let finding = &one.finding;
        let plain = finding.cut_short.is_none() && finding.waived.is_none();
        if !plain || possible.count_ones() != 2 || !is_exact(one) {
            return None;
        }
        let of_one = facts_of(one);
        count += of_one.len();
        facts.extend(of_one);
        open.push((finding, bounds));
    }
    if facts.len() < count || all.decided(decision).is_some() {
        return None;
    }
    let decides =
        |(_, bounds): &&(&Finding, CountBounds)| all.without(*bounds).leaves_it_to_one(decision);
    let missing = open
        .iter()
        .filter(decides)
        .flat_map(|(finding, _)| &finding.missing);
    let missing: BTreeSet<&FactRef> = missing.collect();
    Some(Determination {
        kind: DeterminationKind::Undetermined,
        reasons: Vec::new(),
        missing: missing.into_iter().cloned().collect(),
        cut_short: None,
    })
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

/// The details of record `this`.
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
