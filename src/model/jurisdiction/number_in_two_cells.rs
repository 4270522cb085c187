//! A number with a comma that stands in two cells of a sheet: `8,000`, and all behind it one cell too far
//! to the right.

use crate::base::diagnostic::{Code, Diagnostic};
use crate::formats::csv::CsvCell;

/// How many pairs of a row are tried.
const TRIED: usize = 8;

/// What to say of a row in which something is wrong, and nothing where two cells are put together as one
/// number. That the last cell is empty shows that the others were moved. `is_right` tells of a row.
pub(super) fn number_in_two_cells(
    row: &[CsvCell],
    is_right: impl Fn(&[CsvCell]) -> bool,
) -> Option<Diagnostic> {
    row.last().filter(|last| last.text.trim().is_empty())?;
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|sign| sign.is_ascii_digit());
    let parts = |at: &usize| {
        let (first, rest) = (&row[*at], &row[at + 1]);
        let touch = first.span.range().end + 1 == rest.span.range().start;
        touch && digits(&first.text) && digits(&rest.text) && rest.text.len() < 4
    };
    let pairs = (0..row.len() - 1).filter(parts).take(TRIED);
    let at = pairs
        .into_iter()
        .find(|at| is_right(&put_together(row, *at)))?;
    let (first, rest) = (&row[at], &row[at + 1]);
    let source = first.span.source();
    let span = source.span(first.span.range().start..rest.span.range().end);
    let message = format!("`{}` stands in two cells: a comma ends a cell", span.text());
    let (whole, decimal) = (
        format!("{}{}", first.text, rest.text),
        format!("{}.{}", first.text, rest.text),
    );
    let help = if rest.text.len() == 3 && first.text.len() < 4 && !first.text.starts_with('0') {
        format!(
            "write `{whole}`, or `{decimal}` if decimals stand behind the comma; the row is not read"
        )
    } else {
        format!("write `{decimal}`; the row is not read")
    };
    Some(Diagnostic::at(Code::WrongShape, span, message).help(help))
}

/// The row with two cells as one, and an empty one at its end.
fn put_together(row: &[CsvCell], at: usize) -> Vec<CsvCell> {
    let (first, rest) = (&row[at], &row[at + 1]);
    let point = if rest.text.len() == 3 { "" } else { "." };
    let number = CsvCell {
        text: format!("{}{point}{}", first.text, rest.text),
        span: first.span.clone(),
    };
    let copy = |cell: &CsvCell| CsvCell {
        text: cell.text.clone(),
        span: cell.span.clone(),
    };
    let before = row[..at].iter().map(copy);
    let behind = row[at + 2..].iter().chain(row.last()).map(copy);
    before.chain([number]).chain(behind).collect()
}
