//! The report as one page of HTML that needs nothing else: readable without scripts, sortable with,
//! and fit to print.

use std::fmt::Write;

use crate::analysis::published_results::compare;
use crate::assess::assessment::RulebookAssessment;
use crate::assess::bulk_explanation::each_explained;
use crate::assess::result_types::{DeterminationKind, JurisdictionAssessment, Status};
use crate::base::source::Span;
use crate::model::typed_indexes::ConditionIndex;
use crate::render::escape::for_html;
use crate::render::report::{ItemSeverity, Report, places, problems, why};
use crate::render::text::derived_results::result_in_words;
use crate::render::text::reached_limits::ReachedLimits;
use crate::render::{compared_summary, differences};

const STYLE: &str = "\
:root{color-scheme:light dark}\
body{font:1rem/1.5 system-ui,sans-serif;margin:2rem auto;max-width:75rem;padding:0 1rem}\
table{border-collapse:collapse;width:100%;margin:1rem 0}\
th,td{border-bottom:1px solid #8886;padding:.3rem .6rem;text-align:left;vertical-align:top}\
th button{all:unset;cursor:pointer}th button:focus-visible{outline:2px solid}\
.met,.eligible{color:#087443}.not-met,.ineligible,.fault,.error{color:#b42318}\
.unknown,.undetermined{color:#946200}.not-applicable{color:#667085}\
@media (prefers-color-scheme:dark){.met,.eligible{color:#4ade80}.not-met,.ineligible,.fault,.error{color:#f87171}\
.unknown,.undetermined{color:#fbbf24}.not-applicable{color:#98a2b3}}\
code{font-size:.9em}summary{cursor:pointer}\
@media print{body{max-width:none;margin:0}details::details-content{content-visibility:visible;block-size:auto}\
tr,li{break-inside:avoid}}";

/// Sorts a table by the column of the button that was pressed; pressed again, the other way round.
/// Opens everything before it is printed.
const SCRIPT: &str = "\
for(const b of document.querySelectorAll('th button'))b.addEventListener('click',()=>{\
const th=b.closest('th'),i=[...th.parentNode.children].indexOf(th),body=th.closest('table').tBodies[0],\
up=th.getAttribute('aria-sort')!=='ascending';\
for(const o of th.parentNode.children)o.removeAttribute('aria-sort');\
th.setAttribute('aria-sort',up?'ascending':'descending');\
const rows=[...body.rows].sort((x,y)=>x.cells[i].textContent.localeCompare(y.cells[i].textContent,undefined,{numeric:true}));\
body.append(...(up?rows:rows.reverse()))});\
addEventListener('beforeprint',()=>{for(const d of \
document.querySelectorAll('details'))d.open=true});";

/// The page.
pub fn html(report: &Report<'_>) -> String {
    let titles: Vec<_> = report
        .assessment
        .rulebooks
        .iter()
        .map(|one| one.rulebook().title.clone())
        .collect();
    let title = if titles.is_empty() {
        "rulebook".to_owned()
    } else {
        titles.join(", ")
    };
    let mut out = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{}</title>\n\
         <style>{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{}</h1>\n",
        for_html(&title),
        for_html(&title)
    );
    write_problems(report, &mut out);
    for assessed in &report.assessment.rulebooks {
        rulebook(assessed, &mut out);
    }
    let _ = write!(
        out,
        "</main>\n<script>{SCRIPT}</script>\n</body>\n</html>\n"
    );
    out
}

fn write_problems(report: &Report<'_>, out: &mut String) {
    let errors: Vec<_> = problems(report)
        .into_iter()
        .filter(|item| item.severity == ItemSeverity::Error)
        .collect();
    if !report.tests.results.is_empty() {
        let (failed, all) = (report.tests.failed(), report.tests.results.len());
        let _ = writeln!(out, "<p>Cases: {} of {all} passed.</p>", all - failed);
    }
    if errors.is_empty() {
        return;
    }
    let _ = writeln!(out, "<h2>Problems</h2>\n<ul>");
    for item in errors {
        let place = item
            .span
            .as_ref()
            .map(place)
            .or(item.file.clone())
            .unwrap_or_default();
        let (rule, message) = (for_html(&item.rule), for_html(&item.message));
        let _ = writeln!(
            out,
            "<li><strong class=\"error\">{rule}</strong> {message} <code>{}</code></li>",
            for_html(&place)
        );
    }
    out.push_str("</ul>\n");
}

