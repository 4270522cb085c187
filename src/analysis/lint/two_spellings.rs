//! Two texts that records state for one fact, and that differ in capital letters or blanks alone.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::analysis::lint::lint_context::{Linter, text};
use crate::analysis::lint::page::lint;
use crate::base::diagnostic::{Code, Diagnostic, some_of};
use crate::model::fact::{FactType, Value};
use crate::model::jurisdiction::RecordView;
use crate::model::typed_indexes::FactIndex;

/// What has more texts than that is no kind of something: an address, or what somebody wrote.
const MOST_TEXTS: usize = 1_000;

lint! {
    /// Texts are equal where each sign is, so a script or a group takes `north` and `North` for two. Write
    /// one of them everywhere, or declare the texts: `choices: [North, South]`. It is said of facts with
    /// up to 1,000 texts.
    ///
    /// Example: `county: north` in one record and `county: North` in another
    TwoSpellings
}

impl Linter<'_> {
    /// Texts of facts that differ in capital letters or blanks alone.
    pub(super) fn two_spellings(&mut self) {
        let schema = &self.assessed.rulebook().schema;
        for (slot, fact) in FactIndex::each(schema.facts()).filter(|(slot, _)| !slot.is_built_in())
        {
            let of_list = matches!(&fact.ty, FactType::List(of) if **of == FactType::Text);
            if fact.ty != FactType::Text && !of_list {
                continue;
            }
            let texts = self.texts_stated(slot);
            if texts.len() > MOST_TEXTS {
                continue;
            }
            let mut alike: BTreeMap<String, Vec<Arc<str>>> = BTreeMap::new();
            for text in texts {
                let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
                alike
                    .entry(words.join(" "))
                    .or_default()
                    .push(Arc::clone(text));
            }
            for alike in alike.into_values().filter(|alike| alike.len() > 1) {
                self.say_alike(slot, &alike);
            }
        }
    }

    /// Says of the text that is stated least often that it is likely another one.
    fn say_alike(&mut self, slot: FactIndex, alike: &[Arc<str>]) {
        let assessed = self.assessed;
        let path = &assessed.rulebook().schema.facts()[slot].path;
        let mut by: Vec<(&Arc<str>, Vec<RecordView<'_>>)> =
            alike.iter().map(|text| (text, Vec::new())).collect();
        for record in assessed.records().records().iter() {
            let stated = match record.value(slot, assessed.as_of) {
                Some(Value::Text(text)) => vec![text],
                Some(Value::List(items)) => items.iter().filter_map(text).collect(),
                _ => continue,
            };
            for (text, records) in &mut by {
                if stated.contains(text) {
                    records.push(record);
                }
            }
        }
        let Some((usual, _)) = by.iter().rev().max_by_key(|(_, records)| records.len()) else {
            return;
        };
        for (text, records) in by.iter().filter(|(text, _)| text != usual) {
            let first = records.first().filter(|one| one.source().is_in_policies());
            let Some(first) = first.map(|one| one.read()) else {
                continue;
            };
            let Some(stated) = first.stated(slot, assessed.as_of) else {
                continue;
            };
            let who = some_of(records.iter().map(|record| record.id()));
            let message = format!(
                "`{path}` is `{text}` (by {who}), and `{usual}` elsewhere: to a script these are two texts"
            );
            let help = format!("write `{usual}` if it is the same");
            self.found
                .push(Diagnostic::at(Code::TwoSpellings, stated.span.clone(), message).help(help));
        }
    }
}
