//! Timelines and histories as JSON: a list of changes, each with who changed and why.

use serde::Serialize;

use crate::analysis::history::{Commit, History, HistoryEntry};
use crate::analysis::impact::Impact;
use crate::analysis::timeline::Timeline;
use crate::assess::assessment::Assessment;
use crate::assess::result_types::DeterminationKind;
use crate::base::diagnostic::Diagnostic;
use crate::render::json::impact::{JurisdictionShape, jurisdiction};
use crate::render::json::shared_shapes::{document, kind};

#[derive(Serialize)]
struct TimelineShape<'a> {
    from: String,
    to: String,
    start: Vec<StandingShape<'a>>,
    days_assessed: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    cut_short: Option<String>,
    changes: Vec<DayShape<'a>>,
}

#[derive(Serialize)]
struct DayShape<'a> {
    day: String,
    rulebooks: Vec<RulebookShape<'a>>,
}

#[derive(Serialize)]
struct HistoryShape<'a> {
    commits: usize,
    now: Vec<StandingShape<'a>>,
    since: Option<CommitShape<'a>>,
    changes: Vec<CommitChangeShape<'a>>,
}

#[derive(Serialize)]
struct CommitChangeShape<'a> {
    #[serde(flatten)]
    commit: CommitShape<'a>,
    /// Why it was passed over.
    broken: Option<&'a str>,
    rulebooks: Vec<RulebookShape<'a>>,
}

#[derive(Serialize)]
struct CommitShape<'a> {
    commit: &'a str,
    day: &'a str,
    author: &'a str,
    subject: &'a str,
}

#[derive(Serialize)]
struct StandingShape<'a> {
    rulebook: &'a str,
    eligible: usize,
    ineligible: usize,
    undetermined: usize,
    fault: usize,
    /// Only for a single jurisdiction.
    determination: Option<&'static str>,
}

#[derive(Serialize)]
struct RulebookShape<'a> {
    id: &'a str,
    jurisdictions: Vec<JurisdictionShape<'a>>,
}

/// A timeline as indented JSON with a newline at its end.
pub fn timeline_json(timeline: &Timeline) -> String {
    let changes = timeline.changes.iter().map(|change| DayShape {
        day: change.day.to_string(),
        rulebooks: rulebooks(&change.impact),
    });
    let body = TimelineShape {
        from: timeline.days.0.to_string(),
        to: timeline.days.1.to_string(),
        start: standing(&timeline.start),
        days_assessed: timeline.assessed,
        cut_short: timeline.cut_short.map(|day| day.to_string()),
        changes: changes.collect(),
    };
    document("rulebook-timeline", body, &timeline.start.diagnostics)
}

/// A history as indented JSON with a newline at its end.
pub fn history_json(history: &History) -> String {
    let changes = history.entries.iter().map(|entry| match entry {
        HistoryEntry::Changed(one, impact) => CommitChangeShape {
            commit: commit(one),
            broken: None,
            rulebooks: rulebooks(impact),
        },
        HistoryEntry::Broken(one, why) => CommitChangeShape {
            commit: commit(one),
            broken: Some(why),
            rulebooks: Vec::new(),
        },
    });
    let diagnostics: &[Diagnostic] = history.last.as_ref().map_or(&[], |last| &last.diagnostics);
    let body = HistoryShape {
        commits: history.commits,
        now: history.last.as_ref().map(standing).unwrap_or_default(),
        since: history.since().map(commit),
        changes: changes.collect(),
    };
    document("rulebook-history", body, diagnostics)
}

fn commit(commit: &Commit) -> CommitShape<'_> {
    CommitShape {
        commit: &commit.id,
        day: &commit.day,
        author: &commit.author,
        subject: &commit.subject,
    }
}

fn standing(assessment: &Assessment) -> Vec<StandingShape<'_>> {
    let of = assessment.rulebooks.iter().map(|assessed| {
        let [eligible, ineligible, undetermined, fault] =
            DeterminationKind::ALL.map(|kind| assessed.count(kind));
        StandingShape {
            rulebook: assessed.rulebook().id.as_str(),
            eligible,
            ineligible,
            undetermined,
            fault,
            determination: (assessed.len() == 1).then(|| kind(assessed.kind(0.into()))),
        }
    });
    of.collect()
}

fn rulebooks(impact: &Impact) -> Vec<RulebookShape<'_>> {
    let there = impact
        .rulebooks
        .iter()
        .filter(|one| !one.jurisdictions.is_empty());
    let shape = there.map(|one| RulebookShape {
        id: one.delta.id.as_str(),
        jurisdictions: one
            .jurisdictions
            .iter()
            .map(|each| jurisdiction(one, each))
            .collect(),
    });
    shape.collect()
}
