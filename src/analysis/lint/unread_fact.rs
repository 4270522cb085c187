//! A fact of the schema, a derived fact, or a statistic that no script reads.

use std::collections::BTreeSet;

use crate::analysis::lint::lint_context::Linter;
use crate::analysis::lint::page::lint;
use crate::assess::statistics::StatisticInputs;
use crate::base::diagnostic::Code;
use crate::model::fact::{BUILT_IN, FactOrigin};
use crate::model::typed_indexes::FactIndex;
use crate::script::has_word;

lint! {
    /// People collect it for nothing, or a script means it and says something else.
    ///
    /// Example: `#@ allow R305 shown in reports`
    UnreadFact
}

impl Linter<'_> {
    /// What none of the texts of all scripts reads.
    pub(super) fn unread_facts(&mut self, texts: &BTreeSet<String>) {
        let assessed = self.assessed;
        let wide = &assessed.basis.criteria.wide;
        let inputs: BTreeSet<FactIndex> = wide
            .statistics
            .iter()
            .flat_map(|one| &one.inputs)
            .flat_map(StatisticInputs::all)
            .collect();
        let keys: Vec<_> = wide
            .schema
            .facts()
            .iter()
            .filter_map(|fact| fact.key.as_ref())
            .collect();
        for (slot, fact) in FactIndex::each(wide.schema.facts()).skip(BUILT_IN.len()) {
            let last = fact.path.as_str().rsplit('.').next().unwrap_or_default();
            let is_result = assessed.amounts().any(|used| used.slot == slot);
            let counted = is_result
                || inputs.contains(&slot)
                || keys.contains(&&fact.path)
                || assessed.rulebook().compares(slot);
            let read = counted || texts.iter().any(|text| has_word(text, last));
            if let Some(span) = fact.span.clone().filter(|_| !read) {
                let what = match fact.origin {
                    FactOrigin::Stated | FactOrigin::Parameter => "fact",
                    FactOrigin::Derived => "derived fact",
                    FactOrigin::Statistic => "statistic",
                };
                let name = fact
                    .path
                    .as_str()
                    .strip_prefix("stats.")
                    .unwrap_or(fact.path.as_str());
                let message = format!("no script reads the {what} `{name}`");
                self.say(
                    Code::UnreadFact,
                    span,
                    message,
                    "remove it, or allow it when it is there to be known",
                );
            }
        }
    }
}
