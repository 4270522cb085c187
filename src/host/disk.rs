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
pub(crate) use list::{Folder, list_one};
pub(crate) use list::{Listed, Listing, Stamp, list};
#[cfg(feature = "app")]
pub(crate) use rewrite::{
    read_text, rewrite, write_file as write, write_file_with as write_with, write_inside,
};
#[cfg(feature = "watch")]
pub(crate) use wanted::{FOLDERS, is_hidden, is_wanted};

use std::borrow::Cow;
use std::fs;
use std::io::Read;
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

fn content(root: &Path, name: &str, listed: &Listed) -> Content {
    let (real, stamp) = match listed {
        Listed::Problem(problem) => return Some(Err((**problem).clone())),
        Listed::File(Some(elsewhere), stamp) => (Cow::Borrowed(&**elsewhere), stamp),
        Listed::File(None, stamp) => (Cow::Owned(root.join(name)), stamp),
    };
    if stamp.length > MAX_FILE_BYTES {
        return Some(Err(too_large(name, stamp.length)));
    }
    match bytes_of(root, &real, stamp) {
        Ok(bytes) => Some(text_of(name, bytes)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => Some(Err(unreadable(name, &error))),
    }
}

/// What stands in a file that was listed. What a link that was put there since leads to is read only
/// if that lies in the root.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the module that reads files"
)]
fn bytes_of(root: &Path, real: &Path, listed: &Stamp) -> std::io::Result<Vec<u8>> {
    let file = fs::File::open(real)?;
    let there = Stamp::of(&file.metadata()?);
    if !cfg!(unix) || there.identity != listed.identity {
        let leads = fs::canonicalize(real)?;
        let inside = leads.starts_with(fs::canonicalize(root)?);
        if !inside || Stamp::of(&fs::metadata(&leads)?).identity != there.identity {
            let why = "it was replaced by a link while it was read";
            return Err(std::io::Error::other(why));
        }
    }
    let mut bytes = Vec::with_capacity(usize::try_from(there.length).unwrap_or_default());
    file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
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

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    /// What is read of a file that was listed and is another one by the time it is read.
    fn read_after(change: impl FnOnce(&Path, &Path)) -> Result<Vec<u8>, String> {
        let folder = tempfile::tempdir().expect("there is room");
        let (root, outside) = (folder.path().join("root"), folder.path().join("outside"));
        let name = "policies/t/jurisdictions/x.yaml";
        let put = |path: &Path, text: &str| {
            fs::create_dir_all(path.parent().expect("it lies in a folder")).expect("there is room");
            let mut file = fs::File::create(path).expect("there is room");
            std::io::Write::write_all(&mut file, text.as_bytes()).expect("there is room");
        };
        put(&root.join(name), "listed");
        put(&outside.join("x.yaml"), "secret");
        let mut listing = list(&root).expect("it is a folder");
        let listed = listing.entries.remove(name).expect("it is listed");
        change(&root.join(name), &outside);
        let content = content(&root, name, &listed).expect("it is there");
        content.map_err(|problem| problem.message)
    }

    #[test]
    fn a_link_put_in_place_between_listing_and_reading_is_not_followed_out_of_the_root() {
        let file = read_after(|path, outside| {
            fs::remove_file(path).expect("it is there");
            symlink(outside.join("x.yaml"), path).expect("there is room");
        });
        let folder = read_after(|path, outside| {
            let folder = path.parent().expect("it lies in a folder");
            fs::remove_dir_all(folder).expect("it is there");
            symlink(outside, folder).expect("there is room");
        });
        for found in [file, folder] {
            let why = found.expect_err("the secret was read");
            assert!(why.contains("replaced by a link"), "{why}");
        }
    }

    #[test]
    fn a_file_that_an_editor_put_in_the_place_of_another_is_read() {
        let found = read_after(|path, _| {
            let new = path.with_extension("new");
            fs::copy(path, &new).expect("there is room");
            fs::rename(&new, path).expect("there is room");
        });
        assert_eq!(found, Ok(b"listed".to_vec()));
    }
}
