//! `JUnit` XML as Jenkins and `GitLab` read it: a suite for each rulebook, and for input, cases,
//! accepted results and published ones.
//!
//! A finding that is not met is a failure; one that is unknown or not applicable is skipped, and
//! says which; broken input is an error.

use quick_junit::{NonSuccessKind, Report as Document, TestCase, TestCaseStatus, TestSuite};

use crate::analysis::comparison::compare;
use crate::assess::verdict::Status;
use crate::base::source::Span;
use crate::render::report::{COMPARED, Report, Severity, places, problems, why};
use crate::render::sanitize::for_xml;

/// The whole report as `JUnit` XML.
pub fn junit(report: &Report<'_>) -> String {
    let mut document = Document::new("rulebook");
    document.add_test_suite(input(report));
    for assessed in &report.assessment.rulebooks {
        let mut suite = TestSuite::new(assessed.rulebook().id.as_str());
        for (place, one) in assessed.jurisdictions().enumerate() {
            for (condition, used) in assessed.conditions.iter().enumerate() {
                let status = one.findings[condition].status;
                let why = why(assessed, place, condition);
                let waived = one.findings[condition].waived.is_some();
                let outcome = match status {
                    _ if waived => skipped(&format!("{status}{why}")),
                    Status::Met => TestCaseStatus::success(),
                    Status::NotApplicable | Status::Unknown => skipped(&format!("{status}{why}")),
                    Status::NotMet => {
                        failed(NonSuccessKind::Failure, "not met", &format!("not met{why}"))
                    }
                    Status::Fault => failed(
                        NonSuccessKind::Error,
                        "fault",
                        "the script is broken or failed",
                    ),
                };
                let mut case = TestCase::new(used.condition.title.as_str(), outcome);
                case.set_classname(format!(
                    "{}.{}",
                    assessed.rulebook().id,
                    one.jurisdiction.id
                ));
                let (fact, _) = places(assessed, place, condition);
                at(report, &mut case, &fact);
                suite.add_test_case(case);
            }
        }
        document.add_test_suite(suite);
    }
    if !report.tests.results.is_empty() {
        document.add_test_suite(cases(report));
    }
    for (rule, word, name) in [
        ("accepted", "moved", "accepted results"),
        (COMPARED, "differs", "published results"),
    ] {
        let items = problems(report)
            .into_iter()
            .filter(|item| item.rule == rule);
        let mut suite = TestSuite::new(name);
        for item in items {
            let outcome = failed(NonSuccessKind::Failure, word, &item.message);
            let mut case = TestCase::new(item.key, outcome);
            case.set_classname(rule);
            item.span
                .iter()
                .for_each(|span| at(report, &mut case, span));
            suite.add_test_case(case);
        }
        let agreeing = report.assessment.rulebooks.iter().flat_map(compare);
        for one in agreeing.filter(|one| rule == COMPARED && one.differ.is_empty()) {
            let status = match &one.left_out {
                Some(why) => skipped(&format!("not compared: {why}")),
                None => TestCaseStatus::success(),
            };
            let mut case = TestCase::new(one.comparison.title.as_str(), status);
            case.set_classname(rule);
            suite.add_test_case(case);
        }
        if suite.tests > 0 {
            document.add_test_suite(suite);
        }
    }
    let text = document
        .to_string()
        .expect("every text can stand in the document");
    for_xml(&text) + "\n"
}

/// One test case for the input as a whole when it is fine, or else one for each problem.
fn input(report: &Report<'_>) -> TestSuite {
    let mut suite = TestSuite::new("input");
    let errors = problems(report).into_iter().filter(|item| {
        item.severity == Severity::Error && item.rule != "case" && item.rule != "accepted"
    });
    for item in errors {
        let mut case = TestCase::new(
            item.key,
            failed(NonSuccessKind::Error, &item.rule, &item.message),
        );
        case.set_classname(
            item.file
                .as_ref()
                .map_or_else(|| "input".to_owned(), |file| report.path(file)),
        );
        item.span
            .iter()
            .for_each(|span| at(report, &mut case, span));
        suite.add_test_case(case);
    }
    if suite.tests == 0 {
        let mut case = TestCase::new("everything can be read", TestCaseStatus::success());
        case.set_classname("input");
        suite.add_test_case(case);
    }
    suite
}

fn cases(report: &Report<'_>) -> TestSuite {
    let mut suite = TestSuite::new("cases");
    for result in &report.tests.results {
        let text: Vec<String> = result
            .mismatches
            .iter()
            .map(|one| {
                format!(
                    "{}: expected {}, found {}",
                    one.what, one.expected, one.found
                )
            })
            .collect();
        let outcome = if result.passed() {
            TestCaseStatus::success()
        } else {
            failed(NonSuccessKind::Failure, "case", &text.join("\n"))
        };
        let mut case = TestCase::new(result.case.name.as_str(), outcome);
        case.set_classname(format!("cases.{}", result.case.rulebook));
        at(report, &mut case, &result.case.span);
        suite.add_test_case(case);
    }
    suite
}

fn failed(kind: NonSuccessKind, ty: &str, text: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(kind);
    status
        .set_type(ty)
        .set_message(text.lines().next().unwrap_or_default())
        .set_description(text);
    status
}

fn skipped(message: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::skipped();
    status.set_message(message);
    status
}

fn at(report: &Report<'_>, case: &mut TestCase, span: &Span) {
    let file = report.path(span.source().name());
    case.extra.insert("file".into(), file.into());
    case.extra
        .insert("line".into(), span.position().line.to_string().into());
}
