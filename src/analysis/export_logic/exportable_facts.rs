//! Which facts another engine can have in a column.

use crate::model::fact::{FactOrigin, FactType, Schema};
use crate::tree::{FactRef, PathStep};

/// How another engine gets the values of statistics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Statistics {
    /// It calculates them from its own records.
    #[default]
    Calculated,
    /// It is given the values calculated here.
    Literal,
}

/// Why a fact cannot be in a column; `None` if it can.
pub(super) fn unfit(fact: &FactRef, schema: &Schema, statistics: Statistics) -> Option<String> {
    let stated = |step: &PathStep| schema.facts()[step.fact].origin == FactOrigin::Stated;
    let (_, references) = fact.steps().split_last()?;
    match (&fact.schema.ty, fact.schema.origin) {
        (FactType::List(_), _) => Some(format!("the fact `{fact}` is a list")),
        (_, FactOrigin::Derived) => Some(format!(
            "no tree holds the script of the derived fact `{fact}`"
        )),
        _ if !references.iter().all(stated) => Some(format!(
            "`{fact}` is read through a reference that no record states"
        )),
        (_, FactOrigin::Statistic)
            if statistics == Statistics::Calculated && !references.is_empty() =>
        {
            Some(format!(
                "`{fact}` is a statistic of another record: `--statistics literals` writes its value"
            ))
        }
        _ => None,
    }
}
