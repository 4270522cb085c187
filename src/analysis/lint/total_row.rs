//! A row of a sheet that is the sum of the others.

use crate::analysis::lint::lint_context::Linter;
use crate::analysis::lint::page::lint;
use crate::base::diagnostic::Code;
use crate::model::jurisdiction::{RecordView, Role};

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
        let records = self.assessed.records().records();
        let is_called_so = |record: RecordView<'_>| {
            let (id, name) = (record.id(), record.name());
            is_total(id) || (!std::ptr::eq(id, name) && is_total(name))
        };
        for number in self.records_where(is_called_so) {
            let record = records.view(number);
            if !record.source().is_in_policies() || record.role() != Role::Assessed {
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
    const WHOLE: [&str; 9] = [
        "sum",
        "all",
        "overall",
        "average",
        "mean",
        "summe",
        "razem",
        "statewide",
        "all counties",
    ];
    /// In several languages; a name may begin or end with one: `State total`, `Land insgesamt`.
    const TOTALS: [&str; 8] = [
        "total",
        "totals",
        "subtotal",
        "insgesamt",
        "gesamt",
        "totale",
        "totaal",
        "totaux",
    ];
    const LONGEST: usize = 40;
    let is = |words: &[&str], name: &str| words.iter().any(|it| it.eq_ignore_ascii_case(name));
    let name = name.trim();
    let (Some(first), Some(last)) = (name.bytes().next(), name.bytes().next_back()) else {
        return false;
    };
    // Most names begin and end with letters that none of these words begins or ends with.
    let may_be = |byte: u8, letters: &[u8]| {
        !byte.is_ascii_alphanumeric() || letters.contains(&byte.to_ascii_lowercase())
    };
    let (is_whole, begins) = (may_be(first, b"aomsr"), may_be(first, b"tsig"));
    let ends = may_be(last, b"elstx");
    let divides = |c: char| !c.is_alphanumeric();
    let word = |part: Option<&str>| part.is_some_and(|part| is(&TOTALS, part));
    name.len() <= LONGEST
        && (is_whole && is(&WHOLE, name)
            || begins && word(name.split(divides).next())
            || ends && word(name.rsplit(divides).next()))
}
