//! Trees over columns: many records are walked at once.

mod answers;
mod batch;
mod block;
mod cells;
mod column_predicate;
mod completion;
mod kernels;
mod lanes;
mod leaves;
mod open_tests;
mod open_ways;
mod paths;
mod single_record;

pub(crate) use batch::{Batch, WalkBuffers, bit};
pub(crate) use block::{BLOCK, BlockBytes};
pub(crate) use cells::{Completed, Rows};
pub(crate) use completion::{Completions, Lane};
pub(crate) use leaves::LeafValue;
pub(crate) use open_ways::{OpenWays, StillOpen};
pub(crate) use paths::{BlockPaths, NO_PATH};
