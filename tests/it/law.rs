//! How laws are tried: over cases drawn by chance, from a seed that is told where one breaks.
//!
//! `RULEBOOK_LAWS` says how many. Not set: a quarter of the cases, the same on every machine. A
//! number: so many times all of them, and a quarter as many more from a fresh seed. `1@SEED`: all
//! of them from that seed alone, to see again what broke.

use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngSeed, TestCaseResult, TestRunner};

/// The seed of the cases that are the same on every machine.
const FIXED: u64 = 1;

/// How many cases are drawn, and from which seeds.
pub(crate) struct Law {
    runs: Vec<(u32, u64)>,
}

/// What is asked for: how many times the cases, and from which seed alone.
fn asked() -> Option<(u32, Option<u64>)> {
    let text = std::env::var("RULEBOOK_LAWS").ok()?;
    let (times, seed) = text
        .split_once('@')
        .map_or((&*text, None), |(times, seed)| (times, Some(seed)));
    let number = |text: &str| {
        text.parse::<u64>()
            .unwrap_or_else(|_| panic!("RULEBOOK_LAWS={text}"))
    };
    let times = u32::try_from(number(times)).expect("not so many");
    Some((times, seed.map(number)))
}

/// How many of a law's cases this run is to try.
pub(crate) fn share(cases: u32) -> u32 {
    asked().map_or(cases.div_ceil(4), |(times, _)| cases * times)
}

/// How often something must have been met on the way, for a law over all its cases to say much: a
/// quick run asks for less.
pub(crate) fn enough(count: usize) -> usize {
    if asked().is_some() { count } else { count / 5 }
}

/// A law over so many cases.
pub(crate) fn law(cases: u32) -> Law {
    let count = share(cases);
    let runs = match asked() {
        None => vec![(count, FIXED)],
        Some((_, Some(seed))) => vec![(count, seed)],
        Some((_, None)) => vec![(count, FIXED), (count.div_ceil(4), fresh())],
    };
    Law { runs }
}

/// A law that does not hold, with a case that shows it.
pub(crate) struct Broken(String);

impl std::fmt::Debug for Broken {
    fn fmt(&self, fmt: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        fmt.write_str(&self.0)
    }
}

/// A seed that nobody has chosen: hashers begin with random keys.
fn fresh() -> u64 {
    use std::hash::{BuildHasher, RandomState};
    RandomState::new().hash_one(0)
}

impl Law {
    /// Tries the cases.
    pub(crate) fn run<S: Strategy>(
        &self,
        strategy: &S,
        test: impl Fn(S::Value) -> TestCaseResult,
    ) -> Result<(), Broken> {
        for (cases, seed) in &self.runs {
            let config = Config {
                cases: *cases,
                rng_seed: RngSeed::Fixed(*seed),
                failure_persistence: None,
                max_shrink_iters: 100,
                ..Config::default()
            };
            if let Err(broken) = TestRunner::new(config).run(strategy, &test) {
                return Err(Broken(format!(
                    "{broken}\nto see it again: RULEBOOK_LAWS=1@{seed}"
                )));
            }
        }
        Ok(())
    }
}
