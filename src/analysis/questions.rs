//! Questions: the missing facts that can still change a determination, the most decisive first.
//!
//! Only facts that decide are asked for, so each question matters; once all are answered, the
//! determination is settled. A fact behind a missing reference is reached by asking for the
//! reference first.

use std::collections::{BTreeMap, BTreeSet};

use crate::assess::assessment::RulebookAssessment;
use crate::assess::result_types::{DeterminationKind, JurisdictionAssessment};
use crate::assess::{World, WorldConditions, WorldFact};
use crate::base::work_budget::Budget;
use crate::model::condition::ConditionId;
use crate::model::fact::{FactOrigin, FactType, Value};
use crate::model::jurisdiction::JurisdictionId;
use crate::model::typed_indexes::RecordIndex;
use crate::tree::{Domain, FactRef, Limits, Region, Taken, Test, Wording};

/// A fact to ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The missing fact.
    pub fact: FactRef,
    /// The id of the record that has the fact.
    pub jurisdiction: JurisdictionId,
    /// The unknown findings that it can decide.
    pub conditions: Vec<ConditionId>,
    /// The possible kinds of answers and their effects. Empty for lists, and if there are too many
    /// to look at.
    pub answers: Vec<PossibleAnswer>,
    /// Whether there are no other kinds of answers.
    pub are_all: bool,
}

/// A kind of answer to a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PossibleAnswer {
    /// The values, in words: `yes`, `>= 48`.
    pub values: String,
    /// One of the values.
    pub example: Value,
    /// The determination that the answer settles; `None` if it stays undetermined.
    pub settles: Option<DeterminationKind>,
    /// How many missing facts still decide after the answer.
    pub left: usize,
}

impl Question {
    /// The text to ask: the schema's question, its description, or the path of the fact.
    pub fn text(&self) -> String {
        let schema = &self.fact.schema;
        let text = schema
            .question
            .clone()
            .or_else(|| schema.description.clone());
        text.unwrap_or_else(|| format!("What is {}?", self.fact.path))
    }
}

/// How many kinds of answers are looked at for one question.
const MOST_ANSWERS: usize = 24;

/// The questions for a jurisdiction, the most decisive first; empty unless it is undetermined.
///
/// Questions whose answers were looked at come first. Of those, first the ones with the larger
/// share of answers that settle the determination, then the ones that leave fewer missing facts on
/// average, then in order of the schema.
pub fn questions(assessed: &RulebookAssessment, one: &JurisdictionAssessment) -> Vec<Question> {
    let record = assessed.records().find(one.jurisdiction.id.as_str());
    let Some(record) = record.filter(|_| one.determination.kind == DeterminationKind::Undetermined)
    else {
        return Vec::new();
    };
    let world = World::around(assessed, record);
    // Only stated facts can be asked for.
    let stated = one
        .determination
        .missing
        .iter()
        .filter(|fact| fact.schema.origin == FactOrigin::Stated);
    let places: BTreeSet<WorldFact> = stated.filter_map(|fact| world.place_of(fact)).collect();
    let tests = world.open_tests();
    let by_fact = by_fact(&tests);
    let whether_stated: BTreeSet<WorldFact> = world
        .tests()
        .iter()
        .filter_map(|test| match test {
            Test::Known(fact, _) => world.place_of(fact),
            _ => None,
        })
        .collect();
    let bearing: Vec<BTreeSet<WorldFact>> = one
        .findings
        .iter()
        .map(|finding| {
            let missing = finding.missing.iter();
            missing.filter_map(|fact| world.place_of(fact)).collect()
        })
        .collect();
    let before = WorldBefore {
        conditions: world.conditions(),
        world,
        budget: Budget::new(assessed.basis.bindings.limits.work),
    };
    let world = &before.world;
    let mut found: Vec<(WorldFact, Question)> = places
        .into_iter()
        .map(|place| {
            let conditions = bearing
                .iter()
                .zip(&assessed.conditions)
                .filter(|(places, _)| places.contains(&place));
            let fact = world.name(place);
            // Where somebody asks whether it is stated, other tests wait behind that.
            let stated = whether_stated
                .contains(&place)
                .then(|| world.taking([(place, Taken::Open)]).open_tests());
            let about: Vec<&Test> = match &stated {
                Some(tests) => tests.iter().filter(|test| test.asks_about(&fact)).collect(),
                None => by_fact.get(&fact).cloned().unwrap_or_default(),
            };
            let (answers, are_all) = possible_answers(&before, place, &about);
            let question = Question {
                fact,
                jurisdiction: world.basis.facts.records.id_of(place.0),
                conditions: conditions
                    .map(|(_, used)| used.condition.id.clone())
                    .collect(),
                answers,
                are_all,
            };
            (place, question)
        })
        .collect();
    found.sort_by(|(a_place, a), (b_place, b)| {
        let settled = |one: &Question| {
            one.answers
                .iter()
                .filter(|answer| answer.settles.is_some())
                .count()
        };
        // Shares of all kinds of answers, compared without dividing.
        let share = (settled(b) * a.answers.len()).cmp(&(settled(a) * b.answers.len()));
        let left = |one: &Question| one.answers.iter().map(|answer| answer.left).sum::<usize>();
        let left = (left(a) * b.answers.len()).cmp(&(left(b) * a.answers.len()));
        // Those of which no answers were looked at come last.
        let unseen = a.answers.is_empty().cmp(&b.answers.is_empty());
        unseen
            .then(share)
            .then(left)
            .then(a_place.1.cmp(&b_place.1))
            .then(a_place.cmp(b_place))
    });
    found.into_iter().map(|(_, question)| question).collect()
}

