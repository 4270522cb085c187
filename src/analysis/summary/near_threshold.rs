//! Who is nearest to a threshold: for each finding that is not met, how far what it measures would
//! have to move, with nothing else changed, for the condition to be met.
//!
//! What is measured is the left side of a comparison: a fact, a derived fact, a calculation.
//! Example: by `j.population >= 100 || j.seat && j.population >= 50`, a town of 48 with a seat
//! needs 50 and is 2 short. Each threshold in the tree is tried, nearest first, with all other
//! answers unchanged. The first that gives *met* is the nearest, as nothing changes between two
//! thresholds. If another calculation uses what is measured, nothing is reported. Thresholds that
//! it cannot reach are left out.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::assess::assessment::RulebookAssessment;
use crate::assess::explored_scripts::Form;
use crate::assess::result_types::Status;
use crate::base::parallel;
use crate::base::work_budget::spend;
use crate::model::fact::{Date, FactOrigin, Number, Value};
use crate::model::typed_indexes::ConditionIndex;
use crate::model::typed_indexes::PlaceIndex;
use crate::model::typed_indexes::RecordIndex;
use crate::tree::{
    Binary, Comparison, Expression, FactRef, FactTable, Interval, Limits, Next, Region, Test, Tree,
    Unary, ValueKind, Verdict, bounds, compare_exactly, number_of,
};

/// Something that a condition measures, and who is nearest to meeting it.
#[derive(Clone, Debug)]
pub struct Threshold {
    /// The condition, by its number.
    pub condition: ConditionIndex,
    /// What is measured, as a script writes it.
    pub measured: String,
    /// The unit; days for dates; `None` if it has none.
    pub unit: Option<String>,
    /// The number of decimals it is shown with; `None` for all.
    pub decimals: Option<u8>,
    /// How many jurisdictions would meet the condition if only this moved.
    pub count: usize,
    /// Whether the condition reads statistics too. These are taken as fixed, although what is
    /// measured may be one of the values they are calculated from.
    pub holds_statistics: bool,
    /// The nearest jurisdictions, nearest first.
    pub nearest: Vec<NearMiss>,
}

/// A jurisdiction that fails a condition by some distance.
#[derive(Clone, Debug)]
pub struct NearMiss {
    /// The place of the jurisdiction in the assessment.
    pub place: PlaceIndex,
    /// The value that it has.
    pub found: Value,
    /// The value that it needs.
    pub needs: Needs,
    /// The distance, in days for dates. Zero if the value itself is just not enough.
    pub distance: Number,
}

/// A needed number or day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Needs {
    /// At least this.
    AtLeast(Value),
    /// More than this.
    MoreThan(Value),
    /// At most this.
    AtMost(Value),
    /// Less than this.
    LessThan(Value),
}

impl Needs {
    /// The threshold.
    pub fn value(&self) -> &Value {
        match self {
            Self::AtLeast(value)
            | Self::MoreThan(value)
            | Self::AtMost(value)
            | Self::LessThan(value) => value,
        }
    }

    /// The words before the threshold.
    pub fn words(&self) -> &'static str {
        match self {
            Self::AtLeast(_) => "at least",
            Self::MoreThan(_) => "more than",
            Self::AtMost(_) => "at most",
            Self::LessThan(_) => "less than",
        }
    }
}

/// The most thresholds of one thing in a script.
const MOST_ENDS: usize = 64;

/// Who is nearest, for each condition that a tree holds and each thing it measures; `most` of each.
pub(super) fn thresholds(assessed: &RulebookAssessment, most: usize) -> Vec<Threshold> {
    let conditions = ConditionIndex::first(assessed.conditions.len());
    let found = conditions.flat_map(|condition| match &assessed.conditions[condition].form {
        Form::Tabular(tree) => of_condition(assessed, condition, tree, most),
        _ => Vec::new(),
    });
    found.collect()
}

fn of_condition(
    assessed: &RulebookAssessment,
    condition: ConditionIndex,
    tree: &Tree,
    most: usize,
) -> Vec<Threshold> {
    let subjects: Vec<Subject<'_>> = subjects(tree);
    let unmet: Vec<PlaceIndex> = assessed
        .places()
        .filter(|place| assessed.status(*place, condition) == Status::NotMet)
        .collect();
    let is_statistic = |fact: &FactRef| fact.schema.origin == FactOrigin::Statistic;
    let holds_statistics = tree
        .tests()
        .any(|asked| asked.test.any_fact(&mut |fact| is_statistic(fact)));
    let mut found: BTreeMap<String, Threshold> = BTreeMap::new();
    for subject in &subjects {
        let chunks = unmet.chunks(512).map(<[PlaceIndex]>::to_vec).collect();
        let parts = parallel::map(chunks, |places: Vec<PlaceIndex>| {
            let one = |place: PlaceIndex| {
                let (facts, this) = (&assessed.basis.facts, assessed.record_of(place));
                let look = TreeDescent { tree, facts, this };
                look.nearest(subject, place)
            };
            places.into_iter().filter_map(one).collect::<Vec<_>>()
        });
        // A derived fact has one name, however it is calculated on a path.
        let measured = subject.expression.to_string();
        let threshold = found
            .entry(measured)
            .or_insert_with_key(|measured| Threshold {
                condition,
                measured: measured.clone(),
                unit: unit_of(subject.expression),
                decimals: decimals_of(subject.expression),
                count: 0,
                holds_statistics,
                nearest: Vec::new(),
            });
        threshold.nearest.extend(parts.into_iter().flatten());
    }
    let cut = |mut threshold: Threshold| {
        let order = |one: &NearMiss| (one.distance.clone(), one.place);
        threshold.nearest.sort_by_cached_key(order);
        threshold.count = threshold.nearest.len();
        threshold.nearest.truncate(most);
        (threshold.count > 0).then_some(threshold)
    };
    found.into_values().filter_map(cut).collect()
}

