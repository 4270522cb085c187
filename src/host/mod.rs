//! The world outside: disks, git, what changes there, and results that follow it.

pub mod disk;
pub mod live;
pub mod watch;
