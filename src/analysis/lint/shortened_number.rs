//! A text of a record that is a number as sheets shorten it; `suspicious_record_texts` finds it.

use crate::analysis::lint::page::lint;
use crate::base::diagnostic::{Code, Diagnostic};
use crate::base::source::Span;
use crate::model::fact::{FactPath, SHORTENED};

lint! {
    /// A sheet shows a long number as `7.02608E+17`, and a program that saves it as CSV may write just
    /// that: the digits that are left out are lost, and two codes become one.
    ///
    /// Example: `code: 7.02608E+17`
    ShortenedNumber
}

pub(super) fn of_fact(span: Span, path: &FactPath, text: &str, by: &str) -> Diagnostic {
    let message = format!("`{path}` is `{text}`, a number without its last digits (by {by})");
    Diagnostic::at(Code::ShortenedNumber, span, message).help(SHORTENED.to_owned())
}
