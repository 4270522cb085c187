//! `&&` beside `||` without brackets.

use crate::analysis::lint::lint_context::Linter;
use crate::analysis::lint::page::lint;
use crate::base::diagnostic::Code;
use crate::script::{Program, mixed_operators};

/// What is longer is not written out.
const LONGEST: usize = 160;

lint! {
    /// `a || b && c` is `a || (b && c)`, as in most languages: what `&&` joins belongs together first.
    /// In a sentence it is often meant the other way. Brackets show which one it is.
    ///
    /// Example: `j.rural || j.small && j.poor`
    MixedOperators
}

impl Linter<'_> {
    /// What `&&` joins beside `||`, where no brackets show it.
    pub(super) fn mixed_operators(&mut self, program: &Program) {
        for (span, other) in mixed_operators(program) {
            let joined = span.text().split_whitespace().collect::<Vec<_>>().join(" ");
            if joined.len() + other.len() > LONGEST || span.text().contains("//") {
                let message =
                    "what `&&` joins here belongs together, before `||` joins it to the rest";
                let help =
                    "put brackets around it if that is meant; if not, around what `||` joins";
                self.say(Code::MixedOperators, span, message.to_owned(), help);
                continue;
            }
            let message = format!("`{joined}` belongs together, before `||` joins it to the rest");
            let help = format!(
                "write `({joined})` if that is meant; if not, put brackets around what `||` joins, as \
                 in `({other})`"
            );
            self.say(Code::MixedOperators, span, message, &help);
        }
    }
}
