//! A script as a decision table: one row for each case, with its outcome and the jurisdictions in
//! it.
//!
//! Rows never overlap and leave nothing out. They follow from the tree of the script; one with more
//! than 500 paths has a row for each total or outcome (`point_total_rows`). A script that no tree
//! can hold has no table, nor has a decision over very many conditions.

mod count_based_decision_as_tree;
mod point_total_rows;
mod row_membership;
mod rows_over_derived_facts;

pub(crate) use count_based_decision_as_tree::tree as counting_tree;

use std::sync::Arc;

use crate::analysis::decision_table::point_total_rows::{Totals, totals};
use crate::analysis::decision_table::row_membership::{conditions_of, membership, ways};
use crate::analysis::decision_table::rows_over_derived_facts::CasesAtDerived;
use crate::analysis::explanation::{ParameterExplained, explain_parameters};
use crate::analysis::trees_over_derived_facts::{ByName, NO_VALUE, decision_script, sentence};
use crate::assess::assessment::RulebookAssessment;
use crate::assess::explored_scripts::{ConditionUsed, Form};
use crate::assess::prepared_rulebook::Decider;
use crate::base::diagnostic::Diagnostic;
use crate::model::typed_indexes::ConditionIndex;
use crate::model::typed_indexes::PlaceIndex;
use crate::tree::{
    Conjunction, End, FactRef, Membership, NumberTests, Outcome, Owner, Test, Tree, Verdict,
    Wording, cases,
};

/// The decision table of a condition or of the decision.
#[derive(Debug)]
pub struct DecisionTable<'a> {
    /// The assessment that the table is made from.
    pub assessed: &'a RulebookAssessment,
    /// The condition; `None` for the decision.
    pub condition: Option<&'a ConditionUsed>,
    /// The facts and tests that distinguish the rows, in the order of the script.
    pub columns: Vec<TableColumn>,
    /// The rows, in the order of the script.
    pub rows: Vec<TableRow>,
    /// The parameters that its tests name, in order.
    pub parameters: Vec<ParameterExplained<'a>>,
}

/// A fact or a test that distinguishes rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableColumn {
    /// A fact by its path, or a test of several facts.
    pub name: String,
    /// The unit of a number; `None` if it has none.
    pub unit: Option<String>,
    /// What the fact means; `None` if the schema does not say.
    pub description: Option<String>,
}

/// One case of a decision table.
#[derive(Clone, Debug)]
pub struct TableRow {
    /// The value or answer for each column; empty if it does not matter.
    pub cells: Vec<String>,
    /// The whole case as one sentence.
    pub case: String,
    /// The verdict of the case.
    pub verdict: Verdict,
    /// The reason, with `{...}` for what depends on the record; `None` if there is none.
    pub reason: Option<String>,
    /// The jurisdictions in this case, by their places in the assessment.
    pub inside: Vec<PlaceIndex>,
    /// The jurisdictions that may be in this case, because of missing facts.
    pub open: Vec<PlaceIndex>,
    /// Whether some record is known to fall into this case; if false, it may be impossible.
    pub is_possible: bool,
}

/// A script with more paths has a row for each total, or for each outcome.
const MOST_ROWS: u64 = 500;

/// Why there is no table.
#[derive(Clone, Debug)]
pub enum NoTable {
    /// No tree can hold the script, for this reason and at this place.
    NotTabular(Arc<Diagnostic>),
    /// The script is broken.
    Broken,
    /// The decision counts over too many conditions for a table.
    TooManyRows,
}

impl TableRow {
    /// The outcome in words, of a condition or of a decision.
    pub fn outcome(&self, of_decision: bool) -> &'static str {
        verdict_in_words(self.verdict, of_decision)
    }

    /// Whether no jurisdiction is in this case or may be.
    pub fn is_unreached(&self) -> bool {
        self.inside.is_empty() && self.open.is_empty()
    }
}

/// A verdict of a condition, or of a decision, in words.
pub fn verdict_in_words(verdict: Verdict, of_decision: bool) -> &'static str {
    match (verdict, of_decision) {
        (Verdict::Met, false) => "met",
        (Verdict::NotMet, false) => "not met",
        (Verdict::NotApplicable, false) => "not applicable",
        (Verdict::Met, true) => "eligible",
        (Verdict::NotMet | Verdict::NotApplicable, true) => "ineligible",
        (Verdict::Fault, _) => "fault",
    }
}

