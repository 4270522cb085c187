//! The cases in which two trees have different verdicts.
//!
//! Both trees are walked side by side. Equal parts are passed over at once, so the work grows with
//! the differences and not with the size of the trees.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::base::work_budget::{Budget, spend};
use crate::model::fact::{AllowedRange, FactSchema, FactType, Schema, Value};
use crate::tree::cases::{Conjunction, Witness, merged, split};
use crate::tree::expression::{Expression, ValueKind};
use crate::tree::fact_ref::{FactRef, Owner};
use crate::tree::predicate::Test;
use crate::tree::region::Region;
use crate::tree::witness::Patience;
use crate::tree::{Asked, Next, Tree, TreeNode, Verdict};

/// The differences between two trees.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Differences {
    pub(crate) cases: Vec<TreeDifference>,
    /// There may be more: the search was ended.
    pub(crate) cut_short: bool,
    /// Verdicts are the same everywhere; only reasons differ.
    pub(crate) reasons_only: bool,
}

/// One case in which they differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TreeDifference {
    pub(crate) case: Conjunction,
    pub(crate) before: Verdict,
    pub(crate) after: Verdict,
    /// A record for which they differ; `None` if none was found.
    pub(crate) witness: Option<Witness>,
}

/// The schemas of two versions.
pub(crate) type BothSchemas<'a> = (&'a Schema, &'a Schema);

/// The cases in which two trees differ, among the records that both versions allow, in the order of
/// the first, or the fact that keeps them from being compared: it is of another kind in the other.
pub(crate) fn differences(
    before: &Tree,
    after: &Tree,
    allowed: BothSchemas<'_>,
) -> Result<Differences, FactRef> {
    let schemas = common_schemas(before, after, allowed)?;
    let (before, after) = (before.with_schemas(&schemas), after.with_schemas(&schemas));
    let (found, cut_short) = differing(&before, &after, false);
    let limits = before.limits;
    let cases: Vec<_> = merged(found)
        .into_iter()
        .map(|(case, (before, after))| TreeDifference {
            witness: case.witness(limits),
            case,
            before,
            after,
        })
        .collect();
    let reasons_only = cases.is_empty() && !cut_short && !same(&before, &after) && {
        // The differences may be outside the records that both allow.
        let (found, cut_short) = differing(&before, &after, true);
        cut_short || !found.is_empty()
    };
    Ok(Differences {
        cases,
        cut_short,
        reasons_only,
    })
}

/// The ways on which two trees differ, in reasons too if `reasons` is set, and whether there may be
/// more.
fn differing(before: &Tree, after: &Tree, reasons: bool) -> (Vec<DifferingWay>, bool) {
    let mut shapes = NodeNumbers::default();
    let (old, new) = (shapes.of(before, reasons), shapes.of(after, reasons));
    let mut walk = Walk {
        before,
        after,
        old,
        new,
        found: Vec::new(),
        steps: 0,
        budget: Budget::new(before.limits.work),
        cut_short: false,
    };
    walk.go(
        before.root,
        after.root,
        &Region::new(before.limits),
        &mut BTreeMap::new(),
    );
    (walk.found, walk.cut_short)
}

/// Whether two trees have the same verdicts everywhere, judged by equal parts; reasons and the way
/// it is written do not count.
pub(crate) fn same_verdicts(one: &Tree, other: &Tree) -> bool {
    let mut shapes = NodeNumbers::default();
    shapes.of(one, false)[one.root] == shapes.of(other, false)[other.root]
}

/// Whether two trees have the same outcomes everywhere, judged by equal parts.
pub(crate) fn same(one: &Tree, other: &Tree) -> bool {
    let mut shapes = NodeNumbers::default();
    shapes.of(one, true)[one.root] == shapes.of(other, true)[other.root]
}

/// A number for each tree, the same for trees with the same outcomes everywhere.
pub(crate) fn alike<'a>(trees: impl Iterator<Item = &'a Tree>) -> Vec<usize> {
    let mut shapes = NodeNumbers::default();
    trees.map(|tree| shapes.of(tree, true)[tree.root]).collect()
}

/// A way, and the verdicts before and after.
type DifferingWay = (Conjunction, (Verdict, Verdict));

struct Walk<'a> {
    before: &'a Tree,
    after: &'a Tree,
    /// By node: its shape.
    old: Vec<usize>,
    new: Vec<usize>,
    found: Vec<DifferingWay>,
    steps: usize,
    budget: Budget,
    cut_short: bool,
}

