//! A value that falls between two ranges of a `switch`.

use crate::analysis::lint::lint_context::Linter;
use crate::analysis::lint::page::lint;
use crate::base::diagnostic::Code;
use crate::model::fact::FactType;
use crate::script::{Program, labels_with_a_gap};

lint! {
    /// `0..5` ends before 5, so with `6..10` behind it 5 is in neither, and `_` answers. Of a number
    /// with a fraction, all between 5 and 6 are in neither `0..=5` nor `6..=10`.
    ///
    /// Example: `switch j.seats { 0..5 => 1, 6..10 => 2, _ => 3 }`
    GapBetweenLabels
}

impl Linter<'_> {
    /// Labels that leave something out between them.
    pub(super) fn gaps_between_labels(&mut self, program: &Program) {
        for gap in labels_with_a_gap(program) {
            let (lower, upper, end) = (&gap.lower, &gap.upper, gap.end);
            let start = lower.split("..").next().unwrap_or_default();
            let (message, help) = if !gap.with_end {
                (
                    format!("{end} is neither in `{lower}` nor in `{upper}`"),
                    format!(
                        "write `{start}..={end}` if {end} is in the first, or begin the other one with \
                         {end}"
                    ),
                )
            } else if self.type_of(&gap.value) == Some(&FactType::Number) {
                let next = end.saturating_add(1);
                (
                    format!(
                        "numbers between {end} and {next} are neither in `{lower}` nor in `{upper}`"
                    ),
                    format!(
                        "write `{start}..{next}` if they are in the first, or begin the other one with \
                         {end}"
                    ),
                )
            } else {
                continue;
            };
            self.say(Code::GapBetweenLabels, gap.span, message, &help);
        }
    }
}
