//! The input as a value: the path and text of every file, read by `disk` or built in memory.
//!
//! Nothing here touches a disk. A file that could not be read is kept as a diagnostic, so that it
//! is never taken for one that does not exist. Paths have `/` between folders, are relative to the
//! root and sorted, so the order of reading has no effect.

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound::{Excluded, Included, Unbounded};
use std::sync::Arc;

pub use crate::base::data_limits::DataLimits;
use crate::base::data_limits::grouped;
use crate::base::diagnostic::{Code, Diagnostic};
use crate::base::source::Source;
use crate::model::not_text::not_text;

/// The input files of a root: those of `policies/`, `scripts/` and `tests/`.
#[derive(Clone, Debug, Default)]
pub struct Files {
    texts: BTreeSet<Named>,
    unreadable: BTreeMap<String, Diagnostic>,
    /// A new value whenever a path is added or removed.
    paths: Arc<()>,
    limits: DataLimits,
    /// Bytes of all texts.
    bytes: usize,
}

/// A file, ordered by its path, which is the name of its source.
#[derive(Clone, Debug)]
struct Named(Arc<Source>);

impl Borrow<str> for Named {
    fn borrow(&self) -> &str {
        self.0.name()
    }
}

impl PartialEq for Named {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Named {}

impl PartialOrd for Named {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Named {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.name().cmp(other.0.name())
    }
}

/// Files are equal if their paths, their texts and the diagnostics of unreadable ones are.
impl PartialEq for Files {
    fn eq(&self, other: &Self) -> bool {
        let texts = |files: &Self| files.texts.len();
        texts(self) == texts(other)
            && self.unreadable == other.unreadable
            && self
                .texts
                .iter()
                .zip(&other.texts)
                .all(|(a, b)| a == b && a.0.text() == b.0.text())
    }
}

impl Files {
    /// No files.
    pub fn new() -> Self {
        Self::default()
    }

    /// No files, with limits for those to come: what exceeds them becomes a diagnostic.
    pub fn within(limits: DataLimits) -> Self {
        Self {
            limits: limits.countable(),
            ..Self::default()
        }
    }

    /// The limits on files.
    pub fn limits(&self) -> &DataLimits {
        &self.limits
    }

    /// The limits for one more file, or for a new version of this one.
    pub(crate) fn left(&self, path: &str) -> DataLimits {
        let before = self.get(path).map_or(0, |known| known.text().len());
        let taken = u64::try_from(self.bytes - before).unwrap_or(u64::MAX);
        DataLimits {
            root_bytes: self.limits.root_bytes.saturating_sub(taken),
            ..self.limits
        }
    }

    /// The error if the files are too large together: nothing of them is read then.
    pub(crate) fn refused(&self) -> Option<Diagnostic> {
        let mut told = self.unreadable.values();
        let told = told.find(|problem| problem.code == Code::RootTooLarge);
        let bytes = u64::try_from(self.bytes).unwrap_or(u64::MAX);
        let large = || (bytes > self.limits.root_bytes).then(|| root_too_large(&self.limits));
        told.cloned().or_else(large)
    }

    /// Adds a file, or replaces the one with this path. A byte order mark at its beginning is
    /// removed.
    pub fn insert(&mut self, path: impl Into<String>, text: &str) {
        self.insert_text(
            &path.into(),
            text.strip_prefix('\u{feff}').unwrap_or(text).to_owned(),
        );
    }

    fn insert_text(&mut self, path: &str, text: String) {
        let (bytes, left) = (text.len() as u64, self.left(path));
        if bytes > left.file_bytes {
            return self.insert_unreadable(too_large(path, bytes, &left), path);
        }
        if bytes > left.root_bytes {
            return self.insert_unreadable(root_too_large(&self.limits), path);
        }
        self.forget_problem(path);
        // A source with the same text is kept: what was read from it is still valid.
        if self.get(path).is_none_or(|known| known.text() != text) {
            self.put(Source::new(path, text));
        }
    }

    /// Adds or replaces a file by its bytes; bytes that are not UTF-8 text become a diagnostic.
    pub fn insert_bytes(&mut self, path: impl Into<String>, bytes: impl Into<Vec<u8>>) {
        let path = path.into();
        match String::from_utf8(bytes.into()) {
            Ok(text) if text.contains('\0') => {
                self.insert_unreadable(not_text(&path, text.as_bytes()), path);
            }
            Ok(text) if text.starts_with('\u{feff}') => self.insert(path, &text),
            Ok(text) => self.insert_text(&path, text),
            Err(error) => self.insert_unreadable(not_text(&path, error.as_bytes()), path),
        }
    }

    /// Adds or replaces a file that exists and cannot be read, with the diagnostic that says why.
    pub fn insert_unreadable(&mut self, diagnostic: Diagnostic, path: impl Into<String>) {
        let path = path.into();
        self.remove(&path);
        self.paths = Arc::default();
        self.unreadable.insert(path, diagnostic);
    }

