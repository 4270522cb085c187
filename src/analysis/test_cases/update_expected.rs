//! Writes what was found in place of what was expected; everything else stays unchanged.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::analysis::test_cases::{CaseMismatch, TestRun};
use crate::base::source::{Source, Span};
use crate::formats::yaml;

/// The files of failed cases, with what was found written into them.
pub fn updated(run: &TestRun) -> Vec<(Arc<Source>, String)> {
    let mut files: BTreeMap<String, (Arc<Source>, Vec<&CaseMismatch>)> = BTreeMap::new();
    for mismatch in run.results.iter().flat_map(|result| &result.mismatches) {
        let source = mismatch.span.source();
        let known = files
            .entry(source.name().to_owned())
            .or_insert_with(|| (Arc::clone(source), Vec::new()));
        known.1.push(mismatch);
    }
    let file = |(source, mut mismatches): (Arc<Source>, Vec<&CaseMismatch>)| {
        mismatches.sort_by_key(|mismatch| std::cmp::Reverse(mismatch.span.range().start));
        let mut text = source.text().to_owned();
        for mismatch in mismatches {
            text.replace_range(
                whole(&mismatch.span),
                &found(mismatch, source.name().ends_with(".csv")),
            );
        }
        (source, text)
    };
    files.into_values().map(file).collect()
}

/// The range of an expectation, with the brackets of a list.
fn whole(span: &Span) -> std::ops::Range<usize> {
    let (text, range) = (span.source().text(), span.range());
    let before = text[..range.start].trim_end_matches(' ').len();
    let after =
        range.end + text[range.end..].len() - text[range.end..].trim_start_matches(' ').len();
    if text[..before].ends_with('[') && text[after..].starts_with(']') {
        before - 1..after + 1
    } else {
        range
    }
}

fn found(mismatch: &CaseMismatch, sheet: bool) -> String {
    let list = mismatch.what.starts_with("unknown facts");
    let items = || mismatch.found.split(", ").filter(|item| *item != "none");
    match (list, sheet) {
        (true, true) => quoted_cell(&items().collect::<Vec<_>>().join(";")),
        (true, false) => format!("[{}]", items().map(quoted).collect::<Vec<_>>().join(", ")),
        (false, true) => quoted_cell(&mismatch.found),
        (false, false) if mismatch.what.starts_with("reason of ") => quoted(&mismatch.found),
        (false, false) => mismatch.found.clone(),
    }
}

/// A text as written in YAML; the path of a fact needs no quotation marks.
fn quoted(text: &str) -> String {
    let is_path = text.split('.').all(|step| yaml::quoted(step) == step);
    if is_path {
        text.to_owned()
    } else {
        yaml::quoted(text)
    }
}

fn quoted_cell(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r', '\t']) || text.trim() != text {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}
