//! A row of a sheet that is the sum of the others.

use crate::analysis::lint::lint_context::Linter;
use crate::analysis::lint::page::lint;
use crate::base::diagnostic::Code;
use crate::model::jurisdiction::Role;

lint! {
    /// It is assessed as if it were a place, and counts in every sum, mean and rank. Delete the row, or
    /// write `assess: false` in it if others refer to it.
    ///
    /// Example: a last row `Total,,125000`
    TotalRow
}

impl Linter<'_> {
    /// Records that are assessed and called `Total` or the like.
    pub(super) fn totals(&mut self) {
        let assessed = self.assessed;
        for record in assessed.records().records().iter() {
            let own = record.source().is_in_policies();
            let counts = record.role() == Role::Assessed;
            if !own || !counts || !(is_total(record.id()) || is_total(record.name())) {
                continue;
            }
            let message = format!(
                "the record `{}` is called as a sum of others is",
                record.id()
            );
            let span = record.read().span.clone();
            let help = "delete the row if it sums up the others; else allow it";
            self.say(Code::TotalRow, span, message, help);
        }
    }
}

fn is_total(name: &str) -> bool {
    const WORDS: [&str; 12] = [
        "total",
        "totals",
        "grand total",
        "grand-total",
        "sum",
        "all",
        "overall",
        "subtotal",
        "average",
        "mean",
        "summe",
        "insgesamt",
    ];
    const LONGEST: usize = 11;
    name.len() <= LONGEST
        && WORDS
            .iter()
            .any(|word| word.eq_ignore_ascii_case(name.trim()))
}
