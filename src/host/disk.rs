//! Reads a root folder, or a git revision of it, into [`Files`], and writes single files back. With
//! `watch`, the only module below the command line that touches a disk.
//!
//! It reads files of known extensions in `policies/**`, `scripts/**` and `tests/<rulebook>/**`, and
//! never follows a link out of the root. A file that exists and cannot be read becomes a
//! diagnostic, not an error.

#[cfg(feature = "app")]
mod atomic_write;
#[cfg(feature = "app")]
mod commit_history;
#[cfg(feature = "packed")]
mod decompress;
#[cfg(feature = "app")]
mod git;
mod list;
#[cfg(feature = "parquet")]
mod parquet_file;
mod wanted;

#[cfg(feature = "app")]
pub(crate) use atomic_write::{
    read_text, rewrite, write_file as write, write_file_with as write_with, write_inside,
};
#[cfg(feature = "app")]
pub(crate) use commit_history::{GitRevision, Revisions};
#[cfg(feature = "app")]
pub(crate) use git::read_revision;
pub use list::DiskError;
pub(crate) use list::{Folder, list_one};
pub(crate) use list::{Listed, Listing, Stamp, list};
pub(crate) use wanted::{FOLDERS, is_hidden, is_wanted};

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::Path;

use crate::base::diagnostic::Diagnostic;
use crate::base::parallel::{self, Progress};
use crate::host::disk::wanted::unreadable;
use crate::model::input_files::{DataLimits, Files, root_too_large, too_large};
use crate::model::jurisdiction::{PARQUET, text_name};

/// Reads all input files below a root folder.
///
/// # Errors
/// When the root itself is not a folder that can be read.
pub fn read(root: &Path) -> Result<Files, DiskError> {
    read_within(root, DataLimits::default())
}

/// Reads all input files below a root folder, within limits. If there is more, a diagnostic says so
/// and nothing is assessed.
///
/// # Errors
/// When the root itself is not a folder that can be read.
pub fn read_within(root: &Path, limits: DataLimits) -> Result<Files, DiskError> {
    read_all(root, limits, &Progress::default())
}

/// Reads as [`read`] does, and reports progress.
#[cfg(feature = "app")]
pub(crate) fn read_watched(root: &Path, progress: &Progress) -> Result<Files, DiskError> {
    read_all(root, DataLimits::default(), progress)
}

fn read_all(root: &Path, limits: DataLimits, progress: &Progress) -> Result<Files, DiskError> {
    let mut files = Files::within(limits);
    let Listing { entries, .. } = list(root, limits.files)?;
    if let Some(name) = first_too_many(&entries, &limits) {
        files.insert_unreadable(root_too_large(&limits), name);
        return Ok(files);
    }
    progress.begin(entries.len());
    let mut entries = entries.into_iter().peekable();
    while let Some((name, listed)) = entries.next() {
        let alone = is_packed(&name);
        let mut some = vec![(name, listed)];
        while !alone && some.len() < AT_ONCE {
            match entries.next_if(|(name, _)| !is_packed(name)) {
                Some(entry) => some.push(entry),
                None => break,
            }
        }
        progress.add(some.len());
        let read = parallel::map(some, |(name, listed)| {
            let content = content(root, &name, &listed, &files.left(&name));
            (name, content)
        });
        for (name, content) in read {
            put(&name, content, &mut files);
        }
    }
    Ok(files)
}

/// The file at which all files together exceed the limit, by their sizes alone; `None` if they do
/// not. Packed files are left out: their unpacked size is not known before they are read.
fn first_too_many<'a>(
    entries: &'a BTreeMap<String, Listed>,
    limits: &DataLimits,
) -> Option<&'a str> {
    let mut bytes = 0_u64;
    let too_many = entries.iter().find(|(name, listed)| {
        if let Listed::File(_, stamp) = listed
            && !is_packed(name)
            && stamp.length <= limits.file_bytes
        {
            bytes = bytes.saturating_add(stamp.length);
        }
        bytes > limits.root_bytes
    });
    too_many.map(|(name, _)| name.as_str())
}

/// Whether a file may unpack to more than its own bytes. Such files are read one by one.
fn is_packed(name: &str) -> bool {
    text_name(name) != name || name.ends_with(PARQUET)
}

/// How many files are read in parallel before they are added.
const AT_ONCE: usize = 1024;

/// The content of a file, or why it cannot be read; `None` if it has been deleted meanwhile.
type FileContent = Option<Result<Vec<u8>, Diagnostic>>;

/// Reads one file, or adds why it cannot be read. A file that has been deleted meanwhile is left
/// out.
pub(crate) fn read_one(root: &Path, name: &str, listed: &Listed, files: &mut Files) {
    let left = files.left(name);
    put(name, content(root, name, listed, &left), files);
}

fn put(name: &str, content: FileContent, files: &mut Files) {
    match content {
        Some(Ok(bytes)) => files.insert_bytes(name, bytes),
        Some(Err(problem)) => files.insert_unreadable(problem, name),
        None => {}
    }
}

fn content(root: &Path, name: &str, listed: &Listed, left: &DataLimits) -> FileContent {
    let (real, stamp) = match listed {
        Listed::Problem(problem) => return Some(Err((**problem).clone())),
        Listed::File(Some(elsewhere), stamp) => (Cow::Borrowed(&**elsewhere), stamp),
        Listed::File(None, stamp) => (Cow::Owned(root.join(name)), stamp),
    };
    if stamp.length > left.file_bytes {
        return Some(Err(too_large(name, stamp.length, left)));
    }
    match bytes_of(root, &real, stamp, left.file_bytes) {
        Ok(bytes) => Some(text_of(name, bytes, left)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => Some(Err(unreadable(name, &error))),
    }
}

/// The bytes of a listed file. If a link has taken its place, it is read only if it leads to a file
/// in the root.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the module that reads files"
)]
fn bytes_of(root: &Path, real: &Path, listed: &Stamp, most: u64) -> std::io::Result<Vec<u8>> {
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
    let length = there.length.min(most);
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or_default());
    // A file that grows meanwhile is read up to the limit, and then reported as too large.
    file.take(most + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The text of a file: packed files are unpacked, and columns turned into rows.
pub(crate) fn text_of(
    name: &str,
    bytes: Vec<u8>,
    left: &DataLimits,
) -> Result<Vec<u8>, Diagnostic> {
    let bytes = if text_name(name) == name {
        bytes
    } else {
        unpacked(name, &bytes, left)?
    };
    if text_name(name).ends_with(PARQUET) {
        rows(name, bytes)
    } else {
        Ok(bytes)
    }
}

#[cfg(feature = "parquet")]
use parquet_file::text_of as rows;

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
use decompress::unpack as unpacked;

#[cfg(not(feature = "packed"))]
fn unpacked(name: &str, _: &[u8], _: &DataLimits) -> Result<Vec<u8>, Diagnostic> {
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
    #[expect(clippy::disallowed_methods, reason = "a test makes files")]
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
        let mut listing = list(&root, 10).expect("it is a folder");
        let listed = listing.entries.remove(name).expect("it is listed");
        change(&root.join(name), &outside);
        let limits = DataLimits::default();
        let content = content(&root, name, &listed, &limits).expect("it is there");
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
