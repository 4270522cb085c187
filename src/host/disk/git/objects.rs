//! Objects of git by their ids: their sizes and contents. Two git processes answer all requests, so
//! that hundreds of commits do not start one each.

use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use crate::host::disk::git::run::{GitError, command};
use crate::model::input_files::Files;

/// The content of a file: its object id and its size in bytes.
#[derive(Clone)]
pub(in crate::host::disk) struct GitContent {
    pub(in crate::host::disk) object: String,
    pub(super) size: u64,
}

/// The processes that are asked for objects.
pub(in crate::host::disk) struct Objects {
    sizes: ObjectReader,
    contents: ObjectReader,
}

impl Objects {
    pub(in crate::host::disk) fn of(root: &Path) -> Result<Self, GitError> {
        Ok(Self {
            sizes: ObjectReader::start(root, "--batch-check")?,
            contents: ObjectReader::start(root, "--batch")?,
        })
    }

    /// The sizes of objects in bytes, in their order; `None` for one that does not exist.
    pub(super) fn sizes(&mut self, objects: &[&str]) -> Result<Vec<Option<u64>>, GitError> {
        let mut found = Vec::with_capacity(objects.len());
        self.sizes.ask(objects, |output| {
            for object in objects {
                let mut line = String::new();
                output.read_line(&mut line)?;
                let told = line.strip_prefix(object).unwrap_or_default();
                match told.split_ascii_whitespace().collect::<Vec<_>>()[..] {
                    ["missing"] => found.push(None),
                    [_, size] => found.push(size.parse().ok()),
                    _ => return Err(io::Error::other(format!("there is no answer on {object}"))),
                }
            }
            Ok(())
        })?;
        Ok(found)
    }

    /// Reads contents.
    pub(in crate::host::disk) fn read(
        &mut self,
        entries: &BTreeMap<String, GitContent>,
        files: &mut Files,
    ) -> Result<(), GitError> {
        let objects = entries.values().map(|content| content.object.as_str());
        self.contents.ask(&objects.collect::<Vec<_>>(), |output| {
            let mut entries = entries.iter();
            entries.try_for_each(|(name, content)| one(name, content, output, files))
        })
    }
}

/// A git process that answers each line with an object id.
struct ObjectReader {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl ObjectReader {
    fn start(root: &Path, how: &str) -> Result<Self, GitError> {
        let mut child = command(root, ["cat-file", how])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(GitError::NoGit)?;
        Ok(Self {
            input: child.stdin.take().expect("it is piped"),
            output: BufReader::new(child.stdout.take().expect("it is piped")),
            child,
        })
    }

    /// Writes requests while answers are read: neither side waits for the other.
    fn ask(
        &mut self,
        objects: &[&str],
        read: impl FnOnce(&mut BufReader<ChildStdout>) -> io::Result<()>,
    ) -> Result<(), GitError> {
        let Self {
            child,
            input,
            output,
        } = self;
        let lines = objects.iter().flat_map(|object| [*object, "\n"]);
        let lines: String = lines.collect();
        let done = std::thread::scope(|scope| {
            let asking = scope.spawn(|| input.write_all(lines.as_bytes()));
            let read = read(output);
            if read.is_err() {
                // Nobody reads what else it has to say, so it would read no more.
                let _ = child.kill();
            }
            let asked = asking.join();
            let asked = asked.map_err(|_| io::Error::other("asking git failed"));
            read.and(asked.flatten())
        });
        done.map_err(|error| GitError::Failed(error.to_string()))
    }
}

impl Drop for ObjectReader {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn one(
    name: &str,
    content: &GitContent,
    output: &mut impl BufRead,
    files: &mut Files,
) -> io::Result<()> {
    let mut head = String::new();
    output.read_line(&mut head)?;
    let GitContent { object, size } = content;
    let mut bytes = Vec::new();
    output.take(size + 1).read_to_end(&mut bytes)?;
    // An object that says something else of itself would put its bytes in the place of others.
    let right = head == format!("{object} blob {size}\n") && bytes.pop() == Some(b'\n');
    if !right || bytes.len() as u64 != *size {
        let message = format!("the content of `{name}` is not what its number says");
        return Err(io::Error::other(message));
    }
    match crate::host::disk::text_of(name, bytes, &files.left(name)) {
        Ok(bytes) => files.insert_bytes(name, bytes),
        Err(problem) => files.insert_unreadable(problem, name),
    }
    Ok(())
}
