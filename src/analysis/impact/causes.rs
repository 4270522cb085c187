//! Which change made a finding or a determination differ.
//!
//! For a condition, each change is tried on its own: the script as it was with one parameter as it
//! is, and so on. For a jurisdiction, the condition as it was is asked about the record as it is,
//! and the other way round. What makes a difference is a cause; if only all changes together do,
//! all are.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::analysis::impact::cases::{Cases, cases_between};
use crate::analysis::impact::rulebook_impact::{
    Cause, ConditionImpact, JurisdictionImpact, RulebookImpact, StatisticChange,
};
use crate::assess::assessment::{JurisdictionDelta, RulebookAssessment};
use crate::assess::come_to;
use crate::assess::form::{ConditionUsed, Form};
use crate::assess::prepared::Basis;
use crate::assess::verdict::Status;
use crate::model::condition::ConditionId;
use crate::model::fact::FactOrigin;
use crate::model::jurisdiction::JurisdictionId;
use crate::script::{Bindings, Program, explore};
use crate::tree::{FactRef, Owner, Tree, differences, same};

/// The conditions that changed.
pub(super) fn condition_impacts(
    before: &RulebookAssessment,
    after: &RulebookAssessment,
) -> Vec<ConditionImpact> {
    let mut found = Vec::new();
    for used in &before.conditions {
        if position(after, &used.condition.id).is_none() {
            let there = after
                .basis
                .criteria
                .conditions
                .iter()
                .any(|one| one.condition.id == used.condition.id);
            found.push(alone(
                used,
                if there {
                    Cause::NotInForce
                } else {
                    Cause::Removed
                },
            ));
        }
    }
    for used in &after.conditions {
        let id = &used.condition.id;
        match position(before, id) {
            Some(old) => found.extend(changed(before, after, &before.conditions[old], used)),
            None => {
                let there = before
                    .basis
                    .criteria
                    .conditions
                    .iter()
                    .any(|one| one.condition.id == *id);
                found.push(alone(
                    used,
                    if there { Cause::InForce } else { Cause::Added },
                ));
            }
        }
    }
    found.sort_by(|a, b| a.id.cmp(&b.id));
    found
}

fn position(assessed: &RulebookAssessment, id: &ConditionId) -> Option<usize> {
    assessed
        .conditions
        .binary_search_by(|used| used.condition.id.cmp(id))
        .ok()
}

fn alone(used: &ConditionUsed, cause: Cause) -> ConditionImpact {
    let condition = &used.condition;
    ConditionImpact {
        id: condition.id.clone(),
        title: condition.title.clone(),
        causes: [cause].into(),
        cases: None,
    }
}

fn changed(
    before: &RulebookAssessment,
    after: &RulebookAssessment,
    old: &ConditionUsed,
    new: &ConditionUsed,
) -> Option<ConditionImpact> {
    let cases = cases_between(old, new);
    let level = old.condition.level != new.condition.level;
    if cases.is_empty() && !level {
        return None;
    }
    let mut causes = if cases.is_empty() {
        Vec::new()
    } else {
        causes_of((before, after), (old, new), &cases)
    };
    causes.extend(level.then_some(Cause::Level));
    let condition = &new.condition;
    Some(ConditionImpact {
        id: condition.id.clone(),
        title: condition.title.clone(),
        causes: causes.into(),
        cases: Some(cases),
    })
}

