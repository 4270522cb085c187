//! Which jurisdictions are shown, and in which order.

use crate::assessment::{DeterminationKind, JurisdictionAssessment, RulebookAssessment, RulebookDelta};

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
    let wanted = |one: &JurisdictionAssessment| {
        let shown = match only {
            Only::All => true,
            Only::Changed => delta.is_some_and(|delta| delta.jurisdiction(&one.jurisdiction.id).is_some()),
            Only::Undetermined => one.determination.kind == DeterminationKind::Undetermined,
        };
        shown && (filter.is_empty() || matches(one, &filter))
    };
    let list = &assessed.jurisdictions;
    let mut rows: Vec<usize> = (0..list.len()).filter(|row| wanted(&list[*row])).collect();
    match sort {
        Sort::Id => {}
        Sort::Determination => rows.sort_by_key(|row| list[*row].determination.kind),
        Sort::Missing => rows.sort_by_key(|row| {
            let determination = &list[*row].determination;
            (determination.kind != DeterminationKind::Undetermined, determination.missing.len())
        }),
    }
    rows
}

fn matches(one: &JurisdictionAssessment, filter: &str) -> bool {
    let record = &one.jurisdiction;
    record.id.as_str().contains(filter)
        || record.name.to_lowercase().contains(filter)
        || one.determination.kind.to_string() == filter
}