impl<'a> DecisionTable<'a> {
    /// The table of a condition; [`NoTable::Broken`] if there is no such condition.
    pub fn of_condition(
        assessed: &'a RulebookAssessment,
        condition: ConditionIndex,
    ) -> Result<Self, NoTable> {
        let used = assessed
            .conditions
            .get(condition.get())
            .ok_or(NoTable::Broken)?;
        match &used.form {
            Form::Tabular(tree) if tree.paths() > MOST_ROWS => {
                Ok(Self::of_totals(assessed, used, tree))
            }
            Form::Tabular(tree) => Ok(Self::new(assessed, Some(used), tree)),
            Form::NotTabular(why) => Err(NoTable::NotTabular(Arc::clone(why))),
            Form::Broken => Err(NoTable::Broken),
        }
    }

    /// The table of a condition with derived facts as cells of their own, instead of the facts
    /// behind them. If it reads none, or there are no such rows, the table [of the
    /// condition](Self::of_condition).
    pub fn at_derived_facts(
        assessed: &'a RulebookAssessment,
        condition: ConditionIndex,
    ) -> Result<Self, NoTable> {
        let used = assessed.conditions.get(condition.get());
        let used = used.ok_or(NoTable::Broken)?;
        match Self::shallow(assessed, used, Some(used)) {
            Some(table) => Ok(table),
            None => Self::of_condition(assessed, condition),
        }
    }

    /// The table of the decision with derived facts as cells of their own. If its script reads
    /// none, or there are no such rows, the table [of the decision](Self::of_decision).
    pub fn decision_at_derived_facts(assessed: &'a RulebookAssessment) -> Result<Self, NoTable> {
        let script = decision_script(assessed);
        match script.and_then(|used| Self::shallow(assessed, used, None)) {
            Some(table) => Ok(table),
            None => Self::of_decision(assessed),
        }
    }

    /// The table of a script that stops at derived facts; `condition` is `None` for the decision.
    fn shallow(
        assessed: &'a RulebookAssessment,
        script: &ConditionUsed,
        condition: Option<&'a ConditionUsed>,
    ) -> Option<Self> {
        let tree = ByName::of(assessed)?.tree(script);
        let tree = tree.filter(|tree| tree.paths() <= MOST_ROWS)?;
        let found = CasesAtDerived::new(assessed, &tree)?;
        let mut table = Self::of_cases(assessed, condition, &tree, &found.cases);
        for (row, (inside, open)) in table.rows.iter_mut().zip(found.held) {
            (row.inside, row.open) = (inside, open);
        }
        Some(table)
    }

    /// The table of the decision: of its script, or of its counting rule.
    pub fn of_decision(assessed: &'a RulebookAssessment) -> Result<Self, NoTable> {
        match &*assessed.decider {
            Decider::Tree(tree, _) => Ok(Self::new(assessed, None, tree)),
            Decider::Count(decision, required) => {
                let tree = count_based_decision_as_tree::tree(assessed, decision, required)
                    .ok_or(NoTable::TooManyRows)?;
                Ok(Self::new(assessed, None, &tree))
            }
            Decider::Broken => Err(match assessed.decision.as_ref().map(|used| &used.form) {
                Some(Form::NotTabular(why)) => NoTable::NotTabular(Arc::clone(why)),
                _ => NoTable::Broken,
            }),
        }
    }

    fn of_totals(assessed: &'a RulebookAssessment, used: &'a ConditionUsed, tree: &Tree) -> Self {
        let Totals { columns, rows } = totals(assessed, used, tree);
        let columns = columns.into_iter().map(|name| TableColumn {
            name,
            unit: None,
            description: None,
        });
        let rows = rows.into_iter().map(|one| TableRow {
            cells: one.cells,
            case: one.case,
            verdict: one.outcome.verdict,
            reason: reason(&one.outcome),
            inside: one.inside,
            open: one.open,
            is_possible: true,
        });
        Self {
            assessed,
            condition: Some(used),
            columns: columns.collect(),
            rows: rows.collect(),
            parameters: explain_parameters(assessed, tree.tests().map(|asked| &asked.test)),
        }
    }

    fn new(
        assessed: &'a RulebookAssessment,
        condition: Option<&'a ConditionUsed>,
        tree: &Tree,
    ) -> Self {
        let cases = cases(tree).into_iter();
        let cases: Vec<(Conjunction, (End, bool))> = cases
            .map(|(case, (outcome, is_possible))| (case, (End::Outcome(outcome), is_possible)))
            .collect();
        let mut table = Self::of_cases(assessed, condition, tree, &cases);
        table.place_jurisdictions(&cases, &NumberTests::of(tree));
        table
    }

