//! Determinations of a block of records from the bytes of their findings, for many records at a
//! time. A finding is a bit here: 1 met, 2 not met, 4 not applicable; 8 is a fault and 0 unknown,
//! which leave the determination open.

use crate::assess::result_types::DeterminationKind;
use crate::model::rulebook::Decision;
use crate::tree::{BLOCK, BlockBytes};

/// The findings do not determine the determination.
pub(super) const OPEN: u8 = 0;
const ELIGIBLE: u8 = 1;
const INELIGIBLE: u8 = 2;

/// The kind of a byte; `None` if it is open.
pub(super) fn kind(told: u8) -> Option<DeterminationKind> {
    match told {
        ELIGIBLE => Some(DeterminationKind::Eligible),
        INELIGIBLE => Some(DeterminationKind::Ineligible),
        _ => None,
    }
}

/// By counting the required conditions.
pub(super) fn by_count<'a>(
    findings: impl Iterator<Item = &'a BlockBytes>,
    decision: &Decision,
) -> BlockBytes {
    match decision {
        Decision::All => by_one(findings, 2, (INELIGIBLE, ELIGIBLE)),
        Decision::Any => by_one(findings, 1, (ELIGIBLE, INELIGIBLE)),
        Decision::AtLeast(least) => by_least(findings, *least),
        Decision::Script => [OPEN; BLOCK],
    }
}

/// By the verdicts of a tree, unless some finding is open.
pub(super) fn by_tree<'a>(
    findings: impl Iterator<Item = &'a BlockBytes>,
    decided: &BlockBytes,
) -> BlockBytes {
    let mut told = decided.map(|verdict| match verdict {
        1 => ELIGIBLE,
        2 | 4 => INELIGIBLE,
        _ => OPEN,
    });
    for bits in findings {
        for (told, bits) in told.iter_mut().zip(bits) {
            *told = if is_open(*bits) { OPEN } else { *told };
        }
    }
    told
}

/// One finding with `bit` gives `one`; without it, and with none open, the result is `none`.
fn by_one<'a>(
    findings: impl Iterator<Item = &'a BlockBytes>,
    bit: u8,
    (one, none): (u8, u8),
) -> BlockBytes {
    let (mut any, mut open) = ([false; BLOCK], [false; BLOCK]);
    for bits in findings {
        for ((any, open), bits) in any.iter_mut().zip(&mut open).zip(bits) {
            *any |= bits & bit != 0;
            *open |= is_open(*bits);
        }
    }
    let mut told = [OPEN; BLOCK];
    for (told, (any, open)) in told.iter_mut().zip(any.iter().zip(&open)) {
        let otherwise = if *open { OPEN } else { none };
        *told = if *any { one } else { otherwise };
    }
    told
}

fn by_least<'a>(findings: impl Iterator<Item = &'a BlockBytes>, least: usize) -> BlockBytes {
    let (mut met, mut open) = ([0_u16; BLOCK], [0_u16; BLOCK]);
    for bits in findings {
        for ((met, open), bits) in met.iter_mut().zip(&mut open).zip(bits) {
            *met += u16::from(*bits == 1);
            *open += u16::from(is_open(*bits));
        }
    }
    let least = u16::try_from(least).unwrap_or(u16::MAX);
    let mut told = [OPEN; BLOCK];
    for (told, (met, open)) in told.iter_mut().zip(met.iter().zip(&open)) {
        let otherwise = if met + open < least { INELIGIBLE } else { OPEN };
        *told = if *met >= least { ELIGIBLE } else { otherwise };
    }
    told
}

fn is_open(bits: u8) -> bool {
    matches!(bits, 0 | 8)
}
