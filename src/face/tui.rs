//! The screen of `rulebook watch`: a view of the latest revision.
//!
//! `state` is what the screen shows and how keys change it, `view` draws it. Only `event_loop`
//! touches a terminal. Nothing flows back to the assessment.

mod colours_and_marks;
mod detail_pane;
mod event_loop;
mod filter;
mod key_actions;
mod matrix;
mod open_in_editor;
mod parameter_list_pane;
mod state;
mod time_of_day;
mod view;
mod visible_row_order;

pub use colours_and_marks::Palette;
pub use event_loop::{ScreenEnd, run};
pub use state::{Effect, Key, Message, State};
pub use time_of_day::clock;
pub use view::{counts, view};
