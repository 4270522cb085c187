//! Work on all processors. The order of what comes out is that of what went in, on any number of them.

use rayon::prelude::*;

/// Does something with each item.
pub(crate) fn map<T: Send, R: Send>(items: Vec<T>, work: impl Fn(T) -> R + Sync + Send) -> Vec<R> {
    items.into_par_iter().map(work).collect()
}
