//! The YAML test suite, as files of records. Needs its folder `src`:
//! `RULEBOOK_YAML_SUITE=yaml-test-suite/src cargo test --test yaml_suite`.

use std::collections::BTreeMap;
use std::path::Path;

use rulebook::diagnostic::Code;
use rulebook::input_files::Files;
use rulebook::snapshot::Snapshot;

/// One test; what it leaves out is as in the one before it in its file.
#[derive(serde::Deserialize)]
struct Test {
    yaml: Option<String>,
    #[serde(default)]
    fail: bool,
}

/// Signs that are hard to see are written as others there.
fn unmarked(text: &str) -> String {
    let text = text.trim_end_matches("∎\n");
    let tabs = text.replace(['—'], "").replace('»', "\t");
    tabs.replace('␣', " ")
        .replace('←', "\r")
        .replace('⇔', "\u{feff}")
        .replace("↵", "")
}

/// All texts by name, with whether they must be refused.
fn tests() -> BTreeMap<String, (String, bool)> {
    let folder = std::env::var("RULEBOOK_YAML_SUITE").expect("RULEBOOK_YAML_SUITE names the suite");
    let mut found = BTreeMap::new();
    for entry in Path::new(&folder).read_dir().expect("it is a folder") {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let tests: Vec<Test> =
            serde_yaml::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let (several, mut text) = (tests.len() > 1, String::new());
        for (number, test) in tests.into_iter().enumerate() {
            text = test.yaml.unwrap_or(text);
            let name = if several {
                format!("{name}-{number}")
            } else {
                name.clone()
            };
            found.insert(name, (unmarked(&text), test.fail));
        }
    }
    found
}

/// The codes of all that is wrong with a file of records.
fn codes(text: &str) -> Vec<Code> {
    let mut files = Files::new();
    files.insert(
        "policies/t/rulebook.yaml",
        "title: T\nas_of: 2017-08-03\nfacts: {}\n",
    );
    files.insert("policies/t/jurisdictions/a.yaml", text);
    let snapshot = Snapshot::load(&files);
    snapshot.diagnostics.iter().map(|one| one.code).collect()
}

#[test]
fn what_must_be_refused_is_refused_and_little_else() {
    let (mut taken, mut refused) = (Vec::new(), Vec::new());
    let tests = tests();
    let must_fail = tests.values().filter(|(_, fail)| *fail).count();
    assert_eq!((tests.len(), must_fail), (406, 94));
    for (name, (text, fail)) in tests {
        let is_syntax = codes(&text).contains(&Code::YamlSyntax);
        match (fail, is_syntax) {
            (true, false) => taken.push(name),
            (false, true) => refused.push(name),
            _ => {}
        }
    }
    // These are refused for another reason.
    assert_eq!(taken, ["9C9N", "DK95-1", "QB6E"]);
    // Sixteen have tags, which are refused on purpose.
    let tagged = [
        "2XXW", "565N", "5TYM", "6CK3", "6WLZ", "7FWL", "9WXW", "C4HZ", "CC74", "CUP7", "J7PZ",
        "M5C3", "P76L", "UGM3", "Z67P", "Z9M4",
    ];
    assert_eq!(refused[..16], tagged);
    assert_eq!(refused[16..], ["ZYU8-2"]);
}
