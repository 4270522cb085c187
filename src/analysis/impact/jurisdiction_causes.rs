//! Which change made a finding or a determination of a jurisdiction differ.
//!
//! Each change of the condition is tried on its own over the old record, and the old condition over
//! the record with one new fact. A change that makes a difference is a cause; if only several
//! together make one, all of them are.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::analysis::impact::condition_causes::CauseTrial;
use crate::analysis::impact::rulebook_impact::{
    Cause, JurisdictionImpact, RulebookImpact, StatisticChange,
};
use crate::assess::assessment::{JurisdictionDelta, RulebookAssessment};
use crate::assess::prepared_rulebook::{Basis, Decider};
use crate::assess::result_types::Status;
use crate::assess::{World, come_to, kind};
use crate::model::condition::ConditionId;
use crate::model::fact::{FactOrigin, Value};
use crate::model::jurisdiction::JurisdictionId;
use crate::model::rulebook::Statistic;
use crate::model::typed_indexes::FactIndex;
use crate::script::{names_read, puts_names_together};
use crate::tree::{FactRef, Owner, Taken, Test};

/// What is needed to find the causes for single jurisdictions.
pub(super) struct Causes<'a> {
    before: &'a RulebookAssessment,
    after: &'a RulebookAssessment,
    impact: &'a RulebookImpact,
    /// By condition: its causes, and each tried on its own if there are several.
    conditions: BTreeMap<&'a ConditionId, (&'a Arc<[Cause]>, &'a [CauseTrial])>,
    /// By record: the facts that changed.
    facts: BTreeMap<&'a JurisdictionId, Vec<usize>>,
    /// By statistic: what changed in how it is calculated.
    work: BTreeMap<String, Vec<Cause>>,
    /// The new criteria over the old records; `None` unless both number facts alike.
    crossed: Option<Basis>,
}

impl<'a> Causes<'a> {
    pub(super) fn new(
        before: &'a RulebookAssessment,
        after: &'a RulebookAssessment,
        impact: &'a RulebookImpact,
        trials: &'a [Vec<CauseTrial>],
    ) -> Self {
        let mut facts: BTreeMap<&JurisdictionId, Vec<usize>> = BTreeMap::new();
        for (index, change) in impact.facts.iter().enumerate() {
            facts.entry(&change.jurisdiction).or_default().push(index);
        }
        let alike = before
            .basis
            .bindings
            .schema
            .reads_as(&after.basis.bindings.schema);
        let crossed = alike.then(|| cross(after, before));
        let conditions = impact
            .conditions
            .iter()
            .zip(trials)
            .map(|(one, trials)| (&one.id, (&one.causes, trials.as_slice())))
            .collect();
        let (was, is) = (&before.basis.bindings, &after.basis.bindings);
        let wide = before
            .basis
            .criteria
            .wide
            .reads_as(&after.basis.criteria.wide);
        let mut work: Vec<Cause> = was
            .derived
            .changed_files(&is.derived)
            .into_iter()
            .map(Cause::File)
            .collect();
        let names = was
            .parameters
            .keys()
            .filter(|name| was.parameters.get(*name) != is.parameters.get(*name));
        work.extend(names.map(|name| Cause::Parameter(name.to_string())));
        work.extend((!wide).then_some(Cause::Statistics));
        let work = work_by_statistic([before, after], &work);
        Self {
            before,
            after,
            impact,
            conditions,
            facts,
            work,
            crossed,
        }
    }

