//! The next step of a decision: a verdict of a condition, or a test of the facts.

use std::sync::Arc;

use crate::assess::examine_condition::Examined;
use crate::assess::prepared_rulebook::{Basis, Decider};
use crate::assess::result_types::Status;
use crate::model::condition::ConditionId;
use crate::model::fact::{FactSchema, FactType, Schema, Value};
use crate::model::rulebook::Decision;
use crate::model::typed_indexes::ConditionIndex;
use crate::model::typed_indexes::RecordIndex;
use crate::tree::{Expression, FactRef, Next, Outcome, Owner, Test, Verdict};

/// The verdicts of a condition, as a decision script names them.
pub(crate) const VERDICTS: [(Verdict, &str); 3] = [
    (Verdict::Met, "met"),
    (Verdict::NotMet, "not_met"),
    (Verdict::NotApplicable, "not_applicable"),
];

/// The conditions in force as facts of a decision script.
pub(crate) fn findings_schema<'a>(in_force: impl IntoIterator<Item = &'a ConditionId>) -> Schema {
    let choices: Arc<[Arc<str>]> = VERDICTS.map(|(_, name)| name.into()).into();
    let fact =
        |id: &ConditionId| FactSchema::of(id.as_str(), FactType::Choice(Arc::clone(&choices)));
    Schema::new(in_force.into_iter().map(fact))
}

/// The next step of the decision.
pub(super) enum DecisionStep {
    Decided(Arc<Outcome>),
    /// The decision reads the verdict of a condition that has none yet, or is at fault.
    Wants(ConditionIndex),
    /// A test of the facts, and the nodes of both answers.
    Asks(Test, usize, usize),
    /// On to another place of the tree.
    Goes(usize),
}

/// A decision about one jurisdiction, with its conditions as far as they are examined.
#[derive(Clone, Copy)]
pub(super) struct DecisionWalk<'a> {
    pub(super) decider: &'a Decider,
    pub(super) basis: &'a Basis,
    pub(super) this: RecordIndex,
    pub(super) examined: &'a [Examined],
}

impl DecisionWalk<'_> {
    pub(super) fn turn(&self, node: usize, verdicts: &[Option<Verdict>]) -> DecisionStep {
        match self.decider {
            Decider::Broken => unreachable!("handled before the search"),
            Decider::Count(decision, required) => self.counted(decision, required, verdicts),
            Decider::Tree(tree, ids) => match tree.at(node) {
                Next::Outcome(outcome) => DecisionStep::Decided(Arc::clone(outcome)),
                Next::Test(asked, yes, no) => {
                    self.turn_of_test(&asked.test, ids, yes, no, verdicts)
                }
            },
        }
    }

    fn turn_of_test(
        &self,
        test: &Test,
        ids: &[String],
        yes: usize,
        no: usize,
        verdicts: &[Option<Verdict>],
    ) -> DecisionStep {
        let condition = |fact: &FactRef| {
            ids.iter()
                .position(|id| id == fact.path.as_str())
                .filter(|_| fact.owner == Owner::Finding)
                .map(ConditionIndex::from)
        };
        let wanted = test
            .facts()
            .into_iter()
            .filter_map(condition)
            .find(|condition| verdicts[*condition].is_none_or(|verdict| verdict == Verdict::Fault));
        if let Some(condition) = wanted {
            return DecisionStep::Wants(condition);
        }
        let filled = test.substitute(&mut |fact| match condition(fact)
            .and_then(|index| verdicts[index])
        {
            Some(verdict) => {
                let name = VERDICTS
                    .iter()
                    .find(|(known, _)| *known == verdict)
                    .map_or("", |(_, name)| name);
                Expression::Constant(Value::Text(name.into()))
            }
            None => Expression::Fact(fact.clone()),
        });
        match self.basis.facts.answer(self.this, &filled) {
            Ok(answer) => DecisionStep::Goes(if answer { yes } else { no }),
            Err(test) => DecisionStep::Asks(test, yes, no),
        }
    }

    /// The decision by counting, as soon as the verdicts so far determine it; a fault if conditions
    /// at fault leave it open.
    fn counted(
        &self,
        decision: &Decision,
        required: &[ConditionIndex],
        verdicts: &[Option<Verdict>],
    ) -> DecisionStep {
        let count = |wanted: Option<Verdict>| {
            required
                .iter()
                .filter(|index| verdicts[**index] == wanted)
                .count()
        };
        let (met, not_met) = (count(Some(Verdict::Met)), count(Some(Verdict::NotMet)));
        let open = count(None) + count(Some(Verdict::Fault));
        let eligible = decision.by_counts((met, met + open), (not_met, not_met + open));
        let decided = eligible.map(|yes| if yes { Verdict::Met } else { Verdict::NotMet });
        // Conditions at fault come last: they may turn out not to matter.
        let at_fault = |condition: &&ConditionIndex| {
            self.examined[**condition].finding.status == Status::Fault
        };
        let mut waiting = required.iter().filter(|index| verdicts[**index].is_none());
        let next = waiting
            .clone()
            .find(|index| !at_fault(index))
            .or_else(|| waiting.next())
            .copied();
        match (decided, next) {
            (Some(verdict), _) => DecisionStep::Decided(Outcome::bare(verdict).into()),
            (None, Some(next)) => DecisionStep::Wants(next),
            (None, None) => DecisionStep::Decided(Outcome::bare(Verdict::Fault).into()),
        }
    }
}

/// The certain verdict of a condition; `None` if it has none or is at fault.
pub(super) fn settled(examined: &Examined) -> Option<Verdict> {
    match examined.finding.status {
        Status::Met => Some(Verdict::Met),
        Status::NotMet if examined.finding.waived.is_some() => Some(Verdict::NotApplicable),
        Status::NotMet => Some(Verdict::NotMet),
        Status::NotApplicable => Some(Verdict::NotApplicable),
        Status::Fault | Status::Unknown => None,
    }
}
