//! What is tried with any bytes: by the fuzzer, and by a test over the seeds and what is near them.

use rulebook::assess::{Options, assess};
use rulebook::assessment::{Assessment, Status};
use rulebook::input_files::Files;
use rulebook::snapshot::Snapshot;

fn shown_whole(files: &Files) -> Assessment {
    let assessment = assess(&Snapshot::load(files), &Options::default());
    rulebook::render::json(&assessment);
    let plain = rulebook::render::Colour::Never;
    rulebook::render::diagnostics(&assessment.diagnostics, plain, 80);
    assessment
}

/// Any bytes as a file of records: no panic, and a bounded answer.
pub(crate) fn records(bytes: &[u8]) {
    let mut files = Files::new();
    files.insert("policies/f/rulebook.yaml", include_str!("schema.yaml"));
    files.insert_bytes("policies/f/jurisdictions/x.yaml", bytes);
    files.insert(
        "scripts/f/a.rhai",
        "//! A\nif j.r.i >= 2 || j.a { met(`${j.t} ${j.n}`) } else { j.d < j.e }",
    );
    shown_whole(&files);
}

/// Any bytes as a rulebook file.
pub(crate) fn rulebook_file(bytes: &[u8]) {
    let mut files = Files::new();
    files.insert_bytes("policies/f/rulebook.yaml", bytes);
    files.insert(
        "policies/f/jurisdictions/x.yaml",
        "facts: {a: true, i: 1, t: x, d: 2017-08-03}\n",
    );
    files.insert(
        "scripts/f/a.rhai",
        "//! A\n//! @source s\nj.a || j.i > params.p",
    );
    shown_whole(&files);
}

/// Any text as a script: no panic, no hang, and a settled finding is that of the completed record.
pub(crate) fn script(bytes: &[u8]) {
    let Ok(script) = std::str::from_utf8(bytes) else {
        return;
    };
    let mut files = Files::new();
    files.insert("policies/f/rulebook.yaml", include_str!("schema.yaml"));
    files.insert(
        "policies/f/jurisdictions/part.yaml",
        "facts: {a: true, t: x, r: other}\n",
    );
    let whole = "facts: {a: true, b: false, i: 3, k: 7, n: 1.5, m: 0.0, t: x, u: y, c: red, \
                 d: 2017-08-03, e: 2017-08-04, l: [1], g.x: 2, r: other}\n";
    files.insert("policies/f/jurisdictions/whole.yaml", whole);
    files.insert(
        "policies/f/jurisdictions/other.yaml",
        "facts: {a: false, i: 1}\n",
    );
    files.insert("scripts/f/s.rhai", script);
    let assessment = shown_whole(&files);
    let Some(first) = assessment.rulebooks.first() else {
        return;
    };
    let status = |id: &str| {
        let found = first.jurisdiction(id);
        found.and_then(|one| one.findings.first().map(|finding| finding.status))
    };
    // What asks whether a fact is stated says something else of another record.
    let asks = script.contains("known") || script.contains("assume");
    if let (Some(part), Some(whole)) = (status("part"), status("whole"))
        && !asks
        && part != Status::Unknown
    {
        assert_eq!(part, whole, "settled, and a completion differs");
    }
}
