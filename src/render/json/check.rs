//! The result of `check`: findings and determinations of all rulebooks, with the diagnostics.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::ser::SerializeSeq;
use serde::{Serialize, Serializer};

use crate::analysis::comparison::compare;
use crate::analysis::expectations::Drift;
use crate::analysis::testing::TestRun;
use crate::assess::assessment::{Assessment, RulebookAssessment};
use crate::assess::form::{Form, Origin};
use crate::assess::verdict::{Finding, JurisdictionAssessment};
use crate::base::diagnostic::Diagnostic;
use crate::base::parallel;
use crate::model::condition::Level;
use crate::model::jurisdiction::JurisdictionId;
use crate::model::waiver::Waiver;
use crate::render::blocks::{blocks, in_memory, write_parts};
use crate::render::json::shapes::{
    AssumptionShape, DiagnosticShape, FactName, FactShape, JSON_VERSION, PlaceShape, assumed,
    diagnostic, exact, fact_used, kind, name, place, status, value,
};
use crate::render::json::{compared, computed};
use crate::tree::Limit;

/// The assessment as indented JSON with a newline at its end.
pub fn json(assessment: &Assessment) -> String {
    in_memory(|out| document(out, assessment, &assessment.diagnostics, None, None))
}

/// The same with cases and accepted results.
pub fn check_json(
    assessment: &Assessment,
    tests: &TestRun,
    drift: &Drift,
    diagnostics: &[Diagnostic],
) -> String {
    in_memory(|out| write_check_json(out, assessment, (tests, drift), diagnostics))
}

/// The same, written as it is made: memory does not grow with the number of jurisdictions.
///
/// # Errors
/// What keeps the text from being written.
pub fn write_check_json(
    out: &mut dyn Write,
    assessment: &Assessment,
    (tests, drift): (&TestRun, &Drift),
    diagnostics: &[Diagnostic],
) -> io::Result<()> {
    let failures = tests.results.iter().flat_map(|result| {
        let case = &result.case;
        result.mismatches.iter().map(move |one| FailureShape {
            rulebook: case.rulebook.as_str(),
            case: &case.name,
            what: &one.what,
            expected: &one.expected,
            found: &one.found,
            place: place(&one.span),
        })
    });
    let cases = CasesShape {
        passed: tests.results.len() - tests.failed(),
        failed: tests.failed(),
        failures: failures.collect(),
    };
    let moved = drift.moved.iter().map(|moved| MovedShape {
        rulebook: &moved.rulebook,
        jurisdiction: &moved.jurisdiction,
        what: &moved.what,
        accepted: &moved.accepted,
        found: &moved.found,
        place: place(&moved.span),
    });
    let moved = Some(moved.collect());
    document(out, assessment, diagnostics, Some(cases), moved)
}

fn document<'a>(
    out: &mut dyn Write,
    assessment: &'a Assessment,
    diagnostics: &'a [Diagnostic],
    cases: Option<CasesShape<'a>>,
    moved: Option<Vec<MovedShape<'a>>>,
) -> io::Result<()> {
    let document = Document {
        format: "rulebook-check",
        version: JSON_VERSION,
        rulebooks: assessment.rulebooks.iter().map(rulebook).collect(),
        diagnostics: diagnostics.iter().map(diagnostic).collect(),
        cases,
        moved,
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    out.write_all(b"\n")
}

/// One object on one line for each jurisdiction, with its rulebook and day; then one for each
/// problem.
///
/// # Errors
/// What keeps the text from being written.
pub fn ndjson(
    out: &mut dyn Write,
    assessment: &Assessment,
    diagnostics: &[Diagnostic],
) -> io::Result<()> {
    for assessed in &assessment.rulebooks {
        write_parts(assessed, out, |view, places| {
            places
                .map(|place| ndjson_line(view, view.at(place)))
                .collect()
        })?;
    }
    out.write_all(problem_lines(diagnostics).as_bytes())
}

/// One object on a line for a jurisdiction, with its rulebook and day.
pub fn ndjson_line(assessed: &RulebookAssessment, one: &JurisdictionAssessment) -> String {
    let (rulebook, as_of) = (assessed.rulebook().id.as_str(), assessed.as_of.to_string());
    on_a_line(&JurisdictionLine {
        rulebook,
        as_of: &as_of,
        jurisdiction: jurisdiction(assessed, one),
    })
}

/// One object on a line for each problem.
pub fn problem_lines(diagnostics: &[Diagnostic]) -> String {
    diagnostics
        .iter()
        .map(|one| {
            on_a_line(&DiagnosticLine {
                diagnostic: diagnostic(one),
            })
        })
        .collect()
}

pub(crate) fn on_a_line(shape: &impl Serialize) -> String {
    serde_json::to_string(shape).expect("the shapes have text keys and finite numbers") + "\n"
}

#[derive(Serialize)]
pub(crate) struct JurisdictionLine<'a> {
    rulebook: &'a str,
    as_of: &'a str,
    #[serde(flatten)]
    jurisdiction: JurisdictionShape<'a>,
}

