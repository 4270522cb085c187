//! A summary as a picture: bars by determination and condition, the sets of unmet conditions, and how
//! what conditions measure is distributed.

use crate::analysis::summary::{Distribution, Summary, distributions};
use crate::assess::verdict::{DeterminationKind, Status};
use crate::model::index::ConditionIndex;
use crate::render::document::Emphasis;
use crate::render::picture::axis::{Axis, counted, size};
use crate::render::picture::page;
use crate::render::picture::svg::{Anchor, Svg, WIDTH, cut};
use crate::render::text;

/// Where names end and bars begin.
const NAMES: f64 = 220.0;
/// Where bars end and counts begin.
const BARS: f64 = 640.0;
/// The most sets of unmet conditions, and conditions in them.
const MOST_SETS: usize = 20;
const MOST_ROWS: usize = 20;
/// The most conditions with a bar.
const MOST_BARS: usize = 60;

/// What came of all jurisdictions of some rulebooks, as one picture.
pub fn summary_svg(summaries: &[Summary<'_>]) -> String {
    let mut svg = Svg::new();
    for summary in summaries {
        one(summary, &mut svg);
    }
    let title = title(summaries);
    let words = summaries.iter().map(in_words).collect::<Vec<_>>().join(" ");
    svg.finish(&title, &words)
}

/// That picture on a page, with all of it in words below.
pub fn summary_html(summaries: &[Summary<'_>]) -> String {
    let words = text::table::summary(summaries, Emphasis::Plain(100));
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
    for distribution in &distributions(assessed) {
        self::distribution(summary, distribution, svg);
    }
    svg.y += 12.0;
}

fn class(kind: DeterminationKind) -> &'static str {
    match kind {
        DeterminationKind::Eligible => "met",
        DeterminationKind::Ineligible => "not-met",
        DeterminationKind::Undetermined => "unknown",
        DeterminationKind::Fault => "fault",
    }
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

/// A part of all as a length.
fn part(count: usize, all: usize, length: f64) -> f64 {
    size(count) / size(all.max(1)) * length
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

/// What conditions came to, in this order along a bar.
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
        let name = cut(&id, NAMES - 28.0);
        svg.text((NAMES - 8.0, svg.y + 4.0), &name, "", Anchor::End);
        let mut x = NAMES;
        for (status, word) in &words {
            let count = count_of(condition, *status);
            let width = part(count, all, BARS - NAMES);
            let hint = format!("{id}, {word}: {count}");
            svg.bar((x, svg.y - 8.0), (width, 16.0), class_of(*status), &hint);
            x += width;
        }
        let text = format!("{} not met", counted(count_of(condition, Status::NotMet)));
        svg.text((BARS + 8.0, svg.y + 4.0), &text, "", Anchor::Start);
        svg.y += 22.0;
    }
    if let more @ 1.. = summary.conditions.len().saturating_sub(MOST_BARS) {
        svg.note(&format!("and {more} more conditions"));
    }
}

/// The sets of conditions that are unmet together, as an `UpSet` plot: a column for each set, its size
/// above, and below a dot for each condition in it.
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

/// How the values of a fact are distributed, with its thresholds.
fn distribution(summary: &Summary<'_>, distribution: &Distribution, svg: &mut Svg) {
    const HEIGHT: f64 = 130.0;
    const LEFT: f64 = 70.0;
    const RIGHT: f64 = WIDTH - 30.0;
    let unit = distribution.unit.as_ref();
    let unit = unit.map_or_else(String::new, |unit| format!(" ({unit})"));
    svg.heading(&format!("{}{unit}", distribution.fact), "head");
    let kinds: Vec<usize> = (0..DeterminationKind::ALL.len())
        .filter(|kind| distribution.stretches.iter().any(|one| one[*kind] > 0))
        .collect();
    let words = DeterminationKind::ALL.map(|kind| kind.to_string());
    let legend: Vec<(&str, &str)> = kinds
        .iter()
        .map(|kind| (class(DeterminationKind::ALL[*kind]), words[*kind].as_str()))
        .collect();
    svg.legend(&legend);
    let axis = Axis {
        from: distribution.from.clone(),
        to: distribution.to(),
        start: LEFT,
        end: RIGHT,
        days: distribution.days,
    };
    let ends: Vec<_> = distribution
        .ends
        .iter()
        .filter(|(end, _)| axis.has(end))
        .collect();
    // Labels of thresholds have a line each, so that none lies over another.
    let labels = ends.len().min(6);
    let top = svg.y + size(labels) * 14.0;
    let base = top + HEIGHT;
    let counts = distribution.stretches.iter();
    let most = counts.map(|one| one.iter().sum::<usize>()).max();
    let most = most.unwrap_or(1).max(1);
    svg.text(
        (LEFT - 8.0, top + 4.0),
        &counted(most),
        "small",
        Anchor::End,
    );
    svg.text((LEFT - 8.0, base + 4.0), "0", "small", Anchor::End);
    svg.line((LEFT, top), (RIGHT, top), "grid");
    let mut from = distribution.from.clone();
    for stretch in &distribution.stretches {
        let to = from.plus(&distribution.width);
        let (x, end) = (axis.at(&from), axis.at(&to));
        let mut y = base;
        for kind in &kinds {
            let height = part(stretch[*kind], most, HEIGHT);
            y -= height;
            let (low, high) = (axis.label(&from), axis.label(&to));
            let hint = format!(
                "from {low}, below {high}: {} {}",
                stretch[*kind], words[*kind]
            );
            let width = (end - x - 1.0).max(0.5);
            svg.bar(
                (x, y),
                (width, height),
                class(DeterminationKind::ALL[*kind]),
                &hint,
            );
        }
        from = to;
    }
    svg.line((LEFT, base), (RIGHT, base), "rule");
    for tick in axis.ticks() {
        let x = axis.at(&tick);
        svg.line((x, base), (x, base + 4.0), "rule");
        svg.text(
            (x, base + 17.0),
            &axis.label(&tick),
            "small",
            Anchor::Middle,
        );
    }
    for (index, (end, conditions)) in ends.iter().enumerate() {
        let x = axis.at(end);
        let row = svg.y + size(index.min(labels - 1)) * 14.0;
        svg.line((x, row + 3.0), (x, base), "mark");
        if index >= labels {
            continue;
        }
        let ids = conditions
            .iter()
            .map(|one| summary.assessed.conditions[*one].condition.id.as_str());
        let ids = ids.collect::<Vec<_>>().join(", ");
        let label = format!("{} {}", axis.label(end), cut(&ids, 260.0));
        // To the side on which there is room.
        let (at, anchor) = if x > WIDTH / 2.0 {
            (x + 4.0, Anchor::End)
        } else {
            (x - 4.0, Anchor::Start)
        };
        svg.text((at, row), &label, "small marked", anchor);
    }
    svg.y = base + 34.0;
    svg.note(&left_out(distribution, &axis));
}

/// What lies outside the picture, and what is not known.
fn left_out(distribution: &Distribution, axis: &Axis) -> String {
    let mut parts = vec![format!(
        "Each bar is {} wide",
        crate::render::picture::axis::written(&distribution.width)
    )];
    let (below, above) = distribution.outside;
    if below > 0 {
        parts.push(format!(
            "{} lie below {}",
            counted(below),
            axis.label(&axis.from)
        ));
    }
    if above > 0 {
        parts.push(format!(
            "{} lie above {}",
            counted(above),
            axis.label(&axis.to)
        ));
    }
    if distribution.unknown > 0 {
        parts.push(format!(
            "of {} it is unknown",
            counted(distribution.unknown)
        ));
    }
    let beyond = distribution.ends.iter().filter(|(end, _)| !axis.has(end));
    let beyond: Vec<String> = beyond.take(4).map(|(end, _)| axis.label(end)).collect();
    if !beyond.is_empty() {
        parts.push(format!("thresholds outside: {}", beyond.join(", ")));
    }
    parts.join("; ") + "."
}
