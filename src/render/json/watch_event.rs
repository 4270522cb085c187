//! One revision of a live assessment as one line of JSON.

use serde::Serialize;

use crate::analysis::accepted_results::{Drift, Moved};
use crate::analysis::test_cases::TestRun;
use crate::assess::assessment::{Assessment, Delta, JurisdictionDelta, RulebookAssessment};
use crate::assess::result_types::DeterminationKind;
use crate::render::json::shared_shapes::{DiagnosticShape, JSON_VERSION, diagnostic, kind, status};

/// The parts of an event about one revision.
#[derive(Debug)]
pub struct Event<'a> {
    /// The number of the revision.
    pub revision: u64,
    /// The milliseconds from when the change was seen until the revision was published.
    pub milliseconds: f64,
    /// The number of files.
    pub files: usize,
    /// The paths of the files that changed.
    pub changed: &'a [String],
    /// Broken files of which an earlier version is in force.
    pub stale: Vec<StaleFile<'a>>,
    /// Why files are polled; `None` if events report changes.
    pub polling: Option<&'a str>,
    /// Why the root folder cannot be read; `None` if it can.
    pub trouble: Option<&'a str>,
    /// The assessment in force.
    pub assessment: &'a Assessment,
    /// What changed in the results.
    pub delta: &'a Delta,
    /// The cases that were run.
    pub tests: &'a TestRun,
    /// The differences from the accepted results.
    pub drift: &'a Drift,
}

/// A broken file of which an earlier version is in force.
#[derive(Debug, Serialize)]
pub struct StaleFile<'a> {
    /// The path of the file.
    pub file: &'a str,
    /// Since when, in seconds since 1970-01-01.
    pub since: u64,
    /// The number of the first revision in which it was stale.
    pub revision: u64,
    /// The first error in the broken version.
    pub because: &'a str,
}

#[derive(Serialize)]
struct EventShape<'a> {
    format: &'static str,
    version: u32,
    revision: u64,
    milliseconds: f64,
    files: usize,
    changed: &'a [String],
    stale: &'a [StaleFile<'a>],
    polling: Option<&'a str>,
    trouble: Option<&'a str>,
    rulebooks: Vec<CountsShape<'a>>,
    cases: CasesShape<'a>,
    accepted: Vec<MovedShape<'a>>,
    changes: Vec<ChangeShape<'a>>,
    diagnostics: Vec<DiagnosticShape<'a>>,
}

#[derive(Serialize)]
struct CasesShape<'a> {
    all: usize,
    passed: usize,
    failed: Vec<FailedShape<'a>>,
}

#[derive(Serialize)]
struct FailedShape<'a> {
    name: &'a str,
    file: &'a str,
    line: usize,
    what: &'a str,
    expected: &'a str,
    found: &'a str,
}

#[derive(Serialize)]
struct MovedShape<'a> {
    rulebook: &'a str,
    jurisdiction: &'a str,
    what: &'a str,
    accepted: &'a str,
    found: &'a str,
}

#[derive(Serialize)]
struct CountsShape<'a> {
    id: &'a str,
    eligible: usize,
    ineligible: usize,
    undetermined: usize,
    fault: usize,
}

#[derive(Serialize)]
struct ChangeShape<'a> {
    rulebook: &'a str,
    jurisdiction: &'a str,
    before: Option<&'static str>,
    after: Option<&'static str>,
    findings: Vec<FindingChange<'a>>,
}

#[derive(Serialize)]
struct FindingChange<'a> {
    condition: &'a str,
    before: Option<&'static str>,
    after: Option<&'static str>,
}

/// A revision on one line, with a newline at its end.
pub fn event(event: &Event<'_>) -> String {
    let changes = event.delta.rulebooks.iter().flat_map(|rulebook| {
        rulebook
            .jurisdictions
            .iter()
            .map(|one| change(event.assessment, rulebook.id.as_str(), one))
    });
    let shape = EventShape {
        format: "rulebook-watch",
        version: JSON_VERSION,
        revision: event.revision,
        milliseconds: (event.milliseconds * 1000.0).round() / 1000.0,
        files: event.files,
        changed: event.changed,
        stale: &event.stale,
        polling: event.polling,
        trouble: event.trouble,
        rulebooks: event.assessment.rulebooks.iter().map(counts).collect(),
        cases: cases(event.tests),
        accepted: event.drift.moved.iter().map(moved).collect(),
        changes: changes.collect(),
        diagnostics: (event.assessment.diagnostics.iter())
            .chain(&event.tests.diagnostics)
            .chain(&event.drift.diagnostics)
            .map(diagnostic)
            .collect(),
    };
    serde_json::to_string(&shape).expect("the shapes have text keys and finite numbers") + "\n"
}

fn counts(assessed: &RulebookAssessment) -> CountsShape<'_> {
    CountsShape {
        id: assessed.rulebook().id.as_str(),
        eligible: assessed.count(DeterminationKind::Eligible),
        ineligible: assessed.count(DeterminationKind::Ineligible),
        undetermined: assessed.count(DeterminationKind::Undetermined),
        fault: assessed.count(DeterminationKind::Fault),
    }
}

fn cases(tests: &TestRun) -> CasesShape<'_> {
    let failed = tests.results.iter().flat_map(|result| {
        result.mismatches.iter().map(|one| FailedShape {
            name: &result.case.name,
            file: one.span.source().name(),
            line: one.span.position().line,
            what: &one.what,
            expected: &one.expected,
            found: &one.found,
        })
    });
    CasesShape {
        all: tests.results.len(),
        passed: tests.results.len() - tests.failed(),
        failed: failed.collect(),
    }
}

fn moved(moved: &Moved) -> MovedShape<'_> {
    MovedShape {
        rulebook: &moved.rulebook,
        jurisdiction: &moved.jurisdiction,
        what: &moved.what,
        accepted: &moved.accepted,
        found: &moved.found,
    }
}

/// The changes of a jurisdiction; for a new one, all its findings.
fn change<'a>(
    assessment: &'a Assessment,
    rulebook: &'a str,
    one: &'a JurisdictionDelta,
) -> ChangeShape<'a> {
    let new = match one.before {
        None => assessment.rulebook(rulebook),
        Some(_) => None,
    };
    let new = new.and_then(|assessed| Some((assessed, assessed.jurisdiction(one.id.as_str())?)));
    let new = new.into_iter().flat_map(|(assessed, one)| {
        let findings = assessed.conditions.iter().zip(&one.findings);
        findings.map(|(used, finding)| FindingChange {
            condition: used.condition.id.as_str(),
            before: None,
            after: Some(status(finding.status)),
        })
    });
    let findings = one.findings.iter().map(|finding| FindingChange {
        condition: finding.condition.as_str(),
        before: finding.before.map(status),
        after: finding.after.map(status),
    });
    let findings = findings.chain(new);
    ChangeShape {
        rulebook,
        jurisdiction: one.id.as_str(),
        before: one.before.map(kind),
        after: one.after.map(kind),
        findings: findings.collect(),
    }
}
