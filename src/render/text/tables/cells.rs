//! The cells of the table: words if they fit, and signs if they do not.

use comfy_table::{Cell, CellAlignment, Color, Table};

use crate::assess::result_types::{DeterminationKind, Finding, Status};

/// The amount of detail that fits into a cell.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum CellDetail {
    Words,
    Symbols,
}

pub(super) fn lines_of(table: &mut Table) -> String {
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    let lines: Vec<_> = table
        .lines()
        .map(|line| line.trim_end().to_owned())
        .collect();
    lines.join("\n") + "\n"
}

fn status_text(status: Status, cells: CellDetail) -> &'static str {
    let (word, symbol) = match status {
        Status::Met => ("met", "+"),
        Status::NotMet => ("not met", "-"),
        Status::NotApplicable => ("n/a", "o"),
        Status::Unknown => ("unknown", "?"),
        Status::Fault => ("fault", "!"),
    };
    if cells == CellDetail::Words {
        word
    } else {
        symbol
    }
}

pub(super) fn finding_text(finding: &Finding, cells: CellDetail) -> &'static str {
    match (&finding.waived, cells) {
        (None, _) => status_text(finding.status, cells),
        (Some(_), CellDetail::Words) => "waived",
        (Some(_), CellDetail::Symbols) => "w",
    }
}

pub(super) fn finding_cell(finding: &Finding, cells: CellDetail) -> Cell {
    let colour = match finding.status {
        _ if finding.waived.is_some() => Color::Blue,
        Status::Met => Color::Green,
        Status::NotMet => Color::Red,
        Status::NotApplicable => Color::DarkGrey,
        Status::Unknown => Color::Yellow,
        Status::Fault => Color::Magenta,
    };
    let alignment = if cells == CellDetail::Words {
        CellAlignment::Left
    } else {
        CellAlignment::Right
    };
    Cell::new(finding_text(finding, cells))
        .fg(colour)
        .set_alignment(alignment)
}

pub(super) fn determination_cell(kind: DeterminationKind) -> Cell {
    let colour = match kind {
        DeterminationKind::Eligible => Color::Green,
        DeterminationKind::Ineligible => Color::Red,
        DeterminationKind::Undetermined => Color::Yellow,
        DeterminationKind::Fault => Color::Magenta,
    };
    Cell::new(kind.to_string()).fg(colour)
}
