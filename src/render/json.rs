//! The assessment as JSON, for other programs. The shape has a version and is described in
//! `docs/json.md` and `docs/check-1.schema.json`; the structs here are its only home.

mod computed;
mod coverage;
mod decision_table;
mod event;
mod evidence;
mod explanation;
mod impact;
mod questions;
mod remedies;
#[cfg(feature = "app")]
mod sarif;
mod schema;

pub use computed::statistics_json;
pub use coverage::coverage_json;
pub use decision_table::decision_table_json;
pub use event::{Event, StaleFile, event};
pub use evidence::Evidence;
pub use explanation::explanation_json;
#[cfg(feature = "app")]
pub(super) use impact::cause_in_code;
pub use impact::{Side, impact_json};
pub use questions::questions_json;
pub use remedies::remedies_json;
#[cfg(feature = "app")]
pub use sarif::{gitlab, sarif};
pub use schema::{SCHEMA_KINDS, SchemaFile, schemas};

use std::collections::BTreeMap;

use serde::Serialize;

use crate::analysis::expectations::Drift;
use crate::analysis::testing::TestRun;
use crate::assess::assessment::{
    Assessment, Assumption, DeterminationKind, Finding, Form, JurisdictionAssessment, Origin,
    RulebookAssessment, Status,
};
use crate::base::diagnostic::{Diagnostic, Severity};
use crate::base::parallel;
use crate::base::source::Span;
use crate::model::condition::Level;
use crate::model::fact::Value;
use crate::model::jurisdiction::JurisdictionId;
use crate::model::rulebook::Stated;
use crate::model::waiver::Waiver;
use crate::tree::{FactRef, Owner};

/// The version of the shape. A change that could break a reader raises it.
pub const JSON_VERSION: u32 = 1;

/// The assessment as indented JSON with a newline at its end.
pub fn json(assessment: &Assessment) -> String {
    document(assessment, &assessment.diagnostics, None, None)
}

/// The same with cases and accepted results.
pub fn check_json(
    assessment: &Assessment,
    tests: &TestRun,
    drift: &Drift,
    diagnostics: &[Diagnostic],
) -> String {
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
    document(assessment, diagnostics, Some(cases), Some(moved.collect()))
}

fn document<'a>(
    assessment: &'a Assessment,
    diagnostics: &'a [Diagnostic],
    cases: Option<CasesShape<'a>>,
    moved: Option<Vec<MovedShape<'a>>>,
) -> String {
    written(&Document {
        format: "rulebook-check",
        version: JSON_VERSION,
        rulebooks: assessment.rulebooks.iter().map(rulebook).collect(),
        diagnostics: diagnostics.iter().map(diagnostic).collect(),
        cases,
        moved,
    })
}

/// One object on one line for each jurisdiction, with its rulebook and day; then one for each
/// problem.
pub fn ndjson(assessment: &Assessment, diagnostics: &[Diagnostic]) -> String {
    let places = assessment
        .rulebooks
        .iter()
        .flat_map(|assessed| (0..assessed.len()).map(move |place| (assessed, place)));
    let lines = parallel::map(places.collect(), |(assessed, place)| {
        ndjson_line(assessed, assessed.at(place))
    });
    format!("{}{}", lines.concat(), problem_lines(diagnostics))
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

fn on_a_line(shape: &impl Serialize) -> String {
    serde_json::to_string(shape).expect("the shapes have text keys and finite numbers") + "\n"
}

#[derive(Serialize)]
struct JurisdictionLine<'a> {
    rulebook: &'a str,
    as_of: &'a str,
    #[serde(flatten)]
    jurisdiction: JurisdictionShape<'a>,
}

#[derive(Serialize)]
struct DiagnosticLine<'a> {
    diagnostic: DiagnosticShape<'a>,
}

#[derive(Serialize)]
struct CasesShape<'a> {
    passed: usize,
    failed: usize,
    failures: Vec<FailureShape<'a>>,
}

