//! A text that a script compares a fact with, which no record states, beside one that is like it.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::analysis::lint::lint_context::Linter;
use crate::analysis::lint::no_such_id::{compared, ends_in};
use crate::analysis::lint::page::lint;
use crate::assess::explored_scripts::Form;
use crate::base::diagnostic::{Code, did_you_mean_after};
use crate::model::fact::{FactOrigin, FactSchema, FactType, hidden_signs};
use crate::model::jurisdiction::MOST_LOOKED_THROUGH;
use crate::model::typed_indexes::FactIndex;
use crate::script::{Program, code, compared_texts, has_word};
use crate::tree::{Owner, Tree};

/// The most texts that are looked at for a script that no tree holds.
const MOST_TEXTS: usize = 1_000;

/// Texts with fewer letters are near too many others.
const SHORT: usize = 5;

lint! {
    /// Texts are equal where each sign is. A text that no record states, and that is nearly one which
    /// some do, is most often misspelt in the script. Where only a few texts are possible, declare them:
    /// `choices: [city, county]`.
    ///
    /// Example: `j.office == "Sherif"` where records state `Sheriff`
    NoSuchText
}

impl Linter<'_> {
    /// Texts of a script that are nearly one of the records.
    pub(super) fn texts_compared(&mut self, program: &Program, form: &Form) {
        match form {
            Form::Tabular(tree) => {
                self.texts_of_facts(tree);
                self.names_compared(tree);
            }
            _ => self.texts_of_lists(program),
        }
    }

    fn texts_of_facts(&mut self, tree: &Tree) {
        let mut told = BTreeSet::new();
        let all: BTreeSet<&str> = compared(tree).map(|(_, text, _)| text).collect();
        for (fact, text, span) in compared(tree) {
            let is_text = fact.schema.ty == FactType::Text;
            let of_records =
                fact.owner != Owner::Finding && fact.schema.origin == FactOrigin::Stated;
            let slot = fact.steps().last().map(|step| step.fact);
            let Some(slot) = slot.filter(|slot| is_text && of_records && !slot.is_built_in())
            else {
                continue;
            };
            let place = (span.source().name(), span.range().start, text);
            let near = near(told.len(), text, self.texts_stated(slot), &all);
            if let Some(near) = near
                && told.insert(place)
            {
                let message = format!("no record states the text `{text}` for `{}`", fact.path);
                self.say(Code::NoSuchText, span.clone(), message, &near);
            }
        }
    }

    /// Looks for names of records that are nearly those of others.
    fn names_compared(&mut self, tree: &Tree) {
        let asked = || compared(tree).filter(|(fact, ..)| ends_in(fact, FactIndex::NAME));
        if asked().next().is_none() {
            return;
        }
        let records = self.assessed.records();
        let names = records.records().iter().take(MOST_LOOKED_THROUGH + 1);
        let names: BTreeSet<Arc<str>> = names.map(|record| record.name().into()).collect();
        let all: BTreeSet<&str> = asked().map(|(_, text, _)| text).collect();
        let mut told = BTreeSet::new();
        for (_, text, span) in asked() {
            let near = near(told.len(), text, &names, &all);
            let is_id = records.find(text).is_some();
            if let Some(near) = near.filter(|_| !is_id && told.insert(text)) {
                let message = format!("no record has the name `{text}`");
                self.say(Code::NoSuchText, span.clone(), message, &near);
            }
        }
    }

    /// Looks for items of lists, which no tree holds: what a script that reads a list compares.
    fn texts_of_lists(&mut self, program: &Program) {
        let mut texts = compared_texts(program);
        texts.truncate(MOST_TEXTS);
        if texts.is_empty() {
            return;
        }
        let code = code(program.source());
        let schema = &self.assessed.rulebook().schema;
        let is_list = |ty: &FactType| matches!(ty, FactType::List(of) if **of == FactType::Text);
        let is_read = |fact: &FactSchema| has_word(&code, &format!("j.{}", fact.path));
        let lists: Vec<(FactIndex, &Arc<FactSchema>)> = FactIndex::each(schema.facts())
            .filter(|(_, fact)| is_list(&fact.ty) && is_read(fact))
            .collect();
        let all: BTreeSet<&str> = texts.iter().map(|(_, text)| text.as_str()).collect();
        let mut told = BTreeSet::new();
        for (span, text) in &texts {
            let is_stated = |(slot, _): &(FactIndex, &Arc<FactSchema>)| {
                self.texts_stated(*slot).contains(text.as_str())
            };
            if lists.iter().any(is_stated) {
                continue;
            }
            for (slot, fact) in &lists {
                let near = near(told.len(), text, self.texts_stated(*slot), &all);
                if let Some(near) = near.filter(|_| told.insert(text)) {
                    let message = format!("no record states the text `{text}` in `{}`", fact.path);
                    self.say(Code::NoSuchText, span.clone(), message, &near);
                }
            }
        }
    }
}

/// What to write for `"*County"` and `"County%"`, which match other texts in other languages.
fn wildcard(text: &str) -> Option<String> {
    let inner = text.trim_matches(['*', '%']);
    let [before, behind] = [
        text.len() > inner.len() && !text.starts_with(inner),
        text.len() > inner.len() && !text.ends_with(inner),
    ];
    let function = match (before, behind) {
        _ if inner.is_empty() || inner.ends_with(|c: char| c.is_ascii_digit()) => return None,
        (true, true) => "contains",
        (true, false) => "ends_with",
        (false, true) => "starts_with",
        (false, false) => return None,
    };
    Some(format!(
        "a `*` or `%` stands for itself: write `.{function}(\"{inner}\")` behind the fact"
    ))
}

/// The stated text that another one is nearly; `None` if it is itself stated, or if being near says
/// little.
fn near(
    told: usize,
    text: &str,
    stated: &BTreeSet<Arc<str>>,
    compared: &BTreeSet<&str>,
) -> Option<String> {
    let hidden = hidden_signs(text).is_some();
    let many = stated.len() > MOST_LOOKED_THROUGH;
    let short = text.chars().count() < SHORT;
    if many || stated.contains(text) {
        return None;
    }
    if let Some(help) = wildcard(text) {
        return Some(help);
    }
    if hidden || short {
        return None;
    }
    // A text that the script compares with is no slip, nor is one with another number.
    let digits = |text: &str| text.replace(|c: char| !c.is_ascii_digit(), "");
    let others = stated.iter().map(|text| &**text);
    let others = others.filter(|other| !compared.contains(other) && digits(other) == digits(text));
    did_you_mean_after(told, text, others)
}
