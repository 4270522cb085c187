//! Reads a root folder from disk into [`Files`]. The only module of the library that touches a disk.
//!
//! It takes `policies/**` and `scripts/**`, files of known extensions, never following a link out of
//! the root. What is there and cannot be read becomes a diagnostic, not an error.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::diagnostic::{Code, Diagnostic};
use crate::files::{Files, MAX_FILE_BYTES};

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
const FOLDERS: [&str; 2] = ["policies", "scripts"];

/// The extensions of files that are read.
const EXTENSIONS: [&str; 3] = ["yaml", "yml", "rhai"];

/// How deep folders may nest.
const MAX_DEPTH: usize = 32;

/// Reads everything below a root folder.
///
/// # Errors
/// When the root itself is not a folder that can be read.
#[expect(clippy::disallowed_methods, reason = "this is the module that reads files")]
pub fn read(root: &Path) -> Result<Files, DiskError> {
    let real = match fs::canonicalize(root) {
        Ok(real) if real.is_dir() => real,
        Ok(_) => return Err(DiskError::NotAFolder(root.to_owned())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Err(DiskError::NoFolder(root.to_owned())),
        Err(error) => return Err(DiskError::Unreadable(root.to_owned(), error)),
    };
    let mut reader = Reader { root: real, files: Files::new(), visited: BTreeSet::new() };
    for folder in FOLDERS {
        let path = reader.root.join(folder);
        if path.exists() {
            reader.entry(&path, folder, 0);
        }
    }
    Ok(reader.files)
}

struct Reader {
    root: PathBuf,
    files: Files,
    /// Real folders already read, against links in a circle.
    visited: BTreeSet<PathBuf>,
}

#[expect(clippy::disallowed_methods, reason = "this is the module that reads files")]
impl Reader {
    fn entry(&mut self, path: &Path, name: &str, depth: usize) {
        let real = match fs::canonicalize(path) {
            Ok(real) => real,
            Err(error) => return self.unreadable(name, &error),
        };
        if !real.starts_with(&self.root) {
            let message = "this link leads out of the root folder and is not followed";
            let help = "copy the file here instead".to_owned();
            return self.problem(name, Diagnostic::in_file(Code::OutsideRoot, name, message).help(help));
        }
        if real.is_dir() {
            self.folder(&real, name, depth);
        } else if is_wanted(name) {
            self.file(&real, name);
        }
    }

    fn folder(&mut self, real: &Path, name: &str, depth: usize) {
        if is_wanted(name) {
            let message = "this is a folder with the name of a file";
            return self.problem(
                name,
                Diagnostic::in_file(Code::Unreadable, name, message).help("rename the folder".to_owned()),
            );
        }
        if depth > MAX_DEPTH {
            let message = format!("folders nest more than {MAX_DEPTH} deep");
            return self.problem(name, Diagnostic::in_file(Code::TooLarge, name, message));
        }
        if !self.visited.insert(real.to_owned()) {
            return;
        }
        let entries = match fs::read_dir(real) {
            Ok(entries) => entries,
            Err(error) => return self.unreadable(name, &error),
        };
        let mut names: Vec<_> = entries.filter_map(Result::ok).map(|entry| entry.file_name()).collect();
        names.sort();
        for entry in names {
            let Some(text) = entry.to_str() else {
                let shown = entry.to_string_lossy();
                let message = "the name of this file is not UTF-8 text";
                self.problem(
                    &format!("{name}/{shown}"),
                    Diagnostic::in_file(Code::BadName, &format!("{name}/{shown}"), message),
                );
                continue;
            };
            if !is_hidden(text) {
                self.entry(&real.join(&entry), &format!("{name}/{text}"), depth + 1);
            }
        }
    }

    fn file(&mut self, real: &Path, name: &str) {
        let metadata = match fs::metadata(real) {
            Ok(metadata) => metadata,
            Err(error) => return self.unreadable(name, &error),
        };
        if !metadata.is_file() {
            return self.problem(name, Diagnostic::in_file(Code::Unreadable, name, "this is not a regular file"));
        }
        if metadata.len() > MAX_FILE_BYTES {
            let message = format!("a file of {} bytes is larger than the limit of {MAX_FILE_BYTES}", metadata.len());
            return self.problem(
                name,
                Diagnostic::in_file(Code::TooLarge, name, message).help("split the file into several".to_owned()),
            );
        }
        match fs::read(real) {
            Ok(bytes) => self.files.insert_bytes(name, &bytes),
            Err(error) => self.unreadable(name, &error),
        }
    }

    fn unreadable(&mut self, name: &str, error: &std::io::Error) {
        if is_wanted(name) || !name.contains('.') {
            self.problem(name, Diagnostic::in_file(Code::Unreadable, name, format!("this cannot be read: {error}")));
        }
    }

    fn problem(&mut self, name: &str, diagnostic: Diagnostic) {
        self.files.insert_unreadable(diagnostic, name);
    }
}

fn is_wanted(name: &str) -> bool {
    let extension = Path::new(name).extension().and_then(|extension| extension.to_str());
    extension.is_some_and(|extension| EXTENSIONS.contains(&extension))
}

/// What editors and version control leave about.
fn is_hidden(name: &str) -> bool {
    name.starts_with(['.', '#']) || name.ends_with('~')
}
