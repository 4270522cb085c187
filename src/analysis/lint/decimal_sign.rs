//! A number of a script, a record or the rulebook file with a point where thousands are likely meant; a list with
//! commas where decimals are.

use std::collections::BTreeMap;

use crate::analysis::lint::lint_context::{Linter, StatedNumbers, near_number};
use crate::analysis::lint::page::lint;
use crate::base::diagnostic::{Code, Diagnostic, some_of};
use crate::base::source::Span;
use crate::model::fact::{
    BUILT_IN, Column, FactOrigin, FactType, NO_WHOLE, NO_WIDE, is_in_thousands,
};
use crate::model::jurisdiction::RecordView;
use crate::model::rulebook::Parameter;
use crate::model::typed_indexes::FactIndex;
use crate::script::{Program, comma_lists, numbers_compared};

/// The most numbers of a fact with a point before three digits that are looked at as they are written.
const MOST_LOOKED_AT: usize = 100;

/// How many numbers of a fact have to be whole thousands before others are likely slips.
const FEWEST: usize = 3;

/// Of so many numbers that are whole thousands or more, one may be another.
const ONE_OF: usize = 4;

/// From here on a number has a thousand in it.
const THOUSAND: f64 = 1000.0;

lint! {
    /// A point stands before decimals, and a comma between two numbers: `9.000` is nine, and `[5,5, 6,5]` has four
    /// numbers in it. It is said of a number with three decimals where hardly any record states a number below a
    /// thousand or one with decimals, and of a list of pairs.
    ///
    /// Example: `budget: 9.000 // write 9000 where others state 24000000`
    DecimalSign
}

