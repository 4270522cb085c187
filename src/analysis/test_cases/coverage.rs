//! Coverage: which branches and outcomes of conditions the cases reached, which thresholds were
//! tried on both sides, and which parameters always had one value.
//!
//! A branch is an answer of a test at its place in a script. A script is looked at under the values
//! of parameters that the cases give: a branch that depends on a parameter needs another value of
//! it.

use std::collections::{BTreeMap, BTreeSet};

use crate::analysis::test_cases::TestRun;
use crate::assess::assessment::RulebookAssessment;
use crate::assess::explored_scripts::Form;
use crate::assess::result_types::Status;
use crate::base::source::Span;
use crate::model::condition::ConditionId;
use crate::model::fact::Value;
use crate::model::rulebook::RulebookId;
use crate::model::typed_indexes::ConditionIndex;
use crate::tree::{
    Asked, Comparison, Domain, Expression, FactReading, FactRef, Patience, Test, Tree, Verdict,
    each_asked, key_of, value_of_key,
};

/// What the cases reached.
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    /// One for each condition that a case was assessed against, in order of rulebooks and ids.
    pub conditions: Vec<ConditionCoverage>,
    /// Parameters that scripts read and that have one value in all cases: pairs of rulebook and
    /// name.
    pub never_varied: Vec<(RulebookId, String)>,
}

/// What the cases reached of one condition.
#[derive(Clone, Debug)]
pub struct ConditionCoverage {
    /// The id of its rulebook.
    pub rulebook: RulebookId,
    /// The id of the condition.
    pub id: ConditionId,
    /// The path of the script.
    pub file: String,
    /// The branches in order of places, yes before no.
    pub branches: Vec<Branch>,
    /// The possible outcomes, each with the number of cases that reached it.
    pub outcomes: Vec<(Status, usize)>,
    /// The numbers and days that it compares a fact with.
    pub boundaries: Vec<Boundary>,
    /// Whether no tree can hold it: then only the branches that were reached are known.
    pub not_tabular: bool,
}

/// An answer of a test.
#[derive(Clone, Debug)]
pub struct Branch {
    /// The place of the test.
    pub span: Span,
    /// The test, with facts by their paths.
    pub test: String,
    /// The answer.
    pub answer: bool,
    /// In how many cases it was given.
    pub hits: usize,
}

/// A number or day that a fact is compared with, and whether values on both sides of it were tried.
#[derive(Clone, Debug)]
pub struct Boundary {
    /// The place of the test.
    pub span: Span,
    /// The test, with facts by their paths.
    pub test: String,
    /// The values on both sides, each with whether it was tried.
    pub values: Vec<(Value, bool)>,
}

impl ConditionCoverage {
    /// How many of its branches and outcomes were reached, and how many there are.
    pub fn reached(&self) -> (usize, usize) {
        let branches = self
            .branches
            .iter()
            .filter(|branch| branch.hits > 0)
            .count();
        let outcomes = self.outcomes.iter().filter(|(_, hits)| *hits > 0).count();
        (
            branches + outcomes,
            self.branches.len() + self.outcomes.len(),
        )
    }
}

impl Coverage {
    /// How many branches and outcomes were reached, and how many there are.
    pub fn reached(&self) -> (usize, usize) {
        let all = self.conditions.iter().map(ConditionCoverage::reached);
        all.fold((0, 0), |(reached, all), (more, of)| {
            (reached + more, all + of)
        })
    }

    /// The reached part in percent; 0 if there are no branches or outcomes.
    #[expect(clippy::cast_precision_loss, reason = "no script has so many branches")]
    pub fn percent(&self) -> f64 {
        let (reached, all) = self.reached();
        if all == 0 {
            0.0
        } else {
            reached as f64 * 100.0 / all as f64
        }
    }
}

#[derive(Default)]
struct SeenAnswers {
    file: String,
    branches: BTreeMap<(TestPlace, String, bool), (Span, usize)>,
    outcomes: BTreeMap<Status, usize>,
    boundaries: BTreeMap<(TestPlace, String), (Span, BTreeMap<Value, bool>)>,
    not_tabular: bool,
}

/// The file and the range of a test.
type TestPlace = (String, usize, usize);

/// What the cases of a run reached.
pub fn coverage(run: &TestRun) -> Coverage {
    let mut seen: BTreeMap<(RulebookId, ConditionId), SeenAnswers> = BTreeMap::new();
    let mut values: BTreeMap<(RulebookId, String), BTreeSet<Option<Value>>> = BTreeMap::new();
    for assessed in &run.assessments {
        let rulebook = &assessed.rulebook().id;
        for (condition, used) in ConditionIndex::each(&assessed.conditions) {
            let found = seen
                .entry((rulebook.clone(), used.condition.id.clone()))
                .or_default();
            used.condition.source.name().clone_into(&mut found.file);
            possible(assessed, condition, found);
            reached(assessed, condition, found);
        }
        for parameter in &assessed.parameters {
            values
                .entry((rulebook.clone(), parameter.name.to_string()))
                .or_default()
                .insert(parameter.value.clone());
        }
    }
    let never_varied = values
        .into_iter()
        .filter(|((rulebook, name), values)| values.len() == 1 && is_read(run, rulebook, name));
    let never_varied = never_varied.map(|(key, _)| key).collect();
    let conditions = seen.into_iter().map(|((rulebook, id), seen)| {
        let branches = seen
            .branches
            .into_iter()
            .map(|((_, test, no), (span, hits))| Branch {
                span,
                test,
                answer: !no,
                hits,
            });
        let boundaries = seen
            .boundaries
            .into_iter()
            .map(|((_, test), (span, values))| Boundary {
                span,
                test,
                values: values.into_iter().collect(),
            });
        ConditionCoverage {
            rulebook,
            id,
            file: seen.file,
            branches: branches.collect(),
            outcomes: seen.outcomes.into_iter().collect(),
            boundaries: boundaries.collect(),
            not_tabular: seen.not_tabular,
        }
    });
    Coverage {
        conditions: conditions.collect(),
        never_varied,
    }
}