#[derive(Serialize)]
pub(crate) struct DiagnosticLine<'a> {
    diagnostic: DiagnosticShape<'a>,
}

#[derive(Serialize)]
pub(crate) struct CasesShape<'a> {
    passed: usize,
    failed: usize,
    failures: Vec<FailureShape<'a>>,
}

#[derive(Serialize)]
pub(crate) struct FailureShape<'a> {
    rulebook: &'a str,
    case: &'a str,
    what: &'a str,
    expected: &'a str,
    found: &'a str,
    place: PlaceShape,
}

#[derive(Serialize)]
pub(crate) struct MovedShape<'a> {
    rulebook: &'a str,
    jurisdiction: &'a str,
    what: &'a str,
    accepted: &'a str,
    found: &'a str,
    place: PlaceShape,
}

#[derive(Serialize)]
pub(crate) struct Document<'a> {
    format: &'static str,
    version: u32,
    rulebooks: Vec<RulebookShape<'a>>,
    diagnostics: Vec<DiagnosticShape<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cases: Option<CasesShape<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    moved: Option<Vec<MovedShape<'a>>>,
}

#[derive(Serialize)]
pub(crate) struct RulebookShape<'a> {
    id: &'a str,
    title: &'a str,
    as_of: String,
    decision: String,
    parameters: Vec<ParameterShape<'a>>,
    what_if: &'a [String],
    conditions: Vec<ConditionShape<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    statistics: Vec<computed::StatisticShape<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    compared: Vec<compared::ComparedShape<'a>>,
    jurisdictions: Jurisdictions<'a>,
}

/// The jurisdictions of a rulebook, shaped block by block while they are written.
pub(crate) struct Jurisdictions<'a>(&'a RulebookAssessment);

impl Serialize for Jurisdictions<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(self.0.len()))?;
        for (view, places) in blocks(self.0) {
            let shape = |place| jurisdiction(&view, view.at(place));
            for shape in parallel::map(places.collect(), shape) {
                list.serialize_element(&shape)?;
            }
        }
        list.end()
    }
}

#[derive(Serialize)]
pub(crate) struct ParameterShape<'a> {
    name: &'a str,
    value: Option<serde_json::Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exact: Option<String>,
    unit: Option<&'a str>,
    overridden: bool,
}

#[derive(Serialize)]
pub(crate) struct ConditionShape<'a> {
    id: &'a str,
    title: &'a str,
    level: &'static str,
    sources: &'a [String],
    file: &'a str,
    tabular: bool,
    not_tabular_because: Option<DiagnosticShape<'a>>,
}

#[derive(Serialize)]
pub(crate) struct JurisdictionShape<'a> {
    id: &'a str,
    name: &'a str,
    determination: &'static str,
    reasons: &'a [String],
    missing: Vec<FactName<'a>>,
    cut_short: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    published: Vec<compared::SaidHereShape<'a>>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    worked_out: BTreeMap<String, Option<serde_json::Value>>,
    findings: Vec<FindingShape<'a>>,
}

#[derive(Serialize)]
pub(crate) struct FindingShape<'a> {
    condition: &'a str,
    status: &'static str,
    reasons: &'a [String],
    facts: Vec<FactShape>,
    missing: Vec<FactName<'a>>,
    assumed: Vec<AssumptionShape<'a>>,
    cut_short: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<&'static str>,
    fault: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    waived: Option<WaiverShape<'a>>,
}

