//! Reads a revision of a git repository into [`Files`], without touching the working tree.
//!
//! The program `git` is asked for the list of files and for their contents; nothing is checked out.
//! Whoever wrote the repository may have written its configuration too, so git is run such that no
//! configuration of a repository can make it start a program or reach for the network: see
//! [`command`].

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::base::diagnostic::{Code, Diagnostic};
use crate::host::disk::wanted::{FOLDERS, is_hidden, is_wanted, nearly_wanted};
use crate::model::files::{Files, root_too_large, too_large};

/// Why a revision cannot be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum GitError {
    #[error("the program `git` cannot be run: {0}")]
    NoGit(std::io::Error),
    #[error("`{0}` does not lie in a git repository")]
    NoRepository(String),
    #[error(
        "`{0}` lies in a bare repository, and a folder that was committed can pass for one: it is \
         not read; name a folder of a clone"
    )]
    Bare(String),
    #[error("git does not read the repository of `{0}`: {1}")]
    Refused(String, String),
    #[error("there is no folder and no git revision `{0}`")]
    NoRevision(String),
    #[error(
        "the clone is partial, and of the revision it lacks {0}; get all objects with `git fetch \
         --refetch --no-filter`, and ask again"
    )]
    Partial(String),
    #[error("git could not read the revision: {0}")]
    Failed(String),
}

/// How many names of missing files a message has.
const MOST_NAMED: usize = 5;

/// How many bytes the list of files of a revision may have, with a name and a number for each: half
/// a million files and more. A few small objects can stand for files without end.
const MOST_LISTED: u64 = 64 * 1024 * 1024;

/// The files below `root` as they are in a revision, and the revision's short name.
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
    if let Some(entries) = listed(root, &prefix, &commit, &mut files)? {
        contents(root, &entries, &mut files)?;
    }
    Ok((files, short))
}

/// Where a folder lies in its repository.
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

/// The files of a commit that are to be read; none where they are too many bytes, which is reported.
pub(super) fn listed(
    root: &Path,
    prefix: &str,
    commit: &str,
    files: &mut Files,
) -> Result<Option<BTreeMap<String, GitContent>>, GitError> {
    let folders = FOLDERS.map(|folder| format!("{prefix}{folder}"));
    let mut list = vec!["ls-tree", "-r", "-z", "--long", "--full-tree", commit, "--"];
    list.extend(folders.iter().map(String::as_str));
    let listed = git_listing(root, &list).map_err(|error| match error {
        GitError::Failed(_) if is_partial(root) => GitError::Partial("folders".to_owned()),
        other => other,
    })?;
    let (entries, missing) = entries(&listed, prefix, files);
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
        files.insert_unreadable(root_too_large(FOLDERS[0], files.limits()), FOLDERS[0]);
        return Ok(None);
    }
    Ok(Some(entries))
}

/// What git said of a folder in which it found nothing to read.
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

/// Whether some objects were left where the clone came from, to be fetched when they are asked for.
fn is_partial(root: &Path) -> bool {
    git(root, &["config", "--get-regexp", r"^remote\..*\.promisor$"])
        .is_ok_and(|found| !found.is_empty())
}

pub(super) fn trimmed(text: &[u8]) -> String {
    String::from_utf8_lossy(text)
        .trim_end_matches(['\n', '\r'])
        .to_owned()
}

/// A run of git that starts no other program.
///
/// INVARIANT: nothing that a repository holds, its configuration included, names a command that is
/// run. A folder that was committed may itself be a bare repository, found before the one around
/// it: such a one is refused. Objects that are missing are not fetched, and no protocol is allowed
/// (a repository's `protocol.ext.allow` would overrule `protocol.allow`; the variable it cannot).
/// No file system monitor, no hooks, no questions.
fn command<I: AsRef<OsStr>>(root: &Path, arguments: impl IntoIterator<Item = I>) -> Command {
    let mut command = Command::new("git");
    // Whatever is set of another repository, as within a hook, is not meant here.
    let set = std::env::vars_os().map(|(name, _)| name);
    for name in set.filter(|name| name.as_encoded_bytes().starts_with(b"GIT_")) {
        command.env_remove(name);
    }
    command
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("GIT_ALLOW_PROTOCOL", "none")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("GIT_NO_REPLACE_OBJECTS", "1")
        .env("GIT_LITERAL_PATHSPECS", "1")
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("LC_ALL", "C");
    let settings = [
        "safe.bareRepository=explicit",
        "core.fsmonitor=false",
        "core.hooksPath=/dev/null",
    ];
    command
        .arg("--no-pager")
        .args(settings.iter().flat_map(|setting| ["-c", setting]));
    command.arg("-C").arg(root).args(arguments);
    command
}