    /// A row for each case, still without jurisdictions.
    fn of_cases(
        assessed: &'a RulebookAssessment,
        condition: Option<&'a ConditionUsed>,
        tree: &Tree,
        cases: &[(Conjunction, (End, bool))],
    ) -> Self {
        let wording = Wording::of([tree]);
        let speaks = |fact: &FactRef, (case, (end, _)): &(Conjunction, (End, bool))| {
            case.domains.contains_key(fact)
                || case.known.contains_key(fact)
                || matches!(end, End::Fault(of, _) if of == fact)
        };
        let facts = wording.facts.iter();
        let facts: Vec<&FactRef> = facts
            .filter(|fact| cases.iter().any(|case| speaks(fact, case)))
            .collect();
        let answered = |test: &Test| {
            cases
                .iter()
                .any(|(case, _)| case.answers.contains_key(test))
        };
        let tests = wording.tests.iter();
        let tests: Vec<&Test> = tests.filter(|test| answered(test)).collect();
        let columns = facts
            .iter()
            .map(|fact| column_of(fact))
            .chain(tests.iter().map(|test| TableColumn {
                name: wording.written(test).to_string(),
                unit: None,
                description: None,
            }));
        let rows = cases.iter().map(|(case, (end, is_possible))| {
            let cells = facts.iter().map(|fact| match end {
                End::Fault(of, _) if of == *fact => NO_VALUE.to_owned(),
                _ => cell(&wording, case, fact),
            });
            let answers = tests.iter().map(|test| match case.answers.get(*test) {
                Some(true) => "yes".to_owned(),
                Some(false) => "no".to_owned(),
                None => String::new(),
            });
            let (verdict, reason, fault) = match end {
                End::Outcome(number) => {
                    let outcome = tree.outcome(*number);
                    (outcome.verdict, reason(outcome), None)
                }
                End::Fault(fact, why) => (Verdict::Fault, Some(why.clone()), Some(fact)),
            };
            TableRow {
                cells: cells.chain(answers).collect(),
                case: sentence(&wording, case, fault),
                verdict,
                reason,
                inside: Vec::new(),
                open: Vec::new(),
                is_possible: *is_possible,
            }
        });
        Self {
            assessed,
            condition,
            columns: columns.collect(),
            rows: rows.collect(),
            parameters: explain_parameters(assessed, tree.tests().map(|asked| &asked.test)),
        }
    }

    fn place_jurisdictions(
        &mut self,
        cases: &[(Conjunction, (End, bool))],
        tests: &NumberTests<'_>,
    ) {
        let conditions = conditions_of(self.assessed, cases.iter().map(|(case, _)| case));
        for place in self.assessed.places() {
            let ways = ways(self.assessed, place, &conditions);
            let held = cases
                .iter()
                .map(|(case, _)| membership(self.assessed, place, case, &conditions, &ways, tests));
            let held: Vec<Membership> = held.collect();
            // The rows leave nothing out: who can be in one alone is in it.
            let one = held.iter().filter(|one| **one != Membership::Out).count() == 1;
            for (row, held) in self.rows.iter_mut().zip(held) {
                match held {
                    Membership::Out => {}
                    Membership::Open if !one => row.open.push(place),
                    _ => row.inside.push(place),
                }
            }
        }
    }

    /// The id of the jurisdiction at a place.
    ///
    /// # Panics
    /// When there is no such place; the places in rows always exist.
    pub fn jurisdiction(&self, place: PlaceIndex) -> &str {
        self.assessed.id(place)
    }
}

fn column_of(fact: &FactRef) -> TableColumn {
    let name = if fact.owner == Owner::Finding {
        fact.path.to_string()
    } else {
        fact.to_string()
    };
    TableColumn {
        name,
        unit: fact.schema.unit.clone(),
        description: fact.schema.description.clone(),
    }
}

fn cell(wording: &Wording, case: &Conjunction, fact: &FactRef) -> String {
    let known = case
        .known
        .get(fact)
        .map(|known| if *known { "stated" } else { "not stated" }.to_owned());
    let value = case
        .domains
        .get(fact)
        .map(|domain| wording.cell(fact, domain));
    known
        .into_iter()
        .chain(value)
        .collect::<Vec<_>>()
        .join(", ")
}

fn reason(outcome: &Outcome) -> Option<String> {
    let reason = outcome
        .reason
        .as_ref()
        .map(|why| why.fill(&mut |value| format!("{{{value}}}")));
    reason.or_else(|| outcome.fault.as_ref().map(|fault| fault.message.clone()))
}
