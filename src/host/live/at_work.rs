//! What the worker is at, and its end when a newer save comes in.
//!
//! Signals pass through here on their way to the worker: while it is at work for long, one that may
//! be a save ends that work, so that what was mended is seen without waiting for what it mends.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::base::work::Cancel;
use crate::host::watch::Signal;

/// Work that takes less than this is never ended.
const LONG: Duration = Duration::from_millis(200);

#[expect(clippy::disallowed_methods, reason = "a reload is timed")]
pub(super) fn instant() -> Instant {
    Instant::now()
}

/// What the worker is at, and since when.
#[derive(Clone, Debug, Default)]
pub(super) struct AtWork(Arc<Mutex<Option<(Cancel, Instant)>>>);

impl AtWork {
    /// Some work begins, which a newer save may end; `unless` it is to go on to its end.
    pub(super) fn begin_unless(&self, unless: bool) -> Cancel {
        let cancel = Cancel::default();
        *self.lock() = (!unless).then(|| (cancel.clone(), instant()));
        cancel
    }

    /// It has ended, or may not be ended any more.
    pub(super) fn end(&self) {
        *self.lock() = None;
    }

    fn lock(&self) -> MutexGuard<'_, Option<(Cancel, Instant)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends work that began before some news, once it is long. Whether the news is dealt with.
    fn interrupt(&self, news: Instant, least: Duration) -> bool {
        match &*self.lock() {
            Some((cancel, since)) if *since < news => {
                let long = since.elapsed() >= least;
                if long {
                    cancel.ask();
                }
                long
            }
            _ => true,
        }
    }

    /// Hands signals on to the worker until it is to stop.
    pub(super) fn hand_on(&self, signals: &Receiver<Signal>, worker: &Sender<Signal>) {
        let mut news: Option<Instant> = None;
        loop {
            let signal = match news {
                None => signals.recv().map_err(|_| RecvTimeoutError::Disconnected),
                Some(_) => signals.recv_timeout(LONG / 4),
            };
            match signal {
                Ok(signal) => {
                    let stop = matches!(signal, Signal::Stop);
                    if signal.may_be_a_save() {
                        news.get_or_insert_with(instant);
                    }
                    if worker.send(signal).is_err() || stop {
                        self.interrupt(instant(), Duration::ZERO);
                        return;
                    }
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
            news = news.filter(|news| !self.interrupt(*news, LONG));
        }
    }
}
