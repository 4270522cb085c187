//! Values for a set of facts that give the wanted determination, whatever the unknown facts are.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::analysis::remedies::reference_targets::{LedReferences, combinations};
use crate::analysis::remedies::round_values::rounded;
use crate::assess::result_types::DeterminationKind;
use crate::assess::{World, WorldFact};
use crate::base::work_budget::Budget;
use crate::model::fact::{FactOrigin, FactType, Number, Value};
use crate::tree::{
    Domain, FactRef, Leaves, May, Patience, Possible, Region, Taken, Test, Verdict, Wording,
    key_of, number_of,
};

/// The values found, or why there are none.
pub(super) enum ValuesFound {
    /// New values, and all values that would do in words.
    Found(Vec<(WorldFact, Value, String)>),
    /// There are no such values.
    None,
    /// None were found, and it was not shown that there are none.
    NotShown,
}

/// The most solutions compared for one set.
const MOST_WAYS: usize = 40;

/// New values for these facts that give the wanted determination. A fact that is not stated may
/// stay so if a test is whether it is.
pub(super) fn values_for(
    world: &World<'_>,
    want: DeterminationKind,
    free: &[WorldFact],
    budget: Budget,
) -> ValuesFound {
    let (references, others): (Vec<WorldFact>, Vec<WorldFact>) =
        free.iter().partition(|place| world.is_reference(**place));
    let mut ways: Vec<(SettlingWay, LedReferences)> = Vec::new();
    let (stated, mut shown) = statements(world, &others);
    let (led, are_all) = combinations(world, &references);
    shown &= are_all;
    for targets in led {
        let fixed = targets
            .iter()
            .map(|(place, id)| (*place, Taken::Value(Value::Text(Arc::clone(id)))));
        let there = world.taking(fixed);
        let back = |place| {
            there
                .led_to(place)
                .is_some_and(|to| there.leads_back(place, to))
        };
        if targets.iter().any(|(place, _)| back(*place)) {
            continue;
        }
        for others in &stated {
            if budget.is_used_up() {
                shown = false;
                continue;
            }
            let choice = Choice::looked(&there, want, others, budget);
            shown &= choice.shown;
            ways.extend(choice.ways.into_iter().map(|way| (way, targets.clone())));
        }
    }
    let nearest = ways
        .iter()
        .enumerate()
        .min_by(|(_, a), (_, b)| a.0.distance.total_cmp(&b.0.distance));
    match nearest {
        Some((index, _)) => {
            let (way, targets) = ways.swap_remove(index);
            ValuesFound::Found(changes(world, want, (&way, &targets), budget))
        }
        None if shown => ValuesFound::None,
        None => ValuesFound::NotShown,
    }
}

/// Which of the facts are given a value: all of them, and, if a test is whether a fact is stated
/// that is not, also all but that one. The flag says whether these are all ways.
fn statements(world: &World<'_>, others: &[WorldFact]) -> (Vec<Vec<WorldFact>>, bool) {
    const MOST: usize = 4;
    let tests = world.tests();
    let asked = tests.iter().filter_map(|test| match test {
        Test::Known(fact, _) => world.place_of(fact),
        _ => None,
    });
    let asked: BTreeSet<WorldFact> = asked.collect();
    let optional = others.iter().copied();
    let optional: Vec<WorldFact> = optional
        .filter(|place| asked.contains(place) && world.value(*place).is_none())
        .collect();
    let mut all = vec![others.to_vec()];
    for place in optional.iter().take(MOST) {
        let without = all
            .iter()
            .map(|one| one.iter().copied().filter(|other| other != place).collect());
        let without: Vec<Vec<WorldFact>> = without.collect();
        all.extend(without);
    }
    (all, optional.len() <= MOST)
}

/// The changes of a solution, each with all values that would do beside the others.
fn changes(
    world: &World<'_>,
    want: DeterminationKind,
    (chosen, targets): (&SettlingWay, &LedReferences),
    budget: Budget,
) -> Vec<(WorldFact, Value, String)> {
    let led = targets
        .iter()
        .map(|(place, id)| (*place, Value::Text(Arc::clone(id))));
    let values = &rounded(
        world,
        want,
        (&chosen.values, &chosen.domains),
        &led.clone().collect::<Vec<_>>(),
    );
    let one = |number: usize| {
        let (place, value) = &values[number];
        let others = values.iter().filter(|(other, _)| other != place);
        let others = others.cloned().chain(led.clone());
        let beside = world.taking(others.map(|(place, value)| (place, Taken::Value(value))));
        let free = [*place];
        let looked = Choice::looked(&beside, want, &free, budget);
        let name = world.name(*place);
        let mut domain = Domain::only(value);
        for way in &looked.ways {
            domain = domain.union(&way.domains[0]);
        }
        let words = match &looked.wording {
            Some(wording) => wording.cell(&name, &domain),
            None => value.to_string(),
        };
        let perhaps = if looked.all { "" } else { ", perhaps others" };
        (*place, value.clone(), format!("{words}{perhaps}"))
    };
    let mut changes: Vec<_> = (0..values.len()).map(one).collect();
    changes.extend(led.clone().map(|(place, value)| {
        let words = value.to_string();
        (place, value, words)
    }));
    changes.sort_by_key(|(place, ..)| *place);
    changes
}

