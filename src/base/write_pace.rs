//! How many items are written about at a time, so that what stands in memory has a bound however long
//! each is.

/// So many bytes are to stand in memory at a time.
const BYTES: usize = 16 << 20;

/// The most items at a time.
const MOST: usize = 2_048;

/// How many of the next items to take.
pub(crate) struct WritePace {
    items: usize,
}

impl WritePace {
    pub(crate) fn new() -> Self {
        Self { items: 64 }
    }

    /// How many of those that are left.
    pub(crate) fn of(&self, left: usize) -> usize {
        self.items.min(left)
    }

    /// So many came to so many bytes: others are taken to be like them.
    pub(crate) fn wrote(&mut self, items: usize, bytes: usize) {
        let each = bytes / items.max(1);
        self.items = (BYTES / each.max(1)).clamp(1, MOST);
    }
}
