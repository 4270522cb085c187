//! When a change has settled: a calculation over instants, without clock or disk.
//!
//! A program saves in its own way: it empties the file and writes it in pieces, or moves it away
//! and puts another in its place. What a reader finds in between was never meant to be read. So
//! content must stay as it is for a moment, longer if it is empty, gone, or wrong.

use std::time::{Duration, Instant};

/// Unchanged for so long, content has settled.
pub(super) const QUIET: Duration = Duration::from_millis(40);

/// A file gone for so long is gone.
const GONE: Duration = Duration::from_millis(150);

/// Empty or broken content is taken after this.
pub(super) const DOUBTFUL: Duration = Duration::from_millis(250);

/// A file that is open for writing is waited for so long after the last write.
const OPEN: Duration = Duration::from_secs(2);

/// Changes wait for each other so long.
const HOLD: Duration = Duration::from_secs(1);

/// What stands in a changed file, as far as settling is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SettledContent {
    Text,
    Empty,
    Gone,
}

/// One file that is not as it was last taken.
#[derive(Clone, Copy, Debug)]
pub(super) struct FileChange {
    pub(super) content: SettledContent,
    /// Since when it is as it is.
    pub(super) since: Instant,
    /// Since when it is not what was taken.
    pub(super) first: Instant,
    /// Some program has it open and may go on writing.
    pub(super) open: bool,
    /// A program said that it is done: it closed the file or renamed it in.
    pub(super) ended: bool,
}

/// How sure it is that changes are what was meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Sureness {
    /// A lone save that has ended: good if nothing is wrong with it.
    Early,
    /// All is quiet: good if nothing is wrong with it.
    Quiet,
    /// Nothing more is to be expected: what is wrong is meant to be told.
    Final,
}

impl FileChange {
    /// From when on it may be taken.
    pub(super) fn settles(&self) -> Instant {
        let rest = match self.content {
            SettledContent::Text => QUIET,
            SettledContent::Gone => GONE,
            SettledContent::Empty => DOUBTFUL,
        };
        self.since + if self.open { OPEN } else { rest }
    }

    fn is_final_from(&self) -> Instant {
        self.settles().max(self.since + DOUBTFUL)
    }
}

/// Which of the changes can be taken together now, and how sure that is. `None`: not yet.
pub(super) fn ready(changes: &[FileChange], now: Instant) -> Option<(Vec<usize>, Sureness)> {
    let settled: Vec<usize> = (0..changes.len())
        .filter(|index| changes[*index].settles() <= now)
        .collect();
    let overdue = changes.iter().any(|change| change.first + HOLD <= now);
    if settled.is_empty() || (settled.len() < changes.len() && !overdue) {
        return match changes {
            [only] if only.ended && !only.open && only.content == SettledContent::Text => {
                Some((vec![0], Sureness::Early))
            }
            _ => None,
        };
    }
    let sure = settled
        .iter()
        .all(|index| changes[*index].is_final_from() <= now);
    Some((
        settled,
        if sure {
            Sureness::Final
        } else {
            Sureness::Quiet
        },
    ))
}

/// The next instant at which `ready` can say something else.
pub(super) fn next(changes: &[FileChange], now: Instant) -> Option<Instant> {
    let instants = changes.iter().flat_map(|change| {
        [
            change.settles(),
            change.is_final_from(),
            change.first + HOLD,
        ]
    });
    instants.filter(|instant| *instant > now).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(start: Instant, content: SettledContent) -> FileChange {
        FileChange {
            content,
            since: start,
            first: start,
            open: false,
            ended: false,
        }
    }

    fn sureness(changes: &[FileChange], now: Instant) -> Option<Sureness> {
        ready(changes, now).map(|(_, sureness)| sureness)
    }

    #[expect(clippy::disallowed_methods, reason = "an instant to count from")]
    fn start() -> Instant {
        Instant::now()
    }

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn text_is_taken_when_quiet_and_told_of_when_final() {
        let start = start();
        let changes = [change(start, SettledContent::Text)];
        assert_eq!(sureness(&changes, start + 39 * MS), None);
        assert_eq!(sureness(&changes, start + 40 * MS), Some(Sureness::Quiet));
        assert_eq!(sureness(&changes, start + 250 * MS), Some(Sureness::Final));
        assert_eq!(next(&changes, start), Some(start + 40 * MS));
    }

    #[test]
    fn a_lone_save_that_has_ended_is_taken_at_once() {
        let start = start();
        let ended = FileChange {
            ended: true,
            ..change(start, SettledContent::Text)
        };
        assert_eq!(sureness(&[ended], start), Some(Sureness::Early));
        assert_eq!(
            sureness(&[ended, change(start, SettledContent::Text)], start),
            None,
            "another change is on its way"
        );
        assert_eq!(
            sureness(
                &[FileChange {
                    open: true,
                    ..ended
                }],
                start
            ),
            None
        );
        assert_eq!(
            sureness(
                &[FileChange {
                    content: SettledContent::Empty,
                    ..ended
                }],
                start
            ),
            None
        );
    }

    #[test]
    fn what_is_gone_or_empty_or_open_is_waited_for() {
        let start = start();
        assert_eq!(
            sureness(&[change(start, SettledContent::Gone)], start + 149 * MS),
            None
        );
        assert_eq!(
            sureness(&[change(start, SettledContent::Gone)], start + 150 * MS),
            Some(Sureness::Quiet)
        );
        assert_eq!(
            sureness(&[change(start, SettledContent::Empty)], start + 249 * MS),
            None
        );
        let open = FileChange {
            open: true,
            ..change(start, SettledContent::Text)
        };
        assert_eq!(sureness(&[open], start + 1999 * MS), None);
        assert_eq!(sureness(&[open], start + 2000 * MS), Some(Sureness::Final));
    }

    #[test]
    fn one_that_never_settles_holds_the_others_for_a_second() {
        let start = start();
        let now = start + 1000 * MS;
        let busy = FileChange {
            since: now,
            ..change(start, SettledContent::Text)
        };
        let changes = [change(start, SettledContent::Text), busy];
        assert_eq!(ready(&changes, start + 999 * MS), None);
        assert_eq!(ready(&changes, now), Some((vec![0], Sureness::Final)));
    }
}
