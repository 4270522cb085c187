//! Why a jurisdiction has its result: the tests, the facts and who states them, the parameters, and
//! what would decide. It is computed on request from an assessment, for every front end.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::sync::Arc;

use crate::analysis::explained_test::explain_test;
pub use crate::analysis::explained_test::{TestExplained, as_written, with_unit};
use crate::analysis::published_results::{Said, published_of};
use crate::assess::assessment::{Provenance, RulebookAssessment, WorkedOut};
use crate::assess::explored_scripts::{ConditionUsed, ParameterOrigin};
use crate::assess::result_types::{
    Consulted, Determination, Finding, JurisdictionAssessment, Status,
};
use crate::model::fact::{Date, Value};
use crate::model::jurisdiction::Jurisdiction;
use crate::model::rulebook::{SourceEntry, Stated};
use crate::model::typed_indexes::ConditionIndex;
use crate::script::DerivedForm;
use crate::tree::{Expression, FactRef, Patience, Region, Test, walk};

/// The whole explanation of one jurisdiction.
#[derive(Debug)]
pub struct Explanation<'a> {
    /// The assessment that is explained.
    pub assessed: &'a RulebookAssessment,
    /// The record of the jurisdiction.
    pub jurisdiction: &'a Arc<Jurisdiction>,
    /// The determination of the jurisdiction.
    pub determination: &'a Determination,
    /// The findings in order of conditions; only one if one was asked for.
    pub findings: Vec<FindingExplained<'a>>,
    /// What is published about the jurisdiction; empty if a single finding was asked for.
    pub published: Vec<Said<'a>>,
}

/// One finding and what it depends on.
#[derive(Debug)]
pub struct FindingExplained<'a> {
    /// The condition.
    pub condition: &'a ConditionUsed,
    /// The finding.
    pub finding: &'a Finding,
    /// The tests it depends on, in the order of the script.
    pub tests: Vec<TestExplained>,
    /// The stated facts it depends on, each with what is stated of it.
    pub facts: Vec<(FactRef, Option<Stated>)>,
    /// The derived facts and statistics it depends on.
    pub worked_out: Vec<WorkedOut<'a>>,
    /// The parameters that its tests name, in order.
    pub parameters: Vec<ParameterExplained<'a>>,
}

/// A parameter that a test names.
#[derive(Debug)]
pub struct ParameterExplained<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its value with its unit.
    pub value: String,
    /// Where its value comes from.
    pub origin: ParameterOrigin,
    /// What the rulebook states for the value in force; `None` if an option gave it.
    pub stated: Option<&'a Stated>,
}

/// Explains a jurisdiction, or only one finding if a condition is given.
pub fn explain<'a>(
    assessed: &'a RulebookAssessment,
    one: &'a JurisdictionAssessment,
    condition: Option<ConditionIndex>,
) -> Explanation<'a> {
    // One of another assessment may have others.
    let all = ConditionIndex::first(assessed.conditions.len().min(one.findings.len()))
        .filter(|index| condition.is_none_or(|wanted| wanted == *index));
    let findings = all
        .map(|index| explain_finding(assessed, one, index))
        .collect();
    Explanation {
        assessed,
        jurisdiction: &one.jurisdiction,
        determination: &one.determination,
        findings,
        published: match (condition, assessed.place(one.jurisdiction.id.as_str())) {
            (None, Some(place)) => published_of(assessed, place),
            _ => Vec::new(),
        },
    }
}

/// Explains the finding of one condition. [`explain`] gives no findings if there is no such
/// condition.
///
/// # Panics
/// When the assessment, or that of the jurisdiction, has no such condition.
pub fn explain_finding<'a>(
    assessed: &'a RulebookAssessment,
    one: &'a JurisdictionAssessment,
    condition: ConditionIndex,
) -> FindingExplained<'a> {
    let (used, finding) = (&assessed.conditions[condition], &one.findings[condition]);
    let id = &one.jurisdiction.id;
    // A script that is broken asked nothing.
    let asked = finding.status != Status::Fault || finding.fault.is_some();
    let consulted = if asked {
        assessed.consulted(id, condition)
    } else {
        Vec::new()
    };
    let parameters = explain_parameters(assessed, consulted.iter().map(|one| &one.asked.test));
    let value = |fact: &FactRef| assessed.value(id.as_str(), fact);
    let tests = consulted
        .iter()
        .map(|one| {
            let explained = explain_test(one, &value);
            TestExplained {
                answer: answer_of(assessed, id.as_str(), one),
                ..explained
            }
        })
        .collect();
    let worked_out = assessed.finding_rests_on(id.as_str(), &consulted);
    let mut facts = if asked {
        assessed.facts_used(id, condition)
    } else {
        Vec::new()
    };
    for fact in assessed.facts_behind(&worked_out) {
        if !facts.iter().any(|(known, _)| *known == fact) {
            let stated = assessed.stated(id, &fact);
            facts.push((fact, stated));
        }
    }
    FindingExplained {
        condition: used,
        finding,
        tests,
        facts,
        worked_out,
        parameters,
    }
}

