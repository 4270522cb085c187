//! Which missing facts decide the combined result of several conditions, over all combinations of
//! the values that their tests distinguish.
//!
//! A fact is cut where the answer of some test about it changes: all values between two cuts have
//! the same answers, so one point represents them. On the grid of all points, each test is a table
//! of answers, each condition one of verdicts, and a fact decides if the table changes along it. A
//! sum of several facts has one answer at each point, but may have another beside it: a change
//! found there is real, and that there is none is shown by a second table, in which sums may have
//! any answer.
//!
//! Example: of `j.a && j.n >= 48` and `j.n >= 60`, with `a` and `n` missing, the points are two of
//! `a` by three of `n`. Both are met at one of the six; changing `a` or `n` there changes that.
//!
//! INVARIANT: a fact that is named decides, others do not; if that is open, there is no answer.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::base::work_budget::spend;
use crate::tree::columns::{OpenWays, StillOpen};
use crate::tree::domain::Domain;
use crate::tree::fact_ref::FactRef;

/// A fact, or a sum that answers as it likes.
struct GridSide {
    size: usize,
    stride: usize,
}

/// The points of a fact.
struct Stops {
    /// By point: the answers of the tests about this fact alone, as bits.
    answers: Vec<u64>,
    /// By point: the key of the fact, if a sum contains it.
    keys: Vec<i64>,
}

/// The tests about a fact: sets of values, and whether a sum contains it.
#[derive(Default)]
struct AskedOf<'b> {
    sets: Vec<&'b Domain>,
    is_in_sum: bool,
}

/// The grid of all combinations of points.
struct Grid<'b> {
    conditions: &'b [&'b OpenWays<'b>],
    facts: Vec<(&'b FactRef, Stops)>,
    /// First the facts, then the sums.
    sides: Vec<GridSide>,
    /// By sum: its condition and test.
    sums: Vec<(usize, usize)>,
    /// The number of points of the facts alone; `all` counts the sums too.
    points: usize,
    all: usize,
}