/// One solution: values, their distance from what is stated, and all values that would do like
/// them.
struct SettlingWay {
    values: Vec<(WorldFact, Value)>,
    distance: f64,
    domains: Vec<Domain>,
}

struct Choice<'a> {
    world: &'a World<'a>,
    want: DeterminationKind,
    /// The facts to choose values for, without references.
    others: &'a [WorldFact],
    budget: Budget,
    patience: Patience,
    shown: bool,
    /// Whether the solutions found are all.
    all: bool,
    ways: Vec<SettlingWay>,
    wording: Option<Wording>,
}

impl<'a> Choice<'a> {
    fn looked(
        world: &'a World<'a>,
        want: DeterminationKind,
        others: &'a [WorldFact],
        budget: Budget,
    ) -> Self {
        let mut choice = Self {
            world,
            want,
            others,
            budget,
            patience: Patience::new(world.limits()),
            shown: true,
            all: true,
            ways: Vec::new(),
            wording: None,
        };
        choice.look();
        choice.all &= choice.shown;
        choice
    }

    fn look(&mut self) {
        if self.budget.is_used_up() {
            self.shown = false;
            return;
        }
        let open = self
            .world
            .taking(self.others.iter().map(|place| (*place, Taken::Open)));
        let Some(leaves) = open.decisions() else {
            return;
        };
        let leaves = leaves.apart(self.world.limits().combinations);
        self.shown &= leaves.cut_short.is_none();
        let names: BTreeSet<FactRef> = self
            .others
            .iter()
            .map(|place| self.world.name(*place))
            .collect();
        let wanted = |leaf: &Possible| match leaf.outcome.verdict {
            Verdict::Met => self.want == DeterminationKind::Eligible,
            Verdict::NotMet | Verdict::NotApplicable => self.want == DeterminationKind::Ineligible,
            Verdict::Fault => false,
        };
        let wanted: Vec<bool> = leaves.list.iter().map(wanted).collect();
        let own: Vec<Vec<&(Arc<Test>, bool)>> = leaves
            .list
            .iter()
            .map(|leaf| {
                leaf.answers
                    .iter()
                    .filter(|(test, _)| test.facts().iter().all(|fact| names.contains(*fact)))
                    .collect()
            })
            .collect();
        let mixed = |leaf: &Possible| {
            leaf.answers.iter().any(|(test, _)| {
                let facts = test.facts();
                let is_derived = |fact: &&FactRef| fact.schema.origin == FactOrigin::Derived;
                facts.len() > 1 && facts.iter().any(|fact| !names.contains(*fact))
                    || facts.iter().any(is_derived)
            })
        };
        let mixed = leaves.list.iter().map(mixed).collect();
        let tests = leaves.list.iter();
        let tests = tests.flat_map(|leaf| leaf.answers.iter().map(|(test, _)| &**test));
        self.wording = Some(Wording::of_tests(tests));
        let sorted = Sorted {
            leaves: &leaves,
            wanted,
            own,
            mixed,
        };
        let all: Vec<usize> = (0..leaves.list.len()).collect();
        self.follow(
            &sorted,
            &Region::new(self.world.limits()),
            &mut BTreeMap::new(),
            &all,
        );
    }

