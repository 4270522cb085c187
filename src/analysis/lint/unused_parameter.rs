//! A parameter that the rulebook declares and no script reads.

use std::collections::BTreeSet;

use crate::analysis::lint::lint_context::Linter;
use crate::analysis::lint::page::lint;
use crate::base::diagnostic::Code;
use crate::script::has_word;

lint! {
    /// Changing it changes nothing.
    ///
    /// Example: `parameters: {unused: 1}`
    UnusedParameter
}

impl Linter<'_> {
    /// What none of the texts of all scripts reads.
    pub(super) fn unused_parameters(&mut self, texts: &BTreeSet<String>) {
        for parameter in &self.assessed.rulebook().parameters {
            let written = format!("params.{}", parameter.name);
            if !texts.iter().any(|text| has_word(text, &written)) {
                let message = format!("no script reads the parameter `{}`", parameter.name);
                let span = parameter.span.clone();
                self.say(Code::UnusedParameter, span, message, "remove it");
            }
        }
    }
}