    /// What changed for a jurisdiction, and why.
    pub(super) fn of(&self, delta: &JurisdictionDelta) -> JurisdictionImpact {
        let records = |assessed: &'a RulebookAssessment| {
            let records = assessed.records();
            records
                .find(delta.id.as_str())
                .map(|index| records.view(index))
        };
        let record = records(self.after).or_else(|| records(self.before));
        let name = record.map_or_else(|| delta.id.as_str().into(), |record| record.name().into());
        let findings: Vec<Arc<[Cause]>> = delta
            .findings
            .iter()
            .map(|finding| match (finding.before, finding.after) {
                (Some(before), Some(_)) => self.of_finding(&delta.id, &finding.condition, before),
                _ => self
                    .conditions
                    .get(&finding.condition)
                    .map_or_else(|| Arc::from([]), |(causes, _)| Arc::clone(causes)),
            })
            .collect();
        let mut causes = Vec::new();
        if delta.before != delta.after && delta.before.is_some() && delta.after.is_some() {
            causes.extend(self.by_decision(delta).then_some(Cause::Decision));
            let waivers = |assessed: &RulebookAssessment, record: &str| {
                let one = assessed.jurisdiction(record);
                one.map(|one| {
                    one.findings
                        .iter()
                        .map(|finding| finding.waived.is_some())
                        .collect::<Vec<_>>()
                })
            };
            let waived =
                waivers(self.before, delta.id.as_str()) != waivers(self.after, delta.id.as_str());
            let alike = self.before.conditions.len() == self.after.conditions.len();
            causes.extend((waived && alike).then_some(Cause::Waivers));
            causes.extend((self.levels() && self.by_deciding(delta)).then_some(Cause::Level));
        }
        JurisdictionImpact {
            name,
            delta: delta.clone(),
            findings,
            causes,
        }
    }

    /// Whether other conditions are required than before.
    fn levels(&self) -> bool {
        let mut causes = self.impact.conditions.iter().flat_map(|one| &*one.causes);
        causes.any(|cause| *cause == Cause::Level)
    }

    /// Whether a change of the decision itself makes the difference.
    fn by_decision(&self, delta: &JurisdictionDelta) -> bool {
        let declared = |assessed: &RulebookAssessment| assessed.rulebook().decision.clone();
        let by_script = matches!(*self.after.decider, Decider::Tree(..));
        self.impact.decision.is_some()
            && (by_script || declared(self.before) != declared(self.after))
            && self.by_deciding(delta)
    }

    /// Whether the old findings have another determination by the new decision; or, if neither this
    /// nor the findings alone make a difference, both together do.
    fn by_deciding(&self, delta: &JurisdictionDelta) -> bool {
        let ids = |assessed: &'a RulebookAssessment| {
            let conditions = assessed.conditions.iter();
            conditions.map(|used| &used.condition.id)
        };
        if !ids(self.before).eq(ids(self.after)) {
            return true;
        }
        let decided = |decider: &Decider, over: &RulebookAssessment| {
            let this = over.records().find(delta.id.as_str())?;
            let conditions = over.conditions.iter();
            let examined: Vec<_> = conditions
                .map(|used| come_to(used, &over.basis, this))
                .collect();
            Some(kind(decider, &over.basis, this, &examined))
        };
        decided(&self.after.decider, self.before) != delta.before
            || decided(&self.before.decider, self.after) == delta.before
    }

    fn of_finding(
        &self,
        id: &JurisdictionId,
        condition: &ConditionId,
        before: Status,
    ) -> Arc<[Cause]> {
        let criteria = self.conditions.get(condition).copied();
        let facts = self.facts_read(id, condition);
        let statistics = self.statistics_read(id, condition);
        match criteria {
            Some((criteria, [])) if facts.is_empty() && statistics.is_empty() => {
                return Arc::clone(criteria);
            }
            None if facts.len() + statistics.len() < 2 => {
                return facts.into_iter().chain(statistics).collect();
            }
            _ => {}
        }
        let mut found = Vec::new();
        if let Some((causes, trials)) = criteria {
            if trials.is_empty() && self.by_criteria(id, condition, before) {
                found.extend(causes.iter().cloned());
            }
            let this = self.before.records().find(id.as_str());
            let differs = |trial: &&CauseTrial| {
                this.is_none_or(|this| trial.changes(before, &self.before.basis, this))
            };
            let trials = trials.iter().filter(differs);
            found.extend(trials.flat_map(|trial| trial.causes.iter().cloned()));
        }
        let of_facts = facts.iter().chain(&statistics);
        found.extend(self.by_facts(id, condition, before, &facts, &statistics));
        // None alone: several together.
        if found.is_empty() {
            let (causes, trials) = criteria.map_or((&[][..], &[][..]), |(all, one)| (all, one));
            let tried = trials.iter().flat_map(|trial| trial.causes.iter());
            let criteria = causes.iter().filter(|_| trials.is_empty()).chain(tried);
            found.extend(criteria.chain(of_facts).cloned());
        }
        found.into()
    }

    /// Whether the new criteria give another result over the old records.
    fn by_criteria(&self, id: &JurisdictionId, condition: &ConditionId, before: Status) -> bool {
        let Some(crossed) = &self.crossed else {
            return true;
        };
        let status = || {
            let used = &self.after.conditions[self.after.condition(condition.as_str())?];
            let this = crossed.facts.records.find(id.as_str())?;
            Some(come_to(used, crossed, this).finding.status)
        };
        status() != Some(before)
    }

    /// The facts and statistics that make a difference on their own.
    fn by_facts(
        &self,
        id: &JurisdictionId,
        condition: &ConditionId,
        before: Status,
        facts: &[Cause],
        statistics: &[Cause],
    ) -> Vec<Cause> {
        let all = || facts.iter().chain(statistics).cloned().collect();
        let place = self.before.condition(condition.as_str());
        let records = self.before.records();
        let (Some(condition), Some(this)) = (place, records.find(id.as_str())) else {
            return all();
        };
        let led_to = facts.iter().filter_map(|cause| match cause {
            Cause::Fact(index) => self.impact.facts[*index].after.as_ref(),
            _ => None,
        });
        let led_to = led_to.filter_map(|value| match value {
            Value::Text(id) => records.find(id),
            _ => None,
        });
        let world = World::near(self.before, this, led_to);
        let differs = |cause: &&Cause| {
            let (record, path, value) = match cause {
                Cause::Fact(index) => {
                    let change = &self.impact.facts[*index];
                    let path = change.schema.path.as_str();
                    (change.jurisdiction.as_str(), path, &change.after)
                }
                Cause::Statistic(change) => (id.as_str(), change.path.as_str(), &change.after),
                // A changed declaration of a statistic counts with the statistic.
                _ => return true,
            };
            let record = world.basis.facts.records.find(record);
            let slot = self.before.basis.bindings.schema.slot(path);
            let (Some(record), Some(slot)) = (record, slot) else {
                return true;
            };
            let taken = value.clone().map_or(Taken::NotStated, Taken::Value);
            world.taking([((record, slot), taken)]).status(condition) != before
        };
        let mut found: Vec<Cause> = facts.iter().filter(differs).cloned().collect();
        let is_statistic = |cause: &&Cause| matches!(cause, Cause::Statistic(_));
        if statistics
            .iter()
            .filter(is_statistic)
            .any(|one| differs(&one))
        {
            found.extend(statistics.iter().filter(differs).cloned());
        }
        found
    }

    /// The changed facts that a finding depends on, before or after.
    fn facts_read(&self, id: &JurisdictionId, condition: &ConditionId) -> Vec<Cause> {
        if self.facts.is_empty() {
            return Vec::new();
        }
        let mut found = Vec::new();
        for assessed in [self.before, self.after] {
            let Some(condition) = assessed.condition(condition.as_str()) else {
                continue;
            };
            let Some(this) = assessed.records().find(id.as_str()) else {
                continue;
            };
            let consulted = assessed.consulted(id, condition);
            let asked = consulted.iter().flat_map(|one| {
                let known = match &one.asked.test {
                    Test::Known(fact, _) => Some(fact),
                    _ => None,
                };
                one.asked.test.facts().into_iter().chain(known)
            });
            for fact in asked {
                let own = assessed.basis.facts.own_name(this, fact);
                for name in [fact, &own] {
                    found.extend(self.changed(id, name).map(Cause::Fact));
                }
            }
        }
        found.sort();
        found.dedup();
        found
    }
}

