//! Walks a tree for a request, which is in no column. A test about one fact of the record itself is
//! the set of values that pass it, compared with the one value; any other test is calculated.
//!
//! The walk has an outcome only if every fact on the path is known. It then equals that of
//! [`walk`](crate::tree::possible_outcomes), to which everything else is left.

use std::sync::Arc;

use crate::model::fact::{Cell, FactType, Row, Schema, Value, has_codes};
use crate::model::typed_indexes::ConditionIndex;
use crate::model::typed_indexes::FactIndex;
use crate::tree::domain::Domain;
use crate::tree::exact_arithmetic::float_of_key;
use crate::tree::expression::Expression;
use crate::tree::fact_ref::{FactRef, Owner};
use crate::tree::fact_table::FactTable;
use crate::tree::predicate::Test;
use crate::tree::ranges::Ranges;
use crate::tree::values_passing_test::truth_of;
use crate::tree::{Been, Outcome, Tree, TreeNode, placeholder};

/// A record that is not in the columns, but may refer to records that are.
pub(crate) struct Guest<'a> {
    pub(crate) id: &'a str,
    pub(crate) name: &'a str,
    /// The facts it states.
    pub(crate) row: &'a Row,
    /// The calculated facts, which follow the stated ones.
    pub(crate) worked: &'a [Option<Value>],
    pub(crate) schema: &'a Schema,
    /// The records it may refer to.
    pub(crate) facts: &'a FactTable,
    /// By condition: the bit of its verdict, for the tree of a decision.
    pub(crate) findings: &'a [u8],
}

/// Why a calculation has no value.
pub(crate) enum NoValue {
    /// The calculation fails.
    Fails,
    /// A fact in it is not known.
    Missing,
}

impl Guest<'_> {
    /// The value of a fact of its own.
    pub(crate) fn own(&self, fact: FactIndex) -> Option<Value> {
        match fact {
            FactIndex::ID => Some(Value::Text(self.id.into())),
            FactIndex::NAME => Some(Value::Text(self.name.into())),
            _ => match fact.get().checked_sub(self.row.cells.len()) {
                None => self.row.value(fact, &self.schema.facts()[fact]),
                Some(worked) => self.worked.get(worked)?.clone(),
            },
        }
    }

    /// The value of a fact; `None` if it, or a reference on the way, is missing.
    pub(crate) fn read(&self, fact: &FactRef) -> Option<Value> {
        let numbering = self.schema.numbering();
        if let Some(own) = fact.own_number(numbering) {
            return self.own(own);
        }
        let fact = &*fact.numbered_by(numbering)?;
        let (last, references) = fact.steps().split_last()?;
        let mut references = references.iter();
        let mut record = match &fact.owner {
            Owner::This => {
                let first = references.next()?.fact;
                let Value::Text(name) = self.own(first)? else {
                    return None;
                };
                self.facts.records.follow(first, &name)?
            }
            Owner::Record(id) => self.facts.records.find(id.as_str())?,
            Owner::Finding => return None,
        };
        for reference in references {
            record = self.facts.target(record, reference.fact)?;
        }
        self.facts.value(record, last.fact)
    }

    /// The value of a calculation.
    pub(crate) fn value(&self, expression: &Expression) -> Result<Value, NoValue> {
        let mut known = true;
        let value = expression.evaluate(&mut |fact| {
            self.read(fact).unwrap_or_else(|| {
                known = false;
                placeholder(fact)
            })
        });
        if known {
            value.map_err(|_| NoValue::Fails)
        } else {
            Err(NoValue::Missing)
        }
    }

    fn answer(&self, test: &Test) -> Option<bool> {
        if let Test::Known(fact, _) = test {
            return Some(self.read(fact).is_some());
        }
        let mut known = true;
        let answer = test.answer(&mut |fact| {
            self.read(fact).unwrap_or_else(|| {
                known = false;
                placeholder(fact)
            })
        });
        known.then_some(answer)
    }
}

