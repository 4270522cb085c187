//! Amounts: what derived facts that are marked as results come to, added up.

use crate::assess::assessment::{DerivedUsed, RulebookAssessment};
use crate::assess::result_types::DeterminationKind;
use crate::model::fact::{Number, Sum};
use crate::tree::{ValueKind, number_of};

/// A result of a rulebook, added up by determination.
#[derive(Clone, Debug)]
pub struct Amount {
    /// Its name: that of the derived fact.
    pub name: String,
    /// What it is.
    pub title: Option<String>,
    /// Its unit.
    pub unit: Option<String>,
    /// How many places after the point it is shown with.
    pub decimals: Option<u8>,
    /// By determination, in the order of [`DeterminationKind::ALL`].
    pub totals: [Total; 4],
}

/// A sum of what is known.
#[derive(Clone, Debug)]
pub struct Total {
    /// The sum.
    pub sum: Number,
    /// How many are in it.
    pub members: usize,
    /// Of how many the amount is not known.
    pub unknown: usize,
    /// Members were rounded to 34 digits.
    pub rounded: bool,
}

/// The results of a rulebook that are numbers, added up.
pub(crate) fn amounts(assessed: &RulebookAssessment) -> Vec<Amount> {
    let results = assessed.amounts();
    let numeric = results.filter(|used| {
        matches!(
            ValueKind::of(&used.fact.schema.ty),
            ValueKind::Integer | ValueKind::Number
        )
    });
    numeric
        .map(|used| {
            let schema = &used.fact.schema;
            Amount {
                name: schema.path.to_string(),
                title: schema.description.clone(),
                unit: schema.unit.clone(),
                decimals: schema.decimals,
                totals: DeterminationKind::ALL.map(|kind| total(assessed, used, kind)),
            }
        })
        .collect()
}

fn total(assessed: &RulebookAssessment, used: &DerivedUsed, kind: DeterminationKind) -> Total {
    let (mut sum, mut members, mut unknown) = (Sum::default(), 0, 0);
    for place in assessed
        .places()
        .filter(|place| assessed.kind(*place) == kind)
    {
        match assessed.amount(place, used).as_ref().and_then(number_of) {
            Some(number) => {
                sum.add(&number);
                members += 1;
            }
            None => unknown += 1,
        }
    }
    Total {
        sum: sum.value(),
        members,
        unknown,
        rounded: sum.is_rounded(),
    }
}
