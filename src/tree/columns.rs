//! Trees over columns: many records are walked at once.

mod batch;
mod kernels;

pub(crate) use batch::{BLOCK, Batch, Bytes, Room, bit};
