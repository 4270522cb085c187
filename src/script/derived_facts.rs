//! Derived facts in scripts: reading one follows the tree of its own script, and asks its tests.
//!
//! So a script that reads a derived fact depends on the facts behind it, missing ones too. If no
//! tree holds its script, it is read like a stated fact, calculated in advance for each
//! jurisdiction.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use crate::base::diagnostic::Diagnostic;
use crate::base::source::Source;
use crate::model::fact::Schema;
use crate::model::typed_indexes::FactIndex;
use crate::script::Program;
use crate::tree::Tree;

/// The derived facts of a rulebook, and the explorations of their scripts.
#[derive(Clone, Debug, Default)]
pub(crate) struct Derivations {
    /// The number of the first one in the schema.
    first: usize,
    list: Vec<DerivedProgram>,
}

#[derive(Clone, Debug)]
struct DerivedProgram {
    program: Option<Arc<Program>>,
    /// Set once its script is looked at.
    begun: OnceLock<()>,
    found: OnceLock<DerivedExploration>,
}

/// The form of a derived fact, and whether some path of its script has a mistake of its author.
#[derive(Clone, Debug)]
struct DerivedExploration {
    worked: DerivedForm,
    mistaken: bool,
}

impl DerivedProgram {
    /// A script that is not explored yet.
    fn new(program: Option<Arc<Program>>) -> Self {
        Self {
            program,
            begun: OnceLock::new(),
            found: OnceLock::new(),
        }
    }
}

/// How a derived fact is calculated.
#[derive(Clone, Debug)]
pub(crate) enum DerivedForm {
    /// By a tree, wherever it is read.
    Tree(Arc<Tree>),
    /// By a tree that its readers do not follow; with a fault that it may run into.
    ByName(Option<Arc<Diagnostic>>),
    /// By its script, beforehand for each jurisdiction.
    Beforehand,
    /// Not at all; the diagnostics say why.
    Broken,
}

impl Derivations {
    pub(crate) fn new(
        schema: &Schema,
        programs: impl IntoIterator<Item = Option<Arc<Program>>>,
    ) -> Self {
        Self {
            first: schema.stated_len(),
            list: programs.into_iter().map(DerivedProgram::new).collect(),
        }
    }

    /// Whether the scripts are the same.
    pub(crate) fn same(&self, other: &Self) -> bool {
        let same =
            |one: &DerivedProgram, other: &DerivedProgram| match (&one.program, &other.program) {
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

    /// Whether a script may read a parameter, judged by its words.
    pub(crate) fn may_read(&self, parameter: &str) -> bool {
        let mut programs = self.list.iter().filter_map(|one| one.program.as_ref());
        programs.any(|program| program.may_read_parameter(parameter))
    }

    /// The number in the schema and the script of each that can be read.
    pub(crate) fn programs(&self) -> impl Iterator<Item = (FactIndex, &Arc<Program>)> {
        let all = self.list.iter().enumerate();
        all.filter_map(|(index, one)| Some((self.slot(index), one.program.as_ref()?)))
    }

    /// The number of derived facts.
    pub(super) fn len(&self) -> usize {
        self.list.len()
    }

    /// The number in the schema of the one at a place.
    pub(crate) fn slot(&self, index: usize) -> FactIndex {
        (self.first + index).into()
    }

    /// The script of the one at a place.
    pub(crate) fn program(&self, index: usize) -> Option<&Arc<Program>> {
        self.list[index].program.as_ref()
    }

    /// The form of the derived fact at a place; `None` if it is not explored yet.
    pub(crate) fn found(&self, index: usize) -> Option<&DerivedForm> {
        self.list[index].found.get().map(|found| &found.worked)
    }

    /// Whether the one at a place has a known mistake: a statistic of its values would leave out
    /// those that the mistake concerns.
    pub(crate) fn is_broken(&self, index: usize) -> bool {
        let found = self.list[index].found.get();
        self.program(index).is_none() || found.is_some_and(|found| found.mistaken)
    }

    /// Notes that the one at a place is looked at now.
    pub(crate) fn begin(&self, index: usize) {
        let _ = self.list[index].begun.set(());
    }

    /// Whether exploring the one at a place has not begun.
    pub(crate) fn is_to_come(&self, index: usize) -> bool {
        self.program(index).is_some() && self.list[index].begun.get().is_none()
    }

    /// Sets the form; only the first call counts.
    pub(crate) fn note(&self, index: usize, worked: DerivedForm, mistaken: bool) {
        let _ = self.list[index]
            .found
            .set(DerivedExploration { worked, mistaken });
    }

    /// The place of the one of a number in the schema.
    pub(crate) fn index(&self, slot: FactIndex) -> Option<usize> {
        slot.get()
            .checked_sub(self.first)
            .filter(|index| *index < self.list.len())
    }

    /// Whether a fact, by its index in the schema, is calculated wherever it is read.
    pub(crate) fn is_worked_where_read(&self, slot: FactIndex) -> bool {
        self.index(slot)
            .is_some_and(|index| matches!(self.found(index), Some(DerivedForm::Tree(_))))
    }

    /// The derived facts with their scripts not yet explored.
    pub(crate) fn unexplored(&self) -> Self {
        let programs = self.list.iter().map(|one| one.program.clone());
        Self {
            first: self.first,
            list: programs.map(DerivedProgram::new).collect(),
        }
    }

    /// The derived facts, each read by its name alone if a tree holds its script.
    pub(crate) fn by_name(&self) -> Self {
        let mut same = self.clone();
        for one in &mut same.list {
            if let Some(found) = one.found.get_mut()
                && let DerivedForm::Tree(tree) = &found.worked
            {
                let fault = tree.outcomes().find_map(|outcome| outcome.fault.clone());
                found.worked = DerivedForm::ByName(fault);
            }
        }
        same
    }

    /// The tree of a fact, by its number in the schema, where one holds its script.
    pub(crate) fn tree(&self, slot: FactIndex) -> Option<&Arc<Tree>> {
        match self.found(self.index(slot)?) {
            Some(DerivedForm::Tree(tree)) => Some(tree),
            _ => None,
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
