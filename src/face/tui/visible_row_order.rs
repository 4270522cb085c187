//! Which jurisdictions are shown, and in which order.

use std::cmp::Reverse;

use crate::assess::assessment::{JurisdictionDelta, Movement, RulebookAssessment, RulebookDelta};
use crate::assess::result_types::{DeterminationKind, Status};
use crate::base::diagnostic::did_you_mean;
use crate::base::work_budget::spend;
use crate::face::tui::filter::Filter;
use crate::model::condition::ConditionId;
use crate::model::fact::{FactType, Value};
use crate::model::typed_indexes::FactIndex;
use crate::model::typed_indexes::PlaceIndex;

/// Which are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Only {
    All,
    Changed,
    Undetermined,
    /// Jurisdictions with this movement.
    Moved(Movement),
}

/// In which order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    Id,
    Name,
    Determination,
    /// By the number of facts to ask for, fewest first.
    Missing,
    /// By movement: gained, lost, and so on.
    Movement,
    /// By the status of a condition, "not met" first.
    Finding(ConditionId),
    /// By a fact, unknown values last.
    Fact(String, Direction),
}

/// From the least on, or from the greatest on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    Up,
    Down,
}

/// Which are shown, how they are put together, and in which order.
#[derive(Clone, Debug)]
pub(super) struct Arrangement {
    pub(super) only: Only,
    pub(super) filter: String,
    pub(super) sort: Sort,
    /// The fact by which they are grouped.
    pub(super) group: Option<String>,
}

impl Only {
    /// The next kind of movement.
    pub(super) fn next_movement(self) -> Self {
        match self {
            Self::Moved(Movement::Gained) => Self::Moved(Movement::Lost),
            Self::Moved(Movement::Lost) => Self::Moved(Movement::BecameUnknown),
            Self::Moved(Movement::BecameUnknown) => Self::Moved(Movement::Flipped),
            Self::Moved(Movement::Flipped) => Self::Moved(Movement::Failed),
            Self::Moved(Movement::Failed) => Self::Moved(Movement::Appeared),
            Self::Moved(_) => Self::All,
            _ => Self::Moved(Movement::Gained),
        }
    }

    pub(super) fn words(self) -> Option<&'static str> {
        Some(match self {
            Self::All => return None,
            Self::Changed => "only changed",
            Self::Undetermined => "only undetermined",
            Self::Moved(Movement::Gained) => "only gained",
            Self::Moved(Movement::Lost) => "only lost",
            Self::Moved(Movement::BecameUnknown) => "only become undetermined",
            Self::Moved(Movement::Flipped) => "only flipped findings",
            Self::Moved(Movement::Failed) => "only failed",
            Self::Moved(Movement::Appeared) => "only new",
            Self::Moved(Movement::Vanished) => "only gone",
        })
    }
}

impl Sort {
    pub(super) fn next(&self) -> Self {
        match self {
            Self::Id => Self::Determination,
            Self::Determination => Self::Missing,
            Self::Missing => Self::Movement,
            Self::Movement => Self::Name,
            _ => Self::Id,
        }
    }

    pub(super) fn words(&self) -> String {
        match self {
            Self::Id => "by id".to_owned(),
            Self::Name => "by name".to_owned(),
            Self::Determination => "by determination".to_owned(),
            Self::Missing => "fewest open facts first".to_owned(),
            Self::Movement => "what changed first".to_owned(),
            Self::Finding(condition) => format!("by condition {condition}"),
            Self::Fact(path, Direction::Up) => format!("by {path}, the least first"),
            Self::Fact(path, Direction::Down) => format!("by {path}, the greatest first"),
        }
    }
}