/// What a tree measures, with its thresholds.
struct Subject<'a> {
    expression: &'a Arc<Expression>,
    ends: Vec<&'a Arc<Expression>>,
    /// The least value that it can have.
    least: Option<Number>,
    /// The greatest value that it can have.
    greatest: Option<Number>,
}

impl<'a> Subject<'a> {
    fn new(
        expression: &'a Arc<Expression>,
        ends: BTreeSet<&'a Arc<Expression>>,
        limits: Limits,
    ) -> Self {
        let all = Region::new(limits);
        let (low, high) = match bounds(expression, &|fact| all.hull(fact)).interval {
            Interval::Whole(low, high) => (Some(low.into()), Some(high.into())),
            Interval::Number(low, high) => (Number::exactly(low), Number::exactly(high)),
        };
        let (min, max) = match &**expression {
            Expression::Fact(fact) | Expression::Derived(fact, _) => {
                let range = &fact.schema.range;
                let end = |value: &Option<Value>| value.as_ref().and_then(line);
                (end(&range.min), end(&range.max))
            }
            _ => (None, None),
        };
        Self {
            expression,
            ends: ends.into_iter().collect(),
            least: [low, min].into_iter().flatten().max(),
            greatest: [high, max].into_iter().flatten().min(),
        }
    }

    /// Whether it can have the value of a point.
    fn can_be(&self, point: &Point) -> bool {
        let beside = |end: &Number| point.at.cmp(end).then(point.side);
        let least = self.least.as_ref();
        let greatest = self.greatest.as_ref();
        least.is_none_or(|least| beside(least) != Ordering::Less)
            && greatest.is_none_or(|greatest| beside(greatest) != Ordering::Greater)
    }
}

/// The things that a tree measures, in order: numbers and days that are compared with something and
/// are in no other test.
fn subjects(tree: &Tree) -> Vec<Subject<'_>> {
    let mut found: BTreeMap<&Arc<Expression>, BTreeSet<&Arc<Expression>>> = BTreeMap::new();
    for asked in tree.tests() {
        if let Some((left, _, right)) = measures(&asked.test) {
            found.entry(left).or_default().insert(right);
        }
    }
    let alone = |subject: &Expression| {
        let elsewhere = |test: &Test| match test {
            Test::Compare(left, _, right) => {
                let measured = measures(test).is_some() && is_same(left, subject);
                (!measured && holds(left, subject)) || holds(right, subject)
            }
            // That it has a value goes with it.
            Test::Succeeds(inner) => !is_same(inner, subject) && holds(inner, subject),
            Test::Holds(_) | Test::Known(..) => false,
        };
        !tree.tests().any(|asked| elsewhere(&asked.test))
    };
    let few = found
        .into_iter()
        .filter(|(subject, ends)| ends.len() <= MOST_ENDS && alone(subject));
    few.map(|(expression, ends)| Subject::new(expression, ends, tree.limits()))
        .collect()
}

/// Whether two calculations are of one thing; a derived fact is one, however it is calculated on a
/// path.
fn is_same(one: &Expression, other: &Expression) -> bool {
    match (one, other) {
        (Expression::Derived(one, _), Expression::Derived(other, _)) => one == other,
        _ => one == other,
    }
}

/// Whether a calculation contains another.
fn holds(expression: &Expression, part: &Expression) -> bool {
    is_same(expression, part)
        || match expression {
            Expression::Constant(_) | Expression::Parameter(..) | Expression::Fact(_) => false,
            Expression::Derived(_, inner) | Expression::Unary(_, inner) => holds(inner, part),
            Expression::Binary(_, left, right) => holds(left, part) || holds(right, part),
        }
}

/// The sides of a comparison of numbers or days, with what is measured on the left.
fn measures(test: &Test) -> Option<(&Arc<Expression>, Comparison, &Arc<Expression>)> {
    let Test::Compare(left, comparison, right) = test else {
        return None;
    };
    let kind = left.kind();
    let ordered = kind.is_numeric() || kind == ValueKind::Date;
    (ordered && left.constant().is_none()).then_some((left, *comparison, right))
}

/// A point on the line: a number, or just below or above it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Point {
    at: Number,
    side: Ordering,
}

/// A record on its path through a tree.
struct TreeDescent<'a> {
    tree: &'a Tree,
    facts: &'a FactTable,
    this: RecordIndex,
}