/// What made the two versions of a condition differ.
fn causes_of(
    (before, after): (&RulebookAssessment, &RulebookAssessment),
    (old, new): (&ConditionUsed, &ConditionUsed),
    cases: &Cases,
) -> Vec<Cause> {
    let files = changed_files(old.program.as_ref(), new.program.as_ref(), new);
    let (was, is) = (&before.basis.bindings, &after.basis.bindings);
    let names: Vec<&Arc<str>> = was
        .parameters
        .keys()
        .chain(
            is.parameters
                .keys()
                .filter(|name| !was.parameters.contains_key(*name)),
        )
        .collect();
    let parameters: Vec<&Arc<str>> = names
        .into_iter()
        .filter(|name| was.parameters.get(*name) != is.parameters.get(*name))
        .collect();
    let schema = !was.schema.reads_as(&is.schema);
    let derived = was.derived.changed_files(&is.derived);
    let derived: Vec<String> = derived
        .into_iter()
        .filter(|file| !files.contains(file))
        .collect();
    let mut all: Vec<Cause> = files
        .iter()
        .chain(&derived)
        .cloned()
        .map(Cause::File)
        .collect();
    all.extend(
        parameters
            .iter()
            .map(|name| Cause::Parameter(name.to_string())),
    );
    all.extend(schema.then_some(Cause::Schema));
    if all.len() < 2 {
        return all;
    }
    let verdicts = !cases.list.is_empty();
    let tried = Tried { verdicts, old, was };
    let mut found = Vec::new();
    if !files.is_empty() && tried.differs(new.program.as_ref(), &Arc::clone(was)) {
        found.extend(files.into_iter().map(Cause::File));
    }
    for name in parameters {
        let mut values = was.parameters.clone();
        match is.parameters.get(name) {
            Some(value) => values.insert(Arc::clone(name), value.clone()),
            None => values.remove(name),
        };
        if tried.differs(old.program.as_ref(), &was.with_parameters(values)) {
            found.push(Cause::Parameter(name.to_string()));
        }
    }
    if (schema || !derived.is_empty())
        && tried.differs(old.program.as_ref(), &was.with_facts_of(is))
    {
        found.extend(derived.into_iter().map(Cause::File));
        found.extend(schema.then_some(Cause::Schema));
    }
    // Alone none makes a difference; together they do.
    if found.is_empty() { all } else { found }
}

/// The files of a script whose text changed.
fn changed_files(
    old: Option<&Arc<Program>>,
    new: Option<&Arc<Program>>,
    used: &ConditionUsed,
) -> Vec<String> {
    let (Some(old), Some(new)) = (old, new) else {
        return vec![used.condition.source.name().to_owned()];
    };
    let (old, new) = (old.files(), new.files());
    let differs = |(name, source): &(&&str, &&Arc<crate::base::source::Source>)| {
        old.get(*name)
            .is_none_or(|other| other.text() != source.text())
    };
    let changed = new
        .iter()
        .filter(differs)
        .map(|(name, _)| (*name).to_owned());
    let gone = old
        .keys()
        .filter(|name| !new.contains_key(*name))
        .map(|name| (*name).to_owned());
    changed.chain(gone).collect()
}

struct Tried<'a> {
    /// Whether it is about verdicts, and not about reasons alone.
    verdicts: bool,
    old: &'a ConditionUsed,
    was: &'a Arc<Bindings>,
}

impl Tried<'_> {
    /// Whether a script under some bindings comes to something else than the condition as it was.
    fn differs(&self, program: Option<&Arc<Program>>, bindings: &Arc<Bindings>) -> bool {
        let (Some(program), Form::Tabular(old)) = (program, &self.old.form) else {
            return !Arc::ptr_eq(bindings, self.was) || program.is_none();
        };
        let found = explore(program, bindings, None);
        if found.incomplete.is_some() {
            return true;
        }
        let new = Tree::build(&found.paths, bindings.limits);
        if !self.verdicts {
            return !same(&new, old);
        }
        differences(old, &new).is_ok_and(|found| found.cut_short || !found.cases.is_empty())
    }
}

/// What is needed to find the causes for single jurisdictions.
pub(super) struct Causes<'a> {
    before: &'a RulebookAssessment,
    after: &'a RulebookAssessment,
    impact: &'a RulebookImpact,
    /// By condition: its causes.
    conditions: BTreeMap<&'a ConditionId, &'a Arc<[Cause]>>,
    /// By record: its facts that changed.
    facts: BTreeMap<&'a JurisdictionId, Vec<usize>>,
    /// What changed in how derived facts and statistics are worked out.
    work: Vec<Cause>,
    /// The criteria as they were over the records as they are, and the other way round; only where
    /// both number the facts alike.
    crossed: Option<(Basis, Basis)>,
}

