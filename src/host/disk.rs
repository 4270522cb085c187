//! Reads a root folder from disk, or a git revision of it, into [`Files`], and writes single files
//! back. With `watch`, the only module of the library that touches a disk.
//!
//! It takes `policies/**`, `scripts/**` and `tests/<rulebook>/**`, files of known extensions, never
//! following a link out of the root. What is there and cannot be read becomes a diagnostic, not an
//! error.

#[cfg(feature = "parquet")]
mod columns;
#[cfg(feature = "app")]
mod git;
mod list;
#[cfg(feature = "app")]
mod rewrite;
#[cfg(feature = "packed")]
mod unpack;
mod wanted;

#[cfg(feature = "app")]
pub(crate) use git::read_revision;
pub use list::DiskError;
#[cfg(feature = "watch")]
pub(crate) use list::{Folder, Stamp, list_one};
pub(crate) use list::{Listed, Listing, list};
#[cfg(feature = "app")]
pub(crate) use rewrite::{read_text, rewrite, write_file as write, write_file_with as write_with};
#[cfg(feature = "watch")]
pub(crate) use wanted::{FOLDERS, is_hidden, is_wanted};

use std::borrow::Cow;
use std::fs;
use std::path::Path;

use crate::base::diagnostic::Diagnostic;
use crate::base::parallel::{self, Progress};
use crate::host::disk::wanted::{too_large, unreadable};
use crate::model::files::{Files, MAX_FILE_BYTES};
use crate::model::jurisdiction::{PARQUET, text_name};

/// Reads everything below a root folder.
///
/// # Errors
/// When the root itself is not a folder that can be read.
pub fn read(root: &Path) -> Result<Files, DiskError> {
    read_watched(root, &Progress::default())
}

/// The same, telling how far it has come.
pub(crate) fn read_watched(root: &Path, progress: &Progress) -> Result<Files, DiskError> {
    let Listing { entries, .. } = list(root)?;
    progress.begin(entries.len());
    let mut files = Files::new();
    let mut entries = entries.into_iter().peekable();
    while entries.peek().is_some() {
        let some: Vec<(String, Listed)> = entries.by_ref().take(AT_ONCE).collect();
        progress.add(some.len());
        let read = parallel::map(some, |(name, listed)| {
            let content = content(root, &name, &listed);
            (name, content)
        });
        for (name, content) in read {
            put(&name, content, &mut files);
        }
    }
    Ok(files)
}

/// How many files are read side by side before they are taken in.
const AT_ONCE: usize = 1024;

/// What a file holds, or why it cannot be read; none when it is gone by now.
type Content = Option<Result<Vec<u8>, Diagnostic>>;

/// Reads one file, or says why it cannot be read. A file that is gone by now is left out.
#[cfg(feature = "watch")]
pub(crate) fn read_one(root: &Path, name: &str, listed: &Listed, files: &mut Files) {
    put(name, content(root, name, listed), files);
}

fn put(name: &str, content: Content, files: &mut Files) {
    match content {
        Some(Ok(bytes)) => files.insert_bytes(name, bytes),
        Some(Err(problem)) => files.insert_unreadable(problem, name),
        None => {}
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is the module that reads files"
)]
fn content(root: &Path, name: &str, listed: &Listed) -> Content {
    let (real, stamp) = match listed {
        Listed::Problem(problem) => return Some(Err((**problem).clone())),
        Listed::File(Some(elsewhere), stamp) => (Cow::Borrowed(&**elsewhere), stamp),
        Listed::File(None, stamp) => (Cow::Owned(root.join(name)), stamp),
    };
    if stamp.length > MAX_FILE_BYTES {
        return Some(Err(too_large(name, stamp.length)));
    }
    match fs::read(real) {
        Ok(bytes) => Some(text_of(name, bytes)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => Some(Err(unreadable(name, &error))),
    }
}

/// The text that a file holds: packed ones are unpacked, and columns put into rows.
pub(crate) fn text_of(name: &str, bytes: Vec<u8>) -> Result<Vec<u8>, Diagnostic> {
    let bytes = if text_name(name) == name {
        bytes
    } else {
        unpacked(name, &bytes)?
    };
    if text_name(name).ends_with(PARQUET) {
        rows(name, bytes)
    } else {
        Ok(bytes)
    }
}

#[cfg(feature = "parquet")]
use columns::text_of as rows;

#[cfg(not(feature = "parquet"))]
fn rows(name: &str, _: Vec<u8>) -> Result<Vec<u8>, Diagnostic> {
    let help = "write the records as CSV, or build rulebook with `--features parquet`".to_owned();
    Err(Diagnostic::in_file(
        crate::base::diagnostic::Code::Unreadable,
        name,
        "Parquet files are not read by this build",
    )
    .help(help))
}

#[cfg(feature = "packed")]
use unpack::unpack as unpacked;

#[cfg(not(feature = "packed"))]
fn unpacked(name: &str, _: &[u8]) -> Result<Vec<u8>, Diagnostic> {
    Err(Diagnostic::in_file(
        crate::base::diagnostic::Code::Unreadable,
        name,
        "packed files are not read by this build",
    ))
}
