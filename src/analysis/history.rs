//! What commits did to the results, in order: which changed something, for whom, and because of
//! which change.
//!
//! A commit with a rulebook or script that cannot be read, or that breaks a record, is passed over
//! and named; the next one is compared with the last readable commit. Commits are given one by one
//! ([`History::add`]), so that nothing here knows of git.

use std::collections::BTreeSet;

use crate::analysis::impact::Impact;
use crate::assess::assessment::{Assessment, Delta};
use crate::assess::explored_scripts::Form;
use crate::assess::prepared_rulebook::Decider;
use crate::assess::snapshot::Snapshot;
use crate::assess::{Options, assess, assess_after};
use crate::base::diagnostic::{Code, Diagnostic};
use crate::model::rulebook::RulebookId;

/// A commit and its metadata.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// Its full hash.
    pub id: String,
    /// Its abbreviated hash.
    pub short: String,
    /// The day of the commit.
    pub day: String,
    /// The name of its author.
    pub author: String,
    /// The first line of its message.
    pub subject: String,
}

/// A commit worth listing.
#[derive(Debug)]
pub enum HistoryEntry {
    /// It changed determinations or findings.
    Changed(Commit, Impact),
    /// It cannot be compared, for this reason.
    Broken(Commit, String),
}

/// The changes of results by commits, the oldest first.
#[derive(Debug, Default)]
pub struct History {
    /// The commits that changed something or were passed over.
    pub entries: Vec<HistoryEntry>,
    /// How many commits were looked at.
    pub commits: usize,
    /// The assessment of the last commit that could be read; `None` if none could.
    pub last: Option<Assessment>,
    /// The errors of its records, by file and message.
    broken_records: BTreeSet<(String, String)>,
}

impl History {
    /// Adds the next commit. Jurisdictions that options select need not exist yet.
    pub fn add(&mut self, commit: Commit, snapshot: &Snapshot, options: &Options) {
        self.commits += 1;
        let there = |id: &String| {
            snapshot
                .rulebooks
                .iter()
                .any(|one| one.records.find(id).is_some())
        };
        let jurisdictions: Vec<String> = options
            .jurisdictions
            .iter()
            .filter(|id| there(id))
            .cloned()
            .collect();
        let now = if jurisdictions.is_empty() && !options.jurisdictions.is_empty() {
            // None of those asked for is there.
            Assessment {
                rulebooks: Vec::new(),
                diagnostics: snapshot.diagnostics.clone(),
            }
        } else {
            let options = Options {
                jurisdictions,
                ..options.clone()
            };
            match &self.last {
                Some(last) => assess_after(snapshot, &options, last),
                None => assess(snapshot, &options),
            }
        };
        if let Some(why) = self.broken(snapshot, &now) {
            return self.entries.push(HistoryEntry::Broken(commit, why));
        }
        let nothing = Assessment {
            rulebooks: Vec::new(),
            diagnostics: Vec::new(),
        };
        let before = self.last.as_ref().unwrap_or(&nothing);
        let delta = Delta::between(before, &now);
        if delta
            .rulebooks
            .iter()
            .any(|one| !one.jurisdictions.is_empty())
        {
            let impact = Impact::between(before, &now);
            self.entries.push(HistoryEntry::Changed(commit, impact));
        }
        self.broken_records = errors_of_records(&snapshot.diagnostics).collect();
        self.last = Some(now);
    }

    /// The last commit that changed a determination; `None` if none did.
    pub fn since(&self) -> Option<&Commit> {
        self.entries.iter().rev().find_map(|entry| match entry {
            HistoryEntry::Changed(commit, impact) => {
                let mut changed = impact.jurisdictions();
                changed
                    .any(|one| one.delta.before != one.delta.after)
                    .then_some(commit)
            }
            HistoryEntry::Broken(..) => None,
        })
    }

    /// Why a commit cannot be compared; `None` if it can.
    fn broken(&self, snapshot: &Snapshot, now: &Assessment) -> Option<String> {
        let told = |error: &Diagnostic| {
            let file = error
                .file()
                .map(|file| format!("{file}: "))
                .unwrap_or_default();
            format!("{file}{}", error.message)
        };
        let first =
            |diagnostics: &[Diagnostic]| diagnostics.iter().find(|one| one.is_error()).map(told);
        let unreadable = snapshot
            .rulebooks
            .is_empty()
            .then(|| first(&snapshot.diagnostics))
            .flatten();
        if unreadable.is_some() {
            return unreadable;
        }
        // Where something cannot be read, what seems to be gone or to change may be there as it
        // was.
        if let Some(error) = self.error_of_files(snapshot, now).or_else(|| mistake(now)) {
            return Some(told(error));
        }
        let broken = now.rulebooks.iter().any(|assessed| {
            let forms = assessed.conditions.iter().map(|used| &used.form);
            let derived = assessed.derived().iter().map(|used| &used.form);
            forms
                .chain(derived)
                .any(|form| matches!(form, Form::Broken))
                || matches!(&*assessed.decider, Decider::Broken)
        });
        broken.then(|| first(&now.diagnostics)).flatten()
    }

    /// An error in the files of a rulebook that exists or existed, except for records that were
    /// broken before.
    fn error_of_files<'d>(
        &self,
        snapshot: &'d Snapshot,
        now: &'d Assessment,
    ) -> Option<&'d Diagnostic> {
        let last = self.last.iter().flat_map(|last| &last.rulebooks);
        let read = now.rulebooks.iter().chain(last).map(|one| one.rulebook());
        let ids: BTreeSet<&RulebookId> = read
            .flat_map(|one| [&one.id].into_iter().chain(&one.base))
            .collect();
        let concerns = |file: &str| {
            let mut parts = file.split('/').skip(1);
            let folder = parts.next().unwrap_or_default();
            folder == "lib" || ids.iter().any(|id| id.as_str() == folder)
        };
        let is_told = |one: &&Diagnostic| {
            // What was broken from the first on is no news.
            let is_new = |error| self.last.is_some() && !self.broken_records.contains(&error);
            let of_records = errors_of_records(std::slice::from_ref(one)).next();
            one.is_error()
                && one.code != Code::NothingToCheck
                && concerns(one.file().unwrap_or_default())
                && of_records.is_none_or(is_new)
        };
        let undated = now
            .diagnostics
            .iter()
            .filter(|one| one.code == Code::NoDate);
        let all = || {
            snapshot
                .diagnostics
                .iter()
                .chain(undated.clone())
                .filter(is_told)
        };
        // One that is shown, as far as any is: others only follow from it.
        let is_shown = |one: &&Diagnostic| {
            let mut shown = now.diagnostics.iter();
            shown.any(|other| one.file() == other.file() && one.message == other.message)
        };
        all().find(is_shown).or_else(|| all().next())
    }
}

/// The errors among diagnostics that lie in files of records, each by file and message.
fn errors_of_records(diagnostics: &[Diagnostic]) -> impl Iterator<Item = (String, String)> {
    diagnostics
        .iter()
        .filter(|one| one.is_error())
        .filter_map(|one| {
            let file = one.file().filter(|file| file.contains("/jurisdictions/"))?;
            Some((file.to_owned(), one.message.clone()))
        })
}

/// A mistake that exploring a script found.
fn mistake(now: &Assessment) -> Option<&Diagnostic> {
    now.rulebooks.iter().find_map(|assessed| {
        let used = assessed.conditions.iter().chain(&assessed.decision);
        let used = used.flat_map(|used| &*used.mistakes);
        let derived = assessed.derived().iter().flat_map(|used| &*used.mistakes);
        used.chain(derived).find(|one| one.is_error())
    })
}
