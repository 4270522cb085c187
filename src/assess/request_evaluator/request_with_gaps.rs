//! A request with gaps that refers to no other record. Each finding is that of similar records with
//! the same answers; one that depends on more than those is examined for this request.

use std::cell::OnceCell;
use std::sync::Arc;

use crate::assess::examine_condition::{Examined, come_to};
use crate::assess::overall_determination::{counted, counted_together, kind, verdicts};
use crate::assess::reasons_by_answers_memo::Told;
use crate::assess::request_evaluator::judge::{Judge, Judged, StatedRequest, Straight};
use crate::model::typed_indexes::ConditionIndex;
use crate::tree::{Direct, Guest};

/// The result of a condition for a request.
enum OpenFinding {
    /// As for all that give the same answers.
    Told(Arc<Told<()>>),
    /// Examined for this request alone.
    Own(Examined),
}

impl OpenFinding {
    fn told(&self) -> Option<&Told<()>> {
        match self {
            Self::Told(told) => Some(told),
            Self::Own(_) => None,
        }
    }

    fn examined(&self) -> &Examined {
        match self {
            Self::Told(told) => &told.examined,
            Self::Own(examined) => examined,
        }
    }
}

impl Judge {
    /// The result of a request for which something that counts is unknown.
    pub(super) fn open(
        &self,
        straight: &Straight,
        guest: &Guest<'_>,
        request: StatedRequest<'_>,
    ) -> Judged {
        let prepared = &self.prepared;
        let seat = OnceCell::new();
        let seated = || {
            let (basis, this, _) = seat.get_or_init(|| self.seat(request));
            (basis, *this)
        };
        let one = |(condition, tree): (ConditionIndex, &Direct)| match tree.pattern(guest) {
            Some(answers) => {
                OpenFinding::Told(self.memo.told(condition, Some((answers, false)), || {
                    let (basis, this) = seated();
                    Told::alone(prepared, basis, condition, this)
                }))
            }
            None => {
                let (basis, this) = seated();
                OpenFinding::Own(come_to(&prepared.conditions[condition], basis, this))
            }
        };
        let found: Vec<OpenFinding> = ConditionIndex::each(&straight.conditions)
            .map(one)
            .collect();
        let decider = &prepared.decider;
        let all: Vec<&Examined> = found.iter().map(OpenFinding::examined).collect();
        let alone = || {
            let limits = prepared.basis.bindings.limits;
            // Copies, as the originals are shared: results found by a copy are not kept.
            let examined: Vec<Examined> = all.iter().copied().cloned().collect();
            let copies: Vec<&Examined> = examined.iter().collect();
            counted_together(decider, &copies, limits).unwrap_or_else(|| {
                let (basis, this) = seated();
                kind(decider, basis, this, &examined)
            })
        };
        let together = || self.memo.kind(found.iter().map(OpenFinding::told), alone);
        Judged::new(
            counted(decider, |condition| verdicts(all[condition])).unwrap_or_else(together),
            all.iter().map(|one| one.finding.status).collect(),
            Vec::new(),
        )
    }
}