/// The places of the jurisdictions shown, and a name in the arrangement that does not exist.
pub(super) fn rows(
    assessed: &RulebookAssessment,
    delta: Option<&RulebookDelta>,
    arrangement: &Arrangement,
) -> (Vec<PlaceIndex>, Option<String>) {
    let filter = match Filter::new(assessed, delta, &arrangement.filter) {
        Ok(filter) => filter,
        Err(why) => return (Vec::new(), Some(why)),
    };
    let changed =
        |place: PlaceIndex| delta.and_then(|delta| delta.jurisdiction(assessed.id(place)));
    let wanted = |place: PlaceIndex| {
        spend(1);
        let shown = match arrangement.only {
            Only::All => true,
            Only::Changed => changed(place).is_some(),
            Only::Undetermined => assessed.kind(place) == DeterminationKind::Undetermined,
            Only::Moved(movement) => changed(place).is_some_and(|one| one.movement() == movement),
        };
        shown && filter.lets(place)
    };
    let mut rows: Vec<PlaceIndex> = assessed.places().filter(|row| wanted(*row)).collect();
    let mut trouble = None;
    match &arrangement.sort {
        Sort::Id => {}
        Sort::Name => by(&mut rows, |row| assessed.name(row).to_lowercase()),
        Sort::Determination => by(&mut rows, |row| assessed.kind(row)),
        Sort::Missing => by(&mut rows, |row| open_facts(assessed, row)),
        Sort::Movement => by(&mut rows, |row| {
            let movement = changed(row).map(JurisdictionDelta::movement);
            (movement.is_none(), movement)
        }),
        Sort::Finding(id) => match assessed.condition(id.as_str()) {
            Some(condition) => by(&mut rows, |row| rank(assessed.status(row, condition))),
            None => trouble = Some(format!("condition `{id}` is not in force any more")),
        },
        Sort::Fact(path, direction) => match slot(assessed, path) {
            Ok(slot) => by_fact(assessed, &mut rows, slot, *direction),
            Err(why) => trouble = Some(why),
        },
    }
    if let Some(path) = &arrangement.group {
        match slot(assessed, path) {
            Ok(slot) => by_fact(assessed, &mut rows, slot, Direction::Up),
            Err(why) => trouble = Some(why),
        }
    }
    (rows, trouble)
}

/// Sorts by a key that is computed once for each row; equal rows keep their order.
fn by<K: Ord>(rows: &mut [PlaceIndex], key: impl Fn(PlaceIndex) -> K) {
    rows.sort_by_cached_key(|row| {
        spend(1);
        key(*row)
    });
}

fn by_fact(
    assessed: &RulebookAssessment,
    rows: &mut [PlaceIndex],
    slot: FactIndex,
    direction: Direction,
) {
    let value = |row: PlaceIndex| -> Option<Value> {
        let record = assessed.record_of(row);
        assessed.basis.facts.value(record, slot)
    };
    match direction {
        Direction::Up => by(rows, |row| {
            let value = value(row);
            (value.is_none(), value)
        }),
        Direction::Down => by(rows, |row| {
            let value = value(row);
            (value.is_none(), Reverse(value))
        }),
    }
}

fn open_facts(assessed: &RulebookAssessment, row: PlaceIndex) -> (bool, usize) {
    if assessed.kind(row) != DeterminationKind::Undetermined {
        return (true, 0);
    }
    (false, assessed.at(row).determination.missing.len())
}

/// The order of statuses: those that need attention first.
fn rank(status: Status) -> u8 {
    match status {
        Status::Fault => 0,
        Status::NotMet => 1,
        Status::Unknown => 2,
        Status::Met => 3,
        Status::NotApplicable => 4,
    }
}

/// The number of a fact that rows can be put in order by.
pub(super) fn slot(assessed: &RulebookAssessment, path: &str) -> Result<FactIndex, String> {
    let schema = &assessed.basis.bindings.schema;
    let Some(slot) = schema.slot(path) else {
        let near = did_you_mean(path, schema.paths());
        let near = near.map_or_else(String::new, |near| format!(", {near}"));
        return Err(format!("there is no fact `{path}`{near}"));
    };
    match schema.facts()[slot].ty {
        FactType::List(_) => Err(format!("`{path}` is a list, and has no order")),
        _ => Ok(slot),
    }
}
