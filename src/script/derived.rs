//! Derived facts in the hands of a script: reading one goes through the tree of its own script, and
//! asks what that asks.
//!
//! So whoever reads a derived fact rests on the facts behind it, gaps and all. Where no tree holds
//! its script, it is read like a fact that records state, worked out beforehand for each
//! jurisdiction.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use crate::base::source::Source;
use crate::model::fact::Schema;
use crate::script::Program;
use crate::tree::Tree;

/// The derived facts of a rulebook, and what has been found out about their scripts.
#[derive(Debug, Default)]
pub(crate) struct Derivations {
    /// The number of the first one in the schema.
    first: usize,
    list: Vec<Derivation>,
}

#[derive(Debug)]
struct Derivation {
    program: Option<Arc<Program>>,
    found: OnceLock<Worked>,
}

/// How a derived fact is worked out.
#[derive(Clone, Debug)]
pub(crate) enum Worked {
    /// By a tree, wherever it is read.
    Tree(Arc<Tree>),
    /// By its script, for each jurisdiction beforehand.
    Beforehand,
    /// Not at all: why, stands among the diagnostics.
    Broken,
}

impl Derivations {
    pub(crate) fn new(
        schema: &Schema,
        programs: impl IntoIterator<Item = Option<Arc<Program>>>,
    ) -> Self {
        let list = programs.into_iter().map(|program| Derivation {
            program,
            found: OnceLock::new(),
        });
        Self {
            first: schema.stated_len(),
            list: list.collect(),
        }
    }

    /// Whether the scripts are the same.
    pub(crate) fn same(&self, other: &Self) -> bool {
        let same = |one: &Derivation, other: &Derivation| match (&one.program, &other.program) {
            (Some(one), Some(other)) => Arc::ptr_eq(one, other),
            (one, other) => one.is_none() && other.is_none(),
        };
        self.list.len() == other.list.len()
            && self
                .list
                .iter()
                .zip(&other.list)
                .all(|(one, other)| same(one, other))
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.list.len()
    }

    /// The number in the schema of the one at a place.
    pub(crate) fn slot(&self, index: usize) -> usize {
        self.first + index
    }

    /// The script of the one at a place.
    pub(crate) fn program(&self, index: usize) -> Option<&Arc<Program>> {
        self.list[index].program.as_ref()
    }

    /// What was found out about the one at a place.
    pub(crate) fn found(&self, index: usize) -> Option<&Worked> {
        self.list[index].found.get()
    }

    /// Whether the one at a place cannot be worked out, as far as is known.
    pub(crate) fn is_broken(&self, index: usize) -> bool {
        self.program(index).is_none() || matches!(self.found(index), Some(Worked::Broken))
    }

    /// Notes what was found out; once is enough.
    pub(crate) fn note(&self, index: usize, worked: Worked) {
        let _ = self.list[index].found.set(worked);
    }

    /// The place of the one of a number in the schema.
    pub(crate) fn index(&self, slot: usize) -> Option<usize> {
        slot.checked_sub(self.first)
            .filter(|index| *index < self.list.len())
    }

    /// Whether a fact, by its number in the schema, is worked out wherever it is read.
    pub(crate) fn is_worked_where_read(&self, slot: usize) -> bool {
        self.index(slot)
            .is_some_and(|index| matches!(self.found(index), Some(Worked::Tree(_))))
    }

    /// The same scripts, with nothing found out about them yet.
    pub(crate) fn unexplored(&self) -> Self {
        let list = self.list.iter().map(|one| Derivation {
            program: one.program.clone(),
            found: OnceLock::new(),
        });
        Self {
            first: self.first,
            list: list.collect(),
        }
    }

    /// The files of scripts that are not the same in another version.
    pub(crate) fn changed_files(&self, other: &Self) -> Vec<String> {
        let named = |one: &Self| -> BTreeMap<String, Arc<Source>> {
            let programs = one.list.iter().filter_map(|one| one.program.as_ref());
            let files = programs.flat_map(|program| program.files());
            files
                .map(|(name, source)| (name.to_owned(), Arc::clone(source)))
                .collect()
        };
        let (before, after) = (named(self), named(other));
        let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
        let text = |files: &BTreeMap<String, Arc<Source>>, name: &str| {
            files.get(name).map(|source| source.text().to_owned())
        };
        names
            .into_iter()
            .filter(|name| text(&before, name) != text(&after, name))
            .cloned()
            .collect()
    }

    /// Which of them a script is.
    pub(super) fn index_of(&self, program: &Arc<Program>) -> Option<usize> {
        self.list.iter().position(|one| {
            one.program
                .as_ref()
                .is_some_and(|known| Arc::ptr_eq(known, program))
        })
    }
}
