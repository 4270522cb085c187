//! A condition that no jurisdiction can fail.

use std::sync::Arc;

use crate::analysis::lint::lint_context::{Linter, head};
use crate::analysis::lint::page::lint;
use crate::assess::explored_scripts::ConditionUsed;
use crate::base::diagnostic::Code;
use crate::script::Unreached;

lint! {
    /// Whatever the facts are, the condition is met or does not apply. It decides nothing.
    ///
    /// Example: `j.h >= 0`
    NeverFails
}

impl Linter<'_> {
    pub(super) fn never_fails(&mut self, used: &ConditionUsed, found: &Unreached) {
        let decides = self
            .assessed
            .decision
            .as_ref()
            .is_some_and(|one| Arc::ptr_eq(&one.condition, &used.condition));
        if !found.fails && used.mistakes.is_empty() && !decides {
            let id = &used.condition.id;
            let message = format!("no jurisdiction can fail the condition `{id}`");
            let help = "it is met or not applicable whatever the facts are";
            self.say(Code::NeverFails, head(used), message, help);
        }
    }
}
