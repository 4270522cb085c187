//! Any bytes as a file of records: no panic, and a bounded answer.
#![no_main]

#[allow(dead_code, reason = "each target uses one")]
mod bodies;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| bodies::records(bytes));
