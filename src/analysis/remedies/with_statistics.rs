//! Remedies that hold when statistics are calculated again: a jurisdiction that changes moves means
//! and ranks with it.
//!
//! Each remedy found with fixed statistics is tried on the whole population; then single facts that
//! statistics are calculated from, with values that other jurisdictions have.

use std::collections::BTreeSet;

use crate::analysis::remedies::remedies_found::{
    Change, MovedStatistic, Remedies, Remedy, WithStatistics,
};
use crate::assess::assessment::{Assessment, RulebookAssessment};
use crate::assess::result_types::DeterminationKind;
use crate::assess::snapshot::Snapshot;
use crate::assess::{Options, SetFact, World, assess_after};
use crate::model::fact::{FactOrigin, FactType, Value};
use crate::model::jurisdiction::{JurisdictionId, Role};
use crate::model::typed_indexes::FactIndex;
use crate::model::typed_indexes::RecordIndex;

/// How many values of a number are tried, from the least to the greatest that any record has.
const VALUES: usize = 16;

/// How many times the distance to a value that does is halved.
const HALVINGS: usize = 20;

/// Tries each remedy whose changes move a statistic of the jurisdiction on the whole population,
/// and notes whether it holds there. None is left out.
pub fn with_statistics<'a>(
    snapshot: &Snapshot,
    options: &Options,
    assessment: &Assessment,
    mut remedies: Remedies<'a>,
) -> Remedies<'a> {
    let assessed = remedies.assessed;
    let trial = RemedyTrial::new(snapshot, options, assessment, &remedies);
    let behind = trial.behind_statistics();
    if behind.is_empty() {
        return remedies;
    }
    let id = remedies.one.jurisdiction.id.clone();
    let schema = &assessed.basis.bindings.schema;
    for remedy in &mut remedies.list {
        let moves = |change: &Change| {
            let path = change.fact.schema.path.as_str();
            schema.slot(path).is_some_and(|slot| behind.contains(&slot))
        };
        if !remedy.changes.iter().any(moves) {
            continue;
        }
        let found = trial.assess(stated(&id, remedy));
        let Some(found) = found.rulebooks.first().filter(|found| !found.is_empty()) else {
            continue;
        };
        let statistics = assessed.basis.criteria.wide.statistics.iter();
        let moved = statistics.filter_map(|measured| {
            let fact = &schema.facts()[measured.slot];
            let (path, decimals) = (fact.path.to_string(), fact.decimals);
            let before = assessed.value_of(id.as_str(), &path);
            let after = found.value_of(id.as_str(), &path);
            (before != after).then_some(MovedStatistic {
                path,
                decimals,
                before,
                after,
            })
        });
        remedy.with_statistics = Some(WithStatistics {
            holds: found.kind(0.into()) == remedies.want,
            moved: moved.collect(),
        });
    }
    remedies
}

/// The changes of a remedy: the id of the record, the path, and the new value.
fn stated(this: &JurisdictionId, remedy: &Remedy) -> Vec<(String, String, Value)> {
    let changes = remedy.changes.iter().map(|change| {
        let owner = match &change.fact.owner {
            crate::tree::Owner::Record(id) => id,
            _ => this,
        };
        // From its own record, whatever references lead there.
        let path = change.fact.schema.path.to_string();
        (owner.to_string(), path, change.to.clone())
    });
    changes.collect()
}

/// The remedies that hold when statistics are calculated again with each change.
pub fn jointly<'a>(
    snapshot: &Snapshot,
    options: &Options,
    assessment: &Assessment,
    mut remedies: Remedies<'a>,
) -> Remedies<'a> {
    remedies.jointly = true;
    let trial = RemedyTrial::new(snapshot, options, assessment, &remedies);
    let id = &remedies.one.jurisdiction.id;
    remedies
        .list
        .retain(|remedy| trial.holds(stated(id, remedy)));
    if remedies.one.determination.kind == remedies.want {
        return remedies;
    }
    let single = |remedy: &Remedy, slot: &str| {
        remedy.changes.len() == 1 && remedy.changes[0].fact.path.as_str() == slot
    };
    let schema = &trial.assessed.basis.bindings.schema;
    let simple = |slot: &FactIndex| {
        let ty = &schema.facts()[*slot].ty;
        !matches!(
            ty,
            FactType::Jurisdiction | FactType::List(_) | FactType::Text
        )
    };
    for slot in trial.behind_statistics().into_iter().filter(simple) {
        let path = trial.assessed.basis.bindings.schema.facts()[slot]
            .path
            .to_string();
        if remedies.list.iter().any(|remedy| single(remedy, &path)) {
            continue;
        }
        let found = trial.single(remedies.one.jurisdiction.id.as_str(), slot);
        remedies.list.extend(found.map(|change| Remedy {
            changes: vec![change],
            with_statistics: None,
        }));
    }
    remedies.list.sort_by_key(|remedy| remedy.changes.len());
    // Other values and other combinations may do as well.
    remedies.cut_short = true;
    remedies
}

struct RemedyTrial<'a> {
    snapshot: &'a Snapshot,
    options: Options,
    assessment: &'a Assessment,
    want: DeterminationKind,
    assessed: &'a RulebookAssessment,
}

impl<'a> RemedyTrial<'a> {
    fn new(
        snapshot: &'a Snapshot,
        options: &Options,
        assessment: &'a Assessment,
        remedies: &Remedies<'a>,
    ) -> Self {
        Self {
            snapshot,
            options: Options {
                jurisdictions: vec![remedies.one.jurisdiction.id.to_string()],
                ..options.clone()
            },
            assessment,
            want: remedies.want,
            assessed: remedies.assessed,
        }
    }

