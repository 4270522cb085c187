//! Cases that need no Rust: each folder of `tests/cases/` is a root with `policies/` and
//! `scripts/`, and what `rulebook check` shows for it.
//!
//! `options` holds the options, if any. `expected.txt` holds the table, the diagnostics and the
//! exit code. `UPDATE_CASES=1 cargo test` writes it; review it like code.

use std::path::Path;
use std::process::Command;

#[test]
fn each_case_shows_what_it_should() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut names: Vec<_> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    names.sort();
    assert!(names.len() > 20, "the cases are gone");
    let wrong: Vec<_> = std::thread::scope(|scope| {
        let all: Vec<_> = names
            .iter()
            .map(|case| scope.spawn(|| check(case)))
            .collect();
        all.into_iter()
            .filter_map(|one| one.join().unwrap())
            .collect()
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

fn check(case: &Path) -> Option<String> {
    let options = std::fs::read_to_string(case.join("options")).unwrap_or_default();
    let output = Command::new(env!("CARGO_BIN_EXE_rulebook"))
        .args(["check", "--color", "never", "--root"])
        .arg(case)
        .args(options.split_whitespace())
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let shown = format!(
        "{}{}exit {}\n",
        text(&output.stdout),
        text(&output.stderr),
        output.status.code().unwrap_or(-1)
    );
    let file = case.join("expected.txt");
    if std::env::var_os("UPDATE_CASES").is_some() {
        std::fs::write(&file, &shown).unwrap();
    }
    let expected = std::fs::read_to_string(&file).unwrap_or_default();
    (shown != expected)
        .then(|| format!("{} expected:\n{expected}\nfound:\n{shown}", case.display()))
}