/// The facts that decide whether some condition has a verdict in `counts`, and whether one can have
/// it. `None` if this is not certain, always true, or takes more than `most` points.
pub(crate) fn deciding_on_grid(
    conditions: &[&OpenWays<'_>],
    counts: u8,
    most: usize,
) -> Option<(BTreeSet<FactRef>, bool)> {
    let grid = Grid::new(conditions, most)?;
    spend(grid.cost());
    let exact = grid.table(counts, false);
    if !exact.contains(&0) {
        return None;
    }
    let freely = (!grid.sums.is_empty()).then(|| grid.table(counts, true));
    let mut deciding = BTreeSet::new();
    for (side, (fact, _)) in grid.facts.iter().enumerate() {
        if grid.varies(&exact, &[side]) {
            deciding.insert((*fact).clone());
        } else if let Some(freely) = &freely
            && grid.varies(freely, &grid.with_sums(side, fact))
        {
            return None;
        }
    }
    let can = exact.contains(&1);
    // Without sums each point is a completion, and every completion is like one.
    (can || freely.is_none_or(|freely| !freely.contains(&1))).then_some((deciding, can))
}

impl<'b> Grid<'b> {
    fn new(conditions: &'b [&'b OpenWays<'b>], most: usize) -> Option<Self> {
        let mut about: BTreeMap<&FactRef, AskedOf<'_>> = BTreeMap::new();
        let mut sums = Vec::new();
        for (condition, ways) in conditions.iter().enumerate() {
            for (number, test) in ways.tests.iter().enumerate() {
                match test {
                    StillOpen::Alone(fact, yes) => about.entry(fact).or_default().sets.push(yes),
                    StillOpen::Sum(_, terms, _) => {
                        sums.push((condition, number));
                        for (fact, _) in terms {
                            about.entry(fact).or_default().is_in_sum = true;
                        }
                    }
                }
            }
        }
        let (mut facts, mut sides, mut points) = (Vec::new(), Vec::new(), 1_usize);
        for (fact, about) in about {
            let stops = Stops::of(fact, &about)?;
            let size = stops.answers.len();
            sides.push(GridSide {
                size,
                stride: points,
            });
            points = points.checked_mul(size).filter(|all| *all <= most)?;
            facts.push((fact, stops));
        }
        let mut all = points;
        for _ in &sums {
            sides.push(GridSide {
                size: 2,
                stride: all,
            });
            all = all.checked_mul(2).filter(|all| *all <= most)?;
        }
        Some(Self {
            conditions,
            facts,
            sides,
            sums,
            points,
            all,
        })
    }

    /// The cost in units of work, one for 64 points of a table.
    fn cost(&self) -> u64 {
        let tables = |ways: &&OpenWays<'_>| {
            let answers = ways.ways.iter().map(|(answers, _)| answers.len());
            ways.tests.len() + answers.sum::<usize>()
        };
        let tables: usize = self.conditions.iter().map(tables).sum();
        let cost = (tables + self.sides.len()) * (1 + self.all / 64);
        u64::try_from(cost).unwrap_or(u64::MAX)
    }

    /// By point: whether some condition has a verdict in `counts`.
    fn table(&self, counts: u8, freely: bool) -> Vec<u8> {
        let length = if freely { self.all } else { self.points };
        let mut found = vec![0; length];
        let mut asked: BTreeMap<&FactRef, u32> = BTreeMap::new();
        for (condition, ways) in self.conditions.iter().enumerate() {
            let tests = ways.tests.iter().enumerate();
            let tests: Vec<Vec<u8>> = tests
                .map(|(number, test)| match test {
                    StillOpen::Alone(fact, _) => {
                        let next = asked.entry(fact).or_default();
                        *next += 1;
                        self.answers(fact, *next - 1, length)
                    }
                    StillOpen::Sum(..) if freely => {
                        let place = self.sums.iter().position(|one| *one == (condition, number));
                        let side = self.facts.len() + place.unwrap_or_default();
                        self.spread(side, length, |point| point == 1)
                    }
                    StillOpen::Sum(sum, terms, rest) => {
                        let sums = self.sums_at(terms, *rest);
                        sums.into_iter().map(|at| u8::from(sum.says(at))).collect()
                    }
                })
                .collect();
            for (answers, _) in ways
                .ways
                .iter()
                .filter(|(_, verdict)| verdict & counts != 0)
            {
                let mut here = vec![1; length];
                for (test, answer) in answers {
                    let wanted = u8::from(*answer);
                    let pairs = here.iter_mut().zip(&tests[*test]);
                    pairs.for_each(|(here, says)| *here &= u8::from(*says == wanted));
                }
                let pairs = found.iter_mut().zip(&here);
                pairs.for_each(|(found, here)| *found |= here);
            }
        }
        found
    }

    fn side(&self, fact: &FactRef) -> usize {
        let side = self.facts.binary_search_by(|(one, _)| (*one).cmp(fact));
        side.expect("each fact of a test has a side")
    }

    /// The answers of a test about one fact, by point.
    fn answers(&self, fact: &FactRef, number: u32, length: usize) -> Vec<u8> {
        let side = self.side(fact);
        let answers = &self.facts[side].1.answers;
        self.spread(side, length, |point| answers[point] >> number & 1 == 1)
    }

    /// A table of the values of one side, repeated over all points.
    fn spread(&self, side: usize, length: usize, says: impl Fn(usize) -> bool) -> Vec<u8> {
        let GridSide { size, stride } = self.sides[side];
        let mut table = vec![0; length];
        for (place, some) in table.chunks_mut(stride).enumerate() {
            some.fill(u8::from(says(place % size)));
        }
        table
    }

    /// The value of a sum at each point.
    fn sums_at(&self, terms: &[(&FactRef, i64)], rest: i128) -> Vec<i128> {
        let mut sums = vec![rest; self.points];
        for (fact, factor) in terms {
            let side = self.side(fact);
            let GridSide { size, stride } = self.sides[side];
            for (place, some) in sums.chunks_mut(stride).enumerate() {
                let key = self.facts[side].1.keys[place % size];
                let more = i128::from(*factor) * i128::from(key);
                for sum in some {
                    *sum += more;
                }
            }
        }
        sums
    }

    /// A fact, and the sums that change with it.
    fn with_sums(&self, side: usize, fact: &FactRef) -> Vec<usize> {
        let with = |(of, number): &(usize, usize)| {
            let test = &self.conditions[*of].tests[*number];
            test.facts().any(|one| one == fact)
        };
        let sums = self.sums.iter().enumerate().filter(|(_, sum)| with(sum));
        let sums = sums.map(|(place, _)| self.facts.len() + place);
        std::iter::once(side).chain(sums).collect()
    }

    /// Whether a table changes somewhere when these sides, in order, change and no others do.
    fn varies(&self, table: &[u8], sides: &[usize]) -> bool {
        let (mut some, mut every) = (table.to_vec(), table.to_vec());
        // From the greatest stride down: the others stay as they are.
        for side in sides.iter().rev() {
            some = self.folded(&some, *side, |one, other| one | other);
            every = self.folded(&every, *side, |one, other| one & other);
        }
        some != every
    }

    fn folded(&self, table: &[u8], side: usize, fold: impl Fn(u8, u8) -> u8) -> Vec<u8> {
        let GridSide { size, stride } = self.sides[side];
        let mut found = Vec::with_capacity(table.len() / size);
        for lines in table.chunks(size * stride) {
            let from = found.len();
            found.extend_from_slice(&lines[..stride]);
            for line in lines[stride..].chunks(stride) {
                let pairs = found[from..].iter_mut().zip(line);
                pairs.for_each(|(found, one)| *found = fold(*found, *one));
            }
        }
        found
    }
}