    /// Chooses answers about the facts, one after another, until every unknown fact may have any
    /// value.
    fn follow<'l>(
        &mut self,
        sorted: &Sorted<'l>,
        region: &Region,
        chosen: &mut BTreeMap<&'l Test, bool>,
        among: &[usize],
    ) {
        if self.ways.len() >= MOST_WAYS {
            self.all = false;
            return;
        }
        if self.budget.is_used_up() {
            self.shown = false;
            return;
        }
        // What was impossible before stays so; and what answers a chosen test otherwise is.
        let agrees = |leaf: &usize| {
            let mut own = sorted.own[*leaf].iter();
            own.all(|(test, answer)| chosen.get(&**test).is_none_or(|chosen| chosen == answer))
        };
        let possible = among.iter().copied().filter(agrees);
        let mut unsure = false;
        let patience = &mut self.patience;
        let possible: Vec<usize> = possible
            .filter(|leaf| {
                let may = sorted.is_possible(*leaf, region, patience);
                unsure |= may == May::Perhaps;
                may != May::No
            })
            .collect();
        if !possible.iter().any(|leaf| sorted.wanted[*leaf]) {
            return;
        }
        if possible.iter().all(|leaf| sorted.wanted[*leaf]) {
            return self.settle(region);
        }
        let open = possible
            .iter()
            .flat_map(|leaf| &sorted.own[*leaf])
            .find(|(test, _)| !chosen.contains_key(&**test));
        let Some((test, _)) = open else {
            if possible.iter().any(|leaf| sorted.mixed[*leaf]) {
                // What is left is about chosen and unknown facts at once: try values.
                self.try_values(region);
            } else if unsure {
                // What is in the way may be impossible.
                self.shown = false;
            }
            return;
        };
        // What is stated first: what is near it is found first.
        let first = self.answer_now(test).unwrap_or(true);
        for answer in [first, !first] {
            if let Some(region) = region.assume(test, answer) {
                chosen.insert(test, answer);
                self.follow(sorted, &region, chosen, &possible);
                chosen.remove(&**test);
            }
        }
    }

    /// The answer of a test by what is stated; `None` if something is not.
    fn answer_now(&self, test: &Test) -> Option<bool> {
        if matches!(test, Test::Known(..)) {
            return None;
        }
        let facts = test.facts().into_iter();
        let value = |fact: &FactRef| self.world.value(self.world.place_of(fact)?);
        let values: Option<BTreeMap<&FactRef, Value>> =
            facts.map(|fact| Some((fact, value(fact)?))).collect();
        let values = values?;
        Some(test.answer(&mut |fact| values[fact].clone()))
    }

    /// Adds the values of a region nearest to what is stated. Any values in it do, except for tests
    /// about several facts at once.
    fn settle(&mut self, region: &Region) {
        if !Patience::new(region.limits).may_be(region) {
            return;
        }
        let Some(witness) = region.witness() else {
            self.shown = false;
            return;
        };
        let entangled: BTreeSet<&FactRef> = region
            .entangled
            .iter()
            .flat_map(|(test, _)| test.facts())
            .collect();
        let mut values = Vec::new();
        for place in self.others {
            let name = self.world.name(*place);
            let domain = region.domain(&name).that_can_be_stated(&name);
            let value = match witness.get(&name) {
                Some(value) if entangled.contains(&name) => Some(value.clone()),
                _ => pick(&domain, &name, self.world.value(*place).as_ref()),
            };
            let Some(value) = value else { return };
            values.push((*place, value));
        }
        if !self.does(&values) {
            self.shown = false;
            return;
        }
        self.draw_near(&mut values, &|name| entangled.contains(name));
        self.all &= entangled.is_empty();
        let domains = values.iter().map(|(place, value)| {
            let name = self.world.name(*place);
            if entangled.contains(&name) {
                Domain::only(value)
            } else {
                region.domain(&name).that_can_be_stated(&name)
            }
        });
        let domains = domains.collect();
        self.found(values, domains);
    }

    /// Tries values of a region in combination with each other: every one if there are few.
    fn try_values(&mut self, region: &Region) {
        const MOST: usize = 64;
        let mut all: Vec<Vec<Value>> = Vec::new();
        let mut complete = true;
        for place in self.others {
            let name = self.world.name(*place);
            let few = region.few(&name);
            complete &= few.is_some();
            let stated = self.world.value(*place);
            let likely = || {
                let nearest = pick(&region.domain(&name), &name, stated.as_ref());
                let mut likely = region.domain(&name).samples(&name);
                likely.extend(nearest);
                likely
            };
            let mut values = few.unwrap_or_else(likely);
            values.sort_by(|a, b| {
                distance(stated.as_ref(), a).total_cmp(&distance(stated.as_ref(), b))
            });
            values.dedup();
            all.push(values);
        }
        let count = all
            .iter()
            .try_fold(1_usize, |count, values| count.checked_mul(values.len()));
        complete &= count.is_some_and(|count| count <= MOST);
        let before = self.ways.len();
        for number in 0..count.unwrap_or(MOST).min(MOST) {
            if self.budget.is_used_up() {
                complete = false;
                break;
            }
            let mut rest = number;
            let mut values = Vec::with_capacity(all.len());
            for (place, list) in self.others.iter().zip(&all) {
                values.push((*place, list[rest % list.len()].clone()));
                rest /= list.len();
            }
            if self.ways.len() < MOST_WAYS && self.does(&values) {
                if !complete {
                    self.draw_near(&mut values, &|_| true);
                }
                let domains = values
                    .iter()
                    .map(|(_, value)| Domain::only(value))
                    .collect();
                self.found(values, domains);
            }
        }
        self.shown &= complete || self.ways.len() > before;
        self.all &= complete;
    }

    /// Adds values that do.
    fn found(&mut self, values: Vec<(WorldFact, Value)>, domains: Vec<Domain>) {
        let far = |(place, value): &(WorldFact, Value)| {
            distance(self.world.value(*place).as_ref(), value)
        };
        let distance = values.iter().map(far).sum();
        self.ways.push(SettlingWay {
            values,
            distance,
            domains,
        });
    }

    /// Whether these values give the wanted determination, by assessing again.
    fn does(&self, values: &[(WorldFact, Value)]) -> bool {
        let can_be_stated = |(place, value): &(WorldFact, Value)| {
            let name = self.world.name(*place);
            let only = Domain::only(value).that_can_be_stated(&name);
            matches!(value, Value::List(_)) || only.contains(value)
        };
        if !values.iter().all(can_be_stated) {
            return false;
        }
        let there = self.world.taking(
            values
                .iter()
                .map(|(place, value)| (*place, Taken::Value(value.clone()))),
        );
        there.kind() == self.want
    }

    /// Moves numbers that were found together with others to the boundary nearest to what is
    /// stated.
    fn draw_near(&self, values: &mut [(WorldFact, Value)], together: &dyn Fn(&FactRef) -> bool) {
        for index in 0..values.len() {
            let place = values[index].0;
            let name = self.world.name(place);
            let stated = self.world.value(place).as_ref().and_then(key_of);
            let (Some(stated), Some(found)) = (stated, key_of(&values[index].1)) else {
                continue;
            };
            if !together(&name) || matches!(name.schema.ty, FactType::Boolean) {
                continue;
            }
            // Between a value that does not and one that does.
            let (mut bad, mut good) = (stated, found);
            while good.abs_diff(bad) > 1 {
                let middle = crate::tree::middle(good.min(bad), good.max(bad));
                let Some(value) = crate::tree::value_of_key(&name, middle) else {
                    break;
                };
                let before = std::mem::replace(&mut values[index].1, value);
                if self.does(values) {
                    good = middle;
                } else {
                    bad = middle;
                    values[index].1 = before;
                }
            }
        }
    }
}

