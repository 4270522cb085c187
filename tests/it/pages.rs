//! Holds the pages of the documentation together: links lead somewhere, every page is in the book,
//! and words that only we would use are not used.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::tidy::{code, names, sources};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The pages that people read: those of the book, and those beside it.
pub(crate) fn pages() -> Vec<PathBuf> {
    let beside = [
        "README.md",
        "CONTRIBUTING.md",
        "SECURITY.md",
        "CHANGELOG.md",
    ];
    let mut found: Vec<PathBuf> = beside.iter().map(|name| root().join(name)).collect();
    found.extend(of_docs());
    found
}

fn of_docs() -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join("docs")).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let mut found: Vec<_> = paths
        .filter(|path| path.extension().is_some_and(|end| end == "md"))
        .collect();
    found.sort();
    found
}

/// The lines outside of fences, code between backticks left out.
fn prose(text: &str) -> Vec<(usize, String)> {
    let mut is_code = false;
    let mut found = Vec::new();
    for (index, line) in text.lines().enumerate() {
        if line.starts_with("```") {
            is_code = !is_code;
        } else if !is_code {
            let parts = line.split('`').step_by(2);
            found.push((index + 1, parts.collect::<Vec<_>>().join("`")));
        }
    }
    found
}

/// Where the links of a page lead, with their lines.
fn links(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (line, words) in prose(text) {
        for part in words.split("](").skip(1) {
            found.push((line, part.split(')').next().unwrap().to_owned()));
        }
        for name in ["src=\"", "srcset=\""] {
            for part in words.split(name).skip(1) {
                found.push((line, part.split('"').next().unwrap().to_owned()));
            }
        }
    }
    found
}

/// The anchors of a page's headings, as GitHub and mdBook make them.
fn anchors(text: &str) -> BTreeSet<String> {
    let mut is_code = false;
    let mut found = BTreeSet::new();
    for line in text.lines() {
        is_code ^= line.starts_with("```");
        let Some((marks, heading)) = line.split_once(' ').filter(|_| !is_code) else {
            continue;
        };
        if !marks.is_empty() && marks.bytes().all(|sign| sign == b'#') {
            let kept = heading.to_lowercase();
            let kept = kept
                .chars()
                .filter(|sign| sign.is_alphanumeric() || " -_".contains(*sign));
            found.insert(
                kept.map(|sign| if sign == ' ' { '-' } else { sign })
                    .collect(),
            );
        }
    }
    found
}

pub(crate) fn name(path: &Path) -> String {
    path.strip_prefix(root())
        .unwrap()
        .to_string_lossy()
        .replace('\\', "/")
}

#[test]
fn links_lead_to_files_and_headings_that_are_there() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for page in pages() {
        let text = fs::read_to_string(&page).unwrap();
        for (line, link) in links(&text) {
            if link.starts_with("https://") || link.starts_with("http://") {
                continue;
            }
            count += 1;
            let (file, anchor) = link.split_once('#').unwrap_or((&link, ""));
            let target = match file {
                "" => page.clone(),
                file => page.parent().unwrap().join(file),
            };
            let is_there = if anchor.is_empty() {
                target.exists()
            } else {
                fs::read_to_string(&target).is_ok_and(|text| anchors(&text).contains(anchor))
            };
            if !is_there {
                wrong.push(format!("{}:{line}: {link}", name(&page)));
            }
        }
    }
    assert!(count > 60, "links are not found any more: {count}");
    assert!(wrong.is_empty(), "these lead nowhere\n{}", wrong.join("\n"));
}

#[test]
fn every_page_is_in_the_book_once() {
    let summary = fs::read_to_string(root().join("docs/SUMMARY.md")).unwrap();
    let mut listed: Vec<String> = links(&summary).into_iter().map(|(_, link)| link).collect();
    listed.sort();
    let there: Vec<String> = of_docs()
        .iter()
        .map(|page| name(page).replace("docs/", ""))
        .filter(|page| page != "SUMMARY.md")
        .collect();
    assert_eq!(listed, there);
}

#[test]
fn a_page_that_is_followed_has_nothing_but_what_is_played() {
    for page in crate::readme::PLAYED {
        let text = fs::read_to_string(root().join(page)).unwrap();
        assert!(!text.contains("```sh"), "{page}: write `console`");
    }
}

/// The word, and what to write.
const WORDS: [(&str, &str); 9] = [
    ("worked out", "calculated"),
    ("works out", "calculates"),
    ("work out", "calculate, find"),
    ("come to", "give, are"),
    ("comes to", "gives, is"),
    ("came to", "gave, was"),
    ("told", "reported, shown"),
    ("mend", "repair"),
    ("mended", "repaired"),
];

/// What is wrong with a text, and what to write.
fn private_words(text: &str) -> Vec<String> {
    let text = text.to_lowercase();
    let used = WORDS.iter().filter(|(word, _)| names(&text, word));
    used.map(|(word, better)| format!("{word}: write {better}"))
        .collect()
}

#[test]
fn words_that_only_we_use_are_not_used() {
    let mut wrong = Vec::new();
    for page in pages() {
        // The words of the past.
        if page.ends_with("CHANGELOG.md") {
            continue;
        }
        let text = fs::read_to_string(&page).unwrap();
        // Names of JSON and of code are between backticks.
        for (line, words) in prose(&text) {
            let found = private_words(&words).into_iter();
            wrong.extend(found.map(|found| format!("{}:{line}: {found}", name(&page))));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The texts between quotation marks in a code.
fn texts(code: &str) -> Vec<String> {
    let code = code.replace("\\\\", "").replace("\\\"", "");
    let code = code.replace("'\"'", "").replace("\\\n", " ");
    let texts = code.split('"').skip(1).step_by(2);
    let joined = texts.map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "));
    joined.collect()
}

#[test]
fn messages_and_help_use_no_words_that_only_we_use() {
    let mut wrong = Vec::new();
    for (file, text) in sources() {
        for text in texts(&code(&text)) {
            let found = private_words(&text).into_iter();
            wrong.extend(found.map(|found| format!("{file}.rs: {found}: {text}")));
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let mut program = Command::new(env!("CARGO_BIN_EXE_rulebook"));
    let written = program.arg("man").arg(folder.path()).output().unwrap();
    assert!(written.status.success());
    let mut count = 0;
    for page in fs::read_dir(folder.path()).unwrap() {
        let page = page.unwrap();
        let text = fs::read_to_string(page.path()).unwrap();
        let found = private_words(&text).into_iter();
        wrong.extend(found.map(|found| format!("{}: {found}", page.path().display())));
        count += 1;
    }
    assert!(count > 10, "help is not found any more: {count}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
