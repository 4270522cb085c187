//! Removes diagnostics that only follow from others, over all rulebooks, and advises on a name that
//! is that of a condition.

use std::sync::Arc;

use crate::assess::snapshot::Criteria;
use crate::base::diagnostic::{Code, Diagnostic, Severity};
use crate::base::source::Span;
use crate::model::rulebook::{Decision, Rulebook};

/// Adds advice to errors about names that are no facts but conditions.
pub(super) fn advise_on_conditions(criteria: &[Arc<Criteria>], diagnostics: &mut [Diagnostic]) {
    const SAID: [&str; 3] = [
        "the schema has no fact `",
        "there is no function `",
        "there is nothing named `",
    ];
    let codes = [Code::ScriptUnknownFact, Code::UndefinedName];
    for told in diagnostics
        .iter_mut()
        .filter(|one| codes.contains(&one.code) && !is_behind_point(one) && !is_half(one))
    {
        let file = told.file().unwrap_or_default();
        let mut all = criteria.iter();
        let of = all.find(|one| file.starts_with(&format!("scripts/{}/", one.rulebook.id)));
        let Some(of) = of.filter(|_| !file.contains("/derive/")) else {
            continue;
        };
        let mut names = SAID
            .iter()
            .filter_map(|said| told.message.strip_prefix(said));
        let name = names.next().and_then(|rest| rest.split_once('`'));
        let name = name.map(|(name, _)| name);
        let mut ids = of.conditions.iter().map(|one| one.condition.id.as_str());
        // A name that is also a fact is meant as a fact, unless something shows otherwise.
        let is_fact = name.is_some_and(|name| of.wide.schema.slot(name).is_some());
        if let Some(id) = ids.find(|id| Some(*id) == name).filter(|_| !is_fact) {
            told.help = Some(if is_given_a_value(told) {
                format!(
                    "write what stands behind `=` alone, without `{id} =`: a script ends in its outcome"
                )
            } else {
                format!("write `findings.{id}.met`: it is a condition")
            });
        }
    }
}

/// Whether a name is the end of another, as `plan` in `j.has-plan`, which was reported.
fn is_half(told: &Diagnostic) -> bool {
    let help = told.help.as_deref();
    help.is_some_and(|help| help.ends_with("no name has a `-` in it"))
}

/// Whether a name is followed by `=`.
fn is_given_a_value(told: &Diagnostic) -> bool {
    told.span().is_some_and(|span| {
        let rest = span.source().text().get(span.range().end..);
        let rest = rest.unwrap_or_default().trim_start();
        rest.starts_with('=') && !rest.starts_with("==") && !rest.starts_with("=>")
    })
}

/// Whether a name follows a point, like a function of a list.
fn is_behind_point(told: &Diagnostic) -> bool {
    told.code == Code::UndefinedName
        && told.span().is_some_and(|span| {
            let before = span.source().text().get(..span.range().start);
            before.is_some_and(|before| before.trim_end().ends_with('.'))
        })
}

/// Drops errors that follow from a part of a rulebook that could not be read.
pub(super) fn drop_consequences(criteria: &[Arc<Criteria>], diagnostics: &mut Vec<Diagnostic>) {
    let explained = |problem: &Diagnostic| {
        let mut rulebooks = criteria.iter().map(|one| &one.rulebook);
        rulebooks.any(|rulebook| rulebook.explains(problem))
    };
    // A script whose name cannot be read is a condition less, which `at_least` may count on.
    let uncounted: Vec<Span> = (criteria.iter().map(|one| &one.rulebook))
        .filter(|rulebook| matches!(rulebook.decision, Decision::AtLeast(_)))
        .filter(|rulebook| {
            let folder = format!("scripts/{}/", rulebook.id);
            let lost = |one: &Diagnostic| {
                one.code == Code::BadName
                    && one.file().is_some_and(|file| file.starts_with(&folder))
            };
            diagnostics.iter().any(lost)
        })
        .filter_map(|rulebook| rulebook.decision_span.clone())
        .collect();
    let is_uncounted = |problem: &Diagnostic| {
        problem.code == Code::WrongValue
            && problem.span().is_some_and(|span| uncounted.contains(span))
    };
    let uncalculated = |problem: &Diagnostic| {
        problem.code == Code::ScriptFailed && problem.message.contains("` cannot be calculated")
    };
    // An input of a statistic or derived fact has an error, which is reported at its own place.
    let is_cause = |one: &Diagnostic, rulebook: &Rulebook| {
        let file = one.file().unwrap_or_default();
        let declared = [&rulebook.id].into_iter().chain(&rulebook.base).any(|id| {
            file.starts_with(&format!("policies/{id}/rulebook."))
                || file.starts_with(&format!("scripts/{id}/derive/"))
        });
        declared && one.code.severity() == Severity::Error && !uncalculated(one)
    };
    let with_cause: Vec<String> = (criteria.iter().map(|one| &one.rulebook))
        .filter(|rulebook| diagnostics.iter().any(|one| is_cause(one, rulebook)))
        .map(|rulebook| format!("scripts/{}/", rulebook.id))
        .collect();
    let follows = |problem: &Diagnostic| {
        let file = problem.file().unwrap_or_default();
        uncalculated(problem) && with_cause.iter().any(|folder| file.starts_with(folder))
    };
    diagnostics
        .retain(|problem| !explained(problem) && !is_uncounted(problem) && !follows(problem));
}
