//! What a person meets: the command line and the screen.

pub mod cli;
pub mod tui;
