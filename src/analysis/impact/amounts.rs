//! The amounts of two versions: who has more or less, and what all add up to.

use std::cmp::Ordering;

use crate::assess::assessment::{DerivedUsed, RulebookAssessment};
use crate::assess::result_types::DeterminationKind;
use crate::model::fact::{Number, Sum, Value};
use crate::model::jurisdiction::JurisdictionId;
use crate::model::typed_indexes::PlaceIndex;
use crate::tree::{ValueKind, number_of};

/// An amount that changed.
#[derive(Clone, Debug)]
pub struct AmountImpact {
    /// Its name, which is that of the derived fact.
    pub name: String,
    /// Its unit; `None` if it has none.
    pub unit: Option<String>,
    /// The number of decimals it is shown with; `None` for all.
    pub decimals: Option<u8>,
    /// The sums over those who were eligible before, and over those who are now; `None` if it is no
    /// number.
    pub sums: Option<(Number, Number)>,
    /// Whether members were rounded to 34 digits before they were added up.
    pub rounded: bool,
    /// The jurisdictions with another value than before, in order of their ids.
    pub changes: Vec<AmountChange>,
}

/// The changed amount of one jurisdiction.
#[derive(Clone, Debug)]
pub struct AmountChange {
    /// The id of the jurisdiction.
    pub jurisdiction: JurisdictionId,
    /// The amount before; `None` if it was unknown or did not exist.
    pub before: Option<Value>,
    /// The amount now; `None` if it is unknown or does not exist.
    pub after: Option<Value>,
}

impl AmountImpact {
    /// How many jurisdictions have more than before, and how many less. One without a value before
    /// or now is in neither.
    pub fn more_and_less(&self) -> (usize, usize) {
        let count = |wanted: Ordering| {
            let both = |one: &&AmountChange| match (&one.before, &one.after) {
                (Some(before), Some(after)) => after.cmp(before) == wanted,
                _ => false,
            };
            self.changes.iter().filter(both).count()
        };
        (count(Ordering::Greater), count(Ordering::Less))
    }
}

/// The amounts that changed, in order of their names.
pub(super) fn amounts(
    before: &RulebookAssessment,
    after: &RulebookAssessment,
) -> Vec<AmountImpact> {
    let name = |used: &DerivedUsed| used.fact.schema.path.to_string();
    let found = after.amounts().filter_map(|now| {
        let was = before.amounts().find(|one| name(one) == name(now));
        let schema = &now.fact.schema;
        let changes = changes((before, was), (after, now));
        let is_number = matches!(
            ValueKind::of(&schema.ty),
            ValueKind::Integer | ValueKind::Number
        );
        let sums = is_number.then(|| {
            let was = was.map_or((Number::ZERO, false), |was| of_eligible(before, was));
            (was, of_eligible(after, now))
        });
        let rounded = sums.as_ref().is_some_and(|(was, is)| was.1 || is.1);
        let sums = sums.map(|(was, is)| (was.0, is.0));
        let same = changes.is_empty() && sums.as_ref().is_none_or(|(was, is)| was == is);
        (!same).then(|| AmountImpact {
            name: name(now),
            rounded,
            unit: schema.unit.clone(),
            decimals: schema.decimals,
            sums,
            changes,
        })
    });
    found.collect()
}

fn changes(
    (before, was): (&RulebookAssessment, Option<&DerivedUsed>),
    (after, now): (&RulebookAssessment, &DerivedUsed),
) -> Vec<AmountChange> {
    let one = |place: PlaceIndex| {
        let id = after.id(place);
        let value = |was| Some((before.place(id)?, was));
        let old = was.and_then(value);
        let old = old.and_then(|(place, was)| before.amount(place, was));
        let new = after.amount(place, now);
        (old != new).then(|| AmountChange {
            jurisdiction: JurisdictionId::new(id),
            before: old,
            after: new,
        })
    };
    after.places().filter_map(one).collect()
}

/// The sum over eligible jurisdictions, and whether members were rounded.
fn of_eligible(assessed: &RulebookAssessment, used: &DerivedUsed) -> (Number, bool) {
    let mut sum = Sum::default();
    let eligible = |place: &PlaceIndex| assessed.kind(*place) == DeterminationKind::Eligible;
    for place in assessed.places().filter(eligible) {
        if let Some(number) = assessed.amount(place, used).as_ref().and_then(number_of) {
            sum.add(&number);
        }
    }
    (sum.value(), sum.is_rounded())
}
