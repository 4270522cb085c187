//! An outcome of a script that no path reaches.

use crate::analysis::lint::lint_context::Linter;
use crate::analysis::lint::page::lint;
use crate::base::diagnostic::Code;
use crate::script::Unreached;

lint! {
    /// Nobody can ever get this reason.
    ///
    /// Example: `return met("a"); not_met("b") // never`
    UnreachedOutcome
}

impl Linter<'_> {
    pub(super) fn unreached_outcomes(&mut self, found: &Unreached) {
        for span in &found.outcomes {
            let message = format!("no path of the script reaches this `{}`", span.text());
            let help = "an earlier test or `return` leaves nothing for it";
            self.say(Code::UnreachedOutcome, span.clone(), message, help);
        }
    }
}
