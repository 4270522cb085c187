//! Any bytes as a file of records: no panic, and a bounded answer.
#![no_main]

use rulebook::assess::{Options, assess};
use rulebook::input_files::Files;
use rulebook::snapshot::Snapshot;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let mut files = Files::new();
    files.insert("policies/f/rulebook.yaml", include_str!("schema.yaml"));
    files.insert_bytes("policies/f/jurisdictions/x.yaml", bytes);
    files.insert("scripts/f/a.rhai", "//! A\nif j.r.i >= 2 || j.a { met(`${j.t} ${j.n}`) } else \
                                      { j.d < j.e }");
    let assessment = assess(&Snapshot::load(&files), &Options::default());
    rulebook::render::json(&assessment);
    rulebook::render::diagnostics(&assessment.diagnostics, rulebook::render::Colour::Never, 80);
});
