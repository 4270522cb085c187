//! Derived facts that are marked `@result`, in words: of one jurisdiction, and added up.

use crate::analysis::summary::amounts;
use crate::assess::assessment::{DerivedUsed, RulebookAssessment};
use crate::model::fact::Value;
use crate::model::typed_indexes::PlaceIndex;

/// The value of a result for the jurisdiction at a place, with its unit.
pub(crate) fn result_in_words(
    assessed: &RulebookAssessment,
    place: PlaceIndex,
    used: &DerivedUsed,
) -> String {
    let schema = &used.fact.schema;
    match (assessed.amount(place, used), &schema.unit) {
        (None, _) => "unknown".to_owned(),
        (Some(value), Some(unit)) => format!("{} {unit}", value.shown(schema.decimals)),
        (Some(value), None) => value.shown(schema.decimals),
    }
}

/// The totals of numeric results for the eligible jurisdictions, one per line.
pub(super) fn result_totals(assessed: &RulebookAssessment) -> Vec<String> {
    let line = |amount: crate::analysis::summary::Amount| {
        let [eligible, ..] = &amount.totals;
        let sum = Value::Number(eligible.sum.clone()).shown(amount.decimals);
        let sign = if eligible.rounded { "≈" } else { "" };
        let unit = amount.unit.map(|unit| format!(" {unit}"));
        let unknown = match eligible.unknown {
            0 => String::new(),
            count => format!(", of {count} more unknown"),
        };
        let (name, unit, of) = (&amount.name, unit.unwrap_or_default(), eligible.members);
        format!("{name} of the {of} eligible: {sign}{sum}{unit} in all{unknown}")
    };
    amounts(assessed).into_iter().map(line).collect()
}
