//! A parameter that is a number and may be any number.

use crate::analysis::lint::lint_context::Linter;
use crate::analysis::lint::page::lint;
use crate::base::diagnostic::Code;

lint! {
    /// It may be set to any number, also to one that makes no sense. With a range, such a slip is
    /// an error.
    ///
    /// Example: `parameters: {hold_hours: 48}`
    NoRange
}

impl Linter<'_> {
    /// Parameters that are numbers and may be any number.
    pub(super) fn ranges(&mut self) {
        for parameter in &self.assessed.rulebook().parameters {
            if parameter.is_any_number() {
                let message = format!("the parameter `{}` may be any number", parameter.name);
                self.say(
                    Code::NoRange,
                    parameter.span.clone(),
                    message,
                    "say what it can be at all, as `range: {min: 0, max: 100}`",
                );
            }
        }
    }
}
