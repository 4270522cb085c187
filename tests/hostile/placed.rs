//! An input on disk, beside the version that `impact` compares it with.

use std::path::PathBuf;

use crate::input::{Input, put};

/// An input on disk.
pub(crate) struct Placed<'a> {
    pub(crate) input: &'a Input,
    folder: tempfile::TempDir,
    pub(crate) base: PathBuf,
    /// The lines of JSON among its records, given on standard input too.
    pub(crate) stream: Option<PathBuf>,
}

impl<'a> Placed<'a> {
    pub(crate) fn new(input: &'a Input) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (root, base) = (folder.path().join("root"), folder.path().join("base"));
        let mut stream = None;
        input.put(&root);
        for (path, content) in &input.files {
            put(&base.join(path), &before(path, content, input.change));
            if path.ends_with(".ndjson") {
                stream = Some(root.join(path));
            }
        }
        Self {
            input,
            folder,
            base,
            stream,
        }
    }

    pub(crate) fn root(&self) -> PathBuf {
        self.folder.path().join("root")
    }
}

/// A file as it was before: scripts are another version.
fn before(path: &str, content: &[u8], (from, to): (&str, &str)) -> Vec<u8> {
    if !path.ends_with(".rhai") {
        return content.to_vec();
    }
    String::from_utf8(content.to_vec())
        .unwrap()
        .replace(from, to)
        .into()
}
