//! Rounds proposed numbers to no more digits than records have.

use crate::assess::result_types::DeterminationKind;
use crate::assess::{World, WorldFact};
use crate::model::fact::Value;
use crate::tree::{Domain, Taken};

/// The values of a remedy, with numbers as records state them: with the decimals of their column,
/// if such values do as well.
pub(super) fn rounded(
    world: &World<'_>,
    want: DeterminationKind,
    (chosen, domains): (&[(WorldFact, Value)], &[Domain]),
    led: &[(WorldFact, Value)],
) -> Vec<(WorldFact, Value)> {
    let mut values = chosen.to_vec();
    for index in 0..values.len() {
        let ((place, value), domain) = (&values[index], &domains[index]);
        let Value::Number(number) = value else {
            continue;
        };
        let places = places(world, *place);
        if number.places().is_some_and(|has| has <= places) {
            continue;
        }
        let nearer = [domain.rounder(value.clone(), Some(places))]
            .into_iter()
            .chain(number.between(places).map(Value::Number));
        let before = value.clone();
        for candidate in nearer {
            values[index].1 = candidate;
            let all = values.iter().chain(led).cloned();
            let there = world.taking(all.map(|(place, value)| (place, Taken::Value(value))));
            if there.kind() == want {
                break;
            }
            values[index].1 = before.clone();
        }
    }
    values
}

/// The number of decimals that a fact is shown with; otherwise the most that some record states.
fn places(world: &World<'_>, (_, slot): WorldFact) -> u32 {
    let facts = &world.assessed.basis.facts;
    let schema = &world.assessed.basis.bindings.schema.facts()[slot];
    if let Some(decimals) = schema.decimals {
        return decimals.into();
    }
    let column = facts.column(slot);
    let all = column.into_iter().flat_map(|column| {
        (0..column.len()).filter_map(move |row| match column.get(row) {
            Some(Value::Number(number)) => number.places(),
            _ => None,
        })
    });
    all.max().unwrap_or(0)
}
