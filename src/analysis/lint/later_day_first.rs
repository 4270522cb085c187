//! Years or months from the as-of date to a day that is never later.

use std::collections::BTreeMap;

use crate::analysis::lint::lint_context::Linter;
use crate::analysis::lint::page::lint;
use crate::base::diagnostic::Code;
use crate::model::fact::{FactType, Value};
use crate::model::typed_indexes::FactIndex;
use crate::script::{Program, calls_with_two};

lint! {
    /// `years_between(a, b)` counts from `a` to `b`, and is below zero where `b` is the earlier day. It is
    /// said where the first day is `params.as_of` and no record states a later one for the second.
    ///
    /// Example: `years_between(params.as_of, j.founded) >= 10`
    LaterDayFirst
}

impl Linter<'_> {
    /// Calls whose first day is later than any that records state for the second.
    pub(super) fn later_days_first(&mut self, program: &Program) {
        let mut known: BTreeMap<FactIndex, bool> = BTreeMap::new();
        for call in calls_with_two(program, &["years_between", "months_between", "age"]) {
            let [first, second] = &call.arguments;
            let Some(fact) = self.own_fact(second).filter(|_| first == "params.as_of") else {
                continue;
            };
            let is_never_later = || self.is_never_later(fact);
            if !*known.entry(fact).or_insert_with(is_never_later) {
                continue;
            }
            let message =
                format!("`{second}` is never later than `{first}`: this is never above 0");
            let help = format!("write `{}({second}, {first})`", call.name);
            self.say(Code::LaterDayFirst, call.span, message, &help);
        }
    }

    /// Whether records state days for a fact, and none that is later than the day of the assessment.
    fn is_never_later(&self, fact: FactIndex) -> bool {
        let assessed = self.assessed;
        if assessed.rulebook().schema.facts()[fact].ty != FactType::Date {
            return false;
        }
        let records = assessed.records().records().iter();
        let mut days = records.filter_map(|record| match record.value(fact, assessed.as_of) {
            Some(Value::Date(day)) => Some(day <= assessed.as_of),
            _ => None,
        });
        days.next()
            .is_some_and(|first| first && days.all(|one| one))
    }
}
