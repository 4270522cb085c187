//! Shapes that several documents have parts of, each a struct of its own: what is renamed in the
//! program keeps its name in JSON.

use serde::Serialize;

use crate::assess::assessment::RulebookAssessment;
use crate::assess::verdict::{Assumption, Determination, DeterminationKind, Finding, Status};
use crate::base::diagnostic::{Diagnostic, Severity};
use crate::base::source::Span;
use crate::model::fact::{Number, Value};
use crate::model::jurisdiction::{Jurisdiction, JurisdictionId};
use crate::model::rulebook::Stated;
use crate::tree::{FactRef, Owner};

/// The version of the shape. A change that could break a reader raises it.
pub const JSON_VERSION: u32 = 1;

/// Indented, with a newline at its end.
pub(crate) fn written(document: &impl Serialize) -> String {
    serde_json::to_string_pretty(document).expect("the shapes have text keys and finite numbers")
        + "\n"
}

/// A fact by the record it is of and its path there.
#[derive(Serialize)]
pub(crate) struct FactName<'a> {
    pub(super) jurisdiction: &'a str,
    pub(super) path: String,
    question: Option<&'a str>,
}

#[derive(Serialize)]
pub(crate) struct AssumptionShape<'a> {
    jurisdiction: &'a str,
    path: String,
    value: serde_json::Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    exact: Option<String>,
}

#[derive(Serialize)]
pub(crate) struct FactShape {
    jurisdiction: String,
    path: String,
    value: Option<serde_json::Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exact: Option<String>,
    sources: Vec<String>,
    as_of: Option<String>,
    note: Option<String>,
    place: Option<PlaceShape>,
}

#[derive(Serialize)]
pub(crate) struct DiagnosticShape<'a> {
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
pub(crate) struct PlaceShape {
    file: String,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

pub(crate) fn assumed<'a>(
    id: &'a JurisdictionId,
    finding: &'a Finding,
) -> Vec<AssumptionShape<'a>> {
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
            exact: assumption.value.as_ref().and_then(exact),
        }
    };
    finding.assumed.iter().map(one).collect()
}

pub(crate) fn kind(kind: DeterminationKind) -> &'static str {
    match kind {
        DeterminationKind::Eligible => "eligible",
        DeterminationKind::Ineligible => "ineligible",
        DeterminationKind::Undetermined => "undetermined",
        DeterminationKind::Fault => "fault",
    }
}

pub(crate) fn status(status: Status) -> &'static str {
    match status {
        Status::Met => "met",
        Status::NotMet => "not_met",
        Status::NotApplicable => "not_applicable",
        Status::Unknown => "unknown",
        Status::Fault => "fault",
    }
}

pub(crate) fn name<'a>(this: &'a JurisdictionId, fact: &'a FactRef) -> FactName<'a> {
    FactName {
        jurisdiction: match &fact.owner {
            Owner::Record(id) => id.as_str(),
            Owner::This | Owner::Finding => this.as_str(),
        },
        path: fact.path.to_string(),
        question: fact.schema.question.as_deref(),
    }
}

pub(crate) fn fact_used(
    this: &JurisdictionId,
    fact: &FactRef,
    stated: Option<&Stated>,
) -> FactShape {
    let FactName {
        jurisdiction, path, ..
    } = name(this, fact);
    FactShape {
        jurisdiction: jurisdiction.to_owned(),
        path,
        value: stated.and_then(|stated| stated.value.as_ref()).map(value),
        exact: stated
            .and_then(|stated| stated.value.as_ref())
            .and_then(exact),
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

pub(crate) fn value(value: &Value) -> serde_json::Value {
    match value {
        Value::Boolean(value) => (*value).into(),
        Value::Integer(value) => (*value).into(),
        Value::Number(value) => number(value),
        Value::Text(value) => (&**value).into(),
        Value::Date(value) => value.to_string().into(),
        Value::List(values) => values.iter().map(self::value).collect(),
    }
}

/// The number of JSON: whole where it is whole and fits, else the nearest binary one, which is printed
/// with the digits that were written.
pub(crate) fn number(number: &Number) -> serde_json::Value {
    let near = || serde_json::Number::from_f64(number.near());
    match number.whole() {
        Some(whole) => whole.into(),
        None => near().map_or(serde_json::Value::Null, Into::into),
    }
}

/// A number that has more digits than a number of JSON, as text that says all of it: `2/3`.
pub(crate) fn exact(value: &Value) -> Option<String> {
    match value {
        Value::Number(number) if number.whole().is_none() => {
            let near = Number::of_binary(number.near());
            (near.as_ref() != Some(number)).then(|| number.as_fraction())
        }
        _ => None,
    }
}

pub(crate) fn diagnostic(diagnostic: &Diagnostic) -> DiagnosticShape<'_> {
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

pub(crate) fn place(span: &Span) -> PlaceShape {
    let (start, end) = (span.position(), span.end_position());
    PlaceShape {
        file: span.source().name().to_owned(),
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
    }
}

/// What documents begin with, and end with.
#[derive(Serialize)]
struct Document<'a, T> {
    format: &'static str,
    version: u32,
    #[serde(flatten)]
    body: T,
    diagnostics: Vec<DiagnosticShape<'a>>,
}

/// A document of some format, as indented JSON with a newline at its end.
pub(super) fn document(
    format: &'static str,
    body: impl Serialize,
    diagnostics: &[Diagnostic],
) -> String {
    written(&Document {
        format,
        version: JSON_VERSION,
        body,
        diagnostics: diagnostics.iter().map(diagnostic).collect(),
    })
}

/// The jurisdiction that a document is about.
#[derive(Serialize)]
pub(super) struct SubjectShape<'a> {
    rulebook: &'a str,
    as_of: String,
    what_if: &'a [String],
    jurisdiction: &'a str,
    name: &'a str,
    determination: &'static str,
}

pub(super) fn subject<'a>(
    assessed: &'a RulebookAssessment,
    jurisdiction: &'a Jurisdiction,
    determination: &Determination,
) -> SubjectShape<'a> {
    SubjectShape {
        rulebook: assessed.rulebook().id.as_str(),
        as_of: assessed.as_of.to_string(),
        what_if: &assessed.what_if,
        jurisdiction: jurisdiction.id.as_str(),
        name: &jurisdiction.name,
        determination: kind(determination.kind),
    }
}
