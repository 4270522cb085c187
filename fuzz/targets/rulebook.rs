//! Any bytes as a rulebook file.
#![no_main]

use rulebook::assess::{Options, assess};
use rulebook::input_files::Files;
use rulebook::snapshot::Snapshot;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let mut files = Files::new();
    files.insert_bytes("policies/f/rulebook.yaml", bytes);
    files.insert("policies/f/jurisdictions/x.yaml", "facts: {a: true, i: 1, t: x, d: 2017-08-03}\n");
    files.insert("scripts/f/a.rhai", "//! A\n//! @source s\nj.a || j.i > params.p");
    let assessment = assess(&Snapshot::load(&files), &Options::default());
    rulebook::render::json(&assessment);
    rulebook::render::diagnostics(&assessment.diagnostics, rulebook::render::Colour::Never, 80);
});
