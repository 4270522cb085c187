//! Stacked bars, and the legend of their colours.

use crate::assess::result_types::DeterminationKind;
use crate::render::charts::axis::size;
use crate::render::charts::svg::{Anchor, Svg, cut};

/// Where names end and bars begin.
pub(super) const NAMES: f64 = 220.0;
/// Where bars end and counts begin.
pub(super) const BARS: f64 = 640.0;

/// The colour of a determination.
pub(super) fn class(kind: DeterminationKind) -> &'static str {
    match kind {
        DeterminationKind::Eligible => "met",
        DeterminationKind::Ineligible => "not-met",
        DeterminationKind::Undetermined => "unknown",
        DeterminationKind::Fault => "fault",
    }
}

/// A part of all as a length.
pub(super) fn part(count: usize, all: usize, length: f64) -> f64 {
    size(count) / size(all.max(1)) * length
}

/// A bar of parts beside one another, each with its class, its word and how many it is of.
pub(super) fn stacked<'a>(
    name: &str,
    parts: impl Iterator<Item = (&'static str, &'a str, usize)>,
    all: usize,
    text: &str,
    svg: &mut Svg,
) {
    let label = cut(name, NAMES - 28.0);
    svg.text((NAMES - 8.0, svg.y + 4.0), &label, "", Anchor::End);
    let mut x = NAMES;
    for (class, word, count) in parts {
        let width = part(count, all, BARS - NAMES);
        let hint = format!("{name}, {word}: {count}");
        svg.bar((x, svg.y - 8.0), (width, 16.0), class, &hint);
        x += width;
    }
    svg.text((BARS + 8.0, svg.y + 4.0), text, "", Anchor::Start);
    svg.y += 22.0;
}

/// The legend of the determinations that occur; for each its index among all, its class and its
/// word.
pub(super) fn legend_of_kinds(
    is_there: impl Fn(usize) -> bool,
    svg: &mut Svg,
) -> Vec<(usize, &'static str, String)> {
    let all = DeterminationKind::ALL.iter().enumerate();
    let there = all.filter(|(at, _)| is_there(*at));
    let words: Vec<_> = there
        .map(|(at, kind)| (at, class(*kind), kind.to_string()))
        .collect();
    let legend: Vec<(&str, &str)> = words
        .iter()
        .map(|(_, class, word)| (*class, word.as_str()))
        .collect();
    svg.legend(&legend);
    words
}