impl Causes<'_> {
    /// The changed statistics that a finding depends on, before or after.
    fn statistics_read(&self, id: &JurisdictionId, condition: &ConditionId) -> Vec<Cause> {
        let mut found = Vec::new();
        for assessed in [self.before, self.after] {
            if assessed.basis.criteria.wide.statistics.is_empty() {
                continue;
            }
            let Some(condition) = assessed.condition(condition.as_str()) else {
                continue;
            };
            for one in assessed.consulted(id, condition) {
                let facts = one.asked.test.facts().into_iter();
                for fact in facts.filter(|fact| fact.schema.origin == FactOrigin::Statistic) {
                    let value = |assessed: &RulebookAssessment| assessed.value(id.as_str(), fact);
                    let (before, after) = (value(self.before), value(self.after));
                    let same_day = self.before.as_of == self.after.as_of;
                    let work = self.work.get(fact.last_path());
                    let work = work.map_or(&[][..], Vec::as_slice);
                    let by_others = work.is_empty() && same_day && !self.facts.contains_key(id);
                    let change = StatisticChange {
                        path: fact.path.to_string(),
                        before,
                        after,
                        by_others,
                    };
                    if change.before != change.after {
                        found.push(Cause::Statistic(change));
                        found.extend(work.iter().cloned());
                    }
                }
            }
        }
        found.sort();
        found.dedup();
        found
    }

    /// The changes of a fact, and of the references that lead to it.
    fn changed<'s>(
        &'s self,
        id: &JurisdictionId,
        fact: &'s FactRef,
    ) -> impl Iterator<Item = usize> + 's {
        let changes = match &fact.owner {
            Owner::This => self.facts.get(id),
            Owner::Record(other) => self.facts.get(other),
            Owner::Finding => None,
        };
        changes.into_iter().flatten().copied().filter(|index| {
            let path = self.impact.facts[*index].schema.path.as_str();
            fact.path
                .as_str()
                .strip_prefix(path)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
    }
}

