//! One jurisdiction with facts that can be changed at will, assessed again in no time.
//!
//! It holds the records that the jurisdiction can reach and no others, so its cost does not grow
//! with how many there are.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::assess::assessment::RulebookAssessment;
use crate::assess::computed_columns;
use crate::assess::derived_fact_column::read_by;
use crate::assess::examine_condition::{Examined, come_to, examine};
use crate::assess::explored_scripts::{ConditionUsed, Form};
use crate::assess::finding_combinations::decisions;
use crate::assess::next_step_of_decision::DecisionWalk;
use crate::assess::overall_determination::{determine, kind};
use crate::assess::prepared_rulebook::{Basis, Decider};
use crate::assess::result_types::{Determination, DeterminationKind, Status};
use crate::base::work_budget::spend;
use crate::model::fact::{FactOrigin, FactType, Value};
use crate::model::jurisdiction::{Role, reference_facts, refused};
use crate::model::typed_indexes::ConditionIndex;
use crate::model::typed_indexes::FactIndex;
use crate::model::typed_indexes::RecordIndex;
use crate::tree::{FactRef, FactTable, Leaves, Limits, Taken, Test};

/// A fact by its record in a world and its number in the schema.
pub(crate) type WorldFact = (RecordIndex, FactIndex);

/// A jurisdiction and the records around it, with some facts changed.
pub(crate) struct World<'a> {
    pub(crate) assessed: &'a RulebookAssessment,
    pub(crate) basis: Basis,
    /// The number of the jurisdiction's record.
    pub(crate) this: RecordIndex,
    targets: Arc<[ReferenceTargets]>,
}

/// The result of each condition, and the indexes of the facts it reads, of any record; `None` if it
/// may read any fact.
pub(crate) struct WorldConditions(Vec<(Examined, Option<BTreeSet<FactIndex>>)>);

/// The records that a reference may lead to.
#[derive(Clone)]
struct ReferenceTargets {
    reference: FactIndex,
    /// By index.
    records: Vec<RecordIndex>,
    are_all: bool,
    /// All records here that it may lead to: with another key, or with a value that it is not limited to,
    /// it would lead nowhere.
    all: BTreeSet<RecordIndex>,
}

/// Units of work to examine a condition, without searches.
const EXAMINING: u64 = 10;

/// Units of work to keep a condition that is unchanged.
const KEEPING: u64 = 5;

/// The most records a reference is tried with.
const MOST_TARGETS: usize = 200;

impl<'a> World<'a> {
    /// The world around a record, by its number in the assessment, with all records that its
    /// references might lead to.
    pub(crate) fn around(assessed: &'a RulebookAssessment, record: RecordIndex) -> Self {
        Self::with(assessed, record, &targets(assessed), [])
    }

    /// A world with the records that its references lead to, and some others.
    pub(crate) fn near(
        assessed: &'a RulebookAssessment,
        record: RecordIndex,
        others: impl IntoIterator<Item = RecordIndex>,
    ) -> Self {
        Self::with(assessed, record, &[], others)
    }

    fn with(
        assessed: &'a RulebookAssessment,
        record: RecordIndex,
        targets: &[ReferenceTargets],
        others: impl IntoIterator<Item = RecordIndex>,
    ) -> Self {
        let facts = &assessed.basis.facts;
        let mut records: BTreeSet<RecordIndex> = others.into_iter().chain([record]).collect();
        records.extend(targets.iter().flat_map(|one| &one.records));
        let references = reference_facts(&assessed.rulebook().schema);
        let mut open: Vec<RecordIndex> = records.iter().copied().collect();
        while let Some(one) = open.pop() {
            for fact in &references {
                let Some(Value::Text(id)) = facts.value(one, *fact) else {
                    continue;
                };
                open.extend(
                    facts
                        .records
                        .follow(*fact, &id)
                        .filter(|found| records.insert(*found)),
                );
            }
        }
        let id = facts.records.id(record);
        let (schema, bindings) = (&assessed.basis.bindings.schema, &assessed.basis.bindings);
        let few = Arc::new(
            facts.of_few(schema, records.into_iter().collect(), &|slot| {
                bindings.is_worked_where_read(slot)
            }),
        );
        let this = few.records.find(id).expect("it is one of the few");
        let here = |record: &RecordIndex| few.records.find(facts.records.id(*record));
        let targets = targets
            .iter()
            .map(|one| ReferenceTargets {
                reference: one.reference,
                records: one.records.iter().filter_map(here).collect(),
                are_all: one.are_all,
                all: RecordIndex::first(few.records.len())
                    .filter(|record| {
                        let id = few.records.id(*record);
                        let known = facts.records.find(id);
                        known.is_some_and(|known| one.all.contains(&known))
                    })
                    .collect(),
            })
            .collect();
        Self {
            assessed,
            this,
            targets,
            basis: over(assessed, few),
        }
    }