/// How a test is answered for a row.
#[derive(Debug)]
enum RowPredicate {
    /// Whether a fact is stated.
    Stated(FactIndex),
    /// By code: whether the answer is yes.
    Code(FactIndex, Box<[bool]>),
    Whole(FactIndex, Box<[(i64, i64)]>),
    Float(FactIndex, Box<[(f64, f64)]>),
    Text(FactIndex, Ranges<Arc<str>>),
    /// The finding of a condition, and the verdicts that are a yes, as bits.
    Finding(ConditionIndex, u8),
    /// In any other way.
    Calculated,
}

/// A tree made ready for one record after the other.
#[derive(Debug)]
pub(crate) struct Direct {
    tree: Arc<Tree>,
    /// By index of the test.
    askings: Box<[RowPredicate]>,
}

impl Direct {
    /// Prepares a tree. `finding` returns the condition of a test about a finding, `verdict` the
    /// bit of the verdict that a text means.
    pub(crate) fn new(
        tree: &Arc<Tree>,
        schema: &Schema,
        finding: &dyn Fn(&FactRef) -> Option<ConditionIndex>,
        verdict: &dyn Fn(&str) -> u8,
    ) -> Self {
        let asking = |test: &Test| {
            if let Test::Known(fact, _) = test {
                return own(fact, schema).map(RowPredicate::Stated);
            }
            let plain = test.without_names();
            let all = plain.facts();
            let fact = *all.first().filter(|_| all.len() == 1)?;
            let truth = truth_of(&plain, fact, tree.limits.boxes)?;
            if fact.owner == Owner::Finding {
                return Some(of_finding(finding(fact)?, &truth, verdict));
            }
            let stated = own(fact, schema).filter(|fact| fact.get() < schema.stated_len());
            compared(stated?, &fact.schema.ty, truth)
        };
        let askings = tree.asked.iter();
        Self {
            askings: askings
                .map(|asked| asking(&asked.test).unwrap_or(RowPredicate::Calculated))
                .collect(),
            tree: Arc::clone(tree),
        }
    }

    /// The outcome of the tree for a record; `None` if a fact on the way is missing.
    pub(crate) fn outcome(&self, guest: &Guest<'_>) -> Option<&Arc<Outcome>> {
        let mut node = self.tree.root;
        loop {
            match self.tree.nodes[node] {
                TreeNode::Leaf(outcome) => return Some(&self.tree.outcomes[outcome]),
                TreeNode::Branch { asked, yes, no } => {
                    node = if self.answer(asked, guest)? { yes } else { no };
                }
            }
        }
    }

    /// The pattern of a record with gaps: the answers on all its paths, in order of the tree (0 no,
    /// 1 yes, 2 open). `None` if something else matters too, or there are too many.
    pub(crate) fn pattern(&self, guest: &Guest<'_>) -> Option<Vec<u8>> {
        let mut answers = Vec::with_capacity(16);
        self.follow(self.tree.root, guest, &mut self.tree.been(), &mut answers)?;
        Some(answers)
    }

    fn follow(
        &self,
        mut node: usize,
        guest: &Guest<'_>,
        been: &mut Been,
        answers: &mut Vec<u8>,
    ) -> Option<()> {
        const MOST: usize = 1_024;
        while let TreeNode::Branch { asked, yes, no } = self.tree.nodes[node] {
            if been.before(node) {
                break;
            }
            let answer = self.answer(asked, guest);
            answers.push(answer.map_or(2, u8::from));
            node = match answer {
                Some(true) => yes,
                Some(false) => no,
                // Calculations may be open in different ways.
                None if matches!(self.askings[asked], RowPredicate::Calculated) => return None,
                None if answers.len() > MOST => return None,
                None => {
                    self.follow(yes, guest, been, answers)?;
                    no
                }
            };
        }
        Some(())
    }

