//! The user interfaces: the command line and the screen.

pub mod cli;
pub mod tui;
