//! A number in a script that is also the value of a parameter.

use crate::analysis::lint::lint_context::Linter;
use crate::analysis::lint::page::lint;
use crate::base::diagnostic::Code;
use crate::model::fact::{Number, Value};
use crate::script::{Program, numbers};

lint! {
    /// If it means the same, changing the parameter changes only half of the criteria. Numbers up
    /// to two are left alone.
    ///
    /// Example: `j.hours >= 48 // where params.hold_hours is 48`
    LiteralIsParameter
}

impl Linter<'_> {
    /// Numbers that are the value of a parameter.
    pub(super) fn literals(&mut self, program: &Program) {
        for (span, text) in numbers(program) {
            let Ok(number) = text.parse::<Number>() else {
                continue;
            };
            let small = Number::from(2);
            let is = |value: &Option<Value>| match value {
                // Small numbers mean many things.
                Some(Value::Integer(value)) => value.abs() > 2 && value.to_string() == text,
                Some(Value::Number(value)) => value.magnitude() > small && *value == number,
                _ => false,
            };
            let named = self
                .assessed
                .parameters
                .iter()
                .filter(|used| is(&used.value));
            let named: Vec<String> = named
                .map(|used| format!("`params.{}`", used.name))
                .collect();
            if !named.is_empty() {
                let message = format!("`{text}` is also the value of {}", named.join(" and of "));
                self.say(
                    Code::LiteralIsParameter,
                    span,
                    message,
                    "write the parameter, or allow this number",
                );
            }
        }
    }
}
