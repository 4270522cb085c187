//! Watches a root folder and reports changes once they have settled.
//!
//! Events of the file system only wake the watcher: what counts is the content of a file, compared
//! with what was last taken. Without events, and from time to time with them, the folder is listed
//! again. For `live`; it knows nothing of rulebooks.

mod changes_while_busy;
mod compare_with_last_seen;
#[cfg(feature = "watch")]
mod events;
#[cfg(not(feature = "watch"))]
mod no_events;
mod settle;
mod wake_signal;

pub(crate) use changes_while_busy::Unseen;
pub(crate) use settle::Sureness;
pub(crate) use wake_signal::Signal;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

use crate::host::disk::{self, Folder, Listed, Stamp};
#[cfg(feature = "watch")]
use crate::host::watch::events::FileEvents;
#[cfg(not(feature = "watch"))]
use crate::host::watch::no_events::NoEvents as FileEvents;
use crate::host::watch::settle::FileChange;
use crate::host::watch::wake_signal::Hint;
use crate::model::input_files::Files;

/// How changes of files are found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mode {
    /// By events of the file system.
    Events,
    /// By polling, with the reason.
    Polling(String),
}

/// A new folder is listed again after these times: a file may be created before the folder is
/// watched.
const AFTER_NEW_FOLDER: [Duration; 2] = [Duration::from_millis(60), Duration::from_millis(300)];

/// A root folder that is watched.
#[derive(Debug)]
pub(crate) struct Watch {
    root: PathBuf,
    signals: Receiver<Signal>,
    events: FileEvents,
    folders: BTreeMap<PathBuf, Folder>,
    /// The stamp of each file when it was last read; `None` if it may have changed since.
    stamps: BTreeMap<String, Option<Stamp>>,
    pending: BTreeMap<String, Pending>,
    /// The refused changes, and how sure they were: they are offered again only if surer or
    /// changed.
    refused: Option<(BTreeSet<String>, Sureness)>,
    trouble: Option<String>,
    /// The time of the next listing.
    safety: Instant,
    /// Earlier listings, after a new folder.
    soon: BTreeSet<Instant>,
    /// Whether any event has arrived.
    heard: bool,
    /// Whether a listing found a change before any event had arrived.
    unheard: bool,
    /// The mode and trouble that were last reported.
    told: (Mode, Option<String>),
}

/// A file that differs from what was last taken.
#[derive(Debug)]
struct Pending {
    /// Its present state, as the only one of these files.
    seen: Files,
    change: FileChange,
}

/// Changes that can be taken together.
#[derive(Clone, Debug)]
pub(crate) struct Offer {
    pub(crate) paths: BTreeSet<String>,
    pub(crate) sureness: Sureness,
    /// The time when the first of them was seen.
    pub(crate) seen: Instant,
}

/// Why waiting ended.
#[derive(Debug)]
pub(crate) enum Woken {
    /// Files can be taken in.
    Offer(Offer),
    /// The root disappeared or came back, or the mode changed.
    State,
    /// The watcher is to end.
    Stop,
}

#[expect(clippy::disallowed_methods, reason = "settling needs a clock")]
fn now() -> Instant {
    Instant::now()
}

impl Watch {
    /// Watches a root folder. All its files are offered as changes first.
    pub(crate) fn start(
        root: &Path,
        polling: bool,
        signals: (Sender<Signal>, Receiver<Signal>),
    ) -> Self {
        let (sender, receiver) = signals;
        let events = if polling {
            FileEvents::none("as asked for")
        } else {
            FileEvents::start(sender)
        };
        Self {
            root: root.to_owned(),
            signals: receiver,
            events,
            folders: BTreeMap::new(),
            stamps: BTreeMap::new(),
            pending: BTreeMap::new(),
            refused: None,
            trouble: None,
            safety: now(),
            soon: BTreeSet::new(),
            heard: false,
            unheard: false,
            told: (Mode::Events, None),
        }
    }

    /// Reads all files for the first time.
    pub(crate) fn first(&mut self, files: &mut Files) {
        // Watched before it is read: a change in between is then seen, not lost.
        let listing = self.list();
        for (name, listed) in listing.into_iter().flat_map(|listing| listing.entries) {
            self.stamps.insert(name.clone(), stamp(&listed));
            disk::read_one(&self.root, &name, &listed, files);
        }
        self.told = self.state();
    }

