//! The conditions that an edit of a script or a parameter changed, whether or not a jurisdiction is
//! affected: for hosts that follow the files.

use crate::analysis::impact::cases_over_derived_facts::VersionsByName;
use crate::analysis::impact::differing_cases::{Cases, cases_between};
use crate::assess::assessment::{Assessment, RulebookAssessment};
use crate::model::condition::ConditionId;
use crate::model::rulebook::RulebookId;

/// Which facts cases name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// Derived facts, by their names.
    DerivedFacts,
    /// Facts that records state.
    StatedFacts,
}

/// The conditions whose verdict or reason differs in some case between two assessments.
pub fn differing_conditions(
    before: &Assessment,
    after: &Assessment,
    depth: Depth,
) -> Vec<(RulebookId, ConditionId, Cases)> {
    let both = after.rulebooks.iter().filter_map(|after| {
        let before = before.rulebook(after.rulebook().id.as_str())?;
        Some((before, after))
    });
    both.flat_map(|(before, after)| {
        let id = &after.rulebook().id;
        let found = of_rulebook(before, after, depth).into_iter();
        found.map(|(condition, cases)| (id.clone(), condition, cases))
    })
    .collect()
}

fn of_rulebook(
    before: &RulebookAssessment,
    after: &RulebookAssessment,
    depth: Depth,
) -> Vec<(ConditionId, Cases)> {
    let differing = after.conditions.iter().filter_map(|used| {
        let old = before.condition(used.condition.id.as_str())?;
        let (was, is) = (&before.basis.bindings, &after.basis.bindings);
        let cases = cases_between((was, &before.conditions[old]), (is, used));
        (!cases.is_empty()).then(|| (used.condition.id.clone(), cases))
    });
    let mut found: Vec<_> = differing.collect();
    let by_name = (depth == Depth::DerivedFacts && !found.is_empty())
        .then(|| VersionsByName::new(before, after))
        .flatten();
    if let Some(by_name) = by_name {
        for (condition, cases) in &mut found {
            by_name.shorten(condition.as_str(), cases);
        }
        found.retain(|(_, cases)| !cases.is_empty());
    }
    found
}
