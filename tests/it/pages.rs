//! Holds the pages of the documentation together: links lead somewhere, every page is in the book,
//! and words that only we would use are not used.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The pages that people read: those of the book, and those beside it.
fn pages() -> Vec<PathBuf> {
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

fn name(path: &Path) -> String {
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

#[test]
fn words_that_only_we_use_are_not_used() {
    // The word, and what to write. Names of JSON and of code are between backticks.
    const WORDS: [(&str, &str); 7] = [
        ("worked out", "calculated"),
        ("works out", "calculates"),
        ("work out", "calculate, find"),
        ("comes to", "gives, is"),
        ("come to", "give, are"),
        ("is told", "is reported, is shown"),
        ("are told", "are reported, are shown"),
    ];
    let mut wrong = Vec::new();
    for page in pages() {
        // The words of the past.
        if page.ends_with("CHANGELOG.md") {
            continue;
        }
        let text = fs::read_to_string(&page).unwrap();
        for (line, words) in prose(&text) {
            let words = words.to_lowercase();
            for (word, better) in WORDS {
                if words.contains(word) {
                    wrong.push(format!("{}:{line}: {word}: write {better}", name(&page)));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
