//! A text with a sign that nobody sees: of a record (`suspicious_record_texts` finds it), of a
//! script, of a choice.

use std::sync::Arc;

use crate::analysis::lint::lint_context::Linter;
use crate::analysis::lint::page::lint;
use crate::base::diagnostic::{Code, Diagnostic};
use crate::base::source::Span;
use crate::model::fact::{FactPath, FactSchema, FactType, hidden_signs};
use crate::script::{Program, texts};

lint! {
    /// It is a space of another kind, a sign without width, or an accent apart from its letter.
    /// The text looks like another one and is not the same, so comparisons and groups part what
    /// belongs together.
    ///
    /// Example: `district: Nord` (a no-break space behind it)
    HiddenSign
}

const HELP: &str = "write it anew: it is another text than one that looks the same";

pub(super) fn of_fact(
    span: Span,
    path: &FactPath,
    text: &str,
    signs: &str,
    by: &str,
) -> Diagnostic {
    let message = format!("`{path}` has {signs} in `{text}` (by {by})");
    Diagnostic::at(Code::HiddenSign, span, message).help(HELP.to_owned())
}

impl Linter<'_> {
    /// Texts of a script that look like others and are not the same.
    pub(super) fn hidden(&mut self, program: &Program) {
        for (span, text) in texts(program) {
            if let Some(signs) = hidden_signs(&text) {
                let message = format!("the text `{text}` has {signs} in it");
                self.say(Code::HiddenSign, span, message, HELP);
            }
        }
    }

    /// Choices that look like others and are not the same.
    pub(super) fn hidden_choices(&mut self) {
        let schema = Arc::clone(&self.assessed.rulebook().schema);
        for fact in schema.facts() {
            if let Some((choice, signs)) = hidden_choice(fact)
                && let Some(span) = fact.span.clone()
            {
                let message = format!("the choice `{choice}` has {signs} in it");
                self.say(Code::HiddenSign, span, message, HELP);
            }
        }
    }
}

fn hidden_choice(fact: &FactSchema) -> Option<(&str, String)> {
    let FactType::Choice(choices) = &fact.ty else {
        return None;
    };
    choices
        .iter()
        .find_map(|choice| Some((&**choice, hidden_signs(choice)?)))
}
