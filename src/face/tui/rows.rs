//! Which jurisdictions are shown, and in which order.

use crate::assess::assessment::{RulebookAssessment, RulebookDelta};
use crate::assess::verdict::DeterminationKind;

/// Which are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Only {
    All,
    Changed,
    Undetermined,
}

/// In which order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    Id,
    Determination,
    /// Those with the fewest facts to ask for first.
    Missing,
}

impl Sort {
    pub(super) fn next(self) -> Self {
        match self {
            Self::Id => Self::Determination,
            Self::Determination => Self::Missing,
            Self::Missing => Self::Id,
        }
    }

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Id => "by id",
            Self::Determination => "by determination",
            Self::Missing => "fewest open facts first",
        }
    }
}

/// The places of the jurisdictions shown.
pub(super) fn rows(
    assessed: &RulebookAssessment,
    delta: Option<&RulebookDelta>,
    only: Only,
    filter: &str,
    sort: Sort,
) -> Vec<usize> {
    let filter = filter.to_lowercase();
    let wanted = |place: usize| {
        let shown = match only {
            Only::All => true,
            Only::Changed => {
                delta.is_some_and(|delta| delta.jurisdiction(assessed.id(place)).is_some())
            }
            Only::Undetermined => assessed.kind(place) == DeterminationKind::Undetermined,
        };
        shown && (filter.is_empty() || matches(assessed, place, &filter))
    };
    let mut rows: Vec<usize> = (0..assessed.len()).filter(|row| wanted(*row)).collect();
    match sort {
        Sort::Id => {}
        Sort::Determination => rows.sort_by_key(|row| assessed.kind(*row)),
        Sort::Missing => rows.sort_by_key(|row| {
            let undetermined = assessed.kind(*row) == DeterminationKind::Undetermined;
            (
                !undetermined,
                if undetermined {
                    assessed.at(*row).determination.missing.len()
                } else {
                    0
                },
            )
        }),
    }
    rows
}

fn matches(assessed: &RulebookAssessment, place: usize, filter: &str) -> bool {
    assessed.id(place).contains(filter)
        || assessed.name(place).to_lowercase().contains(filter)
        || assessed.kind(place).to_string() == filter
}
