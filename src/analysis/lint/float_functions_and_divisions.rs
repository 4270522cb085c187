//! What does not do what its words say in other languages.

use crate::analysis::lint::lint_context::Linter;
use crate::analysis::lint::page::lint;
use crate::assess::explored_scripts::Form;
use crate::base::diagnostic::Code;
use crate::base::source::Span;
use crate::script::{Program, words};
use crate::tree::{Binary, Expression, Test, Unary, ValueKind};

lint! {
    /// `to_float` does nothing: numbers are exact. With `--divisions`, each division of whole numbers
    /// is pointed at: it keeps its fraction.
    ///
    /// Example: `j.seats / 2 // write div(j.seats, 2) where half a seat is none`
    ChangedMeaning
}

impl Linter<'_> {
    /// `to_float`, and divisions of whole numbers if they are asked for.
    pub(super) fn meanings(&mut self, program: &Program, form: &Form) {
        for span in words(program, "to_float") {
            let message = "`to_float` does nothing: every number may have a fraction".to_owned();
            let help = "leave it out, with its parentheses";
            self.say(Code::ChangedMeaning, span, message, help);
        }
        if !self.options.divisions {
            return;
        }
        let Form::Tabular(tree) = form else { return };
        for asked in tree.tests() {
            match &asked.test {
                Test::Compare(left, _, right) => {
                    self.division(left, &asked.span);
                    self.division(right, &asked.span);
                }
                Test::Succeeds(of) => self.division(of, &asked.span),
                Test::Holds(_) | Test::Known(..) => {}
            }
        }
        for outcome in tree.outcomes() {
            if let Some(value) = &outcome.value {
                self.division(value, &program.last());
            }
        }
    }

    fn division(&mut self, expression: &Expression, span: &Span) {
        if let Some(division) = whole_division(expression) {
            let message = format!("`{division}` keeps its fraction: `7 / 2` is 3.5");
            let help = "write `div(a, b)` where the fraction is to be dropped, as it once was";
            self.say(Code::ChangedMeaning, span.clone(), message, help);
        }
    }
}

/// The first division of whole numbers whose fraction is not dropped by what is written around it.
fn whole_division(expression: &Expression) -> Option<&Expression> {
    match expression {
        Expression::Binary(Binary::Divide, left, right)
            if left.kind() == ValueKind::Integer && right.kind() == ValueKind::Integer =>
        {
            Some(expression)
        }
        Expression::Binary(_, left, right) => {
            whole_division(left).or_else(|| whole_division(right))
        }
        Expression::Unary(Unary::Negate | Unary::Abs | Unary::ToNumber, inner) => {
            whole_division(inner)
        }
        // A derived fact is looked at by itself.
        _ => None,
    }
}
