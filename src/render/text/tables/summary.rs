//! Counts of a population for a person: at a terminal, or as Markdown.

use std::cmp::Reverse;

use comfy_table::{Cell, CellAlignment, ContentArrangement, Table, presets};

use crate::analysis::summary::{Amount, Groups, NearMiss, Summary, Threshold};
use crate::assess::result_types::{DeterminationKind, Status};
use crate::model::fact::{Number, Value};
use crate::model::typed_indexes::ConditionIndex;
use crate::render::escape::clean_line;
use crate::render::text::tables::cells::lines_of;
use crate::render::text_or_markdown_page::{Emphasis, Page};

/// The most jurisdictions named in a line.
const MOST_NAMES: usize = 8;
/// The most sets of unmet conditions.
const MOST_SETS: usize = 15;
/// The most groups.
const MOST_GROUPS: usize = 100;

/// The results of all jurisdictions of some rulebooks, in tables and lists.
pub fn summary(summaries: &[Summary<'_>], style: Emphasis) -> String {
    let mut page = Page::new(style);
    for summary in summaries {
        heading(summary, &mut page);
        determinations(summary, &mut page);
        amounts(summary, &mut page);
        conditions(summary, &mut page);
        only(summary, &mut page);
        unmet(summary, &mut page);
        near(summary, &mut page);
        if let Some(groups) = &summary.groups {
            by_group(summary, groups, &mut page);
            conditions_by_group(summary, groups, &mut page);
        }
    }
    page.finish()
}

fn heading(summary: &Summary<'_>, page: &mut Page) {
    let assessed = summary.assessed;
    page.heading(1, &format!("Summary of {}", assessed.rulebook().title));
    let count = jurisdictions(assessed.len());
    page.line(&format!("As of {}, {count}.", assessed.as_of));
    if !assessed.what_if.is_empty() {
        page.line(&format!("What if {}?", assessed.what_if.join(", ")));
    }
}

fn jurisdictions(count: usize) -> String {
    match count {
        1 => "1 jurisdiction".to_owned(),
        count => format!("{count} jurisdictions"),
    }
}

fn determinations(summary: &Summary<'_>, page: &mut Page) {
    page.heading(2, "Determinations");
    let all = DeterminationKind::ALL.iter().zip(&summary.determinations);
    let there = all.filter(|(kind, count)| **kind != DeterminationKind::Fault || **count > 0);
    let rows = there.map(|(kind, count)| {
        let share = share(*count, summary.assessed.len());
        vec![kind.to_string(), count.to_string(), share]
    });
    grid(
        page,
        &["determination", "jurisdictions", "share"],
        rows.collect(),
    );
}

/// A part of all in percent, with a sign where that is rounded.
fn share(count: usize, all: usize) -> String {
    let number = |count: usize| Number::from(i64::try_from(count).unwrap_or(i64::MAX));
    let part = number(count).times(&number(100)).over(&number(all));
    part.map_or_else(String::new, |part| {
        let part = match part.whole() {
            Some(whole) => whole.to_string(),
            None => Value::Number(part).shown(Some(1)),
        };
        format!("{part}%")
    })
}

/// The totals of results.
fn amounts(summary: &Summary<'_>, page: &mut Page) {
    if summary.amounts.is_empty() {
        return;
    }
    page.heading(2, "Results");
    let rows = summary.amounts.iter().flat_map(|amount| {
        let all = DeterminationKind::ALL.iter().zip(&amount.totals);
        let there = all.filter(|(_, total)| total.members + total.unknown > 0);
        there.map(move |(kind, total)| {
            let sum = Value::Number(total.sum.clone()).shown(amount.decimals);
            let sign = if total.rounded { "≈" } else { "" };
            vec![
                named(amount),
                kind.to_string(),
                format!("{sign}{sum}"),
                total.members.to_string(),
                total.unknown.to_string(),
            ]
        })
    });
    let head = ["result", "of", "sum", "known", "unknown"];
    grid_behind(page, &head, 2, rows.collect());
}

fn named(amount: &Amount) -> String {
    match &amount.unit {
        Some(unit) => format!("{} ({unit})", amount.name),
        None => amount.name.clone(),
    }
}

/// The statuses of findings, faults only if there are some.
fn statuses(summary: &Summary<'_>) -> Vec<String> {
    let faults = summary.conditions.iter().any(|one| one.findings[4] > 0);
    let shown = if faults { 5 } else { 4 };
    let shown = Status::ALL[..shown].iter();
    shown.map(ToString::to_string).collect()
}

fn conditions(summary: &Summary<'_>, page: &mut Page) {
    if summary.conditions.is_empty() {
        return;
    }
    page.heading(2, "Conditions");
    let words = statuses(summary);
    let shown = words.len();
    let mut head: Vec<&str> = vec!["condition"];
    head.extend(words.iter().map(String::as_str));
    head.push("fail it alone");
    let used = summary.conditions.iter().zip(&summary.assessed.conditions);
    let rows = used.map(|(count, used)| {
        let id = used.condition.id.to_string();
        let name = if count.counts {
            id
        } else {
            format!("{id} (advisory)")
        };
        let counts = count.findings[..shown].iter().map(ToString::to_string);
        let alone = if count.counts {
            count.only.len().to_string()
        } else {
            String::new()
        };
        std::iter::once(name).chain(counts).chain([alone]).collect()
    });
    grid(page, &head, rows.collect());
}

/// The jurisdictions that fail exactly one condition.
fn only(summary: &Summary<'_>, page: &mut Page) {
    page.heading(2, "Exactly one condition is not met");
    let all: usize = summary.conditions.iter().map(|one| one.only.len()).sum();
    let so_far: usize = summary.conditions.iter().map(|one| one.only_so_far).sum();
    let may = match so_far {
        0 => String::new(),
        count => format!("; of {count} more one is unmet, and another is unknown or at fault"),
    };
    page.line(&format!(
        "{} of {}{may}.",
        all,
        jurisdictions(summary.assessed.len())
    ));
    let mut order: Vec<ConditionIndex> = ConditionIndex::first(summary.conditions.len()).collect();
    order.sort_by_key(|one| Reverse(summary.conditions[*one].only.len()));
    for condition in order {
        let places = &summary.conditions[condition].only;
        if places.is_empty() {
            continue;
        }
        let ids = places
            .iter()
            .take(MOST_NAMES)
            .map(|place| summary.assessed.id(*place));
        let ids = ids.collect::<Vec<_>>().join(", ");
        let more = match places.len().saturating_sub(MOST_NAMES) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let id = page.code(&id(summary, condition));
        page.item(&format!("{id}, {}: {ids}{more}", places.len()));
    }
    page.gap();
}

fn id(summary: &Summary<'_>, condition: ConditionIndex) -> String {
    summary.assessed.conditions[condition]
        .condition
        .id
        .to_string()
}

fn unmet(summary: &Summary<'_>, page: &mut Page) {
    page.heading(2, "Conditions that are unmet together");
    let open = summary.unmet.iter().any(|set| set.open > 0);
    let rows = summary.unmet.iter().take(MOST_SETS).map(|set| {
        let ids: Vec<String> = set.conditions.iter().map(|one| id(summary, *one)).collect();
        let ids = match ids.as_slice() {
            [] => "none".to_owned(),
            ids => ids.join(", "),
        };
        let so_far = open.then(|| set.open.to_string());
        [ids, set.settled.to_string()]
            .into_iter()
            .chain(so_far)
            .collect()
    });
    let head = ["unmet", "jurisdictions", "and so far"];
    grid(page, if open { &head } else { &head[..2] }, rows.collect());
    if open {
        page.gap();
        page.line("So far: something else that counts is unknown or at fault.");
    }
    if let more @ 1.. = summary.unmet.len().saturating_sub(MOST_SETS) {
        page.line(&format!("{more} more sets are in the CSV and in the JSON."));
    }
}

fn near(summary: &Summary<'_>, page: &mut Page) {
    if summary.near.is_empty() {
        return;
    }
    page.heading(2, "Nearest to a threshold");
    for threshold in &summary.near {
        let id = page.code(&id(summary, threshold.condition));
        let measured = page.code(&threshold.measured);
        let count = threshold.count;
        let held = if threshold.holds_statistics {
            ", with the statistics as they are"
        } else {
            ""
        };
        page.item(&format!(
            "{id}, by {measured}: {count} would meet the condition by that alone{held}"
        ));
        for one in &threshold.nearest {
            page.detail(&near_in_words(summary, threshold, one));
        }
    }
    page.gap();
}

fn near_in_words(summary: &Summary<'_>, threshold: &Threshold, one: &NearMiss) -> String {
    let unit = |value: &Value| match (&threshold.unit, value) {
        (Some(unit), Value::Integer(_) | Value::Number(_)) => format!(" {unit}"),
        _ => String::new(),
    };
    let shown = |value: &Value| value.shown(threshold.decimals);
    let distance = match one.distance.whole() {
        Some(whole) => Value::Integer(whole),
        None => Value::Number(one.distance.clone()),
    };
    let end = one.needs.value();
    format!(
        "{}: {}{}, needs {} {}{}, {}{} away",
        summary.assessed.id(one.place),
        shown(&one.found),
        unit(&one.found),
        one.needs.words(),
        shown(end),
        unit(end),
        shown(&distance),
        unit(&distance),
    )
}

fn by_group(summary: &Summary<'_>, groups: &Groups, page: &mut Page) {
    page.heading(2, &format!("By {}", groups.by.join(" and ")));
    let faults = summary.determinations[3] > 0;
    let shown = if faults { 4 } else { 3 };
    let words: Vec<String> = DeterminationKind::ALL[..shown]
        .iter()
        .map(ToString::to_string)
        .collect();
    let mut head: Vec<&str> = groups.by.iter().map(String::as_str).collect();
    head.push("jurisdictions");
    head.extend(words.iter().map(String::as_str));
    let rows = groups.list.iter().take(MOST_GROUPS).map(|group| {
        let counts = group.determinations[..shown]
            .iter()
            .map(ToString::to_string);
        let names = group.named().into_iter().chain([group.len().to_string()]);
        names.chain(counts).collect()
    });
    grid_behind(page, &head, groups.by.len(), rows.collect());
    if let more @ 1.. = groups.list.len().saturating_sub(MOST_GROUPS) {
        page.gap();
        page.line(&format!(
            "{more} more groups are in the CSV and in the JSON."
        ));
    }
}

/// The findings of each condition, group by group.
fn conditions_by_group(summary: &Summary<'_>, groups: &Groups, page: &mut Page) {
    if summary.conditions.is_empty() {
        return;
    }
    page.heading(2, &format!("Conditions by {}", groups.by.join(" and ")));
    let words = statuses(summary);
    let shown = words.len();
    let mut head: Vec<&str> = vec!["condition"];
    head.extend(groups.by.iter().map(String::as_str));
    head.extend(words.iter().map(String::as_str));
    let each = ConditionIndex::first(summary.conditions.len())
        .flat_map(|condition| groups.list.iter().map(move |group| (condition, group)));
    let rows = each.take(MOST_GROUPS).map(|(condition, group)| {
        let counts = group.findings[condition][..shown]
            .iter()
            .map(ToString::to_string);
        let names = std::iter::once(id(summary, condition)).chain(group.named());
        names.chain(counts).collect()
    });
    grid_behind(page, &head, 1 + groups.by.len(), rows.collect());
    let all = summary.conditions.len() * groups.list.len();
    if let more @ 1.. = all.saturating_sub(MOST_GROUPS) {
        page.gap();
        page.line(&format!("{more} more rows are in the CSV and in the JSON."));
    }
}

/// A table whose first column is text and whose others are numbers.
fn grid(page: &mut Page, head: &[&str], rows: Vec<Vec<String>>) {
    grid_behind(page, head, 1, rows);
}

/// A table whose first `texts` columns are text and whose others are numbers.
fn grid_behind(page: &mut Page, head: &[&str], texts: usize, rows: Vec<Vec<String>>) {
    if page.style == Emphasis::Markdown {
        let safe = |cells: Vec<String>| cells.iter().map(|cell| page.safe(cell)).collect();
        let head = safe(head.iter().map(|head| (*head).to_owned()).collect());
        let rows: Vec<Vec<String>> = rows.into_iter().map(safe).collect();
        return page.markdown_table(&head, &rows);
    }
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Disabled)
        .force_no_tty();
    let cell = |(column, text): (usize, &str)| {
        let right = column >= texts;
        Cell::new(clean_line(text)).set_alignment(if right {
            CellAlignment::Right
        } else {
            CellAlignment::Left
        })
    };
    table.set_header(head.iter().copied().enumerate().map(cell));
    for row in &rows {
        table.add_row(row.iter().map(String::as_str).enumerate().map(cell));
    }
    let lines = lines_of(&mut table);
    let indented: Vec<String> = lines.lines().map(|line| format!("    {line}")).collect();
    page.block(&indented.join("\n"));
}
