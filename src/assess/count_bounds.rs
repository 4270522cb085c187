//! How many conditions of a decision by counts are met and not met, at least and at most.

use crate::assess::examine_condition::Examined;
use crate::assess::result_types::DeterminationKind;
use crate::model::rulebook::Decision;
use crate::tree::{Limits, May, Patience, Possible, Region, Verdict, bit};

/// How many required conditions are met, and not met: at least and at most.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct CountBounds {
    met: (usize, usize),
    not_met: (usize, usize),
}

impl CountBounds {
    /// Adds a condition that can have these verdicts, given as bits. At fault it could be anything.
    pub(super) fn add(&mut self, verdicts: u8) {
        let can = |verdict: Verdict| verdicts & (bit(verdict) | bit(Verdict::Fault)) != 0;
        let only = |verdict: Verdict| verdicts == bit(verdict);
        self.met.0 += usize::from(only(Verdict::Met));
        self.met.1 += usize::from(can(Verdict::Met));
        self.not_met.0 += usize::from(only(Verdict::NotMet));
        self.not_met.1 += usize::from(can(Verdict::NotMet));
    }

    /// The bounds of one condition that can have these verdicts.
    pub(super) fn of(verdicts: u8) -> Self {
        let mut bounds = Self::default();
        bounds.add(verdicts);
        bounds
    }

    /// The bounds without conditions that were added before.
    pub(super) fn without(self, one: Self) -> Self {
        let less = |all: (usize, usize), one: (usize, usize)| (all.0 - one.0, all.1 - one.1);
        Self {
            met: less(self.met, one.met),
            not_met: less(self.not_met, one.not_met),
        }
    }

    /// Whether a decision counts just as many, however they come out.
    pub(super) fn counts_alike(self, decision: &Decision) -> bool {
        let (low, high) = if *decision == Decision::All {
            self.not_met
        } else {
            self.met
        };
        low == high
    }

    /// Whether they can come out so that a decision is up to one condition more, where each comes
    /// out as it likes.
    pub(super) fn leaves_it_to_one(self, decision: &Decision) -> bool {
        match decision {
            Decision::All => self.not_met.0 == 0,
            Decision::Any => self.met.0 == 0,
            Decision::AtLeast(least) => self.met.0 < *least && *least <= self.met.1 + 1,
            Decision::Script => false,
        }
    }

    /// Takes in conditions that have nothing to do with those before.
    pub(super) fn join(&mut self, other: Self) {
        self.met = (self.met.0 + other.met.0, self.met.1 + other.met.1);
        self.not_met = (
            self.not_met.0 + other.not_met.0,
            self.not_met.1 + other.not_met.1,
        );
    }

    /// Takes in another way in which conditions can come out together.
    pub(super) fn widen(&mut self, other: Self) {
        let wider =
            |one: (usize, usize), other: (usize, usize)| (one.0.min(other.0), one.1.max(other.1));
        self.met = wider(self.met, other.met);
        self.not_met = wider(self.not_met, other.not_met);
    }

    /// Whether a decision cannot distinguish them.
    pub(super) fn is_as(self, other: Self, decision: &Decision) -> bool {
        match decision {
            Decision::All => self.not_met == other.not_met,
            Decision::Any | Decision::AtLeast(_) => self.met == other.met,
            Decision::Script => false,
        }
    }

    /// The determination if it is the same for all open results; otherwise `None`.
    pub(super) fn decided(self, decision: &Decision) -> Option<DeterminationKind> {
        let eligible = decision.by_counts(self.met, self.not_met)?;
        Some(if eligible {
            DeterminationKind::Eligible
        } else {
            DeterminationKind::Ineligible
        })
    }
}

