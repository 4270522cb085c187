//! Finds changes while the watcher is busy, if no events report them.
//!
//! Another thread asks from time to time; the folder is listed at most as often as usual.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Instant;

use crate::host::disk::{self, Listed, Stamp};
use crate::host::watch::compare_with_last_seen::{POLL, POLL_RATIO};
use crate::host::watch::{Watch, now};
use crate::model::input_files::DataLimits;

/// The last state of a folder, and when to look again.
#[derive(Debug)]
pub(crate) struct Unseen {
    root: PathBuf,
    stamps: BTreeMap<String, Option<Stamp>>,
    due: Instant,
}

impl Watch {
    /// The state seen so far, to find later changes; `None` if events report them.
    pub(crate) fn unseen(&self) -> Option<Unseen> {
        self.events.missing().map(|_| Unseen {
            root: self.root.clone(),
            stamps: self.stamps.clone(),
            due: now() + POLL,
        })
    }
}

impl Unseen {
    /// Whether a file was changed, added or deleted since the last call; false while it is too
    /// early to look again.
    pub(crate) fn has_come(&mut self) -> bool {
        let started = now();
        if started < self.due {
            return false;
        }
        let listing = disk::list(&self.root, DataLimits::default().files);
        self.due = now() + POLL.max(started.elapsed() * POLL_RATIO);
        let Ok(listing) = listing else { return false };
        let before = self.stamps.len();
        self.stamps
            .retain(|name, _| listing.entries.contains_key(name));
        let mut found = self.stamps.len() < before;
        for (name, listed) in listing.entries {
            let stamp = match listed {
                Listed::File(_, stamp) => Some(stamp),
                Listed::Problem(_) => None,
            };
            found |= match self.stamps.insert(name, stamp) {
                // It is, or was, too fresh to be compared.
                Some(None) => false,
                Some(known) => stamp.is_some() && known != stamp,
                None => true,
            };
        }
        found
    }
}
