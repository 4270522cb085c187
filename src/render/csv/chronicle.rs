//! Timelines and histories as CSV: a row for each determination and finding that changed.

use crate::analysis::history::{Commit, History, HistoryEntry};
use crate::analysis::impact::Impact;
use crate::analysis::timeline::Timeline;
use crate::formats::csv::written;
use crate::render::csv::rows::change_rows;

const HEAD: [&str; 7] = [
    "kind",
    "rulebook",
    "jurisdiction",
    "condition",
    "before",
    "after",
    "because",
];

/// A timeline: the day, then as in the CSV of an impact.
pub fn timeline_csv(timeline: &Timeline) -> String {
    let rows = timeline.changes.iter().flat_map(|change| {
        let day = change.day.to_string();
        behind(&[day], &change.impact)
    });
    written(std::iter::once(head(&["day"])).chain(rows))
}

/// A history: the commit, its day, who made it and what it says, then as in the CSV of an impact. A
/// commit that was passed over has a row of the kind `broken`.
pub fn history_csv(history: &History) -> String {
    let rows = history.entries.iter().flat_map(|entry| match entry {
        HistoryEntry::Changed(one, impact) => behind(&named(one), impact),
        HistoryEntry::Broken(one, why) => {
            let mut row = named(one).to_vec();
            row.push("broken".to_owned());
            row.extend(std::iter::repeat_n(String::new(), HEAD.len() - 2));
            row.push(why.clone());
            vec![row]
        }
    });
    let head = head(&["commit", "day", "author", "subject"]);
    written(std::iter::once(head).chain(rows))
}

fn head(before: &[&str]) -> Vec<String> {
    before
        .iter()
        .chain(&HEAD)
        .map(|name| (*name).to_owned())
        .collect()
}

fn named(commit: &Commit) -> [String; 4] {
    [&commit.id, &commit.day, &commit.author, &commit.subject].map(Clone::clone)
}

fn behind(before: &[String], impact: &Impact) -> Vec<Vec<String>> {
    let rows = impact.rulebooks.iter().flat_map(change_rows);
    rows.map(|row| before.iter().cloned().chain(row).collect())
        .collect()
}
