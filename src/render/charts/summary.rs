//! A summary as a chart: bars by determination and condition, the sets of unmet conditions, and the
//! distributions of the values that conditions test.

use crate::analysis::summary::{Summary, distributions};
use crate::assess::result_types::{DeterminationKind, Status};
use crate::model::typed_indexes::ConditionIndex;
use crate::render::charts::axis::{counted, size};
use crate::render::charts::bars::{BARS, NAMES, class, legend_of_kinds, part, stacked};
use crate::render::charts::distribution::distribution;
use crate::render::charts::page;
use crate::render::charts::svg::{Anchor, Svg, WIDTH, cut};
use crate::render::text;
use crate::render::text_or_markdown_page::Emphasis;

/// The most sets of unmet conditions, and conditions in them.
const MOST_SETS: usize = 20;
const MOST_ROWS: usize = 20;
/// The most conditions, and groups, with a bar.
const MOST_BARS: usize = 60;

/// The results of all jurisdictions of some rulebooks, as one picture.
pub fn summary_svg(summaries: &[Summary<'_>]) -> String {
    let mut svg = Svg::new();
    for summary in summaries {
        one(summary, &mut svg);
    }
    let title = title(summaries);
    let words = summaries.iter().map(in_words).collect::<Vec<_>>().join(" ");
    svg.finish(&title, &words)
}

/// The picture on a page, with a description in words below.
pub fn summary_html(summaries: &[Summary<'_>]) -> String {
    let words = text::tables::summary(summaries, Emphasis::Plain(100));
    page(&title(summaries), &summary_svg(summaries), &words)
}

fn title(summaries: &[Summary<'_>]) -> String {
    let titles = summaries.iter();
    let titles: Vec<&str> = titles
        .map(|summary| summary.assessed.rulebook().title.as_str())
        .collect();
    format!("Summary of {}", titles.join(", "))
}

/// For those who do not see the picture.
fn in_words(summary: &Summary<'_>) -> String {
    let all = DeterminationKind::ALL.iter().zip(&summary.determinations);
    let there = all.filter(|(_, count)| **count > 0);
    let counts: Vec<String> = there
        .map(|(kind, count)| format!("{count} {kind}"))
        .collect();
    let title = &summary.assessed.rulebook().title;
    format!("{title}: {}.", counts.join(", "))
}

fn one(summary: &Summary<'_>, svg: &mut Svg) {
    let assessed = summary.assessed;
    svg.heading(&assessed.rulebook().title, "title");
    let count = counted(assessed.len());
    svg.note(&format!("As of {}, {count} jurisdictions", assessed.as_of));
    determinations(summary, svg);
    conditions(summary, svg);
    sets(summary, svg);
    by_group(summary, svg);
    let (drawn, more) = distributions(assessed);
    for one in &drawn {
        distribution(summary, one, svg);
    }
    if more > 0 {
        svg.note(&format!(
            "{more} more facts that conditions compare are not drawn"
        ));
    }
    svg.y += 12.0;
}

fn class_of(status: Status) -> &'static str {
    match status {
        Status::Met => "met",
        Status::NotMet => "not-met",
        Status::Unknown => "unknown",
        Status::NotApplicable => "none",
        Status::Fault => "fault",
    }
}

/// A part of all in percent.
fn percent(count: usize, all: usize) -> String {
    let share = part(count, all, 100.0);
    if count > 0 && share < 0.1 {
        "<0.1%".to_owned()
    } else {
        format!("{share:.1}%")
    }
}

fn determinations(summary: &Summary<'_>, svg: &mut Svg) {
    let all = summary.assessed.len();
    svg.heading("Determinations", "head");
    for (kind, count) in DeterminationKind::ALL.iter().zip(summary.determinations) {
        if *kind == DeterminationKind::Fault && count == 0 {
            continue;
        }
        let name = kind.to_string();
        svg.text((NAMES - 8.0, svg.y + 4.0), &name, "", Anchor::End);
        let width = part(count, all, BARS - NAMES);
        svg.bar((NAMES, svg.y - 8.0), (BARS - NAMES, 16.0), "empty", &name);
        let hint = format!("{name}: {count}");
        svg.bar((NAMES, svg.y - 8.0), (width, 16.0), class(*kind), &hint);
        let text = format!("{} ({})", counted(count), percent(count, all));
        svg.text((BARS + 8.0, svg.y + 4.0), &text, "", Anchor::Start);
        svg.y += 22.0;
    }
}

/// The order of statuses along a bar.
const ORDER: [Status; 5] = [
    Status::Met,
    Status::NotApplicable,
    Status::Unknown,
    Status::NotMet,
    Status::Fault,
];

fn conditions(summary: &Summary<'_>, svg: &mut Svg) {
    if summary.conditions.is_empty() {
        return;
    }
    let all = summary.assessed.len();
    svg.heading("Conditions", "head");
    let count_of = |condition: ConditionIndex, status: Status| {
        let at = Status::ALL.iter().position(|one| *one == status);
        at.map_or(0, |at| summary.conditions[condition].findings[at])
    };
    let conditions = ConditionIndex::first(summary.conditions.len());
    let there = |status: &Status| conditions.clone().any(|one| count_of(one, *status) > 0);
    let words: Vec<(Status, String)> = ORDER
        .into_iter()
        .filter(there)
        .map(|status| (status, status.to_string()))
        .collect();
    let legend: Vec<(&str, &str)> = words
        .iter()
        .map(|(status, word)| (class_of(*status), word.as_str()))
        .collect();
    svg.legend(&legend);
    for condition in conditions.clone().take(MOST_BARS) {
        let id = summary.assessed.conditions[condition].condition.id.as_str();
        let id = if summary.conditions[condition].counts {
            id.to_owned()
        } else {
            format!("{id} (advisory)")
        };
        let parts = words.iter().map(|(status, word)| {
            let count = count_of(condition, *status);
            (class_of(*status), word.as_str(), count)
        });
        let text = format!("{} not met", counted(count_of(condition, Status::NotMet)));
        stacked(&id, parts, all, &text, svg);
    }
    if let more @ 1.. = summary.conditions.len().saturating_sub(MOST_BARS) {
        svg.note(&format!("and {more} more conditions"));
    }
}

/// The results of each group, as parts of a bar.
fn by_group(summary: &Summary<'_>, svg: &mut Svg) {
    let Some(groups) = &summary.groups else {
        return;
    };
    svg.heading(&format!("By {}", groups.by.join(" and ")), "head");
    let words = legend_of_kinds(|kind| summary.determinations[kind] > 0, svg);
    for group in groups.list.iter().take(MOST_BARS) {
        let parts = words
            .iter()
            .map(|(at, class, word)| (*class, word.as_str(), group.determinations[*at]));
        let (eligible, all) = (counted(group.determinations[0]), counted(group.len()));
        let text = format!("{eligible} of {all}");
        stacked(&group.named().join(", "), parts, group.len(), &text, svg);
    }
    if let more @ 1.. = groups.list.len().saturating_sub(MOST_BARS) {
        svg.note(&format!("and {more} more groups"));
    }
}

/// The sets of conditions that are unmet together, as an `UpSet` plot: a column for each set, its
/// size above, and below a dot for each condition in it.
fn sets(summary: &Summary<'_>, svg: &mut Svg) {
    const HEIGHT: f64 = 120.0;
    let some = summary
        .unmet
        .iter()
        .filter(|set| !set.conditions.is_empty());
    let shown: Vec<_> = some.clone().take(MOST_SETS).collect();
    if shown.is_empty() {
        return;
    }
    let mut rows: Vec<ConditionIndex> = shown
        .iter()
        .flat_map(|set| set.conditions.clone())
        .collect();
    rows.sort_unstable();
    rows.dedup();
    let left_out = rows.len().saturating_sub(MOST_ROWS);
    rows.truncate(MOST_ROWS);
    svg.heading("Conditions that are unmet together", "head");
    svg.legend(&[
        ("plain", "jurisdictions with just these unmet"),
        ("open", "so far: something else is unknown or at fault"),
    ]);
    let most = shown.iter().map(|set| set.settled + set.open).max();
    let most = most.unwrap_or(1).max(1);
    let step = ((WIDTH - NAMES - 30.0) / size(shown.len())).min(44.0);
    let (base, first) = (svg.y + 16.0 + HEIGHT, NAMES + step / 2.0);
    let row_at = |row: usize| base + 18.0 + size(row) * 20.0;
    for (row, condition) in rows.iter().enumerate() {
        let y = row_at(row);
        let id = summary.assessed.conditions[*condition]
            .condition
            .id
            .as_str();
        let name = cut(id, NAMES - 28.0);
        svg.text((NAMES - 8.0, y + 4.0), &name, "", Anchor::End);
        svg.line((NAMES, y), (NAMES + step * size(shown.len()), y), "grid");
    }
    for (column, set) in shown.iter().enumerate() {
        let x = first + size(column) * step;
        let settled = part(set.settled, most, HEIGHT);
        let open = part(set.open, most, HEIGHT);
        let width = (step * 0.62).max(2.0);
        let at = (x - width / 2.0, base - settled);
        let hint = format!("{}", set.settled);
        svg.bar(at, (width, settled), "plain", &hint);
        let at = (x - width / 2.0, base - settled - open);
        svg.bar(at, (width, open), "open", &format!("so far {}", set.open));
        let count = counted(set.settled + set.open);
        let top = (x, base - settled - open - 4.0);
        svg.text(top, &count, "small", Anchor::Middle);
        let dots = rows.iter().enumerate();
        let dots = dots.map(|(row, condition)| (row, set.conditions.contains(condition)));
        let inside: Vec<usize> = dots
            .clone()
            .filter(|(_, is)| *is)
            .map(|(row, _)| row)
            .collect();
        if let (Some(first), Some(last)) = (inside.first(), inside.last()) {
            svg.line((x, row_at(*first)), (x, row_at(*last)), "rule");
        }
        for (row, is) in dots {
            svg.dot((x, row_at(row)), if is { "plain" } else { "empty" });
        }
    }
    svg.line(
        (NAMES, base),
        (NAMES + step * size(shown.len()), base),
        "rule",
    );
    svg.y = row_at(rows.len()) + 4.0;
    let more = some.count() - shown.len();
    let mut left = Vec::new();
    if more > 0 {
        left.push(format!("{more} rarer sets"));
    }
    if left_out > 0 {
        left.push(format!("{left_out} conditions"));
    }
    if !left.is_empty() {
        svg.note(&format!("Not shown: {}.", left.join(" and ")));
    }
}
