//! Texts of scripts and of the rulebook file that no record is likely to bear: ids of records that
//! are not there, and texts with signs that nobody sees.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::analysis::lint::Linter;
use crate::assess::form::Form;
use crate::base::diagnostic::{Code, Diagnostic, did_you_mean_after};
use crate::model::fact::{FactSchema, FactType, Value, hidden_signs};
use crate::script::{Program, texts};
use crate::tree::{Expression, FactRef, Owner, Test, Tree};

impl Linter<'_> {
    /// Ids that a script compares with, of which there is no record.
    pub(super) fn ids(&mut self, form: &Form) {
        let Form::Tabular(tree) = form else { return };
        let records = self.assessed.records();
        if records.is_empty() {
            return;
        }
        let mut told = BTreeSet::new();
        for (fact, id, span) in names(tree) {
            let slot = fact.steps().last().map_or(0, |step| step.fact);
            let is_there = match fact.schema.ty {
                FactType::Jurisdiction => records.follow(slot, id).is_some(),
                _ => records.find(id).is_some(),
            };
            let place = (span.source().name(), span.range().start, id);
            if is_there || !told.insert(place) {
                continue;
            }
            let message = match &fact.schema.key {
                Some(key) => format!("there is no record of which `{key}` is `{id}`"),
                None => format!("there is no record `{id}`"),
            };
            let near = did_you_mean_after(told.len(), id, records.ids_around(id))
                .filter(|_| fact.schema.key.is_none());
            let help = "write the id of a record, or allow it where the record is yet to come";
            let found = Diagnostic::at(Code::NoSuchId, span.clone(), message);
            self.found
                .push(found.help(near.unwrap_or_else(|| help.to_owned())));
        }
    }

    /// Texts of a script that look like others and are not the same.
    pub(super) fn hidden(&mut self, program: &Program) {
        for (span, text) in texts(program) {
            if let Some(signs) = hidden_signs(&text) {
                let message = format!("the text `{text}` has {signs} in it");
                let help = "write it anew: it is another text than one that looks the same";
                self.say(Code::HiddenSign, span, message, help);
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
                let help = "write it anew: it is another text than one that looks the same";
                self.say(Code::HiddenSign, span, message, help);
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

/// The comparisons of an id or a reference with a text that stands in the script.
fn names(tree: &Tree) -> impl Iterator<Item = (&FactRef, &str, &crate::base::source::Span)> {
    tree.tests().filter_map(|asked| {
        let Test::Compare(left, _, right) = &asked.test else {
            return None;
        };
        let ((Expression::Fact(fact), Expression::Constant(Value::Text(text)))
        | (Expression::Constant(Value::Text(text)), Expression::Fact(fact))) = (&**left, &**right)
        else {
            return None;
        };
        let is_id = fact.steps().last().is_some_and(|step| step.fact == 0);
        let is_name = fact.schema.ty == FactType::Jurisdiction || is_id;
        (is_name && fact.owner != Owner::Finding).then_some((fact, &**text, &asked.span))
    })
}
