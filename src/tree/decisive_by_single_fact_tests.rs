//! Whether a missing fact decides, if each test is about one fact alone: two completions go down
//! the graph of what is still possible side by side, with the values left of each fact.
//!
//! INVARIANT: an answer is exact; if it cannot be found in this way, or in time, there is none.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::base::work_budget::spend;
use crate::model::typed_indexes::RecordIndex;
use crate::tree::columns::bit;
use crate::tree::fact_ref::FactRef;
use crate::tree::fact_table::FactTable;
use crate::tree::predicate::Test;
use crate::tree::search_limits::Limits;
use crate::tree::single_fact_tests::{FactParts, FactSet, PartTest, PartTests, Parts};
use crate::tree::way_graph::Nodes;
use crate::tree::{Tree, TreeNode, Verdict};

/// A test by its number, and where a no and a yes lead.
type AskedNode = (usize, [Option<usize>; 2]);

/// Ways on which each test is about one fact.
pub(super) struct SingleFactWays<'n> {
    tests: Cow<'n, PartTests>,
    /// By node: the test there; `None` at an end.
    forks: Vec<Option<AskedNode>>,
    /// By node: the verdicts at the ends of all ways below it, as bits.
    verdicts: Vec<u8>,
    /// By node: the facts that are asked about below it.
    below: Vec<FactSet>,
    /// By node: the number of ways below it, saturating.
    counts: Vec<u64>,
    facts: BTreeMap<&'n FactRef, u32>,
    most_steps: usize,
}

/// Two completions on their ways.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct CompletionPlaces {
    one: usize,
    two: usize,
    /// What is left of the facts that have the same value in both.
    left: FactParts,
    /// What is left of the fact that differs, for each completion.
    own: [Parts; 2],
}

/// The possible results of a record with gaps, in a tree where each test is about one fact.
#[derive(Clone)]
pub(crate) struct Undecided {
    /// The possible verdicts as bits, at least two; a fault is not among them.
    pub(crate) verdicts: u8,
    /// The missing facts that are asked about.
    pub(crate) facts: Vec<FactRef>,
    /// The number of open ways, saturating.
    pub(crate) ways: u64,
}

/// What a record leaves open, with the missing facts that decide if `why` is set. `None` if only
/// one verdict is possible, a fault is possible, or the tree has tests about several facts.
pub(crate) fn undecided(
    tree: &Tree,
    (facts, this): (&FactTable, RecordIndex),
    why: bool,
) -> Option<(Undecided, Vec<FactRef>)> {
    let ways = SingleFactWays::of_record(tree, facts, this)?;
    let verdicts = ways.possible()?;
    if verdicts.is_power_of_two() || verdicts & bit(Verdict::Fault) != 0 {
        return None;
    }
    let mut deciding = Vec::new();
    for fact in ways.facts.keys().filter(|_| why) {
        if ways.decides(fact)? {
            deciding.push((*fact).clone());
        }
    }
    let left = Undecided {
        verdicts,
        facts: ways.facts.keys().map(|fact| (*fact).clone()).collect(),
        ways: ways.counts[0],
    };
    Some((left, deciding))
}

impl<'n> SingleFactWays<'n> {
    /// `None` if some test is about several facts.
    pub(super) fn of(nodes: &'n Nodes<'n>, limits: Limits) -> Option<Self> {
        let mut numbers: BTreeMap<&Test, usize> = BTreeMap::new();
        let mut tests: Vec<&Test> = Vec::new();
        let mut forks = Vec::with_capacity(nodes.0.len());
        for node in &nodes.0 {
            forks.push(match (node.asked.as_slice(), node.ends.as_slice()) {
                ([], ends) => ends.iter().all(|(_, proven)| *proven).then_some(None)?,
                ([(test, ways)], []) => {
                    let number = *numbers.entry(test).or_insert(tests.len());
                    if number == tests.len() {
                        tests.push(test);
                    }
                    Some((number, *ways))
                }
                _ => return None,
            });
        }
        let parts = PartTests::of(tests.iter().copied(), limits)?;
        let mut facts = BTreeMap::new();
        for (number, test) in tests.iter().enumerate() {
            let fact = test.facts().first().copied()?;
            facts.insert(fact, parts.test(number)?.fact);
        }
        let mut ways = Self {
            tests: Cow::Owned(parts),
            verdicts: nodes.0.iter().map(|node| node.below).collect(),
            below: Vec::new(),
            counts: Vec::new(),
            forks,
            facts,
            most_steps: limits.pairs,
        };
        ways.look_below();
        Some(ways)
    }

