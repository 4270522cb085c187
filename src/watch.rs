//! Reads a root folder again when something in it has changed.
//!
//! Events of the file system are only a hint to read again: what counts is whether the content
//! differs. A burst of events is waited out for a moment, so that a file being written is rarely
//! read half. For hosts that want hot reload; it knows nothing of screens.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher};

use crate::disk::{self, DiskError};
use crate::files::Files;

/// Why a folder cannot be watched.
#[derive(Debug, thiserror::Error)]
pub enum WatchError {
    /// It cannot be read.
    #[error(transparent)]
    Disk(#[from] DiskError),
    /// The system gives no events for it.
    #[error("the folder cannot be watched: {0}")]
    Events(#[from] notify::Error),
}

/// Quiet for so long, a burst of events has ended.
const QUIET: Duration = Duration::from_millis(40);

/// A burst that does not end is read after this.
const LONGEST_BURST: Duration = Duration::from_millis(300);

/// A root folder under watch, and its content as last read.
#[derive(Debug)]
pub struct Watch {
    root: PathBuf,
    files: Files,
    events: Receiver<()>,
    /// Events end when this is dropped.
    _watcher: RecommendedWatcher,
}

impl Watch {
    /// Reads a root folder and watches it from then on.
    ///
    /// # Errors
    /// When it cannot be read or watched.
    pub fn start(root: &Path) -> Result<Self, WatchError> {
        let (sender, events) = channel();
        let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            let reading = event.is_ok_and(|event| matches!(event.kind, EventKind::Access(access) if !is_write(access)));
            if !reading {
                // The receiver is gone when the watch is being dropped.
                let _ = sender.send(());
            }
        })?;
        // Watched before it is read: a change in between is then seen, not lost.
        watcher.watch(root, RecursiveMode::Recursive)?;
        Ok(Self { root: root.to_owned(), files: disk::read(root)?, events, _watcher: watcher })
    }

    /// The content as last read.
    pub fn files(&self) -> &Files {
        &self.files
    }

    /// Waits until the content differs from what was last read, and gives the new content; `None`
    /// when nothing has changed within the time.
    ///
    /// # Errors
    /// When the folder cannot be read any more.
    #[expect(clippy::disallowed_methods, reason = "waiting needs a clock")]
    pub fn wait(&mut self, time: Duration) -> Result<Option<&Files>, WatchError> {
        let deadline = Instant::now() + time;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.events.recv_timeout(left) {
                Ok(()) => self.settle(),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return Ok(None),
            }
            let files = disk::read(&self.root)?;
            if files != self.files {
                self.files = files;
                return Ok(Some(&self.files));
            }
        }
    }

    #[expect(clippy::disallowed_methods, reason = "waiting needs a clock")]
    fn settle(&self) {
        let started = Instant::now();
        while started.elapsed() < LONGEST_BURST && self.events.recv_timeout(QUIET).is_ok() {}
    }
}

fn is_write(access: notify::event::AccessKind) -> bool {
    use notify::event::{AccessKind, AccessMode};
    access == AccessKind::Close(AccessMode::Write)
}
