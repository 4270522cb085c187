//! How laws are tried: over cases drawn by chance, from a seed that is told where one breaks.
//!
//! `RULEBOOK_LAWS` says how many. Not set: an eighth of the cases, the same on every machine. A
//! number: so many times all of them. `1@fresh`: an eighth of them that nobody has tried before.
//! `1@SEED`: all of them from that seed, to see again what broke.

use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngSeed, TestCaseResult, TestRunner};

/// The seed of the cases that are the same on every machine.
const FIXED: u64 = 1;

/// How many cases are drawn, and from which seed.
pub(crate) struct Law {
    cases: u32,
    seed: u64,
}

/// What is asked for: how many cases of each `most`, and from which seed.
fn asked(most: u32) -> (u32, u64) {
    let Ok(text) = std::env::var("RULEBOOK_LAWS") else {
        return (most.div_ceil(8), FIXED);
    };
    let number = |text: &str| {
        text.parse::<u64>()
            .unwrap_or_else(|_| panic!("RULEBOOK_LAWS is `{text}`"))
    };
    let times = |text| u32::try_from(number(text)).expect("not so many");
    match text.split_once('@') {
        None => (most * times(&text), FIXED),
        Some((_, "fresh")) => (most.div_ceil(8), fresh()),
        Some((count, seed)) => (most * times(count), number(seed)),
    }
}

/// How many of a law's cases this run is to try.
pub(crate) fn share(cases: u32) -> u32 {
    asked(cases).0
}

/// How often something must have been met on the way, for a law over all its cases to say much: a
/// quick run asks for less, and one over cases that nobody has tried for nothing, since chance alone
/// decides what is among them.
pub(crate) fn enough(count: usize) -> usize {
    if is_fresh() {
        0
    } else if is_quick() {
        count / 11
    } else {
        count
    }
}

/// Whether the cases are some that nobody has tried before.
pub(crate) fn is_fresh() -> bool {
    std::env::var("RULEBOOK_LAWS").is_ok_and(|text| text.ends_with("@fresh"))
}

/// Whether this run tries but some cases of a law.
pub(crate) fn is_quick() -> bool {
    share(4) < 4
}

/// A law over so many cases.
pub(crate) fn law(cases: u32) -> Law {
    let (cases, seed) = asked(cases);
    Law { cases, seed }
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
        let Self { cases, seed } = *self;
        let config = Config {
            cases,
            rng_seed: RngSeed::Fixed(seed),
            failure_persistence: None,
            max_shrink_iters: 100,
            ..Config::default()
        };
        TestRunner::new(config)
            .run(strategy, test)
            .map_err(|broken| Broken(format!("{broken}\nto see it again: RULEBOOK_LAWS=1@{seed}")))
    }
}
