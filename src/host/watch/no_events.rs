//! A stand-in for events of the file system if the feature `watch` is left out: folders are polled.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::mpsc::Sender;

use crate::host::disk::Folder;
use crate::host::watch::wake_signal::Signal;

/// A subscription without events, and the reason.
#[derive(Debug)]
pub(super) struct NoEvents {
    why: String,
}

#[expect(
    clippy::unnecessary_wraps,
    clippy::unused_self,
    reason = "it stands in the place of one that brings events"
)]
impl NoEvents {
    pub(super) fn start(_: Sender<Signal>) -> Self {
        Self::none("built without the feature `watch`")
    }

    pub(super) fn none(why: &str) -> Self {
        Self {
            why: why.to_owned(),
        }
    }

    /// Why there are no events.
    pub(super) fn missing(&self) -> Option<&str> {
        Some(&self.why)
    }

    /// Does nothing and returns false: nothing is watched.
    pub(super) fn follow(&mut self, _: &BTreeMap<PathBuf, Folder>) -> bool {
        false
    }

    /// Replaces the reason why there are no events.
    pub(super) fn give_up(&mut self, why: &str) {
        *self = Self::none(why);
    }
}
