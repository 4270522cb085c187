//! The statistics of rulebooks in plain sentences: for a terminal or as Markdown.

use std::fmt::Write;

use crate::assess::assessment::{RulebookAssessment, StatisticUsed};
use crate::assess::statistics::GroupFound;
use crate::model::fact::{FactPath, Value};
use crate::render::text_or_markdown_page::{Emphasis, Page};

/// The results of the statistics of these rulebooks, by group.
pub fn statistics(rulebooks: &[RulebookAssessment], style: Emphasis) -> String {
    let mut page = Page::new(style);
    for assessed in rulebooks {
        page.heading(1, &format!("Statistics of {}", assessed.rulebook().title));
        page.line(&format!(
            "As of {}, over {} jurisdictions.",
            assessed.as_of,
            assessed.population()
        ));
        let all = assessed.statistics();
        if all.is_empty() {
            page.line("The rulebook has none.");
        }
        for used in &all {
            statistic(used, &mut page);
        }
    }
    page.finish()
}

fn statistic(used: &StatisticUsed<'_>, page: &mut Page) {
    let by: Vec<&str> = used.statistic.by.iter().map(|input| &*input.path).collect();
    let by = if by.is_empty() {
        String::new()
    } else {
        format!(", by {}", by.join(" and "))
    };
    page.heading(2, &format!("{}: {}{by}", used.name(), used.statistic));
    if let Some(description) = used.description() {
        page.line(description);
    }
    if used.is_broken {
        page.item("it cannot be calculated: what it rests on has an error, shown below");
    } else if used.groups.is_empty() {
        page.item("it has no members");
    }
    for (key, found) in &used.groups {
        page.item(&group(used, key, found));
    }
    if used.ungrouped > 0 {
        page.item(&format!(
            "{} in no group, because what makes it is unknown",
            used.ungrouped
        ));
    }
}

fn group(used: &StatisticUsed<'_>, key: &[(FactPath, Value)], found: &GroupFound) -> String {
    let named: Vec<String> = key.iter().map(|(_, value)| value.to_string()).collect();
    let mut text = if named.is_empty() {
        String::new()
    } else {
        format!("{}: ", named.join(", "))
    };
    if !used.statistic.kind.is_own() {
        let unit = used
            .unit()
            .map(|unit| format!(" {unit}"))
            .unwrap_or_default();
        let value = found.value.as_ref().map_or_else(
            || "unknown".to_owned(),
            |value| format!("{}{unit}", value.shown(used.statistic.decimals)),
        );
        let _ = write!(text, "{value}, ");
    }
    text.push_str(&found.members_in_words(&used.statistic.unknown));
    text
}
