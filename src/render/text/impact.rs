//! An impact in plain sentences: for a terminal, or as Markdown for a pull request.

use std::collections::BTreeMap;

use crate::analysis::decision_table::verdict_in_words;
use crate::analysis::impact::{
    Cases, Cause, ConditionImpact, DifferingCase, Impact, JurisdictionImpact, RulebookImpact,
    status_in_words,
};
use crate::assess::assessment::Movement;
use crate::model::fact::Value;
use crate::render::document::{Page, Style};
use crate::render::text::amounts::amounts;

/// The most jurisdictions, facts or cases listed under one heading; other formats have them all.
const MOST: usize = 25;

/// The impact as text. `before` and `after` name the two versions.
pub fn impact(impact: &Impact, before: &str, after: &str, style: Style) -> String {
    let mut page = Page::new(style);
    page.heading(1, &format!("From {before} to {after}"));
    for rulebook in &impact.rulebooks {
        page.gap();
        page.line(&format!("{}: {}.", rulebook.title, summary(rulebook)));
        write(rulebook, &mut page);
    }
    page.finish()
}

/// What changed in one line.
pub fn summary(impact: &RulebookImpact) -> String {
    let count = |wanted: &dyn Fn(&JurisdictionImpact) -> bool| {
        impact
            .jurisdictions
            .iter()
            .filter(|one| wanted(one))
            .count()
    };
    let moved = |movement: Movement| count(&|one| one.delta.movement() == movement);
    let parts = [
        (count(&JurisdictionImpact::gained), "gained"),
        (count(&JurisdictionImpact::lost), "lost"),
        (moved(Movement::BecameUnknown), "became undetermined"),
        (moved(Movement::Failed), "failed"),
        (moved(Movement::Appeared), "new"),
        (moved(Movement::Vanished), "gone"),
        (
            moved(Movement::Flipped),
            "with another finding and the same determination",
        ),
    ];
    let parts: Vec<_> = parts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    let (before, after) = impact.assessed;
    let of = if before == after {
        format!("of {after}")
    } else {
        format!("of {before} before and {after} now")
    };
    let settled = match count(&JurisdictionImpact::settled) {
        0 => String::new(),
        count => format!("; {count} undetermined before and settled now"),
    };
    if parts.is_empty() {
        format!("the results of all {after} jurisdictions are as they were")
    } else {
        format!("{of} jurisdictions: {}{settled}", parts.join(", "))
    }
}

/// Whether a jurisdiction stands in a group.
type Belongs = fn(&JurisdictionImpact) -> bool;

fn write(impact: &RulebookImpact, page: &mut Page) {
    if impact.is_empty() {
        return;
    }
    people(impact, page);
    changes(impact, page);
    for condition in &impact.conditions {
        if let Some(cases) = &condition.cases {
            let (id, title) = (page.code(condition.id.as_str()), &condition.title);
            let heading = if cases.reasons_only {
                format!("{id} words its reasons otherwise ({title})")
            } else {
                format!("Cases in which {id} differs ({title})")
            };
            page.heading(2, &heading);
            self::cases(cases, false, page);
        }
    }
    if let Some(cases) = &impact.decision {
        page.heading(2, "Cases in which the decision differs");
        self::cases(cases, true, page);
    }
}

/// Who gained, who lost, and what else became of whom.
fn people(impact: &RulebookImpact, page: &mut Page) {
    amounts(&impact.amounts, page);
    let groups: [(&str, Belongs); 7] = [
        ("Gained", |one| {
            one.gained() && one.delta.movement() != Movement::Appeared
        }),
        ("Lost", |one| {
            one.lost() && one.delta.before.is_some() && one.delta.after.is_some()
        }),
        ("Became undetermined", |one| {
            one.delta.movement() == Movement::BecameUnknown && !one.lost()
        }),
        ("Failed", |one| {
            one.delta.movement() == Movement::Failed && !one.lost()
        }),
        ("New", |one| one.delta.movement() == Movement::Appeared),
        ("Gone", |one| one.delta.movement() == Movement::Vanished),
        ("The same determination, another finding", |one| {
            one.delta.movement() == Movement::Flipped
        }),
    ];
    for (title, belongs) in groups {
        let alike = alike(impact, belongs, page);
        if !alike.is_empty() {
            page.heading(2, title);
            alike
                .iter()
                .take(MOST)
                .for_each(|(text, list)| jurisdictions(text, list, page));
            if alike.len() > MOST {
                let left = alike[MOST..]
                    .iter()
                    .map(|(_, list)| list.len())
                    .sum::<usize>();
                page.item(&format!("and {left} more"));
            }
        }
    }
}

/// What happened, its details, and to whom: those alike together, in order of the first of them.
type Alike<'a> = Vec<((String, Vec<String>), Vec<&'a JurisdictionImpact>)>;

fn alike<'a>(impact: &'a RulebookImpact, belongs: Belongs, page: &Page) -> Alike<'a> {
    let mut places: BTreeMap<(String, Vec<String>), usize> = BTreeMap::new();
    let mut found: Alike<'a> = Vec::new();
    for one in impact.jurisdictions.iter().filter(|one| belongs(one)) {
        let text = (movement(one), details(impact, one, page));
        let next = found.len();
        let place = *places.entry(text.clone()).or_insert(next);
        if place == next {
            found.push((text, Vec::new()));
        }
        found[place].1.push(one);
    }
    found
}

fn more(all: usize, page: &mut Page) {
    if all > MOST {
        page.item(&format!("and {} more", all - MOST));
    }
}

