//! Where paths meet again: from there on they are followed once.
//!
//! INVARIANT: what follows from a place depends only on what the region says of the facts that are
//! asked about from there on, and of those that answers bind to them. So a way that reaches a place
//! with the same region of these facts continues like the first one that did, if each of the two is
//! possible.

use std::collections::{BTreeMap, BTreeSet};

use crate::tree::fact_ref::FactRef;
use crate::tree::region::Region;
use crate::tree::witness::{May, Patience};

/// The most regions that are kept for one place.
const MOST_ALIKE: usize = 64;

/// The index of a way, and the number of its answers that lead to a place.
pub(crate) type WayTo = (usize, usize);

/// The places that were reached.
pub(crate) struct Meetings<K> {
    known: BTreeMap<K, Vec<KnownPlace>>,
    open: Vec<OpenPlace<K>>,
}

/// A place whose continuation is known.
struct KnownPlace {
    /// The way to it; `None` if no record goes further.
    at: Option<WayTo>,
    before: Region,
    uses: BTreeSet<FactRef>,
}

struct OpenPlace<K> {
    key: K,
    at: WayTo,
    before: Region,
    uses: BTreeSet<FactRef>,
}

/// How to continue at a place.
pub(crate) enum Arrival {
    /// All that follows is known: as on this way, or nothing.
    Known(Option<WayTo>),
    /// Follow it, then call `leave`.
    New,
    /// Follow it; nothing is kept.
    Apart,
}

impl<K: Ord> Meetings<K> {
    pub(crate) fn new() -> Self {
        Self {
            known: BTreeMap::new(),
            open: Vec::new(),
        }
    }

    /// Comes to a place by the way `at`.
    pub(crate) fn arrive(
        &mut self,
        key: K,
        at: WayTo,
        region: &Region,
        patience: &mut Patience,
    ) -> Arrival {
        match patience.look(region) {
            May::No => return Arrival::Known(None),
            May::Perhaps => return Arrival::Apart,
            May::Yes => {}
        }
        let known = self.known.get(&key).map_or(&[][..], Vec::as_slice);
        let same = |met: &&KnownPlace| region.about(&met.uses).says_as(&met.before);
        if let Some(met) = known.iter().find(same) {
            if let Some(open) = self.open.last_mut() {
                open.uses.extend(met.uses.iter().cloned());
            }
            return Arrival::Known(met.at);
        }
        if known.len() >= MOST_ALIKE {
            return Arrival::Apart;
        }
        self.open.push(OpenPlace {
            key,
            at,
            before: region.clone(),
            uses: BTreeSet::new(),
        });
        Arrival::New
    }

    /// Notes facts that are asked about.
    pub(crate) fn used<'a>(&mut self, facts: impl IntoIterator<Item = &'a FactRef>) {
        if let Some(open) = self.open.last_mut() {
            open.uses.extend(facts.into_iter().cloned());
        }
    }

    /// Leaves the place reached last. `found`: whether anything was found behind it.
    pub(crate) fn leave(&mut self, found: bool) {
        let Some(open) = self.open.pop() else { return };
        if let Some(outer) = self.open.last_mut() {
            outer.uses.extend(open.uses.iter().cloned());
        }
        let met = KnownPlace {
            at: found.then_some(open.at),
            before: open.before.about(&open.uses),
            uses: open.uses,
        };
        self.known.entry(open.key).or_default().push(met);
    }
}
