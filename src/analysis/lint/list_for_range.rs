//! A list of two numbers or days where a range is likely meant.

use crate::analysis::lint::lint_context::Linter;
use crate::analysis::lint::page::lint;
use crate::base::diagnostic::Code;
use crate::model::fact::FactType;
use crate::script::{Apart, Program, lists_of_two};

lint! {
    /// `in [18, 65]` asks for 18 or 65, and for nothing between them. It is said of two days, of two
    /// whole numbers where the fact is a number with a fraction, or where they are twenty or more apart, and of
    /// two numbers with decimals beside a calculation.
    ///
    /// Example: `j.age in [18, 65] // write in 18..=65`
    ListForRange
}

/// Whole numbers that are nearer to each other may well be two kinds of something.
const APART: i64 = 20;

impl Linter<'_> {
    /// Lists of two numbers or days in which a fact is looked for.
    pub(super) fn lists_for_ranges(&mut self, program: &Program) {
        for list in lists_of_two(program) {
            let told = match (self.type_of(&list.value), list.apart) {
                (Some(FactType::Number), Apart::Whole(_)) | (Some(FactType::Date), Apart::Days) => {
                    true
                }
                (Some(FactType::Integer), Apart::Whole(apart)) => apart >= APART,
                // Two rates may well be all there are; what comes out of a calculation is hardly just one of two.
                (None, Apart::Decimal) => list.is_calculated,
                (None, Apart::Whole(apart)) => list.is_calculated && apart >= APART,
                _ => false,
            };
            if !told {
                continue;
            }
            let (value, low, high) = (&list.value, &list.low, &list.high);
            let message = format!(
                "`{}` has {low} and {high}, and nothing between",
                list.span.text()
            );
            let range = match list.apart {
                Apart::Whole(_) if !list.is_calculated => format!("{value} in {low}..={high}"),
                _ => format!("{value} >= {low} && {value} <= {high}"),
            };
            let help = format!(
                "write `{range}` for all from {low} to {high}; if just the two are meant, \
                 `{value} == {low} || {value} == {high}`"
            );
            self.say(Code::ListForRange, list.span, message, &help);
        }
    }
}
