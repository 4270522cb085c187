//! The cases of a condition or of the decision that stop at derived facts, and the jurisdictions in
//! them.

use crate::analysis::decision_table::row_membership::{answer_in, conditions_of, ways};
use crate::analysis::trees_over_derived_facts::behind;
use crate::assess::assessment::RulebookAssessment;
use crate::base::work_budget::Budget;
use crate::model::typed_indexes::PlaceIndex;
use crate::tree::{Behind, Conjunction, End, May, Region, Test, Tree, Way, Ways, merged};

/// A case, its end, and whether some record of it is known.
type Ended = (Conjunction, (End, bool));

/// Such cases, and for each the places of the jurisdictions in it and of those that may be.
pub(super) struct CasesAtDerived {
    pub(super) cases: Vec<Ended>,
    pub(super) held: Vec<(Vec<PlaceIndex>, Vec<PlaceIndex>)>,
}

impl CasesAtDerived {
    /// The cases; `None` if the tree asks about no derived fact, or not all paths were followed for
    /// all.
    pub(super) fn new(assessed: &RulebookAssessment, tree: &Tree) -> Option<Self> {
        let behind = Behind::new(behind(&assessed.basis.bindings, tree));
        if behind.is_empty() {
            return None;
        }
        let limits = tree.limits();
        let open = |test: &Test| Err(test.clone());
        let cases = merged(ends(tree, &behind, &open, Region::new(limits))?);
        let conditions = conditions_of(assessed, cases.iter().map(|(case, _)| case));
        let mut held = vec![(Vec::new(), Vec::new()); cases.len()];
        // For all records together as much as for one script.
        let budget = Budget::new(limits.work);
        for place in assessed.places() {
            if budget.is_used_up() {
                return None;
            }
            let mut found: Vec<usize> = Vec::new();
            for way in ways(assessed, place, &conditions) {
                let given = |test: &Test| answer_in(assessed, place, test, &conditions, &way);
                let ends = ends(tree, &behind, &given, way.region.clone())?;
                found.extend(ends.iter().filter_map(|one| within(one, &cases)));
            }
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

/// The index of the case that this one is a part of.
fn within((part, (end, _)): &Ended, cases: &[Ended]) -> Option<usize> {
    let mut cases = cases.iter();
    cases.position(|(case, (of, _))| of == end && part.is_within(case))
}

/// The ends of all possible paths of records; `None` if not all were followed.
fn ends(
    tree: &Tree,
    behind: &Behind,
    given: &dyn Fn(&Test) -> Result<bool, Test>,
    possible: Region,
) -> Option<Vec<Ended>> {
    let mut ways = Ways::new(behind, tree.limits(), given);
    let mut found = Vec::new();
    ways.follow(tree, &Way::within(possible), &mut |_, end, way| {
        let may = way.may();
        if may != May::No {
            found.push((way.case(), (end, may == May::Yes)));
        }
    });
    (!ways.cut_short).then_some(found)
}