    fn put(&mut self, source: Arc<Source>) {
        self.bytes += source.text().len();
        match self.texts.replace(Named(source)) {
            Some(Named(before)) => self.bytes -= before.text().len(),
            None => self.paths = Arc::default(),
        }
    }

    fn forget_problem(&mut self, path: &str) {
        if self.unreadable.remove(path).is_some() {
            self.paths = Arc::default();
        }
    }

    /// Removes a file, whether it could be read or not.
    pub fn remove(&mut self, path: &str) {
        if let Some(Named(before)) = self.texts.take(path) {
            self.bytes -= before.text().len();
            self.paths = Arc::default();
        }
        self.forget_problem(path);
    }

    /// A value that stays the same while no path is added or removed.
    pub(crate) fn same_paths(&self) -> &Arc<()> {
        &self.paths
    }

    /// Makes a path the same as in other files: with the same text, the same diagnostic, or absent.
    pub fn copy_from(&mut self, other: &Self, path: &str) {
        match (other.get(path), other.unreadable.get(path)) {
            (Some(source), _) => {
                self.forget_problem(path);
                self.put(Arc::clone(source));
            }
            (None, Some(problem)) => self.insert_unreadable(problem.clone(), path),
            (None, None) => self.remove(path),
        }
    }

    /// Whether a path has the same text and diagnostic in other files, or is absent in both.
    pub fn agrees_with(&self, other: &Self, path: &str) -> bool {
        let same = match (self.get(path), other.get(path)) {
            (Some(a), Some(b)) => Arc::ptr_eq(a, b) || a.text() == b.text(),
            (a, b) => a.is_none() && b.is_none(),
        };
        same && self.unreadable.get(path) == other.unreadable.get(path)
    }

    /// The number of files, unreadable ones included.
    pub fn len(&self) -> usize {
        self.texts.len() + self.unreadable.len()
    }

    /// The bytes of all texts together.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// The paths of all readable files in order, then those of unreadable ones.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.texts
            .iter()
            .map(Named::borrow)
            .chain(self.unreadable.keys().map(String::as_str))
    }

    /// The names of the folders directly below one. `folder` ends in `/`.
    pub(crate) fn folders(&self, folder: &str) -> BTreeSet<String> {
        let text = |from: &str| {
            Some(
                self.texts
                    .range::<str, _>((Included(from), Unbounded))
                    .next()?
                    .borrow(),
            )
        };
        let mut found = folders(text, folder);
        let unreadable = |from: &str| {
            Some(
                self.unreadable
                    .range::<str, _>((Included(from), Unbounded))
                    .next()?
                    .0
                    .as_str(),
            )
        };
        found.append(&mut folders(unreadable, folder));
        found
    }

    /// The file with this path; `None` if it is absent or cannot be read.
    pub fn get(&self, path: &str) -> Option<&Arc<Source>> {
        self.texts.get(path).map(|file| &file.0)
    }

    /// The readable files below a folder, in order of their paths. `folder` ends in `/`.
    pub fn below<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = &'a Arc<Source>> {
        // The sign after the slash ends the folder: no path needs to be looked at.
        let end = folder
            .strip_suffix('/')
            .map_or_else(|| "\u{10ffff}".to_owned(), |folder| format!("{folder}0"));
        self.texts
            .range::<str, _>((Included(folder), Excluded(end.as_str())))
            .map(|file| &file.0)
    }

    /// The files that could not be read, in order of their paths, each with the diagnostic.
    pub fn unreadable(&self) -> impl Iterator<Item = (&str, &Diagnostic)> {
        self.unreadable
            .iter()
            .map(|(path, diagnostic)| (path.as_str(), diagnostic))
    }

    /// Whether there is no file at all.
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty() && self.unreadable.is_empty()
    }
}

/// The folders directly below a folder, found in one step each. `first` gives the first path from a
/// text on.
fn folders<'a>(first: impl Fn(&str) -> Option<&'a str>, folder: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut from = folder.to_owned();
    while let Some(path) = first(&from).filter(|path| path.starts_with(folder)) {
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

/// The error that a file is larger than the limit.
pub(crate) fn too_large(path: &str, bytes: u64, limits: &DataLimits) -> Diagnostic {
    let (bytes, most) = (grouped(bytes), grouped(limits.file_bytes));
    let message = format!("a file of {bytes} bytes is larger than the limit of {most}");
    let help = "split the file into several".to_owned();
    Diagnostic::in_file(Code::TooLarge, path, message).help(help)
}

/// The error that all files together exceed the limit. It is about the whole root, as the file that
/// exceeds it depends on their order.
pub(crate) fn root_too_large(limits: &DataLimits) -> Diagnostic {
    let most = grouped(limits.root_bytes);
    let message = format!(
        "the files of this root have more than {most} bytes together, unpacked: nothing is read"
    );
    let help = "move what is not needed elsewhere, or divide the rulebooks among several roots";
    Diagnostic::in_file(Code::RootTooLarge, "policies", message).help(help.to_owned())
}