    fn state(&self) -> (Mode, Option<String>) {
        (self.mode(), self.trouble.clone())
    }

    pub(crate) fn mode(&self) -> Mode {
        self.events
            .missing()
            .map_or(Mode::Events, |why| Mode::Polling(why.to_owned()))
    }

    /// Why the root cannot be read at the moment; `None` if it can.
    pub(crate) fn trouble(&self) -> Option<&str> {
        self.trouble.as_deref()
    }

    /// Waits until changes can be taken. `files` are those taken so far.
    pub(crate) fn wait(&mut self, files: &Files) -> Woken {
        loop {
            if self
                .safety
                .min(self.soon.first().copied().unwrap_or(self.safety))
                <= now()
            {
                self.soon.retain(|due| *due > now());
                self.look_at_all(files);
            }
            if self.state() != self.told {
                self.told = self.state();
                return Woken::State;
            }
            if let Some(offer) = self.offer(files) {
                if self.unheard && !self.heard && self.events.missing().is_none() {
                    // It changed a while ago and not one event has come: there will be none.
                    self.events.give_up("the file system reports no changes");
                }
                self.unheard = false;
                return Woken::Offer(offer);
            }
            let hint = match self
                .signals
                .recv_timeout(self.deadline().saturating_duration_since(now()))
            {
                Ok(Signal::Stop) | Err(RecvTimeoutError::Disconnected) => return Woken::Stop,
                Ok(Signal::Hint(hint)) => Some(hint),
                Err(RecvTimeoutError::Timeout) => None,
            };
            // All that has come in by now is one piece of news.
            if self.hear_with(hint.into_iter().collect(), files) {
                return Woken::Stop;
            }
        }
    }

    /// Takes in the signals that have arrived; returns whether to end.
    pub(crate) fn hear(&mut self, files: &Files) -> bool {
        self.hear_with(Vec::new(), files)
    }

    fn hear_with(&mut self, mut hints: Vec<Hint>, files: &Files) -> bool {
        loop {
            match self.signals.try_recv() {
                Ok(Signal::Stop) => return true,
                Ok(Signal::Hint(hint)) => hints.push(hint),
                Err(_) => break,
            }
        }
        self.take_hints(&hints, files);
        false
    }

    /// Takes an offer: updates `files` to the present state.
    pub(crate) fn take(&mut self, offer: &Offer, files: &mut Files) {
        for path in &offer.paths {
            if let Some(pending) = self.pending.get(path) {
                files.copy_from(&pending.seen, path);
            }
        }
    }

    /// Keeps what was taken.
    pub(crate) fn accept(&mut self, offer: &Offer) {
        for path in &offer.paths {
            self.pending.remove(path);
        }
        self.refused = None;
    }

    /// Refuses what was taken; it is offered again when surer.
    pub(crate) fn refuse(&mut self, offer: &Offer) {
        self.refused = Some((offer.paths.clone(), offer.sureness));
    }

    fn deadline(&self) -> Instant {
        let changes: Vec<FileChange> = self
            .pending
            .values()
            .map(|pending| pending.change)
            .collect();
        let due = settle::next(&changes, now())
            .into_iter()
            .chain(self.soon.first().copied());
        due.fold(self.safety, Instant::min)
    }

    fn offer(&mut self, files: &Files) -> Option<Offer> {
        let changes: Vec<FileChange> = self
            .pending
            .values()
            .map(|pending| pending.change)
            .collect();
        let (indices, sureness) = settle::ready(&changes, now())?;
        let paths: BTreeSet<String> = self
            .pending
            .keys()
            .enumerate()
            .filter(|(index, _)| indices.contains(index))
            .map(|(_, path)| path.clone())
            .collect();
        if self
            .refused
            .as_ref()
            .is_some_and(|(refused, was)| *refused == paths && sureness <= *was)
        {
            return None;
        }
        if sureness == Sureness::Early {
            if self.is_checking_out() {
                return None;
            }
        } else {
            // The current contents are offered.
            for path in &paths {
                self.look_at(path, files);
            }
            let changes: Vec<FileChange> = paths
                .iter()
                .filter_map(|path| Some(self.pending.get(path)?.change))
                .collect();
            let still = settle::ready(&changes, now())
                .is_some_and(|(indices, now)| indices.len() == paths.len() && now >= sureness);
            if !still {
                return None;
            }
        }
        let seen = changes.iter().map(|change| change.first).min()?;
        Some(Offer {
            paths,
            sureness,
            seen,
        })
    }

