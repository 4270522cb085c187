//! Reads a revision of a git repository into [`Files`], without touching the working tree.
//!
//! The program `git` lists the files and gives their contents; nothing is checked out. The author
//! of a repository may have written its configuration too, so git is run with care.

mod objects;
mod run;

pub(crate) use run::GitError;

pub(super) use objects::{GitContent, Objects};
pub(super) use run::{git, git_listing, trimmed};

use std::collections::BTreeMap;
use std::path::Path;

use crate::base::diagnostic::{Code, Diagnostic};
use crate::host::disk::wanted::{FOLDERS, is_hidden, is_wanted, nearly_wanted};
use crate::model::input_files::{Files, root_too_large, too_large};

/// The most names of missing files in a message.
const MOST_NAMED: usize = 5;

/// The files below `root` in a revision, and the revision's abbreviated hash.
pub(crate) fn read_revision(root: &Path, revision: &str) -> Result<(Files, String), GitError> {
    let prefix = prefix_of(root)?;
    let wanted = format!("{revision}^{{commit}}");
    let commit = git(
        root,
        &[
            "rev-parse",
            "--verify",
            "--quiet",
            "--end-of-options",
            &wanted,
        ],
    )
    .map(|text| trimmed(&text))
    .map_err(|error| match error {
        GitError::Failed(_) => GitError::NoRevision(revision.to_owned()),
        other => other,
    })?;
    let short = trimmed(&git(root, &["rev-parse", "--short", &commit])?);
    let mut files = Files::new();
    let mut objects = Objects::of(root)?;
    let known = BTreeMap::new();
    if let Some(entries) = listed((root, &prefix), &commit, &known, &mut objects, &mut files)? {
        objects.read(&entries, &mut files)?;
    }
    Ok((files, short))
}

/// The path of a folder in its repository.
pub(super) fn prefix_of(root: &Path) -> Result<String, GitError> {
    let prefix = git(root, &["rev-parse", "--show-prefix"]).map_err(|error| match error {
        GitError::Failed(why) => no_repository(root.display().to_string(), &why),
        other => other,
    })?;
    let no_text = |_| GitError::Failed("the name of the folder is not UTF-8 text".to_owned());
    Ok(trimmed(
        String::from_utf8(prefix).map_err(no_text)?.as_bytes(),
    ))
}

/// The files of a commit to read; `None`, with a diagnostic, if they are too large together. The
/// sizes of known ones are not asked again.
pub(super) fn listed(
    (root, prefix): (&Path, &str),
    commit: &str,
    known: &BTreeMap<String, GitContent>,
    objects: &mut Objects,
    files: &mut Files,
) -> Result<Option<BTreeMap<String, GitContent>>, GitError> {
    let folders = FOLDERS.map(|folder| format!("{prefix}{folder}"));
    let mut list = vec!["ls-tree", "-r", "-z", "--full-tree", commit, "--"];
    list.extend(folders.iter().map(String::as_str));
    let listed = git_listing(root, &list).map_err(|error| match error {
        GitError::Failed(_) if is_partial(root) => GitError::Partial("folders".to_owned()),
        other => other,
    })?;
    let wanted = entries(&listed, prefix, files);
    let (entries, missing) = sized(wanted, known, objects, files)?;
    if !missing.is_empty() {
        let missing = named(&missing);
        return Err(if is_partial(root) {
            GitError::Partial(missing)
        } else {
            GitError::Failed(format!("there is no content of {missing}"))
        });
    }
    let bytes = entries.values().map(|content| content.size);
    if bytes.fold(0, u64::saturating_add) > files.limits().root_bytes {
        files.insert_unreadable(root_too_large(files.limits()), FOLDERS[0]);
        return Ok(None);
    }
    Ok(Some(entries))
}

/// The error for a folder in which git found nothing to read.
fn no_repository(root: String, why: &str) -> GitError {
    let why = why.trim_start_matches("fatal: ");
    if why.starts_with("cannot use bare repository") {
        GitError::Bare(root)
    } else if why.starts_with("not a git repository") || why.is_empty() {
        GitError::NoRepository(root)
    } else {
        let words: Vec<&str> = why.split_whitespace().collect();
        GitError::Refused(root, words.join(" "))
    }
}

/// Whether the clone is partial: some objects are fetched only on demand.
fn is_partial(root: &Path) -> bool {
    git(root, &["config", "--get-regexp", r"^remote\..*\.promisor$"])
        .is_ok_and(|found| !found.is_empty())
}

/// The files to read, by name below the root, each with its object id. What cannot be read is
/// reported.
fn entries(listed: &[u8], prefix: &str, files: &mut Files) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for entry in listed
        .split(|byte| *byte == 0)
        .filter(|entry| !entry.is_empty())
    {
        let text = String::from_utf8_lossy(entry);
        let Some((head, path)) = text.split_once('\t') else {
            continue;
        };
        let Some(name) = path.strip_prefix(prefix) else {
            continue;
        };
        let mut words = head.split_ascii_whitespace();
        let (mode, kind) = (words.next(), words.next());
        let object = words.next();
        if name.split('/').any(is_hidden) {
            continue;
        }
        let whole_folder = !name.rsplit('/').next().unwrap_or(name).contains('.');
        let elsewhere = match (mode, kind) {
            (Some("120000"), _) => Some("a link, and links of a revision are not followed"),
            (_, Some("commit")) => Some("a submodule, and those of a revision are not read"),
            _ => None,
        };
        if let Some(what) = elsewhere {
            if whole_folder || is_wanted(name) {
                let help = "compare two folders instead: check the revision out elsewhere";
                let problem =
                    Diagnostic::in_file(Code::Unreadable, name, format!("this is {what}"));
                files.insert_unreadable(problem.help(help.to_owned()), name);
            }
            continue;
        }
        let (Some("blob"), Some(object), true) = (kind, object, is_wanted(name)) else {
            if let Some(told) = nearly_wanted(name) {
                files.insert_unreadable(told, name);
            }
            continue;
        };
        found.insert(name.to_owned(), object.to_owned());
    }
    found
}

/// The sizes of contents, and the files that are missing. What is too large is reported.
fn sized(
    wanted: BTreeMap<String, String>,
    known: &BTreeMap<String, GitContent>,
    objects: &mut Objects,
    files: &mut Files,
) -> Result<(BTreeMap<String, GitContent>, Vec<String>), GitError> {
    let (mut found, mut fresh) = (BTreeMap::new(), Vec::new());
    for (name, object) in wanted {
        match known.get(&name).filter(|known| known.object == object) {
            Some(known) => drop(found.insert(name, known.clone())),
            None => fresh.push((name, object)),
        }
    }
    let asked: Vec<&str> = fresh.iter().map(|(_, object)| object.as_str()).collect();
    let sizes = objects.sizes(&asked)?;
    let mut missing = Vec::new();
    for ((name, object), size) in fresh.into_iter().zip(sizes) {
        match size {
            None => missing.push(name),
            Some(size) if size > files.limits().file_bytes => {
                files.insert_unreadable(too_large(&name, size, files.limits()), &name);
            }
            Some(size) => drop(found.insert(name, GitContent { object, size })),
        }
    }
    Ok((found, missing))
}

/// The first few names, and how many more there are.
fn named(names: &[String]) -> String {
    let some: Vec<String> = names
        .iter()
        .take(MOST_NAMED)
        .map(|name| format!("`{name}`"))
        .collect();
    let more = names.len() - some.len();
    if more == 0 {
        some.join(", ")
    } else {
        format!("{} and {more} more", some.join(", "))
    }
}
