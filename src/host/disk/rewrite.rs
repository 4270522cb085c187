//! Writes a file of the root anew: to a temporary file beside it, which is then renamed.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Why a file was not written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RewriteError {
    #[error("`{0}` was changed by someone else in the meantime: nothing was written")]
    Changed(String),
    #[error("`{0}` cannot be read: {1}")]
    Unreadable(String, std::io::Error),
    #[error("`{0}` cannot be written: {1}")]
    Failed(String, std::io::Error),
}

/// Puts a new text in the place of the text that was read.
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
    // A link stays a link: what it leads to is written.
    let real = fs::canonicalize(root.join(name)).map_err(failed)?;
    let there = fs::read(&real).map_err(failed)?;
    let text = there.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&there);
    if text != before.as_bytes() {
        return Err(RewriteError::Changed(name.to_owned()));
    }
    let mark = &there[..there.len() - text.len()];
    let temporary = beside(&real);
    let written = write(&temporary, &[mark, after.as_bytes()], &real)
        .and_then(|()| fs::rename(&temporary, &real));
    written.map_err(|error| {
        // It may not even be there.
        let _ = fs::remove_file(&temporary);
        failed(error)
    })
}

/// The text of a file anywhere.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the module that reads files"
)]
pub(crate) fn read_text(path: &Path) -> Result<String, RewriteError> {
    fs::read_to_string(path)
        .map_err(|error| RewriteError::Unreadable(path.display().to_string(), error))
}

/// Writes a text to a file anywhere.
pub(crate) fn write_file(path: &Path, text: &str) -> Result<(), RewriteError> {
    write_file_with(path, |out| out.write_all(text.as_bytes()))
}

/// Writes a file anywhere as it is made: to a temporary file beside it, which is synced and then
/// renamed. It has the permissions of the one that was there.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the module that writes files"
)]
pub(crate) fn write_file_with(
    path: &Path,
    text: impl FnOnce(&mut dyn Write) -> std::io::Result<()>,
) -> Result<(), RewriteError> {
    let name = path.display().to_string();
    let failed = |error| RewriteError::Failed(name.clone(), error);
    // What is no plain file, as a pipe, cannot be renamed over.
    if path.exists() && !path.is_file() {
        return std::fs::OpenOptions::new()
            .write(true)
            .open(path)
            .and_then(|file| filled(file, text).map(drop))
            .map_err(failed);
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    let temporary = beside(path);
    let written = File::create_new(&temporary)
        .and_then(|file| {
            let file = filled(file, text)?;
            if let Ok(like) = fs::metadata(path) {
                file.set_permissions(like.permissions())?;
            }
            file.sync_all()
        })
        .and_then(|()| fs::rename(&temporary, path));
    written.map_err(|error| {
        // It may not even be there.
        let _ = fs::remove_file(&temporary);
        failed(error)
    })
}

fn filled(
    file: File,
    text: impl FnOnce(&mut dyn Write) -> std::io::Result<()>,
) -> std::io::Result<File> {
    let mut out = std::io::BufWriter::with_capacity(1 << 16, file);
    text(&mut out)?;
    out.into_inner()
        .map_err(std::io::IntoInnerError::into_error)
}

fn beside(real: &Path) -> PathBuf {
    let name = real
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    real.with_file_name(format!(".{name}.{}.new", std::process::id()))
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is the module that writes files"
)]
fn write(temporary: &Path, parts: &[&[u8]], like: &Path) -> std::io::Result<()> {
    let mut file = File::create_new(temporary)?;
    for part in parts {
        file.write_all(part)?;
    }
    file.set_permissions(fs::metadata(like)?.permissions())?;
    file.sync_all()
}
