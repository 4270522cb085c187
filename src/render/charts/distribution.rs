//! The distribution of the values that a condition tests, as part of the chart of a summary.

use crate::analysis::summary::{Distribution, Summary};
use crate::render::charts::axis::{Axis, counted, size, written};
use crate::render::charts::bars::{legend_of_kinds, part};
use crate::render::charts::svg::{Anchor, Svg, WIDTH, cut};

/// The distribution of a fact's values, with its thresholds.
pub(super) fn distribution(summary: &Summary<'_>, distribution: &Distribution, svg: &mut Svg) {
    const HEIGHT: f64 = 130.0;
    const LEFT: f64 = 70.0;
    const RIGHT: f64 = WIDTH - 30.0;
    let unit = distribution.unit.as_ref();
    let unit = unit.map_or_else(String::new, |unit| format!(" ({unit})"));
    svg.heading(&format!("{}{unit}", distribution.fact), "head");
    let is_there = |kind: usize| distribution.stretches.iter().any(|one| one[kind] > 0);
    let kinds = legend_of_kinds(is_there, svg);
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
        for (kind, class, word) in &kinds {
            let height = part(stretch[*kind], most, HEIGHT);
            y -= height;
            let (low, high) = (axis.label(&from), axis.label(&to));
            let hint = format!("from {low}, below {high}: {} {word}", stretch[*kind]);
            let width = (end - x - 1.0).max(0.5);
            svg.bar((x, y), (width, height), class, &hint);
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
        // On the side that has room.
        let (at, anchor) = if x > WIDTH / 2.0 {
            (x + 4.0, Anchor::End)
        } else {
            (x - 4.0, Anchor::Start)
        };
        svg.text((at, row), &label, "small marked", anchor);
    }
    svg.y = base + 34.0;
    svg.note(&left_out(distribution, &axis, ends.len() - labels));
}

/// A note on values outside the picture, and on unknown ones.
fn left_out(distribution: &Distribution, axis: &Axis, unlabelled: usize) -> String {
    let mut parts = vec![format!("Each bar is {} wide", written(&distribution.width))];
    if unlabelled > 0 {
        parts.push(format!(
            "{} more lines are thresholds too",
            counted(unlabelled)
        ));
    }
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
