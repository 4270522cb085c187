//! `JUnit` XML as Jenkins and `GitLab` read it: one suite for each rulebook, and one each for
//! input, cases, accepted results, determinations and published results.
//! Broken input is an error; a failed case and a result that differs from the accepted one are
//! failures. A negative result is neither: a finding that is not met, unknown or not applicable is
//! skipped, with the reason. With `--fail-on`, the findings that the run fails for are failures.

use std::collections::BTreeMap;

use quick_junit::{
    NonSuccessKind, Property, Report as Document, TestCase, TestCaseStatus, TestSuite, XmlString,
};

use crate::analysis::published_results::compare;
use crate::assess::assessment::RulebookAssessment;
use crate::assess::bulk_explanation::each_explained;
use crate::assess::result_types::{JurisdictionAssessment, Status};
use crate::base::source::Span;
use crate::model::typed_indexes::ConditionIndex;
use crate::render::escape::{for_xml, for_xml_lines};
use crate::render::report::{
    ACCEPTED, CASE, COMPARED, DETERMINATION, ItemSeverity, Report, ReportItem, places, problems,
    why,
};
use crate::render::text::derived_results::result_in_words;

/// The whole report as `JUnit` XML.
pub fn junit(report: &Report<'_>) -> String {
    let items = problems(report);
    let mut document = Document::new("rulebook");
    document.add_test_suite(input(report, &items));
    for assessed in &report.assessment.rulebooks {
        document.add_test_suite(findings(report, assessed));
    }
    let others = [
        cases(report),
        listed(report, &items, (ACCEPTED, "moved"), "accepted results"),
        listed(
            report,
            &items,
            (DETERMINATION, "determination"),
            "determinations",
        ),
        published(report, &items),
    ];
    for suite in others {
        if suite.tests > 0 {
            document.add_test_suite(suite);
        }
    }
    tell_apart(&mut document);
    document
        .to_string()
        .expect("every text can stand in the document")
        + "\n"
}

/// Readers identify a case by its class and its name: equal ones are numbered.
fn tell_apart(document: &mut Document) {
    let mut seen: BTreeMap<(String, String), usize> = BTreeMap::new();
    let suites = document.test_suites.iter_mut();
    for case in suites.flat_map(|suite| &mut suite.test_cases) {
        let class = case.classname.as_ref().map(XmlString::as_str);
        let key = (
            class.unwrap_or_default().to_owned(),
            case.name.as_str().to_owned(),
        );
        let mut count = *seen.get(&key).unwrap_or(&0) + 1;
        if count > 1 {
            let numbered = |count: usize| (key.0.clone(), format!("{} ({count})", key.1));
            while seen.contains_key(&numbered(count)) {
                count += 1;
            }
            case.name = numbered(count).1.into();
            seen.insert(numbered(count), 1);
        }
        seen.insert(key, count);
    }
}

/// A case with its texts made fit for XML.
fn case(name: &str, class: &str, outcome: TestCaseStatus) -> TestCase {
    let mut case = TestCase::new(for_xml(name), outcome);
    case.set_classname(for_xml(class));
    case
}

fn findings(report: &Report<'_>, assessed: &RulebookAssessment) -> TestSuite {
    let id = &assessed.rulebook().id;
    let mut suite = TestSuite::new(for_xml(id.as_str()));
    for (place, one) in each_explained(assessed) {
        let class = format!("{id}.{}", one.jurisdiction.id);
        for condition in ConditionIndex::first(assessed.conditions.len()) {
            let outcome = outcome(report, assessed, &one, condition);
            let title = &assessed.conditions[condition].condition.title;
            let mut case = case(title, &class, outcome);
            let (fact, _) = places(assessed, &one, condition);
            at(report, &mut case, &fact);
            suite.add_test_case(case);
        }
        for used in assessed.amounts() {
            let name = format!("{}.{}", one.jurisdiction.id, used.fact.schema.path);
            let words = result_in_words(assessed, place, used);
            suite.add_property(Property::new(for_xml(&name), for_xml(&words)));
        }
    }
    suite
}

