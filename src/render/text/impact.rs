//! An impact in plain sentences: for a terminal, or as Markdown for a pull request.

mod because;

#[cfg(feature = "app")]
pub(crate) use because::why_lines;
pub(super) use because::{details, movement};

use std::collections::BTreeMap;

use crate::analysis::decision_table::verdict_in_words;
use crate::analysis::impact::{
    Cases, Cause, DERIVED_FACT, DifferingCase, Impact, ImpactGroup, JurisdictionImpact,
    RulebookImpact, Setting,
};
use crate::assess::assessment::Movement;
use crate::render::text::amount_changes::amounts;
use crate::render::text::impact::because::{cause_in_words, kinds_of_details, own_values};
use crate::render::text_or_markdown_page::{Emphasis, Page};

/// The most jurisdictions, facts or cases listed under one heading; other formats have them all.
const MOST: usize = 25;

/// The impact as text. `before` and `after` name the two versions.
pub fn impact(impact: &Impact, before: &str, after: &str, style: Emphasis) -> String {
    let mut page = Page::new(style);
    page.heading(1, &format!("From {before} to {after}"));
    if impact.rulebooks.len() > 1 {
        for rulebook in &impact.rulebooks {
            page.item(&format!("{}: {}", rulebook.title, summary(rulebook)));
        }
    }
    for rulebook in &impact.rulebooks {
        page.gap();
        page.line(&format!("{}: {}.", rulebook.title, summary(rulebook)));
        write(rulebook, &mut page);
    }
    page.finish()
}

/// The changes in one line.
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

/// Whether a jurisdiction belongs to a group.
type Belongs = fn(&JurisdictionImpact) -> bool;

fn write(impact: &RulebookImpact, page: &mut Page) {
    if impact.is_empty() {
        return;
    }
    groups(impact, page);
    people(impact, page);
    amounts(&impact.amounts, page);
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

/// The movements by group, the groups with most changes first.
fn groups(impact: &RulebookImpact, page: &mut Page) {
    let Some(groups) = &impact.groups else {
        return;
    };
    page.heading(2, &format!("By {}", groups.by.join(" and ")));
    let moved = |group: &ImpactGroup| group.moved.values().sum::<usize>();
    let mut list: Vec<&ImpactGroup> = groups.list.iter().filter(|one| moved(one) > 0).collect();
    list.sort_by_key(|group| std::cmp::Reverse(moved(group)));
    for group in list.iter().take(MOST) {
        let counts = group.moved.iter().map(|(there, count)| {
            let word = match there {
                Movement::Gained => "gained",
                Movement::Lost => "lost",
                Movement::BecameUnknown => "became undetermined",
                Movement::Failed => "failed",
                Movement::Flipped => "with another finding alone",
                Movement::Appeared => "new",
                Movement::Vanished => "gone",
            };
            format!("{count} {word}")
        });
        let counts: Vec<String> = counts.collect();
        let (name, all) = (group.named().join(", "), group.all);
        page.item(&format!("{name}: {} of {all}", counts.join(", ")));
    }
    more(list.len(), page);
    match (list.len(), groups.list.len() - list.len()) {
        (_, 0) => {}
        (0, all) => page.item(&format!("nothing changed in any of {all} groups")),
        (_, still) => page.item(&format!("nothing changed in {still} other groups")),
    }
}

/// The jurisdictions that gained, lost, or changed otherwise.
fn people(impact: &RulebookImpact, page: &mut Page) {
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
                .for_each(|(text, list)| jurisdictions(impact, text, list, page));
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

/// Changes with their details and jurisdictions: equal ones together, in order of the first.
type Alike<'a> = Vec<((String, Vec<String>), Vec<&'a JurisdictionImpact>)>;

fn alike<'a>(impact: &'a RulebookImpact, belongs: Belongs, page: &Page) -> Alike<'a> {
    let mut places: BTreeMap<(String, Vec<String>), usize> = BTreeMap::new();
    let mut found: Alike<'a> = Vec::new();
    for one in impact.jurisdictions.iter().filter(|one| belongs(one)) {
        let text = (movement(one), kinds_of_details(impact, one, page));
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
    // Each cause once, with the conditions that it concerns.
    let mut causes: Vec<(String, Vec<String>)> = Vec::new();
    let mut put = |cause: String, condition: Option<String>| {
        let place = causes.iter().position(|(known, _)| *known == cause);
        let place = place.unwrap_or_else(|| {
            causes.push((cause, Vec::new()));
            causes.len() - 1
        });
        causes[place].1.extend(condition);
    };
    for setting in impact.settings.iter().filter(|one| !is_a_file(one, impact)) {
        let (what, before, after) = (&setting.what, &setting.before, &setting.after);
        put(format!("{what}: {before} -> {after}"), None);
    }
    for condition in &impact.conditions {
        let id = page.code(condition.id.as_str());
        if condition.causes.is_empty() {
            put("it differs".to_owned(), Some(id.clone()));
        }
        for cause in &*condition.causes {
            let cause = match cause {
                Cause::Parameter(name) => {
                    let what = format!("parameter {name}");
                    let setting = impact.settings.iter().find(|setting| setting.what == what);
                    setting.map(|one| format!("{what}: {} -> {}", one.before, one.after))
                }
                _ => None,
            }
            .unwrap_or_else(|| cause_in_words(impact, cause, page));
            put(cause, Some(id.clone()));
        }
    }
    for (cause, conditions) in causes {
        page.item(&match conditions.as_slice() {
            [] => cause,
            [one] => format!("{cause} (condition {one})"),
            many => format!("{cause} (conditions {})", many.join(", ")),
        });
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

/// Whether a setting is the script of a derived fact, which is among the causes as a file.
fn is_a_file(setting: &Setting, impact: &RulebookImpact) -> bool {
    let Some(path) = setting.what.strip_prefix(DERIVED_FACT) else {
        return false;
    };
    let script = format!("/derive/{path}.rhai");
    let mut causes = impact.conditions.iter().flat_map(|one| &*one.causes);
    causes.any(|cause| matches!(cause, Cause::File(file) if file.ends_with(&script)))
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
        page.item("the outcome is the same everywhere");
    }
    if !cases.otherwise.is_empty() {
        let facts = cases.otherwise.iter().map(|fact| page.code(fact));
        page.item(&otherwise(&facts.collect::<Vec<_>>(), "`--expand`"));
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
            None => page.detail(NOT_SHOWN),
        }
    }
    more(cases.list.len(), page);
    if cases.cut_short && cases.list.is_empty() {
        page.item("none was found, and there may be some: the search was ended");
    } else if cases.cut_short {
        page.item("there may be more: the search was ended");
    }
}

