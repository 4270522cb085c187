//! Sources of whole files of records: one source for all facts of a file.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::diagnostic::{Code, Diagnostic, did_you_mean};
use crate::base::source::Span;
use crate::formats::yaml::{Entry, Section};
use crate::model::rulebook::{SourceEntry, read_sources};

/// The name that means every file that is not named itself.
const ALL: &str = "*";

/// The entries for files of records in the rulebook file, by their names below `jurisdictions/`.
#[derive(Clone, Debug, Default)]
pub(crate) struct RecordFiles(BTreeMap<String, (FileKeys, Span)>);

/// Keys of sources, or addresses.
type FileKeys = Arc<[Arc<str>]>;

/// Their place in the file does not matter.
impl PartialEq for RecordFiles {
    fn eq(&self, other: &Self) -> bool {
        let all = |files: &Self| {
            files
                .0
                .iter()
                .map(|(name, (sources, _))| (name.clone(), Arc::clone(sources)))
                .collect::<Vec<_>>()
        };
        all(self) == all(other)
    }
}

impl RecordFiles {
    /// The sources of the facts in a file that state none, by the path of the file.
    pub(crate) fn sources_of(&self, path: &str) -> Option<&FileKeys> {
        if self.0.is_empty() {
            return None;
        }
        // Records from elsewhere have only the sources that they state.
        let (_, name) = path
            .strip_prefix("policies/")?
            .split_once("/jurisdictions/")?;
        let (sources, _) = self.0.get(name).or_else(|| self.0.get(ALL))?;
        Some(sources).filter(|sources| !sources.is_empty())
    }

    /// An error for each file that is named and does not exist; `names` are those that do.
    pub(crate) fn check<'a>(&self, names: impl Fn() -> Vec<&'a str>) -> Vec<Diagnostic> {
        if self.0.is_empty() {
            return Vec::new();
        }
        let names = names();
        let gone = self
            .0
            .iter()
            .filter(|(name, _)| *name != ALL && !names.contains(&name.as_str()));
        gone.map(|(name, (_, span))| {
            let message = format!("there is no file `{name}` in `jurisdictions`");
            let help = "name a file as it lies there, or `*` for all that are not named".to_owned();
            Diagnostic::at(Code::NoSuchFile, span.clone(), message)
                .help(did_you_mean(name, names.iter().copied()).unwrap_or(help))
        })
        .collect()
    }
}

pub(super) fn read_record_files(
    entries: &[Entry],
    known: &BTreeMap<String, SourceEntry>,
    diagnostics: &mut Vec<Diagnostic>,
) -> RecordFiles {
    let mut files = BTreeMap::new();
    for entry in entries {
        let Some(section) =
            Section::new(&entry.value, "a file of records", &["source"], diagnostics)
        else {
            continue;
        };
        let sources = read_sources(section.get("source"), known, diagnostics);
        files.insert(entry.key.clone(), (sources, entry.key_span.clone()));
    }
    RecordFiles(files)
}