impl Stops {
    /// One point for all values with the same answers; if a sum contains the fact, the least and
    /// the greatest value between two cuts.
    fn of(fact: &FactRef, about: &AskedOf<'_>) -> Option<Self> {
        let mut found = Self {
            answers: Vec::new(),
            keys: Vec::new(),
        };
        if about.sets.len() > 64 {
            return None;
        }
        match Domain::of(fact) {
            Domain::Keys(all) => {
                let cuts = |set: &&Domain| match set {
                    Domain::Keys(keys) => keys.ranges().to_vec(),
                    Domain::Texts(_) => Vec::new(),
                };
                let cuts = about.sets.iter().flat_map(cuts);
                let cuts = cuts.flat_map(|(from, to)| [Some(from), to]).flatten();
                let mut cuts: BTreeSet<i64> = cuts.filter(|cut| all.contains(cut)).collect();
                for (from, to) in all.ranges() {
                    cuts.insert(*from);
                    found.ranges(&cuts, (*from, to.map_or(i64::MAX, |to| to - 1)), about);
                }
            }
            Domain::Texts(all) => {
                let ranges = |set: &&Domain| match set {
                    Domain::Texts(texts) => texts.ranges().to_vec(),
                    Domain::Keys(_) => Vec::new(),
                };
                let cuts = about.sets.iter().flat_map(ranges);
                let cuts = cuts.chain(all.ranges().to_vec());
                let cuts = cuts.flat_map(|(from, to)| [Some(from), to]).flatten();
                let cuts: BTreeSet<Arc<str>> = cuts.filter(|cut| all.contains(cut)).collect();
                for cut in cuts {
                    let says =
                        |set: &Domain| matches!(set, Domain::Texts(yes) if yes.contains(&cut));
                    found.add(0, about, says);
                }
            }
        }
        (!found.answers.is_empty()).then_some(found)
    }

    /// Adds the points between cuts, from one key to another.
    fn ranges(&mut self, cuts: &BTreeSet<i64>, (from, to): (i64, i64), about: &AskedOf<'_>) {
        let mut cuts = cuts.range(from..=to).copied().peekable();
        while let Some(cut) = cuts.next() {
            let last = cuts.peek().map_or(to, |next| next - 1);
            let says = |set: &Domain| matches!(set, Domain::Keys(yes) if yes.contains(&cut));
            self.add(cut, about, says);
            if about.is_in_sum && last != cut {
                self.add(last, about, says);
            }
        }
    }

    fn add(&mut self, key: i64, about: &AskedOf<'_>, says: impl Fn(&Domain) -> bool) {
        let sets = about.sets.iter().enumerate();
        let answers = sets.fold(0, |bits, (number, set)| {
            bits | u64::from(says(set)) << number
        });
        if about.is_in_sum || !self.answers.contains(&answers) {
            self.answers.push(answers);
            self.keys.push(key);
        }
    }
}