    /// The world with some facts replaced by a value or left open.
    pub(crate) fn taking(&self, changes: impl IntoIterator<Item = (WorldFact, Taken)>) -> Self {
        let changes = changes
            .into_iter()
            .map(|((record, slot), taken)| (record, slot, taken));
        let facts = computed_columns::again(
            self.basis.facts.taking(changes),
            &self.basis.plan,
            &self.basis.bindings,
        );
        let targets = Arc::clone(&self.targets);
        Self {
            assessed: self.assessed,
            basis: over(self.assessed, facts),
            this: self.this,
            targets,
        }
    }

    /// The limits of searches.
    pub(crate) fn limits(&self) -> Limits {
        self.basis.bindings.limits
    }

    /// The result of each condition.
    pub(crate) fn examined(&self) -> Vec<Examined> {
        let conditions = self.assessed.conditions.iter();
        conditions
            .map(|used| {
                spend(EXAMINING);
                come_to(used, &self.basis, self.this)
            })
            .collect()
    }

    /// The status of one condition.
    pub(crate) fn status(&self, condition: ConditionIndex) -> Status {
        let used = &self.assessed.conditions[condition];
        come_to(used, &self.basis, self.this).finding.status
    }

    /// The determination, without its details.
    pub(crate) fn kind(&self) -> DeterminationKind {
        kind(
            &self.assessed.decider,
            &self.basis,
            self.this,
            &self.examined(),
        )
    }

    fn explained_one(&self, used: &ConditionUsed) -> Examined {
        spend(EXAMINING);
        examine(used, &self.basis, self.this)
    }

    /// The determination after `fact` has changed; `before` has the results of the conditions
    /// before that.
    pub(crate) fn determination_after(
        &self,
        before: &WorldConditions,
        fact: FactIndex,
    ) -> Determination {
        let count = u64::try_from(before.0.len()).unwrap_or(u64::MAX);
        spend(count.saturating_mul(KEEPING));
        let conditions = self.assessed.conditions.iter().zip(&before.0);
        let examined: Vec<_> = conditions
            .map(|(used, (before, reads))| match reads {
                Some(reads) if !reads.contains(&fact) => before.clone(),
                _ => self.explained_one(used),
            })
            .collect();
        determine(&self.assessed.decider, &self.basis, self.this, &examined)
    }

    /// The result of each condition, and the facts it reads.
    pub(crate) fn conditions(&self) -> WorldConditions {
        let reads = |used: &ConditionUsed| {
            let Form::Tabular(tree) = &used.form else {
                return None;
            };
            let steps = tree.reads().into_iter().flat_map(FactRef::steps);
            let all: BTreeSet<FactIndex> = steps.map(|step| step.fact).collect();
            let schema = self.assessed.basis.bindings.schema.facts();
            // A calculated fact may depend on any fact.
            let stated = |fact: &FactIndex| schema[*fact].origin == FactOrigin::Stated;
            all.iter().all(stated).then_some(all)
        };
        let conditions = self.assessed.conditions.iter();
        WorldConditions(
            conditions
                .map(|used| (self.explained_one(used), reads(used)))
                .collect(),
        )
    }

    /// Every way in which it can still come out.
    pub(crate) fn decisions(&self) -> Option<Leaves> {
        self.decisions_of(&self.examined())
    }

    fn decisions_of(&self, examined: &[Examined]) -> Option<Leaves> {
        decisions(DecisionWalk {
            decider: &self.assessed.decider,
            basis: &self.basis,
            this: self.this,
            examined,
        })
    }

    /// The tests on the ways that are open.
    pub(crate) fn open_tests(&self) -> BTreeSet<Test> {
        let examined = self.examined();
        let decisions = self.decisions_of(&examined);
        let leaves = examined.iter().map(|one| &*one.leaves).chain(&decisions);
        let answers = leaves.flat_map(|leaves| leaves.list.iter().flat_map(|leaf| &leaf.answers));
        answers.map(|(test, _)| Test::clone(test)).collect()
    }

    /// The value of a fact.
    pub(crate) fn value(&self, (record, slot): WorldFact) -> Option<Value> {
        self.basis.facts.value(record, slot)
    }

    /// A fact as seen from the jurisdiction.
    pub(crate) fn name(&self, (record, slot): WorldFact) -> FactRef {
        let schema = &self.assessed.basis.bindings.schema.facts()[slot];
        self.basis.facts.name(self.this, record, slot, schema)
    }