/// The leaves that can be reached, and which of them are wanted.
struct Sorted<'l> {
    leaves: &'l Leaves,
    wanted: Vec<bool>,
    /// By leaf: its answers about the chosen facts alone.
    own: Vec<Vec<&'l (Arc<Test>, bool)>>,
    /// By leaf: whether an answer is about unknown facts and others at once, or about what is
    /// calculated from facts and no tree holds.
    mixed: Vec<bool>,
}

impl Sorted<'_> {
    /// Whether a leaf can be reached if the chosen facts lie in a region.
    fn is_possible(&self, leaf: usize, region: &Region, patience: &mut Patience) -> May {
        let mut region = region.copied();
        let mut answers = self.leaves.list[leaf].answers.iter();
        if answers.all(|(test, answer)| region.narrow(test, *answer)) {
            patience.look(&region)
        } else {
            May::No
        }
    }
}

/// The value nearest to what is stated; of choices, the first in the order of the schema.
fn pick(domain: &Domain, fact: &FactRef, stated: Option<&Value>) -> Option<Value> {
    if let (FactType::Choice(choices), Domain::Texts(_)) = (&fact.schema.ty, domain) {
        let mut values = choices.iter().map(|choice| Value::Text(Arc::clone(choice)));
        return values.find(|value| domain.contains(value));
    }
    domain.pick(fact, stated)
}

/// The distance of a value from what is stated; zero for values without an order, and from unknown.
fn distance(stated: Option<&Value>, value: &Value) -> f64 {
    match (stated, value) {
        (Some(stated @ (Value::Integer(_) | Value::Number(_))), value) => number_of(stated)
            .zip(number_of(value))
            .map_or(0.0, |(a, b)| a.minus(&b).near().abs()),
        (Some(Value::Date(a)), Value::Date(b)) => Number::from(a.days() - b.days()).near().abs(),
        _ => 0.0,
    }
}
