//! How findings become a determination, as one graph over the facts.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::analysis::export_logic::decision_diagram::{
    Graph, GraphBuilder, GraphNode, GraphQuestion,
};
use crate::assess::VERDICTS;
use crate::assess::explored_scripts::{ConditionUsed, Form};
use crate::assess::prepared_rulebook::{Decider, Prepared};
use crate::model::fact::Value;
use crate::model::rulebook::Decision;
use crate::model::typed_indexes::ConditionIndex;
use crate::tree::{Expression, FactRef, Next, Owner, Test, Tree, Verdict};

/// What a determination can be, one bit each. Ends of the graph are sets of them.
pub(crate) const ELIGIBLE: usize = 1;
pub(crate) const INELIGIBLE: usize = 2;
pub(crate) const FAULT: usize = 4;
/// Nothing on the path depends on a condition at fault.
pub(crate) const SOUND: usize = 8;

/// Why there is no such graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoGraph {
    /// It reads a condition that no tree holds.
    Condition(ConditionIndex),
    /// The decision itself is broken, or no tree holds it.
    Decision,
    /// It takes more than this many units of work.
    TooLarge(usize),
}

/// The graph of a determination; `waived`: the conditions whose findings may be waived.
pub(crate) fn graph(prepared: &Prepared, waived: &[bool], most: usize) -> Result<Graph, NoGraph> {
    let mut deciding = DecisionGraph {
        conditions: &prepared.conditions,
        waived,
        most,
        graph: GraphBuilder::default(),
        counted: BTreeMap::new(),
        decided: BTreeMap::new(),
    };
    let root = match &*prepared.decider {
        Decider::Broken => return Err(NoGraph::Decision),
        Decider::Count(decision, required) => {
            deciding.count((decision, required), 0, Counted::default())?
        }
        Decider::Tree(tree, ids) => {
            let verdicts = vec![None; prepared.conditions.len()];
            deciding.decide((tree, ids), tree.start(), &verdicts, true)?
        }
    };
    Ok(deciding.graph.grown(root))
}

/// What was counted so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Counted {
    met: usize,
    not_met: usize,
    faults: usize,
}

/// The verdicts that a decision script has read so far.
type VerdictsRead = (usize, Vec<Option<Verdict>>, bool);

struct DecisionGraph<'a> {
    conditions: &'a [ConditionUsed],
    waived: &'a [bool],
    most: usize,
    graph: GraphBuilder,
    counted: BTreeMap<(usize, Counted), usize>,
    decided: BTreeMap<VerdictsRead, usize>,
}

