//! Timelines and histories as CSV: a row for each determination and finding that changed.

use crate::analysis::history::{Commit, History, HistoryEntry};
use crate::analysis::impact::Impact;
use crate::analysis::timeline::Timeline;
use crate::formats::csv::written;
use crate::render::csv::change_rows::change_rows;
use crate::tree::Limit;

const HEAD: [&str; 7] = [
    "kind",
    "rulebook",
    "jurisdiction",
    "condition",
    "before",
    "after",
    "because",
];

/// A timeline: the day, then as in the CSV of an impact. Where it ends early, the last row is of
/// the kind `cut short`.
pub fn timeline_csv(timeline: &Timeline) -> String {
    let rows = timeline.changes.iter().flat_map(|change| {
        let day = change.day.to_string();
        behind(&[day], &change.impact)
    });
    let ended = timeline.cut_short.map(|day| {
        passed_over(
            vec![day.to_string()],
            "cut short",
            &Limit::Rounds.to_string(),
        )
    });
    written(std::iter::once(head(&["day"])).chain(rows).chain(ended))
}

/// A history: the commit, its day, who made it and what it says, then as in the CSV of an impact. A
/// commit that was passed over has a row of the kind `broken`.
pub fn history_csv(history: &History) -> String {
    let rows = history.entries.iter().flat_map(|entry| match entry {
        HistoryEntry::Changed(one, impact) => behind(&named(one), impact),
        HistoryEntry::Broken(one, why) => {
            vec![passed_over(named(one).to_vec(), "broken", why)]
        }
    });
    let head = head(&["commit", "day", "author", "subject"]);
    written(std::iter::once(head).chain(rows))
}

/// A row of a kind of its own, with why.
fn passed_over(mut row: Vec<String>, kind: &str, why: &str) -> Vec<String> {
    row.push(kind.to_owned());
    row.extend(std::iter::repeat_n(String::new(), HEAD.len() - 2));
    row.push(why.to_owned());
    row
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
