//! Amounts, added up over jurisdictions.

use crate::assess::assessment::{DerivedUsed, RulebookAssessment};
use crate::assess::result_types::DeterminationKind;
use crate::model::fact::{Number, Sum};
use crate::tree::{ValueKind, number_of};

/// An amount of a rulebook, added up by determination.
#[derive(Clone, Debug)]
pub struct Amount {
    /// Its name, which is that of the derived fact.
    pub name: String,
    /// The title of the amount; `None` if the rulebook states none.
    pub title: Option<String>,
    /// Its unit; `None` if it has none.
    pub unit: Option<String>,
    /// The number of decimals it is shown with; `None` for all.
    pub decimals: Option<u8>,
    /// The totals by determination, in the order of [`DeterminationKind::ALL`].
    pub totals: [Total; 4],
}

/// A total of known amounts.
#[derive(Clone, Debug)]
pub struct Total {
    /// The sum.
    pub sum: Number,
    /// How many jurisdictions are in the sum.
    pub members: usize,
    /// How many jurisdictions have an unknown amount.
    pub unknown: usize,
    /// Whether members were rounded to 34 digits.
    pub rounded: bool,
}

/// The amounts of a rulebook that are numbers, added up.
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