#[derive(Serialize)]
struct FailureShape<'a> {
    rulebook: &'a str,
    case: &'a str,
    what: &'a str,
    expected: &'a str,
    found: &'a str,
    place: PlaceShape,
}

#[derive(Serialize)]
struct MovedShape<'a> {
    rulebook: &'a str,
    jurisdiction: &'a str,
    what: &'a str,
    accepted: &'a str,
    found: &'a str,
    place: PlaceShape,
}

/// Indented, with a newline at its end.
fn written(document: &impl Serialize) -> String {
    serde_json::to_string_pretty(document).expect("the shapes have text keys and finite numbers")
        + "\n"
}

#[derive(Serialize)]
struct Document<'a> {
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
struct RulebookShape<'a> {
    id: &'a str,
    title: &'a str,
    as_of: String,
    decision: String,
    parameters: Vec<ParameterShape<'a>>,
    what_if: &'a [String],
    conditions: Vec<ConditionShape<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    statistics: Vec<computed::StatisticShape<'a>>,
    jurisdictions: Vec<JurisdictionShape<'a>>,
}

#[derive(Serialize)]
struct ParameterShape<'a> {
    name: &'a str,
    value: Option<serde_json::Value>,
    unit: Option<&'a str>,
    overridden: bool,
}

#[derive(Serialize)]
struct ConditionShape<'a> {
    id: &'a str,
    title: &'a str,
    level: &'static str,
    sources: &'a [String],
    file: &'a str,
    tabular: bool,
    not_tabular_because: Option<DiagnosticShape<'a>>,
}

#[derive(Serialize)]
struct JurisdictionShape<'a> {
    id: &'a str,
    name: &'a str,
    determination: &'static str,
    reasons: &'a [String],
    missing: Vec<FactName<'a>>,
    cut_short: bool,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    worked_out: BTreeMap<String, Option<serde_json::Value>>,
    findings: Vec<FindingShape<'a>>,
}

#[derive(Serialize)]
struct FindingShape<'a> {
    condition: &'a str,
    status: &'static str,
    reasons: &'a [String],
    facts: Vec<FactShape>,
    missing: Vec<FactName<'a>>,
    assumed: Vec<AssumptionShape<'a>>,
    cut_short: bool,
    fault: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    waived: Option<WaiverShape<'a>>,
}

#[derive(Serialize)]
struct WaiverShape<'a> {
    reason: &'a str,
    granted_by: &'a str,
    link: Option<&'a str>,
    granted: Option<String>,
    expires: Option<String>,
    place: PlaceShape,
}

fn waived(waiver: &Waiver) -> WaiverShape<'_> {
    WaiverShape {
        reason: &waiver.reason,
        granted_by: &waiver.granted_by,
        link: waiver.link.as_deref(),
        granted: waiver.granted.map(|day| day.to_string()),
        expires: waiver.expires.map(|day| day.to_string()),
        place: place(&waiver.span),
    }
}

/// A fact by the record it is of and its path there.
#[derive(Serialize)]
struct FactName<'a> {
    jurisdiction: &'a str,
    path: String,
    question: Option<&'a str>,
}

#[derive(Serialize)]
struct AssumptionShape<'a> {
    jurisdiction: &'a str,
    path: String,
    value: serde_json::Value,
}

#[derive(Serialize)]
struct FactShape {
    jurisdiction: String,
    path: String,
    value: Option<serde_json::Value>,
    sources: Vec<String>,
    as_of: Option<String>,
    note: Option<String>,
    place: Option<PlaceShape>,
}

#[derive(Serialize)]
struct DiagnosticShape<'a> {
    code: &'static str,
    name: &'static str,
    severity: &'static str,
    message: &'a str,
    file: Option<&'a str>,
    place: Option<PlaceShape>,
    help: Option<&'a str>,
}

