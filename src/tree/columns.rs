//! Trees over columns: many records are walked at once.

mod answers;
mod batch;
mod block;
mod block_cells;
mod column_predicate;
mod completion;
mod kernels;
mod lanes;
mod leaf_values;
mod open_tests;
mod open_ways;
mod paths;
mod single_record;

pub(crate) use batch::{Batch, WalkBuffers, bit};
pub(crate) use block::{BLOCK, BlockBytes};
pub(crate) use block_cells::{Completed, Rows};
pub(crate) use completion::{Completions, Lane};
pub(crate) use leaf_values::LeafValue;
pub(crate) use open_ways::{OpenWays, StillOpen};
pub(crate) use paths::{BlockPaths, NO_PATH};
