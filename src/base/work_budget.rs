//! Work counted in units, budgets of it, and cancelling it from outside.
//!
//! Each thread counts the units it spends, and a budget bounds them. Units depend only on the work
//! itself: no clock, no other thread, no cache. So the same input gives the same answer. A
//! [`Cancel`] ends work without a result: the stack is unwound, and nothing of the work is kept.

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

thread_local! {
    static SPENT: Cell<u64> = const { Cell::new(0) };
    static PERIOD: Cell<u64> = const { Cell::new(0) };
    static CANCEL: RefCell<Option<Cancel>> = const { RefCell::new(None) };
}

/// Units spent between two checks whether the work was cancelled.
const BETWEEN_LOOKS: u64 = 1 << 12;

/// Spends units of work. One unit is about one step of the interpreter.
pub(crate) fn spend(units: u64) {
    let (before, after) = SPENT.with(|spent| {
        let before = spent.get();
        let after = before.wrapping_add(units);
        spent.set(after);
        (before, after)
    });
    if before / BETWEEN_LOOKS != after / BETWEEN_LOOKS {
        look();
    }
}

/// The units this thread has spent so far; take the difference to measure a piece of work.
pub(crate) fn spent() -> u64 {
    SPENT.get()
}

/// Makes remembered results be paid for again, as if they were not remembered. Each new budget
/// calls it.
pub(crate) fn pay_anew() {
    PERIOD.set(PERIOD.get().wrapping_add(1));
}

/// A number that differs after each [`pay_anew`].
pub(crate) fn period() -> u64 {
    PERIOD.get()
}

/// Ends the work of this thread if it was cancelled.
pub(crate) fn look() {
    let ended = CANCEL.with_borrow(|cancel| cancel.as_ref().is_some_and(Cancel::is_asked));
    if ended && !std::thread::panicking() {
        resume_unwind(Box::new(Cancelled));
    }
}

/// An upper bound of work, in units.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Budget {
    from: u64,
    units: u64,
}

impl Budget {
    /// A budget for what this thread does from now on.
    pub(crate) fn new(units: usize) -> Self {
        let units = u64::try_from(units).unwrap_or(u64::MAX);
        pay_anew();
        Self {
            from: SPENT.get(),
            units,
        }
    }

    /// Whether all units are spent.
    pub(crate) fn is_used_up(self) -> bool {
        SPENT.get().wrapping_sub(self.from) >= self.units
    }

    /// What is left of the budget from now on, at most `units`.
    pub(crate) fn at_most(self, units: usize) -> Self {
        let part = self.part(1);
        let units = u64::try_from(units).unwrap_or(u64::MAX);
        Self {
            units: part.units.min(units),
            ..part
        }
    }

    /// An equal part of what is left, from now on.
    pub(crate) fn part(self, parts: usize) -> Self {
        let spent = SPENT.get().wrapping_sub(self.from);
        let parts = u64::try_from(parts.max(1)).unwrap_or(u64::MAX);
        Self {
            from: SPENT.get(),
            units: self.units.saturating_sub(spent) / parts,
        }
    }
}

/// The error that work was cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cancelled;

/// Cancels work from outside. Clones share one state.
#[derive(Clone, Debug, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// Cancels the work that runs under this value, and any that begins under it later.
    pub fn ask(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it was cancelled.
    pub fn is_asked(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Does some work, on this thread and on those it is shared with.
    ///
    /// # Errors
    /// When the work was cancelled.
    pub fn during<T>(&self, work: impl FnOnce() -> T) -> Result<T, Cancelled> {
        let done = catch_unwind(AssertUnwindSafe(|| {
            with(Some(self.clone()), || {
                look();
                work()
            })
        }));
        done.map_err(|payload| match payload.downcast::<Cancelled>() {
            Ok(cancelled) => *cancelled,
            Err(other) => resume_unwind(other),
        })
    }
}

/// What cancels the work of this thread, to pass on to threads that share it.
pub(crate) fn current() -> Option<Cancel> {
    CANCEL.with_borrow(Clone::clone)
}

/// Does some work that `cancel` can end.
pub(crate) fn with<T>(cancel: Option<Cancel>, work: impl FnOnce() -> T) -> T {
    struct Restore(Option<Cancel>);
    impl Drop for Restore {
        fn drop(&mut self) {
            CANCEL.set(self.0.take());
        }
    }
    let _restore = Restore(CANCEL.replace(cancel));
    work()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::parallel;

    #[test]
    fn a_budget_is_used_up_by_work_and_by_nothing_else() {
        let budget = Budget::new(10);
        spend(9);
        assert!(!budget.is_used_up());
        assert!(!budget.part(1).is_used_up());
        spend(1);
        assert!(budget.is_used_up());
        assert!(budget.part(1).is_used_up());
    }

    #[test]
    fn work_is_ended_on_all_threads_that_share_it_and_panics_stay_panics() {
        let cancel = Cancel::default();
        assert_eq!(cancel.during(|| 1), Ok(1));
        let done = cancel.during(|| {
            parallel::map(vec![1, 2, 3], |item| {
                cancel.ask();
                loop {
                    spend(item);
                }
            })
        });
        assert_eq!(done, Err::<Vec<()>, _>(Cancelled));
        assert_eq!(current().map(|_| ()), None);
        spend(BETWEEN_LOOKS);
        let panicked = catch_unwind(|| Cancel::default().during(|| panic!("as it was")));
        assert!(panicked.is_err());
    }
}
