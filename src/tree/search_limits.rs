//! Limits on searches: one value, passed down to all of them.
//!
//! A search that ends at a limit says so in its result, with the limit. Smaller limits leave more
//! open; they never change what is certain.

use std::fmt;

/// Limits on searches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(not(feature = "internals"), non_exhaustive)]
pub struct Limits {
    /// Units of work for exploring one script, and for one search. Beyond 32 scripts, each gets an
    /// equal share of 32 times this, with the number of scripts rounded up: to 32 times a power of
    /// two. A script that no tree can hold gets a quarter for each record. All records and all such
    /// scripts together get 3 times this, in equal shares; the first path of a record is always
    /// taken. A step of the interpreter is one unit, a question twenty. A function over a text or a
    /// list pays for its bytes and items.
    pub work: usize,
    /// Paths of one script.
    pub paths: usize,
    /// Paths of one script that are followed separately. A script with more is watched as it runs,
    /// and paths that reach the same state are followed once. If this equals `paths`, that is kept
    /// only if each test of the script is about one fact, so that work on such a tree is bounded
    /// over many records with many gaps. If it is less, it is kept in any case.
    pub apart: usize,
    /// Combinations of values, and then boxes of values, that one search looks at for a record.
    pub tries: usize,
    /// Such combinations and boxes for one finding or determination, over all its searches.
    pub patience: usize,
    /// Values of one fact that are tried in combination with others.
    pub candidates: usize,
    /// Boxes looked at to find the values of a fact for which the answer of a test is yes.
    pub boxes: usize,
    /// Steps to find out which missing facts decide.
    pub pairs: usize,
    /// Combinations of findings looked at for one jurisdiction.
    pub combinations: usize,
    /// Steps through two versions of a script side by side.
    pub differences: usize,
    /// Assessments of single jurisdictions, at all values of one sweep or on all days of one
    /// timeline. One by a script that no tree can hold counts as twenty.
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
    /// Limits with one number for all of them: for tests in which every search is to end early.
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

/// The limit at which a search ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Limit {
    /// A script has more paths than the limit, or paths that cannot be followed separately.
    Paths,
    /// A derived fact whose script no tree can hold was treated as having any value.
    Derived,
    /// There are more combinations of findings than the limit.
    Combinations,
    /// No values were found that take some path, and it was not shown that there are none.
    Tries,
    /// No values were found that take some path. The verdict is certain; its reason or assumption
    /// is not.
    Reasons,
    /// Not every missing fact was tried as to whether it decides.
    Pairs,
    /// Not every value of a sweep was looked at, or not every day of a timeline.
    Rounds,
}

impl Limit {
    /// The name of the limit in [`Limits`]; two variants may share one.
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

/// A clause that says what was not done, with the limit and no full stop.
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
