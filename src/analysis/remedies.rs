//! Remedies: the smallest sets of fact changes that would make a jurisdiction eligible, or give it
//! another determination.
//!
//! A set of facts is *enough* if some values for them give the wanted determination, whatever the
//! remaining unknown facts are. A set that is not enough is grown as far as possible; every remedy
//! must change something outside it. The smallest sets that meet all these requirements are tried
//! next. So the smallest remedies are found first, and none is missed.

mod reference_targets;
mod remedies_found;
mod round_values;
mod search;
mod sufficient_values;
mod with_statistics;

pub use remedies_found::{Change, MovedStatistic, Remedies, Remedy, WithStatistics};
pub use with_statistics::{jointly, with_statistics};

use crate::analysis::remedies::search::{RemedyFound, smallest};
use crate::assess::World;
use crate::assess::assessment::RulebookAssessment;
use crate::assess::result_types::{DeterminationKind, JurisdictionAssessment};
use crate::base::work_budget::Budget;
use crate::tree::Taken;

/// The most remedies listed by default.
pub const MOST_REMEDIES: usize = 10;

/// The most remedies looked for if all are asked for.
pub const ALL_REMEDIES: usize = 200;

/// How a jurisdiction could get the wanted determination, eligible or ineligible, in at most
/// [`MOST_REMEDIES`] ways.
pub fn remedies<'a>(
    assessed: &'a RulebookAssessment,
    one: &'a JurisdictionAssessment,
    want: DeterminationKind,
) -> Remedies<'a> {
    at_most(assessed, one, want, MOST_REMEDIES)
}

/// How a jurisdiction could get the wanted determination, in at most `most` ways.
pub fn at_most<'a>(
    assessed: &'a RulebookAssessment,
    one: &'a JurisdictionAssessment,
    want: DeterminationKind,
    most: usize,
) -> Remedies<'a> {
    let mut found = Remedies {
        assessed,
        one,
        want,
        list: Vec::new(),
        more: false,
        longer: 0,
        cut_short: false,
        jointly: false,
        in_the_way: Vec::new(),
    };
    let record = assessed.records().find(one.jurisdiction.id.as_str());
    let Some(record) = record.filter(|_| one.determination.kind != want) else {
        return found;
    };
    let world = World::around(assessed, record);
    let budget = Budget::new(world.limits().work);
    let (places, left_out) = world.changeable(false);
    let mut tried = smallest(&world, want, places.clone(), most, budget);
    // What no file may state is no remedy; another value might be one.
    let all = tried.list.len();
    tried.list.retain(|remedy| {
        let mut changes = remedy.changes.iter();
        !changes.any(|(place, value, _)| world.breaks_reference(*place, value))
    });
    found.more = tried.more;
    found.cut_short = tried.cut_short || left_out || tried.list.len() < all;
    found.list = tried
        .list
        .into_iter()
        .map(|remedy| named(&world, &remedy))
        .collect();
    if found.list.is_empty() && !found.cut_short {
        let fixed = smallest(&world, want, world.changeable(true).0, 1, budget)
            .list
            .into_iter()
            .next();
        let names = fixed
            .into_iter()
            .flat_map(|remedy| remedy.changes)
            .map(|(place, ..)| world.name(place));
        found.in_the_way = names.filter(|fact| fact.schema.fixed).collect();
        // Lists are not changed: where nothing else does, they might.
        found.cut_short = world.reads_lists(&places);
    }
    found
}

fn named(world: &World<'_>, remedy: &RemedyFound) -> Remedy {
    let all = |but: Option<usize>| {
        let kept = remedy
            .changes
            .iter()
            .enumerate()
            .filter(move |(index, _)| Some(*index) != but);
        world.taking(kept.map(|(_, (place, value, _))| (*place, Taken::Value(value.clone()))))
    };
    let statuses = |world: &World<'_>| {
        world
            .examined()
            .iter()
            .map(|one| one.finding.status)
            .collect::<Vec<_>>()
    };
    let cured = statuses(&all(None));
    let changes = remedy
        .changes
        .iter()
        .enumerate()
        .map(|(index, (place, value, allowed))| {
            let without = statuses(&all(Some(index)));
            let differing =
                (0..cured.len()).filter(|condition| cured[*condition] != without[*condition]);
            Change {
                fact: world.name(*place),
                from: world.value(*place),
                to: value.clone(),
                allowed: allowed.clone(),
                cures: differing
                    .map(|index| world.assessed.conditions[index].condition.id.clone())
                    .collect(),
            }
        });
    Remedy {
        changes: changes.collect(),
        with_statistics: None,
    }
}
