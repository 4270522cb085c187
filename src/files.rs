//! The input as a value: every file's path and text, read by `disk` or built in memory.
//!
//! Nothing here touches a disk. What could not be read is kept too, as a diagnostic, so that a
//! missing file is never mistaken for one that was not there. Paths have `/` between folders and
//! are relative to the root; they are held in sorted order, so the order of reading is of no effect.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::diagnostic::{Code, Diagnostic};
use crate::source::Source;

/// The largest file taken, in bytes.
pub const MAX_FILE_BYTES: u64 = 256 * 1024 * 1024;

/// All files of a root folder that matter: `policies/**` and `scripts/**`.
#[derive(Clone, Debug, Default)]
pub struct Files {
    texts: BTreeMap<String, Arc<Source>>,
    unreadable: BTreeMap<String, Diagnostic>,
    /// Another one whenever a path comes or goes.
    paths: Arc<()>,
}

/// Files are the same when their paths and contents are.
impl PartialEq for Files {
    fn eq(&self, other: &Self) -> bool {
        let texts = |files: &Self| files.texts.len();
        texts(self) == texts(other)
            && self.unreadable == other.unreadable
            && self.texts.iter().zip(&other.texts).all(|(a, b)| a.0 == b.0 && a.1.text() == b.1.text())
    }
}

impl Files {
    /// No files.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file, or replaces the one of that path. A byte order mark is dropped.
    pub fn insert(&mut self, path: impl Into<String>, text: &str) {
        self.insert_text(path.into(), text.strip_prefix('\u{feff}').unwrap_or(text).to_owned());
    }

    fn insert_text(&mut self, path: String, text: String) {
        self.forget_problem(&path);
        // A source that says the same stays: what was read from it is still good.
        if self.texts.get(&path).is_none_or(|known| known.text() != text) {
            let source = Source::new(path.as_str(), text);
            self.put(path, source);
        }
    }

    /// Adds a file as it lies on disk; bytes that are not text become a diagnostic.
    pub fn insert_bytes(&mut self, path: impl Into<String>, bytes: impl Into<Vec<u8>>) {
        let path = path.into();
        match String::from_utf8(bytes.into()) {
            Ok(text) if text.contains('\0') => self.insert_unreadable(binary(&path), path),
            Ok(text) if text.starts_with('\u{feff}') => self.insert(path, &text),
            Ok(text) => self.insert_text(path, text),
            Err(error) => {
                let valid = error.utf8_error().valid_up_to();
                self.insert_unreadable(not_utf8(&path, error.as_bytes(), valid), path);
            }
        }
    }

    /// Notes that a file is there and cannot be read, and why.
    pub fn insert_unreadable(&mut self, diagnostic: Diagnostic, path: impl Into<String>) {
        let path = path.into();
        self.remove(&path);
        self.paths = Arc::default();
        self.unreadable.insert(path, diagnostic);
    }

    fn put(&mut self, path: String, source: Arc<Source>) {
        if self.texts.insert(path, source).is_none() {
            self.paths = Arc::default();
        }
    }

    fn forget_problem(&mut self, path: &str) {
        if self.unreadable.remove(path).is_some() {
            self.paths = Arc::default();
        }
    }

    /// Takes a file out, whether it could be read or not.
    pub fn remove(&mut self, path: &str) {
        if self.texts.remove(path).is_some() {
            self.paths = Arc::default();
        }
        self.forget_problem(path);
    }

    /// What stays the same while no path comes or goes.
    pub(crate) fn same_paths(&self) -> &Arc<()> {
        &self.paths
    }

    /// Makes a path what it is in other files: the same text, the same problem, or not there.
    pub fn copy_from(&mut self, other: &Self, path: &str) {
        match (other.texts.get(path), other.unreadable.get(path)) {
            (Some(source), _) => {
                self.forget_problem(path);
                self.put(path.to_owned(), Arc::clone(source));
            }
            (None, Some(problem)) => self.insert_unreadable(problem.clone(), path),
            (None, None) => self.remove(path),
        }
    }

    /// Whether a path is the same in other files.
    pub fn agrees_with(&self, other: &Self, path: &str) -> bool {
        let same = match (self.texts.get(path), other.texts.get(path)) {
            (Some(a), Some(b)) => Arc::ptr_eq(a, b) || a.text() == b.text(),
            (a, b) => a.is_none() && b.is_none(),
        };
        same && self.unreadable.get(path) == other.unreadable.get(path)
    }

    /// How many files there are, those that cannot be read among them.
    pub fn len(&self) -> usize {
        self.texts.len() + self.unreadable.len()
    }

    /// How many bytes of text there are.
    pub fn bytes(&self) -> usize {
        self.texts.values().map(|source| source.text().len()).sum()
    }

    /// The paths of all files, those that cannot be read last.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.texts.keys().chain(self.unreadable.keys()).map(String::as_str)
    }

    /// The names of the folders directly below one. `folder` ends in `/`.
    pub(crate) fn folders(&self, folder: &str) -> BTreeSet<String> {
        let mut found = folders(&self.texts, folder);
        found.append(&mut folders(&self.unreadable, folder));
        found
    }

    /// The file of a path.
    pub fn get(&self, path: &str) -> Option<&Arc<Source>> {
        self.texts.get(path)
    }

    /// Files below a folder, in order of their paths. `folder` ends in `/`.
    pub fn below<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = &'a Arc<Source>> {
        // The sign after the slash ends the folder: no path needs to be looked at.
        let end = folder.strip_suffix('/').map_or_else(|| "\u{10ffff}".to_owned(), |folder| format!("{folder}0"));
        self.texts.range(folder.to_owned()..end).map(|(_, source)| source)
    }

    /// What could not be read, in order of paths.
    pub fn unreadable(&self) -> impl Iterator<Item = (&str, &Diagnostic)> {
        self.unreadable.iter().map(|(path, diagnostic)| (path.as_str(), diagnostic))
    }

    /// Whether there is no file at all.
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty() && self.unreadable.is_empty()
    }
}

/// The folders below one, found in one step each, however much is in them.
fn folders<T>(entries: &BTreeMap<String, T>, folder: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut from = folder.to_owned();
    while let Some((path, _)) = entries.range(from..).next().filter(|(path, _)| path.starts_with(folder)) {
        match path[folder.len()..].split_once('/') {
            Some((name, _)) => {
                // The sign after the slash: behind everything in this folder.
                from = format!("{folder}{name}0");
                found.insert(name.to_owned());
            }
            None => from = format!("{path}\0"),
        }
    }
    found
}

fn binary(path: &str) -> Diagnostic {
    Diagnostic::in_file(Code::NotText, path, "this file is not text: it holds a zero byte")
        .help("save it as plain UTF-8 text, or move it out of the folder".to_owned())
}

fn not_utf8(path: &str, bytes: &[u8], valid: usize) -> Diagnostic {
    let line = String::from_utf8_lossy(&bytes[..valid]).matches('\n').count() + 1;
    let message = format!("this file is not UTF-8 text: line {line} has the byte {:#04x}", bytes[valid]);
    Diagnostic::in_file(Code::NotText, path, message)
        .help("in your editor, save the file again with the encoding UTF-8".to_owned())
}
