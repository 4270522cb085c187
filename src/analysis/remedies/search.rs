//! Searches for the smallest sets of facts that are enough: minimal hitting sets of the obstacles.

use crate::analysis::remedies::sufficient_values::{ValuesFound, values_for};
use crate::assess::result_types::DeterminationKind;
use crate::assess::{World, WorldFact};
use crate::base::work_budget::Budget;
use crate::model::fact::Value;

/// A remedy: facts, their new values, and all values that would do in words.
pub(super) struct RemedyFound {
    pub(super) changes: Vec<(WorldFact, Value, String)>,
}

/// The result of a search.
pub(super) struct Tried {
    pub(super) list: Vec<RemedyFound>,
    pub(super) more: bool,
    pub(super) cut_short: bool,
}

/// The part of the remaining budget that one set may take.
const SHARE: usize = 3;

/// The most facts in one search.
const MOST_FACTS: usize = 128;

/// The smallest sets of these facts that are enough, smallest first, none within another.
pub(super) fn smallest(
    world: &World<'_>,
    want: DeterminationKind,
    mut places: Vec<WorldFact>,
    most: usize,
    budget: Budget,
) -> Tried {
    let mut cut_short = places.len() > MOST_FACTS;
    places.truncate(MOST_FACTS);
    let mut search = RemedySearch {
        world,
        want,
        places,
        budget,
        cut_short: false,
    };
    let all = full(search.places.len());
    let mut tried = Tried {
        list: Vec::new(),
        more: false,
        cut_short: false,
    };
    let mut conflicts: Vec<u128> = Vec::new();
    let mut solutions: Vec<u128> = Vec::new();
    let mut size = 0;
    if search.enough(all).is_none() {
        // Where not all values of all facts could be looked at, one fact alone may still be enough.
        if search.cut_short {
            search.by_one_fact(most, &mut tried);
        }
        tried.cut_short = search.cut_short || cut_short;
        return tried;
    }
    while let Some(set) = next_set(&conflicts, &solutions, &mut size, search.places.len()) {
        if search.budget.is_used_up() {
            cut_short = true;
            break;
        }
        match search.enough(set) {
            Some(_) if tried.list.len() == most => {
                tried.more = true;
                break;
            }
            Some(found) => {
                solutions.push(set);
                tried.list.push(found);
            }
            None => conflicts.push(all & !search.grown(set, all)),
        }
    }
    tried.cut_short = cut_short || search.cut_short;
    tried
}

fn full(count: usize) -> u128 {
    if count == 128 {
        u128::MAX
    } else {
        (1 << count) - 1
    }
}

struct RemedySearch<'a> {
    world: &'a World<'a>,
    want: DeterminationKind,
    places: Vec<WorldFact>,
    budget: Budget,
    cut_short: bool,
}

impl RemedySearch<'_> {
    /// New values for a set of facts that give the wanted determination.
    fn enough(&mut self, set: u128) -> Option<RemedyFound> {
        // Whatever was not looked at may be enough.
        if self.budget.is_used_up() {
            self.cut_short = true;
            return None;
        }
        let free: Vec<WorldFact> = (0..self.places.len())
            .filter(|index| set & (1 << index) != 0)
            .map(|index| self.places[index])
            .collect();
        match values_for(self.world, self.want, &free, self.budget.part(SHARE)) {
            ValuesFound::Found(changes) => Some(RemedyFound { changes }),
            ValuesFound::None => None,
            ValuesFound::NotShown => {
                self.cut_short = true;
                None
            }
        }
    }

    /// The facts of which each is enough by itself, with work of their own: what all facts together
    /// can be may have taken all there was.
    fn by_one_fact(&mut self, most: usize, tried: &mut Tried) {
        self.budget = Budget::new(self.world.limits().work);
        for index in 0..self.places.len() {
            if let Some(found) = self.enough(1 << index) {
                if tried.list.len() == most {
                    tried.more = true;
                    return;
                }
                tried.list.push(found);
            }
        }
    }

    /// A set that is not enough, grown as far as possible.
    fn grown(&mut self, mut set: u128, all: u128) -> u128 {
        for index in 0..self.places.len() {
            let bit = 1 << index;
            if set & bit == 0 && set | bit != all && self.enough(set | bit).is_none() {
                set |= bit;
            }
        }
        set
    }
}

/// The next smallest set that has something of every conflict and does not include a solution.
fn next_set(conflicts: &[u128], solutions: &[u128], size: &mut usize, most: usize) -> Option<u128> {
    while *size <= most {
        if let Some(set) = hitting(conflicts, solutions, 0, *size) {
            return Some(set);
        }
        *size += 1;
    }
    None
}

fn hitting(conflicts: &[u128], solutions: &[u128], set: u128, left: usize) -> Option<u128> {
    if solutions.iter().any(|solution| solution & set == *solution) {
        return None;
    }
    let Some(open) = conflicts
        .iter()
        .filter(|conflict| **conflict & set == 0)
        .min_by_key(|one| one.count_ones())
    else {
        return Some(set);
    };
    if left == 0 {
        return None;
    }
    let mut rest = *open;
    while rest != 0 {
        let bit = rest & rest.wrapping_neg();
        rest &= !bit;
        if let Some(found) = hitting(conflicts, solutions, set | bit, left - 1) {
            return Some(found);
        }
    }
    None
}
