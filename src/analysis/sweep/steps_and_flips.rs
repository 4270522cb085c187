//! The parts of a sweep: points on the line of a parameter's values, and the jurisdictions that
//! change there.

use crate::assess::result_types::DeterminationKind;
use crate::model::fact::Number;

/// A point on the line of a parameter's values: at a value, or just above it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ParameterPoint {
    /// The value; for a date, its number of days since 1970-01-01.
    pub at: Number,
    /// Whether the point is just above the value, not at it.
    pub above: bool,
}

/// A jurisdiction that changes at a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flip {
    /// Its position among the assessed jurisdictions.
    pub jurisdiction: usize,
    /// The determination before the step.
    pub before: DeterminationKind,
    /// The determination from the step on.
    pub after: DeterminationKind,
}

/// A value at which some jurisdictions change.
#[derive(Clone, Debug)]
pub struct SweepStep {
    /// The point from which the results differ.
    pub place: ParameterPoint,
    /// How many jurisdictions have each determination from here on, in the order of
    /// [`DeterminationKind::ALL`].
    pub counts: [usize; 4],
    /// The jurisdictions that change, in order.
    pub flips: Vec<Flip>,
}

/// Why there may be more steps than were found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inexact {
    /// How many evenly spaced values were looked at, if the trees do not give the steps; otherwise
    /// `None`.
    pub sampled: Option<usize>,
    /// Whether values were sampled because finding all steps exceeds the limit `rounds`.
    pub cut_short: bool,
    /// How many jurisdictions may change at values that were not found.
    pub unsure: usize,
    /// Whether some steps lie between two neighbouring binary numbers; they are shown at the
    /// second.
    pub near: bool,
}
