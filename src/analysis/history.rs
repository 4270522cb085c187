//! What commits did to the results, one after the other: which changed something, for whom, because
//! of which change.
//!
//! A commit whose rulebook or scripts cannot be read is passed over and named: what comes after it is
//! compared with the last one that could be read. Whoever reads the commits gives them one by one
//! ([`History::add`]), so that nothing here knows of git.

use crate::analysis::impact::Impact;
use crate::assess::assessment::{Assessment, Delta};
use crate::assess::explored_scripts::Form;
use crate::assess::prepared_rulebook::Decider;
use crate::assess::snapshot::Snapshot;
use crate::assess::{Options, assess, assess_after};
use crate::base::diagnostic::Diagnostic;

/// A commit, as it calls itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// Its whole name.
    pub id: String,
    /// Its short name.
    pub short: String,
    /// The day on which it was made.
    pub day: String,
    /// Who made it.
    pub author: String,
    /// The first line of what it says.
    pub subject: String,
}

/// A commit of which there is something to say.
#[derive(Debug)]
pub enum HistoryEntry {
    /// It changed determinations or findings.
    Changed(Commit, Impact),
    /// It cannot be read, for this reason.
    Broken(Commit, String),
}

/// What commits did, the first one first.
#[derive(Debug, Default)]
pub struct History {
    /// The commits that changed something or were passed over.
    pub entries: Vec<HistoryEntry>,
    /// How many were looked at.
    pub commits: usize,
    /// All as the last one that could be read has it.
    pub last: Option<Assessment>,
}

impl History {
    /// Takes in the next commit. A jurisdiction that options select need not be there yet.
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
        self.last = Some(now);
    }

    /// The commit since which all determinations are what they are now; none where none changed any.
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

    /// Why a commit cannot be compared: a rulebook or a script of it is broken.
    fn broken(&self, snapshot: &Snapshot, now: &Assessment) -> Option<String> {
        let first = |diagnostics: &[Diagnostic]| {
            let error = diagnostics.iter().find(|one| one.is_error())?;
            let file = error
                .file()
                .map(|file| format!("{file}: "))
                .unwrap_or_default();
            Some(format!("{file}{}", error.message))
        };
        let unreadable = snapshot
            .rulebooks
            .is_empty()
            .then(|| first(&snapshot.diagnostics))
            .flatten();
        if unreadable.is_some() {
            return unreadable;
        }
        // A rulebook that was there, and of which something cannot be read, is not gone.
        let gone = self
            .last
            .iter()
            .flat_map(|last| &last.rulebooks)
            .find_map(|one| {
                let id = &one.rulebook().id;
                let folder = format!("policies/{id}/");
                let mut errors = now.diagnostics.iter().filter(|one| one.is_error());
                let told =
                    errors.any(|error| error.file().is_some_and(|file| file.starts_with(&folder)));
                let there = snapshot
                    .rulebooks
                    .iter()
                    .any(|read| read.rulebook.id == *id);
                (!there && told).then(|| first(&now.diagnostics)).flatten()
            });
        gone.or_else(|| {
            let broken = now.rulebooks.iter().any(|assessed| {
                let forms = assessed.conditions.iter().map(|used| &used.form);
                let derived = assessed.derived().iter().map(|used| &used.form);
                forms
                    .chain(derived)
                    .any(|form| matches!(form, Form::Broken))
                    || matches!(&*assessed.decider, Decider::Broken)
            });
            broken.then(|| first(&now.diagnostics)).flatten()
        })
    }
}
