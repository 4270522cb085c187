//! The report as Markdown: for a page, and for the summary of a job.

use crate::analysis::published_results::compare;
use crate::assess::assessment::RulebookAssessment;
use crate::assess::result_types::{DeterminationKind, Status};
use crate::model::typed_indexes::PlaceIndex;
use crate::render::escape::for_markdown;
use crate::render::report::{ItemSeverity, Report, problems};
use crate::render::text::derived_results::result_in_words;
use crate::render::text_or_markdown_page::{Emphasis, Page};
use crate::render::{compared_summary, cut_short, differences};
use crate::tree::FactRef;

/// The most rows of a job's summary, whose size is limited.
const MOST_ROWS: usize = 100;

/// Every jurisdiction with its findings, and everything that is wrong.
pub fn markdown(report: &Report<'_>) -> String {
    written(report, usize::MAX)
}

/// A short report: problems first, at most 100 jurisdictions.
pub fn job_summary(report: &Report<'_>) -> String {
    written(report, MOST_ROWS)
}

fn written(report: &Report<'_>, most: usize) -> String {
    let mut page = Page::new(Emphasis::Markdown);
    write_problems(report, most, &mut page);
    for assessed in &report.assessment.rulebooks {
        table(assessed, most, &mut page);
    }
    page.finish()
}

fn write_problems(report: &Report<'_>, most: usize, page: &mut Page) {
    let errors: Vec<_> = problems(report)
        .into_iter()
        .filter(|item| item.severity == ItemSeverity::Error)
        .collect();
    if !errors.is_empty() {
        page.heading(
            1,
            &format!(
                "{} problem{}",
                errors.len(),
                if errors.len() == 1 { "" } else { "s" }
            ),
        );
        for item in errors.iter().take(most) {
            let line = item
                .span
                .as_ref()
                .map(|span| format!(":{}", span.position().line))
                .unwrap_or_default();
            let place = item
                .file
                .as_ref()
                .map(|file| format!(" in {}", page.code(&format!("{}{line}", report.path(file)))));
            page.item(&format!(
                "{} {}{}",
                page.code(&item.rule),
                item.message,
                place.unwrap_or_default()
            ));
        }
        if errors.len() > most {
            page.item(&format!("and {} more", errors.len() - most));
        }
    }
    if !report.tests.results.is_empty() {
        let (failed, all) = (report.tests.failed(), report.tests.results.len());
        page.gap();
        page.line(&format!("Cases: {} of {all} passed.", all - failed));
    }
}

fn table(assessed: &RulebookAssessment, most: usize, page: &mut Page) {
    page.heading(
        1,
        &format!("{}, as of {}", assessed.rulebook().title, assessed.as_of),
    );
    let kinds = DeterminationKind::ALL
        .into_iter()
        .map(|kind| (kind, assessed.count(kind)));
    let kinds: Vec<_> = kinds
        .filter(|(_, count)| *count > 0)
        .map(|(kind, count)| format!("{count} {kind}"))
        .collect();
    page.line(&format!(
        "{}. Eligible when {}.",
        kinds.join(", "),
        assessed.rulebook().decision
    ));
    let safe = for_markdown;
    let results: Vec<_> = assessed.amounts().collect();
    let head: Vec<String> = ["jurisdiction".to_owned()]
        .into_iter()
        .chain(
            assessed
                .conditions
                .iter()
                .map(|used| safe(used.condition.id.as_str())),
        )
        .chain([
            "determination".to_owned(),
            "facts that would decide".to_owned(),
        ])
        .chain(
            results
                .iter()
                .map(|used| safe(used.fact.schema.path.as_str())),
        )
        .collect();
    let row = |(place, one): (
        PlaceIndex,
        &std::sync::Arc<crate::assess::result_types::JurisdictionAssessment>,
    )|
     -> Vec<String> {
        let amounts = results
            .iter()
            .map(|used| safe(&result_in_words(assessed, place, used)));
        let findings = one.findings.iter().map(|finding| match finding.status {
            _ if finding.waived.is_some() => "waived".to_owned(),
            Status::NotApplicable => "n/a".to_owned(),
            Status::NotMet => "**not met**".to_owned(),
            status => status.to_string(),
        });
        let missing: Vec<_> = one
            .determination
            .missing
            .iter()
            .map(FactRef::to_string)
            .collect();
        [safe(&one.jurisdiction.name)]
            .into_iter()
            .chain(findings)
            .chain([
                one.determination.kind.to_string(),
                safe(&missing.join(", ")),
            ])
            .chain(amounts)
            .collect()
    };
    let shown = PlaceIndex::each(assessed.jurisdictions().take(most));
    let rows: Vec<_> = shown.map(row).collect();
    page.markdown_table(&head, &rows);
    if assessed.len() > most {
        page.line(&format!("And {} more.", assessed.len() - most));
    }
    let cut_short = cut_short(assessed);
    if !cut_short.is_empty() {
        page.gap();
        page.line("Cut short:");
    }
    for line in cut_short {
        page.item(&line);
    }
    for compared in compare(assessed) {
        page.gap();
        page.line(&format!("{}.", compared_summary(&compared)));
        for line in differences(&compared) {
            page.item(&line);
        }
    }
}
