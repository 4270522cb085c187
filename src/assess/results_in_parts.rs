//! The results of all jurisdictions, one byte for each finding, in parts. Work is done part by
//! part, and an edit replaces only the parts in which something changed.

use std::sync::{Arc, OnceLock};

use crate::assess::result_types::{DeterminationKind, JurisdictionAssessment, Status};
use crate::base::parallel;
use crate::model::typed_indexes::ConditionIndex;
use crate::model::typed_indexes::PlaceIndex;
use crate::tree::BLOCK;

/// The number of jurisdictions in a part.
pub(crate) const PART: usize = 4 * BLOCK;

/// The number of jurisdictions in a group of details.
const GROUP: usize = 64;

/// The details of some jurisdictions, each computed on first access.
type ResultGroup = Box<[OnceLock<Arc<JurisdictionAssessment>>]>;

/// The results of all jurisdictions; their details are computed on request.
#[derive(Debug, Default)]
pub(crate) struct Results {
    /// The indexes of the assessed records, in order.
    pub(crate) places: Arc<[u32]>,
    pub(crate) parts: Vec<Arc<ResultPart>>,
    /// The details in groups, each created on first access.
    details: Box<[OnceLock<ResultGroup>]>,
}

/// The results of the jurisdictions at consecutive places.
#[derive(Clone, Debug, Default)]
pub(crate) struct ResultPart {
    /// The statuses by condition, then by place.
    pub(crate) statuses: Vec<Vec<Status>>,
    pub(crate) kinds: Vec<DeterminationKind>,
}

impl ResultPart {
    /// An empty part with room for this many conditions and jurisdictions.
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

    /// The details of the jurisdiction at a place, computed by `work` on first access.
    pub(crate) fn details(
        &self,
        place: PlaceIndex,
        work: impl FnOnce() -> Arc<JurisdictionAssessment>,
    ) -> &Arc<JurisdictionAssessment> {
        let group = self.details[place.get() / GROUP]
            .get_or_init(|| (0..GROUP).map(|_| OnceLock::new()).collect());
        group[place.get() % GROUP].get_or_init(work)
    }

    /// The places with a finding of this status, in order.
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

/// Whether any finding has this status. Without an early exit, many bytes are compared at once.
pub(crate) fn has(statuses: &[Status], wanted: Status) -> bool {
    statuses.chunks(BLOCK).any(|some| {
        let mut found = false;
        for status in some {
            found |= *status == wanted;
        }
        found
    })
}
