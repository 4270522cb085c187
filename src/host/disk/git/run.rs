//! Runs git so that no configuration of a repository can make it start a program or use the
//! network: see [`command`].

use std::ffi::OsStr;
use std::io::Read;
use std::path::Path;
use std::process::{Command, Output, Stdio};

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

/// The most bytes that the list of files of a revision may have: enough for half a million files. A
/// few small objects can describe endlessly many files.
const MOST_LISTED: u64 = 64 * 1024 * 1024;

/// A run of git that starts no other program.
///
/// INVARIANT: nothing that a repository holds, its configuration included, names a command that is
/// run. A folder that was committed may itself be a bare repository, found before the one around
/// it: such a one is refused. Objects that are missing are not fetched, and no protocol is allowed
/// (a repository's `protocol.ext.allow` would overrule `protocol.allow`; the variable it cannot).
/// No file system monitor, no hooks, no questions.
#[expect(
    clippy::disallowed_methods,
    reason = "what is set of another repository is left out"
)]
pub(in crate::host::disk) fn command<I: AsRef<OsStr>>(
    root: &Path,
    arguments: impl IntoIterator<Item = I>,
) -> Command {
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

pub(in crate::host::disk) fn git(root: &Path, arguments: &[&str]) -> Result<Vec<u8>, GitError> {
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

/// The output of git, limited to the size that a list may have.
pub(in crate::host::disk) fn git_listing(
    root: &Path,
    arguments: &[&str],
) -> Result<Vec<u8>, GitError> {
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

pub(in crate::host::disk) fn trimmed(text: &[u8]) -> String {
    String::from_utf8_lossy(text)
        .trim_end_matches(['\n', '\r'])
        .to_owned()
}
