//! What the pages show without its output: commands have options that there are, and examples of
//! files have keys, words and shapes that are understood.

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

use crate::common::run;
use crate::pages::{name, pages};
use crate::tidy::read;

/// The fences of a text: kind, lines.
fn fences(text: &str) -> Vec<(String, String)> {
    let parts = text.split("\n```").skip(1).step_by(2);
    let split = parts.filter_map(|part| part.split_once('\n'));
    split
        .map(|(kind, lines)| (kind.to_owned(), format!("{lines}\n")))
        .collect()
}

/// The commands of `sh` fences, and those between backticks.
fn commands(text: &str) -> Vec<String> {
    let fences = fences(text).into_iter();
    let mut lines: Vec<String> = fences
        .filter(|(kind, _)| kind == "sh")
        .flat_map(|(_, lines)| lines.lines().map(str::to_owned).collect::<Vec<_>>())
        .collect();
    let outside = text.split("\n```").step_by(2);
    let quoted = outside.flat_map(|part| part.split('`').skip(1).step_by(2));
    lines.extend(quoted.map(|one| one.replace('\n', " ")));
    // Comments, what a pipe leads to, and files that are written.
    let before = |line: &str, sign: &str| line.split(sign).next().unwrap_or_default().to_owned();
    let parts = lines.iter().flat_map(|line| {
        let line = before(line, " #");
        line.split('|').map(str::to_owned).collect::<Vec<_>>()
    });
    let parts = parts.map(|part| before(&part, " > ").trim().to_owned());
    parts
        .filter(|part| part.starts_with("rulebook ") && !part.contains('['))
        .collect()
}

#[test]
fn commands_without_their_output_have_options_that_there_are() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for page in pages() {
        for command in commands(&fs::read_to_string(&page).unwrap()) {
            // Asked for help, a program reads what stands before and does nothing.
            let words = command.split_whitespace().skip(1);
            let mut program = Command::new(env!("CARGO_BIN_EXE_rulebook"));
            let output = program.args(words).arg("--help").output().unwrap();
            count += 1;
            if !output.status.success() {
                let why = String::from_utf8_lossy(&output.stderr).into_owned();
                wrong.push(format!("{}: `{command}`: {why}", name(&page)));
            }
        }
    }
    assert!(count > 60, "commands are not found any more: {count}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Which page shows which kind of file, by how the fence begins, and what stands before a part.
const EXAMPLES: [(&str, &str, &str, &str); 12] = [
    (
        "docs/writing.md",
        "id: baltimore-md",
        "policies/a/jurisdictions/a.yaml",
        "",
    ),
    (
        "docs/writing.md",
        "title: Public Safety",
        "policies/a/rulebook.yaml",
        "",
    ),
    (
        "docs/writing.md",
        "title: Town grant",
        "policies/b/rulebook.yaml",
        "",
    ),
    (
        "docs/writing.md",
        "compare:",
        "policies/c/rulebook.yaml",
        "title: C\n",
    ),
    (
        "docs/writing.md",
        "- jurisdiction:",
        "policies/a/waivers.yaml",
        "",
    ),
    (
        "docs/writing.md",
        "//! Wealth",
        "scripts/a/derive/wealth.rhai",
        "",
    ),
    (
        "docs/writing.md",
        "statistics:",
        "policies/d/rulebook.yaml",
        "title: D\n",
    ),
    (
        "docs/writing.md",
        "//! A town, unless",
        "scripts/a/town.rhai",
        "",
    ),
    ("docs/testing.md", "- name:", "tests/a/cases.yaml", ""),
    (
        "docs/population.md",
        "//! Wealth",
        "scripts/d/derive/wealth.rhai",
        "",
    ),
    (
        "docs/population.md",
        "statistics:",
        "policies/e/rulebook.yaml",
        "title: E\n",
    ),
    ("README.md", "//! Question 3", "scripts/a/hold.rhai", ""),
];

/// How the problems begin that are there because only a part of the files is.
const NOT_THERE: [&str; 12] = [
    "R100]",
    "R115]: `county_seat` finds records by",
    "R115]: there is no rulebook",
    "R119]",
    "R120]",
    "R122]: parameter `reading`",
    "R124]",
    "R128]",
    "R142]",
    "R148]: the rulebook has no source",
    "R162]",
    "R171]",
];

#[test]
fn examples_of_files_are_understood() {
    let folder = tempfile::tempdir().unwrap();
    let mut left: BTreeMap<&str, Vec<(String, String)>> = BTreeMap::new();
    for (page, begins, path, before) in EXAMPLES {
        let all = left.entry(page).or_insert_with(|| fences(&read(page)));
        let found = all.iter().position(|(_, lines)| lines.starts_with(begins));
        let (_, lines) = all.remove(found.unwrap_or_else(|| panic!("{page} has no `{begins}`")));
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, format!("{before}{lines}")).unwrap();
    }
    let (_, shown, _) = run(folder.path(), &["check"], b"");
    let wrong: Vec<&str> = shown
        .split("\n\n")
        .filter(|one| one.contains("error["))
        .filter(|one| {
            !NOT_THERE
                .iter()
                .any(|begins| one.contains(&format!("error[{begins}")))
        })
        .collect();
    assert!(shown.contains("error[R119]"), "{shown}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
