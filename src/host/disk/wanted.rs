//! Which files of a root folder are read, and diagnostics about those that cannot be.

use std::path::Path;

use crate::base::diagnostic::{Code, Diagnostic};
use crate::model::jurisdiction::text_name;

/// The folders below the root that are read.
pub(crate) const FOLDERS: [&str; 2] = ["policies", "scripts"];

/// The folder that holds a folder of cases for each rulebook.
pub(crate) const CASES: &str = "tests";

/// The extensions of files that are read.
pub(crate) const EXTENSIONS: [&str; 7] =
    ["yaml", "yml", "rhai", "csv", "json", "ndjson", "parquet"];

/// How deeply folders may be nested.
pub(crate) const MAX_DEPTH: usize = 32;

pub(crate) fn unreadable(name: &str, error: &std::io::Error) -> Diagnostic {
    Diagnostic::in_file(
        Code::Unreadable,
        name,
        format!("this cannot be read: {error}"),
    )
}

pub(crate) fn is_wanted(name: &str) -> bool {
    let text = text_name(name);
    let extension = Path::new(text)
        .extension()
        .and_then(|extension| extension.to_str());
    let of_records = name.contains("/jurisdictions/");
    let fine = |extension: &str| match extension {
        _ if text != name => of_records && extension != "rhai",
        "ndjson" | "parquet" => of_records,
        // Others are of no interest, except the schemas for editors.
        "json" => of_records || name.contains("/schema/"),
        _ => true,
    };
    extension.is_some_and(|extension| EXTENSIONS.contains(&extension) && fine(extension))
}

/// A diagnostic about a file that is not read and looks as if it were meant to be; `None` for
/// others.
pub(crate) fn nearly_wanted(name: &str) -> Option<Diagnostic> {
    let (folder, file) = name.rsplit_once('/')?;
    let lower = file.to_lowercase();
    let (stem, extension) = lower.rsplit_once('.')?;
    let told = |help: String| {
        let message = format!(
            "this file is not read: its name ends in `.{}`",
            &file[stem.len() + 1..]
        );
        Some(Diagnostic::in_file(Code::UnusedFile, name, message).help(help))
    };
    let renamed = |end: &str, new: &str| {
        let stem = &file[..file.len().saturating_sub(end.len())];
        is_wanted(&format!("{folder}/{stem}{new}")).then(|| format!("rename it to `{stem}{new}`"))
    };
    let ending = format!(".{extension}");
    if let Some(help) = renamed(&ending, &ending) {
        return told(help);
    }
    if matches!(extension, "txt" | "text" | "bak")
        && let Some(help) = renamed(&ending, "")
    {
        return told(help);
    }
    let of_records = name.contains("/jurisdictions/");
    // What people write for themselves may lie anywhere.
    let for_people = ["readme", "note", "licen", "changelog", "todo"];
    let is_plain = matches!(extension, "txt" | "text");
    if is_plain && !for_people.iter().any(|start| stem.starts_with(start)) {
        let stem = &file[..stem.len()];
        if name.starts_with("scripts/") {
            return told(format!("rename it to `{stem}.rhai` if it is a script"));
        }
        if of_records {
            return told(format!(
                "rename it to `{stem}.csv` if it is a table, to `{stem}.yaml` if it has `key: value` lines"
            ));
        }
        if name.starts_with("tests/") {
            return told(format!("rename it to `{stem}.yaml` if it holds cases"));
        }
    }
    match extension {
        "xlsx" | "xlsm" | "xls" | "ods" | "numbers" | "tsv" | "tab" if of_records => {
            told("save the sheet as CSV, with commas and UTF-8".to_owned())
        }
        "jsonl" | "geojson" if of_records => {
            told("save a record on each line as JSON, and name the file `.ndjson`".to_owned())
        }
        _ => None,
    }
}

/// Whether a file is left by an editor or version control.
pub(crate) fn is_hidden(name: &str) -> bool {
    name.starts_with(['.', '#']) || name.ends_with('~')
}
