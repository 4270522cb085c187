//! All results of one run of `check`, for the formats that pipelines read.
//!
//! Broken input, cases, accepted results and findings become *items*: what it is, how bad, where.
//! The formats for annotations show the items; those for tests show every finding, passed ones too.
//! What makes the run fail is an error, and nothing else is.

mod csv;
mod github_annotations;
mod html;
mod junit;
mod markdown;
mod tap;

pub use csv::csv;
pub use github_annotations::github;
pub use html::html;
pub use junit::junit;
pub use markdown::{job_summary, markdown};
pub use tap::tap;

use std::collections::BTreeMap;

use crate::analysis::accepted_results::Drift;
use crate::analysis::published_results::compare;
use crate::analysis::test_cases::TestRun;
use crate::assess::assessment::{Assessment, ConditionUsed, RulebookAssessment};
use crate::assess::bulk_explanation::each_explained;
use crate::assess::result_types::{DeterminationKind, Finding, JurisdictionAssessment, Status};
use crate::base::diagnostic::Diagnostic;
use crate::base::source::Span;
use crate::model::condition::Level;
use crate::model::typed_indexes::ConditionIndex;
use crate::model::typed_indexes::PlaceIndex;
use crate::tree::FactRef;

/// The results of a run of `check`.
#[derive(Clone, Copy, Debug)]
pub struct Report<'a> {
    /// The findings and determinations.
    pub assessment: &'a Assessment,
    /// The run of the cases; empty if there are none.
    pub tests: &'a TestRun,
    /// The differences from the accepted results.
    pub drift: &'a Drift,
    /// All diagnostics about the input: files, scripts, cases, accepted results.
    pub diagnostics: &'a [Diagnostic],
    /// The root as a path from the working directory, ending in `/`; empty if it is the working
    /// directory.
    pub base: &'a str,
    /// The absolute path of the working directory.
    pub here: &'a str,
    /// Which results make the run fail.
    pub counting: Counting<'a>,
}

/// Which results of a valid run make it fail. A negative result is no error, so findings are listed
/// separately from problems, and only on request.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counting<'a> {
    /// Determinations that make the run fail.
    pub kinds: &'a [DeterminationKind],
    /// Whether differences from published results make the run fail.
    pub differences: bool,
    /// Whether findings are listed among the problems, although they are not problems.
    pub findings: bool,
}

impl Counting<'_> {
    /// Whether findings are listed with the problems.
    fn tells_findings(&self) -> bool {
        self.findings || self.differences || !self.kinds.is_empty()
    }
}

impl Report<'_> {
    /// The path of a file from the working directory, which is where pipelines look.
    pub(crate) fn path(&self, file: &str) -> String {
        format!("{}{file}", self.base)
    }

    /// The place as people write it: path, line, column.
    fn place(&self, span: &Span) -> String {
        let position = span.position();
        let path = self.path(span.source().name());
        format!("{path}:{}:{}", position.line, position.column)
    }

    /// Whether a finding is one of those that make the run fail.
    fn fails(&self, one: &JurisdictionAssessment, used: &ConditionUsed, finding: &Finding) -> bool {
        let asked = match finding.status {
            _ if finding.waived.is_some() || used.condition.level == Level::Advisory => None,
            Status::NotMet => Some(DeterminationKind::Ineligible),
            Status::Unknown => Some(DeterminationKind::Undetermined),
            Status::Met | Status::NotApplicable | Status::Fault => None,
        };
        asked.is_some_and(|kind| {
            one.determination.kind == kind && self.counting.kinds.contains(&kind)
        })
    }
}

/// The severity of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ItemSeverity {
    /// The run fails for it: broken input, a failed case, a result that differs from the accepted
    /// one, or one that makes the run fail by option.
    Error,
    /// A finding that is not met, a difference from a published result; a warning about the input.
    Warning,
    /// A finding that is unknown.
    Note,
}

/// One item of a report, about a place.
#[derive(Clone, Debug)]
pub struct ReportItem {
    /// The stable rule of the item: `R142`, `psp/hold`, `case`, `accepted`, `determination`,
    /// `compared`.
    pub rule: String,
    /// The severity of the item.
    pub severity: ItemSeverity,
    /// The message, in one line.
    pub message: String,
    /// The text it is about; `None` if it is about a file, or about no place.
    pub span: Option<Span>,
    /// The path of the file it is about; `None` if it is about no file.
    pub file: Option<String>,
    /// A further place, the test in the script behind a finding; `None` for others.
    pub script: Option<Span>,
    /// A unique key, which does not change when lines move.
    pub key: String,
}

