//! The data that all threads share in assessing a population: the trees of its conditions, prepared
//! for the columns of its facts.

use std::collections::BTreeSet;

use crate::assess::answer_pattern_memo::Learnt;
use crate::assess::assessment::Prepared;
use crate::assess::explored_scripts::{ConditionUsed, Form};
use crate::assess::next_step_of_decision::VERDICTS;
use crate::assess::prepared_rulebook::Decider;
use crate::base::parallel;
use crate::model::typed_indexes::ConditionIndex;
use crate::model::typed_indexes::RecordIndex;
use crate::tree::{Batch, Completions, FactRef, bit};

/// The conditions of a population.
pub(super) struct Population<'a> {
    pub(super) prepared: &'a Prepared,
    /// By condition; `None` for a script that no tree can hold.
    pub(super) trees: Vec<Option<Batch<'a>>>,
    pub(super) decision: Option<Batch<'a>>,
    /// The ids of records with a waiver.
    pub(super) waived: BTreeSet<&'a str>,
    /// The conditions that the determination looks at.
    pub(super) counted: Vec<ConditionIndex>,
    pub(super) learnt: Learnt<'a>,
    /// How gaps are filled in if patterns do not determine a result.
    pub(super) completions: Completions<'a>,
}

impl<'a> Population<'a> {
    pub(super) fn new(prepared: &'a Prepared) -> Self {
        let facts = &prepared.basis.facts;
        let verdict = |name: &str| {
            VERDICTS
                .iter()
                .find(|(_, known)| *known == name)
                .map_or(0, |(verdict, _)| bit(*verdict))
        };
        let finding = |fact: &FactRef| prepared.condition(fact.path.as_str());
        let trees = parallel::map(
            prepared.conditions.iter().collect(),
            |used: &ConditionUsed| match &used.form {
                Form::Tabular(tree) => Some(Batch::new(tree, facts, &|_| None, &verdict)),
                _ => None,
            },
        );
        let decision = match &*prepared.decider {
            Decider::Tree(tree, _) => Some(Batch::new(tree, facts, &finding, &verdict)),
            _ => None,
        };
        let counted = match &*prepared.decider {
            Decider::Count(_, required) => required.clone(),
            _ => ConditionIndex::first(prepared.conditions.len()).collect(),
        };
        Self {
            waived: prepared
                .basis
                .criteria
                .waivers
                .all()
                .map(|waiver| waiver.jurisdiction.as_str())
                .collect(),
            counted,
            learnt: Learnt::new(prepared),
            completions: Completions::new(facts, &trees.iter().flatten().collect::<Vec<_>>()),
            trees,
            decision,
            prepared,
        }
    }

    /// A superset of the verdicts of a condition for a record with gaps, as bits.
    pub(super) fn at_most(&self, condition: ConditionIndex, record: RecordIndex) -> Option<u8> {
        let hull = |slot| self.completions.hull(slot);
        self.trees[condition].as_ref()?.bounded(record, &hull)
    }
}
