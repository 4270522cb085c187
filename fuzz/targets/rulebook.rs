//! Any bytes as a rulebook file.
#![no_main]

#[allow(dead_code, reason = "each target uses one")]
mod bodies;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| bodies::rulebook_file(bytes));
