//! Looks at the folder: compares each file with what was last taken of it.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::host::disk::{self, Folder, Listed, Listing};
use crate::host::watch::settle::{FileChange, SettledContent};
use crate::host::watch::{Pending, Watch, now, stamp};
use crate::model::input_files::{DataLimits, Files};

/// With events, the folder is listed again after this time nevertheless.
const SAFETY: Duration = Duration::from_secs(2);
/// Listing takes at most one part in so many of the time: less than a thousandth of a core.
const SAFETY_RATIO: u32 = 2_000;
/// Without events, the folder is listed again after this time, in at most a fiftieth of the time.
pub(super) const POLL: Duration = Duration::from_millis(500);
pub(super) const POLL_RATIO: u32 = 50;

impl Watch {
    /// Looks at one file again.
    pub(super) fn look_at(&mut self, name: &str, files: &Files) {
        let (folder, file) = name.rsplit_once('/').unwrap_or(("", name));
        let real = self
            .folders
            .iter()
            .find(|(_, known)| known.name == folder)
            .map(|(path, _)| path.join(file));
        let listed = real.and_then(|real| disk::list_one(&self.root, &real, name));
        self.observe(name, listed.as_ref(), files);
    }

    /// Records the present state of a file.
    pub(super) fn observe(&mut self, name: &str, listed: Option<&Listed>, files: &Files) {
        let mut seen = Files::within(files.left(name));
        match listed {
            Some(listed) => {
                disk::read_one(&self.root, name, listed, &mut seen);
                self.stamps.insert(name.to_owned(), stamp(listed));
            }
            None => {
                self.stamps.remove(name);
            }
        }
        if seen.agrees_with(files, name) {
            self.pending.remove(name);
            return;
        }
        let same = self
            .pending
            .get(name)
            .is_some_and(|pending| pending.seen.agrees_with(&seen, name));
        if same {
            return;
        }
        let content = match seen.get(name) {
            Some(source) if source.text().trim().is_empty() => SettledContent::Empty,
            None if seen.is_empty() => SettledContent::Gone,
            _ => SettledContent::Text,
        };
        let first = self
            .pending
            .get(name)
            .map_or_else(now, |pending| pending.change.first);
        let change = FileChange {
            content,
            since: now(),
            first,
            open: false,
            ended: false,
        };
        if self
            .refused
            .as_ref()
            .is_some_and(|(paths, _)| paths.contains(name))
        {
            self.refused = None;
        }
        self.pending
            .insert(name.to_owned(), Pending { seen, change });
    }

    /// Lists the folder again and looks at files that may have changed.
    pub(super) fn look_at_all(&mut self, files: &Files) {
        let Some(listing) = self.list() else { return };
        let gone: Vec<String> = self
            .stamps
            .keys()
            .filter(|name| !listing.entries.contains_key(*name))
            .cloned()
            .collect();
        let mut found = !gone.is_empty();
        for name in gone {
            self.observe(&name, None, files);
        }
        for (name, listed) in &listing.entries {
            let same = match (self.stamps.get(name), listed) {
                (Some(Some(known)), Listed::File(_, stamp)) => known == stamp,
                (Some(_), Listed::Problem(problem)) => files
                    .unreadable()
                    .any(|(path, known)| path == name && *known == **problem),
                _ => false,
            };
            if !same {
                self.observe(name, Some(listed), files);
                found |= self.pending.contains_key(name);
            }
        }
        self.unheard |= found && !self.heard;
    }

    /// Lists the folder, watches its folders, and sets the time of the next listing.
    pub(super) fn list(&mut self) -> Option<Listing> {
        let started = now();
        let mut listing = disk::list(&self.root, DataLimits::default().files);
        // A folder can be filled between the listing and its being watched.
        for _ in 0..3 {
            let Ok(found) = &listing else { break };
            let mut folders = found.folders.clone();
            for listed in found.entries.values() {
                if let Listed::File(Some(real), _) = listed
                    && let Some(parent) = real.parent()
                    && !folders.contains_key(parent)
                {
                    folders.insert(
                        parent.to_owned(),
                        Folder {
                            name: String::new(),
                            identity: (0, 0),
                        },
                    );
                }
            }
            if !self.events.follow(&folders) {
                break;
            }
            listing = disk::list(&self.root, DataLimits::default().files);
        }
        let took = started.elapsed();
        let polling = self.events.missing().is_some() || listing.is_err();
        let pause = if polling {
            POLL.max(took * POLL_RATIO)
        } else {
            SAFETY.max(took * SAFETY_RATIO)
        };
        self.safety = now() + pause;
        match listing {
            Ok(listing) => {
                self.trouble = None;
                self.folders.clone_from(&listing.folders);
                Some(listing)
            }
            Err(error) => {
                self.trouble = Some(error.to_string());
                self.events.follow(&BTreeMap::new());
                self.folders.clear();
                None
            }
        }
    }
}
