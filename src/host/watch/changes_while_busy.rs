//! What changes while the one who watches is busy with something else, where no events tell of it.
//!
//! Another thread asks now and then; the folder is listed at most as often as without work.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Instant;

use crate::host::disk::{self, Listed, Stamp};
use crate::host::watch::compare_with_last_seen::{POLL, POLL_RATIO};
use crate::host::watch::{Watch, now};
use crate::model::input_files::DataLimits;

/// What was seen of a folder, and when it is looked at again.
#[derive(Debug)]
pub(crate) struct Unseen {
    root: PathBuf,
    stamps: BTreeMap<String, Option<Stamp>>,
    due: Instant,
}

impl Watch {
    /// What has been seen so far, to find out what comes after it; none where events tell.
    pub(crate) fn unseen(&self) -> Option<Unseen> {
        self.events.missing().map(|_| Unseen {
            root: self.root.clone(),
            stamps: self.stamps.clone(),
            due: now() + POLL,
        })
    }
}

impl Unseen {
    /// Whether some file has changed, come or gone since this was last asked; no while it is too
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
                // It was too fresh to tell, or is again.
                Some(None) => false,
                Some(known) => stamp.is_some() && known != stamp,
                None => true,
            };
        }
        found
    }
}