    /// The ways that a record leaves open. None of a tree that asks about something else, or on
    /// which something is assumed.
    fn of_record(tree: &'n Tree, table: &FactTable, this: RecordIndex) -> Option<Self> {
        let parts = tree.parts.as_deref().filter(|parts| !parts.assumes)?;
        let mut answers: Vec<Option<Option<bool>>> = vec![None; tree.asked.len()];
        let mut answer = |asked: usize| {
            *answers[asked].get_or_insert_with(|| table.answer(this, &tree.asked[asked].test).ok())
        };
        // From a node on, as far as the record answers.
        let mut onward = |mut node: usize| {
            while let TreeNode::Branch { asked, yes, no } = tree.nodes[node]
                && let Some(answer) = answer(asked)
            {
                node = if answer { yes } else { no };
            }
            node
        };
        let root = onward(tree.root);
        let mut numbers = vec![usize::MAX; tree.nodes.len()];
        numbers[root] = 0;
        let mut ways = Self {
            tests: Cow::Borrowed(&parts.tests),
            forks: Vec::new(),
            verdicts: Vec::new(),
            below: Vec::new(),
            counts: Vec::new(),
            facts: BTreeMap::new(),
            most_steps: tree.limits.pairs,
        };
        // By bit of a fact: which it is.
        let mut named: Vec<Option<&FactRef>> = vec![None; 128];
        let mut found = vec![root];
        while let Some(node) = found.get(ways.forks.len()).copied() {
            spend(1);
            let (fork, verdicts) = match tree.nodes[node] {
                TreeNode::Leaf(outcome) => (None, bit(tree.outcomes[outcome].verdict)),
                TreeNode::Branch { asked, yes, no } => {
                    let bit = usize::try_from(parts.tests.test(asked)?.fact).ok()?;
                    if named[bit].is_none() {
                        named[bit] = Some(tree.asked[asked].test.facts().first().copied()?);
                    }
                    let to = [no, yes].map(|to| {
                        let to = onward(to);
                        if numbers[to] == usize::MAX {
                            numbers[to] = found.len();
                            found.push(to);
                        }
                        Some(numbers[to])
                    });
                    (Some((asked, to)), 0)
                }
            };
            ways.forks.push(fork);
            ways.verdicts.push(verdicts);
        }
        let named = (0..).zip(named);
        ways.facts = named.filter_map(|(bit, fact)| Some((fact?, bit))).collect();
        ways.look_below();
        Some(ways)
    }

    /// Finds the facts, verdicts and ways below each node, children first.
    fn look_below(&mut self) {
        self.below = vec![0; self.forks.len()];
        // Nodes not looked at yet count 0.
        self.counts = vec![0; self.forks.len()];
        let mut open = vec![(0, false)];
        while let Some((node, seen)) = open.pop() {
            if self.counts[node] > 0 {
                continue;
            }
            let ways = self.forks[node].map_or([None; 2], |(_, ways)| ways);
            let ways = ways.into_iter().flatten();
            if seen {
                self.below[node] = self.test(node).map_or(0, |test| 1 << test.fact);
                let mut count = 0_u64;
                for to in ways {
                    self.below[node] |= self.below[to];
                    self.verdicts[node] |= self.verdicts[to];
                    count = count.saturating_add(self.counts[to]);
                }
                self.counts[node] = count.max(1);
            } else {
                open.push((node, true));
                open.extend(ways.map(|to| (to, false)));
            }
        }
    }

    /// The verdicts of all completions, as bits; `None` if that takes too many steps.
    fn possible(&self) -> Option<u8> {
        let (mut been, mut found) = (BTreeSet::new(), 0);
        let mut open = vec![(0, FactParts::default())];
        while let Some((node, left)) = open.pop() {
            if self.verdicts[node] & !found == 0 {
                continue;
            }
            let Some((test, ways)) = self.forks[node] else {
                found |= self.verdicts[node];
                continue;
            };
            if !been.insert((node, left.clone())) {
                continue;
            }
            spend(5);
            if been.len() > self.most_steps {
                return None;
            }
            for (answer, to) in [(true, ways[1]), (false, ways[0])] {
                let left = self.tests.after(&left, self.tests.test(test)?, answer);
                let next = to.zip(left);
                open.extend(next.map(|(to, left)| (to, left.about(self.below[to]))));
            }
        }
        Some(found)
    }

