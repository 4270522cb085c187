//! Compiled scripts and the library they import from.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use rhai::{AST, Module, Shared, Stmt};

use crate::base::source::{Source, Span};
use crate::script::last_if_without_else::last_if_without_else;
use crate::script::merge_points::Places;
use crate::script::rewrite_text_for_interpreter::PreparedText;
use crate::script::unused_names::unused_names;

/// Which names a script finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Roots {
    /// `j`, `params` and `stats`, and `findings`: those of other conditions.
    Condition,
    /// `j`, `params` and `stats`; it ends in a value.
    Derived,
    /// As a condition, with all findings.
    Decision,
}

/// One compiled script with the library it may import from.
#[derive(Debug)]
pub(crate) struct Program {
    pub(super) prepared: PreparedText,
    pub(super) ast: AST,
    pub(super) roots: Roots,
    pub(super) library: Arc<Library>,
    /// The conditions whose findings it reads, by their ids.
    pub(super) reads: Reads,
    /// Computed if a path of it has no outcome.
    pub(super) without_else: OnceLock<Option<Span>>,
}

/// Scripts of conditions by their ids.
pub(crate) type Reads = BTreeMap<String, Arc<Program>>;

/// The shared functions of a rulebook, by import path: `lib/<file>`.
#[derive(Default)]
pub(crate) struct Library {
    pub(super) files: BTreeMap<String, Arc<LibraryFile>>,
    /// Files that are there and could not be loaded: importing one is no second mistake.
    pub(super) broken: BTreeSet<String>,
}

pub(super) struct LibraryFile {
    pub(super) prepared: Arc<PreparedText>,
    pub(super) module: Shared<Module>,
    pub(super) places: Arc<Places>,
    /// Its functions that return an outcome.
    pub(super) outcomes: BTreeSet<String>,
}

impl std::fmt::Debug for Library {
    fn fmt(&self, fmt: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        fmt.debug_list().entries(self.files.keys()).finish()
    }
}

impl Library {
    /// The functions of an import path that return an outcome.
    pub(super) fn outcomes(&self, path: &str) -> BTreeSet<String> {
        let file = self.files.get(path.trim_end_matches(".rhai"));
        file.map(|file| file.outcomes.clone()).unwrap_or_default()
    }
}

impl Program {
    /// Whether it reads the finding of another condition.
    pub(crate) fn reads_findings(&self) -> bool {
        !self.reads.is_empty()
    }

    /// The scripts of conditions that it depends on, each after those that it depends on itself, but
    /// for those that are `known`, and what these depend on.
    pub(super) fn rests_on(&self, known: impl Fn(&Arc<Self>) -> bool) -> Vec<&Arc<Self>> {
        let mut found: Vec<&Arc<Self>> = Vec::new();
        let mut seen = BTreeSet::new();
        let mut open: Vec<(&Arc<Self>, bool)> =
            self.reads.values().map(|one| (one, false)).collect();
        while let Some((one, is_done)) = open.pop() {
            if is_done {
                found.push(one);
            } else if seen.insert(Arc::as_ptr(one)) && !known(one) {
                open.push((one, true));
                open.extend(one.reads.values().map(|read| (read, false)));
            }
        }
        found
    }

    /// The files it is made of: its own, those it imports, directly or not, and those of conditions
    /// whose findings it reads.
    pub(crate) fn files(&self) -> BTreeMap<&str, &Arc<Source>> {
        let texts = self.texts().into_iter();
        texts.map(|(name, text)| (name, &text.source)).collect()
    }

    /// The texts of these files.
    fn texts(&self) -> BTreeMap<&str, &PreparedText> {
        let read = self
            .rests_on(|_| false)
            .into_iter()
            .map(|program| &program.prepared);
        let mut open: Vec<&PreparedText> = read.chain([&self.prepared]).collect();
        let own = open.iter().map(|text| (text.source.name(), *text));
        let mut found: BTreeMap<&str, &PreparedText> = own.collect();
        while let Some(text) = open.pop() {
            for (path, _) in &text.imports {
                let Some(file) = self.library.files.get(path.trim_end_matches(".rhai")) else {
                    continue;
                };
                let text = &*file.prepared;
                if found.insert(text.source.name(), text).is_none() {
                    open.push(text);
                }
            }
        }
        found
    }

    /// Whether it may read a parameter, judged by its words and those of its files.
    pub(crate) fn may_read_parameter(&self, name: &str) -> bool {
        let mut texts = self.texts().into_values();
        texts.any(|text| text.may_read_parameter(name))
    }

    /// The places where states are compared, in the script and its imports, by file.
    pub(super) fn places(&self) -> BTreeMap<String, Arc<Places>> {
        let own = (self.prepared.source.name(), Places::of(&self.ast).into());
        let imported = self.library.files.values();
        let imported = imported.map(|file| (file.prepared.source.name(), Arc::clone(&file.places)));
        [own]
            .into_iter()
            .chain(imported)
            .map(|(name, places)| (name.to_owned(), places))
            .collect()
    }

    /// The text of a source name of the interpreter.
    pub(super) fn prepared(&self, source: Option<&str>) -> &PreparedText {
        let is = |prepared: &PreparedText, name: &str| prepared.source.name() == name;
        match source {
            Some(name) if !is(&self.prepared, name) => self
                .library
                .files
                .values()
                .find(|file| is(&file.prepared, name))
                .map_or(&self.prepared, |file| &file.prepared),
            _ => &self.prepared,
        }
    }

    /// Its text.
    pub(crate) fn source(&self) -> &Arc<Source> {
        &self.prepared.source
    }

    /// Whether its last statement is a `switch`.
    pub(super) fn ends_with_cases(&self) -> bool {
        matches!(self.ast.statements().last(), Some(Stmt::Switch(..)))
    }

    /// The first `if` without `else` at its end.
    pub(super) fn last_if_without_else(&self, outcomes: &[&str]) -> Option<Span> {
        let found = || last_if_without_else(&self.prepared, outcomes);
        self.without_else.get_or_init(found).clone()
    }

    /// Its names that are never read.
    pub(crate) fn unused_names(&self) -> Vec<Span> {
        unused_names(&self.prepared, &self.ast)
    }

    /// The last line of the script.
    pub(crate) fn last(&self) -> Span {
        self.end()
    }

    /// The whole script, for a diagnostic about its end.
    pub(super) fn end(&self) -> Span {
        let text = self.prepared.source.text();
        let end = text.trim_end().len();
        let start = text[..end].rfind('\n').map_or(0, |newline| newline + 1);
        let start = start + (text[start..end].len() - text[start..end].trim_start().len());
        self.prepared.source.span(start..end)
    }
}
