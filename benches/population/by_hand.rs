//! The eight conditions as somebody would write them in Rust, over columns.

use rulebook::assessment::{Assessment, DeterminationKind, Status};

use crate::data::Population;

/// By condition and record, and the determinations: all required.
pub(crate) struct Found {
    statuses: [Vec<Status>; 8],
    kinds: Vec<DeterminationKind>,
}

fn verdict(met: bool) -> Status {
    if met { Status::Met } else { Status::NotMet }
}

pub(crate) fn assess(p: &Population) -> Found {
    const LIMIT: i32 = 48;
    // 1980-01-01.
    const DAY: i32 = 3652;
    let all = 0..p.size;
    let statuses = [
        all.clone()
            .map(|i| {
                if p.yes[0][i] == 1 {
                    return Status::Met;
                }
                if p.counts[0][i] < 20 {
                    return Status::NotMet;
                }
                verdict(p.rates[0][i] >= 30.0)
            })
            .collect(),
        all.clone()
            .map(|i| verdict(p.counts[1][i] >= LIMIT && p.yes[1][i] == 1 || p.rates[1][i] > 50.0))
            .collect(),
        all.clone()
            .map(|i| {
                if p.kind[i] == 0 {
                    return Status::NotApplicable;
                }
                verdict(p.counts[2][i] > 10 && p.counts[3][i] > 10)
            })
            .collect(),
        all.clone()
            .map(|i| {
                if p.since[i] < DAY {
                    return verdict(p.counts[4][i] >= 50);
                }
                verdict(p.rates[2][i] < 80.0)
            })
            .collect(),
        all.clone()
            .map(|i| {
                if p.counts[5][i] > 150 {
                    return Status::Met;
                }
                if p.counts[5][i] < 10 {
                    return Status::NotMet;
                }
                verdict(p.yes[2][i] == 1 && p.yes[3][i] == 1)
            })
            .collect(),
        all.clone()
            .map(|i| verdict(p.rates[3][i] + 5.0 < 90.0 || p.kind[i] == 3))
            .collect(),
        all.clone()
            .map(|i| verdict(p.counts[6][i] >= 20 && p.counts[6][i] <= 180))
            .collect(),
        all.clone()
            .map(|i| {
                if p.yes[0][i] != 1 && p.counts[7][i] < 5 {
                    return Status::NotMet;
                }
                verdict(p.rates[4][i] >= 1.0 && p.counts[8][i] != 7)
            })
            .collect(),
    ];
    let statuses: [Vec<Status>; 8] = statuses;
    let kinds = all.map(|i| {
        let fails = statuses
            .iter()
            .any(|statuses| statuses[i] == Status::NotMet);
        if fails {
            DeterminationKind::Ineligible
        } else {
            DeterminationKind::Eligible
        }
    });
    let kinds = kinds.collect();
    Found { statuses, kinds }
}

/// Both must say the same of every record.
pub(crate) fn compare(found: &Found, assessment: &Assessment) {
    let assessed = &assessment.rulebooks[0];
    for place in 0..assessed.len() {
        for (condition, statuses) in found.statuses.iter().enumerate() {
            assert_eq!(
                statuses[place],
                assessed.status(place.into(), condition.into()),
                "condition {condition}, record {place}"
            );
        }
        assert_eq!(
            found.kinds[place],
            assessed.kind(place.into()),
            "record {place}"
        );
    }
}
