//! The values of a derived fact for a block of records, from the leaves that they reach.

use crate::model::fact::Value;
use crate::tree::columns::batch_walk::{Batch, WalkBuffers, mark};
use crate::tree::columns::block::{BLOCK, BlockBytes, mask};
use crate::tree::columns::record_block_values::Rows;
use crate::tree::columns::vectorised_calculation_steps::{KNOWN, Lanes, UNSURE};
use crate::tree::expression::Expression;

/// The value at a leaf of a derived fact's tree, for one record or for some of a block.
pub(crate) enum LeafValue<'a> {
    /// A constant.
    Constant(&'a Value, There<'a>),
    /// Numbers: those near them, and how far off each may be.
    Near(&'a [f64; BLOCK], &'a [f64; BLOCK], There<'a>),
    /// The value of a record.
    Value(usize, Value),
    /// The value cannot be calculated.
    Nothing(There<'a>),
}

/// Some records of a block.
#[derive(Clone, Copy)]
pub(crate) struct There<'a>(&'a BlockBytes);

impl<'a> There<'a> {
    /// Their places in the block.
    pub(crate) fn places(self) -> impl Iterator<Item = usize> + 'a {
        (0..BLOCK).filter(move |index| self.0[*index] != 0)
    }
}

impl Batch<'_> {
    /// The values at the leaves that the records from `start` on reach, in the tree of a derived
    /// fact. `take` gets, with the index of the leaf, the places in the block that reach a single
    /// leaf and whose value is known or cannot be calculated; the others are left in `open`.
    pub(crate) fn values(
        &self,
        start: usize,
        wanted: &BlockBytes,
        room: &mut WalkBuffers,
        open: &mut BlockBytes,
        take: &mut dyn FnMut(LeafValue<'_>, usize),
    ) {
        let mut hits = [0_u8; BLOCK];
        let mut leaves: Vec<(usize, BlockBytes)> = Vec::new();
        let rows = Rows::From(start);
        self.flow(rows, wanted, &[], room, &mut |outcome, mask| {
            hits.iter_mut()
                .zip(mask)
                .for_each(|(hits, mask)| *hits = hits.saturating_add(mask & 1));
            match leaves.iter_mut().find(|(known, _)| *known == outcome) {
                Some((_, all)) => mark(all, mask, u8::MAX),
                None => leaves.push((outcome, *mask)),
            }
        });
        for (open, hits) in open.iter_mut().zip(&hits) {
            *open = mask(*hits > 1);
        }
        self.keep_valued(rows, &leaves, room, open);
        for (outcome, mut there) in leaves {
            for (there, hits) in there.iter_mut().zip(&hits) {
                *there &= mask(*hits == 1);
            }
            let Some(value) = &self.tree.outcomes[outcome].value else {
                take(LeafValue::Nothing(There(&there)), outcome);
                continue;
            };
            if let Some(value) = value.constant() {
                take(LeafValue::Constant(value, There(&there)), outcome);
            } else if let Some(plan) = self.leaves[outcome] {
                let lanes = self.plans.run(plan, rows, &mut room.calculated);
                self.calculated(value, start, (lanes, &there), &mut |found| {
                    take(found, outcome);
                });
            } else {
                mark(open, &there, u8::MAX);
            }
        }
    }

    /// The results of a calculation for the places in `there`.
    fn calculated(
        &self,
        value: &Expression,
        start: usize,
        (lanes, there): (&Lanes, &BlockBytes),
        take: &mut dyn FnMut(LeafValue<'_>),
    ) {
        let (mut known, mut nothing) = (*there, [0; BLOCK]);
        let mut all_known = true;
        for (known, state) in known.iter_mut().zip(&lanes.state) {
            all_known &= *known == 0 || *state == KNOWN;
            *known &= mask(*state == KNOWN);
        }
        if let Some((near, error)) = lanes.nears() {
            take(LeafValue::Near(near, error, There(&known)));
        } else {
            for index in There(&known).places() {
                match lanes.value(index) {
                    Some(value) => take(LeafValue::Value(index, value)),
                    None => nothing[index] = u8::MAX,
                }
            }
        }
        let rest = There(there).places().filter(|index| known[*index] == 0);
        for index in rest.take_while(|_| !all_known) {
            match lanes.state[index] {
                UNSURE => match self.facts.calculated((start + index).into(), value) {
                    Some(found) => take(LeafValue::Value(index, found)),
                    None => nothing[index] = u8::MAX,
                },
                // A calculation with a missing fact is unknown.
                _ => nothing[index] = u8::MAX,
            }
        }
        take(LeafValue::Nothing(There(&nothing)));
    }

    /// Of the records that can reach several leaves, keeps those for which some leaf has a value:
    /// the others have none.
    fn keep_valued(
        &self,
        rows: Rows<'_>,
        leaves: &[(usize, BlockBytes)],
        room: &mut WalkBuffers,
        open: &mut BlockBytes,
    ) {
        if open.iter().all(|open| *open == 0) {
            return;
        }
        let mut valued = [0; BLOCK];
        for (outcome, there) in leaves {
            let Some(value) = &self.tree.outcomes[*outcome].value else {
                continue;
            };
            match self.leaves[*outcome] {
                Some(plan) if value.constant().is_none() => {
                    let lanes = self.plans.run(plan, rows, &mut room.calculated);
                    for ((valued, there), state) in valued.iter_mut().zip(there).zip(&lanes.state) {
                        *valued |= there & mask(matches!(*state, KNOWN | UNSURE));
                    }
                }
                _ => mark(&mut valued, there, u8::MAX),
            }
        }
        for (open, valued) in open.iter_mut().zip(&valued) {
            *open &= valued;
        }
    }
}