    /// Whether version control is putting many files in place, here or in a folder further up.
    #[expect(clippy::disallowed_methods, reason = "this module follows a folder")]
    fn is_checking_out(&self) -> bool {
        let root = self
            .folders
            .iter()
            .find(|(_, folder)| folder.name.is_empty())
            .map(|(path, _)| path);
        root.is_some_and(|root| {
            root.ancestors()
                .any(|folder| folder.join(".git/index.lock").exists())
        })
    }

    fn take_hints(&mut self, hints: &[Hint], files: &Files) {
        let mut all = false;
        let mut touched: BTreeMap<String, (bool, bool)> = BTreeMap::new();
        self.heard |= !hints.is_empty();
        for hint in hints {
            let (path, open, ended) = match hint {
                Hint::Saved(path) => (path, false, true),
                Hint::Writing(path) => (path, cfg!(target_os = "linux"), false),
                Hint::Gone(path) => (path, false, false),
                Hint::Moved(path) => {
                    all |= self.is_folder(path);
                    continue;
                }
                Hint::Everything => {
                    all = true;
                    continue;
                }
            };
            match self.name_of(path) {
                Some(name) => {
                    // A link is never open for writing, whatever opened it.
                    let open = open
                        && !path
                            .symlink_metadata()
                            .is_ok_and(|metadata| metadata.is_symlink());
                    touched.insert(name, (open, ended));
                }
                None => all |= self.is_linked(path),
            }
        }
        if all {
            self.look_at_all(files);
            self.soon
                .extend(AFTER_NEW_FOLDER.map(|after| now() + after));
        }
        for (name, (open, ended)) in touched {
            self.look_at(&name, files);
            if let Some(pending) = self.pending.get_mut(&name) {
                if open {
                    // Waiting for it counts from its last write.
                    pending.change.since = now();
                }
                pending.change.open = open;
                pending.change.ended = ended;
            }
        }
    }

    /// The name of a file by its real path; `None` if it is not read.
    fn name_of(&self, path: &Path) -> Option<String> {
        let folder = self
            .folders
            .get(path.parent()?)
            .filter(|folder| !folder.name.is_empty())?;
        let name = path.file_name()?.to_str()?;
        (disk::is_wanted(name) && !disk::is_hidden(name)).then(|| format!("{}/{name}", folder.name))
    }

    /// Whether a path that was added or removed is a folder that matters, or a link that others
    /// lead through.
    fn is_folder(&self, path: &Path) -> bool {
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
            return true;
        };
        if self.folders.contains_key(path) || name.starts_with("..") {
            return true;
        }
        let in_root = path
            .parent()
            .and_then(|parent| self.folders.get(parent))
            .is_some_and(|folder| folder.name.is_empty());
        let may_matter = if in_root {
            disk::FOLDERS.contains(&name)
        } else {
            !disk::is_hidden(name) && !disk::is_wanted(name)
        };
        may_matter
            && path
                .symlink_metadata()
                .map_or(true, |metadata| metadata.is_dir() || metadata.is_symlink())
    }

    /// Whether it lies in a folder that is watched only because links lead there.
    fn is_linked(&self, path: &Path) -> bool {
        path.parent()
            .is_some_and(|parent| !self.folders.contains_key(parent))
    }
}

/// A file changed less than this before it was read may have changed again within the same clock
/// tick of the file system.
const CLOCK_TICK: Duration = Duration::from_millis(50);

/// The stamp of a file; `None` if it is so recent that the file could change without changing it.
fn stamp(listed: &Listed) -> Option<Stamp> {
    let Listed::File(_, stamp) = listed else {
        return None;
    };
    let fresh = stamp
        .modified
        .and_then(|modified| modified.elapsed().ok())
        .is_none_or(|age| age < CLOCK_TICK);
    (!fresh).then_some(*stamp)
}
