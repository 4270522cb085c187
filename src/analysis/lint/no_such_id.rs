//! An id that a script compares with, of which there is no record.

use std::collections::BTreeSet;

use crate::analysis::lint::lint_context::Linter;
use crate::analysis::lint::page::lint;
use crate::assess::explored_scripts::Form;
use crate::base::diagnostic::{Code, Diagnostic};
use crate::base::source::Span;
use crate::model::fact::{FactType, Value};
use crate::model::typed_indexes::FactIndex;
use crate::tree::{Comparison, Expression, FactRef, Owner, Test, Tree};

lint! {
    /// The answer is the same for all. Most often the id is misspelt. Where the criteria are for
    /// records from elsewhere, allow it.
    ///
    /// Example: `j.operator == "marylnd"`
    NoSuchId
}

impl Linter<'_> {
    /// Ids that a script compares with, of which there is no record.
    pub(super) fn ids(&mut self, form: &Form) {
        let Form::Tabular(tree) = form else { return };
        let records = self.assessed.records();
        if records.is_empty() {
            return;
        }
        for (reference, choice, span) in beside_choices(tree) {
            let FactType::Choice(choices) = &choice.schema.ty else {
                continue;
            };
            if choices.iter().all(|one| records.find(one).is_none()) {
                let message = format!(
                    "`{}` is the id of a record, and no choice of `{}` is one",
                    reference.path, choice.path
                );
                let help = "compare it with the id of a record in quotation marks, or with another \
                            reference";
                self.say(Code::NoSuchId, span.clone(), message, help);
            }
        }
        let mut told = BTreeSet::new();
        for (fact, id, span) in compared(tree).filter(|(fact, ..)| is_name(fact)) {
            let slot = fact.steps().last().map_or(FactIndex::ID, |step| step.fact);
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
            let near = || records.instead_of(told.len(), id);
            let near = fact.schema.key.is_none().then(near).flatten();
            let help = "write the id of a record, or allow it where the record is yet to come";
            let found = Diagnostic::at(Code::NoSuchId, span.clone(), message);
            self.found
                .push(found.help(near.unwrap_or_else(|| help.to_owned())));
        }
        for (fact, text, span) in compared(tree).filter(|(fact, ..)| ends_in(fact, FactIndex::NAME))
        {
            let is_name = || records.records().iter().any(|one| one.name() == text);
            if records.find(text).is_some() && !is_name() {
                let message =
                    format!("`{text}` is the id of a record, and no record has this name");
                let id = fact.path.as_str();
                let id = id.strip_suffix("name").unwrap_or(id);
                let help = format!("write `{id}id` in the place of `{}`", fact.path);
                self.say(Code::NoSuchId, span.clone(), message, &help);
            }
        }
    }
}

/// The comparisons of a fact with a text of the script, by `==` or `!=`.
pub(super) fn compared(tree: &Tree) -> impl Iterator<Item = (&FactRef, &str, &Span)> {
    tree.tests().filter_map(|asked| {
        let Test::Compare(left, Comparison::Equal | Comparison::NotEqual, right) = &asked.test
        else {
            return None;
        };
        let ((Expression::Fact(fact), Expression::Constant(Value::Text(text)))
        | (Expression::Constant(Value::Text(text)), Expression::Fact(fact))) = (&**left, &**right)
        else {
            return None;
        };
        Some((fact, &**text, &asked.span))
    })
}

/// The comparisons of an id or a reference with another fact: the reference, and that fact.
fn beside_choices(tree: &Tree) -> impl Iterator<Item = (&FactRef, &FactRef, &Span)> {
    tree.tests().filter_map(|asked| {
        let Test::Compare(left, _, right) = &asked.test else {
            return None;
        };
        let (Expression::Fact(left), Expression::Fact(right)) = (&**left, &**right) else {
            return None;
        };
        match (is_name(left), is_name(right)) {
            (true, false) => Some((left, right, &asked.span)),
            (false, true) => Some((right, left, &asked.span)),
            _ => None,
        }
    })
}

/// Whether a fact is an id or a reference.
fn is_name(fact: &FactRef) -> bool {
    let is_reference = fact.schema.ty == FactType::Jurisdiction;
    fact.owner != Owner::Finding && (is_reference || ends_in(fact, FactIndex::ID))
}

/// Whether a path ends in such a fact of a record.
pub(super) fn ends_in(fact: &FactRef, end: FactIndex) -> bool {
    fact.steps().last().is_some_and(|step| step.fact == end)
}