    /// The place of a fact, or of the reference that has to be known first.
    pub(crate) fn place_of(&self, fact: &FactRef) -> Option<WorldFact> {
        self.basis
            .facts
            .gap(self.this, fact)
            .or_else(|| self.basis.facts.locate(self.this, fact).ok())
    }

    /// The records, by index, that a reference may lead to: those that some record refers to by it,
    /// and those that exist only to be referred to. Also whether these are all.
    pub(crate) fn targets(&self, reference: FactIndex) -> (&[RecordIndex], bool) {
        let mut all = self.targets.iter();
        let found = all.find(|one| one.reference == reference);
        found.map_or((&[], true), |one| (&one.records, one.are_all))
    }

    /// The value by which a reference leads to a record; `None` if no single name does.
    pub(crate) fn name_of_target(
        &self,
        reference: FactIndex,
        target: RecordIndex,
    ) -> Option<Arc<str>> {
        let (facts, schema) = (&self.basis.facts, &self.assessed.rulebook().schema);
        let name = match &schema.facts()[reference].key {
            None => facts.records.id(target).into(),
            Some(key) => match facts.value(target, schema.slot(key.as_str())?) {
                Some(Value::Text(name)) => name,
                _ => return None,
            },
        };
        (facts.records.follow(reference, &name) == Some(target)).then_some(name)
    }

    /// Whether a reference of a record that is led to a target leads back to the record, which no
    /// file may state.
    pub(crate) fn leads_back(&self, (record, reference): WorldFact, target: RecordIndex) -> bool {
        let schema = &self.assessed.rulebook().schema;
        if target == record {
            return !schema.facts()[reference].target.itself;
        }
        let references = reference_facts(schema);
        let (mut open, mut seen) = (vec![target], BTreeSet::from([target]));
        while let Some(one) = open.pop() {
            spend(1);
            let next = references
                .iter()
                .filter_map(|slot| self.led_to((one, *slot)));
            open.extend(next.filter(|next| seen.insert(*next)));
        }
        seen.contains(&record)
    }

    /// The record that a reference leads to.
    pub(crate) fn led_to(&self, place: WorldFact) -> Option<RecordIndex> {
        match self.value(place) {
            Some(Value::Text(name)) => self.basis.facts.records.follow(place.1, &name),
            _ => None,
        }
    }

    /// The tests asked of this jurisdiction by the conditions that count, and by the decision.
    pub(crate) fn tests(&self) -> Vec<Test> {
        self.asked().0
    }

    /// The tests that count, and the facts that scripts without a tree look at: picking something
    /// by a fact is no test.
    fn asked(&self) -> (Vec<Test>, BTreeSet<FactRef>) {
        let counted: Vec<ConditionIndex> = match &*self.assessed.decider {
            Decider::Count(_, required) => required.clone(),
            _ => ConditionIndex::first(self.assessed.conditions.len()).collect(),
        };
        let (mut tests, mut looked) = (Vec::new(), BTreeSet::new());
        for used in counted
            .into_iter()
            .map(|index| &self.assessed.conditions[index])
        {
            match (&used.form, &used.program) {
                (Form::Tabular(tree), _) => {
                    tests.extend(tree.tests().map(|asked| asked.test.clone()));
                }
                (Form::NotTabular(_), Some(program)) => {
                    let found = self.basis.explored(program, self.this);
                    tests.extend(found.steps.iter().map(|(asked, _)| asked.test.clone()));
                    looked.extend(found.reads.iter().cloned());
                }
                _ => {}
            }
        }
        if let Decider::Tree(tree, _) = &*self.assessed.decider {
            tests.extend(tree.tests().map(|asked| asked.test.clone()));
        }
        (tests, looked)
    }

    /// Whether lists that are not fixed can matter here, for some values of these facts.
    pub(crate) fn reads_lists(&self, places: &[WorldFact]) -> bool {
        let places = places.iter().filter(|place| !self.is_reference(**place));
        let open = self.taking(places.map(|place| (*place, Taken::Open)));
        let (tests, looked) = open.asked();
        let asked = tests.iter().flat_map(Test::facts);
        asked.chain(&looked).any(is_list)
    }