fn changes(impact: &RulebookImpact, page: &mut Page) {
    page.heading(2, "What changed");
    for setting in &impact.settings {
        page.item(&format!(
            "{}: {} -> {}",
            setting.what, setting.before, setting.after
        ));
    }
    for condition in &impact.conditions {
        page.item(&format!(
            "condition {}: {}",
            page.code(condition.id.as_str()),
            why(impact, condition, page)
        ));
    }
    for change in impact.facts.iter().take(MOST) {
        let (before, after) = (
            change.in_words(change.before.as_ref()),
            change.in_words(change.after.as_ref()),
        );
        let fact = page.code(change.schema.path.as_str());
        page.item(&format!(
            "fact {fact} of {}: {before} -> {after}",
            change.jurisdiction
        ));
    }
    if impact.facts.len() > MOST {
        page.item(&format!("and {} more facts", impact.facts.len() - MOST));
    }
    for (ids, word) in [(&impact.records.0, "new"), (&impact.records.1, "gone")] {
        for id in ids.iter().take(MOST) {
            page.item(&format!("record {id}: {word}"));
        }
        more(ids.len(), page);
    }
}

fn why(impact: &RulebookImpact, condition: &ConditionImpact, page: &Page) -> String {
    let causes: Vec<_> = condition
        .causes
        .iter()
        .map(|cause| cause_in_words(impact, cause, page))
        .collect();
    if causes.is_empty() {
        "it differs".to_owned()
    } else {
        causes.join(", ")
    }
}

fn cause_in_words(impact: &RulebookImpact, cause: &Cause, page: &Page) -> String {
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

fn cases(cases: &Cases, of_decision: bool, page: &mut Page) {
    if let Some(why) = &cases.not_compared {
        let place = why
            .place
            .as_ref()
            .map(|span| format!(" [{}:{}]", span.source().name(), span.position().line));
        let why = format!(
            "not compared case by case: {}{}",
            why.why,
            place.unwrap_or_default()
        );
        page.item(&format!(
            "{why}; the jurisdictions below are compared all the same"
        ));
    }
    if cases.reasons_only {
        page.item("it comes to the same everywhere");
    }
    for case in cases.list.iter().take(MOST) {
        page.item(&case_in_words(case, of_decision, page));
        match &case.example {
            Some(values) if case.case.contains('(') => {
                let values: Vec<_> = values
                    .iter()
                    .map(|(fact, value)| format!("{fact} = {value}"))
                    .collect();
                page.detail(&format!("for example {}", values.join(", ")));
            }
            Some(_) => {}
            None => page.detail("whether there can be such a record was not shown"),
        }
    }
    more(cases.list.len(), page);
    if cases.cut_short && cases.list.is_empty() {
        page.item("none was found, and there may be some: the search was ended");
    } else if cases.cut_short {
        page.item("there may be more: the search was ended");
    }
}

fn case_in_words(case: &DifferingCase, of_decision: bool, page: &Page) -> String {
    let words = |verdict| verdict_in_words(verdict, of_decision);
    format!(
        "{}: {} -> {}",
        page.code(&case.case),
        words(case.before),
        words(case.after)
    )
}

pub(super) fn movement(one: &JurisdictionImpact) -> String {
    match (one.delta.before, one.delta.after) {
        (Some(before), Some(after)) if before == after => format!("still {after}"),
        (Some(before), Some(after)) => format!("{before} -> {after}"),
        (None, Some(after)) => format!("new, {after}"),
        (Some(before), None) => format!("gone, was {before}"),
        (None, None) => String::new(),
    }
}

/// The findings that changed and why, a line each.
pub(super) fn details(
    impact: &RulebookImpact,
    one: &JurisdictionImpact,
    page: &Page,
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
            let because: Vec<_> = causes
                .iter()
                .map(|cause| cause_in_words(impact, cause, page))
                .collect();
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
    findings
        .chain(
            one.causes
                .iter()
                .map(|cause| cause_in_words(impact, cause, page)),
        )
        .collect()
}

fn jurisdictions(
    (kind, details): &(String, Vec<String>),
    list: &[&JurisdictionImpact],
    page: &mut Page,
) {
    const MOST_NAMES: usize = 20;
    match list {
        [one] => page.item(&format!("{} ({}): {kind}", one.name, one.delta.id)),
        many => {
            let mut ids: Vec<_> = many
                .iter()
                .take(MOST_NAMES)
                .map(|one| one.delta.id.to_string())
                .collect();
            if many.len() > MOST_NAMES {
                ids.push(format!("and {} more", many.len() - MOST_NAMES));
            }
            page.item(&format!(
                "{} jurisdictions ({}): {kind}",
                many.len(),
                ids.join(", ")
            ));
        }
    }
    for detail in details {
        page.detail(detail);
    }
}

/// What happened to a jurisdiction and why, a line each: for a screen. Of a condition, where one is
/// named, that one's finding alone.
#[cfg(feature = "app")]
pub(crate) fn why_lines(
    impact: &RulebookImpact,
    one: &JurisdictionImpact,
    condition: Option<&str>,
) -> Vec<String> {
    let page = Page::new(Style::Plain(usize::MAX));
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

/// The changed cases of a condition, a line each: for a screen.
#[cfg(feature = "app")]
pub(crate) fn case_lines(cases: &Cases) -> Vec<String> {
    let page = Page::new(Style::Plain(usize::MAX));
    let mut lines: Vec<_> = cases
        .list
        .iter()
        .map(|case| case_in_words(case, false, &page))
        .collect();
    lines.extend(
        cases
            .not_compared
            .as_ref()
            .map(|why| format!("not compared case by case: {}", why.why)),
    );
    lines.extend(
        cases
            .reasons_only
            .then(|| "the same everywhere, in other words".to_owned()),
    );
    lines.extend(cases.cut_short.then(|| "there may be more".to_owned()));
    lines
}
