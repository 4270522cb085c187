//! A block of records, which are looked at together, and a byte for each.

/// The most records walked together.
pub(crate) const BLOCK: usize = 1024;

/// A byte for each record of a block.
pub(crate) type BlockBytes = [u8; BLOCK];

pub(super) fn mask(answer: bool) -> u8 {
    if answer { u8::MAX } else { 0 }
}
