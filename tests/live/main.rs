//! Following the files, on real files: every way in which a program saves.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "tests write files"
)]

mod desk;
mod kept;
mod saves;
mod stress;
