//! Reads the commits of a repository in order: of each, only what differs from the one before.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::host::disk::git::{
    GitContent, GitError, Objects, git_listing, listed, prefix_of, trimmed,
};
use crate::host::disk::wanted::FOLDERS;
use crate::model::input_files::Files;

/// A commit and its metadata.
#[derive(Clone, Debug)]
pub(crate) struct GitRevision {
    pub(crate) id: String,
    pub(crate) short: String,
    pub(crate) day: String,
    pub(crate) author: String,
    pub(crate) subject: String,
}

/// The commits of a repository that touch a root, the oldest first.
pub(crate) struct Revisions {
    root: PathBuf,
    prefix: String,
    objects: Objects,
    pub(crate) list: Vec<GitRevision>,
    /// The files that were read last, by name.
    entries: BTreeMap<String, GitContent>,
    files: Files,
}

impl Revisions {
    /// The last `most` commits up to `HEAD`, by first parents.
    pub(crate) fn of(root: &Path, most: usize) -> Result<Self, GitError> {
        let prefix = prefix_of(root)?;
        let most = format!("--max-count={most}");
        let mut log = vec![
            "log",
            "-z",
            "--first-parent",
            "--no-show-signature",
            "--no-color",
            "--date=short",
            "--format=%H%x1f%h%x1f%cd%x1f%an%x1f%s",
            &most,
            "HEAD",
            "--",
        ];
        log.extend(FOLDERS);
        let text = git_listing(root, &log)?;
        let lines = text
            .split(|byte| *byte == 0)
            .filter(|line| !line.is_empty());
        let mut list: Vec<GitRevision> = lines.filter_map(revision).collect();
        list.reverse();
        Ok(Self {
            root: root.to_owned(),
            prefix,
            objects: Objects::of(root)?,
            list,
            entries: BTreeMap::new(),
            files: Files::new(),
        })
    }

    /// The files of a commit, by its position in the list.
    pub(crate) fn read(&mut self, number: usize) -> Result<Files, GitError> {
        let mut files = Files::new();
        let commit = &self.list[number].id;
        let place = (&*self.root, &*self.prefix);
        let entries = listed(place, commit, &self.entries, &mut self.objects, &mut files)?;
        let entries = entries.unwrap_or_default();
        let mut fresh = BTreeMap::new();
        for (name, content) in &entries {
            let known = self
                .entries
                .get(name)
                .filter(|known| known.object == content.object);
            match known {
                Some(_) if self.files.get(name).is_some() => files.copy_from(&self.files, name),
                _ => drop(fresh.insert(name.clone(), content.clone())),
            }
        }
        self.objects.read(&fresh, &mut files)?;
        self.entries = entries;
        self.files = files.clone();
        Ok(files)
    }
}

fn revision(line: &[u8]) -> Option<GitRevision> {
    let text = String::from_utf8_lossy(line);
    let text = trimmed(text.as_bytes());
    let mut parts = text.splitn(5, '\u{1f}').map(str::to_owned);
    Some(GitRevision {
        id: parts.next()?,
        short: parts.next()?,
        day: parts.next()?,
        author: parts.next()?,
        subject: parts.next()?,
    })
}