#[derive(Serialize)]
pub(crate) struct WaiverShape<'a> {
    reason: &'a str,
    granted_by: &'a str,
    link: Option<&'a str>,
    granted: Option<String>,
    expires: Option<String>,
    place: PlaceShape,
}

pub(crate) fn waived(waiver: &Waiver) -> WaiverShape<'_> {
    WaiverShape {
        reason: &waiver.reason,
        granted_by: &waiver.granted_by,
        link: waiver.link.as_deref(),
        granted: waiver.granted.map(|day| day.to_string()),
        expires: waiver.expires.map(|day| day.to_string()),
        place: place(&waiver.span),
    }
}

pub(crate) fn rulebook(assessed: &RulebookAssessment) -> RulebookShape<'_> {
    let parameters = assessed.parameters.iter().map(|used| ParameterShape {
        name: &used.name,
        value: used.value.as_ref().map(value),
        exact: used.value.as_ref().and_then(exact),
        unit: used.unit.as_deref(),
        overridden: used.origin == Origin::Option,
    });
    let conditions = assessed.conditions.iter().map(|used| ConditionShape {
        id: used.condition.id.as_str(),
        title: &used.condition.title,
        level: level(used.condition.level),
        sources: &used.condition.sources,
        file: used.condition.source.name(),
        tabular: matches!(used.form, Form::Tabular(_)),
        not_tabular_because: match &used.form {
            Form::NotTabular(why) => Some(diagnostic(why)),
            _ => None,
        },
    });
    RulebookShape {
        id: assessed.rulebook().id.as_str(),
        title: &assessed.rulebook().title,
        as_of: assessed.as_of.to_string(),
        decision: assessed.rulebook().decision.to_string(),
        parameters: parameters.collect(),
        what_if: &assessed.what_if,
        conditions: conditions.collect(),
        statistics: computed::statistics(assessed),
        compared: compare(assessed)
            .into_iter()
            .map(compared::compared)
            .collect(),
        jurisdictions: Jurisdictions(assessed),
    }
}

pub(crate) fn level(level: Level) -> &'static str {
    match level {
        Level::Required => "required",
        Level::Advisory => "advisory",
    }
}

pub(crate) fn jurisdiction<'a>(
    assessed: &'a RulebookAssessment,
    one: &'a JurisdictionAssessment,
) -> JurisdictionShape<'a> {
    let id = &one.jurisdiction.id;
    let findings = one
        .findings
        .iter()
        .enumerate()
        .map(|(condition, found)| finding(assessed, id, condition, found));
    JurisdictionShape {
        id: id.as_str(),
        name: &one.jurisdiction.name,
        determination: kind(one.determination.kind),
        reasons: &one.determination.reasons,
        missing: one
            .determination
            .missing
            .iter()
            .map(|fact| name(id, fact))
            .collect(),
        cut_short: one.determination.cut_short.is_some(),
        limit: one.determination.cut_short.map(Limit::name),
        published: compared::here(assessed, id.as_str()),
        worked_out: computed::all(assessed, id.as_str()),
        findings: findings.collect(),
    }
}

pub(crate) fn finding<'a>(
    assessed: &'a RulebookAssessment,
    id: &'a JurisdictionId,
    condition: usize,
    found: &'a Finding,
) -> FindingShape<'a> {
    let facts = assessed.facts_used(id, condition);
    FindingShape {
        condition: assessed.conditions[condition].condition.id.as_str(),
        status: status(found.status),
        reasons: &found.reasons,
        facts: facts
            .into_iter()
            .map(|(fact, stated)| fact_used(id, &fact, stated.as_ref()))
            .collect(),
        missing: found.missing.iter().map(|fact| name(id, fact)).collect(),
        assumed: assumed(id, found),
        cut_short: found.cut_short.is_some(),
        limit: found.cut_short.map(Limit::name),
        fault: found.fault.as_ref().map(|fault| fault.message.as_str()),
        waived: found.waived.as_deref().map(waived),
    }
}
