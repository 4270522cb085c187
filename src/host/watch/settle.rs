//! When a change has settled: a calculation over instants, without clock or disk.
//!
//! Programs save in different ways: they empty the file and write it in pieces, or move it away and
//! put another in its place. What a reader finds in between was not meant to be read. So content
//! must stay unchanged for a moment, and longer if it is empty, deleted, or broken.

use std::time::{Duration, Instant};

/// Content that has been unchanged for this long has settled.
pub(super) const QUIET: Duration = Duration::from_millis(40);

/// A file that has been missing for this long has been deleted.
const GONE: Duration = Duration::from_millis(150);

/// Empty or broken content is taken after this time.
pub(super) const DOUBTFUL: Duration = Duration::from_millis(250);

/// A file that is open for writing is waited for this long after the last write.
const OPEN: Duration = Duration::from_secs(2);

/// Changes wait for each other this long.
const HOLD: Duration = Duration::from_secs(1);

/// What matters about a changed file for settling.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SettledContent {
    Text,
    Empty,
    Gone,
}

/// A file that differs from what was last taken.
#[derive(Clone, Copy, Debug)]
pub(super) struct FileChange {
    pub(super) content: SettledContent,
    /// The time since when its content has not changed.
    pub(super) since: Instant,
    /// The time since when it has differed from what was taken.
    pub(super) first: Instant,
    /// Whether some program has it open and may go on writing.
    pub(super) open: bool,
    /// Whether a program has finished: it closed the file or renamed it in.
    pub(super) ended: bool,
}

/// How sure it is that changes are complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Sureness {
    /// A single save that has ended: taken if it has no new error.
    Early,
    /// Nothing changes any more: taken if there is no new error.
    Quiet,
    /// Nothing more is expected: errors are to be reported.
    Final,
}

impl FileChange {
    /// The time from which it may be taken.
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

/// Which of the changes can be taken together now, and how sure that is; `None` if none can yet.
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

/// The next time at which `ready` can change its result.
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
