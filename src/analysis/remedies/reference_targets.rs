//! Which records the references that a remedy changes may lead to.
//!
//! Each may also stay unchanged, so that a larger set of facts is enough if a smaller one is.

use std::sync::Arc;

use crate::assess::{World, WorldFact};

/// References, and the records that they lead to.
pub(super) type LedReferences = Vec<(WorldFact, Arc<str>)>;

/// Every way to choose the records that references lead to; each may also stay unchanged. The flag
/// says whether these are all ways.
pub(super) fn combinations(
    world: &World<'_>,
    references: &[WorldFact],
) -> (Vec<LedReferences>, bool) {
    const MOST: usize = 400;
    let (mut all, mut are_all): (Vec<LedReferences>, bool) = (vec![Vec::new()], true);
    for place in references {
        let (records, known) = world.targets(place.1);
        are_all &= known && all.len() * (records.len() + 1) <= MOST;
        let ids = records.iter().filter_map(|record| {
            let name = world.name_of_target(place.1, *record)?;
            Some((*place, name))
        });
        let ids: Vec<(WorldFact, Arc<str>)> = ids.collect();
        let longer = all.iter().flat_map(|one| {
            let led = ids
                .iter()
                .map(|led| one.iter().chain([led]).cloned().collect());
            std::iter::once(one.clone()).chain(led)
        });
        all = longer.take(MOST).collect();
    }
    (all, are_all)
}
