//! Reads a revision of a git repository into [`Files`], without touching the working tree.
//!
//! The program `git` is asked for the list of files and for their contents; nothing is checked out.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::diagnostic::{Code, Diagnostic};
use crate::disk::{FOLDERS, is_hidden, is_wanted};
use crate::files::{Files, MAX_FILE_BYTES};

/// Why a revision cannot be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum GitError {
    #[error("the program `git` cannot be run: {0}")]
    NoGit(std::io::Error),
    #[error("`{0}` does not lie in a git repository")]
    NoRepository(String),
    #[error("there is no folder and no git revision `{0}`")]
    NoRevision(String),
    #[error("git could not read the revision: {0}")]
    Failed(String),
}

/// The files below `root` as they are in a revision, and the revision's short name.
pub(crate) fn read_revision(root: &Path, revision: &str) -> Result<(Files, String), GitError> {
    let prefix = git(root, &["rev-parse", "--show-prefix"])
        .map_err(|error| match error {
            GitError::Failed(_) => GitError::NoRepository(root.display().to_string()),
            other => other,
        })
        .map(|text| trimmed(&text))?;
    let wanted = format!("{revision}^{{commit}}");
    let commit = git(root, &["rev-parse", "--verify", "--quiet", "--end-of-options", &wanted])
        .map(|text| trimmed(&text))
        .map_err(|error| match error {
            GitError::Failed(_) => GitError::NoRevision(revision.to_owned()),
            other => other,
        })?;
    let short = trimmed(&git(root, &["rev-parse", "--short", &commit])?);
    let folders = FOLDERS.map(|folder| format!("{prefix}{folder}"));
    let mut list = vec!["ls-tree", "-r", "-z", "--full-tree", &commit, "--"];
    list.extend(folders.iter().map(String::as_str));
    let listed = git(root, &list)?;
    let mut files = Files::new();
    let entries = entries(&listed, &prefix, &mut files);
    contents(root, &entries, &mut files)?;
    Ok((files, short))
}

fn trimmed(text: &[u8]) -> String {
    String::from_utf8_lossy(text).trim_end_matches(['\n', '\r']).to_owned()
}

fn command<I: AsRef<OsStr>>(root: &Path, arguments: impl IntoIterator<Item = I>) -> Command {
    let mut command = Command::new("git");
    // Whatever is set of another repository, as within a hook, is not meant here.
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"] {
        command.env_remove(name);
    }
    command.env("GIT_OPTIONAL_LOCKS", "0").env("LC_ALL", "C").arg("-C").arg(root).args(arguments);
    command
}

fn git(root: &Path, arguments: &[&str]) -> Result<Vec<u8>, GitError> {
    let output = command(root, arguments).stdin(Stdio::null()).output().map_err(GitError::NoGit)?;
    if output.status.success() { Ok(output.stdout) } else { Err(GitError::Failed(trimmed(&output.stderr))) }
}

/// The files to read: by name below the root, the number of the content. What cannot be read is
/// reported.
fn entries(listed: &[u8], prefix: &str, files: &mut Files) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut links = Vec::new();
    for entry in listed.split(|byte| *byte == 0).filter(|entry| !entry.is_empty()) {
        let text = String::from_utf8_lossy(entry);
        let Some((head, path)) = text.split_once('\t') else { continue };
        let Some(name) = path.strip_prefix(prefix) else { continue };
        if name.split('/').any(is_hidden) || !is_wanted(name) {
            continue;
        }
        let mut words = head.split(' ');
        let (mode, kind, object) = (words.next(), words.next(), words.next());
        match (mode, kind, object) {
            (Some("120000"), _, Some(_)) => {
                links.push(name.to_owned());
            }
            (_, Some("blob"), Some(object)) => {
                found.insert(name.to_owned(), object.to_owned());
            }
            _ => {}
        }
    }
    for name in links {
        let message = "this is a link, and links of a revision are not followed";
        let help = "compare two folders instead: check the revision out elsewhere".to_owned();
        files.insert_unreadable(Diagnostic::in_file(Code::Unreadable, &name, message).help(help), &name);
    }
    found
}

/// Reads all contents through one process.
fn contents(root: &Path, entries: &BTreeMap<String, String>, files: &mut Files) -> Result<(), GitError> {
    let mut child = command(root, ["cat-file", "--batch"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(GitError::NoGit)?;
    let mut input = child.stdin.take().expect("it is piped");
    let mut wanted = entries.values().map(String::as_str).collect::<Vec<_>>().join("\n");
    wanted.push('\n');
    // Asked for while the answers are read: neither side waits for the other.
    let asking = std::thread::spawn(move || input.write_all(wanted.as_bytes()));
    let mut output = BufReader::new(child.stdout.take().expect("it is piped"));
    let read = entries.keys().try_for_each(|name| one(name, &mut output, files));
    drop(output);
    let asked = asking.join().map_err(|_| std::io::Error::other("asking git failed")).flatten();
    let ended = child.wait();
    read.and(asked).and(ended.map(|_| ())).map_err(|error| GitError::Failed(error.to_string()))
}

fn one(name: &str, output: &mut impl BufRead, files: &mut Files) -> std::io::Result<()> {
    let mut head = String::new();
    output.read_line(&mut head)?;
    let length: Option<u64> = head.trim_end().rsplit(' ').next().and_then(|length| length.parse().ok());
    let Some(length) = length else {
        return Err(std::io::Error::other(format!("no content of {name}: {}", head.trim_end())));
    };
    let mut bytes = Vec::new();
    output.take(length + 1).read_to_end(&mut bytes)?;
    if bytes.pop().is_none() || bytes.len() as u64 != length {
        return Err(std::io::Error::other(format!("the content of {name} ends early")));
    }
    if length > MAX_FILE_BYTES {
        let message = format!("a file of {length} bytes is larger than the limit of {MAX_FILE_BYTES}");
        files.insert_unreadable(Diagnostic::in_file(Code::TooLarge, name, message), name);
    } else {
        match super::text_of(name, bytes) {
            Ok(bytes) => files.insert_bytes(name, bytes),
            Err(problem) => files.insert_unreadable(problem, name),
        }
    }
    Ok(())
}
