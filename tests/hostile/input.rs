//! An input: the files of a root folder, made by code.

use std::fs;
use std::path::Path;

/// The root folder of somebody hostile.
pub(crate) struct Input {
    pub(crate) name: &'static str,
    pub(crate) files: Vec<(String, Vec<u8>)>,
    /// What stands in its scripts, and what stands there in the version that `impact` compares it with.
    pub(crate) change: (&'static str, &'static str),
    /// The record and the script that are asked about.
    pub(crate) id: &'static str,
    pub(crate) script: &'static str,
    /// What `check` ends with, and some of what it says.
    pub(crate) comes_to: (i32, &'static str),
}

impl Input {
    /// A rulebook `w` with these facts, scripts and this record.
    pub(crate) fn new(name: &'static str, facts: &str, scripts: &[(&str, &str)]) -> Self {
        let mut input = Self {
            name,
            files: Vec::new(),
            change: ("> ", ">= "),
            id: "x",
            script: "s",
            comes_to: (0, ""),
        };
        let head = "title: W\nas_of: 2017-08-03\nfacts:\n";
        input = input.with("policies/w/rulebook.yaml", format!("{head}{facts}"));
        for (name, text) in scripts {
            let path = format!("scripts/w/{name}.rhai");
            input = input.with(&path, format!("//! S\n{text}"));
        }
        input
            .with("policies/w/jurisdictions/x.yaml", "facts: {}\n")
            .with(
                "tests/w/cases.yaml",
                "- name: one\n  given: {}\n  determination: undetermined\n",
            )
    }

    /// With a file, in place of one of this name that is there.
    pub(crate) fn with(mut self, path: &str, content: impl Into<Vec<u8>>) -> Self {
        self.files.retain(|(name, _)| name != path);
        self.files.push((path.to_owned(), content.into()));
        self
    }

    /// With a file of records, in place of the one record.
    pub(crate) fn records(mut self, name: &str, content: impl Into<Vec<u8>>) -> Self {
        self.files.retain(|(path, _)| !path.ends_with("/x.yaml"));
        self.with(&format!("policies/w/jurisdictions/{name}"), content)
    }

    /// Where another record than `x` is asked about.
    pub(crate) fn of(mut self, id: &'static str) -> Self {
        self.id = id;
        self
    }

    pub(crate) fn change(mut self, from: &'static str, to: &'static str) -> Self {
        self.change = (from, to);
        self
    }

    /// Writes its files.
    pub(crate) fn put(&self, root: &Path) {
        for (path, content) in &self.files {
            put(&root.join(path), content);
        }
    }

    pub(crate) fn comes_to(mut self, code: i32, words: &'static str) -> Self {
        self.comes_to = (code, words);
        self
    }
}

pub(crate) fn put(path: &Path, content: &[u8]) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

/// So many pieces of text, one behind the other.
pub(crate) fn repeated(count: usize, piece: impl Fn(usize) -> String) -> String {
    (0..count).map(piece).collect()
}
