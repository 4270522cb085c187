//! Trees over columns: many records are walked at once.

mod batch;
mod block;
mod column_predicate;
mod kernels;
mod lanes;

pub(crate) use batch::{Batch, Found, Room, bit};
pub(crate) use block::{BLOCK, Bytes};