/// That a condition differs by derived facts alone, and what shows the rest.
fn otherwise(facts: &[String], expand: &str) -> String {
    let (is, these) = match facts {
        [_] => ("is", "it"),
        _ => ("are", "them"),
    };
    let facts = facts.join(", ");
    format!("{facts} {is} calculated otherwise; {expand} shows the cases behind {these}")
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

fn jurisdictions(
    impact: &RulebookImpact,
    (kind, details): &(String, Vec<String>),
    list: &[&JurisdictionImpact],
    page: &mut Page,
) {
    const MOST_NAMES: usize = 20;
    /// For at most this many, their own facts before and after are shown.
    const MOST_VALUES: usize = 5;
    match list {
        [one] => {
            page.item(&format!("{} ({}): {kind}", one.name, one.delta.id));
            for detail in self::details(impact, one, page) {
                page.detail(&detail);
            }
            return;
        }
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
    let values = list.iter().map(|one| (one, own_values(impact, one)));
    let values: Vec<_> = values.filter(|(_, values)| !values.is_empty()).collect();
    for (one, values) in values.iter().take(MOST_VALUES) {
        page.detail(&format!("{}: {}", one.delta.id, values.join(", ")));
    }
    if let left @ 1.. = values.len().saturating_sub(MOST_VALUES) {
        page.detail(&format!("and {left} more, each by its own"));
    }
}

/// Said of a case for which no record was found.
const NOT_SHOWN: &str = "whether there can be such a record was not shown";

/// The changed cases of a condition, a line each: for a screen. `expand`: what goes down to the
/// facts behind derived facts.
#[cfg(feature = "app")]
pub(crate) fn case_lines(cases: &Cases, expand: &str) -> Vec<String> {
    let page = Page::new(Emphasis::Plain(usize::MAX));
    let line = |case: &DifferingCase| {
        let words = case_in_words(case, false, &page);
        match &case.example {
            Some(_) => words,
            None => format!("{words} ({NOT_SHOWN})"),
        }
    };
    let mut lines: Vec<_> = cases.list.iter().map(line).collect();
    lines.extend((!cases.otherwise.is_empty()).then(|| otherwise(&cases.otherwise, expand)));
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
