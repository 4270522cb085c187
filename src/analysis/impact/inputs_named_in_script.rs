//! What a script may read, judged by its words: for one that no tree can hold, nothing shows what
//! it does read.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::model::typed_indexes::FactIndex;
use crate::script::{Bindings, Bound, Program, code};

/// The files that a script may depend on, and the parameters that they may read. Two equal values
/// give the same results for the same record.
#[derive(PartialEq)]
pub(super) struct ReadByScript {
    /// The texts of files by their names: its own, those it imports or reads the findings of, and
    /// those of derived facts that it may read.
    files: BTreeMap<String, String>,
    parameters: BTreeMap<Arc<str>, Bound>,
}

impl ReadByScript {
    /// What a script may read, with its names bound by `bindings`.
    pub(super) fn of(program: &Arc<Program>, bindings: &Bindings) -> Self {
        let mut files = BTreeMap::new();
        let mut open = vec![program];
        let mut left: Vec<(FactIndex, &Arc<Program>)> = bindings.derived.programs().collect();
        let name_of = |slot: FactIndex| {
            let path = bindings.schema.facts()[slot].path.as_str();
            path.rsplit('.').next().unwrap_or(path)
        };
        // Of a long script no words are kept but those that something is named by.
        let derived = left.iter().map(|(slot, _)| name_of(*slot));
        let parameters = bindings.parameters.keys().map(|name| &**name);
        let wanted: BTreeSet<&str> = derived.chain(parameters).chain(["stats"]).collect();
        let mut words: BTreeSet<&str> = BTreeSet::new();
        while let Some(program) = open.pop() {
            for (name, source) in program.files() {
                if files
                    .insert(name.to_owned(), source.text().to_owned())
                    .is_none()
                {
                    let ends = |c: char| !c.is_alphanumeric() && c != '_';
                    let code = code(source);
                    words.extend(
                        code.split(ends)
                            .filter_map(|word| wanted.get(word).copied()),
                    );
                }
            }
            // What a statistic counts is written in the rulebook, and not in the words of a script.
            let is_named =
                |slot: FactIndex| words.contains(name_of(slot)) || words.contains("stats");
            left.retain(|(slot, derived)| {
                let named = is_named(*slot);
                open.extend(named.then_some(*derived));
                !named
            });
        }
        let parameters = bindings.parameters.iter();
        let parameters = parameters.filter(|(name, _)| words.contains(&***name));
        Self {
            files,
            parameters: parameters
                .map(|(name, bound)| (Arc::clone(name), bound.clone()))
                .collect(),
        }
    }

    /// Whether it may depend on a file.
    pub(super) fn has_file(&self, name: &str) -> bool {
        self.files.contains_key(name)
    }

    /// Whether it may read a parameter.
    pub(super) fn has_parameter(&self, name: &str) -> bool {
        self.parameters.contains_key(name)
    }
}
