//! Holds the code to `docs/ARCHITECTURE.md`: which folder may use which, that no files go round in
//! a circle, and where a crate is named.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

pub(crate) fn read(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// The files under `src` by their modules, as `tree/walk`; `tree` for `tree/mod.rs` and `tree.rs`.
pub(crate) fn sources() -> BTreeMap<String, String> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|end| end == "rs") {
                found.push(path);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    walk(&root, &mut paths);
    let name = |path: &PathBuf| {
        let name = path.strip_prefix(&root).unwrap().with_extension("");
        name.to_str()
            .unwrap()
            .replace('\\', "/")
            .trim_end_matches("/mod")
            .to_owned()
    };
    paths
        .iter()
        .map(|path| (name(path), std::fs::read_to_string(path).unwrap()))
        .collect()
}

/// The lines of code before the unit tests, comments left out.
pub(crate) fn code(text: &str) -> String {
    let lines = text.lines().take_while(|line| *line != "#[cfg(test)]");
    let lines = lines.filter(|line| !line.trim_start().starts_with("//"));
    lines.flat_map(|line| [line, "\n"]).collect()
}

/// The first cells of the rows of a table of `docs/ARCHITECTURE.md`, with the last ones.
fn table(head: &str) -> Vec<(String, String)> {
    let text = read("docs/ARCHITECTURE.md");
    let rows = text
        .lines()
        .skip_while(|line| !line.starts_with(head))
        .skip(2);
    let rows = rows.take_while(|line| line.starts_with('|')).map(|line| {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        (
            cells[0].trim_matches(['`', '/']).to_owned(),
            cells[cells.len() - 1].to_owned(),
        )
    });
    rows.collect()
}

/// The words of a code at a place: whether `word` stands there and is not part of a longer one.
pub(crate) fn names(code: &str, word: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(word).any(|(at, _)| {
        let before = code[..at].chars().next_back().unwrap_or(' ');
        let after = code[at + word.len()..].chars().next().unwrap_or(' ');
        !(part(before) || before == ':') && (word.ends_with(':') || !part(after))
    })
}

#[test]
fn a_folder_uses_only_itself_and_folders_above() {
    let layers: Vec<String> = table("| folder |")
        .into_iter()
        .map(|(folder, _)| folder)
        .collect();
    let sources = sources();
    let folders: BTreeSet<&str> = sources
        .keys()
        .map(|file| file.split('/').next().unwrap())
        .collect();
    assert!(
        folders.len() <= 14,
        "{} names lie at the top of src: {folders:?}",
        folders.len()
    );
    let mut wrong = Vec::new();
    for (file, text) in sources
        .iter()
        .filter(|(file, _)| !["lib", "main"].contains(&file.as_str()))
    {
        let row = |name: &str| layers.iter().position(|layer| layer == name);
        let own = row(file.split('/').next().unwrap());
        let own =
            own.unwrap_or_else(|| panic!("the folder of `{file}` stands in no row of the table"));
        for used in code(text).split("crate::").skip(1) {
            let used = used
                .split(|c: char| !c.is_alphanumeric() && c != '_')
                .next()
                .unwrap();
            if row(used).is_none_or(|row| row > own) {
                wrong.push(format!("{file} uses `{used}`, which is no folder above it"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_crate_is_named_in_one_place() {
    let cargo = read("Cargo.toml");
    let section = cargo
        .split("[dependencies]\n")
        .nth(1)
        .unwrap()
        .split("\n[")
        .next()
        .unwrap();
    let crates = section
        .lines()
        .filter_map(|line| line.split_once(" = "))
        .map(|(name, _)| name);
    let places: BTreeMap<String, String> = table("| crate |").into_iter().collect();
    let sources = sources();
    let mut wrong = Vec::new();
    for name in crates {
        let Some(places) = places.get(name) else {
            wrong.push(format!("`{name}` has no row in the table of crates"));
            continue;
        };
        let places: Vec<&str> = places
            .split(", ")
            .map(|place| place.trim_matches('`'))
            .collect();
        let word = name.replace('-', "_");
        let here = |text: &str| {
            let own = [
                format!("mod {word};"),
                format!("{{{word},"),
                format!("crate::formats::{word};"),
            ];
            (names(text, &format!("{word}::")) || text.contains(&format!("use {word};")))
                && !own.iter().any(|own| text.contains(own.as_str()))
        };
        let mut used = false;
        for (file, _) in sources.iter().filter(|(_, text)| here(&code(text))) {
            used = true;
            let allowed = |place: &&str| {
                file == place || file.starts_with(&format!("{}/", place.trim_end_matches('/')))
            };
            if !places.iter().any(allowed) {
                wrong.push(format!("{file} names `{name}`, which only {places:?} may"));
            }
        }
        if !used {
            wrong.push(format!("no file names `{name}`"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn files_are_short_and_say_what_they_are() {
    for (file, text) in sources() {
        let lines = code(&text).lines().count();
        assert!(lines <= 500, "{file}.rs has {lines} lines");
        assert!(
            text.starts_with("//! "),
            "{file}.rs does not begin with what it is"
        );
    }
}

#[test]
fn every_code_has_a_line_in_the_docs() {
    let docs = read("docs/diagnostics.md");
    let codes = rulebook::diagnostic::Code::ALL.iter();
    let lines: Vec<_> = codes
        .map(|code| {
            format!(
                "| {} | {} | {} |",
                code.as_str(),
                code.name(),
                code.summary()
            )
        })
        .collect();
    for line in &lines {
        assert!(
            docs.contains(line),
            "docs/diagnostics.md lacks the line\n{line}"
        );
    }
    let found = docs.lines().filter(|line| line.starts_with("| R")).count();
    assert_eq!(found, lines.len(), "a line too many");
}