impl ReportItem {
    fn new(rule: &str, severity: ItemSeverity, message: String, key: String) -> Self {
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

/// All items: broken input first, then cases and accepted results, then findings if they are
/// wanted.
pub fn items(report: &Report<'_>) -> Vec<ReportItem> {
    let mut items = problems(report);
    if !report.counting.tells_findings() {
        items.retain(|item| item.rule != COMPARED);
        return items;
    }
    for assessed in &report.assessment.rulebooks {
        for (_, one) in each_explained(assessed) {
            items.extend(
                ConditionIndex::first(assessed.conditions.len())
                    .filter_map(|condition| of_finding(assessed, &one, condition)),
            );
        }
    }
    items
}

/// All items but the findings, which are many and whose places take long to find. Differences from
/// published results are included, though they need not make the run fail.
pub fn problems(report: &Report<'_>) -> Vec<ReportItem> {
    let mut items = said_of_input(report);
    for assessed in &report.assessment.rulebooks {
        items.extend(failing_determinations(report, assessed));
        items.extend(differences(report, assessed));
    }
    tell_apart(&mut items);
    items
}

/// Numbers equal keys.
fn tell_apart(items: &mut [ReportItem]) {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for item in items {
        let count = seen.entry(item.key.clone()).or_default();
        *count += 1;
        if *count > 1 {
            item.key = format!("{} ({count})", item.key);
        }
    }
}

/// The jurisdictions with determinations that make the run fail.
fn failing_determinations<'a>(
    report: &'a Report<'_>,
    assessed: &'a RulebookAssessment,
) -> impl Iterator<Item = ReportItem> + 'a {
    let kinds = report.counting.kinds;
    let explained = (!kinds.is_empty()).then(|| each_explained(assessed));
    let fails = |(place, _): &(PlaceIndex, _)| kinds.contains(&assessed.kind(*place));
    explained
        .into_iter()
        .flatten()
        .filter(fails)
        .map(|(_, one)| {
            let (rulebook, id) = (&assessed.rulebook().id, &one.jurisdiction.id);
            let kind = one.determination.kind;
            let why = match one.determination.reasons.as_slice() {
                [] => String::new(),
                reasons => format!(": {}", reasons.join("; or ")),
            };
            let message = format!("{} is {kind}{why}", one.jurisdiction.name);
            let key = format!("determination {rulebook} {id} {kind}");
            ReportItem::new(DETERMINATION, ItemSeverity::Error, message, key)
                .at(&one.jurisdiction.span)
        })
}

/// The differences from published results.
fn differences(report: &Report<'_>, assessed: &RulebookAssessment) -> Vec<ReportItem> {
    let severity = if report.counting.differences {
        ItemSeverity::Error
    } else {
        ItemSeverity::Warning
    };
    let rulebook = &assessed.rulebook().id;
    let mut items = Vec::new();
    for compared in compare(assessed) {
        let name = &compared.comparison.name;
        items.extend(compared.differ.iter().map(|one| {
            let message = format!(
                "{name}, {}: published \"{}\", found {}",
                one.jurisdiction, one.published, one.found
            );
            let key = format!("compared {rulebook} {name} {}", one.jurisdiction);
            ReportItem::new(COMPARED, severity, message, key).at(&one.span)
        }));
    }
    items
}

/// Broken input, failed cases, and results that differ from the accepted ones.
fn said_of_input(report: &Report<'_>) -> Vec<ReportItem> {
    let mut items: Vec<ReportItem> = report.diagnostics.iter().map(of_diagnostic).collect();
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
            let key = format!(
                "case {} {} {}",
                result.case.rulebook, result.case.name, mismatch.what
            );
            items.push(ReportItem::new(CASE, ItemSeverity::Error, message, key).at(&mismatch.span));
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
        items.push(ReportItem::new(ACCEPTED, ItemSeverity::Error, message, key).at(&moved.span));
    }
    items
}

/// The rules of items that are not about the input: a case, an accepted result, a determination
/// that makes the run fail, a published result.
const CASE: &str = "case";
const ACCEPTED: &str = "accepted";
const DETERMINATION: &str = "determination";
const COMPARED: &str = "compared";

fn of_diagnostic(diagnostic: &Diagnostic) -> ReportItem {
    let severity = if diagnostic.is_error() {
        ItemSeverity::Error
    } else {
        ItemSeverity::Warning
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
    let item = ReportItem::new(
        diagnostic.code.as_str(),
        severity,
        format!("{}{help}", diagnostic.message),
        key,
    );
    ReportItem {
        span: diagnostic.span().cloned(),
        file,
        ..item
    }
}

/// A finding that is not met or unknown, of a condition that counts.
fn of_finding(
    assessed: &RulebookAssessment,
    one: &JurisdictionAssessment,
    condition: ConditionIndex,
) -> Option<ReportItem> {
    let used = &assessed.conditions[condition];
    let finding = &one.findings[condition];
    let severity = match finding.status {
        _ if finding.waived.is_some() => return None,
        Status::NotMet if used.condition.level == Level::Required => ItemSeverity::Warning,
        Status::NotMet | Status::Unknown => ItemSeverity::Note,
        Status::Met | Status::NotApplicable | Status::Fault => return None,
    };
    let why = why(finding);
    let message = format!(
        "{}: {} is {}{why}",
        one.jurisdiction.name, used.condition.title, finding.status
    );
    let (id, condition_id) = (&one.jurisdiction.id, &used.condition.id);
    let rulebook = &assessed.rulebook().id;
    let rule = format!("{rulebook}/{condition_id}");
    let (fact, script) = places(assessed, one, condition);
    let key = format!("finding {rulebook} {id} {condition_id} {}", finding.status);
    let item = ReportItem::new(&rule, severity, message, key).at(&fact);
    Some(ReportItem {
        script: Some(script),
        ..item
    })
}

/// The reasons of a finding, or the facts it depends on, as the end of a sentence.
pub(super) fn why(finding: &Finding) -> String {
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

/// The place of a finding: the fact of the last test, or else the record; and the place of that
/// test in the script.
pub(super) fn places(
    assessed: &RulebookAssessment,
    one: &JurisdictionAssessment,
    condition: ConditionIndex,
) -> (Span, Span) {
    let id = &one.jurisdiction.id;
    let source = &assessed.conditions[condition].condition.source;
    let consulted = assessed.consulted(id, condition);
    let script = consulted
        .last()
        .map_or_else(|| source.span(0..0), |last| last.asked.span.clone());
    let stated = consulted.iter().rev().find_map(|consulted| {
        let facts = consulted.asked.test.facts();
        facts
            .into_iter()
            .find_map(|fact| assessed.stated_by(&one.jurisdiction, fact))
    });
    let in_file = |span: &Span| span.source().is_in_policies();
    (
        stated
            .map(|stated| stated.span)
            .filter(in_file)
            .unwrap_or_else(|| one.jurisdiction.span.clone()),
        script,
    )
}
