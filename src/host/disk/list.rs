//! Lists a root folder: which files there are, without reading them.
//!
//! Links are followed as long as they stay inside the root; each folder is listed once, whatever
//! links lead to it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::base::diagnostic::{Code, Diagnostic, did_you_mean};
use crate::host::disk::wanted::{
    CASES, FOLDERS, MAX_DEPTH, is_hidden, is_wanted, nearly_wanted, unreadable,
};

/// What lies below a root folder.
#[derive(Debug, Default)]
pub(crate) struct Listing {
    /// What was found, by path below the root with `/` between folders.
    pub(crate) entries: BTreeMap<String, Listed>,
    /// The real folders, each with its names below the root. The root itself has an empty name.
    pub(crate) folders: BTreeMap<PathBuf, Folder>,
}

/// A listed file or problem.
#[derive(Debug)]
pub(crate) enum Listed {
    /// A file, with its real path if a link leads to it.
    File(Option<Box<Path>>, Stamp),
    /// Something that cannot be read, with the diagnostic.
    Problem(Box<Diagnostic>),
}

/// A folder that is listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Folder {
    pub(crate) name: String,
    /// Device and inode number, if the system has them: another folder in its place differs.
    pub(crate) identity: (u64, u64),
}

/// Metadata by which a file is likely to be unchanged, without reading it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stamp {
    pub(crate) length: u64,
    pub(crate) modified: Option<SystemTime>,
    pub(crate) identity: (u64, u64),
}

impl Stamp {
    pub(crate) fn of(metadata: &fs::Metadata) -> Self {
        Self {
            length: metadata.len(),
            modified: metadata.modified().ok(),
            identity: identity(metadata),
        }
    }
}

#[cfg(unix)]
pub(super) fn identity(metadata: &fs::Metadata) -> (u64, u64) {
    use std::os::unix::fs::MetadataExt;
    (metadata.dev(), metadata.ino())
}

#[cfg(not(unix))]
pub(super) fn identity(_: &fs::Metadata) -> (u64, u64) {
    (0, 0)
}

/// Lists everything below a root folder.
///
/// # Errors
/// When the root itself is not a folder that can be read.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the module that reads files"
)]
pub(crate) fn list(root: &Path, most: usize) -> Result<Listing, DiskError> {
    let real = match fs::canonicalize(root) {
        Ok(real) if real.is_dir() => real,
        Ok(_) => return Err(DiskError::NotAFolder(root.to_owned())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(DiskError::NoFolder(root.to_owned()));
        }
        Err(error) => return Err(DiskError::Unreadable(root.to_owned(), error)),
    };
    let metadata =
        fs::metadata(&real).map_err(|error| DiskError::Unreadable(root.to_owned(), error))?;
    let mut lister = Lister {
        root: real,
        most,
        listing: Listing::default(),
    };
    let folder = Folder {
        name: String::new(),
        identity: identity(&metadata),
    };
    lister.listing.folders.insert(lister.root.clone(), folder);
    for folder in FOLDERS {
        let path = lister.root.join(folder);
        if path.symlink_metadata().is_ok() {
            lister.link(&path, folder, 0);
        }
    }
    lister.cases();
    if lister.is_full() {
        lister.listing.entries.clear();
        let message = format!("this root has more than {most} files: nothing is read");
        let help = "put the records into few files, or divide the rulebooks among several roots";
        let problem = Diagnostic::in_file(Code::RootTooLarge, FOLDERS[0], message);
        lister.problem(FOLDERS[0], problem.help(help.to_owned()));
    }
    Ok(lister.listing)
}

struct Lister {
    root: PathBuf,
    /// The most files that are listed.
    most: usize,
    listing: Listing,
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is the module that reads files"
)]
impl Lister {
    fn is_full(&self) -> bool {
        self.listing.entries.len() > self.most
    }

    /// Lists the folders of cases: those in `tests` with the name of a rulebook. A folder with a
    /// nearly equal name is reported; others are left alone.
    fn cases(&mut self) {
        let names = self
            .listing
            .entries
            .keys()
            .filter_map(|name| name.strip_prefix("policies/")?.split_once('/'));
        let rulebooks: BTreeSet<String> = names.map(|(name, _)| name.to_owned()).collect();
        let Ok(entries) = fs::read_dir(self.root.join(CASES)) else {
            return;
        };
        let mut folders: Vec<_> = entries
            .filter_map(Result::ok)
            .map(|entry| entry.file_name())
            .collect();
        folders.sort();
        for folder in folders.iter().filter_map(|folder| folder.to_str()) {
            let (name, path) = (
                format!("{CASES}/{folder}"),
                self.root.join(CASES).join(folder),
            );
            if rulebooks.contains(folder) {
                self.link(&path, &name, 1);
            } else if folder.starts_with("cases.") && is_wanted(&name) && path.is_file() {
                let of = rulebooks.first().filter(|_| rulebooks.len() == 1);
                let of = of.map_or("<rulebook>", String::as_str);
                let message = "these cases are not read: they lie beside the folders of cases";
                let help = format!("move them to `{CASES}/{of}/{folder}`");
                self.problem(
                    &name,
                    Diagnostic::in_file(Code::UnusedFile, &name, message).help(help),
                );
            } else if path.is_dir()
                && let Some(near) = did_you_mean(folder, rulebooks.iter().map(String::as_str))
            {
                let message = format!("there is no rulebook `{folder}` for these cases");
                self.problem(
                    &name,
                    Diagnostic::in_file(Code::TestsNothing, &name, message).help(near),
                );
            }
        }
    }

