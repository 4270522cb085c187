//! A timeline for a person.

use crate::analysis::timeline::Timeline;
use crate::render::text::timeline_and_history_changes::{changes, standing};
use crate::render::text_or_markdown_page::{Emphasis, Page};
use crate::tree::Limit;

/// All days on which something changes, with why.
pub fn timeline(timeline: &Timeline, style: Emphasis) -> String {
    let mut page = Page::new(style);
    let (from, to) = timeline.days;
    page.heading(1, &format!("From {from} to {to}"));
    standing(&timeline.start, &mut page);
    match timeline.cut_short {
        _ if !timeline.changes.is_empty() => {}
        Some(day) => page.line(&format!("Nothing changes before {day}.")),
        None => page.line("Nothing changes in these days."),
    }
    for change in &timeline.changes {
        page.heading(2, &format!("{}", change.day));
        changes(&change.impact, &mut page);
    }
    if let Some(day) = timeline.cut_short {
        page.line(&format!(
            "Not all: from {day} on no day was looked at ({}). Ask for fewer years.",
            Limit::Rounds
        ));
    }
    page.finish()
}
