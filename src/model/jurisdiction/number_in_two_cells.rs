//! A number with a comma that is in two cells of a sheet, such as `8,000`, so that all cells after
//! it are moved to the right.

use crate::base::diagnostic::{Code, Diagnostic};
use crate::formats::csv::CsvCell;

/// The diagnostic of a wrong row that is right if two cells are joined to one number. An empty last
/// cell shows that the others were shifted. `is_right` checks the texts of a row.
pub(super) fn number_in_two_cells(
    row: &[CsvCell],
    is_right: &mut dyn FnMut(&[&str]) -> bool,
) -> Option<Diagnostic> {
    /// The most pairs that are tried.
    const TRIED: usize = 8;
    row.last().filter(|last| last.text.trim().is_empty())?;
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|sign| sign.is_ascii_digit());
    let parts = |at: &usize| {
        let (first, rest) = (&row[*at], &row[at + 1]);
        let touch = first.span.range().end + 1 == rest.span.range().start;
        touch && digits(&first.text) && digits(&rest.text) && rest.text.len() < 4
    };
    let texts: Vec<&str> = row.iter().map(|cell| cell.text.as_str()).collect();
    let mut pairs = (0..row.len() - 1).filter(parts).take(TRIED);
    let at = pairs.find(|at| {
        let point = if texts[at + 1].len() == 3 { "" } else { "." };
        let number = format!("{}{point}{}", texts[*at], texts[at + 1]);
        let mut texts = texts.clone();
        texts.splice(*at..at + 2, [number.as_str()]);
        is_right(&texts)
    })?;
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