    /// Lists what may be a link, by its real path.
    fn link(&mut self, path: &Path, name: &str, depth: usize) {
        match fs::canonicalize(path) {
            Ok(real) if real.starts_with(&self.root) => self.entry(&real, name, depth),
            Ok(_) => {
                let message = "this link leads out of the root folder and is not followed";
                let help = "copy the file here instead".to_owned();
                self.problem(
                    name,
                    Diagnostic::in_file(Code::OutsideRoot, name, message).help(help),
                );
            }
            Err(error) => self.unreadable(name, &error),
        }
    }

    fn entry(&mut self, real: &Path, name: &str, depth: usize) {
        let metadata = match fs::metadata(real) {
            Ok(metadata) => metadata,
            Err(error) => return self.unreadable(name, &error),
        };
        if metadata.is_dir() {
            self.folder(real, name, identity(&metadata), depth);
        } else if !is_wanted(name) {
            if let Some(told) = nearly_wanted(name) {
                self.problem(name, told);
            }
        } else if metadata.is_file() {
            let elsewhere = (real != self.root.join(name)).then(|| real.into());
            self.listing.entries.insert(
                name.to_owned(),
                Listed::File(elsewhere, Stamp::of(&metadata)),
            );
        } else {
            self.problem(
                name,
                Diagnostic::in_file(Code::Unreadable, name, "this is not a regular file"),
            );
        }
    }

    fn folder(&mut self, real: &Path, name: &str, identity: (u64, u64), depth: usize) {
        if is_wanted(name) {
            let message = "this is a folder with the name of a file";
            let help = "rename the folder".to_owned();
            return self.problem(
                name,
                Diagnostic::in_file(Code::Unreadable, name, message).help(help),
            );
        }
        if depth > MAX_DEPTH {
            let message = format!("folders nest more than {MAX_DEPTH} deep");
            return self.problem(name, Diagnostic::in_file(Code::TooLarge, name, message));
        }
        if let Some(first) = self.listing.folders.get(real) {
            let first = match first.name.as_str() {
                "" => "the root folder".to_owned(),
                name => format!("`{name}`"),
            };
            let message = format!("this link is not followed: it leads to {first}, read already");
            let help = "put copies of the files here, or remove the link".to_owned();
            return self.problem(
                name,
                Diagnostic::in_file(Code::UnusedFile, name, message).help(help),
            );
        }
        self.listing.folders.insert(
            real.to_owned(),
            Folder {
                name: name.to_owned(),
                identity,
            },
        );
        let entries = match fs::read_dir(real) {
            Ok(entries) => entries,
            Err(error) => return self.unreadable(name, &error),
        };
        let entries = entries
            .filter_map(Result::ok)
            .map(|entry| (entry.file_name(), entry.file_type().ok()));
        let mut entries: Vec<_> = entries.collect();
        entries.sort_by(|(a, _), (b, _)| a.cmp(b));
        for (entry, kind) in entries {
            if self.is_full() {
                return;
            }
            let Some(text) = entry.to_str() else {
                let shown = format!("{name}/{}", entry.to_string_lossy());
                let message = "the name of this file is not UTF-8 text";
                self.problem(&shown, Diagnostic::in_file(Code::BadName, &shown, message));
                continue;
            };
            if is_hidden(text) {
                continue;
            }
            let (path, name) = (real.join(&entry), format!("{name}/{text}"));
            match kind {
                Some(kind) if !kind.is_symlink() => self.entry(&path, &name, depth + 1),
                _ => self.link(&path, &name, depth + 1),
            }
        }
    }

    fn unreadable(&mut self, name: &str, error: &std::io::Error) {
        // What is gone between two looks was never there.
        let gone = error.kind() == std::io::ErrorKind::NotFound && !self.is_link(name);
        if !gone && (is_wanted(name) || !name.contains('.')) {
            self.problem(name, unreadable(name, error));
        }
    }

    fn is_link(&self, name: &str) -> bool {
        self.root
            .join(name)
            .symlink_metadata()
            .is_ok_and(|metadata| metadata.is_symlink())
    }

    fn problem(&mut self, name: &str, diagnostic: Diagnostic) {
        self.listing
            .entries
            .insert(name.to_owned(), Listed::Problem(diagnostic.into()));
    }
}

/// One file of a listed folder as it is now; `None` if it does not exist or is not wanted.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the module that reads files"
)]
pub(crate) fn list_one(root: &Path, real: &Path, name: &str) -> Option<Listed> {
    let root = fs::canonicalize(root).ok()?;
    let mut lister = Lister {
        root,
        most: usize::MAX,
        listing: Listing::default(),
    };
    let metadata = real.symlink_metadata().ok()?;
    // A folder on the way may have become a link since the folder was listed.
    if metadata.is_symlink() || metadata.is_file() {
        lister.link(real, name, 0);
    }
    lister.listing.entries.remove(name)
}

/// Why a root folder cannot be read at all.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DiskError {
    /// The root does not exist.
    #[error("there is no folder `{}`", .0.display())]
    NoFolder(PathBuf),
    /// The root is a file.
    #[error("`{}` is a file, expected the folder that holds `policies` and `scripts`", .0.display())]
    NotAFolder(PathBuf),
    /// The root cannot be read.
    #[error("the folder `{}` cannot be read: {}", .0.display(), .1)]
    Unreadable(PathBuf, std::io::Error),
}
