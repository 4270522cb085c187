//! Events of the file system, as hints. The only file that uses `notify`.
//!
//! Each folder is watched on its own. A new folder is added once the list of folders has been read
//! again, so none is missed, and other things in the root cause no events.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::mpsc::Sender;

use notify::event::{AccessKind, AccessMode, CreateKind, ModifyKind, RemoveKind, RenameMode};
use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher};

use crate::host::disk::Folder;
use crate::host::watch::wake_signal::{Hint, Signal};

/// A subscription to the events of folders, or the reason why there is none.
#[derive(Debug)]
pub(super) struct FileEvents {
    watcher: Result<RecommendedWatcher, String>,
    watched: BTreeMap<PathBuf, (u64, u64)>,
}

impl FileEvents {
    pub(super) fn start(signals: Sender<Signal>) -> Self {
        let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            let hints = event.map_or_else(|_| vec![Hint::Everything], |event| hints(&event));
            for hint in hints {
                // The receiver is gone when the watch is being dropped.
                let _ = signals.send(Signal::Hint(hint));
            }
        });
        Self {
            watcher: watcher.map_err(|error| reason(&error)),
            watched: BTreeMap::new(),
        }
    }

    pub(super) fn none(why: &str) -> Self {
        Self {
            watcher: Err(why.to_owned()),
            watched: BTreeMap::new(),
        }
    }

    /// Why there are no events; `None` if there are.
    pub(super) fn missing(&self) -> Option<&str> {
        self.watcher.as_ref().err().map(String::as_str)
    }

    /// Watches these folders and no others. Returns whether one was not watched before.
    pub(super) fn follow(&mut self, folders: &BTreeMap<PathBuf, Folder>) -> bool {
        let Ok(watcher) = &mut self.watcher else {
            return false;
        };
        let other = |(path, identity): &(&PathBuf, &(u64, u64))| {
            folders
                .get(*path)
                .is_none_or(|folder| folder.identity != **identity)
        };
        let gone: Vec<PathBuf> = self
            .watched
            .iter()
            .filter(other)
            .map(|(path, _)| path.clone())
            .collect();
        for path in gone {
            // A folder that was removed is watched no more already.
            let _ = watcher.unwatch(&path);
            self.watched.remove(&path);
        }
        let mut added = false;
        for (path, folder) in folders {
            if self.watched.contains_key(path) {
                continue;
            }
            match watcher.watch(path, RecursiveMode::NonRecursive) {
                Ok(()) => {
                    self.watched.insert(path.clone(), folder.identity);
                    added = true;
                }
                // It went away again; the next listing will say so.
                Err(error) if is_gone(&error) => added = true,
                Err(error) => {
                    self.watcher = Err(reason(&error));
                    self.watched.clear();
                    return false;
                }
            }
        }
        added
    }

    /// Stops using events.
    pub(super) fn give_up(&mut self, why: &str) {
        *self = Self::none(why);
    }
}

fn is_gone(error: &notify::Error) -> bool {
    match &error.kind {
        notify::ErrorKind::PathNotFound => true,
        notify::ErrorKind::Io(error) => error.kind() == std::io::ErrorKind::NotFound,
        _ => false,
    }
}

/// Why there are no events, in words for the status line.
fn reason(error: &notify::Error) -> String {
    match &error.kind {
        notify::ErrorKind::MaxFilesWatch => "the system allows no more watched folders".to_owned(),
        notify::ErrorKind::Io(error) if error.raw_os_error() == Some(24) => {
            "the system allows no more watchers".to_owned()
        }
        _ => format!("no events from the system: {error}"),
    }
}

fn hints(event: &notify::Event) -> Vec<Hint> {
    if event.need_rescan() {
        return vec![Hint::Everything];
    }
    let all = |hint: fn(PathBuf) -> Hint| event.paths.iter().cloned().map(hint).collect();
    match event.kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => all(Hint::Saved),
        EventKind::Access(_) | EventKind::Modify(ModifyKind::Metadata(_)) => Vec::new(),
        EventKind::Create(CreateKind::Folder) | EventKind::Remove(RemoveKind::Folder) => {
            all(Hint::Moved)
        }
        EventKind::Create(_) | EventKind::Modify(ModifyKind::Data(_) | ModifyKind::Any) => {
            all(Hint::Writing)
        }
        EventKind::Remove(_) => event.paths.iter().flat_map(|path| gone(path)).collect(),
        EventKind::Modify(ModifyKind::Name(mode)) => {
            let renamed =
                event
                    .paths
                    .iter()
                    .enumerate()
                    .flat_map(|(index, path)| match (mode, index) {
                        (RenameMode::From, _) | (RenameMode::Both, 0) => gone(path),
                        _ => vec![Hint::Saved(path.clone()), Hint::Moved(path.clone())],
                    });
            renamed.collect()
        }
        _ => vec![Hint::Everything],
    }
}

fn gone(path: &Path) -> Vec<Hint> {
    vec![Hint::Gone(path.to_owned()), Hint::Moved(path.to_owned())]
}
