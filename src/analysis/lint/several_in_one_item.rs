//! An item of a list that is likely several: `[port; old]`; `suspicious_record_texts` finds it.

use crate::analysis::lint::page::lint;
use crate::base::diagnostic::{Code, Diagnostic};
use crate::base::source::Span;
use crate::model::fact::FactPath;

lint! {
    /// To a script it is one text, and `"port" in j.tags` is no. In a list a comma divides items,
    /// and within quotation marks it does not.
    ///
    /// Example: `tags: [port; old] // write [port, old]`
    SeveralInOneItem
}

/// The items that one is likely to be.
pub(super) fn several(text: &str) -> Option<Vec<&str>> {
    let divides = |sign: char| matches!(sign, ';' | '|');
    let items: Vec<&str> = if text.contains(divides) {
        text.split(divides).map(str::trim).collect()
    } else {
        text.split(", ").map(str::trim).collect()
    };
    let plain = items.iter().all(|item| !item.is_empty());
    (plain && items.len() > 1).then_some(items)
}

pub(super) fn of_fact(span: Span, path: &FactPath, text: &str, by: &str) -> Diagnostic {
    let items = several(text).unwrap_or_default().join(", ");
    let message = format!("an item of `{path}` is `{text}`, one text (by {by})");
    let help = format!("write `[{items}]` if these are several");
    Diagnostic::at(Code::SeveralInOneItem, span, message).help(help)
}
