//! Trees over columns: many records are walked at once.

mod batch_walk;
mod block;
mod block_arithmetic;
mod column_predicate;
mod leaf_values;
mod open_tests;
mod open_ways;
mod path_numbers;
mod record_block_values;
mod record_with_gaps;
mod test_answers;
mod trial_completions;
mod vectorised_calculation_steps;

pub(crate) use batch_walk::{Batch, WalkBuffers, bit};
pub(crate) use block::{BLOCK, BlockBytes};
pub(crate) use leaf_values::LeafValue;
pub(crate) use open_ways::{OpenWays, StillOpen};
pub(crate) use path_numbers::{BlockPaths, NO_PATH};
pub(crate) use record_block_values::{Completed, Rows};
pub(crate) use trial_completions::{Completions, Lane};