    fn answer(&self, asked: usize, guest: &Guest<'_>) -> Option<bool> {
        let cells = &guest.row.cells;
        match &self.askings[asked] {
            RowPredicate::Stated(fact) => Some(match cells.get(fact.get()) {
                Some(cell) => !matches!(cell, Cell::Absent | Cell::Unknown),
                None => guest.own(*fact).is_some(),
            }),
            RowPredicate::Code(fact, yes) => match cells[*fact] {
                Cell::Code(code) => Some(yes[usize::from(code)]),
                _ => None,
            },
            RowPredicate::Whole(fact, yes) => match cells[*fact] {
                Cell::Whole(number) => Some(lies_in(number, yes)),
                _ => None,
            },
            RowPredicate::Float(fact, yes) => match cells[*fact] {
                Cell::Float(number) => Some(lies_in(number, yes)),
                _ => None,
            },
            RowPredicate::Text(fact, yes) => guest.row.text(*fact).map(|text| holds(yes, text)),
            RowPredicate::Finding(condition, yes) => guest
                .findings
                .get(condition.get())
                .map(|verdict| verdict & yes != 0),
            RowPredicate::Calculated => guest.answer(&self.tree.test(asked).test),
        }
    }
}

/// The number of a fact of the record itself that it has not by itself.
fn own(fact: &FactRef, schema: &Schema) -> Option<FactIndex> {
    fact.own_number(schema.numbering())
        .filter(|fact| !fact.is_built_in())
}

fn of_finding(
    condition: ConditionIndex,
    truth: &Domain,
    verdict: &dyn Fn(&str) -> u8,
) -> RowPredicate {
    let names = ["met", "not_met", "not_applicable"];
    let yes = names
        .iter()
        .filter(|name| truth.contains(&Value::Text((**name).into())));
    RowPredicate::Finding(condition, yes.fold(0, |bits, name| bits | verdict(name)))
}

/// How a stated fact is compared with the values that mean yes.
fn compared(fact: FactIndex, ty: &FactType, truth: Domain) -> Option<RowPredicate> {
    let codes = |values: Vec<Value>| {
        let yes = values.iter().map(|value| truth.contains(value)).collect();
        RowPredicate::Code(fact, yes)
    };
    Some(match (ty, &truth) {
        (FactType::Boolean, _) => codes([false, true].map(Value::Boolean).into()),
        (FactType::Choice(choices), _) if has_codes(choices) => codes(
            choices
                .iter()
                .map(|choice| Value::Text(Arc::clone(choice)))
                .collect(),
        ),
        (FactType::Integer | FactType::Date, Domain::Keys(keys)) => {
            RowPredicate::Whole(fact, closed(keys).collect())
        }
        (FactType::Number, Domain::Keys(keys)) => {
            let floats = closed(keys).map(|(low, high)| (float_of_key(low), float_of_key(high)));
            RowPredicate::Float(fact, floats.collect())
        }
        (FactType::Text | FactType::Choice(_) | FactType::Jurisdiction, Domain::Texts(_)) => {
            let Domain::Texts(texts) = truth else {
                return None;
            };
            RowPredicate::Text(fact, texts)
        }
        _ => return None,
    })
}

fn closed(keys: &Ranges<i64>) -> impl Iterator<Item = (i64, i64)> {
    let ranges = keys.ranges().iter();
    ranges.map(|(from, to)| (*from, to.map_or(i64::MAX, |to| to - 1)))
}

fn lies_in<T: PartialOrd + Copy>(value: T, ranges: &[(T, T)]) -> bool {
    ranges
        .iter()
        .any(|(low, high)| value >= *low && value <= *high)
}

fn holds(texts: &Ranges<Arc<str>>, text: &str) -> bool {
    let mut ranges = texts.ranges().iter();
    ranges.any(|(from, to)| **from <= *text && to.as_ref().is_none_or(|to| *text < **to))
}
