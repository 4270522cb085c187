//! Work on all processors. Results are in the order of the items, on any number of threads.

use std::collections::BTreeMap;
use std::iter::Enumerate;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::vec::IntoIter;

use rayon::prelude::*;

use crate::base::work_budget;

/// Maps items in parallel; a single item is mapped on the calling thread.
pub(crate) fn map<T: Send, R: Send>(items: Vec<T>, each: impl Fn(T) -> R + Sync + Send) -> Vec<R> {
    if items.len() < 2 {
        return items.into_iter().map(each).collect();
    }
    let cancel = work_budget::current();
    let one = |item| work_budget::with(cancel.clone(), || each(item));
    items.into_par_iter().map(one).collect()
}

/// Maps items in parallel, with a state for each thread that is reused from item to item. No thread
/// waits while items are left.
pub(crate) fn map_with<T: Send, S, R: Send>(
    items: Vec<T>,
    start: impl Fn() -> S + Sync,
    each: impl Fn(&mut S, T) -> R + Sync,
) -> Vec<R> {
    if items.len() < 2 {
        work_budget::look();
        let one = |item| each(&mut start(), item);
        return items.into_iter().map(one).collect();
    }
    let done = Mutex::new(Vec::with_capacity(items.len()));
    let items = Queue::new(items);
    on_all_threads(|| {
        let mut own = None;
        while let Some((number, item)) = items.next() {
            work_budget::look();
            let found = each(own.get_or_insert_with(&start), item);
            lock(&done).push((number, found));
        }
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_unstable_by_key(|(number, _)| *number);
    done.into_iter().map(|(_, found)| found).collect()
}

/// One value for each thread, so that none waits for another, and one for the calling thread.
#[derive(Debug)]
pub(crate) struct PerThread<T>(Vec<T>);

impl<T> PerThread<T> {
    pub(crate) fn new(one: impl FnMut() -> T) -> Self {
        let threads = rayon::current_num_threads();
        Self(std::iter::repeat_with(one).take(threads + 1).collect())
    }

    /// The value of the current thread.
    pub(crate) fn own(&self) -> &T {
        let thread = rayon::current_thread_index().map_or(0, |thread| thread + 1);
        &self.0[thread % self.0.len()]
    }
}

/// Numbered items, which threads take one by one.
struct Queue<T>(Mutex<Enumerate<IntoIter<T>>>);

impl<T> Queue<T> {
    fn new(items: Vec<T>) -> Self {
        Self(Mutex::new(items.into_iter().enumerate()))
    }

    fn next(&self) -> Option<(usize, T)> {
        lock(&self.0).next()
    }

    fn clear(&self) {
        lock(&self.0).by_ref().for_each(drop);
    }
}

fn on_all_threads(each: impl Fn() + Sync) {
    let cancel = &work_budget::current();
    let each = &each;
    rayon::scope(|scope| {
        for _ in 0..rayon::current_num_threads() {
            scope.spawn(move |_| work_budget::with(cancel.clone(), each));
        }
    });
}

/// Maps items in parallel and passes the results to `take` in the order of the items; few results
/// wait. Ends when `take` returns false.
pub(crate) fn in_order<T: Send, R: Send>(
    items: Vec<T>,
    each: impl Fn(T) -> R + Sync,
    take: impl FnMut(R) -> bool + Send,
) {
    let items = Queue::new(items);
    let done = Mutex::new(Done {
        waiting: BTreeMap::new(),
        next: 0,
        take,
    });
    on_all_threads(|| {
        while let Some((number, item)) = items.next() {
            work_budget::look();
            let found = each(item);
            if !lock(&done).add(number, found) {
                items.clear();
            }
        }
    });
}

/// Another thread that was cancelled while it held the lock left the value whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Results that wait for their turn.
struct Done<R, F> {
    waiting: BTreeMap<usize, R>,
    next: usize,
    take: F,
}

impl<R, F: FnMut(R) -> bool> Done<R, F> {
    /// Adds a result; false once no more are wanted.
    fn add(&mut self, number: usize, found: R) -> bool {
        self.waiting.insert(number, found);
        while let Some(found) = self.waiting.remove(&self.next) {
            self.next += 1;
            if !(self.take)(found) {
                self.next = usize::MAX;
                return false;
            }
        }
        true
    }
}

/// How much of some work is done, for another thread to read.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    done: AtomicUsize,
    all: AtomicUsize,
}

impl Progress {
    /// Begins work of this amount.
    pub(crate) fn begin(&self, all: usize) {
        self.done.store(0, Ordering::Relaxed);
        self.all.store(all, Ordering::Relaxed);
    }

    /// Adds an amount that is done.
    pub(crate) fn add(&self, amount: usize) {
        self.done.fetch_add(amount, Ordering::Relaxed);
    }

    /// How many thousandths are done.
    #[cfg(feature = "app")]
    pub(crate) fn thousandths(&self) -> usize {
        let (done, all) = (
            self.done.load(Ordering::Relaxed),
            self.all.load(Ordering::Relaxed),
        );
        done.saturating_mul(1000)
            .checked_div(all)
            .unwrap_or(0)
            .min(1000)
    }
}
