//! Any text as YAML: the subset has the events and places of the reader of all of YAML, or refuses.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    if let Err(why) = rulebook::fuzzing::compare(text) {
        panic!("{why}");
    }
});
