//! Any text as a script: no panic, no hang, and a settled finding is that of the completed record.
#![no_main]

use rulebook::assess::{Options, assess};
use rulebook::assessment::Status;
use rulebook::input_files::Files;
use rulebook::snapshot::Snapshot;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Ok(script) = std::str::from_utf8(bytes) else { return };
    let mut files = Files::new();
    files.insert("policies/f/rulebook.yaml", include_str!("schema.yaml"));
    files.insert("policies/f/jurisdictions/part.yaml", "facts: {a: true, t: x, r: other}\n");
    let whole = "facts: {a: true, b: false, i: 3, k: 7, n: 1.5, m: 0.0, t: x, u: y, c: red, d: 2017-08-03, e: 2017-08-04, l: [1], g.x: 2, r: other}\n";
    files.insert("policies/f/jurisdictions/whole.yaml", whole);
    files.insert("policies/f/jurisdictions/other.yaml", "facts: {a: false, i: 1}\n");
    files.insert("scripts/f/s.rhai", script);
    let assessment = assess(&Snapshot::load(&files), &Options::default());
    rulebook::render::json(&assessment);
    rulebook::render::diagnostics(&assessment.diagnostics, rulebook::render::Colour::Never, 80);
    let Some(psp) = assessment.rulebooks.first() else { return };
    let status = |id: &str| psp.jurisdiction(id).and_then(|one| one.findings.first()).map(|finding| finding.status);
    let asks = script.contains("known") || script.contains("assume");
    if let (Some(part), Some(whole)) = (status("part"), status("whole"))
        && !asks
        && part != Status::Unknown
    {
        assert_eq!(part, whole, "settled, and a completion differs");
    }
});
