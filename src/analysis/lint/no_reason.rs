//! A condition that can be not met without saying why.

use crate::analysis::lint::lint_context::{Linter, head};
use crate::analysis::lint::page::lint;
use crate::assess::explored_scripts::{ConditionUsed, Form};
use crate::base::diagnostic::Code;
use crate::tree::Verdict;

lint! {
    /// Whoever is refused does not learn why.
    ///
    /// Example: `if j.a { true } else { not_met("why") }`
    NoReason
}

impl Linter<'_> {
    pub(super) fn no_reason(&mut self, used: &ConditionUsed) {
        let (Form::Tabular(tree), []) = (&used.form, &*used.mistakes) else {
            return;
        };
        let mut fails = tree
            .outcomes()
            .filter(|outcome| outcome.verdict == Verdict::NotMet);
        if fails.any(|outcome| outcome.reason.is_none()) {
            let id = &used.condition.id;
            let message = format!("the condition `{id}` can be not met without saying why");
            let place = used
                .program
                .as_ref()
                .map_or_else(|| head(used), |program| program.last());
            let test = place.text().trim().trim_end_matches(';');
            let help = if is_bare_test(test) {
                format!("write `if {test} {{ met(\"why\") }} else {{ not_met(\"why\") }}`")
            } else {
                "end with `not_met(\"why\")`".to_owned()
            };
            self.say(Code::NoReason, place, message, &help);
        }
    }
}

/// Whether a script ends in a test alone, on one line that is short enough to be written out.
fn is_bare_test(text: &str) -> bool {
    const LONGEST: usize = 120;
    let plain = !text.contains(['{', '}', '\n']) && !text.starts_with("return");
    let is_outcome = text.ends_with(')') && text.contains("met(");
    plain && !is_outcome && text.len() <= LONGEST && !matches!(text, "" | "true" | "false")
}
