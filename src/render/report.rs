//! Everything that one run of `check` has to say, for the formats that pipelines read.
//!
//! Findings, broken input, cases and accepted results become *items*: what it is, how bad, where.
//! The formats for annotations show the items; those for tests show every finding, passed ones too.

mod annotations;
mod csv;
mod html;
mod junit;
mod markdown;
mod tap;

pub use annotations::github;
pub use csv::csv;
pub use html::html;
pub use junit::junit;
pub use markdown::{job_summary, markdown};
pub use tap::tap;

use crate::analysis::comparison::compare;
use crate::analysis::expectations::Drift;
use crate::analysis::testing::TestRun;
use crate::assess::assessment::{Assessment, RulebookAssessment};
use crate::assess::verdict::Status;
use crate::base::diagnostic::Diagnostic;
use crate::base::source::Span;
use crate::model::condition::Level;
use crate::tree::FactRef;

/// What a run of `check` came to.
#[derive(Clone, Copy, Debug)]
pub struct Report<'a> {
    /// The findings and determinations.
    pub assessment: &'a Assessment,
    /// The cases that were run; none when there are no cases.
    pub tests: &'a TestRun,
    /// How the results stand to those accepted.
    pub drift: &'a Drift,
    /// Everything wrong with the input: files, scripts, cases, accepted results.
    pub diagnostics: &'a [Diagnostic],
    /// The root as a path from the working directory, ending in `/`; empty where it is that one.
    pub base: &'a str,
}

impl Report<'_> {
    /// The path of a file from the working directory, which is where pipelines look.
    pub(crate) fn path(&self, file: &str) -> String {
        format!("{}{file}", self.base)
    }
}

/// How bad an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Broken input, a failed case, a result that moved.
    Error,
    /// A finding that is not met, a difference from a published result; a warning about the input.
    Warning,
    /// A finding that is unknown.
    Note,
}

/// One thing to say about a place.
#[derive(Clone, Debug)]
pub struct Item {
    /// What it is, the same each time: `R142`, `psp/hold`, `case`, `accepted`, `compared`.
    pub rule: String,
    /// How bad it is.
    pub severity: Severity,
    /// In one line.
    pub message: String,
    /// The text it is about; none when it is about a file, or about nothing in particular.
    pub span: Option<Span>,
    /// The file it is about.
    pub file: Option<String>,
    /// A further place: the test in the script behind a finding.
    pub script: Option<Span>,
    /// What tells it from all others, and stays the same while lines move.
    pub key: String,
}

impl Item {
    fn new(rule: &str, severity: Severity, message: String, key: String) -> Self {
        Self {
            rule: rule.to_owned(),
            severity,
            message,
            span: None,
            file: None,
            script: None,
            key,
        }
    }

    fn at(self, span: &Span) -> Self {
        let file = Some(span.source().name().to_owned());
        Self {
            span: Some(span.clone()),
            file,
            ..self
        }
    }
}

/// Everything to say, broken input first, then cases and accepted results, then findings.
pub fn items(report: &Report<'_>) -> Vec<Item> {
    let mut items = problems(report);
    for assessed in &report.assessment.rulebooks {
        for place in 0..assessed.len() {
            items.extend(
                (0..assessed.conditions.len())
                    .filter_map(|condition| of_finding(assessed, place, condition)),
            );
        }
    }
    items
}

/// The same without the findings, which are many and dear to find the places of.
pub fn problems(report: &Report<'_>) -> Vec<Item> {
    let mut items: Vec<Item> = report.diagnostics.iter().map(of_diagnostic).collect();
    for result in report
        .tests
        .results
        .iter()
        .filter(|result| !result.passed())
    {
        for mismatch in &result.mismatches {
            let message = format!(
                "case `{}`: {} expected {}, found {}",
                result.case.name, mismatch.what, mismatch.expected, mismatch.found
            );
            let key = format!("case {} {}", result.case.name, mismatch.what);
            items.push(Item::new("case", Severity::Error, message, key).at(&mismatch.span));
        }
    }
    for moved in &report.drift.moved {
        let message = format!(
            "{}, {}: {} was accepted, found {}",
            moved.jurisdiction, moved.what, moved.accepted, moved.found
        );
        let key = format!(
            "accepted {} {} {}",
            moved.rulebook, moved.jurisdiction, moved.what
        );
        items.push(Item::new("accepted", Severity::Error, message, key).at(&moved.span));
    }
    for assessed in &report.assessment.rulebooks {
        let rulebook = &assessed.rulebook().id;
        for compared in compare(assessed) {
            let name = &compared.comparison.name;
            items.extend(compared.differ.iter().map(|one| {
                let message = format!(
                    "{name}, {}: published \"{}\", found {}",
                    one.jurisdiction, one.published, one.found
                );
                let key = format!("compared {rulebook} {name} {}", one.jurisdiction);
                Item::new(COMPARED, Severity::Warning, message, key).at(&one.span)
            }));
        }
    }
    items
}

