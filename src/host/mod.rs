//! The world outside: disks, git, what changes there, and results that follow it.

pub mod disk;
#[cfg(feature = "watch")]
pub mod live;
#[cfg(feature = "watch")]
pub mod watch;
