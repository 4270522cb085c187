//! A script that asks whether a fact is an empty text, or a word for what is not known.

use std::sync::Arc;

use crate::analysis::lint::lint_context::Linter;
use crate::analysis::lint::misspelt_text::MOST_TEXTS;
use crate::analysis::lint::page::lint;
use crate::base::diagnostic::Code;
use crate::model::fact::{FactOrigin, FactType, is_placeholder};
use crate::script::{Program, SoughtText, TextLook, empty_texts, texts_sought};

lint! {
    /// An empty cell is a fact that nobody has stated: it is unknown, and no text. So is one with a word that `missing:`
    /// names. So the question is answered no by all who state the fact, and is unknown of all others. `"unknown"`
    /// is a text like any other, and no record may state it.
    ///
    /// Example: `j.office == ""`, or `j.office == "unknown"` where no record states this text
    EmptyText
}

impl Linter<'_> {
    /// Facts that a script compares with an empty text, or with a word for what is not known.
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
        for one in texts_sought(program, MOST_TEXTS) {
            self.word_for_unknown(&one);
        }
    }

    /// A word for what is not known that no record can state, or that none states.
    fn word_for_unknown(&mut self, one: &SoughtText) {
        let text = one.text.as_str();
        let is_whole = !one.is_item && !one.look.is_for_a_part() && !text.is_empty();
        let path = one.subject.strip_prefix("j.").filter(|_| is_whole);
        let Some((path, slot)) = path.zip(self.fact_written(&one.subject)) else {
            return;
        };
        let fact = &self.assessed.rulebook().schema.facts()[slot];
        let is_stated = fact.origin == FactOrigin::Stated && !slot.is_built_in();
        if fact.ty != FactType::Text || !is_stated {
            return;
        }
        let is_named = fact.missing.has(&fact.ty, text);
        let is_told = |one: &SoughtText, this: &Self| {
            let mut told = this.found.iter();
            told.any(|told| told.code == Code::NoSuchText && told.span() == Some(&one.span))
        };
        if !is_named && (!is_placeholder(text) || self.texts_stated(slot).contains(text))
            || is_told(one, self)
        {
            return;
        }
        let message = if is_named {
            format!("`{text}` says that nobody states `{path}`: it is unknown then, and no text")
        } else {
            format!(
                "no record states the text `{text}` for `{path}`: where nobody states it, it is unknown"
            )
        };
        let missing = format!("!j.known(\"{path}\")");
        let (span, help) = match one.look {
            TextLook::Equal => (&one.whole, format!("write `{missing}`")),
            TextLook::NotEqual => (&one.whole, format!("write `j.known(\"{path}\")`")),
            TextLook::Label => (
                &one.span,
                format!("ask `if {missing}` before the `switch`, and delete this label"),
            ),
            _ => (
                &one.span,
                format!("delete it from the list; `{missing}` asks whether it is missing"),
            ),
        };
        self.say(Code::EmptyText, span.clone(), message, &help);
    }
}
