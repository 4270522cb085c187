//! A script that asks whether a fact is an empty text.

use std::sync::Arc;

use crate::analysis::lint::lint_context::Linter;
use crate::analysis::lint::page::lint;
use crate::base::diagnostic::Code;
use crate::model::fact::FactType;
use crate::script::{Program, empty_texts};

lint! {
    /// An empty cell is a fact that nobody has stated: it is unknown, and no text. So the question is
    /// answered no by all who state the fact, and is unknown of all others.
    ///
    /// Example: `j.office == ""`
    EmptyText
}

impl Linter<'_> {
    /// Facts that a script compares with an empty text.
    pub(super) fn empty(&mut self, program: &Program) {
        let schema = Arc::clone(&self.assessed.rulebook().schema);
        for (span, path) in empty_texts(program) {
            let fact = schema.slot(&path).map(|slot| &schema.facts()[slot]);
            if fact.is_none_or(|fact| fact.ty != FactType::Text) {
                continue;
            }
            let written = span.text();
            let message =
                format!("`{written}`: where nobody states `{path}` it is unknown, not empty");
            let help = format!(
                "to ask whether it is missing, write `!j.known(\"{path}\")`; whether it is stated, \
                 `j.known(\"{path}\")`"
            );
            self.say(Code::EmptyText, span.clone(), message, &help);
        }
    }
}