pub(super) fn git(root: &Path, arguments: &[&str]) -> Result<Vec<u8>, GitError> {
    let output = command(root, arguments)
        .stdin(Stdio::null())
        .output()
        .map_err(GitError::NoGit)?;
    ended(output)
}

fn ended(output: Output) -> Result<Vec<u8>, GitError> {
    match (output.status.success(), trimmed(&output.stderr)) {
        (true, _) => Ok(output.stdout),
        (false, why) if why.is_empty() => Err(GitError::Failed(output.status.to_string())),
        (false, why) => Err(GitError::Failed(why)),
    }
}

/// What git writes, as long as that is no more than a list may have.
pub(super) fn git_listing(root: &Path, arguments: &[&str]) -> Result<Vec<u8>, GitError> {
    let failed = |error: std::io::Error| GitError::Failed(error.to_string());
    let mut child = command(root, arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(GitError::NoGit)?;
    let mut listed = Vec::new();
    let output = child.stdout.take().expect("it is piped");
    let read = output.take(MOST_LISTED + 1).read_to_end(&mut listed);
    let too_long = listed.len() as u64 > MOST_LISTED;
    if too_long {
        // Nobody reads what else it has to say.
        let _ = child.kill();
    }
    let output = child.wait_with_output().map_err(failed)?;
    read.map_err(failed)?;
    if too_long {
        return Err(GitError::Failed(format!(
            "it has too many files: the list of them is longer than {MOST_LISTED} bytes"
        )));
    }
    ended(output).map(|_| listed)
}

/// The files to read, by name below the root, with the number of the content, and those of which
/// there is no content. What cannot be read, or is too large to be asked for, is reported.
fn entries(
    listed: &[u8],
    prefix: &str,
    files: &mut Files,
) -> (BTreeMap<String, GitContent>, Vec<String>) {
    let mut found = BTreeMap::new();
    let mut missing = Vec::new();
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
        let (object, size) = (words.next(), words.next());
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
        match size.and_then(|size| size.parse::<u64>().ok()) {
            // Git has no size of an object that is not there.
            None => missing.push(name.to_owned()),
            Some(size) if size > files.limits().file_bytes => {
                files.insert_unreadable(too_large(name, size, files.limits()), name);
            }
            Some(size) => {
                let object = object.to_owned();
                found.insert(name.to_owned(), GitContent { object, size });
            }
        }
    }
    (found, missing)
}

/// The first few names, and how many there are besides.
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

/// The content of a file: its number, and how many bytes it has.
#[derive(Clone)]
pub(super) struct GitContent {
    pub(super) object: String,
    size: u64,
}

/// Reads all contents through one process.
pub(super) fn contents(
    root: &Path,
    entries: &BTreeMap<String, GitContent>,
    files: &mut Files,
) -> Result<(), GitError> {
    let mut child = command(root, ["cat-file", "--batch"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(GitError::NoGit)?;
    let mut input = child.stdin.take().expect("it is piped");
    let mut wanted = entries
        .values()
        .map(|content| content.object.as_str())
        .collect::<Vec<_>>()
        .join("\n");
    wanted.push('\n');
    // Asked for while the answers are read: neither side waits for the other.
    let asking = std::thread::spawn(move || input.write_all(wanted.as_bytes()));
    let mut output = BufReader::new(child.stdout.take().expect("it is piped"));
    let read = entries
        .iter()
        .try_for_each(|(name, content)| one(name, content, &mut output, files));
    drop(output);
    let asked = asking
        .join()
        .map_err(|_| std::io::Error::other("asking git failed"))
        .flatten();
    let ended = child.wait();
    read.and(asked)
        .and(ended.map(|_| ()))
        .map_err(|error| GitError::Failed(error.to_string()))
}

fn one(
    name: &str,
    content: &GitContent,
    output: &mut impl BufRead,
    files: &mut Files,
) -> std::io::Result<()> {
    let mut head = String::new();
    output.read_line(&mut head)?;
    let GitContent { object, size } = content;
    let mut bytes = Vec::new();
    output.take(size + 1).read_to_end(&mut bytes)?;
    // An object that says something else of itself would put its bytes in the place of others.
    let right = head == format!("{object} blob {size}\n") && bytes.pop() == Some(b'\n');
    if !right || bytes.len() as u64 != *size {
        let message = format!("the content of `{name}` is not what its number says");
        return Err(std::io::Error::other(message));
    }
    match crate::host::disk::text_of(name, bytes, &files.left(name)) {
        Ok(bytes) => files.insert_bytes(name, bytes),
        Err(problem) => files.insert_unreadable(problem, name),
    }
    Ok(())
}
