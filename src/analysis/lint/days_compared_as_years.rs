//! A number of days in a script that speaks of years or months.

use crate::analysis::lint::lint_context::Linter;
use crate::analysis::lint::page::lint;
use crate::assess::explored_scripts::Form;
use crate::base::diagnostic::Code;
use crate::model::fact::FactType;
use crate::script::{Program, days_between, spoken, words};
use crate::tree::Test;

lint! {
    /// One date less another is a number of days. Where a script speaks of so many years or months, and
    /// not of days, `params.as_of - j.founded >= 5` is most likely not what was meant.
    ///
    /// Example: `//! Founded at least five years ago` above `params.as_of - j.founded >= 5`
    DaysForYears
}

impl Linter<'_> {
    /// Differences of dates that are compared with a small number.
    pub(super) fn days_for_years(&mut self, program: &Program, form: &Form) {
        let Form::Tabular(tree) = form else { return };
        let Some(unit) = counted_in(program) else {
            return;
        };
        let asked = tree.tests().filter(|asked| {
            let facts = asked.test.facts();
            matches!(asked.test, Test::Compare(..))
                && !facts.is_empty()
                && facts.iter().all(|fact| fact.schema.ty == FactType::Date)
        });
        let mut spans: Vec<_> = asked.map(|asked| asked.span.clone()).collect();
        spans.dedup();
        for span in spans {
            let Some([later, earlier, rest]) = days_between(span.text()) else {
                continue;
            };
            let parameters = &self.assessed.rulebook().parameters;
            let mut units = parameters.iter().filter(|one| {
                let unit = one.unit.as_deref().unwrap_or_default();
                rest.ends_with(&format!(" params.{}", one.name)) && unit.contains("day")
            });
            if units.next().is_some() {
                continue;
            }
            let message = format!(
                "`{later} - {earlier}` is a number of days, and the script speaks of {unit}"
            );
            let help = format!(
                "write `{unit}_between({earlier}, {later}){rest}`; if days are meant, say `days` in the \
                 title or in a remark"
            );
            self.say(Code::DaysForYears, span, message, &help);
        }
    }
}

/// What a script says that it counts, years or months, with a number before them; `None` if it
/// counts days too, or has a function for it.
fn counted_in(program: &Program) -> Option<&'static str> {
    const NUMBERS: [&str; 17] = [
        "a", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
        "twelve", "eighteen", "twenty", "some", "few", "several",
    ];
    let functions = ["years_between", "months_between", "age"];
    if functions
        .iter()
        .any(|name| !words(program, name).is_empty())
    {
        return None;
    }
    let text = spoken(program).to_lowercase();
    let part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.');
    let said = text.split(|c| !part(c)).filter(|word| !word.is_empty());
    let said: Vec<&str> = said.map(|word| word.trim_end_matches('.')).collect();
    let others = ["day", "days", "week", "weeks"];
    if said.iter().any(|word| others.contains(word)) {
        return None;
    }
    let is_number =
        |word: &str| NUMBERS.contains(&word) || word.bytes().all(|it| it.is_ascii_digit());
    let mut pairs = said.windows(2).filter(|pair| is_number(pair[0]));
    pairs.find_map(|pair| match pair[1] {
        "year" | "years" => Some("years"),
        "month" | "months" => Some("months"),
        _ => None,
    })
}
