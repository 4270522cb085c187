//! A text of a record in quotation marks that are part of it; `suspicious_record_texts` finds it.

use crate::analysis::lint::page::lint;
use crate::base::diagnostic::{Code, Diagnostic};
use crate::base::source::Span;
use crate::model::fact::FactPath;

lint! {
    /// A program for letters has made curly marks of straight ones. YAML and CSV take them for a part
    /// of the text, so a script that compares with the text alone finds another one. So it is with the signs by
    /// which sheets keep digits as a text: `="01234"` and `'01234`.
    ///
    /// Example: `town: “York”`
    QuotedText
}

/// The text between typographic quotation marks, or behind a sheet's sign for a text, where it stands so.
pub(super) fn quoted(text: &str) -> Option<&str> {
    const OPENS: [char; 8] = [
        '\u{201c}', '\u{201d}', '\u{201e}', '\u{2018}', '\u{201a}', '\u{00ab}', '\u{2039}',
        '\u{00bb}',
    ];
    const CLOSES: [char; 7] = [
        '\u{201d}', '\u{201c}', '\u{2019}', '\u{2018}', '\u{00bb}', '\u{203a}', '\u{00ab}',
    ];
    if let Some(formula) = text.strip_prefix("=\"") {
        return formula
            .strip_suffix('"')
            .filter(|inner| !inner.contains('"'));
    }
    let is_digits =
        |digits: &&str| !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
    if let Some(digits) = text.strip_prefix('\'').filter(is_digits) {
        return Some(digits);
    }
    if text.is_ascii() {
        return None;
    }
    text.strip_prefix(OPENS)?.strip_suffix(CLOSES)
}

pub(super) fn of_fact(span: Span, path: &FactPath, text: &str, by: &str) -> Diagnostic {
    let message = format!("`{path}` is `{text}`, with the marks around it (by {by})");
    let inner = quoted(text).unwrap_or(text);
    let help = format!("write `{inner}`, or `\"{inner}\"` between straight marks");
    Diagnostic::at(Code::QuotedText, span, message).help(help)
}
