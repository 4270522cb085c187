//! The worker's current task, and how a newer save ends it.
//!
//! Signals pass through here on their way to the worker. If it has been busy for long, a signal
//! that may be a save ends its task, so that a repair is seen without waiting for the broken state.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::base::work_budget::Cancel;
use crate::host::watch::{Signal, Unseen};

/// A task that takes less than this is never ended.
const LONG: Duration = Duration::from_millis(200);

#[expect(clippy::disallowed_methods, reason = "a reload is timed")]
pub(super) fn instant() -> Instant {
    Instant::now()
}

/// How often unseen saves are looked for, where events do not report them.
const LOOK: Duration = Duration::from_millis(250);

/// The worker's current task, if any.
#[derive(Clone, Debug, Default)]
pub(super) struct AtWork(Arc<Mutex<Option<Task>>>);

/// A task and when it began.
#[derive(Debug)]
struct Task {
    cancel: Cancel,
    since: Instant,
    /// Whether a newer save ends it.
    yields: bool,
    /// Finds saves that no event reports.
    unseen: Option<Unseen>,
}

impl AtWork {
    /// Begins a task. A newer save may end it if it `yields`; a stop always ends it.
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

    /// Marks the task as done, or as one that may not be ended any more.
    pub(super) fn end(&self) {
        *self.lock() = None;
    }

    fn lock(&self) -> MutexGuard<'_, Option<Task>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends a task that began before this news, once it has taken long. Returns whether the news is
    /// dealt with.
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

    /// Whether something was saved since the task began that no event reported. The worker does not
    /// wait for this.
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

    /// Passes signals on to the worker until it is to stop.
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