/// A jurisdiction before an answer, with its conditions.
struct WorldBefore<'a> {
    world: World<'a>,
    conditions: WorldConditions,
    /// The budget for all answers together.
    budget: Budget,
}

/// Tests by the facts that decide their answers.
fn by_fact(tests: &BTreeSet<Test>) -> BTreeMap<&FactRef, Vec<&Test>> {
    let mut found: BTreeMap<&FactRef, Vec<&Test>> = BTreeMap::new();
    for test in tests {
        for fact in test.facts() {
            found.entry(fact).or_default().push(test);
        }
    }
    found
}

/// The effects of each kind of answer, and whether there are no others; empty if the budget ends
/// before all were looked at.
fn possible_answers(
    before: &WorldBefore<'_>,
    place: WorldFact,
    tests: &[&Test],
) -> (Vec<PossibleAnswer>, bool) {
    let WorldBefore {
        world,
        conditions,
        budget,
    } = before;
    let name = world.name(place);
    let (mut kinds, are_all): (Vec<(String, Value)>, bool) = if world.is_reference(place) {
        let (records, are_all) = world.targets(place.1);
        let named = |target: &RecordIndex| {
            let name = world.name_of_target(place.1, *target)?;
            Some((name.to_string(), Value::Text(name)))
        };
        let fit = records.iter();
        let fit = fit.filter(|target| !world.leads_back(place, **target));
        let kinds = fit.filter_map(named).take(MOST_ANSWERS + 1);
        (kinds.collect(), are_all)
    } else {
        let about = tests.iter().filter(|test| {
            test.facts().iter().all(|fact| **fact == name) && !test.facts().is_empty()
        });
        let about: Vec<&Test> = about.copied().collect();
        let wording = Wording::of_tests(about.iter().copied());
        let (parts, exact) = parts(&name, &about, world.limits());
        // If a test is about other facts too, values of one part may have different results.
        let exact = exact
            && !tests
                .iter()
                .any(|test| test.facts().len() > 1 && test.asks_about(&name));
        let one = |part: &Domain| -> Vec<(String, Value)> {
            if exact {
                return part
                    .pick(&name, None)
                    .map(|value| (wording.cell(&name, part), value))
                    .into_iter()
                    .collect();
            }
            part.samples(&name)
                .into_iter()
                .map(|value| (format!("for example {value}"), value))
                .collect()
        };
        let kinds: Vec<_> = parts.iter().flat_map(one).take(MOST_ANSWERS + 1).collect();
        let are_all = exact && !kinds.is_empty() && kinds.len() >= parts.len();
        (kinds, are_all)
    };
    let are_all = are_all && kinds.len() <= MOST_ANSWERS;
    kinds.truncate(MOST_ANSWERS);
    let answer = |(values, example): (String, Value)| {
        if budget.is_used_up() {
            return None;
        }
        let there = world
            .taking([(place, Taken::Value(example.clone()))])
            .determination_after(conditions, place.1);
        let settles = Some(there.kind).filter(|kind| *kind != DeterminationKind::Undetermined);
        Some(PossibleAnswer {
            values,
            example,
            settles,
            left: there.missing.len(),
        })
    };
    let all: Option<Vec<_>> = kinds.into_iter().map(answer).collect();
    all.map_or_else(|| (Vec::new(), false), |answers| (answers, are_all))
}

/// The values of a fact, divided by the answers of tests about it alone, and whether all tests are
/// about it alone.
fn parts(name: &FactRef, tests: &[&Test], limits: Limits) -> (Vec<Domain>, bool) {
    let mut exact = true;
    let mut parts = match &name.schema.ty {
        FactType::List(_) => Vec::new(),
        _ => vec![Domain::of(name)],
    };
    for test in tests {
        let mut region = Region::new(limits);
        if !region.narrow(test, true) {
            continue;
        }
        if !region.entangled.is_empty() {
            exact = false;
            continue;
        }
        let truth = region.domain(name);
        let split = parts
            .iter()
            .flat_map(|part| [part.intersect(&truth), part.without(&truth)]);
        let split: Vec<_> = split.filter(|part| !part.is_empty()).collect();
        if split.len() > MOST_ANSWERS {
            return (parts, false);
        }
        parts = split;
    }
    (parts, exact)
}
