//! Two ids that differ in capital letters alone.

use std::collections::BTreeMap;

use crate::analysis::lint::lint_context::Linter;
use crate::analysis::lint::page::lint;
use crate::base::diagnostic::{Code, Diagnostic};

lint! {
    /// They are two records, and each counts. Most often one place was written twice: make one
    /// record of both. Where they are two places, give one of them another id.
    ///
    /// Example: `Big-Town` beside `big-town`
    AlikeIds
}

impl Linter<'_> {
    /// Records whose ids differ in capital letters alone.
    pub(super) fn alike_ids(&mut self) {
        let records = self.assessed.records().records();
        let capitals = |id: &str| id.bytes().any(|byte| byte.is_ascii_uppercase());
        let mut with_capitals: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for number in self.records_where(|record| capitals(record.id())) {
            let id = records.view(number).id();
            with_capitals
                .entry(id.to_ascii_lowercase())
                .or_default()
                .push(number);
        }
        if with_capitals.is_empty() {
            return;
        }
        for (number, record) in records.iter().enumerate() {
            if !capitals(record.id())
                && let Some(alike) = with_capitals.get_mut(record.id())
            {
                alike.push(number);
            }
        }
        for alike in with_capitals.into_values().filter(|alike| alike.len() > 1) {
            let read = |number: usize| records.view(alike[number]).read();
            let (first, second) = (read(0), read(1));
            let message = format!(
                "the ids `{}` and `{}` differ in capital letters alone",
                first.id, second.id
            );
            let help = "if they are one place, write one record for it and delete the other; if they \
                        are two, give one of them another id";
            self.found.push(
                Diagnostic::at(Code::AlikeIds, second.span.clone(), message)
                    .related(first.span.clone(), "the other record")
                    .help(help.to_owned()),
            );
        }
    }
}
