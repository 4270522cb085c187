//! Scripts of more lines, or with longer ones, than the interpreter can count: places that it cannot tell apart
//! would be taken for one.

use rulebook::assess::{Options, assess};
use rulebook::assessment::Status;
use rulebook::input_files::Files;
use rulebook::snapshot::Snapshot;

const RULEBOOK: &str = "title: L\nas_of: 2017-08-03\nfacts:\n  a: {type: integer}\n";

/// What `check` says of a script, and the finding that it comes to; with a file in `lib`, if it has one.
fn said(script: &str, library: Option<&str>) -> (Vec<String>, Vec<Status>) {
    let mut files = Files::new();
    files.insert("policies/l/rulebook.yaml", RULEBOOK);
    files.insert("policies/l/jurisdictions/x.yaml", "facts: {a: 5}\n");
    files.insert("scripts/l/s.rhai", script);
    if let Some(library) = library {
        files.insert("scripts/lib/f.rhai", library);
    }
    let assessment = assess(&Snapshot::load(&files), &Options::default());
    let errors = assessment.diagnostics.iter().filter(|one| one.is_error());
    let errors = errors.map(|one| {
        let place = one.span().map_or(0, |span| span.position().line);
        format!("{}:{place} {}", one.code.as_str(), one.message)
    });
    let found = assessment.rulebooks[0].at(0.into()).findings.iter();
    (errors.collect(), found.map(|one| one.status).collect())
}

#[test]
fn scripts_longer_than_can_be_counted_are_refused_where_that_begins() {
    let body = "if j.a > 3 { met(\"m\") } else { not_met(\"n\") }\n";
    let lines = |count: usize| format!("//! S\n{}{body}", "\n".repeat(count));
    let (errors, found) = said(&lines(64_000), None);
    assert_eq!((errors.len(), found), (0, vec![Status::Met]));
    let (errors, found) = said(&lines(65_000), None);
    assert_eq!(errors, ["R146:65001 a script has at most 65,000 lines"]);
    assert_eq!(found, [Status::Fault]);
    let wide = |count: usize| format!("//! S\n/*{}*/ {body}", "é".repeat(count));
    assert_eq!(said(&wide(64_000), None).1, [Status::Met]);
    let (errors, _) = said(&wide(65_000), None);
    assert_eq!(errors, ["R146:2 this line has more than 65,000 characters"]);
    // What is put in for the interpreter counts too.
    let sums = format!("//! S\nj.a > {}0.5\n", "0.5 + ".repeat(9_000));
    let (errors, _) = said(&sums, None);
    assert!(errors[0].starts_with("R146:2 "), "{errors:?}");
}

#[test]
fn a_library_longer_than_can_be_counted_is_broken_and_what_imports_it_says_so() {
    let library = format!("fn f(x) {{ x }}{}", "\n".repeat(70_000));
    let script = "//! S\nimport \"lib/f\" as f;\nf::f(j.a) > 3\n";
    let (errors, found) = said(script, Some(&library));
    assert_eq!(
        errors,
        [
            "R147:2 the imported file `lib/f` is broken",
            "R146:65001 a script has at most 65,000 lines"
        ]
    );
    assert_eq!(found, [Status::Fault]);
}