fn is_read(run: &TestRun, rulebook: &RulebookId, name: &str) -> bool {
    let texts = run
        .assessments
        .iter()
        .filter(|assessed| assessed.rulebook().id == *rulebook);
    let mut texts = texts
        .flat_map(|assessed| &assessed.conditions)
        .flat_map(|used| &used.program);
    let written = format!("params.{name}");
    texts.any(|program| {
        program
            .files()
            .values()
            .any(|source| crate::script::code(source).contains(&written))
    })
}

fn place(span: &Span) -> TestPlace {
    (
        span.source().name().to_owned(),
        span.range().start,
        span.range().end,
    )
}

/// Adds what is possible for a condition.
fn possible(assessed: &RulebookAssessment, condition: ConditionIndex, seen: &mut SeenAnswers) {
    let Form::Tabular(tree) = &assessed.conditions[condition].form else {
        seen.not_tabular = true;
        return;
    };
    for asked in tree.tests() {
        // Nobody writes the question whether a calculation can be done.
        if matches!(asked.test, Test::Succeeds(_)) {
            continue;
        }
        for no in [false, true] {
            let key = (place(&asked.span), asked.test.to_string(), no);
            seen.branches.entry(key).or_insert((asked.span.clone(), 0));
        }
    }
    boundaries(tree, seen);
    let mut verdicts = BTreeSet::new();
    for outcome in tree.outcomes() {
        verdicts.insert(outcome.verdict);
        let status = match outcome.verdict {
            Verdict::Met => Status::Met,
            Verdict::NotMet => Status::NotMet,
            Verdict::NotApplicable => Status::NotApplicable,
            Verdict::Fault => continue,
        };
        seen.outcomes.entry(status).or_default();
    }
    // Where a missing fact changes the reason alone, nothing is unknown.
    let asks = |asked: &Asked| !matches!(asked.test, Test::Known(..) | Test::Succeeds(_));
    if verdicts.len() > 1 && tree.tests().any(asks) {
        seen.outcomes.entry(Status::Unknown).or_default();
    }
}

/// Adds the values next to thresholds that some record can still have where the test is asked. One
/// patience is for the whole script; a value that it does not reach is listed.
fn boundaries(tree: &Tree, seen: &mut SeenAnswers) {
    let mut patience = None;
    each_asked(tree, &mut |asked, region| {
        let Some((fact, values)) = boundary(&asked.test) else {
            return;
        };
        let key = (place(&asked.span), asked.test.to_string());
        let known = seen
            .boundaries
            .entry(key)
            .or_insert_with(|| (asked.span.clone(), BTreeMap::new()));
        for value in values {
            if known.1.contains_key(&value) {
                continue;
            }
            let mut there = region.clone();
            let can_be = there.confine(fact, &Domain::only(&value));
            let patience = patience.get_or_insert_with(|| Patience::new(region.limits));
            if can_be && patience.may_be(&there) {
                known.1.insert(value, false);
            }
        }
    });
}

/// The values on both sides of a whole number or day that a fact is compared with.
fn boundary(test: &Test) -> Option<(&FactRef, Vec<Value>)> {
    let Test::Compare(left, comparison, right) = test else {
        return None;
    };
    let (Expression::Fact(fact), Some(value @ (Value::Integer(_) | Value::Date(_)))) =
        (&**left, right.constant())
    else {
        return None;
    };
    let key = key_of(value)?;
    let keys = match comparison {
        Comparison::Less | Comparison::GreaterOrEqual => vec![key - 1, key],
        Comparison::LessOrEqual | Comparison::Greater => vec![key, key + 1],
        Comparison::Equal | Comparison::NotEqual => vec![key],
    };
    let values = keys.into_iter().filter_map(|key| value_of_key(fact, key));
    Some((fact, values.collect()))
}

/// Adds what the cases reached.
fn reached(assessed: &RulebookAssessment, condition: ConditionIndex, seen: &mut SeenAnswers) {
    let facts = &assessed.basis.facts;
    for one in assessed.jurisdictions() {
        let status = one.findings[condition].status;
        if status != Status::Fault {
            *seen.outcomes.entry(status).or_default() += 1;
        }
        let Some(this) = facts.records.find(one.jurisdiction.id.as_str()) else {
            continue;
        };
        for consulted in assessed.consulted(&one.jurisdiction.id, condition) {
            let (test, span) = (&consulted.asked.test, &consulted.asked.span);
            let Some(answer) = consulted
                .answer
                .filter(|_| !matches!(test, Test::Succeeds(_)))
            else {
                continue;
            };
            let key = (place(span), test.to_string(), !answer);
            seen.branches.entry(key).or_insert((span.clone(), 0)).1 += 1;
            let Test::Compare(left, ..) = test else {
                continue;
            };
            let (Expression::Fact(fact), Some(known)) = (
                &**left,
                seen.boundaries.get_mut(&(place(span), test.to_string())),
            ) else {
                continue;
            };
            if let FactReading::Known(value) = facts.read(this, fact)
                && let Some(tried) = known.1.get_mut(&value)
            {
                *tried = true;
            }
        }
    }
}
