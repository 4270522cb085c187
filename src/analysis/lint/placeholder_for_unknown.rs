//! A text of a record that is likely to mean that the fact is not known;
//! `suspicious_record_texts` finds it.

use crate::analysis::lint::page::lint;
use crate::base::diagnostic::{Code, Diagnostic};
use crate::base::source::Span;
use crate::model::fact::{FactPath, NO_ITEMS};

lint! {
    /// To a script, `N/A`, `-` or `TBD` is a text like any other: `!=` is true of it, and nothing
    /// is missing. Write `unknown`, or name such words under `missing:` in the rulebook file.
    ///
    /// Example: `office: N/A`
    Placeholder
}

pub(super) fn of_fact(
    span: Span,
    path: &FactPath,
    is_list: bool,
    text: &str,
    by: &str,
) -> Diagnostic {
    let message = format!(
        "`{path}` is the text `{text}`, which is likely to mean that it is not known (by {by})"
    );
    let help = if is_list {
        NO_ITEMS.to_owned()
    } else {
        format!(
            "write `unknown`; or write `missing: [\"{text}\"]` at `{path}` in the rulebook file"
        )
    };
    Diagnostic::at(Code::Placeholder, span, message).help(help)
}