/// The bounds of several unknown conditions together, as far as the decision counts them; each end
/// occurs in some completion. `None` if one of them could fail, or there are too many ways to look
/// at.
pub(super) fn together(
    examined: &[&Examined],
    decision: &Decision,
    limits: Limits,
) -> Option<CountBounds> {
    let mut ways = CountWays {
        examined,
        steps: 0,
        patience: Patience::new(limits),
        limits,
    };
    let all = examined.len();
    let (mut met, mut not_met) = ((0, all), (0, all));
    if *decision == Decision::All {
        not_met.0 = all - ways.most(!bit(Verdict::NotMet), all)?;
        // That one more is not met changes nothing.
        not_met.1 = not_met.0.max(ways.most(bit(Verdict::NotMet), 1)?);
    } else {
        met.0 = all - ways.most(!bit(Verdict::Met), all)?;
        met.1 = ways.most(bit(Verdict::Met), all)?;
    }
    Some(CountBounds { met, not_met })
}

/// All ways in which several conditions can come out together.
struct CountWays<'a> {
    examined: &'a [&'a Examined],
    steps: usize,
    patience: Patience,
    limits: Limits,
}

/// A place among the ways: the region, the number of wanted verdicts on the way there, and the
/// outcomes of the next condition.
type OpenWay<'l, 'a> = (Region, usize, std::slice::Iter<'l, &'a Possible>);

impl<'a> CountWays<'a> {
    /// The most conditions that have one of the wanted verdicts in one completion; the search ends
    /// at `enough`. Ways that cannot exceed the number found are left out.
    fn most(&mut self, wanted: u8, enough: usize) -> Option<usize> {
        let lists = self.lists(wanted)?;
        // From each condition on: the number of conditions that can have one of them.
        let mut still = vec![0; lists.len() + 1];
        for (from, list) in lists.iter().enumerate().rev() {
            let can = list.first().is_some_and(|leaf| is_of(leaf, wanted));
            still[from] = still[from + 1] + usize::from(can);
        }
        let enough = enough.min(still[0]);
        let mut most: Option<usize> = None;
        // Thousands of conditions one behind the other would be too deep for the stack of a thread.
        let mut open: Vec<OpenWay<'_, '_>> = Vec::new();
        open.push((Region::new(self.limits), 0, lists.first()?.iter()));
        while let Some((region, count, leaves)) = open.last_mut() {
            let Some(leaf) = leaves.next() else {
                open.pop();
                continue;
            };
            let (count, mut narrowed) = (*count + usize::from(is_of(leaf, wanted)), region.clone());
            let behind = open.len();
            if most.is_some_and(|most| count + still[behind] <= most) {
                continue;
            }
            self.steps += 1;
            if self.steps > self.limits.combinations {
                return None;
            }
            let mut answers = leaf.answers.iter();
            if !answers.all(|(test, answer)| narrowed.narrow(test, *answer)) {
                continue;
            }
            if let Some(next) = lists.get(behind) {
                open.push((narrowed, count, next.iter()));
                continue;
            }
            match self.patience.look(&narrowed) {
                May::Perhaps => return None,
                May::No => {}
                May::Yes if count >= enough => return Some(count),
                May::Yes => most = Some(count),
            }
        }
        most
    }

    /// The outcomes of each condition, the wanted first; `None` if they are not listed one by one,
    /// or some may fail.
    fn lists(&self, wanted: u8) -> Option<Vec<Vec<&'a Possible>>> {
        let list = |examined: &&'a Examined| {
            if examined.leaves.are_many() {
                return None;
            }
            let leaves = &examined.leaves;
            let fails = |leaf: &Possible| is_of(leaf, bit(Verdict::Fault));
            // Conditions with many ways, some of which join others, are not listed one by one.
            let whole = leaves.cut_short.is_none() && !leaves.list.iter().any(fails);
            let mut list: Vec<&Possible> = leaves.list.iter().collect();
            list.sort_by_key(|leaf| !is_of(leaf, wanted));
            whole.then_some(list)
        };
        self.examined.iter().map(list).collect()
    }
}

fn is_of(leaf: &Possible, verdicts: u8) -> bool {
    bit(leaf.outcome.verdict) & verdicts != 0
}
