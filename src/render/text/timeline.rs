//! A timeline for a person.

use crate::analysis::timeline::Timeline;
use crate::render::document::{Page, Style};
use crate::render::text::changes::{changes, standing};

/// All days on which something changes, with why.
pub fn timeline(timeline: &Timeline, style: Style) -> String {
    let mut page = Page::new(style);
    let (from, to) = timeline.days;
    page.heading(1, &format!("From {from} to {to}"));
    standing(&timeline.start, &mut page);
    if timeline.changes.is_empty() {
        page.line("Nothing changes in these days.");
    }
    for change in &timeline.changes {
        page.heading(2, &format!("{}", change.day));
        changes(&change.impact, &mut page);
    }
    page.finish()
}
