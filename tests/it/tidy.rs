//! Holds the code to `docs/ARCHITECTURE.md`: which module may use which, and where a crate is
//! named.

use std::path::{Path, PathBuf};

/// The rows of the layer table. A module uses modules of its own row and of rows above.
const ROWS: [&[&str]; 8] = [
    &["source", "diagnostic", "parallel"],
    &[
        "fact",
        "files",
        "yaml",
        "json",
        "sheet",
        "rulebook",
        "jurisdiction",
        "condition",
        "derived",
        "waiver",
    ],
    &["tree", "script"],
    &[
        "snapshot",
        "statistics",
        "assess",
        "assessment",
        "explanation",
        "generate",
        "decision_table",
        "impact",
        "remedies",
        "questions",
        "testing",
        "expectations",
        "lint",
    ],
    &["render"],
    &["disk", "watch", "live"],
    &["tui"],
    &["cli"],
];

/// The modules that may name a crate.
const CRATES: [(&str, &[&str]); 25] = [
    ("rhai", &["script"]),
    ("serde_yaml", &["yaml"]),
    ("jiff", &["fact/date", "tui/clock"]),
    ("rayon", &["parallel"]),
    ("annotate_snippets", &["render/diagnostics"]),
    ("serde_json", &["json", "render/json"]),
    ("comfy_table", &["render/table"]),
    ("csv", &["sheet"]),
    ("sha2", &["expectations", "render/json"]),
    ("quick_junit", &["render/report/junit"]),
    ("strsim", &["diagnostic/nearest"]),
    ("clap", &["cli"]),
    ("clap_complete", &["cli/shell"]),
    ("clap_mangen", &["cli/shell"]),
    ("anyhow", &["cli"]),
    ("thiserror", &["disk"]),
    ("notify", &["watch/events"]),
    ("ratatui", &["tui"]),
    ("signal_hook", &["tui"]),
    ("terminal_size", &["cli"]),
    ("indicatif", &["cli/phases"]),
    ("flate2", &["disk/unpack"]),
    ("ruzstd", &["disk/unpack"]),
    ("parquet", &["disk/columns"]),
    ("bytes", &["disk/columns"]),
];

fn sources() -> Vec<(String, String)> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found)
            } else {
                found.push(path)
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    walk(&root, &mut paths);
    paths.sort();
    let name = |path: &Path| {
        path.strip_prefix(&root)
            .unwrap()
            .with_extension("")
            .to_str()
            .unwrap()
            .replace('\\', "/")
    };
    paths
        .iter()
        .map(|path| (name(path), std::fs::read_to_string(path).unwrap()))
        .collect()
}

fn row(module: &str) -> Option<usize> {
    ROWS.iter().position(|row| row.contains(&module))
}

/// The lines of code before the unit tests, comments left out.
fn code(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .take_while(|line| *line != "#[cfg(test)]")
        .filter(|line| !line.trim_start().starts_with("//"))
}

#[test]
fn modules_use_only_their_own_row_and_rows_above() {
    let mut wrong = Vec::new();
    for (file, text) in sources() {
        let module = file.split('/').next().unwrap();
        if module == "lib" || module == "main" {
            continue;
        }
        let own =
            row(module).unwrap_or_else(|| panic!("`{module}` stands in no row of the layer table"));
        for line in code(&text) {
            for used in line.split("crate::").skip(1) {
                let used: String = used
                    .chars()
                    .take_while(|c| c.is_alphanumeric() || *c == '_')
                    .collect();
                if row(&used).is_some_and(|row| row > own) {
                    wrong.push(format!(
                        "{file}.rs uses `{used}`, which is below it: {}",
                        line.trim()
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_crate_is_named_in_one_place() {
    let mut wrong = Vec::new();
    for (file, text) in sources() {
        for (name, places) in CRATES {
            let allowed = places
                .iter()
                .any(|place| file == *place || file.starts_with(&format!("{place}/")));
            let names = |line: &&str| {
                line.contains(&format!("{name}::")) || line.contains(&format!("use {name}"))
            };
            wrong.extend(
                code(&text)
                    .filter(names)
                    .filter(|_| !allowed)
                    .map(|line| format!("{file}.rs names `{name}`: {line}")),
            );
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn files_are_short_and_say_what_they_are() {
    for (file, text) in sources() {
        let lines = code(&text).count();
        assert!(lines <= 650, "{file}.rs has {lines} lines");
        assert!(
            text.starts_with("//! "),
            "{file}.rs does not begin with what it is"
        );
    }
}

#[test]
fn every_code_has_a_line_in_the_docs() {
    let docs =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/diagnostics.md"))
            .unwrap();
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
    assert_eq!(
        docs.lines().filter(|line| line.starts_with("| R")).count(),
        lines.len(),
        "a line too many"
    );
}
