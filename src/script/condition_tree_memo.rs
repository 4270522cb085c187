//! The trees of conditions that other conditions read, each explored once; and which findings a
//! script names.
//!
//! Reading a finding follows the tree of that condition's script and asks its tests. So it gives
//! just what the script would give in its place, with missing facts too.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::base::diagnostic::Diagnostic;
use crate::base::source::{Source, Span};
use crate::script::Program;
use crate::script::scan::{TokenKind, scan};
use crate::tree::Tree;

/// The exploration of a condition's script, with all facts unknown.
#[derive(Clone, Debug)]
pub(crate) struct ConditionExplored {
    /// Its tree, or why no tree can hold it.
    pub(crate) tree: Result<Arc<Tree>, Arc<Diagnostic>>,
    /// The author's mistakes that some path runs into.
    pub(crate) mistakes: Vec<Arc<Diagnostic>>,
}

/// Explorations of conditions' scripts under the same bindings, each done once.
#[derive(Clone, Debug, Default)]
pub(crate) struct ConditionTrees(Arc<Mutex<KnownTrees>>);

/// By the address of a program, which is kept so that no other gets the same one.
type KnownTrees = BTreeMap<usize, (Arc<Program>, Arc<OnceLock<ConditionExplored>>)>;

impl ConditionTrees {
    /// The exploration of a script. If there is none yet, `explore` makes it, and others wait for
    /// that.
    pub(super) fn of(
        &self,
        program: &Arc<Program>,
        explore: impl FnOnce() -> ConditionExplored,
    ) -> ConditionExplored {
        self.place(program).get_or_init(explore).clone()
    }

    /// The tree of a script; `None` if no tree holds it, or it has not been explored yet.
    pub(super) fn tree(&self, program: &Arc<Program>) -> Option<Arc<Tree>> {
        self.place(program).get()?.tree.clone().ok()
    }

    /// The place where its exploration is kept. Forgets scripts that nobody else uses.
    fn place(&self, program: &Arc<Program>) -> Arc<OnceLock<ConditionExplored>> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let address = Arc::as_ptr(program).addr();
        if let Some((_, found)) = known.get(&address) {
            return Arc::clone(found);
        }
        known.retain(|_, (program, _)| Arc::strong_count(program) > 1);
        let found = Arc::default();
        known.insert(address, (Arc::clone(program), Arc::clone(&found)));
        found
    }
}

/// The conditions whose findings a script names, as `findings.size`, with their places.
pub(crate) fn findings_named(source: &Arc<Source>) -> Vec<(String, Span)> {
    let text = source.text();
    if !text.contains("findings") {
        return Vec::new();
    }
    let tokens = scan(text);
    let word = |index: usize| {
        let token = tokens.get(index);
        token.map_or("", |token| &text[token.range.clone()])
    };
    let is_root = |index: usize| {
        word(index) == "findings"
            && tokens[index].kind == TokenKind::Word
            && !matches!(word(index.wrapping_sub(1)), "." | "?.")
    };
    // A variable of that name is the author's own.
    let own =
        |index: usize| is_root(index) && matches!(word(index.wrapping_sub(1)), "let" | "const");
    if (0..tokens.len()).any(own) {
        return Vec::new();
    }
    let named = (0..tokens.len()).filter(|index| {
        is_root(*index)
            && matches!(word(index + 1), "." | "?.")
            && tokens
                .get(index + 2)
                .is_some_and(|token| token.kind == TokenKind::Word)
            && word(index + 3) != "("
    });
    named
        .map(|index| {
            let range = tokens[index].range.start..tokens[index + 2].range.end;
            (word(index + 2).to_owned(), source.span(range))
        })
        .collect()
}