impl<'a> Causes<'a> {
    pub(super) fn new(
        before: &'a RulebookAssessment,
        after: &'a RulebookAssessment,
        impact: &'a RulebookImpact,
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
        let crossed = alike.then(|| (cross(before, after), cross(after, before)));
        let conditions = impact
            .conditions
            .iter()
            .map(|one| (&one.id, &one.causes))
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
                .map(|index| records.records().view(index))
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
                    .map_or_else(|| Arc::from([]), |causes| Arc::clone(causes)),
            })
            .collect();
        let mut causes = Vec::new();
        if delta.before != delta.after && delta.before.is_some() && delta.after.is_some() {
            causes.extend(self.impact.decision.is_some().then_some(Cause::Decision));
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
            let levels = self
                .impact
                .conditions
                .iter()
                .any(|one| one.causes.contains(&Cause::Level));
            causes.extend(levels.then_some(Cause::Level));
        }
        JurisdictionImpact {
            name,
            delta: delta.clone(),
            findings,
            causes,
        }
    }

    fn of_finding(
        &self,
        id: &JurisdictionId,
        condition: &ConditionId,
        before: Status,
    ) -> Arc<[Cause]> {
        let criteria = self.conditions.get(condition).copied();
        let mut facts = self.facts_read(id, condition);
        facts.extend(self.statistics_read(id, condition));
        match (criteria, facts.is_empty()) {
            (None, _) => facts.into(),
            (Some(criteria), true) => Arc::clone(criteria),
            (Some(criteria), false) => {
                let (by_facts, by_criteria) = self.tried(id, condition, before);
                let facts = facts.into_iter().filter(|_| by_facts);
                criteria
                    .iter()
                    .filter(|_| by_criteria)
                    .cloned()
                    .chain(facts)
                    .collect()
            }
        }
    }

    /// Whether the facts, and whether the criteria, make the difference.
    fn tried(&self, id: &JurisdictionId, condition: &ConditionId, before: Status) -> (bool, bool) {
        let Some((old_criteria, new_criteria)) = &self.crossed else {
            return (true, true);
        };
        let status = |assessed: &RulebookAssessment, basis: &Basis| {
            let used = &assessed.conditions[position(assessed, condition)?];
            let this = basis.facts.records.find(id.as_str())?;
            Some(come_to(used, basis, this).finding.status)
        };
        let by_facts = status(self.before, old_criteria) != Some(before);
        let by_criteria = status(self.after, new_criteria) != Some(before);
        // Neither alone: both together.
        if by_facts || by_criteria {
            (by_facts, by_criteria)
        } else {
            (true, true)
        }
    }

    /// The changed facts that a finding rests on, before or after.
    fn facts_read(&self, id: &JurisdictionId, condition: &ConditionId) -> Vec<Cause> {
        if self.facts.is_empty() {
            return Vec::new();
        }
        let mut found = Vec::new();
        for assessed in [self.before, self.after] {
            let Some(condition) = position(assessed, condition) else {
                continue;
            };
            let Some(this) = assessed.records().find(id.as_str()) else {
                continue;
            };
            let consulted = assessed.consulted(id, condition);
            for fact in consulted.iter().flat_map(|one| one.asked.test.facts()) {
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
    /// The statistics that a finding rests on, before or after, and that are not what they were.
    fn statistics_read(&self, id: &JurisdictionId, condition: &ConditionId) -> Vec<Cause> {
        let mut found = Vec::new();
        for assessed in [self.before, self.after] {
            if assessed.basis.criteria.wide.statistics.is_empty() {
                continue;
            }
            let Some(condition) = position(assessed, condition) else {
                continue;
            };
            for one in assessed.consulted(id, condition) {
                let facts = one.asked.test.facts().into_iter();
                for fact in facts.filter(|fact| fact.schema.origin == FactOrigin::Statistic) {
                    let value = |assessed: &RulebookAssessment| assessed.value(id.as_str(), fact);
                    let (before, after) = (value(self.before), value(self.after));
                    let same_day = self.before.as_of == self.after.as_of;
                    let by_others =
                        self.work.is_empty() && same_day && !self.facts.contains_key(id);
                    let change = StatisticChange {
                        path: fact.path.to_string(),
                        before,
                        after,
                        by_others,
                    };
                    if change.before != change.after {
                        found.push(Cause::Statistic(change));
                        found.extend(self.work.iter().cloned());
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

/// The criteria of one over the facts of the other.
fn cross(criteria: &RulebookAssessment, facts: &RulebookAssessment) -> Basis {
    Basis {
        criteria: Arc::clone(&criteria.basis.criteria),
        facts: Arc::clone(&facts.basis.facts),
        bindings: Arc::clone(&criteria.basis.bindings),
        measurements: Arc::clone(&facts.basis.measurements),
    }
}