    /// The facts that can matter here and can be changed: of its own record, and of the records it
    /// refers to now. Fixed facts are included only if `fixed` is set.
    /// Also whether a fact is left out because a reference finds its record by it, or because a
    /// derived fact that no tree holds is calculated from lists.
    pub(crate) fn changeable(&self, fixed: bool) -> (Vec<WorldFact>, bool) {
        let mut found: BTreeSet<WorldFact> = BTreeSet::new();
        let mut left_out = false;
        loop {
            let open = self.taking(
                found
                    .iter()
                    .filter(|place| !self.is_reference(**place))
                    .map(|place| (*place, Taken::Open)),
            );
            let before = found.len();
            let (tests, mut facts) = open.asked();
            for test in &tests {
                if let Test::Known(fact, _) = test {
                    facts.insert(fact.clone());
                }
                facts.extend(test.facts().into_iter().cloned());
            }
            let mut looked: BTreeSet<WorldFact> = BTreeSet::new();
            let mut left: Vec<_> = facts.into_iter().map(|fact| (self.this, fact)).collect();
            while let Some((record, fact)) = left.pop() {
                for place in self.basis.facts.along(record, &fact) {
                    left_out |= self.is_key(place);
                    found.extend(self.can_change(place, fixed).then_some(place));
                    let behind = open.behind(place).filter(|_| looked.insert(place));
                    let Some((behind, is_all)) = behind else {
                        continue;
                    };
                    left_out |= !is_all || behind.iter().any(is_list);
                    left.extend(behind.into_iter().map(|fact| (place.0, fact)));
                }
            }
            if found.len() == before {
                return (found.into_iter().collect(), left_out);
            }
        }
    }

    /// The facts that a derived fact is calculated from that no tree holds; also whether these are all.
    fn behind(&self, (record, slot): WorldFact) -> Option<(BTreeSet<FactRef>, bool)> {
        let used = self
            .basis
            .plan
            .derived
            .iter()
            .find(|used| used.slot == slot)?;
        let program = used
            .program
            .as_ref()
            .filter(|_| matches!(used.form, Form::NotTabular(_)))?;
        Some(read_by(
            program,
            &self.basis.bindings,
            &self.basis.facts,
            record,
        ))
    }

    fn can_change(&self, place: WorldFact, fixed: bool) -> bool {
        let slot = place.1;
        let schema = &self.assessed.basis.bindings.schema.facts()[slot];
        schema.origin == FactOrigin::Stated
            && !self.is_key(place)
            && !slot.is_built_in()
            && (fixed || !schema.fixed)
            && !matches!(schema.ty, FactType::List(_))
    }

    /// Whether a reference finds the record of a fact by it.
    fn is_key(&self, (record, slot): WorldFact) -> bool {
        let schema = &self.assessed.rulebook().schema;
        self.targets.iter().any(|one| {
            let key = schema.facts()[one.reference].key.as_ref();
            let key = key.and_then(|key| schema.slot(key.as_str()));
            key == Some(slot) && one.all.contains(&record)
        })
    }

    /// Whether a reference that may lead to the record of a fact is limited to other values of it.
    pub(crate) fn breaks_reference(&self, (record, slot): WorldFact, value: &Value) -> bool {
        let schema = &self.assessed.rulebook().schema;
        self.targets.iter().any(|one| {
            let mut limits = schema.facts()[one.reference].target.facts.iter();
            one.all.contains(&record)
                && limits.any(|(path, allowed)| {
                    schema.slot(path.as_str()) == Some(slot) && !allowed.contains(value)
                })
        })
    }

    pub(crate) fn is_reference(&self, (_, slot): WorldFact) -> bool {
        self.assessed.basis.bindings.schema.facts()[slot].ty == FactType::Jurisdiction
    }
}

/// Whether a fact is a list that may be another one.
fn is_list(fact: &FactRef) -> bool {
    matches!(fact.schema.ty, FactType::List(_)) && !fact.schema.fixed
}

fn over(assessed: &RulebookAssessment, facts: Arc<FactTable>) -> Basis {
    Basis {
        facts,
        ..assessed.basis.clone()
    }
}

/// For each reference of the schema: the records it may lead to.
fn targets(assessed: &RulebookAssessment) -> Vec<ReferenceTargets> {
    let facts = &assessed.basis.facts;
    let references = reference_facts(&assessed.rulebook().schema);
    let one = |slot: FactIndex| {
        let records = &facts.records;
        let referred = RecordIndex::first(records.len()).filter_map(|record| {
            match facts.value(record, slot) {
                Some(Value::Text(id)) => records.follow(slot, &id),
                _ => None,
            }
        });
        let there = RecordIndex::first(records.len())
            .filter(|record| records.view(*record).role() == Role::Referred);
        let schema = &assessed.rulebook().schema;
        let fits = |record: &RecordIndex| refused(schema, slot, records.view(*record)).is_none();
        let found: BTreeSet<RecordIndex> = referred.chain(there).filter(fits).collect();
        ReferenceTargets {
            reference: slot,
            are_all: found.len() <= MOST_TARGETS,
            records: found.iter().copied().take(MOST_TARGETS).collect(),
            all: found,
        }
    };
    references.into_iter().map(one).collect()
}
