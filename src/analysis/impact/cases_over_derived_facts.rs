//! The cases in which two versions of a condition or of the decision script differ, in terms of
//! derived facts.

use std::collections::BTreeSet;

use crate::analysis::impact::differing_cases::{Cases, DifferingCase, stated};
use crate::analysis::trees_over_derived_facts::{
    ByName, behind, decision_script, sentence, tree_of,
};
use crate::assess::assessment::RulebookAssessment;
use crate::assess::explored_scripts::ConditionUsed;
use crate::model::fact::FactOrigin;
use crate::script::Bindings;
use crate::tree::{
    Behind, Conjunction, End, FactRef, May, Tree, Verdict, Way, Ways, Wording, merged, same,
    same_verdicts, told_apart,
};

/// Two versions of a rulebook, in which scripts read derived facts by name.
pub(super) struct VersionsByName<'a> {
    before: ByName<'a>,
    after: ByName<'a>,
}

/// The verdicts of a path in both versions, whether some record is known to take it, and the
/// derived fact that cannot be calculated on it.
type InBoth = (Verdict, Verdict, bool, Option<FactRef>);

impl<'a> VersionsByName<'a> {
    /// Both versions; `None` if one has no derived facts, or they number facts differently.
    pub(super) fn new(
        before: &'a RulebookAssessment,
        after: &'a RulebookAssessment,
    ) -> Option<Self> {
        let (was, is) = (&before.basis.bindings, &after.basis.bindings);
        was.schema.reads_as(&is.schema).then_some(())?;
        Some(Self {
            before: ByName::of(before)?,
            after: ByName::of(after)?,
        })
    }

    /// Has the cases in which a condition differs stop at derived facts. Where that is not
    /// possible, they stay unchanged.
    pub(super) fn shorten(&self, condition: &str, cases: &mut Cases) {
        let used = |assessed: &'a RulebookAssessment| {
            let place = assessed.condition(condition)?;
            Some(&assessed.conditions[place])
        };
        self.shorten_script(used, cases);
    }

    /// Has the cases in which the decision scripts differ stop at derived facts. Where that is not
    /// possible, they stay unchanged.
    pub(super) fn shorten_decision(&self, cases: &mut Cases) {
        let findings = |version: &ByName<'a>| version.assessed.basis.bindings.findings.clone();
        let alike = match (findings(&self.before), findings(&self.after)) {
            (Some(was), Some(is)) => was.reads_as(&is),
            (was, is) => was.is_none() && is.is_none(),
        };
        if alike {
            self.shorten_script(decision_script, cases);
        }
    }

    fn shorten_script(
        &self,
        script: impl Fn(&'a RulebookAssessment) -> Option<&'a ConditionUsed>,
        cases: &mut Cases,
    ) {
        if !cases.can_be_shorter() {
            return;
        }
        let (old, new) = (script(self.before.assessed), script(self.after.assessed));
        let found = old.zip(new);
        if let Some(shorter) = found.and_then(|(old, new)| self.cases(old, new)) {
            *cases = shorter;
        }
    }

    /// The cases; `None` if neither version reads a derived fact, or the change only shows in the
    /// facts behind them.
    fn cases(&self, old: &ConditionUsed, new: &ConditionUsed) -> Option<Cases> {
        let (old, new) = (self.before.tree(old)?, self.after.tree(new)?);
        let bindings = |version: &ByName<'a>| &version.assessed.basis.bindings;
        cases(
            (bindings(&self.before), &old),
            (bindings(&self.after), &new),
        )
    }
}

fn cases((was, old): (&Bindings, &Tree), (is, new): (&Bindings, &Tree)) -> Option<Cases> {
    let facts = old.facts().into_iter().chain(new.facts());
    let derived: BTreeSet<&FactRef> = facts
        .filter(|fact| fact.schema.origin == FactOrigin::Derived)
        .collect();
    let mut otherwise = Vec::new();
    for fact in &derived {
        let (before, after) = (tree_of(was, fact)?, tree_of(is, fact)?);
        if !same(&before, &after) {
            otherwise.push(fact.to_string());
        }
    }
    match (derived.is_empty(), otherwise.is_empty()) {
        (true, _) => None,
        (_, true) => {
            let behind = behind(was, old).chain(behind(is, new));
            differing(old, new, &Behind::new(behind))
        }
        // The meaning of a name differs too: then the cases cannot be shown by that name.
        (_, false) => same_verdicts(old, new).then(|| Cases {
            otherwise,
            ..Cases::default()
        }),
    }
}

/// The cases in which two trees differ over the same derived facts; `None` if not all could be
/// looked at.
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
