//! A request with gaps that leads to no other record: each condition is told by those that give the
//! same answers, or looked at by itself where it rests on more than those.

use std::cell::OnceCell;
use std::sync::Arc;

use crate::assess::determination::{counted, determine, kind, verdicts};
use crate::assess::evaluator::judge::{Judge, Judged, Stating, Straight};
use crate::assess::finding::{Examined, come_to};
use crate::assess::told::Told;
use crate::assess::verdict::Status;
use crate::tree::{Direct, Guest};

/// What a condition came to for a request.
enum OpenFinding {
    /// As for all that give the same answers.
    Told(Arc<Told<()>>),
    /// By itself.
    Own(Examined),
}

impl OpenFinding {
    fn told(&self) -> Option<Arc<Told<()>>> {
        match self {
            Self::Told(told) => Some(Arc::clone(told)),
            Self::Own(_) => None,
        }
    }

    fn status(&self) -> Status {
        match self {
            Self::Told(told) => told.finding().status,
            Self::Own(examined) => examined.finding.status,
        }
    }

    /// The verdicts that it can still have, as bits.
    fn bits(&self) -> u8 {
        match self {
            Self::Told(told) => told.bits(),
            Self::Own(examined) => verdicts(examined),
        }
    }

    fn examined(&self) -> Examined {
        match self {
            Self::Told(told) => told.examined(),
            Self::Own(examined) => examined.clone(),
        }
    }
}

impl Judge {
    /// What a request comes to of which something that counts is not known.
    pub(super) fn open(
        &self,
        straight: &Straight,
        guest: &Guest<'_>,
        request: Stating<'_>,
    ) -> Judged {
        let prepared = &self.prepared;
        let seat = OnceCell::new();
        let seated = || {
            let (basis, this, _) = seat.get_or_init(|| self.seat(request));
            (basis, *this)
        };
        let one = |(condition, tree): (usize, &Direct)| match tree.pattern(guest) {
            Some(answers) => OpenFinding::Told(self.memo.told(condition, Some(answers), || {
                let (basis, this) = seated();
                Told::alone(prepared, basis, condition, this)
            })),
            None => {
                let (basis, this) = seated();
                OpenFinding::Own(come_to(&prepared.conditions[condition], basis, this))
            }
        };
        let found: Vec<OpenFinding> = straight.conditions.iter().enumerate().map(one).collect();
        let decider = &prepared.decider;
        let together = || {
            let examined = || found.iter().map(OpenFinding::examined).collect::<Vec<_>>();
            match found
                .iter()
                .map(OpenFinding::told)
                .collect::<Option<Vec<_>>>()
            {
                Some(told) => {
                    let alone = || {
                        let (basis, this) = seated();
                        determine(decider, basis, this, &examined())
                    };
                    self.memo.together(&told, alone).kind
                }
                None => {
                    let (basis, this) = seated();
                    kind(decider, basis, this, &examined())
                }
            }
        };
        Judged {
            kind: counted(decider, |condition| found[condition].bits()).unwrap_or_else(together),
            statuses: found.iter().map(OpenFinding::status).collect(),
            wrong: Vec::new(),
        }
    }
}
