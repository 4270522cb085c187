//! The changes of a jurisdiction and their causes, as text.

use crate::analysis::impact::{Cause, JurisdictionImpact, RulebookImpact, status_in_words};
use crate::model::fact::Value;
#[cfg(feature = "app")]
use crate::render::text_or_markdown_page::Emphasis;
use crate::render::text_or_markdown_page::Page;

/// From what to what.
pub(in crate::render) fn movement(one: &JurisdictionImpact) -> String {
    match (one.delta.before, one.delta.after) {
        (Some(before), Some(after)) if before == after => format!("still {after}"),
        (Some(before), Some(after)) => format!("{before} -> {after}"),
        (None, Some(after)) => format!("new, {after}"),
        (Some(before), None) => format!("gone, was {before}"),
        (None, None) => String::new(),
    }
}

/// The findings that changed and why, a line each.
pub(in crate::render) fn details(
    impact: &RulebookImpact,
    one: &JurisdictionImpact,
    page: &Page,
) -> Vec<String> {
    lines(one, page, &|cause| cause_in_words(impact, cause, page))
}

/// The findings that changed and why, a line each, without the values of the single jurisdiction:
/// equal lines mean equal changes because of the same facts.
pub(super) fn kinds_of_details(
    impact: &RulebookImpact,
    one: &JurisdictionImpact,
    page: &Page,
) -> Vec<String> {
    lines(one, page, &|cause| match own_path(impact, one, cause) {
        Some(path) => {
            let others = match cause {
                Cause::Statistic(change) if change.by_others => {
                    " moved, only because others changed"
                }
                Cause::Statistic(_) => " moved",
                _ => " changed",
            };
            format!("{}{others}", page.code(path))
        }
        None => cause_in_words(impact, cause, page),
    })
}

/// The fact or statistic of the jurisdiction itself that a cause is about.
fn own_path<'a>(
    impact: &'a RulebookImpact,
    one: &JurisdictionImpact,
    cause: &'a Cause,
) -> Option<&'a str> {
    match cause {
        Cause::Statistic(change) => Some(&change.path),
        Cause::Fact(index) => {
            let change = &impact.facts[*index];
            (change.jurisdiction == one.delta.id).then(|| change.schema.path.as_str())
        }
        _ => None,
    }
}

/// The old and new values of its own facts and statistics, each once: `population 900 -> 1100`.
pub(super) fn own_values(impact: &RulebookImpact, one: &JurisdictionImpact) -> Vec<String> {
    let mut found = Vec::new();
    let causes = one.findings.iter().flat_map(|causes| causes.iter());
    for cause in causes.chain(&one.causes) {
        let text = match cause {
            Cause::Statistic(change) => {
                let words = |value: Option<&Value>| {
                    value.map_or_else(|| "unknown".to_owned(), ToString::to_string)
                };
                let (before, after) = (words(change.before.as_ref()), words(change.after.as_ref()));
                format!("{} {before} -> {after}", change.path)
            }
            Cause::Fact(index) if own_path(impact, one, cause).is_some() => {
                let change = &impact.facts[*index];
                let (before, after) = (
                    change.in_words(change.before.as_ref()),
                    change.in_words(change.after.as_ref()),
                );
                format!("{} {before} -> {after}", change.schema.path)
            }
            _ => continue,
        };
        if !found.contains(&text) {
            found.push(text);
        }
    }
    found
}

fn lines(
    one: &JurisdictionImpact,
    page: &Page,
    in_words: &dyn Fn(&Cause) -> String,
) -> Vec<String> {
    let findings = one
        .delta
        .findings
        .iter()
        .zip(&one.findings)
        .map(|(finding, causes)| {
            let (before, after) = (
                status_in_words(finding.before),
                status_in_words(finding.after),
            );
            let because: Vec<_> = causes.iter().map(in_words).collect();
            let because = if because.is_empty() {
                String::new()
            } else {
                format!(", because {}", because.join(" and "))
            };
            format!(
                "{}: {before} -> {after}{because}",
                page.code(finding.condition.as_str())
            )
        });
    findings.chain(one.causes.iter().map(in_words)).collect()
}

/// A cause in words, with the old and the new value.
pub(super) fn cause_in_words(impact: &RulebookImpact, cause: &Cause, page: &Page) -> String {
    match cause {
        Cause::File(path) => format!("{path} changed"),
        Cause::Parameter(name) => {
            let what = format!("parameter {name}");
            match impact.settings.iter().find(|setting| setting.what == what) {
                Some(setting) => format!("{what} {} -> {}", setting.before, setting.after),
                None => format!("{what} changed"),
            }
        }
        Cause::Added => "the condition is new".to_owned(),
        Cause::Removed => "the condition is gone".to_owned(),
        Cause::InForce => "the condition is in force now".to_owned(),
        Cause::NotInForce => "the condition is in force no more".to_owned(),
        Cause::Level => "which conditions are required changed".to_owned(),
        Cause::Schema => "the fact schema changed".to_owned(),
        Cause::Decision => "the decision changed".to_owned(),
        Cause::Waivers => "other findings are waived".to_owned(),
        Cause::Fact(index) => {
            let change = &impact.facts[*index];
            let (before, after) = (
                change.in_words(change.before.as_ref()),
                change.in_words(change.after.as_ref()),
            );
            format!(
                "{} of {} {before} -> {after}",
                page.code(change.schema.path.as_str()),
                change.jurisdiction
            )
        }
        Cause::Statistics => "the statistics are declared otherwise".to_owned(),
        Cause::Statistic(change) => {
            let words = |value: Option<&Value>| {
                value.map_or_else(|| "unknown".to_owned(), ToString::to_string)
            };
            let others = if change.by_others {
                ", only because others changed"
            } else {
                ""
            };
            let (before, after) = (words(change.before.as_ref()), words(change.after.as_ref()));
            format!("{} {before} -> {after}{others}", page.code(&change.path))
        }
    }
}

/// The change of a jurisdiction and its causes, one per line, for a screen; of `condition` only, if
/// one is named.
#[cfg(feature = "app")]
pub(crate) fn why_lines(
    impact: &RulebookImpact,
    one: &JurisdictionImpact,
    condition: Option<&str>,
) -> Vec<String> {
    let page = Page::new(Emphasis::Plain(usize::MAX));
    let lines = details(impact, one, &page);
    let Some(condition) = condition else {
        return [movement(one)].into_iter().chain(lines).collect();
    };
    let findings = one.delta.findings.iter().zip(lines);
    findings
        .filter(|(finding, _)| finding.condition.as_str() == condition)
        .map(|(_, line)| line)
        .collect()
}
