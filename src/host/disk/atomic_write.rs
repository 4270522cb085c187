//! Writes files atomically: to a temporary file beside each, which is synced and then renamed.
//! Readers see the old content or the new one, also if the program is killed.
//!
//! What is written into a root stays inside it, like what is read: see [`inside`].

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};

use crate::base::digest;
use crate::host::disk::list::identity;

/// Why a file was not written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RewriteError {
    #[error("`{0}` was changed by someone else in the meantime: nothing was written")]
    Changed(String),
    #[error(
        "`{0}` leads out of the root folder by a link: nothing was written there; put a file or a \
         folder in place of the link"
    )]
    Outside(String),
    #[error("`{0}` cannot be read: {1}")]
    Unreadable(String, io::Error),
    #[error("`{0}` cannot be written: {1}")]
    Failed(String, io::Error),
}

/// Replaces the text that was read from a file of a root.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the module that writes files"
)]
pub(crate) fn rewrite(
    root: &Path,
    name: &str,
    before: &str,
    after: &str,
) -> Result<(), RewriteError> {
    let failed = |error| RewriteError::Failed(name.to_owned(), error);
    let real = inside(root, name)?;
    let there = fs::read(&real).map_err(failed)?;
    let text = there.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&there);
    if text != before.as_bytes() {
        return Err(RewriteError::Changed(name.to_owned()));
    }
    let mark = &there[..there.len() - text.len()];
    replace(&real, |out| {
        out.write_all(mark)?;
        out.write_all(after.as_bytes())
    })
    .map_err(failed)
}

/// The text of a file outside a root.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the module that reads files"
)]
pub(crate) fn read_text(path: &Path) -> Result<String, RewriteError> {
    fs::read_to_string(path)
        .map_err(|error| RewriteError::Unreadable(path.display().to_string(), error))
}

/// Writes a text to a file of a root; missing folders are created.
pub(crate) fn write_inside(root: &Path, name: &str, text: &str) -> Result<(), RewriteError> {
    let real = inside(root, name)?;
    replace(&real, |out| out.write_all(text.as_bytes()))
        .map_err(|error| RewriteError::Failed(name.to_owned(), error))
}

/// Writes a text to a file outside a root.
pub(crate) fn write_file(path: &Path, text: &str) -> Result<(), RewriteError> {
    write_file_with(path, |out| out.write_all(text.as_bytes()))
}

/// Writes a file outside a root, in pieces as they are produced.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the module that writes files"
)]
pub(crate) fn write_file_with(
    path: &Path,
    text: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), RewriteError> {
    let failed = |error| RewriteError::Failed(path.display().to_string(), error);
    // What is no plain file, as a pipe, cannot be renamed over.
    if path.exists() && !path.is_file() {
        return OpenOptions::new()
            .write(true)
            .open(path)
            .and_then(|file| filled(&file, text))
            .map_err(failed);
    }
    let real = anywhere(path).map_err(failed)?;
    replace(&real, text).map_err(failed)
}

/// The path without links of a file of a root, which may not exist yet. Links are followed as long
/// as they stay in the root.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the module that writes files"
)]
fn inside(root: &Path, name: &str) -> Result<PathBuf, RewriteError> {
    let failed = |error| RewriteError::Failed(name.to_owned(), error);
    fs::create_dir_all(root).map_err(failed)?;
    let root = fs::canonicalize(root).map_err(failed)?;
    let mut parts: Vec<Component<'_>> = Path::new(name).components().collect();
    let file = parts.pop();
    let mut real = root.clone();
    for part in parts {
        real.push(part);
        match fs::create_dir(&real) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                return Err(failed(error));
            }
            _ => real = within(&root, &real, name)?,
        }
    }
    real.extend(file);
    if real.symlink_metadata().is_ok() {
        real = within(&root, &real, name)?;
    }
    let fine = real.is_file() || real.symlink_metadata().is_err();
    fine.then_some(real)
        .ok_or_else(|| failed(io::Error::other("this is not a regular file")))
}

