//! What all lints have at hand, and how they say what they find.

use crate::assess::assessment::RulebookAssessment;
use crate::assess::explored_scripts::ConditionUsed;
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
