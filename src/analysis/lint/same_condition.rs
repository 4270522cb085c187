//! Two conditions that are the same.

use std::collections::BTreeMap;

use crate::analysis::lint::lint_context::{Linter, head};
use crate::analysis::lint::page::lint;
use crate::assess::explored_scripts::{ConditionUsed, Form};
use crate::base::diagnostic::Code;
use crate::tree::alike;

lint! {
    /// They have the same outcomes and reasons for every record. One may be a copy that was never
    /// changed.
    ///
    /// Example: scripts/x/a.rhai and scripts/x/b.rhai, both `j.a`
    SameCondition
}

impl Linter<'_> {
    /// Conditions that are the same, each with the first of its kind.
    pub(super) fn pairs(&mut self) {
        let tabular = self.assessed.conditions.iter().filter_map(|used| {
            match (&used.form, &*used.mistakes) {
                (Form::Tabular(tree), []) => Some((used, tree)),
                _ => None,
            }
        });
        let tabular: Vec<_> = tabular.collect();
        let kinds = alike(tabular.iter().map(|(_, tree)| &***tree));
        let mut first: BTreeMap<usize, &ConditionUsed> = BTreeMap::new();
        for ((used, _), kind) in tabular.into_iter().zip(kinds) {
            if let Some(other) = first.get(&kind) {
                let (id, other) = (&used.condition.id, &other.condition.id);
                let message = format!("the condition `{id}` is the same as `{other}`");
                self.say(
                    Code::SameCondition,
                    head(used),
                    message,
                    "remove one, or make them differ",
                );
            } else {
                first.insert(kind, used);
            }
        }
    }
}
