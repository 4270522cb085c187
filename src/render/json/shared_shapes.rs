//! Shapes that several JSON documents share. Each is a struct of its own, so that renaming
//! something in the program does not change the JSON.

use std::borrow::Cow;
use std::sync::Arc;

use serde::{Serialize, Serializer};

use crate::assess::assessment::RulebookAssessment;
use crate::assess::result_types::{Assumption, Determination, DeterminationKind, Finding, Status};
use crate::base::diagnostic::{Diagnostic, Severity};
use crate::base::source::{Source, Span};
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
    pub(super) path: &'a str,
    question: Option<&'a str>,
}

#[derive(Serialize)]
pub(crate) struct AssumptionShape<'a> {
    jurisdiction: &'a str,
    path: &'a str,
    value: serde_json::Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    exact: Option<String>,
}

/// A fact as a record states it, if it does. It is shaped while it is written: there are many.
pub(crate) struct FactShape<'a> {
    this: &'a JurisdictionId,
    fact: Cow<'a, FactRef>,
    stated: Option<Cow<'a, Stated>>,
}

#[derive(Serialize)]
struct FactFields<'a> {
    jurisdiction: &'a str,
    path: &'a str,
    value: Option<ValueShape<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exact: Option<String>,
    sources: Texts<'a>,
    as_of: Option<String>,
    note: Option<&'a str>,
    place: Option<PlaceShape>,
}

impl Serialize for FactShape<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let FactName {
            jurisdiction, path, ..
        } = name(self.this, &self.fact);
        let stated = self.stated.as_deref();
        let known = stated.and_then(|stated| stated.value.as_ref());
        let fields = FactFields {
            jurisdiction,
            path,
            value: known.map(ValueShape),
            exact: known.and_then(exact),
            sources: Texts(stated.map_or(&[], |stated| &stated.sources)),
            as_of: stated
                .and_then(|stated| stated.as_of)
                .map(|day| day.to_string()),
            note: stated.and_then(|stated| stated.note.as_deref()),
            place: stated.map(|stated| place(&stated.span)),
        };
        fields.serialize(serializer)
    }
}

/// A value as [`value`] has it, without room of its own.
struct ValueShape<'a>(&'a Value);

impl Serialize for ValueShape<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Text(text) => serializer.serialize_str(text),
            other => value(other).serialize(serializer),
        }
    }
}

struct Texts<'a>(&'a [Arc<str>]);

impl Serialize for Texts<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|text| &**text))
    }
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
    file: FileName,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

/// The name of a file, without room of its own.
struct FileName(Arc<Source>);

impl Serialize for FileName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.name())
    }
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
        path: fact.path.as_str(),
        question: fact.schema.question.as_deref(),
    }
}

pub(crate) fn fact_used<'a>(
    this: &'a JurisdictionId,
    fact: Cow<'a, FactRef>,
    stated: Option<Cow<'a, Stated>>,
) -> FactShape<'a> {
    FactShape { this, fact, stated }
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

/// A JSON number: an integer if it is one and fits, otherwise the nearest binary number, which is
/// printed with the digits that were written.
pub(crate) fn number(number: &Number) -> serde_json::Value {
    let near = || serde_json::Number::from_f64(number.near());
    match number.whole() {
        Some(whole) => whole.into(),
        None => near().map_or(serde_json::Value::Null, Into::into),
    }
}

/// A number with more digits than a JSON number has, as an exact text: `2/3`.
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
    let (start, end) = span.positions();
    PlaceShape {
        file: FileName(Arc::clone(span.source())),
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
    }
}

/// The common frame of documents.
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
