//! The trees of conditions that other conditions read, each explored once.
//!
//! Reading a finding follows the tree of that condition's script and asks its tests. So it gives
//! just what the script would give in its place, with missing facts too.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::base::diagnostic::Diagnostic;
use crate::script::Program;
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

/// By address of a program, which is kept alive so that no other gets its address.
type KnownTrees = BTreeMap<usize, (Arc<Program>, Arc<OnceLock<ConditionExplored>>)>;

impl ConditionTrees {
    /// The exploration of a script. If there is none yet, `explore` makes it, and other threads
    /// wait.
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

    /// Whether a script has been explored.
    pub(super) fn has(&self, program: &Arc<Program>) -> bool {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = known.get(&Arc::as_ptr(program).addr());
        found.is_some_and(|(_, found)| found.get().is_some())
    }

    /// The place where its exploration is kept. Drops scripts that are no longer used elsewhere.
    fn place(&self, program: &Arc<Program>) -> Arc<OnceLock<ConditionExplored>> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let address = Arc::as_ptr(program).addr();
        if let Some((_, found)) = known.get(&address) {
            return Arc::clone(found);
        }
        // Now and then, so that many are not gone through for each.
        if known.len().is_power_of_two() {
            known.retain(|_, (program, _)| Arc::strong_count(program) > 1);
        }
        let found = Arc::default();
        known.insert(address, (Arc::clone(program), Arc::clone(&found)));
        found
    }
}
