//! A history over commits for a person.

use crate::analysis::history::{Commit, History, HistoryEntry};
use crate::render::text::timeline_and_history_changes::{changes, standing};
use crate::render::text_or_markdown_page::{Emphasis, Page};

/// The commits that changed something, the first one first, with why; those that could not be read;
/// and the current results.
pub fn history(history: &History, style: Emphasis) -> String {
    let mut page = Page::new(style);
    page.heading(1, &format!("History over {} commits", history.commits));
    if let Some(last) = &history.last {
        standing(last, &mut page);
    }
    if let Some(since) = history.since() {
        page.line(&format!("That is so since {}.", named(since)));
    }
    for entry in &history.entries {
        match entry {
            HistoryEntry::Changed(commit, impact) => {
                page.heading(2, &named(commit));
                changes(impact, &mut page);
            }
            HistoryEntry::Broken(commit, why) => {
                page.heading(2, &named(commit));
                page.item(&format!("passed over: {why}"));
            }
        }
    }
    page.finish()
}

fn named(commit: &Commit) -> String {
    let Commit {
        short,
        day,
        author,
        subject,
        ..
    } = commit;
    format!("{short}, {day}, {author}: {subject}")
}