/// What one statistic is calculated from, directly or indirectly.
#[derive(Default)]
struct StatisticSources {
    files: BTreeSet<String>,
    /// The names that scripts on the way read; they may read others too.
    names: BTreeSet<String>,
    reads_any: bool,
    /// The statistics on the way, including itself, as declared.
    declared: Vec<Arc<Statistic>>,
}

impl StatisticSources {
    fn of(assessed: &RulebookAssessment, slot: FactIndex) -> Self {
        let mut found = Self::default();
        let sources = assessed.basis.calculated_from([slot]);
        let statistics = assessed.basis.criteria.wide.statistics.iter();
        let statistics = statistics.filter(|one| sources.contains(&one.slot));
        found
            .declared
            .extend(statistics.map(|one| Arc::clone(&one.statistic)));
        found
            .declared
            .sort_by(|one, other| one.name.cmp(&other.name));
        let derived = assessed.basis.plan.derived.iter();
        let derived = derived.filter(|one| sources.contains(&one.slot));
        let programs = derived.filter_map(|one| one.program.as_ref());
        for (name, file) in programs.flat_map(|program| program.files()) {
            found.files.insert(name.to_owned());
            found.names.extend(names_read(file).map(str::to_owned));
            found.reads_any |= puts_names_together(file);
        }
        found
    }

    fn reads(&self, parameter: &str) -> bool {
        self.reads_any || self.names.contains(parameter)
    }

    fn declares_as(&self, other: &Self) -> bool {
        let mut pairs = self.declared.iter().zip(&other.declared);
        self.declared.len() == other.declared.len()
            && pairs.all(|(one, other)| one.name == other.name && one.reads_as(other))
    }
}

/// By statistic: the changes in how facts are calculated that affect it.
fn work_by_statistic(
    versions: [&RulebookAssessment; 2],
    work: &[Cause],
) -> BTreeMap<String, Vec<Cause>> {
    let mut found = BTreeMap::new();
    if work.is_empty() {
        return found;
    }
    let paths = versions.iter().flat_map(|assessed| {
        let all = assessed.basis.criteria.wide.statistics.iter();
        all.map(|one| {
            assessed.basis.bindings.schema.facts()[one.slot]
                .path
                .to_string()
        })
    });
    for path in paths.collect::<BTreeSet<String>>() {
        let [was, is] = versions.map(|assessed| {
            let slot = assessed.basis.bindings.schema.slot(&path);
            slot.map_or_else(StatisticSources::default, |slot| {
                StatisticSources::of(assessed, slot)
            })
        });
        let has_to_do = |cause: &&Cause| match cause {
            Cause::File(file) => was.files.contains(file) || is.files.contains(file),
            Cause::Parameter(name) => was.reads(name) || is.reads(name),
            Cause::Statistics => !was.declares_as(&is),
            _ => true,
        };
        found.insert(path, work.iter().filter(has_to_do).cloned().collect());
    }
    found
}

/// The criteria of one version over the facts of the other.
fn cross(criteria: &RulebookAssessment, facts: &RulebookAssessment) -> Basis {
    Basis {
        criteria: Arc::clone(&criteria.basis.criteria),
        facts: Arc::clone(&facts.basis.facts),
        bindings: Arc::clone(&criteria.basis.bindings),
        plan: Arc::clone(&criteria.basis.plan),
        measurements: Arc::clone(&facts.basis.measurements),
        faults: Arc::clone(&facts.basis.faults),
        runs: Arc::clone(&criteria.basis.runs),
    }
}