/// The rule of an item about a published result.
const COMPARED: &str = "compared";

fn of_diagnostic(diagnostic: &Diagnostic) -> Item {
    let severity = if diagnostic.is_error() {
        Severity::Error
    } else {
        Severity::Warning
    };
    let help = diagnostic
        .help
        .as_ref()
        .map(|help| format!(" ({help})"))
        .unwrap_or_default();
    let file = diagnostic.file().map(str::to_owned);
    let key = format!(
        "{} {} {}",
        diagnostic.code.as_str(),
        file.clone().unwrap_or_default(),
        diagnostic.message
    );
    let item = Item::new(
        diagnostic.code.as_str(),
        severity,
        format!("{}{help}", diagnostic.message),
        key,
    );
    Item {
        span: diagnostic.span().cloned(),
        file,
        ..item
    }
}

/// A finding that is not met or unknown, of a condition that counts.
fn of_finding(assessed: &RulebookAssessment, place: usize, condition: usize) -> Option<Item> {
    let (one, used) = (assessed.at(place), &assessed.conditions[condition]);
    let finding = &one.findings[condition];
    let severity = match finding.status {
        _ if finding.waived.is_some() => return None,
        Status::NotMet if used.condition.level == Level::Required => Severity::Warning,
        Status::NotMet | Status::Unknown => Severity::Note,
        Status::Met | Status::NotApplicable | Status::Fault => return None,
    };
    let why = why(assessed, place, condition);
    let message = format!(
        "{}: {} is {}{why}",
        one.jurisdiction.name, used.condition.title, finding.status
    );
    let (id, condition_id) = (&one.jurisdiction.id, &used.condition.id);
    let rulebook = &assessed.rulebook().id;
    let rule = format!("{rulebook}/{condition_id}");
    let (fact, script) = places(assessed, place, condition);
    let key = format!("finding {rulebook} {id} {condition_id} {}", finding.status);
    let item = Item::new(&rule, severity, message, key).at(&fact);
    Some(Item {
        script: Some(script),
        ..item
    })
}

/// The reasons of a finding, or what it depends on, as the end of a sentence.
pub(super) fn why(assessed: &RulebookAssessment, place: usize, condition: usize) -> String {
    let finding = &assessed.at(place).findings[condition];
    if let Some(waiver) = &finding.waived {
        return format!(", waived by {}: {}", waiver.granted_by, waiver.reason);
    }
    match finding.status {
        Status::Unknown => {
            let missing: Vec<_> = finding.missing.iter().map(FactRef::to_string).collect();
            format!(", it depends on {}", missing.join(", "))
        }
        _ if finding.reasons.is_empty() => String::new(),
        _ => format!(": {}", finding.reasons.join("; or ")),
    }
}

/// Where a finding comes from: the fact that the last test was about, or else the record; and that
/// test in the script.
pub(super) fn places(
    assessed: &RulebookAssessment,
    place: usize,
    condition: usize,
) -> (Span, Span) {
    let one = assessed.at(place);
    let id = &one.jurisdiction.id;
    let source = &assessed.conditions[condition].condition.source;
    let consulted = assessed.consulted(id, condition);
    let script = consulted
        .last()
        .map_or_else(|| source.span(0..0), |last| last.asked.span.clone());
    let stated = consulted.iter().rev().find_map(|one| {
        let facts = one.asked.test.facts();
        facts
            .into_iter()
            .find_map(|fact| assessed.stated(id, fact).map(|stated| stated.span.clone()))
    });
    let in_file = |span: &Span| span.source().name().starts_with("policies/");
    (
        stated
            .filter(in_file)
            .unwrap_or_else(|| one.jurisdiction.span.clone()),
        script,
    )
}
