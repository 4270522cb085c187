//! A condition that names no source.

use crate::analysis::lint::lint_context::{Linter, head};
use crate::analysis::lint::page::lint;
use crate::assess::explored_scripts::ConditionUsed;
use crate::base::diagnostic::Code;

lint! {
    /// Nobody can look up where it comes from. Only rulebooks that have sources are looked at.
    ///
    /// Example: `//! @source letter`
    NoSource
}

impl Linter<'_> {
    pub(super) fn no_source(&mut self, used: &ConditionUsed) {
        if used.condition.sources.is_empty() && !self.assessed.rulebook().sources.is_empty() {
            let message = format!("the condition `{}` names no source", used.condition.id);
            let help = "add a line `//! @source KEY` to its head";
            self.say(Code::NoSource, head(used), message, help);
        }
    }
}
