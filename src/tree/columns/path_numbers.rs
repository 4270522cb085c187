//! The path by which each record of a block reaches its outcome, if nothing is open on the way.
//!
//! Paths are numbered as by Ball and Larus ("Efficient path profiling", MICRO 1996): from each
//! node, paths by yes come first, then those by no. So the number of a path is the sum of the
//! counts that each no on it skips.
//!
//! Example: the paths of `if j.a { true } else { j.n > 3 }` are 0 (`a`), 1 (not `a`, `n > 3`)
//! and 2. A record without `n` whose `a` is false has none of them.
//!
//! INVARIANT: two records with one path give the same answers to the same tests, in the same order.

use crate::tree::columns::block::{BLOCK, BlockBytes};
use crate::tree::{Tree, TreeNode};

/// The number of a path, by record of a block.
pub(crate) type BlockPaths = [u16; BLOCK];

/// A record that leaves something open has no path.
pub(crate) const NO_PATH: u16 = u16::MAX;

/// Trees of more paths number none.
const MOST_PATHS: u16 = 8_192;

/// The path numbers that a walk collects.
pub(super) struct PathNotes {
    numbers: BlockPaths,
    open: BlockBytes,
}

impl PathNotes {
    pub(super) fn new() -> Self {
        Self {
            numbers: [0; BLOCK],
            open: [0; BLOCK],
        }
    }

    /// Adds a node: the records that continue by no skip `passed` paths; `open` have no path.
    pub(super) fn take(
        &mut self,
        passed: u16,
        (here, open, no): (&BlockBytes, &BlockBytes, &BlockBytes),
    ) {
        let to = self.numbers.iter_mut().zip(&mut self.open);
        let of = here.iter().zip(open).zip(no);
        for ((number, opened), ((here, open), no)) in to.zip(of) {
            // For an open record the number is meaningless.
            *number = number.wrapping_add(if *no == 0 { 0 } else { passed });
            *opened |= open & here;
        }
    }

    /// The path of each record.
    pub(super) fn found(self) -> Box<BlockPaths> {
        let mut numbers = Box::new(self.numbers);
        for (number, open) in numbers.iter_mut().zip(&self.open) {
            *number |= if *open == 0 { 0 } else { NO_PATH };
        }
        numbers
    }
}

/// By node: the number of paths below its yes; `None` for a tree with too many.
pub(super) fn paths_by_yes(tree: &Tree) -> Option<Vec<u16>> {
    let (mut all, mut by_yes) = (Vec::<u16>::new(), Vec::new());
    for node in &tree.nodes {
        // Children come before their parents.
        let (paths, yes) = match *node {
            TreeNode::Leaf(_) => (1, 0),
            TreeNode::Branch { yes, no, .. } => (all[yes].saturating_add(all[no]), all[yes]),
        };
        all.push(paths);
        by_yes.push(yes);
    }
    (all[tree.root] <= MOST_PATHS).then_some(by_yes)
}
