//! An explanation as JSON.

use std::borrow::Cow;

use serde::Serialize;

use crate::analysis::explanation::{
    Explanation, FindingExplained, TestExplained, as_written, source_in_words,
};
use crate::assess::explored_scripts::ParameterOrigin;
use crate::model::rulebook::Stated;
use crate::render::json::derived_and_statistics::{WorkedShape, worked_out};
use crate::render::json::published_results::{SaidShape, said};
use crate::render::json::shared_shapes::{
    AssumptionShape, FactName, FactShape, PlaceShape, SubjectShape, assumed, document, fact_used,
    name, place, status, subject,
};
use crate::tree::Limit;

#[derive(Serialize)]
struct ExplanationShape<'a> {
    #[serde(flatten)]
    subject: SubjectShape<'a>,
    reasons: &'a [String],
    missing: Vec<FactName<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    published: Vec<SaidShape<'a>>,
    findings: Vec<FindingShape<'a>>,
    sources: std::collections::BTreeMap<String, String>,
}

#[derive(Serialize)]
struct FindingShape<'a> {
    condition: &'a str,
    title: &'a str,
    status: &'static str,
    reasons: &'a [String],
    sources: &'a [String],
    tests: Vec<TestShape<'a>>,
    facts: Vec<FactShape<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    worked_out: Vec<WorkedShape<'a>>,
    parameters: Vec<ParameterShape<'a>>,
    assumed: Vec<AssumptionShape<'a>>,
    missing: Vec<FactName<'a>>,
    cut_short: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<&'static str>,
    fault: Option<&'a str>,
}

#[derive(Serialize)]
struct TestShape<'a> {
    text: &'a str,
    question: &'a str,
    answer: Option<bool>,
    found: Option<&'a str>,
    needed: Option<&'a str>,
    place: PlaceShape,
}

#[derive(Serialize)]
struct ParameterShape<'a> {
    name: &'a str,
    value: &'a str,
    overridden: bool,
    sources: Vec<&'a str>,
    place: Option<PlaceShape>,
}

/// The explanation as indented JSON with a newline at its end.
pub fn explanation_json(
    explanation: &Explanation<'_>,
    diagnostics: &[crate::base::diagnostic::Diagnostic],
) -> String {
    let Explanation {
        assessed,
        jurisdiction,
        determination,
        findings,
        published,
    } = explanation;
    let id = &jurisdiction.id;
    let tests: Vec<_> = findings.iter().map(|one| as_written(&one.tests)).collect();
    let stated = findings.iter().flat_map(|one| {
        let facts = one.facts.iter().filter_map(|(_, stated)| stated.as_ref());
        facts.chain(
            one.parameters
                .iter()
                .filter_map(|parameter| parameter.stated),
        )
    });
    let keys = stated.flat_map(|stated: &Stated| stated.sources.iter().map(ToString::to_string));
    let keys = keys.chain(
        findings
            .iter()
            .flat_map(|one| one.condition.condition.sources.iter().cloned()),
    );
    let body = ExplanationShape {
        subject: subject(assessed, jurisdiction, determination),
        reasons: &determination.reasons,
        published: published.iter().map(said).collect(),
        missing: determination
            .missing
            .iter()
            .map(|fact| name(id, fact))
            .collect(),
        findings: findings
            .iter()
            .zip(&tests)
            .map(|(one, tests)| finding(explanation, one, tests))
            .collect(),
        sources: keys
            .map(|key| (key.clone(), source_in_words(assessed, &key)))
            .collect(),
    };
    document("rulebook-explain", body, diagnostics)
}

fn finding<'a>(
    explanation: &Explanation<'a>,
    one: &'a FindingExplained<'a>,
    tests: &'a [TestExplained],
) -> FindingShape<'a> {
    let id = &explanation.jurisdiction.id;
    let tests = tests.iter().map(|test| TestShape {
        text: &test.written,
        question: &test.question,
        answer: test.answer,
        found: test.found.as_deref(),
        needed: test.needed.as_deref(),
        place: place(&test.place),
    });
    let parameters = one.parameters.iter().map(|parameter| ParameterShape {
        name: parameter.name,
        value: &parameter.value,
        overridden: parameter.origin == ParameterOrigin::Option,
        sources: parameter
            .stated
            .map(|stated| stated.sources.iter().map(|key| &**key).collect())
            .unwrap_or_default(),
        place: parameter.stated.map(|stated| place(&stated.span)),
    });
    FindingShape {
        condition: one.condition.condition.id.as_str(),
        title: &one.condition.condition.title,
        status: status(one.finding.status),
        reasons: &one.finding.reasons,
        sources: &one.condition.condition.sources,
        tests: tests.collect(),
        facts: one
            .facts
            .iter()
            .map(|(fact, stated)| {
                fact_used(id, Cow::Borrowed(fact), stated.as_ref().map(Cow::Borrowed))
            })
            .collect(),
        worked_out: worked_out(id, &one.worked_out),
        parameters: parameters.collect(),
        assumed: assumed(id, one.finding),
        missing: one
            .finding
            .missing
            .iter()
            .map(|fact| name(id, fact))
            .collect(),
        cut_short: one.finding.cut_short.is_some(),
        limit: one.finding.cut_short.map(Limit::name),
        fault: one
            .finding
            .fault
            .as_ref()
            .map(|fault| fault.message.as_str()),
    }
}
