//! A text that a script compares a fact with, which no record states, beside one that is like it.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use crate::analysis::lint::lint_context::Linter;
use crate::analysis::lint::near_text::{Meant, TextSearch};
use crate::analysis::lint::no_such_id::{compared, ends_in};
use crate::analysis::lint::page::lint;
use crate::assess::explored_scripts::Form;
use crate::base::diagnostic::{Code, list_of};
use crate::base::source::Span;
use crate::model::fact::{FactOrigin, FactSchema, FactType};
use crate::model::typed_indexes::FactIndex;
use crate::script::{Program, SoughtText, TextLook, code, has_word, texts_sought};
use crate::tree::{Owner, Tree};

/// The most texts that are looked at in one script.
pub(super) const MOST_TEXTS: usize = 1_000;

lint! {
    /// Texts are equal where each sign is. A text that no record states, and that is nearly one which
    /// some do, is most often misspelt in the script: by capital letters, a blank, a zero that is left out. `"DE, NO"`
    /// is one text, and not two. Where only a few texts are possible, declare them: `choices: [city, county]`.
    ///
    /// Example: `j.office == "Sherif"` where records state `Sheriff`
    NoSuchText
}

impl Linter<'_> {
    /// Texts of a script that are nearly one of the records.
    pub(super) fn texts_compared(&mut self, program: &Program, form: &Form) {
        let sought = texts_sought(program, MOST_TEXTS);
        match form {
            Form::Tabular(tree) => {
                self.texts_of_facts(tree, &sought);
                self.names_compared(tree, &sought);
            }
            _ => self.texts_without_tree(program, &sought),
        }
    }

    fn texts_of_facts(&mut self, tree: &Tree, sought: &[SoughtText]) {
        let mut told = BTreeSet::new();
        let mut search = TextSearch::new(compared(tree).map(|(_, text, _)| text));
        for (fact, text, span) in compared(tree) {
            let is_text = fact.schema.ty == FactType::Text;
            let of_records =
                fact.owner != Owner::Finding && fact.schema.origin == FactOrigin::Stated;
            let slot = fact.steps().last().map(|step| step.fact);
            let Some(slot) = slot.filter(|slot| is_text && of_records && !slot.is_built_in())
            else {
                continue;
            };
            let asked = asked_at(sought, span, text);
            let span = asked.map_or(span, |asked| &asked.span);
            let place = (span.source().name(), span.range().start, text);
            if told.contains(&place) {
                continue;
            }
            if let Some(meant) = search.meant(text, self.texts_stated(slot)) {
                told.insert(place);
                let message = format!("no record states the text `{text}` for `{}`", fact.path);
                self.say_meant(message, span, asked, meant);
            }
        }
    }

    /// Looks for names of records that are nearly those of others.
    fn names_compared(&mut self, tree: &Tree, sought: &[SoughtText]) {
        let asked = || compared(tree).filter(|(fact, ..)| ends_in(fact, FactIndex::NAME));
        let mut search = TextSearch::new(asked().map(|(_, text, _)| text));
        let mut told = BTreeSet::new();
        for (_, text, span) in asked() {
            let is_id = self.assessed.records().find(text).is_some();
            let meant = search.meant(text, self.texts_stated(FactIndex::NAME));
            if let Some(meant) = meant.filter(|_| !is_id && told.insert(text)) {
                let asked = asked_at(sought, span, text);
                let span = asked.map_or(span, |asked| &asked.span);
                self.say_meant(no_name(text), span, asked, meant);
            }
        }
    }

    /// Looks for texts in a script that no tree holds: items of lists, parts of texts, and what is compared beside them.
    fn texts_without_tree(&mut self, program: &Program, sought: &[SoughtText]) {
        let mut search = TextSearch::new(sought.iter().map(|one| one.text.as_str()));
        let (mut told, mut rest) = (BTreeSet::new(), Vec::new());
        for one in sought {
            let Some(slot) = self.fact_written(&one.subject) else {
                rest.push(one);
                continue;
            };
            let found = self.text_meant(slot, one, &mut search);
            if let Some((message, meant)) = found.filter(|_| told.insert((slot, &one.text))) {
                self.say_meant(message, &one.span, Some(one), meant);
            }
        }
        self.texts_of_lists(program, &rest, &mut search);
    }

    /// What a text that is looked for in a fact is likely to be, and what is wrong with it.
    fn text_meant(
        &mut self,
        slot: FactIndex,
        one: &SoughtText,
        search: &mut TextSearch<'_>,
    ) -> Option<(String, Meant)> {
        let fact = Arc::clone(&self.assessed.rulebook().schema.facts()[slot]);
        let text = one.text.as_str();
        let is_id = || self.assessed.records().find(text).is_some();
        let is_name = slot == FactIndex::NAME && (one.look.is_for_a_part() || !is_id());
        if fact.origin != FactOrigin::Stated || (slot.is_built_in() && !is_name) {
            return None;
        }
        let (ty, of_parts) = match &fact.ty {
            FactType::List(item) if one.is_item => (&**item, one.look.is_for_a_part()),
            FactType::List(item) if one.look == TextLook::Within => (&**item, false),
            ty if !one.is_item => (ty, one.look.is_for_a_part()),
            _ => return None,
        };
        let known = match ty {
            FactType::Text => Cow::Borrowed(self.texts_stated(slot)),
            // What is none of the choices as a whole is an error already.
            FactType::Choice(choices) if of_parts => Cow::Owned(choices.iter().cloned().collect()),
            _ => return None,
        };
        let message = match &fact.ty {
            _ if of_parts => no_part(&fact, one),
            _ if is_name => no_name(text),
            FactType::List(_) => format!("no record states the text `{text}` in `{}`", fact.path),
            _ => format!("no record states the text `{text}` for `{}`", fact.path),
        };
        let meant = if of_parts {
            search.part_meant(text, &known, one.look)
        } else {
            search.meant(text, &known)
        };
        meant.map(|meant| (message, meant))
    }

    /// Looks for texts that are compared with a variable, which may be an item of any list that the script reads.
    fn texts_of_lists(
        &mut self,
        program: &Program,
        sought: &[&SoughtText],
        search: &mut TextSearch<'_>,
    ) {
        let is_plain = |one: &&&SoughtText| {
            let name = one.subject.as_str();
            !name.is_empty()
                && name
                    .chars()
                    .all(|sign| sign.is_alphanumeric() || sign == '_')
        };
        let sought: Vec<&&SoughtText> = sought.iter().filter(is_plain).collect();
        let code = code(program.source());
        // What is made of small letters is no text of a record.
        if sought.is_empty() || has_word(&code, "to_lower") || has_word(&code, "to_upper") {
            return;
        }
        let schema = &self.assessed.rulebook().schema;
        let is_list = |ty: &FactType| matches!(ty, FactType::List(of) if **of == FactType::Text);
        let is_read = |fact: &FactSchema| has_word(&code, &format!("j.{}", fact.path));
        let lists: Vec<(FactIndex, &Arc<FactSchema>)> = FactIndex::each(schema.facts())
            .filter(|(_, fact)| is_list(&fact.ty) && is_read(fact))
            .collect();
        let mut told = BTreeSet::new();
        for one in sought {
            let text = one.text.as_str();
            let is_stated =
                |(slot, _): &(FactIndex, &Arc<FactSchema>)| self.texts_stated(*slot).contains(text);
            if lists.iter().any(is_stated) {
                continue;
            }
            for (slot, fact) in &lists {
                let meant = search.meant(text, self.texts_stated(*slot));
                if let Some(meant) = meant.filter(|_| told.insert(text)) {
                    let message = format!("no record states the text `{text}` in `{}`", fact.path);
                    self.say_meant(message, &one.span, Some(one), meant);
                }
            }
        }
    }

    /// Says what a text is likely to be.
    fn say_meant(
        &mut self,
        message: String,
        span: &Span,
        asked: Option<&SoughtText>,
        meant: Meant,
    ) {
        let parts = match meant {
            Meant::Other(help) => return self.say(Code::NoSuchText, span.clone(), message, &help),
            Meant::Several(parts) => parts,
        };
        let message = format!(
            "{message}: it is one text, and not {}",
            list_of(parts.iter().map(String::as_str)).replace(" or ", " and ")
        );
        let quoted: Vec<String> = parts.iter().map(|part| format!("\"{part}\"")).collect();
        let list = quoted.join(", ");
        let Some(asked) = asked else {
            let help = format!("ask for each of them, as in `in [{list}]`");
            return self.say(Code::NoSuchText, span.clone(), message, &help);
        };
        let (whole, written) = (&asked.whole, &asked.written);
        let (span, help) = match asked.look {
            TextLook::Equal => (whole, format!("write `{written} in [{list}]`")),
            TextLook::NotEqual => (whole, format!("write `!({written} in [{list}])`")),
            TextLook::Label => (span, format!("write `{}` in its place", quoted.join(" | "))),
            TextLook::Item => (span, format!("write `{list}` in its place")),
            TextLook::Within | TextLook::Start | TextLook::End => {
                let each = quoted.iter().map(|text| format!("{text} in {written}"));
                let each = each.collect::<Vec<_>>().join(" || ");
                (
                    whole,
                    format!("write `({each})`; with `&&` if all are meant"),
                )
            }
        };
        self.say(Code::NoSuchText, span.clone(), message, &help);
    }
}

