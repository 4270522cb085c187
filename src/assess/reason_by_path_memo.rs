//! The details of findings that are certain, by the path that a record takes. Paths are found for a
//! block of records ahead, so that for most records no test is asked one by one.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::assess::reasons_by_answers_memo::Told;
use crate::model::typed_indexes::ConditionIndex;
use crate::model::typed_indexes::RecordIndex;
use crate::tree::{BLOCK, Batch, BlockPaths, NO_PATH, WalkBuffers};

/// The memo of one thread.
pub(super) struct PathMemo<T>(Mutex<BlockPathMemo<T>>);

struct BlockPathMemo<T> {
    /// By condition.
    conditions: Vec<ConditionPaths<T>>,
    room: WalkBuffers,
}

struct ConditionPaths<T> {
    /// The first record of the latest block, and the paths of all its records; `None` if the paths
    /// of the tree are not numbered.
    block: Option<(usize, Option<Box<BlockPaths>>)>,
    /// By path.
    told: Vec<Option<Arc<Told<T>>>>,
}

impl<T> PathMemo<T> {
    pub(super) fn new(conditions: usize) -> Self {
        let none = || ConditionPaths {
            block: None,
            told: Vec::new(),
        };
        Self(Mutex::new(BlockPathMemo {
            conditions: std::iter::repeat_with(none).take(conditions).collect(),
            room: WalkBuffers::default(),
        }))
    }

    /// The explanation of a condition for a record; `alone` finds it the first time that a path is
    /// taken, and if there is no path.
    pub(super) fn told(
        &self,
        (condition, batch): (ConditionIndex, &Batch<'_>),
        (record, records): (RecordIndex, usize),
        alone: impl FnOnce() -> Arc<Told<T>>,
    ) -> Arc<Told<T>> {
        let mut known = self.known();
        let Some(path) = known.path((condition, batch), (record, records)) else {
            drop(known);
            return alone();
        };
        if let Some(Some(found)) = known.conditions[condition].told.get(path) {
            return Arc::clone(found);
        }
        drop(known);
        let found = alone();
        self.known().conditions[condition].keep(path, &found);
        found
    }

    /// The memo is consistent even if a thread panicked.
    fn known(&self) -> MutexGuard<'_, BlockPathMemo<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> BlockPathMemo<T> {
    /// The path of a record, out of `records`.
    fn path(
        &mut self,
        (condition, batch): (ConditionIndex, &Batch<'_>),
        (record, records): (RecordIndex, usize),
    ) -> Option<usize> {
        let start = record.get() - record.get() % BLOCK;
        let block = &mut self.conditions[condition].block;
        if block.as_ref().is_none_or(|(from, _)| *from != start) {
            let mut wanted = [0; BLOCK];
            wanted[..BLOCK.min(records - start)].fill(u8::MAX);
            *block = Some((start, batch.paths(start, &wanted, &mut self.room)));
        }
        let path = block.as_ref()?.1.as_ref()?[record.get() - start];
        (path != NO_PATH).then_some(usize::from(path))
    }
}

impl<T> ConditionPaths<T> {
    fn keep(&mut self, path: usize, found: &Arc<Told<T>>) {
        if !found.is_shared() {
            return;
        }
        if self.told.len() <= path {
            self.told.resize(path + 1, None);
        }
        self.told[path] = Some(Arc::clone(found));
    }
}