impl DecisionGraph<'_> {
    /// The graph from a condition on: `next` is its position among the required ones.
    fn count(
        &mut self,
        (decision, required): (&Decision, &[ConditionIndex]),
        next: usize,
        counted: Counted,
    ) -> Result<usize, NoGraph> {
        let open = required.len() - next + counted.faults;
        let eligible = decision.by_counts(
            (counted.met, counted.met + open),
            (counted.not_met, counted.not_met + open),
        );
        if let Some(eligible) = eligible {
            let kind = if eligible { ELIGIBLE } else { INELIGIBLE };
            return Ok(self.graph.add(GraphNode::End(kind | SOUND)));
        }
        let Some(condition) = required.get(next) else {
            // It is open because of conditions at fault alone.
            return Ok(self.graph.add(GraphNode::End(ELIGIBLE | INELIGIBLE)));
        };
        if let Some(known) = self.counted.get(&(next, counted)) {
            return Ok(*known);
        }
        let place = self.examine(*condition, &mut |this, verdict| {
            let mut counted = counted;
            match (verdict, decision) {
                (Verdict::Met, Decision::All) | (Verdict::NotApplicable, _) => {}
                (Verdict::Met, _) => counted.met += 1,
                (Verdict::NotMet, Decision::All) => counted.not_met += 1,
                (Verdict::NotMet, _) => {}
                (Verdict::Fault, _) => counted.faults += 1,
            }
            this.count((decision, required), next + 1, counted)
        })?;
        self.counted.insert((next, counted), place);
        Ok(place)
    }

    fn within_bounds(&self) -> Result<(), NoGraph> {
        let within = self.graph.work() <= self.most;
        within.then_some(()).ok_or(NoGraph::TooLarge(self.most))
    }

    /// The tree of a condition, with a node in place of each verdict. If its finding is waived,
    /// `not met` counts as not applicable.
    fn examine(
        &mut self,
        condition: ConditionIndex,
        then: &mut dyn FnMut(&mut Self, Verdict) -> Result<usize, NoGraph>,
    ) -> Result<usize, NoGraph> {
        let place = self.grafted(condition, then)?;
        if !self.waived[condition] {
            return Ok(place);
        }
        let excused = self.grafted(condition, &mut |this, verdict| match verdict {
            Verdict::NotMet => then(this, Verdict::NotApplicable),
            verdict => then(this, verdict),
        })?;
        let question = GraphQuestion::Waived(condition);
        Ok(self.graph.add(GraphNode::Asks(question, excused, place)))
    }

    fn grafted(
        &mut self,
        condition: ConditionIndex,
        then: &mut dyn FnMut(&mut Self, Verdict) -> Result<usize, NoGraph>,
    ) -> Result<usize, NoGraph> {
        self.within_bounds()?;
        let Form::Tabular(tree) = &self.conditions[condition].form else {
            return Err(NoGraph::Condition(condition));
        };
        let tree = Arc::clone(tree);
        let mut ends = BTreeMap::new();
        for outcome in tree.outcomes() {
            if let std::collections::btree_map::Entry::Vacant(vacant) = ends.entry(outcome.verdict)
            {
                vacant.insert(then(self, outcome.verdict)?);
            }
        }
        let place = self.graph.graft(&tree, &mut |_, outcome| {
            ends[&tree.outcome(outcome).verdict]
        });
        self.within_bounds()?;
        Ok(place)
    }

    /// The graph of a decision script from one of its tests on.
    fn decide(
        &mut self,
        script: (&Tree, &[String]),
        node: usize,
        verdicts: &[Option<Verdict>],
        sound: bool,
    ) -> Result<usize, NoGraph> {
        let read = (node, verdicts.to_vec(), sound);
        if let Some(known) = self.decided.get(&read) {
            return Ok(*known);
        }
        let place = match script.0.at(node) {
            Next::Outcome(outcome) => {
                let kind = match outcome.verdict {
                    Verdict::Met => ELIGIBLE,
                    Verdict::NotMet | Verdict::NotApplicable => INELIGIBLE,
                    Verdict::Fault => FAULT,
                };
                let sound = sound && outcome.verdict != Verdict::Fault;
                self.graph
                    .add(GraphNode::End(kind | if sound { SOUND } else { 0 }))
            }
            Next::Test(asked, yes, no) => {
                self.ask(script, (&asked.test, node, [no, yes]), verdicts, sound)?
            }
        };
        self.decided.insert(read, place);
        Ok(place)
    }

    fn ask(
        &mut self,
        script: (&Tree, &[String]),
        (test, node, [no, yes]): (&Test, usize, [usize; 2]),
        verdicts: &[Option<Verdict>],
        sound: bool,
    ) -> Result<usize, NoGraph> {
        let condition = |fact: &FactRef| {
            let is = |id: &String| id == fact.path.as_str();
            let place = script.1.iter().position(is);
            let place = place.filter(|_| fact.owner == Owner::Finding);
            place.map(ConditionIndex::from)
        };
        let mut wanted = test.facts().into_iter().filter_map(condition);
        if let Some(wanted) = wanted.find(|condition| verdicts[*condition].is_none()) {
            return self.examine(wanted, &mut |this, verdict| {
                this.take(script, node, (wanted, verdict), verdicts, sound)
            });
        }
        let filled = test.substitute(&mut |fact| {
            let verdict = condition(fact).and_then(|condition| verdicts[condition]);
            verdict.map_or_else(|| Expression::Fact(fact.clone()), named)
        });
        let mut go = |next| self.decide(script, next, verdicts, sound);
        if !matches!(filled, Test::Known(..)) && filled.facts().is_empty() {
            let none = &mut |_: &FactRef| unreachable!("there is no fact in it");
            return go(if filled.answer(none) { yes } else { no });
        }
        let (yes, no) = (go(yes)?, go(no)?);
        let question = GraphQuestion::Facts(filled.without_names().into_owned());
        Ok(self.graph.add(GraphNode::Asks(question, yes, no)))
    }

    /// Goes on with a verdict; for a fault, with each verdict that it could have been.
    fn take(
        &mut self,
        script: (&Tree, &[String]),
        node: usize,
        (condition, verdict): (ConditionIndex, Verdict),
        verdicts: &[Option<Verdict>],
        sound: bool,
    ) -> Result<usize, NoGraph> {
        let mut verdicts = verdicts.to_vec();
        if verdict != Verdict::Fault {
            verdicts[condition] = Some(verdict);
            return self.decide(script, node, &verdicts, sound);
        }
        let mut parts = Vec::new();
        for (verdict, _) in VERDICTS {
            verdicts[condition] = Some(verdict);
            parts.push(self.decide(script, node, &verdicts, false)?);
        }
        parts.sort_unstable();
        parts.dedup();
        if let [one] = parts.as_slice() {
            return Ok(*one);
        }
        Ok(self.graph.add(GraphNode::Either(parts)))
    }
}

/// A verdict as a decision script names it.
fn named(verdict: Verdict) -> Expression {
    let name = VERDICTS.iter().find(|(known, _)| *known == verdict);
    Expression::Constant(Value::Text(name.map_or("", |(_, name)| name).into()))
}
