//! Any text as a script: no panic, no hang, and a settled finding is that of the completed record.
#![no_main]

#[allow(dead_code, reason = "each target uses one")]
mod bodies;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| bodies::script(bytes));
