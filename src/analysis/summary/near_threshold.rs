//! Who is nearest to a threshold: of each finding that is not met, how far what it measures would
//! have to move, alone, for the condition to be met.
//!
//! What is measured is the left side of a comparison: a fact, a derived fact, a calculation. The
//! script `j.population >= 100 || j.seat && j.population >= 50` of a town of 48 with a seat
//! asks for 50 and is 2 short. Each end that the tree compares it with is tried, nearest first, with all
//! other answers as they are; the first that gives *met* is the nearest there is, as nothing
//! changes between two ends. Where another calculation is made from what is measured, nothing is said,
//! and no end is tried that it cannot be.

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

/// Something that a condition measures, and who is nearest to where it would be met.
#[derive(Clone, Debug)]
pub struct Threshold {
    /// The condition, by its number.
    pub condition: ConditionIndex,
    /// What is measured, as a script writes it.
    pub measured: String,
    /// Its unit; of dates, days.
    pub unit: Option<String>,
    /// How many places after the point it is shown with.
    pub decimals: Option<u8>,
    /// How many jurisdictions it alone keeps from meeting the condition.
    pub count: usize,
    /// The condition reads statistics too, and these are taken to stay what they are: that what is measured may
    /// be one of the values they are made of is left out.
    pub holds_statistics: bool,
    /// The nearest of them, nearest first.
    pub nearest: Vec<NearMiss>,
}

/// A jurisdiction that fails a condition by so much.
#[derive(Clone, Debug)]
pub struct NearMiss {
    /// Its place in the assessment.
    pub place: PlaceIndex,
    /// What was found.
    pub found: Value,
    /// What is needed.
    pub needs: Needs,
    /// How far that is: in days for a date. Zero where the found value itself is just not enough.
    pub distance: Number,
}

/// What is needed of a number or a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Needs {
    /// This or more.
    AtLeast(Value),
    /// More than this.
    MoreThan(Value),
    /// This or less.
    AtMost(Value),
    /// Less than this.
    LessThan(Value),
}

impl Needs {
    /// The value that it speaks of.
    pub fn value(&self) -> &Value {
        match self {
            Self::AtLeast(value)
            | Self::MoreThan(value)
            | Self::AtMost(value)
            | Self::LessThan(value) => value,
        }
    }

    /// In words, before the value.
    pub fn words(&self) -> &'static str {
        match self {
            Self::AtLeast(_) => "at least",
            Self::MoreThan(_) => "more than",
            Self::AtMost(_) => "at most",
            Self::LessThan(_) => "less than",
        }
    }
}

/// The most ends that one thing is compared with in a script.
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

/// What a tree measures, and with what it is compared.
struct Subject<'a> {
    expression: &'a Arc<Expression>,
    ends: Vec<&'a Arc<Expression>>,
    /// The least that it can be.
    least: Option<Number>,
    /// The greatest.
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

    /// Whether it can be at a point at all.
    fn can_be(&self, point: &Point) -> bool {
        let beside = |end: &Number| point.at.cmp(end).then(point.side);
        let least = self.least.as_ref();
        let greatest = self.greatest.as_ref();
        least.is_none_or(|least| beside(least) != Ordering::Less)
            && greatest.is_none_or(|greatest| beside(greatest) != Ordering::Greater)
    }
}

/// The things that a tree measures, in order: numbers and days that are compared with something and
/// are part of no other question.
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

/// Whether two calculations are one thing: a derived fact is, however it is calculated on a path.
fn is_same(one: &Expression, other: &Expression) -> bool {
    match (one, other) {
        (Expression::Derived(one, _), Expression::Derived(other, _)) => one == other,
        _ => one == other,
    }
}

/// Whether a calculation is made from another.
fn holds(expression: &Expression, part: &Expression) -> bool {
    is_same(expression, part)
        || match expression {
            Expression::Constant(_) | Expression::Parameter(..) | Expression::Fact(_) => false,
            Expression::Derived(_, inner) | Expression::Unary(_, inner) => holds(inner, part),
            Expression::Binary(_, left, right) => holds(left, part) || holds(right, part),
        }
}

/// The sides of a comparison of numbers or days, what is measured on the left.
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

/// A record on its way down a tree.
struct TreeDescent<'a> {
    tree: &'a Tree,
    facts: &'a FactTable,
    this: RecordIndex,
}

impl TreeDescent<'_> {
    /// How far a thing that is measured would have to move for the condition to be met; none where
    /// that alone is not enough, or something on the way is not known.
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

    /// What the condition comes to with what is measured at a point; none where a fact that is asked
    /// about is missing.
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

/// The number of a value, or of a day.
fn line(value: &Value) -> Option<Number> {
    match value {
        Value::Date(day) => Some(day.days().into()),
        other => Some(number_of(other)?.into_owned()),
    }
}

/// The points at and beside an end; whole ones where nothing else can be.
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

/// How far a point is beyond its number, seen from another: what lies before it is nearer.
fn away(point: &Point, from: &Number) -> Ordering {
    match point.at.cmp(from) {
        Ordering::Less => point.side.reverse(),
        _ => point.side,
    }
}

/// The unit of what is measured, where it has one: that of a fact, or of sums of facts with the
/// same.
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