impl Walk<'_> {
    fn go(
        &mut self,
        before: usize,
        after: usize,
        region: &Region,
        known: &mut BTreeMap<FactRef, bool>,
    ) {
        if self.old[before] == self.new[after] {
            return;
        }
        self.steps += 1;
        spend(5);
        if self.steps > self.before.limits.differences || self.budget.is_used_up() {
            self.cut_short = true;
            return;
        }
        let (one, other) = (self.before, self.after);
        match (one.at(before), other.at(after)) {
            (Next::Outcome(one), Next::Outcome(other)) => {
                if Patience::new(region.limits).may_be(region) {
                    self.found.push((
                        Conjunction::new(region, known),
                        (one.verdict, other.verdict),
                    ));
                }
            }
            (Next::Test(asked, yes, no), _) => {
                split(&asked.test, region, known, &mut |answer, region, known| {
                    self.go(if answer { yes } else { no }, after, region, known);
                });
            }
            (_, Next::Test(asked, yes, no)) => {
                split(&asked.test, region, known, &mut |answer, region, known| {
                    self.go(before, if answer { yes } else { no }, region, known);
                });
            }
        }
    }
}

/// Gives equal parts of several trees one number. A parameter is no more than its value here.
#[derive(Default)]
struct NodeNumbers(BTreeMap<NodeShape, usize>);

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum NodeShape {
    /// With the reason, and the value of a derived fact.
    Verdict(Verdict, Option<String>, Option<Arc<Expression>>),
    Branch(Test, usize, usize),
}

impl NodeNumbers {
    /// The shape of each node. Reasons count if `reasons` is set.
    fn of(&mut self, tree: &Tree, reasons: bool) -> Vec<usize> {
        let mut shapes = Vec::with_capacity(tree.nodes.len());
        // Children come before their parents.
        for node in &tree.nodes {
            let shape = match *node {
                TreeNode::Leaf(outcome) => {
                    let outcome = &tree.outcomes[outcome];
                    let reason = outcome
                        .reason
                        .as_ref()
                        .map(|why| why.fill(&mut |value| format!("{{{value}}}")));
                    let value = outcome.value.as_ref().map(plain);
                    NodeShape::Verdict(outcome.verdict, reason.filter(|_| reasons), value)
                }
                TreeNode::Branch { yes, no, .. } if shapes[yes] == shapes[no] => {
                    shapes.push(shapes[yes]);
                    continue;
                }
                TreeNode::Branch { asked, yes, no } => NodeShape::Branch(
                    without_parameters(&tree.asked[asked].test),
                    shapes[yes],
                    shapes[no],
                ),
            };
            let next = self.0.len();
            shapes.push(*self.0.entry(shape).or_insert(next));
        }
        shapes
    }
}

fn without_parameters(test: &Test) -> Test {
    match test {
        Test::Holds(_) => test.clone(),
        Test::Known(fact, _) => Test::Known(fact.clone(), None),
        Test::Compare(left, comparison, right) => {
            Test::Compare(plain(left), *comparison, plain(right))
        }
        Test::Succeeds(expression) => Test::Succeeds(plain(expression)),
    }
}

fn plain(expression: &Arc<Expression>) -> Arc<Expression> {
    match &**expression {
        Expression::Constant(_) | Expression::Fact(_) => Arc::clone(expression),
        Expression::Parameter(_, value) => Expression::Constant(value.clone()).into(),
        Expression::Derived(_, inner) => plain(inner),
        Expression::Unary(operation, inner) => Expression::Unary(*operation, plain(inner)).into(),
        Expression::Binary(operation, left, right) => {
            Expression::Binary(*operation, plain(left), plain(right)).into()
        }
    }
}

/// For each fact for which the two versions allow different values: a schema with the values that
/// both allow; others are not compared. If only one tree asks about a fact, the schema of the other
/// version is used.
fn common_schemas(
    before: &Tree,
    after: &Tree,
    (was, is): BothSchemas<'_>,
) -> Result<BTreeMap<FactRef, Arc<FactSchema>>, FactRef> {
    let (old, new) = (before.facts(), after.facts());
    let mut common = BTreeMap::new();
    for fact in old.union(&new) {
        let (one, other) = match (old.get(fact), new.get(fact)) {
            (Some(one), Some(other)) => {
                if ValueKind::of(&one.schema.ty) != ValueKind::of(&other.schema.ty) {
                    return Err((*one).clone());
                }
                (Arc::clone(&one.schema), Arc::clone(&other.schema))
            }
            (_, there) => {
                let Some(other) = declared(fact, if there.is_some() { was } else { is }) else {
                    continue;
                };
                (Arc::clone(&fact.schema), other)
            }
        };
        if one.ty != other.ty || one.range != other.range {
            common.insert((*fact).clone(), both(&one, &other).into());
        }
    }
    Ok(common)
}

/// The schema of a fact in another version; `None` if it has no such fact of that kind.
fn declared(fact: &FactRef, schema: &Schema) -> Option<Arc<FactSchema>> {
    if fact.owner == Owner::Finding {
        return None;
    }
    let other = &schema.facts()[schema.slot(fact.last_path())?];
    let other = match &other.ty {
        FactType::List(item) if !matches!(fact.schema.ty, FactType::List(_)) => {
            let ty = (**item).clone();
            let schema = (**other).clone();
            FactSchema { ty, ..schema }.into()
        }
        _ => Arc::clone(other),
    };
    (ValueKind::of(&fact.schema.ty) == ValueKind::of(&other.ty)).then_some(other)
}

