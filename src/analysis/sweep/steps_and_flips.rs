//! What a sweep is made of: places on the line of a parameter's values, and who changes there.

use crate::assess::result_types::DeterminationKind;
use crate::model::fact::Number;

/// A place on the line of a parameter's values: at a value, or just above it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ParameterPoint {
    /// The value; of a date, its number of days since 1970.
    pub at: Number,
    /// What is said holds above it, and not at the value itself.
    pub above: bool,
}

/// A jurisdiction that changes at a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flip {
    /// Its place among those that are assessed.
    pub jurisdiction: usize,
    /// What it comes to before.
    pub before: DeterminationKind,
    /// What it comes to from here on.
    pub after: DeterminationKind,
}

/// A value at which some jurisdictions change.
#[derive(Clone, Debug)]
pub struct SweepStep {
    /// From where on.
    pub place: ParameterPoint,
    /// How many come to each determination from here on, in the order of
    /// [`DeterminationKind::ALL`].
    pub counts: [usize; 4],
    /// Who changes, in order.
    pub flips: Vec<Flip>,
}

/// Why there may be more steps than were found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inexact {
    /// Looked at at so many evenly spaced values alone, because the trees do not tell where something
    /// changes.
    pub sampled: Option<usize>,
    /// So because it takes more to find all steps than the limit `rounds`.
    pub cut_short: bool,
    /// Of how many jurisdictions not all values were found at which they may change.
    pub unsure: usize,
    /// Some steps lie between two neighbouring binary numbers, and are shown at the second.
    pub near: bool,
}