fn rulebook(assessed: &RulebookAssessment, out: &mut String) {
    let kinds = DeterminationKind::ALL
        .into_iter()
        .map(|kind| (kind, assessed.count(kind)));
    let kinds: Vec<_> = kinds
        .filter(|(_, count)| *count > 0)
        .map(|(kind, count)| format!("{count} {kind}"))
        .collect();
    let _ = writeln!(
        out,
        "<h2>{}, as of {}</h2>\n<p>{}. Eligible when {}.</p>",
        for_html(&assessed.rulebook().title),
        assessed.as_of,
        for_html(&kinds.join(", ")),
        for_html(&assessed.rulebook().decision.to_string())
    );
    out.push_str("<table>\n<thead><tr>");
    let conditions = assessed
        .conditions
        .iter()
        .map(|used| (used.condition.id.to_string(), used.condition.title.clone()));
    let head = [("jurisdiction".to_owned(), String::new())]
        .into_iter()
        .chain(conditions);
    let results: Vec<_> = assessed.amounts().collect();
    let amounts = results.iter().map(|used| {
        let schema = &used.fact.schema;
        (
            schema.path.to_string(),
            schema.description.clone().unwrap_or_default(),
        )
    });
    let determination = [("determination".to_owned(), String::new())];
    for (name, title) in head.chain(determination).chain(amounts) {
        let title = if title.is_empty() {
            String::new()
        } else {
            format!(" title=\"{}\"", for_html(&title))
        };
        let _ = write!(
            out,
            "<th scope=\"col\"{title}><button type=\"button\">{}</button></th>",
            for_html(&name)
        );
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    let (mut details, mut reached) = (String::new(), ReachedLimits::default());
    for (place, one) in each_explained(assessed) {
        findings(assessed, &one, &mut details);
        reached.add(assessed, &one);
        let _ = write!(
            out,
            "<tr><th scope=\"row\">{}</th>",
            for_html(&one.jurisdiction.name)
        );
        for finding in &one.findings {
            let waived = if finding.waived.is_some() {
                ", waived"
            } else {
                ""
            };
            let _ = write!(
                out,
                "<td class=\"{}\">{}{waived}</td>",
                class(finding.status),
                finding.status
            );
        }
        let kind = one.determination.kind;
        let _ = write!(out, "<td class=\"{kind}\">{kind}</td>");
        for used in &results {
            let words = result_in_words(assessed, place, used);
            let _ = write!(out, "<td>{}</td>", for_html(&words));
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody>\n</table>\n");
    for line in reached.lines() {
        let _ = writeln!(out, "<p>Cut short: {}</p>", for_html(&line));
    }
    for compared in compare(assessed) {
        let _ = writeln!(out, "<p>{}.</p>", for_html(&compared_summary(&compared)));
        let lines = differences(&compared);
        if !lines.is_empty() {
            let lines = lines
                .iter()
                .map(|line| format!("<li>{}</li>\n", for_html(line)));
            let _ = write!(out, "<ul>\n{}</ul>\n", lines.collect::<String>());
        }
    }
    out.push_str(&details);
}

/// The findings of a jurisdiction, with why and where.
fn findings(assessed: &RulebookAssessment, one: &JurisdictionAssessment, out: &mut String) {
    let kind = one.determination.kind;
    let name = for_html(&one.jurisdiction.name);
    let _ = writeln!(
        out,
        "<details>\n<summary>{name}: <span class=\"{kind}\">{kind}</span></summary>\n<ul>"
    );
    let findings = assessed.conditions.iter().zip(&one.findings);
    for (condition, (used, finding)) in ConditionIndex::each(findings) {
        let (fact, script) = places(assessed, one, condition);
        let _ = writeln!(
            out,
            "<li>{}: <span class=\"{}\">{}</span>{} <code>{}</code> <code>{}</code></li>",
            for_html(&used.condition.title),
            class(finding.status),
            finding.status,
            for_html(&why(finding)),
            for_html(&self::place(&fact)),
            for_html(&self::place(&script))
        );
    }
    out.push_str("</ul>\n</details>\n");
}

fn place(span: &Span) -> String {
    format!("{}:{}", span.source().name(), span.position().line)
}

fn class(status: Status) -> &'static str {
    match status {
        Status::Met => "met",
        Status::NotMet => "not-met",
        Status::NotApplicable => "not-applicable",
        Status::Unknown => "unknown",
        Status::Fault => "fault",
    }
}
