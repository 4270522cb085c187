//! Holds the code to `docs/ARCHITECTURE.md`: which folder may use which, and where a crate is named.
//! That no files go round in a circle is held by `circles`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

pub(crate) fn read(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// The files under `src` by their modules, as `tree/witness`; `tree` for `tree/mod.rs` and `tree.rs`.
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
fn what_holds_an_invariant_is_a_test() {
    let mut tests = String::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    for folder in ["it", "live"] {
        for entry in std::fs::read_dir(root.join(folder)).unwrap() {
            tests += &std::fs::read_to_string(entry.unwrap().path()).unwrap_or_default();
        }
    }
    let rows = table("| | what holds |");
    assert!(rows.len() > 15, "the table of invariants is gone");
    for (number, held_by) in rows {
        for name in held_by.split(", ").map(|name| name.trim_matches('`')) {
            assert!(
                tests.contains(&format!("#[test]\nfn {name}() {{")),
                "invariant {number}: there is no test `{name}`"
            );
        }
    }
}

#[test]
fn the_way_in_is_short_and_names_what_is_there() {
    let page = read("docs/ARCHITECTURE.md");
    assert!(page.lines().count() <= 250);
    let sources = sources();
    let folders = [
        "base", "formats", "model", "tree", "script", "assess", "analysis",
    ];
    let folders = folders.iter().chain(&["render", "host", "face"]);
    let folders: Vec<_> = folders.map(|folder| format!("{folder}/")).collect();
    for path in page.split('`').skip(1).step_by(2) {
        let path = path.trim_end_matches('/');
        if folders.iter().any(|folder| path.starts_with(folder)) {
            let below = format!("{path}/");
            let there = |file: &String| file == path || file.starts_with(&below);
            assert!(sources.keys().any(there), "there is no `{path}`");
        }
    }
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

/// The name of a type that a line at the left of a file begins, if it does, and whether others see it.
fn type_name(line: &str) -> Option<(&str, bool)> {
    let public = line.starts_with("pub");
    let line = match line.strip_prefix("pub(") {
        Some(rest) => rest.split_once(") ")?.1,
        None => line.strip_prefix("pub ").unwrap_or(line),
    };
    let words = ["struct ", "enum ", "trait ", "type ", "union "];
    let rest = words.iter().find_map(|word| line.strip_prefix(word))?;
    Some((rest.split(|c: char| !c.is_alphanumeric()).next()?, public))
}

/// One name, one type in the crate; shapes that only `render` sees may be alike.
#[test]
fn no_two_types_have_one_name() {
    let mut files: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (file, text) in sources() {
        for (name, public) in code(&text).lines().filter_map(type_name) {
            let shape = file.starts_with("render/") && (!public || name.ends_with("Shape"));
            if !shape {
                files.entry(name.to_owned()).or_default().push(file.clone());
            }
        }
    }
    let twins = files.iter().filter(|(_, files)| files.len() > 1);
    let twins: Vec<_> = twins
        .map(|(name, files)| format!("`{name}` is a type in {}", files.join(" and in ")))
        .collect();
    assert!(twins.is_empty(), "{}", twins.join("\n"));
}

/// The number of a condition, of a jurisdiction assessed, of a fact, or of a record has a type (`model/typed_indexes`), so that
/// one is not taken for another.
#[test]
fn what_is_counted_apart_has_types_of_its_own() {
    let mut wrong = Vec::new();
    for (file, text) in sources() {
        for (name, ty) in code(&text).lines().flat_map(named_types) {
            let bare = ty.trim_start_matches(['&', '[']);
            let bare = bare.strip_prefix("Option<").unwrap_or(bare);
            if ["condition", "place", "record", "slot"].contains(&name) && bare.starts_with("usize")
            {
                wrong.push(format!("{file}.rs: `{name}: {ty}`"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Parameters and fields of a line, each with the text of its type and what follows.
fn named_types(line: &str) -> impl Iterator<Item = (&str, &str)> {
    line.match_indices(": ").map(|(at, _)| {
        let before = line[..at].rsplit(|c: char| !c.is_alphanumeric() && c != '_');
        (before.into_iter().next().unwrap_or(""), &line[at + 2..])
    })
}

/// A doc line stands alone: whoever meets it in a list has not read the one before.
#[test]
fn no_public_item_is_only_the_same() {
    let mut wrong = Vec::new();
    for (file, text) in sources() {
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        for (number, line) in lines.iter().enumerate() {
            let first = number == 0 || !lines[number - 1].starts_with("///");
            if !first || !line.starts_with("/// The same") {
                continue;
            }
            let mut behind = lines[number..].iter();
            // Attributes may take several lines; an item begins with a word.
            let words = [
                "pub", "fn ", "struct ", "enum ", "const ", "static ", "type ",
            ];
            let item = behind.find(|line| words.iter().any(|word| line.starts_with(word)));
            if item.is_some_and(|item| item.starts_with("pub ")) {
                wrong.push(format!("{file}.rs:{}: {line}", number + 1));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
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
