//! The names that a host finds in the root of the crate, and that pages and examples for hosts
//! name no others.

use std::collections::BTreeSet;
use std::path::Path;

use crate::circles::open;
use crate::tidy::read;

/// The names that `src/lib.rs` hands on to everybody, in order.
fn front_door() -> BTreeSet<String> {
    let text = read("src/lib.rs");
    let mut names = BTreeSet::new();
    let mut marks = String::new();
    for item in text.split_inclusive([';', '}']) {
        // What stands before an item: its attributes and its documentation.
        let item = marks.clone() + item;
        if item.matches('{').count() > item.matches('}').count() {
            marks = item;
            continue;
        }
        marks.clear();
        let hidden = item.contains("#[cfg(feature = \"internals\")]")
            || item.contains("#[doc(hidden)]")
            || item.contains("#[cfg(fuzzing)]")
            || item.contains("#[cfg(doctest)]");
        if hidden {
            continue;
        }
        assert!(
            !item.lines().any(|line| line.starts_with("pub mod ")),
            "a module is open to everybody: {item}"
        );
        if let Some((_, tree)) = item.split_once("\npub use ") {
            names.extend(
                open(tree.trim_end_matches(';'))
                    .into_iter()
                    .map(|(_, name)| name),
            );
        }
    }
    names
}

#[test]
fn names_in_the_root_are_few_and_known() {
    let names = front_door();
    assert!((25..=40).contains(&names.len()), "{} names", names.len());
    let list: String = names.iter().flat_map(|name| [name, "\n"]).collect();
    insta::assert_snapshot!("front_door", list);
}

#[test]
fn pages_for_hosts_name_nothing_else() {
    let names = front_door();
    let mut pages = vec!["README.md".to_owned(), "src/lib.rs".to_owned()];
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for folder in ["docs", "examples"] {
        for entry in std::fs::read_dir(root.join(folder)).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            if name.ends_with(".md") || name.ends_with(".rs") {
                pages.push(format!("{folder}/{name}"));
            }
        }
    }
    let mut wrong = Vec::new();
    let mut used = 0;
    for page in pages {
        let text = read(&page);
        for (at, _) in text.match_indices("rulebook::") {
            let rest = &text[at + "rulebook::".len()..];
            let end = rest.find([';', ')', '\n', ' ']).unwrap_or(rest.len());
            let end = if rest.starts_with('{') {
                rest.find('}').map_or(end, |end| end + 1)
            } else {
                end
            };
            let word = |c: char| c.is_alphanumeric() || c == '_';
            let first = |path: &str| path.trim().split(|c| !word(c)).next().unwrap().to_owned();
            let inner = rest[..end].trim_matches(['{', '}']).replace("//!", "");
            for name in inner.split(',').map(first).filter(|name| !name.is_empty()) {
                used += 1;
                if !names.contains(&name) {
                    wrong.push(format!("{page} names `rulebook::{name}`"));
                }
            }
        }
    }
    assert!(used > 10, "{used} names were found");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
