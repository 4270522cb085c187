//! The outside world: disks, git, watching files for changes, and results that follow them.

pub mod disk;
pub mod live;
pub mod watch;