/// The path without links, if it is in the root.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the module that writes files"
)]
fn within(root: &Path, path: &Path, name: &str) -> Result<PathBuf, RewriteError> {
    let real = fs::canonicalize(path)
        .map_err(|error| RewriteError::Failed(name.to_owned(), nowhere(error)))?;
    let inside = real.starts_with(root).then_some(real);
    inside.ok_or_else(|| RewriteError::Outside(name.to_owned()))
}

/// The path without links of a file outside a root, which may not exist yet.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the module that writes files"
)]
fn anywhere(path: &Path) -> io::Result<PathBuf> {
    if path.symlink_metadata().is_ok() {
        return fs::canonicalize(path).map_err(nowhere);
    }
    let name = path
        .file_name()
        .ok_or_else(|| io::Error::other("it has no name"))?;
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    fs::create_dir_all(folder)?;
    Ok(fs::canonicalize(folder)?.join(name))
}

/// The error of a link to nothing.
fn nowhere(error: io::Error) -> io::Error {
    match error.kind() {
        io::ErrorKind::NotFound => io::Error::other("it is a link that leads to nothing"),
        _ => error,
    }
}

/// Replaces the content of a file, or creates it. It keeps the permissions of the old file.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the module that writes files"
)]
fn replace(real: &Path, content: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let path = beside(real);
    // Locked until it has its name.
    let file = temporary(&path)?;
    let written = filled(&file, content).and_then(|()| {
        if let Ok(like) = fs::metadata(real) {
            file.set_permissions(like.permissions())?;
        }
        file.sync_all()?;
        // A folder that was put in the place of another meanwhile is not written into.
        if fs::canonicalize(&path)? != path {
            return Err(io::Error::other("its folder was replaced meanwhile"));
        }
        fs::rename(&path, real)
    });
    written.inspect_err(|_| {
        // It may not even be there.
        let _ = fs::remove_file(&path);
    })
}

fn filled(file: &File, text: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut out = io::BufWriter::with_capacity(1 << 16, file);
    text(&mut out)?;
    out.flush()
}

/// The temporary file of another: always the same, so that one left by a killed program is found,
/// and short, however long the name is.
fn beside(real: &Path) -> PathBuf {
    let name = real.file_name().unwrap_or_default();
    let mut hash = digest::Hash::default();
    hash.add(&name.to_string_lossy());
    real.with_file_name(format!(".{}.rulebook-new", &hash.short()[..16]))
}

/// Creates a temporary file and locks it. An existing one without a lock was left by a killed
/// program and is removed.
#[expect(
    clippy::disallowed_methods,
    reason = "this module is what writes files"
)]
fn temporary(path: &Path) -> io::Result<File> {
    const TRIES: usize = 8;
    for _ in 0..TRIES {
        match OpenOptions::new().write(true).create_new(true).open(path) {
            Ok(file) => {
                if lock(&file)? && is_still(&file, path) {
                    return Ok(file);
                }
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => remove_left(path)?,
            Err(error) => return Err(error),
        }
    }
    Err(busy())
}

#[expect(
    clippy::disallowed_methods,
    reason = "this module is what writes files"
)]
fn remove_left(path: &Path) -> io::Result<()> {
    let is_link = path
        .symlink_metadata()
        .is_ok_and(|metadata| metadata.is_symlink());
    if !is_link {
        let file = match OpenOptions::new().write(true).open(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            file => file?,
        };
        if !lock(&file)? {
            return Err(busy());
        }
        if !is_still(&file, path) {
            return Ok(());
        }
    }
    fs::remove_file(path)
}

/// Locks a file; false if another program holds the lock. Some file systems have no locks.
fn lock(file: &File) -> io::Result<bool> {
    match file.try_lock() {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(error)) => match error.kind() {
            io::ErrorKind::Unsupported => Ok(true),
            _ => Err(error),
        },
    }
}

/// Whether a file still has its name.
fn is_still(file: &File, path: &Path) -> bool {
    let named = path.symlink_metadata();
    let (Ok(open), Ok(named)) = (file.metadata(), named) else {
        return false;
    };
    named.is_file() && identity(&open) == identity(&named)
}

fn busy() -> io::Error {
    io::Error::other("another program is writing it at this moment")
}
