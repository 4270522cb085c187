//! The cases in which two versions of a condition differ, with derived facts as they are.

use std::collections::BTreeSet;

use crate::analysis::impact::cases::{Cases, DifferingCase, stated};
use crate::analysis::shallow::{ByName, behind, sentence, tree_of};
use crate::assess::assessment::RulebookAssessment;
use crate::assess::form::ConditionUsed;
use crate::model::fact::FactOrigin;
use crate::tree::{
    Behind, Conjunction, End, FactRef, May, Tree, Verdict, Way, Ways, Wording, merged, same,
    same_verdicts, told_apart,
};

/// A version of a condition, and where it stands.
pub(super) type ConditionOf<'a> = (&'a RulebookAssessment, &'a ByName, &'a ConditionUsed);

/// What a way comes to in both versions, whether some record is known to take it, and the derived fact
/// that cannot be calculated on it.
type InBoth = (Verdict, Verdict, bool, Option<FactRef>);

/// The cases; none where neither version reads a derived fact, or where the change can only be told by the
/// facts behind them.
pub(super) fn cases(before: ConditionOf<'_>, after: ConditionOf<'_>) -> Option<Cases> {
    let (was, is) = (&before.0.basis.bindings, &after.0.basis.bindings);
    if !was.schema.reads_as(&is.schema) {
        return None;
    }
    let (old, new) = (before.1.tree(before.2)?, after.1.tree(after.2)?);
    let facts = old.facts().into_iter().chain(new.facts());
    let derived: BTreeSet<&FactRef> = facts
        .filter(|fact| fact.schema.origin == FactOrigin::Derived)
        .collect();
    let mut otherwise = Vec::new();
    for fact in &derived {
        let (old, new) = (tree_of(was, fact)?, tree_of(is, fact)?);
        if !same(&old, &new) {
            otherwise.push(fact.to_string());
        }
    }
    match (derived.is_empty(), otherwise.is_empty()) {
        (true, _) => None,
        (_, true) => differing(
            &old,
            &new,
            &Behind::new(behind(was, &old).chain(behind(is, &new))),
        ),
        // What a name means differs too: only by itself can that be told by the name.
        (_, false) => same_verdicts(&old, &new).then(|| Cases {
            otherwise,
            ..Cases::default()
        }),
    }
}

/// The cases in which two trees differ over the same derived facts; none where not all could be looked at.
fn differing(before: &Tree, after: &Tree, behind: &Behind) -> Option<Cases> {
    let (before, after) = told_apart(before, after);
    let limits = before.limits();
    let mut found: Vec<(Conjunction, InBoth)> = Vec::new();
    let mut taken: Vec<(Conjunction, InBoth, Way)> = Vec::new();
    let open = |test: &_| Err(Clone::clone(test));
    let mut ways = Ways::new(behind, limits, &open);
    ways.follow(&before, &Way::new(limits), &mut |ways, old, way| {
        ways.follow(&after, way, &mut |_, new, way| {
            let (was, is) = (verdict(&before, &old), verdict(&after, &new));
            let may = way.may();
            if was != is && may != May::No {
                let ended = (
                    was,
                    is,
                    may == May::Yes,
                    fault(&old).or(fault(&new)).cloned(),
                );
                found.push((way.case(), ended.clone()));
                taken.push((way.case(), ended, way.clone()));
            }
        });
    });
    if ways.cut_short {
        return None;
    }
    let wording = Wording::of([&before, &after]);
    let list = merged(found).into_iter().map(|(case, ended)| {
        let within =
            |(part, of, _): &&(Conjunction, InBoth, Way)| *of == ended && part.is_within(&case);
        let mut ways = taken.iter().filter(within).map(|(_, _, way)| way);
        let (before, after, _, fault) = &ended;
        DifferingCase {
            case: sentence(&wording, &case, fault.as_ref()),
            before: *before,
            after: *after,
            example: ways.find_map(|way| Some(stated(&way.witness()?, &case))),
        }
    });
    Some(Cases {
        list: list.collect(),
        ..Cases::default()
    })
}

fn verdict(tree: &Tree, end: &End) -> Verdict {
    match end {
        End::Outcome(number) => tree.outcome(*number).verdict,
        End::Fault(..) => Verdict::Fault,
    }
}

fn fault(end: &End) -> Option<&FactRef> {
    match end {
        End::Outcome(_) => None,
        End::Fault(fact, _) => Some(fact),
    }
}
