//! An example for each diagnostic: what `tests/diagnostics.txt` changes in a new rulebook shows the
//! code, and `docs/diagnostics.md` shows a part of it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::common::run;
use crate::tidy::read;

/// Those that need more than a text in a file: tests of their own show them.
const ELSEWHERE: [&str; 10] = [
    "R100", "R101", "R102", "R103", "R104", "R105", "R160", "R172", "R174", "R204",
];

#[derive(Default)]
struct Edit {
    file: String,
    old: String,
    new: String,
}

impl Edit {
    fn make(&self, root: &Path) {
        let path = root.join(&self.file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let text = fs::read_to_string(&path).unwrap_or_default();
        let count = text.matches(&self.old).count();
        assert!(
            self.old.is_empty() || count == 1,
            "{}: {}",
            self.file,
            self.old
        );
        fs::write(path, text.replacen(&self.old, &self.new, 1)).unwrap();
    }
}

/// The edits by their codes.
fn edits() -> BTreeMap<String, Vec<Edit>> {
    let mut found: BTreeMap<String, Vec<Edit>> = BTreeMap::new();
    let mut code = String::new();
    for line in read("tests/diagnostics.txt").lines().skip(3) {
        if let Some((named, file)) = line.split_once(' ').filter(|_| line.starts_with('R')) {
            named.clone_into(&mut code);
            let file = file.to_owned();
            let edit = Edit {
                file,
                ..Edit::default()
            };
            found.entry(code.clone()).or_default().push(edit);
            continue;
        }
        let edit = found.get_mut(&code).and_then(|edits| edits.last_mut());
        let edit = edit.expect("a line with the code and the file comes first");
        let (side, text) = line.split_at(1);
        let side = if side == "-" {
            &mut edit.old
        } else {
            &mut edit.new
        };
        *side += text;
        side.push('\n');
    }
    found
}

/// Makes the edits of a code in a new rulebook, and gives what `check` says.
fn shown(edits: &[Edit]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let (_, _, status) = run(folder.path(), &["new", "grants"], b"");
    assert_eq!(status, 0);
    for edit in edits {
        edit.make(folder.path());
    }
    run(folder.path(), &["check", "--quiet"], b"").1
}

#[test]
fn each_diagnostic_has_an_example_that_shows_it() {
    let edits = edits();
    let docs = read("docs/diagnostics.md");
    for code in rulebook::diagnostic::Code::ALL
        .iter()
        .map(|code| code.as_str())
    {
        if code.starts_with("R3") || ELSEWHERE.contains(&code) {
            continue;
        }
        let edits = edits
            .get(code)
            .unwrap_or_else(|| panic!("{code} has no example"));
        let shown = shown(edits);
        assert!(shown.contains(&format!("[{code}]")), "{code}: {shown}");
        let row = docs
            .lines()
            .find(|line| line.starts_with(&format!("| {code} |")));
        let example = row.and_then(|row| row.trim_end_matches(" |").rsplit(" | ").next());
        let part = example.and_then(|example| example.split('`').nth(1));
        let part = part.unwrap_or_else(|| panic!("docs/diagnostics.md: {code} has no example"));
        let texts =
            |edit: &Edit| [&edit.file, &edit.old, &edit.new].map(|text| text.contains(part));
        assert!(
            edits.iter().any(|edit| texts(edit).contains(&true)),
            "docs/diagnostics.md: no file of {code} has `{part}`"
        );
    }
}
