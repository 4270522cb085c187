//! What all lints have at hand, and how they say what they find.

use crate::assess::assessment::RulebookAssessment;
use crate::assess::script_form::ConditionUsed;
use crate::base::diagnostic::{Code, Diagnostic};
use crate::base::source::Span;

/// What to look for beyond what is always looked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct LintOptions {
    /// A source older than so many days on the as-of date is worth saying.
    pub stale_after: Option<i64>,
    /// Divisions of whole numbers, which once dropped the fraction, are worth saying.
    pub divisions: bool,
}

/// One rulebook that is looked at. Each lint adds a method.
pub(super) struct Linter<'a> {
    pub(super) assessed: &'a RulebookAssessment,
    pub(super) options: LintOptions,
    pub(super) found: &'a mut Vec<Diagnostic>,
}

impl Linter<'_> {
    pub(super) fn say(&mut self, code: Code, span: Span, message: String, help: &str) {
        self.found
            .push(Diagnostic::at(code, span, message).help(help.to_owned()));
    }
}

/// The first line of a script.
pub(super) fn head(used: &ConditionUsed) -> Span {
    let source = &used.condition.source;
    source.span(0..source.text().lines().next().unwrap_or_default().len())
}

/// Whether a text has a word by itself, and not as a part of another.
pub(super) fn has_word(text: &str, word: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back().is_some_and(part);
        let after = text[at + word.len()..].chars().next().is_some_and(part);
        !before && !after
    })
}
