//! The input as a value: every file's path and text, read by `disk` or built in memory.
//!
//! Nothing here touches a disk. What could not be read is kept too, as a diagnostic, so that a
//! missing file is never mistaken for one that was not there. Paths have `/` between folders and
//! are relative to the root; they are held in sorted order, so the order of reading is of no effect.

use std::collections::BTreeMap;
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
        let path = path.into();
        self.unreadable.remove(&path);
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        self.texts.insert(path.clone(), Source::new(path, text));
    }

    /// Adds a file as it lies on disk; bytes that are not text become a diagnostic.
    pub fn insert_bytes(&mut self, path: impl Into<String>, bytes: &[u8]) {
        let path = path.into();
        match std::str::from_utf8(bytes) {
            Ok(text) if !text.contains('\0') => self.insert(path, text),
            Ok(_) => self.insert_unreadable(binary(&path), path),
            Err(error) => self.insert_unreadable(not_utf8(&path, bytes, error.valid_up_to()), path),
        }
    }

    /// Notes that a file is there and cannot be read, and why.
    pub fn insert_unreadable(&mut self, diagnostic: Diagnostic, path: impl Into<String>) {
        let path = path.into();
        self.texts.remove(&path);
        self.unreadable.insert(path, diagnostic);
    }

    /// The file of a path.
    pub fn get(&self, path: &str) -> Option<&Arc<Source>> {
        self.texts.get(path)
    }

    /// Files below a folder, in order of their paths. `folder` ends in `/`.
    pub fn below<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = &'a Arc<Source>> {
        let from = self.texts.range(folder.to_owned()..);
        from.take_while(move |(path, _)| path.starts_with(folder)).map(|(_, source)| source)
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