    fn test(&self, node: usize) -> Option<PartTest> {
        self.tests.test(self.forks[node]?.0)
    }

    /// Whether two completions that differ in this fact alone have different verdicts; `None` if
    /// that cannot be found in this way.
    pub(super) fn decides(&self, fact: &FactRef) -> Option<bool> {
        let fact = *self.facts.get(fact)?;
        let whole = self.tests.whole(fact);
        let mut been = BTreeSet::new();
        let mut open = vec![CompletionPlaces {
            one: 0,
            two: 0,
            left: FactParts::default(),
            own: [whole; 2],
        }];
        while let Some(pair) = open.pop() {
            let [a, b] = [pair.one, pair.two].map(|node| self.verdicts[node]);
            let alike = a == b && a.is_power_of_two();
            let together = pair.one == pair.two && self.below[pair.one] & (1 << fact) == 0;
            if alike || together || !been.insert(pair.clone()) {
                continue;
            }
            spend(5);
            if been.len() > self.most_steps {
                return None;
            }
            match (self.test(pair.one), self.test(pair.two)) {
                (None, None) => return Some(true),
                (Some(test), _) if test.fact == fact => {
                    self.go(&pair, (test, [true, false]), fact, &mut open);
                }
                (_, Some(test)) if test.fact == fact => {
                    self.go(&pair, (test, [false, true]), fact, &mut open);
                }
                (Some(one), Some(_)) if self.asks_alike(&pair) => {
                    self.go(&pair, (one, [true, true]), fact, &mut open);
                }
                (Some(one), _) if !self.asks(pair.two, one) => {
                    self.go(&pair, (one, [true, false]), fact, &mut open);
                }
                (_, Some(two)) if !self.asks(pair.one, two) => {
                    self.go(&pair, (two, [false, true]), fact, &mut open);
                }
                (Some(one), _) if self.tests.keeps(one.fact) => {
                    self.go(&pair, (one, [true, false]), fact, &mut open);
                }
                (_, Some(two)) if self.tests.keeps(two.fact) => {
                    self.go(&pair, (two, [false, true]), fact, &mut open);
                }
                _ => return None,
            }
        }
        Some(false)
    }

    /// Whether both are asked the same test.
    fn asks_alike(&self, pair: &CompletionPlaces) -> bool {
        let asked = |node: usize| self.forks[node].map(|(test, _)| test);
        asked(pair.one) == asked(pair.two)
    }

    /// Whether the fact of a test is asked about from a node on.
    fn asks(&self, node: usize, test: PartTest) -> bool {
        self.below[node] & (1 << test.fact) != 0
    }

    /// Both answers to a test, by the completions that give it.
    fn go(
        &self,
        pair: &CompletionPlaces,
        (test, who): (PartTest, [bool; 2]),
        fact: u32,
        open: &mut Vec<CompletionPlaces>,
    ) {
        let next = |answer| self.next(pair, (test, who), fact, answer);
        open.extend([true, false].into_iter().filter_map(next));
    }

    fn next(
        &self,
        pair: &CompletionPlaces,
        (test, who): (PartTest, [bool; 2]),
        fact: u32,
        answer: bool,
    ) -> Option<CompletionPlaces> {
        let mut next = pair.clone();
        for (place, goes) in [&mut next.one, &mut next.two].into_iter().zip(who) {
            if goes {
                let (_, ways) = self.forks[*place]?;
                *place = ways[usize::from(answer)]?;
            }
        }
        if test.fact == fact {
            for (own, goes) in next.own.iter_mut().zip(who) {
                if goes {
                    *own &= self.tests.parts(test, answer);
                }
            }
            if next.own.contains(&0) {
                return None;
            }
        } else {
            next.left = self.tests.after(&next.left, test, answer)?;
        }
        let [one, two] = [self.below[next.one], self.below[next.two]];
        next.left = next.left.about(one | two);
        for (own, below) in next.own.iter_mut().zip([one, two]) {
            if below & (1 << fact) == 0 {
                *own = self.tests.whole(fact);
            }
        }
        Some(next)
    }
}