impl TreeDescent<'_> {
    /// How far a thing would have to move for the condition to be met; `None` if that alone is not
    /// enough, or something on the path is unknown.
    fn nearest(&self, subject: &Subject<'_>, place: PlaceIndex) -> Option<NearMiss> {
        let found = self.facts.calculated(self.this, subject.expression)?;
        let now = line(&found)?;
        let whole = matches!(
            subject.expression.kind(),
            ValueKind::Integer | ValueKind::Date
        );
        let mut points: Vec<Point> = Vec::new();
        for end in &subject.ends {
            points.extend(around(
                line(&self.facts.calculated(self.this, end)?)?,
                whole,
            ));
        }
        points.sort_by(|a, b| {
            let order = |point: &Point| (point.at.minus(&now).magnitude(), point.at.clone());
            order(a)
                .cmp(&order(b))
                .then(away(a, &now).cmp(&away(b, &now)))
        });
        points.dedup();
        let mut points = points.into_iter().filter(|point| subject.can_be(point));
        let enough = points.find(|point| {
            let verdict = self.verdict(subject.expression, point);
            verdict == Some(Verdict::Met)
        })?;
        let up = enough.at.cmp(&now).then(enough.side) == Ordering::Greater;
        let end = match &found {
            Value::Date(_) => Value::Date(Date::from_days(enough.at.whole()?)?),
            Value::Integer(_) => enough.at.whole().map(Value::Integer)?,
            _ => Value::Number(enough.at.clone()),
        };
        Some(NearMiss {
            place,
            found,
            needs: match (up, enough.side) {
                (true, Ordering::Greater) => Needs::MoreThan(end),
                (true, _) => Needs::AtLeast(end),
                (false, Ordering::Less) => Needs::LessThan(end),
                (false, _) => Needs::AtMost(end),
            },
            distance: enough.at.minus(&now).magnitude(),
        })
    }

    /// The verdict of the condition with what is measured at a point; `None` if a fact that is
    /// asked about is missing.
    fn verdict(&self, measured: &Arc<Expression>, point: &Point) -> Option<Verdict> {
        let mut node = self.tree.start();
        loop {
            spend(1);
            let (asked, yes, no) = match self.tree.at(node) {
                Next::Outcome(outcome) => return Some(outcome.verdict),
                Next::Test(asked, yes, no) => (asked, yes, no),
            };
            let answer = match measures(&asked.test) {
                Some((left, comparison, right)) if left == measured => {
                    let end = line(&self.facts.calculated(self.this, right)?)?;
                    let order = point.at.cmp(&end).then(point.side);
                    compare_exactly(comparison, &order, &Ordering::Equal)
                }
                _ => self.facts.answer(self.this, &asked.test).ok()?,
            };
            node = if answer { yes } else { no };
        }
    }
}

/// A number, or a day as a number.
fn line(value: &Value) -> Option<Number> {
    match value {
        Value::Date(day) => Some(day.days().into()),
        other => Some(number_of(other)?.into_owned()),
    }
}

/// The points at and beside a threshold; whole ones if nothing else is possible.
fn around(end: Number, whole: bool) -> Vec<Point> {
    let at = |at: Number, side| Point { at, side };
    if whole {
        let (below, above) = (end.floor(), end.ceiling());
        let next = [below.minus(&Number::ONE), above.plus(&Number::ONE)];
        let all = [below, above].into_iter().chain(next);
        return all.map(|one| at(one, Ordering::Equal)).collect();
    }
    vec![
        at(end.clone(), Ordering::Less),
        at(end.clone(), Ordering::Equal),
        at(end, Ordering::Greater),
    ]
}

/// How far a point lies beyond its number, seen from another: one before it is nearer.
fn away(point: &Point, from: &Number) -> Ordering {
    match point.at.cmp(from) {
        Ordering::Less => point.side.reverse(),
        _ => point.side,
    }
}

/// The unit of what is measured; `None` unless it is a fact, or a sum of facts with one unit.
fn unit_of(expression: &Expression) -> Option<String> {
    if expression.kind() == ValueKind::Date {
        return Some("days".to_owned());
    }
    match expression {
        Expression::Fact(fact) | Expression::Derived(fact, _) => fact.schema.unit.clone(),
        Expression::Unary(
            Unary::Negate
            | Unary::Abs
            | Unary::Floor
            | Unary::Ceiling
            | Unary::Round
            | Unary::RoundEven
            | Unary::ToInteger
            | Unary::ToNumber,
            inner,
        ) => unit_of(inner),
        Expression::Binary(
            Binary::Add | Binary::Subtract | Binary::Min | Binary::Max,
            left,
            right,
        ) => match (left.constant(), right.constant()) {
            (Some(_), _) => unit_of(right),
            (_, Some(_)) => unit_of(left),
            _ => unit_of(left).filter(|unit| unit_of(right).as_ref() == Some(unit)),
        },
        _ => None,
    }
}

fn decimals_of(expression: &Expression) -> Option<u8> {
    match expression {
        Expression::Fact(fact) | Expression::Derived(fact, _) => fact.schema.decimals,
        _ => None,
    }
}