/// The answer of a test as it was written. One about an unknown derived fact is tested on each
/// path, and has an answer only if all paths give the same.
fn answer_of(assessed: &RulebookAssessment, id: &str, consulted: &Consulted) -> Option<bool> {
    let Test::Compare(left, comparison, right) = &consulted.asked.test else {
        return consulted.answer;
    };
    let mut names = left.derived();
    names.extend(right.derived());
    names.retain(|fact| assessed.value(id, fact).is_none());
    names.dedup();
    let name = match names.as_slice() {
        [] => return consulted.answer,
        [name] if name.is_own() => name.clone(),
        _ => return None,
    };
    let (basis, this) = (&assessed.basis, assessed.records().find(id)?);
    let derived = &basis.bindings.derived;
    let index = derived.index(name.steps().first()?.fact)?;
    let DerivedForm::Tree(tree) = derived.found(index)? else {
        return None;
    };
    let leaves = walk(tree, &basis.facts, this).apart(basis.bindings.limits.paths);
    let mut answers = BTreeSet::new();
    let mut patience = Patience::new(basis.bindings.limits);
    for leaf in &leaves.list {
        let value = leaf.outcome.value.as_ref()?;
        let side = |side: &Arc<Expression>| side.with_derived(&name, value);
        let test = Test::compare(side(left), *comparison, side(right));
        match basis.facts.answer(this, &test) {
            Ok(answer) => drop(answers.insert(answer)),
            // What is missing leaves it open, or does not.
            Err(test) => {
                let mut region = Region::new(basis.bindings.limits);
                let mut given = leaf.answers.iter();
                let _ = given.all(|(test, answer)| region.narrow(test, *answer));
                let mut can_be = |answer: &bool| {
                    let there = region.assume(&test, *answer);
                    there.is_some_and(|there| patience.may_be(&there))
                };
                answers.extend([false, true].into_iter().filter(&mut can_be));
            }
        }
    }
    match answers.into_iter().collect::<Vec<_>>().as_slice() {
        [one] if leaves.cut_short.is_none() => Some(*one),
        _ => None,
    }
}

/// The parameters that tests name, in order.
pub(crate) fn explain_parameters<'a, 't>(
    assessed: &'a RulebookAssessment,
    tests: impl Iterator<Item = &'t Test>,
) -> Vec<ParameterExplained<'a>> {
    let mut names = BTreeMap::new();
    tests.for_each(|test| parameters_of(test, &mut names));
    names
        .into_iter()
        .filter_map(|(name, value)| explain_parameter(assessed, &name, &value))
        .collect()
}

/// How a derived fact or a statistic was calculated, in words, without its name and value.
pub fn how_in_words(worked: &WorkedOut<'_>) -> String {
    match &worked.how {
        Provenance::Derived {
            used, calculation, ..
        } => {
            let title = used
                .fact
                .schema
                .description
                .as_deref()
                .map(|title| format!(", {title}"))
                .unwrap_or_default();
            let how = calculation
                .as_ref()
                .map(|text| format!(": {text}"))
                .unwrap_or_default();
            format!("{title}{how} [{}]", used.fact.source.name())
        }
        Provenance::Statistic {
            statistic,
            group,
            found,
            ungrouped,
        } => {
            let mut text = format!(", {statistic}");
            match group {
                None => text.push_str("; its group is not known"),
                Some(group) if group.is_empty() => {}
                Some(group) => {
                    let named: Vec<String> = group
                        .iter()
                        .map(|(path, value)| format!("{path} = {value}"))
                        .collect();
                    let _ = write!(text, "; group {}", named.join(", "));
                }
            }
            if let Some(found) = found {
                let _ = write!(text, "; {}", found.members_in_words(&statistic.unknown));
            }
            if *ungrouped > 0 {
                let _ = write!(
                    text,
                    "; {ungrouped} in no group because what makes it is unknown"
                );
            }
            if statistic.kind.is_own() && worked.value.is_none() && group.is_some() {
                text.push_str("; it is none of the members, or its place is not known");
            }
            text
        }
    }
}

fn parameters_of(test: &Test, found: &mut BTreeMap<Arc<str>, Value>) {
    match test {
        Test::Compare(left, _, right) => {
            parameters_in(left, found);
            parameters_in(right, found);
        }
        Test::Succeeds(expression) => parameters_in(expression, found),
        Test::Holds(_) | Test::Known(..) => {}
    }
}

fn parameters_in(expression: &Expression, found: &mut BTreeMap<Arc<str>, Value>) {
    match expression {
        Expression::Parameter(name, value) => {
            found.insert(Arc::clone(name), value.clone());
        }
        Expression::Derived(_, inner) | Expression::Unary(_, inner) => parameters_in(inner, found),
        Expression::Binary(_, left, right) => {
            parameters_in(left, found);
            parameters_in(right, found);
        }
        Expression::Constant(_) | Expression::Fact(_) => {}
    }
}

fn explain_parameter<'a>(
    assessed: &'a RulebookAssessment,
    name: &str,
    value: &Value,
) -> Option<ParameterExplained<'a>> {
    let used = assessed
        .parameters
        .iter()
        .find(|used| &*used.name == name)?;
    let declared = assessed
        .rulebook()
        .parameters
        .iter()
        .find(|parameter| *parameter.name == *name);
    let unit = used
        .unit
        .as_ref()
        .map(|unit| format!(" {unit}"))
        .unwrap_or_default();
    let stated = declared
        .and_then(|declared| declared.on(assessed.as_of))
        .filter(|_| used.origin == ParameterOrigin::Rulebook);
    Some(ParameterExplained {
        name: &used.name,
        value: format!("{}{unit}", value.shown(used.decimals)),
        origin: used.origin,
        stated,
    })
}

/// A source in words, by its key: title, date, address. An address is shown as it is.
pub fn source_in_words(assessed: &RulebookAssessment, key: &str) -> String {
    match assessed.rulebook().sources.get(key) {
        Some(SourceEntry { title, date, url }) => {
            let date = date
                .map(|date: Date| format!(", {date}"))
                .unwrap_or_default();
            let url = url
                .as_ref()
                .map(|url| format!(", {url}"))
                .unwrap_or_default();
            format!("{title}{date}{url}")
        }
        None => key.to_owned(),
    }
}
