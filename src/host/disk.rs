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

use std::borrow::Cow;
use std::fs;
use std::path::{Path, PathBuf};

#[cfg(feature = "app")]
pub(crate) use git::read_revision;
#[cfg(feature = "watch")]
pub(crate) use list::{Folder, Stamp, list_one};
pub(crate) use list::{Listed, Listing, list};
#[cfg(feature = "app")]
pub(crate) use rewrite::{read_text, rewrite, write_file as write};

use crate::base::diagnostic::{Code, Diagnostic};
use crate::base::parallel::{self, Progress};
use crate::model::files::{Files, MAX_FILE_BYTES};
use crate::model::jurisdiction::{PARQUET, text_name};

/// Why there is nothing to read at all.
#[derive(Debug, thiserror::Error)]
pub enum DiskError {
    /// The root is not there.
    #[error("there is no folder `{}`", .0.display())]
    NoFolder(PathBuf),
    /// The root is a file.
    #[error("`{}` is a file, expected the folder that holds `policies` and `scripts`", .0.display())]
    NotAFolder(PathBuf),
    /// The root cannot be read.
    #[error("the folder `{}` cannot be read: {}", .0.display(), .1)]
    Unreadable(PathBuf, std::io::Error),
}

/// The folders below the root that are read.
pub(crate) const FOLDERS: [&str; 2] = ["policies", "scripts"];

/// The folder that holds a folder of cases for each rulebook.
pub(crate) const CASES: &str = "tests";

/// The extensions of files that are read.
const EXTENSIONS: [&str; 7] = ["yaml", "yml", "rhai", "csv", "json", "ndjson", "parquet"];

/// How deep folders may nest.
const MAX_DEPTH: usize = 32;

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

fn too_large(name: &str, length: u64) -> Diagnostic {
    let message = format!("a file of {length} bytes is larger than the limit of {MAX_FILE_BYTES}");
    Diagnostic::in_file(Code::TooLarge, name, message)
        .help("split the file into several".to_owned())
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
        Code::Unreadable,
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
        Code::Unreadable,
        name,
        "packed files are not read by this build",
    ))
}

fn unreadable(name: &str, error: &std::io::Error) -> Diagnostic {
    Diagnostic::in_file(
        Code::Unreadable,
        name,
        format!("this cannot be read: {error}"),
    )
}

pub(crate) fn is_wanted(name: &str) -> bool {
    let text = text_name(name);
    let extension = Path::new(text)
        .extension()
        .and_then(|extension| extension.to_str());
    let of_records = name.contains("/jurisdictions/");
    let fine = |extension: &str| match extension {
        _ if text != name => of_records && extension != "rhai",
        "ndjson" | "parquet" => of_records,
        // Others are of no interest, except the schemas for editors.
        "json" => of_records || name.contains("/schema/"),
        _ => true,
    };
    extension.is_some_and(|extension| EXTENSIONS.contains(&extension) && fine(extension))
}

/// What editors and version control leave about.
pub(crate) fn is_hidden(name: &str) -> bool {
    name.starts_with(['.', '#']) || name.ends_with('~')
}
