//! A number sign behind a text of a record that begins a remark: `region: North #1`.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::analysis::lint::lint_context::Linter;
use crate::analysis::lint::page::lint;
use crate::base::diagnostic::Code;
use crate::base::source::Source;
use crate::model::fact::{BUILT_IN, FactType};
use crate::model::typed_indexes::FactIndex;

lint! {
    /// In YAML a blank and `#` begin a remark, so the text ends before them, and `District #4` and
    /// `District #5` are one. It is said where a digit follows `#`. Write the text in quotation marks;
    /// a remark has a blank behind `#`.
    ///
    /// Example: `region: North #1 // write "North #1"`
    RemarkInText
}

impl Linter<'_> {
    /// Remarks behind texts of records that begin with a digit.
    pub(super) fn remarks_in_texts(&mut self) {
        let assessed = self.assessed;
        let facts = FactIndex::each(assessed.rulebook().schema.facts()).skip(BUILT_IN.len());
        let mut names: BTreeSet<&str> = facts
            .filter(|(_, fact)| fact.ty == FactType::Text)
            .map(|(_, fact)| fact.path.as_str().rsplit('.').next().unwrap_or_default())
            .collect();
        names.insert(BUILT_IN[FactIndex::NAME.get()]);
        let mut last: Option<&Arc<Source>> = None;
        for record in assessed.records().records().iter() {
            let source = record.source();
            // The records of a file follow one another: each file is looked at once.
            if last.is_some_and(|last| Arc::ptr_eq(last, source)) {
                continue;
            }
            last = Some(source);
            let is_yaml = [".yaml", ".yml"]
                .iter()
                .any(|end| source.name().contains(end));
            if source.is_in_policies() && is_yaml {
                self.remarks_of(source, &names);
            }
        }
    }

    fn remarks_of(&mut self, source: &Arc<Source>, names: &BTreeSet<&str>) {
        let mut start = 0;
        for line in source.text().split_inclusive('\n') {
            let begins = start;
            start += line.len();
            // The first in a line begins the remark, which has all others in it.
            let Some(at) = line.find(" #") else { continue };
            let mark = &line[at + 1..];
            if !mark[1..].starts_with(|sign: char| sign.is_ascii_digit()) {
                continue;
            }
            let pair = line[..at].trim().trim_start_matches("- ").split_once(": ");
            let Some((key, value)) = pair.filter(|(key, _)| names.contains(*key)) else {
                continue;
            };
            let value = value.trim();
            if value.is_empty() || value.starts_with(['"', '\'', '[', '{', '|', '>', '#']) {
                continue;
            }
            let rest = mark.trim_end();
            let word = rest.split_whitespace().next().unwrap_or_default();
            let message = format!("`{word}` is read as a remark: `{key}` is `{value}`");
            let help =
                format!("write `{key}: \"{value} {rest}\"`; a remark has a blank behind `#`");
            let place = begins + at + 1;
            let span = source.span(place..place + word.len());
            self.say(Code::RemarkInText, span, message, &help);
        }
    }
}