fn both(one: &FactSchema, other: &FactSchema) -> FactSchema {
    let ty = match (&one.ty, &other.ty) {
        (FactType::Choice(one), FactType::Choice(other)) => {
            let shared = other.iter().filter(|choice| one.contains(choice));
            FactType::Choice(shared.cloned().collect())
        }
        (narrower @ FactType::Choice(_), _) | (_, narrower) => narrower.clone(),
    };
    let (a, b) = (&one.range, &other.range);
    let end =
        |a: &Option<Value>, b: &Option<Value>, further: fn(Value, Value) -> Value| match (a, b) {
            (Some(a), Some(b)) => Some(further(a.clone(), b.clone())),
            (one, other) => one.clone().or_else(|| other.clone()),
        };
    let range = AllowedRange {
        min: end(&a.min, &b.min, Ord::max),
        max: end(&a.max, &b.max, Ord::min),
    };
    FactSchema {
        ty,
        range,
        ..other.clone()
    }
}

/// Both trees with different names for the parameters whose values differ:
/// `params.least (was 120)` and `params.least (now 100)`.
pub(crate) fn told_apart(before: &Tree, after: &Tree) -> (Tree, Tree) {
    let (old, new) = (before.parameters(), after.parameters());
    let differ = |name: &Arc<str>| matches!((old.get(name), new.get(name)), (Some(old), Some(new)) if old != new);
    let differing: BTreeSet<Arc<str>> = old.keys().filter(|name| differ(name)).cloned().collect();
    if differing.is_empty() {
        return (before.clone(), after.clone());
    }
    (
        before.with_named(&differing, "was"),
        after.with_named(&differing, "now"),
    )
}

/// The parameters of an expression and their values.
fn parameters(expression: &Expression, found: &mut BTreeMap<Arc<str>, Value>) {
    match expression {
        Expression::Parameter(name, value) => {
            found.insert(Arc::clone(name), value.clone());
        }
        Expression::Constant(_) | Expression::Fact(_) => {}
        Expression::Derived(_, inner) | Expression::Unary(_, inner) => parameters(inner, found),
        Expression::Binary(_, left, right) => {
            parameters(left, found);
            parameters(right, found);
        }
    }
}

/// An expression with some parameters named with their values.
fn named(
    expression: &Arc<Expression>,
    differing: &BTreeSet<Arc<str>>,
    word: &str,
) -> Arc<Expression> {
    let go = |inner: &Arc<Expression>| named(inner, differing, word);
    match &**expression {
        Expression::Parameter(name, value) if differing.contains(name) => {
            let name = format!("{name} ({word} {value})");
            Expression::Parameter(name.into(), value.clone()).into()
        }
        Expression::Constant(_) | Expression::Fact(_) | Expression::Parameter(..) => {
            Arc::clone(expression)
        }
        Expression::Derived(fact, inner) => Expression::Derived(fact.clone(), go(inner)).into(),
        Expression::Unary(operation, inner) => Expression::Unary(*operation, go(inner)).into(),
        Expression::Binary(operation, left, right) => {
            Expression::Binary(*operation, go(left), go(right)).into()
        }
    }
}

impl Tree {
    fn parameters(&self) -> BTreeMap<Arc<str>, Value> {
        let mut found = BTreeMap::new();
        for asked in &self.asked {
            match &asked.test {
                Test::Compare(left, _, right) => {
                    parameters(left, &mut found);
                    parameters(right, &mut found);
                }
                Test::Succeeds(expression) => parameters(expression, &mut found),
                Test::Holds(_) | Test::Known(..) => {}
            }
        }
        found
    }

    fn with_named(&self, differing: &BTreeSet<Arc<str>>, word: &str) -> Self {
        let go = |inner: &Arc<Expression>| named(inner, differing, word);
        let asked = self.asked.iter().map(|asked| Asked {
            test: match &asked.test {
                Test::Compare(left, comparison, right) => {
                    Test::Compare(go(left), *comparison, go(right))
                }
                Test::Succeeds(expression) => Test::Succeeds(go(expression)),
                test @ (Test::Holds(_) | Test::Known(..)) => test.clone(),
            },
            ..asked.clone()
        });
        Self {
            asked: asked.collect(),
            ..self.clone()
        }
    }

    fn with_schemas(&self, schemas: &BTreeMap<FactRef, Arc<FactSchema>>) -> Self {
        if schemas.is_empty() {
            return self.clone();
        }
        let mut other = |fact: &FactRef| {
            let schema = schemas.get(fact).unwrap_or(&fact.schema);
            Expression::Fact(fact.changed(|name| name.schema = Arc::clone(schema)))
        };
        let asked = self.asked.iter().map(|asked| Asked {
            test: asked.test.substitute(&mut other),
            ..asked.clone()
        });
        Self {
            asked: asked.collect(),
            // These were built for the other schema.
            parts: None,
            ..self.clone()
        }
    }
}
