//! Workflow commands of GitHub Actions: one line for each item, shown at its place in a pull
//! request.

use std::fmt::Write;

use crate::render::report::{Item, Report, Severity, items};
use crate::render::sanitize::clean_line;

/// The items as workflow commands.
pub fn github(report: &Report<'_>) -> String {
    let mut out = String::new();
    for item in items(report) {
        let command = match item.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "notice",
        };
        let _ = writeln!(
            out,
            "::{command} {}::{}",
            place(report, &item),
            data(&clean_line(&item.message))
        );
    }
    out
}

fn place(report: &Report<'_>, item: &Item) -> String {
    let mut parts = Vec::new();
    if let Some(file) = &item.file {
        parts.push(format!("file={}", property(&report.path(file))));
    }
    if let Some(span) = &item.span {
        let (start, end) = (span.position(), span.end_position());
        parts.push(format!("line={}", start.line));
        // Columns are shown for one line alone.
        if start.line == end.line {
            parts.push(format!(
                "col={},endColumn={}",
                start.column,
                end.column.max(start.column)
            ));
        } else {
            parts.push(format!("endLine={}", end.line));
        }
    }
    parts.push(format!("title={}", property(&item.rule)));
    parts.join(",")
}

/// As the runner's own toolkit writes them.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
