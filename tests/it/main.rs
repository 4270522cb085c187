//! All integration tests in one program: what a user can see, and the laws.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::format_push_string,
    reason = "tests read files, and favour short code"
)]
#![expect(clippy::too_many_lines, reason = "a law is told in one piece")]

mod accessors;
mod amounts;
mod at_derived;
mod bad_input;
mod calendar;
mod cases;
mod changes;
mod circles;
mod claims;
mod cli;
mod common;
mod comparison;
mod data_limits;
mod dates;
mod derived_circles;
mod diagnostics;
mod edit;
mod exact;
mod explain;
mod findings;
mod formats_of_records;
mod front_door;
mod fuzz_seeds;
mod gaps;
mod generate;
mod impact;
mod incremental;
mod law;
mod laws;
mod limits;
mod lint;
mod long_scripts;
mod numbers;
mod outputs;
mod pages;
mod picture;
mod points;
mod points_together;
mod populations;
mod programmes;
mod readme;
mod record_slips;
mod removals;
mod reports;
mod requests;
mod sample;
mod schemas;
mod screen;
mod scripts;
mod sheets;
mod shown;
mod slips;
mod sourced;
mod sql;
mod statistics;
mod strangers;
mod summary;
mod sweep;
mod testing;
mod tidy;
mod timeline;
mod tutorial;
mod understanding;
mod unreadable;
mod waivers;
mod work;
mod writing;
