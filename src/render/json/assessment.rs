//! The result of `check`: findings and determinations of all rulebooks, with the diagnostics.

use std::io::{self, Write};

use serde::Serialize;

use crate::analysis::accepted_results::Drift;
use crate::analysis::published_results::compare;
use crate::analysis::test_cases::TestRun;
use crate::assess::assessment::{Assessment, RulebookAssessment};
use crate::assess::bulk_explanation::Explaining;
use crate::assess::explored_scripts::{Form, ParameterOrigin};
use crate::assess::result_types::JurisdictionAssessment;
use crate::base::diagnostic::Diagnostic;
use crate::model::condition::Level;
use crate::model::typed_indexes::PlaceIndex;
use crate::render::chunked_output::{in_memory, write_texts};
use crate::render::json::jurisdiction_result::{JurisdictionShape, explained, jurisdiction};
use crate::render::json::shared_shapes::{
    DiagnosticShape, JSON_VERSION, PlaceShape, diagnostic, exact, place, value,
};
use crate::render::json::{derived_and_statistics, published_results};

/// The assessment as indented JSON with a newline at its end.
pub fn json(assessment: &Assessment) -> String {
    in_memory(|out| document(out, assessment, &assessment.diagnostics, None, None))
}

/// The assessment with cases and accepted results, as [`write_check_json`] writes them.
#[cfg(feature = "internals")]
pub fn check_json(
    assessment: &Assessment,
    tests: &TestRun,
    drift: &Drift,
    diagnostics: &[Diagnostic],
) -> String {
    in_memory(|out| write_check_json(out, assessment, (tests, drift), diagnostics))
}

/// Writes the assessment with cases and accepted results as it is made: memory does not grow with
/// the number of jurisdictions.
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
        rulebooks: [],
        diagnostics: diagnostics.iter().map(diagnostic).collect(),
        cases,
        moved,
    };
    let document = serde_json::to_string_pretty(&document)?;
    let (head, rest) = around(&document, "rulebooks");
    out.write_all(head.as_bytes())?;
    let rulebooks = assessment.rulebooks.iter();
    for (number, assessed) in rulebooks.enumerate() {
        out.write_all(if number == 0 { b"\n" } else { b",\n" })?;
        let shape = element::<2>(&rulebook(assessed));
        let (head, rest) = around(&shape, "jurisdictions");
        out.write_all(head.as_bytes())?;
        jurisdictions(out, assessed)?;
        out.write_all(rest.as_bytes())?;
    }
    if !assessment.rulebooks.is_empty() {
        out.write_all(b"\n  ")?;
    }
    out.write_all(rest.as_bytes())?;
    out.write_all(b"\n")
}

/// A text of JSON before the end of a list that is empty, and from there on. In what people have
/// written quotation marks are escaped, so none of that looks like it.
fn around<'t>(text: &'t str, key: &str) -> (&'t str, &'t str) {
    let list = format!("\"{key}\": []");
    let start = text.rfind(&list).map_or(0, |at| at + list.len() - 1);
    text.split_at(start)
}

/// An element of a list, indented for a depth of `DEPTH` lists and objects.
fn element<const DEPTH: usize>(shape: &impl Serialize) -> String {
    /// A value in nested lists, to this depth.
    struct Within<'a, T>(&'a T, usize);

    impl<T: Serialize> Serialize for Within<'_, T> {
        fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            match self.1 {
                0 => self.0.serialize(serializer),
                depth => serializer.collect_seq([Within(self.0, depth - 1)]),
            }
        }
    }
    let text = serde_json::to_string_pretty(&Within(shape, DEPTH));
    let text = text.expect("the shapes have text keys and finite numbers");
    // Each list takes a line before and one behind, two more spaces in each.
    let before: usize = (0..DEPTH).map(|depth| 2 * depth + 2).sum();
    text[before..text.len() - before].to_owned()
}

/// The jurisdictions of a rulebook, shaped block by block while they are written.
fn jurisdictions(out: &mut dyn Write, assessed: &RulebookAssessment) -> io::Result<()> {
    if assessed.is_empty() {
        return Ok(());
    }
    let explaining = Explaining::new(assessed.prepared());
    out.write_all(b"\n")?;
    write_texts(assessed.len(), out, |places| {
        let mut text = String::new();
        for place in places {
            if place > 0 {
                text.push_str(",\n");
            }
            explained(assessed, &explaining, place.into(), |shape| {
                text.push_str(&element::<4>(shape));
            });
        }
        text
    })?;
    out.write_all(b"\n      ")
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
        let explaining = Explaining::new(assessed.prepared());
        let (rulebook, as_of) = (assessed.rulebook().id.as_str(), assessed.as_of.to_string());
        let line = |place| {
            explained(assessed, &explaining, place, |shape| {
                on_a_line(&JurisdictionLine {
                    rulebook,
                    as_of: &as_of,
                    jurisdiction: shape,
                })
            })
        };
        write_texts(assessed.len(), out, |places| {
            places.map(PlaceIndex::from).map(line).collect()
        })?;
    }
    out.write_all(problem_lines(diagnostics).as_bytes())
}

/// One object on a line for a jurisdiction, with its rulebook and day.
#[cfg(feature = "internals")]
pub fn ndjson_line(assessed: &RulebookAssessment, one: &JurisdictionAssessment) -> String {
    let (rulebook, as_of) = (assessed.rulebook().id.as_str(), assessed.as_of.to_string());
    on_a_line(&JurisdictionLine {
        rulebook,
        as_of: &as_of,
        jurisdiction: &jurisdiction(assessed, one),
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
    jurisdiction: &'a JurisdictionShape<'a>,
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
    /// Written separately, one by one.
    rulebooks: [(); 0],
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
    statistics: Vec<derived_and_statistics::StatisticShape<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    compared: Vec<published_results::ComparedShape<'a>>,
    /// Written separately, one by one.
    jurisdictions: [(); 0],
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

pub(crate) fn rulebook(assessed: &RulebookAssessment) -> RulebookShape<'_> {
    let parameters = assessed.parameters.iter().map(|used| ParameterShape {
        name: &used.name,
        value: used.value.as_ref().map(value),
        exact: used.value.as_ref().and_then(exact),
        unit: used.unit.as_deref(),
        overridden: used.origin == ParameterOrigin::Option,
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
        statistics: derived_and_statistics::statistics(assessed),
        compared: compare(assessed)
            .into_iter()
            .map(published_results::compared)
            .collect(),
        jurisdictions: [],
    }
}

pub(crate) fn level(level: Level) -> &'static str {
    match level {
        Level::Required => "required",
        Level::Advisory => "advisory",
    }
}