fn no_name(text: &str) -> String {
    format!("no record has the name `{text}`")
}

/// What to say of a part that is in none of the texts.
fn no_part(fact: &FactSchema, one: &SoughtText) -> String {
    let (path, text) = (&fact.path, &one.text);
    let how = match one.look {
        TextLook::Start => format!("begins with `{text}`"),
        TextLook::End => format!("ends with `{text}`"),
        _ => format!("has `{text}` in it"),
    };
    match fact.ty {
        FactType::Choice(_) => format!("no choice of `{path}` {how}"),
        _ => format!("no record states a text for `{path}` that {how}"),
    }
}

/// The question about a text at a place: there, or, of a `switch`, behind it.
fn asked_at<'a>(sought: &'a [SoughtText], span: &Span, text: &str) -> Option<&'a SoughtText> {
    let here = span.range();
    let same =
        |one: &&SoughtText| one.text == text && one.span.source().name() == span.source().name();
    let within = |one: &&SoughtText| {
        let place = one.span.range();
        here.start <= place.start && place.end <= here.end
    };
    let label =
        |one: &&SoughtText| one.look == TextLook::Label && one.span.range().start >= here.start;
    let mut all = sought.iter().filter(same);
    let inside = all.clone().find(within);
    inside.or_else(|| all.find(label))
}
