//! How many items are written at a time, so that memory is bounded however long each one is.

/// About so many bytes are held in memory at a time.
const BYTES: usize = 16 << 20;

/// The most items at a time.
const MOST: usize = 2_048;

/// Decides how many items to take next.
pub(crate) struct WritePace {
    items: usize,
}

impl WritePace {
    pub(crate) fn new() -> Self {
        Self { items: 64 }
    }

    /// How many of the items that are left to take.
    pub(crate) fn of(&self, left: usize) -> usize {
        self.items.min(left)
    }

    /// Records how many bytes so many items took; the next ones are expected to be like them.
    pub(crate) fn wrote(&mut self, items: usize, bytes: usize) {
        let each = bytes / items.max(1);
        self.items = (BYTES / each.max(1)).clamp(1, MOST);
    }
}