/// Lines and columns count from 1, columns in characters; the end is just after the last one.
#[derive(Serialize)]
struct PlaceShape {
    file: String,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

fn rulebook(assessed: &RulebookAssessment) -> RulebookShape<'_> {
    let parameters = assessed.parameters.iter().map(|used| ParameterShape {
        name: &used.name,
        value: used.value.as_ref().map(value),
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
        jurisdictions: assessed
            .jurisdictions()
            .map(|one| jurisdiction(assessed, one))
            .collect(),
    }
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Required => "required",
        Level::Advisory => "advisory",
    }
}

fn jurisdiction<'a>(
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
        cut_short: one.determination.cut_short,
        worked_out: computed::all(assessed, id.as_str()),
        findings: findings.collect(),
    }
}

fn finding<'a>(
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
        cut_short: found.cut_short,
        fault: found.fault.as_ref().map(|fault| fault.message.as_str()),
        waived: found.waived.as_deref().map(waived),
    }
}

fn assumed<'a>(id: &'a JurisdictionId, finding: &'a Finding) -> Vec<AssumptionShape<'a>> {
    let one = |assumption: &'a Assumption| {
        let FactName {
            jurisdiction, path, ..
        } = name(id, &assumption.fact);
        AssumptionShape {
            jurisdiction,
            path,
            value: assumption
                .value
                .as_ref()
                .map_or(serde_json::Value::Null, value),
        }
    };
    finding.assumed.iter().map(one).collect()
}

fn kind(kind: DeterminationKind) -> &'static str {
    match kind {
        DeterminationKind::Eligible => "eligible",
        DeterminationKind::Ineligible => "ineligible",
        DeterminationKind::Undetermined => "undetermined",
        DeterminationKind::Fault => "fault",
    }
}

fn status(status: Status) -> &'static str {
    match status {
        Status::Met => "met",
        Status::NotMet => "not_met",
        Status::NotApplicable => "not_applicable",
        Status::Unknown => "unknown",
        Status::Fault => "fault",
    }
}

fn name<'a>(this: &'a JurisdictionId, fact: &'a FactRef) -> FactName<'a> {
    FactName {
        jurisdiction: match &fact.owner {
            Owner::Record(id) => id.as_str(),
            Owner::This | Owner::Finding => this.as_str(),
        },
        path: fact.path.to_string(),
        question: fact.schema.question.as_deref(),
    }
}

fn fact_used(this: &JurisdictionId, fact: &FactRef, stated: Option<&Stated>) -> FactShape {
    let FactName {
        jurisdiction, path, ..
    } = name(this, fact);
    FactShape {
        jurisdiction: jurisdiction.to_owned(),
        path,
        value: stated.and_then(|stated| stated.value.as_ref()).map(value),
        sources: stated
            .map(|stated| stated.sources.iter().map(ToString::to_string).collect())
            .unwrap_or_default(),
        as_of: stated
            .and_then(|stated| stated.as_of)
            .map(|day| day.to_string()),
        note: stated
            .and_then(|stated| stated.note.as_deref())
            .map(str::to_owned),
        place: stated.map(|stated| place(&stated.span)),
    }
}

fn value(value: &Value) -> serde_json::Value {
    match value {
        Value::Boolean(value) => (*value).into(),
        Value::Integer(value) => (*value).into(),
        Value::Number(value) => {
            serde_json::Number::from_f64(*value).map_or(serde_json::Value::Null, Into::into)
        }
        Value::Text(value) => (&**value).into(),
        Value::Date(value) => value.to_string().into(),
        Value::List(values) => values.iter().map(self::value).collect(),
    }
}

fn diagnostic(diagnostic: &Diagnostic) -> DiagnosticShape<'_> {
    DiagnosticShape {
        code: diagnostic.code.as_str(),
        name: diagnostic.code.name(),
        severity: match diagnostic.code.severity() {
            Severity::Error => "error",
            Severity::Warning => "warning",
        },
        message: &diagnostic.message,
        file: diagnostic.file(),
        place: diagnostic.span().map(place),
        help: diagnostic.help.as_deref(),
    }
}

fn place(span: &Span) -> PlaceShape {
    let (start, end) = (span.position(), span.end_position());
    PlaceShape {
        file: span.source().name().to_owned(),
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
    }
}
