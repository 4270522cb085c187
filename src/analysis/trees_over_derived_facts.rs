//! The tree of a condition or of the decision script that stops at derived facts: it asks
//! `share <= 60`, not what `share` is calculated from. The trees behind are available too, so that
//! impossible cases are left out.

use std::sync::Arc;

use crate::assess::assessment::RulebookAssessment;
use crate::assess::explored_scripts::ConditionUsed;
use crate::assess::prepared_rulebook::Decider;
use crate::model::fact::FactOrigin;
use crate::script::{Bindings, explore};
use crate::tree::{Conjunction, FactRef, Tree, Wording, cuts_between};

/// The bindings of a rulebook in which scripts read derived facts by name; each script is explored
/// once.
pub(super) struct ByName<'a> {
    pub(super) assessed: &'a RulebookAssessment,
    bindings: Arc<Bindings>,
}

impl<'a> ByName<'a> {
    /// The bindings; `None` if there are no derived facts.
    pub(super) fn of(assessed: &'a RulebookAssessment) -> Option<Self> {
        let basis = &assessed.basis;
        let any = !basis.criteria.derived.is_empty();
        any.then(|| Self {
            assessed,
            bindings: basis.bindings.with_derived_by_name(),
        })
    }

    /// The tree of a condition; `None` if no tree can hold it.
    pub(super) fn tree(&self, used: &ConditionUsed) -> Option<Tree> {
        let found = explore(used.program.as_ref()?, &self.bindings, None);
        let whole = found.incomplete.is_none() && found.needs.is_none();
        let tree = whole.then(|| Tree::build(&found.paths, self.bindings.limits))?;
        // A cut between the numbers that ranges consist of cannot be shown as a range.
        let told = |test| !cuts_between(test, FactOrigin::Derived);
        let all = tree.tests().all(|asked| told(&asked.test));
        all.then_some(tree)
    }
}

/// The decision script in force; `None` if the decision is a counting rule.
pub(super) fn decision_script(assessed: &RulebookAssessment) -> Option<&ConditionUsed> {
    match &*assessed.decider {
        Decider::Tree(..) => assessed.decision.as_ref(),
        Decider::Count(..) | Decider::Broken => None,
    }
}

/// The tree of a derived fact, by a name under which a condition reads it.
pub(super) fn tree_of(bindings: &Bindings, fact: &FactRef) -> Option<Arc<Tree>> {
    let slot = fact.steps().last()?.fact;
    let derived = fact.schema.origin == FactOrigin::Derived;
    let tree = derived.then(|| bindings.derived.tree(slot)).flatten();
    tree.cloned()
}

/// The trees of the derived facts that a tree asks about.
pub(super) fn behind<'t>(
    bindings: &'t Bindings,
    tree: &'t Tree,
) -> impl Iterator<Item = (FactRef, Arc<Tree>)> + 't {
    let facts = tree.facts().into_iter();
    facts.filter_map(|fact| Some((fact.clone(), tree_of(bindings, fact)?)))
}

/// A case as a sentence, with the derived fact that cannot be calculated in it.
pub(super) fn sentence(wording: &Wording, case: &Conjunction, fault: Option<&FactRef>) -> String {
    let sentence = wording.sentence(case);
    match fault {
        None => sentence,
        Some(fact) if *case == Conjunction::default() => format!("{fact} {NO_VALUE}"),
        Some(fact) => format!("{sentence} and {fact} {NO_VALUE}"),
    }
}

/// The words for a derived fact without a value.
pub(super) const NO_VALUE: &str = "cannot be calculated";
