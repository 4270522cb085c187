//! What wakes the one who watches, and what it hints at.

use std::path::PathBuf;

use crate::host::disk;

/// What an event hints at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Hint {
    /// A file was closed after writing, or renamed to this.
    Saved(PathBuf),
    /// A file is being written.
    Writing(PathBuf),
    /// A file went away.
    Gone(PathBuf),
    /// This came or went, and may be a folder or a link to one.
    Moved(PathBuf),
    /// Anything may have changed.
    Everything,
}

/// What wakes the one who watches.
#[derive(Debug)]
pub(crate) enum Signal {
    /// An event.
    Hint(Hint),
    /// It is to end.
    Stop,
}

impl Signal {
    /// Anything may have changed.
    pub(crate) fn look_again() -> Self {
        Self::Hint(Hint::Everything)
    }

    /// Whether it may come from a file that is read, and that somebody has saved.
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
