//! Signals that wake the watcher, and what they hint at.

use std::path::PathBuf;

use crate::host::disk;

/// What an event says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Hint {
    /// A file was closed after writing, or renamed to this path.
    Saved(PathBuf),
    /// A file is being written.
    Writing(PathBuf),
    /// A file was deleted.
    Gone(PathBuf),
    /// This path was added or removed, and may be a folder or a link to one.
    Moved(PathBuf),
    /// Anything may have changed.
    Everything,
}

/// A signal that wakes the watcher.
#[derive(Debug)]
pub(crate) enum Signal {
    /// An event.
    Hint(Hint),
    /// The watcher is to end.
    Stop,
}

impl Signal {
    /// The signal that anything may have changed.
    pub(crate) fn look_again() -> Self {
        Self::Hint(Hint::Everything)
    }

    /// Whether it may be a save of a file that is read.
    pub(crate) fn may_be_a_save(&self) -> bool {
        match self {
            Self::Hint(Hint::Saved(path) | Hint::Writing(path) | Hint::Gone(path)) => path
                .file_name()
                .and_then(|name| name.to_str())
                .is_some_and(|name| disk::is_wanted(name) && !disk::is_hidden(name)),
            Self::Hint(Hint::Moved(_) | Hint::Everything) | Self::Stop => true,
        }
    }
}
