//! A number with a comma that stands in two cells of a sheet: `8,000`, and all behind it one cell too far
//! to the right.

use crate::base::diagnostic::{Code, Diagnostic};
use crate::formats::csv::CsvCell;

/// What to say of a row of which something to the right of such a number is wrong. That the last cell is
/// empty shows that the others were moved.
pub(super) fn number_in_two_cells(row: &[CsvCell], found: &[Diagnostic]) -> Option<Diagnostic> {
    row.last().filter(|last| last.text.trim().is_empty())?;
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|sign| sign.is_ascii_digit());
    let parts = |pair: &&[CsvCell]| {
        let touch = pair[0].span.range().end + 1 == pair[1].span.range().start;
        touch && digits(&pair[0].text) && digits(&pair[1].text) && pair[1].text.len() < 4
    };
    let pair = row.windows(2).find(parts)?;
    let (first, rest) = (&pair[0], &pair[1]);
    let wrong: Vec<usize> = found
        .iter()
        .filter_map(|one| one.span().map(|span| span.range().start))
        .collect();
    // All that is wrong stands in the second part or behind it, and something behind it.
    let start = rest.span.range().start;
    let moved = wrong.iter().all(|at| *at >= start) && wrong.iter().any(|at| *at > start);
    if !moved || wrong.len() < found.len() {
        return None;
    }
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
