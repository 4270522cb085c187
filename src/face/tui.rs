//! The screen of `rulebook watch`: a view of the latest revision.
//!
//! `state` is what the screen shows and how keys change it, `view` draws it; both are pure. Only
//! this file and `terminal` touch a terminal. Nothing flows back to the assessment.

mod commands;
mod detail;
mod editor;
mod filter;
mod matrix;
mod palette;
mod parameters;
mod rows;
mod state;
mod terminal;
mod time_of_day;
mod view;

pub use palette::Palette;
pub use state::{Effect, Key, Message, State};
pub use terminal::{ScreenEnd, run};
pub use time_of_day::clock;
pub use view::{counts, view};
