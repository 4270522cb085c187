//! Workflow commands of GitHub Actions: one line for each item, shown at its place in a pull
//! request.

use std::fmt::Write;

use crate::render::escape::{for_command, for_property};
use crate::render::report::{ItemSeverity, Report, ReportItem, items};

/// The most annotations of a severity that GitHub shows for a step; more are dropped silently.
const MOST: usize = 10;

/// The items as workflow commands, the worst first. Of more than are shown, the last says how many.
pub fn github(report: &Report<'_>) -> String {
    let items = items(report);
    let mut out = String::new();
    for (severity, command, word) in [
        (ItemSeverity::Error, "error", "errors"),
        (ItemSeverity::Warning, "warning", "warnings"),
        (ItemSeverity::Note, "notice", "notices"),
    ] {
        let of_it: Vec<&ReportItem> = items
            .iter()
            .filter(|item| item.severity == severity)
            .collect();
        let shown = if of_it.len() > MOST {
            MOST - 1
        } else {
            of_it.len()
        };
        for item in &of_it[..shown] {
            let (place, message) = (place(report, item), for_command(&item.message));
            let _ = writeln!(out, "::{command} {place}::{message}");
        }
        if shown < of_it.len() {
            let left = of_it.len() - shown;
            let _ = writeln!(
                out,
                "::{command} title=rulebook::and {left} more {word}: `--format sarif=FILE` has all"
            );
        }
    }
    out
}

fn place(report: &Report<'_>, item: &ReportItem) -> String {
    let mut parts = Vec::new();
    if let Some(file) = &item.file {
        parts.push(format!("file={}", for_property(&report.path(file))));
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
    parts.push(format!("title={}", for_property(&item.rule)));
    parts.join(",")
}