fn outcome(
    report: &Report<'_>,
    assessed: &RulebookAssessment,
    one: &JurisdictionAssessment,
    condition: ConditionIndex,
) -> TestCaseStatus {
    let used = &assessed.conditions[condition];
    let finding = &one.findings[condition];
    let text = format!("{}{}", finding.status, why(finding));
    match finding.status {
        Status::Fault if finding.waived.is_none() => {
            let text = "the script is broken or failed";
            failed(NonSuccessKind::Error, "fault", text)
        }
        Status::Met if finding.waived.is_none() => TestCaseStatus::success(),
        status if report.fails(one, used, finding) => {
            failed(NonSuccessKind::Failure, &status.to_string(), &text)
        }
        _ => skipped(&text),
    }
}

/// One passed test case if the input has no errors; otherwise one test case for each.
fn input(report: &Report<'_>, items: &[ReportItem]) -> TestSuite {
    let mut suite = TestSuite::new("input");
    let others = [CASE, ACCEPTED, DETERMINATION, COMPARED];
    let errors = items.iter().filter(|item| {
        item.severity == ItemSeverity::Error && !others.contains(&item.rule.as_str())
    });
    for item in errors {
        let class = match &item.file {
            Some(file) => report.path(file),
            None => "input".to_owned(),
        };
        let outcome = failed(NonSuccessKind::Error, &item.rule, &item.message);
        suite.add_test_case(of_item(report, item, &class, outcome));
    }
    if suite.tests == 0 {
        let fine = TestCaseStatus::success();
        suite.add_test_case(case("everything can be read", "input", fine));
    }
    suite
}

fn of_item(
    report: &Report<'_>,
    item: &ReportItem,
    class: &str,
    outcome: TestCaseStatus,
) -> TestCase {
    let mut case = case(&item.key, class, outcome);
    if let Some(span) = &item.span {
        at(report, &mut case, span);
    }
    case
}

/// The items of a rule: failures where the run fails for them.
fn listed(
    report: &Report<'_>,
    items: &[ReportItem],
    (rule, word): (&str, &str),
    name: &str,
) -> TestSuite {
    let mut suite = TestSuite::new(name);
    for item in items.iter().filter(|item| item.rule == rule) {
        let outcome = if item.severity == ItemSeverity::Error {
            failed(NonSuccessKind::Failure, word, &item.message)
        } else {
            skipped(&item.message)
        };
        suite.add_test_case(of_item(report, item, rule, outcome));
    }
    suite
}

fn published(report: &Report<'_>, items: &[ReportItem]) -> TestSuite {
    let mut suite = listed(report, items, (COMPARED, "differs"), "published results");
    let all = report.assessment.rulebooks.iter().flat_map(compare);
    for one in all.filter(|one| one.differ.is_empty()) {
        let status = match &one.left_out {
            Some(why) => skipped(&format!("not compared: {why}")),
            None => TestCaseStatus::success(),
        };
        suite.add_test_case(case(&one.comparison.title, COMPARED, status));
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
            failed(NonSuccessKind::Failure, CASE, &text.join("\n"))
        };
        let class = format!("cases.{}", result.case.rulebook);
        let mut case = case(&result.case.name, &class, outcome);
        at(report, &mut case, &result.case.span);
        suite.add_test_case(case);
    }
    suite
}

fn failed(kind: NonSuccessKind, ty: &str, text: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(kind);
    status
        .set_type(for_xml(ty))
        .set_message(for_xml(text.lines().next().unwrap_or_default()))
        .set_description(for_xml_lines(text));
    status
}

fn skipped(message: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::skipped();
    status.set_message(for_xml(message));
    status
}

fn at(report: &Report<'_>, case: &mut TestCase, span: &Span) {
    let file = for_xml(&report.path(span.source().name()));
    case.extra.insert("file".into(), file.into());
    case.extra
        .insert("line".into(), span.position().line.to_string().into());
}
