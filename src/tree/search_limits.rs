//! How far searches go before they give up: one value, handed down to all of them.
//!
//! What gives up says so in its result, with the limit that ended it. Smaller limits leave more
//! unsaid; they never change what is said for certain.

use std::fmt;

/// How far searches go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(not(feature = "internals"), non_exhaustive)]
pub struct Limits {
    /// Units of work for one script, on all its paths; of more than 32 scripts each has an equal share of
    /// 32 times that, less where their number is no power of two. For a script that no tree can hold, a quarter
    /// for each record, and no more than 3 times it for all records and all such scripts together, in
    /// equal shares: a record's first path is always taken. A step of the interpreter is one, a question twenty; a function that looks at a text
    /// or a list pays for its bytes and items.
    pub work: usize,
    /// Paths of one script.
    pub paths: usize,
    /// Paths of one script that are followed apart; a script with more is watched as it runs, and
    /// paths that come to the same state are followed once. Where this is as much as `paths`, that
    /// is kept only if each test of the script is about one fact: what is asked about such a tree is
    /// bounded, over many records with many gaps too. Where it is less, it is kept in any case.
    pub apart: usize,
    /// Combinations of values, and then boxes of values, that one search for a record looks at.
    pub tries: usize,
    /// All such tries for one finding or determination.
    pub patience: usize,
    /// Values of one fact that are tried in combination with others.
    pub candidates: usize,
    /// Boxes looked at to find the values of a fact for which a test says yes.
    pub boxes: usize,
    /// Steps to find out whether a missing fact decides.
    pub pairs: usize,
    /// Ways to put findings together for one jurisdiction.
    pub combinations: usize,
    /// Steps through two versions of a script side by side.
    pub differences: usize,
    /// Jurisdictions assessed in all, at the values of one sweep or on the days of one timeline; one
    /// by a script that no tree can hold counts as twenty.
    pub rounds: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            work: 8_000_000,
            paths: 2_000,
            apart: 2_000,
            tries: 3_000,
            patience: 60_000,
            candidates: 24,
            boxes: 4_000,
            pairs: 20_000,
            combinations: 2_000,
            differences: 50_000,
            rounds: 30_000_000,
        }
    }
}

impl Limits {
    /// One number for all of them: for tests that want every search to give up.
    pub fn all(number: usize) -> Self {
        Self {
            work: number.saturating_mul(1_000),
            paths: number,
            apart: usize::MAX,
            tries: number,
            patience: number,
            candidates: number,
            boxes: number,
            pairs: number,
            combinations: number,
            differences: number,
            rounds: number,
        }
    }
}

/// The limit at which something gave up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Limit {
    /// A script has more paths than are looked at, or paths that cannot be told apart.
    Paths,
    /// A derived fact whose script no tree can hold was taken to have any value at all.
    Derived,
    /// There are more ways to put findings together.
    Combinations,
    /// No values were found that take some path, and it was not shown that there are none.
    Tries,
    /// No values were found that take some path, whose verdict is certain and whose reason or
    /// assumption is not.
    Reasons,
    /// It was not found out of every missing fact whether it decides.
    Pairs,
    /// Not every value of a sweep was looked at, or not every day of a timeline.
    Rounds,
}

impl Limit {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Paths | Self::Derived => "paths",
            Self::Combinations => "combinations",
            Self::Tries | Self::Reasons => "tries",
            Self::Pairs => "pairs",
            Self::Rounds => "rounds",
        }
    }
}

/// What was not done, as a sentence without its end.
impl fmt::Display for Limit {
    fn fmt(&self, fmt: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt.write_str(match self {
            Self::Paths => "not every path of the script was looked at, so this is unknown for caution",
            Self::Derived => {
                "a derived fact that is unknown was taken to have any value, since its script \
                 cannot be put into a table, so this is left open for caution"
            }
            Self::Combinations => {
                "not every way to put the findings together was looked at, so this is left open for \
                 caution"
            }
            Self::Tries => {
                "some path may be impossible, which was not shown, so this is left open for caution"
            }
            Self::Reasons => {
                "some path may be impossible, which was not shown, so not all that is named here \
                 as a reason or an assumption may apply"
            }
            Self::Pairs => "some of the facts named may not decide: not all could be tried",
            Self::Rounds => "it takes more to look at all of them",
        })?;
        write!(fmt, " (limit `{}`)", self.name())
    }
}
