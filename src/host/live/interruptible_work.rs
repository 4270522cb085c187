//! What the worker is at, and its end when a newer save comes in.
//!
//! Signals pass through here on their way to the worker: while it is at work for long, one that may
//! be a save ends that work, so that what was mended is seen without waiting for what it mends.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::base::work_budget::Cancel;
use crate::host::watch::{Signal, Unseen};

/// Work that takes less than this is never ended.
const LONG: Duration = Duration::from_millis(200);

#[expect(clippy::disallowed_methods, reason = "a reload is timed")]
pub(super) fn instant() -> Instant {
    Instant::now()
}

/// How often is looked whether something was saved, where no event tells.
const LOOK: Duration = Duration::from_millis(250);

/// What the worker is at.
#[derive(Clone, Debug, Default)]
pub(super) struct AtWork(Arc<Mutex<Option<Task>>>);

/// Some work, and since when it is done.
#[derive(Debug)]
struct Task {
    cancel: Cancel,
    since: Instant,
    /// Whether a newer save ends it.
    yields: bool,
    /// What tells of saves, where no event does.
    unseen: Option<Unseen>,
}

impl AtWork {
    /// Some work begins, which a newer save may end if it `yields`; that it is to stop always ends it.
    pub(super) fn begin(&self, unseen: Option<Unseen>, yields: bool) -> Cancel {
        let cancel = Cancel::default();
        *self.lock() = Some(Task {
            cancel: cancel.clone(),
            since: instant(),
            yields,
            unseen,
        });
        cancel
    }

    /// It has ended, or may not be ended any more.
    pub(super) fn end(&self) {
        *self.lock() = None;
    }

    fn lock(&self) -> MutexGuard<'_, Option<Task>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends work that began before some news, once it is long. Whether the news is dealt with.
    fn interrupt(&self, news: Instant) -> bool {
        match &*self.lock() {
            Some(task) if task.yields && task.since < news => {
                let long = task.since.elapsed() >= LONG;
                if long {
                    task.cancel.ask();
                }
                long
            }
            _ => true,
        }
    }

    fn stop(&self) {
        if let Some(task) = &*self.lock() {
            task.cancel.ask();
        }
    }

    /// Whether something was saved since the work began, of which no event tells. The worker does
    /// not wait for this.
    fn finds_more(&self) -> bool {
        let begun = match &mut *self.lock() {
            Some(task) if task.yields => task.unseen.take().map(|unseen| (unseen, task.since)),
            _ => None,
        };
        let Some((mut unseen, since)) = begun else {
            return false;
        };
        let found = unseen.has_come();
        if let Some(task) = &mut *self.lock()
            && task.since == since
        {
            task.unseen = Some(unseen);
        }
        found
    }

    /// Hands signals on to the worker until it is to stop.
    pub(super) fn hand_on(&self, signals: &Receiver<Signal>, worker: &Sender<Signal>) {
        let mut news: Option<Instant> = None;
        loop {
            let wait = if news.is_some() { LONG / 4 } else { LOOK };
            let signal = match signals.recv_timeout(wait) {
                Err(RecvTimeoutError::Timeout) => self.finds_more().then(Signal::look_again),
                Err(RecvTimeoutError::Disconnected) => return,
                Ok(signal) => Some(signal),
            };
            if let Some(signal) = signal {
                let stop = matches!(signal, Signal::Stop);
                if signal.may_be_a_save() {
                    news.get_or_insert_with(instant);
                }
                if worker.send(signal).is_err() || stop {
                    return self.stop();
                }
            }
            news = news.filter(|news| !self.interrupt(*news));
        }
    }
}
