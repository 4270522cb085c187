//! The cases of a condition that stop at derived facts, and who is in them.

use crate::analysis::shallow::behind;
use crate::assess::assessment::RulebookAssessment;
use crate::base::work::Budget;
use crate::model::index::PlaceIndex;
use crate::tree::{Behind, Conjunction, End, May, Test, Tree, Way, Ways, merged};

/// A case, how it ends, and whether some record of it is known.
type Ended = (Conjunction, (End, bool));

/// Such cases, and by case the places of those in it, and of those that may be.
pub(super) struct CasesAtDerived {
    pub(super) cases: Vec<Ended>,
    pub(super) held: Vec<(Vec<PlaceIndex>, Vec<PlaceIndex>)>,
}

impl CasesAtDerived {
    /// None where the tree asks about no derived fact, or not all ways were followed for everybody.
    pub(super) fn new(assessed: &RulebookAssessment, tree: &Tree) -> Option<Self> {
        let behind = Behind::new(behind(&assessed.basis.bindings, tree));
        if behind.is_empty() {
            return None;
        }
        let cases = merged(ends(tree, &behind, &|test| Err(test.clone()))?);
        let mut held = vec![(Vec::new(), Vec::new()); cases.len()];
        // For all records together as much as for one script.
        let budget = Budget::new(tree.limits().work);
        for place in assessed.places() {
            if budget.is_used_up() {
                return None;
            }
            let this = assessed.record_of(place);
            let given = |test: &Test| assessed.basis.facts.answer(this, test);
            let ends = ends(tree, &behind, &given)?;
            let found = ends.iter().filter_map(|one| within(one, &cases));
            let mut found: Vec<usize> = found.collect();
            found.sort_unstable();
            found.dedup();
            match found.as_slice() {
                [one] => held[*one].0.push(place),
                several => several.iter().for_each(|one| held[*one].1.push(place)),
            }
        }
        Some(Self { cases, held })
    }
}

/// The case that one is a part of.
fn within((part, (end, _)): &Ended, cases: &[Ended]) -> Option<usize> {
    let mut cases = cases.iter();
    cases.position(|(case, (of, _))| of == end && part.is_within(case))
}

/// The ends of all ways; none where not all were followed.
fn ends(
    tree: &Tree,
    behind: &Behind,
    given: &dyn Fn(&Test) -> Result<bool, Test>,
) -> Option<Vec<Ended>> {
    let mut ways = Ways::new(behind, tree.limits(), given);
    let mut found = Vec::new();
    ways.follow(tree, &Way::new(tree.limits()), &mut |_, end, way| {
        let may = way.may();
        if may != May::No {
            found.push((way.case(), (end, may == May::Yes)));
        }
    });
    (!ways.cut_short).then_some(found)
}