    /// Whether the jurisdiction has the wanted determination if records state this.
    fn holds(&self, changes: impl IntoIterator<Item = (String, String, Value)>) -> bool {
        let found = self.assess(changes);
        found
            .rulebooks
            .first()
            .is_some_and(|assessed| !assessed.is_empty() && assessed.kind(0.into()) == self.want)
    }

    /// The jurisdiction and all others assessed again, as if records stated this.
    fn assess(&self, changes: impl IntoIterator<Item = (String, String, Value)>) -> Assessment {
        let mut options = self.options.clone();
        options.rulebooks = vec![self.assessed.rulebook().id.to_string()];
        options.facts.extend(
            changes
                .into_iter()
                .map(|(jurisdiction, path, value)| SetFact {
                    jurisdiction,
                    path,
                    value: value.to_string(),
                }),
        );
        assess_after(self.snapshot, &options, self.assessment)
    }

    /// The facts that can be changed and that statistics are calculated from.
    fn behind_statistics(&self) -> BTreeSet<FactIndex> {
        let schema = &self.assessed.basis.bindings.schema;
        let wide = &self.assessed.basis.criteria.wide;
        let inputs = wide.statistics.iter().flat_map(|measured| &measured.inputs);
        let mut open: Vec<FactIndex> = inputs
            .flat_map(|inputs| inputs.all().collect::<Vec<_>>())
            .collect();
        let mut seen: BTreeSet<FactIndex> = BTreeSet::new();
        while let Some(slot) = open.pop() {
            if seen.insert(slot) {
                let derived = self
                    .assessed
                    .derived()
                    .iter()
                    .filter(|used| used.slot == slot);
                open.extend(derived.flat_map(|used| used.reads.iter().copied()));
            }
        }
        let can = |slot: &FactIndex| {
            let fact = &schema.facts()[*slot];
            !slot.is_built_in() && fact.origin == FactOrigin::Stated && !fact.fixed
        };
        seen.into_iter().filter(can).collect()
    }

    /// The nearest value of a fact that is found to do; `None` if none is.
    fn single(&self, id: &str, slot: FactIndex) -> Option<Change> {
        let this = self.assessed.records().find(id)?;
        let facts = &self.assessed.basis.facts;
        let schema = &self.assessed.basis.bindings.schema.facts()[slot];
        let now = facts.value(this, slot);
        let tried =
            |value: &Value| self.holds([(id.to_owned(), schema.path.to_string(), value.clone())]);
        let distance = |value: &Value| match (number_of(value), now.as_ref().and_then(number_of)) {
            (Some(value), Some(now)) => (value - now).abs(),
            _ => 0.0,
        };
        let mut values = self.values(slot);
        values.retain(|value| Some(value) != now.as_ref());
        values.sort_by(|a, b| distance(a).total_cmp(&distance(b)).then(a.cmp(b)));
        let mut to = values.into_iter().find(|value| tried(value))?;
        // From there as near to what it is as still does.
        if let (Some(mut far), Some(mut near)) = (number_of(&to), now.as_ref().and_then(number_of))
        {
            for _ in 0..HALVINGS {
                let middle = number(f64::midpoint(far, near), &schema.ty);
                match middle
                    .as_ref()
                    .filter(|value| Some(*value) != now.as_ref() && **value != to)
                {
                    Some(value) if tried(value) => {
                        far = number_of(value)?;
                        to = value.clone();
                    }
                    Some(value) => near = number_of(value)?,
                    None => break,
                }
            }
        }
        let world = World::around(self.assessed, this);
        let fact = world.name((world.this, slot));
        Some(Change {
            fact,
            from: now,
            allowed: format!("for example {to}"),
            to,
            cures: Vec::new(),
        })
    }

    /// A few of the values that others have, and greater ones.
    fn values(&self, slot: FactIndex) -> Vec<Value> {
        let facts = &self.assessed.basis.facts;
        let counts =
            |record: &RecordIndex| self.assessed.records().view(*record).role() == Role::Assessed;
        let all = RecordIndex::first(facts.records.len())
            .filter(counts)
            .filter_map(|record| facts.value(record, slot));
        let all: Vec<Value> = all.collect::<BTreeSet<_>>().into_iter().collect();
        let schema = &self.assessed.basis.bindings.schema.facts()[slot];
        // And a few that nobody has.
        let most = all.last().and_then(number_of).unwrap_or_default();
        let beyond = [2.0, 10.0]
            .into_iter()
            .filter_map(|times| number(most * times, &schema.ty));
        let beyond =
            beyond.filter(|value| schema.range.max.as_ref().is_none_or(|max| value <= max));
        if all.len() <= VALUES {
            return all.iter().cloned().chain(beyond).collect();
        }
        let some = (0..VALUES).map(|step| all[step * (all.len() - 1) / (VALUES - 1)].clone());
        some.chain(beyond).collect()
    }
}

/// The binary number nearest to a value.
fn number_of(value: &Value) -> Option<f64> {
    crate::tree::number_of(value).map(|number| number.near())
}

/// A number as a value of a type, with no more digits than a person would write.
fn number(number: f64, ty: &FactType) -> Option<Value> {
    match ty {
        FactType::Number => format!("{number:.2}").parse().ok().map(Value::Number),
        FactType::Integer => format!("{number:.0}").parse().ok().map(Value::Integer),
        _ => None,
    }
}
