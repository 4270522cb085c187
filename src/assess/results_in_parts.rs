//! What each jurisdiction came to, a byte for each finding, in parts: work is done part by part,
//! and an edit makes new only those parts in which something has changed.

use std::sync::{Arc, OnceLock};

use crate::assess::result_types::{DeterminationKind, JurisdictionAssessment, Status};
use crate::base::parallel;
use crate::model::typed_indexes::ConditionIndex;
use crate::model::typed_indexes::PlaceIndex;
use crate::tree::BLOCK;

/// How many jurisdictions a part has.
pub(crate) const PART: usize = 4 * BLOCK;

/// How many jurisdictions a group of details has.
const GROUP: usize = 64;

/// What there is to say of some jurisdictions.
type ResultGroup = Box<[OnceLock<Arc<JurisdictionAssessment>>]>;

/// What each jurisdiction came to; what else there is to say is worked out when it is asked for.
#[derive(Debug, Default)]
pub(crate) struct Results {
    /// The numbers of the records assessed, in order.
    pub(crate) places: Arc<[u32]>,
    pub(crate) parts: Vec<Arc<ResultPart>>,
    /// In groups, of which there is nothing before somebody asks about one of them.
    details: Box<[OnceLock<ResultGroup>]>,
}

/// What the jurisdictions at some places that follow each other came to.
#[derive(Clone, Debug, Default)]
pub(crate) struct ResultPart {
    /// By condition, then by place.
    pub(crate) statuses: Vec<Vec<Status>>,
    pub(crate) kinds: Vec<DeterminationKind>,
}

impl ResultPart {
    /// Room for what so many conditions come to for so many jurisdictions.
    pub(crate) fn with_room(conditions: usize, count: usize) -> Self {
        let statuses = (0..conditions).map(|_| Vec::with_capacity(count)).collect();
        Self {
            statuses,
            kinds: Vec::with_capacity(count),
        }
    }
}

impl Results {
    pub(crate) fn new(places: Arc<[u32]>, parts: Vec<Arc<ResultPart>>) -> Self {
        let details = (0..places.len().div_ceil(GROUP))
            .map(|_| OnceLock::new())
            .collect();
        Self {
            places,
            parts,
            details,
        }
    }

    pub(crate) fn kind(&self, place: PlaceIndex) -> DeterminationKind {
        self.parts[place.get() / PART].kinds[place.get() % PART]
    }

    pub(crate) fn status(&self, place: PlaceIndex, condition: ConditionIndex) -> Status {
        self.parts[place.get() / PART].statuses[condition][place.get() % PART]
    }

    /// All there is to say of the jurisdiction at a place, which `work` finds out.
    pub(crate) fn details(
        &self,
        place: PlaceIndex,
        work: impl FnOnce() -> Arc<JurisdictionAssessment>,
    ) -> &Arc<JurisdictionAssessment> {
        let group = self.details[place.get() / GROUP]
            .get_or_init(|| (0..GROUP).map(|_| OnceLock::new()).collect());
        group[place.get() % GROUP].get_or_init(work)
    }

    /// The places with such a finding, in order.
    pub(crate) fn with_status(&self, status: Status) -> Vec<PlaceIndex> {
        let of_part = |(number, part): (usize, &Arc<ResultPart>)| -> Vec<PlaceIndex> {
            if !part.statuses.iter().any(|statuses| has(statuses, status)) {
                return Vec::new();
            }
            let is = |at: &usize| part.statuses.iter().any(|statuses| statuses[*at] == status);
            (0..part.kinds.len())
                .filter(is)
                .map(|at| (number * PART + at).into())
                .collect()
        };
        parallel::map(self.parts.iter().enumerate().collect(), of_part).concat()
    }
}

/// Whether there is such a finding among some. Without an early end, many bytes are looked at at
/// once.
pub(crate) fn has(statuses: &[Status], wanted: Status) -> bool {
    statuses.chunks(BLOCK).any(|some| {
        let mut found = false;
        for status in some {
            found |= *status == wanted;
        }
        found
    })
}