impl Linter<'_> {
    /// Numbers of records with a point between thousands.
    pub(super) fn points_in_records(&mut self) {
        let assessed = self.assessed;
        let schema = &assessed.rulebook().schema;
        let facts = FactIndex::each(schema.facts()).skip(BUILT_IN.len());
        // A whole number that is written so is an error.
        for (slot, fact) in facts
            .filter(|(_, fact)| fact.ty == FactType::Number && fact.origin == FactOrigin::Stated)
        {
            let numbers = self.numbers_stated(slot);
            let mut by_text: BTreeMap<String, (Span, Vec<RecordView<'_>>)> = BTreeMap::new();
            for at in numbers.small.iter().filter(|_| numbers.are_thousands) {
                let record = assessed.records().records().view(*at);
                let read = record.read();
                let Some(stated) = read.stated(slot, assessed.as_of) else {
                    continue;
                };
                let text = stated.span.text().trim_matches(['"', '\'', ' ']);
                if is_in_thousands(text) && record.source().is_in_policies() {
                    let found = by_text.entry(text.to_owned());
                    let found = found.or_insert_with(|| (stated.span.clone(), Vec::new()));
                    found.1.push(record);
                }
            }
            for (text, (span, records)) in by_text {
                let by = some_of(records.iter().map(|record| record.id()));
                let message = format!(
                    "`{}` is `{text}`, which is {} (by {by}): other records state thousands",
                    fact.path,
                    plain(&text)
                );
                let found = Diagnostic::at(Code::DecimalSign, span, message);
                self.found.push(found.help(meant(&text)));
            }
        }
    }

    /// Numbers of parameters with a point between thousands, where the range says that thousands are meant.
    pub(super) fn points_in_parameters(&mut self) {
        let parameters = &self.assessed.rulebook().parameters;
        for parameter in parameters {
            let largest = parameter.range.max.as_ref().and_then(near_number);
            for (span, text) in parameter.numbers_in_thousands() {
                let whole = text.replace('.', "").parse::<f64>();
                let fits = |whole: f64| largest.is_some_and(|largest| largest >= whole);
                if whole.is_ok_and(fits) {
                    self.say_parameter(&parameter.name, span, &text, "its range goes to thousands");
                }
            }
        }
    }

    /// Numbers of a script, and parameters, that are compared with facts of which records state thousands.
    pub(super) fn points_in_script(&mut self, program: &Program) {
        for one in numbers_compared(program) {
            let rulebook = self.assessed.rulebook();
            let mut parameters = rulebook.parameters.iter();
            let parameter = parameters.find(|it| one.is_parameter && *it.name == *one.text);
            let of_parameter = parameter.map(Parameter::numbers_in_thousands);
            let is_suspect = match &of_parameter {
                Some(values) => !values.is_empty(),
                None => !one.is_parameter && is_in_thousands(&one.text),
            };
            let slot = self.fact_written(&one.subject).filter(|_| is_suspect);
            let Some(slot) = slot.filter(|slot| self.numbers_stated(*slot).are_thousands) else {
                continue;
            };
            let path = &self.assessed.rulebook().schema.facts()[slot].path;
            let why = format!("records state thousands for `{path}`");
            if let (Some(parameter), Some(values)) = (parameter, of_parameter) {
                for (span, text) in values {
                    self.say_parameter(&parameter.name, span, &text, &why);
                }
                continue;
            }
            let text = &one.text;
            let message = format!("`{text}` is {}, and {why}", plain(text));
            self.say(Code::DecimalSign, one.span, message, &meant(text));
        }
    }

    /// Lists of whole numbers that are likely written with commas before decimals.
    pub(super) fn commas_in_lists(&mut self, program: &Program) {
        for list in comma_lists(program) {
            let is_number = match self.fact_written(&list.value) {
                Some(slot) => self.assessed.rulebook().schema.facts()[slot].ty == FactType::Number,
                None => list.value.contains('/'),
            };
            if !is_number {
                continue;
            }
            let written = list.span.text();
            let message = match &list.twice {
                Some(twice) => format!("`{twice}` stands twice in `{written}`"),
                None => format!("`{written}` is a list of pairs"),
            };
            let message = format!("{message}: a comma stands between two numbers");
            let help = format!(
                "write `{}` if decimals stand behind commas; else each number once, with a blank behind each comma",
                list.meant
            );
            self.say(Code::DecimalSign, list.span, message, &help);
        }
    }

    /// Says it of a parameter, once.
    fn say_parameter(&mut self, name: &str, span: Span, text: &str, why: &str) {
        let mut told = self.found.iter();
        if told.any(|one| one.code == Code::DecimalSign && one.span() == Some(&span)) {
            return;
        }
        let message = format!("`{name}` is `{text}`, which is {}, and {why}", plain(text));
        self.say(Code::DecimalSign, span, message, &meant(text));
    }

    /// The numbers that records state for a fact; looked at once.
    fn numbers_stated(&mut self, slot: FactIndex) -> StatedNumbers {
        if let Some(known) = self.numbers.get(&slot) {
            return known.clone();
        }
        let found = self.look_at_numbers(slot);
        self.numbers.insert(slot, found.clone());
        found
    }

    fn look_at_numbers(&self, slot: FactIndex) -> StatedNumbers {
        let fact = &self.assessed.rulebook().schema.facts()[slot];
        if !matches!(fact.ty, FactType::Integer | FactType::Number) {
            return StatedNumbers::default();
        }
        let records = self.assessed.records().records();
        // Once there are more others than that, no more need be looked at.
        let most_others = records.len() / (ONE_OF + 1);
        let (mut thousands, mut others, mut small) = (0, 0, Vec::new());
        for (at, record) in records.iter().enumerate() {
            let Some(number) = number_of(record, slot, self) else {
                continue;
            };
            if number.fract() == 0.0 && number.abs() >= THOUSAND {
                thousands += 1;
            } else if number != 0.0 {
                others += 1;
                if number < THOUSAND && small.len() < MOST_LOOKED_AT {
                    small.push(at);
                }
                if others > most_others {
                    return StatedNumbers::default();
                }
            }
        }
        let are_thousands = thousands >= FEWEST && thousands >= others * ONE_OF;
        StatedNumbers {
            are_thousands,
            small,
        }
    }
}

/// The number that a record states, as near as a binary number is to it.
#[expect(
    clippy::cast_precision_loss,
    reason = "whether it is a thousand is asked, and no more"
)]
fn number_of(record: RecordView<'_>, slot: FactIndex, linter: &Linter<'_>) -> Option<f64> {
    let RecordView::Row(table, row) = record else {
        return near_number(&record.value(slot, linter.assessed.as_of)?);
    };
    match &**table.column(slot) {
        Column::Floats(values) => Some(values[row]).filter(|number| !number.is_nan()),
        Column::Whole(values) => (values[row] != NO_WHOLE).then(|| values[row].into()),
        Column::Wide(values) => (values[row] != NO_WIDE).then(|| values[row] as f64),
        column => near_number(&column.get(row)?),
    }
}

/// A number as it is read: `9.000` is 9, and `2.400` is 2.4.
fn plain(text: &str) -> &str {
    text.trim_end_matches('0').trim_end_matches('.')
}

/// What to write for a number.
fn meant(text: &str) -> String {
    format!(
        "write `{}` if the point stands between thousands, else `{}`",
        text.replace('.', ""),
        plain(text)
    )
}
